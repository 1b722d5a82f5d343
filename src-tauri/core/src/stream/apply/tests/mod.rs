//! The diff corpus: written from a fixed seed and a few cases by hand, checked against the SDK's
//! own lists here and against the window's `applyDiffs` in the UI's tests.
//!
//! `UPDATE_CORPUS=1 cargo test -p estafette-core diff_corpus` writes the file anew.

use std::{fs, path::PathBuf};

use eyeball_im::{Vector, VectorDiff};
use serde::{Deserialize, Serialize};

use super::*;

/// One case. `expected` is the list afterwards; absent if the receiver must subscribe anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    name: String,
    start: Vec<String>,
    updates: Vec<Vec<Diff<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    must_resubscribe: bool,
}

/// A small generator with a fixed sequence, so that the file stays the same on each machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    fn word(&mut self) -> String {
        const WORDS: [&str; 8] = ["élu", "Straße", "a", "", "👩🏽‍💻", "été", "Ärger", "\u{202e}x"];
        format!("{}{}", WORDS[self.roll(WORDS.len())], self.roll(1000))
    }

    fn words(&mut self, most: usize) -> Vec<String> {
        (0..self.roll(most + 1)).map(|_| self.word()).collect()
    }

    /// A diff that fits a list of this length.
    fn diff(&mut self, length: usize) -> Diff<String> {
        let index = |n: usize| u32::try_from(n).unwrap();
        match self.roll(24) {
            0 => Diff::Reset { values: self.words(6) },
            1 | 2 => Diff::Append { values: self.words(5) },
            3..=5 => Diff::PushFront { value: self.word() },
            6..=8 => Diff::PushBack { value: self.word() },
            9..=12 => Diff::Insert { index: index(self.roll(length + 1)), value: self.word() },
            13..=16 if length > 0 => Diff::Set { index: index(self.roll(length)), value: self.word() },
            17..=19 if length > 0 => Diff::Remove { index: index(self.roll(length)) },
            20 if length > 0 => Diff::PopFront,
            21 if length > 0 => Diff::PopBack,
            22 => Diff::Truncate { length: index(self.roll(length + 1)) },
            23 if self.roll(3) == 0 => Diff::Clear,
            _ => Diff::PushBack { value: self.word() },
        }
    }
}

fn to_sdk(diff: Diff<String>) -> VectorDiff<String> {
    let at = |n: u32| usize::try_from(n).unwrap();
    match diff {
        Diff::Reset { values } => VectorDiff::Reset { values: values.into() },
        Diff::Append { values } => VectorDiff::Append { values: values.into() },
        Diff::PushFront { value } => VectorDiff::PushFront { value },
        Diff::PushBack { value } => VectorDiff::PushBack { value },
        Diff::Insert { index, value } => VectorDiff::Insert { index: at(index), value },
        Diff::Set { index, value } => VectorDiff::Set { index: at(index), value },
        Diff::Remove { index } => VectorDiff::Remove { index: at(index) },
        Diff::PopFront => VectorDiff::PopFront,
        Diff::PopBack => VectorDiff::PopBack,
        Diff::Truncate { length } => VectorDiff::Truncate { length: at(length) },
        Diff::Clear => VectorDiff::Clear,
    }
}

/// What the SDK's own list becomes.
fn by_sdk(start: &[String], updates: &[Vec<Diff<String>>]) -> Vec<String> {
    let mut list: Vector<String> = start.iter().cloned().collect();
    for diff in updates.iter().flatten().cloned() {
        to_sdk(diff).apply(&mut list);
    }
    list.into_iter().collect()
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn fitting(name: &str, start: &[&str], updates: Vec<Vec<Diff<String>>>) -> Case {
    let start = strings(start);
    let expected = Some(by_sdk(&start, &updates));
    Case { name: name.to_owned(), start, updates, expected, must_resubscribe: false }
}

fn hostile(name: &str, start: &[&str], updates: Vec<Vec<Diff<String>>>) -> Case {
    Case { name: name.to_owned(), start: strings(start), updates, expected: None, must_resubscribe: true }
}

fn by_hand() -> Vec<Case> {
    let value = || "x".to_owned();
    vec![
        fitting("nothing happens", &["a", "b"], vec![]),
        fitting("an empty batch", &["a", "b"], vec![vec![]]),
        fitting("reset over a list", &["a", "b"], vec![vec![Diff::Reset { values: strings(&["c"]) }]]),
        fitting("reset to nothing", &["a"], vec![vec![Diff::Reset { values: vec![] }]]),
        fitting("append nothing", &["a"], vec![vec![Diff::Append { values: vec![] }]]),
        fitting("insert at the end", &["a"], vec![vec![Diff::Insert { index: 1, value: value() }]]),
        fitting("insert into nothing", &[], vec![vec![Diff::Insert { index: 0, value: value() }]]),
        fitting("set the last", &["a", "b"], vec![vec![Diff::Set { index: 1, value: value() }]]),
        fitting("remove the only one", &["a"], vec![vec![Diff::Remove { index: 0 }]]),
        fitting("pop all", &["a", "b"], vec![vec![Diff::PopFront, Diff::PopBack]]),
        fitting("truncate to what there is", &["a"], vec![vec![Diff::Truncate { length: 1 }]]),
        fitting("truncate to nothing", &["a", "b"], vec![vec![Diff::Truncate { length: 0 }]]),
        fitting(
            "an item moves to the top",
            &["a", "b", "c"],
            vec![vec![Diff::Remove { index: 2 }, Diff::PushFront { value: "c".to_owned() }]],
        ),
        fitting(
            "a sent message gets its server's form",
            &["day", "hello"],
            vec![
                vec![Diff::PushBack { value: "sending".to_owned() }],
                vec![Diff::Set { index: 2, value: "sent".to_owned() }],
                vec![Diff::Remove { index: 2 }, Diff::Insert { index: 2, value: "arrived".to_owned() }],
            ],
        ),
        hostile("insert past the end", &["a"], vec![vec![Diff::Insert { index: 2, value: value() }]]),
        hostile("insert far past the end", &["a"], vec![vec![Diff::Insert { index: u32::MAX, value: value() }]]),
        hostile("set in nothing", &[], vec![vec![Diff::Set { index: 0, value: value() }]]),
        hostile("set past the end", &["a"], vec![vec![Diff::Set { index: 1, value: value() }]]),
        hostile("remove from nothing", &[], vec![vec![Diff::Remove { index: 0 }]]),
        hostile("remove past the end", &["a"], vec![vec![Diff::Remove { index: 1 }]]),
        hostile("remove far past the end", &["a"], vec![vec![Diff::Remove { index: u32::MAX }]]),
        hostile("pop the first of nothing", &[], vec![vec![Diff::PopFront]]),
        hostile("pop the last of nothing", &["a"], vec![vec![Diff::PopBack, Diff::PopBack]]),
        hostile("truncate to more than there is", &["a"], vec![vec![Diff::Truncate { length: 2 }]]),
        hostile(
            "fits, then does not, then would again",
            &["a"],
            vec![
                vec![Diff::PushBack { value: value() }],
                vec![Diff::Clear, Diff::Set { index: 0, value: value() }],
                vec![Diff::Reset { values: strings(&["z"]) }],
            ],
        ),
    ]
}

fn by_dice() -> Vec<Case> {
    let mut dice = Dice(0x00e5_7afe_77e5);
    (0..120)
        .map(|number| {
            let start = dice.words(8);
            let mut length = start.len();
            let updates: Vec<Vec<Diff<String>>> = (0..1 + dice.roll(5))
                .map(|_| {
                    (0..dice.roll(7))
                        .map(|_| {
                            let diff = dice.diff(length);
                            let mut list: Vector<String> = (0..length).map(|_| String::new()).collect();
                            to_sdk(diff.clone()).apply(&mut list);
                            length = list.len();
                            diff
                        })
                        .collect()
                })
                .collect();
            let expected = Some(by_sdk(&start, &updates));
            Case { name: format!("random {number}"), start, updates, expected, must_resubscribe: false }
        })
        .collect()
}

#[test]
fn diff_corpus() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/diffs/corpus.json");
    let mut cases = by_hand();
    cases.extend(by_dice());

    if std::env::var_os("UPDATE_CORPUS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let lines: Vec<String> = cases.iter().map(|case| serde_json::to_string(case).unwrap()).collect();
        fs::write(&path, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    }

    let committed: Vec<Case> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(committed == cases, "the corpus is not what this test writes; run it with UPDATE_CORPUS=1");

    for case in committed {
        let mut list = case.start.clone();
        let outcome = case.updates.into_iter().try_for_each(|diffs| apply(&mut list, diffs));
        match case.expected {
            Some(expected) => {
                assert_eq!(outcome, Ok(()), "{}", case.name);
                assert_eq!(list, expected, "{}", case.name);
            }
            None => assert_eq!(outcome, Err(MustResubscribe), "{}", case.name),
        }
    }
}

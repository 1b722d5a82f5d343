//! Somebody who listens to the window as a screen reader does, and a transcript of what is said, compared with one that
//! has been read by a person.

use std::{
    cell::Cell,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
};

use anyhow::{Context as _, Result, bail, ensure};
use estafette_tests::{
    agent::eventually,
    window::{Window, root},
};
use fantoccini::key::Key;
use serde_json::Value;

/// Somebody who listens: `screen_reader.py`.
pub(crate) struct Reader {
    program: Child,
    heard: PathBuf,
    /// How much of it has been waited for.
    read: Cell<usize>,
}

impl Reader {
    pub(crate) async fn listen(folder: &Path) -> Result<Self> {
        let heard = folder.join("heard");
        // The system's Python: the bindings for AT-SPI are its package.
        let program = Command::new("/usr/bin/python3")
            .arg(root().join("tests/e2e/screen_reader.py"))
            .arg(&heard)
            .spawn()
            .context("the screen reader does not start (package python3-pyatspi)")?;
        let reader = Self { program, heard, read: Cell::new(0) };
        reader.hears("\"ready\"").await?;
        Ok(reader)
    }

    /// Waits until something is said, after what was waited for before. Who listens is slower than these keys: what is
    /// gone before it can be read is not read out.
    pub(crate) async fn hears(&self, words: &str) -> Result<()> {
        let heard = || fs::read_to_string(&self.heard).unwrap_or_default();
        let look = || heard().get(self.read.get()..)?.find(words).map(|at| self.read.get() + at + words.len());
        let waited = eventually("the screen reader", || async { look() }).await;
        self.read.set(waited.with_context(|| format!("{words:?} is not said; but this is:\n{}", heard()))?);
        Ok(())
    }

    /// Presses keys, and listens after each to what is there then: nothing is passed unheard.
    pub(crate) async fn steps(&self, window: &Window, steps: &[(Key, &str)]) -> Result<()> {
        for (key, words) in steps {
            window.press(*key).await?;
            self.hears(words).await?;
        }
        Ok(())
    }

    /// Goes on by the Tab key.
    pub(crate) async fn tab(&self, window: &Window, roles: &[&str]) -> Result<()> {
        let steps: Vec<_> = roles.iter().map(|role| (Key::Tab, *role)).collect();
        self.steps(window, &steps).await
    }

    /// What is waited for next may have been said before all that was waited for so far.
    pub(crate) fn listen_again(&self) {
        self.read.set(0);
    }

    /// Whether what has been said is what was read by a person; kept beside for who reads it next.
    pub(crate) fn compare(&self, name: &str, same: &[(&str, &str)]) -> Result<()> {
        let heard = self.transcript(same)?;
        let kept = root().join("target/e2e").join(format!("transcript-{name}.txt"));
        fs::create_dir_all(kept.parent().context("a folder")?)?;
        fs::write(&kept, heard.join("\n") + "\n")?;
        compare(name, &heard).with_context(|| format!("the whole transcript: {}", kept.display()))
    }

    /// All that has been said, one line each, in words that are the same at every run.
    fn transcript(&self, same: &[(&str, &str)]) -> Result<Vec<String>> {
        let heard = fs::read_to_string(&self.heard)?;
        let lines = heard.lines().filter(|line| !line.starts_with("{\"ready\"") && !line.starts_with("{\"page\""));
        let lines = lines.map(|line| Ok(without_times(&said(&serde_json::from_str(line)?)?, same)));
        Ok(last_counts(lines.collect::<Result<_>>()?))
    }
}

/// Without what depends on the pace of typing: of what is said in turn of how much was found by a part of a name, only the
/// last, which is about all of it.
fn last_counts(lines: Vec<String>) -> Vec<String> {
    let counts =
        |line: &str| line.strip_prefix("polite: ").is_some_and(|text| text.starts_with(|it| char::is_ascii_digit(&it)));
    let mut left: Vec<String> = Vec::new();
    for line in lines {
        if counts(&line) && left.last().is_some_and(|before| counts(before)) {
            left.pop();
        }
        left.push(line);
    }
    left
}

#[test]
fn only_a_count_that_another_one_follows_is_left_out() {
    let lines = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let heard =
        |counts: &[&str]| lines(&[&["entry: Suche"][..], counts, &["polite: Ja", "polite: 3 gefunden"]].concat());
    for counts in [
        &["polite: 1 gefunden"][..],
        &["polite: 1 gefunden", "polite: 1 gefunden"],
        &["polite: 20 gefunden", "polite: 2 gefunden", "polite: 2 gefunden", "polite: 1 gefunden"],
        &["polite: 2 gefunden", "polite: 20 gefunden", "polite: 1 gefunden", "polite: 1 gefunden"],
    ] {
        assert_eq!(last_counts(heard(counts)), heard(&["polite: 1 gefunden"]));
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// One line of the transcript.
fn said(line: &Value) -> Result<String> {
    let text = |name: &str| line[name].as_str();
    if let Some(live) = text("announced") {
        return Ok(format!("{live}: {}", text("text").context("an announcement without a text")?));
    }
    let Some(role) = text("focus") else { bail!("the screen reader says {line}") };
    let mut said = format!("{role}: {}", text("name").unwrap_or_default());
    if let Some(value) = text("value") {
        said.push_str(&format!(" = {value}"));
    }
    for state in ["selected", "checked", "invalid", "required"] {
        if line[state] == true {
            said.push_str(&format!(" [{state}]"));
        }
    }
    if let Some(description) = text("description") {
        said.push_str(&format!(" ({description})"));
    }
    Ok(said)
}

/// What differs from run to run, named instead.
fn without_times(line: &str, same: &[(&str, &str)]) -> String {
    let line = same.iter().fold(line.to_owned(), |line, (text, name)| line.replace(text, name));
    let letters: Vec<char> = line.chars().collect();
    let mut result = String::new();
    let mut at = 0;
    while at < letters.len() {
        let time = letters
            .get(at..at + 5)
            .is_some_and(|five| five[2] == ':' && [0, 1, 3, 4].iter().all(|place| five[*place].is_ascii_digit()));
        result.push_str(if time { "<time>" } else { "" });
        if !time {
            result.push(letters[at]);
        }
        at += if time { 5 } else { 1 };
    }
    result.replace('\n', " ⏎ ")
}

/// The transcript that has been read, and whether each line must be said. After "~ " stands what is there for so short
/// a time that who listens may come too late for it.
fn read_by_a_person(name: &str) -> Result<Vec<(bool, String)>> {
    let text = fs::read_to_string(root().join("tests/e2e/transcripts").join(format!("{name}.txt")))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(|line| line.strip_prefix("~ ").map_or((true, line.into()), |line| (false, line.into()))).collect())
}

/// What is said is what stands in that transcript, line by line: nothing else, and nothing twice.
fn compare(name: &str, heard: &[String]) -> Result<()> {
    let mut expected = read_by_a_person(name)?.into_iter().peekable();
    for (at, line) in heard.iter().enumerate() {
        while expected.next_if(|(must, next)| !must && next != line).is_some() {}
        let Some((_, next)) = expected.next() else { bail!("said after the end: {line}") };
        ensure!(*line == next, "line {}: said is {line}\n instead of {next}", at + 1);
    }
    let left = expected.find(|(must, _)| *must);
    ensure!(left.is_none(), "not said: {left:?}");
    Ok(())
}

#[test]
fn what_is_said_too_much_is_found() -> Result<()> {
    let (must, right): (Vec<bool>, Vec<String>) = read_by_a_person("fr")?.into_iter().unzip();
    compare("fr", &right)?;
    for at in 0..right.len() {
        let mut wrong = right.clone();
        wrong.insert(at, right[at].clone());
        ensure!(compare("fr", &wrong).is_err(), "said twice: {}", right[at]);
        wrong[at] = "assertive: Un message n’a pas été envoyé.".into();
        ensure!(compare("fr", &wrong).is_err(), "said before: {}", right[at]);
        wrong.drain(at..at + 2);
        ensure!(compare("fr", &wrong).is_err() == must[at], "not said: {}", right[at]);
    }
    for more in ["polite: Vous : Bien reçu", "push button: Messages"] {
        let wrong = [right.as_slice(), &[more.to_owned()]].concat();
        ensure!(compare("fr", &wrong).is_err(), "said at the end: {more}");
    }
    Ok(())
}

//! The guide for administrations: what people wrote about policies as a whole, and then each key.

use std::fmt::Write as _;

use anyhow::Result;
use estafette_core::policy::{Guard, Spec, value::Kind};
use serde_json::{Value, json};

use super::{admx, sections, words::Words};

/// What stands before the keys in French.
pub(super) const FRENCH: &str = include_str!("guide/fr.md");
/// What stands before the keys in German.
pub(super) const GERMAN: &str = include_str!("guide/de.md");

/// The guide.
pub(super) fn document(words: &Words, head: &str) -> Result<String> {
    let mut text = format!("<!-- Written by `cargo xtask policies`. -->\n{head}");
    for (section, keys) in sections() {
        writeln!(text, "\n### {}", words.section(section)?)?;
        for spec in keys {
            writeln!(text, "\n#### `{}`\n", spec.name)?;
            writeln!(text, "**{}.** {}\n", words.title(spec)?, words.text(spec)?)?;
            for line in lines(spec, words)? {
                writeln!(text, "- {line}")?;
            }
        }
    }
    Ok(text)
}

/// What is to be known of a key, point by point.
fn lines(spec: &Spec, words: &Words) -> Result<Vec<String>> {
    let (section, name) = spec.parts();
    let mut lines = vec![words.say_with("guide-values", &[("values", &values(spec, words)?)])?];
    match spec.guard {
        Some(Guard::Order(order)) => {
            let order: Vec<_> = order.iter().map(|word| format!("`{}`", json!(word))).collect();
            lines.push(words.say_with("guide-order", &[("order", &order.join(", "))])?);
        }
        Some(Guard::Switch(safe)) => {
            lines.push(words.say_with("guide-strict", &[("value", &format!("`{safe}`"))])?);
        }
        Some(Guard::Common) => lines.push(words.say("guide-common")?),
        None => {}
    }
    lines.extend(words.safe(spec)?);
    lines.push(words.applies(spec)?);
    if spec.has_choice() {
        lines.push(words.say("guide-choice")?);
    }
    let example: Value = serde_json::from_str(words.example(spec))?;
    let example = written(&example);
    let json = format!("`{{ \"{section}\": {{ \"{name}\": {example} }} }}`");
    lines.push(words.say_with("guide-example", &[("json", &json)])?);
    let path = format!(r"`{}\{section}`", admx::KEY);
    let name = format!("`{name}`");
    let args = [("path", path.as_str()), ("name", name.as_str()), ("type", registry_type(spec.kind))];
    lines.push(words.say_with("guide-registry", &args)?);
    Ok(lines)
}

/// What a key takes.
fn values(spec: &Spec, words: &Words) -> Result<String> {
    let kind = || words.say(&format!("policy-kind-{}", spec.kind.name()));
    match spec.kind {
        Kind::Choice(all) => {
            let each = all
                .iter()
                .map(|word| -> Result<_> { Ok(format!("`{}` ({})", json!(word), words.choice(spec, word)?)) });
            Ok(each.collect::<Result<Vec<_>>>()?.join(", "))
        }
        Kind::Text(longest) => words.say_with("guide-longest", &[("kind", &kind()?), ("count", &longest.to_string())]),
        _ => kind(),
    }
}

/// A value as people write it, with a space after each comma.
fn written(value: &Value) -> String {
    match value {
        Value::Array(all) => format!("[{}]", all.iter().map(written).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

const fn registry_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Switch => "REG_DWORD",
        kind if kind.is_list() => "REG_MULTI_SZ",
        _ => "REG_SZ",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use estafette_core::policy::{check_text, keys::ALL};

    use super::{super::words::Tongue, *};

    #[test]
    fn the_guide_to_policies_tells_of_every_key_and_its_examples_are_right() {
        for (tongue, head) in [(Tongue::French, FRENCH), (Tongue::German, GERMAN)] {
            let guide = document(&Words::of(tongue).unwrap(), head).unwrap();
            for spec in ALL {
                assert_eq!(guide.matches(&format!("#### `{}`\n", spec.name)).count(), 1, "{}", spec.name);
            }
            let examples = guide.split('`').filter(|code| code.starts_with("{ \"")).collect::<Vec<_>>();
            assert!(examples.len() >= ALL.len());
            // Paths of files are none on Windows, where policies are no files.
            if cfg!(unix) {
                for example in examples {
                    assert!(check_text("guide", example).is_empty(), "{example}");
                }
            }
        }
    }

    #[test]
    fn french_spaces_in_the_guide_to_policies_do_not_break() {
        let guide = document(&Words::of(Tongue::French).unwrap(), FRENCH).unwrap();
        let mut code = false;
        for line in guide.lines() {
            if line.starts_with("```") {
                code = !code;
            }
            // What stands between backquotes is not French.
            let spoken: String = line.split('`').step_by(2).collect();
            let breaks = [" :", " ;", " ?", " !", " »", "« ", " %", "'"].iter().any(|mark| spoken.contains(mark));
            assert!(code || !breaks, "{line}");
        }
    }
}

//! The words of the template for the group policies of Windows, one file for each language.

use anyhow::Result;
use estafette_core::policy::{Spec, keys::ALL, value::Kind};

use super::{admx, sections, words::Words, xml::Element};

/// The words of one language.
pub(super) fn document(words: &Words) -> Result<String> {
    let strings = strings(words)?;
    let table = strings.into_iter().map(|(id, text)| Element::new("string").with("id", id).saying(text));
    let presentations = ALL.iter().filter_map(|spec| presentation(spec, words).transpose());
    let presentations: Vec<Element> = presentations.collect::<Result<_>>()?;
    Element::root("policyDefinitionResources")
        .holding([
            Element::new("displayName").saying("Estafette"),
            Element::new("description").saying("Estafette"),
            Element::new("resources").holding([
                Element::new("stringTable").holding(table),
                Element::new("presentationTable").holding(presentations),
            ]),
        ])
        .document()
}

fn strings(words: &Words) -> Result<Vec<(String, String)>> {
    let mut strings = vec![
        ("estafette".to_owned(), "Estafette".to_owned()),
        ("recommended".to_owned(), words.say("files-recommended")?),
        ("recommended_text".to_owned(), words.say("files-recommended-text")?),
        ("supported".to_owned(), words.say("files-supported")?),
    ];
    for (section, keys) in sections() {
        strings.push((admx::section_string(section), words.section(section)?));
        for spec in keys {
            strings.push((admx::name(spec), words.title(spec)?));
            strings.push((admx::text_string(spec), explained(spec, words)?));
            for word in spec.kind.words() {
                strings.push((admx::word_string(spec, word), words.choice(spec, word)?));
            }
        }
    }
    Ok(strings)
}

/// What the editor for group policies shows beside a policy.
fn explained(spec: &Spec, words: &Words) -> Result<String> {
    let mut parts = vec![words.text(spec)?];
    // What can be chosen shows by itself.
    if !matches!(spec.kind, Kind::Switch | Kind::Choice(_)) {
        let kind = match spec.kind {
            // Elsewhere the examples are Linux's first: this is read on Windows alone.
            Kind::File | Kind::Files | Kind::Folder => format!("files-kind-{}", spec.kind.name()),
            kind => format!("policy-kind-{}", kind.name()),
        };
        let kind = words.say(&kind)?;
        parts.push(words.say_with("files-expected", &[("kind", &kind)])?);
    }
    parts.push(words.applies(spec)?);
    parts.extend(words.safe(spec)?);
    parts.push(spec.name.to_owned());
    Ok(parts.join("\n\n"))
}

/// The fields of a policy; none for a switch.
fn presentation(spec: &Spec, words: &Words) -> Result<Option<Element>> {
    let (name, title) = (admx::name(spec), words.title(spec)?);
    let field = match spec.kind {
        Kind::Switch => return Ok(None),
        // In the order of the words, which is often one of strictness.
        Kind::Choice(_) => Element::new("dropdownList").with("refId", &name).with("noSort", "true").saying(title),
        kind if kind.is_list() => Element::new("multiTextBox").with("refId", &name).saying(title),
        _ => Element::new("textBox").with("refId", &name).holding([Element::new("label").saying(title)]),
    };
    Ok(Some(Element::new("presentation").with("id", name).holding([field])))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{super::words::Tongue, *};

    #[test]
    fn paths_in_the_templates_are_those_of_windows() {
        for tongue in Tongue::ALL {
            let words = Words::of(tongue).unwrap();
            let mut told = 0;
            for spec in ALL {
                let text = explained(spec, &words).unwrap();
                assert!(!text.contains(" /"), "{text}");
                told += usize::from(text.contains(r" C:\"));
            }
            assert_eq!(told, 3, "{tongue:?}");
        }
    }
}

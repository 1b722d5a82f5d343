//! The template for the group policies of Windows: what stands where in the registry. Its words are in `adml`.

use anyhow::Result;
use estafette_core::policy::{Spec, value::Kind};

use super::{sections, words, xml::Element};

/// Where core reads the policy in the registry. A section is a key below it, a name in the section a value.
pub(super) const KEY: &str = r"Software\Policies\Estafette";

/// The version that read all of these keys first.
const SUPPORTED: &str = "supported";

/// Of which of two policies a value is a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What nobody else may change.
    Locked,
    /// What holds until somebody chooses something else.
    Recommended,
}

impl Part {
    fn key(self, section: &str) -> String {
        match self {
            Self::Locked => format!(r"{KEY}\{section}"),
            Self::Recommended => format!(r"{KEY}\Recommended\{section}"),
        }
    }

    fn category(self, section: &str) -> String {
        match self {
            Self::Locked => format!("section_{section}"),
            Self::Recommended => format!("recommended_{section}"),
        }
    }

    fn policy(self, spec: &Spec) -> String {
        match self {
            Self::Locked => name(spec),
            Self::Recommended => format!("{}_recommended", name(spec)),
        }
    }

    /// What is recommended of a key that nobody can choose is no recommendation: whoever wants it to hold locks it.
    fn has(self, spec: &Spec) -> bool {
        match self {
            Self::Locked => true,
            Self::Recommended => spec.has_choice(),
        }
    }

    /// The sections, each with the keys of which there is a policy.
    fn sections(self) -> impl Iterator<Item = (&'static str, Vec<&'static Spec>)> {
        let of = move |(section, mut keys): (_, Vec<&'static Spec>)| {
            keys.retain(|spec| self.has(spec));
            (section, keys)
        };
        sections().into_iter().map(of).filter(|(_, keys)| !keys.is_empty())
    }

    /// Core reads what is recommended of the machine alone.
    const fn class(self) -> &'static str {
        match self {
            Self::Locked => "Both",
            Self::Recommended => "Machine",
        }
    }
}

/// The template.
pub(super) fn document() -> Result<String> {
    let target = Element::new("target").with("prefix", "estafette").with("namespace", "Estafette.Policies");
    let supported = Element::new("definition").with("name", SUPPORTED).with("displayName", string(SUPPORTED));
    Element::root("policyDefinitions")
        .holding([
            Element::new("policyNamespaces").holding([target]),
            Element::new("resources").with("minRequiredRevision", "1.0"),
            Element::new("supportedOn").holding([Element::new("definitions").holding([supported])]),
            Element::new("categories").holding(categories()),
            Element::new("policies").holding([Part::Locked, Part::Recommended].into_iter().flat_map(policies)),
        ])
        .document()
}

fn categories() -> Vec<Element> {
    let category =
        |name: &str, title: &str| Element::new("category").with("name", name).with("displayName", string(title));
    let within = |element: Element, parent: &str| element.holding([parent_category(parent)]);
    let mut categories = vec![category("estafette", "estafette")];
    let of = |part: Part, parent: &str| -> Vec<Element> {
        let names = part.sections().map(|(section, _)| section);
        names.map(|name| within(category(&part.category(name), &section_string(name)), parent)).collect()
    };
    categories.extend(of(Part::Locked, "estafette"));
    let recommended = category("recommended", "recommended").with("explainText", string("recommended_text"));
    categories.push(within(recommended, "estafette"));
    categories.extend(of(Part::Recommended, "recommended"));
    categories
}

fn policies(part: Part) -> Vec<Element> {
    let all = part.sections().flat_map(|(_, keys)| keys);
    all.map(|spec| policy(spec, part)).collect()
}

fn policy(spec: &Spec, part: Part) -> Element {
    let (section, value) = spec.parts();
    let policy = Element::new("policy")
        .with("name", part.policy(spec))
        .with("class", part.class())
        .with("displayName", string(&name(spec)))
        .with("explainText", string(&text_string(spec)));
    let policy = match spec.kind {
        Kind::Switch => policy,
        _ => policy.with("presentation", format!("$(presentation.{})", name(spec))),
    };
    let policy = policy.with("key", part.key(section));
    let policy = match spec.kind {
        Kind::Switch => policy.with("valueName", value),
        _ => policy,
    };
    // In the order that Microsoft's schema wants.
    let policy =
        policy.holding([parent_category(&part.category(section)), Element::new("supportedOn").with("ref", SUPPORTED)]);
    match element(spec) {
        Some(element) => policy.holding([Element::new("elements").holding([element])]),
        None => policy.holding(
            [("enabledValue", "1"), ("disabledValue", "0")]
                .map(|(name, number)| Element::new(name).holding([Element::new("decimal").with("value", number)])),
        ),
    }
}

/// What is filled in where the policy is enabled; nothing for a switch, which is enabled or disabled.
fn element(spec: &Spec) -> Option<Element> {
    let (_, value) = spec.parts();
    let of = |kind: &'static str| {
        Element::new(kind).with("id", name(spec)).with("valueName", value).with("required", "true")
    };
    Some(match spec.kind {
        Kind::Switch => return None,
        Kind::Choice(words) => of("enum").holding(words.iter().map(|word| {
            let written = Element::new("value").holding([Element::new("string").saying(*word)]);
            Element::new("item").with("displayName", string(&word_string(spec, word))).holding([written])
        })),
        Kind::Text(longest) => of("text").with("maxLength", longest.to_string()),
        kind if kind.is_list() => of("multiText"),
        _ => of("text"),
    })
}

fn parent_category(name: &str) -> Element {
    Element::new("parentCategory").with("ref", name)
}

fn string(id: &str) -> String {
    format!("$(string.{id})")
}

/// A key's name in the template, which has no points and no dashes: `network_proxy_mode` for `network.proxyMode`.
pub(super) fn name(spec: &Spec) -> String {
    let id = words::id(spec);
    id.strip_prefix("policy-").unwrap_or(&id).replace('-', "_")
}

/// The string that says what a key does.
pub(super) fn text_string(spec: &Spec) -> String {
    format!("{}_text", name(spec))
}

/// The string that says what a word of a key means.
pub(super) fn word_string(spec: &Spec, word: &str) -> String {
    format!("{}_{}", name(spec), word.replace('-', "_"))
}

/// The string that is the title of a section.
pub(super) fn section_string(section: &str) -> String {
    format!("section_{section}")
}

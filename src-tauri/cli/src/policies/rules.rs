//! What Microsoft's schema and the editor for group policies ask of templates, checked by ourselves: there is no such
//! editor where this is built, and the schema's own files are not ours to pass on.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// An element as it was read.
#[derive(Debug, Default, Clone)]
struct Node {
    name: String,
    attributes: BTreeMap<String, String>,
    inner: Vec<Node>,
    /// Whether it says something.
    text: bool,
    /// What it says.
    said: String,
}

impl Node {
    fn new(start: &BytesStart<'_>) -> Result<Self, String> {
        let mut attributes = BTreeMap::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            attributes.insert(attribute.key.as_ref().to_owned(), attribute.value.into_owned());
        }
        Ok(Self { name: start.name().as_ref().to_owned(), attributes, ..Self::default() })
    }

    /// The outermost element; an error where the text is not well-formed.
    fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(start) => open.push(Self::new(&start)?),
                Event::Empty(start) => open.last_mut().ok_or("no parent")?.inner.push(Self::new(&start)?),
                Event::End(_) => {
                    let done = open.pop().ok_or("too many ends")?;
                    open.last_mut().ok_or("too many ends")?.inner.push(done);
                }
                Event::Text(text) => {
                    let node = open.last_mut().ok_or("no parent")?;
                    node.text |= !text.trim().is_empty();
                    node.said.push_str(text.trim());
                }
                Event::Eof => break,
                _ => {}
            }
        }
        match (open.pop(), open.is_empty()) {
            (Some(mut top), true) if top.inner.len() == 1 => top.inner.pop().ok_or_else(|| "nothing".to_owned()),
            _ => Err("an element is not closed, or there is not one outermost element".to_owned()),
        }
    }

    fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    fn one(&self, name: &str) -> Option<&Self> {
        self.inner.iter().find(|node| node.name == name)
    }

    fn at<'a>(&'a self, path: &[&str]) -> &'a [Self] {
        let found = path.iter().try_fold(self, |node, name| node.one(name));
        found.map_or(&[], |node| node.inner.as_slice())
    }

    /// What it and all in it say.
    fn words(&self) -> String {
        self.all().into_iter().map(|node| node.said.as_str()).collect()
    }

    /// This and all below it.
    fn all(&self) -> Vec<&Self> {
        std::iter::once(self).chain(self.inner.iter().flat_map(Self::all)).collect()
    }

    /// What attributes refer to: `X` of `$(string.X)`.
    fn references(&self, what: &str) -> BTreeSet<String> {
        let values = self.all().into_iter().flat_map(|node| node.attributes.values());
        let names = values.filter_map(|value| value.strip_prefix(&format!("$({what}."))?.strip_suffix(')'));
        names.map(str::to_owned).collect()
    }
}

/// What templates are written in.
const NAMESPACE: &str = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions";

/// An element of Microsoft's schema.
struct Rule {
    /// Its own name after that of the one that it stands in.
    at: &'static str,
    /// The attributes that it must have.
    must: &'static [&'static str],
    /// Those that it may have.
    may: &'static [&'static str],
    /// What stands in it, in this order.
    holds: &'static [&'static str],
}

const fn rule(
    at: &'static str,
    must: &'static [&'static str],
    may: &'static [&'static str],
    holds: &'static [&'static str],
) -> Rule {
    Rule { at, must, may, holds }
}

const FIELD: &[&str] = &["key", "clientExtension", "required"];
const LONG_FIELD: &[&str] = &["key", "clientExtension", "required", "maxLength", "soft"];
const ROOT: &[&str] = &["xmlns", "revision", "schemaVersion"];
const PREFIXES: &[&str] = &["xmlns:xsd", "xmlns:xsi"];
const TEXT: &[&str] = &["displayName", "explainText"];

/// As much of Microsoft's schema (MS-GPREG 2.2.5) as our templates use; what is not here, they do not use.
const SCHEMA: &[Rule] = &[
    rule(
        "/policyDefinitions",
        ROOT,
        PREFIXES,
        &["policyNamespaces", "resources", "supportedOn", "categories", "policies"],
    ),
    rule("policyDefinitions/policyNamespaces", &[], &[], &["target", "using"]),
    rule("policyNamespaces/target", &["prefix", "namespace"], &[], &[]),
    rule("policyDefinitions/resources", &["minRequiredRevision"], &["fallbackCulture"], &[]),
    rule("policyDefinitions/supportedOn", &[], &[], &["definitions"]),
    rule("supportedOn/definitions", &[], &[], &["definition"]),
    rule("definitions/definition", &["name", "displayName"], &[], &[]),
    rule("policyDefinitions/categories", &[], &[], &["category"]),
    rule("categories/category", &["name", "displayName"], TEXT, &["parentCategory"]),
    rule("category/parentCategory", &["ref"], &[], &[]),
    rule("policyDefinitions/policies", &[], &[], &["policy"]),
    rule(
        "policies/policy",
        &["name", "class", "displayName", "key"],
        &["explainText", "presentation", "valueName"],
        &["parentCategory", "supportedOn", "enabledValue", "disabledValue", "elements"],
    ),
    rule("policy/parentCategory", &["ref"], &[], &[]),
    rule("policy/supportedOn", &["ref"], &[], &[]),
    rule("policy/enabledValue", &[], &[], &["decimal"]),
    rule("policy/disabledValue", &[], &[], &["decimal"]),
    rule("enabledValue/decimal", &["value"], &[], &[]),
    rule("disabledValue/decimal", &["value"], &[], &[]),
    rule("policy/elements", &[], &[], &["enum", "text", "multiText"]),
    rule("elements/enum", &["id", "valueName"], FIELD, &["item"]),
    rule("enum/item", &["displayName"], &[], &["value"]),
    rule("item/value", &[], &[], &["string"]),
    rule("value/string", &[], &[], &[]),
    rule("elements/text", &["id", "valueName"], LONG_FIELD, &[]),
    rule("elements/multiText", &["id", "valueName"], LONG_FIELD, &[]),
    rule("/policyDefinitionResources", ROOT, PREFIXES, &["displayName", "description", "resources"]),
    rule("policyDefinitionResources/displayName", &[], &[], &[]),
    rule("policyDefinitionResources/description", &[], &[], &[]),
    rule("policyDefinitionResources/resources", &[], &[], &["stringTable", "presentationTable"]),
    rule("resources/stringTable", &[], &[], &["string"]),
    rule("stringTable/string", &["id"], &[], &[]),
    rule("resources/presentationTable", &[], &[], &["presentation"]),
    rule("presentationTable/presentation", &["id"], &[], &["dropdownList", "textBox", "multiTextBox"]),
    rule("presentation/dropdownList", &["refId"], &["noSort", "defaultItem"], &[]),
    rule("presentation/multiTextBox", &["refId"], &["showAsDialog", "defaultHeight"], &[]),
    rule("presentation/textBox", &["refId"], &[], &["label", "defaultValue"]),
    rule("textBox/label", &[], &[], &[]),
];

/// What must stand in an element.
const ALWAYS: [(&str, &str); 10] = [
    ("/policyDefinitions", "policyNamespaces"),
    ("/policyDefinitions", "resources"),
    ("policyDefinitions/policyNamespaces", "target"),
    ("policies/policy", "supportedOn"),
    ("enum/item", "value"),
    ("/policyDefinitionResources", "displayName"),
    ("/policyDefinitionResources", "description"),
    ("/policyDefinitionResources", "resources"),
    ("presentation/textBox", "label"),
    ("policyDefinitionResources/resources", "stringTable"),
];

/// The elements in which text stands.
const SPEAK: [&str; 7] =
    ["string", "label", "displayName", "description", "dropdownList", "multiTextBox", "defaultValue"];

/// Those that may hold nothing.
const MAY_BE_EMPTY: [&str; 4] = ["category", "definition", "target", "resources"];

/// Checks an element, and all below it, against the schema.
fn against_schema(parent: &str, node: &Node, broken: &mut Vec<String>) {
    let at = format!("{parent}/{}", node.name);
    let id = ["name", "id", "refId"].map(|name| node.get(name)).concat();
    let mut say = |what: &str| broken.push(format!("{at} {id}: {what}"));
    let Some(rule) = SCHEMA.iter().find(|rule| rule.at == at) else {
        return say("it does not stand here");
    };
    for name in rule.must.iter().filter(|name| !node.attributes.contains_key(**name)) {
        say(&format!("it has no {name}"));
    }
    for (_, name) in ALWAYS.iter().filter(|(outer, name)| *outer == at && node.one(name).is_none()) {
        say(&format!("no {name} is in it"));
    }
    for (name, value) in &node.attributes {
        if !rule.must.contains(&name.as_str()) && !rule.may.contains(&name.as_str()) {
            say(&format!("it takes no {name}"));
        }
        if !is_formed(name, value) {
            say(&format!("{value} is no {name}"));
        }
    }
    let places: Vec<_> =
        node.inner.iter().map(|inner| rule.holds.iter().position(|name| *name == inner.name)).collect();
    // Fields stand as they like.
    if rule.at != "policy/elements" && !places.is_sorted() {
        say("what is in it stands in another order");
    }
    if node.inner.is_empty() && !rule.holds.is_empty() && !MAY_BE_EMPTY.contains(&node.name.as_str()) {
        say("nothing is in it");
    }
    if node.text != (rule.holds.is_empty() && SPEAK.contains(&node.name.as_str())) {
        say("it says nothing, or something where nothing is said");
    }
    for inner in &node.inner {
        against_schema(&node.name, inner, broken);
    }
}

/// Whether a value has the form that the schema wants of an attribute.
fn is_formed(name: &str, value: &str) -> bool {
    let reference = |what: &str| {
        let id = value.strip_prefix(&format!("$({what}.")).and_then(|rest| rest.strip_suffix(')'));
        id.is_some_and(|id| !id.is_empty() && id.chars().all(is_plain))
    };
    let digits =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.chars().all(|it| it.is_ascii_digit());
    match name {
        "xmlns" => value == NAMESPACE,
        "displayName" | "explainText" => reference("string"),
        "presentation" => reference("presentation"),
        "revision" | "schemaVersion" | "minRequiredRevision" => {
            value.split_once('.').is_some_and(|(major, minor)| digits(major, 4) && digits(minor, 5))
        }
        "required" | "noSort" | "soft" | "showAsDialog" => ["true", "false"].contains(&value),
        "value" | "maxLength" | "defaultItem" | "defaultHeight" => value.parse::<u32>().is_ok(),
        "class" => ["Machine", "User", "Both"].contains(&value),
        "key" => {
            let below = value.strip_prefix(r"Software\Policies\Estafette\");
            below.is_some_and(|below| below.split('\\').all(|part| !part.is_empty()))
        }
        _ => !value.trim().is_empty(),
    }
}

/// Which control shows which element.
const CONTROLS: [(&str, &str); 3] = [("enum", "dropdownList"), ("text", "textBox"), ("multiText", "multiTextBox")];

/// The rules that are broken.
fn broken(admx: &str, admls: &[(String, String)]) -> Vec<String> {
    let mut broken = Vec::new();
    let admx = match Node::read(admx) {
        Ok(node) if node.name == "policyDefinitions" => node,
        read => return vec![format!("the ADMX is none: {:?}", read.err())],
    };
    against_schema("", &admx, &mut broken);
    let names = |nodes: &[Node], attribute: &str| nodes.iter().map(|node| node.get(attribute).to_owned()).collect();
    let categories: Vec<String> = names(admx.at(&["categories"]), "name");
    let policies = admx.at(&["policies"]);
    unique("category", &categories, &mut broken);
    unique("policy", &names(policies, "name"), &mut broken);
    let supported: Vec<String> = names(admx.at(&["supportedOn", "definitions"]), "name");
    let refers = |node: &Node, to: &str, known: &[String]| {
        node.one(to).is_some_and(|reference| known.iter().any(|name| name == reference.get("ref")))
    };
    for category in admx.at(&["categories"]).iter().filter(|category| !category.inner.is_empty()) {
        // What comes before: so there is no circle.
        let at = categories.iter().position(|name| name == category.get("name")).unwrap_or_default();
        if !refers(category, "parentCategory", &categories[..at]) {
            broken.push(format!("the category {} has no parent", category.get("name")));
        }
    }
    let places = policies.iter().flat_map(|policy| {
        let elements = policy.at(&["elements"]).iter().map(|element| element.get("valueName"));
        let own = policy.attributes.get("valueName").map(String::as_str);
        elements.chain(own).map(|value| format!(r"{}\{value}", policy.get("key"))).collect::<Vec<_>>()
    });
    unique("value of the registry", &places.collect::<Vec<_>>(), &mut broken);
    for policy in policies {
        let name = policy.get("name");
        if !refers(policy, "parentCategory", &categories) || !refers(policy, "supportedOn", &supported) {
            broken.push(format!("{name} stands in no category, or is supported by nothing"));
        }
        let fields: Vec<String> = names(policy.at(&["elements"]), "id");
        unique(&format!("field of {name}"), &fields, &mut broken);
        for field in policy.at(&["elements"]).iter().filter(|field| field.name == "enum") {
            let words: Vec<String> = field.inner.iter().map(Node::words).collect();
            unique(&format!("value of {name}"), &words, &mut broken);
        }
        let switch = policy.one("enabledValue").is_some() && policy.one("disabledValue").is_some();
        if switch == policy.one("elements").is_some() || switch == policy.attributes.contains_key("presentation") {
            broken.push(format!("{name} is neither a switch nor has fields"));
        }
    }
    for (language, adml) in admls {
        match Node::read(adml) {
            Ok(adml) if adml.name == "policyDefinitionResources" => {
                let mut wrong = in_language(&admx, &adml);
                against_schema("", &adml, &mut wrong);
                let wanted = admx.one("resources").map_or("", |resources| resources.get("minRequiredRevision"));
                if adml.get("revision") != wanted {
                    wrong.push(format!("it is of another revision than {wanted}"));
                }
                broken.extend(wrong.into_iter().map(|what| format!("{language}: {what}")));
            }
            read => broken.push(format!("{language} is no ADML: {:?}", read.err())),
        }
    }
    broken
}

fn in_language(admx: &Node, adml: &Node) -> Vec<String> {
    let mut broken = Vec::new();
    let tables = [("string", "stringTable"), ("presentation", "presentationTable")];
    for (what, table) in tables {
        let table = adml.at(&["resources", table]);
        let ids: Vec<String> = table.iter().map(|node| node.get("id").to_owned()).collect();
        unique(what, &ids, &mut broken);
        let (named, defined) = (admx.references(what), ids.into_iter().collect::<BTreeSet<_>>());
        broken.extend(named.difference(&defined).map(|id| format!("the {what} {id} is missing")));
        broken.extend(defined.difference(&named).map(|id| format!("the {what} {id} is left over")));
    }
    let presentations = adml.at(&["resources", "presentationTable"]);
    for policy in admx.at(&["policies"]) {
        let wanted: Vec<_> = policy.at(&["elements"]).iter().map(|node| (node.get("id"), node.name.as_str())).collect();
        let id = policy.get("presentation").trim_start_matches("$(presentation.").trim_end_matches(')');
        let shown =
            presentations.iter().find(|node| node.get("id") == id).map_or(&[][..], |node| node.inner.as_slice());
        let shown: Vec<_> = shown.iter().map(|node| (node.get("refId"), node.name.as_str())).collect();
        let fits = |&(id, kind): &(&str, &str)| {
            CONTROLS.iter().any(|(element, control)| *element == kind && shown.contains(&(id, *control)))
        };
        if shown.len() != wanted.len() || !wanted.iter().all(fits) {
            broken.push(format!("{} shows {shown:?} for {wanted:?}", policy.get("name")));
        }
    }
    broken
}

/// Names are ours to choose: letters, digits and `_` are taken everywhere.
fn unique(what: &str, names: &[String], broken: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name.to_ascii_lowercase()) {
            broken.push(format!("the {what} {name} is there twice"));
        }
        if !what.starts_with("value") && (name.is_empty() || !name.chars().all(is_plain)) {
            broken.push(format!("the {what} {name} has no name that is taken everywhere"));
        }
    }
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use estafette_core::policy::{keys::ALL, value::Kind};

    use super::{super::files, *};

    fn generated() -> (String, Vec<(String, String)>) {
        let files = files().unwrap();
        let admx = files.iter().find(|file| file.path.ends_with(".admx")).unwrap().text.clone();
        let admls = files.into_iter().filter(|file| file.path.ends_with(".adml"));
        (admx, admls.map(|file| (file.path, file.text)).collect())
    }

    #[test]
    fn the_templates_for_group_policies_keep_the_rules() {
        let (admx, admls) = generated();
        assert_eq!(admls.len(), 3);
        assert_eq!(broken(&admx, &admls), Vec::<String>::new());
    }

    #[test]
    fn every_key_of_the_policy_stands_where_core_reads_it() {
        let (admx, _) = generated();
        let admx = Node::read(&admx).unwrap();
        let mut places = BTreeSet::new();
        for policy in admx.at(&["policies"]) {
            let own = policy.attributes.get("valueName").map(String::as_str);
            let values = policy.at(&["elements"]).iter().map(|element| element.get("valueName")).chain(own);
            places.extend(values.map(|value| (policy.get("key"), policy.get("class"), value)));
        }
        let mut expected = BTreeSet::new();
        let keys: Vec<_> = ALL
            .iter()
            .map(|spec| {
                let (section, name) = spec.parts();
                let locked = format!(r"Software\Policies\Estafette\{section}");
                (locked, format!(r"Software\Policies\Estafette\Recommended\{section}"), name, spec.has_choice())
            })
            .collect();
        for (locked, recommended, name, chosen) in &keys {
            expected.insert((locked.as_str(), "Both", *name));
            // What nobody can choose is not recommended either.
            if *chosen {
                expected.insert((recommended.as_str(), "Machine", *name));
            }
        }
        assert_eq!(places, expected);
    }

    /// The other half is `every_key_is_read_from_every_source_as_the_templates_write_it` in
    /// `src-tauri/core/src/policy/windows.rs`, with a registry: a number for a switch, several lines for a list, and one
    /// line, with nothing in it that Windows would replace, for the rest.
    #[test]
    fn what_the_templates_write_is_what_core_reads() {
        let (admx, _) = generated();
        let admx = Node::read(&admx).unwrap();
        let all = admx.at(&["policies"]);
        let mut found = 0;
        for spec in ALL {
            let (section, name) = spec.parts();
            let writes = |policy: &&Node| {
                let below = policy.get("key").rsplit('\\').next() == Some(section);
                let fields = policy.at(&["elements"]);
                below && (policy.get("valueName") == name || fields.iter().any(|field| field.get("valueName") == name))
            };
            for policy in all.iter().filter(writes) {
                found += 1;
                let number = |of: &str| match policy.at(&[of]) {
                    [number] if number.name == "decimal" => number.get("value").to_owned(),
                    other => unreachable!("{}: {other:?}", spec.name),
                };
                if spec.kind == Kind::Switch {
                    assert_eq!([number("enabledValue"), number("disabledValue")], ["1", "0"], "{}", spec.name);
                    continue;
                }
                let [field] = policy.at(&["elements"]) else { unreachable!("{}", spec.name) };
                assert!(!field.attributes.contains_key("key") && field.get("expandable") != "true", "{}", spec.name);
                let element = match spec.kind {
                    Kind::Choice(words) => {
                        let items: Vec<_> = field.inner.iter().filter_map(|item| item.one("value")).collect();
                        let strings: Vec<_> = items.iter().filter_map(|value| value.one("string")).collect();
                        assert_eq!(strings.iter().map(|string| string.words()).collect::<Vec<_>>(), words);
                        assert_eq!(items.len(), strings.len());
                        "enum"
                    }
                    kind if kind.is_list() => "multiText",
                    _ => "text",
                };
                assert_eq!(field.name, element, "{}", spec.name);
            }
        }
        // What is locked, and what is recommended.
        assert_eq!(found, ALL.len() + ALL.iter().filter(|spec| spec.has_choice()).count());
    }

    #[test]
    fn a_broken_rule_of_policy_templates_is_found() {
        let (admx, admls) = generated();
        let complaints = |old: &str, new: &str| {
            assert!(admx.contains(old) || admls[1].1.contains(old), "{old}");
            let admls: Vec<_> = admls.iter().map(|(path, text)| (path.clone(), text.replacen(old, new, 1))).collect();
            broken(&admx.replacen(old, new, 1), &admls)
        };
        for (old, new) in [
            ("</policies>", ""),
            ("<string id=\"supported\">", "<string id=\"Supported_\">"),
            ("<string id=\"supported\">", "<string id=\"recommended\">"),
            ("$(string.supported)", "$(string.unsupported)"),
            ("<presentation id=\"servers_fixed\">", "<presentation id=\"servers_unfixed\">"),
            ("textBox refId=\"servers_fixed\"", "textBox refId=\"servers_unfixed\""),
            ("<multiTextBox refId=\"servers_allowed\"", "<multiTextBox refId=\"servers_fixed\""),
            ("name=\"section_servers\"", "name=\"section_network\""),
            ("<parentCategory ref=\"estafette\"/>", "<parentCategory ref=\"section_start\"/>"),
            ("<supportedOn ref=\"supported\"/>", ""),
            ("<enabledValue>", "<enabled>"),
            ("class=\"Both\"", "class=\"Everybody\""),
            ("name=\"servers_fixed\"", "name=\"servers-fixed\""),
            ("valueName=\"fixed\"", "valueName=\"allowed\""),
            ("<decimal value=\"1\"/>", "<decimal value=1/>"),
            ("<decimal value=\"1\"/>", "<decimal value=\"yes\"/>"),
            ("<decimal value=\"1\"/>", "<decimal/>"),
            ("2006/07/PolicyDefinitions", "2006/07/Policies"),
            (" schemaVersion=\"1.0\"", ""),
            (" revision=\"1.0\"", " revision=\"1\""),
            ("minRequiredRevision=\"1.0\"", "minRequiredRevision=\"1.1\""),
            (" required=\"true\"", " required=\"yes\""),
            (" noSort=\"true\"", " sorted=\"false\""),
            ("displayName=\"$(string.supported)\"", "displayName=\"Estafette\""),
            ("<string>signed</string>", ""),
            ("<string>signed</string>", "<string>verified</string>"),
            ("<string>signed</string>", "<number>1</number>"),
            ("<label>", "<text>words</text><label>"),
            ("key=\"Software\\Policies\\Estafette\\", "key=\"Software\\Estafette\\"),
            (" prefix=\"estafette\"", ""),
            ("<displayName>Estafette</displayName>", ""),
        ] {
            assert_ne!(complaints(old, new), Vec::<String>::new(), "{old}");
        }
    }
}

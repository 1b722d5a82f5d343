//! The JSON Schema of a policy file, by which editors complete and check it.

use anyhow::Result;
use estafette_core::policy::{Spec, value::Kind};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{sections, words::Words};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

const SERVER: &str = r"^([A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$";
const LINK: &str = r"^https://[^\s/?#@]+([/?#]\S*)?$";
const PROXY: &str = r"^(https?|socks5h?)://[^\s/?#@]+/?$";
/// A name with or without a point in front (an IPv4 address looks like one), a network, an IPv6 address.
const HOST: &str = concat!(
    r"^(\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*",
    r"|[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}",
    r"|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(/[0-9]{1,3})?)$",
);
const COLOUR: &str = "^#[0-9A-Fa-f]{6}$";
/// From the root, without a part that is `..`. Windows has its policy in the registry, never in such a file.
const PATH: &str = r"^(/(\.?|[^/.][^/]*|\.[^/.][^/]*|\.\.[^/]+))+$";

/// Members in the order in which they were put there.
struct Ordered<T>(Vec<(String, T)>);

impl<T: Serialize> Serialize for Ordered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[derive(Serialize)]
struct Root {
    #[serde(rename = "$schema")]
    dialect: &'static str,
    #[serde(flatten)]
    object: Object<Member>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<T: Serialize> {
    title: String,
    description: String,
    r#type: &'static str,
    properties: Ordered<T>,
    additional_properties: bool,
}

impl<T: Serialize> Object<T> {
    fn new(title: String, description: String, properties: Vec<(String, T)>) -> Self {
        Self { title, description, r#type: "object", properties: Ordered(properties), additional_properties: false }
    }
}

/// A member of the whole file.
#[derive(Serialize)]
#[serde(untagged)]
enum Member {
    /// `$schema`, by which a file says what it is.
    Says(Shape),
    Section(Object<Property>),
}

#[derive(Serialize)]
struct Property {
    title: String,
    description: String,
    #[serde(flatten)]
    shape: Shape,
    examples: [Value; 1],
}

/// What a value looks like.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shape {
    r#type: &'static str,
    #[serde(rename = "enum", skip_serializing_if = "<[_]>::is_empty")]
    words: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Shape>>,
}

impl Shape {
    fn text(pattern: &'static str) -> Self {
        Self { r#type: "string", pattern: Some(pattern), ..Self::default() }
    }

    fn list(pattern: &'static str) -> Self {
        Self { r#type: "array", items: Some(Box::new(Self::text(pattern))), ..Self::default() }
    }

    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Switch => Self { r#type: "boolean", ..Self::default() },
            Kind::Choice(words) => Self { r#type: "string", words, ..Self::default() },
            // Something that shows.
            Kind::Text(longest) => Self { max_length: Some(longest), ..Self::text(r"\S") },
            Kind::Server => Self::text(SERVER),
            Kind::Servers => Self::list(SERVER),
            Kind::Link => Self::text(LINK),
            Kind::Proxy => Self::text(PROXY),
            Kind::Hosts => Self::list(HOST),
            Kind::Colour => Self::text(COLOUR),
            Kind::File | Kind::Folder => Self::text(PATH),
            Kind::Files => Self::list(PATH),
        }
    }
}

/// The schema. Its titles are in French, its descriptions in both languages: editors show one text.
pub(super) fn document(french: &Words, german: &Words) -> Result<String> {
    let mut members = vec![("$schema".to_owned(), Member::Says(Shape { r#type: "string", ..Shape::default() }))];
    for (section, keys) in sections() {
        let properties = keys.into_iter().map(|spec| -> Result<_> {
            let (_, name) = spec.parts();
            Ok((name.to_owned(), property(spec, french, german)?))
        });
        let (title, other) = (french.section(section)?, german.section(section)?);
        let description = format!("{title}\n\n{other}");
        let object = Object::new(title, description, properties.collect::<Result<_>>()?);
        members.push((section.to_owned(), Member::Section(object)));
    }
    let both = |id: &str| Ok::<_, anyhow::Error>(format!("{}\n\n{}", french.say(id)?, german.say(id)?));
    let object = Object::new("Estafette".to_owned(), both("guide-schema")?, members);
    let mut text = serde_json::to_string_pretty(&Root { dialect: DIALECT, object })?;
    text.push('\n');
    Ok(text)
}

fn property(spec: &Spec, french: &Words, german: &Words) -> Result<Property> {
    Ok(Property {
        title: french.title(spec)?,
        description: format!("{}\n\n{}", french.text(spec)?, german.text(spec)?),
        shape: Shape::of(spec.kind),
        examples: [serde_json::from_str(spec.example)?],
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use estafette_core::policy::keys::ALL;
    use regex::Regex;
    use serde_json::json;

    use super::{super::words::Tongue, *};

    fn schema() -> Value {
        let words = |tongue| Words::of(tongue).unwrap();
        serde_json::from_str(&document(&words(Tongue::French), &words(Tongue::German)).unwrap()).unwrap()
    }

    /// As much of JSON Schema as the schema uses; what it does not know, it refuses to pass over.
    fn fits(schema: &Value, value: &Value) -> bool {
        schema.as_object().unwrap().iter().all(|(keyword, wanted)| match keyword.as_str() {
            "type" => match wanted.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                other => panic!("type {other}"),
            },
            "enum" => wanted.as_array().unwrap().contains(value),
            "pattern" => {
                value.as_str().is_some_and(|text| Regex::new(wanted.as_str().unwrap()).unwrap().is_match(text))
            }
            "maxLength" => value.as_str().is_some_and(|text| text.chars().count() as u64 <= wanted.as_u64().unwrap()),
            "items" => value.as_array().is_some_and(|all| all.iter().all(|each| fits(wanted, each))),
            "properties" => value.as_object().is_some_and(|all| {
                all.iter().all(|(name, value)| wanted.get(name).is_none_or(|schema| fits(schema, value)))
            }),
            "additionalProperties" => {
                assert_eq!(*wanted, json!(false));
                let known = schema["properties"].as_object().unwrap();
                value.as_object().is_some_and(|all| all.keys().all(|name| known.contains_key(name)))
            }
            "$schema" | "title" | "description" | "examples" => true,
            other => panic!("the test does not know {other}"),
        })
    }

    fn file(spec: &Spec, value: &Value) -> Value {
        let (section, name) = spec.parts();
        json!({ "$schema": "estafette.schema.json", section: { name: value } })
    }

    #[test]
    fn every_example_of_a_policy_fits_and_what_nobody_knows_does_not() {
        let schema = schema();
        for spec in ALL {
            let example: Value = serde_json::from_str(spec.example).unwrap();
            assert!(fits(&schema, &file(spec, &example)), "{}", spec.name);
            let (section, name) = spec.parts();
            let described = &schema["properties"][section]["properties"][name];
            assert_eq!(described["examples"], json!([example]));
            for wrong in [json!(7), json!({}), Value::Null, json!([1])] {
                assert!(!fits(&schema, &file(spec, &wrong)), "{} with {wrong}", spec.name);
            }
            if let Some(guard) = spec.guard {
                assert!(fits(&schema, &file(spec, &guard.safe())), "{}", spec.name);
            }
        }
        assert!(!fits(&schema, &json!({ "servers": { "forbidden": [] } })));
        assert!(!fits(&schema, &json!({ "assistant": {} })));
        assert!(!fits(&schema, &json!([])));
    }

    /// Values of all kinds, right and wrong. Some paths are none on Windows, where policies are no files.
    #[cfg(unix)]
    #[test]
    fn the_schema_and_core_agree_on_what_a_policy_may_hold() {
        let texts = [
            "",
            "fr",
            "full",
            "nothing",
            "well-known",
            "signed",
            "manual",
            "debug",
            "agent.dinum.tchap.gouv.fr",
            "matrix.bund.de:8448",
            "[2001:db8::1]:8448",
            "no server",
            "https://aide.example.fr/a?b#c",
            "https://a.fr?b",
            "http://aide.example.fr",
            "https://a:b@c.fr",
            "javascript:alert(1)",
            "http://proxy.example.fr:3128",
            "socks5h://10.0.0.1:1080/",
            "http://[::1]:3128",
            "http://a:b@proxy:3128",
            "ftp://proxy",
            "http://proxy/path",
            "intranet.example.fr",
            ".local",
            "10.0.0.0/8",
            "2001:db8::/32",
            "::1",
            "*",
            "a b",
            "host/8",
            "a..b",
            "#000091",
            "#1A2b3C",
            "#1a2b3",
            "#+1a2b3",
            "rouge",
            "/etc/ssl/ministere.pem",
            "/",
            "/a/./b",
            "/a/.b/..c/...",
            "/etc/../home/ca.pem",
            "/..",
            "/a/..",
            "ministere.pem",
            "Messagerie du ministère",
        ];
        let long = "x".repeat(41);
        let texts: Vec<Value> = texts.into_iter().chain([&*long]).map(Value::from).collect();
        let lists = texts.iter().map(|text| json!([text]));
        let values: Vec<Value> = lists.chain(texts.iter().cloned()).chain([json!(true), json!([]), json!(1)]).collect();
        let schema = schema();
        for spec in ALL {
            for value in &values {
                let taken = spec.check(value).is_ok();
                assert_eq!(fits(&schema, &file(spec, value)), taken, "{} with {value}", spec.name);
            }
        }
    }
}

//! XML as a tree, written with indents.

use std::io;

use anyhow::Result;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

/// What the templates for group policies are written in.
const NAMESPACE: &str = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions";

/// An element, with what is in it: text or other elements.
#[derive(Debug)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    inner: Vec<Self>,
    text: Option<String>,
}

impl Element {
    /// An empty one.
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), inner: Vec::new(), text: None }
    }

    /// The outermost one of a template.
    pub(super) fn root(name: &'static str) -> Self {
        Self::new(name)
            .with("xmlns:xsd", "http://www.w3.org/2001/XMLSchema")
            .with("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
            .with("revision", "1.0")
            .with("schemaVersion", "1.0")
            .with("xmlns", NAMESPACE)
    }

    /// With an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With elements in it, after those that it holds already.
    pub(super) fn holding(mut self, inner: impl IntoIterator<Item = Self>) -> Self {
        self.inner.extend(inner);
        self
    }

    /// With text in it.
    pub(super) fn saying(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// The whole file.
    pub(super) fn document(&self) -> Result<String> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        writer.write_event(Event::Comment(BytesText::from_escaped(" Written by `cargo xtask policies`. ")))?;
        self.write(&mut writer)?;
        let mut text = String::from_utf8(writer.into_inner())?;
        text.push('\n');
        Ok(text)
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut start = BytesStart::new(self.name);
        self.attributes.iter().for_each(|(name, value)| start.push_attribute((*name, value.as_str())));
        if self.text.is_none() && self.inner.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        if let Some(text) = &self.text {
            writer.write_event(Event::Text(BytesText::new(text)))?;
        }
        self.inner.iter().try_for_each(|element| element.write(writer))?;
        writer.write_event(Event::End(BytesEnd::new(self.name)))
    }
}

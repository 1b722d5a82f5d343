//! How an organisation shows itself where one signs in.

use serde::Serialize;

use super::{Key, Policy, Problem, What, keys, palette::Palette, value::Link};

/// The name, the picture, the colour and the pages of an organisation; what it has not decided is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Brand {
    /// What Estafette is called where one signs in.
    pub name: Option<String>,
    /// Whether there is a picture, to be had under the handle `logo`.
    pub logo: bool,
    /// The colour in the light interface.
    pub light: Option<Palette>,
    /// The colour in the dark interface.
    pub dark: Option<Palette>,
    /// Pages that are opened in the browser.
    pub links: Vec<BrandLink>,
    /// The homeserver of everybody, where it is always the same.
    pub server: Option<String>,
}

/// A page of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct BrandLink {
    /// What it is: its words are `brand-<kind>`.
    pub kind: LinkKind,
    /// Where it is, `https`.
    pub url: String,
}

/// What a page of the organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// Help.
    Help,
    /// The terms of use.
    Terms,
    /// What becomes of personal data.
    Privacy,
    /// Who is responsible.
    Imprint,
    /// How accessible it is.
    Accessibility,
    /// Whether the services work.
    Status,
}

impl Brand {
    /// As the policy has it; the picture is that of the one that held when Estafette started. `server` is where
    /// everybody signs in.
    #[must_use]
    pub(crate) fn of(policy: &Policy, started: &Policy, server: Option<String>) -> Self {
        let colour = policy.get(&keys::BRAND_ACCENT).map(|decided| decided.value);
        let links: [(LinkKind, &Key<Link>); 6] = [
            (LinkKind::Help, &keys::LINKS_HELP),
            (LinkKind::Terms, &keys::LINKS_TERMS),
            (LinkKind::Privacy, &keys::LINKS_PRIVACY),
            (LinkKind::Imprint, &keys::LINKS_IMPRINT),
            (LinkKind::Accessibility, &keys::LINKS_ACCESSIBILITY),
            (LinkKind::Status, &keys::LINKS_STATUS),
        ];
        let link =
            |(kind, key): (LinkKind, &Key<Link>)| Some(BrandLink { kind, url: policy.get(key)?.value.0.to_string() });
        Self {
            name: policy.get(&keys::BRAND_NAME).map(|decided| decided.value.0),
            logo: has_logo(started, policy),
            light: colour.map(Palette::light),
            dark: colour.map(Palette::dark),
            links: links.into_iter().filter_map(link).collect(),
            server,
        }
    }
}

/// What stands in the picture's file, where it counts.
#[must_use]
pub(crate) fn logo(policy: &Policy) -> Option<Vec<u8>> {
    policy.named(&policy.get(&keys::BRAND_LOGO)?.value.0).ok()
}

/// Whether there is a picture. What is wrong with its file was found when the policy was looked at last.
fn has_logo(started: &Policy, policy: &Policy) -> bool {
    let Some(path) = started.get(&keys::BRAND_LOGO).map(|decided| decided.value.0.display().to_string()) else {
        return false;
    };
    let is_of_logo =
        |problem: &Problem| problem.key.as_deref() == Some(keys::BRAND_LOGO.spec.name) && problem.place.of == path;
    let is_wrong = |problem: &Problem| is_of_logo(problem) && matches!(problem.what, What::File(_) | What::NoPicture);
    !policy.problems().iter().any(is_wrong)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::Source;

    #[test]
    fn what_an_organisation_has_decided_is_there_and_nothing_else() {
        let nothing = Policy::default();
        assert_eq!(Brand::of(&nothing, &nothing, None), Brand::default());
        let brand = Brand::of(
            &Policy::said(&[
                (Source::Machine, "brand.name", json!("Messagerie du ministère")),
                (Source::Installer, "brand.accent", json!("#000091")),
                (Source::Machine, "links.help", json!("https://aide.example.fr")),
                (Source::Machine, "links.terms", json!("javascript:alert(1)")),
            ]),
            &nothing,
            Some("bund.example".to_owned()),
        );
        assert_eq!(brand.name.as_deref(), Some("Messagerie du ministère"));
        assert_eq!(brand.light.unwrap().accent, "#000091");
        let help = BrandLink { kind: LinkKind::Help, url: "https://aide.example.fr/".to_owned() };
        assert_eq!(brand.links, [help]);
    }

    #[test]
    fn the_picture_is_that_of_the_start() {
        let pictured = Policy::said(&[(Source::Machine, "brand.logo", json!(std::env::temp_dir().join("logo.png")))]);
        assert!(Brand::of(&Policy::default(), &pictured, None).logo);
        assert!(!Brand::of(&pictured, &Policy::default(), None).logo);
    }

    #[test]
    fn a_picture_whose_file_does_not_count_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo.png");
        let pictured = Policy::said(&[(Source::Machine, "brand.logo", json!(path))]);
        assert_eq!(logo(&pictured), None);
        std::fs::write(&path, b"picture").unwrap();
        assert_eq!(logo(&pictured).unwrap(), b"picture");
        assert!(has_logo(&pictured, &pictured));
        // What is looked at later counts; of another file it says nothing.
        let mut looked = Policy::default();
        looked.problems.extend(pictured.misnamed());
        assert!(!has_logo(&pictured, &looked));
        looked.problems[0].place.of.push('x');
        assert!(has_logo(&pictured, &looked));
    }
}

//! How people are shown: name and organisation apart, a colour that stays theirs.

use std::time::Duration;

use matrix_sdk::{Client, Room, RoomState, ruma::UserId};
use matrix_sdk_ui::timeline::{Profile, TimelineDetails};
use serde::Serialize;

use crate::{media::Handles, rich_text::clean};

/// A person as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The Matrix ID.
    pub user_id: String,
    /// The name, without organisation; the Matrix ID's first part if there is none.
    pub name: String,
    /// The part in brackets of `Name [Organisation]`, if any.
    pub organisation: Option<String>,
    /// The picture's handle for the media protocol.
    pub avatar: Option<String>,
    /// Which of the eight disc colours stands for this person.
    pub color: u8,
}

/// How many disc colours there are.
const COLORS: u64 = 8;

/// How long the server is asked for the own profile before the Matrix ID has to do.
const PROFILE_PATIENCE: Duration = Duration::from_secs(5);

/// A person from what their server says of them. The name is text by strangers: it is stripped of all
/// that could reach beyond itself on the screen.
#[must_use]
pub fn person(user_id: &UserId, display_name: Option<&str>, avatar: Option<String>) -> Person {
    let shown = display_name.map(clean).filter(|name| !name.is_empty());
    let (name, organisation) = match &shown {
        Some(shown) => split(shown),
        None => (user_id.localpart(), None),
    };
    Person {
        user_id: user_id.to_string(),
        name: if name.is_empty() { user_id.to_string() } else { name.to_owned() },
        organisation: organisation.map(str::to_owned),
        avatar,
        color: color(user_id.as_str()),
    }
}

/// A person as a member of a room. Where two members bear the same name, the Matrix ID is part of it.
pub(crate) fn member(user_id: &UserId, profile: &Profile, handles: &Handles) -> Person {
    let avatar = profile.avatar_url.as_deref().map(|url| handles.avatar(url));
    let mut person = person(user_id, profile.display_name.as_deref(), avatar);
    if profile.display_name_ambiguous {
        person.name = format!("{} ({})", person.name, person.user_id);
    }
    person
}

/// A person from a profile that may not be known yet.
pub(crate) fn from_details(user_id: &UserId, profile: &TimelineDetails<Profile>, handles: &Handles) -> Person {
    match profile {
        TimelineDetails::Ready(profile) => member(user_id, profile, handles),
        _ => person(user_id, None, None),
    }
}

/// A member of a room, from what is stored on this machine.
pub(crate) async fn stored(room: &Room, user_id: &UserId, handles: &Handles) -> Person {
    match Profile::load(room, user_id).await {
        Some(profile) => member(user_id, &profile, handles),
        None => person(user_id, None, None),
    }
}

/// The user. From a room's member list if one is stored, so that it works without network; else the
/// server is asked.
pub(crate) async fn me(client: &Client, handles: &Handles) -> Person {
    let Some(user_id) = client.user_id() else {
        return Person { user_id: String::new(), name: String::new(), organisation: None, avatar: None, color: 0 };
    };
    for room in client.rooms().into_iter().filter(|room| room.state() == RoomState::Joined).take(5) {
        if let Some(profile) = Profile::load(&room, user_id).await
            && profile.display_name.is_some()
        {
            let profile = Profile { display_name_ambiguous: false, ..profile };
            return member(user_id, &profile, handles);
        }
    }
    let account = client.account();
    let name = tokio::time::timeout(PROFILE_PATIENCE, account.get_display_name()).await;
    let name = name.ok().and_then(Result::ok).flatten();
    // Without an answer for the name, there will be none for the picture.
    let avatar = match &name {
        Some(_) => tokio::time::timeout(PROFILE_PATIENCE, account.get_avatar_url()).await.ok(),
        None => None,
    };
    let avatar = avatar.and_then(Result::ok).flatten().map(|url| handles.avatar(&url));
    person(user_id, name.as_deref(), avatar)
}

/// Which disc colour stands for an ID; the same on every machine.
#[must_use]
pub fn color(id: &str) -> u8 {
    // FNV-1a: small, spread well enough for eight colours, and fixed for ever.
    let hash = id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    u8::try_from(hash % COLORS).unwrap_or(0)
}

/// The first word of a name: how colleagues are called in a list.
#[must_use]
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// `Name [Organisation]` apart. Only one pair of brackets at the very end counts.
fn split(shown: &str) -> (&str, Option<&str>) {
    let whole = (shown, None);
    let Some(body) = shown.strip_suffix(']') else { return whole };
    let Some((name, organisation)) = body.rsplit_once('[') else { return whole };
    let organisation = organisation.trim();
    if organisation.is_empty() || organisation.contains(']') || !name.ends_with(' ') || name.trim().is_empty() {
        return whole;
    }
    (name.trim(), Some(organisation))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use matrix_sdk::ruma::user_id;

    use super::*;
    use crate::rich_text::MAX_NAME;

    fn named(name: &str) -> (String, Option<String>) {
        let person = person(user_id!("@claire.dupont:agent.example.fr"), Some(name), None);
        (person.name, person.organisation)
    }

    fn both(name: &str, organisation: &str) -> (String, Option<String>) {
        (name.to_owned(), Some(organisation.to_owned()))
    }

    #[test]
    fn splits_name_and_organisation() {
        assert_eq!(named("Claire Dupont [DINUM]"), both("Claire Dupont", "DINUM"));
        assert_eq!(named("  Jürgen  Groß   [ BMI  Referat 3 ] "), both("Jürgen Groß", "BMI Referat 3"));
        assert_eq!(named("A [B] [C]"), both("A [B]", "C"));
    }

    #[test]
    fn leaves_other_brackets_alone() {
        for name in ["[DINUM]", "Claire[DINUM]", "Claire [DINUM] x", "Claire []", "Claire [", "]", "Claire DINUM]"] {
            assert_eq!(named(name), (name.to_owned(), None), "{name}");
        }
        assert_eq!(named("Claire [a]b]"), ("Claire [a]b]".to_owned(), None));
    }

    #[test]
    fn hostile_names_stay_in_their_line() {
        assert_eq!(named("\u{202e}gro.live\u{202c} [\u{2066}X\u{2069}]"), both("gro.live", "X"));
        assert_eq!(named("a\nb\u{0}c\td"), ("a b c d".to_owned(), None));
        let zero_width = "\u{200b}\u{feff}\u{2060}";
        assert_eq!(named(zero_width), ("claire.dupont".to_owned(), None));
        assert_eq!(named(" \u{200b} [X]"), ("[X]".to_owned(), None));
        assert_eq!(named(&"é".repeat(100_000)).0.chars().count(), MAX_NAME + 1);
        assert_eq!(named(&"[".repeat(1_000)).1, None);
        assert_eq!(named("👩🏽‍💻"), ("👩🏽‍💻".to_owned(), None));
    }

    #[test]
    fn falls_back_to_the_id() {
        let person = person(user_id!("@claire:example.fr"), None, None);
        assert_eq!(person.name, "claire");
        assert_eq!(person.user_id, "@claire:example.fr");
    }

    #[test]
    fn colors_are_stable_and_spread() {
        assert_eq!(color("@claire:example.fr"), color("@claire:example.fr"));
        let used: std::collections::BTreeSet<u8> = (0..200).map(|n| color(&format!("@u{n}:example.fr"))).collect();
        assert_eq!(used.into_iter().collect::<Vec<_>>(), (0..8).collect::<Vec<u8>>());
    }

    #[test]
    fn ambiguous_names_carry_the_id() {
        let profile =
            Profile { display_name: Some("Claire [DINUM]".to_owned()), display_name_ambiguous: true, avatar_url: None };
        let person = member(user_id!("@claire2:example.fr"), &profile, &Handles::new());
        assert_eq!(person.name, "Claire (@claire2:example.fr)");
        assert_eq!(person.organisation.as_deref(), Some("DINUM"));
    }
}

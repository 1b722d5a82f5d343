//! What a screen reader is told while somebody signs in, reads and writes, and while they go through the settings.

use std::time::Duration;

use anyhow::Result;
use estafette_homeservers::Side;
use estafette_tests::{agent::Context, managed::Managed, servers::PASSWORD, window::Window};
use fantoccini::{Locator, key::Key};
use serde_json::json;

use crate::{
    people::Pair,
    reader::Reader,
    screens::{self, ADDRESS, KEY, LIST, message},
    tray::Desktop,
};

/// From where one writes to the list of rooms, by the Tab key.
const RAIL_AND_LIST: [&str; 4] = ["push button", "push button", "combo box", "list box"];

/// Opens the invitation that the list stands on, and accepts it.
async fn accept(reader: &Reader, window: &Window) -> Result<()> {
    reader.steps(window, &[(Key::Enter, "panel")]).await?;
    reader.tab(window, &["push button", "push button"]).await?;
    reader.steps(window, &[(Key::Enter, "entry")]).await
}

async fn signs_in_reads_and_writes(mine: Side, name: &str) -> Result<()> {
    let pair = Pair::new(mine).await?;
    // Not in the profile: a folder that holds something is old data, to which there is no key.
    let folder = tempfile::tempdir()?;
    let reader = Reader::listen(folder.path()).await?;
    let window = pair.open().await?;
    window.focused(ADDRESS).await?;
    reader.hears("\"page\"").await?;
    // The field may be said before the page is read, or after.
    reader.listen_again();
    reader.hears("entry").await?;
    window.keys("rien").await?;
    window.press(Key::Enter).await?;
    window.find(&format!("{ADDRESS}[aria-invalid]")).await?;
    // Nothing before it has this sign.
    reader.hears("@").await?;
    // Who comes back to the field hears of the error again.
    reader.tab(&window, &["push button"]).await?;
    window.chord(&[Key::Shift.into()], Key::Tab.into()).await?;
    reader.hears("\"invalid\"").await?;
    window.chord(&[Key::Control.into()], 'a').await?;
    screens::give_address(&window, &pair.me.user_id).await?;
    reader.hears("password text").await?;
    screens::give_password(&window, PASSWORD).await?;
    reader.hears("heading").await?;
    window.find(&format!("{KEY} code")).await?;
    reader.tab(&window, &["push button", "push button", "check box"]).await?;
    reader.steps(&window, &[(Key::Space, "\"checked\"")]).await?;
    reader.tab(&window, &["push button"]).await?;
    reader.steps(&window, &[(Key::Enter, "push button")]).await?;

    // Two invitations, by the keys alone.
    let second = pair.invite("Atelier").await?;
    window.painted("[data-room-id]", "Atelier").await?;
    reader.tab(&window, &RAIL_AND_LIST[1..]).await?;
    window.press(Key::Home).await?;
    accept(&reader, &window).await?;
    pair.other.wait_for_members(&second, 2).await?;
    let room = pair.invite("Passerelle").await?;
    window.painted("[data-room-id]", "Passerelle").await?;
    reader.tab(&window, &RAIL_AND_LIST).await?;
    reader.steps(&window, &[(Key::Home, "Passerelle")]).await?;
    accept(&reader, &window).await?;
    pair.other.wait_for_members(&room, 2).await?;
    let (_, far) = pair.hear_of(&window, &second).await?;
    let (heard, near) = pair.hear(&window, &room, &Context::default()).await?;
    reader.hears(&near).await?;

    // The list by arrows, the messages by F6 and arrows, a word of one's own.
    reader.tab(&window, &RAIL_AND_LIST).await?;
    reader.steps(&window, &[(Key::Down, &far), (Key::F6, "article")]).await?;
    window.focused(&message(heard.as_str())).await?;
    reader.steps(&window, &[(Key::Escape, "entry")]).await?;
    let mine = screens::write(&window, "Bien reçu").await?;
    reader.steps(&window, &[(Key::F6, "push button"), (Key::F6, "list box"), (Key::F6, "Bien reçu")]).await?;
    reader.steps(&window, &[(Key::Up, &near), (Key::Down, "Bien reçu")]).await?;
    window.focused(&message(&mine)).await?;
    // News are gathered for two seconds: one's own word is none.
    tokio::time::sleep(Duration::from_secs(3)).await;
    window.close().await?;

    let same = [(far.as_str(), "<far>"), (near.as_str(), "<near>"), (pair.me.user_id.as_str(), "<me>")];
    reader.compare(name, &same)
}

/// The settings whose names the walk looks for, as the user would write them.
struct Names {
    theme: &'static str,
    motion: &'static str,
    language: &'static str,
    receipts: &'static str,
    room: &'static str,
    versions: &'static str,
}

/// From page to page by keys alone: one by its place in the list, the others as one searches for them; most at twice
/// the text size.
async fn goes_through_the_settings(mine: Side, name: &str, names: Names) -> Result<()> {
    let pair = Pair::new(mine).await?;
    pair.sign_in_beforehand().await?;
    let folder = tempfile::tempdir()?;
    let reader = Reader::listen(folder.path()).await?;
    let desktop = Desktop::start().await?;
    let window = pair.open().await?;
    window.find(LIST).await?;
    desktop.shows(&window).await?;
    reader.hears("\"page\"").await?;
    window.chord(&[Key::Control.into()], ',').await?;
    reader.hears("heading").await?;
    reader.tab(&window, &["push button", "entry"]).await?;

    reader.steps(&window, &[(Key::F6, "push button"), (Key::F6, "entry")]).await?;
    reader.tab(&window, &["push button", "push button"]).await?;
    reader.steps(&window, &[(Key::Enter, "heading")]).await?;
    reader.tab(&window, &["combo box", "toggle button"]).await?;

    reader.steps(&window, &[(Key::F6, "push button"), (Key::F6, "entry")]).await?;
    search(&reader, &window, names.theme, "radio button").await?;
    reader.tab(&window, &["slider"]).await?;
    reader.steps(&window, &[(Key::End, "\"200\"")]).await?;
    window.until("room for one pane", "document.documentElement.dataset.width?.includes('narrow')").await?;
    reader.tab(&window, &["radio button"]).await?;

    // There is room for one of both now: the list of pages, or a page.
    for (setting, role, others) in [
        (names.motion, "toggle button", &["combo box", "toggle button", "toggle button"][..]),
        (names.language, "radio button", &[]),
        (names.receipts, "toggle button", &["toggle button"]),
        (names.room, "push button", &[]),
        (names.versions, "panel", &["push button"]),
    ] {
        reader.steps(&window, &[(Key::Escape, "heading")]).await?;
        reader.tab(&window, &["entry"]).await?;
        search(&reader, &window, setting, role).await?;
        if setting == names.motion {
            reader.steps(&window, &[(Key::Space, "checked")]).await?;
        }
        if setting == names.room {
            reader.steps(&window, &[(Key::Enter, "push button"), (Key::Escape, "push button")]).await?;
        }
        reader.tab(&window, others).await?;
    }
    reader.steps(&window, &[(Key::Escape, "heading"), (Key::Escape, "combo box")]).await?;
    window.close().await?;
    reader.compare(name, &[(pair.me.user_id.as_str(), "<me>")])
}

/// From the search to a setting.
async fn search(reader: &Reader, window: &Window, setting: &str, role: &str) -> Result<()> {
    window.keys(setting).await?;
    let typed = format!("document.querySelector('[data-region=list] input').value === {}", json!(setting));
    window.until("the whole name in the search", &typed).await?;
    window.painted("[data-hit]", setting).await?;
    let found = window.page.find_all(Locator::Css("[data-hit]")).await?.len();
    // However slow the machine is: how much was found is heard before one goes there.
    reader.hears(&format!("\"text\": \"{found} ")).await?;
    reader.steps(window, &[(Key::Enter, role)]).await
}

/// What the organisation has decided: the setting says so, leads to the rule, and the rule says who and where.
async fn hears_what_is_locked(mine: Side, name: &str, content: &str, receipts: &str) -> Result<()> {
    let pair = Pair::new(mine).await?;
    pair.sign_in_beforehand().await?;
    let Some(machine) = Managed::new()? else { return Ok(()) };
    machine.write(
        "managed/10.json",
        "{ \"notifications\": { \"content\": \"nothing\" },\n\"messages\": { \"receipts\": false, \"images\": 1 } }",
    )?;
    let folder = tempfile::tempdir()?;
    let reader = Reader::listen(folder.path()).await?;
    let window = Window::open(&machine.opening(pair.opening())?).await?;
    window.find(LIST).await?;
    reader.hears("\"page\"").await?;
    window.chord(&[Key::Control.into()], ',').await?;
    reader.hears("heading").await?;
    reader.steps(&window, &[(Key::F6, "push button"), (Key::F6, "entry")]).await?;
    search(&reader, &window, receipts, "toggle button").await?;
    // Pressed, it says nothing else.
    window.press(Key::Space).await?;
    reader.steps(&window, &[(Key::F6, "push button"), (Key::F6, "entry")]).await?;
    search(&reader, &window, content, "push button").await?;
    window.press(Key::Space).await?;
    window.chord(&[Key::Shift.into()], Key::Tab.into()).await?;
    reader.hears("push button").await?;
    reader.steps(&window, &[(Key::Enter, "panel")]).await?;
    window.close().await?;
    reader.compare(name, &[(pair.me.user_id.as_str(), "<me>")])
}

#[tokio::test]
async fn policies_in_french() -> Result<()> {
    hears_what_is_locked(Side::French, "policies-fr", "Contenu des notifications", "Accusés de lecture").await
}

#[tokio::test]
async fn policies_in_german() -> Result<()> {
    hears_what_is_locked(Side::German, "policies-de", "Inhalt der Benachrichtigungen", "Lesebestätigungen").await
}

#[tokio::test]
async fn settings_in_french() -> Result<()> {
    let names = Names {
        theme: "Couleurs",
        motion: "Réduire les animations",
        language: "Langue d’Estafette",
        receipts: "Accusés de lecture",
        room: "Libérer de la place",
        versions: "Versions",
    };
    goes_through_the_settings(Side::French, "settings-fr", names).await
}

#[tokio::test]
async fn settings_in_german() -> Result<()> {
    let names = Names {
        theme: "Farbschema",
        motion: "Animationen reduzieren",
        language: "Sprache von Estafette",
        receipts: "Lesebestätigungen",
        room: "Speicher freigeben",
        versions: "Versionen",
    };
    goes_through_the_settings(Side::German, "settings-de", names).await
}

#[tokio::test]
async fn in_french() -> Result<()> {
    signs_in_reads_and_writes(Side::French, "fr").await
}

#[tokio::test]
async fn in_german() -> Result<()> {
    signs_in_reads_and_writes(Side::German, "de").await
}

//! Each screen, in both languages and all themes: nothing that axe objects to, nothing cut off at twice the text size.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::Context,
    servers::PASSWORD,
    window::{Window, runs_on},
};
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::{
    people::Pair,
    screens::{self, ADDRESS, COMPOSER, KEY, LIST, PASSWORD_FIELD},
    secret_service,
    tray::Desktop,
};

/// What stands where one writes, on a device that may not.
const ENTER_KEY: &str = "[data-region=composer] button:only-of-type";

/// What makes a new recovery key, where somebody removed the one there was.
const NEW_KEY: &str = "main svg + p + button";

/// Looks at the screen as it is, in every dress. What is wrong is gathered, for all of it to be seen at once.
pub(crate) struct Inspection<'a> {
    window: &'a Window,
    /// What, and in which dresses.
    wrong: BTreeMap<String, Vec<String>>,
}

impl<'a> Inspection<'a> {
    pub(crate) fn of(window: &'a Window) -> Self {
        Self { window, wrong: BTreeMap::new() }
    }

    pub(crate) async fn look_at(&mut self, screen: &str) -> Result<()> {
        for language in ["de", "fr"] {
            for theme in ["dark", "contrast", "light"] {
                screens::dress(self.window, language, theme).await?;
                for violation in self.window.axe().await? {
                    for node in violation.nodes {
                        let why = node.summary.unwrap_or_default().replace('\n', " ");
                        let what = format!("{screen}: {}: {} {why}", violation.id, node.html);
                        self.wrong.entry(what).or_default().push(format!("{language} {theme}"));
                    }
                }
                if let Some(folder) = std::env::var_os("ESTAFETTE_PICTURES") {
                    let name = format!("{screen}-{language}-{theme}.png");
                    self.window.screenshot(&std::path::Path::new(&folder).join(name)).await?;
                }
            }
            for text in self.cut_off().await? {
                let what = format!("{screen}: cut off at twice the text size: {text}");
                self.wrong.entry(what).or_default().push(language.to_owned());
            }
        }
        Ok(())
    }

    /// The texts that cannot be read in full at twice the text size.
    async fn cut_off(&self) -> Result<Vec<String>> {
        let script = include_str!("cut_off.js");
        let found = self.window.page.execute_async(script, vec![json!(2)]).await?;
        let Value::Array(texts) = found else { bail!("the search for what is cut off answered {found}") };
        texts.into_iter().map(|text| Ok(text.as_str().context("a text")?.to_owned())).collect()
    }

    pub(crate) fn end(self) -> Result<()> {
        let wrong: Vec<String> =
            self.wrong.iter().map(|(what, dresses)| format!("{what} ({})", dresses.join(", "))).collect();
        ensure!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        Ok(())
    }
}

#[tokio::test]
async fn from_the_address_to_a_conversation() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    let window = pair.open().await?;
    let mut inspection = Inspection::of(&window);

    window.focused(ADDRESS).await?;
    inspection.look_at("address").await?;
    window.keys("rien").await?;
    window.press(Key::Enter).await?;
    window.find(&format!("{ADDRESS}[aria-invalid]")).await?;
    inspection.look_at("address-refused").await?;
    window.chord(&[Key::Control.into()], 'a').await?;
    screens::give_address(&window, &pair.me.user_id).await?;
    inspection.look_at("password").await?;
    screens::give_password(&window, "wrong").await?;
    window.find(&format!("{PASSWORD_FIELD}[aria-invalid]")).await?;
    inspection.look_at("password-refused").await?;
    // What was wrong is marked, for the next letter to replace it.
    screens::give_password(&window, PASSWORD).await?;
    window.find(&format!("{KEY} code")).await?;
    inspection.look_at("recovery-key").await?;
    screens::keep_key(&window).await?;
    window.painted(LIST, "Aucune conversation").await?;
    inspection.look_at("no-rooms").await?;

    let room = pair.invite("Passerelle des Deux Rives").await?;
    screens::open_room(&window, "Passerelle").await?;
    inspection.look_at("invitation").await?;
    screens::accept_invitation(&window).await?;
    window.find(COMPOSER).await?;
    pair.other.wait_for_members(&room, 2).await?;
    let (question, _) = pair.hear(&window, &room, &Context::default()).await?;
    let reply = Context { reply_to: Some(question.clone()), ..Context::default() };
    let (answer, _) = pair.hear(&window, &room, &reply).await?;
    pair.other.react(&room, &answer, "👍").await?;
    window.find(&format!("{} button[aria-pressed]", screens::message(answer.as_str()))).await?;
    screens::write(&window, "Merci, c’est noté").await?;
    inspection.look_at("conversation").await?;
    screens::go_to(&window, question.as_str()).await?;
    window.find(&format!("{} [role=toolbar]", screens::message(question.as_str()))).await?;
    inspection.look_at("message-tools").await?;
    window.press(Key::Escape).await?;
    window.focused(COMPOSER).await?;
    pair.me.remove_recovery_key()?;
    window.painted("main", "Votre compte n’a plus de clé de récupération.").await?;
    inspection.look_at("recovery-key-removed").await?;
    window.tab_to(NEW_KEY).await?;
    window.press(Key::Enter).await?;
    screens::keep_key(&window).await?;
    window.find(COMPOSER).await?;
    screens::open_menu(&window).await?;
    inspection.look_at("account-menu").await?;
    window.press(Key::End).await?;
    window.press(Key::Enter).await?;
    window.find("[role=alertdialog]").await?;
    inspection.look_at("sign-out").await?;
    inspection.end()?;
    window.close().await
}

#[tokio::test]
async fn the_keyring_and_the_recovery_key() -> Result<()> {
    let pair = Pair::new(Side::German).await?;
    pair.sign_in_beforehand().await?;
    secret_service::lock()?;
    let window = pair.open().await?;
    secret_service::answer_dialog(false).await?;
    window.painted("h1", "Ihre Nachrichten sind gesperrt").await?;
    let mut inspection = Inspection::of(&window);
    inspection.look_at("locked").await?;
    secret_service::unlock()?;
    window.find(LIST).await?;
    inspection.end()?;
    window.close().await?;
    ensure!(runs_on(pair.profile.path()).is_empty());

    secret_service::forget(pair.profile.path())?;
    let window = pair.open().await?;
    window.painted("h1", "Der Schlüssel zu Ihren Daten").await?;
    let mut inspection = Inspection::of(&window);
    inspection.look_at("key-gone").await?;
    window.tab_to("main h1 ~ div button").await?;
    window.press(Key::Enter).await?;
    window.focused("[role=alertdialog]").await?;
    inspection.look_at("set-aside").await?;
    window.tab_to("[role=alertdialog] button:last-of-type").await?;
    window.press(Key::Enter).await?;
    window.find(ADDRESS).await?;
    inspection.look_at("address-after-set-aside").await?;
    window.tab_to(ADDRESS).await?;
    screens::give_address(&window, &pair.me.user_id).await?;
    screens::give_password(&window, PASSWORD).await?;
    window.find("main section:last-of-type button").await?;
    pair.invite("Passerelle").await?;
    screens::open_room(&window, "Passerelle").await?;
    screens::accept_invitation(&window).await?;
    window.find(ENTER_KEY).await?;
    inspection.look_at("recovery-needed").await?;
    window.tab_to(ENTER_KEY).await?;
    window.press(Key::Enter).await?;
    window.focused("[role=dialog] input").await?;
    window.keys("EsTa").await?;
    window.press(Key::Enter).await?;
    window.find("[role=dialog] input[aria-invalid]").await?;
    inspection.look_at("recovery-refused").await?;
    inspection.end()?;
    window.close().await
}

/// What the settings are looked for by, one of each page.
const PAGES: [(&str, &str); 8] = [
    ("account", "Photo"),
    ("notifications", "Rester en arrière-plan"),
    ("appearance", "Couleurs"),
    ("accessibility", "Grandes zones de clic"),
    ("language", "Langue d’Estafette"),
    ("privacy", "Accusés de lecture"),
    ("storage", "Libérer de la place"),
    ("about", "Composants"),
];

#[tokio::test]
async fn the_settings() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    pair.sign_in_beforehand().await?;
    let desktop = Desktop::start().await?;
    let window = pair.open().await?;
    window.find(LIST).await?;
    desktop.shows(&window).await?;
    let mut inspection = Inspection::of(&window);
    for (page, setting) in PAGES {
        screens::dress(&window, "fr", "light").await?;
        screens::go_to_setting(&window, setting).await?;
        inspection.look_at(&format!("settings-{page}")).await?;
        window.press(Key::Escape).await?;
    }
    screens::dress(&window, "fr", "light").await?;
    screens::go_to_setting(&window, "Libérer de la place").await?;
    window.press(Key::Enter).await?;
    window.find("[role=alertdialog]").await?;
    inspection.look_at("settings-clear").await?;
    inspection.end()?;
    window.close().await
}

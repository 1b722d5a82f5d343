//! Each screen, in both languages and all themes: nothing that axe objects to, nothing cut off at twice the text size.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::Context,
    managed::{Managed, PLACE, place},
    pictures,
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

/// The field for a name, where everybody has the same server.
const NAME: &str = "form input[autocomplete=username]";

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
                self.look_at_it_so(screen, language, theme).await?;
            }
            self.look_at_it_large(screen, language).await?;
        }
        Ok(())
    }

    /// Looks at a screen in the dress that it has: others may have decided on that.
    async fn look_at_it_so(&mut self, screen: &str, language: &str, theme: &str) -> Result<()> {
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
        Ok(())
    }

    async fn look_at_it_large(&mut self, screen: &str, language: &str) -> Result<()> {
        for text in self.cut_off().await? {
            let what = format!("{screen}: cut off at twice the text size: {text}");
            self.wrong.entry(what).or_default().push(language.to_owned());
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

/// A policy with a key of each kind, but for those by which the window could not be dressed otherwise.
fn of_each_kind(server: &str) -> Value {
    json!({
        "servers": { "allowed": [server, "matrix.bund.de"] },
        "notifications": { "content": "sender" },
        "messages": { "images": "never", "receipts": true },
        "brand": { "accent": "#000091" },
        "links": { "help": "https://aide.example.fr" },
        "network": { "proxyExceptions": ["intranet.example.fr", "10.0.0.0/8"], "rootCertificates": [] },
        "nobody": { "knows": true },
    })
}

#[tokio::test]
async fn what_the_organisation_has_decided() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    pair.sign_in_beforehand().await?;
    let Some(machine) = Managed::new()? else { return Ok(()) };
    let policy = of_each_kind(&pair.me.server().name);
    machine.write("managed/10-ministere.json", &serde_json::to_string_pretty(&policy)?)?;
    // Broken where it would lock something, it would close the account.
    machine.write("recommended/20-essai.json", "{\n  \"log\": {\n")?;
    machine.write("recommended/10-ministere.json", &json!({ "log": { "level": "warn" } }).to_string())?;
    let window = Window::open(&machine.opening(pair.opening())?).await?;
    window.find(LIST).await?;
    let mut inspection = Inspection::of(&window);
    screens::dress(&window, "fr", "light").await?;
    // One that waits for the next start.
    machine.write("recommended/10-ministere.json", &json!({ "log": { "level": "debug" } }).to_string())?;
    screens::go_to_rule(&window, "Détail du journal", "log-level").await?;
    window.painted(&screens::rule("log-level"), "S’appliquera au prochain démarrage").await?;
    inspection.look_at("policies-end").await?;
    is_read_by_keys(&window).await?;
    inspection.look_at("policies").await?;
    // The organisation's pages stand below the list.
    window.tab_to("[data-region=list] footer a").await?;
    let locked = [("locked-choice", "Contenu des notifications"), ("locked-switch", "Accusés de lecture")];
    for (screen, setting) in locked {
        screens::dress(&window, "fr", "light").await?;
        window.press(Key::Escape).await?;
        screens::go_to_setting(&window, setting).await?;
        inspection.look_at(screen).await?;
    }
    inspection.end()?;
    window.close().await
}

/// Nothing on the page of rules takes the Tab key, and it is longer than the window: the list leads to its title, from
/// where the usual keys go through all of it.
async fn is_read_by_keys(window: &Window) -> Result<()> {
    window.tab_to("[data-region=list] nav button[aria-current=page]").await?;
    window.press(Key::Enter).await?;
    window.focused("[data-region=page] h1").await?;
    let at = |place: &str| format!("((page) => {place})(document.querySelector('[data-region=page]'))");
    window.until("the beginning of the page", &at("page.scrollTop === 0 && page.scrollHeight > innerHeight")).await?;
    window.press(Key::PageDown).await?;
    window.until("more of the page", &at("page.scrollTop > 100")).await?;
    window.press(Key::End).await?;
    let end = at("page.scrollTop + page.clientHeight >= page.scrollHeight - 1");
    window.until("the end of the page", &end).await?;
    window.press(Key::Home).await?;
    window.until("its beginning again", &at("page.scrollTop === 0")).await
}

#[tokio::test]
async fn where_an_organisation_shows_itself() -> Result<()> {
    let pair = Pair::new(Side::German).await?;
    let Some(machine) = Managed::new()? else { return Ok(()) };
    pictures::logo(&machine.path("logo.png"))?;
    let page = |name: &str| format!("https://www.example.fr/{name}");
    let policy = json!({
        "servers": { "fixed": pair.me.server().name, "discovery": "fixed" },
        "brand": { "name": "Messagerie de la Transition écologique", "logo": format!("{PLACE}/logo.png"), "accent": "#E1000F" },
        "links": {
            "help": page("aide"),
            "terms": page("conditions"),
            "privacy": page("donnees"),
            "imprint": page("mentions"),
            "accessibility": page("accessibilite"),
            "status": page("etat"),
        },
    });
    machine.write("managed/10-ministere.json", &policy.to_string())?;
    let window = Window::open(&machine.opening(pair.opening())?).await?;
    window.focused(NAME).await?;
    window.painted("aside", "Messagerie de la Transition").await?;
    window.until("the logo", "document.querySelector('aside img')?.naturalWidth > 0").await?;
    let mut inspection = Inspection::of(&window);
    inspection.look_at("branded-address").await?;
    // Every page of the organisation by the Tab key, in its order.
    window.tab_to("nav li:first-of-type a").await?;
    for place in 2..=6 {
        window.press(Key::Tab).await?;
        window.focused(&format!("nav li:nth-of-type({place}) a")).await?;
    }
    window.tab_to(NAME).await?;
    window.keys(&pair.me.localpart).await?;
    window.press(Key::Enter).await?;
    window.focused(PASSWORD_FIELD).await?;
    window.painted("form", &pair.me.server().name).await?;
    inspection.look_at("branded-password").await?;
    inspection.end()?;
    window.close().await
}

/// A policy that is wrong closes the way in: the reason stands where one signs in, few mistakes in full and many folded.
#[tokio::test]
async fn where_the_policy_is_wrong() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    let Some(machine) = Managed::new()? else { return Ok(()) };
    machine.write("managed/10-ministere.json", "{\n  \"servers\": {\n    \"allowed\": [\n  }\n}\n")?;
    let window = Window::open(&machine.opening(pair.opening())?).await?;
    window.focused(ADDRESS).await?;
    window.painted("main", "Par prudence, Estafette applique les valeurs les plus strictes").await?;
    window.painted("main li", &place("managed/10-ministere.json", 4)).await?;
    let mut inspection = Inspection::of(&window);
    screens::dress(&window, "fr", "light").await?;
    window.tab_to(ADDRESS).await?;
    window.keys(&pair.me.user_id).await?;
    window.press(Key::Enter).await?;
    window.find(&format!("{ADDRESS}[aria-invalid]")).await?;
    inspection.look_at("policy-wrong").await?;
    machine
        .write("managed/20-essai.json", &json!({ "a": { "b": 1 }, "c": { "d": 1 }, "e": { "f": 1 } }).to_string())?;
    window.find("main details").await?;
    inspection.look_at("policy-wrong-folded").await?;
    window.tab_to("main summary").await?;
    window.press(Key::Enter).await?;
    window.find("main details[open]").await?;
    inspection.look_at("policy-wrong-unfolded").await?;
    inspection.end()?;
    window.close().await
}

#[tokio::test]
async fn an_account_that_is_not_allowed_any_more() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    pair.sign_in_beforehand().await?;
    let Some(machine) = Managed::new()? else { return Ok(()) };
    let policy = json!({ "servers": { "allowed": ["matrix.bund.de"] } });
    machine.write("managed/10-ministere.json", &policy.to_string())?;
    let window = Window::open(&machine.opening(pair.opening())?).await?;
    window.painted("main", "ne permet plus d’utiliser le compte").await?;
    let mut inspection = Inspection::of(&window);
    inspection.look_at("account-refused").await?;
    screens::dress(&window, "fr", "light").await?;
    window.tab_to("main h1 ~ div button").await?;
    window.press(Key::Enter).await?;
    window.focused("[role=alertdialog]").await?;
    inspection.look_at("account-removal").await?;
    window.tab_to("[role=alertdialog] button:last-of-type").await?;
    window.press(Key::Enter).await?;
    window.focused(ADDRESS).await?;
    // The server is not allowed either way, and no account is the reason of it.
    window.keys(&pair.me.user_id).await?;
    window.press(Key::Enter).await?;
    window.find(&format!("{ADDRESS}[aria-invalid]")).await?;
    let offered = "document.querySelectorAll('form button').length";
    window.until("nothing to be offered", &format!("{offered} === 1")).await?;
    inspection.end()?;
    window.close().await
}

/// Others have decided on the language and the colours: there is one dress.
#[tokio::test]
async fn where_the_organisation_has_decided_how_it_looks() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    let Some(machine) = Managed::new()? else { return Ok(()) };
    let policy = json!({ "interface": { "language": "de", "theme": "dark" } });
    machine.write("managed/10.json", &policy.to_string())?;
    let window = Window::open(&machine.opening(pair.opening())?).await?;
    window.focused(ADDRESS).await?;
    let mut inspection = Inspection::of(&window);
    window.painted("#language-lock", "Von Ihrer Organisation festgelegt").await?;
    inspection.look_at_it_so("locked-language-before", "de", "dark").await?;
    inspection.look_at_it_large("locked-language-before", "de").await?;
    screens::give_address(&window, &pair.me.user_id).await?;
    screens::give_password(&window, PASSWORD).await?;
    screens::keep_key(&window).await?;
    let dressed = async |theme: &str| {
        let root = "document.documentElement";
        let dressed = format!("{root}.lang.startsWith('de') && {root}.dataset.theme === '{theme}'");
        window.until(&format!("the window in German, {theme}"), &dressed).await
    };
    // High contrast is there for whoever needs it, by an arrow as well, and besides what is locked nothing else.
    screens::go_to_setting(&window, "Farbschema").await?;
    window.painted("[data-setting]", "Auswahl von Ihrer Organisation eingeschränkt").await?;
    for (key, theme) in [
        (Key::Right, "contrast"),
        (Key::Down, "dark"),
        (Key::Left, "contrast"),
        (Key::Up, "dark"),
        (Key::Space, "dark"),
    ] {
        window.press(key).await?;
        dressed(theme).await?;
        inspection.look_at_it_so("locked-theme", "de", theme).await?;
    }
    inspection.look_at_it_large("locked-theme", "de").await?;
    window.press(Key::Escape).await?;
    screens::go_to_setting(&window, "Sprache von Estafette").await?;
    window.painted("[data-setting]", "Von Ihrer Organisation festgelegt").await?;
    for key in [Key::Right, Key::Down, Key::Left, Key::Space, Key::Enter] {
        window.press(key).await?;
    }
    dressed("dark").await?;
    inspection.look_at_it_so("locked-language", "de", "dark").await?;
    inspection.look_at_it_large("locked-language", "de").await?;
    window.press(Key::Escape).await?;
    inspection.end()?;
    window.close().await
}

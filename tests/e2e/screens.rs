//! The screens of the window, walked by keyboard.

use anyhow::{Context, Result, bail, ensure};
use estafette_tests::{painted, window::Window};
use fantoccini::{Locator, elements::Element, key::Key};
use serde_json::json;

pub(crate) use estafette_tests::fields::{ADDRESS, COMPOSER, PASSWORD as PASSWORD_FIELD, give_address};

/// The recovery key of a first sign-in.
pub(crate) const KEY: &str = "[data-testid=recovery-key]";
/// The list of rooms, or what stands for it while there are none.
pub(crate) const LIST: &str = "[data-region=list]";
/// Where the choices of the account are.
const ACCOUNT: &str = "[data-region=rail] button[aria-haspopup]";

/// Types the password, where the focus already is.
pub(crate) async fn give_password(window: &Window, password: &str) -> Result<()> {
    window.keys(password).await?;
    window.press(Key::Enter).await
}

/// Reads the recovery key, says that it is kept, and goes on to the rooms.
pub(crate) async fn keep_key(window: &Window) -> Result<String> {
    window.find(&format!("{KEY} code")).await?;
    let key = window.find(KEY).await?.text().await?;
    window.tab_to("input[type=checkbox]").await?;
    window.press(Key::Space).await?;
    leave_key(window).await?;
    Ok(key)
}

/// Goes on from the recovery key, which has been said to be kept.
pub(crate) async fn leave_key(window: &Window) -> Result<()> {
    // The one button of the card that stands by itself leads on.
    window.until("the way on", "document.querySelector('main label + button:not([disabled])')").await?;
    window.tab_to("main label + button").await?;
    window.press(Key::Enter).await?;
    window.find(LIST).await?;
    Ok(())
}

/// Opens a room of the list by arrows and Enter, and waits until its name heads the sheet.
pub(crate) async fn open_room(window: &Window, name: &str) -> Result<()> {
    let row = window.painted("[data-room-id]", name).await?;
    let id = row.attr("id").await?.context("a row without an id")?;
    window.tab_to("[role=listbox]").await?;
    window.press(Key::Home).await?;
    for _ in 0..50 {
        let list = window.find("[role=listbox]").await?;
        if list.attr("aria-activedescendant").await?.as_deref() == Some(&id) {
            window.press(Key::Enter).await?;
            window.painted("header h2", name).await?;
            return Ok(());
        }
        window.press(Key::Down).await?;
    }
    bail!("the arrow keys do not lead to {name}")
}

/// Accepts the invitation of the open room, and waits until it is a room.
pub(crate) async fn accept_invitation(window: &Window) -> Result<()> {
    // The last button of the sheet: the first one declines.
    let css = "main section:last-of-type button:last-of-type:not(header *)";
    window.tab_to(css).await?;
    window.press(Key::Enter).await?;
    window.find("[data-region=composer]").await?;
    Ok(())
}

/// Writes a message and sends it by Enter; gives its event ID once the server has it.
pub(crate) async fn write(window: &Window, text: &str) -> Result<String> {
    window.tab_to(COMPOSER).await?;
    window.keys(text).await?;
    window.press(Key::Enter).await?;
    let message = window.painted("[data-message-id^='$']", text).await?;
    message.attr("data-message-id").await?.context("a message without an identity")
}

/// Waits until a message is in the document and its text in the picture of the window.
pub(crate) async fn reads(window: &Window, event: &str, text: &str) -> Result<Element> {
    let css = message(event);
    window.painted(&css, text).await?;
    is_painted(window, &css, text).await
}

/// Waits until a machine reads a text in the picture of an element.
pub(crate) async fn is_painted(window: &Window, css: &str, text: &str) -> Result<Element> {
    let what = format!("{text:?} in the picture of {css}");
    let mut last = "nothing".to_owned();
    let look = async || {
        // The element may be drawn anew between two looks.
        let element = window.page.find(Locator::Css(css)).await.ok()?;
        let place = element.rectangle().await.ok()?;
        let read = painted::read(window, &element).await.ok()?;
        if painted::shows(&read, text) {
            return Some(element);
        }
        last = format!("{read:?} at {place:?}");
        None
    };
    let found = window.wait_for(&what, look).await;
    found.with_context(|| format!("what a machine reads there is {last}"))
}

/// Changes language and theme as the switch and the menu do, whatever the screen.
pub(crate) async fn dress(window: &Window, language: &str, theme: &str) -> Result<()> {
    let script = "const [language, theme, done] = arguments;
         const { invoke } = window.__TAURI_INTERNALS__;
         invoke('change_settings', { patch: { language, theme } })
           .then(() => done(null), (error) => done(JSON.stringify(error)));";
    let refused = window.page.execute_async(script, vec![json!(language), json!(theme)]).await?;
    ensure!(refused.is_null(), "the choice of {language} and {theme}: {refused}");
    let dressed = format!(
        "document.documentElement.lang.startsWith('{language}') && document.documentElement.dataset.theme === '{theme}'
         && !document.getAnimations().some((each) => each instanceof CSSTransition)"
    );
    window.until(&format!("the window in {language}, {theme}"), &dressed).await
}

/// The message of an event.
pub(crate) fn message(event: &str) -> String {
    format!("[data-message-id='{event}']")
}

/// Goes from where one writes to a message, by F6 and arrows.
pub(crate) async fn go_to(window: &Window, event: &str) -> Result<()> {
    for _ in 0..8 {
        if window.has_focus("[data-region=timeline]").await {
            break;
        }
        window.press(Key::F6).await?;
    }
    window.press(Key::End).await?;
    let css = message(event);
    let step = async || {
        if !window.has_focus(&css).await {
            window.press(Key::Up).await.ok()?;
        }
        window.has_focus(&css).await.then_some(())
    };
    window.wait_for(&format!("{css} by arrows"), step).await
}

/// Opens the account's menu.
pub(crate) async fn open_menu(window: &Window) -> Result<()> {
    window.tab_to(ACCOUNT).await?;
    window.press(Key::Enter).await?;
    window.focused("[role=menu]").await
}

/// Goes to a setting by keyboard alone, as one looks for it, and leaves the focus on its choice.
pub(crate) async fn go_to_setting(window: &Window, name: &str) -> Result<()> {
    window.chord(&[Key::Control.into()], ',').await?;
    window.tab_to("[data-region=list] input").await?;
    window.keys(name).await?;
    window.painted("[data-hit]", name).await?;
    window.press(Key::Enter).await?;
    window.focused("[data-setting] input, [data-setting] button").await
}

/// What the administration has decided on a key, on the page of that: `messages-images` for `messages.images`.
pub(crate) fn rule(key: &str) -> String {
    format!("[data-setting=policy-{key}]")
}

/// Goes to a rule by keyboard alone, as one looks for it. Nothing can be set there: the rule itself has the focus.
pub(crate) async fn go_to_rule(window: &Window, name: &str, key: &str) -> Result<()> {
    window.chord(&[Key::Control.into()], ',').await?;
    window.tab_to("[data-region=list] input").await?;
    window.keys(name).await?;
    window.painted("[data-hit]", name).await?;
    window.press(Key::Enter).await?;
    window.focused(&rule(key)).await
}

//! When the keyring is locked, and when the key is gone.

use anyhow::{Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::servers::PASSWORD;
use fantoccini::{Locator, key::Key};

use crate::{
    people::Pair,
    screens::{self, LIST},
    secret_service,
};

/// The one button of the pages before the conversations.
const BUTTON: &str = "main h1 ~ div button";

/// Unlocks the keyring for the tests after this one, however it ends.
struct Unlocked;

impl Drop for Unlocked {
    fn drop(&mut self) {
        // The next test would say so.
        let _ = secret_service::unlock();
    }
}

#[tokio::test]
async fn a_locked_keyring_keeps_the_messages_closed_until_it_is_unlocked() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    pair.sign_in_beforehand().await?;
    let _unlocked = Unlocked;
    secret_service::lock()?;

    let window = pair.open().await?;
    secret_service::answer_dialog(false).await?;
    window.painted("h1", "Vos messages sont verrouillés").await?;
    window.tab_to(BUTTON).await?;
    // Twice: refused, and granted.
    window.press(Key::Enter).await?;
    secret_service::answer_dialog(false).await?;
    window.until("the end of the try", &format!("document.querySelector('{BUTTON}:not([data-busy])')")).await?;
    window.painted("h1", "Vos messages sont verrouillés").await?;
    ensure!(window.page.find_all(Locator::Css(LIST)).await?.is_empty());
    window.press(Key::Enter).await?;
    secret_service::answer_dialog(true).await?;
    window.painted(LIST, "Aucune conversation").await?;
    window.close_by_hand().await?;

    // Unlocked elsewhere, while the dialog is still open: nothing needs to be pressed.
    secret_service::lock()?;
    let window = pair.open().await?;
    window.painted("h1", "Vos messages sont verrouillés").await?;
    secret_service::unlock()?;
    window.painted(LIST, "Aucune conversation").await?;
    secret_service::answer_dialog(false).await?;
    window.close().await
}

#[tokio::test]
async fn a_lost_key_sets_the_data_aside_and_the_recovery_key_opens_the_new_device() -> Result<()> {
    let pair = Pair::new(Side::German).await?;
    let key = pair.sign_in_beforehand().await?;
    let before = entries(pair.profile.path())?;
    secret_service::forget(pair.profile.path())?;

    let window = pair.open().await?;
    window.painted("h1", "Der Schlüssel zu Ihren Daten ist nicht mehr da").await?;
    window.tab_to(BUTTON).await?;
    window.press(Key::Enter).await?;
    // The question stands on its harmless answer.
    window.focused("[role=alertdialog] button").await?;
    window.press(Key::Escape).await?;
    window.gone("[role=alertdialog]").await?;
    window.focused(BUTTON).await?;
    ensure!(entries(pair.profile.path())?.iter().all(|name| !name.starts_with("aside-")));
    window.press(Key::Enter).await?;
    window.tab_to("[role=alertdialog] button:last-of-type").await?;
    window.press(Key::Enter).await?;

    // All of it is kept, and the window says where.
    window.find(screens::ADDRESS).await?;
    let kept: Vec<String> =
        entries(pair.profile.path())?.into_iter().filter(|name| name.starts_with("aside-")).collect();
    let [aside] = kept.as_slice() else { anyhow::bail!("set aside: {kept:?}") };
    window.painted("main", aside).await?;
    let after = entries(&pair.profile.path().join(aside))?;
    for name in before.iter().filter(|name| !["lock", "webview"].contains(&name.as_str())) {
        ensure!(after.contains(name), "{name} is not among {after:?}");
    }

    // Signed in anew, this device asks for the recovery key, and with it is as good as the first one.
    window.tab_to(screens::ADDRESS).await?;
    screens::give_address(&window, &pair.me.user_id).await?;
    screens::give_password(&window, PASSWORD).await?;
    window.painted("main section", "Dieses Gerät ist noch nicht bestätigt").await?;
    let enter = "main section:last-of-type button";
    window.tab_to(enter).await?;
    window.press(Key::Enter).await?;
    window.focused("[role=dialog] input").await?;
    window.keys(&key).await?;
    window.press(Key::Enter).await?;
    window.gone("[role=dialog]").await?;
    window.gone(enter).await?;
    let room = pair.meet(&window, "Passerelle").await?;
    pair.hear(&window, &room, &estafette_tests::agent::Context::default()).await?;
    window.close().await
}

fn entries(folder: &std::path::Path) -> Result<Vec<String>> {
    let names = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    names.collect()
}

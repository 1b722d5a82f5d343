//! Signing in, reading, writing, coming back: by keyboard alone.

use std::process::Command;

use anyhow::{Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::{agent::Context, painted, servers::PASSWORD, window::Window};
use fantoccini::{Locator, key::Key};
use matrix_sdk::ruma::{OwnedEventId, RoomId};

use crate::{
    people::Pair,
    screens::{self, COMPOSER, KEY, LIST, message},
};

#[tokio::test]
async fn signs_in_reads_writes_and_comes_back_signed_in() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    let window = pair.open().await?;
    window.painted("h1", "Se connecter").await?;
    screens::give_address(&window, &pair.me.user_id).await?;
    window.painted("form", &pair.me.server().name).await?;
    screens::give_password(&window, PASSWORD).await?;

    // The recovery key: shown, painted, and not left before it is said to be kept.
    window.find(&format!("{KEY} code")).await?;
    let key = window.find(KEY).await?.text().await?;
    let look = async || {
        let read = painted::read(&window, &window.page.find(Locator::Css(KEY)).await.ok()?).await.ok()?;
        // Reading machines take many of these letters for one another.
        let seen = key.split_whitespace().filter(|group| painted::shows(&read, group)).count();
        (seen >= 3).then_some(())
    };
    window.wait_for("the key in its picture", look).await?;
    ensure!(window.page.find_all(Locator::Css(LIST)).await?.is_empty());
    ensure!(screens::keep_key(&window).await? == key);
    ensure!(key.split_whitespace().count() >= 12, "a key of {} groups", key.split_whitespace().count());

    let room = pair.meet(&window, "Passerelle").await?;
    let (_, heard) = pair.hear(&window, &room, &Context::default()).await?;
    let said = painted::fresh_text()?;
    let event = screens::write(&window, &said).await?;
    screens::reads(&window, &event, &said).await?;
    ensure!(pair.other.read(&room, &OwnedEventId::try_from(event.as_str())?).await? == said);

    // Again: nothing is asked, and what was read before can be read.
    window.close_by_hand().await?;
    let window = pair.open().await?;
    screens::open_room(&window, "Passerelle").await?;
    for text in [&heard, &said] {
        window.painted("[data-message-id^='$']", text).await?;
    }
    let (_, _) = pair.hear(&window, &room, &Context::default()).await?;
    window.close().await
}

#[tokio::test]
async fn shows_replies_pictures_and_reactions_and_changes_its_language() -> Result<()> {
    let pair = Pair::new(Side::German).await?;
    let (window, _) = pair.open_signed_in().await?;
    let room = pair.meet(&window, "Passerelle").await?;
    let (question, text) = pair.hear(&window, &room, &Context::default()).await?;

    // Their answer, then mine by the keys.
    let answer = Context { reply_to: Some(question.clone()), ..Context::default() };
    let (answer, _) = pair.hear(&window, &room, &answer).await?;
    shows_quote(&window, answer.as_str(), "Nadia Benali", &text).await?;
    screens::go_to(&window, question.as_str()).await?;
    window.keys("r").await?;
    window.focused(COMPOSER).await?;
    let mine = screens::write(&window, &painted::fresh_text()?).await?;
    shows_quote(&window, &mine, "Nadia Benali", &text).await?;

    shows_a_picture(&pair, &window, &room).await?;

    // A reaction: theirs joined and left by me, mine seen by them.
    pair.other.react(&room, &question, "👍").await?;
    let css = format!("{} button[aria-pressed]", message(question.as_str()));
    window.painted(&css, "1").await?;
    for (pressed, count) in [("true", "2"), ("false", "1")] {
        screens::go_to(&window, question.as_str()).await?;
        // The tools stand last; the reaction comes right before them.
        for _ in 0..10 {
            if window.has_focus(&css).await {
                break;
            }
            window.press(Key::Right).await?;
        }
        window.press(Key::Enter).await?;
        window.painted(&format!("{css}[aria-pressed={pressed}]"), count).await?;
    }

    window.painted(LIST, "Nachrichten").await?;
    screens::go_to_setting(&window, "Sprache").await?;
    window.press(Key::Left).await?;
    window.until("a French page", "document.documentElement.lang.startsWith('fr')").await?;
    window.press(Key::Escape).await?;
    window.painted(LIST, "Messages").await?;
    window
        .until(
            "French words where one writes",
            &format!("document.querySelector(\"{COMPOSER}\").ariaLabel === 'Message chiffré à Passerelle'"),
        )
        .await?;
    window.close().await
}

/// A reply names whom it answers and what.
async fn shows_quote(window: &Window, reply: &str, name: &str, text: &str) -> Result<()> {
    let quote = format!("{} > * > * > button", message(reply));
    let quote = if window.page.find_all(Locator::Css(&quote)).await?.is_empty() { message(reply) } else { quote };
    window.painted(&quote, name).await?;
    window.painted(&quote, text).await?;
    screens::is_painted(window, &message(reply), text).await?;
    Ok(())
}

/// A picture that the other one sends is fetched, decrypted and painted: the word in it can be read.
async fn shows_a_picture(pair: &Pair, window: &Window, room: &RoomId) -> Result<()> {
    let word = painted::fresh_text()?;
    let drawn = Command::new("convert")
        .args(["-size", "340x120", "-background", "white", "-fill", "black", "-gravity", "center"])
        .args(["-pointsize", "28", &format!("label:{word}"), "png:-"])
        .output()?;
    let event = pair.other.show(room, "plan.png", None, drawn.stdout, (340, 120)).await?;
    let css = format!("{} img[src*='media']", message(event.as_str()));
    window.find(&css).await?;
    let image = format!("document.querySelector(\"{css}\")");
    window.until("a loaded picture", &format!("{image}?.complete && {image}.naturalWidth > 0")).await?;
    screens::is_painted(window, &css, &word).await?;
    Ok(())
}

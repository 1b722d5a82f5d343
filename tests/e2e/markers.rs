//! After a session in the real window, nothing secret of it lies anywhere in the clear.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::Context,
    proxy::Proxy,
    servers::{info, servers},
    window::Window,
};
use fantoccini::key::Key;

use crate::{
    crash,
    people::Pair,
    screens::{self, message},
    traces::{CommandLines, Secret, in_environments, in_files, on_command_lines, places},
};

/// Something that stands nowhere else in the world.
fn marker() -> Result<String> {
    let mut bytes = [0_u8; 12];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A picture of noise, which no compression shortens, and bytes from its middle.
fn picture() -> Result<(Vec<u8>, Vec<u8>)> {
    let noise = ["-size", "160x120", "xc:", "+noise", "Random", "png:-"];
    let picture = Command::new("convert").args(noise).output()?.stdout;
    let middle = picture.get(picture.len() / 2..picture.len() / 2 + 32).context("no picture")?.to_vec();
    Ok((picture, middle))
}

/// The access token of somebody's newest device, as their server knows it.
fn access_token(user_id: &str) -> Result<String> {
    let path = &info().server(Side::French).database;
    let database = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let query = "select token from access_tokens where user_id = ? order by id desc limit 1";
    Ok(database.query_row(query, [user_id], |row| row.get(0))?)
}

#[tokio::test]
async fn nothing_secret_lies_in_the_clear_after_a_session() -> Result<()> {
    let start = SystemTime::now() - Duration::from_secs(1);
    let (heard, said, draft, name, password) = (marker()?, marker()?, marker()?, marker()?, marker()?);
    let (display_name, proxy_user, proxy_password) = (marker()?, marker()?, marker()?);
    let (picture, middle) = picture()?;
    let mut secrets = vec![
        Secret::text("a message that was read", &heard),
        Secret::text("a message that was written", &said),
        Secret::text("a text that was not sent", &draft),
        Secret::text("the name of a room", &name),
        Secret::text("the password", &password),
        Secret::text("a display name", &display_name),
        Secret::text("the name at the proxy", &proxy_user),
        Secret::text("the password at the proxy", &proxy_password),
        Secret::bytes("a picture", &middle),
    ];

    let mut pair = Pair::new(Side::French).await?;
    pair.me.localpart = format!("camille-{}", marker()?);
    pair.me.user_id = servers().register(Side::French, &pair.me.localpart, &password, Some(&display_name), false)?;
    let mut opening = pair.opening();
    let logs = tempfile::tempdir()?;
    let first_log = logs.path().join("first");
    opening.output = Some(first_log.clone());
    // Whatever a curious administrator may set.
    for (name, value) in [("RUST_LOG", "trace"), ("RUST_BACKTRACE", "1"), ("G_MESSAGES_DEBUG", "all")] {
        opening.environment.push((name.into(), value.into()));
    }
    let proxy = Proxy::open(&proxy_user, &proxy_password).await?;
    // For what we do not use as well: who sets one sets them all.
    for name in ["HTTPS_PROXY", "https_proxy", "ftp_proxy"] {
        opening.environment.push((name.into(), (&*proxy.url).into()));
    }
    for name in ["NO_PROXY", "no_proxy"] {
        opening.environment.push((name.into(), "".into()));
    }
    opening.arguments = vec!["--log-level".to_owned(), "trace".to_owned()];

    let command_lines = CommandLines::watch();
    let window = Window::open(&opening).await?;
    screens::give_address(&window, &pair.me.user_id).await?;
    screens::give_password(&window, &password).await?;
    let key = screens::keep_key(&window).await?;
    let room = pair.meet(&window, &format!("Salon {name}")).await?;
    pair.other.say(&room, &format!("« Bonjour » {heard}"), &Context::default()).await?;
    window.painted("[data-message-id^='$']", &heard).await?;
    screens::write(&window, &said).await?;
    let event = pair.other.show(&room, "plan.png", None, picture, (160, 120)).await?;
    let image = format!("document.querySelector(\"{} img[src*='media']\")", message(event.as_str()));
    window.until("a loaded picture", &format!("{image}?.complete && {image}.naturalWidth > 0")).await?;
    window.keys(&draft).await?;
    let token = access_token(&pair.me.user_id)?;
    ensure!(proxy.let_through() > 0, "nothing went through the proxy");
    let told = in_environments(&secrets, &window.processes()?)?;
    ensure!(told.is_empty(), "in environments:\n{}", list(told));
    window.close_by_hand().await?;
    secrets.extend([
        Secret::text("the access token", &token),
        Secret::text("the recovery key", key.trim()),
        Secret::text("the recovery key without spaces", &key.split_whitespace().collect::<String>()),
    ]);
    let written = pair.profile.path().join("logs");
    // After each session: what a later one writes may take the place of what is oldest.
    let ids = [Secret::text("the user's ID", &pair.me.localpart), Secret::text("the room's ID", room.as_str())];
    let not_logged = [&secrets[..], &ids].concat();
    let look_through_the_log = || {
        let in_the_log = in_files(&not_logged, std::slice::from_ref(&written), start);
        ensure!(in_the_log.is_empty(), "in the log:\n{}", list(in_the_log));
        Ok(())
    };
    look_through_the_log()?;

    // Again, for what only a second start leaves.
    opening.output = Some(logs.path().join("second"));
    let window = Window::open(&opening).await?;
    screens::open_room(&window, &name).await?;
    window.painted("[data-message-id^='$']", &heard).await?;
    window.until("the picture again", &format!("{image}?.complete && {image}.naturalWidth > 0")).await?;
    screens::go_to(&window, event.as_str()).await?;
    window.press(Key::Right).await?;
    window.close_by_hand().await?;
    look_through_the_log()?;

    // And once more for what a defect leaves; what it says to the terminal, where a developer watches, is not kept.
    opening.output = None;
    let window = Window::open(&opening).await?;
    screens::open_room(&window, &name).await?;
    crash::panic(&window, &said).await?;
    ensure!(pair.profile.path().join("crash.json").is_file(), "the defect has left no note");
    let logged = all(&written)?;
    ensure!(logged.contains("ERROR estafette_core::crash a defect"), "the defect is not in the log");
    let begun = logged.matches("INFO estafette_core::log the log begins").count();
    ensure!(begun == 3, "of three sessions, the log has {begun}");
    let told = on_command_lines(&secrets, &command_lines.end()?);
    ensure!(told.is_empty(), "on command lines:\n{}", list(told));
    ensure!(fs::metadata(&first_log)?.len() > 0, "the program's words are not kept");
    let everywhere: Vec<PathBuf> = places().into_iter().chain([pair.profile.path().to_owned()]).collect();
    let in_the_clear = in_files(&secrets, &everywhere, start);
    ensure!(in_the_clear.is_empty(), "in the clear:\n{}", list(in_the_clear));

    look_through_the_log()?;
    useful(&all(&written)?)?;
    window.close_by_hand().await?;

    // The same search finds what is there.
    let planted = pair.profile.path().join("webview/planted");
    fs::write(&planted, format!("… {said} …"))?;
    let found = in_files(&secrets, &everywhere, start);
    ensure!(found.len() == 1 && found.iter().all(|what| what.contains("planted")), "planted: {found:?}");
    Ok(())
}

/// What all files of the log hold.
fn all(logs: &Path) -> Result<String> {
    let mut text = String::new();
    for file in fs::read_dir(logs)? {
        text.push_str(&fs::read_to_string(file?.path())?);
    }
    Ok(text)
}

/// The log says what happened: a message can be followed from the server to the screen, by its room and its numbers.
fn useful(text: &str) -> Result<()> {
    for (what, pattern) in [
        ("an answer of the server", "sync{sync="),
        ("a room in it", "news of a room room=!"),
        ("a batch for the window", "to the window channel="),
        ("the room whose batch it is", "timeline{room=!"),
        ("what was painted", "painted channel="),
        ("the SDK's requests", "status=200"),
    ] {
        ensure!(text.contains(pattern), "the log does not tell of {what} ({pattern})");
    }
    let room = text.split("news of a room room=").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    ensure!(room.len() == 11, "rooms are not told apart: {room}");
    Ok(())
}

fn list(found: impl IntoIterator<Item = String>) -> String {
    found.into_iter().collect::<Vec<_>>().join("\n")
}

#[test]
fn the_search_finds_every_form() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let start = SystemTime::now() - Duration::from_secs(1);
    let (text, (picture, middle)) = (format!("« é\" » {}", marker()?), picture()?);
    let secrets = [Secret::text("a text", &text), Secret::bytes("a picture", &middle)];
    let file = folder.path().join("deep/file");
    fs::create_dir(folder.path().join("deep"))?;
    let look = || in_files(&secrets, &[folder.path().to_owned()], start);
    for secret in &secrets {
        for (form, bytes) in secret.forms() {
            fs::write(&file, [b"before", bytes, b"after"].concat())?;
            ensure!(look().iter().any(|what| what.contains(secret.name)), "{} as {form}", secret.name);
        }
    }
    fs::write(&file, &picture)?;
    ensure!(look().len() == 1);
    for before in 0..3 {
        use base64::Engine as _;
        let text = format!("{}{text}…", "x".repeat(before));
        fs::write(&file, base64::engine::general_purpose::STANDARD.encode(text))?;
        ensure!(look().len() == 1, "base64 after {before}");
    }
    fs::write(&file, "nothing")?;
    ensure!(look().is_empty());
    Ok(())
}

#[test]
fn the_watch_sees_a_command_line() -> Result<()> {
    let watch = CommandLines::watch();
    // Made after the watch began, as a session's token and recovery key are.
    let marker = marker()?;
    let mut child = Command::new("sh").args(["-c", "read line", &marker]).stdin(Stdio::piped()).spawn()?;
    let lines = watch.end();
    child.kill()?;
    child.wait()?;
    let lines = lines?;
    let found = on_command_lines(&[Secret::text("a text", &marker)], &lines);
    ensure!(found.len() == 1, "{found:?}");
    let other = Secret::text("another text", &self::marker()?);
    ensure!(on_command_lines(&[other], &lines).is_empty(), "what no command line holds is found");
    Ok(())
}

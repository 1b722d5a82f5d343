//! What the administration of a machine decides, in the real window: it cannot be undone from there, and it says by
//! whom, where and what is wrong.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, chown, symlink},
    process::Command,
    sync::Arc,
};

use anyhow::{Context as _, Result, ensure};
use estafette_core::{
    SystemKeyring,
    settings::{NotificationContent, SettingsPatch},
};
use estafette_homeservers::Side;
use estafette_tests::{
    desk::Desk,
    managed::{Managed, PLACE, place},
    pictures,
    servers::ca,
    window::{Window, binary},
};
use fantoccini::{Locator, key::Key};
use serde_json::{Value, json};

use crate::{
    people::Pair,
    screens::{self, LIST, go_to_rule, rule},
};

/// What notifications show, and what stands at its right.
const CONTENT: &str = "[data-setting=settings-content]";
/// Whether others see what was read.
const RECEIPTS: &str = "[data-setting=settings-receipts]";

/// What is wrong with the files.
const PROBLEMS: &str = "[data-setting=policies-problems]";

/// Locks both.
const LOCKING: &str = r#"{
  "notifications": { "content": "nothing" },
  "messages": {
    "receipts": false
  }
}
"#;

/// Has the program itself, on a machine that nobody manages, write what the user would rather have.
async fn choose_otherwise(pair: &Pair) -> Result<()> {
    let mut desk = Desk::open(pair.profile.path(), Some(&ca()), Arc::new(SystemKeyring)).await?;
    desk.ready().await?;
    let patch = SettingsPatch {
        notifications: Some(NotificationContent::Full),
        receipts: Some(true),
        ..SettingsPatch::default()
    };
    desk.app.change_settings(&patch).await?;
    desk.close().await;
    Ok(())
}

/// What the window is told when the page asks for a change by itself.
async fn ask_for(window: &Window, patch: Value) -> Result<Value> {
    let script = "const [patch, done] = arguments;
         window.__TAURI_INTERNALS__.invoke('change_settings', { patch })
           .then(() => done('changed'), (error) => done(error));";
    Ok(window.page.execute_async(script, vec![patch]).await?)
}

/// Waits until the control of a setting says something.
async fn says(window: &Window, setting: &str, words: &str) -> Result<()> {
    window.painted(&format!("{setting} [data-control]"), words).await.map(drop)
}

/// Waits until a part of the page says something, in sight or further down.
async fn tells(window: &Window, css: &str, words: &str) -> Result<()> {
    let says = format!("document.querySelector({})?.innerText.includes({})", json!(css), json!(words));
    window.until(&format!("{words:?} in {css}"), &says).await
}

/// Whether a setting that is on or off is on.
async fn is_on(window: &Window, setting: &str, on: bool) -> Result<()> {
    let input = format!("document.querySelector('{setting} input')");
    window.until(&format!("{setting} to be {on}"), &format!("{input} && {input}.checked === {on}")).await
}

/// Everything that a hand could do to a locked setting on whose control the focus is.
async fn press_and_point(window: &Window, setting: &str) -> Result<()> {
    for key in [Key::Enter, Key::Space, Key::Down, Key::Up, Key::Right, Key::Left, Key::Home, Key::End, Key::PageDown] {
        window.press(key).await?;
    }
    window.keys("e").await?;
    window.chord(&[Key::Alt.into()], Key::Down.into()).await?;
    let controls = format!("{setting} [data-control] :is(button, label, input, svg, span)");
    for control in window.page.find_all(Locator::Css(&controls)).await? {
        // What is not to be seen cannot be pointed at.
        let _ = control.click().await;
    }
    let open = window.page.find_all(Locator::Css("[role=listbox], [role=menu], [role=dialog]")).await?;
    ensure!(open.is_empty(), "{setting} opens");
    Ok(())
}

#[tokio::test]
async fn what_is_locked_cannot_be_changed_by_hand_by_the_profile_or_by_the_page() -> Result<()> {
    let pair = Pair::new(Side::French).await?;
    pair.sign_in_beforehand().await?;
    choose_otherwise(&pair).await?;
    let Some(machine) = Managed::new()? else { return Ok(()) };
    machine.write("managed/10-ministere.json", LOCKING)?;
    let opening = machine.opening(pair.opening())?;
    let window = Window::open(&opening).await?;
    window.find(LIST).await?;

    // It shows a padlock and why, and does not change.
    screens::go_to_setting(&window, "Contenu des notifications").await?;
    says(&window, CONTENT, "Ni l’un ni l’autre").await?;
    window.painted(CONTENT, "Réglé par votre organisation").await?;
    window.find(&format!("{CONTENT} #settings-content-lock svg")).await?;
    press_and_point(&window, CONTENT).await?;
    says(&window, CONTENT, "Ni l’un ni l’autre").await?;
    window.press(Key::Escape).await?;
    screens::go_to_setting(&window, "Accusés de lecture").await?;
    window.painted(RECEIPTS, "Réglé par votre organisation").await?;
    is_on(&window, RECEIPTS, false).await?;
    press_and_point(&window, RECEIPTS).await?;
    is_on(&window, RECEIPTS, false).await?;

    // Nor for a page that does as it likes; what it asks for beside is not done either.
    for patch in [
        json!({ "notifications": "full" }),
        json!({ "notifications": "sender", "typing": false }),
        json!({ "receipts": true }),
    ] {
        let answer = ask_for(&window, patch.clone()).await?;
        ensure!(answer["code"] == "managed", "{patch}: {answer}");
    }
    let typing = "document.querySelector('[data-setting=settings-typing] input').checked";
    window.until("what was asked for beside it to stay", typing).await?;
    let answer = ask_for(&window, json!({ "notifications": "nothing" })).await?;
    ensure!(answer == "changed", "what holds anyway may be chosen: {answer}");

    // The reason leads to the rule, which says who decided it and where.
    window.press(Key::Escape).await?;
    screens::go_to_setting(&window, "Contenu des notifications").await?;
    window.chord(&[Key::Shift.into()], Key::Tab.into()).await?;
    window.focused("#settings-content-why").await?;
    window.press(Key::Enter).await?;
    let rule = rule("notifications-content");
    window.focused(&rule).await?;
    for words in [
        "Ni l’un ni l’autre",
        "Votre service informatique, pour cet ordinateur",
        &place("managed/10-ministere.json", 2),
        "Verrouillé",
    ] {
        window.painted(&rule, words).await?;
    }
    window.close_by_hand().await?;

    // The user's data says otherwise, whoever wrote it there: that is what holds once nobody decides.
    choose_otherwise(&pair).await?;
    let window = Window::open(&opening).await?;
    window.find(LIST).await?;
    screens::go_to_setting(&window, "Contenu des notifications").await?;
    says(&window, CONTENT, "Ni l’un ni l’autre").await?;
    machine.remove("managed/10-ministere.json")?;
    window.gone("#settings-content-lock").await?;
    says(&window, CONTENT, "Expéditeur et message").await?;
    let answer = ask_for(&window, json!({ "notifications": "sender" })).await?;
    ensure!(answer == "changed", "nobody decides any more: {answer}");
    says(&window, CONTENT, "Expéditeur seulement").await?;
    window.close().await
}

#[tokio::test]
async fn a_policy_that_is_wrong_is_told_with_its_place_and_opens_nothing() -> Result<()> {
    let pair = Pair::new(Side::German).await?;
    pair.sign_in_beforehand().await?;
    let Some(machine) = Managed::new()? else { return Ok(()) };
    machine.write("managed/10.json", "{ \"messages\": { \"receipts\": true } }")?;
    machine.write("recommended/10.json", "{\n\n  \"messages\": { \"images\": true }\n}")?;
    // A place that somebody without rights might name. It says the opposite.
    let decoy = tempfile::tempdir()?;
    let mut opening = machine.opening(pair.opening())?;
    opening.environment.extend(crate::doors::decoy(decoy.path(), r#"{ "messages": { "receipts": false } }"#)?);
    let window = Window::open(&opening).await?;
    window.find(LIST).await?;
    go_to_rule(&window, "Bilder senden", "messages-images").await?;
    let (images, receipts) = (rule("messages-images"), rule("messages-receipts"));
    window.painted(&receipts, &place("managed/10.json", 1)).await?;
    window.painted(&receipts, "Ja").await?;
    for words in ["Ja", "Ihre IT-Abteilung, als Empfehlung", &place("recommended/10.json", 3)] {
        window.painted(&images, words).await?;
    }

    // From now on the files are wrong, each in another way.
    machine.write("managed/20-broken.json", "{\n  \"servers\": {\n    \"allowed\": [\n  }\n}\n")?;
    machine.write("managed/30-foreign.json", "{}")?;
    chown(machine.path("managed/30-foreign.json"), Some(65534), Some(65534))?;
    fs::write(machine.path("elsewhere.json"), "{}")?;
    symlink(format!("{PLACE}/elsewhere.json"), machine.path("managed/40-link.json"))?;
    machine.write(
        "managed/50.json",
        "{\n  \"notifications\": { \"content\": \"everything\" },\n  \"a\": { \"b\": 1 }\n}",
    )?;
    for words in [
        &format!("{}: Ab dieser Zeile ist die Datei kein JSON mehr", place("managed/20-broken.json", 4)),
        &format!("{PLACE}/managed/30-foreign.json: Andere Konten als root"),
        &format!("{PLACE}/managed/40-link.json: Ein symbolischer Link"),
        &format!("{}: notifications.content", place("managed/50.json", 2)),
        &format!("{}: Estafette kennt den Schlüssel a.b nicht", place("managed/50.json", 3)),
    ] {
        tells(&window, PROBLEMS, words).await?;
    }
    // What could not be read may have forbidden anything: where safety rests on it, the safe value holds.
    tells(&window, &images, "Nein").await?;
    tells(&window, &images, "Es gilt der sicherste Wert").await?;
    tells(&window, &rule("notifications-content"), "Keines von beiden").await?;
    tells(&window, &rule("notifications-content"), "Gesperrt").await?;
    tells(&window, &receipts, "Ja").await?;

    // Mended while it runs.
    for name in ["20-broken", "30-foreign", "40-link", "50"] {
        machine.remove(&format!("managed/{name}.json"))?;
    }
    window.gone(PROBLEMS).await?;
    tells(&window, &images, "Ihre IT-Abteilung, als Empfehlung").await?;
    window.close().await
}

#[tokio::test]
async fn the_program_for_administrations_says_what_holds_and_what_is_wrong() -> Result<()> {
    let Some(machine) = Managed::new()? else { return Ok(()) };
    let (fine, said) = machine.asked(&["check"])?;
    ensure!(fine, "without a policy: {said}");
    machine.write("managed/10.json", LOCKING)?;
    machine.write("managed/20.json", "{ \"messages\": { \"receipts\": true } }")?;
    let (fine, said) = machine.asked(&["show", "--json"])?;
    let shown: Value = serde_json::from_str(&said).with_context(|| said.clone())?;
    let held = |key: &str| -> Result<Value> {
        let values = shown["values"].as_array().context("values")?;
        values.iter().find(|value| value["key"] == key).cloned().context("the key")
    };
    ensure!(fine && held("notifications.content")?["value"] == "nothing", "{said}");
    // The later file decides, by its name.
    let receipts = held("messages.receipts")?;
    ensure!(receipts["value"] == true && receipts["locked"] == true && receipts["source"] == "machine", "{receipts}");
    ensure!(receipts["place"]["of"] == format!("{PLACE}/managed/20.json"), "{receipts}");
    machine.write("managed/30.json", "{\n\"servers\": ]")?;
    let (fine, said) = machine.asked(&["check"])?;
    ensure!(!fine && said.contains(&place("managed/30.json", 2)), "{said}");

    // Files that are named are judged as those that name them.
    machine.remove("managed/30.json")?;
    let named = json!({
        "brand": { "logo": format!("{PLACE}/logo.png") },
        "network": { "rootCertificates": [format!("{PLACE}/roots.pem")] },
    });
    machine.write("managed/40.json", &named.to_string())?;
    let told = |words: &[&str]| -> Result<()> {
        let (fine, said) = machine.asked(&["check"])?;
        ensure!(fine == words.is_empty() && words.iter().all(|words| said.contains(words)), "{words:?}: {said}");
        Ok(())
    };
    told(&["que nomme la clé brand.logo, manque", "que nomme la clé network.rootCertificates, manque"])?;
    for name in ["logo.png", "roots.pem"] {
        machine.write(name, "neither")?;
    }
    told(&["que nomme la clé brand.logo, n’est pas une image", "certificats d’autorités"])?;
    pictures::logo(&machine.path("logo.png"))?;
    fs::copy(ca(), machine.path("roots.pem"))?;
    for name in ["logo.png", "roots.pem"] {
        fs::set_permissions(machine.path(name), fs::Permissions::from_mode(0o644))?;
    }
    told(&[])?;
    // Who asks is root, and may read it.
    fs::set_permissions(machine.path("roots.pem"), fs::Permissions::from_mode(0o600))?;
    told(&["/roots.pem", "certains comptes n’ont pas le droit de lire ce fichier, que nomme la clé network.root"])?;
    fs::set_permissions(machine.path("roots.pem"), fs::Permissions::from_mode(0o666))?;
    told(&["/roots.pem", "la clé network.rootCertificates nomme ce fichier, mais d’autres comptes que root"])?;
    fs::set_permissions(machine.path("roots.pem"), fs::Permissions::from_mode(0o644))?;
    chown(machine.path("logo.png"), Some(65534), Some(65534))?;
    told(&["/logo.png", "la clé brand.logo nomme ce fichier, mais d’autres comptes que root"])?;
    Ok(())
}

/// Somebody without rights who is root in a user namespace, and lays a policy of theirs over `/etc` there.
const ROOT_OF_NOTHING: &str = r#"set -e
mount -t tmpfs -o mode=0755 layer "$1/layer"
mkdir "$1/layer/upper" "$1/layer/work"
mount -t overlay -o "lowerdir=/etc,upperdir=$1/layer/upper,workdir=$1/layer/work" overlay /etc
mkdir -p /etc/estafette/policies/managed
echo '{ "notifications": { "content": "full" } }' > /etc/estafette/policies/managed/10.json
exec "$1/estafette-policy" show --json"#;

#[test]
fn a_policy_of_who_is_root_in_a_namespace_of_their_own_counts_for_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("layer"))?;
    for name in ["", "layer"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o755))?;
    }
    fs::copy(binary("estafette-policy"), folder.path().join("estafette-policy"))?;
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    command.args(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ROOT_OF_NOTHING, "sh"]);
    let output = command.arg(folder.path()).output().context("setpriv does not start (package util-linux)")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let shown: Value = serde_json::from_str(&said).with_context(|| format!("{output:?}"))?;
    // The root of the whole file system is not theirs. What cannot be trusted might have been meant to forbid.
    ensure!(shown["problems"][0]["name"] == "not-root", "{said}");
    ensure!(shown["problems"][0]["place"]["of"] == format!("{PLACE}/managed"), "{said}");
    let values = shown["values"].as_array().context("values")?;
    let content = values.iter().find(|value| value["key"] == "notifications.content").context("the key")?;
    ensure!(content["value"] == "nothing" && content["fallback"] == true, "{content}");
    Ok(())
}

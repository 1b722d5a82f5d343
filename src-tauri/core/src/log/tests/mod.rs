use std::{fs, path::Path};

use super::{files::Files, *};

mod literals;

fn lines(profile: &Path) -> String {
    fs::read_to_string(profile.join(LOGS).join("estafette.log")).unwrap_or_default()
}

/// Who may read something, where the system knows such rights.
#[cfg_attr(not(unix), allow(unused_variables))]
fn assert_rights(path: &Path, rights: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, rights);
    }
}

/// What is written of what `trace` traces.
fn written(level: Level, key: Option<[u8; 32]>, trace: impl FnOnce()) -> String {
    let profile = tempfile::tempdir().unwrap();
    let (log, subscriber) = Log::new(profile.path().join(LOGS), level).unwrap();
    key.iter().for_each(|key| log.tell_apart_by(key));
    tracing::subscriber::with_default(subscriber, trace);
    log.flush();
    lines(profile.path())
}

/// As the SDK sends a request: `HttpClient::send` in matrix-sdk 0.18, `http_client/mod.rs`.
fn request(uri: &str, room: &str) {
    let span = tracing::debug_span!(
        target: "matrix_sdk::http_client",
        "send",
        uri = tracing::field::Empty,
        method = tracing::field::Empty,
        request_id = "REQ-12",
        status = tracing::field::Empty,
        response_size = tracing::field::Empty,
        request_duration = tracing::field::Empty,
    );
    let _in = span.enter();
    span.record("uri", uri.to_owned()).record("method", tracing::field::debug("GET"));
    span.record("status", 200_u16).record("response_size", "1.5k");
    span.record("request_duration", tracing::field::debug(Duration::from_millis(12)));
    tracing::debug!(target: "matrix_sdk::http_client", room_id = ?room, "Got a response from {uri}");
}

#[test]
fn of_the_sdk_s_requests_stay_how_they_went_and_hashes() {
    let secret = "https://matrix.example.org/_matrix/client/v3/rooms/!salon:example.org/send/hunter2";
    let key = Some([7; 32]);
    let text = written(Level::TRACE, key, || {
        request(secret, "!salon:example.org");
        request(secret, "!salon:example.org");
        request(secret, "!autre:example.org");
    });
    for content in ["hunter2", "example", "salon", "autre", "https", "Got a"] {
        assert!(!text.contains(content), "{content} in {text}");
    }
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    for kept in ["mod.rs:", "uri=*", "method=GET", "request_id=REQ-12", "status=200", "response_size=1.5k", "12ms"] {
        assert!(lines[0].contains(kept), "{kept} in {text}");
    }
    let hash = |line: &str| line.split_once("room_id=!").unwrap().1.split_once(' ').unwrap().0.to_owned();
    assert_eq!(hash(lines[0]).len(), 10);
    assert_eq!(hash(lines[0]), hash(lines[1]));
    assert_ne!(hash(lines[0]), hash(lines[2]));
    let elsewhere = written(Level::TRACE, Some([8; 32]), || request(secret, "!salon:example.org"));
    assert!(!elsewhere.contains(&hash(lines[0])), "another installation, another hash");
    let closed = written(Level::TRACE, None, || request(secret, "!salon:example.org"));
    assert!(closed.contains("room_id=!*"), "{closed}");
}

#[test]
fn of_other_people_s_words_nothing_stays() {
    let text = written(Level::TRACE, Some([7; 32]), || {
        // As matrix-sdk 0.18 sets up a proxy: `http_client/native.rs`.
        let p = "http://camille:hunter2@proxy.example.org:3128";
        tracing::info!(target: "matrix_sdk::http_client::native", proxy_url = p, "Setting the proxy for the HTTP client");
        tracing::warn!(target: "matrix_sdk::room", error = %std::io::Error::other("hunter2"), "{}", "hunter2");
        tracing::warn!(target: "matrix_sdk::room", body = "hunter2", ?p, event = ?("hunter2", 1));
        tracing::warn!(target: "matrix_sdk::room", method = "hunter2 und mehr", request_id = %"@x:y hunter2");
        let error: &(dyn std::error::Error + 'static) = &std::fmt::Error;
        tracing::error!(target: "hyper", error, message = "hunter2");
        tracing::error!(target: "estafette", "hunter2");
    });
    assert_eq!(text.lines().count(), 6, "{text}");
    for content in ["hunter2", "example", "Setting", "mehr"] {
        assert!(!text.contains(content), "{content} in {text}");
    }
    assert!(text.contains("proxy_url=*"));
}

#[test]
fn our_own_words_stay_and_a_span_tells_how_long_it_was() {
    let text = written(Level::DEBUG, Some([7; 32]), || {
        let span = tracing::debug_span!("batch", seq = 3, room = "@camille:example.org");
        let _in = span.enter();
        tracing::info!(code = ?Level::INFO, reference = %"AB12CD", cause = %"not found", other = "camille", "it went");
        tracing::info!(cause = %"https://example.org", "it went");
        tracing::info!(cause = %"unable to open: /home/camille/estafette.db", "it went");
        tracing::info!(cause = %r"unable to open: C:\Users\camille", "it went");
        tracing::info!(cause = %"M_X\n2026 ERROR estafette_core forged", code = %"\u{1b}[2J", "it went");
        tracing::info!(place = %"src/lib.rs:1", "it went");
        tracing::trace!("nobody asked for that");
    });
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 7, "{text}");
    assert!(
        lines[0]
            .contains("estafette_core::log::tests it went code=Level(Info) reference=AB12CD cause=not found other=*"),
        "{text}"
    );
    assert!(lines[0].contains("< batch{seq=3 room=@"), "{text}");
    assert!(lines[1..5].iter().all(|line| line.contains("cause=* ")), "{text}");
    assert!(lines[4].contains("code=* <"), "{text}");
    assert!(lines[5].contains("place=src/lib.rs:1 <"), "{text}");
    assert!(lines[6].contains("batch seq=3") && lines[6].contains(" micros="), "{text}");
    for content in ["example", "camille", "forged"] {
        assert!(!text.contains(content), "{content} in {text}");
    }
}

#[test]
fn others_are_heard_only_when_they_have_something_to_say() {
    let trace = || {
        tracing::debug!(target: "hyper::client", "x");
        tracing::info!(target: "hyper::client", "x");
        tracing::trace!(target: "matrix_sdk_base", "x");
    };
    assert_eq!(written(Level::TRACE, None, trace).lines().count(), 2);
    assert_eq!(written(Level::WARN, None, trace), "");
}

#[test]
fn an_error_is_on_the_disk_before_anything_else_happens() {
    let profile = tempfile::tempdir().unwrap();
    let (_log, subscriber) = Log::new(profile.path().join(LOGS), Level::ERROR).unwrap();
    tracing::subscriber::with_default(subscriber, || {
        tracing::error!(place = %"src/lib.rs:1", "a defect");
        assert!(lines(profile.path()).contains("a defect place=src/lib.rs:1"));
    });
}

#[test]
fn files_are_private_turned_over_and_few() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Files::of_size(folder.path().to_owned(), 100);
    for number in 0..200 {
        files.put(&format!("line {number:03}, twenty..\n"));
    }
    files.flush();
    let mut found: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert_eq!(found.len(), 5);
    for file in &found {
        assert!(fs::metadata(file).unwrap().len() <= 100);
        assert_rights(file, 0o600);
    }
    assert!(fs::read_to_string(folder.path().join("estafette.log")).unwrap().contains("line 199"));
    // The next start goes on where this one ended.
    let mut files = Files::of_size(folder.path().to_owned(), 1000);
    files.put("more\n");
    files.flush();
    let text = fs::read_to_string(folder.path().join("estafette.log")).unwrap();
    assert!(text.contains("line 199") && text.ends_with("more\n"));
}

#[test]
fn a_folder_that_cannot_be_written_harms_nothing() {
    let profile = tempfile::tempdir().unwrap();
    fs::write(profile.path().join(LOGS), "a file").unwrap();
    assert!(Log::new(profile.path().join(LOGS), Level::TRACE).is_none());
    fs::remove_file(profile.path().join(LOGS)).unwrap();
    fs::create_dir_all(profile.path().join(LOGS).join("estafette.log")).unwrap();
    let (log, subscriber) = Log::new(profile.path().join(LOGS), Level::TRACE).unwrap();
    tracing::subscriber::with_default(subscriber, || tracing::error!("nobody reads this"));
    log.flush();
    assert_rights(&profile.path().join(LOGS), 0o700);
}

#[test]
fn a_defect_waits_for_room_and_nothing_else_does() {
    let (sender, receiver) = sync_channel(1);
    let lines = Lines(sender);
    assert!(lines.put("one".to_owned()));
    assert!(!lines.put("lost".to_owned()));
    let writer = thread::spawn(move || {
        // Long enough for who does not wait to give up.
        thread::sleep(Duration::from_millis(20));
        let mut taken = Vec::new();
        while let Ok(order) = receiver.recv() {
            match order {
                Order::Line(line) => taken.push(line),
                Order::Flush(done) => done.send(()).unwrap(),
            }
        }
        taken
    });
    assert!(lines.insist("a defect".to_owned()));
    drop(lines);
    assert_eq!(writer.join().unwrap(), ["one", "a defect"]);
}

#[test]
fn in_a_folder_of_many_each_profile_has_its_own() {
    let of = |profile: &str| owner(Path::new(profile));
    assert_eq!(of("/home/a/profile"), of("/home/a/profile"));
    assert_ne!(of("/home/a/profile"), of("/home/b/profile"));
    // What cannot stand in a name is told apart as well.
    assert_ne!(of("/home/a/pro file"), of("/home/a/pro_file"));
    assert!(of(&format!("/{}", "é".repeat(200))).len() <= 255);
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_logged_where_a_link_or_somebody_else_leads() {
    let many = tempfile::tempdir().unwrap();
    let [own, link, elsewhere] = ["own", "link", "elsewhere"].map(|name| many.path().join(name));
    assert!(make_own(&own) && make_own(&own));
    assert_rights(&own, 0o700);
    fs::create_dir(&elsewhere).unwrap();
    assert_eq!(fs::set_permissions(&elsewhere, std::os::unix::fs::PermissionsExt::from_mode(0o755)).ok(), Some(()));
    std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
    assert!(!make_own(&link));
    assert_rights(&elsewhere, 0o755);
    fs::write(many.path().join("file"), "").unwrap();
    assert!(!make_own(&many.path().join("file")));
    // Root may have made what is another's; who is not root finds one of root's.
    let another = if rustix::process::geteuid().is_root() {
        std::os::unix::fs::lchown(&elsewhere, Some(65_534), None).unwrap();
        elsewhere
    } else {
        Path::new("/usr").to_owned()
    };
    assert!(!make_own(&another));
}

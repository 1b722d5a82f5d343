use std::{io, sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
};
use zeroize::Zeroizing;

use super::*;
use crate::{
    network::{Entry, Network, PATIENCE, Patience, Proxies, ProxyState},
    policy::{Policy, Source},
    storage::Secret,
};

fn first(error: &(dyn StdError + 'static)) -> Option<Why> {
    among(layers(error))
}

#[test]
fn a_certificate_is_recognised_under_any_number_of_layers() {
    let refused = Refused { issuer: Some("Proxy".to_owned()), reason: Reason::Time };
    for (certificate, reason, issuer) in [
        (rustls::CertificateError::UnknownIssuer, Reason::Untrusted, None),
        (rustls::CertificateError::Other(rustls::OtherError(Arc::new(refused))), Reason::Time, Some("Proxy")),
    ] {
        let tls = rustls::Error::InvalidCertificate(certificate);
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls));
        let issuer = issuer.map(str::to_owned);
        assert_eq!(first(&wrapped), Some(Why::Certificate { reason, issuer, of_proxy: false }));
    }
    assert_eq!(first(&io::Error::other("anything")), None);
    let plain = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
    assert_eq!(first(&io::Error::other(plain)), Some(Why::NoTls));
}

#[test]
fn a_redirect_is_recognised_as_what_it_is() {
    for refused in [RedirectRefused::Endless, RedirectRefused::Cleartext, RedirectRefused::Elsewhere] {
        let wrapped = io::Error::other(io::Error::other(refused));
        assert_eq!(first(&wrapped), Some(Why::Redirect(refused)));
    }
}

/// A proxy that answers each connection so, whatever it is asked.
async fn proxy(scheme: &str, answers: &'static [&'static [u8]]) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("{scheme}://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut asked = [0; 1024];
                for answer in answers {
                    if !matches!(stream.read(&mut asked).await, Ok(read) if read > 0) {
                        return;
                    }
                    stream.write_all(answer).await.unwrap();
                }
                // What is still asked is read, so that the answer is not lost with a reset.
                while matches!(stream.read(&mut asked).await, Ok(read) if read > 0) {}
            });
        }
    });
    address
}

async fn ask(proxy: &str, server: &str) -> (AppError, ProxyState) {
    ask_as(None, proxy, server).await
}

async fn ask_as(who: Option<Entry>, proxy: &str, server: &str) -> (AppError, ProxyState) {
    let (sender, state) = watch::channel(ProxyState::Open);
    let error = fail(PATIENCE, &[("network.proxy", json!(proxy))], who, sender, server).await;
    let state = state.borrow().clone();
    (transport_error(&error), state)
}

/// Where silence is waited for.
const LITTLE: Patience = Patience { connecting: Duration::from_secs(2), ..PATIENCE };

async fn fail(
    patience: Patience,
    said: &[(&str, Value)],
    who: Option<Entry>,
    state: watch::Sender<ProxyState>,
    server: &str,
) -> reqwest::Error {
    let said: Vec<_> = said.iter().map(|(key, value)| (Source::Machine, *key, value.clone())).collect();
    let policy = Policy::said(&said);
    let network = Network::patient(&[] as &[&str], &Proxies::default(), &policy, state, patience).unwrap();
    who.into_iter().for_each(|who| network.route.enter(who));
    network.client.get(server).send().await.unwrap_err()
}

const SERVER: &str = "https://matrix.example";

/// A server that nobody knows, for which nobody on the network has to be asked: between two dots, no name is so long.
/// Without TLS, which would not have it either.
fn nobodys() -> String {
    format!("http://{}.invalid", "x".repeat(64))
}

#[tokio::test]
async fn a_proxy_that_makes_no_connection_is_recognised() {
    const METHOD: &[u8] = &[5, 0];
    let gone = {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        listener.local_addr().unwrap().to_string()
    };
    for (proxy, code) in [
        (proxy("http", &[b"HTTP/1.1 407 Who are you?\r\n\r\n"]).await, ErrorCode::ProxyPasswordNeeded),
        (proxy("http", &[b"HTTP/1.1 403 No\r\n\r\n"]).await, ErrorCode::ProxyRefused),
        (proxy("http", &[b"HTTP/1.1 502 Not there\r\n\r\n"]).await, ErrorCode::ProxyRefused),
        (format!("http://{gone}"), ErrorCode::ProxyUnreachable),
        ("http://proxy.invalid:3128".to_owned(), ErrorCode::ProxyUnreachable),
        // None of the ways to say who one is, that of a password among them.
        (proxy("socks5h", &[&[5, 0xff]]).await, ErrorCode::ProxyPasswordNeeded),
        (proxy("socks5h", &[METHOD, &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]]).await, ErrorCode::ProxyRefused),
        (format!("socks5h://{gone}"), ErrorCode::ProxyUnreachable),
        ("socks5h://proxy.invalid:1080".to_owned(), ErrorCode::ProxyUnreachable),
        (proxy("socks5", &[METHOD]).await, ErrorCode::NameNotFound),
    ] {
        let server = if code == ErrorCode::NameNotFound { nobodys() } else { SERVER.to_owned() };
        let (error, state) = ask(&proxy, &server).await;
        assert_eq!(error.code, code, "{proxy}");
        let name = proxy.split_once("://").map(|(_, name)| name);
        assert_eq!(error.args.get("proxy").map(String::as_str), name, "{proxy}");
        assert_eq!(
            error.args.get("server").map(String::as_str),
            server.split_once("://").map(|(_, name)| name),
            "{proxy}"
        );
        assert_eq!(state != ProxyState::Open, code == ErrorCode::ProxyPasswordNeeded, "{proxy}: {state:?}");
    }
}

/// Where packets vanish: nobody takes connections, and no more of them may wait.
async fn swallows() -> (String, TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    // Several times in a row: on a machine that has much to do, one that is taken may take long.
    let mut silent = 0;
    while silent < 5 {
        let connected = tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(address)).await;
        silent = if connected.is_ok() { 0 } else { silent + 1 };
        waiting.extend(connected.map(Result::unwrap));
    }
    (address.to_string(), listener, waiting)
}

#[tokio::test]
async fn a_proxy_that_swallows_what_it_is_sent_is_named() {
    let (silent, _listener, _waiting) = swallows().await;
    let through = async |proxy: String| {
        let error = fail(LITTLE, &[("network.proxy", json!(proxy))], None, watch::Sender::default(), SERVER).await;
        transport_error(&error)
    };
    let error = through(format!("http://{silent}")).await;
    assert_eq!((error.code, error.args.get("proxy")), (ErrorCode::ProxyUnreachable, Some(&silent)));

    let slow = proxy("http", &[]).await;
    let error = through(slow.clone()).await;
    let name = slow.strip_prefix("http://");
    assert_eq!((error.code, error.args.get("proxy").map(String::as_str)), (ErrorCode::ProxyRefused, name));

    // What goes past the proxy says nothing of it.
    let said = [("network.proxy", json!(slow)), ("network.proxyExceptions", json!(["127.0.0.1"]))];
    let error = fail(LITTLE, &said, None, watch::Sender::default(), &format!("https://{silent}")).await;
    let error = transport_error(&error);
    assert_eq!((error.code, error.args.get("proxy")), (ErrorCode::Offline, None));
    assert_eq!(error.args.get("server"), Some(&silent));
}

#[tokio::test]
async fn a_password_is_only_asked_for_where_the_proxy_takes_one() {
    const BOTH: &[u8] = b"HTTP/1.1 407 Who?\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic\r\n\r\n";
    const OTHER: &[u8] = b"HTTP/1.1 407 Who?\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n";
    let (error, state) = ask(&proxy("http", &[BOTH]).await, SERVER).await;
    assert_eq!(error.code, ErrorCode::ProxyPasswordNeeded);
    assert_ne!(state, ProxyState::Open);
    let who = Entry::new("camille", Zeroizing::new("hunter2".to_owned())).unwrap();
    for who in [None, Some(who)] {
        let (error, state) = ask_as(who, &proxy("http", &[OTHER]).await, SERVER).await;
        assert_eq!((error.code, state), (ErrorCode::ProxySignInUnsupported, ProxyState::Open));
    }
}

/// A proxy behind TLS that answers so, and the file with whom to trust for it.
async fn secure_proxy(folder: &tempfile::TempDir, answer: &'static [u8]) -> (String, std::path::PathBuf) {
    let key = rcgen::KeyPair::generate().unwrap();
    let own = rcgen::CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, own.pem()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .unwrap();
    let (acceptor, listener) =
        (tokio_rustls::TlsAcceptor::from(Arc::new(config)), TcpListener::bind(("127.0.0.1", 0)).await.unwrap());
    let address = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever does not trust it goes away.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut asked = [0; 1024];
            if matches!(stream.read(&mut asked).await, Ok(read) if read > 0) {
                stream.write_all(answer).await.unwrap();
                stream.flush().await.unwrap();
            }
            let _ = stream.shutdown().await;
        }
    });
    (address, roots)
}

#[tokio::test]
#[cfg_attr(windows, ignore = "Wine does not verify with authorities that a program names")]
async fn a_proxy_behind_tls_is_asked_what_it_wants_as_well() {
    const BASIC: &[u8] = b"HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
    const OTHER: &[u8] = b"HTTP/1.1 407 Who?\r\nProxy-Authenticate: Negotiate\r\n\r\n";
    let folder = tempfile::tempdir().unwrap();
    for (answer, code) in [(BASIC, ErrorCode::ProxyPasswordNeeded), (OTHER, ErrorCode::ProxySignInUnsupported)] {
        let (proxy, roots) = secure_proxy(&folder, answer).await;
        let policy = Policy::said(&[(Source::Machine, "network.proxy", json!(proxy))]);
        let (sender, state) = watch::channel(ProxyState::Open);
        let network = Network::open(&[roots], &Proxies::default(), &policy, sender).unwrap();
        let error = transport_error(&network.client.get(SERVER).send().await.unwrap_err());
        assert_eq!(error.code, code);
        let asks = matches!(&*state.borrow(), ProxyState::PasswordNeeded { cleartext: false, .. });
        assert_eq!(asks, code == ErrorCode::ProxyPasswordNeeded);
    }
}

#[tokio::test]
async fn a_wrong_password_in_the_address_of_a_proxy_is_a_trouble() {
    let proxy = proxy("http", &[b"HTTP/1.1 407 Who are you?\r\n\r\n"]).await;
    // The user is asked, which says enough.
    let error = fail(PATIENCE, &[("network.proxy", json!(proxy))], None, watch::Sender::default(), SERVER).await;
    assert_eq!(trouble(&error), None);

    let with = proxy.replace("http://", "http://camille:hunter2@");
    let proxies = Proxies { https: Some(Secret::new(with.into_bytes())), ..Proxies::default() };
    let network = Network::open(&[] as &[&str], &proxies, &Policy::default(), watch::Sender::default()).unwrap();
    let error = trouble(&network.client.get(SERVER).send().await.unwrap_err()).unwrap();
    assert_eq!(error.code, ErrorCode::ProxyPasswordNeeded);
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_proxy_that_refuses_who_one_is_is_told_from_one_that_refuses_the_server() {
    const ANSWERS: &[(&[&[u8]], bool)] = &[
        (&[b"HTTP/1.1 407 Who are you?\r\n\r\n"], true),
        // As tinyproxy does.
        (&[b"HTTP/1.1 401 Unauthorized\r\n\r\n"], true),
        (&[b"HTTP/1.1 403 No\r\n\r\n"], false),
        (&[b"HTTP/1.1 502 Not there\r\n\r\n"], false),
    ];
    for &(answer, refused) in ANSWERS {
        let who = Entry::new("camille", Zeroizing::new("hunter2".to_owned())).unwrap();
        let (error, state) = ask_as(Some(who), &proxy("http", answer).await, SERVER).await;
        let code = if refused { ErrorCode::ProxyPasswordNeeded } else { ErrorCode::ProxyRefused };
        assert_eq!(error.code, code, "{answer:?}");
        assert_eq!(matches!(state, ProxyState::PasswordNeeded { refused: true, .. }), refused, "{state:?}");
    }
}

/// A proxy that takes 300 ms for each answer, a connection after the other, and is silent when it has none left.
async fn tires(answers: &'static [&'static [u8]]) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut answers, mut held) = (answers.iter(), Vec::new());
        while let Ok((mut stream, _)) = listener.accept().await {
            if stream.read(&mut [0; 1024]).await.is_ok()
                && let Some(answer) = answers.next()
            {
                tokio::time::sleep(Duration::from_millis(300)).await;
                let _ = stream.write_all(answer).await;
            }
            held.push(stream);
        }
    });
    address
}

#[tokio::test]
async fn what_a_proxy_has_said_counts_though_it_is_silent_afterwards() {
    const NO: &[u8] = b"HTTP/1.1 401 Unauthorized\r\n\r\n";
    let ask = async |proxy: String| {
        let who = Entry::new("camille", Zeroizing::new("hunter2".to_owned())).unwrap();
        let (sender, state) = watch::channel(ProxyState::Open);
        let error = fail(PATIENCE, &[("network.proxy", json!(proxy))], Some(who), sender, SERVER).await;
        let state = state.borrow().clone();
        (transport_error(&error).code, state)
    };
    let ((code, state), after_one) = tokio::join!(ask(tires(&[NO, NO]).await), ask(tires(&[NO]).await));
    // It does not say in which ways it would be told.
    assert_eq!(code, ErrorCode::ProxyPasswordNeeded);
    assert!(matches!(state, ProxyState::PasswordNeeded { refused: true, .. }), "{state:?}");
    // Nor whether it was the server.
    assert_eq!(after_one, (ErrorCode::ProxyRefused, ProxyState::Open));
}

#[tokio::test]
async fn a_proxy_without_tls_where_it_should_have_some_is_one_that_does_not_answer() {
    let plain = proxy("https", &[b"HTTP/1.1 400 What?\r\n\r\n"]).await;
    assert_eq!(ask(&plain, SERVER).await.0.code, ErrorCode::ProxyUnreachable);
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told_from_a_server_that_does_not_answer() {
    let network = Network::open(
        &[] as &[&str],
        &Proxies::default(),
        &Policy::said(&[(Source::Machine, "network.proxyMode", json!("none"))]),
        watch::Sender::default(),
    )
    .unwrap();
    for (url, code) in [(nobodys(), ErrorCode::NameNotFound), ("https://127.0.0.1:9".to_owned(), ErrorCode::Offline)] {
        let error = transport_error(&network.client.get(&url).send().await.unwrap_err());
        assert_eq!(error.code, code, "{url}");
        assert_eq!(error.args.get("proxy"), None);
    }
}

//! A message of ours is written as it stands: so nothing may be put into one. The compiler cannot be asked, and our
//! source can. Spans are left alone: the layer writes no message of theirs.

use std::{fs, path::Path};

use proc_macro2::{TokenStream, TokenTree};

/// The macros that write a message.
const EVENTS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "event"];

/// What a source traces: how many calls, and what is wrong with some.
#[derive(Default)]
struct Traced {
    calls: usize,
    wrong: Vec<String>,
}

fn look(tokens: TokenStream, traced: &mut Traced) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            look(group.stream(), traced);
        }
        let TokenTree::Ident(name) = token else { continue };
        let name = name.to_string();
        // `use<…>` names lifetimes.
        if name == "use" && tokens.get(at + 1).is_some_and(|next| next.to_string() != "<") {
            let import = tokens[at + 1..].split(|token| token.to_string() == ";").next().unwrap_or_default();
            let words = spelt(import);
            let ours = words.iter().position(|word| word == "tracing");
            let names = |word: &String| EVENTS.contains(&word.as_str()) || word == "*" || word == "self";
            let renames = |at: usize| words.get(at + 1).is_some_and(|word| word == "as");
            if ours.is_some_and(|at| words[at..].iter().any(names) || renames(at)) {
                traced.wrong.push(format!("use {}", words.join(" ")));
            }
        }
        let [TokenTree::Punct(mark), TokenTree::Group(arguments), ..] = &tokens[at + 1..] else { continue };
        if mark.as_char() != '!' || !EVENTS.contains(&&*name) {
            continue;
        }
        traced.calls += 1;
        let path = spelt(&tokens[at.saturating_sub(3)..at]);
        if path != ["tracing", ":", ":"] || name == "event" || !is_harmless(arguments.stream()) {
            traced.wrong.push(format!("{name}!({})", arguments.stream()));
        }
    }
}

/// Every token, those within groups as well, as it is written.
fn spelt(tokens: &[TokenTree]) -> Vec<String> {
    let inner = |token: &TokenTree| match token {
        TokenTree::Group(group) => spelt(&group.stream().into_iter().collect::<Vec<_>>()),
        other => vec![other.to_string()],
    };
    tokens.iter().flat_map(inner).collect()
}

/// Fields, none of them the message, and then the message: a literal with no place for anything.
fn is_harmless(arguments: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = arguments.into_iter().collect();
    let mut arguments: Vec<&[TokenTree]> = tokens.split(|token| token.to_string() == ",").collect();
    if arguments.last().is_some_and(|last| last.is_empty()) {
        arguments.pop();
    }
    let is_text = |text: &str| (text.starts_with('"') || text.starts_with("r\"")) && !text.contains('{');
    let Some([TokenTree::Literal(message)]) = arguments.pop() else { return false };
    is_text(&message.to_string()) && arguments.iter().all(|field| is_field(field))
}

/// `name = value`, or a shorthand for it.
fn is_field(tokens: &[TokenTree]) -> bool {
    let name: Vec<&TokenTree> = tokens.iter().take_while(|token| token.to_string() != "=").collect();
    name.iter().all(|token| match token {
        TokenTree::Ident(word) => !["message", "r#message"].contains(&word.to_string().as_str()),
        // `target: …` makes words of ours out of anybody's; a name that is a literal or a constant may be any.
        TokenTree::Punct(mark) => ".%?".contains(mark.as_char()),
        TokenTree::Literal(_) | TokenTree::Group(_) => false,
    })
}

fn traced(source: &str) -> Traced {
    let mut traced = Traced::default();
    look(source.parse().unwrap(), &mut traced);
    traced
}

#[test]
fn our_own_messages_are_literals() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = vec![root.join("core/src"), root.join("src"), root.join("cli/src")];
    let (mut calls, mut wrong) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("log/tests/mod.rs") {
                let traced = traced(&fs::read_to_string(&path).unwrap());
                calls += traced.calls;
                wrong.extend(traced.wrong.into_iter().map(|call| format!("{}: {call}", path.display())));
            }
        }
    }
    assert!(calls > 10, "the search finds nothing");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_puts_something_into_a_message_is_found() {
    for wrong in [
        r#"tracing::info!("{}", secret)"#,
        r#"tracing::info!("got {}", secret)"#,
        r#"tracing::info!("got {secret}")"#,
        r#"tracing::info!("got {secret}",)"#,
        r##"tracing::info!(r#"got "{secret}""#)"##,
        r#"tracing::info!(a = f("b"), "got {secret}")"#,
        r#"tracing::info!("got {}", "nothing")"#,
        r#"tracing::info!("got {}", secret = "nothing")"#,
        "tracing::info!(%message)",
        r#"tracing::info!(?message, "got")"#,
        r#"tracing::info!(message = secret, "got")"#,
        r#"tracing::info!("message" = secret, "got")"#,
        r#"tracing::info!({ message = secret }, "got")"#,
        r#"tracing::info!(target: "estafette_core", "got")"#,
        r#"tracing::event!(Level::INFO, "got")"#,
        "tracing::info!(secret)",
        r#"async { select! { _ = a => { tracing::warn!("{}", secret) } } }"#,
        r#"use tracing::warn; fn a() { warn!("{}", secret) }"#,
        r#"warn!("got")"#,
        "use tracing::warn as quiet;",
        "use tracing::{Level, info};",
        "use tracing::*;",
        "use tracing as quiet;",
        "use {std::fs, tracing::{self as quiet}};",
    ] {
        assert_eq!(traced(wrong).wrong.len().min(1), 1, "{wrong}");
    }
    for right in [
        r#"tracing::info!("it went")"#,
        r#"tracing::warn!(code = ?code, reference = %error.reference, %cause, "an action failed")"#,
        r#"tracing::debug!(seq, place = f("{", x), "\"quoted\"",)"#,
        r#"tracing::debug_span!("batch", seq = update.seq, room).entered()"#,
        "use tracing::{Instrument as _, Level, span::Id};",
        "if warn != (1) { fn f() -> impl A + use<> {} }",
    ] {
        assert_eq!(traced(right).wrong, Vec::<String>::new());
    }
}

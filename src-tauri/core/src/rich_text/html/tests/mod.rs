use super::*;

fn parse(html: &str) -> Vec<RichNode> {
    from_html(html, Reader { user_id: "@me:example.fr", room_mentioned: false }).expect("fits").0
}

fn text(text: &str) -> RichNode {
    RichNode::Text { text: text.to_owned() }
}

fn styled(style: Style, children: Vec<RichNode>) -> RichNode {
    RichNode::Styled { style, children }
}

fn paragraph(children: Vec<RichNode>) -> RichNode {
    RichNode::Paragraph { children }
}

/// All words of a tree, whatever their look.
fn words(nodes: &[RichNode]) -> String {
    super::super::one_line(&RichText(nodes.to_vec()), 1_000_000)
}

#[test]
fn inline_styles() {
    assert_eq!(
        parse("a <b>b</b> <em>c</em> <u>d</u> <del>e</del> <code>f</code> <sup>g</sup><sub>h</sub>"),
        [
            text("a "),
            styled(Style::Bold, vec![text("b")]),
            text(" "),
            styled(Style::Italic, vec![text("c")]),
            text(" "),
            styled(Style::Underline, vec![text("d")]),
            text(" "),
            styled(Style::Strike, vec![text("e")]),
            text(" "),
            styled(Style::Code, vec![text("f")]),
            text(" "),
            styled(Style::Superscript, vec![text("g")]),
            styled(Style::Subscript, vec![text("h")]),
        ]
    );
}

#[test]
fn blocks_without_the_white_space_between_them() {
    assert_eq!(
        parse("\n<p>a\n  b<br>\n c </p>\n\n<h3> d </h3>\n<hr>\n<blockquote>\n<p>e</p>\n</blockquote>\n"),
        [
            paragraph(vec![text("a b"), RichNode::Break, text("c")]),
            RichNode::Heading { level: 3, children: vec![text("d")] },
            RichNode::Rule,
            RichNode::Quote { children: vec![paragraph(vec![text("e")])] },
        ]
    );
    assert_eq!(parse("a<br><br>"), [text("a")]);
    assert_eq!(parse("<p></p><p> </p><b></b>"), []);
    assert_eq!(
        parse("<div>a</div><div><p>b</p>c</div>"),
        [paragraph(vec![text("a")]), paragraph(vec![text("b")]), text("c"),]
    );
}

#[test]
fn no_break_spaces_stay() {
    assert_eq!(parse("Bonjour\u{a0}:\u{202f}!&nbsp;"), [text("Bonjour\u{a0}:\u{202f}!\u{a0}")]);
}

#[test]
fn lists() {
    assert_eq!(
        parse("<ol start=\"3\">\n<li>a</li>\n<li><p>b</p>\n<ul><li>c</li></ul></li>\n</ol>"),
        [RichNode::List {
            start: Some(3),
            items: vec![
                vec![text("a")],
                vec![paragraph(vec![text("b")]), RichNode::List { start: None, items: vec![vec![text("c")]] }],
            ],
        }]
    );
    assert_eq!(
        parse("<ol start=\"-3\"><li>a</li></ol>"),
        [RichNode::List { start: Some(1), items: vec![vec![text("a")]] }]
    );
    assert_eq!(parse("<ul></ul>"), []);
}

#[test]
fn code_blocks_keep_every_character() {
    assert_eq!(
        parse("<pre><code class=\"language-rust\">fn a() {\n    <span>b</span>\n}\n</code></pre>"),
        [RichNode::CodeBlock { language: Some("rust".to_owned()), text: "fn a() {\n    b\n}".to_owned() }]
    );
    assert_eq!(
        parse("<pre>https://a.fr</pre>"),
        [RichNode::CodeBlock { language: None, text: "https://a.fr".to_owned() }]
    );
}

#[test]
fn tables() {
    let cell = |word: &str| vec![text(word)];
    assert_eq!(
        parse(
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
        ),
        [RichNode::Table { rows: vec![vec![cell("a"), cell("b")], vec![cell("1"), cell("2")]], heading: true }]
    );
    assert_eq!(
        parse("<table><tr><td>1</td></tr></table>"),
        [RichNode::Table { rows: vec![vec![cell("1")]], heading: false }]
    );
}

#[test]
fn links_by_allow_list() {
    assert_eq!(
        parse("<a href=\"https://a.fr/x\">y</a>"),
        [RichNode::Link { url: "https://a.fr/x".to_owned(), children: vec![text("y")] }]
    );
    for href in [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "java&#10;script:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "/relative",
        "",
        "ftp://a.fr",
        "magnet:?x",
    ] {
        assert_eq!(parse(&format!("<a href=\"{href}\">y</a>")), [text("y")], "{href}");
    }
    assert_eq!(parse("<a>y</a>"), [text("y")]);
}

#[test]
fn links_in_text_are_found_but_not_in_code_or_links() {
    assert!(matches!(
        &parse("voir https://a.fr.")[..],
        [RichNode::Text { .. }, RichNode::Link { .. }, RichNode::Text { .. }]
    ));
    assert_eq!(parse("<code>https://a.fr</code>"), [styled(Style::Code, vec![text("https://a.fr")])]);
    assert_eq!(
        parse("<a href=\"https://a.fr/\">https://b.de</a>"),
        [RichNode::Link { url: "https://a.fr/".to_owned(), children: vec![text("https://b.de")] }]
    );
}

#[test]
fn people_are_named() {
    let mention =
        |user_id: &str, name: &str, me| RichNode::Mention { user_id: user_id.to_owned(), name: name.to_owned(), me };
    assert_eq!(
        parse("<a href=\"https://matrix.to/#/@anna:example.de\">Anna</a>"),
        [mention("@anna:example.de", "Anna", false)]
    );
    assert_eq!(
        parse("<a href=\"https://matrix.to/#/@me:example.fr\">@Moi</a>"),
        [mention("@me:example.fr", "Moi", true)]
    );
    assert_eq!(
        parse("<a href=\"https://matrix.to/#/@anna:example.de\">@anna:example.de</a>"),
        [mention("@anna:example.de", "anna", false)]
    );
    assert_eq!(
        parse("<a href=\"https://matrix.to/#/@anna:example.de\">\u{202e}\n</a>"),
        [mention("@anna:example.de", "anna", false)]
    );
    assert!(matches!(&parse("<a href=\"https://matrix.to/#/!r:example.de\">Salon</a>")[..], [RichNode::Link { .. }]));
}

#[test]
fn the_room_is_named_only_if_the_message_says_so() {
    let reader = Reader { user_id: "", room_mentioned: true };
    assert_eq!(
        from_html("<b>@room</b> a", reader).unwrap().0,
        [styled(Style::Bold, vec![RichNode::RoomMention]), text(" a"),]
    );
    assert_eq!(parse("@room"), [text("@room")]);
}

#[test]
fn spoilers() {
    assert_eq!(
        parse("<span data-mx-spoiler=\"fin\">x</span><span data-mx-spoiler>y</span><span>z</span>"),
        [
            RichNode::Spoiler { reason: Some("fin".to_owned()), children: vec![text("x")] },
            RichNode::Spoiler { reason: None, children: vec![text("y")] },
            text("z"),
        ]
    );
}

#[test]
fn the_quoted_message_of_a_reply_is_removed() {
    assert_eq!(parse("<mx-reply><blockquote>old</blockquote></mx-reply>new"), [text("new")]);
}

#[test]
fn what_is_not_known_keeps_only_its_words() {
    assert_eq!(parse("<blink><font color=\"red\">a</font></blink>"), [text("a")]);
    assert_eq!(parse("<img src=\"mxc://a/b\" alt=\":tada:\">"), [text(":tada:")]);
    for html in [
        "<script>alert(1)</script>",
        "<style>*{}</style>",
        "<iframe src=\"https://a.fr\">x</iframe>",
        "<svg onload=\"alert(1)\"><text>x</text></svg>",
        "<math><mi>x</mi></math>",
        "<textarea>x</textarea>",
        "<img src=x onerror=alert(1)>",
        "<template><b>x</b></template>",
        "<video src=x>x</video>",
    ] {
        assert_eq!(parse(html), [], "{html}");
    }
}

#[test]
fn blocks_in_inline_pieces_become_lines() {
    assert_eq!(parse("<b><p>a</p><p>b</p></b>"), [styled(Style::Bold, vec![text("a"), RichNode::Break, text("b")])]);
}

#[test]
fn deep_nesting_keeps_the_words() {
    let html = format!("{}x{}", "<blockquote>".repeat(99), "</blockquote>".repeat(99));
    let nodes = parse(&html);
    assert_eq!(words(&nodes), "x");
    let mut depth = 0;
    let mut level = &nodes;
    while let [RichNode::Quote { children }] = &level[..] {
        depth += 1;
        level = children;
    }
    assert_eq!(depth, MAX_NESTING);
}

#[test]
fn hostile_sizes_neither_hang_nor_overflow() {
    let start = std::time::Instant::now();
    for one in [
        "<b>",
        "<p>",
        "<div>",
        "<ul><li>",
        "<table><tr><td>",
        "<blockquote>",
        "<a href=\"https://a.fr\">",
        "<font>",
        "<h1>",
        "<span data-mx-spoiler>",
        "<x>",
        "</p>",
        "<br>",
        "<b><p></b>",
        "<b a=1><p></b></p>",
        "&amp;",
        "&",
        "<",
        "é",
        "\0",
        "<![CDATA[",
        "<!--",
        "<pre>",
        "<code>",
        "<select>",
        "<option>",
        "<template>",
        "<svg>",
        "<math>",
        "<plaintext>",
    ] {
        for size in [64 * 1024, 250 * 1024, 10 * 1024 * 1024] {
            let html = one.repeat(size / one.len());
            if let Some(tree) = from_html(&html, Reader::default()) {
                let _ = super::super::one_line(&tree, 200);
            }
        }
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn the_limits_leave_the_stack_of_a_worker_thread_in_peace() {
    // Deeper than anything that passes the look-over, on the stack that tokio gives a worker.
    let html = format!("{}x{}", "<blockquote>".repeat(100), "</blockquote>".repeat(100));
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || assert_eq!(words(&from_html(&html, Reader::default()).unwrap().0), "x"))
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn random_soup_is_survived() {
    const PIECES: [&str; 24] = [
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "<ul>",
        "</ul>",
        "<li>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<a href='https://a.fr'>",
        "</a>",
        "<pre>",
        "</pre>",
        "<blockquote>",
        "</blockquote>",
        "x ",
        "é",
        "&lt;",
        "<br>",
        "<span data-mx-spoiler>",
        "</span>",
        "\u{202e}@room https://a.fr",
    ];
    let mut seed = 0x1234_5678_9abc_def1_u64;
    for _ in 0..2_000 {
        let mut html = String::new();
        for _ in 0..40 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            html.push_str(PIECES[usize::try_from(seed % 24).unwrap()]);
        }
        if let Some(tree) = from_html(&html, Reader { user_id: "", room_mentioned: true }) {
            let _ = super::super::one_line(&tree, 200);
            let _ = serde_json::to_string(&tree).unwrap();
        }
    }
}

#[test]
fn the_sdk_survives_what_a_server_passes_on() {
    // The SDK parses a text before it comes to us, without a look-over. The largest event that a server
    // passes on must not be able to end the process.
    use matrix_sdk::ruma::html::{HtmlSanitizerMode, RemoveReplyFallback, sanitize_html};
    for one in ["<b>", "<x>", "<font>", "<table><tr><td>"] {
        let html = one.repeat(64 * 1024 / one.len());
        std::thread::Builder::new()
            .stack_size(super::super::WORKER_STACK)
            .spawn(move || sanitize_html(&html, HtmlSanitizerMode::Compat, RemoveReplyFallback::No).len())
            .unwrap()
            .join()
            .unwrap();
    }
}

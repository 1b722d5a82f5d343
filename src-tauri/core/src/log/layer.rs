//! What of an event is written. Nothing stands here against what must not be written: only what may be is let through.
//!
//! Of other people's code: level, target, place, span names, numbers, Matrix IDs as hashes, and a few words from
//! fields that are known and look as they should. Its messages are not written at all: they are formatted before they
//! come here, and what was put into them can no longer be told from what was always there.

use std::{
    fmt::{self, Debug, Write as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Instant, SystemTime},
};

use sha2::{Digest as _, Sha256};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use super::{Key, Lines};
use crate::storage::utc;

/// Fields of other people's code whose words may be written, if they are short and plain.
const FOREIGN: [&str; 7] =
    ["conn_id", "method", "request_duration", "request_id", "request_size", "response_size", "status"];

/// Fields of our own code whose words may be written.
const OWN: [&str; 7] = ["cause", "code", "kind", "place", "reference", "source", "version"];

/// No word of a field is longer.
const LONGEST: usize = 200;

/// Writes down what may be.
pub(super) struct Redacting {
    lines: Lines,
    key: Arc<Key>,
    lost: AtomicU64,
}

/// What a span's fields come to, and when it began.
struct Begun {
    fields: String,
    at: Instant,
}

impl Redacting {
    pub(super) fn new(lines: Lines, key: Arc<Key>) -> Self {
        Self { lines, key, lost: AtomicU64::new(0) }
    }

    fn fields(&self, of: &Metadata<'_>) -> Fields<'_> {
        Fields { text: String::new(), message: String::new(), own: is_ours(of), key: &self.key }
    }

    fn put(&self, line: String, how: fn(&Lines, String) -> bool) {
        match self.lost.swap(0, Ordering::Relaxed) {
            0 => {}
            lost if self.lines.put(format!("{} {lost} lines were lost\n", utc(SystemTime::now()))) => {}
            lost => _ = self.lost.fetch_add(lost, Ordering::Relaxed),
        }
        if !how(&self.lines, line) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    let crate_name = metadata.target().split("::").next().unwrap_or_default();
    ["estafette_core", "estafette_shell", "estafette_cli"].contains(&crate_name)
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Redacting {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = self.fields(attributes.metadata());
        attributes.record(&mut fields);
        span.extensions_mut().insert(Begun { fields: fields.text, at: Instant::now() });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = self.fields(span.metadata());
        values.record(&mut fields);
        if let Some(begun) = span.extensions_mut().get_mut::<Begun>() {
            begun.fields.push_str(&fields.text);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let mut fields = self.fields(metadata);
        event.record(&mut fields);
        let mut line = head(metadata);
        if fields.own {
            line.push(' ');
            line.push_str(&fields.message);
        } else {
            // The place instead of the message: whoever has the source reads there what happened.
            let file = metadata.file().unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
            let _ = write!(line, " {file}:{}", metadata.line().unwrap_or_default());
        }
        line.push_str(&fields.text);
        for span in context.event_scope(event).into_iter().flatten() {
            let extensions = span.extensions();
            let known = extensions.get::<Begun>().map_or("", |begun| begun.fields.trim_start());
            let _ = write!(line, " < {}{{{known}}}", span.name());
        }
        line.push('\n');
        // What our own code calls an error is a defect: the process may be about to end.
        let defect = fields.own && *metadata.level() == Level::ERROR;
        self.put(line, if defect { Lines::insist } else { Lines::put });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id).filter(|span| is_ours(span.metadata())) else { return };
        if let Some(begun) = span.extensions().get::<Begun>() {
            let micros = begun.at.elapsed().as_micros();
            let line = format!("{} {}{} micros={micros}\n", head(span.metadata()), span.name(), begun.fields);
            self.put(line, Lines::put);
        }
    }
}

fn head(metadata: &Metadata<'_>) -> String {
    let now = SystemTime::now();
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (second, micros) = (utc(now), since.subsec_micros());
    format!("{}.{micros:06}Z {} {}", second.trim_end_matches('Z'), metadata.level(), metadata.target())
}

/// Collects what may be written of some fields.
struct Fields<'a> {
    text: String,
    message: String,
    own: bool,
    key: &'a Key,
}

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: impl fmt::Display) {
        let _ = write!(self.text, " {}={value}", field.name());
    }

    /// A text, whatever it was before: an ID, a word that is allowed, or nothing.
    fn words(&mut self, field: &Field, text: &str) {
        let bare = text.trim_matches('"');
        if is_id(bare) {
            self.id(field, bare);
        } else if (self.own && OWN.contains(&field.name()) && is_plain(field.name(), bare))
            || (FOREIGN.contains(&field.name()) && is_word(bare))
        {
            self.put(field, bare);
        } else {
            self.put(field, '*');
        }
    }

    /// The same ID is the same hash as long as the profile has its key, and nobody without the key can guess which.
    fn id(&mut self, field: &Field, id: &str) {
        let sigil = id.chars().next().unwrap_or('?');
        match self.key.get() {
            Some(key) => {
                let hash = Sha256::new().chain_update(key).chain_update(id).finalize();
                let short: String = hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
                self.put(field, format_args!("{sigil}{short}"));
            }
            None => self.put(field, format_args!("{sigil}*")),
        }
    }
}

/// Whether a text as a whole may be the ID of a user, a room, an event or the like.
fn is_id(text: &str) -> bool {
    text.starts_with(['@', '!', '$', '#']) && text.len() > 1 && !text.contains(char::is_whitespace)
}

/// A word such as `GET`, `REQ-12`, `1.5ms`, `room-list`: nothing that leads anywhere or says anything.
fn is_word(text: &str) -> bool {
    text.len() <= 24 && text.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_µ".contains(letter))
}

/// What our own code says, but for addresses, IDs and paths within it, and but for what would begin a line of its own.
/// The place of a defect is a path, of the machine that built this.
fn is_plain(name: &str, text: &str) -> bool {
    let path = name != "place" && text.contains(['/', '\\']);
    text.len() <= LONGEST && !path && !text.contains(['@', '!', '$', '#']) && !text.contains(char::is_control)
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            if self.own {
                self.message = format!("{value:?}");
            }
            return;
        }
        // Formatting costs, and what is dropped need not be made: but it may be an ID.
        let mut text = Short(String::new());
        match write!(text, "{value:?}") {
            Ok(()) => self.words(field, &text.0),
            Err(_) => self.put(field, '*'),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        // A message that comes as a string is one that no macro has made.
        if field.name() == "message" {
            return;
        }
        self.words(field, value);
    }

    /// The words of an error may hold anything.
    fn record_error(&mut self, field: &Field, _: &(dyn std::error::Error + 'static)) {
        self.put(field, '*');
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.put(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }
}

/// A text that stops being made once it is too long to be written anyway.
struct Short(String);

impl fmt::Write for Short {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        if self.0.len() + more.len() > LONGEST + 100 {
            return Err(fmt::Error);
        }
        self.0.push_str(more);
        Ok(())
    }
}

//! Panics that nobody sees: those of tasks in the background.

use std::{
    panic,
    sync::{Mutex, Once, PoisonError},
};

static PLACES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// From now on, panics are remembered, whichever task they end.
pub fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map_or_else(|| "?".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
            PLACES.lock().unwrap_or_else(PoisonError::into_inner).push(place);
            before(panic);
        }));
    });
}

/// Where the program panicked since they are watched; a test that fails is none of them.
#[must_use]
pub fn seen() -> Vec<String> {
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner).clone();
    places.retain(|place| !place.starts_with("tests/"));
    places
}

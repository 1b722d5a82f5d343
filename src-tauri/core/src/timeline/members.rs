//! Who is who in a room. Asked for with each line of a timeline, so it is kept at hand.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use matrix_sdk::{
    Room,
    ruma::{OwnedUserId, UserId},
};
use matrix_sdk_ui::timeline::{Profile, TimelineDetails};

use crate::{
    media::Handles,
    people::{self, Person},
};

#[derive(Debug)]
pub(super) struct Members {
    room: Room,
    handles: Arc<Handles>,
    known: Mutex<HashMap<OwnedUserId, Person>>,
}

impl Members {
    pub(super) fn new(room: Room, handles: Arc<Handles>) -> Self {
        Self { room, handles, known: Mutex::default() }
    }

    /// The sender of an event, as the event shows them. What is newer than what is kept replaces it.
    pub(super) fn sender(&self, user_id: &UserId, profile: &TimelineDetails<Profile>) -> Person {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let TimelineDetails::Ready(profile) = profile {
            let person = people::member(user_id, profile, &self.handles);
            known.insert(user_id.to_owned(), person.clone());
            return person;
        }
        known.get(user_id).cloned().unwrap_or_else(|| people::person(user_id, None, None))
    }

    /// A member, if their server has told who they are.
    pub(super) async fn known(&self, user_id: &UserId) -> Option<Person> {
        if let Some(person) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(user_id) {
            return Some(person.clone());
        }
        let profile = Profile::load(&self.room, user_id).await?;
        let person = people::member(user_id, &profile, &self.handles);
        // Until all members are known, a missing name may still come.
        if profile.display_name.is_some() {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(user_id.to_owned(), person.clone());
        }
        Some(person)
    }

    /// Anybody, by the Matrix ID if nothing else is known.
    pub(super) async fn person(&self, user_id: &UserId) -> Person {
        match self.known(user_id).await {
            Some(person) => person,
            None => people::person(user_id, None, None),
        }
    }
}

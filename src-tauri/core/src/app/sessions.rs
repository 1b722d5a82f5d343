//! A session begins and ends: signing in and out, and what becomes of what the device stored.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{
    lifecycle::{Core, Holdings},
    signed_in::{SessionId, forget_name},
};
use crate::{
    account::{Credentials, Device, Ended, Found, SavedSession, Servers, asked, discover, dto::AccountState, sign_in},
    encryption::Encryption,
    error::{AppError, ErrorCode, Result},
    policy::Asked,
    timeline::Drafts,
};

/// How long a server may take to forget a session that could not be used.
const FORGET: Duration = Duration::from_secs(5);

/// What was here before a sign-in.
enum Before<'a> {
    /// The device that is signed in again: the server asked for that.
    ThisDevice,
    /// Another device, which the server has forgotten, or none.
    Another(Option<&'a SavedSession>),
}

impl Core {
    pub(super) async fn sign_in(
        self: &Arc<Self>,
        address: &str,
        user: Option<&str>,
        password: Zeroizing<String>,
    ) -> Result<()> {
        let _one_at_a_time = self.signing_in.lock().await;
        let earlier = self.earlier().await?;
        self.may_sign_in()?;
        let http = self.http().await?;
        let found = discover(&http, address, &self.servers_beside(earlier.as_ref())).await?;
        let credentials = Credentials { user: user.map(str::to_owned), password };
        let signed_in = self.sign_in_after(earlier.as_ref(), &http, &found, &credentials).await;
        // Nobody can go on with a device whose keys are damaged: it has been given up, and another takes its place.
        let kept = earlier.is_some_and(|earlier| earlier.can_go_on());
        if kept && matches!(&signed_in, Err(error) if error.code == ErrorCode::DataDamaged) {
            self.sign_in_after(self.earlier().await?.as_ref(), &http, &found, &credentials).await
        } else {
            signed_in
        }
    }

    /// Which homeservers are allowed, as it stands now.
    pub(super) fn servers(&self) -> Servers {
        Servers::of(&self.options.policies.now(), &self.asked())
    }

    /// The same, for who signs in where this session was before: whose homeserver holds them is said with a refusal.
    pub(super) fn servers_beside(&self, earlier: Option<&SavedSession>) -> Servers {
        let kept = earlier.filter(|earlier| earlier.can_go_on());
        self.servers().held_by(kept.map(|kept| kept.user_id().clone()))
    }

    /// The session that was here last.
    pub(super) async fn earlier(&self) -> Result<Option<SavedSession>> {
        SavedSession::load(&self.holdings.lock().await.opened()?.1.database)
    }

    async fn sign_in_after(
        self: &Arc<Self>,
        earlier: Option<&SavedSession>,
        http: &reqwest::Client,
        found: &Found,
        credentials: &Credentials,
    ) -> Result<()> {
        let kept = earlier.filter(|earlier| earlier.can_go_on());
        let session = sign_in(found, credentials, &self.options.device_name, kept).await?;
        let saved = SavedSession { homeserver: found.homeserver.clone(), session, ended: None };
        // Only now is it known whose account it is.
        if let Err(error) = saved.refuse_foreign(&self.servers_beside(earlier)) {
            forget_session(http, &saved).await;
            return Err(error);
        }

        let holdings = self.holdings.lock().await;
        let same_device =
            kept.filter(|earlier| earlier.user_id() == saved.user_id() && earlier.device_id() == saved.device_id());
        let before = if same_device.is_some() { Before::ThisDevice } else { Before::Another(earlier) };
        if let Err(error) = self.make_room(&holdings, &before) {
            if same_device.is_none() {
                forget_session(http, &saved).await;
            }
            return Err(error);
        }
        let entered = self.enter_first(&holdings, &saved, http, credentials.password.clone()).await;
        if let Err(error) = &entered {
            let damaged = error.code == ErrorCode::DataDamaged;
            let ended = if damaged { Ended::ForGood } else { Ended::Softly };
            let back = same_device.map(|earlier| SavedSession { ended: Some(ended), ..earlier.clone() });
            self.clean_up(&holdings, back).await;
            // A device that is kept signs in again; the server must go on knowing it. One whose keys are damaged
            // could read nothing that is sent to it.
            if same_device.is_none() || damaged {
                forget_session(http, &saved).await;
            }
        }
        entered
    }

    /// Whether a sign-in makes sense now.
    fn may_sign_in(&self) -> Result<()> {
        match *self.account.borrow() {
            AccountState::SignedOut => Ok(()),
            // The window does not offer it.
            _ => Err(AppError::caused(ErrorCode::Internal, &"somebody is signed in already")),
        }
    }

    /// Keeps what was here before and must not be lost, and removes the rest. The earlier session stays stored
    /// until the new one is, but does not go on: its keys are not where they were.
    fn make_room(&self, holdings: &Holdings, before: &Before<'_>) -> Result<()> {
        let (profile, open) = holdings.opened()?;
        self.may_sign_in()?;
        let Before::Another(earlier) = before else { return Ok(()) };
        // Nobody signed that device out: what it stored may be nowhere else.
        match earlier {
            Some(earlier) => {
                SavedSession { ended: Some(Ended::ForGood), ..SavedSession::clone(earlier) }.save(&open.database)?;
                if let Err(error) = profile.set_sdk_aside() {
                    if profile.sdk().exists() {
                        // Nothing was moved: that device can go on as before.
                        earlier.save(&open.database)?;
                    }
                    return Err(error);
                }
            }
            // Given up by who was signed in, and not removed yet.
            None if SavedSession::is_leaving(&open.database)? => profile.remove_sdk_folders()?,
            // Of stores whose session is lost nobody knows whether they are needed.
            None => profile.set_sdk_aside()?,
        }
        forget_name(&open.database)?;
        Drafts::forget(&open.database)?;
        Encryption::begin(&open.database, earlier.map(|earlier| &**earlier.user_id()))
    }

    /// Stores a new session and starts with it.
    async fn enter_first(
        self: &Arc<Self>,
        holdings: &Holdings,
        saved: &SavedSession,
        http: &reqwest::Client,
        password: Zeroizing<String>,
    ) -> Result<()> {
        let (_, open) = holdings.opened()?;
        // Before anything is built on it: a token that is lost now would leave a device behind.
        saved.save(&open.database)?;
        // Before anything is encrypted for anybody: it may say for whom.
        let known = asked::known(&open.database, saved)?;
        if let Some(asked) = asked::first(http, saved, &known).await {
            asked::remember(&open.database, saved.user_id().server_name(), &asked)?;
        }
        self.enter(holdings, saved, Some(password)).await
    }

    /// After a failed start: as before the sign-in of a device that was here, and as if nobody had been otherwise.
    async fn clean_up(&self, holdings: &Holdings, earlier: Option<SavedSession>) {
        self.leave(false).await;
        let Ok((_, open)) = holdings.opened() else { return };
        let cleaned = match &earlier {
            Some(earlier) => earlier.save(&open.database),
            None => Self::remove_account(holdings),
        };
        let cleaned = cleaned.and(self.heed_server_of(&open.database, earlier.as_ref()));
        if cleaned.is_err() {
            tracing::warn!("a failed sign-in left something behind; the next start removes it");
        }
    }

    /// Signs out. Unless `anyway`, not while keys of messages would be lost with this device.
    pub(super) async fn sign_out(&self, anyway: bool) -> Result<()> {
        let signed_in = match self.signed_in() {
            Ok(signed_in) => signed_in,
            Err(error) => return if self.give_up().await? { Ok(()) } else { Err(error) },
        };
        signed_in.encryption.may_sign_out().await?;
        if !anyway {
            signed_in.encryption.wait_for_backup().await?;
        }
        // Not before: the window may be closed while the backup is waited for.
        let holdings = self.holdings.lock().await;
        if !self.signed_in().is_ok_and(|now| now.id == signed_in.id) {
            return Err(AppError::new(ErrorCode::NotSignedIn));
        }
        self.say(AccountState::SigningOut);
        drop(signed_in);
        self.leave(true).await;
        let removed = Self::remove_account(&holdings);
        self.heed(Asked::default());
        self.say(AccountState::SignedOut);
        removed
    }

    /// Gives up an account that nobody can use here: it is not allowed any more, or its server asks to sign in again.
    /// Nothing is removed: nobody knows whether the keys of its messages are saved. False where there is none.
    async fn give_up(&self) -> Result<bool> {
        let _no_sign_in = self.signing_in.lock().await;
        let holdings = self.holdings.lock().await;
        let state = self.account.borrow().clone();
        let (refused, database) = match state {
            AccountState::SignedOut => (false, holdings.opened()?.1.database.clone()),
            AccountState::Unusable { error } if error.code == ErrorCode::AccountNotAllowed => {
                (true, self.database_of_refused(&holdings).await?)
            }
            _ => return Ok(false),
        };
        let saved = SavedSession::load(&database)?.filter(|saved| saved.ended != Some(Ended::ForGood));
        let Some(saved) = saved else { return Ok(false) };
        SavedSession { ended: Some(Ended::ForGood), ..saved.clone() }.save(&database)?;
        drop(database);
        self.heed(Asked::default());
        if refused {
            self.say(AccountState::Opening);
        }
        drop(holdings);
        if refused {
            if let Ok(http) = self.http().await {
                forget_session(&http, &saved).await;
            }
            let mut states = self.account.subscribe();
            self.retry();
            // The window goes on with whatever came of it.
            let _ = states.wait_for(|state| *state != AccountState::Opening).await;
        }
        Ok(true)
    }

    /// The server has ended the session. Nothing is removed: it may be a mistake of the server, and
    /// what this device holds may be nowhere else.
    pub(super) async fn session_ended(&self, which: &SessionId, how: Ended) {
        let holdings = self.holdings.lock().await;
        // Another session may have begun since.
        if !self.signed_in().is_ok_and(|signed_in| signed_in.id == *which) {
            return;
        }
        self.leave(false).await;
        if Self::mark_ended(&holdings, how).is_err() {
            tracing::warn!("the end of the session could not be stored");
        }
        if how == Ended::ForGood {
            self.heed(Asked::default());
        }
        self.say(AccountState::SignedOut);
    }

    fn mark_ended(holdings: &Holdings, how: Ended) -> Result<()> {
        let database = &holdings.opened()?.1.database;
        match SavedSession::load(database)? {
            Some(saved) => SavedSession { ended: Some(how), ..saved }.save(database),
            None => Ok(()),
        }
    }

    /// Removes what is stored of the account; the settings stay.
    pub(super) fn remove_account(holdings: &Holdings) -> Result<()> {
        let (profile, open) = holdings.opened()?;
        // The session first: without it, the next start removes the rest.
        SavedSession::remove(&open.database)?;
        Encryption::forget(&open.database)?;
        forget_name(&open.database)?;
        Device::forget(&open.database)?;
        Drafts::forget(&open.database)?;
        asked::forget(&open.database)?;
        profile.remove_sdk_folders()?;
        SavedSession::left(&open.database)
    }
}

/// Has the server forget a session that this device cannot use.
async fn forget_session(http: &reqwest::Client, saved: &SavedSession) {
    let url = format!("{}/_matrix/client/v3/logout", saved.homeserver.as_str().trim_end_matches('/'));
    let request = http.post(url).bearer_auth(&saved.session.tokens.access_token).send();
    if !matches!(timeout(FORGET, request).await, Ok(Ok(_))) {
        tracing::info!("the server was not told of a session that is not used");
    }
}

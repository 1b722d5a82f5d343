//! The policy as it stands, and as it changes while Estafette runs.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::sleep};

use super::Policy;
use crate::stream::Subscription;

/// How often is looked whether it has changed. Nobody waits for it: a fleet gets its policies within an hour or so.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// The policy as it stands, for all who obey it.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    now: watch::Sender<Arc<Policy>>,
    of_machine: bool,
}

impl Policies {
    /// What this machine says, from now on. The files that it names are judged by the first look of `follow`: a start
    /// does not wait for them.
    #[must_use]
    pub fn of_machine() -> Self {
        Self { now: watch::Sender::new(Arc::new(Policy::read_itself())), of_machine: true }
    }

    /// A policy that nobody changes.
    #[must_use]
    pub fn fixed(policy: Policy) -> Self {
        Self { now: watch::Sender::new(Arc::new(policy)), of_machine: false }
    }

    /// Another policy holds from now on: for tests.
    #[cfg(any(test, feature = "test-doors"))]
    pub fn set(&self, policy: Policy) {
        self.now.send_replace(Arc::new(policy));
    }

    /// As it stands now.
    #[must_use]
    pub fn now(&self) -> Arc<Policy> {
        Arc::clone(&self.now.borrow())
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<Policy>> {
        self.now.subscribe()
    }

    /// Looks for changes, at once and then for as long as it is held. Nothing where nobody changes it.
    pub(crate) fn follow(&self) -> Option<Subscription> {
        let now = self.of_machine.then(|| self.now.clone())?;
        Some(Subscription::spawn(async move {
            loop {
                // The disk may be slow.
                if let Ok(read) = tokio::task::spawn_blocking(Policy::read).await
                    && take(&now, read)
                {
                    tracing::info!("the administration has changed the policy");
                }
                sleep(LOOK_AGAIN).await;
            }
        }))
    }
}

/// Tells what was read, where it is something else; whether that was decided. That files were judged meanwhile decides
/// nothing.
fn take(now: &watch::Sender<Arc<Policy>>, read: Policy) -> bool {
    let mut decided = false;
    now.send_if_modified(|policy| {
        decided = policy.resolved != read.resolved;
        let changed = **policy != read;
        if changed {
            *policy = Arc::new(read);
        }
        changed
    });
    decided
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::Source;

    #[test]
    fn what_is_wrong_with_a_named_file_is_told_after_the_start_and_changes_nothing() {
        let gone = tempfile::tempdir().unwrap().path().join("root.pem");
        let said = || Policy::said(&[(Source::Machine, "network.rootCertificates", json!([gone]))]);
        let policies = Policies::fixed(said());
        let mut heard = policies.subscribe();
        assert!(!take(&policies.now, said()));
        assert!(!heard.has_changed().unwrap());
        let mut judged = said();
        judged.problems.extend(judged.misnamed());
        assert!(!take(&policies.now, judged));
        assert!(heard.has_changed().unwrap());
        assert_eq!(heard.borrow_and_update().problems()[0].name(), "file-unreadable");
        assert!(take(&policies.now, Policy::default()));
        assert!(heard.has_changed().unwrap());
    }
}

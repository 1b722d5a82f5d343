use std::sync::mpsc;

use super::{fake::FakeKeyring, *};

#[tokio::test]
async fn a_stored_key_is_read_back() {
    let vault = Vault::new(Arc::new(FakeKeyring::default()));
    let key = Secret::random().unwrap();
    vault.store("one", &key, Ask::Yes).await.unwrap();
    assert_eq!(vault.get("one", Ask::Yes).await, Ok(Some(key)));
    assert_eq!(vault.get("two", Ask::Yes).await, Ok(None));
    vault.forget("one").await.unwrap();
    vault.forget("two").await.unwrap();
    assert_eq!(vault.get("one", Ask::Yes).await, Ok(None));
}

#[tokio::test]
async fn what_is_replaced_stays_in_no_case() {
    let (old, new) = (Secret::random().unwrap(), Secret::random().unwrap());
    let keeping = Vault::new(Arc::new(FakeKeyring::default()));
    keeping.store("one", &old, Ask::Yes).await.unwrap();
    keeping.replace("one", &new).await.unwrap();
    assert_eq!(keeping.get("one", Ask::No).await, Ok(Some(new.clone())));

    let forgetful = FakeKeyring { forgetful: true, ..FakeKeyring::default() };
    forgetful.keys.lock().unwrap().insert("one".to_owned(), old);
    let forgetful = Vault::new(Arc::new(forgetful));
    assert_eq!(forgetful.replace("one", &new).await, Err(KeyringError::Unavailable));
    assert_eq!(forgetful.get("one", Ask::No).await, Ok(None));
}

#[tokio::test]
async fn a_keyring_that_loses_what_it_is_given_is_no_place_for_a_key() {
    let vault = Vault::new(Arc::new(FakeKeyring { forgetful: true, ..FakeKeyring::default() }));
    let answer = vault.store("one", &Secret::random().unwrap(), Ask::Yes).await;
    assert_eq!(answer, Err(KeyringError::Unavailable));
}

/// Shows a dialog that answers when the test says so, and counts them.
struct Slow(Mutex<mpsc::Receiver<()>>, Mutex<u32>, Mutex<Answer>);

impl Keyring for Slow {
    fn get(&self, _: &str, ask: Ask) -> Answer {
        if ask == Ask::No {
            return self.2.lock().unwrap().clone();
        }
        *self.1.lock().unwrap() += 1;
        self.0.lock().unwrap().recv().unwrap();
        Ok(Some(Secret::new(vec![1])))
    }
    fn set(&self, _: &str, _: &Secret, _: Ask) -> Result<(), KeyringError> {
        Ok(())
    }
    fn remove(&self, _: &str) -> Result<(), KeyringError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_late_answer_is_taken_and_no_second_dialog_opened() {
    let (answer, wait) = mpsc::channel();
    let slow = Arc::new(Slow(Mutex::new(wait), Mutex::new(0), Mutex::new(Err(KeyringError::Locked))));
    let mut vault = Vault::new(slow.clone());
    vault.patience = Duration::from_millis(20);
    assert_eq!(vault.get("one", Ask::Yes).await, Err(KeyringError::Unavailable));
    assert_eq!(vault.get("one", Ask::No).await, Err(KeyringError::Locked));
    answer.send(()).unwrap();
    vault.patience = Duration::from_secs(10);
    assert_eq!(vault.get("one", Ask::Yes).await, Ok(Some(Secret::new(vec![1]))));
    assert_eq!(*slow.1.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_keyring_unlocked_elsewhere_is_not_kept_waiting_by_a_dialog() {
    let (_answer, wait) = mpsc::channel();
    let key = Secret::new(vec![2]);
    let slow = Arc::new(Slow(Mutex::new(wait), Mutex::new(0), Mutex::new(Err(KeyringError::Locked))));
    let mut vault = Vault::new(slow.clone());
    vault.patience = Duration::from_millis(20);
    assert_eq!(vault.get("one", Ask::Yes).await, Err(KeyringError::Unavailable));
    vault.patience = Duration::from_secs(10);
    assert_eq!(vault.get("one", Ask::No).await, Err(KeyringError::Locked));
    *slow.2.lock().unwrap() = Ok(Some(key.clone()));
    assert_eq!(vault.get("one", Ask::No).await, Ok(Some(key)));
}

/// Hangs, whoever asks.
#[derive(Default)]
struct Hung {
    stored: Mutex<Vec<Secret>>,
    answers: Mutex<Vec<mpsc::Sender<Answer>>>,
}

impl Hung {
    /// Waits until it hangs in so many calls.
    fn wait_for(&self, calls: usize) {
        let begun = std::time::Instant::now();
        while self.answers.lock().unwrap().len() < calls {
            assert!(begun.elapsed() < Duration::from_secs(10), "nothing is asked any more");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Answers the call in which it hangs, which is to be the one for this, stored last.
    fn answer(&self, key: &Secret) {
        self.wait_for(1);
        assert_eq!(self.stored.lock().unwrap().last(), Some(key));
        self.answers.lock().unwrap().remove(0).send(Ok(Some(key.clone()))).unwrap();
    }

    /// How many calls of a vault have not ended, begun or not: each holds the keyring.
    fn under_way(self: &Arc<Self>, _: &Vault) -> usize {
        Arc::strong_count(self) - 2
    }
}

impl Keyring for Hung {
    fn get(&self, _: &str, _: Ask) -> Answer {
        let (sender, answer) = mpsc::channel();
        self.answers.lock().unwrap().push(sender);
        answer.recv().unwrap()
    }
    fn set(&self, _: &str, key: &Secret, _: Ask) -> Result<(), KeyringError> {
        self.stored.lock().unwrap().push(key.clone());
        Ok(())
    }
    fn remove(&self, _: &str) -> Result<(), KeyringError> {
        Ok(())
    }
}

#[tokio::test]
async fn what_is_to_be_kept_now_is_kept_after_what_was_to_be_kept_before() {
    let hung = Arc::new(Hung::default());
    let mut vault = Vault::new(hung.clone());
    vault.patience = Duration::from_millis(20);
    let (old, new) = (Secret::new(vec![1]), Secret::new(vec![2]));
    for (key, ask) in [(&old, Ask::Yes), (&old, Ask::Yes), (&new, Ask::No), (&new, Ask::Yes), (&new, Ask::Yes)] {
        assert_eq!(vault.store("one", key, ask).await, Err(KeyringError::Unavailable));
    }
    // Its own answer counts, and not that to the old one, after which it is stored.
    hung.answer(&old);
    hung.answer(&new);
    vault.patience = Duration::from_secs(10);
    assert_eq!(vault.store("one", &new, Ask::Yes).await, Ok(()));
    assert_eq!(*hung.stored.lock().unwrap(), [old, new]);
}

#[tokio::test]
async fn what_is_replaced_while_a_dialog_waits_comes_after_what_the_dialog_is_for() {
    let hung = Arc::new(Hung::default());
    let mut vault = Vault::new(hung.clone());
    vault.patience = Duration::from_millis(20);
    let (old, new) = (Secret::new(vec![1]), Secret::new(vec![2]));
    assert_eq!(vault.replace("one", &old).await, Err(KeyringError::Unavailable));
    assert_eq!(vault.replace("one", &new).await, Err(KeyringError::Unavailable));
    hung.answer(&old);
    hung.answer(&new);
    assert_eq!(*hung.stored.lock().unwrap(), [old, new]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_replaced_twice_at_once_is_replaced_one_after_the_other() {
    let hung = Arc::new(Hung::default());
    let vault = Arc::new(Vault::new(hung.clone()));
    let (old, new) = (Secret::new(vec![1]), Secret::new(vec![2]));
    let replace = |secret: &Secret| {
        let (vault, secret) = (vault.clone(), secret.clone());
        tokio::spawn(async move { vault.replace("one", &secret).await })
    };
    let first = replace(&old);
    hung.wait_for(1);
    let second = replace(&new);
    // Long enough for it, were it not to wait.
    tokio::time::sleep(Duration::from_millis(50)).await;
    hung.answer(&old);
    hung.answer(&new);
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (Ok(()), Ok(())));
    assert_eq!(*hung.stored.lock().unwrap(), [old, new]);
}

#[tokio::test]
async fn what_is_asked_under_one_name_is_not_forgotten_for_another() {
    let hung = Arc::new(Hung::default());
    let mut vault = Vault::new(hung.clone());
    vault.patience = Duration::from_millis(20);
    for name in ["one", "two", "one", "two", "one"] {
        assert_eq!(vault.get(name, Ask::Yes).await, Err(KeyringError::Unavailable));
    }
    assert_eq!(hung.under_way(&vault), 2);
}

#[tokio::test]
async fn a_keyring_that_hangs_is_not_asked_ever_more_often() {
    let hung = Arc::new(Hung::default());
    let mut vault = Vault::new(hung.clone());
    vault.patience = Duration::from_millis(20);
    for ask in [Ask::Yes, Ask::No, Ask::No, Ask::Yes, Ask::No, Ask::No] {
        assert_eq!(vault.get("one", ask).await, Err(KeyringError::Unavailable));
        hung.wait_for(1);
    }
    assert_eq!(hung.under_way(&vault), 2, "the dialog and one look");
    hung.wait_for(2);
    // The late answer of the look counts, and the next look is another one.
    vault.patience = Duration::from_secs(10);
    let key = Secret::new(vec![3]);
    let look = hung.answers.lock().unwrap().pop().unwrap();
    look.send(Ok(Some(key.clone()))).unwrap();
    assert_eq!(vault.get("one", Ask::No).await, Ok(Some(key)));
}

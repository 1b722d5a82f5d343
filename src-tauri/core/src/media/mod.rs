//! Pictures: the window knows them by handles that say nothing, and gets them decrypted, whole, and
//! only if they are what may be drawn.

mod outgoing;
mod sniff;

use std::{
    collections::HashMap,
    fmt,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use matrix_sdk::{
    Client,
    media::{MediaFormat, MediaRequestParameters, MediaThumbnailSettings},
    ruma::{MxcUri, api::client::media::get_content_thumbnail::v3::Method, events::room::MediaSource, uint},
};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

pub use outgoing::Staged;
pub(crate) use outgoing::{Outgoing, Portrait, Waiting, portrait};
use sniff::MediaType;

use crate::{AppError, ErrorCode, Result};

/// How many pictures of each kind are fetched at once.
const AT_ONCE: usize = 8;

/// How long a server may take with a picture besides its bytes: it may have to fetch it from another
/// server first.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many bytes a second a picture comes with at least. Those fetched at once share the line: eight at
/// this rate fill 2 Mbit/s, so that a slow line does not make all of them fail together.
const RATE: u64 = 32 * 1024;

/// How large a picture is taken to be, where nothing is said, and at most: what is said is the sender's
/// word, and a picture that never comes must give way to the next one some day.
const SIZE: (u64, u64) = (4 * 1024 * 1024, 20 * 1024 * 1024);

/// A picture, decrypted.
pub struct Media {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it is, by its bytes: `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    pub media_type: &'static str,
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media").field("media_type", &self.media_type).finish_non_exhaustive()
    }
}

/// Which handle stands for which picture. A handle means something only to the registry that gave it.
pub struct Handles {
    /// Makes handles that cannot be computed from a picture's address.
    secret: [u8; 32],
    known: RwLock<HashMap<String, Known>>,
    /// Each kind waits only for its own: large pictures do not hold up faces.
    avatars: Semaphore,
    pictures: Semaphore,
}

/// What a handle stands for.
#[derive(Clone)]
struct Known {
    request: MediaRequestParameters,
    patience: Duration,
}

impl fmt::Debug for Handles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handles").finish_non_exhaustive()
    }
}

impl Handles {
    /// A registry that knows nothing yet.
    pub(crate) fn new() -> Self {
        let mut secret = [0_u8; 32];
        if getrandom::fill(&mut secret).is_err() {
            // Handles are not secrets between us and the window: they only must not name a server.
            tracing::warn!("no random bytes for media handles");
        }
        Self { secret, known: RwLock::default(), avatars: Semaphore::new(AT_ONCE), pictures: Semaphore::new(AT_ONCE) }
    }

    /// What a picture waits for before it is fetched.
    fn turns(&self, format: &MediaFormat) -> &Semaphore {
        match format {
            MediaFormat::Thumbnail(_) => &self.avatars,
            MediaFormat::File => &self.pictures,
        }
    }

    /// The handle of a whole picture; the same one each time. `size` is how many bytes it is said to have.
    pub fn handle(&self, source: &MediaSource, size: Option<u64>) -> String {
        let request = MediaRequestParameters { source: source.clone(), format: MediaFormat::File };
        self.register(Known { request, patience: patience(size) })
    }

    /// The handle of a person's or room's picture, in the size of a disc.
    pub fn avatar(&self, url: &MxcUri) -> String {
        let size = MediaThumbnailSettings::with_method(Method::Crop, uint!(96), uint!(96));
        let request =
            MediaRequestParameters { source: MediaSource::Plain(url.to_owned()), format: MediaFormat::Thumbnail(size) };
        // Small; where it is not, as the whole picture stands in for it, a disc is no great loss.
        self.register(Known { request, patience: PATIENCE })
    }

    fn register(&self, known: Known) -> String {
        // The whole request goes in, keys included: two messages that name the same file with other
        // keys are two pictures.
        let Ok(named) = serde_json::to_vec(&known.request) else { return String::new() };
        let digest = Sha256::new().chain_update(self.secret).chain_update(&named).finalize();
        let handle: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let seen = self.known.read().unwrap_or_else(PoisonError::into_inner).contains_key(&handle);
        if !seen {
            self.known.write().unwrap_or_else(PoisonError::into_inner).insert(handle.clone(), known);
        }
        handle
    }

    /// Fetches and decrypts a picture, from this machine's store if it is there. Anything that is not
    /// one of the picture formats that may be drawn is refused.
    pub async fn fetch(&self, client: &Client, handle: &str) -> Result<Media> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(handle).cloned();
        let Some(known) = known else { return Err(AppError::new(ErrorCode::MediaUnavailable)) };
        let bytes = match stored(client, &known.request).await {
            Some(bytes) => bytes,
            None => self.download(client, known).await?,
        };
        drawable(bytes)
    }

    async fn download(&self, client: &Client, known: Known) -> Result<Vec<u8>> {
        let Known { request, patience } = known;
        let _turn = self.turns(&request.format).acquire().await;
        match load(client, &request, patience).await {
            // A server that made no small version still has the picture.
            Err(_) if matches!(request.format, MediaFormat::Thumbnail(_)) => {
                let whole = MediaRequestParameters { source: request.source, format: MediaFormat::File };
                load(client, &whole, patience).await
            }
            answer => answer,
        }
    }
}

/// Takes bytes that are one of the picture formats that may be drawn.
pub(crate) fn drawable(bytes: Vec<u8>) -> Result<Media> {
    match MediaType::of(&bytes) {
        Some(kind) => Ok(Media { bytes, media_type: kind.as_str() }),
        None => Err(AppError::new(ErrorCode::MediaUnavailable)),
    }
}

/// How long a picture may take, which is said to have so many bytes.
fn patience(size: Option<u64>) -> Duration {
    PATIENCE + Duration::from_secs(size.unwrap_or(SIZE.0).min(SIZE.1) / RATE)
}

async fn load(client: &Client, request: &MediaRequestParameters, patience: Duration) -> Result<Vec<u8>> {
    match tokio::time::timeout(patience, client.media().get_media_content(request, true)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        // The SDK's words may hold the address.
        Ok(Err(_)) => {
            Err(AppError::caused(ErrorCode::MediaUnavailable, &"a picture could not be fetched or decrypted"))
        }
        Err(_) => Err(AppError::caused(ErrorCode::MediaUnavailable, &"no answer in time")),
    }
}

/// A picture that is on this machine already, which waits for no other.
async fn stored(client: &Client, request: &MediaRequestParameters) -> Option<Vec<u8>> {
    client.media_store().lock().await.ok()?.get_media_content(request).await.ok()?
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use matrix_sdk::ruma::owned_mxc_uri;

    use super::*;

    #[test]
    fn handles_are_stable_and_silent() {
        let handles = Handles::new();
        let source = MediaSource::Plain(owned_mxc_uri!("mxc://agent.example.fr/abcDEF"));
        let handle = handles.handle(&source, None);
        assert_eq!(handle, handles.handle(&source, None));
        assert_eq!(handle.len(), 32);
        assert!(handle.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(handle, handles.avatar(&owned_mxc_uri!("mxc://agent.example.fr/abcDEF")));
        assert_ne!(handle, handles.handle(&MediaSource::Plain(owned_mxc_uri!("mxc://agent.example.fr/abcDEG")), None));
        assert_ne!(handle, Handles::new().handle(&source, None), "another registry's handles mean nothing here");
        assert!(!format!("{handles:?}").contains("mxc"));
    }

    #[test]
    fn large_pictures_may_take_longer_and_none_may_take_for_ever() {
        const MEGABYTE: u64 = 1024 * 1024;
        assert_eq!(patience(Some(0)), PATIENCE);
        // Eight at once on 5 Mbit/s take about 67 seconds.
        assert!(patience(Some(5 * MEGABYTE)) > Duration::from_secs(2 * 67));
        assert!(patience(None) > Duration::from_secs(67));
        assert_eq!(patience(Some(u64::MAX)), patience(Some(20 * MEGABYTE)));
    }

    #[tokio::test]
    async fn pictures_that_do_not_come_hold_up_no_face() {
        let handles = Handles::new();
        let size = MediaThumbnailSettings::with_method(Method::Crop, uint!(96), uint!(96));
        let _taken = handles.turns(&MediaFormat::File).try_acquire_many(8).unwrap();
        assert!(handles.turns(&MediaFormat::File).try_acquire().is_err());
        assert!(handles.turns(&MediaFormat::Thumbnail(size)).try_acquire().is_ok());
    }
}

//! Pictures: the window knows them by handles that say nothing, and gets them decrypted, whole, and
//! only if they are what may be drawn.

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

use sniff::MediaType;

use crate::{AppError, ErrorCode, Result};

/// How many pictures of each kind are fetched at once.
const AT_ONCE: usize = 8;

/// How long one picture may take.
const PATIENCE: Duration = Duration::from_secs(30);

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
    known: RwLock<HashMap<String, MediaRequestParameters>>,
    /// Each kind waits only for its own: large pictures do not hold up faces.
    avatars: Semaphore,
    pictures: Semaphore,
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

    /// The handle of a whole picture; the same one each time.
    pub fn handle(&self, source: &MediaSource) -> String {
        self.register(MediaRequestParameters { source: source.clone(), format: MediaFormat::File })
    }

    /// The handle of a person's or room's picture, in the size of a disc.
    pub fn avatar(&self, url: &MxcUri) -> String {
        let size = MediaThumbnailSettings::with_method(Method::Crop, uint!(96), uint!(96));
        self.register(MediaRequestParameters {
            source: MediaSource::Plain(url.to_owned()),
            format: MediaFormat::Thumbnail(size),
        })
    }

    fn register(&self, request: MediaRequestParameters) -> String {
        // The whole request goes in, keys included: two messages that name the same file with other
        // keys are two pictures.
        let Ok(named) = serde_json::to_vec(&request) else { return String::new() };
        let digest = Sha256::new().chain_update(self.secret).chain_update(&named).finalize();
        let handle: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let seen = self.known.read().unwrap_or_else(PoisonError::into_inner).contains_key(&handle);
        if !seen {
            self.known.write().unwrap_or_else(PoisonError::into_inner).insert(handle.clone(), request);
        }
        handle
    }

    /// Fetches and decrypts a picture, from this machine's store if it is there. Anything that is not
    /// one of the picture formats that may be drawn is refused.
    pub async fn fetch(&self, client: &Client, handle: &str) -> Result<Media> {
        let request = self.known.read().unwrap_or_else(PoisonError::into_inner).get(handle).cloned();
        let Some(request) = request else { return Err(AppError::new(ErrorCode::MediaUnavailable)) };
        let bytes = match stored(client, &request).await {
            Some(bytes) => bytes,
            None => self.download(client, request).await?,
        };
        match MediaType::of(&bytes) {
            Some(kind) => Ok(Media { bytes, media_type: kind.as_str() }),
            None => Err(AppError::new(ErrorCode::MediaUnavailable)),
        }
    }

    async fn download(&self, client: &Client, request: MediaRequestParameters) -> Result<Vec<u8>> {
        let _turn = self.turns(&request.format).acquire().await;
        match self.load(client, &request).await {
            // A server that made no small version still has the picture.
            Err(_) if matches!(request.format, MediaFormat::Thumbnail(_)) => {
                let whole = MediaRequestParameters { source: request.source, format: MediaFormat::File };
                self.load(client, &whole).await
            }
            answer => answer,
        }
    }

    async fn load(&self, client: &Client, request: &MediaRequestParameters) -> Result<Vec<u8>> {
        match tokio::time::timeout(PATIENCE, client.media().get_media_content(request, true)).await {
            Ok(Ok(bytes)) => Ok(bytes),
            // The SDK's words may hold the address.
            Ok(Err(_)) => {
                Err(AppError::caused(ErrorCode::MediaUnavailable, &"a picture could not be fetched or decrypted"))
            }
            Err(_) => Err(AppError::caused(ErrorCode::MediaUnavailable, &"no answer in time")),
        }
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
        let handle = handles.handle(&source);
        assert_eq!(handle, handles.handle(&source));
        assert_eq!(handle.len(), 32);
        assert!(handle.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(handle, handles.avatar(&owned_mxc_uri!("mxc://agent.example.fr/abcDEF")));
        assert_ne!(handle, handles.handle(&MediaSource::Plain(owned_mxc_uri!("mxc://agent.example.fr/abcDEG"))));
        assert_ne!(handle, Handles::new().handle(&source), "another registry's handles mean nothing here");
        assert!(!format!("{handles:?}").contains("mxc"));
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

//! A socket in the profile's folder, which nobody but its owner can enter.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use estafette_core::INSTANCE;
use tokio::net::{UnixListener, UnixStream};

/// Hears second starts.
#[derive(Debug)]
pub(crate) struct Calls(UnixListener);

impl Calls {
    /// Listens on a profile that this process holds: what is there was left by one that is gone.
    pub(super) fn listen(profile: &Path) -> io::Result<Self> {
        let (_folder, path) = short(profile)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        UnixListener::bind(path).map(Self)
    }

    /// The next second start.
    pub(super) async fn next(&mut self) -> io::Result<UnixStream> {
        self.0.accept().await.map(|(caller, _)| caller)
    }
}

/// Calls the process that holds the profile.
pub(super) async fn call(profile: &Path) -> io::Result<UnixStream> {
    let (_folder, path) = short(profile)?;
    UnixStream::connect(path).await
}

/// The socket's path. There is room for some hundred bytes only: on Linux, an open folder has a short path however
/// long its own is, which holds as long as the folder is open.
fn short(profile: &Path) -> io::Result<(File, PathBuf)> {
    let folder = File::open(profile)?;
    #[cfg(target_os = "linux")]
    let path = {
        use std::os::fd::AsRawFd as _;
        PathBuf::from(format!("/proc/self/fd/{}/{INSTANCE}", folder.as_raw_fd()))
    };
    #[cfg(not(target_os = "linux"))]
    let path = profile.join(INSTANCE);
    Ok((folder, path))
}

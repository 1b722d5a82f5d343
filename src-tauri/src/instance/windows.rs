//! A named pipe, whose name is made of the profile's path. Only its owner may write to it, and nobody from another
//! machine.

use std::{fmt::Write as _, io, mem, path::Path};

use sha2::{Digest as _, Sha256};
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions};

/// Hears second starts.
#[derive(Debug)]
pub(crate) struct Calls {
    name: String,
    next: NamedPipeServer,
}

impl Calls {
    /// Listens on a profile that this process holds. Refused where somebody else has the name.
    pub(super) fn listen(profile: &Path) -> io::Result<Self> {
        let name = name(profile)?;
        let next = ServerOptions::new().first_pipe_instance(true).create(&name)?;
        Ok(Self { name, next })
    }

    /// The next second start.
    pub(super) async fn next(&mut self) -> io::Result<NamedPipeServer> {
        self.next.connect().await?;
        let free = ServerOptions::new().create(&self.name)?;
        Ok(mem::replace(&mut self.next, free))
    }
}

/// Calls the process that holds the profile.
#[allow(clippy::unused_async)] // As where it must wait.
pub(super) async fn call(profile: &Path) -> io::Result<NamedPipeClient> {
    ClientOptions::new().open(name(profile)?)
}

fn name(profile: &Path) -> io::Result<String> {
    let path = profile.canonicalize()?;
    let mut name = r"\\.\pipe\estafette-".to_owned();
    for byte in Sha256::digest(path.as_os_str().as_encoded_bytes()) {
        write!(name, "{byte:02x}").map_err(io::Error::other)?;
    }
    Ok(name)
}

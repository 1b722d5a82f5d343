//! Profiles that are refused: each is left as it was, and the window says why.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use estafette_tests::{
    servers::ca,
    window::{Opening, Window},
};
use tempfile::TempDir;

use crate::accessibility::Inspection;

/// A folder that another machine keeps: this one, asked over SFTP. Unmounted with this value.
struct NetworkDrive {
    folder: TempDir,
}

impl NetworkDrive {
    fn mount() -> Result<Self> {
        let drive = Self { folder: tempfile::tempdir()? };
        for name in ["there", "there/made", "here"] {
            fs::create_dir(drive.path(name))?;
        }
        // In place of a connection: whatever is asked for, the server itself.
        let connection = drive.path("connection");
        fs::write(&connection, "#!/bin/sh\nexec /usr/lib/openssh/sftp-server\n")?;
        fs::set_permissions(&connection, fs::Permissions::from_mode(0o700))?;
        let mut mount = Command::new("sshfs");
        mount.arg("-o").arg(format!("ssh_command={}", connection.display()));
        mount.arg(format!("server:{}", drive.path("there").display())).arg(drive.path("here"));
        ensure!(mount.status().context("sshfs does not start")?.success(), "nothing is mounted: this needs /dev/fuse");
        Ok(drive)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for NetworkDrive {
    fn drop(&mut self) {
        // What is still mounted is kept: the folder's removal would go through it.
        let unmounted = Command::new("fusermount3").arg("-u").arg(self.path("here")).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            self.folder.disable_cleanup(true);
        }
    }
}

/// What lies in a folder.
fn names(folder: &Path) -> Result<Vec<String>> {
    fs::read_dir(folder)?.map(|file| Ok(file?.file_name().to_string_lossy().into_owned())).collect()
}

#[tokio::test]
async fn on_a_network_drive_nothing_is_stored() -> Result<()> {
    let drive = NetworkDrive::mount()?;
    for folder in ["made", "not-made"] {
        let profile = drive.path("here").join(folder);
        let temporary = tempfile::tempdir()?;
        let mut opening = Opening::new(&profile, &ca(), "de_DE.UTF-8");
        opening.environment.push(("TMPDIR".into(), temporary.path().into()));
        let window = Window::open(&opening).await?;
        window.painted("main", "Der Ordner für die Daten von Estafette liegt auf einem Netzlaufwerk").await?;
        window.painted("main", "--profile").await?;
        let mut inspection = Inspection::of(&window);
        inspection.look_at("network-drive").await?;
        inspection.end()?;
        window.close_by_hand().await?;
        let left = (names(&drive.path("there"))?, names(&drive.path("there/made"))?);
        ensure!(left == (vec!["made".to_owned()], vec![]), "left on the drive: {left:?}");
        let left = names(temporary.path())?;
        ensure!(left.is_empty(), "left in the folder for temporary files: {left:?}");
    }
    Ok(())
}

#[tokio::test]
async fn one_of_a_newer_version_is_left_alone() -> Result<()> {
    let profile = tempfile::tempdir()?;
    let newer = r#"{"format": 1000, "key": {"new": "form"}}"#;
    fs::write(profile.path().join("profile.json"), newer)?;
    let window = Window::open(&Opening::new(profile.path(), &ca(), "fr_FR.UTF-8")).await?;
    window.painted("main", "enregistrées par une version plus récente").await?;
    let mut inspection = Inspection::of(&window);
    inspection.look_at("newer-profile").await?;
    inspection.end()?;
    window.close_by_hand().await?;
    ensure!(fs::read_to_string(profile.path().join("profile.json"))? == newer, "the profile has changed");
    for name in ["estafette.db", "sdk", "sdk-cache"] {
        ensure!(!profile.path().join(name).exists(), "{name} was made");
    }
    Ok(())
}

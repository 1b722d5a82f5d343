//! The disk is full when the program starts.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use estafette_homeservers::Side;
use estafette_tests::{
    agent::{PATIENCE, within},
    desk::{Desk, FolderKeyring},
    servers::{Account, ca},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    time::timeout,
};

use super::{with_a_reader, writer_on_a_disk};

/// A small disk of the program's own, filled with a file until a line comes.
const ON_A_FULL_DISK: &str = r#"
mount -t tmpfs -o size=48m,mode=700 tmpfs "$1" && cp -a "$2/." "$1" || exit 1
brim="$1/brim"
cat /dev/zero > "$brim" 2> /dev/null
echo "full "
exec 3<&0
{ read -r line <&3; rm "$brim"; } &
shift 2
exec "$@"
"#;

/// What the program says each time that it tries to start meanwhile.
const FULL: &str = "unusable storage-full";

#[tokio::test]
async fn a_start_on_a_full_disk_says_so_and_goes_on_by_itself_once_there_is_room() -> Result<()> {
    let camille = Account::new(Side::French, "Camille")?;
    let (profile, keys, disk) = (tempfile::tempdir()?, tempfile::tempdir()?, tempfile::tempdir()?);
    let keyring = Arc::new(FolderKeyring(keys.path().to_owned()));
    let mut desk = Desk::open(profile.path(), Some(&ca()), keyring).await?;
    let (_reader, room) = with_a_reader(&mut desk, &camille, false).await?;
    desk.close().await;
    let mut child = writer_on_a_disk(ON_A_FULL_DISK, disk.path(), profile.path(), keys.path())
        .args(["--room", room.as_str(), "--prefix", "Place ", "--count", "1"])
        .spawn()
        .context("util-linux is missing")?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let first = timeout(PATIENCE, lines.next_line()).await.context("it is silent")??;
    ensure!(first.as_deref() == Some("full "), "this needs user namespaces, to mount a small disk: {first:?}");
    // Again: it tries by itself.
    for _ in 0..2 {
        let line = timeout(PATIENCE, lines.next_line()).await.context("it does not say why it does not start")??;
        ensure!(line.as_deref() == Some(FULL), "a full disk is not said: {line:?}");
    }
    child.stdin.take().context("no input")?.write_all(b"free\n").await?;
    within("a message", async {
        while lines.next_line().await?.context("it ended by itself")? != "shown Place 0" {}
        Ok(())
    })
    .await?;
    child.kill().await?;
    Ok(())
}

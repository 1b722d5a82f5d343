//! What the kernel says of a mounted file system.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use rustix::fs::{major, minor};

/// File systems that another machine keeps. Those that answer for their locks among machines (GFS2, OCFS2, GPFS) are
/// not among them.
const NETWORK: &[&str] =
    &["9p", "afs", "beegfs", "ceph", "cifs", "coda", "lustre", "ncpfs", "nfs", "nfs4", "pvfs2", "smb3", "smbfs"];

/// The same, run by a program: what the kernel calls `fuse.…`.
const NETWORK_PROGRAMS: &[&str] = &[
    "ceph-fuse",
    "curlftpfs",
    "gcsfuse",
    "glusterfs",
    "gvfsd-fuse",
    "juicefs",
    "kio-fuse",
    "rclone",
    "s3fs",
    "s3ql",
    "sshfs",
];

/// Whether another machine keeps what is there.
pub(super) fn is_elsewhere(there: &Path) -> bool {
    let Ok(metadata) = fs::metadata(there) else { return false };
    // Paths of other programs' mounts need not be UTF-8; what is read here of each line is.
    let Ok(mounts) = fs::read("/proc/self/mountinfo") else { return false };
    is_network(&String::from_utf8_lossy(&mounts), metadata.dev())
}

/// Whether the mount of that device is one of another machine's (proc_pid_mountinfo(5)).
fn is_network(mounts: &str, device: u64) -> bool {
    let device = format!("{}:{}", major(device), minor(device));
    let found = mounts.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        (before.split(' ').nth(2)? == device).then(|| after.split(' '))
    });
    let Some(mut found) = found else { return false };
    let (kind, source) = (found.next().unwrap_or_default(), found.next().unwrap_or_default());
    match kind.strip_prefix("fuse.") {
        Some(program) => NETWORK_PROGRAMS.contains(&program),
        // davfs2 does not say its name.
        None if kind == "fuse" => source.starts_with("http://") || source.starts_with("https://"),
        None => NETWORK.contains(&kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
        25 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n\
        31 25 0:27 / /home rw,relatime shared:5 master:1 - nfs4 server:/home rw,vers=4.2\n\
        32 25 0:28 / /media/a\\040-\\040b rw - fuse.sshfs camille@server:/ rw\n\
        33 25 0:29 / /mnt/local rw - fuse.gocryptfs /home/.cipher rw\n\
        38 25 0:32 / /mnt/dav rw - fuse https://server/dav rw\n\
        34 25 259:65536 / /mnt/big rw - cifs //server/share rw\n\
        35 25\n\
        \n\
        36 25 0:30 / /mnt/none rw -";

    #[test]
    fn the_kind_of_the_mount_decides() {
        let device = |major: u32, minor: u32| is_network(MOUNTS, rustix::fs::makedev(major, minor));
        assert!(!device(254, 1), "a disk");
        assert!(device(0, 27), "NFS");
        assert!(device(0, 28), "SSH");
        assert!(!device(0, 29), "a program that encrypts a folder of this machine");
        assert!(device(0, 32), "WebDAV");
        assert!(device(259, 65536), "a minor number of more than one byte");
        assert!(!device(0, 30), "a line that is cut short");
        assert!(!device(0, 31), "a device that is not listed");
    }

    #[test]
    fn the_kernel_s_own_words_are_read() {
        // `proc` is mounted wherever there is something to read.
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let proc = fs::metadata("/proc").map(|proc| proc.dev()).unwrap_or_default();
        let renamed = mounts.replace(" - proc ", " - nfs ");
        assert!(!is_network(&mounts, proc));
        assert!(is_network(&renamed, proc));
    }
}

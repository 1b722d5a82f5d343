//! The files: the newest is `estafette.log`, those before it are `estafette.1.log` and so on.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::PathBuf,
};

use crate::storage::private_file;

/// How long a file may get.
const SIZE: u64 = 2 * 1024 * 1024;

/// How many there are at most: ten megabytes together.
const COUNT: u32 = 5;

/// The files of a log. One that cannot be written loses lines and harms nothing else.
pub(super) struct Files {
    folder: PathBuf,
    size: u64,
    current: Option<(BufWriter<File>, u64)>,
}

impl Files {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self::of_size(folder, SIZE)
    }

    pub(super) fn of_size(folder: PathBuf, size: u64) -> Self {
        Self { folder, size, current: None }
    }

    /// Writes a line at the end.
    pub(super) fn put(&mut self, line: &str) {
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.current.as_ref().is_some_and(|(_, written)| written.saturating_add(length) > self.size) {
            self.turn_over();
        }
        if self.current.is_none() {
            self.current = self.open();
        }
        if let Some((file, written)) = &mut self.current {
            *written += length;
            if file.write_all(line.as_bytes()).is_err() {
                self.give_up();
            }
        }
    }

    /// Hands what was written to the operating system.
    pub(super) fn flush(&mut self) {
        if let Some((file, _)) = &mut self.current
            && file.flush().is_err()
        {
            self.give_up();
        }
    }

    /// Lets go of a file without another try at what it did not take; the next line opens it anew.
    fn give_up(&mut self) {
        if let Some((file, _)) = self.current.take() {
            let _ = file.into_parts();
        }
    }

    fn open(&self) -> Option<(BufWriter<File>, u64)> {
        let file = private_file(&self.path(0)).ok()?;
        let written = std::io::Seek::seek(&mut &file, std::io::SeekFrom::End(0)).ok()?;
        Some((BufWriter::new(file), written))
    }

    /// The oldest goes, each other becomes one older.
    fn turn_over(&mut self) {
        self.flush();
        self.current = None;
        for age in (1..COUNT).rev() {
            // There are not as many as there may be.
            let _ = fs::rename(self.path(age - 1), self.path(age));
        }
        // Where the folder lets nothing be renamed, the newest begins anew.
        if let Ok(stays) = File::options().write(true).open(self.path(0)) {
            let _ = stays.set_len(0);
        }
    }

    fn path(&self, age: u32) -> PathBuf {
        self.folder.join(if age == 0 { "estafette.log".to_owned() } else { format!("estafette.{age}.log") })
    }
}

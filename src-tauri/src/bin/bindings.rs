//! Writes the generated TypeScript to the file that is named; `cargo xtask bindings` calls it.

use std::{io::Write, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1).map(PathBuf::from) else { return ExitCode::from(2) };
    match estafette_shell::bindings::export(&path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be said if the terminal is gone.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

//! Commands whose last words are kept: of a long run only the end may be at hand, and the failure lies far above it.

use std::{
    collections::VecDeque,
    io::{self, BufRead as _, BufReader, IsTerminal as _, PipeReader, Write as _},
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use anyhow::{Result, anyhow};

use crate::{
    interrupt::{self, Interrupted},
    process::Group,
};

/// How many lines are kept.
const LINES: usize = 80;

/// How long is waited for words that are still in the pipe. What outlives the command may hold it open.
const PATIENCE: Duration = Duration::from_secs(1);

/// Runs a command to its successful end, its output on the terminal. If it fails where nobody can scroll back, the
/// error has the end of what it said.
pub(crate) fn run(command: &Command) -> Result<()> {
    if io::stdout().is_terminal() {
        return crate::process::run(command);
    }
    let (output, input) = io::pipe()?;
    let errors = input.try_clone()?;
    let group = Group::spawn_with(command, |command| {
        command.stdout(input).stderr(errors);
    })?;
    let words = Arc::new(Mutex::new(VecDeque::new()));
    let listening = thread::spawn({
        let words = Arc::clone(&words);
        move || listen(output, &words)
    });
    let outcome = group.succeed();
    // Whether it has ended or not: what was heard is kept.
    interrupt::poll(PATIENCE, || Ok(listening.is_finished().then_some(())))?;
    outcome.map_err(|error| {
        if error.is::<Interrupted>() {
            return error;
        }
        let words = words.lock().unwrap_or_else(PoisonError::into_inner);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        anyhow!("{error:#}; its last words:\n{}", words.concat())
    })
}

/// Passes on what is said, and keeps the end of it.
fn listen(output: PipeReader, words: &Mutex<VecDeque<String>>) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let said = String::from_utf8_lossy(&line).into_owned();
        line.clear();
        print!("{said}");
        // A terminal that is gone hears nothing.
        let _ = io::stdout().flush();
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        if words.len() == LINES {
            words.pop_front();
        }
        words.push_back(said);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::shell;

    #[test]
    fn a_failure_has_the_last_words() {
        // Tests are not run on a terminal in CI; on one, nothing is kept, as one can scroll back.
        if io::stdout().is_terminal() {
            return;
        }
        let failure = run(&shell("seq 1 200; echo why >&2; exit 3")).map_err(|error| format!("{error:#}"));
        let failure = failure.err().unwrap_or_default();
        assert!(failure.ends_with("199\n200\nwhy\n") && !failure.contains("\n100\n"), "{failure}");
        assert!(run(&shell("echo well")).is_ok());
    }

    #[test]
    fn what_outlives_the_command_is_not_waited_for() {
        let start = std::time::Instant::now();
        assert!(run(&shell("setsid sleep 20 & exit 0")).is_ok());
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

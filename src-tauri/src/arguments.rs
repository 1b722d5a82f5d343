//! The command line.

use std::{ffi::OsString, io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{ArgAction, Parser, ValueEnum};
use estafette_core::{
    Options, Proxies, SystemKeyring,
    log::Log,
    policy::{self, Decided, Policies, Policy, keys},
};

/// Estafette, the messenger of public servants.
#[derive(Debug, Parser)]
#[command(name = "estafette", version)]
pub struct Arguments {
    /// Keep everything of this person below DIR; two profiles are two people
    #[arg(long, value_name = "DIR")]
    pub profile: Option<PathBuf>,
    /// Trust the authorities in this PEM file as well as those of the system; may be given again
    #[arg(long = "root-certificates", value_name = "FILE")]
    pub root_certificates: Vec<PathBuf>,
    /// Start without the window; the tray, a notification or another start shows it
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        action = ArgAction::Set
    )]
    pub background: Option<bool>,
    /// How much is written to the log, in the profile's folder logs; info unless the administration has decided
    #[arg(long, value_name = "LEVEL", value_enum)]
    pub log_level: Option<LogLevel>,
    /// Read proxies from standard input: what a start with a proxy's password hands to itself
    #[arg(long, hide = true)]
    pub proxies_from_input: bool,
}

/// How much is written to the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// What should never happen
    Error,
    /// What did not work as well
    Warn,
    /// What happened as well
    #[default]
    Info,
    /// Each step from the server to the screen as well
    Debug,
    /// Everything
    Trace,
}

impl From<policy::value::LogLevel> for LogLevel {
    fn from(level: policy::value::LogLevel) -> Self {
        use policy::value::LogLevel as Decided;
        match level {
            Decided::Error => Self::Error,
            Decided::Warn => Self::Warn,
            Decided::Info => Self::Info,
            Decided::Debug => Self::Debug,
        }
    }
}

impl From<LogLevel> for tracing::Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

/// The flag that says so.
pub(crate) const PROXIES_FROM_INPUT: &str = "--proxies-from-input";

impl Arguments {
    /// Reads the command line; on `--help` and on mistakes, says so and gives the exit code.
    ///
    /// # Errors
    /// The code to exit with: 0 after `--help` and `--version`, 2 after a mistake.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, ExitCode> {
        Self::try_parse_from(arguments).map_err(|error| {
            // Nothing can be said if the terminal is gone.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        })
    }
}

/// How core opens the profile.
pub(crate) fn options(
    profile: PathBuf,
    root_certificates: Vec<PathBuf>,
    proxies: Proxies,
    log: Option<Log>,
    policies: Policies,
) -> Options {
    Options {
        profile,
        root_certificates,
        keyring: Arc::new(SystemKeyring),
        device_name: format!("Estafette ({})", system()),
        proxies,
        log,
        policies,
    }
}

/// How much is written to the log: as the policy has it, unless it lets the command line choose.
pub(crate) fn log_level(asked: Option<LogLevel>, policy: &Policy) -> LogLevel {
    let decided = policy.get(&keys::LOG_LEVEL);
    chosen(asked, decided.map(|decided| Decided { value: decided.value.into(), locked: decided.locked }))
        .unwrap_or_default()
}

/// Whether Estafette starts without its window: as the policy has it, unless it lets the command line choose.
pub(crate) fn in_background(asked: Option<bool>, policy: &Policy) -> bool {
    chosen(asked, policy.get(&keys::START_BACKGROUND)).unwrap_or_default()
}

/// What holds of what the command line asks for and the administration has decided.
fn chosen<T>(asked: Option<T>, decided: Option<Decided<T>>) -> Option<T> {
    match (decided, asked) {
        (Some(Decided { value, locked: true }), _) | (Some(Decided { value, .. }), None) => Some(value),
        (_, asked) => asked,
    }
}

/// The system's name as people know it, to tell devices apart.
fn system() -> &'static str {
    match std::env::consts::OS {
        "linux" => "Linux",
        "windows" => "Windows",
        "macos" => "macOS",
        other => other,
    }
}

/// Whether somebody wants to steer the window from outside. wry honours the first variable in every
/// build, so a packaged Estafette must refuse to start with it.
pub(crate) fn automation_is_asked_for() -> bool {
    ["TAURI_WEBVIEW_AUTOMATION", "TAURI_AUTOMATION", "WEBKIT_INSPECTOR_SERVER", "WEBKIT_INSPECTOR_HTTP_SERVER"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
}

/// The one place that writes to the terminal: before there is a window.
pub(crate) fn complain(what: &str) {
    // Nothing can be said if the terminal is gone.
    let _ = writeln!(std::io::stderr(), "estafette: {what}");
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_locked_beats_the_command_line_and_what_is_recommended_does_not() {
        let decided = |value, locked| Some(Decided { value, locked });
        for value in [true, false] {
            assert_eq!(chosen(Some(!value), decided(value, true)), Some(value));
            assert_eq!(chosen(Some(!value), decided(value, false)), Some(!value));
            for locked in [true, false] {
                assert_eq!(chosen(None, decided(value, locked)), Some(value));
            }
            assert_eq!(chosen(Some(value), None), Some(value));
        }
        assert_eq!(chosen::<bool>(None, None), None);
    }

    #[test]
    fn a_start_in_the_background_is_asked_for_or_refused() {
        let background = |arguments: &[&str]| {
            let all = ["estafette"].iter().chain(arguments).map(OsString::from);
            Arguments::try_parse_from(all).map(|read| read.background)
        };
        assert_eq!(background(&[]).unwrap(), None);
        assert_eq!(background(&["--background"]).unwrap(), Some(true));
        for value in [true, false] {
            assert_eq!(background(&[&format!("--background={value}")]).unwrap(), Some(value));
        }
        // What follows it is not its value.
        for wrong in [["--background", "false"].as_slice(), &["--background=no"]] {
            assert!(background(wrong).is_err(), "{wrong:?}");
        }
    }
}

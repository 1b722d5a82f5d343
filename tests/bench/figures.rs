//! Figures: what was measured, its floor, its budget; as a table and as JSON.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// What is measured, and where its budget lies.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) samples: Vec<f64>,
    /// The same without Estafette, measured in the same run: its median.
    pub(crate) floor: Option<f64>,
    pub(crate) budget: Option<Budget>,
}

/// What a figure may come to at most.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Budget {
    /// Its median.
    Median(f64),
    /// Its 95th percentile.
    P95(f64),
}

/// Which of a figure's numbers counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Judged {
    Median,
    P95,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    /// What its budget speaks of, and what is compared.
    pub(crate) judged: Judged,
    pub(crate) unit: String,
    pub(crate) n: usize,
    pub(crate) median: f64,
    pub(crate) p95: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) floor: Option<f64>,
    pub(crate) ratio: Option<f64>,
    pub(crate) budget: Option<f64>,
    pub(crate) ok: bool,
}

/// What one suite has measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Part {
    /// The machine had nothing else to do when the suite began.
    quiet: bool,
    results: Vec<Figure>,
}

/// All of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) commit: String,
    /// The machine had nothing else to do when each suite began.
    pub(crate) quiet: bool,
    pub(crate) results: Vec<Figure>,
}

/// Where it was measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    /// In bytes.
    pub(crate) memory: u64,
    pub(crate) system: String,
}

/// A figure that is more than so many times an earlier one is worse.
const WORSE: f64 = 1.1;
/// A load above this is work of others.
const QUIET: f64 = 0.5;
/// The load is that of the last minute: after a build, it sinks that slowly.
const PATIENCE: Duration = Duration::from_secs(240);

impl Measure {
    /// The figure that the samples come to; None without any.
    pub(crate) fn figure(&self) -> Option<Figure> {
        let mut sorted = self.samples.clone();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let (median, p95) = (quantile(&sorted, 0.5), quantile(&sorted, 0.95));
        let (judged, limit) = match self.budget {
            Some(Budget::P95(limit)) => (Judged::P95, Some(limit)),
            Some(Budget::Median(limit)) => (Judged::Median, Some(limit)),
            None => (Judged::Median, None),
        };
        let counts = if judged == Judged::P95 { p95 } else { median };
        Some(Figure {
            name: self.name.to_owned(),
            judged,
            unit: self.unit.to_owned(),
            n: sorted.len(),
            median,
            p95,
            min,
            max,
            floor: self.floor,
            ratio: self.floor.filter(|floor| *floor > 0.0).map(|floor| counts / floor),
            budget: limit,
            ok: limit.is_none_or(|limit| counts <= limit),
        })
    }
}

impl Figure {
    fn judged(&self) -> f64 {
        match self.judged {
            Judged::Median => self.median,
            Judged::P95 => self.p95,
        }
    }

    /// How many times an earlier figure this is; where there was nothing, and now is something, without end.
    fn against(&self, earlier: &Self) -> f64 {
        match (self.judged(), earlier.judged()) {
            (now, before) if now == before => 1.0,
            (now, before) => now / before,
        }
    }

    /// The suite that it belongs to.
    fn suite(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

/// What was measured, and against what.
pub(crate) fn measure(
    name: &'static str,
    unit: &'static str,
    samples: Vec<f64>,
    floor: Option<f64>,
    budget: Option<Budget>,
) -> Measure {
    Measure { name, unit, samples, floor, budget }
}

/// The median of some samples; zero of none.
pub(crate) fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}

/// Between the two samples nearest to it, in proportion.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    #[allow(clippy::cast_precision_loss)] // A handful of samples.
    let place = part * last as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Between 0 and the last.
    let below = place.floor() as usize;
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    low + (high - low) * place.fract()
}

impl Machine {
    pub(crate) fn this() -> Self {
        let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal");
        Self {
            processor: field(&read("/proc/cpuinfo"), "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: memory.split(' ').next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() * 1024,
            system: field(&read("/etc/os-release").replace('=', ":"), "PRETTY_NAME").trim_matches('"').to_owned(),
        }
    }

    /// Waits until what the bench itself has started has come to rest, and a while longer for the work of others; says
    /// whether nothing else runs.
    pub(crate) async fn comes_to_rest() -> bool {
        let start = Instant::now();
        while !Self::is_quiet() {
            if start.elapsed() > PATIENCE {
                return false;
            }
            sleep(Duration::from_secs(1)).await;
        }
        true
    }

    fn is_quiet() -> bool {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        load.split(' ').next().and_then(|load| load.parse::<f64>().ok()).is_some_and(|load| load <= QUIET)
    }
}

impl Part {
    pub(crate) fn new(quiet: bool, measured: &[Measure]) -> Self {
        Self { quiet, results: measured.iter().filter_map(Measure::figure).collect() }
    }
}

impl Report {
    /// What was measured on this machine.
    pub(crate) fn of(commit: String, parts: Vec<Part>) -> Self {
        let quiet = parts.iter().all(|part| part.quiet);
        let results = parts.into_iter().flat_map(|part| part.results).collect();
        Self { machine: Machine::this(), commit, quiet, results }
    }

    /// The figures whose budget is missed.
    pub(crate) fn missed(&self) -> Vec<&str> {
        self.results.iter().filter(|figure| !figure.ok).map(|figure| figure.name.as_str()).collect()
    }

    /// The figures of the suites that ran that are worse than in an earlier run, red where they were green, or missing.
    pub(crate) fn worse_than<'a>(&'a self, earlier: &'a Self) -> Vec<&'a str> {
        let worse = |figure: &&Figure| {
            let before = earlier.results.iter().find(|it| it.name == figure.name);
            before.is_some_and(|before| {
                figure.against(before) > WORSE || (before.budget.is_some() && before.ok && !figure.ok)
            })
        };
        let missing = |before: &&Figure| {
            self.results.iter().any(|figure| figure.suite() == before.suite())
                && !self.results.iter().any(|figure| figure.name == before.name)
        };
        let (worse, missing) = (self.results.iter().filter(worse), earlier.results.iter().filter(missing));
        worse.chain(missing).map(|figure| figure.name.as_str()).collect()
    }

    /// The figures as a table, each beside an earlier run's where there is one.
    pub(crate) fn table(&self, earlier: Option<&Self>) -> String {
        let mut table = format!(
            "{:32} {:>3} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6} {:>9} {:4} {}\n",
            "figure", "n", "median", "p95", "min", "max", "floor", "ratio", "budget", "", "against before"
        );
        for figure in &self.results {
            let optional = |value: Option<f64>| value.map(number).unwrap_or_default();
            let before = earlier.and_then(|earlier| earlier.results.iter().find(|it| it.name == figure.name));
            let against = before.map(|before| figure.against(before));
            table.push_str(&format!(
                "{:32} {:>3} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6} {:>9} {:4} {}\n",
                format!("{} ({})", figure.name, figure.unit),
                figure.n,
                number(figure.median),
                number(figure.p95),
                number(figure.min),
                number(figure.max),
                optional(figure.floor),
                figure.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
                optional(figure.budget),
                match (figure.budget, figure.ok) {
                    (None, _) => "",
                    (Some(_), true) => "ok",
                    (Some(_), false) => "RED",
                },
                match against {
                    None => String::new(),
                    Some(ratio) if ratio > WORSE => format!("{ratio:.2} × WORSE"),
                    Some(ratio) => format!("{ratio:.2} ×"),
                },
            ));
        }
        if !self.quiet {
            table.push_str("not quiet: the machine had other work when a suite began\n");
        }
        table
    }
}

fn number(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(samples: &[f64], budget: Budget) -> Option<Figure> {
        let samples = samples.to_vec();
        Measure { name: "a", unit: "ms", samples, floor: Some(10.0), budget: Some(budget) }.figure()
    }

    #[test]
    fn a_figure_is_what_its_samples_come_to() {
        let figure = measure(&[30.0, 10.0, 20.0, 40.0, 50.0], Budget::Median(30.0));
        let figure = figure.as_ref();
        assert_eq!(figure.map(|it| (it.median, it.p95, it.min, it.max)), Some((30.0, 48.0, 10.0, 50.0)));
        assert_eq!(figure.map(|it| (it.ratio, it.ok)), Some((Some(3.0), true)));
        assert_eq!(measure(&[10.0, 10.0, 60.0], Budget::P95(50.0)).map(|it| it.ok), Some(false));
        assert_eq!(measure(&[], Budget::Median(1.0)), None);
    }

    #[test]
    fn the_table_says_what_is_red_and_what_was_before() {
        let figure = measure(&[20.0], Budget::Median(15.0));
        let report = |median: f64| Report {
            machine: Machine::this(),
            commit: "abc".to_owned(),
            quiet: true,
            results: figure.clone().map(|figure| Figure { median, ..figure }).into_iter().collect(),
        };
        let table = report(20.0).table(Some(&report(10.0)));
        assert!(table.contains("RED") && table.contains("2.00 × WORSE"), "{table}");
        assert_eq!(report(20.0).missed(), ["a"]);
        assert_eq!(report(11.5).worse_than(&report(10.0)), ["a"]);
        assert!(report(10.9).worse_than(&report(10.0)).is_empty());
        assert_eq!(report(0.1).worse_than(&report(0.0)), ["a"], "from nothing");
        assert!(report(0.0).worse_than(&report(0.0)).is_empty());
        let mut green = report(10.0);
        green.results.iter_mut().for_each(|figure| figure.ok = true);
        assert_eq!(report(10.0).worse_than(&green), ["a"], "no longer green");
        let named = |name: &str| {
            let mut report = report(10.0);
            report.results.iter_mut().for_each(|figure| figure.name = name.to_owned());
            report
        };
        assert_eq!(named("rooms.one").worse_than(&named("rooms.other")), ["rooms.other"], "missing");
        assert!(named("rooms.one").worse_than(&named("start.other")).is_empty(), "another suite");
    }
}

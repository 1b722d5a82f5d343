//! How hard a program works.

use std::time::Duration;

use anyhow::{Context as _, Result};

/// How long the processor has worked for a program since it began.
pub fn processor_seconds(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // After the name, which may hold anything: the 14th and 15th field, in hundredths of a second.
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = fields.get(11..13).context("no times")?.iter().map(|ticks| ticks.parse::<u64>());
    Ok(Duration::from_millis(10 * ticks.sum::<Result<u64, _>>()?).as_secs_f64())
}

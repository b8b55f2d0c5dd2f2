//! `zhiyin bench`: figures on standard output, and a failure when something was seen that
//! must not be.

use anyhow::{Result, bail};
use zhiyin_bench::Benchmark;

use crate::output;

/// Measures, prints, and complains.
pub fn run(benchmark: &Benchmark) -> Result<()> {
    let outcome = zhiyin_bench::run(benchmark)?;
    output::print(outcome.text.trim_end())?;
    match outcome.complaint {
        Some(complaint) => bail!(complaint),
        None => Ok(()),
    }
}

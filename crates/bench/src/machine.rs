//! What the figures were measured on.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::latency::Latencies;

/// Writes behind which a disk shows its time for one durable write.
const SYNCS: usize = 100;

/// The machine, its load before we began, and what a durable write costs on its disk.
pub fn describe(folder: &Path) -> Result<Value> {
    Ok(json!({
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "processor": line_of("/proc/cpuinfo", "model name"),
        "memory": line_of("/proc/meminfo", "MemTotal"),
        "kernel": first_words("/proc/sys/kernel/osrelease", 1),
        "nice": nice(),
        "open_files": open_files(),
        "load_before": first_words("/proc/loadavg", 3),
        "sync_p50_ms": sync_times(folder)?.percentile_ms(50.0),
        "build": if cfg!(debug_assertions) { "debug" } else { "release" },
        "version": env!("CARGO_PKG_VERSION"),
    }))
}

/// Files this process may have open, sockets among them.
pub fn open_files() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let limit = line.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    limit.unwrap_or(1024)
}

/// How much this process, and what it starts, gives way to others; below zero they give way.
fn nice() -> Option<i64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name that may hold spaces; it ends with the last bracket.
    let after_name = stat.rsplit_once(')')?.1;
    after_name.split_whitespace().nth(16)?.parse().ok()
}

fn line_of(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn first_words(file: &str, count: usize) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let words: Vec<&str> = text.split_whitespace().take(count).collect();
    Some(words.join(" "))
}

fn sync_times(folder: &Path) -> Result<Latencies> {
    let path = folder.join("sync");
    let mut file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
    let mut times = Latencies::default();
    for _ in 0..SYNCS {
        let started = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.record(started.elapsed());
    }
    fs::remove_file(&path)?;
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_what_a_process_may() {
        assert!(open_files() >= 64);
        assert!(nice().is_some_and(|nice| (-20..=19).contains(&nice)));
    }
}

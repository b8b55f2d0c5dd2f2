//! Processor time and memory of this and other processes: on a machine that has other work too, the
//! time a message costs says more than how many there were.

use std::fs;
use std::time::Duration;

/// Processor time all threads of a process have had so far; those whose name begins with
/// `name` if one is given. Zero where the system does not tell.
pub fn time(process: u32, name: Option<&str>) -> Duration {
    let Ok(tasks) = fs::read_dir(format!("/proc/{process}/task")) else {
        return Duration::ZERO;
    };
    let times = tasks.filter_map(|task| {
        let folder = task.ok()?.path();
        if let Some(name) = name
            && !fs::read_to_string(folder.join("comm"))
                .ok()?
                .starts_with(name)
        {
            return None;
        }
        let text = fs::read_to_string(folder.join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(times.sum::<u64>())
}

/// Memory a process has resident, in bytes; none where the system does not tell.
pub fn resident_bytes(process: u32) -> Option<u64> {
    memory(process, "VmRSS:")
}

/// The most memory a process has had resident so far, in bytes.
pub fn peak_resident_bytes(process: u32) -> Option<u64> {
    memory(process, "VmHWM:")
}

fn memory(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Microseconds each of `count` repetitions cost.
pub fn micros_each(time: Duration, count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 repetitions")]
    let count = count.max(1) as f64;
    crate::latency::round(time.as_secs_f64() * 1e6 / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_had_time() {
        let process = std::process::id();
        assert!(time(process, None) > Duration::ZERO);
        assert_eq!(time(process, Some("no such thread")), Duration::ZERO);
        // Read first: other tests take memory meanwhile, and the peak only grows.
        let resident = resident_bytes(process);
        assert!(resident > Some(1_000_000));
        assert!(peak_resident_bytes(process) >= resident);
        assert_eq!(resident_bytes(u32::MAX), None);
    }
}

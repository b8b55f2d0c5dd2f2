//! Ending processes this program started, with everything they started themselves.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// How often a waiting loop looks again.
pub const POLL: Duration = Duration::from_millis(50);

/// Sends a signal to processes; those already gone are no error.
pub fn signal(name: &str, pids: &[u32]) {
    let list: Vec<String> = pids.iter().map(u32::to_string).collect();
    let script = format!("kill -{name} {} 2>/dev/null", list.join(" "));
    if let Err(error) = Command::new("sh").args(["-c", &script]).status() {
        eprintln!("cannot signal processes {list:?}: {error}");
    }
}

/// Ends a process and its descendants, politely first.
pub fn end_tree(child: &mut Child) -> Result<()> {
    let tree = descendants(child.id());
    signal("TERM", &tree);
    let end = Instant::now() + Duration::from_secs(5);
    // The first one is reaped here; the rest are not ours to wait for, only to look at.
    while child.try_wait()?.is_none() || tree.iter().any(|pid| is_alive(*pid)) {
        if Instant::now() > end {
            signal("KILL", &tree);
            child.wait()?;
            break;
        }
        thread::sleep(POLL);
    }
    Ok(())
}

/// Whether a process runs; one that ended and was not reaped does not.
fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(')')
        .and_then(|(_, fields)| fields.split_whitespace().next());
    state.is_some_and(|state| state != "Z")
}

/// Waits for a process to end; false when it still runs after `limit`.
pub fn ended_within(child: &mut Child, limit: Duration) -> Result<bool> {
    let end = Instant::now() + limit;
    while child.try_wait()?.is_none() {
        if Instant::now() > end {
            return Ok(false);
        }
        thread::sleep(POLL);
    }
    Ok(true)
}

/// A process and all below it, parents first.
fn descendants(root: u32) -> Vec<u32> {
    let parents = parents_of_all();
    let mut tree = vec![root];
    let mut next = 0;
    while next < tree.len() {
        let parent = tree[next];
        tree.extend(
            parents
                .iter()
                .filter(|(_, of)| **of == parent)
                .map(|(pid, _)| *pid),
        );
        next += 1;
    }
    tree
}

fn parents_of_all() -> BTreeMap<u32, u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return BTreeMap::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            Some((pid, parent_from_stat(&stat)?))
        })
        .collect()
}

/// The name in parentheses may hold spaces, so the fields are counted after it.
fn parent_from_stat(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parent_is_read_from_a_name_with_spaces() {
        assert_eq!(parent_from_stat("12 (a (b) c) S 7 12 12 0"), Some(7));
        assert_eq!(parent_from_stat("nonsense"), None);
    }

    #[test]
    fn a_tree_is_ended_whole() {
        let mut child = Command::new("sh")
            .args(["-c", "sleep 60 & sleep 60"])
            .spawn()
            .unwrap();
        let started = Instant::now();
        while descendants(child.id()).len() < 3 && started.elapsed() < Duration::from_secs(5) {
            thread::yield_now();
        }
        let tree = descendants(child.id());
        assert_eq!(tree.len(), 3);
        end_tree(&mut child).unwrap();
        assert!(!tree.into_iter().any(is_alive));
    }
}

//! Checks of the machine: its clock and its disks.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use zhiyin_domain::time::Timestamp;

use super::Finding;

/// No clock that is right shows a time before this program was written (2025-01-01).
const EARLIEST: Timestamp = Timestamp::from_micros(1_735_689_600_000_000);
/// Files may carry a time that is off by this much.
const CLOCK_DIFFERENCE_MAX: Duration = Duration::from_secs(5);
/// Below this the disk is as good as full.
const FREE_KIB_MIN: u64 = 256 * 1024;
/// Below this it soon will be.
const FREE_KIB_WEAK: u64 = 2 * 1024 * 1024;

/// The clock of the machine, compared with that of its file system.
pub fn clock(folder: &Path, now: Timestamp) -> Finding {
    if now < EARLIEST {
        return Finding::broken(
            format!("the clock shows {now}"),
            "set it, and keep it with NTP",
        );
    }
    match file_time(folder) {
        Ok(file) => {
            let difference = Duration::from_micros(file.as_micros().abs_diff(now.as_micros()));
            if difference > CLOCK_DIFFERENCE_MAX {
                let what = format!("the disk's clock is {} s off", difference.as_secs());
                return Finding::weak(what, "keep both machines with NTP");
            }
            Finding::good(format!("{now}"))
        }
        Err(error) => Finding::weak(
            format!("cannot be compared: {error:#}"),
            "see the disk below",
        ),
    }
}

fn file_time(folder: &Path) -> Result<Timestamp> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    let written = File::create(&path).and_then(|file| file.metadata()?.modified());
    fs::remove_file(&path).with_context(|| format!("write to {}", folder.display()))?;
    let since_epoch = written?.duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Timestamp::from_micros(i64::try_from(
        since_epoch.as_micros(),
    )?))
}

/// Room on the disk of a folder.
pub fn disk(folder: &Path) -> Finding {
    match free_kib(folder) {
        Ok(free) => judge(folder, free),
        Err(error) => Finding::weak(format!("{error:#}"), "look at it with `df -h`"),
    }
}

fn judge(folder: &Path, free_kib: u64) -> Finding {
    let what = format!("{} MiB free below {}", free_kib / 1024, folder.display());
    if free_kib < FREE_KIB_MIN {
        Finding::broken(what, "make room; until then nothing can be kept")
    } else if free_kib < FREE_KIB_WEAK {
        Finding::weak(what, "make room before it is full")
    } else {
        Finding::good(what)
    }
}

fn free_kib(folder: &Path) -> Result<u64> {
    let output = Command::new("df")
        .arg("-Pk")
        .arg(folder)
        .output()
        .context("run df")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    parse_df(&text).with_context(|| format!("df does not know {}", folder.display()))
}

/// The fourth column of the second line of POSIX output.
fn parse_df(text: &str) -> Option<u64> {
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_room_is_read_and_judged() {
        let text = "Filesystem 1024-blocks Used Available Capacity Mounted on\n\
                    /dev/sda1 100 60 40 60% /\n";
        assert_eq!(parse_df(text), Some(40));
        assert_eq!(parse_df("nothing"), None);
        let folder = Path::new("/srv");
        assert!(matches!(
            judge(folder, FREE_KIB_MIN - 1),
            Finding::Broken(..)
        ));
        assert!(matches!(
            judge(folder, FREE_KIB_WEAK - 1),
            Finding::Weak(..)
        ));
        assert!(matches!(judge(folder, FREE_KIB_WEAK), Finding::Good(_)));
    }

    #[test]
    fn a_clock_before_the_program_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let finding = clock(folder.path(), Timestamp::from_micros(0));
        assert!(matches!(finding, Finding::Broken(..)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

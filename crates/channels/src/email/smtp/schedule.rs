//! When a mail that was not taken is tried again. Pure.

use std::time::Duration;

use zhiyin_domain::time::Timestamp;

/// A mail that could not be handed over for this long is given back (RFC 5321 §4.5.4.1
/// advises four to five days).
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(5 * 24);

/// Minutes between attempts; the last one repeats. Greylisting passes within the first few.
const PAUSES_MINUTES: [u64; 8] = [1, 5, 15, 30, 60, 120, 240, 360];

/// A fifth of the pause, so that mails which failed together do not come back together.
const JITTER_PARTS: u32 = 5;

/// The time of the next attempt, or `None` if it is time to give up. `attempts` were made,
/// the first of them for a mail that became due at `first`. `chance` is any random number.
#[must_use]
pub fn next_attempt(
    attempts: u32,
    first: Timestamp,
    now: Timestamp,
    chance: u32,
) -> Option<Timestamp> {
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let minutes = PAUSES_MINUTES[index.min(PAUSES_MINUTES.len() - 1)];
    let pause = Duration::from_mins(minutes);
    let jitter = (pause / JITTER_PARTS).mul_f64(f64::from(chance) / f64::from(u32::MAX));
    let next = now.plus(pause).plus(jitter);
    let last = first.plus(GIVE_UP_AFTER);
    if now >= last {
        return None;
    }
    // The very last attempt comes when time is up, not before.
    Some(next.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(chance: u32) -> Vec<Duration> {
        let first = Timestamp::from_micros(1_767_600_000_000_000);
        let mut now = first;
        let mut at = Vec::new();
        for attempts in 1.. {
            let Some(next) = next_attempt(attempts, first, now, chance) else {
                break;
            };
            assert!(next > now);
            at.push(next.since(first));
            now = next;
        }
        at
    }

    #[test]
    fn attempts_get_rarer_and_end_after_five_days() {
        let at = run(0);
        let minutes: Vec<u64> = at.iter().take(4).map(|d| d.as_secs() / 60).collect();
        assert_eq!(minutes, [1, 6, 21, 51]);
        assert_eq!(at.last(), Some(&GIVE_UP_AFTER));
        assert!((20..40).contains(&at.len()), "{}", at.len());
    }

    #[test]
    fn jitter_is_at_most_a_fifth() {
        let (soon, late) = (run(0), run(u32::MAX));
        assert_eq!(soon[0].as_secs(), 60);
        assert_eq!(late[0].as_secs(), 72);
    }
}

//! When a case may be closed: the customer confirmed, or attempts to reach them are
//! documented.
//!
//! Only what happened since the case was resolved counts: a customer who said yes to an
//! earlier solution has not said yes to this one. What is missing is named, so that the
//! console can say what to do instead of greying out a button.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::limits::TIME_LIMIT_S;
use crate::time::{Timestamp, local};

use super::text;

/// How a customer was reached, or was tried to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// In a conversation on any channel.
    Message,
    /// By telephone.
    Call,
    /// By mail.
    Email,
    /// By text message.
    Sms,
    /// By letter.
    Letter,
    /// Face to face.
    Visit,
    /// The customer answered in the portal.
    Portal,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Solved, says the customer.
    Confirmed,
    /// The customer takes the case back.
    Withdrawn,
    /// Not solved, says the customer.
    Disputed,
    /// No answer.
    NoAnswer,
}

/// One documented contact about the solution. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolutionContact {
    /// When.
    pub at: Timestamp,
    /// Who wrote it down; for answers in the portal the customer.
    #[serde(with = "text")]
    pub by: Actor,
    /// How.
    pub means: Means,
    /// What came of it.
    pub answer: Answer,
    /// In words.
    #[serde(default)]
    pub note: String,
}

/// What counts as documented attempts. A value: stored and sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosingPolicy {
    /// So many attempts at least.
    pub attempts_min: u8,
    /// On so many different days at least, in the zone of the company.
    pub days_min: u8,
    /// By so many different means at least.
    pub means_min: u8,
    /// The customer had so long to answer after the last attempt, in seconds.
    pub answer_wait_s: u32,
    /// Whether the customer's word closes a case by itself, without anybody looking at it
    /// again.
    #[serde(default)]
    pub closes_when_confirmed: bool,
}

impl ClosingPolicy {
    /// Three attempts on two days by two means, and two days to answer: for what matters.
    pub const THOROUGH: Self = Self {
        attempts_min: 3,
        days_min: 2,
        means_min: 2,
        answer_wait_s: 48 * 3600,
        closes_when_confirmed: false,
    };
    /// Two attempts on two days, and a day to answer: for most.
    pub const USUAL: Self = Self {
        attempts_min: 2,
        days_min: 2,
        means_min: 1,
        answer_wait_s: 24 * 3600,
        closes_when_confirmed: false,
    };
    /// Asked once, and a day to answer: for simple questions.
    pub const LIGHT: Self = Self {
        attempts_min: 1,
        days_min: 1,
        means_min: 1,
        answer_wait_s: 24 * 3600,
        closes_when_confirmed: true,
    };

    /// Whether it asks for something, and nothing that cannot be.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        (1..=10).contains(&self.attempts_min)
            && (1..=self.attempts_min).contains(&self.days_min)
            && (1..=self.attempts_min.min(7)).contains(&self.means_min)
            && TIME_LIMIT_S.contains(&self.answer_wait_s)
    }
}

/// Why a case may be over. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Grounds {
    /// The customer confirmed.
    Confirmed {
        /// When.
        at: Timestamp,
        /// How.
        means: Means,
    },
    /// The customer takes it back.
    Withdrawn {
        /// When.
        at: Timestamp,
        /// How.
        means: Means,
    },
    /// The customer could not be reached.
    Unreachable {
        /// When it was tried.
        attempts: Vec<Timestamp>,
    },
}

/// What is missing before a case may be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClosingGap {
    /// The customer said that it is not solved.
    #[error("the customer says it is not solved; reopen the case")]
    Disputed,
    /// Too few attempts.
    #[error(
        "the customer has not confirmed; document {needed} attempts to reach them, {found} so far"
    )]
    Attempts {
        /// So many are needed.
        needed: u8,
        /// So many there are.
        found: u8,
    },
    /// All on the same few days.
    #[error("try on {needed} different days, {found} so far")]
    Days {
        /// So many are needed.
        needed: u8,
        /// So many there are.
        found: u8,
    },
    /// All by the same few means.
    #[error("try by {needed} different means (message, call, mail …), {found} so far")]
    Means {
        /// So many are needed.
        needed: u8,
        /// So many there are.
        found: u8,
    },
    /// The customer still has time to answer.
    #[error("the customer has until {until} to answer")]
    Wait {
        /// Until when.
        until: Timestamp,
    },
}

/// The last answer of the customer decides; without any, the attempts do. `zone` is the
/// zone in which days are told apart.
pub fn grounds(
    policy: &ClosingPolicy,
    contacts: &[SolutionContact],
    resolved_at: Timestamp,
    now: Timestamp,
    zone: &str,
) -> Result<Grounds, ClosingGap> {
    let since = || {
        contacts
            .iter()
            .filter(move |it| it.at >= resolved_at && it.at <= now)
    };
    let last = since()
        .filter(|it| it.answer != Answer::NoAnswer)
        .max_by_key(|it| it.at);
    if let Some(last) = last {
        let (at, means) = (last.at, last.means);
        match last.answer {
            Answer::Confirmed => return Ok(Grounds::Confirmed { at, means }),
            Answer::Withdrawn => return Ok(Grounds::Withdrawn { at, means }),
            Answer::Disputed => return Err(ClosingGap::Disputed),
            Answer::NoAnswer => {}
        }
    }
    let count = |found: usize| u8::try_from(found).unwrap_or(u8::MAX);
    let mut attempts: Vec<Timestamp> = since().map(|it| it.at).collect();
    attempts.sort_unstable();
    let (needed, found) = (policy.attempts_min.max(1), count(attempts.len()));
    if found < needed {
        return Err(ClosingGap::Attempts { needed, found });
    }
    let days: BTreeSet<String> = attempts
        .iter()
        .map(|at| local(*at, zone, "%Y-%m-%d"))
        .collect();
    let (needed, found) = (policy.days_min, count(days.len()));
    if found < needed {
        return Err(ClosingGap::Days { needed, found });
    }
    let means: BTreeSet<Means> = since().map(|it| it.means).collect();
    let (needed, found) = (policy.means_min, count(means.len()));
    if found < needed {
        return Err(ClosingGap::Means { needed, found });
    }
    let wait = Duration::from_secs(policy.answer_wait_s.into());
    let until = attempts.last().map_or(now, |at| at.plus(wait));
    if now < until {
        return Err(ClosingGap::Wait { until });
    }
    Ok(Grounds::Unreachable { attempts })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hours: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_hours(hours))
    }

    fn contact(hours: u64, means: Means, answer: Answer) -> SolutionContact {
        SolutionContact {
            at: at(hours),
            by: Actor::Bot,
            means,
            answer,
            note: String::new(),
        }
    }

    fn check(contacts: &[SolutionContact], now: u64, expected: &Result<Grounds, ClosingGap>) {
        let policy = ClosingPolicy::THOROUGH;
        let found = grounds(&policy, contacts, at(10), at(now), "Asia/Shanghai");
        assert_eq!(&found, expected);
    }

    #[test]
    fn the_customers_last_word_decides() {
        use Answer::{Confirmed, Disputed, NoAnswer};
        let early = contact(9, Means::Call, Confirmed);
        let missing = Err(ClosingGap::Attempts {
            needed: 3,
            found: 0,
        });
        check(std::slice::from_ref(&early), 20, &missing);
        let yes = contact(11, Means::Call, Confirmed);
        let confirmed = Ok(Grounds::Confirmed {
            at: at(11),
            means: Means::Call,
        });
        check(&[early, yes.clone()], 20, &confirmed);
        let no = contact(12, Means::Email, Disputed);
        let silent = contact(13, Means::Sms, NoAnswer);
        check(&[yes, no, silent], 900, &Err(ClosingGap::Disputed));
    }

    #[test]
    fn attempts_are_on_different_days_by_different_means_and_leave_time() {
        let call = |hours| contact(hours, Means::Call, Answer::NoAnswer);
        let mail = |hours| contact(hours, Means::Email, Answer::NoAnswer);
        let gap = Err(ClosingGap::Days {
            needed: 2,
            found: 1,
        });
        check(&[call(10), call(11), mail(12)], 900, &gap);
        let gap = Err(ClosingGap::Means {
            needed: 2,
            found: 1,
        });
        check(&[call(10), call(11), call(30)], 900, &gap);
        let all = [call(10), call(11), mail(30)];
        check(&all, 77, &Err(ClosingGap::Wait { until: at(78) }));
        let attempts = vec![at(10), at(11), at(30)];
        check(&all, 78, &Ok(Grounds::Unreachable { attempts }));
        // 15:00 and 17:00 in UTC are two days in Shanghai.
        let all = [call(15), call(15), mail(17)];
        check(&all, 64, &Err(ClosingGap::Wait { until: at(65) }));
    }

    proptest! {
        #[test]
        fn nothing_is_closed_without_confirmation_or_attempts(
            contacts in prop::collection::vec((0..200_u64, 0..4_usize, 0..7_usize), 0..8),
            now in 0..300_u64,
        ) {
            let answers = [Answer::Confirmed, Answer::Withdrawn, Answer::Disputed, Answer::NoAnswer];
            let means = [Means::Message, Means::Call, Means::Email, Means::Sms, Means::Letter, Means::Visit, Means::Portal];
            let contacts: Vec<SolutionContact> = contacts
                .into_iter()
                .map(|(hours, answer, by)| contact(hours, means[by], answers[answer]))
                .collect();
            let policy = ClosingPolicy::THOROUGH;
            if let Ok(found) = grounds(&policy, &contacts, at(10), at(now), "UTC") {
                let said = |answer| contacts.iter().any(|it| it.answer == answer && it.at >= at(10) && it.at <= at(now));
                match found {
                    Grounds::Confirmed { .. } => prop_assert!(said(Answer::Confirmed)),
                    Grounds::Withdrawn { .. } => prop_assert!(said(Answer::Withdrawn)),
                    Grounds::Unreachable { attempts } => {
                        prop_assert!(attempts.len() >= 3 && !said(Answer::Disputed));
                        prop_assert!(attempts.iter().all(|it| *it >= at(10) && *it <= at(now)));
                    }
                }
            }
        }
    }
}

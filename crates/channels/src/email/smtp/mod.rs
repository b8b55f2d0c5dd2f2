//! Mail sent by SMTP: one connection for many mails, every recipient with an answer of their
//! own, and what an answer means for the next attempt.

mod pace;
mod schedule;
mod sender;
mod verdict;

pub use pace::{Limits, Pace};
pub use schedule::{GIVE_UP_AFTER, next_attempt};
pub use sender::{Account, Envelope, Outcome, SendError, Sender, test};
pub use verdict::{Refusal, Verdict};

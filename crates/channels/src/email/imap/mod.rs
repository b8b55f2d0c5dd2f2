//! Mailboxes read by IMAP.
//!
//! What was taken is known by our own position (UIDVALIDITY and UID) and by fingerprints,
//! never by `\Seen`: people read the same mailbox with other programs. The folder is opened
//! read-only, so nothing here changes it.

mod folder;
mod receive;
mod session;

pub use folder::{Folder, Plan, Position, plan};
pub use receive::{Arrival, Content, FollowError, Intake, Patience, Rules, Taken, follow, receive};
pub use session::{Account, Session, Waiting, Wake, test};

//! The customer portal: what a customer sees of their cases and can do with them, behind a
//! signed link.
//!
//! A link names a case or a contact and carries a code under a key of the workspace. The
//! number of a case alone leads nowhere. What is shown is a list of what is shown
//! ([`zhiyin_domain::cases::portal`]), never a case with parts taken out.

mod act;
mod link;
mod page;
mod say;

pub(super) use act::take;
pub use act::{Answered, PortalFile, Written, acknowledge, confirm, contest, write};
pub use link::{LinkError, PortalLink, create_link, create_own_link, send_link};
pub use page::{PortalCase, PortalEntry, PortalNotice, PortalPage, PortalTalk, open};
pub use say::work;
pub(super) use say::{Line, enqueue_resolved, say_as_bot};

/// The name of the job that tells a customer something.
pub(super) const TELL: &str = "cases.tell";

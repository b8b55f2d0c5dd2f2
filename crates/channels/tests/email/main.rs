//! E-mail from the outside: hard messages, and real mail servers.

#![expect(
    clippy::unwrap_used,
    reason = "what helps tests may be as short as they are about what cannot fail"
)]

mod corpus;
mod journeys;
mod mailboxes;
mod parsing;
mod sender_check;
mod sending;
mod servers;

//! Mail from the mailbox into a conversation and out again: by itself, and through a real
//! IMAP and SMTP server.

mod arriving;
mod desk;
mod importing;
mod journeys;
mod leaving;
mod pictures;
#[expect(
    dead_code,
    unused_imports,
    reason = "these servers can do more than these tests ask of them"
)]
#[path = "../../../channels/tests/email/servers/mod.rs"]
mod servers;

//! Whether a mail is from who it says, as the name servers of its sender tell.
//!
//! It waits for a network, so it is asked before a transaction and never inside one.

use std::future::Future;
use std::pin::Pin;

use zhiyin_domain::mail::Authentication;

/// Looks into the names that the sender of a mail must have published.
pub trait SenderCheck: Send + Sync {
    /// Checks a whole raw mail. `trusted` are the names of servers of ours whose lines about
    /// the way of the mail (`Received`, `Return-Path`) are believed; without them only
    /// signatures speak. None if the mail names nobody to ask about. It has a time limit of
    /// its own and never fails: what could not be found out is told as such.
    fn check<'a>(&'a self, raw: &'a [u8], trusted: &'a [String]) -> Checking<'a>;
}

/// A check under way.
pub type Checking<'a> = Pin<Box<dyn Future<Output = Option<Authentication>> + Send + 'a>>;

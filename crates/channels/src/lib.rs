//! What providers send and take, translated to and from what Zhiyin means.
//!
//! One module per channel. Nothing here touches a database or decides what a company wants:
//! a channel reads what arrived, says what it is, and writes what is to be sent.

pub mod email;

//! Ports that need the configuration: how mail leaves this installation.

pub mod smtp;

//! One module a command of the program.

pub mod config;

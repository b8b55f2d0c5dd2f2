//! Automation: rules with their former versions and counters, what became of them, macros.

pub mod macros;
pub mod rules;
pub mod runs;
pub mod timed;

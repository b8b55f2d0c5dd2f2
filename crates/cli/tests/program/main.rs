//! The program as an operator meets it: the real binary, its output and its exit code.

mod commands;
mod database;
mod evidence;
mod harness;
mod serving;

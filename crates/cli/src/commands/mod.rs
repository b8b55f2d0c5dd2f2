//! One module a command of the program.

pub mod admin;
pub mod audit;
pub mod backup;
pub mod bench;
pub mod config;
pub mod doctor;
pub mod evidence;
pub mod import;
pub mod keys;
pub mod migrate;
pub mod models;
pub mod openapi;
pub mod serve;

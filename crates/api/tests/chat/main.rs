//! The conversation between customers and agents over HTTP: each test has a program of
//! its own.

mod attributes;
mod blocks;
mod conversations;
mod ratings;
mod scheduled_messages;
mod settings;
mod views;
mod widget;

//! The conversation between customers and agents over HTTP: each test has a program of
//! its own.

mod conversations;
mod settings;
mod widget;

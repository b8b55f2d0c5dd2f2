//! The conversation between customers and agents over HTTP: each test has a program of
//! its own.

mod attributes;
mod blocks;
mod conversations;
mod settings;
mod views;
mod widget;

//! The conversation between customers and agents over HTTP: each test has a program of
//! its own.

mod attributes;
mod blocks;
mod calendars;
mod conversations;
mod journey;
mod offers;
mod promises;
mod ratings;
mod routing;
mod scheduled_messages;
mod settings;
mod views;
mod widget;

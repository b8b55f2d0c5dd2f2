//! The conversation between customers and agents over HTTP: each test has a program of
//! its own.

mod accounts;
mod attributes;
mod automation;
mod blocks;
mod calendars;
mod conversations;
mod help;
mod hours;
mod journey;
mod knowledge;
mod offers;
mod promises;
mod ratings;
mod routing;
mod scheduled_messages;
mod settings;
mod views;
mod widget;

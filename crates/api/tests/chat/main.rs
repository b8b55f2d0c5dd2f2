//! The conversation between customers and agents over HTTP: each test has a program of
//! its own.

mod accounts;
mod attributes;
mod automation;
mod blocks;
mod bot;
mod bot_flows;
mod calendars;
mod conversations;
mod help;
mod help_look;
mod hours;
mod journey;
mod knowledge;
mod offers;
mod promises;
mod ratings;
mod reports;
mod routing;
mod scheduled_messages;
mod settings;
mod views;
mod widget;

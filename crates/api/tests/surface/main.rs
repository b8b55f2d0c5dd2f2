//! The HTTP surface as callers see it, in one binary: each test has a program of its own.

mod attachments;
mod attacks;
mod convergence;
mod frames;
mod house;
mod pace;
mod search;
mod stream;
mod weight;

//! The HTTP surface as callers see it, in one binary: each test has a program of its own.

mod attacks;
mod frames;
mod house;
mod stream;
mod weight;

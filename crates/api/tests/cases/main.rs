//! Cases over HTTP: each test has a program of its own.

mod children;
mod deadlines;
mod life;
mod orders;
mod tasks;
mod world;

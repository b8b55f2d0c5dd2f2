//! The part of `zhiyin bench routing` that needs no database:
//! `cargo run --release -p zhiyin-sim --example routing -- [--quick]`.

use zhiyin_sim::{Effort, measure_routing};

fn main() -> Result<(), serde_json::Error> {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let effort = if is_quick {
        Effort::Quick
    } else {
        Effort::Full
    };
    let report = measure_routing(effort, |what| eprintln!("{what}"));
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

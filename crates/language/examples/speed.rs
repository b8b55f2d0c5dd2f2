//! How long indexing, asking and highlighting take:
//! `cargo run --release -p zhiyin-language --example speed`.

use std::{hint::black_box, time::Instant};

use zhiyin_language::{Highlighter, index_tokens, query};

const ROUNDS: u32 = 100_000;
const MESSAGE: &str = "您好，我上周买的蓝牙耳机右边没有声音了，想申请退货，订单号QY-2031-88，麻烦尽快帮我处理一下，我明天要出差，谢谢您！";

fn main() {
    println!("a message of {} characters", MESSAGE.chars().count());
    let highlighter = Highlighter::new("申请退货");
    measure("index_tokens", || {
        black_box(index_tokens(black_box(MESSAGE)));
    });
    measure("query", || {
        black_box(query(black_box("耳机没有声音 QY-20")));
    });
    measure("highlight", || {
        black_box(highlighter.find(black_box(MESSAGE)));
    });
}

fn measure(name: &str, mut step: impl FnMut()) {
    (0..ROUNDS / 10).for_each(|_| step());
    let start = Instant::now();
    (0..ROUNDS).for_each(|_| step());
    let nanos = start.elapsed().as_nanos() / u128::from(ROUNDS);
    println!("{name}: {}.{:02} µs", nanos / 1000, nanos % 1000 / 10);
}

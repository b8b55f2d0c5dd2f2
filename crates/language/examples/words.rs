//! Writes the dictionary of Chinese words, from one in jieba's format (`word count kind`):
//! `cargo run --release -p zhiyin-language --example words -- dict.txt`

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

use fst::MapBuilder;
use zhiyin_language::words::is_han;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the dictionary")?;
    let text = fs::read_to_string(path)?;
    let mut words = BTreeMap::new();
    let mut sum = 0;
    for line in text.lines() {
        let mut columns = line.split(' ');
        let (Some(word), Some(count)) = (columns.next(), columns.next()) else {
            continue;
        };
        let count: u64 = count.parse()?;
        sum += count;
        if count > 0 && word.chars().all(is_han) {
            words.insert(word, count);
        }
    }
    let mut map = MapBuilder::memory();
    map.insert("", sum)?;
    for (word, count) in &words {
        map.insert(word, *count)?;
    }
    let data = map.into_inner()?;
    println!("{} words, {} bytes", words.len(), data.len());
    fs::write(
        concat!(env!("CARGO_MANIFEST_DIR"), "/data/words/zh.fst"),
        data,
    )?;
    Ok(())
}

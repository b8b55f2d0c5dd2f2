//! Trains the tone model that is in the program:
//! `cargo run --release -p zhiyin-language --example train`. With `--check` it only prints
//! the figures of a cross-validation, with `--write` it leaves them out.

use std::{fs, path::Path, process::ExitCode};

use zhiyin_language::tone;

const DATA: [&str; 2] = ["utterances_zh.tsv", "utterances_en.tsv"];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let read = |name: &str| {
        fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let contents = [read(DATA[0])?, read(DATA[1])?];
    let has = |option: &str| std::env::args().any(|argument| argument == option);
    let measured = DATA.iter().zip(&contents).filter(|_| !has("--write"));
    for (name, content) in measured {
        let utterances =
            tone::read_utterances(content).map_err(|error| format!("{name}: {error}"))?;
        println!(
            "{name}: {} utterances; five-fold cross-validation",
            utterances.len()
        );
        for figures in tone::evaluate(&utterances) {
            println!(
                "  {:<10} accuracy {:.3}  precision {:.3}  recall {:.3}",
                figures.name, figures.accuracy, figures.precision, figures.recall
            );
        }
    }
    if has("--check") {
        return Ok(());
    }
    let bytes = tone::train(&contents.each_ref().map(String::as_str))?;
    let path = folder.join("tone").join("model.bin");
    fs::write(&path, &bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("model.bin: {} bytes", bytes.len());
    Ok(())
}

//! Figures of the models on labelled files, as JSON:
//! `cargo run --release -p zhiyin-language --example bench -- --topic TRAIN.tsv TEST.tsv`.

use std::{fs, path::Path, process::ExitCode, time::Instant};

use zhiyin_language::{
    encoder::{UNIVERSAL, UniversalEncoder},
    measure::{self, Inputs, Labelled},
    similarity::Encoder,
    words,
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// What is written beside the option, in a folder with the public sets.
const DATA: &[&[&str]] = &[
    &["--topic", "en_banking77/train.tsv", "en_banking77/test.tsv"],
    &[
        "--faq",
        "zh_insuranceqa/questions.jsonl",
        "zh_insuranceqa/answers.jsonl",
    ],
    &["--pairs", "zh_bq/dev.tsv"],
    &["--sentiment", "zh_waimai_10k/sample.tsv"],
    &["--abuse", "zh_cold/dev.tsv"],
    &["--language", "langid_lingua/sample.tsv"],
    &["--personal", "en_pii_presidio/sample.jsonl"],
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome<()> {
    let started = Instant::now();
    let mut inputs = measure::own();
    let mut encoder = None;
    let mut rest = arguments.iter();
    while let Some(option) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| format!("{option} needs a path"));
        match option.as_str() {
            "--data" => {
                let folder = Path::new(value()?);
                for option in DATA {
                    let path = |file: &&str| folder.join(file).to_string_lossy().into_owned();
                    let paths: Vec<String> = option[1..].iter().map(path).collect();
                    add(&mut inputs, option[0], &paths)?;
                }
            }
            "--embeddings" => {
                let folder = Path::new(value()?).join(UNIVERSAL.id);
                encoder = Some(UniversalEncoder::open(|name| fs::read(folder.join(name)))?);
            }
            "--topic" | "--faq" => {
                let paths = [value()?.clone(), value()?.clone()];
                add(&mut inputs, option, &paths)?;
            }
            _ => add(&mut inputs, option, &[value()?.clone()])?,
        }
    }
    words::warm_up();
    let encoder = encoder.as_ref().map(|encoder| encoder as &dyn Encoder);
    let figures = measure::all(&inputs, encoder, &|| started.elapsed())?;
    println!("{}", serde_json::to_string_pretty(&figures)?);
    Ok(())
}

/// Reads the files of an option.
fn add(inputs: &mut Inputs, option: &str, paths: &[String]) -> Outcome<()> {
    let read = |at: usize| {
        let path = &paths[at];
        fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
    };
    let rows = |label: &str| -> Outcome<Vec<Labelled>> {
        let rows = measure::labelled(&read(0)?, label);
        Ok(rows.map_err(|error| format!("{}: {error}", paths[0]))?)
    };
    match option {
        "--topic" => {
            let test = measure::labelled(&read(1)?, "label")?;
            inputs.topic = Some((rows("label")?, test));
        }
        "--faq" => inputs.faq = Some(measure::answered(&read(0)?, &read(1)?)?),
        "--pairs" => inputs.pairs = Some(measure::paraphrases(&read(0)?)),
        "--sentiment" => inputs.sentiment = rows("label")?,
        "--abuse" => inputs.abuse = rows("label")?,
        "--language" => inputs.language = rows("lang")?,
        "--personal" => inputs.personal = measure::marked(&read(0)?)?,
        other => return Err(format!("unknown option {other}").into()),
    }
    Ok(())
}

//! Figures of the models on labelled files, as JSON:
//! `cargo run --release -p zhiyin-language --example bench -- --topic TRAIN.tsv TEST.tsv`.

use std::{fs, process::ExitCode, time::Instant};

use zhiyin_language::{
    measure::{self, Figures, Labelled, Marked},
    personal::Kind,
    tone::Sign,
    words,
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(figures) => {
            println!("{}", serde_json::to_string_pretty(&figures).unwrap_or_default());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome<Figures> {
    let started = Instant::now();
    let elapsed = || started.elapsed();
    words::warm_up();
    let mut figures = Figures::new();
    let mut rest = arguments.iter();
    while let Some(option) = rest.next() {
        let mut file = || rest.next().ok_or_else(|| format!("{option} needs a file"));
        match option.as_str() {
            "--topic" => {
                let (train, test) = (labelled(file()?, "label")?, labelled(file()?, "label")?);
                figures.extend(measure::topic(&train, &test, &elapsed)?);
                figures.extend(measure::topic_few(&train, &test, 10, 5)?);
            }
            "--language" => {
                let rows = labelled(file()?, "lang")?;
                let others = ["zh", "en", "ja", "ko", "fr", "de", "es", "pt", "it", "ru"];
                for (key, figure) in measure::language(&rows, &others) {
                    figures.insert(format!("{key}_of_{}", others.len()), figure);
                }
                figures.extend(measure::language(&rows, &["zh", "en"]));
            }
            "--sentiment" => figures.extend(measure::sentiment(&labelled(file()?, "label")?)),
            "--abuse" => figures.extend(measure::sign(&labelled(file()?, "label")?, Sign::Abuse)),
            "--personal" => figures.extend(measure::personal(&marked(file()?)?)),
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    Ok(figures)
}

/// Rows of a file with a header, by the columns `text` and `label`.
fn labelled(path: &str, label: &str) -> Outcome<Vec<Labelled>> {
    let content = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let mut lines = content.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        let at = header.iter().position(|column| *column == name);
        at.ok_or_else(|| format!("{path}: no column `{name}`"))
    };
    let (text, label) = (column("text")?, column(label)?);
    let rows = lines.filter_map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        Some(Labelled { text: (*cells.get(text)?).to_owned(), label: (*cells.get(label)?).to_owned() })
    });
    Ok(rows.collect())
}

/// Lines of JSON with `full_text` and `spans` by character.
fn marked(path: &str) -> Outcome<Vec<Marked>> {
    let content = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let mut rows = Vec::new();
    for line in content.lines() {
        let value: serde_json::Value = serde_json::from_str(line)?;
        let spans = value["spans"].as_array().into_iter().flatten();
        let place = |span: &serde_json::Value, key: &str| span[key].as_u64().and_then(|at| usize::try_from(at).ok());
        rows.push(Marked {
            text: value["full_text"].as_str().unwrap_or_default().to_owned(),
            spans: spans
                .filter_map(|span| {
                    let kind = kind(span["entity_type"].as_str()?)?;
                    Some((place(span, "start_position")?..place(span, "end_position")?, kind))
                })
                .collect(),
        });
    }
    Ok(rows)
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "PERSON" => Kind::Name,
        "STREET_ADDRESS" => Kind::Address,
        "CREDIT_CARD" => Kind::BankCard,
        "PHONE_NUMBER" => Kind::Phone,
        "EMAIL_ADDRESS" => Kind::Email,
        "DOMAIN_NAME" => Kind::Link,
        "IBAN_CODE" => Kind::BankAccount,
        "US_SSN" | "US_DRIVER_LICENSE" => Kind::Document,
        "IP_ADDRESS" => Kind::NetworkAddress,
        other => return Kind::ALL.into_iter().find(|kind| kind.name() == other),
    })
}

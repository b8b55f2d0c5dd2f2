//! Figures of the models on labelled files, as JSON:
//! `cargo run --release -p zhiyin-language --example bench -- --topic TRAIN.tsv TEST.tsv`.

use std::{collections::BTreeMap, fs, process::ExitCode, time::Instant};

use zhiyin_language::{
    measure::{self, Asked, Figures, Labelled, Marked},
    personal::Kind,
    tone::Sign,
    words,
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(figures) => {
            println!(
                "{}",
                serde_json::to_string_pretty(&figures).unwrap_or_default()
            );
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
            "--faq" => {
                let (questions, passages) = answered(file()?, file()?)?;
                figures.extend(measure::faq(&questions, &passages, None, &elapsed));
            }
            "--pairs" => {
                let (questions, passages) = clusters(file()?)?;
                for (key, figure) in measure::faq(&questions, &passages, None, &elapsed) {
                    figures.insert(key.replace("faq_", "faq_pairs_"), figure);
                }
            }
            "--etiquette" => {
                let language = file()?;
                let messages = measure::read_agent_messages(&fs::read_to_string(file()?)?);
                for line in measure::etiquette_errors(&messages, language) {
                    eprintln!("{line}");
                }
                for (key, figure) in measure::etiquette(&messages, language, &elapsed) {
                    figures.insert(format!("{key}_{language}"), figure);
                }
            }
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
        Some(Labelled {
            text: (*cells.get(text)?).to_owned(),
            label: (*cells.get(label)?).to_owned(),
        })
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
        let place = |span: &serde_json::Value, key: &str| {
            span[key].as_u64().and_then(|at| usize::try_from(at).ok())
        };
        rows.push(Marked {
            text: value["full_text"].as_str().unwrap_or_default().to_owned(),
            spans: spans
                .filter_map(|span| {
                    let kind = kind(span["entity_type"].as_str()?)?;
                    Some((
                        place(span, "start_position")?..place(span, "end_position")?,
                        kind,
                    ))
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

/// Lines of JSON: questions with `answers`, and the answers by `id`.
fn answered(questions: &str, answers: &str) -> Outcome<(Vec<Asked>, Vec<String>)> {
    let read = |path: &str| -> Outcome<Vec<serde_json::Value>> {
        let content = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        Ok(content
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?)
    };
    let text = |value: &serde_json::Value| {
        let text = value["text"].as_str().or_else(|| value["zh"].as_str());
        text.unwrap_or_default().to_owned()
    };
    let rows = read(answers)?;
    let places: BTreeMap<&str, usize> = rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| Some((row["id"].as_str()?, at)))
        .collect();
    let asked = read(questions)?.into_iter().map(|row| {
        let ids = row["answers"].as_array().into_iter().flatten();
        let answers = ids
            .filter_map(|id| places.get(id.as_str()?).copied())
            .collect();
        Asked {
            text: text(&row),
            answers,
        }
    });
    Ok((asked.collect(), rows.iter().map(text).collect()))
}

/// Pairs of questions with label 1 make clusters; the first question of each is the passage,
/// the others are asked. Questions without a paraphrase are left out.
fn clusters(path: &str) -> Outcome<(Vec<Asked>, Vec<String>)> {
    let content = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut texts: Vec<&str> = Vec::new();
    let mut parents: Vec<usize> = Vec::new();
    for line in content.lines().skip(1) {
        let [one, other, label] = line.split('\t').collect::<Vec<_>>()[..] else {
            continue;
        };
        let [a, b] = [one, other].map(|text| {
            *places.entry(text).or_insert_with(|| {
                texts.push(text);
                parents.push(parents.len());
                parents.len() - 1
            })
        });
        if label == "1" {
            let (a, b) = (root(&parents, a), root(&parents, b));
            parents[a.max(b)] = a.min(b);
        }
    }
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for at in 0..texts.len() {
        *sizes.entry(root(&parents, at)).or_default() += 1;
    }
    let mut passages = Vec::new();
    let mut place_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut asked = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let top = root(&parents, at);
        if sizes[&top] < 2 {
            continue;
        }
        if top == at {
            place_of.insert(at, passages.len());
            passages.push((*text).to_owned());
        } else {
            asked.push(Asked {
                text: (*text).to_owned(),
                answers: vec![place_of[&top]],
            });
        }
    }
    Ok((asked, passages))
}

fn root(parents: &[usize], mut at: usize) -> usize {
    while parents[at] != at {
        at = parents[at];
    }
    at
}

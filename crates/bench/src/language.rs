//! `zhiyin bench language`: how well texts are understood, on labelled files that are not in
//! the program, beside baselines in the same run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use zhiyin_language::encoder::{self, MODELS};
use zhiyin_language::measure::{self, Inputs, Labelled, SENTIMENTS, is_sentiment};
use zhiyin_language::similarity::Encoder;

use crate::{Common, Report, machine, progress, scratch};

const METHOD: &str = "Topics: trained on all of TRAIN, asked about TEST; `topic_accuracy_10_a_topic` \
    is the mean of five draws; `oos_auroc` tells topics left out from known ones. Answers: recall \
    and MRR among all of ANSWERS, a question at a time on one thread; `faq_bm25_…` rank the same \
    passages by BM25 over dictionary words or over one and two characters alone. Sentiment: the \
    model in the program, which was trained on none of these files, beside always the most frequent \
    label and counting words of a lexicon. Personal data: F1 of spans that share half of their \
    union. Promises: sentences of agents, with business hours from Monday to Friday, nine to six. With \
    --embeddings, topics and answers use sentence vectors, and `lexical_…` are the same \
    figures without them; times of training and predicting leave out the making of vectors.";
/// Rows of a set that are enough for a look.
const QUICK_ROWS: usize = 500;
/// Among how many passages a search is timed at least.
const PACED_PASSAGES: usize = 30_000;
/// Where the public sets usually are in a folder of them.
const SETS: [(&str, &[&str]); 8] = [
    (
        "topic",
        &["en_banking77/train.tsv", "en_banking77/test.tsv"],
    ),
    (
        "faq",
        &[
            "zh_insuranceqa/questions.jsonl",
            "zh_insuranceqa/answers.jsonl",
        ],
    ),
    ("pairs", &["zh_bq/dev.tsv"]),
    ("sentiment", &["zh_waimai_10k/sample.tsv"]),
    ("abuse", &["zh_cold/dev.tsv"]),
    ("language", &["langid_lingua/sample.tsv"]),
    ("personal", &["en_pii_presidio/sample.jsonl"]),
    ("promises", &["promises/sentences.tsv"]),
];

/// Options of the language benchmark. Tables have tabs and a header.
#[derive(Debug, Args)]
pub struct LanguageOptions {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Folder with public sets by their usual names; a single option goes before its set.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Tables with `text` and `label`, to train on and to ask about.
    #[arg(long, num_args = 2, value_names = ["TRAIN", "TEST"])]
    topic: Vec<PathBuf>,
    /// Lines of JSON: questions with `text` and `answers` (ids), answers with `id` and `text`.
    #[arg(long, num_args = 2, value_names = ["QUESTIONS", "ANSWERS"])]
    faq: Vec<PathBuf>,
    /// A table with two questions and `1` if they mean the same: the first of a cluster is the
    /// answer, the others are asked.
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    /// A table with `text` and `label`: negative, neutral or positive.
    #[arg(long, value_name = "FILE")]
    sentiment: Option<PathBuf>,
    /// A table with `text` and `label`: 1 insults, 0 does not.
    #[arg(long, value_name = "FILE")]
    abuse: Option<PathBuf>,
    /// A table with `text` and `lang`, the code of its language.
    #[arg(long, value_name = "FILE")]
    language: Option<PathBuf>,
    /// Lines of JSON with `text` and `spans`: `entity_type`, `start_position`, `end_position`.
    #[arg(long, value_name = "FILE")]
    personal: Option<PathBuf>,
    /// A table with `text` and `promise` (1 or a kind, 0), and where known `due`, `now` and `zone`:
    /// instead of the sentences in the program.
    #[arg(long, value_name = "FILE")]
    promises: Option<PathBuf>,
    /// Folder of models, or of one model: use sentence vectors.
    #[arg(long, value_name = "DIR")]
    embeddings: Option<PathBuf>,
}

/// Measures.
pub fn run(options: &LanguageOptions) -> Result<Report> {
    let folder = scratch::folder(options.common.scratch.as_deref())?;
    let mut report = Report::new("language", machine::describe(folder.path())?, METHOD);
    let inputs = inputs(options)?;
    let encoder = options.embeddings.as_deref().map(open).transpose()?;
    let (name, encoder) = encoder.unzip();
    report.set("encoder", name)?;
    progress("measuring");
    let started = Instant::now();
    let figures = measure::all(&inputs, encoder.as_deref(), &|| started.elapsed())
        .context("the topics cannot be trained")?;
    for (key, figure) in figures {
        report.set(&key, figure)?;
    }
    Ok(report)
}

/// The first model that is in a folder, and its name.
fn open(folder: &Path) -> Result<(&'static str, Box<dyn Encoder>)> {
    progress("reading the model");
    for model in MODELS {
        let folders = [folder.join(model.id), folder.to_owned()];
        let has_it = |folder: &&PathBuf| folder.join(model.files[0].name).is_file();
        if let Some(folder) = folders.iter().find(has_it) {
            let read = |name: &str| fs::read(folder.join(name));
            let encoder = encoder::open(model, read);
            return Ok((
                model.id,
                encoder.with_context(|| folder.display().to_string())?,
            ));
        }
    }
    bail!(
        "{} holds no model that this program knows; `cargo xtask models` brings them to \
         target/models",
        folder.display()
    )
}

fn inputs(options: &LanguageOptions) -> Result<Inputs> {
    let mut inputs = measure::own();
    let mut found = 0;
    for (set, files) in SETS {
        let given = given(options, set);
        if !given.is_empty() {
            add(&mut inputs, set, &given)?;
        } else if let Some(folder) = &options.data {
            let paths: Vec<PathBuf> = files.iter().map(|file| folder.join(file)).collect();
            if paths.iter().all(|path| path.is_file()) {
                add(&mut inputs, set, &paths)?;
                found += 1;
            } else {
                progress(&format!("no {set}: {} is not there", paths[0].display()));
            }
        }
    }
    if let Some(folder) = options.data.as_ref().filter(|_| found == 0) {
        bail!("{} holds none of the known sets", folder.display());
    }
    // A look asks whether all works, not how fast it is.
    inputs.paced_passages = if options.common.quick {
        0
    } else {
        PACED_PASSAGES
    };
    if options.common.quick {
        shorten(&mut inputs);
    }
    Ok(inputs)
}

fn given(options: &LanguageOptions, set: &str) -> Vec<PathBuf> {
    let one = |path: &Option<PathBuf>| path.iter().cloned().collect();
    match set {
        "topic" => options.topic.clone(),
        "faq" => options.faq.clone(),
        "pairs" => one(&options.pairs),
        "sentiment" => one(&options.sentiment),
        "abuse" => one(&options.abuse),
        "language" => one(&options.language),
        "promises" => one(&options.promises),
        _ => one(&options.personal),
    }
}

/// Reads the files of a set.
fn add(inputs: &mut Inputs, set: &str, paths: &[PathBuf]) -> Result<()> {
    let first = &paths[0];
    let last = &paths[paths.len() - 1];
    let named = || first.display().to_string();
    match set {
        "topic" => inputs.topic = Some((rows(first, "label")?, rows(last, "label")?)),
        "faq" => {
            let read = measure::answered(&text(first)?, &text(last)?);
            let files = || format!("{} with {}", first.display(), last.display());
            inputs.faq = Some(read.with_context(files)?);
        }
        "pairs" => {
            inputs.pairs = Some(measure::paraphrases(&text(first)?).with_context(named)?);
        }
        "sentiment" => {
            let content = text(first)?;
            let read = measure::labelled_as(&content, "label", SENTIMENTS, is_sentiment);
            inputs.sentiment = read.with_context(named)?;
        }
        "abuse" => {
            let is_known = |label: &str| matches!(label, "0" | "1");
            let read = measure::labelled_as(&text(first)?, "label", "0 and 1", is_known);
            inputs.abuse = read.with_context(named)?;
        }
        "language" => inputs.language = rows(first, "lang")?,
        "promises" => {
            let read = measure::read_promise_sentences(&text(first)?);
            inputs.promises = read.with_context(named)?;
        }
        _ => inputs.personal = measure::marked(&text(first)?).with_context(named)?,
    }
    Ok(())
}

fn rows(path: &Path, label: &str) -> Result<Vec<Labelled>> {
    measure::labelled(&text(path)?, label).with_context(|| path.display().to_string())
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Some rows of each set, from all over it. Answers stay: a question wants to be told from all.
fn shorten(inputs: &mut Inputs) {
    if let Some((train, test)) = &mut inputs.topic {
        thin(train, 4 * QUICK_ROWS);
        thin(test, QUICK_ROWS);
    }
    for asked in [&mut inputs.faq, &mut inputs.pairs].into_iter().flatten() {
        thin(&mut asked.0, QUICK_ROWS);
    }
    thin(&mut inputs.sentiment, QUICK_ROWS);
    thin(&mut inputs.abuse, QUICK_ROWS);
    thin(&mut inputs.language, QUICK_ROWS);
    thin(&mut inputs.personal, QUICK_ROWS);
}

fn thin<T>(rows: &mut Vec<T>, most: usize) {
    let all = rows.len();
    let mut at = 0;
    rows.retain(|_| {
        at += 1;
        // Keeps the rows where the share that is kept passes a whole number.
        at * most / all.max(1) != (at - 1) * most / all.max(1) || all <= most
    });
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: LanguageOptions,
    }

    fn options(arguments: &[&str]) -> LanguageOptions {
        Line::parse_from([&["bench"], arguments].concat()).options
    }

    struct Files(tempfile::TempDir);

    impl Files {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn add(&self, name: &str, content: &str) -> String {
            let path = self.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, content).unwrap();
            path.display().to_string()
        }
    }

    #[test]
    fn all_keys_are_there() {
        let files = Files::new();
        let mut train = "text\tlabel\n".to_owned();
        for (text, label) in [
            ("where is my parcel", "parcel"),
            ("refund me", "refund"),
            ("cancel the order", "cancel"),
        ] {
            train.extend((0..6).map(|number| format!("{text} {number}\t{label}\n")));
        }
        let train = files.add("train.tsv", &train);
        let sentiment = files.add("sentiment.tsv", "label\ttext\n1\t很好\n0\t太差了\n");
        let language = files.add("language.tsv", "lang\ttext\nzh\t你好\nen\thello\n");
        let span = r#"{"entity_type":"PHONE_NUMBER","start_position":3,"end_position":14}"#;
        let row = format!(r#"{{"text":"电话:13812345678","spans":[{span}]}}"#);
        let personal = files.add("personal.jsonl", &row);
        let questions = files.add("q.jsonl", r#"{"text":"怎么退货","answers":["1"]}"#);
        let answers =
            "{\"id\":\"1\",\"text\":\"退货请在七天内申请\"}\n{\"id\":\"2\",\"text\":\"包邮\"}";
        let answers = files.add("a.jsonl", answers);
        let promises = "text\tpromise\tdue\tnow\nI'll call you tomorrow.\t1\t2026-03-03\t2026-03-02T10:00\n\
            Consider it done.\tother\t\t\n";
        let promises = files.add("promises.tsv", promises);
        let report = run(&options(&[
            "--promises",
            &promises,
            "--topic",
            &train,
            &train,
            "--faq",
            &questions,
            &answers,
            "--sentiment",
            &sentiment,
            "--language",
            &language,
            "--personal",
            &personal,
            "--quick",
        ]));
        let figures: serde_json::Value =
            serde_json::from_str(&report.unwrap().json().unwrap()).unwrap();
        for key in [
            "topic_accuracy",
            "topic_macro_f1",
            "topic_train_s",
            "topic_predict_us",
            "oos_auroc",
            "faq_recall_1",
            "faq_recall_3",
            "faq_mrr_10",
            "faq_p99_ms",
            "faq_bm25_words_mrr_10",
            "faq_bm25_grams_mrr_10",
            "sentiment_accuracy",
            "sentiment_macro_f1",
            "language_accuracy",
            "personal_f1",
            "promise_precision",
            "promise_recall",
            "promise_date_accuracy",
        ] {
            assert!(figures[key].is_number(), "{key}: {figures}");
        }
        assert_eq!(figures["faq_recall_1"], 1.0);
        assert_eq!(figures["personal_f1"], 1.0);
        assert_eq!(figures["promise_recall"], 0.5);
    }

    #[test]
    fn bad_files_are_named_with_the_line() {
        let files = Files::new();
        let told = |arguments: &[&str]| format!("{:#}", inputs(&options(arguments)).unwrap_err());
        let bad = files.add("bad.tsv", "text\tlabel\nfine\t1\nshort\n");
        let complaint = told(&["--sentiment", &bad]);
        assert!(
            complaint.contains("bad.tsv: line 3 has 1 columns"),
            "{complaint}"
        );
        let complaint = told(&["--sentiment", "nowhere.tsv"]);
        assert!(complaint.contains("cannot read nowhere.tsv"), "{complaint}");
        let empty = files.0.path().display().to_string();
        assert!(told(&["--data", &empty]).contains("none of the known sets"));
        let error = open(files.0.path()).err().unwrap();
        assert!(error.to_string().contains("holds no model"));
    }

    #[test]
    fn sets_of_a_folder_give_way_to_single_files() {
        let files = Files::new();
        files.add(
            "langid_lingua/sample.tsv",
            "lang\tkind\ttext\nzh\twords\t你好\n",
        );
        let folder = files.0.path().display().to_string();
        let found = inputs(&options(&["--data", &folder])).unwrap();
        assert_eq!(found.language.len(), 1);
        let other = files.add("other.tsv", "lang\ttext\nzh\t你好\nen\thi\n");
        files.add("zh_cold/dev.tsv", "label\ttext\n1\t滚\n");
        let found = inputs(&options(&["--data", &folder, "--language", &other])).unwrap();
        assert_eq!(found.language.len(), 2);
    }

    #[test]
    fn a_thinned_set_keeps_rows_from_all_over() {
        let mut rows: Vec<usize> = (0..1_000).collect();
        thin(&mut rows, 4);
        assert_eq!(rows, [249, 499, 749, 999]);
        let mut few = vec![1, 2];
        thin(&mut few, 4);
        assert_eq!(few, [1, 2]);
    }
}

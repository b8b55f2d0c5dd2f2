//! BERT on a small network against plain loops, and the published model where it is installed.

use std::{fs, path::PathBuf};

use super::*;

const WIDTH: usize = 64;
const HEADS: usize = 2;
const INNER: usize = 6;
const PIECES: usize = 9;
const PLACES: usize = 5;

/// Numbers that look like chance, small enough for plain loops.
fn number(seed: usize, at: usize) -> f32 {
    let mixed = (seed * 7_919 + at * 104_729 + 13) % 2_003;
    mixed as f32 / 4_004.0 - 0.25
}

/// Name and shape of everything in a small file.
fn shapes() -> Vec<(String, Vec<usize>)> {
    let mut shapes = vec![
        (
            "embeddings.word_embeddings.weight".to_owned(),
            vec![PIECES, WIDTH],
        ),
        (
            "embeddings.position_embeddings.weight".to_owned(),
            vec![PLACES, WIDTH],
        ),
        (
            "embeddings.token_type_embeddings.weight".to_owned(),
            vec![2, WIDTH],
        ),
        ("embeddings.LayerNorm.weight".to_owned(), vec![WIDTH]),
        ("embeddings.LayerNorm.bias".to_owned(), vec![WIDTH]),
    ];
    for (part, outputs, inputs) in [
        ("attention.self.query", WIDTH, WIDTH),
        ("attention.self.key", WIDTH, WIDTH),
        ("attention.self.value", WIDTH, WIDTH),
        ("attention.output.dense", WIDTH, WIDTH),
        ("intermediate.dense", INNER, WIDTH),
        ("output.dense", WIDTH, INNER),
    ] {
        let name = |what: &str| format!("encoder.layer.0.{part}.{what}");
        shapes.push((name("weight"), vec![outputs, inputs]));
        shapes.push((name("bias"), vec![outputs]));
    }
    for part in ["attention.output.LayerNorm", "output.LayerNorm"] {
        for what in ["weight", "bias"] {
            shapes.push((format!("encoder.layer.0.{part}.{what}"), vec![WIDTH]));
        }
    }
    shapes
}

fn values(seed: usize, shape: &[usize]) -> Vec<f32> {
    let entries = shape.iter().product();
    (0..entries).map(|at| number(seed, at)).collect()
}

/// A file of weights, without those that are to be missing.
fn file(missing: &str) -> Vec<u8> {
    let mut described = serde_json::Map::new();
    let mut numbers = Vec::new();
    for (seed, (name, shape)) in shapes().into_iter().enumerate() {
        let from = numbers.len();
        for value in values(seed, &shape) {
            numbers.extend(value.to_le_bytes());
        }
        if name != missing {
            let offsets = [from, numbers.len()];
            let entry =
                serde_json::json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets });
            described.insert(name, entry);
        }
    }
    let described = serde_json::to_vec(&described).unwrap();
    let length = (described.len() as u64).to_le_bytes();
    [&length[..], &described, &numbers].concat()
}

type Rows = Vec<Vec<f32>>;

fn plain(name: &str) -> Rows {
    let (seed, (_, shape)) = shapes()
        .into_iter()
        .enumerate()
        .find(|(_, (known, _))| known == name)
        .unwrap();
    let width = *shape.last().unwrap();
    values(seed, &shape)
        .chunks(width)
        .map(<[f32]>::to_vec)
        .collect()
}

fn dense(rows: &Rows, part: &str) -> Rows {
    let weights = plain(&format!("encoder.layer.0.{part}.weight"));
    let added = &plain(&format!("encoder.layer.0.{part}.bias"))[0];
    let output = |row: &[f32], at: usize| {
        let products = row.iter().zip(&weights[at]);
        products.map(|(a, b)| a * b).sum::<f32>() + added[at]
    };
    rows.iter()
        .map(|row| (0..added.len()).map(|at| output(row, at)).collect())
        .collect()
}

fn even(rows: &Rows, name: &str) -> Rows {
    let scale = &plain(&format!("{name}.weight"))[0];
    let added = &plain(&format!("{name}.bias"))[0];
    rows.iter()
        .map(|row| {
            let number = row.len() as f32;
            let mean = row.iter().sum::<f32>() / number;
            let variance = row.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / number;
            (0..row.len())
                .map(|at| (row[at] - mean) / variance.sqrt() * scale[at] + added[at])
                .collect()
        })
        .collect()
}

fn plus(one: &Rows, other: &Rows) -> Rows {
    let rows = one.iter().zip(other);
    rows.map(|(one, other)| one.iter().zip(other).map(|(a, b)| a + b).collect())
        .collect()
}

/// The error function by its series.
fn error_function(value: f32) -> f32 {
    if value.abs() > 4.0 {
        return value.signum();
    }
    let value = f64::from(value);
    let (mut term, mut sum) = (value, value);
    for n in 1..120 {
        let n = f64::from(n);
        term *= -value * value / n;
        sum += term / (2.0 * n + 1.0);
    }
    (sum * std::f64::consts::FRAC_2_SQRT_PI) as f32
}

fn plainly(pieces: &[u32]) -> Vec<f32> {
    let (words, places) = (
        plain("embeddings.word_embeddings.weight"),
        plain("embeddings.position_embeddings.weight"),
    );
    let kind = plain("embeddings.token_type_embeddings.weight");
    let rows: Rows = pieces
        .iter()
        .enumerate()
        .map(|(at, piece)| {
            (0..WIDTH)
                .map(|entry| words[*piece as usize][entry] + places[at][entry] + kind[0][entry])
                .collect()
        })
        .collect();
    let rows = even(&rows, "embeddings.LayerNorm");
    let [query, key, value] =
        ["query", "key", "value"].map(|part| dense(&rows, &format!("attention.self.{part}")));
    let head = WIDTH / HEADS;
    let mut attended = vec![vec![0.0; WIDTH]; rows.len()];
    for (at, attended) in attended.iter_mut().enumerate() {
        for from in (0..WIDTH).step_by(head) {
            let heeds = |other: usize| {
                let products =
                    (from..from + head).map(|entry| query[at][entry] * key[other][entry]);
                (products.sum::<f32>() / (head as f32).sqrt()).exp()
            };
            let all: f32 = (0..rows.len()).map(heeds).sum();
            for entry in from..from + head {
                attended[entry] = (0..rows.len())
                    .map(|other| heeds(other) / all * value[other][entry])
                    .sum();
            }
        }
    }
    let rows = plus(&dense(&attended, "attention.output.dense"), &rows);
    let rows = even(&rows, "encoder.layer.0.attention.output.LayerNorm");
    let mut inner = dense(&rows, "intermediate.dense");
    for value in inner.iter_mut().flatten() {
        *value *= 0.5 * (1.0 + error_function(*value / 2.0_f32.sqrt()));
    }
    let rows = plus(&dense(&inner, "output.dense"), &rows);
    let rows = even(&rows, "encoder.layer.0.output.LayerNorm");
    (0..WIDTH)
        .map(|entry| rows.iter().map(|row| row[entry]).sum())
        .collect()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    product(one, other) / (product(one, one) * product(other, other)).sqrt()
}

#[test]
fn a_small_network_gives_what_the_formulas_give() {
    let bytes = file("");
    let network = Network::new(&Tensors::read(&bytes).unwrap()).unwrap();
    assert_eq!(
        (network.width(), network.pieces(), network.places()),
        (WIDTH, PIECES, PLACES)
    );
    for pieces in [&[3][..], &[1, 8], &[0, 5, 5, 2, 7]] {
        let got = network.vector(pieces);
        let near = cosine(&got, &plainly(pieces));
        assert!(near > 0.999_99, "{pieces:?}: {near}");
        assert!((cosine(&got, &got) - 1.0).abs() < 1e-6);
    }
}

#[test]
fn files_that_do_not_fit_are_refused() {
    for (name, _) in shapes() {
        let bytes = file(&name);
        let network = Network::new(&Tensors::read(&bytes).unwrap());
        assert!(network.is_none(), "{name}");
    }
    assert!(Tensors::read(b"").is_none());
    assert!(Tensors::read(&[255; 16]).is_none());
    let error = BertEncoder::open(|_| Ok(b"something".to_vec())).unwrap_err();
    assert!(error.to_string().contains("install the model again"));
}

#[test]
fn words_are_cut_from_the_left() {
    let vocabulary = Vocabulary::read("[UNK]\n[CLS]\n[SEP]\nun\n##do\n##ne\nne\n!\n退\n").unwrap();
    assert_eq!(vocabulary.len(), 9);
    let cut = |text: &str| vocabulary.cut(text, 8);
    assert_eq!(cut("Undone!"), [1, 3, 4, 5, 7, 2]);
    assert_eq!(cut("ÚNDÓ\tne"), [1, 3, 4, 6, 2]);
    assert_eq!(cut("undox 退款"), [1, 0, 8, 0, 2]);
    assert_eq!(cut(""), [1, 2]);
    assert_eq!(vocabulary.cut("ne ne ne ne", 3), [1, 6, 2]);
    assert!(Vocabulary::read("no\nmarks").is_none());
}

/// Where the files of the model are, if they are installed.
fn folder() -> PathBuf {
    let models = std::env::var_os("ZHIYIN_MODELS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/models"),
        PathBuf::from,
    );
    models.join(MINILM.id)
}

const CUT: &str = include_str!("../../../data/similarity/minilm_pieces.tsv");

/// Similarities that the model's authors print beside it, in its documentation.
const PUBLISHED: [(&str, &str, f32); 6] = [
    ("That is a happy person", "That is a happy dog", 0.695),
    (
        "That is a happy person",
        "That is a very happy person",
        0.943,
    ),
    ("That is a happy person", "Today is a sunny day", 0.257),
    (
        "The weather is lovely today.",
        "It's so sunny outside!",
        0.666,
    ),
    (
        "The weather is lovely today.",
        "He drove to the stadium.",
        0.1046,
    ),
    ("It's so sunny outside!", "He drove to the stadium.", 0.1411),
];

#[test]
fn the_published_model_gives_published_answers() {
    let rows: Vec<(&str, &str)> = CUT
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect();
    assert!(rows.len() >= 20);
    let folder = folder();
    if !folder.exists() {
        // Weights are not in the repository; all the rest was tested above.
        return;
    }
    let encoder = BertEncoder::open(|name| fs::read(folder.join(name))).unwrap();
    assert_eq!(encoder.dimensions(), 384);
    for (text, pieces) in rows {
        let text = text.replace("\\n", "\n").replace("\\t", "\t");
        let wanted: Vec<u32> = pieces.split(' ').map(|id| id.parse().unwrap()).collect();
        let got = encoder.vocabulary.cut(&text, PIECES_MAX);
        assert_eq!(got[1..got.len() - 1], wanted, "{text}");
    }
    for (one, other, wanted) in PUBLISHED {
        let near = cosine(&encoder.encode(one), &encoder.encode(other));
        assert!((near - wanted).abs() < 1e-3, "{one} / {other}: {near}");
    }
    let long = encoder.encode(&"Where is my parcel? ".repeat(2_000));
    assert!((cosine(&long, &long) - 1.0).abs() < 1e-5);
}

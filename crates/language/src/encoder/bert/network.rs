//! The layers of BERT: attention and two dense layers, each with what went in added and made
//! even again.

use ndarray::{Array1, Array2, ArrayView2, Axis, s};

use super::tensors::Tensors;

/// Entries of a head of attention: that of every BERT of this family.
const HEAD: usize = 32;
/// Keeps the root of a vanishing variance from zero.
const EPSILON: f32 = 1e-12;

/// A matrix and what is added to its results.
#[derive(Debug, Clone)]
struct Dense {
    /// One row an output.
    weights: Array2<f32>,
    added: Array1<f32>,
}

impl Dense {
    fn read(tensors: &Tensors<'_>, name: &str, inputs: usize) -> Option<Self> {
        let weights = tensors.matrix(&format!("{name}.weight"))?;
        let (outputs, width) = weights.dim();
        let added = tensors.vector(&format!("{name}.bias"), outputs)?;
        (width == inputs).then_some(Self { weights, added })
    }

    fn apply(&self, rows: &Array2<f32>) -> Array2<f32> {
        rows.dot(&self.weights.t()) + &self.added
    }
}

/// Makes rows even: mean 0 and variance 1, then scaled and moved (Ba et al., 2016).
#[derive(Debug, Clone)]
struct Even {
    scale: Array1<f32>,
    added: Array1<f32>,
}

impl Even {
    fn read(tensors: &Tensors<'_>, name: &str, width: usize) -> Option<Self> {
        Some(Self {
            scale: tensors.vector(&format!("{name}.weight"), width)?,
            added: tensors.vector(&format!("{name}.bias"), width)?,
        })
    }

    fn apply(&self, rows: &mut Array2<f32>) {
        for mut row in rows.rows_mut() {
            let share = (row.len() as f32).recip();
            let mean = row.sum() * share;
            row -= mean;
            let variance = row.dot(&row) * share;
            row *= (variance + EPSILON).sqrt().recip();
            row *= &self.scale;
            row += &self.added;
        }
    }
}

#[derive(Debug, Clone)]
struct Layer {
    query: Dense,
    key: Dense,
    value: Dense,
    joined: Dense,
    even: Even,
    inner: Dense,
    outer: Dense,
    even_again: Even,
}

impl Layer {
    fn read(tensors: &Tensors<'_>, at: usize, width: usize) -> Option<Self> {
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        let dense = |part: &str| Dense::read(tensors, &name(part), width);
        let inner = dense("intermediate.dense")?;
        let outer = Dense::read(tensors, &name("output.dense"), inner.added.len())?;
        let layer = Self {
            query: dense("attention.self.query")?,
            key: dense("attention.self.key")?,
            value: dense("attention.self.value")?,
            joined: dense("attention.output.dense")?,
            even: Even::read(tensors, &name("attention.output.LayerNorm"), width)?,
            inner,
            outer,
            even_again: Even::read(tensors, &name("output.LayerNorm"), width)?,
        };
        let fits = [
            &layer.query,
            &layer.key,
            &layer.value,
            &layer.joined,
            &layer.outer,
        ]
        .iter()
        .all(|dense| dense.added.len() == width);
        fits.then_some(layer)
    }

    fn apply(&self, rows: &Array2<f32>) -> Array2<f32> {
        let attended = self.attend(rows);
        let mut rows = self.joined.apply(&attended) + rows;
        self.even.apply(&mut rows);
        let inner = self.inner.apply(&rows).mapv_into(gelu);
        let mut rows = self.outer.apply(&inner) + &rows;
        self.even_again.apply(&mut rows);
        rows
    }

    /// What each piece takes from the others, head by head (Vaswani et al., 2017).
    fn attend(&self, rows: &Array2<f32>) -> Array2<f32> {
        let [query, key, value] =
            [&self.query, &self.key, &self.value].map(|dense| dense.apply(rows));
        let mut attended = Array2::zeros(rows.raw_dim());
        for from in (0..rows.ncols()).step_by(HEAD) {
            let head = s![.., from..from + HEAD];
            let shares = shares(&query.slice(head), &key.slice(head));
            attended
                .slice_mut(head)
                .assign(&shares.dot(&value.slice(head)));
        }
        attended
    }
}

/// How much each piece heeds each other; rows sum to 1.
fn shares(query: &ArrayView2<'_, f32>, key: &ArrayView2<'_, f32>) -> Array2<f32> {
    let mut shares = query.dot(&key.t()) * (HEAD as f32).sqrt().recip();
    for mut row in shares.rows_mut() {
        let largest = row.fold(f32::NEG_INFINITY, |most, value| most.max(*value));
        row.mapv_inplace(|value| (value - largest).exp());
        let sum = row.sum();
        row /= sum;
    }
    shares
}

/// Gaussian error linear unit (Hendrycks and Gimpel, 2016).
fn gelu(value: f32) -> f32 {
    0.5 * value * (1.0 + erf(value * std::f32::consts::FRAC_1_SQRT_2))
}

/// The error function, by formula 7.1.26 of Abramowitz and Stegun: right to 1.5e-7.
fn erf(value: f32) -> f32 {
    const FACTORS: [f32; 5] = [
        0.254_829_6,
        -0.284_496_74,
        1.421_413_7,
        -1.453_152,
        1.061_405_4,
    ];
    let share = (1.0 + 0.327_591_1 * value.abs()).recip();
    let sum = FACTORS
        .iter()
        .rev()
        .fold(0.0, |sum, factor| (sum + factor) * share);
    (1.0 - sum * (-value * value).exp()).copysign(value)
}

/// Weights of all layers.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pieces: Array2<f32>,
    places: Array2<f32>,
    even: Even,
    layers: Vec<Layer>,
}

impl Network {
    /// None where shapes do not fit.
    pub(super) fn new(tensors: &Tensors<'_>) -> Option<Self> {
        let embeddings = |part: &str| tensors.matrix(&format!("embeddings.{part}"));
        let pieces = embeddings("word_embeddings.weight")?;
        let width = pieces.ncols();
        let mut places = embeddings("position_embeddings.weight")?;
        let kinds = embeddings("token_type_embeddings.weight")?;
        let fits = width > 0 && width.is_multiple_of(HEAD) && kinds.nrows() > 0;
        if !fits || places.ncols() != width || kinds.ncols() != width {
            return None;
        }
        // A text is always of the first kind.
        places += &kinds.row(0);
        let layers: Vec<Layer> = (0..)
            .map_while(|at| Layer::read(tensors, at, width))
            .collect();
        (!layers.is_empty()).then_some(Self {
            even: Even::read(tensors, "embeddings.LayerNorm", width)?,
            pieces,
            places,
            layers,
        })
    }

    /// Entries of a vector.
    pub(super) fn width(&self) -> usize {
        self.pieces.ncols()
    }

    /// Pieces it knows.
    pub(super) fn pieces(&self) -> usize {
        self.pieces.nrows()
    }

    /// Longest text, in pieces.
    pub(super) fn places(&self) -> usize {
        self.places.nrows()
    }

    /// The vector of a text of length 1.
    pub(super) fn vector(&self, pieces: &[u32]) -> Vec<f32> {
        let known = pieces.iter().map(|piece| *piece as usize);
        let known: Vec<usize> = known.filter(|piece| *piece < self.pieces()).collect();
        let mut rows = self.pieces.select(Axis(0), &known);
        rows += &self.places.slice(s![..known.len(), ..]);
        self.even.apply(&mut rows);
        for layer in &self.layers {
            rows = layer.apply(&rows);
        }
        let sum = rows.sum_axis(Axis(0));
        let length = sum.dot(&sum).sqrt().max(f32::MIN_POSITIVE);
        (sum / length).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_is_right() {
        for (value, wanted) in [
            (0.0, 0.0),
            (0.5, 0.520_499_9),
            (1.0, 0.842_700_8),
            (2.0, 0.995_322_3),
        ] {
            assert!((erf(value) - wanted).abs() < 5e-7, "{value}");
            assert!((erf(-value) + wanted).abs() < 5e-7, "-{value}");
        }
    }
}

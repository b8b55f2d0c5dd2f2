//! One linear separator per class, all trained at once.
//!
//! Dual coordinate descent for the L2-regularised squared hinge loss (Hsieh et al., 2008):
//! no step size to choose, the same result for the same data. The weights of one feature for
//! all classes lie side by side, so a step of all separators is one pass over few rows.

use super::space::Vector;
use crate::codec::{ModelError, Reader, Writer};

/// Classes in a row are padded to this many, for whole vector registers.
pub(crate) const LANES: usize = 8;

/// What to train with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Price of a wrong margin against large weights.
    pub cost: f32,
    /// How much more a class's own texts count than those of others.
    pub own_cost: f32,
    /// Passes over the data at most.
    pub passes: u32,
    /// Largest violation at which it is done.
    pub tolerance: f32,
}

/// Weights by feature, a padded row of classes each.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    pub rows: Vec<f32>,
    pub width: usize,
}

/// What is right for a training text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target<'a> {
    /// This class and no other.
    One(usize),
    /// Class by class: 1 yes, -1 no, 0 not known.
    Each(&'a [i8]),
}

/// A training text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample<'a> {
    pub vector: &'a Vector,
    pub target: Target<'a>,
    pub weight: f32,
    /// Margins that another model gives already; empty for none.
    pub offsets: &'a [f32],
}

impl Weights {
    pub(crate) fn new(features: usize, classes: usize) -> Self {
        let width = classes.next_multiple_of(LANES);
        Self {
            rows: vec![0.0; features * width],
            width,
        }
    }

    /// Number of features.
    pub(crate) fn features(&self) -> usize {
        self.rows.len() / self.width
    }

    /// Rows as bytes with a scale each: a quarter of the size, margins change by less than
    /// one in a hundred.
    pub(crate) fn write(&self, classes: usize, writer: &mut Writer) {
        let mut scales = Vec::new();
        let mut bytes = Vec::with_capacity(self.rows.len());
        for row in self.rows.chunks(self.width) {
            let largest = row
                .iter()
                .fold(0.0_f32, |largest, value| largest.max(value.abs()));
            let scale = largest / 127.0;
            scales.push(scale);
            let inverse = if scale > 0.0 { scale.recip() } else { 0.0 };
            bytes.extend(
                row[..classes]
                    .iter()
                    .map(|value| (value * inverse).round() as i8),
            );
        }
        writer.size(classes);
        writer.f32s(&scales);
        writer.i8s(&bytes);
    }

    /// The weights and the number of classes.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<(Self, usize), ModelError> {
        let classes = reader.size()?;
        let scales = reader.f32s()?;
        let bytes = reader.i8s()?;
        if classes == 0 || bytes.len() != scales.len().saturating_mul(classes) {
            return Err(reader.damaged());
        }
        let mut weights = Self::new(scales.len(), classes);
        let rows = weights.rows.chunks_mut(weights.width);
        for ((row, bytes), scale) in rows.zip(bytes.chunks(classes)).zip(scales) {
            for (weight, byte) in row.iter_mut().zip(bytes) {
                *weight = f32::from(*byte) * scale;
            }
        }
        Ok((weights, classes))
    }

    fn row(&self, feature: u32) -> &[f32] {
        let start = feature as usize * self.width;
        &self.rows[start..start + self.width]
    }

    /// Adds the margins of a vector to `margins`, which has the width of a row.
    pub(crate) fn margins(&self, vector: &[(u32, f32)], margins: &mut [f32]) {
        for (feature, value) in vector {
            for (margin, weight) in margins.iter_mut().zip(self.row(*feature)) {
                *margin += value * weight;
            }
        }
    }
}

/// Trains separators for `classes` classes over `features` features.
pub(crate) fn train(
    samples: &[Sample<'_>],
    features: usize,
    classes: usize,
    settings: Settings,
) -> Weights {
    let mut weights = Weights::new(features, classes);
    let width = weights.width;
    let mut duals = vec![0.0_f32; samples.len() * width];
    let norms: Vec<f32> = samples
        .iter()
        .map(|sample| sample.vector.entries.iter().map(|(_, v)| v * v).sum())
        .collect();
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut shuffle = Shuffle(0x5eed);
    let mut margins = vec![0.0_f32; width];
    for _ in 0..settings.passes {
        shuffle.shuffle(&mut order);
        let mut worst = 0.0_f32;
        for at in &order {
            let sample = &samples[*at];
            margins.fill(0.0);
            margins[..sample.offsets.len()].copy_from_slice(sample.offsets);
            weights.margins(&sample.vector.entries, &mut margins);
            let duals = &mut duals[at * width..(at + 1) * width];
            let violation = step(&mut margins, duals, sample, norms[*at], settings);
            worst = worst.max(violation);
            if violation > 0.0 {
                for (feature, value) in &sample.vector.entries {
                    let start = *feature as usize * width;
                    let row = &mut weights.rows[start..start + width];
                    for (weight, change) in row.iter_mut().zip(&margins) {
                        *weight += value * change;
                    }
                }
            }
        }
        if worst < settings.tolerance {
            break;
        }
    }
    weights
}

/// The step of all separators for one text. Takes margins, leaves changes of the weights;
/// gives the largest violation of the optimum.
fn step(
    margins: &mut [f32],
    duals: &mut [f32],
    sample: &Sample<'_>,
    norm: f32,
    settings: Settings,
) -> f32 {
    let others = 0.5 / (settings.cost * sample.weight);
    let own = others / settings.own_cost;
    match sample.target {
        Target::One(class) => {
            let before = (margins[class], duals[class]);
            let mut worst = 0.0_f32;
            for (margin, dual) in margins.iter_mut().zip(duals.iter_mut()) {
                let change = ascend(-*margin, dual, norm, others);
                worst = worst.max(change.abs());
                *margin = -change;
            }
            duals[class] = before.1;
            margins[class] = ascend(before.0, &mut duals[class], norm, own);
            worst.max(margins[class].abs())
        }
        Target::Each(signs) => {
            let mut worst = 0.0_f32;
            for (at, (margin, dual)) in margins.iter_mut().zip(duals.iter_mut()).enumerate() {
                *margin = match signs.get(at) {
                    Some(1) => ascend(*margin, dual, norm, own),
                    Some(-1) => -ascend(-*margin, dual, norm, others),
                    _ => 0.0,
                };
                worst = worst.max(margin.abs());
            }
            worst
        }
    }
}

/// Moves one dual variable to its best value; gives the change.
#[inline]
fn ascend(margin: f32, dual: &mut f32, norm: f32, slack: f32) -> f32 {
    let gradient = margin - 1.0 + *dual * slack;
    let next = (*dual - gradient / (norm + slack)).max(0.0);
    let change = next - *dual;
    *dual = next;
    change
}

/// A small generator (xorshift) for the order of texts; the same every time.
struct Shuffle(u64);

impl Shuffle {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for at in (1..order.len()).rev() {
            let other = (self.next() % (at as u64 + 1)) as usize;
            order.swap(at, other);
        }
    }
}

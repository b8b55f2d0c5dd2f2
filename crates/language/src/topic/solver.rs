//! One linear separator per topic, all trained at once.
//!
//! Dual coordinate descent for the L2-regularised squared hinge loss (Hsieh et al., 2008):
//! no step size to choose, the same result for the same data. The weights of one feature for
//! all topics lie side by side, so a step of all separators is one pass over few rows.

use super::space::Vector;

/// Topics in a row are padded to this many, for whole vector registers.
pub(crate) const LANES: usize = 8;

/// What to train with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Price of a wrong margin against large weights.
    pub cost: f32,
    /// How much more a topic's own texts count than those of others.
    pub own_cost: f32,
    /// Passes over the data at most.
    pub passes: u32,
    /// Largest violation at which it is done.
    pub tolerance: f32,
}

/// Weights by feature, a padded row of topics each.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    pub rows: Vec<f32>,
    pub width: usize,
}

/// A training text.
pub(crate) struct Sample<'a> {
    pub vector: &'a Vector,
    pub topic: usize,
    pub weight: f32,
}

impl Weights {
    pub(crate) fn new(features: usize, topics: usize) -> Self {
        let width = topics.next_multiple_of(LANES);
        Self { rows: vec![0.0; features * width], width }
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

/// Trains separators for `topics` over `features` features.
pub(crate) fn train(samples: &[Sample<'_>], features: usize, topics: usize, settings: Settings) -> Weights {
    let mut weights = Weights::new(features, topics);
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
fn step(margins: &mut [f32], duals: &mut [f32], sample: &Sample<'_>, norm: f32, settings: Settings) -> f32 {
    let others = 0.5 / (settings.cost * sample.weight);
    let mut worst = 0.0_f32;
    let own = (margins[sample.topic], duals[sample.topic]);
    for (margin, dual) in margins.iter_mut().zip(duals.iter_mut()) {
        let gradient = -*margin - 1.0 + *dual * others;
        let next = (*dual - gradient / (norm + others)).max(0.0);
        let change = next - *dual;
        worst = worst.max(change.abs());
        *dual = next;
        *margin = -change;
    }
    let (margin, dual) = own;
    let slack = others / settings.own_cost;
    let gradient = margin - 1.0 + dual * slack;
    let next = (dual - gradient / (norm + slack)).max(0.0);
    duals[sample.topic] = next;
    margins[sample.topic] = next - dual;
    worst.max((next - dual).abs())
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

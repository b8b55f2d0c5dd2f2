//! Sentence vectors of passages, one byte an entry.

/// Passages that weigh as much as the assumption that vectors have no direction in common.
const UNCOMMON: f32 = 20.0;

/// Vectors of the same length side by side, without the direction they all have in common,
/// which says what a workspace is about but not what a question is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Vectors {
    bytes: Vec<i8>,
    scales: Vec<f32>,
    /// The direction in common.
    usual: Vec<f32>,
}

impl Vectors {
    /// Vectors by passage; none, or one of another length than the first, is near nothing.
    pub(super) fn new(passages: &[Option<&[f32]>]) -> Self {
        let width = passages.iter().find_map(|vector| vector.map(<[f32]>::len));
        let Some(width) = width.filter(|width| *width > 0) else {
            return Self::default();
        };
        let fitting: Vec<&[f32]> = passages
            .iter()
            .flatten()
            .copied()
            .filter(|vector| vector.len() == width)
            .collect();
        let mut usual = vec![0.0; width];
        for vector in &fitting {
            for (sum, value) in usual.iter_mut().zip(*vector) {
                *sum += value;
            }
        }
        let number = fitting.len() as f32;
        let share = (number + UNCOMMON).recip();
        for sum in &mut usual {
            *sum *= share;
        }
        let mut vectors = Self {
            bytes: Vec::with_capacity(passages.len() * width),
            scales: Vec::with_capacity(passages.len()),
            usual,
        };
        for vector in passages {
            let own = vector.filter(|vector| vector.len() == width);
            let (bytes, scale) = own.map_or((vec![0; width], 0.0), |own| vectors.rounded(own));
            vectors.bytes.extend(bytes);
            vectors.scales.push(scale);
        }
        vectors
    }

    /// Adds `weight` times the similarity of each vector to `wanted`.
    pub(super) fn score(&self, wanted: &[f32], weight: f32, scores: &mut [f32]) {
        let width = self.usual.len();
        if wanted.len() != width || width == 0 {
            return;
        }
        let (wanted, scale) = self.rounded(wanted);
        let rows = self.bytes.chunks_exact(width).zip(&self.scales);
        for (score, (row, row_scale)) in scores.iter_mut().zip(rows) {
            let product: i32 = row
                .iter()
                .zip(&wanted)
                .map(|(a, b)| i32::from(*a) * i32::from(*b))
                .sum();
            *score += weight * scale * row_scale * product as f32;
        }
    }

    /// A vector without the direction in common, of length 1, in bytes with their scale.
    fn rounded(&self, vector: &[f32]) -> (Vec<i8>, f32) {
        let own: Vec<f32> = vector.iter().zip(&self.usual).map(|(v, u)| v - u).collect();
        let length = own.iter().map(|value| value * value).sum::<f32>().sqrt();
        let largest = own
            .iter()
            .fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs()));
        let steps = own
            .iter()
            .map(|value| (value / largest * 127.0).round() as i8);
        (
            steps.collect(),
            largest / 127.0 / length.max(f32::MIN_POSITIVE),
        )
    }
}

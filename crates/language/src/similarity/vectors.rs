//! Sentence vectors of passages, one byte an entry.

/// Vectors of the same length side by side.
#[derive(Debug, Clone, Default)]
pub(super) struct Vectors {
    bytes: Vec<i8>,
    scales: Vec<f32>,
    width: usize,
}

impl Vectors {
    pub(super) fn new(width: usize) -> Self {
        Self {
            bytes: Vec::new(),
            scales: Vec::new(),
            width,
        }
    }

    /// Adds a vector; one of another length counts as nothing.
    pub(super) fn push(&mut self, vector: &[f32]) {
        let fits = vector.len() == self.width;
        let (bytes, scale) = quantised(if fits { vector } else { &[] });
        self.bytes.extend(bytes);
        self.bytes
            .resize(self.scales.len() * self.width + self.width, 0);
        self.scales.push(scale);
    }

    /// Adds `weight` times the similarity of each vector to `wanted`.
    pub(super) fn score(&self, wanted: &[f32], weight: f32, scores: &mut [f32]) {
        if wanted.len() != self.width || self.width == 0 {
            return;
        }
        let (wanted, scale) = quantised(wanted);
        let rows = self.bytes.chunks_exact(self.width).zip(&self.scales);
        for (score, (row, row_scale)) in scores.iter_mut().zip(rows) {
            let product: i32 = row
                .iter()
                .zip(&wanted)
                .map(|(a, b)| i32::from(*a) * i32::from(*b))
                .sum();
            *score += weight * scale * row_scale * product as f32;
        }
    }
}

fn quantised(vector: &[f32]) -> (Vec<i8>, f32) {
    let largest = vector
        .iter()
        .fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let scale = largest.max(f32::MIN_POSITIVE) / 127.0;
    (
        vector
            .iter()
            .map(|value| (value / scale).round() as i8)
            .collect(),
        scale,
    )
}

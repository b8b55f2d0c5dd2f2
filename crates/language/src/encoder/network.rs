//! From pieces to a vector: an average of embeddings and of what three convolutions of two,
//! three and five pieces make of them, and dense layers on top.

use super::{
    arrays::Arrays,
    layer::{Layer, Rounded},
};

/// Pieces a convolution sees, and how many of them stand before the one in the middle.
const ORDERS: [(usize, usize); 3] = [(2, 0), (3, 1), (5, 2)];
/// Stand around the pieces of every text.
const BEGIN: u32 = 1;
const END: u32 = 2;

/// Scale and shift that follow bringing rows to mean 0 and variance 1.
#[derive(Debug, Clone)]
struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
    /// Keeps the divisor from being 0.
    smallest: f32,
}

impl Norm {
    fn apply(&self, rows: &mut [f32]) {
        for row in rows.chunks_exact_mut(self.scale.len()) {
            let number = row.len() as f32;
            let mean = row.iter().sum::<f32>() / number;
            let square = |value: &f32| (value - mean) * (value - mean);
            let variance = row.iter().map(square).sum::<f32>() / number;
            let factor = (variance + self.smallest).sqrt().recip();
            for ((value, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
                *value = (*value - mean) * factor * scale + shift;
            }
        }
    }
}

/// Embeddings of pieces, one byte an entry, in tables by the rest of the piece's place.
#[derive(Debug, Clone)]
struct Embeddings {
    tables: Vec<Vec<u8>>,
    /// By table: value of a step, and of zero.
    scales: Vec<(f32, f32)>,
    width: usize,
}

impl Embeddings {
    fn row(&self, piece: u32) -> (&[u8], (f32, f32)) {
        let number = self.tables.len();
        let (table, at) = (piece as usize % number, piece as usize / number);
        let row = self.tables[table].get(at * self.width..(at + 1) * self.width);
        (row.unwrap_or(&[]), self.scales[table])
    }
}

#[derive(Debug, Clone)]
struct Convolution {
    project: Layer,
    /// By result of `project`: the sum of its weights, which the zero of the embeddings is
    /// multiplied with, and what is added.
    constants: Vec<(f32, f32)>,
    first: Layer,
    second: Layer,
    order: usize,
    before: usize,
}

/// The layers of the model.
#[derive(Debug, Clone)]
pub(super) struct Network {
    embeddings: Embeddings,
    convolutions: Vec<Convolution>,
    norm_projected: Norm,
    norm_all: Norm,
    average: Layer,
    /// By name in the file: the dense layers.
    dense: [Layer; 6],
    smallest: f32,
}

impl Network {
    /// From the arrays of the package; none where one is missing or of another shape.
    pub(super) fn new(arrays: &mut Arrays) -> Option<Self> {
        let smallest = arrays.floats("eps")?.first().copied()?;
        let embeddings = embeddings(arrays)?;
        let arrays = &*arrays;
        let layer = |name: &str, added: &str| {
            let (matrix, width) = arrays.matrix(name)?;
            let added = if added.is_empty() {
                &[]
            } else {
                arrays.floats(added)?
            };
            Layer::new(matrix, width, added)
        };
        let (mut scale, mut shift) = (Vec::new(), Vec::new());
        let mut convolutions = Vec::new();
        for (order, before) in ORDERS {
            scale.extend_from_slice(arrays.floats(&format!("ln_g{order}"))?);
            shift.extend_from_slice(arrays.floats(&format!("ln_b{order}"))?);
            let project = layer(&format!("proj{order}"), "")?;
            let added = arrays.floats(&format!("proj_b{order}"))?;
            convolutions.push(Convolution {
                constants: project
                    .sums()
                    .into_iter()
                    .zip(added.iter().copied())
                    .collect(),
                project,
                first: layer(&format!("w1_{order}"), &format!("b1_{order}"))?,
                second: layer(&format!("w2_{order}"), &format!("b2_{order}"))?,
                order,
                before,
            });
        }
        let dense = |name| layer(name, "");
        let network = Self {
            embeddings,
            convolutions,
            norm_projected: Norm {
                scale,
                shift,
                smallest,
            },
            norm_all: Norm {
                scale: arrays.floats("ln_g")?.to_vec(),
                shift: arrays.floats("ln_b")?.to_vec(),
                smallest,
            },
            average: layer("cnn_W", "cnn_b")?,
            dense: [
                dense("d0")?,
                dense("d1")?,
                dense("d2")?,
                dense("d3")?,
                dense("p1")?,
                dense("p3")?,
            ],
            smallest,
        };
        network.fits().then_some(network)
    }

    /// Whether what one layer gives is what the next takes.
    fn fits(&self) -> bool {
        let width = self.embeddings.width;
        let inner: usize = self.convolutions.iter().map(|c| c.project.outputs).sum();
        let convolutions = self.convolutions.iter().all(|convolution| {
            let own = convolution.project.outputs;
            let is_square =
                |layer: &Layer| layer.width == convolution.order * own && layer.outputs == own;
            convolution.project.width == width
                && convolution.constants.len() == own
                && is_square(&convolution.first)
                && is_square(&convolution.second)
        });
        let norm = |norm: &Norm, width| norm.scale.len() == width && norm.shift.len() == width;
        let [d0, d1, d2, d3, p1, p3] = &self.dense;
        let follows = |layer: &Layer, before: &Layer| layer.width == before.outputs;
        convolutions
            && norm(&self.norm_projected, inner)
            && norm(&self.norm_all, width + inner)
            && self.average.width == width + inner
            && follows(d0, &self.average)
            && follows(p1, &self.average)
            && follows(d1, d0)
            && d1.outputs == p1.outputs
            && follows(d2, p1)
            && follows(p3, p1)
            && follows(d3, d2)
            && d3.outputs == p3.outputs
    }

    /// Entries of a vector.
    pub(super) const fn outputs(&self) -> usize {
        self.dense[3].outputs
    }

    /// Pieces it has embeddings of.
    pub(super) fn pieces(&self) -> usize {
        let bytes: usize = self.embeddings.tables.iter().map(Vec::len).sum();
        bytes / self.embeddings.width
    }

    /// The vector of a text by its pieces.
    pub(super) fn vector(&self, pieces: &[u32]) -> Vec<f32> {
        let pieces: Vec<u32> = [BEGIN]
            .into_iter()
            .chain(pieces.iter().copied())
            .chain([END])
            .collect();
        let features = self.features(&pieces);
        let width = self.average.width;
        let mut sum = vec![0.0; width];
        for row in features.chunks_exact(width) {
            for (sum, value) in sum.iter_mut().zip(row) {
                *sum += value;
            }
        }
        // The layer is linear: the rows are added up before it, what it adds counts for each,
        // and the root of their number divides.
        let number = pieces.len() as f32;
        for value in &mut sum {
            *value /= number;
        }
        let mut average = apply(&self.average, &sum);
        for value in &mut average {
            *value *= number.sqrt();
        }
        self.top(&average)
    }

    /// A row a piece: its embedding and the results of the convolutions.
    fn features(&self, pieces: &[u32]) -> Vec<f32> {
        let number = pieces.len();
        let width = self.embeddings.width;
        let mut steps = Rounded {
            values: Vec::with_capacity(number * width),
            scale: 1.0,
        };
        let mut scales = Vec::with_capacity(number);
        for piece in pieces {
            let (row, scale) = self.embeddings.row(*piece);
            steps.values.extend(row.iter().map(|step| i16::from(*step)));
            steps.values.resize((scales.len() + 1) * width, 0);
            scales.push(scale);
        }
        let inner = self.norm_projected.scale.len();
        let mut projected = vec![0.0; number * inner];
        let mut from = 0;
        for convolution in &self.convolutions {
            let layer = &convolution.project;
            let results = layer.apply(&steps, width, number);
            for (at, row) in results.chunks_exact(layer.outputs).enumerate() {
                let (scale, zero) = scales[at];
                let to = &mut projected[at * inner + from..][..layer.outputs];
                for ((to, result), (sum, added)) in
                    to.iter_mut().zip(row).zip(&convolution.constants)
                {
                    *to = result * scale + sum * zero + added;
                }
            }
            from += layer.outputs;
        }
        self.norm_projected.apply(&mut projected);
        let all = width + inner;
        let mut features = vec![0.0; number * all];
        for (at, row) in features.chunks_exact_mut(all).enumerate() {
            let (scale, zero) = scales[at];
            for (value, step) in row.iter_mut().zip(&steps.values[at * width..][..width]) {
                *value = f32::from(*step) * scale + zero;
            }
        }
        let mut from = 0;
        for convolution in &self.convolutions {
            let own = convolution.project.outputs;
            let rows: Vec<f32> = projected
                .chunks_exact(inner)
                .flat_map(|row| &row[from..from + own])
                .copied()
                .collect();
            let once = convolution.step(&convolution.first, &rows);
            let twice = convolution.step(&convolution.second, &once);
            for (row, result) in features.chunks_exact_mut(all).zip(twice.chunks_exact(own)) {
                row[width + from..][..own].copy_from_slice(result);
            }
            from += own;
        }
        self.norm_all.apply(&mut features);
        features
    }

    /// The dense layers: two blocks, each added to a projection of what it was given.
    fn top(&self, average: &[f32]) -> Vec<f32> {
        let [d0, d1, d2, d3, p1, p3] = &self.dense;
        let first = positive(apply(d0, average));
        let middle = positive(add(apply(p1, average), &apply(d1, &first)));
        let second = positive(apply(d2, &middle));
        let mut vector = add(apply(p3, &middle), &apply(d3, &second));
        for value in &mut vector {
            *value = value.tanh();
        }
        let square: f32 = vector.iter().map(|value| value * value).sum();
        let length = square.max(self.smallest).sqrt();
        for value in &mut vector {
            *value /= length;
        }
        vector
    }
}

impl Convolution {
    /// One convolution, positive, added to what it was given.
    fn step(&self, layer: &Layer, rows: &[f32]) -> Vec<f32> {
        let own = layer.outputs;
        let after = self.order - 1 - self.before;
        let rounded = Rounded::new(rows, self.before * own, after * own);
        let results = layer.apply(&rounded, own, rows.len() / own);
        add(positive(results), rows)
    }
}

fn apply(layer: &Layer, row: &[f32]) -> Vec<f32> {
    layer.apply(&Rounded::new(row, 0, 0), row.len(), 1)
}

fn positive(mut values: Vec<f32>) -> Vec<f32> {
    for value in &mut values {
        *value = value.max(0.0);
    }
    values
}

fn add(mut values: Vec<f32>, others: &[f32]) -> Vec<f32> {
    for (value, other) in values.iter_mut().zip(others) {
        *value += other;
    }
    values
}

fn embeddings(arrays: &mut Arrays) -> Option<Embeddings> {
    let (steps, zeros) = (arrays.floats("scale")?, arrays.floats("lo")?);
    if steps.is_empty() || steps.len() != zeros.len() {
        return None;
    }
    let scales: Vec<(f32, f32)> = steps.iter().copied().zip(zeros.iter().copied()).collect();
    let mut tables = Vec::new();
    let mut width = 0;
    for number in 1..=scales.len() {
        let (table, own) = arrays.take_bytes(&format!("q{number}"))?;
        if number > 1 && own != width {
            return None;
        }
        width = own;
        tables.push(table);
    }
    (width > 0).then_some(Embeddings {
        tables,
        scales,
        width,
    })
}

//! Matrices of whole numbers: the weights of the model are multiples of one number per
//! matrix, at most 127 of them, so that products are exact and take a quarter of the time
//! that floating point takes.

use pulp::{Arch, NullaryFnOnce};

/// Largest multiple a weight is.
const WEIGHT_MAX: f32 = 127.0;
/// Largest multiple an input is rounded to: with 127 and the longest row of the model
/// (1,280) the sums stay below 2³¹.
const INPUT_MAX: f32 = 8191.0;
/// Longest row.
pub(super) const WIDTH_MAX: usize = 1_280;
/// Rows of input, and of weights, that are multiplied with one another at a time: as many as
/// the sums of fit into registers.
const ROWS: usize = 4;
const COLUMNS: usize = 2;

/// Rows of whole numbers with the number they are multiples of.
#[derive(Debug, Clone, Default)]
pub(super) struct Rounded {
    pub values: Vec<i16>,
    pub scale: f32,
}

impl Rounded {
    /// Rounds values, with `before` and `after` zeros around them.
    pub(super) fn new(values: &[f32], before: usize, after: usize) -> Self {
        let largest = values
            .iter()
            .fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
        let scale = largest / INPUT_MAX;
        let factor = scale.recip();
        let mut rounded = vec![0; before + values.len() + after];
        for (to, from) in rounded[before..].iter_mut().zip(values) {
            *to = (from * factor).round_ties_even() as i16;
        }
        Self {
            values: rounded,
            scale,
        }
    }
}

/// A matrix with what is added to its results.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// One row an output.
    weights: Vec<i16>,
    scale: f32,
    added: Vec<f32>,
    /// Entries of a row.
    pub width: usize,
    pub outputs: usize,
}

impl Layer {
    /// From a matrix of one row an input. `added` may be empty. None where shapes do not fit
    /// or rows are longer than sums can bear.
    pub(super) fn new(matrix: &[f32], width: usize, added: &[f32]) -> Option<Self> {
        let outputs = matrix.len().checked_div(width)?;
        let fits = width <= WIDTH_MAX && outputs > 0 && outputs * width == matrix.len();
        if !fits || !(added.is_empty() || added.len() == outputs) {
            return None;
        }
        let largest = matrix
            .iter()
            .fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs()));
        let scale = largest / WEIGHT_MAX;
        let mut weights = vec![0; matrix.len()];
        for (output, row) in weights.chunks_exact_mut(width).enumerate() {
            for (weight, from) in row.iter_mut().zip(matrix.chunks_exact(outputs)) {
                *weight = (from[output] / scale).round() as i16;
            }
        }
        let mut added = added.to_vec();
        added.resize(outputs, 0.0);
        Some(Self {
            weights,
            scale,
            added,
            width,
            outputs,
        })
    }

    /// Sum of the weights of each output.
    pub(super) fn sums(&self) -> Vec<f32> {
        let sum = |row: &[i16]| row.iter().map(|weight| i32::from(*weight)).sum::<i32>();
        let rows = self.weights.chunks_exact(self.width);
        rows.map(|row| sum(row) as f32 * self.scale).collect()
    }

    /// Results for `rows` inputs that begin `step` entries apart, one row each.
    pub(super) fn apply(&self, input: &Rounded, step: usize, rows: usize) -> Vec<f32> {
        let mut results = vec![0.0; rows * self.outputs];
        // The widest instructions the machine has.
        Arch::new().dispatch(Fill {
            layer: self,
            input,
            step,
            rows,
            results: &mut results,
        });
        results
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "only inlined code is compiled for wider instructions"
    )]
    fn fill(&self, input: &Rounded, step: usize, rows: usize, results: &mut [f32]) {
        let scale = self.scale * input.scale;
        let row = |at: usize| &input.values[at * step..at * step + self.width];
        let mut store = |output: usize, at: usize, sum: i32| {
            results[at * self.outputs + output] = sum as f32 * scale + self.added[output];
        };
        for output in (0..self.outputs).step_by(COLUMNS) {
            let weights = |next: usize| {
                // The last row of an odd number stands in for one that is not there.
                let at = (output + next).min(self.outputs - 1);
                &self.weights[at * self.width..(at + 1) * self.width]
            };
            let columns: [&[i16]; COLUMNS] = std::array::from_fn(weights);
            let last = self.outputs - output;
            let mut at = 0;
            while at < rows {
                let number = (rows - at).min(ROWS);
                let mut sums = [[0; ROWS]; COLUMNS];
                if number == ROWS {
                    sums = products(columns, std::array::from_fn(|next| row(at + next)));
                } else {
                    // A loop, not a closure, which would not be inlined.
                    for next in 0..number {
                        let one = products(columns, [row(at + next)]);
                        for (sums, [sum]) in sums.iter_mut().zip(one) {
                            sums[next] = sum;
                        }
                    }
                }
                for (column, sums) in sums.iter().enumerate().take(last) {
                    for (next, sum) in sums.iter().enumerate().take(number) {
                        store(output + column, at + next, *sum);
                    }
                }
                at += number;
            }
        }
    }
}

/// [`Layer::fill`] with its arguments: a closure would not be inlined.
struct Fill<'a> {
    layer: &'a Layer,
    input: &'a Rounded,
    step: usize,
    rows: usize,
    results: &'a mut [f32],
}

impl NullaryFnOnce for Fill<'_> {
    type Output = ();

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "only inlined code is compiled for wider instructions"
    )]
    fn call(self) {
        self.layer
            .fill(self.input, self.step, self.rows, self.results);
    }
}

/// Products of some rows of weights with some rows of input. Written so that the compiler
/// multiplies and adds many pairs at once, and reads each row once for several.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "only inlined code is compiled for wider instructions"
)]
fn products<const C: usize, const N: usize>(
    weights: [&[i16]; C],
    rows: [&[i16]; N],
) -> [[i32; N]; C] {
    let width = weights[0].len();
    let weights = weights.map(|row| &row[..width]);
    let rows = rows.map(|row| &row[..width]);
    let mut sums = [[0_i32; N]; C];
    for at in 0..width {
        for (sums, weights) in sums.iter_mut().zip(weights) {
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum += i32::from(weights[at]) * i32::from(row[at]);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_matrix() {
        // Two inputs, three outputs; every weight a multiple of 0.5.
        let matrix = [63.5, 0.5, -1.0, 2.0, 0.0, -63.5];
        let layer = Layer::new(&matrix, 2, &[1.0, 2.0, 3.0]).unwrap();
        let rows: Vec<f32> = (0..5_u8)
            .flat_map(|row| [1.0 + f32::from(row), -2.0])
            .collect();
        let results = layer.apply(&Rounded::new(&rows, 0, 0), 2, 5);
        for (row, result) in rows.chunks(2).zip(results.chunks(3)) {
            let [a, b] = [row[0], row[1]];
            let wanted = [63.5 * a + 2.0 * b + 1.0, 0.5 * a + 2.0, -a - 63.5 * b + 3.0];
            for (got, wanted) in result.iter().zip(wanted) {
                assert!((got - wanted).abs() < 0.05, "{got} {wanted}");
            }
        }
        assert_eq!(layer.sums(), [65.5, 0.5, -64.5]);
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        assert!(Layer::new(&[1.0; 6], 4, &[]).is_none());
        assert!(Layer::new(&[1.0; 6], 2, &[1.0]).is_none());
        assert!(Layer::new(&[1.0; 6], 0, &[]).is_none());
        assert!(Layer::new(&vec![1.0; WIDTH_MAX + 1], WIDTH_MAX + 1, &[]).is_none());
    }

    #[test]
    fn zeros_stand_around_rounded_values() {
        let rounded = Rounded::new(&[1.0, -0.5], 2, 1);
        assert_eq!(rounded.values, [0, 0, 8191, -4096, 0]);
    }
}

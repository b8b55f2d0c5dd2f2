//! Weights in the form `safetensors`: the length of a description in JSON, the description, and
//! numbers one after the other.

use ndarray::{Array1, Array2};
use serde_json::{Map, Value};

/// The numbers of a file by name.
#[derive(Debug)]
pub(super) struct Tensors<'a> {
    described: Map<String, Value>,
    numbers: &'a [u8],
}

impl<'a> Tensors<'a> {
    pub(super) fn read(file: &'a [u8]) -> Option<Self> {
        let (length, rest) = file.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (described, numbers) = rest.split_at_checked(length)?;
        Some(Self {
            described: serde_json::from_slice(described).ok()?,
            numbers,
        })
    }

    /// Rows and columns of a matrix; a vector is one row.
    pub(super) fn matrix(&self, name: &str) -> Option<Array2<f32>> {
        let described = self.described.get(name)?;
        if described["dtype"] != "F32" {
            return None;
        }
        let numbers = |key: &str| -> Option<Vec<usize>> {
            let list = described[key].as_array()?.iter();
            list.map(|number| usize::try_from(number.as_u64()?).ok())
                .collect()
        };
        let (rows, columns) = match numbers("shape")?[..] {
            [columns] => (1, columns),
            [rows, columns] => (rows, columns),
            _ => return None,
        };
        let [from, to] = numbers("data_offsets")?[..] else {
            return None;
        };
        let (values, []) = self.numbers.get(from..to)?.as_chunks::<4>() else {
            return None;
        };
        let values = values.iter().map(|bytes| f32::from_le_bytes(*bytes));
        Array2::from_shape_vec((rows, columns), values.collect()).ok()
    }

    /// A vector of some length.
    pub(super) fn vector(&self, name: &str, length: usize) -> Option<Array1<f32>> {
        let matrix = self.matrix(name)?;
        (matrix.dim() == (1, length)).then(|| matrix.row(0).to_owned())
    }
}

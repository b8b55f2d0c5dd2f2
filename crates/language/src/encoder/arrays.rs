//! Arrays of numbers in a file of the kind `npz`: a zip archive of them, each with a header
//! that tells type and shape.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use zip::ZipArchive;

/// What an array begins with.
const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// Most bytes one array may have when it is unpacked; the largest of the model has four
/// million, and an archive made to fill the memory ends here.
pub(super) const ARRAY_BYTES_MAX: u64 = 64 << 20;

#[derive(Debug, Clone, PartialEq)]
enum Numbers {
    Bytes(Vec<u8>),
    Floats(Vec<f32>),
}

/// Arrays by name.
#[derive(Debug, Default)]
pub(super) struct Arrays {
    by_name: BTreeMap<String, (Numbers, Vec<usize>)>,
}

impl Arrays {
    /// Reads an archive; none where it is torn or holds an array of another type than one
    /// byte or a floating-point number.
    pub(super) fn read(archive: &[u8]) -> Option<Self> {
        let mut archive = ZipArchive::new(Cursor::new(archive)).ok()?;
        let mut by_name = BTreeMap::new();
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).ok()?;
            let name = entry.name().ok()?.strip_suffix(".npy")?.to_owned();
            let mut content = Vec::new();
            entry
                .by_ref()
                .take(ARRAY_BYTES_MAX)
                .read_to_end(&mut content)
                .ok()?;
            by_name.insert(name, read_array(&content)?);
        }
        Some(Self { by_name })
    }

    /// An array of floating-point numbers in their order.
    pub(super) fn floats(&self, name: &str) -> Option<&[f32]> {
        match &self.by_name.get(name)?.0 {
            Numbers::Floats(floats) => Some(floats),
            Numbers::Bytes(_) => None,
        }
    }

    /// A matrix and the number of its rows.
    pub(super) fn matrix(&self, name: &str) -> Option<(&[f32], usize)> {
        let [rows, _] = self.by_name.get(name)?.1[..] else {
            return None;
        };
        Some((self.floats(name)?, rows))
    }

    /// Takes out a matrix of bytes, with the number of its columns.
    pub(super) fn take_bytes(&mut self, name: &str) -> Option<(Vec<u8>, usize)> {
        match self.by_name.remove(name)? {
            (Numbers::Bytes(bytes), shape) => match shape[..] {
                [_, columns] => Some((bytes, columns)),
                _ => None,
            },
            (Numbers::Floats(_), _) => None,
        }
    }

    #[cfg(test)]
    pub(super) fn with_floats(mut self, name: &str, floats: Vec<f32>, rows: usize) -> Self {
        let columns = floats.len() / rows;
        let shape = if rows == 1 {
            vec![columns]
        } else {
            vec![rows, columns]
        };
        self.by_name
            .insert(name.to_owned(), (Numbers::Floats(floats), shape));
        self
    }

    #[cfg(test)]
    pub(super) fn with_bytes(mut self, name: &str, bytes: Vec<u8>, rows: usize) -> Self {
        let shape = vec![rows, bytes.len() / rows];
        self.by_name
            .insert(name.to_owned(), (Numbers::Bytes(bytes), shape));
        self
    }
}

/// One array: mark, version, length of the header, header, numbers.
fn read_array(content: &[u8]) -> Option<(Numbers, Vec<usize>)> {
    let rest = content.strip_prefix(MAGIC)?;
    let ([major, _], rest) = rest.split_first_chunk::<2>()?;
    let (length, rest) = if *major == 1 {
        let (length, rest) = rest.split_first_chunk::<2>()?;
        (usize::from(u16::from_le_bytes(*length)), rest)
    } else {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        (usize::try_from(u32::from_le_bytes(*length)).ok()?, rest)
    };
    let (header, numbers) = rest.split_at_checked(length)?;
    let header = str::from_utf8(header).ok()?;
    if header.contains("'fortran_order': True") {
        return None;
    }
    let shape: Vec<usize> = entry(header, "'shape': (", ')')?
        .split(',')
        .filter(|size| !size.trim().is_empty())
        .map(|size| size.trim().parse().ok())
        .collect::<Option<_>>()?;
    let number = shape
        .iter()
        .try_fold(1_usize, |product, size| product.checked_mul(*size))?;
    let numbers = match entry(header, "'descr': '", '\'')? {
        "|u1" | "|i1" => Numbers::Bytes(numbers.to_vec()),
        "<f4" => {
            let (floats, []) = numbers.as_chunks::<4>() else {
                return None;
            };
            Numbers::Floats(floats.iter().map(|f| f32::from_le_bytes(*f)).collect())
        }
        "<f8" => {
            let (floats, []) = numbers.as_chunks::<8>() else {
                return None;
            };
            let floats = floats.iter().map(|f| f64::from_le_bytes(*f) as f32);
            Numbers::Floats(floats.collect())
        }
        _ => return None,
    };
    let length = match &numbers {
        Numbers::Bytes(bytes) => bytes.len(),
        Numbers::Floats(floats) => floats.len(),
    };
    (length == number).then_some((numbers, shape))
}

/// What stands in a header between `before` and `end`.
fn entry<'a>(header: &'a str, before: &str, end: char) -> Option<&'a str> {
    let (_, rest) = header.split_once(before)?;
    rest.split_once(end).map(|(entry, _)| entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(descr: &str, shape: &str, numbers: &[u8]) -> Vec<u8> {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}\n");
        let mut content = MAGIC.to_vec();
        content.extend([1, 0]);
        content.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
        content.extend(header.as_bytes());
        content.extend(numbers);
        content
    }

    #[test]
    fn arrays_are_read_with_their_shape() {
        let floats: Vec<u8> = [1.0_f32, -2.5]
            .iter()
            .flat_map(|f| f.to_le_bytes())
            .collect();
        assert_eq!(
            read_array(&array("<f4", "2, 1", &floats)),
            Some((Numbers::Floats(vec![1.0, -2.5]), vec![2, 1]))
        );
        assert_eq!(
            read_array(&array("|u1", "3,", &[1, 2, 3])),
            Some((Numbers::Bytes(vec![1, 2, 3]), vec![3]))
        );
        assert_eq!(
            read_array(&array("<f8", "", &0.5_f64.to_le_bytes())),
            Some((Numbers::Floats(vec![0.5]), vec![]))
        );
    }

    #[test]
    fn what_is_no_array_is_refused() {
        for content in [
            Vec::new(),
            b"\x93NUMPY".to_vec(),
            array("<f4", "3,", &[0; 8]),
            array("<c8", "1,", &[0; 8]),
            array("|u1", "18446744073709551615, 2", &[0; 8]),
            array("|u1", "x,", &[0; 8]),
        ] {
            assert_eq!(read_array(&content), None, "{content:?}");
        }
        assert!(Arrays::read(b"no archive").is_none());
    }
}

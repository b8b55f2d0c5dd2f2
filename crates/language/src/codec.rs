//! Bytes of trained models: little-endian numbers with a name and a version in front and a
//! check sum behind. Reading never panics and never trusts a length.

use thiserror::Error;

/// Why bytes are not a model.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ModelError {
    /// Something else, or cut off, or changed on the way.
    #[error("these bytes are no {0} model, or are damaged")]
    Damaged(&'static str),
    /// Written by another version; train again.
    #[error("this {name} model has version {found}, not {wanted}: train it again")]
    Version {
        /// Kind of model.
        name: &'static str,
        /// Version in the bytes.
        found: u32,
        /// Version this program reads.
        wanted: u32,
    },
}

/// Writes a model.
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn new(name: &str, version: u32) -> Self {
        let mut writer = Self { bytes: Vec::new() };
        writer.text(name);
        writer.u32(version);
        writer
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    /// A length; models stay far below the limit of 32 bits.
    pub(crate) fn size(&mut self, value: usize) {
        self.u32(u32::try_from(value).unwrap_or(u32::MAX));
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn f32(&mut self, value: f32) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn f32s(&mut self, values: &[f32]) {
        self.size(values.len());
        for value in values {
            self.f32(*value);
        }
    }

    pub(crate) fn i8s(&mut self, values: &[i8]) {
        self.size(values.len());
        self.bytes
            .extend(values.iter().map(|value| value.cast_unsigned()));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.size(text.len());
        self.bytes.extend(text.as_bytes());
    }

    /// The bytes with their check sum.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let sum = check_sum(&self.bytes);
        self.u64(sum);
        self.bytes
    }
}

/// Reads a model.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    name: &'static str,
}

impl<'a> Reader<'a> {
    /// Checks sum, name and version.
    pub(crate) fn new(
        bytes: &'a [u8],
        name: &'static str,
        wanted: u32,
    ) -> Result<Self, ModelError> {
        let damaged = ModelError::Damaged(name);
        let Some((body, sum)) = bytes.split_last_chunk::<8>() else {
            return Err(damaged);
        };
        if u64::from_le_bytes(*sum) != check_sum(body) {
            return Err(damaged);
        }
        let mut reader = Self { rest: body, name };
        if reader.text()? != name {
            return Err(damaged);
        }
        let found = reader.u32()?;
        if found != wanted {
            return Err(ModelError::Version {
                name,
                found,
                wanted,
            });
        }
        Ok(reader)
    }

    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let (chunk, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(ModelError::Damaged(self.name))?;
        self.rest = rest;
        Ok(*chunk)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], ModelError> {
        let (slice, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(ModelError::Damaged(self.name))?;
        self.rest = rest;
        Ok(slice)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, ModelError> {
        self.chunk().map(u32::from_le_bytes)
    }

    pub(crate) fn size(&mut self) -> Result<usize, ModelError> {
        Ok(self.u32()? as usize)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, ModelError> {
        self.chunk().map(u64::from_le_bytes)
    }

    pub(crate) fn f32(&mut self) -> Result<f32, ModelError> {
        self.chunk().map(f32::from_le_bytes)
    }

    pub(crate) fn f32s(&mut self) -> Result<Vec<f32>, ModelError> {
        let length = self.size()?;
        let (chunks, _) = self.slice(length.saturating_mul(4))?.as_chunks::<4>();
        Ok(chunks
            .iter()
            .map(|chunk| f32::from_le_bytes(*chunk))
            .collect())
    }

    pub(crate) fn i8s(&mut self) -> Result<Vec<i8>, ModelError> {
        let length = self.size()?;
        Ok(self
            .slice(length)?
            .iter()
            .map(|byte| byte.cast_signed())
            .collect())
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, ModelError> {
        let length = self.size()?;
        std::str::from_utf8(self.slice(length)?).map_err(|_| ModelError::Damaged(self.name))
    }

    /// What to say when numbers that were read do not fit each other.
    pub(crate) const fn damaged(&self) -> ModelError {
        ModelError::Damaged(self.name)
    }

    /// Everything was read and `is_sound`.
    pub(crate) fn finish(self, is_sound: bool) -> Result<(), ModelError> {
        if self.rest.is_empty() && is_sound {
            Ok(())
        } else {
            Err(ModelError::Damaged(self.name))
        }
    }
}

/// FNV-1a with 64 bits: against accidents, not against intent.
pub(crate) fn check_sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

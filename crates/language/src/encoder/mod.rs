//! Vectors of sentences by Universal Sentence Encoder multilingual v3 (Yang et al., 2020):
//! the same question in other words, or in another language, lies near.
//!
//! The weights are no part of the program; [`UNIVERSAL`] tells where they are published and
//! what they must be, [`UniversalEncoder::open`] reads them once they are installed. `bert` does
//! the same for models of another kind, [`open()`] opens either. A text
//! is spelled (`normaliser`) and cut into pieces of a vocabulary (`pieces`), whose embeddings
//! go through convolutions and dense layers (`network`, `layer`). `arrays` and `proto` read
//! the two files. Everything works without vectors too, by words alone.

mod arrays;
mod bert;
mod files;
mod layer;
mod network;
mod normaliser;
mod pieces;
mod proto;

use std::io;

pub use self::bert::{BertEncoder, MINILM};
pub use self::files::{Model, ModelFile, ModelFilesError, UNIVERSAL};
use self::{arrays::Arrays, network::Network, pieces::Pieces};
use crate::similarity::Encoder;

/// Every model there is support for, the one that is taken first before the others.
pub const MODELS: [&Model; 2] = [&UNIVERSAL, &MINILM];

/// The encoder of a model of [`MODELS`], from its files by name; each is compared with the
/// published one.
pub fn open(
    model: &Model,
    read: impl FnMut(&str) -> io::Result<Vec<u8>>,
) -> Result<Box<dyn Encoder>, ModelFilesError> {
    if model.id == UNIVERSAL.id {
        return Ok(Box::new(UniversalEncoder::open(read)?));
    }
    if model.id == MINILM.id {
        return Ok(Box::new(BertEncoder::open(read)?));
    }
    Err(ModelFilesError::NotUnderstood(model.id))
}

/// Pieces of a text that count: a page or two. What a question is about stands earlier.
const PIECES_MAX: usize = 256;
/// Characters that are looked at for so many pieces.
const CHARS_MAX: usize = 2_000;

/// The encoder with its weights, about 80 MB in memory.
#[derive(Debug, Clone)]
pub struct UniversalEncoder {
    pieces: Pieces,
    network: Network,
}

impl UniversalEncoder {
    /// Reads the files of [`UNIVERSAL`] by name and compares them with those published; takes
    /// about half a second.
    pub fn open(read: impl FnMut(&str) -> io::Result<Vec<u8>>) -> Result<Self, ModelFilesError> {
        let files = UNIVERSAL.verify(read)?;
        let encoder = match &files[..] {
            [pieces, weights] => Self::read(pieces, weights),
            _ => None,
        };
        encoder.ok_or(ModelFilesError::NotUnderstood(UNIVERSAL.id))
    }

    fn read(pieces: &[u8], weights: &[u8]) -> Option<Self> {
        let pieces = Pieces::read(pieces)?;
        let network = Network::new(&mut Arrays::read(weights)?)?;
        (pieces.len() <= network.pieces()).then_some(Self { pieces, network })
    }
}

impl Encoder for UniversalEncoder {
    fn dimensions(&self) -> usize {
        self.network.outputs()
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        let end = text.char_indices().nth(CHARS_MAX).map(|(at, _)| at);
        let mut pieces = self.pieces.cut(&text[..end.unwrap_or(text.len())]);
        pieces.truncate(PIECES_MAX);
        self.network.vector(&pieces)
    }
}

#[cfg(test)]
mod tests;

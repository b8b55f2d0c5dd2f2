//! How SentencePiece spells a text before it cuts it: replacements from a double-array trie
//! in the model, one mark for spaces, none of them doubled or at the ends.

/// Stands for a space in pieces.
pub(super) const SPACE: char = '\u{2581}';

/// Replacements of a model.
#[derive(Debug, Clone, Default)]
pub(super) struct Normaliser {
    /// A double array (darts-clone): one unit a node.
    units: Vec<u32>,
    /// Replacements, each with a zero behind it.
    replacements: Vec<u8>,
}

impl Normaliser {
    /// From the character map of a model: the length of the trie, the trie, the
    /// replacements. An empty map replaces nothing.
    pub(super) fn read(map: &[u8]) -> Option<Self> {
        if map.is_empty() {
            return Some(Self::default());
        }
        let (length, rest) = map.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (trie, replacements) = rest.split_at_checked(length)?;
        let (units, []) = trie.as_chunks::<4>() else {
            return None;
        };
        Some(Self {
            units: units.iter().map(|unit| u32::from_le_bytes(*unit)).collect(),
            replacements: replacements.to_vec(),
        })
    }

    /// The spelling of a text, with a mark in front; empty when nothing but spaces is left.
    pub(super) fn spell(&self, text: &str) -> String {
        let mut spelled = String::with_capacity(text.len() + SPACE.len_utf8());
        spelled.push(SPACE);
        let mut rest = text;
        while !rest.is_empty() {
            let (replacement, length) = self.replace(rest);
            for ch in replacement.chars() {
                if ch != ' ' {
                    spelled.push(ch);
                } else if !spelled.ends_with(SPACE) {
                    spelled.push(SPACE);
                }
            }
            rest = &rest[length..];
        }
        spelled.truncate(spelled.trim_end_matches(SPACE).len());
        spelled
    }

    /// What stands for the beginning of a text, and how many bytes of it that is: the longest
    /// entry of the trie, else the character itself.
    fn replace<'a>(&'a self, text: &'a str) -> (&'a str, usize) {
        let itself = text.chars().next().map_or(0, char::len_utf8);
        let longest = self.longest(text.as_bytes());
        let found = longest.and_then(|(value, length)| {
            let replacement = self.replacements.get(value..)?;
            let end = replacement.iter().position(|byte| *byte == 0)?;
            // An entry that ends within a character would tear it apart.
            let is_whole = text.is_char_boundary(length);
            let replacement = str::from_utf8(&replacement[..end]).ok()?;
            is_whole.then_some((replacement, length))
        });
        found.unwrap_or((&text[..itself], itself))
    }

    /// Value and length of the longest entry that begins a text.
    fn longest(&self, text: &[u8]) -> Option<(usize, usize)> {
        let mut longest = None;
        let mut at = children(*self.units.first()?);
        for (before, byte) in text.iter().enumerate() {
            at ^= usize::from(*byte);
            let unit = *self.units.get(at)?;
            // The label, and the bit that only values have.
            if unit & 0x8000_00ff != u32::from(*byte) {
                break;
            }
            at ^= children(unit);
            if unit & 0x100 != 0 {
                let value = *self.units.get(at)? & 0x7fff_ffff;
                longest = Some((value as usize, before + 1));
            }
        }
        longest
    }
}

/// Where the children of a node begin, from itself.
const fn children(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 0x200) >> 6)) as usize
}

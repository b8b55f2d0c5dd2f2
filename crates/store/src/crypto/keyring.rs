//! The master keys of an installation, from a file or the environment.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use super::{CryptoError, Key};

/// Bytes of every key.
pub const KEY_BYTES: usize = 32;

/// Master keys by name. The current one wraps new data keys; the others still
/// unwrap old ones until the rotation is done.
#[derive(Clone)]
pub struct Keyring {
    current: String,
    keys: BTreeMap<String, Key>,
}

impl Keyring {
    /// A keyring with one key.
    pub fn single(id: &str, key: [u8; KEY_BYTES]) -> Self {
        Self {
            current: id.to_owned(),
            keys: BTreeMap::from([(id.to_owned(), Zeroizing::new(key))]),
        }
    }

    /// Reads lines of `name:64 hexadecimal digits`; the first is the current key.
    /// Empty lines and lines that start with `#` do not count.
    pub fn parse(text: &str) -> Result<Self, CryptoError> {
        let mut keyring: Option<Self> = None;
        for line in text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (id, digits) = line
                .split_once(':')
                .ok_or(CryptoError::Keyring("a line is not `name:key`"))?;
            let mut key = Zeroizing::new([0; KEY_BYTES]);
            hex::decode_to_slice(digits.trim(), &mut key[..])
                .map_err(|_| CryptoError::Keyring("a key is not 64 hexadecimal digits"))?;
            let id = id.trim();
            if id.is_empty() {
                return Err(CryptoError::Keyring("a key has no name"));
            }
            let keyring = keyring.get_or_insert_with(|| Self {
                current: id.to_owned(),
                keys: BTreeMap::new(),
            });
            if keyring.keys.insert(id.to_owned(), key).is_some() {
                return Err(CryptoError::Keyring("two keys have the same name"));
            }
        }
        keyring.ok_or(CryptoError::Keyring("it holds no key"))
    }

    /// A line for [`Keyring::parse`] with a fresh random key.
    pub fn generate_line(id: &str) -> Result<Zeroizing<String>, CryptoError> {
        let key = Zeroizing::new(super::entropy::<KEY_BYTES>()?);
        Ok(Zeroizing::new(format!("{id}:{}", hex::encode(&key[..]))))
    }

    /// Name of the key that wraps new data keys.
    pub fn current_id(&self) -> &str {
        &self.current
    }

    /// Names of all keys.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    pub(super) fn current(&self) -> &Key {
        &self.keys[&self.current]
    }

    pub(super) fn get(&self, id: &str) -> Result<&Key, CryptoError> {
        self.keys
            .get(id)
            .ok_or_else(|| CryptoError::MasterKeyMissing {
                key_id: id.to_owned(),
            })
    }
}

/// Names only.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("current", &self.current)
            .field("keys", &self.keys.keys())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_current_and_nothing_is_printed() {
        let text = format!(
            "# keys\nnew:{}\n\nold:{}\n",
            "ab".repeat(32),
            "cd".repeat(32)
        );
        let keyring = Keyring::parse(&text).expect("a valid keyring");
        assert_eq!(keyring.current_id(), "new");
        assert_eq!(keyring.ids().collect::<Vec<_>>(), ["new", "old"]);
        assert!(!format!("{keyring:?}").contains("ab"));
    }

    #[test]
    fn a_generated_line_is_a_keyring() {
        let line = Keyring::generate_line("2026").expect("entropy");
        assert_eq!(Keyring::parse(&line).expect("valid").current_id(), "2026");
    }

    #[test]
    fn what_is_no_keyring_is_refused() {
        let key = "ab".repeat(32);
        for text in [
            String::new(),
            "a".into(),
            format!(":{key}"),
            "a:ab".into(),
            format!("a:{key}\na:{key}"),
        ] {
            assert!(Keyring::parse(&text).is_err(), "{text}");
        }
    }
}

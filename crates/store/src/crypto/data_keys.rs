//! The data keys of a workspace: made on first use, wrapped in `data_keys`.
//!
//! The scope of a key is a workspace, or the nil UUID for the installation.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;
use zeroize::Zeroizing;
use zhiyin_domain::ids::WorkspaceId;

use super::{CryptoError, KEY_BYTES, Key, Keyring, context, decrypt, encrypt, entropy, keyed_hash};
use crate::engine::core::Core;
use crate::error::StoreError;
use crate::params;
use crate::tx::SystemTx;

/// First byte of a sealed value: the form of what follows.
const FORMAT: u8 = 1;
/// Purpose of the keys that seal.
const SEAL: &str = "seal";
/// Purpose of the key of the blind index.
const INDEX: &str = "index";

/// The unwrapped keys of one scope.
pub(crate) struct DataKeys {
    scope: Uuid,
    index: Key,
    seal: BTreeMap<u32, Key>,
}

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyReport {
    /// Data keys that were wrapped anew or made.
    pub changed: u64,
    /// Data keys that were right already.
    pub unchanged: u64,
}

impl DataKeys {
    fn seal(&self, field: &'static str, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let (number, key) = self
            .seal
            .last_key_value()
            .ok_or(CryptoError::DataKeyMissing { number: 0 })?;
        let text = encrypt(key, &context(SEAL, self.scope, field), plain)?;
        Ok([&[FORMAT][..], &number.to_be_bytes(), &text].concat())
    }

    fn open(&self, field: &'static str, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let number = number_of(field, sealed)?;
        let key = self
            .seal
            .get(&number)
            .ok_or(CryptoError::DataKeyMissing { number })?;
        decrypt(key, &context(SEAL, self.scope, field), &sealed[5..], field)
    }
}

/// The number of the data key that made a sealed value.
fn number_of(field: &'static str, sealed: &[u8]) -> Result<u32, CryptoError> {
    match sealed {
        [FORMAT, a, b, c, d, ..] => Ok(u32::from_be_bytes([*a, *b, *c, *d])),
        _ => Err(CryptoError::DoesNotOpen { field }),
    }
}

fn wrap(keyring: &Keyring, scope: Uuid, purpose: &str, key: &Key) -> Result<Vec<u8>, CryptoError> {
    encrypt(
        keyring.current(),
        &context("data-key", scope, purpose),
        &key[..],
    )
}

fn unwrap(
    keyring: &Keyring,
    key_id: &str,
    scope: Uuid,
    purpose: &str,
    wrapped: &[u8],
) -> Result<Key, CryptoError> {
    let broken = CryptoError::DoesNotOpen {
        field: "data_keys.wrapped",
    };
    let bytes = Zeroizing::new(decrypt(
        keyring.get(key_id)?,
        &context("data-key", scope, purpose),
        wrapped,
        "data_keys.wrapped",
    )?);
    let key: [u8; KEY_BYTES] = bytes.as_slice().try_into().map_err(|_| broken)?;
    Ok(Zeroizing::new(key))
}

impl Core {
    pub(crate) fn seal(
        &mut self,
        scope: Uuid,
        field: &'static str,
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        Ok(self.keys_or_new(scope)?.seal(field, plain)?)
    }

    pub(crate) fn open(
        &mut self,
        scope: Uuid,
        field: &'static str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let number = number_of(field, sealed)?;
        let missing = CryptoError::DataKeyMissing { number };
        let known = self.keys(scope)?.ok_or(missing)?;
        if known.seal.contains_key(&number) {
            return Ok(known.open(field, sealed)?);
        }
        // Another node changed the key since ours were read.
        let fresh = self
            .load_keys(scope)?
            .ok_or(CryptoError::DataKeyMissing { number })?;
        Ok(fresh.open(field, sealed)?)
    }

    pub(crate) fn blind_index(
        &mut self,
        scope: Uuid,
        field: &'static str,
        normalized: &str,
    ) -> Result<Vec<u8>, StoreError> {
        self.keyed_hash(scope, field, normalized.as_bytes())
    }

    pub(crate) fn keyed_hash(
        &mut self,
        scope: Uuid,
        field: &'static str,
        bytes: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let keys = if self.state.is_read {
            self.keys(scope)?
        } else {
            Some(self.keys_or_new(scope)?)
        };
        Ok(keys.map_or_else(Vec::new, |keys| keyed_hash(&keys.index, field, bytes)))
    }

    fn keys(&mut self, scope: Uuid) -> Result<Option<Arc<DataKeys>>, StoreError> {
        if let Some(fresh) = self.state.fresh_keys.get(&scope) {
            return Ok(Some(Arc::clone(fresh)));
        }
        if let Some(known) = self.shared.cached_keys(scope) {
            return Ok(Some(known));
        }
        self.load_keys(scope)
    }

    fn keys_or_new(&mut self, scope: Uuid) -> Result<Arc<DataKeys>, StoreError> {
        if let Some(keys) = self.keys(scope)? {
            return Ok(keys);
        }
        self.state.after.made_keys = true;
        for purpose in [INDEX, SEAL] {
            self.insert_key(scope, purpose, 1)?;
        }
        // Read back: two first writers at once agree on the keys of one of them.
        self.load_keys(scope)?
            .ok_or_else(|| CryptoError::DataKeyMissing { number: 1 }.into())
    }

    fn insert_key(
        &mut self,
        scope: Uuid,
        purpose: &'static str,
        number: u32,
    ) -> Result<u64, StoreError> {
        let key = Zeroizing::new(entropy::<KEY_BYTES>()?);
        let wrapped = wrap(&self.shared.keyring, scope, purpose, &key)?;
        let key_id = self.shared.keyring.current_id().to_owned();
        self.execute(
            "INSERT INTO data_keys (workspace_id, purpose, number, key_id, wrapped)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            params![scope, purpose, number, key_id, wrapped],
        )
    }

    fn load_keys(&mut self, scope: Uuid) -> Result<Option<Arc<DataKeys>>, StoreError> {
        let rows = self.query(
            "SELECT purpose, number, key_id, wrapped FROM data_keys WHERE workspace_id = $1",
            params![scope],
        )?;
        let mut index = None;
        let mut seal = BTreeMap::new();
        for row in rows {
            let purpose: String = row.get("purpose")?;
            let key_id: String = row.get("key_id")?;
            let wrapped: Vec<u8> = row.get("wrapped")?;
            let key = unwrap(&self.shared.keyring, &key_id, scope, &purpose, &wrapped)?;
            match purpose.as_str() {
                INDEX => index = Some(key),
                SEAL => {
                    seal.insert(row.get("number")?, key);
                }
                _ => return Err(row.inconsistent("purpose")),
            }
        }
        let Some(index) = index else {
            return Ok(None);
        };
        let keys = Arc::new(DataKeys { scope, index, seal });
        if self.state.after.made_keys {
            // Not committed yet: nobody else may use them.
            self.state.fresh_keys.insert(scope, Arc::clone(&keys));
        } else {
            self.shared.cache_keys(scope, &keys);
        }
        Ok(Some(keys))
    }

    fn rotate_data_key(&mut self, scope: Uuid) -> Result<KeyReport, StoreError> {
        let keys = self.keys_or_new(scope)?;
        let next = keys
            .seal
            .last_key_value()
            .map_or(1, |(number, _)| number + 1);
        self.state.after.made_keys = true;
        let changed = self.insert_key(scope, SEAL, next)?;
        self.load_keys(scope)?;
        Ok(KeyReport {
            changed,
            unchanged: 0,
        })
    }

    fn rotate_master_key(&mut self) -> Result<KeyReport, StoreError> {
        let mut report = KeyReport::default();
        let current = self.shared.keyring.current_id().to_owned();
        for row in self.query(
            "SELECT workspace_id, purpose, number, key_id, wrapped FROM data_keys",
            params![],
        )? {
            let key_id: String = row.get("key_id")?;
            let wrapped: Vec<u8> = row.get("wrapped")?;
            if key_id == current {
                report.unchanged += 1;
                continue;
            }
            let scope: Uuid = row.get("workspace_id")?;
            let purpose: String = row.get("purpose")?;
            let key = unwrap(&self.shared.keyring, &key_id, scope, &purpose, &wrapped)?;
            let wrapped = wrap(&self.shared.keyring, scope, &purpose, &key)?;
            report.changed += self.execute(
                "UPDATE data_keys SET key_id = $1, wrapped = $2
                 WHERE workspace_id = $3 AND purpose = $4 AND number = $5 AND key_id = $6",
                params![
                    current,
                    wrapped,
                    scope,
                    purpose,
                    row.get::<i64>("number")?,
                    key_id
                ],
            )?;
        }
        Ok(report)
    }
}

/// Gives a workspace a new data key for what is written from now on; old values
/// still open.
pub fn rotate_data_key(
    system: &mut SystemTx,
    workspace: WorkspaceId,
) -> Result<KeyReport, StoreError> {
    system.core().rotate_data_key(workspace.uuid())
}

/// Wraps every data key with the current master key, after which the older
/// master keys may be removed from the keyring.
pub fn rotate_master_key(system: &mut SystemTx) -> Result<KeyReport, StoreError> {
    system.core().rotate_master_key()
}

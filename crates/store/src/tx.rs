//! The two hands a closure works with: [`Tx`], bound to one workspace, and
//! [`SystemTx`], which sees all of them.
//!
//! Both are thin: statements in, rows out. After a statement failed nothing more
//! can be done in the transaction, on both engines, unless it ran inside
//! [`Tx::savepoint`]. Only log-in, relay, jobs, migrations and reconcilers get a
//! `SystemTx`; whatever they do for a workspace goes through [`SystemTx::bind`].

use uuid::Uuid;
use zhiyin_domain::ids::WorkspaceId;

use crate::engine::Dialect;
use crate::engine::core::Core;
use crate::engine::session::Session;
use crate::error::StoreError;
use crate::row::Row;
use crate::value::Value;

/// A transaction bound to one workspace.
pub struct Tx<'a> {
    core: &'a mut Core,
    workspace: WorkspaceId,
}

/// A transaction over all workspaces.
pub struct SystemTx<'a> {
    core: &'a mut Core,
}

macro_rules! statements {
    ($hand:ident) => {
        impl $hand<'_> {
            /// All rows of a statement.
            pub fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
                self.core.query(sql, params)
            }

            /// The first row, or `NotFound`.
            pub fn one(&mut self, sql: &str, params: &[Value]) -> Result<Row, StoreError> {
                self.core.one(sql, params)
            }

            /// The first row, if there is one.
            pub fn maybe(
                &mut self,
                sql: &str,
                params: &[Value],
            ) -> Result<Option<Row>, StoreError> {
                self.core.maybe(sql, params)
            }

            /// Runs a statement without a result; tells how many rows it touched.
            pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
                self.core.execute(sql, params)
            }

            /// Runs a statement that must touch a row, else `Conflict`: for
            /// `UPDATE … WHERE id = $1 AND version = $2`.
            pub fn execute_versioned(
                &mut self,
                sql: &str,
                params: &[Value],
            ) -> Result<(), StoreError> {
                self.core.execute_versioned(sql, params)
            }

            /// The engine, where the texts must differ.
            pub fn dialect(&self) -> Dialect {
                self.core.dialect()
            }

            /// The row lock of the engine: empty on SQLite, which has one writer.
            pub fn for_update(&self) -> &'static str {
                match self.dialect() {
                    Dialect::Sqlite => "",
                    Dialect::Postgres => " FOR UPDATE",
                }
            }

            /// Keyed hash of a normalised value with the key of the installation, for what
            /// is looked up before the workspace is known. Empty in a read before anything
            /// was written with it.
            pub fn installation_index(
                &mut self,
                field: &'static str,
                normalized: &str,
            ) -> Result<Vec<u8>, StoreError> {
                self.core.blind_index(Uuid::nil(), field, normalized)
            }

            /// Wakes whoever waits on [`crate::Store::commits`] after the commit.
            pub(crate) fn wake(&mut self) {
                self.core.wake();
            }
        }
    };
}

statements!(Tx);
statements!(SystemTx);

impl<'a> Tx<'a> {
    pub(crate) fn new(core: &'a mut Core, workspace: WorkspaceId) -> Self {
        Self { core, workspace }
    }

    /// The workspace every statement must name.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Runs `f` so that its failure undoes only what it did itself, and the
    /// transaction can go on.
    pub fn savepoint<T, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let workspace = self.workspace;
        self.core.savepoint(|core| f(&mut Tx::new(core, workspace)))
    }

    /// Encrypts personal data of this workspace for one field.
    pub fn seal(&mut self, field: &'static str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.core.seal(self.workspace.uuid(), field, plain)
    }

    /// Decrypts what [`Tx::seal`] made for the same field.
    pub fn open(&mut self, field: &'static str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.core.open(self.workspace.uuid(), field, sealed)
    }

    /// Keyed hash of a normalised value, for exact search. Empty in a read of a
    /// workspace that has never sealed anything.
    pub fn blind_index(
        &mut self,
        field: &'static str,
        normalized: &str,
    ) -> Result<Vec<u8>, StoreError> {
        self.core
            .blind_index(self.workspace.uuid(), field, normalized)
    }

    /// Keyed hash of bytes under a key of this workspace, for chains and tokens of this
    /// crate. Empty in a read of a workspace that has no key.
    pub(crate) fn keyed_hash(
        &mut self,
        field: &'static str,
        bytes: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        self.core.keyed_hash(self.workspace.uuid(), field, bytes)
    }
}

impl<'a> SystemTx<'a> {
    pub(crate) fn new(core: &'a mut Core) -> Self {
        Self { core }
    }

    /// The same transaction, bound to one workspace.
    pub fn bind(&mut self, workspace: WorkspaceId) -> Tx<'_> {
        Tx::new(self.core, workspace)
    }

    /// Runs `f` so that its failure undoes only what it did itself, and the
    /// transaction can go on.
    pub fn savepoint<T, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut SystemTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.core.savepoint(|core| f(&mut SystemTx::new(core)))
    }

    /// Encrypts data of the installation, not of a workspace.
    pub fn seal(&mut self, field: &'static str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.core.seal(Uuid::nil(), field, plain)
    }

    /// Decrypts what [`SystemTx::seal`] made for the same field.
    pub fn open(&mut self, field: &'static str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.core.open(Uuid::nil(), field, sealed)
    }

    pub(crate) fn core(&mut self) -> &mut Core {
        self.core
    }

    /// The connection itself, for migrations.
    pub(crate) fn session(&mut self) -> &mut Session {
        &mut self.core.session
    }
}

//! Counting attempts before they are looked at; see `domain::identity::lockout`.

use zhiyin_domain::identity::lockout::{ACCOUNT, ADDRESS, LockedOut, LockoutRule};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::login_failures::{self, Counted};
use zhiyin_store::{StoreError, SystemTx};

/// Whose attempt it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attempt {
    /// Normalised address of the account, whether it exists or not.
    pub(super) account: String,
    /// Network address; none where a session vouches for it already.
    pub(super) address: Option<String>,
}

/// An attempt that was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counting {
    /// If this attempt fails, the account is locked until then.
    pub(super) locks_until: Option<Timestamp>,
}

impl Attempt {
    fn counted(&self) -> impl Iterator<Item = (Counted<'_>, LockoutRule)> {
        let account = (Counted::Account(&self.account), ACCOUNT);
        let address = self
            .address
            .as_deref()
            .map(|address| (Counted::Address(address), ADDRESS));
        std::iter::once(account).chain(address)
    }

    /// Counts the attempt, or refuses it.
    pub(super) fn begin(
        &self,
        system: &mut SystemTx<'_>,
        now: Timestamp,
    ) -> Result<Result<Counting, LockedOut>, StoreError> {
        let mut locks_until = None;
        for (counted, rule) in self.counted() {
            login_failures::prepare(system, counted, now)?;
            let before = login_failures::get(system, counted)?;
            match rule.attempt(before, now) {
                Ok(failures) => {
                    login_failures::put(system, counted, Some(failures))?;
                    if matches!(counted, Counted::Account(_)) {
                        locks_until = failures.locked_until;
                    }
                }
                Err(locked) => return Ok(Err(locked)),
            }
        }
        Ok(Ok(Counting { locks_until }))
    }

    /// The attempt was no failure, but proves nothing yet either.
    pub(super) fn take_back(&self, system: &mut SystemTx<'_>) -> Result<(), StoreError> {
        for (counted, rule) in self.counted() {
            if let Some(failures) = login_failures::get(system, counted)? {
                login_failures::put(system, counted, rule.take_back(failures))?;
            }
        }
        Ok(())
    }

    /// The attempt succeeded: earlier failures of the account are forgotten. Those of the
    /// network address are not, or an attacker would clear them with an account of their own.
    pub(super) fn succeed(&self, system: &mut SystemTx<'_>) -> Result<(), StoreError> {
        self.take_back(system)?;
        login_failures::put(system, Counted::Account(&self.account), None)
    }

    /// The attempt failed. Writes what is there already, so that a failure costs the
    /// same whether there is an account or not.
    pub(super) fn fail(&self, system: &mut SystemTx<'_>) -> Result<(), StoreError> {
        let counted = Counted::Account(&self.account);
        let failures = login_failures::get(system, counted)?;
        login_failures::put(system, counted, failures)
    }
}

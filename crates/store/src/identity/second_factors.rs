//! The second factor of an agent: a sealed secret and hashes of recovery codes.

use zhiyin_domain::identity::login::SecondFactor;
use zhiyin_domain::ids::AgentId;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

use super::TokenHash;
use crate::error::StoreError;
use crate::params;
use crate::tx::Tx;

/// Field of the sealed secret.
const SECRET: &str = "agents.totp_secret";

/// The second factor of an agent.
pub fn load(tx: &mut Tx, agent: AgentId) -> Result<SecondFactor, StoreError> {
    let workspace = tx.workspace();
    let row = tx.one(
        "SELECT id, totp_secret, totp_confirmed_at, totp_last_step FROM agents WHERE id = $1 AND workspace_id = $2",
        params![agent, workspace],
    )?;
    let Some(sealed) = row.get::<Option<Vec<u8>>>("totp_secret")? else {
        return Ok(SecondFactor::Off);
    };
    let secret = Secret::new(tx.open(SECRET, &sealed)?);
    Ok(match row.get::<Option<Timestamp>>("totp_confirmed_at")? {
        None => SecondFactor::Pending { secret },
        Some(_) => SecondFactor::On {
            secret,
            last_step: row
                .get::<Option<i64>>("totp_last_step")?
                .unwrap_or_default(),
        },
    })
}

/// Keeps a new secret that is not confirmed yet.
pub fn begin(tx: &mut Tx, agent: AgentId, secret: &[u8]) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    let sealed = tx.seal(SECRET, secret)?;
    tx.execute_versioned(
        "UPDATE agents SET totp_secret = $3, totp_confirmed_at = NULL, totp_last_step = NULL
         WHERE id = $1 AND workspace_id = $2 AND totp_confirmed_at IS NULL",
        params![agent, workspace, sealed],
    )
}

/// Turns the second factor on; the code of `step` is used up. False if another
/// request did it first.
pub fn confirm(tx: &mut Tx, agent: AgentId, step: i64, now: Timestamp) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let count = tx.execute(
        "UPDATE agents SET totp_confirmed_at = $3, totp_last_step = $4
         WHERE id = $1 AND workspace_id = $2 AND totp_secret IS NOT NULL AND totp_confirmed_at IS NULL",
        params![agent, workspace, now, step],
    )?;
    Ok(count == 1)
}

/// Uses the code of a time step up. False if it, or a later one, was used already.
pub fn use_step(tx: &mut Tx, agent: AgentId, step: i64) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let count = tx.execute(
        "UPDATE agents SET totp_last_step = $3
         WHERE id = $1 AND workspace_id = $2 AND (totp_last_step IS NULL OR totp_last_step < $3)",
        params![agent, workspace, step],
    )?;
    Ok(count == 1)
}

/// Turns the second factor off and forgets its recovery codes.
pub fn remove(tx: &mut Tx, agent: AgentId) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "UPDATE agents SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL
         WHERE id = $1 AND workspace_id = $2",
        params![agent, workspace],
    )?;
    replace_recovery_codes(tx, agent, &[])
}

/// Gives an agent new recovery codes; the old ones stop working.
pub fn replace_recovery_codes(
    tx: &mut Tx,
    agent: AgentId,
    codes: &[TokenHash],
) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "DELETE FROM recovery_codes WHERE agent_id = $1 AND workspace_id = $2",
        params![agent, workspace],
    )?;
    for code in codes {
        tx.execute(
            "INSERT INTO recovery_codes (agent_id, workspace_id, code_hash) VALUES ($1, $2, $3)",
            params![agent, workspace, *code],
        )?;
    }
    Ok(())
}

/// Uses a recovery code up. False if there is none such, or it was used.
pub fn use_recovery_code(
    tx: &mut Tx,
    agent: AgentId,
    code: &TokenHash,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let count = tx.execute(
        "UPDATE recovery_codes SET used_at = $4
         WHERE agent_id = $1 AND workspace_id = $2 AND code_hash = $3 AND used_at IS NULL",
        params![agent, workspace, *code, now],
    )?;
    Ok(count == 1)
}

/// How many recovery codes are left.
pub fn count_recovery_codes(tx: &mut Tx, agent: AgentId) -> Result<i64, StoreError> {
    let workspace = tx.workspace();
    tx.one(
        "SELECT COUNT(*) AS total FROM recovery_codes WHERE agent_id = $1 AND workspace_id = $2 AND used_at IS NULL",
        params![agent, workspace],
    )?
    .get("total")
}

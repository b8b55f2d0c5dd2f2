//! The second factor: one-time codes by time (RFC 6238), and recovery codes for the day
//! the telephone is gone.
//!
//! A code is good for its half minute and its two neighbours, and once: the step of the
//! last accepted code is kept, and nothing at or before it is accepted again.

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::events::Event;
use zhiyin_domain::identity::login::{RECOVERY_CODES, SecondFactor};
use zhiyin_domain::ids::{AgentId, WorkspaceId};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::{agents, second_factors, workspaces};
use zhiyin_store::{StoreError, Tx};

use super::secrets::{recovery_code, recovery_hash};
use super::{IdentityError, acting_in_person, passwords::PasswordError};
use crate::audit::{self, Action};
use crate::{App, Context, Principal};

/// Bytes of a shared secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// What an authenticator needs.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The secret, for typing in.
    pub secret: Secret<String>,
    /// The same as an address, for scanning.
    pub otpauth_url: Secret<String>,
}

/// How a log-in did with the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// The agent has none.
    NotNeeded,
    /// A good code, now used up.
    Given,
    /// No code came.
    Missing,
    /// The code is wrong or was used.
    Wrong,
}

/// The step whose code it is, if any near `now`.
fn matching_step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let totp = totp_rs::Builder::new().with_secret(secret.to_vec()).build();
    let seconds = u64::try_from(now.as_millis() / 1000).unwrap_or_default();
    match totp {
        Ok(totp) => totp
            .check(&code, seconds)
            .and_then(|step| i64::try_from(step).ok()),
        Err(error) => {
            tracing::error!("A stored second factor cannot be used: {error}");
            None
        }
    }
}

/// Checks the second factor of a log-in and uses the code up.
pub(super) fn prove(
    tx: &mut Tx<'_>,
    agent: AgentId,
    code: Option<&str>,
    recovery: Option<&str>,
    now: Timestamp,
) -> Result<Proof, StoreError> {
    let SecondFactor::On { secret, .. } = second_factors::load(tx, agent)? else {
        return Ok(Proof::NotNeeded);
    };
    let is_good = match (code, recovery) {
        (Some(code), _) => match matching_step(secret.expose(), code, now) {
            Some(step) => second_factors::use_step(tx, agent, step)?,
            None => false,
        },
        (None, Some(recovery)) => match recovery_hash(agent, recovery) {
            Some(hash) => second_factors::use_recovery_code(tx, agent, &hash, now)?,
            None => false,
        },
        (None, None) => return Ok(Proof::Missing),
    };
    Ok(if is_good { Proof::Given } else { Proof::Wrong })
}

/// Makes a secret for an authenticator. It counts only once a code came back.
pub fn begin_second_factor(tx: &mut Tx<'_>, ctx: &Context) -> Result<Enrolment, IdentityError> {
    let agent = acting_in_person(ctx)?;
    if second_factors::load(tx, agent)?.is_on() {
        return Err(IdentityError::Taken("second_factor"));
    }
    let bytes: [u8; SECRET_BYTES] = ctx.random();
    second_factors::begin(tx, agent, &bytes)?;
    let secret = totp_rs::Secret::from(bytes.to_vec()).to_base32();
    let account = agents::get(tx, agent)?.ok_or(IdentityError::NotFound("agent"))?;
    let workspace = workspaces::load(tx)?;
    let otpauth_url = format!(
        "otpauth://totp/{}:{}?secret={secret}&issuer={}",
        encode("Zhiyin"),
        encode(account.email.as_str()),
        encode(&format!("Zhiyin {}", workspace.slug.as_str()))
    );
    Ok(Enrolment {
        secret: Secret::new(secret),
        otpauth_url: Secret::new(otpauth_url),
    })
}

/// Percent-encodes everything but what RFC 3986 calls unreserved.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    encoded
}

/// Turns the second factor on with the first code of the authenticator; gives recovery
/// codes, this once.
fn confirm(
    tx: &mut Tx<'_>,
    ctx: &Context,
    code: &str,
) -> Result<Vec<Secret<String>>, IdentityError> {
    let agent = acting_in_person(ctx)?;
    let SecondFactor::Pending { secret } = second_factors::load(tx, agent)? else {
        return Err(IdentityError::NotFound("second factor to confirm"));
    };
    let step =
        matching_step(secret.expose(), code, ctx.now()).ok_or(IdentityError::Invalid("code"))?;
    if !second_factors::confirm(tx, agent, step, ctx.now())? {
        return Err(IdentityError::Taken("second_factor"));
    }
    let codes: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| recovery_code(ctx.random()))
        .collect();
    let hashes: Vec<_> = codes
        .iter()
        .map(|code| recovery_hash(agent, code).expect("our own code has the form of a code"))
        .collect();
    second_factors::replace_recovery_codes(tx, agent, &hashes)?;
    note(tx, ctx, agent, true)?;
    Ok(codes.into_iter().map(Secret::new).collect())
}

fn note(tx: &mut Tx<'_>, ctx: &Context, agent: AgentId, is_on: bool) -> Result<(), StoreError> {
    let event = ctx.append(
        tx,
        &Event::SecondFactorChanged {
            agent_id: agent,
            is_on,
        },
    )?;
    let action = if is_on {
        Action::SecondFactorOn
    } else {
        Action::SecondFactorOff
    };
    audit::record(tx, ctx, action, &agent, Some(event))
}

impl App {
    /// Turns the second factor on with the first code of the authenticator; gives
    /// recovery codes, this once. Wrong codes are counted like failed log-ins.
    pub async fn confirm_second_factor(
        &self,
        principal: &Principal,
        code: String,
    ) -> Result<Vec<Secret<String>>, PasswordError> {
        let attempt = self.begin_attempt(principal).await?;
        let confirmed = self
            .write(principal, move |tx: &mut Tx<'_>, ctx: &Context| {
                confirm(tx, ctx, &code)
            })
            .await;
        match confirmed {
            Ok(codes) => {
                self.end_attempt(attempt, true).await?;
                Ok(codes)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Turns the second factor of somebody off from the command line of the server, for the
    /// day telephone and recovery codes are both gone.
    pub async fn remove_second_factor_of(
        &self,
        workspace: WorkspaceId,
        email: EmailAddress,
    ) -> Result<(), IdentityError> {
        let principal = Principal::system(workspace, "admin");
        self.write(&principal, move |tx: &mut Tx<'_>, ctx: &Context| {
            let agent = agents::find(tx, &email)?.ok_or(IdentityError::NotFound("agent"))?;
            second_factors::remove(tx, agent.id)?;
            Ok(note(tx, ctx, agent.id, false)?)
        })
        .await
    }

    /// Turns the second factor off, for somebody who knows the password.
    pub async fn remove_second_factor(
        &self,
        principal: &Principal,
        password: Secret<String>,
    ) -> Result<(), PasswordError> {
        self.confirm_password(principal, password).await?;
        self.write(principal, |tx: &mut Tx<'_>, ctx: &Context| {
            let agent = acting_in_person(ctx)?;
            if second_factors::load(tx, agent)? == SecondFactor::Off {
                return Ok(());
            }
            second_factors::remove(tx, agent)?;
            note(tx, ctx, agent, false)?;
            Ok::<_, IdentityError>(())
        })
        .await
        .map_err(PasswordError::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of eight digits.
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(
                matching_step(secret, code, at(seconds)),
                Some(seconds / 30),
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_code_lives_for_its_half_minute_and_two_neighbours() {
        let secret = b"12345678901234567890";
        let middle = 1_111_111_109;
        let step = Some(middle / 30);
        let steps = [-60, -30, 0, 30, 60].map(|t| matching_step(secret, "081804", at(middle + t)));
        assert_eq!(steps, [None, step, step, step, None]);
    }

    #[test]
    fn only_six_digits_are_a_code() {
        let secret = b"12345678901234567890";
        assert_eq!(matching_step(secret, " 287 082 ", at(59)), Some(1));
        for wrong in [
            "",
            "28708",
            "2870820",
            "28708a",
            "２８７０８２",
            "-87082",
            "287-082",
        ] {
            assert_eq!(matching_step(secret, wrong, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn nothing_breaks_out_of_the_address() {
        assert_eq!(encode("a b&issuer=x/李"), "a%20b%26issuer%3Dx%2F%E6%9D%8E");
    }
}

//! Handing mails over, and what became of them.

use std::sync::Arc;
use std::time::Duration;

use zhiyin_channels::email::server::Trouble;
use zhiyin_channels::email::smtp::{
    Envelope, Limits, Outcome, Pace, Refusal, SendError, Sender, Verdict, next_attempt,
};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{MailboxId, MessageId, WorkspaceId};
use zhiyin_domain::mail::{Failure, Mail, Sending, SendingState};
use zhiyin_domain::mailbox::Mailbox;
use zhiyin_domain::message::Delivery;
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::{BlobHash, BlobKey};
use zhiyin_store::mailboxes::Half;
use zhiyin_store::{StoreError, Tx, conversations as talks, mailboxes, mails};

use super::outgoing::set_delivery;
use super::{EmailError, accounts, intake, letter, tokens};
use crate::attachments::{Blobs, hash, run_blocking};
use crate::{App, Context, Principal};

/// Mails of one turn.
const BATCH: u32 = 20;
/// Nobody else tries a mail for so long after an attempt began: longer than any server takes.
const ATTEMPT_LEASE: Duration = Duration::from_mins(25);
/// Mails at once after a rest.
const BURST: u32 = 20;
/// What we cannot mend is tried again after this.
const ACCOUNT_PAUSE: Duration = Duration::from_mins(5);

/// Hands over the mails of one mailbox, over one connection at a time.
pub struct Postman {
    app: App,
    workspace: WorkspaceId,
    mailbox: MailboxId,
    live: Option<(i64, Sender, Pace)>,
}

/// What a turn of a [`Postman`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Handed {
    /// Mails that were tried.
    pub tried: u32,
    /// When the next one is due, if any waits.
    pub next: Option<Timestamp>,
}

/// A mail with its letter.
struct Letter {
    mail: Mail,
    envelope: Envelope,
    raw: Vec<u8>,
    hash: BlobHash,
}

impl Postman {
    /// Of a mailbox.
    #[must_use]
    pub const fn new(app: App, workspace: WorkspaceId, mailbox: MailboxId) -> Self {
        Self {
            app,
            workspace,
            mailbox,
            live: None,
        }
    }

    /// Hands over what is due, a few mails at most.
    pub async fn turn(&mut self) -> Result<Handed, EmailError> {
        let now = self.app.clock().now();
        let (id, workspace) = (self.mailbox, self.workspace);
        let found = self
            .app
            .store()
            .read(workspace, move |tx| {
                let mailbox = mailboxes::get(tx, id)?.filter(|it| it.is_enabled);
                Ok::<_, StoreError>((mailbox, mails::due(tx, id, now, BATCH)?))
            })
            .await?;
        let (Some(mailbox), due) = found else {
            return Ok(Handed::default());
        };
        let mut handed = Handed::default();
        for mail in due {
            let now = self.app.clock().now();
            if let Err(wait) = self.pace(&mailbox).take(now) {
                handed.next = Some(now.plus(wait));
                return Ok(handed);
            }
            handed.tried += 1;
            self.hand_over(&mailbox, mail.message_id).await?;
        }
        let (next, _) = self
            .app
            .store()
            .read(workspace, move |tx| mails::queue(tx, id))
            .await?;
        handed.next = next;
        Ok(handed)
    }

    /// Says good-bye to the server.
    pub async fn close(&mut self) {
        if let Some((_, sender, _)) = &mut self.live {
            sender.close().await;
        }
    }

    /// The connection for the present settings.
    fn live(&mut self, mailbox: &Mailbox) -> &mut (i64, Sender, Pace) {
        let settings = &mailbox.settings;
        let is_stale = |live: &(i64, Sender, Pace)| live.0 != mailbox.version;
        if self.live.as_ref().is_none_or(is_stale) {
            let domain = accounts::domain_of(settings.address.as_str());
            let account = accounts::outgoing(&settings.outgoing, &mailbox.secrets, domain);
            let limits = Limits {
                per_minute: settings.outgoing.per_minute,
                burst: BURST,
            };
            let pace = Pace::new(limits, self.app.clock().now());
            self.live = Some((mailbox.version, Sender::new(account), pace));
        }
        self.live.as_mut().expect("it was just made")
    }

    fn pace(&mut self, mailbox: &Mailbox) -> &mut Pace {
        &mut self.live(mailbox).2
    }

    async fn hand_over(&mut self, mailbox: &Mailbox, id: MessageId) -> Result<(), EmailError> {
        let Some(letter) = self.claim(mailbox, id).await? else {
            return Ok(());
        };
        let result = self
            .live(mailbox)
            .1
            .send(&letter.envelope, &letter.raw)
            .await;
        let now = self.app.clock().now();
        let trouble = trouble_of(&result);
        if trouble.is_none() || matches!(verdict(&result), Some(Verdict::Account)) {
            let (app, half) = (&self.app, Half::Sending);
            intake::note_trouble(app, self.workspace, self.mailbox, half, trouble.as_ref()).await;
        }
        if verdict(&result) == Some(Verdict::Slower) {
            self.pace(mailbox).slow_down(now);
        }
        let [chance] = zhiyin_ports::random_bytes::<1>(&*self.app.parts().rng);
        let chance = u32::from(chance) << 24;
        let after = settled(&letter.mail, &result, now, chance);
        let principal = Principal::system(self.workspace, "email");
        self.app
            .write(&principal, move |tx, ctx| {
                record(tx, ctx, id, after.as_ref(), letter.hash)
            })
            .await?;
        Ok(())
    }

    /// Takes a mail for an attempt, with its letter; none if it was taken back meanwhile.
    async fn claim(&self, mailbox: &Mailbox, id: MessageId) -> Result<Option<Letter>, EmailError> {
        let principal = Principal::system(self.workspace, "email");
        let from = mailbox.clone();
        let claimed = self
            .app
            .write(&principal, move |tx, ctx| claim(tx, ctx, &from, id))
            .await?;
        let Some((mail, material, envelope)) = claimed else {
            return Ok(None);
        };
        let (app, workspace) = (self.app.clone(), self.workspace);
        let now = self.app.clock().now();
        let known = mail.raw;
        let (raw, digest) = run_blocking(move || {
            let raw = match known {
                // The same bytes at every attempt, so that receivers recognise a repeat.
                Some(hash) => app.parts().blobs.get(&BlobKey { workspace, hash })?,
                None => material.write(&app, workspace, now)?,
            };
            let digest = hash(&raw);
            Ok::<_, EmailError>((raw, digest))
        })
        .await?;
        let kept = vec![(digest, raw.clone())];
        Blobs::new(&self.app, self.workspace, kept).keep().await?;
        Ok(Some(Letter {
            mail,
            envelope,
            raw,
            hash: digest,
        }))
    }
}

type Claimed = (Mail, Arc<letter::Material>, Envelope);

fn claim(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mailbox: &Mailbox,
    id: MessageId,
) -> Result<Option<Claimed>, EmailError> {
    let Some(found) = mails::get(tx, id)? else {
        return Ok(None);
    };
    // Whoever takes it back holds the conversation too.
    talks::get_for_update(tx, found.conversation_id)?;
    let Some(mut mail) = mails::get(tx, id)? else {
        return Ok(None);
    };
    let Some(sending) = mail.sending.take() else {
        return Ok(None);
    };
    let is_due = sending.next_attempt_at.is_some_and(|at| at <= ctx.now());
    if sending.state != SendingState::Waiting || !is_due {
        return Ok(None);
    }
    let trying = Sending {
        attempts: sending.attempts + 1,
        next_attempt_at: Some(ctx.now().plus(ATTEMPT_LEASE)),
        ..sending
    };
    mails::save_sending(tx, id, &trying, None)?;
    let Some(material) = letter::gather(tx, mailbox, &mail)? else {
        return Ok(None);
    };
    let head = &mail.head;
    let everybody = head.to.iter().chain(&head.cc).chain(&head.bcc);
    let to = if trying.remaining.is_empty() {
        everybody.map(|person| person.address.clone()).collect()
    } else {
        trying.remaining.clone()
    };
    let tokens = tokens(tx)?;
    let envelope = Envelope {
        // What a machine wrote must cause no reports that a machine would answer.
        from: (!mail.meta.is_automatic)
            .then(|| tokens.bounce_address(&mailbox.settings.address, id)),
        to,
    };
    mail.sending = Some(trying);
    Ok(Some((mail, Arc::new(material), envelope)))
}

fn verdict(result: &Result<Outcome, SendError>) -> Option<Verdict> {
    result.as_ref().err().map(SendError::verdict)
}

fn trouble_of(result: &Result<Outcome, SendError>) -> Option<Trouble> {
    match result {
        Ok(_) => None,
        Err(SendError::Server(trouble)) => Some(trouble.clone()),
        Err(SendError::Refused(refusal)) => {
            (refusal.verdict == Verdict::Account).then(|| Trouble {
                stage: zhiyin_channels::email::server::Stage::Work,
                cause: zhiyin_channels::email::server::Cause::LogInRefused,
                said: refusal.said.clone(),
            })
        }
    }
}

fn words(refusal: &Refusal) -> String {
    match refusal.code {
        Some(code) => format!("{code} {}", refusal.said),
        None => refusal.said.clone(),
    }
}

/// How a mail stands after an attempt.
fn settled(
    mail: &Mail,
    result: &Result<Outcome, SendError>,
    now: Timestamp,
    chance: u32,
) -> Option<Sending> {
    let before = mail.sending.clone()?;
    let failure = before.failure.clone().unwrap_or_default();
    let (later, failure) = match result {
        Ok(outcome) => sorted(outcome, failure),
        Err(error) => {
            let said = match error {
                SendError::Server(trouble) => trouble.said.clone(),
                SendError::Refused(refusal) => words(refusal),
            };
            if error.verdict() == Verdict::Never {
                return Some(failed(before, failure, ("refused", said)));
            }
            (before.remaining.clone(), Failure { said, ..failure })
        }
    };
    if later.is_empty() && result.is_ok() {
        let has_failed = !failure.recipients.is_empty();
        return Some(Sending {
            state: if has_failed {
                SendingState::Failed
            } else {
                SendingState::Sent
            },
            next_attempt_at: None,
            failure: has_failed.then_some(failure),
            remaining: Vec::new(),
            ..before
        });
    }
    let next = match verdict(result) {
        Some(Verdict::Account) => {
            let limit = next_attempt(u32::MAX, before.due_at, now, 0);
            limit.map(|_| now.plus(ACCOUNT_PAUSE))
        }
        _ => next_attempt(before.attempts, before.due_at, now, chance),
    };
    let Some(next) = next else {
        let said = failure.said.clone();
        return Some(failed(before, failure, ("gave-up", said)));
    };
    Some(Sending {
        next_attempt_at: Some(next),
        failure: Some(Failure {
            code: if failure.code.is_empty() {
                "later".to_owned()
            } else {
                failure.code
            },
            ..failure
        }),
        remaining: later,
        ..before
    })
}

/// Who is tried again, and what went wrong with the others.
fn sorted(outcome: &Outcome, mut failure: Failure) -> (Vec<EmailAddress>, Failure) {
    let mut later = Vec::new();
    for (address, refusal) in &outcome.refused {
        failure.said = words(refusal);
        if refusal.verdict == Verdict::Never {
            failure.recipients.push(address.as_str().to_owned());
            "unknown-recipient".clone_into(&mut failure.code);
        } else {
            later.push(address.clone());
        }
    }
    (later, failure)
}

fn failed(before: Sending, failure: Failure, (code, said): (&str, String)) -> Sending {
    Sending {
        state: SendingState::Failed,
        next_attempt_at: None,
        failure: Some(Failure {
            code: code.to_owned(),
            said,
            recipients: failure.recipients,
        }),
        ..before
    }
}

/// Saves how a mail stands, and how far its message got. A report that came meanwhile stays.
fn record(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MessageId,
    after: Option<&Sending>,
    raw: BlobHash,
) -> Result<(), EmailError> {
    let (Some(after), Some(mail)) = (after, mails::get(tx, id)?) else {
        return Ok(());
    };
    let Some(before) = talks::get_for_update(tx, mail.conversation_id)? else {
        return Ok(());
    };
    let present = mails::get(tx, id)?.and_then(|mail| mail.sending);
    if present.is_none_or(|it| it.state != SendingState::Waiting) {
        return Ok(());
    }
    mails::save_sending(tx, id, after, Some(raw))?;
    let delivery = match after.state {
        SendingState::Sent => Delivery::Sent,
        SendingState::Failed => Delivery::Failed,
        // Everybody sees that it is tried again, and why.
        SendingState::Waiting | SendingState::Withdrawn => Delivery::Pending,
    };
    if let Some(message) = talks::messages::get(tx, id)?.filter(|it| it.recalled_at.is_none()) {
        set_delivery(tx, ctx, &before, message, delivery)?;
    }
    Ok(())
}

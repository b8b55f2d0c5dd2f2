//! Documented contacts about a solution: what closing a case looks at.

use zhiyin_domain::cases::closing::{Answer, Means, SolutionContact};
use zhiyin_domain::ids::{CaseId, SolutionContactId};

use crate::named::named;
use crate::sealed::{open_text, seal_text};
use crate::{StoreError, Tx, params};

/// What the note is sealed for.
const NOTE: &str = "solution_contacts.note";

const MEANS: [Means; 7] = [
    Means::Message,
    Means::Call,
    Means::Email,
    Means::Sms,
    Means::Letter,
    Means::Visit,
    Means::Portal,
];

const ANSWERS: [Answer; 4] = [
    Answer::Confirmed,
    Answer::Withdrawn,
    Answer::Disputed,
    Answer::NoAnswer,
];

/// The name of a means, as it is stored and sent.
#[must_use]
pub const fn means_name(means: Means) -> &'static str {
    match means {
        Means::Message => "message",
        Means::Call => "call",
        Means::Email => "email",
        Means::Sms => "sms",
        Means::Letter => "letter",
        Means::Visit => "visit",
        Means::Portal => "portal",
    }
}

/// The name of an answer, as it is stored and sent.
#[must_use]
pub const fn answer_name(answer: Answer) -> &'static str {
    match answer {
        Answer::Confirmed => "confirmed",
        Answer::Withdrawn => "withdrawn",
        Answer::Disputed => "disputed",
        Answer::NoAnswer => "no_answer",
    }
}

/// Adds a contact to a case. They are never changed.
pub fn insert(
    tx: &mut Tx<'_>,
    id: SolutionContactId,
    case: CaseId,
    it: &SolutionContact,
) -> Result<(), StoreError> {
    let note = seal_text(tx, NOTE, &it.note)?;
    tx.execute(
        "INSERT INTO solution_contacts (id, workspace_id, case_id, at, made_by, means, answer, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            id,
            tx.workspace(),
            case,
            it.at,
            it.by.to_string(),
            means_name(it.means),
            answer_name(it.answer),
            note
        ],
    )?;
    Ok(())
}

/// The contacts of a case, oldest first.
pub fn list(
    tx: &mut Tx<'_>,
    case: CaseId,
) -> Result<Vec<(SolutionContactId, SolutionContact)>, StoreError> {
    let rows = tx.query(
        "SELECT id, at, made_by, means, answer, note FROM solution_contacts
         WHERE workspace_id = $1 AND case_id = $2 ORDER BY at, id",
        params![tx.workspace(), case],
    )?;
    rows.iter()
        .map(|row| {
            let contact = SolutionContact {
                at: row.get("at")?,
                by: row
                    .text("made_by")?
                    .parse()
                    .map_err(|_| row.inconsistent("made_by"))?,
                means: named(row, "means", &MEANS, |it| means_name(*it))?,
                answer: named(row, "answer", &ANSWERS, |it| answer_name(*it))?,
                note: open_text(tx, NOTE, row, "note")?,
            };
            Ok((row.get("id")?, contact))
        })
        .collect()
}

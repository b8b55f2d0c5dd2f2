//! What stands in the papers of a bundle: the case, its answers, how it was handled, its
//! history, its messages.
//!
//! What agents think of who complains is in none of them: a bundle leaves the house.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::evidence::{BundlePart, Evidence};
use zhiyin_domain::ids::CaseId;
use zhiyin_store::cases::{
    self as store, complaints, contacts, evidence, follow_ups, history, links, recoveries, runs,
    talks, tasks,
};
use zhiyin_store::conversations::messages::{self, Audience};
use zhiyin_store::{StoreError, Tx};

/// Rows read at once.
const CHUNK: u32 = 500;

/// A part of a bundle with its bytes.
pub(super) type Paper = (String, Vec<u8>);

/// How to verify a bundle, in both languages.
const README: &str = "\
本文件夹是一份工单的完整导出。验证方法：
  1. 在本文件夹中运行：sha256sum -c SHA256SUMS（检查每个文件是否与导出时一致）
  2. 运行：zhiyin evidence verify-bundle 本文件（检查证据链是否完整并在其末端结束）
  3. 封印只有导出的系统才能检查：zhiyin evidence verify
evidence/chain.jsonl 是证据链，每行一条，每条含有前一条的哈希。
merged/ 中是并入本工单的各个工单，每个都有自己的证据链；第 2 步会一并检查。

This folder is the complete export of a case. To verify it:
  1. In this folder run: sha256sum -c SHA256SUMS (every file is as it was exported)
  2. Run: zhiyin evidence verify-bundle FILE (the chain of evidence is whole and ends at its end)
  3. The seals can only be verified by the installation it came from: zhiyin evidence verify
evidence/chain.jsonl is the chain of evidence, one entry a line, each with the hash of the one before.
merged/ has the cases that were merged into this one, each with a chain of its own; step 2 looks at them too.
";

fn pretty(value: &Json) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn lines(values: impl IntoIterator<Item = Json>) -> Vec<u8> {
    let mut text = String::new();
    for value in values {
        text.push_str(&value.to_string());
        text.push('\n');
    }
    text.into_bytes()
}

/// Everything but the contents of the evidence.
pub(super) fn all(
    tx: &mut Tx<'_>,
    case: &Case,
    chain: &[Evidence],
) -> Result<Vec<Paper>, StoreError> {
    let family = store::family(tx, case.id)?;
    let part = |part: &BundlePart| part.path().to_owned();
    Ok(vec![
        (part(&BundlePart::Readme), README.as_bytes().to_vec()),
        (part(&BundlePart::Case), pretty(&case_paper(tx, case)?)),
        (part(&BundlePart::Answers), pretty(&answers(tx, case)?)),
        (part(&BundlePart::Handling), pretty(&handling(tx, &family)?)),
        (part(&BundlePart::History), lines(past(tx, &family)?)),
        (part(&BundlePart::Messages), lines(said(tx, &family)?)),
        (
            part(&BundlePart::Chain),
            lines(
                chain
                    .iter()
                    .map(|entry| serde_json::to_value(entry).unwrap_or_default()),
            ),
        ),
    ])
}

fn case_paper(tx: &mut Tx<'_>, case: &Case) -> Result<Json, StoreError> {
    let number = |id: CaseId, tx: &mut Tx<'_>| -> Result<Json, StoreError> {
        let case = store::get(tx, id)?;
        Ok(case.map_or(Json::Null, |case| json!(case.number)))
    };
    let mut around = Vec::new();
    for link in links::of_case(tx, case.id)? {
        around.push(json!({
            "kind": link.kind.as_str(),
            "from": number(link.from_id, tx)?,
            "to": number(link.to_id, tx)?,
        }));
    }
    let mut merged = Vec::new();
    for id in store::family(tx, case.id)? {
        if id != case.id {
            merged.push(number(id, tx)?);
        }
    }
    Ok(json!({
        "id": case.id,
        "number": case.number,
        "type_id": case.type_id,
        "type_version": case.type_version,
        "is_complaint": case.is_complaint,
        "title": case.title,
        "contact_id": case.contact_id,
        "account_id": case.account_id,
        "source": case.source.as_str(),
        "status": case.status.category().as_str(),
        "priority": case.priority.as_str(),
        "ownership": case.ownership,
        "team_id": case.team_id,
        "links": around,
        "merged": merged,
        "reopen_count": case.reopen_count,
        "created_at": case.created_at,
    }))
}

fn answers(tx: &mut Tx<'_>, case: &Case) -> Result<Json, StoreError> {
    let (open, personal) = store::answers(tx, case.id)?;
    let run = runs::get(tx, case.id)?;
    let visits = run.map_or(Json::Null, |run| json!(run));
    Ok(json!({ "case": open, "personal": personal, "steps": visits }))
}

fn handling(tx: &mut Tx<'_>, family: &BTreeSet<CaseId>) -> Result<Json, StoreError> {
    let mut complaints_found = Vec::new();
    let mut tasks_found = Vec::new();
    let mut calls = Vec::new();
    let mut contacts_found = Vec::new();
    for id in family.iter().copied() {
        if let Some(file) = complaints::get(tx, id)? {
            let it = file.complaint;
            complaints_found.push(json!({
                "case_id": id,
                "phase": it.phase,
                "round": it.round,
                "assessments": it.assessments,
                "received_at": it.received_at,
                "reply_by": it.reply_by,
                "told": it.told,
                "outcome": it.outcome,
                "replied_at": it.replied_at,
                "called_back_at": it.called_back_at,
                "cause": it.cause,
                "action": it.action,
            }));
        }
        for task in tasks::of_case(tx, id)? {
            tasks_found.push(json!({
                "id": task.id,
                "case_id": id,
                "asked_by": task.asked_by,
                "request": task.request,
                "due_at": task.due_at,
                "entries": task.entries,
            }));
        }
        for call in follow_ups::of_case(tx, id)? {
            calls.push(json!({
                "id": call.id,
                "case_id": id,
                "reason": call.reason,
                "owner_id": call.owner_id,
                "created_at": call.created_at,
                "attempts": call.attempts,
                "result": call.result,
            }));
        }
        for (contact_id, contact) in contacts::list(tx, id)? {
            contacts_found.push(json!({ "id": contact_id, "case_id": id, "contact": contact }));
        }
    }
    let list: Vec<CaseId> = family.iter().copied().collect();
    let recovery: Vec<Json> = recoveries::of_cases(tx, &list)?
        .into_iter()
        .map(|it| json!({ "case_id": it.case_id, "gesture": it.grant }))
        .collect();
    Ok(json!({
        "complaints": complaints_found,
        "recovery": recovery,
        "tasks": tasks_found,
        "follow_ups": calls,
        "solution_contacts": contacts_found,
    }))
}

/// The whole history, oldest first.
fn past(tx: &mut Tx<'_>, family: &BTreeSet<CaseId>) -> Result<Vec<Json>, StoreError> {
    let mut all = Vec::new();
    let mut before = None;
    loop {
        let page = history::list(tx, family, before, CHUNK)?;
        let Some(last) = page.last() else {
            break;
        };
        before = Some((last.at, last.id));
        all.extend(page.into_iter().map(|entry| {
            json!({
                "at": entry.at,
                "case_id": entry.case_id,
                "actor": entry.actor.to_string(),
                "kind": entry.kind,
                "what": entry.what,
                "text": entry.text,
                "data": entry.data,
            })
        }));
    }
    all.reverse();
    Ok(all)
}

/// Every message of the conversations, oldest first; without notes, which are internal.
fn said(tx: &mut Tx<'_>, family: &BTreeSet<CaseId>) -> Result<Vec<Json>, StoreError> {
    let talks = talks::of_case(tx, family)?;
    let ids: BTreeSet<_> = talks.into_iter().map(|(_, id, _)| id).collect();
    let mut all = Vec::new();
    for id in ids {
        let mut of_one = Vec::new();
        let mut before = None;
        loop {
            let page = messages::before(tx, id, before, CHUNK, Audience::Contact)?;
            let Some(first) = page.first() else {
                break;
            };
            before = Some(first.seq);
            of_one.splice(
                0..0,
                page.into_iter().map(|it| {
                    json!({
                        "id": it.id,
                        "conversation_id": it.conversation_id,
                        "seq": it.seq,
                        "author": format!("{:?}", it.author),
                        "text": it.text,
                        "attachment_ids": it.content.attachment_ids,
                        "created_at": it.created_at,
                    })
                }),
            );
        }
        all.extend(of_one);
    }
    Ok(all)
}

/// Texts of messages and statements under the path they have in the bundle, and files by
/// their number.
pub(super) fn contents(
    tx: &mut Tx<'_>,
    chain: &[Evidence],
    parts: &[BundlePart],
) -> Result<Vec<Paper>, StoreError> {
    let mut found = Vec::new();
    for part in parts {
        let BundlePart::Content { number, path } = part else {
            continue;
        };
        let Some(entry) = chain.iter().find(|entry| entry.number == *number) else {
            continue;
        };
        if let evidence::StoredContent::Present(bytes) = evidence::content(tx, entry.id)? {
            found.push((path.clone(), bytes));
        }
    }
    Ok(found)
}

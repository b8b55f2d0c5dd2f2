//! Durable message transactions by the second, with many writers waiting.
//!
//! The transaction is the one the widget runs: [`widget::post`] on a prepared message. It
//! finds the conversation, recognises repeats, writes message, session, conversation row,
//! index and event. A writer sends its next message when the last one is acknowledged.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use zhiyin_app::conversations::NewMessage;
use zhiyin_app::widget::{self, WidgetError};
use zhiyin_domain::message::MessageKind;
use zhiyin_store::widget::Visitor;

use super::seed::{Ground, visitor_context};
use super::texts::{Dice, Texts};
use crate::cpu;
use crate::latency::{Latencies, per_second};

/// Begin of the name of the threads that write.
const WRITER: &str = "store-writer";

/// What the writers achieved.
pub struct Written {
    /// Acknowledged messages by the second.
    pub per_second: f64,
    /// From the call to the acknowledgement.
    pub acknowledged: Latencies,
    /// Processor time of the writing thread for each message, in microseconds.
    pub writer_cpu_us: f64,
}

/// Lets `writers` write for `time`, each to its own part of the visitors.
pub async fn run(
    ground: &Ground,
    visitors: &Arc<[Visitor]>,
    writers: usize,
    time: Duration,
) -> Result<Written> {
    let texts = Arc::new(Texts::new());
    let (process, started) = (std::process::id(), Instant::now());
    let cpu_before = cpu::time(process, Some(WRITER));
    let until = started + time;
    let tasks: Vec<_> = (0..writers)
        .map(|writer| {
            let (ground, visitors) = (ground.clone(), Arc::clone(visitors));
            let texts = Arc::clone(&texts);
            tokio::spawn(async move {
                let own = visitors.iter().skip(writer).step_by(writers).cloned();
                write(&ground, own.collect(), &texts, writer, until).await
            })
        })
        .collect();
    let mut acknowledged = Latencies::default();
    for task in tasks {
        acknowledged.append(task.await.context("a writer panicked")??);
    }
    let spent = cpu::time(process, Some(WRITER)).saturating_sub(cpu_before);
    Ok(Written {
        per_second: per_second(acknowledged.len(), started.elapsed()),
        writer_cpu_us: cpu::micros_each(spent, acknowledged.len()),
        acknowledged,
    })
}

async fn write(
    ground: &Ground,
    visitors: Vec<Visitor>,
    texts: &Texts,
    writer: usize,
    until: Instant,
) -> Result<Latencies, WidgetError> {
    let mut times = Latencies::default();
    let mut dice = Dice::new(u64::try_from(writer).unwrap_or(0));
    for (number, visitor) in visitors.iter().cycle().enumerate() {
        if Instant::now() >= until {
            break;
        }
        let text = texts.message(&mut dice);
        let started = Instant::now();
        post(ground, visitor.clone(), text, format!("{writer}-{number}")).await?;
        times.record(started.elapsed());
    }
    Ok(times)
}

/// One message of a visitor, acknowledged when this returns.
async fn post(
    ground: &Ground,
    visitor: Visitor,
    text: String,
    client_id: String,
) -> Result<(), WidgetError> {
    let prepared = new_message(text, client_id).prepare()?;
    let ctx = visitor_context(&visitor);
    ground
        .store
        .write(ground.workspace, move |tx| {
            widget::post(tx, &ctx, &visitor, &prepared, &BTreeMap::new()).map(|_| ())
        })
        .await
}

fn new_message(text: String, client_id: String) -> NewMessage {
    NewMessage {
        client_id: Some(client_id),
        kind: MessageKind::Text,
        text,
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    }
}

/// Lets every visitor write once, so that the conversations are there.
pub async fn open_all(ground: &Ground, visitors: &[Visitor]) -> Result<()> {
    for part in visitors.chunks(512) {
        let posts = part.iter().map(|visitor| {
            post(
                ground,
                visitor.clone(),
                "您好".to_owned(),
                "first".to_owned(),
            )
        });
        futures_util::future::try_join_all(posts).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use zhiyin_domain::message::MessageError;

    use super::*;

    #[test]
    fn every_text_is_acceptable() -> Result<(), MessageError> {
        let (texts, mut dice) = (Texts::new(), Dice::new(1));
        for _ in 0..500 {
            new_message(texts.message(&mut dice), "x".to_owned()).prepare()?;
        }
        Ok(())
    }
}

//! Recorded dialogues, played by visitors at the same time.
//!
//! A file is a table with tabs between its columns and their names in the first line; it
//! needs `conversation` and `text`, and may have `domain`. Lines of one conversation are
//! sent in the order of the file by one visitor. The console's stream must show every
//! line once, in order, and word for word.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;
use tokio::time::timeout;

use crate::company::{Company, message, open_visitor};
use crate::http::Connection;
use crate::latency::{Latencies, per_second};
use crate::socket::Socket;

/// What has not come this long after the last line does not come.
const PATIENCE: Duration = Duration::from_secs(10);

/// A recorded conversation: what the customer wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialogue {
    /// What it is about.
    pub domain: String,
    /// In order.
    pub lines: Vec<String>,
}

/// Reads a file of dialogues.
pub fn read(path: &Path) -> Result<Vec<Dialogue>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    parse(&text).with_context(|| format!("{} is not a table of dialogues", path.display()))
}

fn parse(text: &str) -> Result<Vec<Dialogue>> {
    let mut rows = text.lines();
    let head: Vec<&str> = rows.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| head.iter().position(|column| *column == name);
    let conversation = column("conversation").context("no column `conversation`")?;
    let line = column("text").context("no column `text`")?;
    let domain = column("domain");
    let mut order = Vec::new();
    let mut dialogues: HashMap<(&str, &str), Vec<String>> = HashMap::new();
    for row in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        if cell(line).is_empty() {
            continue;
        }
        let key = (domain.map_or("", cell), cell(conversation));
        let lines = dialogues.entry(key).or_insert_with(|| {
            order.push(key);
            Vec::new()
        });
        lines.push(cell(line).to_owned());
    }
    if order.is_empty() {
        bail!("it has no lines");
    }
    let mut all = Vec::with_capacity(order.len());
    for key in order {
        all.push(Dialogue {
            domain: key.0.to_owned(),
            lines: dialogues.remove(&key).unwrap_or_default(),
        });
    }
    Ok(all)
}

/// What a replay has shown.
#[derive(Debug, Default)]
pub struct Played {
    /// Conversations by domain.
    pub domains: BTreeMap<String, usize>,
    /// Lines acknowledged.
    pub lines: usize,
    /// Acknowledged lines by the second.
    pub per_second: f64,
    /// From sending a line to its acknowledgement.
    pub acknowledged: Latencies,
    /// From sending a line until the console had it.
    pub delivery: Latencies,
    /// Lines the console did not show.
    pub lost: usize,
    /// Lines the console showed more than once.
    pub doubled: usize,
    /// Lines the console showed before an earlier one of the same conversation.
    pub disordered: usize,
    /// Lines the console showed in other words.
    pub altered: usize,
}

/// Plays all dialogues, up to `at_once` at the same time, and follows them on a console.
pub async fn play(
    company: &Company,
    key: &str,
    dialogues: Vec<Dialogue>,
    at_once: usize,
    console: Socket,
) -> Result<Played> {
    let dialogues: Arc<[Dialogue]> = dialogues.into();
    let total = dialogues.iter().map(|dialogue| dialogue.lines.len()).sum();
    let watching = tokio::spawn(watch(console, Arc::clone(&dialogues), total));
    let started = Instant::now();
    let speak = |number: usize| {
        let dialogues = Arc::clone(&dialogues);
        async move { speak(company, key, number, &dialogues[number]).await }
    };
    let spoken = stream::iter((0..dialogues.len()).map(speak)).buffer_unordered(at_once);
    let spoken: Vec<Spoken> = spoken.try_collect().await?;
    let took = started.elapsed();
    let heard = watching.await.context("the console panicked")??;

    let mut played = compare(&dialogues, &heard);
    played.per_second = per_second(total, took);
    played.lines = total;
    for dialogue in dialogues.iter() {
        *played.domains.entry(dialogue.domain.clone()).or_default() += 1;
    }
    let mut sent: HashMap<(usize, usize), Instant> = HashMap::new();
    for one in spoken {
        sent.extend(
            one.sent
                .into_iter()
                .enumerate()
                .map(|(line, at)| ((one.dialogue, line), at)),
        );
        played.acknowledged.append(one.acknowledged);
    }
    let mut timed = BTreeSet::new();
    for line in heard {
        let place = (line.dialogue, line.line);
        if let Some(at) = sent.get(&place).filter(|_| timed.insert(place)) {
            played
                .delivery
                .record(line.at.saturating_duration_since(*at));
        }
    }
    Ok(played)
}

struct Spoken {
    dialogue: usize,
    sent: Vec<Instant>,
    acknowledged: Latencies,
}

/// One visitor opens the chat and writes the lines of their dialogue.
async fn speak(company: &Company, key: &str, number: usize, dialogue: &Dialogue) -> Result<Spoken> {
    let mut connection = Connection::open(company.place.clone()).await?;
    let token = open_visitor(&mut connection, key).await?;
    let mut spoken = Spoken {
        dialogue: number,
        sent: Vec::with_capacity(dialogue.lines.len()),
        acknowledged: Latencies::default(),
    };
    for (place, line) in dialogue.lines.iter().enumerate() {
        let request = message(&token, &format!("r{number}-{place}"), line)?;
        let at = Instant::now();
        let answer = connection.send(&request).await?;
        if answer.status != 201 {
            bail!(
                "a line is answered with {}: {}",
                answer.status,
                answer.text()
            );
        }
        spoken.sent.push(at);
        spoken.acknowledged.record(at.elapsed());
    }
    Ok(spoken)
}

/// A line as the console showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heard {
    dialogue: usize,
    line: usize,
    is_as_written: bool,
    at: Instant,
}

/// Takes in what the console is sent, until every line was there or none comes any more.
async fn watch(
    mut console: Socket,
    dialogues: Arc<[Dialogue]>,
    total: usize,
) -> Result<Vec<Heard>> {
    let mut heard: Vec<Heard> = Vec::with_capacity(total);
    while heard.len() < total {
        let Ok(frame) = timeout(PATIENCE, console.hear()).await else {
            break;
        };
        let frame = frame?.context("the console's stream ended")?;
        let frame: Value = serde_json::from_slice(frame).context("a frame is JSON")?;
        if frame["t"] == "bye" {
            bail!("the console was cut off: {frame}");
        }
        heard.extend(look(&frame, &dialogues));
    }
    // A repeat would come now, if there is one.
    while let Ok(Ok(Some(frame))) = timeout(Duration::from_millis(500), console.hear()).await {
        heard.extend(look(&serde_json::from_slice(frame)?, &dialogues));
    }
    Ok(heard)
}

/// The line that an event tells of.
fn look(frame: &Value, dialogues: &[Dialogue]) -> Option<Heard> {
    let is_new = frame["type"] == "message.created";
    let message = frame.get("message").filter(|_| is_new)?;
    let place = message["client_id"].as_str()?.strip_prefix('r')?;
    let (dialogue, line) = place.split_once('-')?;
    let (dialogue, line) = (dialogue.parse().ok()?, line.parse().ok()?);
    let written: &String = dialogues.get::<usize>(dialogue)?.lines.get::<usize>(line)?;
    Some(Heard {
        dialogue,
        line,
        is_as_written: message["text"].as_str() == Some(written),
        at: Instant::now(),
    })
}

fn compare(dialogues: &[Dialogue], heard: &[Heard]) -> Played {
    let mut played = Played::default();
    let mut seen: Vec<Vec<bool>> = dialogues
        .iter()
        .map(|dialogue| vec![false; dialogue.lines.len()])
        .collect();
    for line in heard {
        let lines = &mut seen[line.dialogue];
        played.altered += usize::from(!line.is_as_written);
        if lines[line.line] {
            played.doubled += 1;
            continue;
        }
        lines[line.line] = true;
        let is_early = lines[..line.line].iter().any(|was_seen| !was_seen);
        played.disordered += usize::from(is_early);
    }
    played.lost = seen.iter().flatten().filter(|was_seen| !**was_seen).count();
    played
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialogues_are_read_in_order() {
        let table = "domain\tconversation\tturn\ttext\nair\t1\t0\thello\nair\t2\t0\thi\nair\t1\t2\t \nair\t1\t4\tbye\n";
        let dialogues = parse(table).expect("a table");
        assert_eq!(dialogues.len(), 2);
        assert_eq!(dialogues[0].lines, ["hello", "bye"]);
        assert_eq!(dialogues[1].domain, "air");
        for bad in ["", "text\nhello", "conversation\ttext\n", "conversation\n1"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_projects_own_dialogues_are_readable() {
        let dialogues = parse(crate::store::DIALOGUES).expect("a table");
        assert!(dialogues.len() >= 50);
        assert!(dialogues.iter().all(|dialogue| !dialogue.domain.is_empty()));
    }

    #[test]
    fn every_fault_of_a_replay_is_seen() {
        let lines = ["a", "b", "c"].map(str::to_owned).to_vec();
        let dialogues = [Dialogue {
            domain: String::new(),
            lines,
        }];
        let check = |order: &[(usize, &str)]| {
            let told = order.iter().map(|(line, text)| {
                let frame = serde_json::json!({
                    "t": "event", "type": "message.created",
                    "message": { "client_id": format!("r0-{line}"), "text": text },
                });
                look(&frame, &dialogues).expect("a line")
            });
            let played = compare(&dialogues, &told.collect::<Vec<_>>());
            (
                played.lost,
                played.doubled,
                played.disordered,
                played.altered,
            )
        };
        assert_eq!(check(&[(0, "a"), (1, "b"), (2, "c")]), (0, 0, 0, 0));
        assert_eq!(check(&[(0, "a"), (2, "c"), (1, "b")]), (0, 0, 1, 0));
        assert_eq!(check(&[(0, "a"), (0, "a"), (1, "B")]), (1, 1, 0, 1));
    }
}

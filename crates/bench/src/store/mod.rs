//! `zhiyin bench store`: durable message transactions, pages of an inbox, search.

mod reads;
mod seed;
mod texts;
mod writes;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;
use zhiyin_store::widget::Visitor;
use zhiyin_store::{Database, Keyring, Store, StoreConfig};

pub(crate) use self::seed::{Ground, id, now};
#[cfg(test)]
pub(crate) use self::texts::DIALOGUES;
pub(crate) use self::texts::{Dice, Texts};
use self::writes::Written;
pub(crate) use self::writes::open_all;
use crate::latency::round;
use crate::scratch::{self, ScratchDatabase};
use crate::{Common, Report, machine, progress};

const METHOD: &str = "One process. Writers are tasks that send the widget's message \
    transaction (message, conversation row, session, event, full-text index) and wait for its \
    commit on disk before the next; texts are segmented by the writers. Grouped and single use \
    the same fresh SQLite file layout (WAL, synchronous=FULL). Pages and searches run one at a \
    time on an inbox filled before.";

/// Options of the store benchmark.
#[derive(Debug, Args)]
pub struct StoreOptions {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Measure PostgreSQL too: address of a server on which a database may be made.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Writers that wait at the same time.
    #[arg(long, default_value_t = 512)]
    writers: usize,
    /// Seconds of each measurement; 10, or 2 with `--quick`.
    #[arg(long)]
    seconds: Option<u64>,
    /// Conversations, with one message each, to page and search in; a million, or 30,000
    /// with `--quick`.
    #[arg(long)]
    conversations: Option<usize>,
    /// Leave out the filled inbox: only transactions.
    #[arg(long)]
    writes_only: bool,
}

impl StoreOptions {
    fn time(&self) -> Duration {
        let default = if self.common.quick { 2 } else { 10 };
        Duration::from_secs(self.seconds.unwrap_or(default))
    }

    fn sizes(&self) -> (usize, usize) {
        let (visitors, conversations) = if self.common.quick {
            (2_000, 30_000)
        } else {
            (10_000, 1_000_000)
        };
        (
            visitors.max(self.writers),
            self.conversations.unwrap_or(conversations),
        )
    }
}

/// Measures.
pub fn run(options: &StoreOptions) -> Result<Report> {
    let folder = scratch::folder(options.common.scratch.as_deref())?;
    let (visitors, conversations) = options.sizes();
    let mut report = Report::new("store", machine::describe(folder.path())?, METHOD);
    report.set(
        "sizes",
        json!({
            "writers": options.writers,
            "seconds": options.time().as_secs(),
            "active_conversations": visitors,
            "conversations": if options.writes_only { 0 } else { conversations },
            "messages": if options.writes_only { 0 } else { conversations },
        }),
    )?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(sqlite_writes(options, folder.path(), &mut report))?;
    let postgres = match &options.database {
        // Made and dropped outside the runtime: its driver brings its own.
        Some(server) => {
            let database = ScratchDatabase::create(server)?;
            let url = Database::Postgres {
                url: database.url(),
            };
            Some(runtime.block_on(measure(options, "postgres", url, true))?)
        }
        None => None,
    };
    report.set(
        "postgres_per_s",
        postgres.as_ref().map(|written| written.per_second),
    )?;
    let acknowledged = postgres.and_then(|written| written.acknowledged.percentile_ms(99.0));
    report.set("postgres_ack_p99_ms", acknowledged)?;
    if !options.writes_only {
        runtime.block_on(reads(options, folder.path(), conversations, &mut report))?;
    }
    Ok(report)
}

async fn sqlite_writes(options: &StoreOptions, folder: &Path, report: &mut Report) -> Result<()> {
    let grouped = Database::Sqlite {
        path: folder.join("grouped.db"),
    };
    let grouped = measure(options, "sqlite, grouped", grouped, true).await?;
    report.set("sqlite_grouped_per_s", grouped.per_second)?;
    report.set("sqlite_grouped_writer_cpu_us", grouped.writer_cpu_us)?;
    report.set("ack_p50_ms", grouped.acknowledged.percentile_ms(50.0))?;
    report.set("ack_p99_ms", grouped.acknowledged.percentile_ms(99.0))?;
    let single = Database::Sqlite {
        path: folder.join("single.db"),
    };
    let single = measure(options, "sqlite, single", single, false).await?;
    report.set("sqlite_single_per_s", single.per_second)?;
    report.set("sqlite_single_writer_cpu_us", single.writer_cpu_us)?;
    report.set(
        "sqlite_single_ack_p99_ms",
        single.acknowledged.percentile_ms(99.0),
    )?;
    report.set(
        "grouped_by_single",
        round(grouped.per_second / single.per_second),
    )
}

async fn measure(
    options: &StoreOptions,
    name: &str,
    database: Database,
    group_commit: bool,
) -> Result<Written> {
    let ground = ground(database, group_commit)?;
    let visitors: Arc<[Visitor]> = ground.visitors(options.sizes().0)?.into();
    writes::open_all(&ground, &visitors).await?;
    let warm_up = options.time() / 5;
    writes::run(&ground, &visitors, options.writers, warm_up).await?;
    let written = writes::run(&ground, &visitors, options.writers, options.time()).await?;
    progress(&format!(
        "{name}: {} messages a second, {} µs of the writing thread each",
        written.per_second, written.writer_cpu_us
    ));
    Ok(written)
}

pub(crate) fn ground(database: Database, group_commit: bool) -> Result<Ground> {
    let keyring = Keyring::single("bench", [7; 32]);
    let config = StoreConfig {
        group_commit,
        ..StoreConfig::new(database, keyring)
    };
    let store = Store::open(config).context("cannot open the database")?;
    store.migrate_blocking().context("cannot make the schema")?;
    Ground::make(store)
}

async fn reads(
    options: &StoreOptions,
    folder: &Path,
    conversations: usize,
    report: &mut Report,
) -> Result<()> {
    let database = Database::Sqlite {
        path: folder.join("filled.db"),
    };
    let ground = ground(database, true)?;
    let started = Instant::now();
    let visitors: Arc<[Visitor]> = ground.fill(conversations)?.open.into();
    report.set("fill_s", started.elapsed().as_secs())?;
    report.set(
        "filled_mb",
        std::fs::metadata(folder.join("filled.db"))?.len() / 1_000_000,
    )?;

    let pages = reads::inbox_pages(&ground, options.time()).await?;
    report.set("inbox_page_p50_ms", pages.percentile_ms(50.0))?;
    report.set("inbox_page_p99_ms", pages.percentile_ms(99.0))?;
    report.set("inbox_pages", pages.len())?;
    progress(&format!(
        "inbox page: p99 {:?} ms",
        pages.percentile_ms(99.0)
    ));

    let searched = reads::searches(&ground, options.time()).await?;
    report.set("search_p50_ms", searched.times.percentile_ms(50.0))?;
    report.set("search_p99_ms", searched.times.percentile_ms(99.0))?;
    report.set("search_max_ms", searched.times.percentile_ms(100.0))?;
    report.set("searches", searched.times.len())?;
    report.set("searches_with_hits", searched.hits)?;
    progress(&format!(
        "search: p99 {:?} ms, slowest {:?}",
        searched.times.percentile_ms(99.0),
        searched.slowest
    ));

    let busy = ground.clone();
    let (written, pages) = tokio::join!(
        writes::run(&ground, &visitors, options.writers, options.time()),
        reads::inbox_pages(&busy, options.time()),
    );
    report.set("filled_grouped_per_s", written?.per_second)?;
    report.set("busy_inbox_page_p99_ms", pages?.percentile_ms(99.0))
}

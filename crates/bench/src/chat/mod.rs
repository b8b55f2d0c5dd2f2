//! `zhiyin bench chat`: messages from visitors to agents, and very many visitors with the
//! chat open.
//!
//! ```text
//! visitors ── HTTP ──▶ program ── stream ──▶ consoles
//!          ◀─ stream ──┘   (another process, on loopback)
//! ```
//!
//! With `--replay` recorded dialogues are played instead, and every line is looked for on
//! the console's stream.

mod board;
mod console;
mod replay;
mod sockets;
mod stage;
mod visitors;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;

use self::board::Board;
use self::console::{Shown, Watch};
use self::sockets::{Crowd, Found};
use self::stage::Stage;
use self::visitors::{Pace, Visitor, Written};
use crate::latency::round;
use crate::{Common, Report, cpu, machine, progress, scratch};

const METHOD: &str = "The program runs as a process of its own on loopback, without limits per \
    sender; visitors, consoles and their streams are this process, on the same machine. Every \
    visitor who writes has the chat open: a connection to send on and a stream of their own. \
    Delivery: messages at an even rate, all consoles are members of the inbox and get every one; \
    the time is from the moment a visitor was to send until a console has read the frame, over \
    all consoles. Sustained: every visitor sends the next message as soon as the last is \
    acknowledged, one console follows. Sockets: resident memory of a freshly started program \
    between the first streams and the last, each said hello and got its answer. Reconnect: all \
    streams are closed, an agent answers, all come back at once, the agent goes on answering; \
    the time is until the last visitor was told what they missed. Lost, doubled and disordered \
    count over all of it.";

const METHOD_REPLAY: &str = "The program runs as a process of its own on loopback, without limits \
    per sender. Each dialogue is a visitor who opens the chat and sends its lines over the \
    widget's interface, each after the acknowledgement of the last; dialogues run side by side. \
    A console's stream is compared with them line by line.";

/// Dialogues played at the same time unless `--visitors` says otherwise.
const DIALOGUES_AT_ONCE: usize = 64;
/// Visitors with a conversation among those who are cut off.
const TALKING_MAX: usize = 500;
/// Open files besides sockets: database, log, libraries.
const OTHER_FILES: usize = 200;

/// Options of the chat benchmark.
#[derive(Debug, Args)]
pub struct ChatOptions {
    #[command(flatten)]
    pub(crate) common: Common,
    /// A program that runs already, such as `http://127.0.0.1:8080`; it is given inboxes,
    /// agents and visitors. Without it, one is started on a fresh folder.
    #[arg(long)]
    url: Option<String>,
    /// With `--url`, unless the installation is fresh: a personal token of an administrator.
    #[arg(
        long,
        env = "ZHIYIN_BENCH_TOKEN",
        hide_env_values = true,
        requires = "url"
    )]
    token: Option<String>,
    /// Play the recorded dialogues of this file instead (tabs; columns `conversation`,
    /// `text` and perhaps `domain`). May be repeated.
    #[arg(long, value_name = "FILE")]
    replay: Vec<PathBuf>,
    /// Visitors who write; with `--replay` dialogues at the same time.
    #[arg(long)]
    visitors: Option<usize>,
    /// Agents with an open console; 200, or 50 with `--quick`.
    #[arg(long)]
    agents: Option<usize>,
    /// Messages a second while delivery is timed.
    #[arg(long, default_value_t = 1000.0)]
    rate: f64,
    /// Seconds of each measurement; 15, or 3 with `--quick`.
    #[arg(long)]
    seconds: Option<u64>,
    /// Idle streams; 20,000, or 2,000 with `--quick`, and no more than this machine lets a
    /// process open. 0 leaves them out.
    #[arg(long)]
    sockets: Option<usize>,
}

impl ChatOptions {
    fn pick<T>(&self, option: Option<T>, quick: T, full: T) -> T {
        option.unwrap_or(if self.common.quick { quick } else { full })
    }

    fn sizes(&self) -> Sizes {
        Sizes {
            visitors: self.pick(self.visitors, 200, 500).max(1),
            agents: self.pick(self.agents, 50, 200).max(1),
            sockets: self
                .pick(self.sockets, 2_000, 20_000)
                .min(machine::open_files().saturating_sub(OTHER_FILES)),
            time: Duration::from_secs(self.pick(self.seconds, 3, 15).max(1)),
        }
    }
}

struct Sizes {
    visitors: usize,
    agents: usize,
    sockets: usize,
    time: Duration,
}

/// Measures.
pub(crate) fn run(options: &ChatOptions) -> Result<Report> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        if options.replay.is_empty() {
            measure(options).await
        } else {
            play(options).await
        }
    })
}

async fn stage(options: &ChatOptions, method: &str) -> Result<(Stage, Report)> {
    let folder = scratch::folder(options.common.scratch.as_deref())?;
    let mut report = Report::new("chat", machine::describe(folder.path())?, method);
    if let Some(url) = &options.url {
        report.set("url", url)?;
        return Ok((Stage::at(url, options.token.as_deref()).await?, report));
    }
    Ok((Stage::set_up(folder).await?, report))
}

async fn measure(options: &ChatOptions) -> Result<Report> {
    let sizes = options.sizes();
    let (mut stage, mut report) = stage(options, METHOD).await?;
    report.set(
        "sizes",
        json!({
            "visitors": sizes.visitors, "agents": sizes.agents, "rate": options.rate,
            "sockets": sizes.sockets, "seconds": sizes.time.as_secs(),
        }),
    )?;
    let mut faults = Faults::default();
    let inbox = stage.inbox().await?;
    progress(&format!("making {} agents", sizes.agents));
    let agents = console::hire(
        &stage.company,
        &inbox.id,
        &stage.name("agent"),
        sizes.agents,
    )
    .await?;
    let place = stage.company.place.clone();
    let mut consoles = Vec::with_capacity(agents.len());
    for (number, agent) in agents.iter().enumerate() {
        consoles.push(console::open(&place, agent, number).await?);
    }
    let tokens = visitors::tokens(&stage.company, &inbox.key, sizes.visitors).await?;
    let visitors = Visitor::open_all(&place, tokens).await?;

    let even = Phase {
        letter: 'd',
        pace: Pace::Even(options.rate),
        time: sizes.time,
    };
    let (visitors, mut consoles) = even
        .delivery(&stage, visitors, consoles, &mut report, &mut faults)
        .await?;
    consoles.truncate(1);
    let flat_out = Phase {
        letter: 's',
        pace: Pace::AtOnce,
        time: sizes.time,
    };
    let (visitors, consoles) = flat_out
        .sustained(&stage, visitors, consoles, &mut report, &mut faults)
        .await?;
    drop((visitors, consoles));

    let found = if sizes.sockets > 0 {
        let inbox = stage.inbox().await?;
        progress(&format!("opening {} visitors", sizes.sockets));
        let tokens = visitors::tokens(&stage.company, &inbox.key, sizes.sockets).await?;
        let talking = TALKING_MAX.min(sizes.sockets / 4);
        let crowd = Crowd::prepare(&stage.company, tokens, talking).await?;
        stage.restart()?;
        Some(sockets::measure(&stage.company, crowd, stage.process()).await?)
    } else {
        None
    };
    tell_sockets(found.as_ref(), &mut report, &mut faults)?;
    faults.tell(&mut report)?;
    stage.end()?;
    Ok(report)
}

/// Visitors who write at one pace.
struct Phase {
    letter: char,
    pace: Pace,
    time: Duration,
}

/// What a phase has shown.
struct Run {
    written: Written,
    shown: Shown,
    /// Processor time of the program for each message, in microseconds.
    server_cpu_us: Option<f64>,
}

type Cast = (Vec<Visitor>, Vec<crate::socket::Socket>);

impl Phase {
    async fn run(&self, stage: &Stage, (visitors, consoles): Cast) -> Result<(Cast, Run)> {
        let capacity = match self.pace {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                clippy::cast_sign_loss,
                reason = "a number of messages that fits into memory"
            )]
            Pace::Even(rate) => {
                (rate * self.time.as_secs_f64() / visitors.len() as f64).ceil() as usize + 1
            }
            // More than any machine writes in that time.
            Pace::AtOnce => 2_000 * usize::try_from(self.time.as_secs())?,
        };
        let board = Board::new(self.letter, visitors.len(), capacity);
        let watch = Watch::begin(consoles, &board);
        let cpu = || stage.process().map(|process| cpu::time(process, None));
        let before = cpu();
        let (visitors, written) = visitors::write(visitors, &board, self.pace, self.time).await?;
        let (consoles, shown) = watch.end().await?;
        let spent = before
            .zip(cpu())
            .map(|(before, after)| after.saturating_sub(before));
        let server_cpu_us = spent.map(|spent| cpu::micros_each(spent, written.count));
        Ok((
            (visitors, consoles),
            Run {
                written,
                shown,
                server_cpu_us,
            },
        ))
    }

    async fn delivery(
        &self,
        stage: &Stage,
        visitors: Vec<Visitor>,
        consoles: Vec<crate::socket::Socket>,
        report: &mut Report,
        faults: &mut Faults,
    ) -> Result<Cast> {
        let (cast, run) = self.run(stage, (visitors, consoles)).await?;
        let delivery = &run.shown.delivery;
        progress(&format!(
            "delivery: p99 {:?} ms",
            delivery.percentile_ms(99.0)
        ));
        report.set("deliver_p50_ms", delivery.percentile_ms(50.0))?;
        report.set("deliver_p99_ms", delivery.percentile_ms(99.0))?;
        report.set("deliver_max_ms", delivery.percentile_ms(100.0))?;
        report.set("deliveries", run.shown.deliveries)?;
        report.set("ack_p50_ms", run.written.acknowledged.percentile_ms(50.0))?;
        report.set("ack_p99_ms", run.written.acknowledged.percentile_ms(99.0))?;
        report.set("delivery_rate", run.written.per_second)?;
        report.set("delivery_server_cpu_us", run.server_cpu_us)?;
        faults.add(&run.shown);
        Ok(cast)
    }

    async fn sustained(
        &self,
        stage: &Stage,
        visitors: Vec<Visitor>,
        consoles: Vec<crate::socket::Socket>,
        report: &mut Report,
        faults: &mut Faults,
    ) -> Result<Cast> {
        let (cast, run) = self.run(stage, (visitors, consoles)).await?;
        progress(&format!(
            "sustained: {} messages a second",
            run.written.per_second
        ));
        report.set("acked_per_s", run.written.per_second)?;
        report.set("acked", run.written.count)?;
        report.set(
            "sustained_ack_p99_ms",
            run.written.acknowledged.percentile_ms(99.0),
        )?;
        report.set(
            "sustained_deliver_p99_ms",
            run.shown.delivery.percentile_ms(99.0),
        )?;
        report.set("sustained_server_cpu_us", run.server_cpu_us)?;
        faults.add(&run.shown);
        Ok(cast)
    }
}

/// What must not be.
#[derive(Debug, Default)]
struct Faults {
    lost: usize,
    doubled: usize,
    disordered: usize,
}

impl Faults {
    fn add(&mut self, shown: &Shown) {
        self.lost += shown.lost;
        self.doubled += shown.doubled;
        self.disordered += shown.disordered;
    }

    fn tell(&self, report: &mut Report) -> Result<()> {
        report.set("lost", self.lost)?;
        report.set("doubled", self.doubled)?;
        report.set("disordered", self.disordered)?;
        if self.lost + self.doubled + self.disordered > 0 {
            report.complaint = Some(format!(
                "{} messages were lost, {} were shown twice, {} out of order",
                self.lost, self.doubled, self.disordered
            ));
        }
        Ok(())
    }
}

fn tell_sockets(found: Option<&Found>, report: &mut Report, faults: &mut Faults) -> Result<()> {
    report.set("socket_bytes", found.and_then(|found| found.socket_bytes))?;
    let all = found.map(|found| round(found.reconnect_all.as_secs_f64()));
    report.set("reconnect_all_s", all)?;
    let Some(found) = found else { return Ok(()) };
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 bytes")]
    let resident = found.resident_bytes.map(|bytes| round(bytes as f64 / 1e6));
    report.set("sockets_rss_mb", resident)?;
    report.set("reconnect_p50_ms", found.reconnect.percentile_ms(50.0))?;
    report.set("reconnect_retries", found.retries)?;
    report.set("reconnect_answers", found.answers)?;
    faults.lost += found.lost;
    faults.doubled += found.doubled;
    Ok(())
}

async fn play(options: &ChatOptions) -> Result<Report> {
    let mut dialogues = Vec::new();
    for file in &options.replay {
        dialogues.extend(replay::read(file)?);
    }
    let at_once = options.visitors.unwrap_or(DIALOGUES_AT_ONCE).max(1);
    let (stage, mut report) = stage(options, METHOD_REPLAY).await?;
    let inbox = stage.inbox().await?;
    let hired = console::hire(&stage.company, &inbox.id, &stage.name("agent"), 1).await?;
    let agent = hired.first().context("there is no agent")?;
    let console = console::open(&stage.company.place, agent, 0).await?;
    progress(&format!("playing {} dialogues", dialogues.len()));
    let count = dialogues.len();
    let played = replay::play(&stage.company, &inbox.key, dialogues, at_once, console).await?;
    report.set(
        "sizes",
        json!({ "dialogues": count, "at_once": at_once, "lines": played.lines }),
    )?;
    report.set("dialogues", &played.domains)?;
    report.set("acked_per_s", played.per_second)?;
    report.set("ack_p99_ms", played.acknowledged.percentile_ms(99.0))?;
    report.set("deliver_p50_ms", played.delivery.percentile_ms(50.0))?;
    report.set("deliver_p99_ms", played.delivery.percentile_ms(99.0))?;
    tell_sockets(None, &mut report, &mut Faults::default())?;
    let faults = Faults {
        lost: played.lost,
        doubled: played.doubled,
        disordered: played.disordered,
    };
    faults.tell(&mut report)?;
    report.set("altered", played.altered)?;
    if played.altered > 0 {
        report.complaint = Some(format!("{} lines came in other words", played.altered));
    }
    stage.end()?;
    Ok(report)
}

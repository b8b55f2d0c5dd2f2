//! `zhiyin bench durability`: what was acknowledged is there, whatever happens.
//!
//! Customers write over the widget's interface; again and again the program is killed in
//! the middle of it and started anew. A customer whose message got no answer sends it
//! again with the same client id, as the widget does. At the end every message must be
//! there exactly once, in the place it was acknowledged for, without a gap.

mod diary;
mod verdict;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::timeout;

use self::diary::Diary;
pub use self::verdict::{Verdict, damage};
use crate::company::{Company, open_visitor};
use crate::http::Connection;
use crate::latency::Latencies;
use crate::program::{Launch, Program};
use crate::scratch::{self, ScratchDatabase};
use crate::store::Dice;
use crate::{Common, Report, machine, progress};

const METHOD: &str = "The real program is killed (SIGKILL) while customers write over HTTP, each \
    waiting for its acknowledgement, and started again on the same data; every fourth start is \
    killed too, before it is finished. Then every conversation is read back over HTTP and the \
    database is checked. SIGKILL loses the process, not what the operating system holds: it \
    shows that nothing is acknowledged before it is written and that recovery is right, not \
    that the disk obeys a flush.";

/// The first acknowledgement of a life comes within this time.
const FIRST_LIMIT: Duration = Duration::from_mins(1);
/// Each life of the program lasts between these, from the first acknowledgement.
const LIFE_MS: (usize, usize) = (150, 700);
/// Every so many starts one is killed before it is finished.
const KILLED_START_EVERY: usize = 4;

/// Options of the durability benchmark.
#[derive(Debug, Args)]
pub struct DurabilityOptions {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Times the program is killed; 100, or 10 with `--quick`.
    #[arg(long)]
    cycles: Option<usize>,
    /// Customers who write at the same time.
    #[arg(long, default_value_t = 64)]
    visitors: usize,
    /// On PostgreSQL: address of a server on which a database may be made.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Measures.
pub(crate) fn run(options: &DurabilityOptions) -> Result<Report> {
    let cycles = options
        .cycles
        .unwrap_or(if options.common.quick { 10 } else { 100 });
    let folder = scratch::folder(options.common.scratch.as_deref())?;
    let mut report = Report::new("durability", machine::describe(folder.path())?, METHOD);
    report.set(
        "sizes",
        json!({ "cycles": cycles, "visitors": options.visitors }),
    )?;
    let database = options
        .database
        .as_deref()
        .map(ScratchDatabase::create)
        .transpose()?;
    let trial = Trial {
        binary: std::env::current_exe().context("cannot find this program")?,
        data: folder.path().to_owned(),
        database: database.as_ref().map(ScratchDatabase::url),
        cycles,
        visitors: options.visitors,
    };
    let verdict = trial.run()?;
    verdict.fill(&mut report)?;
    report.complaint = verdict.complaint().map(str::to_owned);
    Ok(report)
}

/// A trial: who is killed how often.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The program.
    pub binary: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// A PostgreSQL database instead of a file in the data folder.
    pub database: Option<String>,
    /// Times it is killed.
    pub cycles: usize,
    /// Customers who write at the same time.
    pub visitors: usize,
}

impl Trial {
    /// On SQLite in `data`.
    pub fn new(binary: &Path, data: &Path, cycles: usize) -> Self {
        Self {
            binary: binary.to_owned(),
            data: data.to_owned(),
            database: None,
            cycles,
            visitors: 32,
        }
    }

    /// Kills, starts, and looks what is left.
    pub fn run(&self) -> Result<Verdict> {
        let launch = Launch {
            database: self.database.clone(),
            ..Launch::new(&self.binary, &self.data)
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the runtime")?;
        if self.database.is_some() {
            // Keys are made by themselves only for a database that is a file of the program.
            launch.make_keys()?;
        }
        let mut starts = Latencies::default();
        let program = launch.start()?;
        let mut diaries = runtime.block_on(self.open(&program))?;
        let mut program = Some(program);
        let mut dice = Dice::new(9);
        for cycle in 1..=self.cycles {
            let running = match program.take() {
                Some(program) => program,
                None => start(&launch, cycle, &mut dice)?,
            };
            starts.record(running.started_in);
            let life = LIFE_MS.0 + dice.below(LIFE_MS.1 - LIFE_MS.0);
            let life = Duration::from_millis(u64::try_from(life)?);
            runtime.block_on(write_and_kill(running, &mut diaries, life))?;
            let acknowledged: usize = diaries.iter().map(Diary::acknowledged).sum();
            progress(&format!(
                "killed {cycle} times, {acknowledged} messages acknowledged"
            ));
        }
        let mut program = launch.start()?;
        starts.record(program.started_in);
        let mut verdict = runtime.block_on(verdict::read_back(&mut program, &mut diaries))?;
        if !program.stop()?.success() {
            bail!("the program does not stop in order");
        }
        verdict.starts = starts;
        verdict.cycles = self.cycles;
        verdict.inspect(&self.data, self.database.as_deref())?;
        Ok(verdict)
    }

    async fn open(&self, program: &Program) -> Result<Vec<Diary>> {
        let company = Company::set_up(program.address).await?;
        let inbox = company.inbox("Shop").await?;
        let mut connection = Connection::open(program.address).await?;
        let mut diaries = Vec::with_capacity(self.visitors);
        for number in 0..self.visitors {
            let token = open_visitor(&mut connection, &inbox.key).await?;
            diaries.push(Diary::new(number, token));
        }
        Ok(diaries)
    }
}

/// Starts the program, now and then after a start that was killed half way.
fn start(launch: &Launch, cycle: usize, dice: &mut Dice) -> Result<Program> {
    if cycle.is_multiple_of(KILLED_START_EVERY) {
        let mut child = launch.start_unattended()?;
        std::thread::sleep(Duration::from_millis(u64::try_from(dice.below(120))?));
        child.kill().context("cannot kill the program")?;
        child.wait()?;
    }
    launch.start()
}

/// Lets everybody write, and kills the program in the middle of it: some time after the
/// first acknowledgement, so that there is something to lose on a slow machine too.
async fn write_and_kill(program: Program, diaries: &mut [Diary], life: Duration) -> Result<()> {
    let address = program.address;
    let (acknowledged, mut first) = watch::channel(false);
    let writers = futures_util::future::join_all(
        diaries
            .iter_mut()
            .map(|diary| diary.write_until_cut(address, &acknowledged)),
    );
    let killer = async move {
        let waited = timeout(FIRST_LIMIT, first.wait_for(|is_there| *is_there)).await;
        waited.context("nothing is acknowledged after a start")??;
        tokio::time::sleep(life).await;
        program.kill()
    };
    let (written, end) = tokio::join!(writers, killer);
    end?;
    written.into_iter().collect()
}

//! `zhiyin bench cases`: how long a pass of the procedure clock takes with very many open
//! cases.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use zhiyin_app::cases::{self, NewCase};
use zhiyin_app::{App, Parts, Principal, Settings};
use zhiyin_domain::identity::agent::{Agent, Memberships};
use zhiyin_domain::identity::role::Role;
use zhiyin_domain::ids::AgentId;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_ports::fixed::{MemoryBlobs, Outbox};
use zhiyin_ports::system::{LocalBus, SystemClock, SystemIds, SystemRng};
use zhiyin_store::cases::alarms;
use zhiyin_store::identity::{agents, roles};
use zhiyin_store::{Database, StoreError, Tx};

use crate::latency::Latencies;
use crate::scratch::{self, ScratchDatabase};
use crate::store::{Ground, ground, id, now};
use crate::{Common, Report, machine, progress};

const METHOD: &str = "Cases opened by the use case of the program (one open step each, with its \
    reminders and escalations as rows) on disk, SQLite with synchronous=FULL. A pass is one round of \
    the reconciler as the worker runs it: it finds what is due, of which there is nothing, and when it \
    has to look again; pass_ms is the slowest of ten.";

/// Cases opened in one transaction.
const PIECE: usize = 200;
/// Passes that are timed.
const PASSES: usize = 10;

/// Options of the benchmark of cases.
#[derive(Debug, Args)]
pub struct CasesOptions {
    #[command(flatten)]
    pub(crate) common: Common,
    /// How many open cases.
    #[arg(long, default_value_t = 100_000)]
    cases: usize,
    /// Measure PostgreSQL too: address of a server on which a database may be made.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// What was measured on one database.
struct Measured {
    alarms: i64,
    passes: Latencies,
}

/// Measures.
pub fn run(options: &CasesOptions) -> Result<Report> {
    let folder = scratch::folder(options.common.scratch.as_deref())?;
    let mut report = Report::new("cases", machine::describe(folder.path())?, METHOD);
    let count = if options.common.quick {
        options.cases.min(5_000)
    } else {
        options.cases
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let path = folder.path().join("cases.db");
    let measured = runtime.block_on(measure(Database::Sqlite { path }, count))?;
    report.set("open_cases", count)?;
    report.set("pending_alarms", measured.alarms)?;
    report.set("pass_ms", measured.passes.percentile_ms(100.0))?;
    report.set("pass_p50_ms", measured.passes.percentile_ms(50.0))?;
    let postgres = match &options.database {
        // Made and dropped outside the runtime: its driver brings its own.
        Some(server) => {
            let database = ScratchDatabase::create(server)?;
            let url = Database::Postgres {
                url: database.url(),
            };
            let measured = runtime.block_on(measure(url, count))?;
            serde_json::json!(measured.passes.percentile_ms(100.0))
        }
        None => serde_json::Value::Null,
    };
    report.set("postgres_pass_ms", postgres)?;
    Ok(report)
}

/// Somebody who may own cases.
fn owner(tx: &mut Tx<'_>) -> Result<AgentId, StoreError> {
    let role = Role {
        id: id(),
        name: "Agent".parse().map_err(StoreError::database)?,
        builtin: None,
        grants: BuiltinRole::Supervisor.grants(),
        created_at: now(),
        version: 1,
    };
    roles::insert(tx, &role)?;
    let agent: AgentId = id();
    let email = "owner@bench.example"
        .parse()
        .map_err(StoreError::database)?;
    let name = "Owner".parse().map_err(StoreError::database)?;
    agents::insert(
        tx,
        &Agent::new(agent, email, name, Locale::ZhCn, now()),
        None,
    )?;
    let memberships = Memberships {
        roles: [role.id].into(),
        ..Memberships::default()
    };
    agents::set_memberships(tx, agent, &memberships)?;
    Ok(agent)
}

fn program(ground: &Ground) -> App {
    App::new(Parts {
        store: ground.store.clone(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        rng: Arc::new(SystemRng),
        blobs: Arc::new(MemoryBlobs::default()),
        mailer: Arc::new(Outbox::default()),
        http: Arc::new(zhiyin_ports::http::NoHttp),
        bus: Arc::new(LocalBus::new()),
        settings: Settings {
            public_url: "http://bench.example".to_owned(),
            node: "bench".to_owned(),
        },
    })
}

/// Opens the cases and times passes.
async fn measure(database: Database, count: usize) -> Result<Measured> {
    let ground = ground(database, true)?;
    let agent = ground.store.write(ground.workspace, owner).await?;
    let app = program(&ground);
    let principal = Principal::system(ground.workspace, "bench");
    progress("opening cases");
    let mut opened = 0;
    while opened < count {
        let piece = PIECE.min(count - opened);
        app.write(&principal, move |tx, ctx| {
            for _ in 0..piece {
                let new = NewCase {
                    type_key: Some("consultation".to_owned()),
                    title: "How to season a teapot".to_owned(),
                    answers: [("question".to_owned(), "How?".to_owned())].into(),
                    owner_id: Some(agent),
                    ..NewCase::default()
                };
                cases::create(tx, ctx, &new)?;
            }
            Ok::<_, cases::CaseError>(())
        })
        .await?;
        opened += piece;
    }
    let work = cases::work();
    let clock = work.reconcilers.iter().find(|it| it.name == "cases");
    let clock = clock.context("there is no clock of cases")?;
    progress("looking at all of them");
    let mut passes = Latencies::default();
    for _ in 0..PASSES {
        let begun = Instant::now();
        let round = (clock.run)(app.clone()).await;
        passes.record(begun.elapsed());
        match round {
            Ok(round) if round.next_due.is_some() => {}
            Ok(_) => bail!("nothing is going to be due"),
            Err(error) => bail!("a pass failed: {error}"),
        }
    }
    let alarms = ground.store.read_system(alarms::pending).await?;
    Ok(Measured { alarms, passes })
}

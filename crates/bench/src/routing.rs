//! `zhiyin bench routing`: how fast the router decides, in memory and down to the disk, and
//! how well the simulation agrees with what is known.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::{Value, json};
use zhiyin_app::routing::dispatch::{self, Floor};
use zhiyin_app::{Context, Principal};
use zhiyin_domain::identity::agent::{Agent, Memberships, Presence};
use zhiyin_domain::identity::role::Role;
use zhiyin_domain::ids::AgentId;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_domain::presence::AgentPresence;
use zhiyin_domain::routing::{OutOfHours, Queue, ServiceTimes};
use zhiyin_ports::system::{SystemIds, SystemRng};
use zhiyin_sim::{Effort, measure_routing};
use zhiyin_store::identity::{agents, roles};
use zhiyin_store::leases::{self, Lease};
use zhiyin_store::routing::{StoredQueue, queues};
use zhiyin_store::{Database, StoreError, SystemTx, Tx, inboxes, presences};

use crate::latency::Latencies;
use crate::scratch::{self, ScratchDatabase};
use crate::store::{Ground, ground, id, now, open_all};
use crate::{Common, Report, machine, progress};

const METHOD: &str = "In memory: one thread over the router of the program, with a full floor \
    (each decision follows an agent who became free) and one that fills from empty; decisions_per_s \
    is the slower. Agreement: seeded simulations of the same router against exact Erlang C and A and \
    the published results of SimpleMSK and of Wallace and Whitt. decision_tx: decision, its \
    transaction on disk (row, conversation, explanation, events; SQLite with synchronous=FULL) and \
    taking the outcome in, one at a time, with everybody waiting in rows.";

/// Options of the routing benchmark.
#[derive(Debug, Args)]
pub struct RoutingOptions {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Measure PostgreSQL too: address of a server on which a database may be made.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Leave out the simulations: only decisions with their transactions.
    #[arg(long)]
    transactions_only: bool,
}

/// Agents, customers who wait, decisions that are timed.
#[derive(Clone, Copy)]
struct Sizes {
    agents: usize,
    waiting: usize,
    decisions: usize,
}

/// Measures.
pub fn run(options: &RoutingOptions) -> Result<Report> {
    let folder = scratch::folder(options.common.scratch.as_deref())?;
    let mut report = Report::new("routing", machine::describe(folder.path())?, METHOD);
    if !options.transactions_only {
        let effort = if options.common.quick {
            Effort::Quick
        } else {
            Effort::Full
        };
        let simulated = serde_json::to_value(measure_routing(effort, progress))?;
        for (key, value) in simulated.as_object().into_iter().flatten() {
            report.set(key, value)?;
        }
    }
    let sizes = if options.common.quick {
        Sizes {
            agents: 200,
            waiting: 2_000,
            decisions: 300,
        }
    } else {
        Sizes {
            agents: 2_000,
            waiting: 20_000,
            decisions: 2_000,
        }
    };
    report.set(
        "transaction_sizes",
        json!({ "agents": sizes.agents, "waiting": sizes.waiting, "decisions": sizes.decisions }),
    )?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let times = runtime.block_on(sqlite(folder.path(), sizes))?;
    report.set("decision_tx_p50_ms", times.percentile_ms(50.0))?;
    report.set("decision_tx_p99_ms", times.percentile_ms(99.0))?;
    let postgres = match &options.database {
        // Made and dropped outside the runtime: its driver brings its own.
        Some(server) => {
            let database = ScratchDatabase::create(server)?;
            let url = Database::Postgres {
                url: database.url(),
            };
            let times = runtime.block_on(decisions(url, sizes))?;
            json!(times.percentile_ms(99.0))
        }
        None => Value::Null,
    };
    report.set("postgres_decision_tx_p99_ms", postgres)?;
    Ok(report)
}

async fn sqlite(folder: &Path, sizes: Sizes) -> Result<Latencies> {
    let path = folder.join("routing.db");
    decisions(Database::Sqlite { path }, sizes).await
}

/// Fills a floor and times decisions with their transactions, one at a time.
async fn decisions(database: Database, sizes: Sizes) -> Result<Latencies> {
    let ground = ground(database, true)?;
    let parts = ground.clone();
    ground.store.write_blocking(ground.workspace, move |tx| {
        furnish(tx, &parts, sizes.agents)
    })?;
    let visitors: Arc<[_]> = ground.visitors(sizes.waiting)?.into();
    progress("letting customers come");
    open_all(&ground, &visitors).await?;
    let lease = lease(&ground).await?;
    let rows = ground
        .store
        .read(ground.workspace, dispatch::read_floor)
        .await?;
    let mut floor = Floor::new(rows, &HashSet::new(), now());
    progress("deciding, with transactions");
    let mut times = Latencies::default();
    for _ in 0..sizes.decisions {
        let begun = Instant::now();
        let changes = floor.decide(now(), 1);
        if changes.is_empty() {
            bail!("nobody is free, or nobody waits");
        }
        let (ctx, lease) = (context(&ground), lease.clone());
        let write =
            move |system: &mut SystemTx<'_>| dispatch::store(system, &ctx, &lease, &changes);
        let outcome = ground.store.write_system(write).await?;
        if !floor.settle(outcome, now()) {
            bail!("the floor changed while it was measured");
        }
        times.record(begun.elapsed());
    }
    Ok(times)
}

fn context(ground: &Ground) -> Context {
    let principal = Principal::system(ground.workspace, "dispatcher");
    Context::new(&principal, now(), Arc::new(SystemIds), Arc::new(SystemRng))
}

async fn lease(ground: &Ground) -> Result<Lease> {
    let hour = std::time::Duration::from_hours(1);
    let acquire = move |system: &mut SystemTx<'_>| {
        leases::acquire(system, "dispatcher", "bench", now(), hour)
    };
    let lease = ground.store.write_system(acquire).await?;
    lease.context("somebody else decides on this database")
}

/// A queue behind the inbox, and agents who are online.
fn furnish(tx: &mut Tx<'_>, ground: &Ground, count: usize) -> Result<(), StoreError> {
    let queue = StoredQueue {
        policy: Queue::new(id()),
        name: "Line".parse().map_err(StoreError::database)?,
        calendar_id: None,
        out_of_hours: OutOfHours::default(),
        service_times: ServiceTimes::default(),
        place: 1,
        created_at: now(),
        version: 1,
    };
    queues::insert(tx, &queue)?;
    if let Some(mut inbox) = inboxes::get(tx, ground.inbox)? {
        inbox.routing.queue_id = Some(queue.id());
        inboxes::save(tx, &inbox)?;
    }
    let role = Role {
        id: id(),
        name: "Agent".parse().map_err(StoreError::database)?,
        builtin: None,
        grants: BuiltinRole::Agent.grants(),
        created_at: now(),
        version: 1,
    };
    roles::insert(tx, &role)?;
    let memberships = Memberships {
        roles: BTreeSet::from([role.id]),
        inboxes: BTreeSet::from([ground.inbox]),
        ..Memberships::default()
    };
    for number in 0..count {
        let agent: AgentId = id();
        let email = format!("online{number}@bench.example");
        let email = email.parse().map_err(StoreError::database)?;
        let name = "Agent".parse().map_err(StoreError::database)?;
        agents::insert(
            tx,
            &Agent::new(agent, email, name, Locale::ZhCn, now()),
            None,
        )?;
        agents::set_memberships(tx, agent, &memberships)?;
        let present = AgentPresence::absent(agent, now()).choose(Presence::Online, None, now());
        presences::save(tx, &present)?;
    }
    Ok(())
}

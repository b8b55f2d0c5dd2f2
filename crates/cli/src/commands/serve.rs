//! `zhiyin serve` and `zhiyin worker`: the program that stays.

use std::future::Future;

use anyhow::{Context as _, Result};
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use zhiyin_api::AppState;
use zhiyin_app::App;
use zhiyin_app::demo::SESSIONS;
use zhiyin_store::Store;
use zhiyin_worker::Worker;

use crate::config::{self, Config, ConfigArgs};
use crate::{demo, http, keyfile, live, logging, models, setup};

/// Options of `serve`.
#[derive(Args)]
pub struct ServeArgs {
    /// Address and port, such as `0.0.0.0:8080`.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The address people open, such as `https://help.example.com`.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Fill an empty database with a sample company and serve a sample shop.
    #[arg(long)]
    demo: bool,
    /// With `--demo`: simulated customers keep writing.
    #[arg(long, requires = "demo")]
    live: bool,
    /// With `--demo`: how many past sessions the sample company has, from 100 on; fewer are made
    /// sooner.
    #[arg(long, requires = "demo", value_name = "COUNT", default_value_t = SESSIONS,
        value_parser = sessions)]
    demo_sessions: usize,
    /// Leave the background work to nodes that run `zhiyin worker`.
    #[arg(long)]
    no_worker: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Below this some pages of the sample company would stand empty.
const SESSIONS_MIN: usize = 100;

fn sessions(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (SESSIONS_MIN..=SESSIONS).contains(&count) => Ok(count),
        _ => Err(format!("a whole number from {SESSIONS_MIN} to {SESSIONS}")),
    }
}

/// Serves until SIGINT or SIGTERM.
pub fn serve(options: &ServeArgs) -> Result<()> {
    let flags = [
        ("server.listen", options.listen.clone()),
        ("server.public_url", options.public_url.clone()),
    ];
    let config = config::load(&options.config, &flags)?.config;
    let _logging = logging::start(&config)?;
    let store = open(&config, options.demo)?;
    runtime()?.block_on(async {
        let app = setup::app(&config, store)?;
        let app = match models::open(&config) {
            Some(encoder) => app.with_encoder(encoder),
            None => app,
        };
        if options.demo {
            demo::prepare(&app, &config, options.demo_sessions).await?;
        }
        let listener = TcpListener::bind(config.listen())
            .await
            .with_context(|| format!("cannot listen on {}", config.server.listen))?;
        let worker = (!options.no_worker).then(|| Worker::new(&app, setup::work()).start());
        let state = AppState::new(app.clone(), http::config(&config, options.demo));
        let address = listener.local_addr()?;
        tracing::info!("Zhiyin listens on {address}");
        let customers = options.live.then(|| tokio::spawn(live::play(address)));
        let served = zhiyin_api::serve(listener, state, stop_requested()?).await;
        if let Some(customers) = customers {
            customers.abort();
        }
        if let Some(worker) = worker {
            worker.stop().await;
        }
        served.context("the web server ended")
    })?;
    tracing::info!("Stopped in order");
    Ok(())
}

/// Runs the background work only, until SIGINT or SIGTERM.
pub fn worker(args: &ConfigArgs) -> Result<()> {
    let config = config::load(args, &[])?.config;
    let _logging = logging::start(&config)?;
    let store = open(&config, false)?;
    runtime()?.block_on(async {
        let app: App = setup::app(&config, store)?;
        let worker = Worker::new(&app, setup::work()).start();
        tracing::info!("The worker runs");
        stop_requested()?.await;
        worker.stop().await;
        anyhow::Ok(())
    })?;
    tracing::info!("Stopped in order");
    Ok(())
}

/// The store with the schema of this program.
fn open(config: &Config, is_demo: bool) -> Result<Store> {
    let keyring = keyfile::load_or_make(config, is_demo, setup::now())?;
    let store = setup::open_any_schema(config, keyring)?;
    store
        .migrate_blocking()
        .context("cannot bring the database to this version")?;
    Ok(store)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("start the runtime")
}

/// Resolves at the first SIGINT or SIGTERM.
fn stop_requested() -> Result<impl Future<Output = ()> + Send> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("Stopping: finishing requests, streams and jobs");
    })
}

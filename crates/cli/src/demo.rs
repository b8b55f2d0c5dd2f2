//! `zhiyin serve --demo`: the sample company in a fresh store, and its log-ins in a file
//! beside it, where `cargo xtask demo` and browser tests find them.

use std::io::Write as _;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use zhiyin_app::App;
use zhiyin_app::demo::{DemoAccess, seed};

use crate::config::Config;
use crate::private::replace_file;

/// Makes the sample company, unless this store has one from an earlier start.
pub async fn prepare(app: &App, config: &Config, sessions: usize) -> Result<()> {
    let path = config.data_dir.join("demo.json");
    if !app.needs_set_up().await? {
        if path.exists() {
            tracing::info!("Going on with the sample company of an earlier start");
            return Ok(());
        }
        anyhow::bail!("`--demo` needs an empty database: choose another with --data or --database");
    }
    tracing::info!("Making the sample company");
    let access = seed(app, sessions)
        .await
        .context("cannot make the sample company")?;
    let text = serde_json::to_string_pretty(&describe(&access))?;
    replace_file(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("write {}", path.display()))
}

fn describe(access: &DemoAccess) -> Value {
    let log_ins: Vec<Value> = access
        .log_ins
        .iter()
        .map(|log_in| {
            json!({
                "name": log_in.name,
                "role": log_in.role,
                "email": log_in.email.as_str(),
                "password": log_in.password.expose(),
            })
        })
        .collect();
    let inboxes: Vec<Value> = access
        .inboxes
        .iter()
        .map(|(id, key, locale)| json!({ "id": id.to_string(), "key": key, "locale": locale }))
        .collect();
    json!({ "workspace": access.workspace.to_string(), "log_ins": log_ins, "inboxes": inboxes })
}

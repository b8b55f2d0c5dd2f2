//! Places that are gone afterwards: a folder, a database of a PostgreSQL server.

use std::path::Path;

use anyhow::{Context as _, Result};
use postgres::{Client, NoTls};
use tempfile::TempDir;

/// A fresh folder below `parent`, or at the system's place for such.
pub fn folder(parent: Option<&Path>) -> Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("zhiyin-bench-");
    match parent {
        Some(parent) => builder.tempdir_in(parent),
        None => builder.tempdir(),
    }
    .context("cannot make a temporary folder")
}

/// A fresh database on a server, dropped at the end.
pub struct ScratchDatabase {
    server: String,
    name: String,
}

impl ScratchDatabase {
    /// Makes one. `server` is the address of any database there, as somebody who may make
    /// others.
    pub fn create(server: &str) -> Result<Self> {
        let name = format!("zhiyin_bench_{}", std::process::id());
        connect(server)?
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .context("cannot make a database for the benchmark")?;
        Ok(Self {
            server: server.to_owned(),
            name,
        })
    }

    /// Its address.
    pub fn url(&self) -> String {
        let (address, query) = match self.server.split_once('?') {
            Some((address, query)) => (address, format!("?{query}")),
            None => (self.server.as_str(), String::new()),
        };
        let authority = address.find("://").map_or(0, |at| at + 3);
        let end = address[authority..]
            .find('/')
            .map_or(address.len(), |at| authority + at);
        format!("{}/{}{query}", &address[..end], self.name)
    }
}

impl Drop for ScratchDatabase {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let dropped = connect(&self.server).and_then(|mut client| Ok(client.batch_execute(&drop)?));
        if let Err(error) = dropped {
            eprintln!("could not drop {}: {error:#}", self.name);
        }
    }
}

fn connect(url: &str) -> Result<Client> {
    Client::connect(url, NoTls).context("cannot reach the PostgreSQL server")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_the_new_database() {
        for (server, url) in [
            ("postgres://u:p@h:1/postgres", "postgres://u:p@h:1/x"),
            ("postgres://u@h?host=/run", "postgres://u@h/x?host=/run"),
        ] {
            let database = std::mem::ManuallyDrop::new(ScratchDatabase {
                server: server.to_owned(),
                name: "x".to_owned(),
            });
            assert_eq!(database.url(), url);
        }
    }
}

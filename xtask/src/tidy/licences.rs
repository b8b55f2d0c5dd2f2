//! Licences of everything we link, against the list in `deny.toml`. `cargo deny` checks
//! the same and known weaknesses too, but needs to be installed and a network.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Crates whose licence is not on the list.
pub fn check(policy: &str, metadata: &Value) -> Result<Vec<String>> {
    let allowed = allowed(policy)?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata has no packages")?;
    let mut found = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(licence) = package["license"].as_str() else {
            found.push(format!("crate {name}: names no licence"));
            continue;
        };
        match is_allowed(licence, &allowed) {
            Ok(true) => {}
            Ok(false) => found.push(format!(
                "crate {name}: licence {licence} is not in deny.toml"
            )),
            Err(error) => found.push(format!("crate {name}: licence {licence}: {error}")),
        }
    }
    Ok(found)
}

fn allowed(policy: &str) -> Result<BTreeSet<String>> {
    let policy: toml::Table = policy.parse().context("deny.toml")?;
    let list = policy
        .get("licenses")
        .and_then(|section| section.get("allow"));
    let list = list
        .and_then(toml::Value::as_array)
        .context("deny.toml has no licenses.allow")?;
    Ok(list
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect())
}

/// Whether one of the choices a licence expression offers is allowed in full.
fn is_allowed(expression: &str, allowed: &BTreeSet<String>) -> Result<bool> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser {
        words: &words,
        at: 0,
        allowed,
    };
    let result = parser.any()?;
    if parser.at < words.len() {
        bail!("cannot read it");
    }
    Ok(result)
}

struct Parser<'a> {
    words: &'a [&'a str],
    at: usize,
    allowed: &'a BTreeSet<String>,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<bool> {
        let mut result = self.all()?;
        while self.take("OR") {
            result |= self.all()?;
        }
        Ok(result)
    }

    fn all(&mut self) -> Result<bool> {
        let mut result = self.one()?;
        while self.take("AND") {
            result &= self.one()?;
        }
        Ok(result)
    }

    fn one(&mut self) -> Result<bool> {
        if self.take("(") {
            let result = self.any()?;
            if !self.take(")") {
                bail!("a parenthesis is not closed");
            }
            return Ok(result);
        }
        let name = *self.words.get(self.at).context("a name is missing")?;
        self.at += 1;
        if self.take("WITH") {
            let exception = *self.words.get(self.at).context("an exception is missing")?;
            self.at += 1;
            return Ok(self.allowed.contains(&format!("{name} WITH {exception}"))
                || self.allowed.contains(name));
        }
        Ok(self.allowed.contains(name))
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_next);
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(expression: &str) -> bool {
        let allowed = ["MIT", "Apache-2.0"]
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        is_allowed(expression, &allowed).unwrap()
    }

    #[test]
    fn one_choice_is_enough_and_all_parts_are_needed() {
        assert!(allows("MIT"));
        assert!(allows("GPL-3.0 OR MIT"));
        assert!(allows("MIT/Unlicense"));
        assert!(allows("(GPL-3.0 OR Apache-2.0) AND MIT"));
        assert!(allows("Apache-2.0 WITH LLVM-exception"));
        assert!(!allows("MIT AND GPL-3.0"));
        assert!(!allows("GPL-3.0"));
    }

    #[test]
    fn the_list_is_read_from_the_policy() {
        let policy = "[licenses]\nallow = [\"MIT\"]\n";
        let metadata = serde_json::json!({ "packages": [
            { "name": "a", "license": "MIT" }, { "name": "b", "license": "GPL-3.0" }, { "name": "c" },
        ] });
        let found = check(policy, &metadata).unwrap();
        assert_eq!(
            found,
            [
                "crate b: licence GPL-3.0 is not in deny.toml",
                "crate c: names no licence"
            ]
        );
    }
}

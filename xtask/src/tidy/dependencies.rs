//! Which crate may know which. A new edge needs its own commit and a reason.

use anyhow::{Context, Result};
use serde_json::Value;

/// Crates by the crates of ours that they may use, without the common prefix.
const MAY_USE: [(&str, &[&str]); 15] = [
    ("domain", &[]),
    ("language", &["domain"]),
    ("store", &["domain"]),
    ("ports", &["domain"]),
    ("blobs", &["domain", "ports"]),
    ("fetch", &["domain", "ports"]),
    ("app", &["domain", "language", "store", "ports", "channels"]),
    ("channels", &["domain", "ports"]),
    ("api", &["domain", "store", "ports", "app"]),
    ("worker", &["domain", "store", "ports", "app"]),
    ("sim", &["domain"]),
    (
        "bench",
        &[
            "domain", "language", "store", "ports", "app", "channels", "sim",
        ],
    ),
    (
        "testkit",
        &[
            "domain", "language", "store", "ports", "fetch", "app", "api", "worker",
        ],
    ),
    (
        "cli",
        &[
            "domain", "language", "store", "ports", "blobs", "fetch", "app", "channels", "api",
            "worker", "sim", "bench",
        ],
    ),
    ("xtask", &[]),
];
/// Only for tests, and then for everybody.
const FOR_TESTS: &str = "testkit";

/// Edges of the crate graph that the table does not have.
pub fn check(metadata: &Value) -> Result<Vec<String>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata has no packages")?;
    let mut found = Vec::new();
    for package in packages {
        let name = short_name(package["name"].as_str().unwrap_or_default());
        let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
            found.push(format!(
                "crate {name}: not in the table of who may use whom"
            ));
            continue;
        };
        let dependencies = package["dependencies"]
            .as_array()
            .context("no dependencies")?;
        for dependency in dependencies
            .iter()
            .filter(|dependency| dependency["path"].is_string())
        {
            let used = short_name(dependency["name"].as_str().unwrap_or_default());
            let is_for_tests = dependency["kind"].as_str() == Some("dev");
            let may = allowed.contains(&used) || (is_for_tests && used == FOR_TESTS);
            if !may {
                found.push(format!("crate {name}: may not use {used}"));
            }
        }
    }
    Ok(found)
}

fn short_name(name: &str) -> &str {
    name.strip_prefix("zhiyin-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check_edge(from: &str, to: &str, kind: Option<&str>) -> Vec<String> {
        let dependency =
            json!({ "name": format!("zhiyin-{to}"), "kind": kind, "path": "crates/x" });
        let package = json!({ "name": format!("zhiyin-{from}"), "dependencies": [dependency] });
        check(&json!({ "packages": [package] })).unwrap()
    }

    #[test]
    fn edges_go_one_way() {
        assert!(check_edge("app", "store", None).is_empty());
        assert_eq!(
            check_edge("store", "app", None),
            ["crate store: may not use app"]
        );
    }

    #[test]
    fn test_builders_are_for_tests_only() {
        assert!(check_edge("api", "testkit", Some("dev")).is_empty());
        assert_eq!(check_edge("api", "testkit", None).len(), 1);
    }

    #[test]
    fn unknown_crates_are_asked_for() {
        assert_eq!(check_edge("novel", "domain", None).len(), 1);
    }

    #[test]
    fn the_table_has_no_cycle() {
        for (name, uses) in MAY_USE {
            for used in uses {
                let (_, back) = MAY_USE.iter().find(|(known, _)| known == used).unwrap();
                assert!(!back.contains(&name), "{name} and {used} use each other");
            }
        }
    }
}

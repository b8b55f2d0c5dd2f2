//! Rules for all text files.

use super::Source;

/// A longer file is split by meaning.
const FILE_LINES_MAX: usize = 500;
/// Kinds of files written by people.
const WRITTEN: [&str; 11] = [
    "rs", "ts", "tsx", "svelte", "css", "js", "mjs", "html", "sql", "sh", "py",
];
/// Calls that leave a test out or run it alone.
const LEFT_OUT: [&str; 4] = [".skip(", ".only(", ".fixme(", ".todo("];
const TEST_WORDS: [&str; 6] = ["test", "it", "describe", "bench", "suite", "step"];

/// Places of somebody's machine or of working papers, which mean nothing to a reader.
const STRANGE_PLACES: [&str; 7] = [
    concat!("/wo", "rk/"),
    concat!("/fa", "rm/"),
    concat!("/ro", "ot/"),
    concat!("/tmp/", "plan"),
    concat!(".lib", "rary/"),
    concat!("shared/", "data"),
    concat!("shared/", "reference"),
];

/// Everything in this file that breaks a rule.
pub fn check(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(too_long(source));
    found.extend(strange_places(source));
    found.extend(left_out_tests(source));
    if source.path.ends_with("package-lock.json") && source.text.contains("\"resolved\": \"http") {
        found.push(format!("{}: leave out registry addresses", source.path));
    }
    found
}

fn is_generated(text: &str) -> bool {
    text.lines()
        .take(5)
        .any(|line| line.to_lowercase().contains("generated"))
}

fn too_long(source: &Source) -> Option<String> {
    let is_written = WRITTEN.contains(&source.extension());
    // A migration is one step and is never edited once it is released.
    let is_migration = source.path.contains("/migrations/");
    let lines = source.text.lines().count();
    (is_written && !is_migration && lines > FILE_LINES_MAX && !is_generated(&source.text)).then(
        || {
            format!(
                "{}: {lines} lines, more than {FILE_LINES_MAX}: split it by meaning",
                source.path
            )
        },
    )
}

fn strange_places(source: &Source) -> Vec<String> {
    if source.extension() == "lock" {
        return Vec::new();
    }
    let lines = source.text.lines().enumerate();
    lines
        .filter_map(|(number, line)| {
            let place = STRANGE_PLACES.iter().find(|place| line.contains(*place))?;
            Some(format!(
                "{}:{}: `{place}` means nothing outside",
                source.path,
                number + 1
            ))
        })
        .collect()
}

fn left_out_tests(source: &Source) -> Vec<String> {
    let is_test = [".test.ts", ".spec.ts", ".test.tsx", ".spec.tsx"]
        .iter()
        .any(|end| source.path.ends_with(end));
    if !is_test {
        return Vec::new();
    }
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| leaves_out(line))
        .map(|(number, _)| {
            format!(
                "{}:{}: a test is left out or run alone",
                source.path,
                number + 1
            )
        })
        .collect()
}

fn leaves_out(line: &str) -> bool {
    LEFT_OUT.iter().any(|call| {
        line.match_indices(call).any(|(offset, _)| {
            let before = &line[..offset];
            let word = before
                .rsplit(|letter: char| !letter.is_alphanumeric())
                .next();
            word.is_some_and(|word| TEST_WORDS.contains(&word))
        })
    })
}

/// Every crate says what it is for and what must stay true.
pub fn check_crate_readmes(sources: &[Source]) -> Vec<String> {
    let manifests = sources.iter().filter_map(|source| {
        let folder = source.path.strip_suffix("/Cargo.toml")?;
        folder.starts_with("crates/").then_some(folder)
    });
    manifests
        .filter_map(|folder| {
            let path = format!("{folder}/README.md");
            let Some(readme) = sources.iter().find(|source| source.path == path) else {
                return Some(format!(
                    "{path}: missing: purpose, invariants, entry point, how to test"
                ));
            };
            let has_heading = readme
                .text
                .lines()
                .any(|line| line.starts_with('#') && line.to_lowercase().contains("invariants"));
            (!has_heading).then(|| format!("{path}: has no heading \"Invariants\""))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn long_files_are_found_unless_generated() {
        let long = "x\n".repeat(501);
        assert_eq!(check(&source("a.ts", &long)).len(), 1);
        assert!(check(&source("a.json", &long)).is_empty());
        assert!(check(&source("a.ts", &format!("// Generated.\n{long}"))).is_empty());
    }

    #[test]
    fn places_of_a_machine_are_found() {
        let text = concat!("ok\nsee /wo", "rk/main\n");
        assert!(check(&source("a.md", text))[0].starts_with("a.md:2"));
        assert!(check(&source("a.ts", "import x from '../../shared/x';")).is_empty());
    }

    #[test]
    fn tests_that_do_not_run_are_found() {
        assert_eq!(check(&source("a.test.ts", "it.skip('x')")).len(), 1);
        assert_eq!(
            check(&source("a.spec.ts", "test.describe.only('x')")).len(),
            1
        );
        assert!(check(&source("a.test.ts", "cursor.skip(3)")).is_empty());
    }

    #[test]
    fn each_crate_states_its_invariants() {
        let manifest = source("crates/a/Cargo.toml", "");
        assert_eq!(
            check_crate_readmes(&[source("crates/a/Cargo.toml", "")]).len(),
            1
        );
        let bare = source("crates/a/README.md", "# a\n");
        assert_eq!(
            check_crate_readmes(&[source("crates/a/Cargo.toml", ""), bare]).len(),
            1
        );
        let good = source("crates/a/README.md", "# a\n## Invariants\n");
        assert!(check_crate_readmes(&[manifest, good]).is_empty());
    }
}

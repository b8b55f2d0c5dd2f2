//! Settings from several places, laid over each other: defaults, file, environment,
//! flags. Each value remembers where it came from, so that a complaint can name it.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::nearest::nearest;
use super::problem::{Origin, Problem, Problems};
use super::sections::Config;
use super::shape::{self, Field, Kind};

/// Variables with this beginning set a key: `ZHIYIN__SERVER__LISTEN`.
pub const VARIABLE_PREFIX: &str = "ZHIYIN__";
const ALL_KEYS: &str = "`zhiyin config sample` lists all keys";

/// Values set so far, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Layers {
    values: Map<String, Value>,
    origins: BTreeMap<String, Origin>,
    problems: Vec<Problem>,
}

impl Layers {
    /// Lays a file's text on top.
    pub fn add_file(&mut self, path: &Path, text: &str) {
        let origin = Origin::File(path.to_path_buf());
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                let what = format!("is not valid TOML: {}", error.to_string().trim_end());
                return self.complain(origin, "", what, "Correct that line".to_owned());
            }
        };
        for (name, value) in table {
            match value {
                toml::Value::Table(fields) if is_section(&name) => {
                    for (field, value) in fields {
                        self.add(&name, &field, to_json(value), &origin);
                    }
                }
                value => self.add("", &name, to_json(value), &origin),
            }
        }
    }

    /// Lays the environment on top; variables that do not begin as ours are left alone.
    pub fn add_environment(&mut self, variables: impl Iterator<Item = (String, String)>) {
        let mut ours: Vec<_> = variables
            .filter(|(name, _)| name.starts_with(VARIABLE_PREFIX))
            .collect();
        ours.sort();
        for (name, text) in ours {
            let key = name[VARIABLE_PREFIX.len()..]
                .to_lowercase()
                .replace("__", ".");
            self.add_text(&key, &text, Origin::Environment(name));
        }
    }

    /// Lays one flag on top, given as `section.name` and its text.
    pub fn add_flag(&mut self, flag: &str, key: &str, text: &str) {
        self.add_text(key, text, Origin::Flag(flag.to_owned()));
    }

    /// The settings, or all that is wrong with them.
    pub fn finish(self) -> Result<(Config, BTreeMap<String, Origin>), Problems> {
        let Self {
            values,
            origins,
            mut problems,
        } = self;
        let result: Result<Config, _> = serde_path_to_error::deserialize(Value::Object(values));
        match result {
            Ok(config) if problems.is_empty() => Ok((config, origins)),
            Ok(_) => Err(Problems(problems)),
            Err(error) => {
                let key = error.path().to_string();
                let origin = origins.get(&key).cloned().unwrap_or(Origin::Default);
                let what = format!("cannot be taken: {}", error.inner());
                problems.push(Problem {
                    origin,
                    key,
                    what,
                    remedy: format!("{ALL_KEYS}."),
                });
                Err(Problems(problems))
            }
        }
    }

    fn add_text(&mut self, key: &str, text: &str, origin: Origin) {
        let (section, name) = key.split_once('.').unwrap_or(("", key));
        let Some(field) = shape::find(section, name) else {
            return self.complain_unknown(section, name, origin);
        };
        match parse(&field.kind, text) {
            Some(value) => self.put(section, name, value, origin),
            None => self.complain_kind(key, field, origin),
        }
    }

    fn add(&mut self, section: &str, name: &str, value: Value, origin: &Origin) {
        let Some(field) = shape::find(section, name) else {
            return self.complain_unknown(section, name, origin.clone());
        };
        if fits(&field.kind, &value) {
            self.put(section, name, value, origin.clone());
        } else {
            self.complain_kind(&shape::join(section, name), field, origin.clone());
        }
    }

    fn put(&mut self, section: &str, name: &str, value: Value, origin: Origin) {
        self.origins.insert(shape::join(section, name), origin);
        if section.is_empty() {
            self.values.insert(name.to_owned(), value);
            return;
        }
        let group = self
            .values
            .entry(section)
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(fields) = group {
            fields.insert(name.to_owned(), value);
        }
    }

    fn complain_unknown(&mut self, section: &str, name: &str, origin: Origin) {
        let key = shape::join(section, name);
        let known: Vec<String> = shape::keys().map(|(key, _)| key).collect();
        let sections = shape::sections()
            .iter()
            .map(|section| section.name.as_str());
        let near = nearest(&key, known.iter().map(String::as_str).chain(sections));
        let remedy = match near {
            Some(near) => format!("Did you mean `{near}`? Rename it, or remove it; {ALL_KEYS}."),
            None => format!("Remove it; {ALL_KEYS}."),
        };
        self.complain(origin, &key, "is no setting".to_owned(), remedy);
    }

    fn complain_kind(&mut self, key: &str, field: &Field, origin: Origin) {
        let what = format!("must be {}", field.kind.describe());
        let remedy = if field.default.is_null() {
            "Set it so, or remove it.".to_owned()
        } else {
            format!("Set it so, or remove it for the default {}.", field.default)
        };
        self.complain(origin, key, what, remedy);
    }

    fn complain(&mut self, origin: Origin, key: &str, what: String, remedy: String) {
        self.problems.push(Problem {
            origin,
            key: key.to_owned(),
            what,
            remedy,
        });
    }
}

fn is_section(name: &str) -> bool {
    !name.is_empty() && shape::sections().iter().any(|section| section.name == name)
}

fn to_json(value: toml::Value) -> Value {
    // Only a date has no counterpart, and no setting takes one.
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn fits(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Text => value.is_string(),
        Kind::Choice(words) => value.as_str().is_some_and(|text| is_one_of(words, text)),
        Kind::Integer => value.is_u64(),
        Kind::Number => value.is_number(),
        Kind::Boolean => value.is_boolean(),
        Kind::List => value
            .as_array()
            .is_some_and(|items| items.iter().all(Value::is_string)),
    }
}

/// A text from the environment or the command line; lists are separated by commas.
fn parse(kind: &Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Text => Some(Value::from(text)),
        Kind::Choice(words) => is_one_of(words, text).then(|| Value::from(text)),
        Kind::Integer => text.parse::<u64>().ok().map(Value::from),
        Kind::Number => text.parse::<f64>().ok().map(Value::from),
        Kind::Boolean => text.parse::<bool>().ok().map(Value::from),
        Kind::List => {
            let items = text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty());
            Some(items.map(Value::from).collect())
        }
    }
}

fn is_one_of(words: &[String], text: &str) -> bool {
    words.iter().any(|word| word == text)
}

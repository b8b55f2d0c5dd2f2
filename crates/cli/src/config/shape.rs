//! The shape of the configuration as data, read from its JSON schema: which keys there
//! are, what they take, and what is said about them.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::sections::Config;

/// A group of settings, or the settings above all groups (with an empty name).
#[derive(Debug)]
pub struct Section {
    /// Its name in the file.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// Its settings by name.
    pub fields: Vec<Field>,
}

/// One setting.
#[derive(Debug)]
pub struct Field {
    /// Its name inside the section.
    pub name: String,
    /// What it does.
    pub about: String,
    /// What it takes.
    pub kind: Kind,
    /// What it is when nobody sets it; null for nothing.
    pub default: Value,
    /// Whether its value is never shown.
    pub is_secret: bool,
}

/// What a setting takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// One of these words.
    Choice(Vec<String>),
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// Several texts.
    List,
}

impl Kind {
    /// What to call it towards an operator.
    pub fn describe(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Integer => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::List => "a list of texts".to_owned(),
        }
    }
}

/// The JSON schema of the configuration file.
pub fn json_schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Config>()
        .to_value();
    schema["title"] = Value::from("Configuration of Zhiyin");
    schema
}

/// All sections, those above all groups first.
pub fn sections() -> &'static [Section] {
    static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(read);
    &SECTIONS
}

/// All keys as they are written in messages, `section.name`.
pub fn keys() -> impl Iterator<Item = (String, &'static Field)> {
    sections().iter().flat_map(|section| {
        section
            .fields
            .iter()
            .map(|field| (join(&section.name, &field.name), field))
    })
}

/// A setting by its section and name.
pub fn find(section: &str, name: &str) -> Option<&'static Field> {
    let section = sections().iter().find(|known| known.name == section)?;
    section.fields.iter().find(|field| field.name == name)
}

/// A key as it is written in messages.
pub fn join(section: &str, name: &str) -> String {
    if section.is_empty() {
        name.to_owned()
    } else {
        format!("{section}.{name}")
    }
}

fn read() -> Vec<Section> {
    let schema = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<Config>()
        .to_value();
    let defaults = serde_json::to_value(Config::default()).expect("settings are plain data");
    let mut top = Section {
        name: String::new(),
        about: String::new(),
        fields: Vec::new(),
    };
    let mut groups = Vec::new();
    for (name, part) in properties(&schema) {
        let default = &defaults[name];
        if part["properties"].is_object() {
            let fields = properties(part).map(|(key, field)| read_field(key, field, &default[key]));
            let about = text_of(part);
            groups.push(Section {
                name: name.clone(),
                about,
                fields: fields.collect(),
            });
        } else {
            top.fields.push(read_field(name, part, default));
        }
    }
    groups.insert(0, top);
    in_declared_order(&mut groups);
    groups
}

/// A JSON object sorts its keys, but people read settings in the order of the source.
/// Text written straight from the struct still has that order.
fn in_declared_order(groups: &mut [Section]) {
    let text = serde_json::to_string_pretty(&Config::default()).expect("settings are plain data");
    let place = |indent: &str, name: &str| text.find(&format!("\n{indent}\"{name}\":"));
    groups.sort_by_key(|group| place("  ", &group.name));
    for group in groups {
        let start = place("  ", &group.name).unwrap_or_default();
        let indent = if group.name.is_empty() { "  " } else { "    " };
        group
            .fields
            .sort_by_key(|field| text[start..].find(&format!("\n{indent}\"{}\":", field.name)));
    }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

fn read_field(name: &str, schema: &Value, default: &Value) -> Field {
    Field {
        name: name.to_owned(),
        about: text_of(schema),
        kind: kind_of(schema),
        default: default.clone(),
        is_secret: schema["x-secret"] == Value::Bool(true),
    }
}

/// Line breaks of the source are no line breaks of the text.
fn text_of(schema: &Value) -> String {
    schema["description"]
        .as_str()
        .unwrap_or_default()
        .replace('\n', " ")
}

fn kind_of(schema: &Value) -> Kind {
    let words: Vec<String> = choices(schema);
    if !words.is_empty() {
        return Kind::Choice(words);
    }
    // An optional setting has the type `["string", "null"]`.
    let name = schema["type"]
        .as_str()
        .or_else(|| schema["type"][0].as_str());
    match name {
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Boolean,
        Some("array") => Kind::List,
        _ => Kind::Text,
    }
}

fn choices(schema: &Value) -> Vec<String> {
    let described = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| &one["const"]);
    let plain = schema["enum"].as_array().into_iter().flatten();
    described
        .chain(plain)
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_and_section_is_described() {
        for section in sections() {
            assert!(
                section.name.is_empty() || !section.about.is_empty(),
                "{}",
                section.name
            );
            for field in &section.fields {
                assert!(!field.about.is_empty(), "{}.{}", section.name, field.name);
            }
        }
    }

    #[test]
    fn kinds_are_told_apart() {
        let kind = |section, name| find(section, name).unwrap().kind.clone();
        assert_eq!(kind("server", "listen"), Kind::Text);
        assert_eq!(kind("server", "public_url"), Kind::Text);
        assert_eq!(kind("server", "drain_s"), Kind::Integer);
        assert_eq!(kind("server", "trusted_proxies"), Kind::List);
        assert_eq!(kind("telemetry", "sample_ratio"), Kind::Number);
        assert_eq!(kind("metrics", "is_public"), Kind::Boolean);
        let words = ["auto", "human", "json"].map(str::to_owned).to_vec();
        assert_eq!(kind("log", "format"), Kind::Choice(words));
        assert!(find("database", "url").unwrap().is_secret);
        assert!(find("", "data_dir").is_some());
    }
}

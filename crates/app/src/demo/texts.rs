//! The texts of the sample company, as they stand in `crates/app/demo`.

use std::collections::BTreeMap;

use serde::Deserialize;
use zhiyin_domain::inbox::WidgetSettings;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::ratings::RatingDimensions;

use super::DemoError;

/// A text in both languages.
pub type Both = BTreeMap<Locale, String>;

/// Everything.
pub struct Texts {
    pub company: Company,
    pub phrases: Vec<PhraseText>,
    pub dialogues: BTreeMap<Locale, Vec<Dialogue>>,
    pub vocabulary: Vocabulary,
}

#[derive(Deserialize)]
pub struct Company {
    pub workspace: WorkspaceText,
    pub teams: Vec<Keyed>,
    pub agents: Vec<AgentText>,
    pub inboxes: Vec<InboxText>,
    pub tags: Vec<TagText>,
    pub topics: Vec<TopicText>,
}

#[derive(Deserialize)]
pub struct WorkspaceText {
    pub name: Both,
    pub slug: String,
    pub locale: Locale,
    pub time_zone: String,
}

#[derive(Deserialize)]
pub struct Keyed {
    pub key: String,
    pub name: Both,
}

#[derive(Deserialize)]
pub struct AgentText {
    pub key: String,
    pub email: String,
    pub role: String,
    pub name: Both,
    pub display_name: Both,
    pub teams: Vec<String>,
    pub inboxes: Vec<String>,
    pub languages: Vec<Locale>,
    pub locale: Locale,
    /// How often this agent is picked; 0 never.
    pub weight: u32,
}

#[derive(Deserialize)]
pub struct InboxText {
    pub key: String,
    pub name: Both,
    pub settings: WidgetSettings,
}

#[derive(Deserialize)]
pub struct TagText {
    pub key: String,
    pub name: Both,
    pub color: String,
}

#[derive(Deserialize)]
pub struct TopicText {
    pub key: String,
    pub team: String,
}

#[derive(Deserialize)]
pub struct PhraseText {
    pub shortcut: String,
    pub title: String,
    pub situation: String,
    pub locale: Locale,
    pub text: String,
}

#[derive(Deserialize)]
pub struct Dialogue {
    pub topic: String,
    pub tags: Vec<String>,
    #[serde(default)]
    pub product_kinds: Vec<String>,
    #[serde(default)]
    pub market: Option<String>,
    pub rating: Option<RatingText>,
    pub lines: Vec<Line>,
}

#[derive(Deserialize)]
pub struct RatingText {
    pub score: u8,
    pub comment: Option<String>,
    pub dimensions: Option<RatingDimensions>,
}

#[derive(Deserialize)]
pub struct Line {
    pub from: Speaker,
    pub text: String,
    pub gap_s: u32,
    #[serde(default)]
    pub transfer_to: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Customer,
    Agent,
    Note,
}

#[derive(Deserialize)]
pub struct Vocabulary {
    pub patterns: Patterns,
    pub products: Vec<Product>,
    pub cities: Vec<City>,
    pub names_zh: Vec<PersonName>,
    pub names_en: Vec<PersonName>,
}

#[derive(Deserialize)]
pub struct Patterns {
    pub order: Vec<String>,
    pub tracking: BTreeMap<Locale, Vec<String>>,
}

#[derive(Deserialize)]
pub struct Product {
    #[serde(rename = "zh-CN")]
    pub zh: String,
    pub en: String,
    pub kind: String,
}

#[derive(Deserialize)]
pub struct City {
    #[serde(rename = "zh-CN")]
    pub zh: String,
    pub en: String,
    pub market: String,
}

#[derive(Deserialize, Clone)]
pub struct PersonName {
    pub name: String,
    pub surname: String,
    pub salutation: String,
}

/// Reads one of the files.
pub fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, DemoError> {
    serde_json::from_str(text).map_err(|error| DemoError::Texts(format!("{file}: {error}")))
}

impl Texts {
    /// Reads all files.
    pub fn load() -> Result<Self, DemoError> {
        let zh = parse(
            "dialogues_zh.json",
            include_str!("../../demo/dialogues_zh.json"),
        )?;
        let en = parse(
            "dialogues_en.json",
            include_str!("../../demo/dialogues_en.json"),
        )?;
        Ok(Self {
            company: parse("company.json", include_str!("../../demo/company.json"))?,
            phrases: parse("phrases.json", include_str!("../../demo/phrases.json"))?,
            dialogues: BTreeMap::from([(Locale::ZhCn, zh), (Locale::En, en)]),
            vocabulary: parse(
                "vocabulary.json",
                include_str!("../../demo/vocabulary.json"),
            )?,
        })
    }
}

/// The text in one language; English if that is missing.
pub fn in_locale(text: &Both, locale: Locale) -> String {
    text.get(&locale)
        .or_else(|| text.get(&Locale::En))
        .cloned()
        .unwrap_or_default()
}

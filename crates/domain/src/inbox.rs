//! Inboxes: the places where contacts arrive.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::avatar::avatar_of;
use crate::ids::InboxId;
use crate::limits::{ALLOWED_DOMAINS_MAX, RATING_COOLDOWN_DAYS_MAX};
use crate::locale::Locale;
use crate::ratings::RatingSettings;
use crate::routing::InboxRouting;
use crate::time::Timestamp;

/// The technique behind an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The chat widget on a web page.
    Web,
    /// A mailbox.
    Email,
    /// Any other system, by the API.
    Api,
}

impl Channel {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Email => "email",
            Self::Api => "api",
        }
    }

    /// All of them.
    pub const ALL: [Self; 3] = [Self::Web, Self::Email, Self::Api];
}

/// A place where contacts arrive.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbox {
    /// Identifier.
    pub id: InboxId,
    /// Human number in the workspace; also the scope token of the full-text index.
    pub number: i64,
    /// Name agents see.
    pub name: String,
    /// The technique behind it.
    pub channel: Channel,
    /// Public key in the embed snippet. Not a secret.
    pub key: String,
    /// Whether it takes new messages.
    pub is_enabled: bool,
    /// Sites that may embed the widget; empty means any.
    pub allowed_domains: Vec<DomainPattern>,
    /// Look, texts and behaviour of the widget.
    pub settings: WidgetSettings,
    /// Where its customers wait, and when somebody answers.
    pub routing: InboxRouting,
    /// When it was created.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

impl Inbox {
    /// Whether a page of this origin (`https://shop.example`) may embed the widget.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.allowed_domains.is_empty()
            || self
                .allowed_domains
                .iter()
                .any(|pattern| pattern.matches(origin))
    }
}

/// `shop.example`, `*.shop.example` or `localhost:3000`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainPattern(String);

/// A text is no domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a domain; write `shop.example` or `*.shop.example`, without `https://` or a path")]
pub struct ParseDomainError;

impl TryFrom<String> for DomainPattern {
    type Error = ParseDomainError;
    fn try_from(text: String) -> Result<Self, ParseDomainError> {
        let text = text.trim().to_lowercase();
        let host = text.strip_prefix("*.").unwrap_or(&text);
        let (name, port) = host
            .split_once(':')
            .map_or((host, None), |(n, p)| (n, Some(p)));
        let is_name = !name.is_empty()
            && name.split('.').all(|label| {
                !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            });
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
        if is_name && is_port {
            Ok(Self(text))
        } else {
            Err(ParseDomainError)
        }
    }
}

impl From<DomainPattern> for String {
    fn from(pattern: DomainPattern) -> Self {
        pattern.0
    }
}

impl DomainPattern {
    /// As written in the settings.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an `Origin` header names a site of this pattern. The scheme must be http
    /// or https; a pattern without a port takes any port.
    #[must_use]
    pub fn matches(&self, origin: &str) -> bool {
        let Some(authority) = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
        else {
            return false;
        };
        let authority = authority.to_lowercase();
        let name = authority.split(':').next().unwrap_or_default();
        let (pattern, candidate) = match self.0.strip_prefix("*.") {
            Some(suffix) if suffix.contains(':') => (suffix, authority.as_str()),
            Some(suffix) => (suffix, name),
            None if self.0.contains(':') => return self.0 == authority,
            None => return self.0 == name,
        };
        candidate == pattern
            || candidate
                .strip_suffix(pattern)
                .is_some_and(|rest| rest.ends_with('.'))
    }

    /// The sources of a `frame-ancestors` directive for this pattern. A pattern without
    /// a port takes any port there too.
    #[must_use]
    pub fn csp_sources(&self) -> Vec<String> {
        let host = if self.0.contains(':') {
            self.0.clone()
        } else {
            format!("{}:*", self.0)
        };
        let mut sources = vec![format!("https://{host}"), format!("http://{host}")];
        if let Some(bare) = host.strip_prefix("*.") {
            sources.push(format!("https://{bare}"));
            sources.push(format!("http://{bare}"));
        }
        sources
    }
}

/// A text in each of Zhiyin's languages.
pub type Localized = BTreeMap<Locale, String>;

/// Look, texts and behaviour of the widget. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WidgetSettings {
    /// Accent colour, `#rrggbb`.
    pub color: String,
    /// Corner of the launcher.
    pub position: LauncherPosition,
    /// Picture in the header: the address of an [avatar](crate::avatar), set by uploading it.
    pub avatar_url: Option<String>,
    /// Headline of the panel.
    pub title: Localized,
    /// First thing a visitor reads.
    pub greeting: Localized,
    /// Shown outside office hours.
    pub offline_text: Localized,
    /// Questions before the first message.
    pub prechat: Prechat,
    /// Intervals in which somebody answers; empty means always.
    pub office_hours: Vec<OfficeHours>,
    /// IANA zone of the office hours.
    pub time_zone: String,
    /// Refuse visitors the site does not vouch for.
    pub require_identity: bool,
    /// Show agents what the visitor is typing before it is sent.
    pub show_typing_preview: bool,
    /// Seconds to the first response that are promised and counted.
    pub first_response_s: u32,
    /// Language when the browser's is not spoken.
    pub default_locale: Locale,
    /// Whether and how often customers are asked what they think of the service.
    pub rating: RatingSettings,
}

impl Default for WidgetSettings {
    fn default() -> Self {
        Self {
            color: "#1f6f6b".to_owned(),
            position: LauncherPosition::Right,
            avatar_url: None,
            title: Localized::new(),
            greeting: Localized::new(),
            offline_text: Localized::new(),
            prechat: Prechat::default(),
            office_hours: Vec::new(),
            time_zone: "UTC".to_owned(),
            require_identity: false,
            show_typing_preview: false,
            first_response_s: 30,
            default_locale: Locale::En,
            rating: RatingSettings::default(),
        }
    }
}

/// Corner of the launcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LauncherPosition {
    /// Bottom left.
    Left,
    /// Bottom right.
    Right,
}

/// Questions before the first message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Prechat {
    /// Whether they are asked.
    pub enabled: bool,
    /// The questions.
    pub fields: Vec<PrechatField>,
}

/// One question before the first message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrechatField {
    /// Where the answer goes: `name`, `email`, `phone`, or an attribute.
    pub key: String,
    /// The question.
    pub label: Localized,
    /// What is accepted.
    pub kind: PrechatKind,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
}

/// What an answer must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrechatKind {
    /// Any text.
    Text,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
}

/// One interval of a weekday. Several a day are allowed; a lunch break is two intervals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeHours {
    /// 1 = Monday … 7 = Sunday.
    pub weekday: u8,
    /// `HH:MM`, inclusive.
    pub from: String,
    /// `HH:MM`, exclusive; `24:00` is the end of the day.
    pub to: String,
}

/// Why settings were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The colour is not `#rrggbb`.
    #[error("the colour must be written as #rrggbb")]
    Color,
    /// The zone is unknown.
    #[error("`{0}` is not an IANA time zone")]
    TimeZone(String),
    /// An interval is malformed or ends before it begins.
    #[error("office hours need a weekday from 1 to 7 and times as HH:MM with `from` before `to`")]
    OfficeHours,
    /// Too many allowed domains.
    #[error("an inbox has at most {ALLOWED_DOMAINS_MAX} allowed domains")]
    TooManyDomains,
    /// A text is too long.
    #[error("a text of the widget is longer than 500 characters")]
    TextTooLong,
    /// A picture address that was not made by an upload.
    #[error("upload the picture of an inbox instead of naming an address")]
    AvatarUrl,
    /// A cool-down of ratings that is too long.
    #[error("customers can be left unasked for at most {RATING_COOLDOWN_DAYS_MAX} days")]
    Rating,
    /// A pre-chat field without key or label, or the same key twice.
    #[error("each question needs a key of its own and a label")]
    Prechat,
}

impl WidgetSettings {
    /// Checks everything a form could get wrong.
    pub fn check(&self) -> Result<(), SettingsError> {
        let hex = self.color.strip_prefix('#').unwrap_or_default();
        if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(SettingsError::Color);
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            return Err(SettingsError::TimeZone(self.time_zone.clone()));
        }
        if !self
            .office_hours
            .iter()
            .all(|hours| hours.minutes().is_some())
        {
            return Err(SettingsError::OfficeHours);
        }
        let mut texts = [&self.title, &self.greeting, &self.offline_text].into_iter();
        if texts.any(|text| text.values().any(|value| value.chars().count() > 500)) {
            return Err(SettingsError::TextTooLong);
        }
        let is_avatar = |url: &String| avatar_of(url).is_some();
        if !self.avatar_url.as_ref().is_none_or(is_avatar) {
            return Err(SettingsError::AvatarUrl);
        }
        if !self.rating.is_valid() {
            return Err(SettingsError::Rating);
        }
        let mut keys = std::collections::BTreeSet::new();
        let is_field = |field: &PrechatField| !field.key.is_empty() && !field.label.is_empty();
        if !self
            .prechat
            .fields
            .iter()
            .all(|f| is_field(f) && keys.insert(f.key.clone()))
        {
            return Err(SettingsError::Prechat);
        }
        Ok(())
    }
}

impl OfficeHours {
    /// Start and end in minutes of the day; none if malformed.
    #[must_use]
    pub fn minutes(&self) -> Option<(u16, u16)> {
        let parse = |text: &str| -> Option<u16> {
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            let total = hour * 60 + minute;
            (minute < 60 && total <= 24 * 60).then_some(total)
        };
        let (from, to) = (parse(&self.from)?, parse(&self.to)?);
        ((1..=7).contains(&self.weekday) && from < to).then_some((from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> DomainPattern {
        DomainPattern::try_from(text.to_owned()).expect("a domain")
    }

    #[test]
    fn an_origin_must_be_of_the_named_site() {
        assert!(pattern("shop.example").matches("https://shop.example"));
        assert!(pattern("shop.example").matches("https://shop.example:8443"));
        assert!(pattern("*.shop.example").matches("https://cn.shop.example"));
        assert!(pattern("*.shop.example").matches("https://shop.example"));
        assert!(pattern("localhost:3000").matches("http://localhost:3000"));
        assert!(!pattern("localhost:3000").matches("http://localhost:3001"));
        assert!(!pattern("shop.example").matches("https://evilshop.example"));
        assert!(!pattern("*.shop.example").matches("https://evilshop.example"));
        assert!(!pattern("shop.example").matches("https://shop.example.evil.com"));
        assert!(!pattern("shop.example").matches("null"));
        assert!(!pattern("shop.example").matches("file://shop.example"));
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        for text in [
            "",
            "https://shop.example",
            "shop.example/path",
            "a..b",
            "*",
            "shop.example; x",
        ] {
            assert!(DomainPattern::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn wrong_settings_are_named() {
        let ok = WidgetSettings::default();
        assert_eq!(ok.check(), Ok(()));
        let wrong = WidgetSettings {
            color: "red".into(),
            ..ok.clone()
        };
        assert_eq!(wrong.check(), Err(SettingsError::Color));
        let wrong = WidgetSettings {
            time_zone: "Mars/Base".into(),
            ..ok.clone()
        };
        assert!(matches!(wrong.check(), Err(SettingsError::TimeZone(_))));
        let wrong = WidgetSettings {
            avatar_url: Some("javascript:x".into()),
            ..ok
        };
        assert_eq!(wrong.check(), Err(SettingsError::AvatarUrl));
    }
}

//! Contacts: the people of a customer, and how they are known on each channel.

use std::collections::BTreeMap;

use crate::email::EmailAddress;
use crate::ids::{AccountId, AgentId, ContactId, IdentityId, InboxId};
use crate::limits::{
    ATTRIBUTE_KEY_BYTES_MAX, ATTRIBUTE_VALUE_BYTES_MAX, CONTACT_ATTRIBUTES_MAX, NAME_CHARS_MAX,
    PAGE_CONTEXT_BYTES_MAX,
};
use crate::tier::Tier;
use crate::time::Timestamp;

/// A person of the customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// Identifier.
    pub id: ContactId,
    /// The company or household they belong to.
    pub account_id: Option<AccountId>,
    /// What is sealed at rest.
    pub personal: Personal,
    /// Language tag as the browser or the site reported it.
    pub locale: String,
    /// Custom attributes that are not personal.
    pub attributes: Attributes,
    /// Where the visitor is right now, as the widget reported it.
    pub context: VisitContext,
    /// Whether the site has proven who this is.
    pub is_verified: bool,
    /// Whether messages of this contact are refused.
    pub is_blocked: bool,
    /// Their tier.
    pub tier: Tier,
    /// Their own agent (专属客服).
    pub dedicated_agent_id: Option<AgentId>,
    /// When the contact was first seen.
    pub created_at: Timestamp,
    /// When the contact was last seen.
    pub last_seen_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// Personal data of a contact. Sealed at rest; `Debug` says only what is present.
#[derive(Clone, PartialEq, Default)]
pub struct Personal {
    /// Name as the person gave it; empty while unknown.
    pub name: String,
    /// E-mail address.
    pub email: Option<EmailAddress>,
    /// Telephone number as given.
    pub phone: Option<String>,
    /// Custom attributes marked personal.
    pub attributes: Attributes,
}

impl std::fmt::Debug for Personal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Personal")
            .field("has_name", &!self.name.is_empty())
            .field("has_email", &self.email.is_some())
            .field("has_phone", &self.phone.is_some())
            .finish_non_exhaustive()
    }
}

/// Custom attributes: short keys, text values.
pub type Attributes = BTreeMap<String, String>;

/// What the widget tells about the visit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VisitContext {
    /// Address of the page the visitor is on.
    pub page_url: Option<String>,
    /// Its title.
    pub page_title: Option<String>,
    /// Where they came from.
    pub referrer: Option<String>,
    /// Browser and system.
    pub user_agent: Option<String>,
    /// IANA time zone of the browser.
    pub time_zone: Option<String>,
}

impl VisitContext {
    /// Cuts every field to its limit, at a character boundary.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let cut = |value: Option<String>| {
            value.filter(|text| !text.is_empty()).map(|mut text| {
                text.truncate(text.floor_char_boundary(PAGE_CONTEXT_BYTES_MAX));
                text
            })
        };
        Self {
            page_url: cut(self.page_url).filter(|url| is_web_address(url)),
            page_title: cut(self.page_title),
            referrer: cut(self.referrer).filter(|url| is_web_address(url)),
            user_agent: cut(self.user_agent),
            time_zone: cut(self.time_zone),
        }
    }
}

fn is_web_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// How a contact is known in one inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Identifier.
    pub id: IdentityId,
    /// The inbox in which it is valid.
    pub inbox_id: InboxId,
    /// The contact behind it.
    pub contact_id: ContactId,
    /// Whether the site vouches for it.
    pub kind: IdentityKind,
    /// The provider's or the site's identifier; personal.
    pub external_id: String,
    /// When it was first seen.
    pub created_at: Timestamp,
}

/// How sure we are who a visitor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentityKind {
    /// A browser that keeps our token; nobody vouches for the person.
    Anonymous,
    /// The site signed who this is.
    Verified,
}

impl IdentityKind {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Verified => "verified",
        }
    }
}

/// Why attributes or a name were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// More attributes than [`CONTACT_ATTRIBUTES_MAX`].
    #[error("a contact has at most {CONTACT_ATTRIBUTES_MAX} attributes")]
    TooManyAttributes,
    /// A key is empty, too long, or has other characters than letters, digits, `_`, `-`, `.`.
    #[error("the attribute key `{0}` is not allowed")]
    AttributeKey(String),
    /// A value is too long.
    #[error("the value of attribute `{0}` is longer than {ATTRIBUTE_VALUE_BYTES_MAX} bytes")]
    AttributeValue(String),
    /// The name is longer than [`NAME_CHARS_MAX`].
    #[error("a name has at most {NAME_CHARS_MAX} characters")]
    NameTooLong,
}

/// Checks one set of attributes against the limits.
pub fn check_attributes(attributes: &Attributes) -> Result<(), ContactError> {
    if attributes.len() > CONTACT_ATTRIBUTES_MAX {
        return Err(ContactError::TooManyAttributes);
    }
    for (key, value) in attributes {
        let is_key = !key.is_empty()
            && key.len() <= ATTRIBUTE_KEY_BYTES_MAX
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || "_-.".contains(c));
        if !is_key {
            return Err(ContactError::AttributeKey(key.chars().take(40).collect()));
        }
        if value.len() > ATTRIBUTE_VALUE_BYTES_MAX {
            return Err(ContactError::AttributeValue(key.clone()));
        }
    }
    Ok(())
}

/// A name with outer space and control characters removed.
pub fn clean_name(name: &str) -> Result<String, ContactError> {
    let clean: String = name.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    if clean.chars().count() > NAME_CHARS_MAX {
        return Err(ContactError::NameTooLong);
    }
    Ok(clean.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_address_that_could_run_is_dropped() {
        let context = VisitContext {
            page_url: Some("javascript:alert(1)".into()),
            referrer: Some("https://shop.example/茶".into()),
            page_title: Some("茶".repeat(1000)),
            ..VisitContext::default()
        }
        .trimmed();
        assert_eq!(context.page_url, None);
        assert_eq!(context.referrer.as_deref(), Some("https://shop.example/茶"));
        assert!(
            context
                .page_title
                .is_some_and(|title| title.len() <= PAGE_CONTEXT_BYTES_MAX)
        );
    }

    #[test]
    fn attributes_keep_to_their_limits() {
        let one = |key: &str, value: &str| Attributes::from([(key.to_owned(), value.to_owned())]);
        assert_eq!(check_attributes(&one("plan", "gold")), Ok(()));
        assert_eq!(check_attributes(&one("会员等级", "金")), Ok(()));
        assert!(check_attributes(&one("", "x")).is_err());
        assert!(check_attributes(&one("a b", "x")).is_err());
        assert!(check_attributes(&one("a", &"x".repeat(3000))).is_err());
    }

    #[test]
    fn a_name_loses_what_is_not_a_name() {
        assert_eq!(clean_name("  李\u{0}娜\n "), Ok("李娜".to_owned()));
        assert_eq!(clean_name(&"x".repeat(121)), Err(ContactError::NameTooLong));
    }
}

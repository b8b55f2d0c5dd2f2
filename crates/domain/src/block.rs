//! The block list: whose messages a company does not want.
//!
//! A contact, an e-mail address or a telephone number blocks people; a network blocks
//! whoever comes from there. What is blocked is personal, so it is sealed at rest and
//! hidden in `Debug`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use crate::email::EmailAddress;
use crate::ids::{AgentId, BlockId, ContactId};
use crate::limits::BLOCK_REASON_CHARS_MAX;
use crate::mask;
use crate::time::Timestamp;

/// Shortest prefix of an IPv4 network that may be blocked: 65,536 addresses.
const V4_PREFIX_MIN: u8 = 16;
/// Shortest prefix of an IPv6 network that may be blocked: what one provider gives to
/// about 65,536 homes.
const V6_PREFIX_MIN: u8 = 32;
/// The part of an IPv6 address that stands for one home.
const V6_HOME_PREFIX: u8 = 64;

/// An entry of the block list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Identifier.
    pub id: BlockId,
    /// What is blocked.
    pub target: Target,
    /// Why, for colleagues.
    pub reason: String,
    /// Who did it; none if a program did.
    pub created_by: Option<AgentId>,
    /// When.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// What is blocked.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// One contact.
    Contact(ContactId),
    /// Whoever comes from an address or a network.
    Address(Network),
    /// Every contact with this e-mail address.
    Email(EmailAddress),
    /// Every contact with this telephone number.
    Phone(PhoneNumber),
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().as_str())
    }
}

/// The kinds of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockKind {
    /// One contact.
    Contact,
    /// An address or a network.
    Address,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
}

impl BlockKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Contact, Self::Address, Self::Email, Self::Phone];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Address => "address",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// Why an entry was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Not an internet address or network.
    #[error("not an internet address; write 203.0.113.9, 203.0.113.0/24 or 2001:db8::/48")]
    Address,
    /// So large a network would shut out people who have done nothing.
    #[error(
        "the network is too large; at most a /{V4_PREFIX_MIN} of IPv4 or a /{V6_PREFIX_MIN} of IPv6"
    )]
    NetworkTooLarge,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Email,
    /// Not a telephone number.
    #[error("not a telephone number")]
    Phone,
    /// The reason is too long.
    #[error("a reason has at most {BLOCK_REASON_CHARS_MAX} characters")]
    Reason,
    /// The end lies in the past.
    #[error("the end lies in the past")]
    InPast,
}

impl Target {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> BlockKind {
        match self {
            Self::Contact(_) => BlockKind::Contact,
            Self::Address(_) => BlockKind::Address,
            Self::Email(_) => BlockKind::Email,
            Self::Phone(_) => BlockKind::Phone,
        }
    }

    /// What a form or the database says.
    pub fn parse(kind: BlockKind, text: &str) -> Result<Self, BlockError> {
        let text = text.trim();
        match kind {
            BlockKind::Contact => text
                .parse()
                .map(Self::Contact)
                .map_err(|_| BlockError::Address),
            BlockKind::Address => text.parse().map(Self::Address),
            BlockKind::Email => text.parse().map(Self::Email).map_err(|_| BlockError::Email),
            BlockKind::Phone => text.parse().map(Self::Phone).map_err(|_| BlockError::Phone),
        }
    }

    /// The whole value, for those who may see it and for the database.
    #[must_use]
    pub fn value(&self) -> String {
        match self {
            Self::Contact(id) => id.to_string(),
            Self::Address(network) => network.to_text(),
            Self::Email(email) => email.as_str().to_owned(),
            Self::Phone(phone) => phone.as_str().to_owned(),
        }
    }

    /// The value for those who may not see personal data.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Contact(id) => id.to_string(),
            Self::Address(network) => mask::address(network.0.addr()),
            Self::Email(email) => mask::email(email.as_str()),
            Self::Phone(phone) => mask::phone(phone.as_str()),
        }
    }
}

impl Block {
    /// Checks everything a form could get wrong besides the target.
    pub fn check(&self) -> Result<(), BlockError> {
        if self.reason.chars().count() > BLOCK_REASON_CHARS_MAX {
            return Err(BlockError::Reason);
        }
        if self.expires_at.is_some_and(|end| end <= self.created_at) {
            return Err(BlockError::InPast);
        }
        Ok(())
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// An address or a network of them, without host bits. Personal: no `Display`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network(IpNet);

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

impl FromStr for Network {
    type Err = BlockError;
    fn from_str(text: &str) -> Result<Self, BlockError> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::of(address));
        }
        let network: IpNet = text.parse().map_err(|_| BlockError::Address)?;
        let shortest = match network {
            IpNet::V4(_) => V4_PREFIX_MIN,
            IpNet::V6(_) => V6_PREFIX_MIN,
        };
        if network.prefix_len() < shortest {
            return Err(BlockError::NetworkTooLarge);
        }
        Ok(Self(network.trunc()))
    }
}

impl Network {
    /// What stands for one home: the address, for IPv6 its /64, since one home owns all
    /// of it.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let prefix = match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => V6_HOME_PREFIX,
        };
        Self(IpNet::new_assert(address, prefix).trunc())
    }

    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// `203.0.113.9` for one address, `203.0.113.0/24` for a network.
    #[must_use]
    pub fn to_text(&self) -> String {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            self.0.addr().to_string()
        } else {
            self.0.to_string()
        }
    }
}

/// A telephone number as it was given. Personal: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// A text is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number")]
pub struct ParsePhoneError;

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber")
    }
}

impl FromStr for PhoneNumber {
    type Err = ParsePhoneError;
    fn from_str(text: &str) -> Result<Self, ParsePhoneError> {
        let text = text.trim();
        let is_phone = text.len() <= 40
            && text.chars().filter(char::is_ascii_digit).count() >= 5
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || "+-() ./".contains(c));
        if is_phone {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParsePhoneError)
        }
    }
}

impl PhoneNumber {
    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn network(text: &str) -> Result<String, BlockError> {
        text.parse::<Network>().map(|it| it.to_text())
    }

    #[test]
    fn a_network_has_one_form() {
        for (text, expected) in [
            ("203.0.113.9", "203.0.113.9"),
            ("203.0.113.9/24", "203.0.113.0/24"),
            ("203.0.113.9/32", "203.0.113.9"),
            ("2001:DB8:0::1", "2001:db8::/64"),
            ("2001:db8::/48", "2001:db8::/48"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(network(text), Ok(expected.to_owned()), "{text}");
        }
        for text in [
            "",
            "shop.example",
            "203.0.113",
            "203.0.113.9/33",
            "203.0.113.9/-1",
        ] {
            assert_eq!(network(text), Err(BlockError::Address), "{text}");
        }
        for text in ["0.0.0.0/0", "10.0.0.0/8", "::/0", "2000::/3"] {
            assert_eq!(network(text), Err(BlockError::NetworkTooLarge), "{text}");
        }
    }

    #[test]
    fn who_comes_from_there_is_found_in_either_form() {
        let home: Network = "203.0.113.0/24".parse().expect("a network");
        let inside = |text: &str| home.contains(text.parse().expect("an address"));
        assert!(inside("203.0.113.200") && inside("::ffff:203.0.113.7"));
        assert!(!inside("203.0.114.1") && !inside("2001:db8::1"));
        let one = Network::of("2001:db8:1:2:3::4".parse().expect("an address"));
        assert!(one.contains("2001:db8:1:2:ffff::1".parse().expect("an address")));
        assert!(!one.contains("2001:db8:1:3::1".parse().expect("an address")));
    }

    #[test]
    fn debug_says_nothing_of_the_person() {
        for (kind, text) in [
            (BlockKind::Email, "li.na@example.com"),
            (BlockKind::Phone, "13800138000"),
            (BlockKind::Address, "203.0.113.9"),
        ] {
            let target = Target::parse(kind, text).expect("a target");
            assert_eq!(target.value(), text);
            assert!(!format!("{target:?}").contains(text));
            assert!(!target.masked().contains(text));
        }
        assert!(!format!("{:?}", "13800138000".parse::<PhoneNumber>()).contains("138"));
        assert!(!format!("{:?}", "203.0.113.9".parse::<Network>()).contains("203"));
    }

    #[test]
    fn an_entry_has_an_end_ahead_and_a_short_reason() {
        let block = |reason: &str, expires_at: Option<i64>| Block {
            id: BlockId::from_uuid(Uuid::from_u128(1)),
            target: Target::Contact(ContactId::from_uuid(Uuid::from_u128(2))),
            reason: reason.into(),
            created_by: None,
            created_at: Timestamp::from_micros(10),
            expires_at: expires_at.map(Timestamp::from_micros),
        };
        assert_eq!(block("spam", Some(11)).check(), Ok(()));
        assert_eq!(block("", None).check(), Ok(()));
        assert_eq!(block("", Some(10)).check(), Err(BlockError::InPast));
        assert_eq!(
            block(&"字".repeat(501), None).check(),
            Err(BlockError::Reason)
        );
        assert!(block("", Some(11)).is_over(Timestamp::from_micros(11)));
        assert!(!block("", None).is_over(Timestamp::from_micros(i64::MAX)));
    }
}

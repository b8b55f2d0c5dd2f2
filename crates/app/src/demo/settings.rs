//! Custom attributes, shared views and a block of the sample company.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Deserialize;
use serde_json::Value as Json;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::attribute::{AttributeKind, AttributeOption, Label};
use zhiyin_domain::contact::{Attributes, Contact};
use zhiyin_domain::ids::TagId;
use zhiyin_domain::tier::Tier;
use zhiyin_domain::view::ViewSort;
use zhiyin_store::Tx;

use super::company::Made;
use super::plan::Customer;
use super::texts::{Both, Texts, in_locale};
use super::{DemoError, history};
use crate::attributes::{NewAttribute, create_attribute};
use crate::blocks::{NewBlock, Person, Wanted, create_block};
use crate::views::{NewView, create_view};
use crate::{App, Context, Principal};

/// `settings.json`.
#[derive(Deserialize)]
pub struct SettingsText {
    attributes: Vec<AttributeText>,
    views: Vec<ViewText>,
    block: BlockText,
}

#[derive(Deserialize)]
struct AttributeText {
    key: String,
    label: Label,
    kind: String,
    options: Vec<AttributeOption>,
    is_personal: bool,
}

/// The filter names tags by the keys of the texts.
#[derive(Deserialize)]
struct ViewText {
    name: Both,
    sort: ViewSort,
    filter: Json,
}

#[derive(Deserialize)]
struct BlockText {
    by: String,
    reason: Both,
}

fn wrong(error: impl std::fmt::Display) -> DemoError {
    DemoError::Texts(format!("settings.json: {error}"))
}

/// Replaces the keys of tags by their identifiers.
fn with_tags(mut filter: Json, tags: &BTreeMap<String, TagId>) -> Result<Json, DemoError> {
    let conditions = filter["conditions"].as_array_mut();
    for condition in conditions.into_iter().flatten() {
        if condition["field"] != "tag" {
            continue;
        }
        for value in condition["value"].as_array_mut().into_iter().flatten() {
            let id = value.as_str().and_then(|key| tags.get(key));
            *value = Json::String(id.ok_or_else(|| wrong("no such tag"))?.to_string());
        }
    }
    Ok(filter)
}

/// Everything by its use cases, as the administrator would make it.
pub async fn create(app: &App, texts: &Texts, made: &Made) -> Result<(), DemoError> {
    let settings: SettingsText =
        super::texts::parse("settings.json", include_str!("../../demo/settings.json"))?;
    let locale = texts.company.workspace.locale;
    let admin = texts
        .company
        .agents
        .iter()
        .find(|one| one.role == "administrator");
    let admin = admin.and_then(|one| made.agents.get(&one.key).copied());
    let admin = admin.ok_or_else(|| wrong("no administrator"))?;
    let mut attributes = Vec::new();
    for text in settings.attributes {
        attributes.push(NewAttribute {
            key: text.key.parse().map_err(wrong)?,
            label: text.label,
            kind: AttributeKind::named(&text.kind, text.options).map_err(wrong)?,
            is_personal: text.is_personal,
            position: None,
        });
    }
    let mut views = Vec::new();
    for text in settings.views {
        views.push(NewView {
            name: in_locale(&text.name, locale).parse().map_err(wrong)?,
            is_shared: true,
            filter: serde_json::from_value(with_tags(text.filter, &made.tags)?).map_err(wrong)?,
            sort: text.sort,
        });
    }
    let principal = Principal::system(made.workspace, "demo");
    let app_then = app.clone();
    app.write(&principal, move |tx, ctx| {
        let ctx = history::at(&app_then, tx, Actor::Agent(admin), ctx.now());
        write(tx, &ctx, &attributes, &views)
    })
    .await
}

fn write(
    tx: &mut Tx<'_>,
    ctx: &Context,
    attributes: &[NewAttribute],
    views: &[NewView],
) -> Result<(), DemoError> {
    for new in attributes {
        create_attribute(tx, ctx, new.clone()).map_err(DemoError::refused)?;
    }
    for new in views {
        create_view(tx, ctx, new.clone()).map_err(DemoError::refused)?;
    }
    Ok(())
}

/// Blocks one customer nobody vouches for, as a supervisor would.
pub async fn block(
    app: &App,
    texts: &Texts,
    made: &Made,
    customers: &Arc<Vec<Customer>>,
) -> Result<(), DemoError> {
    let settings: SettingsText =
        super::texts::parse("settings.json", include_str!("../../demo/settings.json"))?;
    let by = made.agents.get(&settings.block.by).copied();
    let by = by.ok_or_else(|| wrong("no such agent"))?;
    let nuisance = customers
        .iter()
        .map(|customer| &customer.contact)
        .find(|contact| !contact.is_verified && !contact.personal.name.is_empty());
    let nuisance = nuisance.ok_or_else(|| wrong("nobody to block"))?.id;
    let new = NewBlock {
        wanted: Wanted::ContactOf(Person::Contact(nuisance)),
        reason: in_locale(&settings.block.reason, texts.company.workspace.locale),
        expires_at: None,
    };
    let principal = Principal::system(made.workspace, "demo");
    let app_then = app.clone();
    app.write(&principal, move |tx, ctx| {
        let ctx = history::at(&app_then, tx, Actor::Agent(by), ctx.now());
        create_block(tx, &ctx, &new).map_err(DemoError::refused)
    })
    .await?;
    Ok(())
}

/// Chance of its own, so that what is known of customers changes nothing else.
pub struct Knowledge(StdRng);

impl Knowledge {
    /// The same every time.
    pub fn new() -> Self {
        Self(StdRng::seed_from_u64(20_261_122))
    }

    /// What the shop knows of a customer who is logged in there: number `number` of its
    /// customers.
    pub fn tell(&mut self, contact: &mut Contact, number: usize) {
        if !contact.is_verified {
            return;
        }
        let set = |attributes: &mut Attributes, key: &str, value: String| {
            attributes.insert(key.to_owned(), value);
        };
        let (tier, rank, orders) = match self.0.random_range(0..100) {
            0..60 => ("member", 1_u8, self.0.random_range(1..5)),
            60..88 => ("silver", 4, self.0.random_range(5..15)),
            _ => ("gold", 7, self.0.random_range(15..64)),
        };
        contact.tier = Tier::try_from(rank).unwrap_or_default();
        let year = 2026 - self.0.random_range(1..8) - u32::from(tier == "gold");
        let since = self.day(year);
        let clear = &mut contact.attributes;
        set(clear, "tier", tier.to_owned());
        set(clear, "order_count", orders.to_string());
        set(clear, "member_since", since);
        set(clear, "newsletter", self.0.random_bool(0.4).to_string());
        let profile = format!("https://shop.qingyu.example/customers/{number}");
        set(clear, "shop_profile", profile);
        if self.0.random_range(0..3) == 0 {
            let year = self.0.random_range(1958..2006);
            let day = self.day(year);
            set(&mut contact.personal.attributes, "birthday", day);
        }
        let mailbox: String = contact
            .personal
            .name
            .to_lowercase()
            .chars()
            .map(|c| if c == ' ' { '.' } else { c })
            .collect();
        if !mailbox.is_empty() && mailbox.chars().all(|c| c.is_ascii_lowercase() || c == '.') {
            contact.personal.email = format!("{mailbox}{number}@example.com").parse().ok();
        }
    }

    fn day(&mut self, year: u32) -> String {
        let (month, day) = (self.0.random_range(1..13), self.0.random_range(1..29));
        format!("{year}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use uuid::Uuid;
    use zhiyin_domain::attribute::{Attribute, AttributeSet};
    use zhiyin_domain::contact::{Personal, VisitContext};
    use zhiyin_domain::ids::{AttributeId, ContactId};
    use zhiyin_domain::time::Timestamp;
    use zhiyin_domain::view::{Filter, Reference};

    use super::*;

    fn settings() -> SettingsText {
        let text = include_str!("../../demo/settings.json");
        super::super::texts::parse("settings.json", text).expect("readable")
    }

    fn definitions() -> AttributeSet {
        let list = settings().attributes.into_iter().map(|text| Attribute {
            id: AttributeId::from_uuid(Uuid::nil()),
            key: text.key.parse().expect("a key"),
            label: text.label,
            kind: AttributeKind::named(&text.kind, text.options).expect("a kind"),
            is_personal: text.is_personal,
            position: 0,
            created_at: Timestamp::EPOCH,
            version: 1,
        });
        list.inspect(|it| it.check().expect("a complete definition"))
            .collect()
    }

    fn contact(name: &str) -> Contact {
        Contact {
            id: ContactId::from_uuid(Uuid::nil()),
            account_id: None,
            personal: Personal {
                name: name.to_owned(),
                ..Personal::default()
            },
            locale: "en".to_owned(),
            attributes: Attributes::new(),
            context: VisitContext::default(),
            is_verified: true,
            is_blocked: false,
            tier: zhiyin_domain::tier::Tier::BASE,
            dedicated_agent_id: None,
            created_at: Timestamp::EPOCH,
            last_seen_at: Timestamp::EPOCH,
            version: 1,
        }
    }

    #[test]
    fn what_is_known_of_customers_fits_its_definitions() {
        let (set, mut knowledge) = (definitions(), Knowledge::new());
        // What the plan gives to everybody, see `Planner::customer`.
        assert!(
            ["surname", "salutation"]
                .iter()
                .all(|key| set.get(key).is_some())
        );
        let mut tiers = BTreeSet::new();
        for number in 0..200 {
            let mut it = contact(if number % 2 == 0 {
                "Grace Miller"
            } else {
                "李娜"
            });
            knowledge.tell(&mut it, number);
            assert_eq!(it.personal.email.is_some(), number % 2 == 0);
            for (key, value) in it.attributes.iter().chain(&it.personal.attributes) {
                let definition = set.get(key).expect("defined");
                assert_eq!(definition.parse(value).as_ref(), Ok(value));
            }
            assert!(it.attributes.keys().all(|key| !set.is_personal(key)));
            assert!(
                it.personal
                    .attributes
                    .keys()
                    .all(|key| set.is_personal(key))
            );
            tiers.extend(it.attributes.get("tier").cloned());
        }
        assert_eq!(tiers.len(), 3);
    }

    #[test]
    fn the_views_name_tags_and_attributes_that_exist() {
        let texts = Texts::load().expect("the texts");
        let keys = texts.company.tags.iter().map(|tag| tag.key.clone());
        let tags: BTreeMap<String, TagId> = (1_u128..)
            .zip(keys)
            .map(|(n, key)| (key, TagId::from_uuid(Uuid::from_u128(n))))
            .collect();
        let set = definitions();
        for view in settings().views {
            let filter = with_tags(view.filter, &tags).expect("known tags");
            let filter: Filter = serde_json::from_value(filter).expect("a filter");
            for (_, reference) in filter.references() {
                if let Reference::Attribute(key) = reference {
                    assert!(set.get(key.as_str()).is_some_and(|it| !it.is_personal));
                }
            }
        }
        let by = settings().block.by;
        assert!(texts.company.agents.iter().any(|agent| agent.key == by));
    }
}

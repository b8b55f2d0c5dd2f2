//! Definitions of custom attributes.

use zhiyin_domain::attribute::{Attribute, AttributeKind, AttributeOption, Label};
use zhiyin_domain::locale::Locale;
use zhiyin_store::{StoreError, attributes};

use crate::floor::{Floor, at, id};
use crate::harness::add_workspace;

fn label(text: &str) -> Label {
    Label::from([
        (Locale::ZhCn, format!("{text}（中文）")),
        (Locale::En, text.to_owned()),
    ])
}

fn attribute(key: &str, position: i64, kind: AttributeKind) -> Attribute {
    Attribute {
        id: id(),
        key: key.parse().expect("a key"),
        label: label(key),
        kind,
        is_personal: false,
        position,
        created_at: at(1),
        version: 1,
    }
}

store_test! {
    fn definitions_come_back_in_their_order(store) {
        let floor = Floor::new(store);
        let option = |value: &str| AttributeOption { value: value.into(), label: label(value) };
        let tier = attribute("tier", 2, AttributeKind::Select(vec![option("gold"), option("silver")]));
        let birthday = Attribute { is_personal: true, ..attribute("birthday", 1, AttributeKind::Date) };
        let points = attribute("points", 1, AttributeKind::Number);
        let all = [birthday.clone(), points.clone(), tier.clone()];
        let stored = [tier.clone(), points, birthday.clone()];
        floor.run(move |tx| stored.iter().try_for_each(|one| attributes::insert(tx, one)));
        assert_eq!(floor.run(attributes::list), all);
        let set = floor.run(attributes::set);
        assert!(set.is_personal("birthday") && !set.is_personal("tier") && !set.is_personal("other"));
        let tier_id = tier.id;
        assert_eq!(floor.run(move |tx| attributes::get(tx, tier_id)), Some(tier.clone()));
        let elsewhere = add_workspace(floor.store);
        let missed = store.read_blocking(elsewhere, move |tx| attributes::get(tx, tier_id));
        assert_eq!(missed.expect("a read"), None);
    }

    fn a_key_is_defined_once(store) {
        let floor = Floor::new(store);
        let (first, second) = (attribute("plan", 0, AttributeKind::Text), attribute("plan", 1, AttributeKind::Link));
        floor.run(move |tx| attributes::insert(tx, &first));
        let refused = store.write_blocking(floor.workspace, move |tx| attributes::insert(tx, &second));
        assert!(refused.expect_err("taken").is_unique_violation("attribute_definitions_key"));
    }

    fn label_options_and_place_change_and_nothing_else(store) {
        let floor = Floor::new(store);
        let it = attribute("plan", 0, AttributeKind::Text);
        let stored = it.clone();
        floor.run(move |tx| attributes::insert(tx, &stored));
        let changed = Attribute { label: label("Package"), position: 7, is_personal: true, ..it.clone() };
        let (saved, stale) = (changed.clone(), changed.clone());
        assert_eq!(floor.run(move |tx| attributes::save(tx, &saved)).version, 2);
        let id = it.id;
        let read = floor.run(move |tx| attributes::get(tx, id)).expect("the definition");
        assert_eq!(read, Attribute { is_personal: false, version: 2, ..changed });
        let again = store.write_blocking(floor.workspace, move |tx| attributes::save(tx, &stale));
        assert!(matches!(again, Err(StoreError::Conflict { table: "attribute_definitions" })));
        floor.run(move |tx| attributes::delete(tx, id));
        assert!(floor.run(attributes::list).is_empty());
    }
}

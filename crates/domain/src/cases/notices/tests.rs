//! What is proposed to whom, and which catalogues hold together.

use super::*;
use crate::locale::Locale;
use uuid::Uuid;

const NEW: Customer = Customer {
    experience: Experience::New,
    has_complained: false,
};

fn inbox(number: u128) -> InboxId {
    InboxId::from_uuid(Uuid::from_u128(number))
}

fn about(case_type: &str) -> NoticeFacts {
    NoticeFacts {
        case_types: [case_type.to_owned()].into(),
        ..NoticeFacts::default()
    }
}

fn keys(setting: &NoticeSetting, facts: &NoticeFacts, customer: Customer) -> Vec<String> {
    let found = setting.proposals(facts, customer, |_| false);
    found.iter().map(|(entry, _)| entry.key.clone()).collect()
}

#[test]
fn the_built_in_catalogue_holds_together_in_both_languages() {
    let setting = NoticeSetting::default();
    assert_eq!(setting.check(), Ok(()));
    for entry in &setting.entries {
        for label in [&entry.name, &entry.text] {
            let both = [Locale::ZhCn, Locale::En];
            assert!(
                both.iter().all(|it| label.contains_key(it)),
                "{}",
                entry.key
            );
        }
        let known = crate::cases::builtin::case_types();
        let is_known = |key: &String| known.iter().any(|it| it.key == key);
        assert!(
            entry.situation.case_types.iter().all(is_known),
            "{}",
            entry.key
        );
    }
}

#[test]
fn who_knows_how_it_goes_is_told_less_unless_they_have_complained() {
    let setting = NoticeSetting::default();
    let fault = about("fault");
    assert_eq!(keys(&setting, &fault, NEW), ["repair_data", "repair_time"]);
    let regular = Customer {
        experience: Experience::of(5),
        ..NEW
    };
    assert_eq!(keys(&setting, &fault, regular), [] as [&str; 0]);
    let hurt = Customer {
        has_complained: true,
        ..regular
    };
    assert_eq!(keys(&setting, &fault, hurt), ["repair_data", "repair_time"]);
    let (experience, score) = (Experience::of(4), |customer| {
        setting.entries[0].rate(customer, 20).score
    });
    assert_eq!(experience, Experience::Some);
    assert_eq!((score(NEW), score(regular)), (45, 15));
}

#[test]
fn a_situation_holds_what_it_names_and_everything_when_it_names_nothing() {
    let facts = NoticeFacts {
        inbox: Some(inbox(1)),
        stage: Some(Stage::PreSales),
        ..about("fault")
    };
    let everywhere = Situation::default();
    assert!(everywhere.fits(&facts) && everywhere.fits(&NoticeFacts::default()));
    let here = Situation {
        inbox_ids: [inbox(1)].into(),
        ..Situation::default()
    };
    assert!(here.fits(&facts) && !here.fits(&about("fault")));
    let both = Situation {
        stages: [Stage::AfterSales].into(),
        ..here
    };
    assert!(!both.fits(&facts));
}

#[test]
fn whoever_was_told_is_not_told_again_and_what_is_off_is_not_there() {
    let mut setting = NoticeSetting::default();
    let found = setting.proposals(&about("fault"), NEW, |key| key == "repair_data");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0.key, "repair_time");
    setting.entries[0].is_enabled = false;
    assert!(setting.entry("repair_data").is_none() && setting.entry("repair_time").is_some());
    assert_eq!(keys(&setting, &about("fault"), NEW), ["repair_time"]);
}

#[test]
fn faults_name_the_entry() {
    let check = |change: &dyn Fn(&mut NoticeSetting)| {
        let mut setting = NoticeSetting::default();
        change(&mut setting);
        setting.check()
    };
    assert_eq!(check(&|it| it.threshold = 76), Err(NoticeFault::Numbers));
    assert_eq!(check(&|it| it.threshold = 0), Err(NoticeFault::Numbers));
    let twice = check(&|it| it.entries[1].key = it.entries[0].key.clone());
    assert_eq!(twice, Err(NoticeFault::Key(1)));
    let capital = check(&|it| it.entries[0].key = "Repair".to_owned());
    assert_eq!(capital, Err(NoticeFault::Key(0)));
    let silent = check(&|it| it.entries[2].text.clear());
    assert_eq!(silent, Err(NoticeFault::Words(2)));
    let wild = check(&|it| it.entries[3].severity = 6);
    assert_eq!(wild, Err(NoticeFault::Rating(3)));
    let one = NoticeSetting::default().entries.remove(0);
    let many = check(&|it| it.entries = vec![one.clone(); NOTICE_ENTRIES_MAX + 1]);
    assert_eq!(many, Err(NoticeFault::TooMany));
}

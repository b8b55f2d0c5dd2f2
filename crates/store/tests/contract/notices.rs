//! What customers were told before it could hurt.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::attribute::Label;
use zhiyin_domain::cases::notices::{Customer, Experience, NoticeKind, NoticeRating};
use zhiyin_domain::ids::{ContactId, ConversationId, ServiceNoticeId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Visibility;
use zhiyin_store::cases::notices::{
    self, Acknowledgement, NoticeAbout, NoticeFilter, NoticeMeans, NoticeWords, ServiceNotice,
};

use crate::floor::{Floor, at, id};

fn notice(
    (contact, conversation): (ContactId, ConversationId),
    entry: &str,
    second: i64,
) -> ServiceNotice {
    ServiceNotice {
        id: id(),
        contact_id: contact,
        conversation_id: Some(conversation),
        case_id: None,
        message_id: None,
        client_id: format!("{entry}-{second}"),
        entry: entry.to_owned(),
        kind: NoticeKind::Notice,
        rating: NoticeRating {
            severity: 5,
            likelihood: 3,
            customer: Customer {
                experience: Experience::New,
                has_complained: false,
            },
            score: 45,
            threshold: 20,
        },
        words: NoticeWords {
            name: Label::from([(Locale::En, "Back up".to_owned())]),
            text: "送修前请先备份".to_owned(),
        },
        made_by: Actor::system("test"),
        created_at: at(second),
        acknowledgement: None,
    }
}

fn given(second: i64, note: &str) -> Acknowledgement {
    Acknowledgement {
        at: at(second),
        by: Actor::system("test"),
        means: NoticeMeans::Phone,
        note: note.to_owned(),
    }
}

fn talk(floor: &Floor<'_>) -> (ContactId, ConversationId) {
    let inbox = floor.inbox();
    let conversation = floor.conversation(inbox, None, None);
    (conversation.contact_id, conversation.id)
}

store_test! {
    fn what_was_told_is_kept_and_taken_note_of_once(store) {
        let floor = Floor::new(store);
        let place = talk(&floor);
        let told = notice(place, "repair_data", 1);
        let (stored, of) = (told.clone(), told.id);
        floor.run(move |tx| notices::insert(tx, &stored));
        assert_eq!(floor.run(move |tx| notices::get(tx, of)), Some(told.clone()));
        let twice = ServiceNotice { id: id(), ..told.clone() };
        let refused = store.write_blocking(floor.workspace, move |tx| notices::insert(tx, &twice));
        assert!(refused.is_err_and(|it| it.is_unique_violation("service_notices_client")));
        let (client, by) = (told.client_id.clone(), told.made_by.clone());
        let found = floor.run(move |tx| notices::find_by_client_id(tx, &by, &client));
        assert_eq!(found.map(|it| it.id), Some(told.id));
        assert!(floor.run(move |tx| notices::acknowledge(tx, of, &given(5, "said yes"))));
        assert!(!floor.run(move |tx| notices::acknowledge(tx, of, &given(9, "never mind"))));
        let kept = floor.run(move |tx| notices::get(tx, of)).expect("it is there");
        assert_eq!(kept.acknowledgement, Some(given(5, "said yes")));
        let other = Floor::new(store);
        assert_eq!(other.run(move |tx| notices::get(tx, of)), None);
        assert!(!other.run(move |tx| notices::acknowledge(tx, of, &given(9, ""))));
    }

    fn lists_know_who_was_told_what_and_where(store) {
        let floor = Floor::new(store);
        let (contact, conversation) = talk(&floor);
        let told = |entry, second| notice((contact, conversation), entry, second);
        for it in [told("old", 1), told("new", 100)] {
            floor.run(move |tx| notices::insert(tx, &it));
        }
        let of_talk = floor.run(move |tx| notices::of_conversation(tx, conversation, 10));
        let entries: Vec<_> = of_talk.iter().map(|it| it.entry.as_str()).collect();
        assert_eq!(entries, ["new", "old"]);
        let lately = floor.run(move |tx| notices::told(tx, contact, at(50)));
        assert_eq!(lately, ["new"]);
        assert_eq!(floor.run(|tx| notices::of_case(tx, id(), 10)), []);
        assert_eq!(floor.run(move |tx| notices::open_cases(tx, conversation, 5)), []);
        assert_eq!(floor.run(move |tx| notices::earlier_sessions(tx, contact, 5)), 0);
        assert!(!floor.run(move |tx| notices::has_complained(tx, contact, at(0))));
    }

    fn a_report_counts_what_may_be_seen(store) {
        let floor = Floor::new(store);
        let place = talk(&floor);
        for second in [1, 2, 900] {
            let it = ServiceNotice {
                acknowledgement: (second == 1).then(|| given(3, "")),
                ..notice(place, "repair_data", second)
            };
            floor.run(move |tx| notices::insert(tx, &it));
        }
        let filter = NoticeFilter { from: at(0), to: at(100), inbox: None, complaint_within: 1_000_000 };
        let all = || Visibility { all: true, ..Visibility::default() };
        let counts = floor.run(move |tx| notices::counts(tx, &all(), &filter));
        assert_eq!((counts.len(), counts[0].sent, counts[0].acknowledged, counts[0].complained), (1, 2, 1, 0));
        assert_eq!(floor.run(move |tx| notices::counts(tx, &Visibility::default(), &filter)), []);
        let ids = |about| -> Vec<ServiceNoticeId> {
            let found = floor.run(move |tx| notices::behind(tx, &all(), &filter, (Some("repair_data"), about, 10)));
            found.iter().map(|(it, _)| it.id).collect()
        };
        let number = [NoticeAbout::Sent, NoticeAbout::Acknowledged, NoticeAbout::Open, NoticeAbout::Complained]
            .map(|about| ids(about).len());
        assert_eq!(number, [2, 1, 1, 0]);
        let elsewhere = NoticeFilter { inbox: Some(floor.inbox()), ..filter };
        assert_eq!(floor.run(move |tx| notices::counts(tx, &all(), &elsewhere)), []);
    }
}

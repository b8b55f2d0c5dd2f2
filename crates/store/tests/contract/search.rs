//! The full-text index.

use std::collections::BTreeSet;

use zhiyin_domain::ids::ContactId;
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::search::{Clause, Phrase, Query};
use zhiyin_store::params;
use zhiyin_store::search::{self, MessageFilter};

use crate::floor::{Floor, at, contact, id, tokens};

/// Clauses separated by `,`, spellings by `|`, terms by a space; `*` marks a beginning.
fn query(text: &str) -> Query {
    let phrase = |text: &str| Phrase {
        is_prefix: text.ends_with('*'),
        terms: text
            .trim_end_matches('*')
            .split(' ')
            .map(str::to_owned)
            .collect(),
    };
    let clause = |text: &str| Clause {
        any_of: text.split('|').map(phrase).collect(),
    };
    Query {
        clauses: text.split(',').map(clause).collect(),
    }
}

fn everything() -> Visibility {
    Visibility {
        all: true,
        ..Visibility::default()
    }
}

fn find_with(
    floor: &Floor<'_>,
    asked: &str,
    visibility: Visibility,
    filter: MessageFilter,
) -> Vec<i64> {
    let asked = query(asked);
    let found =
        floor.run(move |tx| search::find_messages(tx, &asked, &visibility, &filter, None, 50));
    found.iter().map(|found| found.position).collect()
}

const NONE: [i64; 0] = [];
const NOBODY: [ContactId; 0] = [];

fn find(floor: &Floor<'_>, asked: &str) -> Vec<i64> {
    find_with(floor, asked, everything(), MessageFilter::default())
}

store_test! {
    fn messages_are_found_by_phrase_beginning_and_spelling_newest_first(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let first = floor.say(&talk, 1, "申请 请退 退货 申 请 退 货");
        let second = floor.say(&talk, 2, "退货 货申 申请 申 请 退 货");
        let third = floor.say(&talk, 3, "qy 2031 88 refunds qy203188");
        assert_eq!(find(&floor, "申请"), [second, first]);
        assert_eq!(find(&floor, "申请 请退 退货"), [first]);
        assert_eq!(find(&floor, "退"), [second, first]);
        assert_eq!(find(&floor, "请退,货"), [first]);
        assert_eq!(find(&floor, "refun*"), [third]);
        assert_eq!(find(&floor, "qy 203*"), [third]);
        assert_eq!(find(&floor, "qy 2032|qy203188"), [third]);
        assert_eq!(find(&floor, "refun"), NONE);
        assert_eq!(find(&floor, "请退 货申"), NONE);
        assert_eq!(find(&floor, "申请,款"), NONE);
    }

    fn terms_of_every_script_are_terms_on_both_engines(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let terms = ["𠀀", "ส", "ກ", "한국", "problème", "й", "𞤀", "०", "ꓐ", "𮯠", "𲎯"];
        for (seq, term) in (1..).zip(terms) {
            let position = floor.say(&talk, seq, term);
            assert_eq!(find(&floor, term), [position], "{term}");
        }
    }

    fn no_term_is_ever_syntax(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        floor.say(&talk, 1, "plain");
        let digits = |id: &str| id[3..].to_owned();
        let (inbox, workspace) = (talk.inbox_id.to_string(), floor.workspace.to_string());
        for hostile in [
            "\"", "\" OR scope : \"x", "'", "' | 'plain", "\\", "a\\' | 'plain", "plain:*", "*", "(", "NEAR(",
            "AND", "-plain", "^plain", "{body} : plain", "scope:plain", "!plain", "plain & !x", "<->", ":",
            "plain' :A", "$1", "%", "\u{1}",
        ] {
            let asked = Query {
                clauses: vec![Clause {
                    any_of: vec![Phrase { terms: vec![hostile.to_owned()], is_prefix: false }],
                }],
            };
            let found = store.read_blocking(floor.workspace, move |tx| {
                search::find_messages(tx, &asked, &everything(), &MessageFilter::default(), None, 5)
            });
            // PostgreSQL takes the whole text for one term, SQLite may find the word in it.
            assert!(found.expect("an answer, not an error").len() <= 1, "{hostile}");
        }
        for scope in [format!("i{}", digits(&inbox)), format!("w{}", digits(&workspace)), digits(&inbox)] {
            assert_eq!(find(&floor, &scope), NONE, "{scope}");
        }
    }

    fn an_edited_message_is_found_by_its_new_text_only(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let position = floor.say(&talk, 1, "old text");
        let (inbox, id) = (talk.inbox_id, talk.id);
        floor.run(move |tx| search::reindex_message(tx, position, inbox, id, &tokens("new text")));
        assert_eq!(find(&floor, "old"), NONE);
        assert_eq!(find(&floor, "new text"), [position]);
        floor.run(move |tx| search::remove_message(tx, position));
        floor.run(move |tx| search::remove_message(tx, position));
        floor.run(move |tx| search::index_message(tx, position, inbox, id, &[]));
        assert_eq!(find(&floor, "new"), NONE);
    }

    fn only_what_may_be_seen_is_found(store) {
        let floor = Floor::new(store);
        let (shop, bank) = (floor.inbox(), floor.inbox());
        let (agent, team) = (floor.agent(), floor.team());
        let in_shop = floor.say(&floor.conversation(shop, None, None), 1, "退货");
        let in_bank = floor.say(&floor.conversation(bank, None, None), 1, "退货");
        let of_agent = floor.say(&floor.conversation(bank, Some(agent), None), 1, "退货");
        let of_team = floor.say(&floor.conversation(bank, None, Some(team)), 1, "退货");
        let sees = |visibility| find_with(&floor, "退货", visibility, MessageFilter::default());
        let nothing = Visibility::default;
        assert_eq!(sees(everything()), [of_team, of_agent, in_bank, in_shop]);
        assert_eq!(sees(nothing()), NONE);
        assert_eq!(sees(Visibility { inboxes: [shop].into(), ..nothing() }), [in_shop]);
        assert_eq!(sees(Visibility { own: Some(agent), ..nothing() }), [of_agent]);
        assert_eq!(sees(Visibility { teams: [team].into(), ..nothing() }), [of_team]);
        assert_eq!(
            sees(Visibility { inboxes: [shop].into(), own: Some(agent), ..nothing() }),
            [of_agent, in_shop]
        );
        assert_eq!(sees(Visibility { own: Some(floor.agent()), ..nothing() }), NONE);
    }

    fn filters_narrow_what_is_found_and_widen_nothing(store) {
        let floor = Floor::new(store);
        let (shop, bank) = (floor.inbox(), floor.inbox());
        let (one, two) = (floor.conversation(shop, None, None), floor.conversation(bank, None, None));
        let first = floor.say(&one, 1, "退货");
        let second = floor.say(&one, 20, "退货");
        let third = floor.say(&two, 30, "退货");
        let with = |filter| find_with(&floor, "退货", everything(), filter);
        let any = MessageFilter::default;
        assert_eq!(with(MessageFilter { inbox: Some(shop), ..any() }), [second, first]);
        assert_eq!(with(MessageFilter { conversation: Some(two.id), ..any() }), [third]);
        assert_eq!(with(MessageFilter { from: Some(at(20)), ..any() }), [third, second]);
        assert_eq!(with(MessageFilter { to: Some(at(20)), ..any() }), [first]);
        let only_shop = Visibility { inboxes: [shop].into(), ..Visibility::default() };
        let in_bank = MessageFilter { inbox: Some(bank), ..any() };
        assert_eq!(find_with(&floor, "退货", only_shop, in_bank), NONE);
    }

    fn few_and_many_conversations_elsewhere_are_found_alike(store) {
        let floor = Floor::new(store);
        let (shop, bank) = (floor.inbox(), floor.inbox());
        let agent = floor.agent();
        let in_shop = floor.say(&floor.conversation(shop, None, None), 1, "退货");
        floor.say(&floor.conversation(bank, None, None), 1, "退货");
        let sees = || {
            let visibility = Visibility { inboxes: [shop].into(), own: Some(agent), ..Visibility::default() };
            find_with(&floor, "退货", visibility, MessageFilter::default())
        };
        let first = floor.say(&floor.conversation(bank, Some(agent), None), 1, "退货");
        assert_eq!(sees(), [first, in_shop]);
        for _ in 0..300 {
            floor.conversation(bank, Some(agent), None);
        }
        let last = floor.say(&floor.conversation(bank, Some(agent), None), 1, "退货");
        floor.say(&floor.conversation(bank, None, None), 1, "退货");
        assert_eq!(sees(), [last, first, in_shop]);
    }

    fn another_workspace_is_never_found(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let theirs = other.conversation(other.inbox(), None, None);
        let position = other.say(&theirs, 1, "退货");
        assert_eq!(find(&floor, "退货"), NONE);
        let filter = MessageFilter { inbox: Some(theirs.inbox_id), ..MessageFilter::default() };
        assert_eq!(find_with(&floor, "退货", everything(), filter), NONE);
        let inboxes = Visibility { inboxes: [theirs.inbox_id].into(), ..Visibility::default() };
        assert_eq!(find_with(&floor, "退货", inboxes, MessageFilter::default()), NONE);
        assert_eq!(find(&other, "退货"), [position]);
    }

    fn pages_follow_each_other_without_gap_or_repeat(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let said: Vec<i64> = (1..=7).map(|seq| floor.say(&talk, seq, "退货")).collect();
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = floor.run(move |tx| {
                search::find_messages(tx, &query("退货"), &everything(), &MessageFilter::default(), before, 3)
            });
            seen.extend(page.iter().map(|found| found.position));
            before = page.last().map(|found| found.position);
            if page.is_empty() {
                break;
            }
        }
        seen.reverse();
        assert_eq!(seen, said);
    }

    fn an_index_written_in_a_failed_transaction_is_gone(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let (inbox, id, workspace) = (talk.inbox_id, talk.id, floor.workspace);
        let failed: Result<(), _> = store.write_blocking(workspace, move |tx| {
            search::index_message(tx, 1, inbox, id, &tokens("退货"))?;
            tx.one("SELECT id FROM agents WHERE id = $1", params![inbox]).map(drop)
        });
        failed.expect_err("there is no such agent");
        assert_eq!(find(&floor, "退货"), NONE);
    }

    fn contacts_are_found_by_all_terms_and_stored_by_none(store) {
        let floor = Floor::new(store);
        let terms = |text: &str| -> BTreeSet<String> { text.split(' ').map(str::to_owned).collect() };
        let add = |text: &str| {
            let (contact, terms) = (contact(), terms(text));
            let id = contact.id;
            floor.run(move |tx| {
                zhiyin_store::contacts::insert(tx, &contact)?;
                search::index_contact(tx, id, &terms)
            });
            id
        };
        let find = |alternatives: &[&str], before: Option<ContactId>, limit: u32| {
            let alternatives: Vec<_> = alternatives.iter().map(|text| terms(text)).collect();
            floor.run(move |tx| search::find_contacts(tx, &alternatives, before, limit))
        };
        let lina = add("李 娜 李娜 li lin #5678");
        let wang = add("王 伟 王伟 wang");
        let twin = add("李 伟 李伟 li");
        assert_eq!(find(&["李"], None, 9), [twin, lina]);
        assert_eq!(find(&["李娜"], None, 9), [lina]);
        assert_eq!(find(&["伟 李"], None, 9), [twin]);
        assert_eq!(find(&["王", "#5678"], None, 9), [wang, lina]);
        assert_eq!(find(&["李 王"], None, 9), NOBODY);
        assert_eq!(find(&[], None, 9), NOBODY);
        assert_eq!(find(&["李"], None, 1), [twin]);
        assert_eq!(find(&["李"], Some(twin), 9), [lina]);

        let renamed = terms("张 三 张三");
        floor.run(move |tx| search::index_contact(tx, lina, &renamed));
        assert_eq!(find(&["李娜"], None, 9), NOBODY);
        assert_eq!(find(&["张三"], None, 9), [lina]);
        floor.run(move |tx| search::remove_contact(tx, lina));
        assert_eq!(find(&["张三"], None, 9), NOBODY);

        let stored: Vec<Vec<u8>> = floor.run(|tx| {
            let rows = tx.query("SELECT term FROM contact_index WHERE workspace_id = $1", params![tx.workspace()])?;
            rows.iter().map(|row| row.get("term")).collect()
        });
        assert!(!stored.is_empty() && stored.iter().all(|term| term.len() == 8));
        assert!(stored.iter().all(|term| !term.windows(3).any(|part| part == "王".as_bytes())));
    }

    fn equal_names_in_two_workspaces_have_different_terms(store) {
        let term = |floor: &Floor<'_>| -> Vec<u8> {
            let id: ContactId = id();
            floor.run(move |tx| {
                search::index_contact(tx, id, &["李".to_owned()].into())?;
                tx.one("SELECT term FROM contact_index WHERE contact_id = $1", params![id])?.get("term")
            })
        };
        assert_ne!(term(&Floor::new(store)), term(&Floor::new(store)));
    }
}

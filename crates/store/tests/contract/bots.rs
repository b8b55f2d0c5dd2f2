//! The bot: settings, opinions, and what it remembers of sessions.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::bot::{Asked, Bot, BotRun, Memory, OpinionKind, RunOutcome, Tally, Verdict};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::flows::{BotFlow, Document, FlowRevision, Passage, StepCounts};
use zhiyin_domain::knowledge::{ArticleQuestion, QuestionPlace};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::secret::Secret;
use zhiyin_store::StoreError;
use zhiyin_store::bots::{self, codes, flows, opinions, replay, runs, secrets};
use zhiyin_store::knowledge::questions;

use crate::floor::{Floor, at, id};
use crate::harness::{add_workspace, uuid};

store_test! {
    fn a_bot_is_set_up_once_and_changed_by_who_has_read_it(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        assert_eq!(floor.run(move |tx| bots::get(tx, inbox)), None);
        let mut new = Bot::absent(inbox);
        new.settings.name.insert(Locale::En, "Teabot".to_owned());
        let first = new.clone();
        let mut bot = floor.run(move |tx| bots::save(tx, &first));
        assert_eq!((bot.version, floor.run(move |tx| bots::get(tx, inbox))), (1, Some(bot.clone())));
        let again = store.write_blocking(floor.workspace, move |tx| bots::save(tx, &new));
        assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
        bot.is_enabled = true;
        let changed = bot.clone();
        let saved = floor.run(move |tx| bots::save(tx, &changed));
        assert_eq!(floor.run(bots::list), [saved]);
        let late = store.write_blocking(floor.workspace, move |tx| bots::save(tx, &bot));
        assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
        let elsewhere = add_workspace(floor.store);
        assert_eq!(store.read_blocking(elsewhere, move |tx| bots::get(tx, inbox)).expect("a read"), None);
    }

    fn the_bot_is_called_as_its_inbox_speaks(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let talk = floor.conversation(inbox, None, None);
        let id = talk.id;
        assert_eq!(floor.run(move |tx| bots::name_in(tx, id)), "");
        let mut bot = Bot::absent(inbox);
        bot.settings.name.insert(Locale::ZhCn, "小茶".to_owned());
        let only = bot.clone();
        bot = floor.run(move |tx| bots::save(tx, &only));
        assert_eq!(floor.run(move |tx| bots::name_in(tx, id)), "小茶");
        bot.settings.name.insert(Locale::En, "Teabot".to_owned());
        floor.run(move |tx| bots::save(tx, &bot));
        assert_eq!(floor.run(move |tx| bots::name_in(tx, id)), "Teabot");
    }

    fn opinions_add_up(store) {
        let floor = Floor::new(store);
        let more = |good, bad| Tally { shown: 1, good, bad };
        floor.run(move |tx| {
            opinions::add(tx, OpinionKind::Answer, 12, more(1, 0))?;
            opinions::add(tx, OpinionKind::Answer, 12, more(0, 1))?;
            opinions::add(tx, OpinionKind::Suggestion, 5, more(1, 0))
        });
        let all = floor.run(opinions::all);
        assert_eq!(all.answers[12], Tally { shown: 2, good: 1, bad: 1 });
        assert_eq!(all.total(OpinionKind::Suggestion), more(1, 0));
        let elsewhere = add_workspace(floor.store);
        let none = store.read_blocking(elsewhere, opinions::all).expect("a read");
        assert_eq!(none.total(OpinionKind::Answer), Tally::default());
    }

    fn a_session_is_remembered_and_found_when_it_is_silent(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let (workspace, session) = (floor.workspace, talk.session_id.expect("a session"));
        assert!(!floor.run(move |tx| runs::is_open(tx, session)));
        let mut memory = Memory::default();
        memory.ask(Asked { text: "returns?".to_owned(), verdict: Verdict::Answered, titles: vec!["Returns".to_owned()], is_helpful: None });
        let mut run = BotRun {
            session_id: session, conversation_id: talk.id, memory, seen_seq: 1, idle_at: Some(at(10)),
            ended: None, started_at: at(0), version: 0,
        };
        let new = run.clone();
        floor.run(move |tx| runs::save(tx, &new));
        run.version = 1;
        assert_eq!(floor.run(move |tx| runs::get(tx, session)), Some(run.clone()));
        assert!(floor.run(move |tx| runs::is_open(tx, session)));
        let idle = |n: i64| store.read_system_blocking(move |system| runs::idle(system, at(n), 10)).expect("a read");
        assert!(!idle(9).contains(&(workspace, talk.id, session)));
        assert!(idle(10).contains(&(workspace, talk.id, session)));
        let next = store.read_system_blocking(runs::next_idle).expect("a read");
        assert!(next.is_some_and(|next| next <= at(10)));
        run.idle_at = None;
        run.ended = Some((at(11), RunOutcome::HandedOver));
        let over = run.clone();
        floor.run(move |tx| runs::save(tx, &over));
        let late = store.write_blocking(workspace, move |tx| runs::save(tx, &run));
        assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
        assert!(!floor.run(move |tx| runs::is_open(tx, session)));
        let known = floor.run(move |tx| runs::get(tx, session)).expect("known");
        assert_eq!(known.ended, Some((at(11), RunOutcome::HandedOver)));
        assert!(!idle(99).contains(&(workspace, talk.id, session)));
    }

    fn past_questions_and_first_messages_come_newest_first(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let (first, second) = (floor.conversation(inbox, None, None), floor.conversation(inbox, None, None));
        floor.say(&first, 1, "teapot");
        floor.say(&first, 2, "later");
        floor.say(&second, 1, "cup");
        let said = floor.run(move |tx| replay::first_messages(tx, inbox, 10));
        assert_eq!(said.len(), 2);
        assert_eq!(floor.run(move |tx| replay::first_messages(tx, inbox, 1)).len(), 1);
        let ask = |n: i64, place| ArticleQuestion {
            id: id(), place, locale: Locale::En, text: n.to_string(), results: 0, article_id: None,
            is_helpful: None, is_contact: false, at: at(n),
        };
        let all = [ask(1, QuestionPlace::Help), ask(2, QuestionPlace::Bot), ask(3, QuestionPlace::Session)];
        for question in all {
            floor.run(move |tx| questions::insert(tx, &question));
        }
        let texts: Vec<String> = floor.run(|tx| questions::latest(tx, 10)).into_iter().map(|it| it.text).collect();
        assert_eq!(texts, ["2", "1"]);
        let elsewhere = add_workspace(floor.store);
        let none = store.read_blocking(elsewhere, move |tx| replay::first_messages(tx, inbox, 10));
        assert_eq!(none.expect("a read"), []);
    }

    fn a_flow_is_drawn_published_and_counted(store) {
        let floor = Floor::new(store);
        let document: Document = serde_json::from_str(r#"{ "format": 1, "start": "a", "steps": [ { "id": "a", "kind": "end", "text": null } ] }"#).expect("a document");
        let flow = BotFlow { id: id(), name: "Orders".to_owned(), draft: document.clone(), published_revision: None, created_at: at(1), updated_at: at(1), version: 1 };
        let key = flow.id;
        let new = flow.clone();
        floor.run(move |tx| flows::insert(tx, &new));
        assert_eq!(floor.run(flows::list), std::slice::from_ref(&flow));
        assert_eq!(floor.run(flows::published), []);
        let revision = FlowRevision { flow_id: key, revision: 1, document: document.clone(), published_at: at(2), published_by: Actor::Bot };
        let kept = revision.clone();
        floor.run(move |tx| flows::insert_revision(tx, &kept));
        let live = BotFlow { published_revision: Some(1), ..flow.clone() };
        let saved = floor.run(move |tx| flows::save(tx, &live));
        assert_eq!(floor.run(move |tx| flows::get(tx, key)), Some(saved));
        let late = store.write_blocking(floor.workspace, move |tx| flows::save(tx, &flow));
        assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
        assert_eq!(floor.run(flows::published), [(key, 1, document.clone())]);
        assert_eq!(floor.run(move |tx| flows::document(tx, key, 1)), Some(document));
        assert_eq!(floor.run(move |tx| flows::document(tx, key, 2)), None);
        assert_eq!(floor.run(move |tx| flows::revisions(tx, key, 5)), [revision]);
        floor.run(move |tx| {
            flows::count(tx, key, "a", Passage::Entered)?;
            flows::count(tx, key, "a", Passage::Entered)?;
            flows::count(tx, key, "a", Passage::ToPerson)
        });
        let counts = StepCounts { entered: 2, passed: 0, to_person: 1, ended: 0 };
        assert_eq!(floor.run(move |tx| flows::counts(tx, key)), [("a".to_owned(), counts)]);
        let elsewhere = add_workspace(floor.store);
        assert_eq!(store.read_blocking(elsewhere, move |tx| flows::get(tx, key)).expect("a read"), None);
        assert_eq!(store.read_blocking(elsewhere, flows::published).expect("a read"), []);
        floor.run(move |tx| flows::delete(tx, key));
        assert_eq!(floor.run(flows::list), []);
    }

    fn secrets_are_set_read_and_gone(store) {
        let floor = Floor::new(store);
        let set = |value: &'static str, n: i64| {
            floor.run(move |tx| secrets::set(tx, "shop", &Secret::new(value.to_owned()), at(n)));
        };
        set("Bearer a", 1);
        set("Bearer b", 2);
        assert_eq!(floor.run(secrets::list), [("shop".to_owned(), at(2))]);
        let known = floor.run(|tx| secrets::get(tx, "shop")).expect("a secret");
        assert_eq!(known.expose(), "Bearer b");
        let elsewhere = add_workspace(floor.store);
        assert!(store.read_blocking(elsewhere, |tx| secrets::get(tx, "shop")).expect("a read").is_none());
        assert!(floor.run(|tx| secrets::delete(tx, "shop")));
        assert!(!floor.run(|tx| secrets::delete(tx, "shop")));
    }

    fn codes_are_counted_by_address_and_by_conversation(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let (first, second) = (floor.conversation(inbox, None, None).id, floor.conversation(inbox, None, None).id);
        let address = || "Li@tea.example".parse::<EmailAddress>().expect("an address");
        let other = || "wang@tea.example".parse::<EmailAddress>().expect("an address");
        for n in [1, 2] {
            floor.run(move |tx| codes::insert(tx, uuid(), first, &address(), at(n)));
        }
        floor.run(move |tx| codes::insert(tx, uuid(), first, &other(), at(3)));
        let sent = |talk, of: fn() -> EmailAddress, n: i64| floor.run(move |tx| codes::sent(tx, talk, &of(), at(n)));
        assert_eq!(sent(second, || "li@tea.example".parse().expect("an address"), 0), 2);
        assert_eq!((sent(first, address, 0), sent(first, address, 2)), (3, 1));
        assert_eq!(sent(second, || "new@tea.example".parse().expect("an address"), 0), 0);
        store.write_system_blocking(|system| codes::forget(system, at(3))).expect("a write");
        assert_eq!(sent(first, address, 0), 1);
    }
}

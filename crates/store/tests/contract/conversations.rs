//! Conversations, their sessions, messages, counters and pages.

use std::collections::BTreeSet;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::conversation::{Assignment, Conversation, ConversationStatus};
use zhiyin_domain::ids::{AgentId, InboxId, MessageId};
use zhiyin_domain::message::{Author, Content, Delivery, Message, MessageKind, SystemLine};
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::ratings::{NewRating, RatingSource};
use zhiyin_store::StoreError;
use zhiyin_store::conversations::messages::Audience;
use zhiyin_store::conversations::{
    self, CounterScope, Draft, ListCursor, ListFilter, Order, StatusFilter, View, messages,
    sessions,
};

use crate::floor::{Floor, at, id};
use crate::harness::add_workspace;

fn everything() -> Visibility {
    Visibility {
        all: true,
        ..Visibility::default()
    }
}

fn filter(view: View) -> ListFilter {
    ListFilter {
        view,
        status: StatusFilter::Open,
        inbox: None,
        tag: None,
        saved: None,
        order: Order::Recent,
    }
}

fn ids(floor: &Floor<'_>, visibility: &Visibility, filter: &ListFilter) -> Vec<i64> {
    let (visibility, filter) = (visibility.clone(), filter.clone());
    floor
        .run(move |tx| conversations::list(tx, &visibility, &filter, None, 100))
        .iter()
        .map(|view| view.conversation.number)
        .collect()
}

fn message(conversation: &Conversation, seq: i64, kind: MessageKind, author: Author) -> Message {
    Message {
        id: id(),
        conversation_id: conversation.id,
        session_id: conversation.session_id.expect("a session"),
        seq,
        kind,
        author,
        text: format!("第 {seq} 句"),
        content: Content::default(),
        reply_to_id: None,
        client_id: Some(format!("c{seq}")),
        external_id: None,
        delivery: Delivery::Sent,
        created_at: at(seq),
        edited_at: None,
        recalled_at: None,
        revision: seq,
    }
}

/// Moves the last activity, so that the order is known.
fn touch(floor: &Floor<'_>, conversation: &Conversation, seconds: i64) -> Conversation {
    let before = conversation.clone();
    floor.run(move |tx| {
        let after = Conversation {
            last_activity_at: at(seconds),
            ..before.clone()
        };
        conversations::save(tx, &before, after)
    })
}

store_test! {
    fn a_conversation_comes_back_and_a_lost_race_is_a_conflict(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let before = floor.conversation(inbox, None, None);
        let snoozed = Conversation {
            status: ConversationStatus::Snoozed { until: at(90), by: Actor::Bot },
            unread_count: 3,
            waiting_since: Some(at(5)),
            ..before.clone()
        };
        let (old, new) = (before.clone(), snoozed.clone());
        let saved = floor.run(move |tx| conversations::save(tx, &old, new.clone()));
        assert_eq!(saved.version, before.version + 1);
        let id = before.id;
        assert_eq!(floor.run(move |tx| conversations::get(tx, id)), Some(saved.clone()));
        assert_eq!(floor.run(move |tx| conversations::get_for_update(tx, id)), Some(saved.clone()));
        let again = store.write_blocking(floor.workspace, move |tx| {
            conversations::save(tx, &before, snoozed.clone())
        });
        assert!(matches!(again, Err(StoreError::Conflict { table: "conversations" })));
        let other = add_workspace(store);
        let hidden = store.read_blocking(other, move |tx| conversations::get(tx, id));
        assert_eq!(hidden.expect("a read"), None);
    }

    fn one_identity_has_one_conversation_in_an_inbox(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let first = floor.conversation(inbox, None, None);
        let (number, identity) = (first.number, first.identity_id);
        let found = floor.run(move |tx| conversations::find(tx, inbox, identity));
        assert_eq!(found.map(|it| it.id), Some(first.id));
        let found = floor.run(move |tx| conversations::find_for_update(tx, inbox, identity));
        assert_eq!(found.map(|it| it.id), Some(first.id));
        let second = Conversation { id: id(), number: number + 1000, session_id: None, ..first };
        let refused = store.write_blocking(floor.workspace, move |tx| conversations::insert(tx, &second));
        assert!(refused.expect_err("a second one").is_unique_violation("conversations_identity"));
    }

    fn a_view_has_contact_and_session_beside_it(store) {
        let floor = Floor::new(store);
        let conversation = floor.conversation(floor.inbox(), None, None);
        let (id, contact) = (conversation.id, conversation.contact_id);
        let view = floor.run(move |tx| conversations::view(tx, id)).expect("a view");
        assert_eq!(view.conversation, conversation);
        assert_eq!(view.contact_id(), contact);
        assert_eq!(view.session.map(|session| session.id), conversation.session_id);
        let of_contact = floor.run(move |tx| conversations::of_contact(tx, contact, 10));
        assert_eq!(of_contact, vec![conversation]);
    }

    fn pages_follow_the_order_without_gap_or_repeat(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let all: Vec<Conversation> = (0..7)
            .map(|n| touch(&floor, &floor.conversation(inbox, None, None), 100 + n / 2))
            .collect();
        let whole = ids(&floor, &everything(), &filter(View::All));
        assert_eq!(whole.len(), all.len());
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = floor.run(move |tx| {
                conversations::list(tx, &everything(), &filter(View::All), after, 2)
            });
            let Some(last) = page.last() else { break };
            after = Some(ListCursor { is_rest: false, at: last.conversation.last_activity_at, id: last.conversation.id });
            paged.extend(page.iter().map(|view| view.conversation.number));
        }
        assert_eq!(paged, whole);
    }

    fn a_page_shows_what_may_be_seen_and_nothing_else(store) {
        let floor = Floor::new(store);
        let (here, there) = (floor.inbox(), floor.inbox());
        let (me, you, team) = (floor.agent(), floor.agent(), floor.team());
        let free = floor.conversation(here, None, None).number;
        let mine = floor.conversation(there, Some(me), None).number;
        let ours = floor.conversation(there, Some(you), Some(team)).number;
        let yours = floor.conversation(there, Some(you), None).number;
        let sees = |visibility: &Visibility, view: View| -> BTreeSet<i64> {
            ids(&floor, visibility, &filter(view)).into_iter().collect()
        };
        let own = Visibility { own: Some(me), ..Visibility::default() };
        let inbox = Visibility { inboxes: [here].into(), own: Some(me), ..Visibility::default() };
        let group = Visibility { teams: [team].into(), ..Visibility::default() };
        assert_eq!(sees(&everything(), View::All), [free, mine, ours, yours].into());
        assert_eq!(sees(&own, View::All), [mine].into());
        assert_eq!(sees(&inbox, View::All), [free, mine].into());
        assert_eq!(sees(&group, View::All), [ours].into());
        assert_eq!(sees(&Visibility::default(), View::All), [].into());
        assert_eq!(sees(&everything(), View::Unassigned), [free].into());
        assert_eq!(sees(&everything(), View::Assignee(you)), [ours, yours].into());
        assert_eq!(sees(&group, View::Assignee(you)), [ours].into());
        assert_eq!(sees(&everything(), View::Team(team)), [ours].into());
        assert_eq!(sees(&own, View::Team(team)), [].into());
        let only_there = ListFilter { inbox: Some(there), ..filter(View::All) };
        assert_eq!(ids(&floor, &inbox, &only_there), [mine]);
    }

    fn filters_narrow_a_page(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let me = floor.agent();
        let tagged = floor.conversation(inbox, None, None);
        let called = floor.conversation(inbox, None, None);
        let waiting = floor.conversation(inbox, None, None);
        let resolved = floor.conversation(inbox, None, None);
        let (tag, message): (_, MessageId) = (id(), id());
        let (t, c, w, r) = (tagged.clone(), called.clone(), waiting.clone(), resolved.clone());
        floor.run(move |tx| {
            conversations::set_tags(tx, t.id, &[tag])?;
            conversations::insert_mentions(tx, c.id, message, &[me], at(1))?;
            conversations::follow(tx, c.id, me)?;
            conversations::save(tx, &w, Conversation { waiting_since: Some(at(3)), ..w.clone() })?;
            let by = Actor::Agent(me);
            conversations::save(tx, &r, r.clone().resolve(by, at(9)).expect("open"))
        });
        let numbers = |change: ListFilter| ids(&floor, &everything(), &change);
        assert_eq!(numbers(ListFilter { tag: Some(tag), ..filter(View::All) }), [tagged.number]);
        assert_eq!(numbers(filter(View::Mentions(me))), [called.number]);
        assert_eq!(numbers(filter(View::Followed(me))), [called.number]);
        assert_eq!(numbers(ListFilter { order: Order::Waiting, ..filter(View::All) }), [waiting.number]);
        let resolved_only = ListFilter { status: StatusFilter::Resolved, ..filter(View::All) };
        assert_eq!(numbers(resolved_only), [resolved.number]);
        assert_eq!(numbers(ListFilter { status: StatusFilter::Any, ..filter(View::All) }).len(), 4);
        let followers = floor.run(move |tx| conversations::followers(tx, called.id));
        assert_eq!(followers, [me]);
        floor.run(move |tx| conversations::unfollow(tx, called.id, me));
        assert!(floor.run(move |tx| conversations::followers(tx, called.id)).is_empty());
    }

    fn counters_are_what_counting_would_give(store) {
        let floor = Floor::new(store);
        let (inbox, me, team) = (floor.inbox(), floor.agent(), floor.team());
        let first = floor.conversation(inbox, None, None);
        floor.conversation(inbox, None, None);
        let count = |scope: CounterScope, scope_id: uuid::Uuid, status: &'static str| -> i64 {
            let rows = floor.run(conversations::counters);
            rows.iter()
                .find(|row| row.scope == scope && row.scope_id == scope_id && row.status == status)
                .map_or(0, |row| row.value)
        };
        assert_eq!(count(CounterScope::Inbox, inbox.uuid(), "open"), 2);
        assert_eq!(count(CounterScope::Unassigned, inbox.uuid(), "open"), 2);
        let before = first.clone();
        let taken = floor.run(move |tx| {
            let to = Assignment { agent_id: Some(me), team_id: Some(team) };
            conversations::save(tx, &before, before.clone().assign(to))
        });
        assert_eq!(count(CounterScope::Unassigned, inbox.uuid(), "open"), 1);
        assert_eq!(count(CounterScope::Assignee, me.uuid(), "open"), 1);
        assert_eq!(count(CounterScope::Team, team.uuid(), "open"), 1);
        floor.run(move |tx| {
            let resolved = taken.clone().resolve(Actor::Agent(me), at(9)).expect("open");
            conversations::save(tx, &taken, resolved)
        });
        assert_eq!(count(CounterScope::Assignee, me.uuid(), "open"), 0);
        assert_eq!(count(CounterScope::Assignee, me.uuid(), "resolved"), 1);
        assert_eq!(count(CounterScope::Inbox, inbox.uuid(), "open"), 1);
    }

    fn messages_come_back_in_pages_and_by_revision(store) {
        let floor = Floor::new(store);
        let conversation = floor.conversation(floor.inbox(), None, None);
        let agent: AgentId = floor.agent();
        let (contact, conversation_id) = (conversation.contact_id, conversation.id);
        let line = Message {
            content: Content { system: Some(SystemLine::Woken), ..Content::default() },
            ..message(&conversation, 3, MessageKind::System, Author::System)
        };
        let said = [
            message(&conversation, 1, MessageKind::Text, Author::Contact(contact)),
            message(&conversation, 2, MessageKind::Note, Author::Agent(agent)),
            line,
            message(&conversation, 4, MessageKind::Text, Author::Agent(agent)),
            message(&conversation, 5, MessageKind::Text, Author::Bot),
        ];
        let stored = said.clone();
        floor.run(move |tx| {
            for one in &stored {
                messages::insert(tx, one)?;
            }
            Ok(())
        });
        let page = |seq, limit, audience| -> Vec<i64> {
            floor
                .run(move |tx| messages::before(tx, conversation_id, seq, limit, audience))
                .iter()
                .map(|one| one.seq)
                .collect()
        };
        assert_eq!(page(None, 3, Audience::Company), [3, 4, 5]);
        assert_eq!(page(Some(3), 3, Audience::Company), [1, 2]);
        assert_eq!(page(None, 10, Audience::Contact), [1, 4, 5]);
        let changed = floor
            .run(move |tx| messages::changed_since(tx, conversation_id, 3, 10, Audience::Contact));
        assert_eq!(changed, said[3..]);
        let first = said[0].id;
        assert_eq!(floor.run(move |tx| messages::get(tx, first)), Some(said[0].clone()));
        let author = said[0].author;
        let found = floor.run(move |tx| messages::find_by_client_id(tx, conversation_id, author, "c1"));
        assert_eq!(found.map(|it| it.id), Some(first));
        let edited = Message { text: "改过".into(), edited_at: Some(at(50)), revision: 9, ..said[0].clone() };
        let saved = edited.clone();
        floor.run(move |tx| messages::save(tx, &saved));
        assert_eq!(floor.run(move |tx| messages::get(tx, first)), Some(edited));
    }

    fn a_place_and_a_client_id_are_given_once(store) {
        let floor = Floor::new(store);
        let conversation = floor.conversation(floor.inbox(), None, None);
        let author = Author::Contact(conversation.contact_id);
        let first = message(&conversation, 1, MessageKind::Text, author);
        let stored = first.clone();
        floor.run(move |tx| messages::insert(tx, &stored));
        let same_place = Message { id: id(), client_id: None, ..first.clone() };
        let refused = store.write_blocking(floor.workspace, move |tx| messages::insert(tx, &same_place));
        assert!(refused.expect_err("the same place").is_unique_violation("messages_seq"));
        let same_send = Message { id: id(), seq: 2, ..first };
        let refused = store.write_blocking(floor.workspace, move |tx| messages::insert(tx, &same_send));
        assert!(refused.expect_err("the same send").is_unique_violation("messages_client"));
    }

    fn a_session_comes_back_and_only_one_is_open(store) {
        let floor = Floor::new(store);
        let conversation = floor.conversation(floor.inbox(), None, None);
        let session_id = conversation.session_id.expect("a session");
        let session = floor.run(move |tx| sessions::get(tx, session_id)).expect("the session");
        let second = zhiyin_domain::session::Session { id: id(), number: 2, ..session.clone() };
        let (refused, later) = (second.clone(), second);
        let error = store.write_blocking(floor.workspace, move |tx| sessions::insert(tx, &refused));
        assert!(error.expect_err("one is open").is_unique_violation("sessions_open"));
        let rating = NewRating { score: 4, comment: Some("不错".into()), dimensions: <_>::default(), expected: Some(5), source: RatingSource::Link };
        let resolved = session.resolve(Actor::Bot, at(10)).ask_rating(at(10));
        let (resolved, _) = resolved.rate(rating, at(20)).expect("in time");
        let stored = resolved.clone();
        let saved = floor.run(move |tx| sessions::save(tx, stored.clone()));
        assert_eq!(floor.run(move |tx| sessions::get(tx, session_id)), Some(saved));
        floor.run(move |tx| sessions::insert(tx, &later));
        let contact = conversation.contact_id;
        let all = floor.run(move |tx| zhiyin_store::contacts::sessions(tx, contact, 10));
        assert_eq!(all.len(), 2);
    }

    fn drafts_and_mentions_are_kept_per_agent(store) {
        let floor = Floor::new(store);
        let conversation = floor.conversation(floor.inbox(), None, None).id;
        let (me, you) = (floor.agent(), floor.agent());
        let draft = |text: &str| Draft { kind: "text".into(), text: text.into(), updated_at: at(1) };
        let (first, second) = (draft("一半"), draft("写完了"));
        floor.run(move |tx| {
            conversations::save_draft(tx, conversation, me, &first)?;
            conversations::save_draft(tx, conversation, me, &second)
        });
        let mine = floor.run(move |tx| conversations::drafts(tx, conversation, me));
        assert_eq!(mine.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["写完了"]);
        assert!(floor.run(move |tx| conversations::drafts(tx, conversation, you)).is_empty());
        floor.run(move |tx| conversations::delete_draft(tx, conversation, me, "text"));
        assert!(floor.run(move |tx| conversations::drafts(tx, conversation, me)).is_empty());
        let note: MessageId = id();
        floor.run(move |tx| conversations::insert_mentions(tx, conversation, note, &[me, you], at(1)));
        assert_eq!(floor.run(move |tx| conversations::mentions_unseen(tx, me)), 1);
        floor.run(move |tx| conversations::mark_mentions_seen(tx, conversation, me, at(2)));
        assert_eq!(floor.run(move |tx| conversations::mentions_unseen(tx, me)), 0);
        assert_eq!(floor.run(move |tx| conversations::mentions_unseen(tx, you)), 1);
    }

    fn snoozes_come_due_in_order(store) {
        let floor = Floor::new(store);
        let inbox: InboxId = floor.inbox();
        let snooze = |seconds: i64| {
            let before = floor.conversation(inbox, None, None);
            let id = before.id;
            floor.run(move |tx| {
                let by = Actor::Bot;
                let after = before.clone().snooze(at(seconds), by, at(0)).expect("ahead");
                conversations::save(tx, &before, after)
            });
            id
        };
        let (late, early) = (snooze(50), snooze(20));
        let next = store.read_system_blocking(conversations::next_snooze).expect("a read");
        assert_eq!(next, Some(at(20)));
        let due = |seconds: i64| -> Vec<_> {
            let due = store.read_system_blocking(move |system| conversations::due_snoozes(system, at(seconds), 10));
            due.expect("a read").into_iter().map(|(_, id)| id).collect()
        };
        assert!(due(19).is_empty());
        assert_eq!(due(20), [early]);
        assert_eq!(due(60), [early, late]);
    }
}

//! Accounts, what hangs on them, and the hours of teams.

use zhiyin_domain::account::Account;
use zhiyin_domain::contact::Contact;
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::identity::team::Team;
use zhiyin_domain::journey::Journey;
use zhiyin_domain::tier::Tier;
use zhiyin_store::identity::teams;
use zhiyin_store::routing::items;
use zhiyin_store::{StoreError, accounts, contacts, conversations, journey};

use crate::floor::{Floor, at, id};
use crate::routing::{queue, work};

fn account(name: &str, made: i64) -> Account {
    Account {
        id: id(),
        name: name.to_owned(),
        tier: Tier::BASE,
        dedicated_agent_id: None,
        created_at: at(made),
        version: 1,
    }
}

/// Puts the contact of a conversation into an account.
fn join(floor: &Floor<'_>, talk: &Conversation, account: &Account) {
    let (contact, account_id) = (talk.contact_id, Some(account.id));
    floor.run(move |tx| {
        let contact = contacts::get(tx, contact)?.expect("the contact");
        contacts::save(
            tx,
            &Contact {
                account_id,
                ..contact
            },
        )
    });
}

store_test! {
    fn an_account_comes_back_and_counts_for_its_people(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let (agent, talk) = (floor.agent(), floor.conversation(floor.inbox(), None, None));
        let (first, second) = (account("青屿陶瓷", 1), account("Second", 2));
        let stored = [first.clone(), second.clone()];
        floor.run(move |tx| stored.iter().try_for_each(|it| accounts::insert(tx, it)));
        let account_id = first.id;
        assert_eq!(floor.run(move |tx| accounts::get(tx, account_id)), Some(first.clone()));
        assert_eq!(other.run(move |tx| accounts::get(tx, account_id)), None);
        assert_eq!(floor.run(|tx| accounts::list(tx, None, 10)), [second.clone(), first.clone()]);
        let after = Some((second.created_at, second.id));
        assert_eq!(floor.run(move |tx| accounts::list(tx, after, 10)), std::slice::from_ref(&first));
        assert_eq!(other.run(|tx| accounts::list(tx, None, 10)), []);
        join(&floor, &talk, &first);
        let changed = Account { tier: Tier::TOP, dedicated_agent_id: Some(agent), ..first.clone() };
        let saved = floor.run(move |tx| accounts::save(tx, changed.clone()));
        assert_eq!((saved.version, saved.tier), (2, Tier::TOP));
        let stale = store.write_blocking(floor.workspace, move |tx| accounts::save(tx, first.clone()));
        assert!(matches!(stale, Err(StoreError::Conflict { .. })), "{stale:?}");
        let contact = talk.contact_id;
        assert_eq!(floor.run(move |tx| contacts::standing(tx, contact)), (Tier::TOP, vec![agent]));
    }

    fn what_waits_and_what_is_counted_is_found_by_whose_it_is(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let (queue, inbox) = (queue(&floor, "Sales"), floor.inbox());
        let (talk, stranger) = (floor.conversation(inbox, None, None), floor.conversation(inbox, None, None));
        let house = account("House", 1);
        let stored = house.clone();
        floor.run(move |tx| accounts::insert(tx, &stored));
        join(&floor, &talk, &house);
        for talk in [&talk, &stranger] {
            let (item, talk) = (work(talk, queue, 1), talk.clone());
            floor.run(move |tx| {
                items::insert(tx, &item)?;
                let session = conversations::sessions::by_number(tx, talk.id, 1)?.expect("a session");
                journey::insert(tx, &Journey::new(&session))
            });
        }
        let (contact, account_id) = (talk.contact_id, house.id);
        let of_contact = floor.run(move |tx| items::open_of_contact(tx, contact));
        let of_account = floor.run(move |tx| items::open_of_account(tx, account_id));
        assert_eq!(of_contact.iter().map(|it| it.item.conversation_id).collect::<Vec<_>>(), [talk.id]);
        assert_eq!(of_account, [(contact, of_contact[0].clone())]);
        assert_eq!(other.run(move |tx| items::open_of_account(tx, account_id)), []);
        assert_eq!(other.run(move |tx| items::open_of_contact(tx, contact)), []);
        assert_eq!(other.run(move |tx| journey::wake_account(tx, account_id, at(5))), 0);
        assert_eq!(floor.run(move |tx| journey::wake_account(tx, account_id, at(5))), 1);
        let due = store.read_system_blocking(|system| journey::due(system, at(5), 10)).expect("a list");
        let due: Vec<_> = due.into_iter().filter(|it| it.workspace == floor.workspace).collect();
        assert_eq!(due.iter().map(|it| it.conversation_id).collect::<Vec<_>>(), [talk.id]);
    }

    fn teams_have_hours_and_so_have_their_members(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let (agent, calendar_id) = (floor.agent(), id());
        let team = Team {
            id: id(),
            name: "维修".parse().expect("a name"),
            members: [agent].into(),
            calendar_id: Some(calendar_id),
            created_at: at(0),
            version: 1,
        };
        let (stored, team_id) = (team.clone(), team.id);
        floor.run(move |tx| teams::insert(tx, &stored));
        assert_eq!(floor.run(move |tx| teams::calendar(tx, team_id)), Some(calendar_id));
        assert_eq!(other.run(move |tx| teams::calendar(tx, team_id)), None);
        let one = vec![Some(calendar_id)];
        assert_eq!(floor.run(move |tx| teams::calendars_of_member(tx, agent)), one);
        assert_eq!(other.run(move |tx| teams::calendars_of_member(tx, agent)), []);
        assert_eq!(floor.run(teams::calendars_of_members), [(agent, one)].into());
        let free = Team { calendar_id: None, ..team };
        floor.run(move |tx| teams::save(tx, &free));
        assert_eq!(floor.run(move |tx| teams::calendars_of_member(tx, agent)), [None]);
        assert_eq!(floor.run(move |tx| teams::calendar(tx, team_id)), None);
    }
}

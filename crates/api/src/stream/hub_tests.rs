//! Frames reach those who may see them, in order, without a gap, and nobody else.

use std::sync::Mutex;
use std::sync::atomic::AtomicI64;
use std::task::{Context, Poll, Waker};

use uuid::Uuid;
use zhiyin_app::Principal;
use zhiyin_domain::ids::{InboxId, VisitorTokenId};
use zhiyin_domain::permission::{Resource, Visibility};

use super::super::room::{AgentDelivery, Audience};
use super::*;

fn workspace() -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(1))
}

fn inbox(n: u128) -> InboxId {
    InboxId::from_uuid(Uuid::from_u128(n))
}

fn identity(n: u128) -> IdentityId {
    IdentityId::from_uuid(Uuid::from_u128(n))
}

fn token(n: u128) -> VisitorTokenId {
    VisitorTokenId::from_uuid(Uuid::from_u128(n))
}

fn who(identity_number: u128, token_number: u128) -> VisitorConnection {
    VisitorConnection {
        identity: identity(identity_number),
        token: token(token_number),
        address: None,
    }
}

fn link(inboxes: &[u128]) -> AgentLink {
    AgentLink {
        mailbox: Arc::default(),
        agent: None,
        view: RwLock::new(Visibility {
            inboxes: inboxes.iter().map(|n| inbox(*n)).collect(),
            ..Visibility::default()
        }),
        cases: RwLock::new(Visibility::default()),
        leads: AtomicBool::new(false),
        watching: Mutex::default(),
        told: AtomicI64::new(0),
        must_recheck: AtomicBool::new(false),
        principal: Arc::new(Principal::system(workspace(), "test")),
    }
}

fn delivery(seq: i64, now_in: u128, before_in: Option<u128>) -> Delivery {
    Delivery {
        seq,
        agents: Some(AgentDelivery {
            audience: Audience::Readers(Resource::inbox(inbox(now_in))),
            frame: format!("event {seq}").into(),
            without_message: None,
            left: before_in.map(|n| (Resource::inbox(inbox(n)), format!("removed {seq}").into())),
        }),
        personal: None,
        visitor: Some((identity(9), format!("visitor {seq}").into())),
    }
}

fn taken(mailbox: &Mailbox) -> Vec<String> {
    match mailbox.poll_take(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(batch) => batch
            .frames
            .iter()
            .map(|frame| frame.text.to_string())
            .collect(),
        Poll::Pending => Vec::new(),
    }
}

#[test]
fn each_agent_gets_what_they_may_see() {
    let hub = Hub::new(StreamConfig::default());
    let (_one_seat, one) = hub.seat_agent(workspace(), 0, link(&[1])).expect("a seat");
    let (_two_seat, two) = hub.seat_agent(workspace(), 0, link(&[2])).expect("a seat");
    let room = hub.room(workspace()).expect("a room");
    hub.deliver(
        &room,
        &[
            delivery(1, 1, None),
            delivery(2, 2, None),
            delivery(3, 2, Some(1)),
        ],
        3,
    );
    assert_eq!(taken(&one.mailbox), ["event 1", "removed 3"]);
    assert_eq!(taken(&two.mailbox), ["event 2", "event 3"]);
    assert_eq!(room.cursor(), 3);
}

#[test]
fn a_visitor_gets_their_own_and_nothing_after_a_cut() {
    let hub = Hub::new(StreamConfig::default());
    let (mine, other): (Arc<Mailbox>, Arc<Mailbox>) = Default::default();
    let _mine_seat = hub
        .seat_visitor(workspace(), 0, who(9, 1), &mine)
        .expect("a seat");
    let _other_seat = hub
        .seat_visitor(workspace(), 0, who(8, 2), &other)
        .expect("a seat");
    let room = hub.room(workspace()).expect("a room");
    hub.deliver(&room, &[delivery(1, 1, None)], 1);
    assert_eq!(taken(&mine), ["visitor 1"]);
    assert!(taken(&other).is_empty());
    room.cut_visitor(identity(9), Some(token(7)));
    hub.deliver(&room, &[delivery(2, 1, None)], 2);
    assert_eq!(taken(&mine), ["visitor 2"]);
    room.cut_visitor(identity(9), Some(token(1)));
    hub.deliver(&room, &[delivery(3, 1, None)], 3);
    assert!(taken(&mine).is_empty());
}

#[test]
fn a_room_lasts_as_long_as_somebody_is_in_it() {
    let hub = Hub::new(StreamConfig::default());
    let (first, _) = hub.seat_agent(workspace(), 5, link(&[1])).expect("a seat");
    let (second, _) = hub.seat_agent(workspace(), 9, link(&[1])).expect("a seat");
    assert_eq!(
        hub.room(workspace()).expect("a room").cursor(),
        5,
        "the first one set it"
    );
    drop(first);
    assert!(hub.room(workspace()).is_some());
    drop(second);
    assert!(hub.room(workspace()).is_none());
    assert!(hub.is_empty());
}

#[test]
fn one_agent_cannot_open_connections_without_end() {
    let config = StreamConfig {
        visitor_connections_max: 2,
        ..StreamConfig::default()
    };
    let hub = Hub::new(config);
    let mailbox: Arc<Mailbox> = Arc::default();
    let seat = || hub.seat_visitor(workspace(), 0, who(1, 1), &mailbox);
    let (one, two) = (seat().expect("a seat"), seat().expect("a seat"));
    assert_eq!(seat().err(), Some(Bye::TooMany));
    drop((one, two));
    assert!(hub.is_empty(), "{:?}", hub.connected());
}

#[test]
fn whoever_comes_while_the_server_closes_is_sent_away() {
    let hub = Hub::new(StreamConfig::default());
    let (_seat, link_in) = hub.seat_agent(workspace(), 0, link(&[1])).expect("a seat");
    hub.close();
    let Poll::Ready(batch) = link_in
        .mailbox
        .poll_take(&mut Context::from_waker(Waker::noop()))
    else {
        panic!("no farewell");
    };
    assert_eq!(batch.bye, Some(Bye::GoingAway));
    assert_eq!(
        hub.seat_agent(workspace(), 0, link(&[1])).err(),
        Some(Bye::GoingAway)
    );
    assert!(hub.welcome().is_none());
}

#[test]
fn an_agent_who_sees_little_is_told_how_far_the_log_has_come() {
    let hub = Hub::new(StreamConfig::default());
    let (_seat, link) = hub.seat_agent(workspace(), 0, link(&[1])).expect("a seat");
    let room = hub.room(workspace()).expect("a room");
    for seq in 1..=250 {
        hub.deliver(&room, &[delivery(seq, 2, None)], seq);
    }
    let told = taken(&link.mailbox);
    assert_eq!(
        told,
        [r#"{"t":"seq","seq":100}"#, r#"{"t":"seq","seq":200}"#]
    );
}

//! Mailboxes, what arrives in them, and mails in both directions.

use std::time::Duration;

use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{InboxId, MailboxId};
use zhiyin_domain::mail::{
    Direction, Failure, Mail, MailHead, MailMeta, MailThread, Person, Sending, SendingState,
};
use zhiyin_domain::mailbox::{
    AutoReply, Encryption, Incoming, LogInKind, Mailbox, MailboxSecrets, MailboxSettings,
    MailboxTrouble, Outgoing, SenderName,
};
use zhiyin_domain::secret::Secret;
use zhiyin_store::mail_arrivals::{self, MailArrival};
use zhiyin_store::mailboxes::{self, Half};
use zhiyin_store::{StoreError, attachments, mail_pictures, mails};

use crate::floor::{Floor, at, id};

fn address(text: &str) -> EmailAddress {
    text.parse().expect("an address")
}

fn mailbox(inbox: InboxId, text: &str) -> Mailbox {
    let host = "mail.tea.example".to_owned();
    Mailbox {
        id: id(),
        inbox_id: inbox,
        settings: MailboxSettings {
            address: address(text),
            from_name: "Tea".to_owned(),
            sender: SenderName::Agent,
            signature: String::new(),
            incoming: Incoming {
                host: host.clone(),
                port: 993,
                encryption: Encryption::Tls,
                user: "help".to_owned(),
                log_in: LogInKind::Password,
                folder: "INBOX".to_owned(),
                authority: None,
                since: None,
            },
            outgoing: Outgoing {
                host,
                port: 587,
                encryption: Encryption::Starttls,
                user: None,
                log_in: LogInKind::Password,
                authority: None,
                per_minute: 60,
            },
            trusted_servers: Vec::new(),
            dkim: None,
            undo_s: 10,
            alert_after_min: 30,
            auto_reply: AutoReply::default(),
        },
        secrets: MailboxSecrets {
            incoming: Some(Secret::new("tea".to_owned())),
            ..MailboxSecrets::default()
        },
        is_enabled: true,
        created_at: at(0),
        version: 1,
    }
}

fn connected(floor: &Floor<'_>, text: &str) -> Mailbox {
    let it = mailbox(floor.inbox(), text);
    let kept = it.clone();
    floor.run(move |tx| mailboxes::insert(tx, &kept));
    it
}

store_test! {
    fn a_mailbox_is_kept_with_its_secrets_and_removed_without(store) {
        let floor = Floor::new(store);
        let it = connected(&floor, "Help@tea.example");
        let known = it.clone();
        floor.run(move |tx| {
            assert_eq!(mailboxes::get(tx, known.id)?, Some(known.clone()));
            assert_eq!(mailboxes::of_inbox(tx, known.inbox_id)?, Some(known.clone()));
            let same = mailboxes::with_address(tx, &address("help@TEA.example"))?;
            assert_eq!(same, Some(known.clone()));
            assert_eq!(mailboxes::list(tx)?.len(), 1);
            Ok(())
        });
        let second = mailbox(floor.inbox(), "HELP@tea.example");
        let refused = store.write_blocking(floor.workspace, move |tx| mailboxes::insert(tx, &second));
        assert!(refused.expect_err("a second one").is_unique_violation("mailboxes_address"));
        let mut changed = it.clone();
        "Coffee".clone_into(&mut changed.settings.from_name);
        let saved = floor.run(move |tx| mailboxes::save(tx, &changed));
        assert_eq!(saved.version, 2);
        let old = it.clone();
        let lost = store.write_blocking(floor.workspace, move |tx| mailboxes::save(tx, &old));
        assert!(matches!(lost, Err(StoreError::Conflict { .. })));
        let enabled = store.read_system_blocking(mailboxes::enabled).expect("a list");
        assert!(enabled.contains(&(floor.workspace, it.id, 2)));
        floor.run(move |tx| {
            mailboxes::remove(tx, it.id, at(1))?;
            assert_eq!(mailboxes::get(tx, it.id)?, None);
            assert_eq!(mailboxes::token_key(tx)?.len(), 32);
            assert_eq!(mailboxes::token_key(tx)?, mailboxes::token_key(tx)?);
            Ok(())
        });
        connected(&floor, "help@tea.example");
    }
}

store_test! {
    fn how_a_mailbox_is_doing_is_kept_apart(store) {
        let floor = Floor::new(store);
        let it = connected(&floor, "help@tea.example").id;
        let trouble = MailboxTrouble {
            stage: "log-in".to_owned(),
            cause: "log-in-refused".to_owned(),
            needs_person: true,
            said: "no such user: help".to_owned(),
            since: at(1),
        };
        floor.run(move |tx| {
            mailboxes::move_to(tx, it, 7, 42)?;
            mailboxes::set_trouble(tx, it, Half::Reading, Some(&trouble))?;
            mailboxes::set_trouble(tx, it, Half::Sending, Some(&trouble))?;
            mailboxes::set_alerted(tx, it, at(2))?;
            let state = mailboxes::state(tx, it)?;
            assert_eq!((state.uid_validity, state.last_uid), (Some(7), 42));
            assert_eq!(state.trouble.as_ref(), Some(&trouble));
            assert_eq!(state.alerted_at, Some(at(2)));
            mailboxes::looked(tx, it, at(3), 5)?;
            let state = mailboxes::state(tx, it)?;
            assert_eq!((state.trouble, state.alerted_at), (None, None));
            assert_eq!((state.last_read_at, state.received_total), (Some(at(3)), 5));
            assert_eq!(state.sending_trouble.as_ref(), Some(&trouble));
            Ok(())
        });
    }
}

fn arrival(mailbox: MailboxId, uid: u32, fingerprint: u8) -> MailArrival {
    MailArrival {
        id: id(),
        mailbox_id: mailbox,
        fingerprint: Some([fingerprint; 32]),
        uid_validity: 1,
        uid,
        raw: BlobHash::from_bytes([fingerprint; 32]),
        size_bytes: 10,
        is_cut: false,
        arrived_at: None,
        attempts: 0,
        created_at: at(i64::from(uid)),
    }
}

store_test! {
    fn a_mail_is_taken_once_and_read_in_order(store) {
        let floor = Floor::new(store);
        let mailbox = connected(&floor, "help@tea.example").id;
        let (one, two) = (arrival(mailbox, 1, 1), arrival(mailbox, 2, 2));
        let (first, second) = (one.clone(), two.clone());
        floor.run(move |tx| {
            assert!(mail_arrivals::insert(tx, &second)?);
            assert!(mail_arrivals::insert(tx, &first)?);
            assert!(!mail_arrivals::insert(tx, &arrival(mailbox, 9, 1))?, "the same mail");
            assert!(!mail_arrivals::insert(tx, &arrival(mailbox, 1, 9))?, "the same number");
            assert!(mail_arrivals::is_known(tx, mailbox, &[1; 32])?);
            assert!(!mail_arrivals::is_known(tx, mailbox, &[9; 32])?);
            assert!(attachments::is_used(tx, &BlobHash::from_bytes([1; 32]))?);
            Ok(())
        });
        let due = store.read_system_blocking(|system| mail_arrivals::due(system, at(99), 10));
        let due: Vec<_> = due.expect("a list").into_iter().map(|(_, it)| it).collect();
        assert_eq!(due, [one.clone(), two.clone()]);
        let (one, two) = (one.id, two.id);
        floor.run(move |tx| {
            assert!(mail_arrivals::lock_waiting(tx, one)?);
            mail_arrivals::done(tx, one, "opened", None)?;
            assert!(!mail_arrivals::lock_waiting(tx, one)?);
            mail_arrivals::failed(tx, two, "broken", Some(at(200)))?;
            Ok(())
        });
        let next = store.read_system_blocking(mail_arrivals::next_due).expect("a time");
        assert_eq!(next, Some(at(200)));
        floor.run(move |tx| {
            mail_arrivals::failed(tx, two, "broken", None)?;
            let outcomes = mail_arrivals::outcomes(tx, mailbox)?;
            assert!(outcomes.contains(&(Some("opened".to_owned()), 1)));
            Ok(())
        });
        let next = store.read_system_blocking(mail_arrivals::next_due).expect("a time");
        assert_eq!(next, None);
    }
}

store_test! {
    fn a_mail_is_found_by_its_id_and_leaves_in_time(store) {
        let floor = Floor::new(store);
        let mailbox = connected(&floor, "help@tea.example");
        let conversation = floor.conversation(mailbox.inbox_id, None, None);
        let talk = conversation.id;
        let ada = Person::of(address("Ada@customer.example"));
        let sending = Sending {
            state: SendingState::Waiting,
            undo_until: at(10),
            next_attempt_at: Some(at(10)),
            due_at: at(10),
            attempts: 0,
            failure: None,
            remaining: Vec::new(),
        };
        let mail = Mail {
            message_id: id(),
            conversation_id: talk,
            mailbox_id: Some(mailbox.id),
            direction: Direction::Out,
            head: MailHead {
                subject: "Re: tea".to_owned(),
                to: vec![ada.clone()],
                message_id: Some("m.1@tea.example".to_owned()),
                ..MailHead::default()
            },
            meta: MailMeta::default(),
            raw: None,
            html: None,
            sent_at: Some(at(10)),
            sending: Some(sending.clone()),
            created_at: at(1),
        };
        floor.run(move |tx| {
            mails::insert(tx, &mail)?;
            assert_eq!(mails::get(tx, mail.message_id)?.as_ref(), Some(&mail));
            let found = mails::get_many(tx, &[mail.message_id])?;
            assert_eq!(found, std::slice::from_ref(&mail));
            assert_eq!(mails::last(tx, talk, 5)?, std::slice::from_ref(&mail));
            assert_eq!(mails::conversation_with(tx, "m.1@tea.example")?, Some(talk));
            assert_eq!(mails::conversation_with(tx, "m.2@tea.example")?, None);
            assert!(mails::due(tx, mailbox.id, at(9), 5)?.is_empty());
            assert_eq!(mails::due(tx, mailbox.id, at(10), 5)?.len(), 1);
            assert_eq!(mails::queue(tx, mailbox.id)?, (Some(at(10)), 1));
            let after = Sending {
                state: SendingState::Failed,
                next_attempt_at: None,
                attempts: 1,
                failure: Some(Failure { code: "refused".to_owned(), ..Failure::default() }),
                remaining: vec![ada.address.clone()],
                ..sending.clone()
            };
            let raw = BlobHash::from_bytes([3; 32]);
            mails::save_sending(tx, mail.message_id, &after, Some(raw))?;
            let saved = mails::get(tx, mail.message_id)?.expect("the mail");
            assert_eq!((saved.sending, saved.raw), (Some(after), Some(raw)));
            assert_eq!(mails::queue(tx, mailbox.id)?, (None, 0));
            Ok(())
        });
    }
}

store_test! {
    fn threads_and_who_takes_part_are_known(store) {
        let floor = Floor::new(store);
        let mailbox = connected(&floor, "help@tea.example");
        let talk = floor.conversation(mailbox.inbox_id, None, None).id;
        let other = floor.conversation(mailbox.inbox_id, None, None).id;
        floor.run(move |tx| {
            assert_eq!(mails::thread(tx, talk)?, None);
            let mut thread = MailThread {
                conversation_id: talk,
                mailbox_id: Some(mailbox.id),
                subject: "Tea".to_owned(),
                may_belong_to: None,
            };
            mails::save_thread(tx, &thread)?;
            thread.may_belong_to = Some(other);
            mails::save_thread(tx, &thread)?;
            assert_eq!(mails::thread(tx, talk)?.as_ref(), Some(&thread));
            let shown = zhiyin_store::conversations::view(tx, talk)?.expect("a row");
            assert_eq!(shown.thread, Some(thread));
            let ada = address("ada@customer.example");
            assert!(!mails::takes_part(tx, talk, &ada)?);
            mails::add_participant(tx, talk, &ada)?;
            mails::add_participant(tx, talk, &ada)?;
            assert!(mails::takes_part(tx, talk, &address("Ada@Customer.example"))?);
            assert!(!mails::takes_part(tx, other, &ada)?);
            // A chat has a number too, which opens no thread.
            assert_eq!(mails::conversation_numbered(tx, 1)?, None);
            Ok(())
        });
    }
}

store_test! {
    fn senders_are_counted_within_a_window(store) {
        let floor = Floor::new(store);
        let hour = Duration::from_hours(1);
        floor.run(move |tx| {
            let ada = address("ada@customer.example");
            assert_eq!(mails::sender(tx, &ada)?, None);
            let count = |tx: &mut zhiyin_store::Tx<'_>, n: i64| {
                mails::count_sender(tx, &ada, at(n), at(n).minus(hour)).map(|it| it.mails)
            };
            assert_eq!(count(tx, 0)?, 1);
            assert_eq!(count(tx, 10)?, 2);
            assert_eq!(count(tx, 3_700)?, 1, "a new window");
            mails::answered_sender(tx, &ada, at(5))?;
            let known = mails::sender(tx, &ada)?.expect("the sender");
            assert_eq!((known.answered_at, known.mails), (Some(at(5)), 1));
            let new = address("bo@customer.example");
            mails::answered_sender(tx, &new, at(6))?;
            assert_eq!(mails::sender(tx, &new)?.and_then(|it| it.answered_at), Some(at(6)));
            Ok(())
        });
    }
}

store_test! {
    fn pictures_of_a_sender_are_shown_until_somebody_wants_to_be_asked(store) {
        let floor = Floor::new(store);
        floor.run(move |tx| {
            let ada = address("ada@customer.example");
            let shouted = address("Ada@Customer.example");
            assert!(!mail_pictures::are_shown(tx, &ada)?);
            mail_pictures::show(tx, &ada, at(1))?;
            mail_pictures::show(tx, &ada, at(2))?;
            assert!(mail_pictures::are_shown(tx, &shouted)?);
            mail_pictures::ask(tx, &shouted)?;
            assert!(!mail_pictures::are_shown(tx, &ada)?);
            assert_eq!(mail_pictures::link_key(tx)?.len(), 32);
            Ok(())
        });
    }
}

store_test! {
    fn mails_of_files_are_numbered_on(store) {
        let floor = Floor::new(store);
        let mailbox = connected(&floor, "old@tea.example").id;
        floor.run(move |tx| {
            assert_eq!(mail_arrivals::last_uid(tx, mailbox, 0)?, 0);
            for uid in [1, 7] {
                let old = MailArrival { uid_validity: 0, ..arrival(mailbox, uid, u8::try_from(uid).unwrap_or(0)) };
                assert!(mail_arrivals::insert(tx, &old)?);
            }
            assert_eq!(mail_arrivals::last_uid(tx, mailbox, 0)?, 7);
            assert_eq!(mail_arrivals::last_uid(tx, mailbox, 1)?, 0);
            Ok(())
        });
    }
}

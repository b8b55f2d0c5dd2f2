//! Tests of evidence: every way of tampering is tried, and found.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::super::fixtures::{at, case_id};
use super::super::number::CaseNumber;
use super::*;

fn key(byte: u8) -> SealKey {
    SealKey::from_bytes([byte; 32])
}

fn content(number: u32) -> Vec<u8> {
    format!("content {number}").into_bytes()
}

fn new(number: u32) -> NewEvidence {
    let uuid = Uuid::from_u128(number.into());
    let sha256 = Digest::of(&content(number));
    let kind = match number % 3 {
        0 => EvidenceKind::Statement {
            speaker: "the driver".to_owned(),
            sha256,
        },
        1 => EvidenceKind::File {
            attachment_id: AttachmentId::from_uuid(uuid),
            name: format!("照片 {number}.jpg"),
            size_bytes: 9,
            sha256,
        },
        _ => EvidenceKind::Message {
            conversation_id: ConversationId::from_uuid(uuid),
            message_id: MessageId::from_uuid(uuid),
            sha256,
        },
    };
    NewEvidence {
        id: EvidenceId::from_uuid(uuid),
        kind,
        note: format!("note {number}"),
        by: Actor::Bot,
        at: at(number.into()),
    }
}

fn chain(count: u32, by: &SealKey) -> (Vec<Evidence>, Head) {
    let mut head = Head::empty(case_id(1));
    let mut entries = Vec::new();
    for number in 1..=count {
        let (entry, next) = append(head, new(number), by).expect("there is room");
        entries.push(entry);
        head = next;
    }
    (entries, head)
}

fn contents(count: u32) -> BTreeMap<u32, ContentState> {
    let present = |number| ContentState::Present(Digest::of(&content(number)));
    (1..=count)
        .map(|number| (number, present(number)))
        .collect()
}

#[test]
fn a_known_content_has_the_known_hash() {
    // FIPS 180-4, the example of one block.
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(Digest::of(b"abc").to_string(), expected);
    assert_eq!(expected.parse(), Ok(Digest::of(b"abc")));
    for bad in [
        "",
        "ba78",
        &expected.to_uppercase(),
        &expected.replace('b', "g"),
    ] {
        assert_eq!(bad.parse::<Digest>(), Err(ParseDigestError));
    }
}

#[test]
fn a_whole_chain_has_no_faults_and_survives_export() {
    let (entries, head) = chain(7, &key(1));
    assert_eq!(verify(&entries, head, &contents(7), Some(&key(1))), []);
    assert_eq!(verify(&entries, head, &contents(7), None), []);
    let json = serde_json::to_string(&entries).unwrap();
    let read: Vec<Evidence> = serde_json::from_str(&json).unwrap();
    assert_eq!(read, entries);
    assert_eq!(format!("{:?}", key(1)), "SealKey(…)");
}

#[test]
fn each_way_of_tampering_has_its_name() {
    let (entries, head) = chain(4, &key(1));
    let check = |entries: &[Evidence], expected: &[Fault]| {
        let faults = verify(entries, head, &contents(4), Some(&key(1)));
        for fault in expected {
            assert!(faults.contains(fault), "{fault:?} in {faults:?}");
        }
    };
    let mut changed = entries.clone();
    changed[1].note = "another note".to_owned();
    check(&changed, &[Fault::Changed(2)]);
    let without = [&entries[..1], &entries[2..]].concat();
    let order = Fault::Order {
        expected: 2,
        found: 3,
    };
    let count = Fault::Count {
        expected: 4,
        found: 3,
    };
    check(&without, &[order, Fault::Link(3), count]);
    let mut swapped = entries.clone();
    swapped.swap(1, 2);
    check(&swapped, &[order, Fault::Link(3)]);
    check(&entries[..3], &[count, Fault::Head]);
    // The whole chain calculated anew by somebody without the key, head and all.
    let (forged, forged_head) = chain(4, &key(2));
    let faults = verify(&forged, forged_head, &contents(4), Some(&key(1)));
    assert_eq!(faults, [1, 2, 3, 4].map(Fault::Seal));
    // All of it moved to another case.
    let elsewhere = Head {
        case_id: case_id(2),
        ..head
    };
    let faults = verify(&entries, elsewhere, &contents(4), Some(&key(1)));
    assert!(faults.contains(&Fault::OtherCase(1)) && faults.contains(&Fault::Link(1)));
}

#[test]
fn a_content_may_go_by_a_rule_only() {
    let (mut entries, head) = chain(3, &key(1));
    let mut found = contents(3);
    found.insert(2, ContentState::Missing);
    let faults = verify(&entries, head, &found, None);
    assert_eq!(faults, [Fault::ContentMissing(2)]);
    let erased = NewEvidence {
        kind: EvidenceKind::Erased {
            of: 2,
            rule: "messages after two years".to_owned(),
        },
        ..new(4)
    };
    let (entry, head) = append(head, erased.clone(), &key(1)).unwrap();
    entries.push(entry);
    assert_eq!(verify(&entries, head, &found, Some(&key(1))), []);
    found.insert(1, ContentState::Present(Digest::of(b"another photo")));
    assert_eq!(
        verify(&entries, head, &found, None),
        [Fault::ContentChanged(1)]
    );
    let nothing = NewEvidence {
        kind: EvidenceKind::Correction { of: 9 },
        ..erased
    };
    assert_eq!(append(head, nothing, &key(1)), Err(AppendError::NoEntry(9)));
}

fn bundle(entries: &[Evidence], head: Head) -> (BundleManifest, BTreeMap<String, Digest>) {
    let file = |part: &BundlePart| BundleFile {
        path: part.path().to_owned(),
        size_bytes: 1,
        sha256: match part {
            BundlePart::Content { number, .. } => Digest::of(&content(*number)),
            other => Digest::of(other.path().as_bytes()),
        },
    };
    let files: Vec<BundleFile> = bundle_parts(entries).iter().map(file).collect();
    let found = files
        .iter()
        .map(|file| (file.path.clone(), file.sha256))
        .collect();
    let manifest = BundleManifest {
        format: BUNDLE_FORMAT.to_owned(),
        case_number: CaseNumber::of(17).unwrap(),
        head,
        exported_at: at(9),
        exported_by: Actor::Bot,
        files,
    };
    (manifest, found)
}

#[test]
fn a_bundle_is_verified_file_by_file() {
    let (entries, head) = chain(3, &key(1));
    let (manifest, found) = bundle(&entries, head);
    assert_eq!(verify_bundle(&manifest, &found, &entries), []);
    assert!(found.contains_key("evidence/0001-照片_1.jpg"), "{found:?}");
    let json = serde_json::to_string(&manifest).unwrap();
    assert_eq!(
        serde_json::from_str::<BundleManifest>(&json).unwrap(),
        manifest
    );

    let mut missing = found.clone();
    missing.remove("history.jsonl");
    let faults = verify_bundle(&manifest, &missing, &entries);
    assert_eq!(faults, [BundleFault::Missing("history.jsonl".to_owned())]);
    let mut changed = found.clone();
    changed.insert("evidence/0002-message.txt".to_owned(), Digest::of(b"x"));
    let faults = verify_bundle(&manifest, &changed, &entries);
    let path = "evidence/0002-message.txt".to_owned();
    assert_eq!(
        faults,
        [BundleFault::Changed(path), BundleFault::Content(2)]
    );
    let mut extra = found.clone();
    extra.insert("evil.exe".to_owned(), Digest::of(b"x"));
    let faults = verify_bundle(&manifest, &extra, &entries);
    assert_eq!(faults, [BundleFault::Extra("evil.exe".to_owned())]);
    let faults = verify_bundle(&manifest, &found, &entries[..2]);
    assert!(faults.contains(&BundleFault::Head));
    let mut out = manifest.clone();
    out.files[0].path = "../README.txt".to_owned();
    let faults = verify_bundle(&out, &found, &entries);
    assert!(faults.contains(&BundleFault::Path("../README.txt".to_owned())));
    let other = BundleManifest {
        format: "zip".to_owned(),
        ..manifest
    };
    assert!(matches!(
        verify_bundle(&other, &found, &entries)[0],
        BundleFault::Format(_)
    ));
}

#[test]
fn checksums_are_what_common_tools_read() {
    let (entries, head) = chain(1, &key(1));
    let (manifest, _) = bundle(&entries, head);
    let text = checksums(&manifest, Digest::of(b"manifest"));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), manifest.files.len() + 1);
    assert!(
        lines
            .iter()
            .all(|line| line.len() > 66 && &line[64..66] == "  "),
        "{text}"
    );
    assert!(text.ends_with("  manifest.json\n"));
}

proptest! {
    /// One change anywhere, of any kind, is found.
    #[test]
    fn tampering_is_found(count in 1..9_u32, what in 0..9_u8, a in 0..9_usize, b in 0..9_usize) {
        let (entries, head) = chain(count, &key(1));
        let mut bad = entries.clone();
        let mut found = contents(count);
        let len = bad.len();
        let (a, b) = (a % len, b % len);
        match what {
            0 => bad[a].note.push('!'),
            1 => bad[a].added_by = Actor::system("night"),
            2 => bad[a].added_at = at(1_000_000),
            3 => bad[a].kind = EvidenceKind::Correction { of: 1 },
            4 => { bad.remove(a); }
            5 => bad.swap(a, b),
            6 => { let copy = bad[a].clone(); bad.insert(b, copy); }
            7 => bad[a].seal = Digest::of(b"seal"),
            _ => { found.insert(bad[a].number, ContentState::Present(Digest::of(b"other"))); }
        }
        let is_tampered = bad != entries || found != contents(count);
        let faults = verify(&bad, head, &found, Some(&key(1)));
        prop_assert_eq!(is_tampered, !faults.is_empty(), "{:?}", faults);
    }

    /// A name from outside leads nowhere but into the folder of evidence.
    #[test]
    fn names_lead_nowhere(name in "[ -~照片/\\\\.]{0,120}") {
        let (mut entries, head) = chain(1, &key(1));
        if let EvidenceKind::File { name: own, .. } = &mut entries[0].kind {
            *own = name;
        }
        let (manifest, found) = bundle(&entries, head);
        let faults = verify_bundle(&manifest, &found, &entries);
        prop_assert!(!faults.iter().any(|fault| matches!(fault, BundleFault::Path(_))), "{:?}", faults);
        prop_assert!(found.keys().all(|path| path.len() < 400 && path.matches('/').count() <= 1));
    }
}

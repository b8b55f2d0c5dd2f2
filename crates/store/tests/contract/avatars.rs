//! Avatars.

use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::ids::AvatarId;
use zhiyin_store::attachments;
use zhiyin_store::avatars::{self, Avatar};

use crate::floor::{Floor, at, id};

store_test! {
    fn a_picture_is_found_by_its_id_until_it_is_retired_and_then_cleared_away(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let blob = BlobHash::from_bytes([7; 32]);
        let avatar = Avatar { id: id(), blob, media_type: "image/png".to_owned(), created_at: at(1) };
        let row = avatar.clone();
        floor.run(move |tx| avatars::insert(tx, &row));
        let it: AvatarId = avatar.id;
        let find = || store.read_system_blocking(move |system| avatars::find(system, it)).expect("an answer");
        assert_eq!(find(), Some((floor.workspace, avatar)));
        assert!(floor.run(move |tx| attachments::is_used(tx, &blob)));
        assert!(!other.run(move |tx| attachments::is_used(tx, &blob)));
        assert_eq!(floor.run(move |tx| avatars::delete_retired(tx, it)), None, "it is shown");
        other.run(move |tx| avatars::retire(tx, it, at(2)));
        assert!(find().is_some(), "another workspace cannot retire it");
        floor.run(move |tx| avatars::retire(tx, it, at(2)));
        assert_eq!(find(), None);
        let retired = store.read_system_blocking(|system| avatars::retired(system, 10));
        assert_eq!(retired.expect("a list"), [(floor.workspace, it)]);
        assert_eq!(floor.run(move |tx| avatars::delete_retired(tx, it)), Some(blob));
        assert!(!floor.run(move |tx| attachments::is_used(tx, &blob)));
    }
}

//! What every place for files must do.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_ports::{BlobError, BlobHash, BlobKey, BlobStore};

/// The key of some bytes in one workspace.
pub fn key_of(bytes: &[u8]) -> BlobKey {
    BlobKey {
        workspace: WorkspaceId::from_uuid(Uuid::from_u128(7)),
        hash: BlobHash::from_bytes(Sha256::digest(bytes).into()),
    }
}

/// Checks all that the port promises.
pub fn check_blob_store(blobs: &dyn BlobStore) {
    let bytes = b"12345678";
    let key = key_of(bytes);
    assert!(!blobs.exists(&key).unwrap());
    assert!(matches!(blobs.get(&key), Err(BlobError::NotFound)));
    assert!(matches!(blobs.range(&key, 0..1), Err(BlobError::NotFound)));
    blobs.delete(&key).unwrap();

    blobs.put(&key, bytes).unwrap();
    blobs.put(&key, bytes).unwrap();
    assert!(blobs.exists(&key).unwrap());
    assert_eq!(blobs.get(&key).unwrap(), bytes);
    for (range, part) in [(0..8, "12345678"), (1..3, "23"), (7..8, "8"), (3..3, "")] {
        assert_eq!(blobs.range(&key, range).unwrap(), part.as_bytes());
    }
    #[expect(clippy::reversed_empty_ranges, reason = "a caller may be wrong")]
    for range in [7..9, 9..10, 5..4] {
        assert!(matches!(
            blobs.range(&key, range),
            Err(BlobError::OutOfRange)
        ));
    }

    let elsewhere = BlobKey {
        workspace: WorkspaceId::from_uuid(Uuid::from_u128(8)),
        ..key
    };
    assert!(!blobs.exists(&elsewhere).unwrap());
    blobs.put(&elsewhere, bytes).unwrap();
    blobs.delete(&elsewhere).unwrap();
    assert!(!blobs.exists(&elsewhere).unwrap());
    assert_eq!(blobs.get(&key).unwrap(), bytes);
}

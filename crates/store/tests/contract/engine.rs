//! What the engine promises to every closure.

use zhiyin_store::{StoreError, params};

use crate::harness::uuid;

store_test! {
    fn a_value_of_every_type_comes_back(store) {
        let ws = store.workspace();
        let row = store.read_blocking(ws, move |tx| {
            tx.one("SELECT id, slug, settings, created_at FROM workspaces WHERE $2 = 'x' AND id = $1", params![ws, "x"])
        }).expect("a row");
        assert_eq!(row.get::<zhiyin_domain::ids::WorkspaceId>("id").expect("an id"), ws);
        assert_eq!(row.get::<serde_json::Value>("settings").expect("JSON"), serde_json::json!({}));
        assert_eq!(row.get::<Option<i64>>("created_at").expect("a number"), Some(0));
    }

    fn a_failed_closure_leaves_nothing(store) {
        let ws = store.workspace();
        let id = uuid();
        let result: Result<(), StoreError> = store.write_blocking(ws, move |tx| {
            tx.execute("INSERT INTO tags (id, workspace_id, name, color, created_at, version) VALUES ($1, $2, $3, $4, $5, $6)",
                params![id, ws, "vip", "red", 0i64, 1i64])?;
            Err(StoreError::conflict("tags"))
        });
        assert!(matches!(result, Err(StoreError::Conflict { table: "tags" })));
        let left = store.read_blocking(ws, move |tx| tx.maybe("SELECT id FROM tags WHERE id = $1", params![id])).expect("a read");
        assert!(left.is_none());
    }

    fn sealed_data_opens_only_for_its_field(store) {
        let ws = store.workspace();
        let sealed = store.write_blocking(ws, |tx| tx.seal("contacts.personal", b"Li Lei")).expect("sealed");
        let result = store.read_blocking(ws, move |tx| {
            let plain = tx.open("contacts.personal", &sealed)?;
            let wrong = tx.open("accounts.name", &sealed);
            Ok::<_, StoreError>((plain, wrong.is_err()))
        }).expect("opened");
        assert_eq!(result, (b"Li Lei".to_vec(), true));
    }
}

//! A healthy database is found healthy, a damaged one is not.

use zhiyin_store::{StoreError, SystemTx, health, params};

store_test! {
    fn a_new_database_is_whole(store) {
        let complaints = store.read_system_blocking(|system: &mut SystemTx<'_>| health::integrity(system));
        assert_eq!(complaints.expect("an answer"), Vec::<String>::new());
    }
}

store_test! {
    fn the_full_text_index_answers(store) {
        store
            .read_system_blocking(|system: &mut SystemTx<'_>| health::full_text(system))
            .expect("an answer");
    }
}

#[test]
fn a_row_without_its_parent_is_found() {
    let store = crate::harness::TestStore::sqlite();
    let workspace = store.workspace();
    let error = store
        .write_system_blocking(move |system: &mut SystemTx<'_>| {
            // Within a transaction the check can only be put off, so that nothing is left.
            system.execute("PRAGMA defer_foreign_keys = ON", params![])?;
            system.execute(
                "INSERT INTO access_versions (workspace_id, value) VALUES ($1, 1)",
                params![workspace],
            )?;
            system.execute("DELETE FROM workspaces WHERE id = $1", params![workspace])?;
            let complaints = health::integrity(system)?;
            assert_eq!(
                complaints,
                ["a row of access_versions refers to a missing row of workspaces"]
            );
            Err::<(), _>(StoreError::Timeout)
        })
        .expect_err("the change is taken back");
    assert!(matches!(error, StoreError::Timeout), "{error}");
}

//! Statements find their rows by indexes, also those that were planned when the tables were empty.

use std::time::Duration;

use store::contract_tests::requests::{changed, create, id, own, put, revalidation};
use store::{EventQuery, ListQuery, Store, VersionQuery};

use crate::database::Database;

/// The writes of the test. Each comes with a few reads.
const WRITES: i64 = 60;

/// The most scans of whole tables that building the schema and its indexes may take.
const MAX_SCANS: i64 = 20;

#[tokio::test]
async fn tables_are_never_read_from_end_to_end() {
    let database = Database::create();
    let admin = database.connect().await;
    // Statistics would tell the planner that the tables are no longer empty.
    let store = database.server().await;
    admin
        .batch_execute(
            "ALTER TABLE ifmatch.document SET (autovacuum_enabled = off);
                        ALTER TABLE ifmatch.version SET (autovacuum_enabled = off)",
        )
        .await
        .unwrap();
    let mut seen = own(&create(&*store, "a", "0").await);
    for number in 1..=WRITES {
        create(&*store, &format!("d{number}"), "").await;
        seen = own(&changed(put(&*store, "a", &seen, &number.to_string()).await));
        store.judge(revalidation("a", &seen)).await.unwrap();
        store.events(EventQuery { after: 0, id: None, limit: 3 }).await.unwrap();
        store.events(EventQuery { after: 2, id: Some(id("a")), limit: 3 }).await.unwrap();
        store.list(ListQuery { after: None, limit: 3, bytes: 1000 }).await.unwrap();
        store.versions(VersionQuery { id: id("a"), before: None, limit: 3, bytes: 1000 }).await.unwrap();
    }
    // A session reports what it has counted when it ends, if not before.
    drop(store);
    let sql = "SELECT coalesce(sum(idx_scan), 0)::BIGINT, coalesce(sum(seq_scan), 0)::BIGINT FROM pg_stat_user_tables
               WHERE schemaname = 'ifmatch' AND relname IN ('document', 'version')";
    let counted = async {
        loop {
            let row = admin.query_one(sql, &[]).await.unwrap();
            let (by_index, whole): (i64, i64) = (row.get(0), row.get(1));
            if by_index + whole >= 8 * WRITES {
                return whole;
            }
            tokio::task::yield_now().await;
        }
    };
    let whole = tokio::time::timeout(Duration::from_secs(20), counted).await.expect("scans are counted");
    assert!(whole <= MAX_SCANS, "{whole} scans of whole tables");
}

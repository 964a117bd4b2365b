//! Writes that are decided by a version in memory, which the database has to confirm.

use std::sync::Arc;
use std::time::SystemTime;

use contract::Timestamp;
use precondition::Conditions;
use store::contract_tests::requests::{changed, create, delete, document, id, own, put, put_new, request, under};
use store::{DocumentChange, DocumentState, EventQuery, Store, StoredVersion, WriteEffect, WriteRequest};
use tokio::sync::broadcast::error::RecvError;

use crate::checks::check;
use crate::database::Database;
use crate::saved_state::SavedState;

/// Records the statements that insert versions from now on.
async fn record_statements(database: &Database) {
    let record = "CREATE TABLE statements (number SERIAL, text TEXT);
                  CREATE FUNCTION record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                      INSERT INTO public.statements (text) VALUES (current_query());
                      RETURN NULL;
                  END $$;
                  CREATE TRIGGER record AFTER INSERT ON ifmatch.version FOR EACH ROW EXECUTE FUNCTION record()";
    database.connect().await.batch_execute(record).await.unwrap();
}

/// Returns the recorded statements in their order.
async fn recorded_statements(database: &Database) -> Vec<String> {
    let sql = "SELECT text FROM statements ORDER BY number";
    let all = database.connect().await.query(sql, &[]).await.unwrap();
    all.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn known_version_is_replaced_in_one_statement() {
    let database = Database::create();
    let store = database.server().await;
    let first = create(&*store, "a", "one").await;
    record_statements(&database).await;
    let second = changed(put(&*store, "a", &own(&first), "two").await);
    changed(put(&*store, "a", &own(&second), "three").await);
    let texts = recorded_statements(&database).await;
    assert_eq!(texts.len(), 2);
    assert!(texts.iter().all(|text| text.contains("append_versions")), "{texts:?}");
}

/// The first server has seen version 1 last. If it trusted its memory, it would overwrite version 2.
#[tokio::test]
async fn version_that_another_server_has_replaced_is_not_confirmed() {
    let database = Database::create();
    let servers = database.servers(2).await;
    for name in ["a", "b"] {
        let first = create(&*servers[0], name, "one").await;
        let second = changed(put(&*servers[1], name, &own(&first), "two").await);
        let stale = put(&*servers[0], name, &own(&first), "three").await;
        assert_eq!(stale.effect, WriteEffect::Refused(DocumentState::Exists(second.clone())));
        changed(put(&*servers[0], name, &own(&second), "three").await);
    }
}

/// If one write of a batch is outdated, the confirmed statement makes none; the others are made once.
#[tokio::test]
async fn outdated_write_does_not_keep_others_of_its_batch_from_being_made() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let mut firsts = Vec::new();
    for name in ["a", "b", "c"] {
        firsts.push(create(&*servers[0], name, "one").await);
    }
    changed(put(&*servers[1], "b", &own(&firsts[1]), "two").await);
    let writes = ["a", "b", "c"].into_iter().zip(&firsts).map(|(name, first)| {
        servers[0].write(request(name, Conditions::if_match(own(first)), DocumentChange::put(document("three"))))
    });
    let [a, b, c] = writes.collect::<Vec<_>>().try_into().unwrap_or_else(|_| unreachable!());
    let (a, b, c) = tokio::join!(biased; a, b, c);
    changed(a.unwrap());
    assert!(matches!(b.unwrap().effect, WriteEffect::Refused(_)));
    changed(c.unwrap());
    assert_eq!(servers[1].latest_sequence().await.unwrap(), 6);
}

/// Many documents in one batch, two of whose writes name one version.
#[tokio::test]
async fn batch_of_known_documents_is_written_together() {
    let database = Database::create();
    let store = database.server().await;
    let mut live = store.subscribe(None);
    let mut firsts = Vec::new();
    for number in 0..20 {
        firsts.push(create(&*store, &format!("d{number}"), "one").await);
    }
    let writes = firsts.iter().enumerate().flat_map(|(number, first)| {
        ["two", "three"].map(|content| {
            let conditions = Conditions::if_match(own(first));
            let write = request(&format!("d{number}"), conditions, DocumentChange::put(document(content)));
            let store = store.clone();
            tokio::spawn(async move { store.write(write).await.unwrap().effect })
        })
    });
    let writes: Vec<_> = writes.collect();
    for (number, write) in writes.into_iter().enumerate() {
        match (number % 2, write.await.unwrap()) {
            (0, WriteEffect::Changed(_)) | (1, WriteEffect::Refused(DocumentState::Exists(_))) => {}
            other => panic!("{other:?}"),
        }
    }
    let expected = store.events(EventQuery { after: 0, id: None, limit: 100 }).await.unwrap();
    assert_eq!(expected.len(), 40);
    for expected in expected {
        assert_eq!(live.recv().await.unwrap(), expected);
    }
}

/// After a failover, the database may have another version with the number that the server remembers.
///
/// One document is written alone, the other two in a batch: each way compares versions in another statement.
#[tokio::test]
async fn lost_version_with_the_same_number_is_not_confirmed() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let names = ["a", "b", "c"];
    let mut firsts = Vec::new();
    for name in names {
        firsts.push(own(&create(&*servers[0], name, "one").await));
    }
    let saved = SavedState::of(&database).await;
    let mut lost = Vec::new();
    for (name, first) in names.into_iter().zip(&firsts) {
        lost.push(changed(put(&*servers[0], name, first, "lost").await));
    }
    saved.restore().await;
    let mut seconds = Vec::new();
    for (name, first) in names.into_iter().zip(&firsts) {
        seconds.push(changed(put(&*servers[1], name, first, "two").await));
    }
    let numbers = |stored: &[Arc<StoredVersion>]| -> Vec<u64> {
        stored.iter().map(|stored| stored.revision.stamp.version).collect()
    };
    assert_eq!(numbers(&lost), numbers(&seconds));
    let stale = |at: usize| {
        let (store, name, seen) = (servers[0].clone(), names[at], own(&lost[at]));
        async move { put(&*store, name, &seen, "three").await }
    };
    let alone = stale(0).await;
    let (one, other) = tokio::join!(biased; stale(1), stale(2));
    for (at, stale) in [alone, one, other].into_iter().enumerate() {
        assert_eq!(stale.effect, WriteEffect::Refused(DocumentState::Exists(seconds[at].clone())));
        changed(put(&*servers[0], names[at], &own(&seconds[at]), "three").await);
    }
}

/// The statement for the next version leaves a document in its place, so it makes no move.
#[tokio::test]
async fn known_document_that_leaves_its_parent_is_moved() {
    let database = Database::create();
    let store = database.server().await;
    let parent = own(&create(&*store, "p", "").await);
    let child = own(&put_new(&*store, "c", under("p")).await);
    changed(put(&*store, "c", &child, "at the top").await);
    let deleted = delete(&*store, "p", &parent).await;
    assert!(matches!(deleted.effect, WriteEffect::Deleted(_)), "it has no child any more: {deleted:?}");
    assert_eq!(check(&database).await.1, []);
}

/// The database refuses a time in its future.
///
/// Once the lead of its clock is known, the server corrects its times itself.
#[tokio::test]
async fn known_version_of_a_server_that_is_ahead_gets_no_time_in_the_future() {
    let database = Database::create();
    let store = database.server().await;
    record_statements(&database).await;
    let mut seen = own(&create(&*store, "a", "one").await);
    let now = || Timestamp::from(SystemTime::now()).as_millis();
    let hour = 3_600_000;
    // The second time is surely in the past once it is corrected by the lead of the first.
    for (content, ahead) in [("two", hour), ("three", hour - 10_000)] {
        let at = Timestamp::from_millis(now() + ahead);
        let write = request("a", Conditions::if_match(seen), DocumentChange::put(document(content)));
        let stored = changed(store.write(WriteRequest { at, ..write }).await.unwrap());
        assert!(stored.revision.stamp.at.as_millis() <= now(), "{content}");
        seen = own(&stored);
    }
    let statements = recorded_statements(&database).await;
    assert_eq!(statements.len(), 3);
    assert!(statements[2].contains("append_versions"), "{statements:?}");
}

/// The number of an own event continues those published, but the event before it is another one.
#[tokio::test]
async fn own_event_after_a_loss_does_not_hide_it() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let known = create(&*servers[0], "known", "one").await;
    let mut live = servers[0].subscribe(None);
    let saved = SavedState::of(&database).await;
    create(&*servers[0], "lost", "text").await;
    while live.recv().await.unwrap().id != id("lost") {}
    saved.restore().await;
    create(&*servers[1], "instead", "text").await;
    changed(put(&*servers[0], "known", &own(&known), "two").await);
    let end = tokio::time::timeout(std::time::Duration::from_secs(20), live.recv()).await;
    assert_eq!(end.expect("the stream ends"), Err(RecvError::Closed));
}

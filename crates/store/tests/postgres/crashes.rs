//! PostgreSQL crashes while servers write, and comes back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use precondition::Conditions;
use store::contract_tests::requests::{create, document, id, own, request};
use store::{
    DocumentChange, DocumentState, EventQuery, PostgresStore, Store, StoreError, StoreOptions, StoredVersion,
    WriteEffect,
};
use test_postgres::PostgresCluster;

/// The crashes of one test.
const CRASHES: usize = 4;
/// The writers, each with a document of its own, on two servers in turns.
const WRITERS: usize = 8;

/// Writes one document until it is told to end. Returns the last version that was acknowledged.
async fn write_until(
    servers: Vec<Arc<PostgresStore>>,
    name: String,
    mut seen: Arc<StoredVersion>,
    ends: Arc<AtomicBool>,
) -> Arc<StoredVersion> {
    for number in 1.. {
        if ends.load(Ordering::SeqCst) {
            break;
        }
        let write =
            || request(&name, Conditions::if_match(own(&seen)), DocumentChange::put(document(&number.to_string())));
        let mut server = number % 2;
        seen = loop {
            match servers[server].write(write()).await {
                Ok(outcome) => match outcome.effect {
                    WriteEffect::Changed(stored) | WriteEffect::Replayed(stored) => break stored,
                    other => panic!("the document has no other writer: {other:?}"),
                },
                // The same write is sent again, to the other server.
                Err(StoreError::Database(_)) => server = 1 - server,
                Err(other) => panic!("{other:?}"),
            }
        };
        assert_eq!(seen.revision.stamp.version, number as u64 + 1, "no write is made twice");
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn crash_of_the_database_loses_no_acknowledged_write() {
    let mut cluster = PostgresCluster::start("-c listen_addresses=", |_| ());
    let url = format!("postgres://tester@/postgres?host={}", cluster.socket_folder().display());
    let mut servers = Vec::new();
    for _ in 0..2 {
        servers.push(Arc::new(PostgresStore::open_with(&url, StoreOptions::default()).await.unwrap()));
    }
    let mut live = servers[1].subscribe(None);
    let ends = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let name = format!("d{number}");
        let first = create(&*servers[0], &name, "0").await;
        writers.push(tokio::spawn(write_until(servers.clone(), name, first, ends.clone())));
    }
    for crash in 1..=CRASHES {
        let before = live.recv().await.unwrap().sequence;
        cluster = tokio::task::spawn_blocking(move || {
            cluster.crash();
            cluster
        })
        .await
        .unwrap();
        // The servers write again before the next crash.
        let mut latest = before;
        while latest < before + 20 * crash as u64 {
            latest = servers[0].latest_sequence().await.unwrap_or(latest);
        }
    }
    ends.store(true, Ordering::SeqCst);
    let mut acknowledged = BTreeMap::new();
    for (number, writer) in writers.into_iter().enumerate() {
        acknowledged.insert(format!("d{number}"), writer.await.unwrap());
    }
    let mut versions = 0;
    for (name, last) in acknowledged {
        versions += last.revision.stamp.version;
        assert_eq!(servers[1].read(&id(&name)).await.unwrap(), DocumentState::Exists(last));
    }
    assert_eq!(servers[0].latest_sequence().await.unwrap(), versions, "there are no other versions");
    let events = servers[0].events(EventQuery { after: 0, id: None, limit: 1_000_000 }).await.unwrap();
    assert!(events.iter().map(|event| event.sequence).eq(1..=versions), "each number is one event");
}

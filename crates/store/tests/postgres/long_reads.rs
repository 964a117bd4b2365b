//! Reads of long texts do not keep short ones waiting.

use store::contract_tests::requests::{create, id, own, revalidation};
use store::{DocumentState, ReadPayload, Store};

use crate::database::Database;

const READS: usize = 40;

/// The connections that long reads may use at the same time.
const MOST_USED: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn long_reads_leave_connections_for_short_ones() {
    let database = Database::create();
    let text = "x".repeat(1_000_000);
    let long = create(&*database.server().await, "long", &text).await;
    // This server has not seen the text.
    let store = database.server().await;
    let reads: Vec<_> = (0..READS)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.version(&id("long"), 1).await.unwrap().unwrap() })
        })
        .collect();
    let watched = async {
        let mut most = 0;
        while !reads.iter().all(tokio::task::JoinHandle::is_finished) {
            let (_, pool) = store.database_status().unwrap().pools.remove(0);
            most = most.max(pool.used + pool.waiting);
            tokio::task::yield_now().await;
        }
        most
    };
    let most = watched.await;
    for read in reads {
        assert_eq!(read.await.unwrap(), long);
    }
    // The pool counts a connection twice while it is being made.
    assert!(most <= 2 * (MOST_USED + 1), "{most} connections were used, or waited for");
}

#[tokio::test]
async fn long_text_is_read_only_if_it_is_sent() {
    let database = Database::create();
    let text = "x".repeat(200_000);
    let long = create(&*database.server().await, "long", &text).await;
    let store = database.server().await;
    for _ in 0..2 {
        let known = store.judge(revalidation("long", &own(&long))).await.unwrap();
        assert_eq!(known.payload, ReadPayload::Tag(own(&long)));
        let unknown = store.judge(revalidation("long", &"\"other\"".parse().unwrap())).await.unwrap();
        assert_eq!(unknown.payload, ReadPayload::Found(DocumentState::Exists(long.clone())));
    }
}

//! Reads that ask only which version is the newest one.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use precondition::EntityTag;
use store::contract_tests::requests::{create, own, revalidation};
use store::{PostgresStore, ReadJudgement, ReadPayload, Store, StoreError};

use crate::database::{Database, end_connections};

/// Polls a future once, so that its query is sent, or waits for others.
async fn begin<F: Future>(mut read: Pin<&mut F>) {
    poll_fn(|context| {
        assert!(read.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

async fn is_current(store: &PostgresStore, name: &str, tag: &EntityTag) -> bool {
    is_tag(&store.judge(revalidation(name, tag)).await, tag)
}

fn is_tag(judged: &Result<ReadJudgement, StoreError>, tag: &EntityTag) -> bool {
    judged.as_ref().is_ok_and(|judged| judged.payload == ReadPayload::Tag(tag.clone()))
}

/// The rows of a read that was given up come before those of the next one on the same connection.
#[tokio::test]
async fn read_that_is_given_up_does_not_disturb_the_next() {
    let database = Database::create();
    let store = database.server().await;
    let [one, other] = [own(&create(&*store, "a", "one").await), own(&create(&*store, "b", "other").await)];
    assert!(is_current(&store, "a", &one).await);
    for _ in 0..20 {
        begin(pin!(store.judge(revalidation("a", &one)))).await;
        assert!(is_current(&store, "b", &other).await);
    }
    let newest = store.database_status().unwrap().pools[2].1;
    assert_eq!((newest.open, newest.used, newest.made), (1, 0, 1), "the connection is used again");
}

#[tokio::test]
async fn reads_that_wait_do_not_depend_on_those_before_them() {
    let database = Database::create();
    let store = database.server().await;
    let tag = own(&create(&*store, "a", "one").await);
    let read = || store.judge(revalidation("a", &tag));
    let mut running = [Box::pin(read()), Box::pin(read())];
    let mut waiting = [Box::pin(read()), Box::pin(read()), Box::pin(read())];
    for read in running.iter_mut().chain(&mut waiting) {
        begin(read.as_mut()).await;
    }
    let newest = store.database_status().unwrap().pools[2].1;
    assert_eq!(newest.waiting, 3, "two queries run at the same time");
    drop(running);
    for read in waiting {
        assert!(is_tag(&read.await, &tag));
    }
    assert_eq!(store.database_status().unwrap().pools[2].1.waiting, 0);
    assert!(is_current(&store, "a", &tag).await);
}

#[tokio::test]
async fn read_is_repeated_if_its_connection_was_lost() {
    let database = Database::create();
    let store = database.server().await;
    let tag = own(&create(&*store, "a", "one").await);
    let admin = database.connect().await;
    for round in 1..=3 {
        assert!(is_current(&store, "a", &tag).await);
        end_connections(&admin).await;
        assert!(is_current(&store, "a", &tag).await, "round {round}");
    }
    let status = store.database_status().unwrap();
    assert_eq!(status.pools[2].1.open, 1);
    assert!(status.repeated.reads >= 3, "{status:?}");
}

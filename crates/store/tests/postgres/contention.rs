//! Many writers of one document: none of them starves.

use std::sync::Arc;
use std::time::Duration;

use contract::Author;
use precondition::policy::Preconditions;
use precondition::{Conditions, EntityTag, Policy};
use store::contract_tests::requests::{changed, create, document, id, own, put, request};
use store::{DocumentChange, DocumentState, Store, WriteEffect, WriteOutcome, WriteRequest};

use crate::database::{Database, until_blocked};

const WRITERS: usize = 16;

/// The writes of each writer.
const WRITES: usize = 40;

/// Writes as the server does: a write that has lost a race does not wait for the writer.
async fn pass_to_store(store: &dyn Store, request: WriteRequest) -> WriteOutcome {
    match store.refuse_after_commit(&request).await {
        Some(refused) => refused,
        None => store.write(request).await.unwrap(),
    }
}

/// Writes until a write is made. Returns its version.
async fn write_until_made(store: &dyn Store, author: &Author, seen: &mut EntityTag, content: &str) -> u64 {
    loop {
        let text = document(&format!("{author}, {content}"));
        let write = request("a", Conditions::if_match(seen.clone()), DocumentChange::put(text));
        let (stored, is_made) =
            match pass_to_store(store, WriteRequest { author: author.clone(), ..write }).await.effect {
                WriteEffect::Changed(stored) => (stored, true),
                WriteEffect::Refused(DocumentState::Exists(stored)) => (stored, false),
                other => panic!("{other:?}"),
            };
        assert_ne!(own(&stored), *seen, "a refused write named the newest version");
        *seen = own(&stored);
        if is_made {
            return stored.revision.stamp.version;
        }
    }
}

/// Lets all writers write at the same time, on the servers in turns.
///
/// Returns for each write how many of others were made while it was tried, in ascending order.
async fn race(servers: &[Arc<dyn Store>]) -> Vec<u64> {
    let first = own(&create(&*servers[0], "a", "base").await);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, mut seen) = (servers[writer % servers.len()].clone(), first.clone());
            tokio::spawn(async move {
                let author = format!("writer-{writer}").parse().unwrap();
                let (mut before, mut overtaken) = (1, Vec::new());
                for turn in 0..WRITES {
                    let made = write_until_made(&*store, &author, &mut seen, &turn.to_string()).await;
                    overtaken.push(made - before - 1);
                    before = made;
                }
                overtaken
            })
        })
        .collect();
    let mut overtaken = Vec::new();
    for writer in writers {
        overtaken.extend(writer.await.unwrap());
    }
    overtaken.sort_unstable();
    overtaken
}

/// The goal is that of the bench, counted in the writes of others instead of time.
///
/// Servers take turns, and in its turn a server may write several times. Then most writes are overtaken by few others,
/// so for several servers the usual number is at least that of a round in which each other writer writes once.
#[tokio::test(flavor = "multi_thread")]
async fn no_writer_of_one_document_starves() {
    for servers in [1, 2, 3] {
        let database = Database::create();
        let overtaken = race(&database.servers(servers).await).await;
        assert_eq!(overtaken.len(), WRITERS * WRITES);
        let (p50, p99) = (overtaken[overtaken.len() / 2], overtaken[overtaken.len() * 99 / 100]);
        let usual = if servers == 1 { p50.max(1) } else { p50.max(WRITERS as u64 - 1) };
        assert!(p99 <= 20 * usual, "{servers} servers: p50 {p50}, p99 {p99}");
    }
}

/// Lets the second server lose by a version of the first one that it does not know.
async fn lose(servers: &[Arc<dyn Store>], seen: &mut EntityTag, content: &str) {
    let stale = seen.clone();
    *seen = own(&changed(put(&*servers[0], "a", &stale, content).await));
    let refused = put(&*servers[1], "a", &stale, "late").await;
    assert!(matches!(refused.effect, WriteEffect::Refused(_)), "{refused:?}");
}

/// The row says whose turn it is.
///
/// A turn that has ended, or that is this server's own, holds up no write.
#[tokio::test]
async fn server_that_was_overtaken_writes_next() {
    let database = Database::create();
    let servers = database.servers(3).await;
    let admin = database.connect().await;
    let mut seen = own(&create(&*servers[0], "a", "base").await);
    let turn = async || -> Option<i32> {
        admin.query_one("SELECT turn FROM ifmatch.document WHERE id = 'a'", &[]).await.unwrap().get(0)
    };
    // It does not know the document yet, so it does not know that it was overtaken.
    lose(&servers, &mut seen, "one").await;
    assert_eq!(turn().await, None);
    lose(&servers, &mut seen, "two").await;
    let [first, second] = [0, 1].map(|n| servers[n].shared_settings().unwrap().server().cast_signed());
    assert_eq!(turn().await, Some(second));
    // The turn of a server that does not come is over after a moment.
    let next = tokio::time::timeout(Duration::from_secs(20), put(&*servers[0], "a", &seen, "three"));
    seen = own(&changed(next.await.expect("the turn ends")));
    assert_eq!(turn().await, None);

    lose(&servers, &mut seen, "four").await;
    assert_eq!(turn().await, Some(second));
    // As if the turn took an hour.
    admin.execute("UPDATE ifmatch.document SET turn_until = turn_until + 3600000", &[]).await.unwrap();
    // The third server does not know the document, so it reads it first.
    let held = [0, 2].map(|server: usize| {
        let (store, seen) = (servers[server].clone(), seen.clone());
        tokio::spawn(async move { put(&*store, "a", &seen, "held").await })
    });
    for _ in 0..50 {
        servers[1].read(&id("a")).await.unwrap();
    }
    assert!(held.iter().all(|held| !held.is_finished()), "it is the second server's turn");
    let made = changed(put(&*servers[1], "a", &seen, "in turn").await);
    for held in held {
        assert_eq!(held.await.unwrap().effect, WriteEffect::Refused(DocumentState::Exists(made.clone())));
    }
    assert_eq!(turn().await, Some(first), "it was overtaken");
}

/// A turn holds up the writes to one document, also if a batch has writes to others.
#[tokio::test]
async fn turn_does_not_hold_up_other_documents_of_the_batch() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let admin = database.connect().await;
    let other = own(&create(&*servers[0], "b", "base").await);
    let mut seen = own(&create(&*servers[0], "a", "base").await);
    lose(&servers, &mut seen, "one").await;
    lose(&servers, &mut seen, "two").await;
    // As if the turn took an hour.
    let extended = "UPDATE ifmatch.document SET turn_until = turn_until + 3600000 WHERE turn IS NOT NULL";
    assert_eq!(admin.execute(extended, &[]).await.unwrap(), 1, "it is the second server's turn");
    // Both are in the queue before the writer runs, since this runtime has one thread.
    let [held, free] = [("a", &seen), ("b", &other)].map(|(name, seen)| {
        let (store, seen) = (servers[0].clone(), seen.clone());
        tokio::spawn(async move { put(&*store, name, &seen, "of the batch").await })
    });
    let free = tokio::time::timeout(Duration::from_secs(20), free).await.expect("no server has a turn at 'b'");
    changed(free.unwrap());
    for _ in 0..50 {
        servers[1].read(&id("a")).await.unwrap();
    }
    assert!(!held.is_finished(), "it is the second server's turn");
    let made = changed(put(&*servers[1], "a", &seen, "in turn").await);
    assert_eq!(held.await.unwrap().effect, WriteEffect::Refused(DocumentState::Exists(made)));
}

/// Otherwise servers that lose one race take the turn from each other.
#[tokio::test]
async fn turn_of_another_server_is_not_taken() {
    let database = Database::create();
    let servers = database.servers(3).await;
    let admin = database.connect().await;
    let first = own(&create(&*servers[0], "a", "base").await);
    let second = own(&changed(put(&*servers[0], "a", &first, "one").await));
    for server in &servers[1..] {
        let refused = put(&**server, "a", &first, "late").await;
        assert!(matches!(refused.effect, WriteEffect::Refused(_)), "now this server knows the document: {refused:?}");
    }
    changed(put(&*servers[0], "a", &second, "two").await);
    // As if a turn took an hour.
    let extend = "UPDATE ifmatch.document SET turn_until = turn_until + 3600000 WHERE turn IS NOT NULL";
    for server in &servers[1..] {
        let refused = put(&**server, "a", &second, "late").await;
        assert!(matches!(refused.effect, WriteEffect::Refused(_)), "{refused:?}");
        let row = admin.query_one("SELECT turn FROM ifmatch.document WHERE id = 'a'", &[]).await.unwrap();
        let second_server = servers[1].shared_settings().unwrap().server().cast_signed();
        assert_eq!(row.get::<_, Option<i32>>(0), Some(second_server));
        admin.execute(extend, &[]).await.unwrap();
    }
}

#[tokio::test]
async fn stale_write_is_refused_by_the_commit_that_it_waited_for() {
    let database = Database::create();
    let servers = database.servers(1).await;
    let first = own(&create(&*servers[0], "a", "one").await);
    let (mut holder, admin) = (database.connect().await, database.connect().await);
    let hold = holder.transaction().await.unwrap();
    hold.execute("SELECT FROM ifmatch.document WHERE id = 'a' FOR UPDATE", &[]).await.unwrap();
    let write = |content: &str| {
        let (store, seen, content) = (servers[0].clone(), first.clone(), content.to_owned());
        let write = request("a", Conditions::if_match(seen), DocumentChange::put(document(&content)));
        (store, write)
    };
    let (store, two) = write("two");
    let writer = tokio::spawn(async move { store.write(two).await.unwrap() });
    until_blocked(&admin, 1).await;
    let (store, three) = write("three");
    let loser = tokio::spawn(async move { store.refuse_after_commit(&three).await });
    let (store, mut four) = write("four");
    four.policy = Policy { preconditions: Preconditions::Ignored, ..Policy::default() };
    assert!(store.refuse_after_commit(&four).await.is_none(), "another policy may judge otherwise");
    // The losing write waits now; otherwise it would be in the queue of the writer.
    tokio::task::yield_now().await;
    hold.rollback().await.unwrap();
    let made = changed(writer.await.unwrap());
    let refused = loser.await.unwrap().expect("it has waited for the commit");
    assert_eq!(refused.effect, WriteEffect::Refused(DocumentState::Exists(made.clone())));
    assert_eq!(servers[0].read(&id("a")).await.unwrap(), DocumentState::Exists(made));
}

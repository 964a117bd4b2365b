//! Events of several servers: without a gap, without a duplicate, in one order.

use std::sync::Arc;
use std::time::Duration;

use precondition::EntityTag;
use store::contract_tests::requests::{changed, create, id, own, put};
use store::{EventQuery, Store, StoreEvent};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::database::{Database, end_connections, until_blocked};
use crate::saved_state::SavedState;

/// The documents that each server creates.
const DOCUMENTS: usize = 60;

async fn receive(live: &mut Receiver<StoreEvent>, count: usize) -> Vec<StoreEvent> {
    let mut events = Vec::new();
    while events.len() < count {
        events.push(live.recv().await.unwrap());
    }
    events
}

fn all() -> EventQuery {
    EventQuery { after: 0, id: None, limit: 1000 }
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_of_every_server_get_each_event_once() {
    let database = Database::create();
    let servers = database.servers(3).await;
    let mut live: Vec<_> = servers.iter().map(|server| server.subscribe(None)).collect();
    let mut one = servers[2].subscribe(Some(&id("s0-7")));
    let writers: Vec<_> = servers
        .iter()
        .enumerate()
        .flat_map(|(number, server)| (0..DOCUMENTS).map(move |document| (number, document, server.clone())))
        .map(|(number, document, server)| {
            tokio::spawn(async move { create(&*server, &format!("s{number}-{document}"), "text").await })
        })
        .collect();

    // Reads after the last event that was seen, while events are made.
    let mut followed: Vec<StoreEvent> = Vec::new();
    let following = async {
        while followed.len() < 3 * DOCUMENTS {
            let after = followed.last().map_or(0, |event| event.sequence);
            followed.extend(servers[0].events(EventQuery { after, id: None, limit: 7 }).await.unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(30), following).await.expect("a follower gets every event");
    for writer in writers {
        writer.await.unwrap();
    }
    let expected = servers[1].events(all()).await.unwrap();
    assert_eq!(expected.len(), 3 * DOCUMENTS);
    assert_eq!(followed, expected);
    let numbers: Vec<u64> = expected.iter().map(|event| event.sequence).collect();
    assert_eq!(numbers, (1..=3 * DOCUMENTS as u64).collect::<Vec<_>>(), "no number is left out");
    for live in &mut live {
        assert_eq!(receive(live, 3 * DOCUMENTS).await, expected);
        assert!(live.try_recv().is_err(), "each event comes once");
    }
    assert_eq!(receive(&mut one, 1).await[0].id, id("s0-7"));
}

/// If numbers came from a SEQUENCE, the second write would be visible first, with the larger number.
///
/// A document is created by a transaction, and its next version is written by one statement.
#[tokio::test]
async fn event_that_commits_late_is_not_passed_over() {
    let database = Database::create();
    let servers = database.servers(3).await;
    let admin = database.connect().await;
    // The first server's transaction has its number, and waits before its commit.
    let late = "CREATE TABLE late (x INT);
                CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    LOCK TABLE public.late; RETURN NULL;
                END $$;
                CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON ifmatch.version DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW WHEN (NEW.document = 'late') EXECUTE FUNCTION wait()";
    admin.batch_execute(late).await.unwrap();
    let mut known: [Option<EntityTag>; 2] = [None, None];
    let mut before = 0;
    for _ in ["created", "changed"] {
        let mut holder = database.connect().await;
        let hold = holder.transaction().await.unwrap();
        hold.batch_execute("LOCK TABLE late").await.unwrap();
        let mut writers = Vec::new();
        for (at, name) in ["late", "early"].into_iter().enumerate() {
            let (store, seen) = (servers[at].clone(), known[at].clone());
            writers.push(tokio::spawn(async move {
                match seen {
                    None => own(&create(&*store, name, "text").await),
                    Some(seen) => own(&changed(put(&*store, name, &seen, "more").await)),
                }
            }));
            until_blocked(&admin, at as i64 + 1).await;
        }
        let seen = servers[2].events(EventQuery { after: before, ..all() }).await.unwrap();
        hold.rollback().await.unwrap();
        for (known, writer) in known.iter_mut().zip(writers) {
            *known = Some(writer.await.unwrap());
        }
        let after = seen.last().map_or(before, |event| event.sequence);
        let rest = servers[2].events(EventQuery { after, ..all() }).await.unwrap();
        let names: Vec<_> = seen.iter().chain(&rest).map(|event| event.id.to_string()).collect();
        assert_eq!(names, ["late", "early"]);
        before = rest.last().map_or(after, |event| event.sequence);
    }
}

#[tokio::test]
async fn follower_continues_after_its_connection_is_lost() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let mut live = servers[1].subscribe(None);
    let admin = database.connect().await;
    for number in 0..6 {
        create(&*servers[0], &format!("before-{number}"), "text").await;
        end_connections(&admin).await;
        create(&*servers[0], &format!("after-{number}"), "text").await;
    }
    let events = receive(&mut live, 12).await;
    assert_eq!(events, servers[0].events(all()).await.unwrap());
    assert!(live.try_recv().is_err());
}

#[tokio::test]
async fn events_are_resumed_on_another_server_after_a_restart() {
    let database = Database::create();
    let first = database.server().await;
    for number in 0..5 {
        create(&*first, &format!("a{number}"), "text").await;
    }
    let seen = first.events(EventQuery { limit: 3, ..all() }).await.unwrap();
    drop(first);
    let second: Arc<dyn Store> = database.server().await;
    let mut live = second.subscribe(None);
    create(&*second, "b", "text").await;
    let rest = second.events(EventQuery { after: seen[2].sequence, ..all() }).await.unwrap();
    let names: Vec<_> = rest.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(names, ["a3", "a4", "b"]);
    assert_eq!(live.recv().await.unwrap(), rest[2], "what happened before it was opened is not published again");
}

/// Notifies the servers of a version 2 of the document `a` that is not in the database.
async fn forge(database: &Database, tag_before: &str) {
    let text = format!(
        "7 2 a {tag_before} [[\"a\",[2,\"\\\"v2-00000000\\\"\",\"{}\",5,false],null,\"eve\",null]]",
        "0".repeat(64)
    );
    let notify = "SELECT pg_notify('ifmatch_events_' || id, $1) FROM ifmatch.store";
    database.connect().await.execute(notify, &[&text]).await.unwrap();
}

#[tokio::test]
async fn event_comes_with_the_notification_if_it_follows_the_last_one() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let mut live = servers[1].subscribe(None);
    let first = create(&*servers[0], "a", "one").await;
    assert_eq!(live.recv().await.unwrap().sequence, 1);
    // The number continues, but the event before is another one.
    forge(&database, "\"v1-00000000\"").await;
    let second = changed(put(&*servers[0], "a", &own(&first), "two").await);
    let event = live.recv().await.unwrap();
    assert_eq!((event.sequence, &event.revision), (2, &second.revision));
}

/// A number that is given out again shows that the database has lost the event.
#[tokio::test]
async fn event_with_a_number_that_was_published_must_be_the_same() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let mut live = servers[1].subscribe(None);
    let first = create(&*servers[0], "a", "one").await;
    assert_eq!(live.recv().await.unwrap().sequence, 1);
    forge(&database, &own(&first).to_string()).await;
    assert_eq!(live.recv().await.unwrap().revision.author.as_str(), "eve", "nothing was read from the database");
    put(&*servers[0], "a", &own(&first), "two").await;
    let end = tokio::time::timeout(Duration::from_secs(20), live.recv()).await;
    assert_eq!(end.expect("the stream ends"), Err(RecvError::Closed));
    assert_eq!(servers[1].database_status().unwrap().events.losses, 1);
}

/// Users who may not read the store can neither read its events nor pretend any.
#[tokio::test]
async fn channel_of_events_is_not_known_to_other_users() {
    let database = Database::create();
    let store = database.server().await;
    let admin = database.connect().await;
    let listening = "SELECT query FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()";
    let queries = admin.query(listening, &[]).await.unwrap();
    admin.batch_execute("CREATE ROLE listener LOGIN").await.unwrap();
    let url = database.url().replace("tester@", "listener@");
    let (other, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(async move { connection.await.ok() });
    let id: String = admin.query_one("SELECT id::TEXT FROM ifmatch.store", &[]).await.unwrap().get(0);
    assert!(other.query("SELECT id FROM ifmatch.store", &[]).await.is_err());
    assert!(other.query(listening, &[]).await.unwrap().is_empty());
    for row in queries {
        assert!(row.get::<_, String>(0).contains(&id));
    }
    drop((store, other));
    admin.batch_execute("DROP ROLE listener").await.unwrap();
}

/// The numbers of lost events are given out again; a stream that went on would miss the new ones.
#[tokio::test]
async fn streams_end_if_the_database_has_lost_their_events() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let first = create(&*servers[0], "a", "one").await;
    let saved = SavedState::of(&database).await;
    let mut before = [servers[1].subscribe(None), servers[1].subscribe(Some(&id("a")))];
    put(&*servers[0], "a", &own(&first), "two").await;
    for live in &mut before {
        // The first event may be published late.
        while receive(live, 1).await[0].sequence < 2 {}
    }
    saved.restore().await;
    // It takes the number of the lost event, most likely before the follower looks.
    put(&*servers[0], "a", &own(&first), "another two").await;
    for live in &mut before {
        let end = tokio::time::timeout(Duration::from_secs(20), live.recv()).await;
        assert_eq!(end.expect("the stream ends"), Err(RecvError::Closed));
    }
    assert_eq!(servers[1].database_status().unwrap().events.losses, 1);
    let mut after = servers[1].subscribe(None);
    create(&*servers[0], "b", "text").await;
    // If the loss was noticed first, the other event comes before.
    let next = async { while receive(&mut after, 1).await[0].id != id("b") {} };
    tokio::time::timeout(Duration::from_secs(20), next).await.expect("later events arrive");
}

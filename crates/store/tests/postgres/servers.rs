//! Rules of writes and reads that several servers keep together.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use contract::{Document, Timestamp};
use precondition::policy::{Etags, Judging};
use precondition::{BodyState, Conditions, FailureReason, Method, Policy, RequiredReason, Verdict};
use store::contract_tests::requests::{
    changed, create, delete, document, id, own, put, put_new, reason, request, revalidation, under, write,
};
use store::{
    DocumentChange, DocumentState, JudgeRequest, ReadPayload, Store, StoreError, WriteEffect, WriteOutcome,
    WriteRequest,
};
use tokio::sync::Barrier;

use crate::database::{Database, until_blocked};
use crate::saved_state::SavedState;

/// The number of races of a test. Without the lock that a test is about, one in a few is lost.
const RACES: usize = 60;

/// Makes two writes at the same time, on two servers.
async fn race(
    servers: &[Arc<dyn Store>],
    first: (&str, Conditions, DocumentChange),
    second: (&str, Conditions, DocumentChange),
) -> [WriteOutcome; 2] {
    let barrier = Arc::new(Barrier::new(2));
    let tasks = [first, second].into_iter().zip(servers).map(|((name, conditions, change), server)| {
        let (request, server, barrier) = (request(name, conditions, change), server.clone(), barrier.clone());
        tokio::spawn(async move {
            barrier.wait().await;
            server.write(request).await.unwrap()
        })
    });
    let [first, second]: [_; 2] = tasks.collect::<Vec<_>>().try_into().unwrap();
    [first.await.unwrap(), second.await.unwrap()]
}

fn is_made(outcome: &WriteOutcome) -> bool {
    outcome.appended().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_writers_on_all_servers_make_one_version() {
    let database = Database::create();
    let servers = database.servers(3).await;
    let mut seen = own(&create(&*servers[0], "a", "base").await);
    for round in 0..10 {
        let writers: Vec<_> = (0..30)
            .map(|number| {
                let (store, seen) = (servers[number % 3].clone(), seen.clone());
                tokio::spawn(async move { put(&*store, "a", &seen, &format!("{round}, {number}")).await })
            })
            .collect();
        let mut made = Vec::new();
        for writer in writers {
            let outcome = writer.await.unwrap();
            match outcome.appended() {
                Some(stored) => made.push(own(stored)),
                None => assert_eq!(reason(&outcome), FailureReason::Stale),
            }
        }
        assert_eq!(made.len(), 1, "round {round}");
        seen = made.remove(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn document_is_created_on_one_server() {
    let database = Database::create();
    let servers = database.servers(2).await;
    for number in 0..RACES {
        let name = format!("d{number}");
        let create = |text: &str| (Conditions::if_none_match_any(), DocumentChange::put(document(text)));
        let ((one, put_one), (other, put_other)) = (create("one"), create("other"));
        let outcomes = race(&servers, (&name, one, put_one), (&name, other, put_other)).await;
        assert_eq!(outcomes.iter().filter(|outcome| is_made(outcome)).count(), 1, "{outcomes:?}");
        let refused = outcomes.iter().find(|outcome| !is_made(outcome)).unwrap();
        assert_eq!(reason(refused), FailureReason::AlreadyExists);
    }
    assert_eq!(servers[0].latest_sequence().await.unwrap(), RACES as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn parent_is_deleted_or_gets_a_child() {
    let database = Database::create();
    let servers = database.servers(2).await;
    for number in 0..RACES {
        let (parent, child) = (format!("p{number}"), format!("c{number}"));
        let seen = own(&create(&*servers[0], &parent, "").await);
        let delete = (&*parent, Conditions::if_match(seen), DocumentChange::Delete);
        let add = (&*child, Conditions::if_none_match_any(), DocumentChange::put(under(&parent)));
        let outcomes = race(&servers, delete, add).await;
        assert_eq!(outcomes.iter().filter(|outcome| is_made(outcome)).count(), 1, "{outcomes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn document_moves_while_its_new_parent_is_deleted() {
    let database = Database::create();
    let servers = database.servers(2).await;
    for number in 0..RACES {
        let (parent, child) = (format!("p{number}"), format!("c{number}"));
        let seen = own(&create(&*servers[0], &parent, "").await);
        let moved = own(&create(&*servers[0], &child, "").await);
        let delete = (&*parent, Conditions::if_match(seen), DocumentChange::Delete);
        // Only its current parent tells that this write moves the document.
        let add = (&*child, Conditions::if_match(moved), DocumentChange::put(under(&parent)));
        let outcomes = race(&servers, delete, add).await;
        assert_eq!(outcomes.iter().filter(|outcome| is_made(outcome)).count(), 1, "{outcomes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_moves_make_no_cycle() {
    let database = Database::create();
    let servers = database.servers(2).await;
    for number in 0..RACES {
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| format!("{name}{number}"));
        let seen_a = own(&create(&*servers[0], &a, "").await);
        let seen_b = own(&create(&*servers[0], &b, "").await);
        put_new(&*servers[0], &c, under(&b)).await;
        put_new(&*servers[0], &d, under(&a)).await;
        // The two writes have no document in common: each parent is below the document that the other write moves.
        let one = (&*a, Conditions::if_match(seen_a), DocumentChange::put(under(&c)));
        let other = (&*b, Conditions::if_match(seen_b), DocumentChange::put(under(&d)));
        let outcomes = race(&servers, one, other).await;
        assert_eq!(outcomes.iter().filter(|outcome| is_made(outcome)).count(), 1, "{outcomes:?}");
    }
}

/// The races above are lost by chance if there is no lock; this fails for certain.
#[tokio::test]
async fn each_change_of_the_tree_waits_for_its_lock() {
    let database = Database::create();
    let store: Arc<dyn Store> = database.server().await;
    let (mut holder, admin) = (database.connect().await, database.connect().await);
    let [p, m, _q] = [create(&*store, "p", "").await, create(&*store, "m", "").await, create(&*store, "q", "").await];
    let child = put_new(&*store, "c", under("q")).await;
    for (name, conditions, change) in [
        ("p", Conditions::if_match(own(&p)), DocumentChange::Delete),
        ("new", Conditions::if_none_match_any(), DocumentChange::put(under("q"))),
        ("m", Conditions::if_match(own(&m)), DocumentChange::put(under("q"))),
        ("c", Conditions::if_match(own(&child)), DocumentChange::put(document("at the top"))),
    ] {
        let hold = holder.transaction().await.unwrap();
        hold.execute("SELECT FROM ifmatch.tree_lock FOR UPDATE", &[]).await.unwrap();
        let (server, request) = (store.clone(), request(name, conditions, change));
        let writer = tokio::spawn(async move { server.write(request).await.unwrap() });
        until_blocked(&admin, 1).await;
        hold.rollback().await.unwrap();
        assert!(is_made(&writer.await.unwrap()), "{name}");
    }
}

/// After a wait for a lock, PostgreSQL reads the locked row again, but nothing that was joined to it.
#[tokio::test]
async fn write_that_waited_is_judged_by_what_it_waited_for() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let first = create(&*servers[0], "a", "one").await;
    let mut holder = database.connect().await;
    let admin = database.connect().await;
    let hold = holder.transaction().await.unwrap();
    hold.execute("SELECT FROM ifmatch.document WHERE id = 'a' FOR UPDATE", &[]).await.unwrap();
    let mut writers = Vec::new();
    for (number, server) in servers.iter().enumerate() {
        let (server, seen) = (server.clone(), own(&first));
        writers.push(tokio::spawn(async move { put(&*server, "a", &seen, &number.to_string()).await }));
        until_blocked(&admin, number as i64 + 1).await;
    }
    hold.rollback().await.unwrap();
    let mut outcomes = Vec::new();
    for writer in writers {
        outcomes.push(writer.await.unwrap());
    }
    let (made, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(is_made);
    let [made, refused] = [made, refused].map(|mut outcomes| {
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0)
    });
    let current = changed(made);
    assert_eq!(reason(&refused), FailureReason::Stale);
    assert_eq!(
        refused.effect,
        WriteEffect::Refused(DocumentState::Exists(current)),
        "the 412 has the current document"
    );
}

/// The writer is right to say that nothing changes only if it has read the document after its lock.
#[tokio::test]
async fn write_that_waited_does_not_report_an_older_state() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let first = create(&*servers[0], "a", "one").await;
    let mut holder = database.connect().await;
    let admin = database.connect().await;
    let hold = holder.transaction().await.unwrap();
    hold.execute("SELECT FROM ifmatch.document WHERE id = 'a' FOR UPDATE", &[]).await.unwrap();
    let mut writers = Vec::new();
    for (server, content, waiting) in [(&servers[0], "two", 1), (&servers[1], "one", 2)] {
        let (server, seen) = (server.clone(), own(&first));
        writers.push(tokio::spawn(async move { put(&*server, "a", &seen, content).await }));
        until_blocked(&admin, waiting).await;
    }
    hold.rollback().await.unwrap();
    let unchanged = writers.pop().unwrap().await.unwrap();
    let changed = changed(writers.pop().unwrap().await.unwrap());
    assert_eq!(unchanged.effect, WriteEffect::Refused(DocumentState::Exists(changed)), "'one' is no longer there");
}

#[tokio::test]
async fn acknowledged_write_is_read_on_every_server() {
    let database = Database::create();
    let servers = database.servers(3).await;
    let mut seen = own(&create(&*servers[0], "a", "0").await);
    for number in 1..30 {
        let stored = changed(put(&*servers[number % 3], "a", &seen, &number.to_string()).await);
        for server in &servers {
            assert_eq!(server.read(&id("a")).await.unwrap(), DocumentState::Exists(stored.clone()));
            let stale = server.judge(revalidation("a", &seen)).await.unwrap();
            assert_eq!(stale.judgement.verdict, Verdict::Proceed, "no 304 for the version before");
            assert_eq!(stale.payload, ReadPayload::Found(DocumentState::Exists(stored.clone())));
            let current = server.judge(revalidation("a", &own(&stored))).await.unwrap();
            assert_eq!(current.payload, ReadPayload::Tag(own(&stored)));
            assert!(server.has_issued(&id("a"), vec![own(&stored)], Etags::Version).await.unwrap());
        }
        seen = own(&stored);
    }
}

#[tokio::test]
async fn same_write_sent_to_another_server_is_recognized() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let first = create(&*servers[0], "a", "one").await;
    let second = changed(put(&*servers[0], "a", &own(&first), "two").await);
    let again = put(&*servers[1], "a", &own(&first), "two").await;
    assert_eq!(again.effect, WriteEffect::Replayed(second));
}

#[tokio::test]
async fn times_are_never_in_the_future_of_the_database() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let at = |offset: i64| {
        let now = Timestamp::from(SystemTime::now()).as_millis();
        Timestamp::from_millis(now.saturating_add_signed(offset))
    };
    let hour = 3_600_000;
    let ahead = request("a", Conditions::if_none_match_any(), DocumentChange::put(document("one")));
    let WriteEffect::Created(first) = servers[0].write(WriteRequest { at: at(hour), ..ahead }).await.unwrap().effect
    else {
        panic!("not created")
    };
    assert!(first.revision.stamp.at <= at(0), "the clock of this server is an hour ahead");
    let behind = request("a", Conditions::if_match(own(&first)), DocumentChange::put(document("two")));
    let second = changed(servers[1].write(WriteRequest { at: at(-hour), ..behind }).await.unwrap());
    assert_eq!(second.revision.stamp.at, first.revision.stamp.at, "times never go backwards within a document");
    assert!(second.revision.shares_second());

    // Both versions are of one second, so a date cannot tell them apart, on any server.
    let date = second.revision.stamp.at.to_http_date().to_string();
    let conditions = Conditions::from_fields([("If-Unmodified-Since", date.as_bytes())]);
    for server in &servers {
        let change = DocumentChange::put(document("three"));
        let by_date = WriteRequest { at: at(2000), ..request("a", conditions.clone(), change) };
        assert_eq!(reason(&server.write(by_date).await.unwrap()), FailureReason::DateTooCoarse);
    }
}

/// A date is in the future if no server can have served a version of that time.
#[tokio::test]
async fn future_of_a_date_is_that_of_the_database() {
    let database = Database::create();
    let store = database.server().await;
    let at = |minutes: i64| {
        let now = Timestamp::from(SystemTime::now()).as_millis();
        Timestamp::from_millis(now.saturating_add_signed(minutes * 60_000))
    };
    // The clock of the server, and the date, in minutes from the time of the database.
    for (server, date, is_future) in
        [(-60, -30, false), (0, -30, false), (60, 30, true), (0, 30, true), (-60, 30, true)]
    {
        let expected = if is_future { Verdict::Required(RequiredReason::DateInFuture) } else { Verdict::Proceed };
        let http_date = at(date).to_http_date().to_string();
        let conditions = Conditions::from_fields([("If-Unmodified-Since", http_date.as_bytes())]);
        for judging in [Judging::Atomic, Judging::CheckThenAct] {
            let (name, what) =
                (format!("{server}.{date}.{judging:?}").to_lowercase().replace('-', "m"), (server, date));
            let new = request(&name, Conditions::if_none_match_any(), DocumentChange::put(document("one")));
            store.write(WriteRequest { at: at(-90), ..new }).await.unwrap();
            let policy = Policy { judging, ..Policy::default() };
            let question = JudgeRequest {
                id: id(&name),
                conditions: conditions.clone(),
                method: Method::Put,
                body: BodyState::Unread,
                author: None,
                now: at(server).to_http_date(),
                policy,
            };
            assert_eq!(store.judge(question).await.unwrap().judgement.verdict, expected, "{what:?}");
            let dated = request(&name, conditions.clone(), DocumentChange::put(document("two")));
            let outcome = store.write(WriteRequest { at: at(server), policy, ..dated }).await.unwrap();
            assert_eq!((&outcome.judgement.verdict, is_made(&outcome)), (&expected, !is_future), "{what:?}");
        }
    }
}

/// As after a failover to a replica that had not received the newest version.
#[tokio::test]
async fn version_that_the_database_lost_is_remembered_by_no_server() {
    let database = Database::create();
    let servers = database.servers(2).await;
    let first = create(&*servers[0], "a", "one").await;
    let saved = SavedState::of(&database).await;
    let lost = changed(put(&*servers[0], "a", &own(&first), "two").await);
    for server in &servers {
        assert_eq!(server.read(&id("a")).await.unwrap(), DocumentState::Exists(lost.clone()));
    }
    saved.restore().await;
    for server in &servers {
        assert_eq!(server.read(&id("a")).await.unwrap(), DocumentState::Exists(first.clone()));
        let revalidated = server.judge(revalidation("a", &own(&first))).await.unwrap();
        assert_eq!(revalidated.payload, ReadPayload::Tag(own(&first)), "the version before is current again");
        let of_lost = server.judge(revalidation("a", &own(&lost))).await.unwrap();
        assert_eq!(of_lost.payload, ReadPayload::Found(DocumentState::Exists(first.clone())), "no 304 for a lost one");
        assert_eq!(reason(&put(&**server, "a", &own(&lost), "three").await), FailureReason::UnknownTag);
    }
    // The server that wrote the lost version would know best that its tag is stale.
    let again = changed(put(&*servers[0], "a", &own(&first), "another two").await);
    assert_eq!(servers[1].read(&id("a")).await.unwrap(), DocumentState::Exists(again));
}

/// The timeouts bound how long a server that is cut off keeps others from writing.
#[tokio::test]
async fn session_of_the_store_has_timeouts_and_durable_commits() {
    let database = Database::create();
    let admin = database.connect().await;
    let name: String = admin.query_one("SELECT current_database()::TEXT", &[]).await.unwrap().get(0);
    admin.batch_execute(&format!("ALTER DATABASE {name} SET synchronous_commit = off")).await.unwrap();
    let store = database.server().await;
    let spy = "CREATE TABLE seen (commit TEXT, idle TEXT, lock TEXT);
               CREATE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                   INSERT INTO public.seen VALUES (current_setting('synchronous_commit'),
                       current_setting('idle_in_transaction_session_timeout'), current_setting('lock_timeout'));
                   RETURN NEW;
               END $$;
               CREATE TRIGGER spy BEFORE INSERT ON ifmatch.version FOR EACH ROW EXECUTE FUNCTION spy()";
    admin.batch_execute(spy).await.unwrap();
    create(&*store, "a", "text").await;
    let row = admin.query_one("SELECT * FROM seen", &[]).await.unwrap();
    assert_eq!([row.get::<_, &str>(0), row.get(1), row.get(2)], ["on", "10s", "15s"]);
}

#[tokio::test]
async fn damaged_row_is_reported_by_every_query_that_reads_it() {
    let database = Database::create();
    let store = database.server().await;
    let first = create(&*store, "a", "one").await;
    create(&*store, "b", "sound").await;
    let admin = database.connect().await;
    admin.execute("UPDATE ifmatch.version SET author = 'mallory' WHERE document = 'a'", &[]).await.unwrap();
    let damaged = StoreError::Damaged { id: id("a"), number: 1 };
    assert_eq!(store.read(&id("a")).await.unwrap_err(), damaged);
    assert_eq!(store.version(&id("a"), 1).await.unwrap_err(), damaged);
    let change = DocumentChange::put(document("two"));
    // A server that has just written the version would not read it again.
    let other = database.server().await;
    let refused = other.write(request("a", Conditions::if_match(own(&first)), change)).await.unwrap_err();
    assert_eq!(refused, damaged);
    admin
        .execute("UPDATE ifmatch.version SET author = 'bob', content = 'other' WHERE document = 'a'", &[])
        .await
        .unwrap();
    assert_eq!(store.read(&id("a")).await.unwrap_err(), damaged, "the text does not fit the hash");
    assert!(matches!(store.read(&id("b")).await.unwrap(), DocumentState::Exists(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_to_many_documents_do_not_wait_in_a_circle() {
    let database = Database::create();
    let servers = database.servers(3).await;
    let names: Vec<String> = (0..8).map(|number| format!("d{number}")).collect();
    for name in &names {
        create(&*servers[0], name, "").await;
    }
    // Every server writes the same documents, in different orders.
    let mut writers = Vec::new();
    for number in 0..90_usize {
        let (server, name) = (servers[number % 3].clone(), names[(number * 5 + number / 8) % 8].clone());
        writers.push(tokio::spawn(async move {
            loop {
                let DocumentState::Exists(current) = server.read(&id(&name)).await.unwrap() else { panic!("deleted") };
                let outcome = put(&*server, &name, &own(&current), &number.to_string()).await;
                if is_made(&outcome) {
                    return;
                }
            }
        }));
    }
    for writer in writers {
        tokio::time::timeout(Duration::from_secs(60), writer).await.expect("no deadlock").unwrap();
    }
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(database.connect().await.query_one(deadlocks, &[]).await.unwrap().get::<_, i64>(0), 0);
    assert_eq!(servers[0].latest_sequence().await.unwrap(), 98);
}

#[tokio::test]
async fn every_scalar_value_of_a_title_comes_back() {
    let database = Database::create();
    let store = database.server().await;
    let title = "a\0\u{feff}\u{10ffff}'\\".to_owned();
    let stored = put_new(&*store, "a", Document { title, content: String::new(), parent: None }).await;
    assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(stored.clone()));
    let delete = delete(&*store, "a", &own(&stored)).await;
    assert!(is_made(&delete));
    let again = write(&*store, "a", Conditions::if_match(own(&stored)), DocumentChange::Delete).await;
    assert!(!is_made(&again));
}

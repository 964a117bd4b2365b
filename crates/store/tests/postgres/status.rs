//! The numbers about connections that a store gives to operators.

use std::time::{Duration, Instant};

use store::Store;
use store::contract_tests::requests::{changed, create, own, put};

use crate::database::{Database, end_connections};

#[tokio::test]
async fn lost_connections_and_repeated_writes_are_counted() {
    let database = Database::create();
    let store = database.server().await;
    let admin = database.connect().await;
    let mut seen = own(&create(&*store, "a", "0").await);
    let before = store.database_status().unwrap();
    let [(read, readers), (write, writers), (newest, newest_readers)] = &before.pools[..] else { panic!("{before:?}") };
    assert_eq!((*read, readers.limit, *write, writers.limit), ("read", 6, "write", 3));
    assert_eq!((*newest, newest_readers.limit), ("newest", 2));
    assert_eq!((writers.open, writers.used, writers.waiting, writers.made), (1, 0, 0, 1));
    assert_eq!((before.queued_writes, before.repeated.write_conflicts), (0, 0));
    for round in 1..=5 {
        end_connections(&admin).await;
        seen = own(&changed(put(&*store, "a", &seen, &round.to_string()).await));
    }
    let after = store.database_status().unwrap();
    assert_eq!(after.pools[1].1.made, 6, "{after:?}");
}

#[tokio::test]
async fn aborted_transactions_are_counted() {
    let database = Database::create();
    let store = database.server().await;
    let sql = "CREATE SEQUENCE attempts;
               CREATE FUNCTION abort_some() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                   IF nextval('public.attempts') <= 3 THEN RAISE EXCEPTION 'aborted' USING ERRCODE = '40001'; END IF;
                   RETURN NEW;
               END $$;
               CREATE TRIGGER abort_some BEFORE INSERT ON ifmatch.version FOR EACH ROW EXECUTE FUNCTION abort_some()";
    database.connect().await.batch_execute(sql).await.unwrap();
    create(&*store, "a", "one").await;
    assert_eq!(store.database_status().unwrap().repeated.write_conflicts, 3);
}

#[tokio::test]
async fn follower_that_is_cut_off_says_so() {
    let database = Database::create();
    let store = database.server().await;
    until("it hears", || store.database_status().unwrap().events.is_connected).await;
    create(&*store, "a", "one").await;
    until("it publishes", || store.database_status().unwrap().events.published == 1).await;
    let admin = database.connect().await;
    let name: String = admin.query_one("SELECT current_database()::TEXT", &[]).await.unwrap().get(0);
    let postgres = test_postgres::PostgresCluster::shared();
    postgres.run_sql(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
    end_connections(&admin).await;
    until("it is late", || {
        let events = store.database_status().unwrap().events;
        !events.is_connected && events.behind > Duration::from_millis(500)
    })
    .await;
    postgres.run_sql(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
    until("it hears again", || {
        let events = store.database_status().unwrap().events;
        events.is_connected && events.behind < Duration::from_millis(500)
    })
    .await;
}

/// Waits for a state, for at most 20 seconds.
async fn until(what: &str, state: impl Fn() -> bool) {
    let begun = Instant::now();
    while !state() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        tokio::task::yield_now().await;
    }
}

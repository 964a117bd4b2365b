//! Transactions that fail: aborted by PostgreSQL, or with an unknown outcome.

use precondition::Conditions;
use store::contract_tests::requests::{changed, create, document, id, own, put, request};
use store::{DocumentChange, DocumentState, PostgresStore, Store, StoreError, StoreOptions, WriteEffect};

use crate::breaking_proxy::{Break, BreakingProxy};
use crate::database::{Database, end_connections};

/// Makes PostgreSQL abort the first inserts of versions, as distributed databases do.
async fn abort_inserts(database: &Database, count: u32, code: &str) {
    let sql = format!(
        "CREATE SEQUENCE attempts;
         CREATE FUNCTION abort_some() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('public.attempts') <= {count} THEN RAISE EXCEPTION 'aborted' USING ERRCODE = '{code}'; END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER abort_some BEFORE INSERT ON ifmatch.version FOR EACH ROW EXECUTE FUNCTION abort_some()"
    );
    database.connect().await.batch_execute(&sql).await.unwrap();
}

#[tokio::test]
async fn aborted_transaction_is_repeated() {
    for code in ["40001", "40P01"] {
        let database = Database::create();
        let store = database.server().await;
        abort_inserts(&database, 3, code).await;
        let first = create(&*store, "a", "one").await;
        assert_eq!(first.revision.stamp.version, 1);
        assert_eq!(store.latest_sequence().await.unwrap(), 1, "what was aborted took no number");
        changed(put(&*store, "a", &own(&first), "two").await);
        store.health().await.unwrap();
    }
}

#[tokio::test]
async fn repetitions_are_bounded_and_other_errors_are_not_repeated() {
    for (count, code) in [(1000, "40001"), (1, "22000")] {
        let database = Database::create();
        let store = database.server().await;
        abort_inserts(&database, count, code).await;
        let change = DocumentChange::put(document("text"));
        let refused = store.write(request("a", Conditions::if_none_match_any(), change)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Database(_)), "{refused:?}");
        assert!(store.health().await.is_err());
        assert_eq!(store.latest_sequence().await.unwrap(), 0);
        let attempts = database.connect().await.query_one("SELECT last_value FROM attempts", &[]).await.unwrap();
        let attempts: i64 = attempts.get(0);
        assert_eq!(attempts > 1, code == "40001", "{attempts} attempts");
        assert!(attempts < 50, "{attempts} attempts");
    }
}

#[tokio::test]
async fn write_that_fails_undoes_only_itself() {
    let database = Database::create();
    let store = database.server().await;
    let sql = "ALTER TABLE ifmatch.version ADD CHECK (content <> 'trap')";
    database.connect().await.batch_execute(sql).await.unwrap();
    let writes = ["one", "trap", "three"].map(|content| {
        let change = DocumentChange::put(document(content));
        store.write(request(content, Conditions::if_none_match_any(), change))
    });
    let [one, trap, three] = writes;
    let (one, trap, three) = tokio::join!(biased; one, trap, three);
    assert!(matches!(one.unwrap().effect, WriteEffect::Created(_)));
    assert!(matches!(trap.unwrap_err(), StoreError::Database(_)));
    assert!(matches!(three.unwrap().effect, WriteEffect::Created(_)));
}

#[tokio::test]
async fn write_without_the_counter_of_events_is_an_error() {
    let database = Database::create();
    let store = database.server().await;
    database.connect().await.batch_execute("DELETE FROM ifmatch.event_counter").await.unwrap();
    let change = DocumentChange::put(document("text"));
    let refused = store.write(request("a", Conditions::if_none_match_any(), change)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unreadable(_)), "{refused:?}");
    assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::NeverExisted);
}

/// Two servers without the lock could make a cycle, or add a child to a document that is being deleted.
#[tokio::test]
async fn change_of_the_tree_without_its_lock_is_an_error() {
    let database = Database::create();
    let store = database.server().await;
    let first = create(&*store, "a", "one").await;
    database.connect().await.batch_execute("DELETE FROM ifmatch.tree_lock").await.unwrap();
    let delete = request("a", Conditions::if_match(own(&first)), DocumentChange::Delete);
    let refused = store.write(delete).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Unreadable(text) if text.contains("tree_lock")), "{refused:?}");
    assert!(matches!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(_)));
}

#[tokio::test]
async fn write_with_an_unknown_outcome_is_sent_again() {
    let database = Database::create();
    let proxy = BreakingProxy::start();
    let url = database.url_through(proxy.folder());
    let store = PostgresStore::open_with(&url, StoreOptions::default()).await.unwrap();
    let mut seen = create(&store, "a", "0").await;
    for (number, moment) in [Break::AfterCommit, Break::BeforeCommit, Break::AfterCommit].into_iter().enumerate() {
        let content = (number + 1).to_string();
        let write = || request("a", Conditions::if_match(own(&seen)), DocumentChange::put(document(&content)));
        proxy.break_next(moment);
        let error = store.write(write()).await.unwrap_err();
        assert!(matches!(&error, StoreError::Database(text) if text.contains("not known")), "{error:?}");
        let again = store.write(write()).await.unwrap();
        seen = match (moment, again.effect) {
            (Break::AfterCommit, WriteEffect::Replayed(stored))
            | (Break::BeforeCommit, WriteEffect::Changed(stored)) => stored,
            (moment, other) => panic!("{moment:?}: {other:?}"),
        };
        assert_eq!(seen.revision.stamp.version, number as u64 + 2);
    }
    assert_eq!(store.latest_sequence().await.unwrap(), 4, "no write was made twice");
    store.health().await.unwrap();
}

/// A repetition would find its own document, and say that another creation was faster.
#[tokio::test]
async fn transaction_with_an_unknown_outcome_is_not_repeated() {
    let database = Database::create();
    let proxy = BreakingProxy::start();
    let url = database.url_through(proxy.folder());
    let store = PostgresStore::open_with(&url, StoreOptions::default()).await.unwrap();
    for (name, moment) in [("a", Break::AfterCommit), ("b", Break::BeforeCommit)] {
        let created = request(name, Conditions::if_none_match_any(), DocumentChange::put(document("one")));
        proxy.break_next(moment);
        let error = store.write(created).await.unwrap_err();
        assert!(matches!(&error, StoreError::Database(text) if text.contains("not known")), "{moment:?}: {error:?}");
        let is_made = matches!(store.read(&id(name)).await.unwrap(), DocumentState::Exists(_));
        assert_eq!(is_made, moment == Break::AfterCommit);
    }
    let DocumentState::Exists(current) = store.read(&id("a")).await.unwrap() else { panic!("it was created") };
    proxy.break_next(Break::AfterCommit);
    let deleted = request("a", Conditions::if_match(own(&current)), DocumentChange::Delete);
    let error = store.write(deleted).await.unwrap_err();
    assert!(matches!(&error, StoreError::Database(text) if text.contains("not known")), "{error:?}");
    assert!(matches!(store.read(&id("a")).await.unwrap(), DocumentState::Deleted(_)));
    assert_eq!(store.latest_sequence().await.unwrap(), 2);
}

#[tokio::test]
async fn lost_connections_are_replaced() {
    let database = Database::create();
    let store = database.server().await;
    let mut seen = own(&create(&*store, "a", "0").await);
    let admin = database.connect().await;
    for number in 1..5 {
        end_connections(&admin).await;
        seen = own(&changed(put(&*store, "a", &seen, &number.to_string()).await));
        end_connections(&admin).await;
        assert_eq!(store.latest_sequence().await.unwrap(), number + 1);
    }
}

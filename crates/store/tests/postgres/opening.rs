//! Opening a database: the schema, its number, and addresses that lead nowhere.

use precondition::Conditions;
use store::contract_tests::requests::{create, document, id, request};
use store::{
    DatabaseLogin, DocumentChange, DocumentState, OpenError, PostgresOpenError, PostgresStore, Store, StoreError,
    StoreOptions,
};

use crate::database::{Database, end_connections};

async fn refusal(url: &str) -> PostgresOpenError {
    match PostgresStore::open_with(url, StoreOptions::default()).await {
        Ok(_) => panic!("opened"),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_together_share_one_schema() {
    let database = Database::create();
    let url = database.url();
    let opening: Vec<_> = (0..6)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { store::open_with(&url, StoreOptions::default()).await.unwrap() })
        })
        .collect();
    let mut servers = Vec::new();
    for opened in opening {
        servers.push(opened.await.unwrap());
    }
    let stored = create(&*servers[0], "a", "text").await;
    for server in &servers {
        assert_eq!(server.read(&id("a")).await.unwrap(), DocumentState::Exists(stored.clone()));
    }
}

#[tokio::test]
async fn schema_of_another_version_is_refused_untouched() {
    let database = Database::create();
    drop(database.server().await);
    let admin = database.connect().await;
    for schema in [0, 99] {
        admin.execute("UPDATE ifmatch.store SET schema = $1", &[&schema]).await.unwrap();
        let error = refusal(&database.url()).await;
        let sentence = error.to_string();
        match error {
            PostgresOpenError::Older { found: 0, known: 4 } => assert!(sentence.contains("ifmatch store migrate")),
            PostgresOpenError::Newer { found: 99, known: 4 } => assert!(sentence.contains("the newer program")),
            other => panic!("{other:?}"),
        }
        let found: i32 = admin.query_one("SELECT schema FROM ifmatch.store", &[]).await.unwrap().get(0);
        assert_eq!(found, schema);
    }
}

/// The database that the program with schema 1 made.
#[tokio::test]
async fn older_schema_is_migrated_by_the_command_alone() {
    let database = Database::create();
    let admin = database.connect().await;
    admin.batch_execute(include_str!("../../src/postgres/schema/1.sql")).await.unwrap();
    admin.batch_execute("INSERT INTO ifmatch.store (schema) VALUES (1)").await.unwrap();
    for _ in 0..2 {
        assert_eq!(refusal(&database.url()).await, PostgresOpenError::Older { found: 1, known: 4 });
    }
    let login = DatabaseLogin::default();
    assert_eq!(store::migrate_database(&database.url(), &login).await, Ok((1, 4)));
    let store = database.server().await;
    create(&*store, "a", "text").await;
    assert_eq!(store.shared_settings().unwrap().join(&[("policy", "1".to_owned())]).await, Ok(true));
}

#[tokio::test]
async fn schema_of_another_program_is_refused_untouched() {
    let database = Database::create();
    let admin = database.connect().await;
    admin.batch_execute("CREATE SCHEMA ifmatch").await.unwrap();
    drop(database.server().await);
    admin
        .batch_execute("DROP SCHEMA ifmatch CASCADE; CREATE SCHEMA ifmatch; CREATE TABLE ifmatch.people (x INT)")
        .await
        .unwrap();
    assert_eq!(refusal(&database.url()).await, PostgresOpenError::Foreign);
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'ifmatch'";
    assert_eq!(admin.query_one(tables, &[]).await.unwrap().get::<_, i64>(0), 1);
}

#[tokio::test]
async fn table_without_its_row_is_refused() {
    for table in ["tree_lock", "event_counter", "setting_counter"] {
        let database = Database::create();
        drop(database.server().await);
        database.connect().await.batch_execute(&format!("DELETE FROM ifmatch.{table}")).await.unwrap();
        let refused = refusal(&database.url()).await;
        assert_eq!(refused, PostgresOpenError::MissingRow(table));
        assert!(refused.to_string().contains("ifmatch store check"), "{refused}");
    }
}

#[tokio::test]
async fn missing_rights_are_not_taken_for_another_program() {
    let database = Database::create();
    drop(database.server().await);
    let admin = database.connect().await;
    admin.batch_execute("CREATE ROLE stranger LOGIN").await.unwrap();
    let url = database.url().replace("tester@", "stranger@");
    let denied = |error: PostgresOpenError, what: &str| {
        assert!(matches!(&error, PostgresOpenError::Database(text) if text.contains(what)), "{error:?}");
    };
    denied(refusal(&url).await, "permission denied for schema ifmatch");
    admin.batch_execute("GRANT USAGE ON SCHEMA ifmatch TO stranger").await.unwrap();
    denied(refusal(&url).await, "permission denied for table store");
    admin.batch_execute("DROP OWNED BY stranger; DROP ROLE stranger").await.unwrap();
}

#[tokio::test]
async fn database_that_was_replaced_takes_no_writes() {
    let database = Database::create();
    let store = database.server().await;
    create(&*store, "a", "text").await;
    let admin = database.connect().await;
    admin.batch_execute("UPDATE ifmatch.store SET id = gen_random_uuid()").await.unwrap();
    end_connections(&admin).await;
    let change = DocumentChange::put(document("text"));
    let refused = store.write(request("b", Conditions::if_none_match_any(), change)).await.unwrap_err();
    assert_eq!(refused, StoreError::Replaced);
    assert_eq!(store.read(&id("a")).await.unwrap_err(), StoreError::Replaced);
}

#[tokio::test]
async fn address_that_leads_nowhere_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = format!("postgres://u:sesame@/d?host={}", folder.path().display());
    let error = store::open(&nowhere).await.err().unwrap();
    assert!(matches!(error, OpenError::Postgres(PostgresOpenError::Unreachable(_))), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("sesame"), "{error:?}");
    let database = Database::create();
    let other = database.url().replace("tester@/test", "tester@/nothing");
    assert!(matches!(refusal(&other).await, PostgresOpenError::Database(text) if text.contains("does not exist")));
}

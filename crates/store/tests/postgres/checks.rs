//! The check of a database, and its migration.

use store::contract_tests::requests::{changed, create, delete, own, put, put_new, under};
use store::{CheckSummary, DatabaseLogin, PostgresOpenError, StoreFlaw, StoreProblem, postgres};

use crate::database::Database;

/// Checks the store. Returns what was counted, and what is wrong.
pub(crate) async fn check(database: &Database) -> (CheckSummary, Vec<StoreProblem>) {
    let mut problems = Vec::new();
    let login = DatabaseLogin::default();
    let summary = postgres::check(&database.url(), &login, |problem| problems.push(problem)).await.unwrap();
    assert_eq!(summary.problems, problems.len() as u64);
    (summary, problems)
}

/// Returns a database with three versions of `a`, one of `b` and its delete, and `c` under `a`.
async fn filled() -> Database {
    let database = Database::create();
    let store = database.server().await;
    let mut seen = own(&create(&*store, "a", "one").await);
    for content in ["two", "three"] {
        seen = own(&changed(put(&*store, "a", &seen, content).await));
    }
    let gone = create(&*store, "b", "").await;
    delete(&*store, "b", &own(&gone)).await;
    put_new(&*store, "c", under("a")).await;
    database
}

#[tokio::test]
async fn sound_store_has_no_problems() {
    let database = filled().await;
    let (summary, problems) = check(&database).await;
    assert_eq!(problems, []);
    assert_eq!((summary.schema, summary.documents, summary.versions, summary.removed), (4, 3, 6, 0));
}

#[tokio::test]
async fn each_damage_is_one_problem() {
    let on = |document: &str, version| (Some(document.to_owned()), version);
    let counter = "the counter of events is 7, the newest event has the number 6, and there are 6 versions";
    let cases = [
        (
            "UPDATE ifmatch.version SET content = 'x' WHERE document = 'a' AND number = 2",
            on("a", Some(2)),
            StoreFlaw::Text,
        ),
        (
            "UPDATE ifmatch.version SET author = 'eve' WHERE document = 'a' AND number = 2",
            on("a", Some(2)),
            StoreFlaw::Seal,
        ),
        (
            "UPDATE ifmatch.version SET at = at + 1 WHERE document = 'a' AND number = 3",
            on("a", Some(3)),
            StoreFlaw::Seal,
        ),
        (
            "UPDATE ifmatch.version SET content = NULL WHERE document = 'a' AND number = 1",
            on("a", Some(1)),
            StoreFlaw::NoText,
        ),
        ("UPDATE ifmatch.version SET etag = '?' WHERE document = 'c'", on("c", Some(1)), StoreFlaw::Column("tag")),
        ("UPDATE ifmatch.document SET parent = NULL WHERE id = 'c'", on("c", None), StoreFlaw::Current),
        ("UPDATE ifmatch.document SET number = 2 WHERE id = 'a'", on("a", None), StoreFlaw::Current),
        ("UPDATE ifmatch.document SET newest_seal = seal WHERE id = 'a'", on("a", None), StoreFlaw::Current),
        ("DELETE FROM ifmatch.document WHERE id = 'b'", on("b", None), StoreFlaw::Unlisted),
        ("INSERT INTO ifmatch.document VALUES ('d', 1, true, NULL, 0, '', '')", on("d", None), StoreFlaw::NoVersion),
        ("UPDATE ifmatch.event_counter SET last = 7", (None, None), StoreFlaw::Database(counter.to_owned())),
    ];
    for (damage, (document, version), flaw) in cases {
        let database = filled().await;
        database.connect().await.batch_execute(damage).await.unwrap();
        let (_, problems) = check(&database).await;
        assert_eq!(problems, [StoreProblem { document, version, flaw }], "{damage}");
    }
}

#[tokio::test]
async fn missing_row_of_a_table_with_one_is_a_problem() {
    let settings = "(last) SELECT coalesce(max(revision), 0) FROM ifmatch.setting";
    for (table, insert) in
        [("tree_lock", "DEFAULT VALUES"), ("event_counter", "(last) VALUES (6)"), ("setting_counter", settings)]
    {
        let database = filled().await;
        let admin = database.connect().await;
        admin.batch_execute(&format!("DELETE FROM ifmatch.{table}")).await.unwrap();
        let (_, problems) = check(&database).await;
        let [StoreProblem { document: None, version: None, flaw: StoreFlaw::Database(flaw) }] = &problems[..] else {
            panic!("{problems:?}")
        };
        let remedy = format!("INSERT INTO ifmatch.{table} {insert}");
        assert!(flaw.contains(&format!("run '{remedy}'")), "{flaw}");
        admin.batch_execute(&remedy).await.unwrap();
        assert_eq!(check(&database).await.1, []);
    }
}

#[tokio::test]
async fn missing_store_is_created_by_a_migration_once() {
    let database = Database::create();
    let login = DatabaseLogin::default();
    let refused = postgres::check(&database.url(), &login, |_| ()).await.unwrap_err();
    assert_eq!(refused, PostgresOpenError::Missing);
    assert_eq!(postgres::migrate(&database.url(), &login).await, Ok((0, 4)));
    assert_eq!(postgres::migrate(&database.url(), &login).await, Ok((4, 4)));
    drop(database.server().await);
    database.connect().await.batch_execute("UPDATE ifmatch.store SET schema = 5").await.unwrap();
    let refused = postgres::migrate(&database.url(), &login).await.unwrap_err();
    assert_eq!(refused, PostgresOpenError::Newer { found: 5, known: 4 });
}

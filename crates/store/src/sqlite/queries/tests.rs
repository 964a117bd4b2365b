//! The plans of the queries, and that a damaged row is never served.

use contract::Timestamp;
use precondition::{Conditions, Policy};

use super::*;
use crate::decide::decide;
use crate::outcome::{WriteConflict, WriteEffect, WriteOutcome};
use crate::request::WriteRequest;
use crate::sqlite::migrations;
use crate::sqlite::tag_indexes::TagIndexes;

fn id(name: &str) -> DocumentId {
    name.parse().unwrap()
}

fn text(content: &str) -> Document {
    Document { title: "T".to_owned(), content: content.to_owned(), parent: None }
}

fn under(parent: &str) -> Document {
    Document { parent: Some(id(parent)), ..text("child") }
}

/// Writes like the writer, without its thread and its transactions.
fn write(connection: &Connection, name: &str, change: DocumentChange) -> WriteOutcome {
    let (id, head) = (id(name), head(connection, &id(name)).unwrap());
    let conditions = match document_state(connection, &id).unwrap().current() {
        Some(stored) => Conditions::if_match(stored.revision.stamp.tag.clone()),
        None => Conditions::if_none_match_any(),
    };
    let (author, at) = ("bob".parse().unwrap(), Timestamp::from_millis(1_000_000));
    let request = WriteRequest {
        id: id.clone(),
        conditions,
        change,
        author,
        at,
        policy: Policy::default(),
        policy_revision: None,
        settings_revision: None,
    };
    let (conditions, change, etags) = (&request.conditions, Some(&request.change), request.policy.etags);
    let facts = gather_facts(connection, &id, head.as_ref(), conditions, change, etags).unwrap();
    let outcome = decide(&request, &facts);
    if let Some(stored) = outcome.appended() {
        append(connection, &id, &facts.found, stored).unwrap();
    }
    outcome
}

/// Returns the state of a document.
fn document_state(connection: &Connection, id: &DocumentId) -> Result<DocumentState, SqliteError> {
    Ok(DocumentState::from(head(connection, id)?.map(|head| Arc::clone(head.stored()))))
}

fn put(connection: &Connection, name: &str, document: Document) -> WriteOutcome {
    write(connection, name, DocumentChange::put(document))
}

fn plan(connection: &Connection, sql: &str, values: usize) -> String {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let values = rusqlite::params_from_iter(vec![1; values]);
    let lines = statement.query_map(values, |row| row.get::<_, String>("detail")).unwrap();
    lines.map(Result::unwrap).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_lookup_of_a_client_is_by_an_index() {
    let connection = migrations::open_memory().unwrap();
    TagIndexes::ensure_all(&connection);
    let events = format!("{SELECT_VERSION} {FROM_VERSION} {EVENTS}");
    let events_of_one = format!("{SELECT_VERSION} {FROM_VERSION} {EVENTS_OF_ONE}");
    let list = format!("{SELECT_VERSION}{SELECT_DOCUMENT} {FROM_DOCUMENT} {LIST_CLAUSE}");
    for (sql, values, index) in [
        (BY_HASH, 3, "COVERING INDEX version_by_hash (document=? AND <expr>=?)"),
        (BY_TIME, 4, "COVERING INDEX version_by_time (document=? AND at>? AND at<?)"),
        (&events, 2, "SEARCH v USING INTEGER PRIMARY KEY (rowid>?)"),
        (&events_of_one, 3, "SEARCH v USING INDEX sqlite_autoindex_version_1 (document=? AND number>?)"),
        (NEWEST_NUMBER, 1, "COVERING INDEX sqlite_autoindex_version_1 (document=?)"),
        (FROM_NUMBER, 2, "COVERING INDEX sqlite_autoindex_version_1 (document=? AND number>?)"),
        (&list, 2, "INDEX document_alive (id>?)"),
        (tree::CHILDREN_SQL, 2, "COVERING INDEX document_by_parent (parent=?)"),
        (tree::HEIGHT_SQL, 1, "COVERING INDEX document_by_height (parent=?)"),
        (tree::ANCESTORS_SQL, 2, "SEARCH d USING PRIMARY KEY (id=?)"),
    ] {
        let plan = plan(&connection, sql, values);
        assert!(plan.contains(index), "{sql}\n{plan}");
        assert!(!plan.contains("SCAN v") && !plan.contains("SCAN d") && !plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
    }
}

/// Each index that a write changes is one more page for each document of a commit.
#[test]
fn new_version_changes_one_index_and_two_rows() {
    let connection = migrations::open_memory().unwrap();
    put(&connection, "a", text("one"));
    let opened = |sql: &str, values: usize| {
        let mut statement = connection.prepare(&format!("EXPLAIN {sql}")).unwrap();
        let values = rusqlite::params_from_iter(vec![1; values]);
        let codes = statement.query_map(values, |row| row.get::<_, String>("opcode")).unwrap();
        codes.map(Result::unwrap).filter(|code| code == "OpenWrite").count()
    };
    assert_eq!(opened(INSERT_VERSION, 11), 2, "the row, and the index of document and number");
    assert_eq!(opened(NEW_CURRENT, 3), 1, "the row");
}

#[test]
fn events_of_one_document_begin_after_any_place() {
    let connection = migrations::open_memory().unwrap();
    for (number, name) in "abbacbbbaabc".chars().enumerate() {
        put(&connection, &name.to_string(), text(&number.to_string()));
    }
    let query = |id, after, limit| events(&connection, &EventQuery { after, id, limit }).unwrap();
    for name in ["a", "b", "c", "d"] {
        for after in 0..=13 {
            let all = query(None, after, 99).into_iter().filter(|event| event.id.as_str() == name);
            let expected: Vec<StoreEvent> = all.take(3).collect();
            assert_eq!(query(Some(id(name)), after, 3), expected, "{name} after {after}");
        }
    }
}

#[test]
fn tags_of_all_kinds_name_their_newest_versions() {
    let connection = migrations::open_memory().unwrap();
    // Twenty versions with two alternating texts, all within a second.
    for number in 0..20 {
        put(&connection, "a", text(if number % 2 == 0 { "even" } else { "odd" }));
        put(&connection, "b", text(&number.to_string()));
    }
    let numbers = |tag: &str, kind| -> Vec<(u64, Option<u64>)> {
        let issued = issued_versions(&connection, &id("a"), &tag.parse().unwrap(), kind).unwrap();
        issued.iter().map(|issued| (issued.version, issued.next.as_ref().map(|next| next.stamp.version))).collect()
    };
    let even = StateHash::of(Some(&text("even"))).short();
    let newest: Vec<_> = (2..10).map(|half| (2 * half + 1, Some(2 * half + 2))).collect();
    assert_eq!(numbers(&format!("\"c-{even}\""), Etags::Content), newest);
    let newest: Vec<_> = (13..=20).map(|number| (number, Some(number + 1).filter(|next| *next <= 20))).collect();
    assert_eq!(numbers("\"s1000\"", Etags::Seconds), newest);
    let third = version(&connection, &id("a"), 3).unwrap().unwrap().revision.stamp.tag.to_string();
    assert_eq!(numbers(&third, Etags::Version), [(3, Some(4))]);
    for (tag, kind) in [
        ("\"c-00000000\"", Etags::Content),
        ("\"s01000\"", Etags::Seconds),
        ("\"s999\"", Etags::Seconds),
        ("\"v3-00000000\"", Etags::Version),
        (&*third, Etags::Content),
    ] {
        assert_eq!(numbers(tag, kind), [], "{tag}");
    }
}

#[test]
fn nesting_deeper_than_the_limit_is_a_conflict() {
    let connection = migrations::open_memory().unwrap();
    put(&connection, "d0", text("top"));
    for depth in 1..=100 {
        let outcome = put(&connection, &format!("d{depth}"), under(&format!("d{}", depth - 1)));
        assert!(matches!(outcome.effect, WriteEffect::Created(_)), "{depth}");
    }
    let too_deep = |parent: &str| WriteEffect::Conflict(WriteConflict::TooDeep(id(parent)));
    assert_eq!(put(&connection, "more", under("d100")).effect, too_deep("d100"));
    // With all its descendants, a document may be too high for a place in which it would fit alone.
    put(&connection, "x", text(""));
    put(&connection, "y", under("x"));
    put(&connection, "z", under("y"));
    assert_eq!(put(&connection, "x", under("d98")).effect, too_deep("d98"));
    assert!(matches!(put(&connection, "x", under("d97")).effect, WriteEffect::Changed(_)));
    // A cycle is found, and moving away makes room.
    assert_eq!(put(&connection, "d0", under("d100")).effect, WriteEffect::Conflict(WriteConflict::Cycle(id("d100"))));
    put(&connection, "z", text("moved to the top"));
    assert!(matches!(put(&connection, "x", under("d98")).effect, WriteEffect::Changed(_)));
    assert_counted_right(&connection);
}

/// Counts children and levels again, and compares them with the columns that keep them.
fn assert_counted_right(connection: &Connection) {
    let sql = "WITH RECURSIVE above (id, height) AS (
                   SELECT id, 0 FROM document
                   UNION SELECT d.parent, a.height + 1 FROM above a JOIN document d ON d.id = a.id
                   WHERE d.parent IS NOT NULL AND a.height < 100)
               SELECT count(*) FROM document d
               WHERE d.height <> (SELECT max(height) FROM above WHERE id = d.id)
                  OR d.children <> (SELECT count(*) FROM document c WHERE c.parent = d.id)";
    assert_eq!(connection.query_row(sql, [], |row| row.get::<_, i64>(0)), Ok(0));
}

#[test]
fn refused_delete_lists_a_hundred_children_and_counts_all() {
    let connection = migrations::open_memory().unwrap();
    put(&connection, "top", text(""));
    for number in 0..130 {
        put(&connection, &format!("c{number:03}"), under("top"));
    }
    let WriteEffect::Conflict(WriteConflict::Children { first, count }) =
        write(&connection, "top", DocumentChange::Delete).effect
    else {
        panic!("deleted")
    };
    let expected: Vec<DocumentId> = (0..100).map(|number| id(&format!("c{number:03}"))).collect();
    assert_eq!((first, count), (expected, 130));
    for number in 0..130 {
        write(&connection, &format!("c{number:03}"), DocumentChange::Delete);
    }
    assert!(matches!(write(&connection, "top", DocumentChange::Delete).effect, WriteEffect::Deleted(_)));
    assert_counted_right(&connection);
}

/// Rows as an older version of this program wrote them, in a tree that is too deep by now.
const OLD: &str = include_str!("../schema/tests/2.sql");

#[test]
fn store_of_schema_2_is_migrated_with_its_deep_tree() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    Connection::open(&path).unwrap().execute_batch(OLD).unwrap();
    let connection = migrations::open_file(&path).unwrap();
    let query = ListQuery { after: None, limit: 1000, bytes: usize::MAX };
    let listed = list(&connection, &query).unwrap().items;
    assert_eq!(listed.len(), 121, "the top and 120 levels below it");
    assert_counted_right(&connection);
    for entry in &listed {
        let stored = document_state(&connection, &entry.id).unwrap().current().unwrap().clone();
        assert_eq!(*stored.revision, entry.revision);
        // A document can be written in its place, however deep that is.
        let document = Document { content: "new".to_owned(), ..Document::clone(stored.document.as_ref().unwrap()) };
        assert!(
            matches!(put(&connection, entry.id.as_str(), document).effect, WriteEffect::Changed(_)),
            "{}",
            entry.id
        );
    }
    let query = VersionQuery { id: id("top"), before: None, limit: 9, bytes: usize::MAX };
    assert_eq!(versions(&connection, &query).unwrap().items.len(), 4, "three old ones, a delete among them");
    assert!(matches!(document_state(&connection, &id("gone")).unwrap(), DocumentState::Deleted(_)));
    assert_eq!(
        put(&connection, "more", under("n110")).effect,
        WriteEffect::Conflict(WriteConflict::TooDeep(id("n110"))),
        "a new place obeys the limit"
    );
    let checked = crate::sqlite::check::check(&path, |problem| panic!("{problem:?}")).unwrap();
    assert_eq!(checked.schema, 5);
}

/// Returns all that is served of a store.
fn served(connection: &Connection) -> Vec<Result<String, SqliteError>> {
    let all = |id| VersionQuery { id, before: None, limit: 9, bytes: usize::MAX };
    let mut served = Vec::new();
    for name in ["a", "b", "c"] {
        served.push(document_state(connection, &id(name)).map(|found| format!("{found:?}")));
        served.push(versions(connection, &all(id(name))).map(|page| format!("{page:?}")));
        for number in 1..4 {
            served.push(version(connection, &id(name), number).map(|version| format!("{version:?}")));
        }
    }
    let documents = ListQuery { after: None, limit: 9, bytes: usize::MAX };
    served.push(list(connection, &documents).map(|page| format!("{page:?}")));
    served.push(events(connection, &EventQuery { after: 0, id: None, limit: 9 }).map(|events| format!("{events:?}")));
    served
}

#[test]
fn flipped_bit_in_any_column_is_never_served() {
    let connection = migrations::open_memory().unwrap();
    put(&connection, "a", text("one"));
    put(&connection, "b", under("a"));
    put(&connection, "a", text("two"));
    put(&connection, "b", Document { title: "U".to_owned(), ..under("a") });
    put(&connection, "c", text("deleted"));
    write(&connection, "c", DocumentChange::Delete);
    let whole: Vec<String> = served(&connection).into_iter().map(Result::unwrap).collect();
    // A query may fail, or be unaffected; it never returns another value.
    let assert_never_served = |damage: &str| {
        connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; SAVEPOINT flipped; {damage}")).unwrap();
        let now = served(&connection);
        assert!(now.iter().any(Result::is_err), "not noticed: {damage}");
        for (whole, now) in whole.iter().zip(now) {
            if let Ok(now) = now {
                assert_eq!(&now, whole, "{damage}");
            }
        }
        connection.execute_batch("ROLLBACK TO flipped; RELEASE flipped").unwrap();
    };
    for sequence in 1..=6 {
        for column in ["etag", "hash", "author", "based_on", "title", "content", "parent"] {
            let sql = format!("SELECT CAST({column} AS BLOB) FROM version WHERE sequence = {sequence}");
            let Some(bytes) = connection.query_row(&sql, [], |row| row.get::<_, Option<Vec<u8>>>(0)).unwrap() else {
                continue;
            };
            for (place, bit) in (0..bytes.len()).step_by(1 + bytes.len() / 16).map(|place| (place, place % 8)) {
                let mut flipped = bytes.clone();
                flipped[place] ^= 1 << bit;
                let hex = flipped.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
                let value = if column == "based_on" { format!("x'{hex}'") } else { format!("CAST(x'{hex}' AS TEXT)") };
                assert_never_served(&format!("UPDATE version SET {column} = {value} WHERE sequence = {sequence}"));
            }
        }
        for bit in (0..62).step_by(5) {
            assert_never_served(&format!(
                "UPDATE version SET at = (at | {0}) - (at & {0}) WHERE sequence = {sequence}",
                1_u64 << bit
            ));
        }
        assert_never_served(&format!("UPDATE version SET seal = zeroblob(16) WHERE sequence = {sequence}"));
        assert_never_served(&format!("UPDATE version SET seal = NULL WHERE sequence = {sequence}"));
    }
    for damage in [
        "UPDATE version SET title = NULL, content = NULL WHERE sequence = 3",
        "UPDATE version SET title = '', content = '' WHERE sequence = 6",
        "UPDATE document SET current = 1 WHERE id = 'a'",
        "UPDATE document SET current = 3 WHERE id = 'b'",
        "UPDATE document SET alive = 1 WHERE id = 'c'",
        "UPDATE document SET parent = 'c' WHERE id = 'b'",
        "UPDATE document SET parent = NULL WHERE id = 'b'",
    ] {
        assert_never_served(damage);
    }
}

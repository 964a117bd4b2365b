//! Tests that need the inside of a store: a writer that is held up, and readers that fail.

use std::time::Duration;

use contract::{Document, Timestamp};
use precondition::{BodyState, Conditions, EntityTag, FailureReason, Method, Policy, Verdict};
use tokio::time::timeout;

use super::*;
use crate::outcome::{ReadPayload, WriteEffect};
use crate::request::DocumentChange;
use crate::revision::VersionStamp;
use crate::serialized_document::SerializedDocument;

fn id(name: &str) -> DocumentId {
    name.parse().unwrap()
}

fn put(name: &str, conditions: Conditions, content: &str) -> WriteRequest {
    WriteRequest {
        id: id(name),
        conditions,
        change: DocumentChange::put(Document { title: String::new(), content: content.to_owned(), parent: None }),
        author: "bob".parse().unwrap(),
        at: Timestamp::from_millis(0),
        policy: Policy::default(),
        policy_revision: None,
        settings_revision: None,
    }
}

async fn create(store: &SqliteStore, name: &str, content: &str) -> EntityTag {
    match store.write(put(name, Conditions::if_none_match_any(), content)).await.unwrap().effect {
        WriteEffect::Created(stored) => stored.revision.stamp.tag.clone(),
        other => panic!("{other:?}"),
    }
}

fn revalidation(name: &str, tag: &EntityTag) -> JudgeRequest {
    let value = tag.to_bytes();
    let conditions = Conditions::from_fields([("If-None-Match", &value[..])]);
    JudgeRequest {
        id: id(name),
        conditions,
        method: Method::Read,
        body: BodyState::Read,
        author: None,
        now: Timestamp::from_millis(0).to_http_date(),
        policy: Policy::default(),
    }
}

/// Opens a store in a file, and returns it with the connection of its writer.
fn in_file(folder: &Path) -> (SqliteStore, Arc<Mutex<Connection>>) {
    let path = folder.join("documents.db");
    let connection = Arc::new(Mutex::new(migrations::open_file(&path).unwrap()));
    let store = SqliteStore::start(
        Arc::clone(&connection),
        ReadConnections::of_file(&path),
        &path,
        None,
        StoreOptions::default(),
    )
    .unwrap();
    (store, connection)
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::await_holding_lock, reason = "the test is about reads while it is held")]
async fn readers_never_wait_for_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let (store, connection) = in_file(folder.path());
    let tag = create(&store, "a", "one").await;
    // The test holds the writer's connection, with an open transaction in which the document is another one.
    let connection = connection.lock().unwrap();
    connection.execute_batch("BEGIN IMMEDIATE; UPDATE version SET content = 'half'").unwrap();
    let mut write = Box::pin(store.write(put("a", Conditions::if_match(tag.clone()), "two")));
    assert!(timeout(Duration::ZERO, &mut write).await.is_err(), "the writer waits");
    for is_cached in [true, false] {
        let found = store.read(&id("a")).await.unwrap();
        let content =
            found.current().and_then(|stored| stored.document.as_ref()).map(|document| document.content.clone());
        assert_eq!(content.as_deref(), Some("one"), "from memory: {is_cached}");
        let listed = store.list(ListQuery { after: None, limit: 9, bytes: usize::MAX }).await.unwrap();
        assert_eq!(listed.items.len(), 1);
        // The second time the cache is empty, and the file is read.
        drop(store.cache.begin([&id("a")].into_iter()));
    }
    connection.execute_batch("ROLLBACK").unwrap();
    drop(connection);
    assert!(matches!(write.await.unwrap().effect, WriteEffect::Changed(_)));
}

#[tokio::test]
async fn what_has_not_changed_is_answered_without_a_look_at_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _connection) = in_file(folder.path());
    let first = create(&store, "a", "one").await;
    create(&store, "long", &"x".repeat(1_000_000)).await;
    let second = match store.write(put("a", Conditions::if_match(first.clone()), "two")).await.unwrap().effect {
        WriteEffect::Changed(stored) => stored,
        other => panic!("{other:?}"),
    };
    let long = store.read(&id("long")).await.unwrap().current().unwrap().revision.stamp.tag.clone();
    // From now on every read of the file fails.
    store.readers.shut();
    let verdict = async |name, tag| store.judge(revalidation(name, tag)).await.map(|judged| judged.judgement.verdict);
    assert_eq!(verdict("a", &second.revision.stamp.tag).await, Ok(Verdict::NotModified));
    assert_eq!(verdict("long", &long).await, Ok(Verdict::NotModified), "the head of a long text is enough");
    let judged = store.judge(revalidation("a", &first)).await.unwrap();
    assert_eq!(
        (judged.judgement.verdict, judged.payload),
        (Verdict::Proceed, ReadPayload::Found(DocumentState::Exists(second.clone())))
    );
    assert_eq!(verdict("long", &first).await, Err(StoreError::Stopped), "its text is on the disk");
    assert_eq!(verdict("b", &first).await, Err(StoreError::Stopped), "this document is not in memory");
}

#[tokio::test]
#[expect(clippy::await_holding_lock, reason = "the test is about refusals while it is held")]
async fn stale_writes_are_refused_while_the_writer_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let (store, connection) = in_file(folder.path());
    let mut tags = vec![create(&store, "a", "text 0").await];
    for number in 1..=20 {
        let change = put("a", Conditions::if_match(tags[number - 1].clone()), &format!("text {number}"));
        match store.write(change).await.unwrap().effect {
            WriteEffect::Changed(stored) => tags.push(stored.revision.stamp.tag.clone()),
            other => panic!("{other:?}"),
        }
    }
    let if_match = |tag: &EntityTag| Conditions::if_match(tag.clone());
    // The oldest tag is looked up once, and known from then on.
    assert!(store.refuse_cached(&put("a", if_match(&tags[0]), "other")).is_none());
    let looked_up = store.write(put("a", if_match(&tags[0]), "other")).await.unwrap();

    // From now on no write can be made, and no read of the file succeeds.
    let _writing = connection.lock().unwrap();
    store.readers.shut();
    let refused = |conditions, content| store.refuse_cached(&put("a", conditions, content));
    let oldest = refused(if_match(&tags[0]), "other").unwrap();
    assert_eq!(format!("{oldest:?}"), format!("{looked_up:?}"));
    for (conditions, content, reason) in [
        (if_match(&tags[19]), "other", FailureReason::Stale),
        (if_match(&tags[10]), "text 11", FailureReason::Superseded),
        (Conditions::if_none_match_any(), "other", FailureReason::AlreadyExists),
    ] {
        let Verdict::Failed(failure) = refused(conditions, content).unwrap().judgement.verdict else { panic!() };
        assert_eq!(failure.reason, reason);
    }
    let unconditional = refused(Conditions::default(), "other").unwrap();
    assert!(matches!(unconditional.judgement.verdict, Verdict::Required(_)), "{unconditional:?}");
    let replayed = refused(if_match(&tags[19]), "text 20").unwrap();
    assert!(matches!(replayed.effect, WriteEffect::Replayed(_)), "{replayed:?}");

    let before = store.cache.head(&id("a")).unwrap();

    // These may succeed, now or when the writes before them are made.
    let later: EntityTag = "\"v22-00000000\"".parse().unwrap();
    for tag in [&tags[20], &later] {
        assert!(refused(if_match(tag), "other").is_none(), "{tag}");
    }
    let by_content = Policy { etags: Etags::Content, ..Policy::default() };
    let shared = WriteRequest { policy: by_content, ..put("a", if_match(&tags[0]), "other") };
    assert!(store.refuse_cached(&shared).is_none(), "a tag of the content may come back");
    let committing = store.cache.begin([&id("a")].into_iter());
    assert!(refused(if_match(&tags[19]), "other").is_none(), "a version is being committed");

    // The version that is current until then is stale after the commit.
    let (next, last) = (put("a", if_match(&tags[20]), "other"), put("a", if_match(&tags[20]), "text 21"));
    let mut waiting = Box::pin(store.refuse_after_commit(&next));
    let mut repeated = Box::pin(store.refuse_after_commit(&last));
    assert!(timeout(Duration::ZERO, &mut waiting).await.is_err());
    assert!(timeout(Duration::ZERO, &mut repeated).await.is_err());
    let created = put("a", Conditions::if_none_match_any(), "other");
    assert!(store.refuse_after_commit(&created).await.is_none(), "it names no version");
    assert!(store.refuse_after_commit(&put("b", if_match(&tags[20]), "other")).await.is_none(), "another document");
    let newer = next_head(&before, "text 21");
    committing.end([(&id("a"), newer)].into_iter());
    let Verdict::Failed(failure) = waiting.await.unwrap().judgement.verdict else { panic!() };
    assert_eq!((failure.reason, failure.behind), (FailureReason::Stale, Some(1)));
    assert!(matches!(repeated.await.unwrap().effect, WriteEffect::Replayed(_)));

    let committing = store.cache.begin([&id("a")].into_iter());
    let mut waiting = Box::pin(store.refuse_after_commit(&next));
    assert!(timeout(Duration::ZERO, &mut waiting).await.is_err());
    drop(committing);
    assert!(waiting.await.is_none(), "the commit has failed, so the write may have to be made");
}

/// Writes a document `count` times, and tries again when refused.
///
/// Returns how many writes were refused after a commit.
async fn write_again_and_again(store: Arc<SqliteStore>, who: usize, count: usize, mut tag: EntityTag) -> usize {
    let (mut made, mut waited) = (0, 0);
    while made < count {
        let request = put("a", Conditions::if_match(tag.clone()), &format!("text {made} of {who}"));
        let outcome = match store.refuse_cached(&request) {
            Some(refused) => refused,
            None => match store.refuse_after_commit(&request).await {
                Some(refused) => {
                    waited += 1;
                    refused
                }
                None => store.write(request).await.unwrap(),
            },
        };
        let newest = match outcome.effect {
            WriteEffect::Changed(stored) | WriteEffect::Refused(DocumentState::Exists(stored)) => stored,
            other => panic!("{other:?}"),
        };
        assert_ne!(newest.revision.stamp.tag, tag, "the response names a newer version");
        made += usize::from(!matches!(outcome.judgement.verdict, Verdict::Failed(_)));
        tag = newest.revision.stamp.tag.clone();
    }
    waited
}

#[tokio::test(flavor = "multi_thread")]
async fn crowd_of_writers_makes_each_version_once_and_nothing_waits_forever() {
    const WRITERS: usize = 24;
    const COUNT: usize = 8;
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(in_file(folder.path()).0);
    let first = create(&store, "a", "text").await;
    let writers = (0..WRITERS).map(|who| write_again_and_again(Arc::clone(&store), who, COUNT, first.clone()));
    let writers: Vec<_> = writers.map(tokio::spawn).collect();
    let mut waited = 0;
    for writer in writers {
        waited += timeout(Duration::from_secs(60), writer).await.unwrap().unwrap();
    }
    assert!(waited > 0, "some writes were refused after a commit");
    let versions = store.versions(VersionQuery { id: id("a"), before: None, limit: 999, bytes: usize::MAX });
    assert_eq!(versions.await.unwrap().items.len(), 1 + WRITERS * COUNT);
    assert!(store.cache.is_waited_for_by_none());
}

#[tokio::test]
async fn write_that_has_waited_long_enough_is_refused_by_the_newest_version() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _connection) = in_file(folder.path());
    let tag = create(&store, "a", "one").await;
    let before = store.cache.head(&id("a")).unwrap();
    let request = put("a", Conditions::if_match(tag), "other");
    // More writes wait than are refused after one commit, and no other commit follows.
    let committing = store.cache.begin([&id("a")].into_iter());
    let mut waiting: Vec<_> = (0..9).map(|_| Box::pin(store.refuse_after_commit(&request))).collect();
    for wait in &mut waiting {
        assert!(timeout(Duration::ZERO, wait).await.is_err());
    }
    drop(waiting.pop());
    committing.end([(&id("a"), next_head(&before, "two"))].into_iter());
    for wait in waiting {
        let Verdict::Failed(failure) = wait.await.unwrap().judgement.verdict else { panic!() };
        assert_eq!(failure.behind, Some(1));
    }
    assert!(store.cache.is_waited_for_by_none());
    // A commit that takes very long is waited for in the writer's queue.
    let committing = store.cache.begin([&id("a")].into_iter());
    assert!(store.refuse_after_commit(&request).await.is_none());
    assert!(store.cache.is_waited_for_by_none());
    drop(committing);
}

/// Returns the head after this one.
fn next_head(before: &Head, content: &str) -> Arc<Head> {
    let document =
        SerializedDocument::from(Document { title: String::new(), content: content.to_owned(), parent: None });
    let stamp_before = Some(before.stored().revision.stamp.clone());
    let stamp = VersionStamp::next(stamp_before.as_ref(), &id("a"), Some(&document), Timestamp::from_millis(0));
    let revision = Revision { stamp, before: stamp_before, author: "bob".parse().unwrap(), based_on: None };
    let stored = StoredVersion { revision: Arc::new(revision), document: Some(document) };
    Arc::new(Head::after(Some(before), Arc::new(stored)))
}

/// A name that an older version of the program allowed is shown repaired, and its document can be read.
#[tokio::test]
async fn version_by_an_unfit_name_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let (store, connection) = in_file(folder.path());
    let tag = create(&store, "a", "one").await;
    let rename = |older: &Connection| {
        older.execute_batch("UPDATE version SET author = 'bob' || char(0x3164)").unwrap();
        crate::sqlite::seal::seal_again(older);
    };
    rename(&connection.lock().unwrap());
    drop(store);
    let (store, _connection) = in_file(folder.path());
    let found = store.read(&id("a")).await.unwrap();
    assert_eq!(found.current().map(|stored| stored.revision.author.as_str()), Some("bob\u{fffd}"));
    let listed = store.list(ListQuery { after: None, limit: 9, bytes: usize::MAX }).await.unwrap();
    assert_eq!(listed.items[0].revision.author.as_str(), "bob\u{fffd}");
    let written = store.write(put("a", Conditions::if_match(tag), "two")).await.unwrap();
    assert!(matches!(written.effect, WriteEffect::Changed(_)), "{written:?}");
}

#[tokio::test]
async fn index_of_a_kind_of_tags_is_made_at_first_use() {
    let folder = tempfile::tempdir().unwrap();
    let (store, connection) = in_file(folder.path());
    let tag = create(&store, "a", "one").await;
    store.write(put("a", Conditions::if_match(tag.clone()), "two")).await.unwrap();
    let indexes = || -> Vec<String> {
        let connection = connection.lock().unwrap();
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'version' AND sql NOT NULL";
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(indexes(), [""; 0], "a write by our own kind of tags needs none");
    let found = store.version(&id("a"), 1).await.unwrap().unwrap();
    let content = vec![found.etag(Etags::Content)];
    assert_eq!(store.has_issued(&id("a"), content, Etags::Content).await, Ok(true));
    assert_eq!(indexes(), ["version_by_hash"]);
    let policy = Policy { etags: Etags::Seconds, ..Policy::default() };
    let stale = WriteRequest { policy, ..put("a", Conditions::if_match("\"s9\"".parse().unwrap()), "three") };
    assert!(store.write(stale).await.unwrap().appended().is_none());
    assert_eq!(indexes(), ["version_by_hash", "version_by_time"]);
    let question =
        JudgeRequest { policy: Policy { etags: Etags::Content, ..Policy::default() }, ..revalidation("a", &tag) };
    store.judge(question).await.unwrap();
    assert_eq!(indexes().len(), 2);
}

#[tokio::test]
async fn a_commit_is_on_the_disk_when_it_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (store, connection) = in_file(folder.path());
    create(&store, "a", "one").await;
    let pragma = |name: &str| {
        let connection = connection.lock().unwrap();
        connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, rusqlite::types::Value>(0)).unwrap()
    };
    // In a write-ahead log, FULL (2) syncs at each commit. NORMAL (1) does so only now and then.
    assert_eq!(pragma("journal_mode"), rusqlite::types::Value::Text("wal".to_owned()));
    assert_eq!(pragma("synchronous"), rusqlite::types::Value::Integer(2));
}

#[tokio::test]
async fn a_store_that_cannot_write_is_ill_until_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let (store, connection) = in_file(folder.path());
    let may_write = |may: bool| {
        let say = format!("PRAGMA query_only = {}", u8::from(!may));
        connection.lock().unwrap().execute_batch(&say).unwrap();
    };
    create(&store, "a", "one").await;
    assert_eq!(store.health().await, Ok(()));
    may_write(false);
    store.write(put("b", Conditions::if_none_match_any(), "two")).await.unwrap_err();
    for _ in 0..2 {
        assert!(matches!(store.health().await, Err(StoreError::Database(_))), "asking does not clear the error");
    }
    may_write(true);
    let taken = Conditions::if_none_match_any();
    assert!(store.write(put("a", taken, "two")).await.unwrap().appended().is_none());
    assert!(store.health().await.is_err(), "a write that is refused has not been written");
    create(&store, "b", "two").await;
    assert_eq!(store.health().await, Ok(()));
}

//! Random writes and removals, compared with a model that computes by itself which texts are kept.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroU64;

use contract::{Author, Document};
use precondition::{Conditions, EntityTag, FailureReason, Policy, Verdict};

use super::*;
use crate::decide::decide;
use crate::etag_chain::StateHash;
use crate::outcome::{WriteEffect, WriteOutcome};
use crate::request::{DocumentChange, VersionQuery, WriteRequest};
use crate::serialized_document::SerializedDocument;
use crate::sqlite::{check::check, migrations};

/// A version as the model remembers it.
struct Known {
    tag: EntityTag,
    author: Author,
    at: u64,
    hash: StateHash,
    document: Option<SerializedDocument>,
}

#[derive(Default)]
struct Model {
    documents: BTreeMap<DocumentId, Vec<Known>>,
    /// The number up to which the texts of each document have been removed.
    removed: BTreeMap<DocumentId, usize>,
}

impl Model {
    /// Removes what is due at a time, as the documentation has it.
    fn remove(&mut self, keep: Retention, now: u64) {
        for (id, versions) in &self.documents {
            let is_kept = |index: usize| {
                let newer = versions.len() - 1 - index;
                let is_among_newest = keep.versions.is_some_and(|kept| (newer as u64) < kept.get());
                let replaced = versions.get(index + 1).map(|next| next.at);
                let is_young = keep
                    .time
                    .is_some_and(|time| replaced.is_none_or(|at| now - at < u64::try_from(time.as_millis()).unwrap()));
                newer < 10 || is_among_newest || is_young || (keep.versions.is_none() && keep.time.is_none())
            };
            let first_kept = (0..versions.len()).find(|index| is_kept(*index)).unwrap_or(versions.len());
            let removed = self.removed.entry(id.clone()).or_default();
            *removed = first_kept.max(*removed);
        }
    }

    /// Compares everything that the store says about every version.
    fn compare(&self, connection: &Connection) {
        for (id, versions) in &self.documents {
            let removed = self.removed.get(id).copied().unwrap_or_default();
            let query = VersionQuery { id: id.clone(), before: None, limit: 10_000, bytes: usize::MAX };
            let listed = queries::versions(connection, &query).unwrap().items;
            assert_eq!(listed.len(), versions.len(), "no number is missing, and none comes twice");
            for (index, known) in versions.iter().enumerate() {
                let number = index as u64 + 1;
                let stored = queries::version(connection, id, number).unwrap().unwrap();
                let mark = &stored.revision.stamp;
                assert_eq!(*stored.revision, listed[versions.len() - 1 - index]);
                assert_eq!((mark.version, &mark.tag, mark.hash), (number, &known.tag, known.hash), "{id} {number}");
                assert_eq!((&stored.revision.author, mark.at.as_millis()), (&known.author, known.at));
                assert_eq!(mark.deleted, known.document.is_none());
                assert_eq!(stored.revision.before.as_ref().map(|before| &before.tag), tag_before(versions, index));
                let expected = known.document.as_ref().filter(|_| index >= removed);
                assert_eq!(
                    stored.document.as_ref(),
                    expected,
                    "the text of version {number} of {id}, removed {removed}"
                );
            }
        }
    }
}

fn tag_before(versions: &[Known], index: usize) -> Option<&EntityTag> {
    index.checked_sub(1).map(|before| &versions[before].tag)
}

fn write(connection: &mut Connection, request: &WriteRequest) -> WriteOutcome {
    let transaction = connection.transaction().unwrap();
    let head = queries::head(&transaction, &request.id).unwrap();
    let (conditions, change) = (&request.conditions, Some(&request.change));
    let etags = request.policy.etags;
    let facts = queries::gather_facts(&transaction, &request.id, head.as_ref(), conditions, change, etags).unwrap();
    let outcome = decide(request, &facts);
    if let Some(stored) = outcome.appended() {
        queries::append(&transaction, &request.id, &facts.found, stored).unwrap();
    }
    transaction.commit().unwrap();
    outcome
}

/// Numbers that follow from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        // SplitMix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

fn request(id: &DocumentId, conditions: Conditions, change: DocumentChange, author: Author, at: u64) -> WriteRequest {
    let at = Timestamp::from_millis(at);
    WriteRequest {
        id: id.clone(),
        conditions,
        change,
        author,
        at,
        policy: Policy::default(),
        policy_revision: None,
        settings_revision: None,
    }
}

#[test]
fn random_writes_and_removals_agree_with_a_model() {
    let start: Timestamp = SystemTime::now().into();
    let seed = std::env::var("KEEP_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(start.as_millis());
    println!("KEEP_SEED={seed}");
    let mut random = Random(seed);
    for round in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("documents.db");
        let mut connection = migrations::open_file(&path).unwrap();
        let keep = Retention {
            versions: (round != 1).then(|| NonZeroU64::new(random.below(30) + 1).unwrap()),
            time: (round % 2 == 1).then(|| Duration::from_secs(random.below(200))),
        };
        let ids: Vec<DocumentId> = ["a", "b", "c"].map(|id| id.parse().unwrap()).into();
        let mut model = Model::default();
        let mut removal = TextRemoval::new(keep);
        let mut now = start.as_millis() + 1000;
        for _ in 0..200 {
            now += random.below(5000);
            let id = &ids[usize::try_from(random.below(3)).unwrap()];
            let author: Author = ["bob", "ann"][usize::try_from(random.below(2)).unwrap()].parse().unwrap();
            let mut text = String::new();
            write!(text, "text {}", random.below(30)).unwrap();
            let sent = SerializedDocument::from(Document { title: "Title".to_owned(), content: text, parent: None });
            let put = DocumentChange::put(sent.clone());
            let versions = model.documents.entry(id.clone()).or_default();
            let alive = versions.last().is_some_and(|known| known.document.is_some());
            if alive && versions.len() > 2 && random.below(4) == 0 {
                // Any tag that was ever issued is stale, whether or not its text is there.
                let old = usize::try_from(random.below(versions.len() as u64 - 2)).unwrap();
                let conditions = Conditions::if_match(versions[old].tag.clone());
                let stale = write(&mut connection, &request(id, conditions, put, "eve".parse().unwrap(), now));
                assert!(matches!(stale.effect, WriteEffect::Refused(_)), "{stale:?}");
                let Verdict::Failed(failure) = &stale.judgement.verdict else { panic!("{stale:?}") };
                // A write that was made before is recognized by its hash, whether or not its text is there.
                let was_done = versions[old + 1].document.as_ref() == Some(&sent);
                let expected = if was_done { FailureReason::Superseded } else { FailureReason::Stale };
                assert_eq!(failure.reason, expected, "version {} of {}", old + 1, versions.len());
                continue;
            }
            let conditions = match versions.last() {
                Some(known) if alive => Conditions::if_match(known.tag.clone()),
                _ => Conditions::if_none_match_any(),
            };
            let change = if alive && random.below(12) == 0 { DocumentChange::Delete } else { put };
            let outcome = write(&mut connection, &request(id, conditions, change, author.clone(), now));
            let Some(stored) = outcome.appended() else {
                assert!(matches!(outcome.effect, WriteEffect::Unchanged(_)), "{outcome:?}");
                continue;
            };
            let mark = &stored.revision.stamp;
            assert_eq!(mark.version, versions.len() as u64 + 1, "no number is used twice");
            let known = Known {
                tag: mark.tag.clone(),
                author,
                at: mark.at.as_millis(),
                hash: StateHash::of(stored.document.as_deref()),
                document: stored.document.clone(),
            };
            versions.push(known);
            removal.note_write(id, Timestamp::from_millis(now));
            if random.below(5) == 0 {
                // A new start visits all documents.
                if random.below(4) == 0 {
                    removal = TextRemoval::new(keep);
                    removal.now = Timestamp::from_millis(now);
                } else if keep.time.is_some() || random.below(2) == 0 {
                    removal.round = Round::Due;
                }
                while removal.has_work() {
                    removal.step(&mut connection);
                }
                model.remove(keep, now);
                model.compare(&connection);
            }
        }
        drop(connection);
        let removed: usize = model.removed.values().sum();
        println!("round {round}: {keep:?}, {removed} texts removed");
        let checked = check(&path, |problem| panic!("{problem:?}")).unwrap();
        assert_eq!(checked.versions, model.documents.values().map(|versions| versions.len() as u64).sum::<u64>());
    }
}

/// Creates a document with so many versions. Each text is its number and `size` more bytes.
fn filled(connection: &mut Connection, versions: u64, size: usize) -> DocumentId {
    let id: DocumentId = "a".parse().unwrap();
    let mut tag = None;
    for number in 1..=versions {
        let content = format!("{number}{}", "x".repeat(size));
        let put = DocumentChange::put(Document { title: String::new(), content, parent: None });
        let conditions = tag.take().map_or_else(Conditions::if_none_match_any, Conditions::if_match);
        let outcome = write(connection, &request(&id, conditions, put, "bob".parse().unwrap(), 1000 * number));
        tag = outcome.appended().map(|stored| stored.revision.stamp.tag.clone());
    }
    id
}

/// Returns the numbers of the versions whose texts are there.
fn texts(connection: &Connection, id: &DocumentId) -> Vec<u64> {
    let newest = queries::head(connection, id).unwrap().unwrap().stored().revision.stamp.version;
    let has_text = |number: &u64| queries::version(connection, id, *number).unwrap().unwrap().document.is_some();
    (1..=newest).filter(has_text).collect()
}

#[test]
fn a_step_is_bounded_in_texts_and_in_bytes() {
    let keep = Retention { versions: NonZeroU64::new(10), time: None };
    for (versions, size, first) in [(60, 1, 17), (14, 1024 * 1024, 3)] {
        let mut connection = migrations::open_memory().unwrap();
        let id = filled(&mut connection, versions, size);
        let mut removal = TextRemoval::new(keep);
        removal.step(&mut connection);
        assert_eq!(texts(&connection, &id)[0], first, "texts of {size} bytes");
        while removal.has_work() {
            removal.step(&mut connection);
        }
        assert_eq!(texts(&connection, &id), (versions - 9..=versions).collect::<Vec<_>>());
    }
}

#[test]
fn both_limits_together_keep_what_either_keeps() {
    let removed_with = |versions, time| {
        let mut connection = migrations::open_memory().unwrap();
        let id = filled(&mut connection, 60, 1);
        // Version n is of second n, and is replaced in second n + 1.
        let mut removal = TextRemoval::new(Retention { versions: NonZeroU64::new(versions), time });
        removal.now = Timestamp::from_millis(60_000);
        while removal.has_work() {
            removal.step(&mut connection);
        }
        60 - texts(&connection, &id).len()
    };
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(removed_with(0, None), 0, "by default everything is kept");
    assert_eq!(removed_with(20, None), 40);
    assert_eq!(removed_with(1, None), 50, "the last 10 are always kept");
    assert_eq!(removed_with(0, seconds(30)), 29, "version 29 was replaced 30 seconds ago, version 30 was not");
    assert_eq!(removed_with(0, seconds(0)), 50);
    assert_eq!(removed_with(20, seconds(30)), 29);
    assert_eq!(removed_with(40, seconds(10)), 20);
}

#[test]
fn damaged_text_is_left_where_it_is() {
    let mut connection = migrations::open_memory().unwrap();
    let id = filled(&mut connection, 15, 1);
    connection.execute("UPDATE version SET content = 'damaged' WHERE number = 2", []).unwrap();
    let mut removal = TextRemoval::new(Retention { versions: NonZeroU64::new(10), time: None });
    while removal.has_work() {
        removal.step(&mut connection);
    }
    let content = |number: i64| -> Option<String> {
        let sql = "SELECT content FROM version WHERE document = 'a' AND number = ?1";
        connection.query_row(sql, [number], |row| row.get(0)).unwrap()
    };
    assert_eq!(content(2).as_deref(), Some("damaged"));
    assert_eq!((content(1), content(5)), (None, None));
    assert!(matches!(queries::version(&connection, &id, 2), Err(SqliteError::Damaged { number: 2, .. })));
}

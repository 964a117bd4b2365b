//! Rules of writes: they are judged and carried out in one step.

use std::sync::Arc;
use std::task::{Context, Waker};

use async_trait::async_trait;
use contract::{Author, Document, Timestamp};
use precondition::policy::{Etags, Judging, Preconditions};
use precondition::{BodyState, Conditions, EntityTag, FailureReason, Method, Policy, Verdict};
use serde_json::json;
use tokio::sync::Barrier;

use super::database::{TestDatabase, open};
use super::requests::{changed, create, delete, document, id, own, put, reason, request, tag, write};
use crate::check_then_act::BetweenJudgeAndWrite;
use crate::options::StoreOptions;
use crate::outcome::{WriteConflict, WriteEffect};
use crate::request::{DocumentChange, EventQuery, JudgeRequest, WriteRequest};
use crate::revision::{DocumentState, StoredVersion};

pub(super) async fn a_write_names_the_version_it_replaces(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "one").await;
    assert_eq!(first.revision.stamp.version, 1);

    let second = changed(put(&*store, "a", &own(&first), "two").await);
    assert_eq!(second.revision.stamp.version, 2);
    assert_eq!(second.revision.based_on, Some(own(&first)));
    assert_eq!(second.revision.before.as_ref().map(|mark| &mark.tag), Some(&own(&first)));
    assert_eq!(second.revision.author.as_str(), "bob");

    let stale = put(&*store, "a", &own(&first), "three").await;
    assert_eq!(reason(&stale), FailureReason::Stale);
    assert_eq!(stale.effect, WriteEffect::Refused(DocumentState::Exists(second.clone())));

    let blind = write(&*store, "a", Conditions::default(), DocumentChange::put(document("three"))).await;
    assert!(matches!(blind.judgement.verdict, Verdict::Required(_)), "{blind:?}");
    assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(second));
}

pub(super) async fn fifty_writers_with_one_tag_make_one_version(database: &dyn TestDatabase) {
    let store = open(database).await;
    let seen = own(&create(&*store, "a", "base").await);
    let writers: Vec<_> = (0..50)
        .map(|number| {
            let (store, seen) = (store.clone(), seen.clone());
            tokio::spawn(async move { put(&*store, "a", &seen, &format!("text {number}")).await })
        })
        .collect();
    let mut won = 0;
    for writer in writers {
        let outcome = writer.await.unwrap();
        match outcome.effect {
            WriteEffect::Changed(_) => won += 1,
            _ => assert_eq!(reason(&outcome), FailureReason::Stale),
        }
    }
    assert_eq!(won, 1);
}

pub(super) async fn writes_are_made_in_the_order_of_their_first_poll(database: &dyn TestDatabase) {
    let store = open(database).await;
    let names: Vec<_> = (0..20).map(|number| format!("d{:02}", (number * 7) % 20)).collect();
    let creation = |name: &String| {
        store.write(request(name, Conditions::if_none_match_any(), DocumentChange::put(document("text"))))
    };
    let mut writes: Vec<_> = names.iter().map(creation).collect();
    let is_pending: Vec<bool> = writes
        .iter_mut()
        .map(|write| write.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending())
        .collect();
    for (write, _) in writes.into_iter().zip(is_pending).rev().filter(|(_, is_pending)| *is_pending) {
        write.await.unwrap();
    }
    let events = store.events(EventQuery { after: 0, id: None, limit: 100 }).await.unwrap();
    assert_eq!(events.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), names);
}

pub(super) async fn judged_apart_the_same_race_has_many_winners(database: &dyn TestDatabase) {
    let store = open(database).await;
    let seen = own(&create(&*store, "a", "base").await);
    let policy = Policy { judging: Judging::CheckThenAct, ..Policy::default() };
    let writers: Vec<_> = (0..20)
        .map(|number| {
            let change = DocumentChange::put(document(&format!("text {number}")));
            let asked = WriteRequest { policy, ..request("a", Conditions::if_match(seen.clone()), change) };
            let store = store.clone();
            tokio::spawn(async move { store.write(asked).await.unwrap().effect })
        })
        .collect();
    let mut won = 0;
    for writer in writers {
        won += usize::from(matches!(writer.await.unwrap(), WriteEffect::Changed(_)));
    }
    assert!(won > 1, "the mistake does not show: {won} won");
}

/// A hook that waits until two writes have been judged.
struct Both(Barrier);

#[async_trait]
impl BetweenJudgeAndWrite for Both {
    async fn wait(&self, _: &WriteRequest) {
        self.0.wait().await;
    }
}

pub(super) async fn what_happens_between_judging_and_writing_can_be_chosen(database: &dyn TestDatabase) {
    let between = Arc::new(Both(Barrier::new(2)));
    let store = database.open(StoreOptions { between, ..StoreOptions::default() }).await;
    let seen = own(&create(&*store, "a", "base").await);
    let policy = Policy { judging: Judging::CheckThenAct, ..Policy::default() };
    let ask = |text: &str| {
        let change = DocumentChange::put(document(text));
        WriteRequest { policy, ..request("a", Conditions::if_match(seen.clone()), change) }
    };
    let (one, other) = tokio::join!(store.write(ask("one")), store.write(ask("other")));
    for outcome in [one, other] {
        assert!(
            matches!(outcome.unwrap().effect, WriteEffect::Changed(_)),
            "both were judged before either was written"
        );
    }
}

pub(super) async fn what_changes_nothing_makes_no_version(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "one").await;
    let again = put(&*store, "a", &own(&first), "one").await;
    assert_eq!(again.effect, WriteEffect::Unchanged(first.clone()));
    assert_eq!(store.read(&id("a")).await.unwrap(), DocumentState::Exists(first));
    assert_eq!(store.latest_sequence().await.unwrap(), 1);
}

pub(super) async fn a_lost_answer_is_given_again(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "one").await;
    let second = changed(put(&*store, "a", &own(&first), "two").await);
    let replayed = put(&*store, "a", &own(&first), "two").await;
    assert_eq!(replayed.effect, WriteEffect::Replayed(second.clone()));
    assert_eq!(store.latest_sequence().await.unwrap(), 2);

    let by_carol = async |seen: &Arc<StoredVersion>, content: &str| {
        let asked = request("a", Conditions::if_match(own(seen)), DocumentChange::put(document(content)));
        store.write(WriteRequest { author: "carol".parse().unwrap(), ..asked }).await.unwrap()
    };
    changed(by_carol(&second, "three").await);
    let superseded = by_carol(&first, "two").await;
    assert_eq!(reason(&superseded), FailureReason::Superseded);
    assert_eq!(superseded.applied_by.as_ref().map(Author::as_str), Some("bob"));
    assert_eq!(by_carol(&first, "four").await.applied_by, None, "that change was never made");
    let Verdict::Failed(failure) = superseded.judgement.verdict else { unreachable!() };
    assert_eq!(failure.applied, Some(own(&second)));
}

pub(super) async fn a_number_is_never_used_again(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "one").await;
    let deleted = delete(&*store, "a", &own(&first)).await;
    let WriteEffect::Deleted(delete) = &deleted.effect else { panic!("{deleted:?}") };
    assert_eq!((delete.revision.stamp.version, delete.document.as_ref()), (2, None));
    assert!(matches!(store.read(&id("a")).await.unwrap(), DocumentState::Deleted(_)));

    let gone = put(&*store, "a", &own(&first), "two").await;
    assert_eq!(reason(&gone), FailureReason::Deleted);
    let again = create(&*store, "a", "one").await;
    assert_eq!(again.revision.stamp.version, 3);
    assert_ne!(own(&again), own(&first));
    assert_eq!(reason(&put(&*store, "a", &own(&first), "two").await), FailureReason::Stale);
    assert_eq!(reason(&put(&*store, "a", &own(delete), "two").await), FailureReason::Stale);
}

pub(super) async fn a_creation_is_made_once(database: &dyn TestDatabase) {
    let store = open(database).await;
    let made = write(&*store, "a", Conditions::default(), DocumentChange::create(document("one"))).await;
    let WriteEffect::Created(first) = made.effect else { panic!("{made:?}") };
    let twice = write(&*store, "a", Conditions::default(), DocumentChange::create(document("two"))).await;
    assert_eq!(twice.effect, WriteEffect::Conflict(WriteConflict::Exists(first.clone())));
    delete(&*store, "a", &own(&first)).await;
    let anew = write(&*store, "a", Conditions::default(), DocumentChange::create(document("three"))).await;
    assert!(matches!(anew.effect, WriteEffect::Created(stored) if stored.revision.stamp.version == 3));
}

pub(super) async fn a_patch_is_computed_against_the_current_version(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "one").await;
    let patch = |patch| DocumentChange::Patch { patch, limit: 10 };
    let seen = || Conditions::if_match(own(&first));
    let second = changed(write(&*store, "a", seen(), patch(json!({"title": "U"}))).await);
    assert_eq!(second.document, Some(Document { title: "U".into(), ..document("one") }.into()));

    let seen = || Conditions::if_match(own(&second));
    let wrong = write(&*store, "a", seen(), patch(json!({"etag": 1}))).await;
    assert!(matches!(wrong.effect, WriteEffect::InvalidDocument(text) if text.contains("`etag`")));
    let large = write(&*store, "a", seen(), patch(json!({"content": "0123456789"}))).await;
    assert_eq!(large.effect, WriteEffect::TooLarge(11));
    let stale = write(&*store, "a", Conditions::if_match(own(&first)), patch(json!({"title": "U"}))).await;
    assert_eq!(reason(&stale), FailureReason::Stale, "a patch is never taken for a replay");
    let never = write(&*store, "b", seen(), patch(json!({"title": "U"}))).await;
    assert!(matches!(never.judgement.verdict, Verdict::NotFound));
}

pub(super) async fn time_never_goes_backwards_within_a_document(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "one").await;
    let mut earlier = request("a", Conditions::if_match(own(&first)), DocumentChange::put(document("two")));
    earlier.at = Timestamp::from_millis(999_000);
    let second = changed(store.write(earlier).await.unwrap());
    assert_eq!(second.revision.stamp.at, first.revision.stamp.at);
    assert!(second.revision.shares_second());
    assert!(!first.revision.shares_second());
}

pub(super) async fn ignored_conditions_overwrite_and_report_the_lost_version(database: &dyn TestDatabase) {
    let store = open(database).await;
    let policy = Policy { preconditions: Preconditions::Ignored, ..Policy::default() };
    let first = create(&*store, "a", "one").await;
    let second = changed(put(&*store, "a", &own(&first), "two").await);
    let last = DocumentChange::put(document("three"));
    let asked = WriteRequest { policy, ..request("a", Conditions::if_match(own(&first)), last) };
    let outcome = store.write(asked).await.unwrap();
    assert_eq!(outcome.overwrote, Some(own(&second)));
    let third = changed(outcome);
    assert_eq!(third.revision.based_on, Some(own(&first)));
    assert_eq!(third.revision.before.as_ref().unwrap().tag, own(&second), "if the two differ, an update was lost");
}

pub(super) async fn a_tag_of_content_comes_back_with_the_content(database: &dyn TestDatabase) {
    let store = open(database).await;
    let policy = Policy { etags: Etags::Content, ..Policy::default() };
    let put = async |seen: &EntityTag, text: &str| {
        let change = DocumentChange::put(document(text));
        let asked = WriteRequest { policy, ..request("a", Conditions::if_match(seen.clone()), change) };
        store.write(asked).await.unwrap()
    };
    let first = create(&*store, "a", "A").await;
    let of_a = first.etag(Etags::Content);
    let of_b = changed(put(&of_a, "B").await).etag(Etags::Content);
    assert_ne!(of_a, of_b);
    changed(put(&of_b, "A").await);
    let passes = changed(put(&of_a, "C").await);
    assert_eq!(passes.revision.stamp.version, 4, "the tag of the first version passes for the third");
    assert_eq!(reason(&put(&of_b, "D").await), FailureReason::Stale);
}

pub(super) async fn a_tag_of_seconds_is_shared_within_one(database: &dyn TestDatabase) {
    let store = open(database).await;
    let policy = Policy { etags: Etags::Seconds, ..Policy::default() };
    let first = create(&*store, "a", "one").await;
    let seen = first.etag(Etags::Seconds);
    assert_eq!(seen.to_string(), "\"s1000\"");
    for text in ["two", "three"] {
        let change = DocumentChange::put(document(text));
        let asked = WriteRequest { policy, ..request("a", Conditions::if_match(seen.clone()), change) };
        changed(store.write(asked).await.unwrap());
    }
}

pub(super) async fn before_the_body_a_replay_is_left_open(database: &dyn TestDatabase) {
    let store = open(database).await;
    let first = create(&*store, "a", "one").await;
    changed(put(&*store, "a", &own(&first), "two").await);
    let ask = async |who: &str, conditions, method, incoming| {
        let question = JudgeRequest {
            id: id("a"),
            conditions,
            method,
            body: incoming,
            author: Some(who.parse().unwrap()),
            now: Timestamp::from_millis(2_000_000).to_http_date(),
            policy: Policy::default(),
        };
        store.judge(question).await.unwrap().judgement.verdict
    };
    let seen = || Conditions::if_match(own(&first));
    assert!(matches!(ask("bob", seen(), Method::Put, BodyState::Unread).await, Verdict::Undecided));
    assert!(matches!(ask("bob", seen(), Method::Put, BodyState::Read).await, Verdict::Failed(_)));
    let unknown = Conditions::if_match(tag("\"unknown\""));
    assert!(matches!(ask("bob", unknown, Method::Put, BodyState::Unread).await, Verdict::Failed(_)));
    assert!(matches!(ask("bob", seen(), Method::Delete, BodyState::Unread).await, Verdict::Failed(_)));
    // Alice did not write the next version, so her request cannot be a retry.
    assert!(matches!(ask("alice", seen(), Method::Put, BodyState::Unread).await, Verdict::Failed(_)));
}

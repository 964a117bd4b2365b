//! The task that writes drafts: when it writes, rests, tries again and ends.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use tempfile::tempdir;
use tokio::sync::{mpsc, watch};

use super::{alice, blocked, draft, drafts, names, texts};
use crate::draft::{DraftCommand, DraftError, DraftFile, DraftTiming, DraftWish, DraftWriter, keep_drafts};

/// A task that keeps a draft, and what it reported.
struct Keeper {
    wish: watch::Sender<DraftCommand>,
    told: mpsc::UnboundedReceiver<(u64, Result<(), String>)>,
    task: tokio::task::JoinHandle<Result<(), DraftError>>,
}

/// Starts a task that keeps a draft, retries after `retry`, and never rests.
fn keeper(file: DraftFile, retry: Duration) -> Keeper {
    keeper_that_rests(file, retry, |_| Duration::ZERO)
}

/// Starts a task that keeps a draft, and rests after each write.
fn keeper_that_rests(file: DraftFile, retry: Duration, rest: fn(Duration) -> Duration) -> Keeper {
    let (wish, wanted) = watch::channel(DraftCommand::default());
    let (say, told) = mpsc::unbounded_channel();
    let writer = Arc::new(DraftWriter::new(file));
    let timing = DraftTiming { retry_after: retry, rest };
    let task = tokio::spawn(keep_drafts(writer, wanted, timing, move |generation, done| {
        say.send((generation, done)).unwrap();
    }));
    Keeper { wish, told, task }
}

fn wanted(generation: u64, content: &str) -> DraftCommand {
    DraftCommand { generation, wish: DraftWish::Kept(Box::new(draft(content))) }
}

const NEVER: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn the_last_command_is_executed_before_the_keeper_ends() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut keeper = keeper(drafts.begin(alice()), NEVER);
    for (generation, text) in (1..).zip(["a", "ab", "abc", "last"]) {
        keeper.wish.send_replace(wanted(generation, text));
    }
    drop(keeper.wish);
    keeper.task.await.unwrap().unwrap();
    assert_eq!(keeper.told.recv().await, Some((4, Ok(()))), "an outdated command is not reported");
    let found = drafts.find(&alice()).unwrap();
    assert_eq!(texts(&found), ["last"]);
    let (file, _) = drafts.take(&found.drafts[0].id, alice()).unwrap().unwrap();
    let mut keeper = self::keeper(file, NEVER);
    keeper.wish.send_replace(DraftCommand { generation: 1, wish: DraftWish::Forgotten });
    assert_eq!(keeper.told.recv().await, Some((1, Ok(()))));
    assert_eq!(names(&drafts), Vec::<String>::new());
}

#[tokio::test]
async fn failed_write_is_reported_once_and_retried() {
    let folder = tempdir().unwrap();
    let drafts = blocked(&folder);
    let mut keeper = keeper(drafts.begin(alice()), Duration::from_millis(1));
    keeper.wish.send_replace(wanted(1, "x"));
    let cause = "a part of its path is a file, not a folder".to_owned();
    assert_eq!(keeper.told.recv().await, Some((1, Err(cause))));
    fs::remove_file(drafts.folder()).unwrap();
    assert_eq!(keeper.told.recv().await, Some((1, Ok(()))), "the retry succeeds without a change");
    drop(keeper.wish);
    keeper.task.await.unwrap().unwrap();
    assert_eq!(texts(&drafts.find(&alice()).unwrap()), ["x"]);
}

#[tokio::test]
async fn the_next_change_retries() {
    let folder = tempdir().unwrap();
    let drafts = blocked(&folder);
    let mut keeper = keeper(drafts.begin(alice()), NEVER);
    keeper.wish.send_replace(wanted(1, "x"));
    assert!(keeper.told.recv().await.unwrap().1.is_err());
    fs::remove_file(drafts.folder()).unwrap();
    keeper.wish.send_replace(wanted(2, "xy"));
    assert_eq!(keeper.told.recv().await, Some((2, Ok(()))));
}

#[tokio::test]
async fn the_keeper_ends_with_the_last_failure() {
    let folder = tempdir().unwrap();
    let drafts = blocked(&folder);
    let mut keeper = keeper(drafts.begin(alice()), NEVER);
    keeper.wish.send_replace(wanted(1, "x"));
    assert!(keeper.told.recv().await.unwrap().1.is_err());
    drop(keeper.wish);
    let error = keeper.task.await.unwrap().unwrap_err();
    assert!(error.path().ends_with("a file, not a folder"), "{error}");
}

#[tokio::test]
async fn dropping_the_sender_retries_a_failed_command() {
    let folder = tempdir().unwrap();
    let drafts = blocked(&folder);
    let mut keeper = keeper(drafts.begin(alice()), NEVER);
    keeper.wish.send_replace(wanted(1, "x"));
    assert!(keeper.told.recv().await.unwrap().1.is_err());
    fs::remove_file(drafts.folder()).unwrap();
    drop(keeper.wish);
    keeper.task.await.unwrap().unwrap();
    assert_eq!(texts(&drafts.find(&alice()).unwrap()), ["x"]);
}

#[tokio::test]
async fn resting_keeper_writes_only_the_last_text() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut keeper = keeper_that_rests(drafts.begin(alice()), NEVER, |_| NEVER);
    keeper.wish.send_replace(wanted(1, "a"));
    assert_eq!(keeper.told.recv().await, Some((1, Ok(()))), "the first text is written at once");
    for (generation, text) in (2..).zip(["ab", "abc", "abcd"]) {
        keeper.wish.send_replace(wanted(generation, text));
        tokio::task::yield_now().await;
    }
    assert!(keeper.told.try_recv().is_err(), "it rests");
    drop(keeper.wish);
    keeper.task.await.unwrap().unwrap();
    assert_eq!(keeper.told.recv().await, Some((4, Ok(()))), "the end of the program is not delayed");
    assert_eq!(texts(&drafts.find(&alice()).unwrap()), ["abcd"]);
}

#[tokio::test]
async fn rest_ends_when_the_text_is_saved() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut keeper = keeper_that_rests(drafts.begin(alice()), NEVER, |_| NEVER);
    keeper.wish.send_replace(wanted(1, "a"));
    assert_eq!(keeper.told.recv().await, Some((1, Ok(()))));
    keeper.wish.send_replace(wanted(2, "ab"));
    tokio::task::yield_now().await;
    keeper.wish.send_replace(DraftCommand { generation: 3, wish: DraftWish::Forgotten });
    assert_eq!(keeper.told.recv().await, Some((3, Ok(()))));
    assert_eq!(names(&drafts), Vec::<String>::new(), "a saved text is not offered again");
}

#[tokio::test]
async fn text_typed_during_a_rest_is_written_after_it() {
    let folder = tempdir().unwrap();
    let drafts = drafts(&folder);
    let mut keeper = keeper_that_rests(drafts.begin(alice()), NEVER, |_| Duration::from_millis(1));
    keeper.wish.send_replace(wanted(1, "a"));
    assert_eq!(keeper.told.recv().await, Some((1, Ok(()))));
    keeper.wish.send_replace(wanted(2, "ab"));
    assert_eq!(keeper.told.recv().await, Some((2, Ok(()))), "no later key and no end of the program asks for it");
    drop(keeper.wish);
    keeper.task.await.unwrap().unwrap();
    assert_eq!(texts(&drafts.find(&alice()).unwrap()), ["ab"]);
}

#[test]
fn rest_is_bounded_and_short_writes_have_none() {
    let rest = DraftTiming::default().rest;
    assert_eq!(rest(Duration::from_millis(10)), Duration::ZERO);
    assert_eq!(rest(Duration::from_millis(100)), Duration::from_millis(300));
    assert_eq!(rest(Duration::from_secs(20)), Duration::from_secs(1), "what is typed is never long without a draft");
}

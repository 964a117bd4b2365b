//! Many writers of one resource, in random interleavings: no update is lost.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use guard::{GuardMode, GuardOptions};
use proptest::prelude::*;
use tokio::runtime;

use crate::fake_server::{Behaviour, FakeServer, Guarded, Reply, ServerTags};

/// How many edits each writer makes.
const EDITS: usize = 3;

/// Other spellings of `/a` that the simulated server treats as `/a`, or refuses.
const SPELLINGS: [&str; 2] = ["/a", "/A"];

/// An acknowledged write: the text that the writer had read, and the text that it wrote.
type Acknowledged = (String, String);

/// Reads, appends a word, writes with the tag of the read, and begins again after a 412.
async fn edit(guarded: &Guarded, writer: usize, acknowledged: &Mutex<Vec<Acknowledged>>) {
    let path = SPELLINGS[writer % SPELLINGS.len()];
    for edit in 0..EDITS {
        loop {
            let read = guarded.get(path).await;
            let text = format!("{} {writer}.{edit}", read.body);
            let reply = guarded.put(path, &read.tag().unwrap(), &text).await;
            match reply.status {
                204 => {
                    acknowledged.lock().unwrap().push((read.body, text));
                    break;
                }
                412 => {}
                status => panic!("{status}: {}", reply.body),
            }
        }
    }
}

/// Runs writers against a server, and returns the acknowledged writes and the last text.
fn race(writers: usize, behaviour: Behaviour, seed: u64) -> (Vec<Acknowledged>, String) {
    let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let server = FakeServer::with_seed(behaviour, seed);
        let guarded = Arc::new(Guarded::before(server.clone(), GuardOptions::default()));
        let acknowledged = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..writers)
            .map(|writer| {
                let (guarded, acknowledged) = (Arc::clone(&guarded), Arc::clone(&acknowledged));
                tokio::spawn(async move { edit(&guarded, writer, &acknowledged).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let acknowledged = acknowledged.lock().unwrap().clone();
        (acknowledged, server.content("/a").unwrap())
    })
}

fn tags() -> impl Strategy<Value = ServerTags> {
    prop::sample::select(vec![ServerTags::None, ServerTags::WeakContent, ServerTags::Length, ServerTags::Version])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each acknowledged write was made on top of the one before it, and the last text has all of them.
    #[test]
    fn acknowledged_writes_are_one_line(
        writers in 2..8_usize,
        tags in tags(),
        evaluates in any::<bool>(),
        turns in 0..6_u8,
        seed in any::<u64>(),
    ) {
        let (acknowledged, last) = race(writers, Behaviour { tags, evaluates, turns, ..Behaviour::default() }, seed);
        prop_assert_eq!(acknowledged.len(), writers * EDITS);
        let words: BTreeSet<&str> = last.split(' ').skip(1).collect();
        prop_assert_eq!(words.len(), writers * EDITS, "an update is lost in {:?}", &last);
        let mut text = "A".to_owned();
        for _ in 0..acknowledged.len() {
            let next: Vec<_> = acknowledged.iter().filter(|(base, _)| *base == text).collect();
            prop_assert_eq!(next.len(), 1, "{} writes replaced {:?}", next.len(), text);
            text.clone_from(&next[0].1);
        }
        prop_assert_eq!(text, last);
    }

    /// Of many writers with one tag, exactly one succeeds.
    #[test]
    fn one_tag_lets_one_writer_through(writers in 2..50_usize, tags in tags(), turns in 0..6_u8, seed in any::<u64>()) {
        let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let statuses = runtime.block_on(async {
            let server = FakeServer::with_seed(Behaviour { tags, turns, ..Behaviour::default() }, seed);
            let guarded = Arc::new(Guarded::before(server, GuardOptions::default()));
            let tag = guarded.tag("/a").await;
            // All bodies have the same length, as in the tags of servers that consist of time and length.
            let writes: Vec<_> = (0..writers).map(|writer| {
                let (guarded, tag) = (Arc::clone(&guarded), tag.clone());
                tokio::spawn(async move { guarded.put("/a", &tag, &format!("{writer:02}")).await.status })
            }).collect();
            let mut statuses = Vec::new();
            for write in writes {
                statuses.push(write.await.unwrap());
            }
            statuses
        });
        prop_assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{:?}", &statuses);
        prop_assert_eq!(statuses.iter().filter(|status| **status == 412).count(), writers - 1, "{:?}", &statuses);
    }
}

/// Of many writers that create one resource, exactly one succeeds.
#[tokio::test]
async fn one_creation_succeeds() {
    let guarded = Arc::new(Guarded::new(Behaviour { turns: 3, ..Behaviour::default() }));
    let writes: Vec<_> = (0..20)
        .map(|writer| {
            let guarded = Arc::clone(&guarded);
            tokio::spawn(
                async move { guarded.send("PUT", "/new", &[("if-none-match", "*")], &writer.to_string()).await },
            )
        })
        .collect();
    let mut statuses = Vec::new();
    for write in writes {
        let reply: Reply = write.await.unwrap();
        statuses.push(reply.status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [&[201][..], &[412; 19]].concat());
}

/// Without a guard, the simulated server does lose updates: the test above can fail.
#[tokio::test]
async fn unconditional_writers_lose_updates_behind_an_optional_guard() {
    let options = GuardOptions { mode: GuardMode::Optional, ..GuardOptions::default() };
    let guarded = Arc::new(Guarded::before(FakeServer::new(Behaviour { turns: 3, ..Behaviour::default() }), options));
    let writes: Vec<_> = (0..5)
        .map(|writer| {
            let guarded = Arc::clone(&guarded);
            tokio::spawn(async move {
                let text = guarded.get("/a").await.body;
                guarded.send("PUT", "/a", &[], &format!("{text} {writer}")).await
            })
        })
        .collect();
    for write in writes {
        assert_eq!(write.await.unwrap().status, 204);
    }
    assert_eq!(guarded.server.content("/a").unwrap().split(' ').count(), 2, "four of five updates are lost");
}

//! Servers that are killed while they write: the store has every acknowledged write.

use std::net::SocketAddr;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tests::documents::{content, get, history, put, versions};
use tests::serve::Server;
use tests::test_store::TestStore;

use crate::PROGRAM;
use crate::races::check_chain;

const WRITERS: usize = 4;

/// Appends lines, each acknowledged before the next, until the servers are gone.
fn append_until_the_end(servers: &[SocketAddr], writer: usize, acknowledged: &Sender<String>) {
    for number in 0.. {
        let server = servers[(writer + number) % servers.len()];
        let line = format!("{writer}:{number}");
        loop {
            let Ok(read) = get("doc").try_send(server) else { return };
            let text = read.word("content").expect("a document has a text") + &line + "\n";
            let Ok(written) = put("doc", &text).with("If-Match", read.etag()).try_send(server) else { return };
            match written.status {
                200 => break,
                412 => {}
                _ => panic!("{written}"),
            }
        }
        acknowledged.send(line).expect("the receiver outlives the writers");
    }
}

/// Lets writers append lines to a document, and kills the servers meanwhile.
///
/// Returns the acknowledged lines.
pub(crate) fn append_until_killed(servers: &[SocketAddr], kill: impl FnOnce()) -> Vec<String> {
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let sender = sender.clone();
            scope.spawn(move || append_until_the_end(servers, writer, &sender));
        }
        drop(sender);
        let mut acknowledged: Vec<String> = receiver.iter().take(40).collect();
        kill();
        acknowledged.extend(receiver.iter());
        acknowledged
    })
}

/// Checks that a document has each acknowledged line once, and a version for each line.
///
/// Each version replaces the one before, so no write was overwritten unseen.
pub(crate) fn check_acknowledged(server: &Server, acknowledged: &[String]) {
    let text = content(server, "doc");
    let lines: Vec<&str> = text.lines().collect();
    for line in acknowledged {
        assert_eq!(lines.iter().filter(|other| *other == line).count(), 1, "{line} was acknowledged: {text}");
    }
    assert!(lines.len() <= acknowledged.len() + WRITERS, "each writer has at most one unanswered write: {text}");
    let versions = versions(server, "doc");
    assert_eq!(versions.len(), lines.len() + 1, "one version per line");
    check_chain(&versions);
}

#[test]
fn acknowledged_writes_survive_a_kill() {
    let store = TestStore::lasting();
    let server = Server::start_on(PROGRAM, &store, &[]);
    history(&server, "doc", &[""]);
    let addresses = server.addresses();
    let acknowledged = append_until_killed(&addresses, || server.kill());

    let server = Server::start_on(PROGRAM, &store, &[]);
    check_acknowledged(&server, &acknowledged);
}

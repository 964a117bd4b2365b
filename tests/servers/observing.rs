//! `ifmatch observe` with two servers of one database: one record, one list of people, one gate.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tests::documents::{expect, history, put};
use tests::http::Request;
use tests::keys::ctrl;
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::{PROGRAM, ServerPair, eventually};

/// Opens the screen of a leader who watches both servers.
fn observe(pair: &ServerPair) -> Terminal {
    let arguments =
        ["observe", "--server", &pair.first.url(), "--server", &pair.second.url(), "--as", "Lee"].map(str::to_owned);
    Start::new(PROGRAM, &arguments.each_ref().map(String::as_str)).spawn()
}

fn save(server: &Server, author: &str, tag: &str) -> u16 {
    server.answer(&put("doc", &format!("{author}\n")).with("Ifmatch-Author", author).with("If-Match", tag)).status
}

#[test]
fn lines_of_both_servers_say_which_one() {
    let pair = ServerPair::start();
    let mut observer = Command::new(PROGRAM)
        .args(["observe", "--server", &pair.first.url(), "--server", &pair.second.url()])
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(observer.stdout.take().unwrap()).lines();
    // A stream has no beginning that could be waited for, so requests are sent until both servers have reported one.
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                for (server, id) in [(&pair.first, "a"), (&pair.second, "b")] {
                    expect(412, server.answer(&put(id, "text\n").with("If-Match", "\"v9-00000000\"")));
                }
            }
        });
        let mut missing = vec![(pair.first.url(), "/a"), (pair.second.url(), "/b")];
        while !missing.is_empty() {
            let line = lines.next().unwrap().unwrap();
            let (server, rest) = line.split_once(' ').expect("a server");
            let (_, path) = [(&pair.first, "/a"), (&pair.second, "/b")]
                .into_iter()
                .map(|(server, path)| (server.url(), path))
                .find(|(url, _)| url == server)
                .unwrap_or_else(|| panic!("which server? {line}"));
            assert!(rest.contains(path), "{line}");
            missing.retain(|(url, _)| url != server);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    observer.kill().unwrap();
    observer.wait().unwrap();
}

#[test]
fn leader_sees_which_server_is_gone() {
    let pair = ServerPair::start();
    let mut room = observe(&pair);
    room.until_text("2 servers");
    let url = pair.second.url();
    let host = url.strip_prefix("http://").unwrap();
    let ServerPair { first, second, database } = pair;
    drop(second);
    room.until_text(&format!("{host} does not respond"));
    room.send(ctrl('q'));
    assert!(room.wait().exit.success());
    drop((first, database));
}

#[test]
fn leader_sees_and_releases_the_requests_of_both_servers() {
    let pair = ServerPair::start();
    let tag = history(&pair.first, "doc", &["one\n"]).remove(0);
    // What both servers recorded before is there.
    assert_eq!(save(&pair.second, "Bob", "\"v9-00000000\""), 412);
    let mut room = observe(&pair);
    room.until_text("Bob");
    room.until_text("412 1");
    room.send("i");
    room.until_text("the gate holds writes");
    thread::scope(|scope| {
        let eve = scope.spawn(|| save(&pair.first, "Eve", &tag));
        room.until_text("Eve");
        room.until_text("▌ held");
        let kim = scope.spawn(|| save(&pair.second, "Kim", &tag));
        room.until_text("Kim");
        // Both wait, each at its server. One is released right after the other, so either may be first.
        for server in [&pair.first, &pair.second] {
            eventually("one is held", || {
                let gate = expect(200, server.answer(&Request::new("GET", "/control/gate"))).json();
                (gate["held"].as_array().unwrap().len() == 1).then_some(())
            });
        }
        room.until("both are held", |screen| screen.contents().matches("held").count() >= 2);
        room.send("A");
        let mut statuses = [eve.join().unwrap(), kim.join().unwrap()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    });
    room.until_text("412 2");
    room.send(ctrl('q'));
    assert!(room.wait().exit.success());
    for server in [&pair.first, &pair.second] {
        let gate = expect(200, server.answer(&Request::new("GET", "/control/gate"))).json();
        assert_eq!(gate["hold"], "none", "the gates open when their leader leaves");
    }
}

#[test]
fn server_that_is_down_at_the_start_is_shown_once_it_responds() {
    let ServerPair { first, second, database } = ServerPair::start();
    let (host, url) = (second.host().to_string(), second.url());
    drop(second);
    // The one that responds is led, wherever it is in the list.
    let arguments = ["observe", "--server", &url, "--server", &first.url(), "--as", "Lee"];
    let mut room = Start::new(PROGRAM, &arguments).spawn();
    room.until_text(&format!("{host} does not respond"));
    let store = database.url();
    let second = Server::start_with(PROGRAM, &["--listen", &host, "--store", &store]);
    expect(412, second.answer(&put("late", "text\n").with("If-Match", "\"v9-00000000\"")));
    room.until_text("/late");
    room.send(ctrl('q'));
    assert!(room.wait().exit.success());
    drop((first, second));
}

#[test]
fn observer_does_not_start_if_no_server_responds() {
    let ServerPair { first, second, database } = ServerPair::start();
    let urls = [first.url(), second.url()];
    drop((first, second));
    let observer = Command::new(PROGRAM)
        .args(["observe", "--server", &urls[0], "--server", &urls[1]])
        .env_clear()
        .env("HOME", "/nonexistent")
        .output()
        .unwrap();
    assert!(!observer.status.success());
    assert!(String::from_utf8_lossy(&observer.stderr).contains(&urls[0]), "{observer:?}");
    drop(database);
}

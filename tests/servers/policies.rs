//! The policy is one for all servers, and a write is judged by the one in force.

use serde_json::{Value, json};
use tests::documents::{content, expect, get, history, put};
use tests::http::{HttpConnection, Request, Response};
use tests::policy::{put_policy, switch};
use tests::serve::Server;

use crate::{ServerPair, eventually, race, start_on};

/// The number of races of a test.
const RACES: usize = 30;

fn read_policy(server: &Server) -> Response {
    expect(200, server.answer(&Request::new("GET", "/control/policy")))
}

#[test]
fn policy_of_one_server_holds_on_the_other() {
    let pair = ServerPair::start();
    let tags = history(&pair.first, "doc", &["one\n", "two\n"]);
    for (leader, other) in pair.both_ways() {
        let before = read_policy(leader);
        assert_eq!((before.etag(), before.json()), (read_policy(other).etag(), read_policy(other).json()));
        switch(leader, "preconditions", "ignored");
        let stale = expect(200, other.answer(&put("doc", &format!("of {}\n", other.url())).with("If-Match", &tags[0])));
        assert!(stale.field("Ifmatch-Overwrote").is_some() && stale.field("Ifmatch-Unsafe").is_some(), "{stale}");
        let after = read_policy(other);
        assert_eq!(after.etag(), read_policy(leader).etag());
        expect(304, other.answer(&Request::new("GET", "/control/policy").with("If-None-Match", after.etag())));
        expect(412, other.answer(&put_policy(&before.json()).with("If-Match", before.etag())));
        expect(200, other.answer(&put_policy(&before.json()).with("If-Match", after.etag())));
        expect(412, leader.answer(&put("doc", "four\n").with("If-Match", &tags[0])));
        expect(428, leader.answer(&put("doc", "four\n")));
    }
}

/// Every kind of tag is that of the policy in force, whichever server is asked.
#[test]
fn tags_are_of_the_policy_in_force() {
    let pair = ServerPair::start();
    history(&pair.first, "doc", &["one\n", "two\n"]);
    for (round, (leader, other)) in pair.both_ways().into_iter().cycle().take(6).enumerate() {
        switch(leader, "etags", ["content", "seconds", "version"][round % 3]);
        let tags = [leader, other].map(|server| expect(200, server.answer(&get("doc"))).etag());
        assert_eq!(tags[0], tags[1], "round {round}");
        let listed = expect(200, other.answer(&Request::new("GET", "/api/documents"))).json();
        assert_eq!(listed["documents"][0]["etag"], json!(tags[0]), "{listed}");
    }
}

#[test]
fn two_leaders_on_two_servers_collide() {
    let pair = ServerPair::start();
    for round in 0..RACES {
        let read = read_policy(&pair.first);
        let policies: [Value; 2] = ["content", "seconds"].map(|etags| {
            let mut policy = read.json();
            policy["etags"] = json!(if policy["etags"] == etags { "version" } else { etags });
            policy
        });
        let requests = policies.each_ref().map(|policy| put_policy(policy).with("If-Match", read.etag()));
        let statuses = race(&pair, &requests);
        assert!(statuses == [200, 412] || statuses == [412, 200], "round {round}: {statuses:?}");
        let winner = &policies[usize::from(statuses[1] == 200)];
        for server in [&pair.first, &pair.second] {
            assert_eq!(read_policy(server).json(), *winner, "round {round}");
        }
    }
}

/// A server asks the database before each request, and does not wait to be notified.
#[test]
fn policy_holds_on_a_server_that_was_not_notified() {
    let pair = ServerPair::start();
    // Both have joined, so the setting is there.
    assert_eq!(read_policy(&pair.first).json(), read_policy(&pair.second).json());
    let words = ["required", "ignored"];
    // A server also looks once a second, so one round would not tell.
    for round in 0..12 {
        let [old, new] = if round % 2 == 0 { words } else { [words[1], words[0]] };
        pair.database.run_sql(&format!(
            "WITH next AS (UPDATE ifmatch.setting_counter SET last = last + 1 RETURNING last)
             UPDATE ifmatch.setting SET revision = next.last,
                 value = replace(value, '\"preconditions\":\"{old}\"', '\"preconditions\":\"{new}\"')
             FROM next WHERE name = 'policy'"
        ));
        let server = if round % 4 < 2 { &pair.first } else { &pair.second };
        let is_unsafe = match round % 3 {
            0 => server.answer(&get("never")).field("Ifmatch-Unsafe").is_some(),
            1 => read_policy(server).json()["preconditions"] == "ignored",
            _ => server.answer(&put("doc", &format!("{round}\n"))).status != 428,
        };
        assert_eq!(is_unsafe, new == "ignored", "round {round}");
    }
}

/// The policy is chosen when a request begins, and may have been replaced elsewhere before the write.
#[test]
fn write_that_began_under_the_old_policy_is_judged_under_the_new() {
    let pair = ServerPair::start();
    for (leader, other) in pair.both_ways() {
        let tags = history(other, &format!("doc{}", other.process()), &["one\n", "two\n"]);
        let name = format!("doc{}", other.process());
        switch(leader, "preconditions", "ignored");
        let request = put(&name, "stale\n").with("If-Match", &tags[0]).with("Expect", "100-continue");
        let mut slow = HttpConnection::open(other.address());
        slow.write(&request.head(other.address()));
        // The server judges a first time before it asks for the body.
        let begun = slow.try_read_head().expect("the server answers");
        assert_eq!(begun.status, 100, "{begun}");
        switch(leader, "preconditions", "required");
        slow.write(request.content());
        let response = expect(412, slow.read("PUT"));
        assert_eq!(response.field("Ifmatch-Unsafe"), None, "the new policy has no mistakes: {response}");
        assert_eq!(content(leader, &name), "two\n");
    }
}

#[test]
fn server_that_starts_later_adopts_the_policy() {
    let pair = ServerPair::start();
    switch(&pair.first, "etags", "content");
    let third = start_on(&pair.database, &["--preconditions", "ignored"]);
    assert_eq!(read_policy(&third).json(), read_policy(&pair.first).json());
    eventually("the third server says so", || {
        third
            .said()
            .iter()
            .any(|line| line.contains("their policy holds here") && line.contains("content"))
            .then_some(())
    });
    // When all have stopped, the options of the next one hold.
    let ServerPair { first, second, database } = pair;
    drop((first, second, third));
    let preconditions = eventually("a server that starts alone", || {
        let alone = start_on(&database, &["--preconditions", "ignored"]);
        Some(read_policy(&alone).json()).filter(|policy| policy["etags"] == "version")
    });
    assert_eq!(preconditions["preconditions"], "ignored");
}

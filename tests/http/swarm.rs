//! `ifmatch swarm` against a real server: what it counts is what the server has.

use std::process::{Child, Command, Output, Stdio};

use contract::Exchange;
use serde_json::Value;
use tests::documents::{content, get, number, put, versions};
use tests::http::Request;
use tests::serve::{OneServer, Server};

use crate::PROGRAM;

/// Returns a command that starts a swarm in the document 'doc'.
fn swarm(server: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["swarm", "doc", "--json", "--server", server, "--think", "0"]).args(arguments);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Nothing is written there.
    command.env("HOME", "/nonexistent").env("PATH", "/usr/bin:/bin");
    command
}

/// Lets a swarm write to its end, and returns its totals.
fn totals(server: &Server, arguments: &[&str], exit: i32) -> Value {
    totals_of(&swarm(&server.url(), arguments).output().expect("the program starts"), exit)
}

fn totals_of(output: &Output, exit: i32) -> Value {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(exit), "{said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn count(totals: &Value, member: &str) -> u64 {
    totals[member].as_u64().unwrap_or_else(|| panic!("{member} is a count: {totals}"))
}

/// Returns the lines of edits in the document.
fn lines(server: &Server) -> Vec<String> {
    content(server, "doc").lines().map(str::to_owned).collect()
}

#[test]
fn merged_edits_of_all_writers_are_in_the_document() {
    let server = Server::start(PROGRAM);
    for strategy in ["merge", "retry"] {
        let before = server.answer(&get("doc"));
        let before = if before.status == 200 { lines(&server).len() } else { 0 };
        let totals = totals(&server, &["--writers", "8", "--edits", "3", "--strategy", strategy], 0);
        assert_eq!(
            ["acknowledged", "inDocument", "lost"].map(|member| count(&totals, member)),
            [24, 24, 0],
            "{totals}"
        );
        let lines = lines(&server);
        assert_eq!(lines.len() - before, 24, "{lines:?}");
        let run = totals["run"].as_str().unwrap();
        for writer in 1..=8 {
            for edit in 1..=3 {
                let line = format!("writer-{writer:03}: edit {edit}, run {run}");
                assert!(lines.contains(&line), "{line}");
            }
        }
    }
    // Each writer is an author like any other client.
    let authors: std::collections::BTreeSet<_> =
        versions(&server, "doc").iter().map(|version| version["author"].to_string()).collect();
    assert_eq!(authors.len(), 8, "{authors:?}");
}

#[test]
fn overwritten_edits_are_named_with_the_version_that_has_them() {
    let server = Server::start(PROGRAM);
    let totals = totals(&server, &["--writers", "6", "--edits", "3", "--strategy", "overwrite"], 1);
    assert_eq!(count(&totals, "acknowledged"), 18, "{totals}");
    let lost = totals["lostEdits"].as_array().unwrap();
    assert_eq!(count(&totals, "lost"), lost.len() as u64);
    assert_eq!(count(&totals, "lost") + count(&totals, "inDocument"), 18);
    let present = lines(&server);
    for edit in lost {
        let (line, etag) = (edit["edit"].as_str().unwrap(), edit["etag"].as_str().unwrap());
        assert!(!present.iter().any(|present| present == line), "{line}");
        let version = server.answer(&get(&format!("doc/versions/{}", number(etag))));
        assert!(
            version.json()["content"].as_str().unwrap().lines().any(|old| old == line),
            "{etag} has {line}: {version}"
        );
    }
}

#[test]
fn careless_writers_get_428_or_lose_edits() {
    let arguments = ["--writers", "6", "--edits", "3", "--strategy", "careless"];
    let strict = Server::start(PROGRAM);
    let refused = totals(&strict, &arguments, 0);
    assert_eq!(["acknowledged", "status428", "unacknowledged"].map(|member| count(&refused, member)), [0, 18, 18]);
    assert_eq!(strict.answer(&get("doc")).status, 404, "nothing was written");
    let options = ["--listen", "127.0.0.1:0", "--store", "memory:", "--preconditions", "optional"];
    let lax = Server::start_with(PROGRAM, &options);
    assert_eq!(lax.answer(&put("doc", "Notes\n").with("If-None-Match", "*")).status, 201);
    let lost = totals(&lax, &arguments, 1);
    assert_eq!((count(&lost, "acknowledged"), count(&lost, "status412")), (18, 0), "{lost}");
    assert!(count(&lost, "lost") > 0, "{lost}");
}

#[test]
fn refusals_and_absent_servers_are_exit_codes() {
    let server =
        Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", "memory:", "--max-document", "100"]);
    let full = totals(&server, &["--writers", "1", "--edits", "9"], 4);
    let failures = full["failures"].as_object().unwrap();
    assert!(failures.keys().all(|why| why.contains("413")) && failures.len() == 1, "{full}");
    assert_eq!((count(&full, "lost"), count(&full, "unacknowledged")), (0, 1), "{full}");
    let url = server.url();
    drop(server);
    let gone = swarm(&url, &[]).output().unwrap();
    assert_eq!(gone.status.code(), Some(3), "{gone:?}");
}

/// Each writer may send eight requests at once, then one a second or so, and needs at least nine.
#[test]
fn slowed_writers_wait_for_retry_after_and_lose_nothing() {
    let arguments = ["--listen", "0.0.0.0:0", "--store", "memory:", "--budget", "client-requests=8"];
    let server = Server::start_alone(PROGRAM, &arguments, OneServer::Budgets);
    let url = format!("http://127.0.0.1:{}", server.address().port());
    let said = || server.said().join("\n");
    tests::until("the server prints its codes", || said().contains("IFMATCH_TOKEN=") && said().contains("the code:"));
    let after = |words: &str| {
        let said = said();
        let (_, rest) = said.split_once(words).unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    };
    let mut command = swarm(&url, &["--writers", "2", "--edits", "8"]);
    let totals = totals_of(&command.env("IFMATCH_TOKEN", after("the code:")).output().unwrap(), 0);
    let counts = ["acknowledged", "inDocument", "lost", "unacknowledged"].map(|member| count(&totals, member));
    assert_eq!(counts, [16, 16, 0, 0], "{totals}");
    assert!(count(&totals, "status429") > 0, "{totals}");

    let read = Request::new("GET", "/control/exchanges?limit=1000");
    let record = server.answer(&read.with("Authorization", format!("Bearer {}", after("IFMATCH_TOKEN=")))).json();
    let exchanges: Vec<Exchange> = serde_json::from_value(record["exchanges"].clone()).unwrap();
    let mut waits = 0;
    for (at, refused) in exchanges.iter().enumerate().filter(|(_, exchange)| exchange.status == Some(429)) {
        let seconds: u64 = refused.response.as_ref().unwrap().field("Retry-After").unwrap().parse().unwrap();
        let Some(next) = exchanges[at + 1..].iter().find(|next| next.author == refused.author) else { continue };
        let waited = next.received.as_millis().saturating_sub(refused.answered.unwrap().as_millis());
        // The times on the record are whole milliseconds.
        assert!(waited + 2 >= 1000 * seconds, "Retry-After: {seconds}, and the next request came after {waited} ms");
        assert_eq!((&next.method, &next.target), (&refused.method, &refused.target), "the same is sent again");
        waits += 1;
    }
    assert!(waits > 0, "{exchanges:?}");
}

#[test]
fn sweep_makes_a_run_for_each_strategy_and_number_of_writers() {
    let server = Server::start(PROGRAM);
    let folder = tempfile::tempdir().unwrap();
    let (csv, svg) = (folder.path().join("cliff.csv"), folder.path().join("cliff.svg"));
    let files = ["--csv", csv.to_str().unwrap(), "--svg", svg.to_str().unwrap()];
    let arguments = ["--sweep", "1,4", "--edits", "2", "--strategy", "merge,overwrite"];
    let output = swarm(&server.url(), &arguments).args(files).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "an overwrite that loses edits is no failure of a sweep: {output:?}");
    let runs: Vec<Value> =
        output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let made: Vec<String> = runs
        .iter()
        .map(|run| ["strategy", "backoff", "writers"].map(|member| run[member].to_string()).join(" "))
        .collect();
    let expected =
        ["\"merge\" \"none\"", "\"merge\" \"full-jitter\"", "\"overwrite\" \"none\"", "\"overwrite\" \"full-jitter\""];
    assert_eq!(made, expected.map(|curve| [1, 4].map(|writers| format!("{curve} {writers}"))).concat());
    assert!(runs.iter().all(|run| count(run, "acknowledged") == 2 * count(run, "writers")), "{runs:?}");
    assert!(runs.iter().filter(|run| run["strategy"] == "merge").all(|run| count(run, "lost") == 0), "{runs:?}");
    assert!(runs.iter().any(|run| count(run, "lost") > 0), "{runs:?}");
    assert_eq!(std::fs::read_to_string(csv).unwrap().lines().count(), 1 + 8);
    assert_eq!(std::fs::read_to_string(svg).unwrap().matches("<polyline").count(), 2 * 4);
    let several = swarm(&server.url(), &["--strategy", "merge,retry"]).output().unwrap();
    assert_eq!(several.status.code(), Some(2), "{several:?}");
}

/// Sends SIGINT to a process.
fn interrupt(child: &Child) {
    let sent = Command::new("sh").args(["-c", &format!("kill -s INT {}", child.id())]).status();
    assert!(sent.is_ok_and(|status| status.success()));
}

#[test]
fn interrupted_swarm_prints_the_totals_so_far() {
    let server = Server::start(PROGRAM);
    let child = swarm(&server.url(), &["--writers", "3", "--edits", "100000", "--strategy", "merge"]).spawn().unwrap();
    tests::until("edits are saved", || server.answer(&get("doc")).status == 200 && lines(&server).len() > 5);
    interrupt(&child);
    let totals = totals_of(&child.wait_with_output().unwrap(), 130);
    assert_eq!(totals["stopped"], true);
    let [acknowledged, present, lost] = ["acknowledged", "inDocument", "lost"].map(|member| count(&totals, member));
    assert!(acknowledged >= 5 && acknowledged == present && lost == 0, "{totals}");
}

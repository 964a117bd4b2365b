//! `ifmatch hole`: its servers, guesses on the command line and by typing, and wrong usage.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use holes::SUSPECTS;

use crate::program::{TestFolder, program, run};

/// A running `ifmatch hole`, which ends when the value is dropped.
struct RunningHole {
    child: Child,
    /// Standard input, unless it was closed.
    typed: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    /// The lines that it printed at its start.
    task: String,
}

impl RunningHole {
    fn start(folder: &TestFolder, arguments: &[&str]) -> Self {
        let mut command = program(folder.path());
        command.arg("hole").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let typed = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut running = Self { child, typed, lines, task: String::new() };
        running.task = running.read_to("Ctrl-C ends.");
        running
    }

    /// Returns what is printed until a line that ends with this text.
    fn read_to(&mut self, end: &str) -> String {
        let mut text = String::new();
        for line in self.lines.by_ref().map(Result::unwrap) {
            text.push_str(&line);
            text.push('\n');
            if line.ends_with(end) {
                return text;
            }
        }
        panic!("it has ended: {text}");
    }

    /// Types a line, and returns what is printed until a line that ends with this text.
    fn type_line(&mut self, line: &str, end: &str) -> String {
        writeln!(self.typed.as_ref().unwrap(), "{line}").unwrap();
        self.read_to(end)
    }

    /// Returns the URLs of the notes.
    fn urls(&self) -> Vec<String> {
        let servers = self
            .task
            .lines()
            .filter_map(|line| line.split_once("   http://"))
            .filter(|(name, _)| ["  A", "  B", "  C"].contains(name));
        servers.map(|(_, rest)| format!("http://{rest}")).collect()
    }
}

impl Drop for RunningHole {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the exit code of a guess about a server.
fn guess(server: &str, number: usize, seed: &str) -> Option<i32> {
    run(&["hole", server, "--guess", &number.to_string(), "--seed", seed]).code
}

/// Returns the server in which a suspect is right.
fn server_of(number: usize, seed: &str) -> &'static str {
    ["a", "b", "c"].into_iter().find(|server| guess(server, number, seed) == Some(0)).unwrap()
}

#[test]
fn one_guess_about_a_server_is_right() {
    let right: Vec<_> = (1..=SUSPECTS.len()).filter(|number| guess("B", *number, "7") == Some(0)).collect();
    assert_eq!(right.len(), 1);
    let wrong = if right == [1] { 2 } else { 1 };
    let ended = run(&["hole", "b", "--seed", "7", "--guess", &wrong.to_string()]);
    ended.expect(1, &[]);
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(said.starts_with("No. It is not true that server B") && said.contains("you would see"), "{said}");
}

#[test]
fn all_servers_start_and_a_right_guess_mends_one() {
    let folder = TestFolder::new();
    let mut hole = RunningHole::start(&folder, &["--seed", "7"]);
    let urls = hole.urls();
    assert_eq!(urls.len(), 3, "{}", hole.task);
    assert!(hole.task.contains(&format!("ifmatch probe {} --write", urls[0])), "{}", hole.task);
    assert!(hole.task.contains("ifmatch proxy --to ") && hole.task.contains("--seed 7 starts"), "{}", hole.task);
    // The empty If-Match needs no race, so its server can be told by one check.
    let server = server_of(2, "7");
    let url = &urls[["a", "b", "c"].iter().position(|letter| *letter == server).unwrap()];
    let before = folder.run(&["probe", url, "--write"]);
    before.expect(1, &[]);
    let said = String::from_utf8_lossy(&before.stdout);
    assert!(said.contains("1 check is wrong: empty-field"), "{said}");
    let wrong = hole.type_line(&format!("{server} 4"), "weak-tag");
    assert!(wrong.starts_with("No. It is not true that server"), "{wrong}");
    let right = hole.type_line(&format!("{server} 2"), "are left.");
    assert!(right.starts_with("Right. Server") && right.contains("is mended now"), "{right}");
    folder.run(&["probe", url, "--write"]).expect(0, &[]);
}

#[test]
fn one_server_starts_alone_and_outlives_its_input() {
    let folder = TestFolder::new();
    let mut hole = RunningHole::start(&folder, &["c"]);
    hole.typed = None;
    let urls = hole.urls();
    assert_eq!(urls.len(), 1, "{}", hole.task);
    assert!(hole.task.starts_with("This server loses updates"), "{}", hole.task);
    folder.run(&["probe", &urls[0]]).expect(0, &[]);
}

#[test]
fn start_without_a_seed_prints_one_that_answers_guesses() {
    let folder = TestFolder::new();
    let mut hole = RunningHole::start(&folder, &[]);
    let seed = hole.task.split("--seed ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().to_owned();
    let server = server_of(5, &seed);
    assert!(hole.type_line(&format!("{server}5"), "are left.").starts_with("Right."), "{seed}");
}

#[test]
fn wrong_usage_is_a_2() {
    run(&["hole", "d"]).expect(2, &["possible values"]);
    run(&["hole", "a", "--seed", "1", "--guess", "99"]).expect(2, &["no suspect 99", "1 to 7"]);
    run(&["hole", "--seed", "1", "--guess", "1"]).expect(2, &["SERVER"]);
    run(&["hole", "a", "--guess", "1"]).expect(2, &["--seed"]);
}

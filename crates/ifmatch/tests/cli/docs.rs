//! `ifmatch docs`: each verb and each exit code, against the real server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{Ended, RunningProgram, TestFolder, program};

/// How long a test waits for something that always comes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server of documents in memory, and a folder for the commands that ask it.
struct Docs {
    folder: TestFolder,
    server: RunningProgram,
}

impl Docs {
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(options: &[&str]) -> Self {
        let folder = TestFolder::new();
        let arguments = [&["--listen", "127.0.0.1:0", "--store", "memory:"], options].concat();
        let server = RunningProgram::serve(folder.path(), &arguments);
        Self { folder, server }
    }

    /// Returns the command `ifmatch docs` with these arguments.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(self.folder.path());
        command.arg("docs").args(arguments).env("IFMATCH_SERVER", self.server.url());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(&mut self.command(arguments))
    }

    /// Saves a text from standard input, as `author`; returns how that ended.
    fn put(&self, author: &str, document: &str, text: &[u8], options: &[&str]) -> Ended {
        let arguments = [&["put", document, "--as", author], options].concat();
        let mut command = self.command(&arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that refuses its options reads nothing.
        let _ = child.stdin.take().unwrap().write_all(text);
        child.wait_with_output().unwrap().into()
    }

    /// Creates a document, and returns its tag.
    fn create(&self, document: &str, text: &[u8]) -> String {
        tag(self.put("alice", document, text, &["--if-none-match", "*"]).expect(0, &[]))
    }
}

/// Returns the only line of standard output.
fn tag(ended: &Ended) -> String {
    let text = String::from_utf8(ended.stdout.clone()).unwrap();
    let line = text.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {ended}"));
    assert!(line.starts_with("\"v") && !line.contains('\n'), "{ended}");
    line.to_owned()
}

fn json(ended: &Ended) -> Value {
    serde_json::from_slice(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended}"))
}

/// Waits for a line of a child's output.
fn line(child: &mut BufReader<impl std::io::Read>) -> String {
    let mut line = String::new();
    child.read_line(&mut line).unwrap();
    line
}

#[test]
fn text_returns_byte_for_byte() {
    let docs = Docs::start();
    let large = "0123456789abcdef\n".repeat(61_000);
    assert!(large.len() > 1_000_000);
    for (document, text) in [
        ("crlf", "one\r\ntwo\r\n"),
        ("no-final-newline", "one\ntwo"),
        ("nul", "a\0b\n"),
        ("empty", ""),
        ("controls", "\u{1b}[31m\u{202e}\u{feff}\r\r\n"),
        ("large", &large),
    ] {
        docs.create(document, text.as_bytes());
        let got = docs.run(&["get", document]);
        got.expect(0, &[]);
        assert_eq!(got.stdout, text.as_bytes(), "{document}");
    }
}

#[test]
fn file_of_the_tag_carries_a_script_through() {
    let docs = Docs::start();
    docs.create("notes", b"draft\n");
    let got = docs.run(&["get", "notes", "--etag-file", "notes.etag"]);
    assert_eq!(got.expect(0, &[]).stdout, b"draft\n");
    assert_eq!(got.stderr, "", "the tag is in the file");
    docs.folder.write("notes.txt", "final\n");
    let saved = docs.run(&["put", "notes", "notes.txt", "--etag-file", "notes.etag"]);
    let second = tag(saved.expect(0, &[]));
    assert_eq!(docs.folder.read("notes.etag"), format!("{second}\n"), "the next save can follow");
    docs.folder.write("notes.txt", "printed\n");
    docs.run(&["put", "notes", "notes.txt", "--etag-file", "notes.etag"]).expect(0, &[]);
    // The first tag is long since old.
    docs.folder.write("notes.etag", format!("{second}\n"));
    docs.run(&["rm", "notes", "--etag-file", "notes.etag"])
        .expect(12, &["Nothing was written", "ifmatch docs get notes --etag-file FILE"]);
    docs.run(&["get", "notes", "--etag-file", "notes.etag"]).expect(0, &[]);
    docs.run(&["rm", "notes", "--etag-file", "notes.etag"]).expect(0, &["notes is deleted"]);
    docs.run(&["get", "notes"]).expect(4, &["410"]);
}

#[test]
fn get_prints_the_tag_with_the_text_and_never_the_tag_alone() {
    let docs = Docs::start();
    let tag = docs.create("notes", b"text\n");
    let got = docs.run(&["get", "notes"]);
    got.expect(0, &[&tag, "by alice"]);
    let with_tag = docs.run(&["get", "notes", "--etag"]);
    assert_eq!(String::from_utf8_lossy(&with_tag.stdout), format!("{tag}\ntext\n"));
    let value = json(docs.run(&["get", "notes", "--json"]).expect(0, &[]));
    assert_eq!(
        (&value["etag"], &value["content"], &value["title"]),
        (&tag.as_str().into(), &"text\n".into(), &"notes".into())
    );
    assert_eq!((&value["author"], &value["modified"]), (&"alice".into(), &true.into()));
    let unchanged = docs.run(&["get", "notes", "--if-none-match", &tag]);
    assert_eq!(unchanged.expect(0, &["notes is still"]).stdout, b"");
    let unchanged = json(&docs.run(&["get", "notes", "--json", "--if-none-match", tag.trim_matches('"')]));
    assert_eq!(unchanged["modified"], false);
    let changed = docs.run(&["get", "notes", "--if-none-match", "v1-00000000"]);
    assert_eq!(changed.expect(0, &[]).stdout, b"text\n");
}

#[test]
fn stale_save_is_12_and_says_how_to_go_on() {
    let docs = Docs::start();
    let first = docs.create("notes", b"one\n");
    let second = tag(docs.put("bob", "notes", b"two\n", &["--if-match", &first]).expect(0, &[]));
    let stale = docs.put("alice", "notes", b"three\n", &["--if-match", &first]);
    stale.expect(12, &["412", &second, "bob", "Nothing was written", "ifmatch docs get notes --etag-file FILE"]);
    assert_eq!(stale.stdout, b"");
    let stale = docs.put("alice", "notes", b"three\n", &["--if-match", &first, "--json"]);
    let problem = &json(stale.expect(12, &["412"]))["problem"];
    assert_eq!((&problem["reason"], &problem["currentEtag"]), (&"stale".into(), &second.as_str().into()));
    docs.put("alice", "notes", b"x", &["--if-none-match", "*"]).expect(12, &["412"]);
    docs.run(&["rm", "notes", "--if-match", &first])
        .expect(12, &["Nothing was written", "ifmatch docs get notes --etag-file FILE"]);
    assert_eq!(docs.run(&["get", "notes"]).stdout, b"two\n");
}

#[test]
fn write_that_names_nothing_is_refused_before_anything_is_sent() {
    let docs = Docs::start();
    docs.create("notes", b"one\n");
    docs.put("bob", "notes", b"two\n", &[]).expect(2, &["--if-match", "--etag-file", "--if-none-match '*'"]);
    docs.run(&["rm", "notes"]).expect(2, &["--if-match", "--unconditional"]);
    docs.put("bob", "notes", b"two\n", &["--if-match", ""]).expect(2, &["the tag is empty"]);
    docs.put("bob", "notes", b"two\n", &["--if-match", "*"]).expect(2, &["'*' names no version"]);
    docs.put("bob", "notes", b"two\n", &["--if-none-match", "v1-00000000"]).expect(2, &["possible values: *"]);
    docs.put("bob", "notes", b"two\n", &["--if-match", "v1", "--unconditional"]).expect(2, &["cannot be used with"]);
    docs.put("bob", "notes", b"two\n", &["--etag-file", "none"]).expect(74, &["none cannot be read"]);
    docs.folder.write("bad", "\n");
    docs.put("bob", "notes", b"two\n", &["--etag-file", "bad"]).expect(2, &["bad has no tag", "empty"]);
    assert_eq!(docs.run(&["get", "notes"]).stdout, b"one\n");
}

#[test]
fn unconditional_write_is_28() {
    let docs = Docs::start();
    docs.create("notes", b"one\n");
    let refused = docs.put("bob", "notes", b"two\n", &["--unconditional"]);
    refused.expect(28, &["428", "--if-match"]);
    docs.run(&["rm", "notes", "--unconditional"]).expect(28, &["428"]);
    let problem = json(docs.run(&["rm", "notes", "--unconditional", "--json"]).expect(28, &[]));
    assert_eq!(problem["problem"]["error"], "precondition_required");
}

#[test]
fn save_that_a_server_does_not_compare_is_1() {
    let docs = Docs::start_with(&["--preconditions", "ignored"]);
    let first = docs.create("notes", b"one\n");
    let second = tag(docs.put("bob", "notes", b"two\n", &["--if-match", &first]).expect(0, &[]));
    let lost = docs.put("alice", "notes", b"three\n", &["--if-match", &first]);
    lost.expect(1, &[&second, "lost", "ifmatch docs get notes --version 2"]);
    tag(&lost);
    let lines = String::from_utf8(docs.run(&["log", "notes"]).expect(0, &[]).stdout.clone()).unwrap();
    let newest = lines.lines().next().unwrap();
    assert!(newest.contains(&format!("overwrote {second} unseen")), "{lines}");
    docs.put("alice", "notes", b"four\n", &["--unconditional"]).expect(0, &["was overwritten"]);
    assert_eq!(docs.run(&["get", "notes", "--version", "2"]).stdout, b"two\n");
    assert_eq!(docs.run(&["get", "notes", "--version", &second]).stdout, b"two\n");
    docs.run(&["get", "notes", "--version", "v2-00000000"]).expect(4, &["has no version", "docs log notes"]);
    docs.run(&["get", "notes", "--version", "9"]).expect(4, &["404"]);
    docs.run(&["get", "notes", "--version", "latest"]).expect(2, &["a version is a number"]);
}

#[test]
fn title_and_parent_stay_unless_they_are_named() {
    let docs = Docs::start();
    docs.create("book", b"");
    let options = ["--if-none-match", "*", "--title", "Chapter \u{1b}[2J1", "--parent", "book"];
    let first = tag(docs.put("alice", "chapter", b"one\n", &options).expect(0, &[]));
    let second = tag(docs.put("bob", "chapter", b"two\n", &["--if-match", &first]).expect(0, &[]));
    let value = json(&docs.run(&["get", "chapter", "--json"]));
    assert_eq!((&value["title"], &value["parent"]), (&"Chapter \u{1b}[2J1".into(), &"book".into()));
    docs.put("bob", "chapter", b"two\n", &["--if-match", &second, "--title", "", "--parent", ""]).expect(0, &[]);
    let value = json(&docs.run(&["get", "chapter", "--json"]));
    assert_eq!((&value["title"], value.get("parent")), (&"".into(), None));
    docs.put("bob", "x", b"", &["--if-none-match", "*", "--parent", "No Id"]).expect(2, &["--parent"]);
    // A server that does not know the parent refuses the write.
    docs.put("bob", "x", b"", &["--if-none-match", "*", "--parent", "nowhere"]).expect(4, &["409"]);
}

#[test]
fn lists_are_lines_that_steer_no_terminal() {
    let docs = Docs::start();
    docs.run(&["ls"]).expect(0, &["there are no documents"]);
    let empty = docs.run(&["ls", "--json"]);
    assert_eq!((empty.stdout.as_slice(), empty.stderr.as_str()), (&b""[..], ""));
    let options = ["--if-none-match", "*", "--title", "two\nlines \u{1b}[2J\u{202e}"];
    docs.put("alice", "odd", b"", &options).expect(0, &[]);
    docs.create("plain", b"");
    let text = String::from_utf8(docs.run(&["ls"]).stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("odd    \"v1-") && lines[1].starts_with("plain  \"v1-"), "{text}");
    let steers = |text: &str| text.replace('\n', "").chars().any(terminal::sanitize::is_hidden);
    assert!(!steers(&text) && lines[0].contains("two␊lines ␛[2J<U+202E>"), "{text}");
    let text = String::from_utf8(docs.run(&["ls", "--json"]).stdout).unwrap();
    assert!(!steers(&text), "{text}");
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((&first["id"], &first["title"]), (&"odd".into(), &"two\nlines \u{1b}[2J\u{202e}".into()));
}

#[test]
fn reader_needs_no_name_and_writer_does() {
    let docs = Docs::start();
    docs.create("notes", b"text\n");
    let nameless = |arguments: &[&str]| Ended::of(docs.command(arguments).env_remove("USER"));
    for verb in [&["ls"][..], &["get", "notes"], &["log", "notes"]] {
        nameless(verb).expect(0, &[]);
    }
    nameless(&["rm", "notes", "--if-match", "v1-0"]).expect(2, &["--as NAME"]);
}

#[test]
fn log_has_a_line_for_each_version() {
    let docs = Docs::start();
    let first = docs.create("notes", b"one\n");
    let second = tag(&docs.put("bob", "notes", b"two\n", &["--if-match", &first]));
    docs.run(&["rm", "notes", "--if-match", &second]).expect(0, &[]);
    docs.create("notes", b"again\n");
    let text = String::from_utf8(docs.run(&["log", "notes"]).expect(0, &[]).stdout.clone()).unwrap();
    let said: Vec<_> = text.lines().map(|line| line.rsplit_once("  ").unwrap().1.to_owned()).collect();
    let expected = [
        "saved; there was no document".to_owned(),
        format!("deleted, based on {second}"),
        format!("saved, based on {first}"),
        "saved; there was no document".to_owned(),
    ];
    assert_eq!(said, expected, "{text}");
    let two = String::from_utf8(docs.run(&["log", "notes", "--json", "--limit", "2"]).stdout).unwrap();
    let two: Vec<Value> = two.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(two.len(), 2);
    assert_eq!((&two[1]["deleted"], &two[1]["overwroteUnseen"]), (&true.into(), &false.into()));
    docs.run(&["log", "never"]).expect(4, &["404"]);
}

#[test]
fn refusals_are_4_and_no_response_is_3() {
    let docs = Docs::start_with(&["--max-document", "65536"]);
    docs.run(&["get", "never"]).expect(4, &["404"]);
    docs.put("bob", "large", &vec![b'x'; 100_000], &["--if-none-match", "*"]).expect(4, &["413"]);
    docs.put("bob", "latin-1", b"caf\xe9", &["--if-none-match", "*"]).expect(2, &["not UTF-8 at byte 3"]);
    docs.run(&["put", "x", "no-such-file", "--if-none-match", "*"]).expect(74, &["no-such-file cannot be read"]);
    for verb in [&["ls"][..], &["get", "x"], &["log", "x"], &["watch"], &["rm", "x", "--if-match", "v1-0"]] {
        let nowhere = [verb, &["--server", "http://127.0.0.1:1"]].concat();
        docs.run(&nowhere).expect(3, &["is the server running there?"]);
        docs.run(&[verb, &["--server", "ftp://nowhere"]].concat()).expect(2, &[]);
    }
    docs.run(&["put", "x", "/dev/null", "--if-none-match", "*", "--server", "http://127.0.0.1:1"]).expect(3, &[]);
}

#[test]
fn unknown_token_is_4_for_each_verb_and_never_printed() {
    let folder = TestFolder::new();
    folder.write("room", "ann s3cret-of-ann\n");
    let options = ["--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", "room"];
    let docs = Docs { server: RunningProgram::serve(folder.path(), &options), folder };
    for verb in [&["ls"][..], &["get", "x"], &["log", "x"], &["watch"], &["rm", "x", "--if-match", "v1-0"]] {
        docs.run(verb).expect(4, &["401", "--token"]);
        let refused = docs.run(&[verb, &["--token", "s3cret-of-bob", "--json"]].concat());
        refused.expect(4, &["401"]).never_says("s3cret");
        assert_eq!(json(&refused)["problem"]["status"], 401);
    }
    docs.run(&["ls", "--token", "s3cret-of-ann", "--as", "ann"]).expect(0, &[]);
    docs.run(&["ls", "--token", "s3cret-of-ann", "--as", "bob"]).expect(4, &["403", "--as"]);
}

/// Repeats the save of a lost response, as the message says.
#[test]
fn lost_response_is_3_and_the_same_command_is_applied_once() {
    let docs = Docs::start();
    let first = docs.create("notes", b"one\n");
    let faults = r#"{"loseResponses": 1}"#;
    let (_, address) = docs.server.url().split_once("://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let head = "PUT /control/faults HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json";
    write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{faults}", faults.len()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    let save = || docs.put("alice", "notes", b"two\n", &["--if-match", &first, "--json"]);
    save().expect(3, &["may have been applied", "Repeat the same command"]);
    let again = json(save().expect(0, &[]));
    assert_eq!((&again["replayed"], &again["overwrote"]), (&true.into(), &Value::Null));
    let log = docs.run(&["log", "notes"]);
    assert_eq!(log.stdout.split(|byte| *byte == b'\n').count() - 1, 2, "{log}");
}

#[cfg(unix)]
#[test]
fn output_that_is_closed_early_is_no_error_and_keeps_no_tag() {
    let docs = Docs::start();
    let large = "0123456789abcdef\n".repeat(60_000);
    docs.create("large", large.as_bytes());
    let mut child = docs.command(&["get", "large", "--etag-file", "etag"]);
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = BufReader::with_capacity(64, child.stdout.take().unwrap());
    assert_eq!(line(&mut first), "0123456789abcdef\n");
    drop(first);
    let ended = Ended::from(child.wait_with_output().unwrap());
    ended.expect(0, &[]);
    assert_eq!(ended.stderr, "");
    assert!(!docs.folder.file("etag").exists(), "the script did not get the whole text");
}

/// A process that is killed with the value.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn watch_prints_each_change_and_survives_a_restart_of_the_server() {
    let folder = TestFolder::new();
    let serve = |listen: &str| RunningProgram::serve(folder.path(), &["--listen", listen, "--store", "documents.db"]);
    let server = serve("127.0.0.1:0");
    let address = server.url().trim_start_matches("http://").to_owned();
    let mut docs = Docs { folder: TestFolder::new(), server };
    docs.create("other", b"");
    let mut watching = docs.command(&["watch", "notes", "--json", "--limit", "3"]);
    let child = watching.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut child = Killed(child);
    let mut said = BufReader::new(child.0.stderr.take().unwrap());
    let mut changes = BufReader::new(child.0.stdout.take().unwrap());
    assert!(line(&mut said).contains("watching notes at http://"));
    let first = docs.create("notes", b"one\n");
    let change: Value = serde_json::from_str(&line(&mut changes)).unwrap();
    assert_eq!((&change["event"], &change["id"]), (&"created".into(), &"notes".into()));
    assert_eq!((&change["etag"], &change["author"]), (&first.as_str().into(), &"alice".into()));
    // The first server must give its store and its port away before the next one takes them.
    docs.server.stop();
    docs.server = serve(&address);
    let second = tag(docs.put("bob", "notes", b"two\n", &["--if-match", &first]).expect(0, &[]));
    let change: Value = serde_json::from_str(&line(&mut changes)).unwrap();
    assert_eq!((&change["event"], &change["etag"]), (&"changed".into(), &second.as_str().into()));
    assert!(line(&mut said).contains("reconnecting"));
    assert!(line(&mut said).contains("connected again"));
    docs.run(&["rm", "notes", "--if-match", &second]).expect(0, &[]);
    assert!(line(&mut changes).contains("\"deleted\""));
    let end = Instant::now() + PATIENCE;
    while child.0.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end, "it ends after three changes");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Returns the shell scripts of a page that use `ifmatch docs`.
#[cfg(unix)]
fn scripts(page: &str) -> Vec<String> {
    let path = format!("{}/../../{page}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    blocks.filter(|block| block.contains("ifmatch docs")).collect()
}

/// Runs a script, while Bob saves before the script's first save.
#[cfg(unix)]
fn run_script(docs: &Docs, script: &str) -> Ended {
    let bob = "ifmatch docs get notes --etag-file bob.etag > bob.txt && echo 'a line of Bob' | cat bob.txt - | \
               ifmatch docs put notes --as Bob --etag-file bob.etag";
    // Each script changes a file between its read and its save.
    let begins = |line: &&str| line.starts_with("sed ") || line.trim_start().starts_with("echo ");
    let line = script.lines().find(begins).unwrap_or_else(|| panic!("{script}"));
    let joined = if line.ends_with("&&") { " &&" } else { "" };
    let once = format!("if [ ! -e bob.etag ]; then {bob}; fi{joined}\n{line}");
    let script = script.replacen(line, &once, 1);
    let program_folder = std::path::Path::new(env!("CARGO_BIN_EXE_ifmatch")).parent().unwrap();
    let path = format!("{}:{}", program_folder.display(), std::env::var("PATH").unwrap());
    let command = program(docs.folder.path());
    let mut shell = Command::new("sh");
    shell.args(["-euc", &script]).current_dir(docs.folder.path()).stdin(Stdio::null());
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ended::of(shell.env("PATH", path).env("IFMATCH_SERVER", docs.server.url()))
}

/// The scripts of the pages are run as they are printed, with a conflicting save in between.
#[cfg(unix)]
#[test]
fn scripts_of_the_pages_lose_no_update() {
    let readme = scripts("README.md");
    let [simple, again, merge] = scripts("docs/scripts.md").try_into().unwrap();
    assert_eq!(readme, [simple.as_str()], "both pages have the same script");
    let begun = || {
        let docs = Docs::start();
        docs.create("notes", b"a draft\nof several\nlines\n");
        docs
    };
    let docs = begun();
    run_script(&docs, &simple).expect(12, &["written by Bob"]);
    assert_eq!(docs.run(&["get", "notes"]).stdout, b"a draft\nof several\nlines\na line of Bob\n");
    let docs = begun();
    run_script(&docs, &again).expect(0, &["412"]);
    let text = String::from_utf8(docs.run(&["get", "notes"]).stdout).unwrap();
    assert!(
        text.starts_with("a draft\nof several\nlines\na line of Bob\n") && text.ends_with(": the backup is done\n"),
        "{text}"
    );
    let docs = begun();
    run_script(&docs, &merge).expect(0, &["412"]);
    assert_eq!(docs.run(&["get", "notes"]).stdout, b"a final\nof several\nlines\na line of Bob\n");
}

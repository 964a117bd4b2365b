//! Access control on the command line: tokens, codes, names and origins; and no secret is ever printed.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::program::{Ended, RunningProgram, TestFolder, program, run};

const SECRET: &str = "s3cret-of-ann";
const ROOM: &str = "# the room\nann s3cret-of-ann admin\nZoë Q, s3cret-of-zoe\n";

/// Creates a file of tokens, with the name `room`, that only its owner can read.
fn file(folder: &TestFolder, text: &[u8]) -> PathBuf {
    let path = folder.file("room");
    fs::write(&path, text).unwrap();
    set_mode(&path, 0o600);
    path
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

/// Runs the program with a token in its environment.
fn run_with_token(arguments: &[&str], token: Option<&str>) -> Ended {
    let folder = TestFolder::new();
    Ended::of(program(folder.path()).args(arguments).envs(token.map(|token| ("IFMATCH_TOKEN", token))))
}

/// A server of documents in memory.
struct Serving {
    program: RunningProgram,
    /// The address at which this test reaches the server.
    address: SocketAddr,
    /// The folder of the server, if it is removed with it.
    _folder: Option<TestFolder>,
}

impl Serving {
    /// Starts a server in a folder; `arguments` name the address to listen on.
    fn start_in(folder: &TestFolder, arguments: &[&str]) -> Self {
        let program = RunningProgram::serve(folder.path(), &[&["--store", "memory:"], arguments].concat());
        let mut address: SocketAddr = program.url().trim_start_matches("http://").parse().unwrap();
        if address.ip().is_unspecified() {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        Self { program, address, _folder: None }
    }

    /// Starts a server in a folder of its own.
    fn start(arguments: &[&str]) -> Self {
        let folder = TestFolder::new();
        let server = Self::start_in(&folder, arguments);
        Self { _folder: Some(folder), ..server }
    }

    /// Returns the whole response to a GET with these header fields.
    fn get(&self, path: &str, fields: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let host = if fields.contains("Host:") { "" } else { "Host: localhost\r\n" };
        write!(stream, "GET {path} HTTP/1.1\r\n{host}Connection: close\r\n{fields}\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    /// Returns the status of a GET with this token.
    fn status(&self, path: &str, token: Option<&str>) -> u16 {
        let fields = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        self.get(path, &fields).split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn banner(&self) -> &str {
        &self.program.banner
    }

    /// Returns the token behind `--token` in the line of the banner with this beginning.
    fn token(&self, beginning: &str) -> String {
        let line = self.banner().lines().find(|line| line.starts_with(beginning));
        let line = line.unwrap_or_else(|| panic!("{}", self.banner()));
        let after = line.strip_prefix(beginning).unwrap().trim_start();
        let after = after.strip_prefix("IFMATCH_TOKEN=").unwrap_or(after);
        after.split_whitespace().next().unwrap().to_owned()
    }
}

#[test]
fn open_and_tokens_are_a_contradiction() {
    let folder = TestFolder::new();
    file(&folder, ROOM.as_bytes());
    for listen in ["127.0.0.1:0", "0.0.0.0:0"] {
        let refused = folder.run(&["serve", "--listen", listen, "--open", "--tokens", "room"]);
        refused.expect(2, &["--open", "--tokens"]);
    }
}

#[test]
fn tokens_file_is_refused_by_its_line_without_a_token() {
    let folder = TestFolder::new();
    for (text, says) in [
        (&b""[..], "names no person"),
        (b"ann s3cret", "line 1: the token has fewer than 8"),
        (b"\n\nann s3cret-of-ann,", "line 3: "),
        (b"ann s3cret-of-ann\nbob s3cret-of-ann", "line 2: line 1 already has this token"),
        (b"ann s3cret-of-ann\nann s3cret-of-bob", "line 2: line 1 already has this name"),
        (b"ann s3cret-of-ann root", "line 1: only the word 'admin' may follow the token"),
        (b"ann s3cret-of-\xff", "UTF-8"),
    ] {
        file(&folder, text);
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", "room"];
        folder.run(&arguments).expect(2, &[says]).never_says("s3cret");
    }
    run(&["serve", "--tokens", "nowhere"]).expect(74, &["nowhere"]);
}

/// The address is taken, so the server ends, but not before it has looked at the file.
#[cfg(unix)]
#[test]
fn tokens_file_that_others_can_use_is_warned_of_and_taken() {
    let folder = TestFolder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    for (mode, can) in [
        (0o600, None),
        (0o400, None),
        (0o640, Some("can read the tokens")),
        (0o604, Some("can read the tokens")),
        (0o620, Some("can change the tokens")),
        (0o602, Some("can change the tokens")),
        (0o646, Some("can read and change the tokens")),
    ] {
        let path = file(&folder, ROOM.as_bytes());
        set_mode(&path, mode);
        let arguments = ["serve", "--listen", &listen, "--store", "memory:", "--tokens", "room"];
        let ended = folder.run(&arguments);
        ended.expect(74, can.as_slice()).never_says("s3cret");
        assert_eq!(ended.stderr.contains("chmod 600"), can.is_some(), "{mode:o}: {ended}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn tokens_of_a_file_let_their_people_in() {
    let folder = TestFolder::new();
    file(&folder, ROOM.as_bytes());
    let server = Serving::start_in(&folder, &["--listen", "127.0.0.1:0", "--tokens", "room"]);
    assert!(server.banner().contains("--token YOUR-TOKEN"), "{}", server.banner());
    assert!(!server.banner().contains("s3cret"), "{}", server.banner());
    for (path, token, status) in [
        ("/api/documents", None, 401),
        ("/api/documents", Some("s3cret-of-bob"), 401),
        ("/api/documents", Some(SECRET), 200),
        ("/control/gate", Some(SECRET), 200),
        ("/api/documents", Some("s3cret-of-zoe"), 200),
        ("/control/gate", Some("s3cret-of-zoe"), 403),
        ("/healthz", None, 200),
    ] {
        assert_eq!(server.status(path, token), status, "{path} {token:?}");
    }
}

#[test]
fn address_that_others_reach_gets_codes_for_room_and_leader() {
    let server = Serving::start(&["--listen", "0.0.0.0:0"]);
    let (room, leader) = (server.token("the code:"), server.token("you lead:"));
    assert_ne!(room, leader);
    assert!(!server.banner().contains("--server http://0.0.0.0"), "{}", server.banner());
    assert!(server.banner().contains("--host-name"), "{}", server.banner());
    for (path, token, status) in [
        ("/api/documents", None, 401),
        ("/api/documents", Some(&room), 200),
        ("/control/gate", Some(&room), 403),
        ("/control/gate", Some(&leader), 200),
    ] {
        assert_eq!(server.status(path, token.map(String::as_str)), status, "{path}");
    }
    let other = Serving::start(&["--listen", "0.0.0.0:0"]);
    assert_ne!(other.token("the code:"), room, "each server has its own");
}

#[test]
fn open_server_requires_no_token() {
    for arguments in [&["--listen", "0.0.0.0:0", "--open"][..], &["--listen", "127.0.0.1:0"]] {
        let server = Serving::start(arguments);
        assert!(!server.banner().contains("code"), "{}", server.banner());
        assert_eq!(server.status("/api/documents", None), 200);
        assert_eq!(server.status("/control/gate", None), 200);
    }
}

#[test]
fn names_and_origins_reach_the_server() {
    let names = ["--host-name", "class.example", "--host-name", "two.example"];
    let arguments = [&["--listen", "127.0.0.1:0", "--cors-origin", "http://localhost:5173"], &names[..]].concat();
    let server = Serving::start(&arguments);
    for (host, status) in [("class.example:1", "200"), ("TWO.example.", "200"), ("three.example", "421")] {
        let response = server.get("/healthz", &format!("Host: {host}\r\nOrigin: http://localhost:5173\r\n"));
        assert!(response.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {response}");
        let response = response.to_ascii_lowercase();
        assert!(response.contains("access-control-allow-origin: http://localhost:5173"), "{response}");
    }
}

#[test]
fn invalid_host_name_or_origin_is_wrong_usage() {
    for (option, value, says) in [
        ("--host-name", "http://class.example", "without a port"),
        ("--host-name", "class.example:4280", "without a port"),
        ("--host-name", "*", "is not a host name"),
        ("--cors-origin", "*", "every web page"),
        ("--cors-origin", "null", "null"),
        ("--cors-origin", "http://class.example/", "http://localhost:5173"),
    ] {
        run(&["serve", "--listen", "127.0.0.1:0", "--store", "memory:", option, value]).expect(2, &[says]);
    }
}

#[test]
fn editor_that_is_not_let_in_says_why_and_ends_with_4() {
    let folder = TestFolder::new();
    file(&folder, ROOM.as_bytes());
    let server = Serving::start_in(&folder, &["--listen", "127.0.0.1:0", "--tokens", "room"]);
    let url = server.url();
    for (name, token, says) in [
        ("ann", None, &["401", "requires a token", "--token", "IFMATCH_TOKEN"][..]),
        ("ann", Some("s3cret-of-bob"), &["401", "does not know the token", "--token"]),
        ("bob", Some(SECRET), &["403", "The token was issued to ann", "--as"]),
    ] {
        let refused = run_with_token(&["edit", "welcome", "--server", &url, "--as", name], token);
        refused.expect(4, says).never_says("s3cret");
    }
}

#[test]
fn invalid_token_is_wrong_usage_and_not_shown() {
    let edit = ["edit", "welcome", "--server", "http://127.0.0.1:1"];
    for wrong in ["s3cret word", "s3cret\"", "", "s3cretß"] {
        for (arguments, token) in [(&edit[..], Some(wrong)), (&[&edit[..], &["--token", wrong]].concat(), None)] {
            run_with_token(arguments, token).expect(2, &["--token"]).never_says("s3cret");
        }
    }
    let help = run_with_token(&["edit", "--help"], Some(SECRET));
    help.expect(0, &[]).never_says("s3cret");
    assert!(help.to_string().contains("IFMATCH_TOKEN"), "{help}");
    run_with_token(&["edit", "--no-such-option"], Some(SECRET)).never_says("s3cret");
}

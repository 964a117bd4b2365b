//! Who is let in, on the command line: tokens, codes, names and origins; and that no secret is ever said.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

const SECRET: &str = "s3cret-of-ann";
const ROOM: &str = "# the room\nann s3cret-of-ann admin\nZoë Q, s3cret-of-zoe\n";

fn program(data: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ifmatch"));
    command.env("IFMATCH_DATA", data.path()).env("USER", "alice").stdin(Stdio::null());
    for name in ["IFMATCH_SERVER", "IFMATCH_LOG", "IFMATCH_TOKEN", "IFMATCH_NAME"] {
        command.env_remove(name);
    }
    command
}

/// Runs the program to its end, and returns its exit code and what it said.
fn run(arguments: &[&str], token: Option<&str>) -> (Option<i32>, String) {
    let data = TempDir::new().unwrap();
    let mut command = program(&data);
    command.args(arguments).envs(token.map(|token| ("IFMATCH_TOKEN", token)));
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

/// A file of tokens that only its owner can read.
fn file(folder: &TempDir, text: &[u8]) -> PathBuf {
    let path = folder.path().join("room");
    fs::write(&path, text).unwrap();
    mode(&path, 0o600);
    path
}

#[cfg(unix)]
fn mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn mode(_: &std::path::Path, _: u32) {}

/// A server that is running, and what it said when it began.
struct Serving {
    child: Child,
    said: String,
    address: SocketAddr,
    _data: TempDir,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let data = TempDir::new().unwrap();
        let mut command = program(&data);
        command.args(["serve", "--store", "memory:"]).args(arguments).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            said.push_str(&line);
            said.push('\n');
            if line.starts_with("Ctrl-C") {
                break;
            }
        }
        let place = said.split_once("http://").unwrap_or_else(|| panic!("{said}")).1;
        let mut address: SocketAddr = place.split(',').next().unwrap().parse().unwrap();
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        Self { child, said, address, _data: data }
    }

    /// The status of a GET.
    fn get(&self, path: &str, fields: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let host = if fields.contains("Host:") { "" } else { "Host: localhost\r\n" };
        write!(stream, "GET {path} HTTP/1.1\r\n{host}Connection: close\r\n{fields}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn status(&self, path: &str, token: Option<&str>) -> u16 {
        let fields = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        self.get(path, &fields).split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What stands behind `--token` in the line that begins so.
    fn token(&self, line: &str) -> String {
        let line = self.said.lines().find(|said| said.starts_with(line)).unwrap_or_else(|| panic!("{}", self.said));
        line.split_once("--token ").unwrap().1.trim().to_owned()
    }
}

#[test]
fn everybody_and_only_some_is_a_contradiction() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, ROOM.as_bytes());
    for listen in ["127.0.0.1:0", "0.0.0.0:0"] {
        let (code, said) = run(&["serve", "--listen", listen, "--open", "--tokens", path.to_str().unwrap()], None);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("--open") && said.contains("--tokens"), "{said}");
    }
}

#[test]
fn a_file_of_tokens_is_refused_by_its_line_and_says_no_token() {
    let folder = TempDir::new().unwrap();
    for (text, code, says) in [
        (&b""[..], 2, "names nobody"),
        (b"ann s3cret", 2, "line 1: the token has fewer than 8"),
        (b"\n\nann s3cret-of-ann,", 2, "line 3: "),
        (b"ann s3cret-of-ann\nbob s3cret-of-ann", 2, "line 2: the token has a line already, 1"),
        (b"ann s3cret-of-ann\nann s3cret-of-bob", 2, "line 2: the name has a line already, 1"),
        (b"ann s3cret-of-ann root", 2, "line 1: behind the token"),
        (b"ann s3cret-of-\xff", 2, "UTF-8"),
    ] {
        let path = file(&folder, text);
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", path.to_str().unwrap()];
        let (ended, said) = run(&arguments, None);
        assert_eq!(ended, Some(code), "{said}");
        assert!(said.contains(says) && !said.contains("s3cret"), "{says}: {said}");
    }
    let nowhere = folder.path().join("nowhere");
    let (code, said) = run(&["serve", "--tokens", nowhere.to_str().unwrap()], None);
    assert_eq!(code, Some(74), "{said}");
    assert!(said.contains("nowhere"), "{said}");
}

/// The address is taken, so the server ends, but not before it has looked at the file.
#[cfg(unix)]
#[test]
fn tokens_file_that_others_can_use_is_warned_of_and_taken() {
    let folder = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    for (permissions, can) in [
        (0o600, None),
        (0o400, None),
        (0o640, Some("can read the tokens")),
        (0o604, Some("can read the tokens")),
        (0o620, Some("can change the tokens")),
        (0o602, Some("can change the tokens")),
        (0o646, Some("can read and change the tokens")),
    ] {
        let path = file(&folder, ROOM.as_bytes());
        mode(&path, permissions);
        let arguments = ["serve", "--listen", &listen, "--store", "memory:", "--tokens", path.to_str().unwrap()];
        let (code, said) = run(&arguments, None);
        assert_eq!(code, Some(74), "{said}");
        assert_eq!(said.contains("chmod 600"), can.is_some(), "{permissions:o}: {said}");
        assert!(said.contains(can.unwrap_or_default()), "{permissions:o}: {said}");
        assert!(!said.contains("s3cret"), "{said}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn tokens_of_a_file_let_their_people_in() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, ROOM.as_bytes());
    let server = Serving::start(&["--listen", "127.0.0.1:0", "--tokens", path.to_str().unwrap()]);
    assert!(server.said.contains("--token YOUR-TOKEN") && !server.said.contains("s3cret"), "{}", server.said);
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
fn an_address_that_others_reach_gets_a_code_and_a_leader() {
    let server = Serving::start(&["--listen", "0.0.0.0:0"]);
    let (room, leader) = (server.token("join with:"), server.token("you lead:"));
    assert_ne!(room, leader);
    assert!(!server.said.contains("--server http://0.0.0.0"), "{}", server.said);
    assert!(server.said.contains("--host-name"), "{}", server.said);
    for (path, token, status) in [
        ("/api/documents", None, 401),
        ("/api/documents", Some(&room), 200),
        ("/control/gate", Some(&room), 403),
        ("/control/gate", Some(&leader), 200),
    ] {
        assert_eq!(server.status(path, token.map(String::as_str)), status, "{path}");
    }
    let other = Serving::start(&["--listen", "0.0.0.0:0"]);
    assert_ne!(other.token("join with:"), room, "each server has its own");
}

#[test]
fn open_is_open() {
    for arguments in [&["--listen", "0.0.0.0:0", "--open"][..], &["--listen", "127.0.0.1:0"]] {
        let server = Serving::start(arguments);
        assert!(!server.said.contains("--token"), "{}", server.said);
        assert_eq!(server.status("/api/documents", None), 200);
        assert_eq!(server.status("/control/gate", None), 200);
    }
}

#[test]
fn names_and_origins_reach_the_server() {
    let server = Serving::start(&[
        "--listen",
        "127.0.0.1:0",
        "--host-name",
        "class.example",
        "--host-name",
        "two.example",
        "--cors-origin",
        "http://localhost:5173",
    ]);
    for (host, status) in [("class.example:1", "200"), ("TWO.example.", "200"), ("three.example", "421")] {
        let answer = server.get("/healthz", &format!("Host: {host}\r\nOrigin: http://localhost:5173\r\n"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {answer}");
        assert!(answer.to_ascii_lowercase().contains("access-control-allow-origin: http://localhost:5173"), "{answer}");
    }
}

#[test]
fn what_is_no_name_and_no_origin_is_wrong_usage() {
    for (option, value, says) in [
        ("--host-name", "http://class.example", "no port"),
        ("--host-name", "class.example:4280", "no port"),
        ("--host-name", "*", "no name of a host"),
        ("--cors-origin", "*", "every web page"),
        ("--cors-origin", "null", "null"),
        ("--cors-origin", "http://class.example/", "http://localhost:5173"),
    ] {
        let (code, said) = run(&["serve", "--listen", "127.0.0.1:0", "--store", "memory:", option, value], None);
        assert_eq!(code, Some(2), "{option} {value}: {said}");
        assert!(said.contains(says), "{option} {value}: {said}");
    }
}

#[test]
fn an_editor_that_is_not_let_in_says_why_and_ends_with_4() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, ROOM.as_bytes());
    let server = Serving::start(&["--listen", "127.0.0.1:0", "--tokens", path.to_str().unwrap()]);
    let url = server.url();
    let edit = |name: &str, token: Option<&str>| run(&["edit", "welcome", "--server", &url, "--as", name], token);
    for (name, token, says) in [
        ("ann", None, &["401", "wants a token", "--token", "IFMATCH_TOKEN"][..]),
        ("ann", Some("s3cret-of-bob"), &["401", "none of this server's", "--token"]),
        ("bob", Some(SECRET), &["403", "The token is ann's", "--as"]),
    ] {
        let (code, said) = edit(name, token);
        assert_eq!(code, Some(4), "{said}");
        assert!(says.iter().all(|says| said.contains(says)) && !said.contains("s3cret"), "{said}");
    }
}

#[test]
fn a_token_that_is_none_is_wrong_usage_and_not_shown() {
    let edit = ["edit", "welcome", "--server", "http://127.0.0.1:1"];
    for wrong in ["s3cret word", "s3cret\"", "", "s3cretß"] {
        for (arguments, token) in [(&edit[..], Some(wrong)), (&[&edit[..], &["--token", wrong]].concat(), None)] {
            let (code, said) = run(arguments, token);
            assert_eq!(code, Some(2), "{wrong:?}: {said}");
            assert!(said.contains("--token") && !said.contains("s3cret"), "{said}");
        }
    }
    let (code, said) = run(&["edit", "--help"], Some(SECRET));
    assert_eq!(code, Some(0));
    assert!(said.contains("IFMATCH_TOKEN") && !said.contains("s3cret"), "{said}");
    let (_, said) = run(&["edit", "--no-such-option"], Some(SECRET));
    assert!(!said.contains("s3cret"), "{said}");
}

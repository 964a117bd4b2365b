//! Guesses of a token, and what the person who runs the server sees of them.

use std::fs;
use std::io::{Write as _, pipe};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use tests::documents::get;
use tests::http::HttpConnection;
use tests::second_client::beside;
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;

const CAROL: &str = "Bearer fizal-tugon-havis";

/// A server that knows a leader and Carol, and answers three wrong tokens at once.
fn start(stderr: Stdio) -> Server {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("room");
    fs::write(&file, "lea kudop-lirat-bomak admin\ncarol fizal-tugon-havis\n").expect("it can be written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
    let file = file.to_str().expect("a temporary folder has an ordinary name");
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", file, "--budget", "token-guesses=3"];
    // The file is read before the server says where it is, and not again.
    Server::start_saying(PROGRAM, &arguments, stderr)
}

fn guess(server: &Server, number: u32) -> u16 {
    server.answer(&get("doc").with("Authorization", format!("Bearer some-guess-{number}"))).status
}

#[test]
fn many_guesses_are_told_on_standard_error() {
    let mut server = start(Stdio::piped());
    let told = |server: &Server| -> Vec<String> {
        server.said().into_iter().filter(|line| line.contains("wrong tokens")).collect()
    };
    for number in 0..3 {
        assert_eq!(guess(&server, number), 401);
    }
    assert_eq!(told(&server), Vec::<String>::new(), "people mistype their tokens");
    for number in 3..5 {
        assert_eq!(guess(&server, number), 401);
    }
    let begin = "ifmatch: 127.0.0.1 has sent 4 wrong tokens or codes; its next ones are answered late, and right ones \
                 at once";
    until("the leader is told", || told(&server) == [begin]);
    assert!(server.end().success());
    until("the leader is told of all", || told(&server) == [begin, "ifmatch: 5 wrong tokens or codes came in all"]);
    assert!(server.said().iter().all(|line| !line.contains("some-guess")), "{:#?}", server.said());
}

#[test]
fn full_standard_error_stops_nothing() {
    // Nothing is read from this pipe, and there is no room left in it.
    let (_reader, mut writer) = pipe().expect("there are pipes");
    writer.write_all(&vec![b'x'; 64 * 1024]).expect("a pipe of Linux has room for this, and for no more");
    let mut server = start(writer.into());
    for number in 0..5 {
        assert_eq!(guess(&server, number), 401);
    }
    assert_eq!(server.answer(&get("doc").with("Authorization", CAROL)).status, 404);
    assert!(server.end().success());
}

/// More guesses than may wait: some answers are late, the others are a 429, and the room behind the same address works.
#[test]
fn flood_of_guesses_delays_no_holder_of_a_token() {
    let server = start(Stdio::piped());
    let guess = get("doc").with("Authorization", "Bearer some-guess");
    let (mut late, mut refused) = (0, 0);
    beside(&server, Some(CAROL), |second_client| {
        while !second_client.is_done() || refused == 0 {
            let mut guesses: Vec<_> = (0..120).map(|_| HttpConnection::open(server.address())).collect();
            for connection in &mut guesses {
                connection.write(&guess.head(server.address()));
            }
            for mut connection in guesses {
                match connection.read("GET").status {
                    401 => late += 1,
                    429 => refused += 1,
                    other => panic!("a guess was answered with {other}"),
                }
            }
        }
    });
    assert!(late >= 100, "so many wait: {late}");
}

//! Guessed tokens: the server delays its answers to them, and reports them on standard error.

use std::fs;
use std::io::{Write as _, pipe};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use tests::documents::get;
use tests::http::{HttpConnection, Request};
use tests::second_client::beside;
use tests::serve::{OneServer, Server};
use tests::until;

use crate::PROGRAM;

const CAROL: &str = "Bearer fizal-tugon-havis";

/// Starts a server with tokens for a leader and Carol, which answers three wrong tokens without delay.
fn start(stderr: Stdio) -> Server {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("room");
    fs::write(&file, "lea kudop-lirat-bomak admin\ncarol fizal-tugon-havis\n").expect("it can be written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("the test owns the file");
    let file = file.to_str().expect("a temporary folder has an ordinary name");
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", file, "--budget", "token-guesses=3"];
    // The server reads the token file before it prints its address, and never again.
    Server::start_alone_saying(PROGRAM, &arguments, stderr, OneServer::OtherClients)
}

fn guess(server: &Server, number: u32) -> u16 {
    server.answer(&get("doc").with("Authorization", format!("Bearer some-guess-{number}"))).status
}

#[test]
fn many_guesses_are_reported_on_standard_error() {
    let mut server = start(Stdio::piped());
    let reports = |server: &Server| -> Vec<String> {
        server.said().into_iter().filter(|line| line.contains("wrong tokens")).collect()
    };
    for number in 0..3 {
        assert_eq!(guess(&server, number), 401);
    }
    assert_eq!(reports(&server), Vec::<String>::new(), "a few wrong tokens are not reported");
    for number in 3..5 {
        assert_eq!(guess(&server, number), 401);
    }
    let begin = "ifmatch: 127.0.0.1 has sent 4 wrong tokens or codes; the server delays its responses to further wrong \
                 ones";
    until("the guesses are reported", || reports(&server) == [begin]);
    assert!(server.end().success());
    until("the total is reported", || {
        reports(&server) == [begin, "ifmatch: clients sent 5 wrong tokens or codes in all"]
    });
    assert!(server.said().iter().all(|line| !line.contains("some-guess")), "{:#?}", server.said());
}

/// The form of the page at `/` is no way around the delays.
#[test]
fn guess_by_the_form_is_counted_like_every_other() {
    let server = start(Stdio::piped());
    for number in 0..4 {
        let form = format!("name=mallory&code=some-guess-{number}");
        let answer = server.answer(&Request::new("POST", "/").body("application/x-www-form-urlencoded", form));
        assert_eq!(answer.status, 401, "{answer}");
    }
    until("the guesses are reported", || server.said().iter().any(|line| line.contains("has sent 4 wrong tokens")));
}

#[test]
fn full_standard_error_blocks_no_response() {
    // The pipe is full, and its other end is never read.
    let (_reader, mut writer) = pipe().expect("there are pipes");
    writer.write_all(&vec![b'x'; 64 * 1024]).expect("a pipe on Linux holds exactly this many bytes");
    let mut server = start(writer.into());
    for number in 0..5 {
        assert_eq!(guess(&server, number), 401);
    }
    assert_eq!(server.answer(&get("doc").with("Authorization", CAROL)).status, 404);
    assert!(server.end().success());
}

/// More guesses arrive than may wait: some get a late 401, the others a 429.
#[test]
fn flood_of_guesses_does_not_delay_valid_tokens() {
    let server = start(Stdio::piped());
    let guess = get("doc").with("Authorization", "Bearer some-guess");
    let (mut late, mut refused) = (0, 0);
    beside(&server, Some(CAROL), |second_client| {
        while !second_client.is_done() || refused == 0 {
            let mut guesses: Vec<_> = (0..120).map(|_| HttpConnection::open(server.address())).collect();
            for connection in &mut guesses {
                connection.write(&guess.head(server.host()));
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
    assert!(late >= 100, "at least 100 guesses may wait: {late}");
}

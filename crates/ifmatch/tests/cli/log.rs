//! The log: which file, which level, and that no secret is in it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::program::{Ended, RunningProgram, TestFolder, program, run};

const SECRET: &str = "canary-of-the-log";

#[test]
fn file_and_level_of_the_log_are_chosen() {
    let folder = TestFolder::new();
    // There is nothing to warn of, so there is no file.
    let quiet = ["docs", "ls", "--server", "http://127.0.0.1:1"];
    folder.run(&quiet).expect(3, &[]);
    assert!(!folder.file("data/ifmatch.log").exists());
    let at_debug = Ended::of(program(folder.path()).args(quiet).env("IFMATCH_LOG", "debug"));
    at_debug.expect(3, &[]);
    assert!(folder.read("data/ifmatch.log").contains("DEBUG"), "{}", folder.read("data/ifmatch.log"));
    folder.run(&[&quiet[..], &["--log", "named"]].concat()).expect(3, &[]);
    assert!(folder.read("named").contains("DEBUG"), "a file that is named says more");
    folder.run(&[&quiet[..], &["--log", "off", "--log-level", "off"]].concat()).expect(3, &[]);
    assert!(!folder.file("off").exists());
    run(&["docs", "ls", "--log-level", "trace"]).expect(2, &["debug", "off"]);
    run(&["docs", "ls", "--log", "no/such/folder"]).expect(74, &["no/such/folder cannot be written"]);
}

#[cfg(unix)]
#[test]
fn log_is_in_the_users_state_folder_and_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TestFolder::new();
    let mut command = program(folder.path());
    command.env_remove("IFMATCH_DATA").env("XDG_STATE_HOME", folder.file("state")).env("IFMATCH_LOG", "debug");
    Ended::of(command.args(["docs", "ls", "--server", "http://127.0.0.1:1"])).expect(3, &[]);
    let log = folder.file("state/ifmatch/ifmatch.log");
    assert_eq!(std::fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
}

/// Tokens are sent in the right place, in a wrong place, and by a client with another token.
#[test]
fn no_token_is_in_the_log_of_server_or_client() {
    let folder = TestFolder::new();
    folder.write("room", format!("ann {SECRET} admin\n"));
    let options = ["--listen", "127.0.0.1:0", "--store", "memory:", "--tokens", "room", "--log", "server.log"];
    let server = RunningProgram::serve(folder.path(), &options);
    let verb = ["docs", "ls", "--server", server.url(), "--as", "ann", "--log", "client.log"];
    let mut command = program(folder.path());
    Ended::of(command.args(verb).env("IFMATCH_TOKEN", SECRET)).expect(0, &[]);
    folder.run(&[&verb[..], &["--token", &format!("{SECRET}-x")]].concat()).expect(4, &["401"]);
    let address = server.url().trim_start_matches("http://");
    let body = r#"{"latencyMs": 0}"#;
    for (request, status) in [
        // The server logs this one.
        (
            format!(
                "PUT /control/faults HTTP/1.1\r\nAuthorization: Bearer {SECRET}\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\n",
                body.len()
            ),
            200,
        ),
        (format!("GET /api/documents?access_token={SECRET} HTTP/1.1\r\n"), 401),
        (format!("GET /api/documents HTTP/1.1\r\nCookie: token={SECRET}\r\nX-Api-Key: {SECRET}\r\n"), 401),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "{request}Host: localhost\r\nConnection: close\r\n\r\n{body}").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with(&format!("HTTP/1.1 {status}")), "{response}");
    }
    drop(server);
    for (log, says) in [("server.log", "a client set the faults"), ("client.log", "DEBUG")] {
        let text = folder.read(log);
        assert!(text.contains(says), "{log}: {text}");
        assert!(!text.contains(SECRET), "{log}: {text}");
    }
}

//! The memory that the server keeps after a burst of large requests.

use std::thread;

use tests::documents::{get, path, put};
use tests::http::HttpConnection;
use tests::serve::{OneServer, Server};
use tests::until;
use tests::usage::memory;

use crate::PROGRAM;

const MIB: usize = 1024 * 1024;

/// The bound of the server's growth some seconds after the burst.
///
/// With two processors, the server grows by about 35 MiB.
const MAX_KEPT: usize = 56 * MIB;

/// The growth during the burst below which the test would prove nothing.
const MIN_NEEDED: usize = 72 * MIB;

#[test]
fn memory_returns_to_the_system_after_a_burst() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let store = folder.path().join("documents.db").display().to_string();
    let arguments = ["--listen", "127.0.0.1:0", "--store", &store, "--budget", "record-bytes=1MiB"];
    let server = Server::start_alone(PROGRAM, &arguments, OneServer::File);
    let before = memory(&server, "VmRSS");
    let mut unfinished = Vec::new();
    for number in 0..40 {
        let mut client = HttpConnection::open(server.address());
        let head = format!(
            "PUT {} HTTP/1.1\r\nHost: {}\r\nIf-None-Match: *\r\nContent-Length: 6300000\r\n\r\n",
            path(&format!("unfinished-{number}")),
            server.host()
        );
        client.write(head.as_bytes());
        // An error means that the server has refused the request.
        let _ = client.try_write(&vec![b' '; 6_200_000]);
        unfinished.push(client);
    }
    drop(unfinished);
    let text = "x".repeat(1_000_000);
    thread::scope(|scope| {
        for client in 0..12 {
            let (server, text) = (&server, &text);
            scope.spawn(move || {
                for number in 0..4 {
                    let id = format!("doc-{client}-{number}");
                    let written = server.answer(&put(&id, text).with("If-None-Match", "*"));
                    assert_eq!(written.status, 201, "{written}");
                    assert_eq!(server.answer(&get(&id)).status, 200);
                }
            });
        }
    });
    let needed = memory(&server, "VmHWM").saturating_sub(before);
    assert!(needed > MIN_NEEDED, "the server grew by {} MiB", needed / MIB);
    until("memory goes back to the system", || memory(&server, "VmRSS").saturating_sub(before) < MAX_KEPT);
    println!("{} of {} KiB stay allocated", memory(&server, "VmRSS").saturating_sub(before) / 1024, needed / 1024);
}

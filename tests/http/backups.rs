//! `ifmatch store` beside a running server: the backup of a store in use, the check of a damaged one.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tests::documents::{get, put};
use tests::serve::{OneServer, Server};

use crate::PROGRAM;

fn start(file: &Path) -> Server {
    let arguments = ["--listen", "127.0.0.1:0", "--store", &file.display().to_string()];
    Server::start_alone(PROGRAM, &arguments, OneServer::File)
}

/// Runs `ifmatch store`, and returns its exit code and everything that it printed.
fn store(arguments: &[&str]) -> (Option<i32>, String) {
    let data = tempfile::tempdir().expect("there is room for a temporary folder");
    let mut command = Command::new(PROGRAM);
    command.arg("store").args(arguments).env("IFMATCH_DATA", data.path()).env_remove("IFMATCH_LOG");
    let output = command.output().expect("the program starts");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code(), said.concat())
}

/// Creates a document, and replaces it until `done` is set. Returns all tags in order.
fn write_until(server: &Server, id: &str, done: &AtomicBool) -> Vec<String> {
    let first = server.answer(&put(id, "text 0").with("If-None-Match", "*"));
    assert_eq!(first.status, 201, "{first}");
    let mut tags = vec![first.etag()];
    while !done.load(Ordering::SeqCst) || tags.len() < 20 {
        let text = format!("text {}", tags.len());
        let answer = server.answer(&put(id, &text).with("If-Match", &tags[tags.len() - 1]));
        assert_eq!(answer.status, 200, "a backup does not disturb writers: {answer}");
        tags.push(answer.etag());
    }
    tags
}

#[test]
fn backup_beside_writers_is_a_complete_store() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let (file, copy) = (folder.path().join("documents.db"), folder.path().join("copy.db"));
    let names = [file.to_str().expect("ASCII"), copy.to_str().expect("ASCII")];
    let server = start(&file);
    // A backup must contain every write that was acknowledged before it began.
    let before = server.answer(&put("before", "first").with("If-None-Match", "*"));
    let done = AtomicBool::new(false);
    let tags = thread::scope(|scope| {
        let writers: Vec<_> = ["a", "b"].map(|id| scope.spawn(|| write_until(&server, id, &done))).into();
        tests::until("both write", || {
            ["a", "b"].iter().all(|id| server.answer(&get(id)).field("ETag").is_some_and(|tag| !tag.contains("v1-")))
        });
        let (code, said) = store(&["backup", names[0], names[1]]);
        done.store(true, Ordering::SeqCst);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("3 documents and ") && said.contains(" versions, "), "{said}");
        let (code, said) = store(&["check", names[0]]);
        assert_eq!(code, Some(0), "a store in use is sound: {said}");
        writers.into_iter().map(|writer| writer.join().expect("the writer ends without a panic")).collect::<Vec<_>>()
    });
    let (code, said) = store(&["backup", names[0], names[1]]);
    assert_eq!(code, Some(74), "{said}");
    assert!(said.contains("exists") && said.contains("--overwrite"), "{said}");
    let (code, said) = store(&["check", names[1]]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("sound: 3 documents"), "{said}");

    // The copy is a store of its own, so both can be served at the same time.
    let second = start(&copy);
    assert_eq!(second.answer(&get("before")).etag(), before.etag());
    for (id, tags) in ["a", "b"].iter().zip(tags) {
        let copied = second.answer(&get(id));
        let place = tags.iter().position(|tag| *tag == copied.etag());
        let place = place.unwrap_or_else(|| panic!("the copy has a version that the store never had: {copied}"));
        assert_eq!(copied.word("content"), Some(format!("text {place}")));
        let written = second.answer(&put(id, "in the copy alone").with("If-Match", copied.etag()));
        assert_eq!(written.status, 200, "{written}");
    }
}

#[test]
fn check_names_document_and_version_of_a_damaged_text() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let file = folder.path().join("documents.db");
    let name = file.to_str().expect("ASCII");
    let server = start(&file);
    let first = server.answer(&put("letter", "a rare word").with("If-None-Match", "*"));
    assert_eq!(server.answer(&put("letter", "another").with("If-Match", first.etag())).status, 200);
    server.kill();
    // A server that shuts down moves the log into the file. This server was killed, so the backup has to do it.
    let copy = folder.path().join("copy.db");
    assert_eq!(store(&["backup", name, copy.to_str().expect("ASCII")]).0, Some(0));
    let mut bytes = fs::read(&copy).expect("it was written");
    let place = bytes.windows(11).position(|window| window == b"a rare word").expect("the text is in the file");
    bytes[place] ^= 1;
    fs::write(&copy, &bytes).expect("it can be written");
    let (code, said) = store(&["check", copy.to_str().expect("ASCII")]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("letter version 1: its text is damaged"), "{said}");
    assert!(said.contains("1 problem in 1 document and 2 versions"), "{said}");
    assert_eq!(fs::read(&copy).expect("it is there"), bytes, "a check changes nothing");
    let (code, said) = store(&["check", name]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = store(&["check", folder.path().join("none.db").to_str().expect("ASCII")]);
    assert_eq!(code, Some(74), "{said}");
    assert!(said.contains("there is no file"), "{said}");
}

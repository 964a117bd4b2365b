//! A full disk: writes are refused, acknowledged writes stay, and writes succeed once there is room.
//!
//! The disk is a small tmpfs, which only root can mount. Without root the test prints that it was skipped.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tests::documents::{get, put};
use tests::http::Request;
use tests::serve::{OneServer, Server};

use crate::PROGRAM;

/// A disk of 2 MiB, unmounted when this value is dropped.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn mount(folder: &'a Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(folder).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

fn text(number: usize) -> String {
    format!("text {number} ").repeat(6000)
}

#[test]
fn full_disk_is_503_and_loses_no_acknowledged_write() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let Some(disk) = Disk::mount(folder.path()) else {
        println!("skipped: mounting a tmpfs takes root on Linux");
        return;
    };
    let filler = disk.0.join("filler");
    fs::write(&filler, vec![0; 512 * 1024]).expect("the disk has room for the filler");
    let file = disk.0.join("documents.db").display().to_string();
    let start = || Server::start_alone(PROGRAM, &["--listen", "127.0.0.1:0", "--store", &file], OneServer::File);
    let server = start();
    let create = |server: &Server, number: usize| {
        server.answer(&put(&format!("doc-{number}"), &text(number)).with("If-None-Match", "*"))
    };

    let mut tags = Vec::new();
    let refused = loop {
        let answer = create(&server, tags.len());
        if answer.status != 201 {
            break answer;
        }
        tags.push(answer.etag());
        assert!(tags.len() < 100, "the disk fills up");
    };
    assert!(tags.len() > 2, "the first writes succeed: {refused}");
    for _ in 0..2 {
        let again = create(&server, tags.len());
        for answer in [&refused, &again] {
            assert_eq!(answer.status, 503, "{answer}");
            assert_eq!(answer.word("reason").as_deref(), Some("disk_full"), "{answer}");
            assert!(answer.field("Retry-After").is_some(), "{answer}");
        }
    }
    let check = |server: &Server, tags: &[String]| {
        for (number, tag) in tags.iter().enumerate() {
            let read = server.answer(&get(&format!("doc-{number}")));
            assert_eq!((read.status, &read.etag()), (200, tag), "{read}");
            assert_eq!(read.word("content"), Some(text(number)));
            let unchanged = server.answer(&get(&format!("doc-{number}")).with("If-None-Match", tag));
            assert_eq!(unchanged.status, 304, "{unchanged}");
        }
        let missing = server.answer(&get(&format!("doc-{}", tags.len())));
        assert_eq!(missing.status, 404, "a refused write leaves no document: {missing}");
    };
    check(&server, &tags);
    let health = || server.answer(&Request::new("GET", "/healthz"));
    let unhealthy = health();
    assert_eq!((unhealthy.status, unhealthy.word("reason").as_deref()), (503, Some("disk_full")), "{unhealthy}");

    fs::remove_file(&filler).expect("the filler exists");
    let written = create(&server, tags.len());
    assert_eq!(written.status, 201, "there is room again: {written}");
    assert_eq!(health().status, 200);
    tags.push(written.etag());
    check(&server, &tags);

    server.kill();
    check(&start(), &tags);
}

//! A disk that is full: what is refused is refused in words, what was acknowledged is there, and with room it goes on.
//!
//! The disk is a small tmpfs, which only root may mount. Elsewhere there is nothing to be tried, and that is said.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tests::documents::{get, put};
use tests::http::Request;
use tests::serve::Server;

use crate::PROGRAM;

/// A disk of two MiB, taken away when this goes out of scope.
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
fn a_full_disk_loses_nothing_and_passes() {
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    let Some(disk) = Disk::mount(folder.path()) else {
        println!("skipped: no disk can be mounted here, which takes root on a Linux");
        return;
    };
    let filler = disk.0.join("filler");
    fs::write(&filler, vec![0; 512 * 1024]).expect("so much room there is");
    let file = disk.0.join("documents.db").display().to_string();
    let start = || Server::start_with(PROGRAM, &["--listen", "127.0.0.1:0", "--store", &file]);
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
        assert!(tags.len() < 100, "the disk is never full");
    };
    assert!(tags.len() > 2, "some were written: {refused}");
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
        assert_eq!(missing.status, 404, "what was refused is not there: {missing}");
    };
    check(&server, &tags);
    let healthy = || server.answer(&Request::new("GET", "/healthz"));
    let ill = healthy();
    assert_eq!((ill.status, ill.word("reason").as_deref()), (503, Some("disk_full")), "{ill}");

    fs::remove_file(&filler).expect("it is there");
    let written = create(&server, tags.len());
    assert_eq!(written.status, 201, "there is room again: {written}");
    assert_eq!(healthy().status, 200);
    tags.push(written.etag());
    check(&server, &tags);

    server.kill();
    check(&start(), &tags);
}

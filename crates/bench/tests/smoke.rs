//! The bench runs to its end, and its table is complete. These tests ignore the numbers.

use std::process::{Command, Output};

/// Runs the bench with these arguments. Returns its output, and both streams as text.
fn bench(arguments: &[&str]) -> (Output, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_bench")).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, complained) = (text(&output.stdout), text(&output.stderr));
    (output, said, complained)
}

#[test]
fn bench_runs_and_its_table_is_complete() {
    let (output, said, complained) = bench(&["--smoke"]);
    assert!(output.status.success(), "{complained}");
    for line in [
        "70 documents of 2048 bytes",
        "bare axum",
        "yardstick",
        "memory, MiB",
        "PUT, If-Match, own: 200",
        "PUT, If-Match, stale: 412",
        "PUT: 428",
        "one document, acknowledged",
        "SQLite alone, 64 writes a commit",
        "412, stale tag, 64 connections: of our 304",
        "one document, 64 writers: of the yardstick",
        "one document, 64 writers: requests per write",
        "one document, 64 writers: p99/p50 of a write",
        "200, 64 connections: of bare axum",
        "PUT, If-Match, stale: 412, 16: many documents, of few",
        "PUT, If-Match, stale: 412, 16, first tag: many versions, of few",
        "memory, many versions",
        "nginx and etcd need --peers",
        "70 held writes",
        "MiB",
    ] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
    assert!(!said.contains("of lighttpd"), "peers are an option:\n{said}");
}

#[test]
fn peers_are_measured_or_named_with_their_packages() {
    let (output, said, complained) = bench(&["--smoke", "--small", "--peers"]);
    if output.status.success() {
        for line in ["1000 bytes", "lighttpd", "nginx", "etcd", "64 writers: of lighttpd", "64 connections: of etcd"] {
            assert!(said.contains(line), "{line:?} is missing:\n{said}");
        }
    } else {
        assert!(complained.contains("apt-get install -y lighttpd"), "{complained}");
    }
}

/// The programs are scripts: lighttpd complains as the real one does without its package for `WebDAV`.
#[cfg(unix)]
#[test]
fn lighttpd_without_webdav_is_named_with_its_package() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("lighttpd-without-webdav");
    fs::create_dir_all(&folder).unwrap();
    let complaint =
        "echo 'dlopen() failed for: /usr/lib/lighttpd/mod_webdav.so: No such file or directory' >&2; exit 255";
    for (name, script) in [("lighttpd", complaint), ("nginx", "exit 0"), ("etcd", "exit 0")] {
        let file = folder.join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_bench")).args(["--smoke", "--peers"]).env("PATH", &folder).output();
    let output = output.unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    let missing = complained.contains("mod_webdav is not installed") && complained.contains("lighttpd-mod-webdav");
    assert!(missing && complained.trim_end().lines().count() == 1, "{complained}");
}

#[test]
fn merge_view_is_measured_next_to_git() {
    let (output, said, complained) = bench(&["--smoke", "--merge-view"]);
    assert!(output.status.success(), "{complained}");
    for line in ["100-lines", "git merge-file", "412 to merge view"] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
}

#[test]
fn editor_is_measured_in_a_pseudo_terminal() {
    let (output, said, complained) = bench(&["--smoke", "--editors"]);
    assert!(output.status.success(), "{complained}");
    for line in ["100-lines        ifmatch", "100-lines, key to screen, p99", "100-lines, opening"] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
    assert!(!said.contains("in time:"), "all keys were shown:\n{said}");
}

#[test]
fn saves_are_measured_beside_each_kind_of_abuse() {
    let (output, said, complained) = bench(&["--smoke", "--abuse"]);
    assert!(output.status.success(), "{complained}");
    for line in [
        "alone",
        "a flood of reads",
        "a flood of wrong tokens",
        "documents of 1 MiB",
        "new documents",
        "bodies that never end",
        "event streams",
    ] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
    let counts = |name: &str| {
        let row = said.lines().find(|line| line.starts_with(name)).unwrap();
        let mut numbers = row.split_whitespace().rev().map(|word| word.parse::<u64>().unwrap());
        let answered = numbers.next().unwrap();
        (numbers.next().unwrap(), answered)
    };
    for abuse in ["a flood of reads", "new documents", "event streams"] {
        assert!(counts(abuse).0 > 0, "{abuse}:\n{said}");
    }
    let (served, answered) = counts("a flood of wrong tokens");
    assert!(served == 0 && answered > 0, "{said}");
}

#[test]
fn choices_are_measured_against_the_usual_way() {
    let (output, said, complained) = bench(&["--smoke", "--choices"]);
    assert!(output.status.success(), "{complained}");
    for line in ["other: axum::serve", "other: 13 layers of one step", "GET, If-None-Match: 304"] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
}

#[test]
fn two_builds_are_compared_on_all_workloads() {
    let (output, said, complained) = bench(&["--smoke", "--against", env!("CARGO_BIN_EXE_bench")]);
    assert!(output.status.success(), "{complained}");
    for line in ["PUT, If-Match, stale: 412", "PUT, If-Match, one: 200, 412", "PUT: 428", "GET: 200"] {
        assert!(said.contains(line), "{line:?} is missing:\n{said}");
    }
}

#[test]
fn unknown_option_is_refused() {
    let (output, _, complained) = bench(&["--slow"]);
    assert!(!output.status.success());
    assert!(complained.contains("--quick"), "{complained}");
}

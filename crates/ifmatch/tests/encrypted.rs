//! TLS on the command line: what is said where a file, a key or a certificate is not as it should be, and in a build
//! that has no TLS.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// Runs the program to its end, in a folder of its own.
fn run(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ifmatch"))
        .args(arguments)
        .current_dir(folder.path())
        .env("IFMATCH_DATA", folder.path())
        .env("USER", "alice")
        .env_remove("IFMATCH_CA")
        .env_remove("IFMATCH_LOG")
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn serve(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    run(folder, &[&["serve", "--listen", "127.0.0.1:0", "--store", "memory:"], arguments].concat())
}

#[test]
fn a_certificate_has_a_key_and_a_key_a_certificate() {
    let folder = TempDir::new().unwrap();
    for (given, missing) in [("--tls-cert", "--tls-key"), ("--tls-key", "--tls-cert")] {
        let (code, said) = serve(&folder, &[given, "file.pem"]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(missing), "{said}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    let (code, said) = serve(&folder, &["--tls-cert", "nowhere.pem", "--tls-key", "nowhere.pem"]);
    assert_eq!(code, Some(74), "{said}");
    assert!(said.contains("nowhere.pem cannot be read"), "{said}");
    let (code, said) = run(&folder, &["edit", "a", "--server", "http://127.0.0.1:1", "--ca", "nowhere.pem"]);
    assert_eq!(code, Some(74), "{said}");
    assert!(said.contains("nowhere.pem cannot be read"), "{said}");
}

#[cfg(feature = "tls")]
#[test]
fn file_without_a_certificate_is_named_with_what_is_missing() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("notes.txt"), "no certificate at all\n").unwrap();
    let (code, said) = serve(&folder, &["--tls-cert", "notes.txt", "--tls-key", "notes.txt"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("notes.txt") && said.contains("BEGIN CERTIFICATE"), "{said}");
    let (code, said) = run(&folder, &["edit", "a", "--server", "http://127.0.0.1:1", "--ca", "notes.txt"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("notes.txt names nobody to trust"), "{said}");
}

#[cfg(feature = "tls")]
#[test]
fn of_a_certificate_and_its_key_the_one_is_named_that_is_wrong() {
    let folder = TempDir::new().unwrap();
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let stranger = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let broken = |what: &str| format!("-----BEGIN {what}-----\nAAAA\n-----END {what}-----\n");
    for (name, text) in [
        ("cert.pem", cert.pem()),
        ("key.pem", signing_key.serialize_pem()),
        ("stranger.pem", stranger),
        ("broken-cert.pem", broken("CERTIFICATE")),
        ("broken-key.pem", broken("PRIVATE KEY")),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    for (cert, key, code, says, not) in [
        ("broken-cert.pem", "key.pem", 2, "--tls-cert broken-cert.pem", "--tls-key"),
        ("cert.pem", "broken-key.pem", 2, "--tls-key broken-key.pem", "--tls-cert"),
        ("cert.pem", "cert.pem", 2, "--tls-key cert.pem", "--tls-cert"),
        ("key.pem", "key.pem", 2, "--tls-cert key.pem", "--tls-key"),
        ("cert.pem", "stranger.pem", 2, "--tls-cert cert.pem and --tls-key stranger.pem", "--ca"),
        ("nowhere.pem", "key.pem", 74, "--tls-cert", "--tls-key"),
        ("cert.pem", "nowhere.pem", 74, "--tls-key", "--tls-cert"),
    ] {
        let (ended, said) = serve(&folder, &["--tls-cert", cert, "--tls-key", key]);
        assert_eq!(ended, Some(code), "{said}");
        assert!(said.contains(says) && !said.contains(not), "{cert} {key}: {said}");
    }
}

#[cfg(feature = "tls")]
#[test]
fn untrusted_server_is_refused_with_the_next_step() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    let folder = TempDir::new().unwrap();
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(folder.path().join("cert.pem"), cert.pem()).unwrap();
    fs::write(folder.path().join("key.pem"), signing_key.serialize_pem()).unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_ifmatch"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--store",
            "memory:",
            "--tls-cert",
            "cert.pem",
            "--tls-key",
            "key.pem",
        ])
        .current_dir(folder.path())
        .env("IFMATCH_DATA", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.split([' ', ',']).find(|word| word.starts_with("https://"));
    let url = url.unwrap_or_else(|| panic!("no address: {line}")).to_owned();
    let (code, said) = run(&folder, &["edit", "a", "--server", &url]);
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains(&url) && said.contains("is not trusted") && said.contains("--ca FILE"), "{said}");
}

#[cfg(not(feature = "tls"))]
#[test]
fn a_build_without_tls_says_so() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("file.pem"), "").unwrap();
    for arguments in [
        &["serve", "--store", "memory:", "--tls-cert", "file.pem", "--tls-key", "file.pem"][..],
        &["edit", "a", "--server", "https://127.0.0.1:1"],
        &["edit", "a", "--server", "http://127.0.0.1:1", "--ca", "file.pem"],
    ] {
        let (code, said) = run(&folder, arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("has no TLS") && said.contains("feature 'tls'"), "{said}");
    }
}

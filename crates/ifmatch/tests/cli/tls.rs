//! TLS on the command line: files that are missing or not valid, and a build without TLS.

#[cfg(feature = "tls")]
use crate::program::RunningProgram;
use crate::program::{Ended, TestFolder};

fn serve(folder: &TestFolder, arguments: &[&str]) -> Ended {
    folder.run(&[&["serve", "--listen", "127.0.0.1:0", "--store", "memory:"], arguments].concat())
}

#[test]
fn a_certificate_has_a_key_and_a_key_a_certificate() {
    let folder = TestFolder::new();
    for (given, missing) in [("--tls-cert", "--tls-key"), ("--tls-key", "--tls-cert")] {
        serve(&folder, &[given, "file.pem"]).expect(2, &[missing]);
    }
}

#[test]
fn missing_file_is_named() {
    let folder = TestFolder::new();
    let missing = serve(&folder, &["--tls-cert", "nowhere.pem", "--tls-key", "nowhere.pem"]);
    missing.expect(74, &["nowhere.pem cannot be read"]);
    let missing = folder.run(&["edit", "a", "--server", "http://127.0.0.1:1", "--ca", "nowhere.pem"]);
    missing.expect(74, &["nowhere.pem cannot be read"]);
}

#[cfg(feature = "tls")]
#[test]
fn file_without_a_certificate_is_named_with_what_is_missing() {
    let folder = TestFolder::new();
    folder.write("notes.txt", "no certificate at all\n");
    let refused = serve(&folder, &["--tls-cert", "notes.txt", "--tls-key", "notes.txt"]);
    refused.expect(2, &["notes.txt", "BEGIN CERTIFICATE"]);
    let refused = folder.run(&["edit", "a", "--server", "http://127.0.0.1:1", "--ca", "notes.txt"]);
    refused.expect(2, &["notes.txt cannot be trusted"]);
}

#[cfg(feature = "tls")]
#[test]
fn wrong_one_of_certificate_and_key_is_named() {
    let folder = TestFolder::new();
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
        folder.write(name, text);
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
        serve(&folder, &["--tls-cert", cert, "--tls-key", key]).expect(code, &[says]).never_says(not);
    }
}

#[cfg(feature = "tls")]
#[test]
fn untrusted_server_is_refused_with_the_next_step() {
    let folder = TestFolder::new();
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    folder.write("cert.pem", cert.pem());
    folder.write("key.pem", signing_key.serialize_pem());
    let tls = ["--listen", "127.0.0.1:0", "--store", "memory:", "--tls-cert", "cert.pem", "--tls-key", "key.pem"];
    let server = RunningProgram::serve(folder.path(), &tls);
    assert!(server.url().starts_with("https://"), "{}", server.banner);
    let refused = folder.run(&["edit", "a", "--server", server.url()]);
    refused.expect(3, &[server.url(), "is not trusted", "--ca FILE"]);
}

#[cfg(not(feature = "tls"))]
#[test]
fn a_build_without_tls_says_so() {
    let folder = TestFolder::new();
    folder.write("file.pem", "");
    for arguments in [
        &["serve", "--store", "memory:", "--tls-cert", "file.pem", "--tls-key", "file.pem"][..],
        &["edit", "a", "--server", "https://127.0.0.1:1"],
        &["edit", "a", "--server", "http://127.0.0.1:1", "--ca", "file.pem"],
    ] {
        folder.run(arguments).expect(2, &["has no TLS", "feature 'tls'"]);
    }
}

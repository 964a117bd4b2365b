//! Editors of a server with TLS, whose certificate they trust by `--ca`.

use std::fs;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tests::keys::{ENTER, ctrl};
use tests::pty::{Start, Terminal};
use tests::serve::Server;

use crate::PROGRAM;
use crate::room::save_as;

#[test]
fn save_over_tls_is_seen_by_the_other_editor() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(file("cert.pem"), cert.pem()).unwrap();
    fs::write(file("key.pem"), signing_key.serialize_pem()).unwrap();
    let server = Server::start_with(
        PROGRAM,
        &[
            "--listen",
            "127.0.0.1:0",
            "--store",
            "memory:",
            "--tls-cert",
            &file("cert.pem"),
            "--tls-key",
            &file("key.pem"),
        ],
    );
    assert!(server.url().starts_with("https://"), "{}", server.url());
    let editor = |name: &str| -> Terminal {
        let arguments = ["edit", "notes", "--server", &server.url(), "--ca", &file("cert.pem"), "--as", name];
        Start::new(PROGRAM, &arguments).spawn()
    };
    let mut alice = editor("Alice");
    alice.until_text("a new document");
    alice.send(format!("one{ENTER}"));
    alice.send(ctrl('s'));
    alice.until_text("created: this is version \"v1-");
    let bob = editor("Bob");
    bob.until_text("one");
    bob.until_text("clean");
    alice.send("two");
    alice.until_text("two");
    save_as(&mut alice, 2);
    // Bob has pressed no key: an event told his editor.
    bob.until_text("Alice saved version \"v2-");
}

//! The login: who gets in, what they are asked for, and what happens to guesses.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use tests::keys::ENTER;
use tests::serve::Server;
use tests::until;

use crate::PROGRAM;
use crate::room::Room;

#[test]
fn code_is_asked_for_once_and_the_user_is_the_author() {
    let room = Room::with_code(&[]);
    let mut sam = room.join("sam");
    sam.until_text("type letters");
    let asked = room.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].contains("Password (the code of the room):"), "{asked:?}");
    sam.send("notes");
    sam.until_text("create notes");
    sam.send(ENTER);
    sam.until_no_text("type letters");
    sam.send("by ssh");
    sam.until_text("by ssh");
    sam.send(tests::keys::ctrl('s'));
    sam.until_text("created: this is version");
    let versions = room.answer(tests::http::Request::new("GET", "/api/documents/notes/versions")).json();
    assert_eq!(versions["versions"][0]["author"], "sam", "{versions}");
}

#[test]
fn password_method_works_without_keyboard_interactive() {
    let room = Room::with_code(&[]);
    let sam = room.join_with("sam", &["-o", "PreferredAuthentications=password"], &[]);
    sam.until_text("type letters");
    assert_eq!(room.asked().len(), 1);
}

#[test]
fn third_wrong_code_closes_the_connection() {
    let room = Room::with_code(&[]);
    for preferred in ["keyboard-interactive,password", "password", "keyboard-interactive"] {
        let before = room.asked().len();
        let options = ["-o", &format!("PreferredAuthentications={preferred}"), "-o", "NumberOfPasswordPrompts=9"];
        let ended = room.join_by("sam", "kudop-lirat-wrong", &options, &[]).wait();
        assert_eq!(ended.exit.exit_code(), 255, "{}", ended.text());
        assert_eq!(room.asked().len() - before, 3, "{preferred}: {}", ended.text());
        assert!(ended.text().contains("Connection closed"), "{}", ended.text());
    }
    assert_eq!(room.editor_of("sam"), None);
}

#[test]
fn guesses_are_reported_and_the_right_code_still_opens() {
    let room = Room::with_code(&[]);
    let wrong: Vec<_> = (0..4).map(|_| room.join_by("eve", "kudop-lirat-wrong", &[], &[])).collect();
    until("the leader is warned", || {
        room.server.said().join("\n").contains("127.0.0.1 has sent 11 wrong tokens or codes")
    });
    room.join("sam").until_text("type letters");
    drop(wrong);
}

#[test]
fn server_without_tokens_asks_for_nothing() {
    let room = Room::open(&[]);
    let sam = room.join_with("sam", &["-o", "PasswordAuthentication=no", "-o", "KbdInteractiveAuthentication=no"], &[]);
    sam.until_text("type letters");
    assert_eq!(room.asked(), [""; 0]);
}

/// Strangers could reach the port for ssh, though not the one for HTTP.
#[test]
fn public_ssh_address_alone_needs_a_code() {
    let room = Room::open(&["--ssh", "0.0.0.0:0"]);
    assert!(room.code.is_some(), "{:?}", room.server.said());
    let ended = room.join_by("sam", "", &[], &[]).wait();
    assert_eq!(ended.exit.exit_code(), 255, "{}", ended.text());
}

#[test]
fn own_token_decides_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("room");
    fs::write(&file, "Ann s3cret-of-ann admin\nBen s3cret-of-ben\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let room = Room::open(&["--tokens", file.to_str().unwrap()]);
    let ben = room.join_by("sam", "s3cret-of-ben", &[], &[]);
    ben.until_text("type letters");
    assert!(room.editor_of("Ben").is_some() && room.editor_of("sam").is_none());
    let line = fs::read(format!("/proc/{}/cmdline", room.editor_of("Ben").unwrap())).unwrap();
    assert!(!String::from_utf8_lossy(&line).contains("s3cret"), "no token is among the arguments");
}

#[test]
fn name_that_cannot_be_used_is_explained() {
    let room = Room::open(&[]);
    let ended = room.join("YOUR-NAME").wait();
    assert!(ended.text().contains("YOUR-NAME is a placeholder"), "{}", ended.text());
    assert_eq!(ended.exit.exit_code(), 1);
}

#[test]
fn host_key_is_the_printed_one_and_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let room = Room::open(&["--data", data.path().to_str().unwrap()]);
    room.join("sam").until_text("type letters");
    let listed = Command::new("ssh-keygen").args(["-l", "-f", &room.file("known_hosts")]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains(&room.fingerprint()), "{listed}");
    let first = room.fingerprint();
    drop(room);
    let again = Room::open(&["--data", data.path().to_str().unwrap()]);
    assert_eq!(again.fingerprint(), first);
    let mode = fs::metadata(data.path().join("ssh/host_key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn editor_reaches_a_server_with_tls_under_any_certificate() {
    let folder = tempfile::tempdir().unwrap();
    // The certificate is for the name that people in the room use, and the editor runs on the server's machine.
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["class.example".to_owned()]).unwrap();
    let (chain, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&chain, cert.pem()).unwrap();
    fs::write(&key, signing_key.serialize_pem()).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let path = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let data = folder.path().join("data");
    let room = Room::open(&["--tls-cert", &path(&chain), "--tls-key", &path(&key), "--data", &path(&data)]);
    assert!(room.server.url().starts_with("https://"), "{}", room.server.url());
    let mut sam = room.join("sam");
    sam.until_text("type letters");
    sam.send("notes");
    sam.until_text("create notes");
    sam.send(ENTER);
    sam.until_no_text("type letters");
    sam.send("over TLS");
    sam.until_text("over TLS");
    sam.send(tests::keys::ctrl('s'));
    sam.until_text("created: this is version");
}

/// The leader's screen and monitors read the number in `/metrics`.
#[test]
fn wrong_passwords_are_counted_in_the_metrics() {
    let room = Room::with_code(&[]);
    let guesses = || {
        let metrics = room.server.answer(&tests::http::Request::new("GET", "/metrics")).body;
        let metrics = String::from_utf8(metrics).unwrap();
        let line = metrics.lines().find_map(|line| line.strip_prefix("ifmatch_token_guesses_total{protocol=\"ssh\"} "));
        line.expect("there is such a metric").to_owned()
    };
    assert_eq!(guesses(), "0");
    let options = ["-o", "NumberOfPasswordPrompts=9"];
    let ended = room.join_by("sam", "kudop-lirat-wrong", &options, &[]).wait();
    assert_eq!(ended.exit.exit_code(), 255, "{}", ended.text());
    assert_eq!(guesses(), "3", "the third closes the connection");
}

/// A server without `--ssh` listens on no further port and has no host key.
#[test]
fn server_without_the_option_has_no_host_key() {
    let data = tempfile::tempdir().unwrap();
    let arguments = ["--listen", "127.0.0.1:0", "--store", "memory:", "--data", data.path().to_str().unwrap()];
    let server = Server::start_with(PROGRAM, &arguments);
    assert!(!server.said().join("\n").contains("ssh -p"));
    assert!(!data.path().join("ssh").exists());
}

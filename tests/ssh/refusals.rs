//! Everything that a client may ask for, except an editor in a terminal, is refused.

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};

use tests::until;

use crate::room::Room;

/// Asserts that the client failed with these words on its standard error, and printed nothing else.
fn refused(output: &Output, words: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{error}");
    assert!(error.contains(words), "{error}");
    assert!(output.stdout.is_empty(), "{:?}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn command_is_refused() {
    let room = Room::open(&[]);
    refused(&room.run(&[], &["id"]), "exec request failed");
    refused(&room.run(&["-tt"], &["sh"]), "exec request failed");
    refused(&room.run(&[], &["scp", "-t", "/tmp"]), "exec request failed");
}

#[test]
fn file_transfer_is_refused() {
    refused(&Room::open(&[]).run(&["-s"], &["sftp"]), "subsystem request failed");
}

#[test]
fn forwarding_from_the_client_is_refused() {
    let room = Room::open(&[]);
    let target = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = target.local_addr().unwrap().to_string();
    refused(&room.run(&["-W", &address], &[]), "administratively prohibited");
    target.set_nonblocking(true).unwrap();
    assert!(target.accept().is_err(), "the server has connected to nothing");
}

#[test]
fn forwarding_to_a_local_socket_is_refused() {
    let room = Room::open(&[]);
    let target = std::os::unix::net::UnixListener::bind(room.file("target")).unwrap();
    let listening = room.file("listening");
    let forward = format!("{listening}:{}", room.file("target"));
    let mut client = room.command(&["-v", "-N", "-L", &forward], &[]).stderr(Stdio::piped()).spawn().unwrap();
    until("the client listens", || std::path::Path::new(&listening).exists());
    let mut through = std::os::unix::net::UnixStream::connect(&listening).unwrap();
    let mut bytes = Vec::new();
    // The connection ends without a byte, or with an error.
    let _ = through.read_to_end(&mut bytes);
    assert_eq!(bytes, b"");
    target.set_nonblocking(true).unwrap();
    assert!(target.accept().is_err(), "the server has connected to nothing");
    client.kill().unwrap();
    client.wait().unwrap();
}

#[test]
fn forwarding_from_the_server_is_refused() {
    let room = Room::open(&[]);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = |forward: &str| room.run(&["-N", "-o", "ExitOnForwardFailure=yes", "-R", forward], &[]);
    refused(&options(&format!("127.0.0.1:{free}:127.0.0.1:9")), "remote port forwarding failed");
    assert!(TcpStream::connect(("127.0.0.1", free)).is_err(), "the server does not listen");
    let socket = room.file("remote");
    refused(&options(&format!("{socket}:127.0.0.1:9")), "remote port forwarding failed");
    assert!(!std::path::Path::new(&socket).exists(), "the server has created no socket");
}

#[test]
fn agent_is_refused() {
    let room = Room::open(&[]);
    let socket = room.file("agent");
    let mut agent = Command::new("ssh-agent").args(["-D", "-a", &socket]).stdout(Stdio::null()).spawn().unwrap();
    until("the agent listens", || std::path::Path::new(&socket).exists());
    let sam = room.join_with("sam", &["-A"], &[("SSH_AUTH_SOCK", &socket)]);
    sam.until_text("type letters");
    let variables = room.environment_of("sam");
    agent.kill().unwrap();
    agent.wait().unwrap();
    assert!(variables.iter().all(|(name, _)| name != "SSH_AUTH_SOCK"), "{variables:?}");
}

#[test]
fn x11_is_refused() {
    let room = Room::open(&[]);
    let sam = room.join_with("sam", &["-v", "-Y", "-E", &room.file("log")], &[("DISPLAY", "127.0.0.1:99")]);
    sam.until_text("type letters");
    let log = || std::fs::read_to_string(room.file("log")).unwrap_or_default();
    until("the client knows", || log().contains("X11 forwarding request failed"));
    assert!(room.environment_of("sam").iter().all(|(name, _)| name != "DISPLAY"));
}

#[test]
fn environment_is_refused_but_for_language_and_colours() {
    let room = Room::open(&[]);
    let set = "SetEnv=LD_PRELOAD=x.so PATH=x IFMATCH_SERVER=x HOME=x LANG=C.UTF-8 COLORTERM=truecolor LC_ALL=$(id)";
    let sam = room.join_with("sam", &["-o", set], &[("TERM", "xterm-kitty")]);
    sam.until_text("type letters");
    let variables = room.environment_of("sam");
    let value = |wanted: &str| variables.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let mut names: Vec<_> = variables.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["COLORTERM", "HOME", "IFMATCH_DATA", "IFMATCH_TOKEN", "LANG", "TERM", "TMPDIR"]);
    assert_eq!(value("LANG"), Some("C.UTF-8"));
    assert_eq!(value("TERM"), Some("xterm-kitty"));
    assert_ne!(value("HOME"), Some("x"));
}

#[test]
fn second_session_of_a_connection_is_refused() {
    let room = Room::open(&[]);
    let socket = room.file("control");
    let sam = room.join_with("sam", &["-M", "-S", &socket], &[]);
    sam.until_text("type letters");
    // The client then tries a connection of its own, for which the name is in use.
    let second = room.join_with("sam", &["-S", &socket, "-o", "ControlMaster=no"], &[]).wait();
    assert!(second.text().contains("Session open refused by peer"), "{}", second.text());
    let shell = room.run(&["-S", &socket], &["id"]);
    assert!(!shell.status.success() && shell.stdout.is_empty());
}

#[test]
fn session_without_a_terminal_is_explained() {
    let room = Room::open(&[]);
    let ended = room.run(&["-T"], &[]);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "The editor needs a terminal: ssh -t asks for one.\n");
}

/// A descriptor of another session's pseudo-terminal would let an editor read what that person types.
#[test]
fn editor_has_no_open_file_of_the_server() {
    let room = Room::open(&[]);
    let people = ["ann", "ben", "cat"].map(|name| (name, room.join(name)));
    for (name, person) in &people {
        person.until_text("type letters");
        let folder = format!("/proc/{}/fd", room.editor_of(name).expect("the editor runs"));
        let files = std::fs::read_dir(folder).unwrap().flatten();
        let files: Vec<_> = files.filter_map(|file| std::fs::read_link(file.path()).ok()).collect();
        let shown: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        let terminals: std::collections::BTreeSet<_> =
            shown.iter().filter(|file| file.starts_with("/dev/pts/") || file.contains("ptmx")).collect();
        assert_eq!(terminals.len(), 1, "{name} has only the own terminal: {shown:?}");
        assert!(shown.iter().all(|file| !file.contains(".db") && !file.contains("host_key")), "{shown:?}");
    }
}

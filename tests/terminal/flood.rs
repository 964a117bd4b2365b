//! Servers that send without end: the editor draws, reads keys, quits, and does not grow.
#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use tests::keys::ctrl;
use tests::pty::{Start, Terminal};
use tests::until;

use crate::PROGRAM;

const DOCUMENT: &str = r#"{"title":"notes","content":"one\ntwo\nseven\n"}"#;

/// The bound of the editor's growth during a flood, in KiB.
///
/// The editor's queue has 16 MiB, and so has its record of exchanges.
const MAX_GROWTH_KIB: u64 = 128 * 1024;

/// A server that answers requests one by one, and floods clients of its event stream.
struct FloodingServer {
    address: SocketAddr,
    /// The number of bytes of the flood that the client has accepted.
    flooded: Arc<AtomicU64>,
}

impl FloodingServer {
    /// Starts the server; `flood` returns the next bytes, given how many times it was called before.
    fn start(flood: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let (flooded, flood) = (Arc::new(AtomicU64::new(0)), Arc::new(flood));
        let counted = Arc::clone(&flooded);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (counted, flood) = (Arc::clone(&counted), Arc::clone(&flood));
                // An error means that the connection has ended.
                thread::spawn(move || serve(stream, &counted, &*flood));
            }
        });
        Self { address, flooded }
    }

    fn editor(&self) -> Terminal {
        let url = format!("http://{}", self.address);
        let editor = Start::new(PROGRAM, &["edit", "notes", "--server", &url, "--as", "Alice"]).spawn();
        editor.until_text("seven");
        editor
    }

    /// Waits until the client has accepted `bytes` more bytes of the flood.
    fn wait_for(&self, bytes: u64) {
        let end = self.flooded.load(Ordering::Relaxed) + bytes;
        until("the flood is read", || self.flooded.load(Ordering::Relaxed) >= end);
    }
}

/// Answers the requests of one connection; the flood never ends by itself.
fn serve(stream: TcpStream, flooded: &AtomicU64, flood: &dyn Fn(u64) -> Vec<u8>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut line = String::new();
        while reader.read_line(&mut line)? > 2 {
            line.clear();
        }
        if request.starts_with("GET /api/events ") {
            writer.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")?;
            for times in 0.. {
                let bytes = flood(times);
                writer.write_all(&bytes)?;
                flooded.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            }
        }
        let (status, kind, body) = if request.starts_with("GET /api/documents/notes ") {
            ("200 OK", "application/json\r\nETag: \"v1-1\"", DOCUMENT)
        } else if request.starts_with("GET /api/documents?") {
            ("200 OK", "application/json", r#"{"documents":[],"next":null}"#)
        } else {
            ("403 Forbidden", "application/problem+json", r#"{"status":403,"title":"Forbidden"}"#)
        };
        write!(writer, "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    }
}

/// Returns a hundred events about versions by this author.
///
/// `id` returns the document of an event's number.
fn events(times: u64, author: &str, id: impl Fn(u64) -> String) -> Vec<u8> {
    let event = |number: u64| {
        format!(
            "id: {number}\nevent: changed\ndata: {{\"id\":\"{}\",\"etag\":\"\\\"v{number}-1\\\"\",\"author\":\"{author}\",\
             \"at\":\"2026-11-22T05:00:11.123Z\"}}\n\n",
            id(number)
        )
    };
    (times * 100..(times + 1) * 100).map(event).collect::<String>().into_bytes()
}

/// Asserts that a key is echoed, memory is bounded, and Ctrl-Q ends the program, all during the flood.
fn check_withstands(server: &FloodingServer, bytes: u64) {
    let mut editor = server.editor();
    server.wait_for(bytes / 4);
    let before = editor.resident_kib();
    server.wait_for(bytes);
    let after = editor.resident_kib();
    assert!(after < before + MAX_GROWTH_KIB, "the editor grew from {before} to {after} KiB");
    editor.send("typed ");
    editor.until_text("typed one");
    editor.send(ctrl('q'));
    editor.until_text("leave?");
    editor.send("l");
    let ended = editor.wait();
    assert!(ended.exit.success(), "{ended:?}");
}

#[test]
fn flood_of_one_document_leaves_the_editor_usable() {
    check_withstands(&FloodingServer::start(|times| events(times, "Bob", |_| "notes".to_owned())), 20 << 20);
}

#[test]
fn flood_of_many_documents_leaves_the_editor_usable() {
    check_withstands(&FloodingServer::start(|times| events(times, "Bob", |number| format!("d{number}"))), 20 << 20);
}

#[test]
fn flood_in_the_users_name_leaves_the_editor_usable() {
    check_withstands(&FloodingServer::start(|times| events(times, "Alice", |_| "notes".to_owned())), 10 << 20);
}

#[test]
fn event_line_without_an_end_is_not_kept() {
    let line = |times| if times == 0 { b"data: ".to_vec() } else { vec![b'x'; 64 << 10] };
    let server = FloodingServer::start(line);
    let editor = server.editor();
    let before = editor.resident_kib();
    // The editor leaves each stream after 64 KiB, and reconnects after a quarter of a second.
    server.wait_for(512 << 10);
    assert!(editor.resident_kib() < before + MAX_GROWTH_KIB / 8);
}

#[test]
fn flood_from_the_terminal_reaches_ctrl_q() {
    let server = FloodingServer::start(|_| {
        thread::sleep(tests::PATIENCE);
        Vec::new()
    });
    let mut editor = server.editor();
    let before = editor.resident_kib();
    // The wheel and the pointer, without a pause.
    let burst = "\x1b[<64;10;10M\x1b[<65;10;10M\x1b[<35;11;11M".repeat(100_000);
    editor.send_burst(burst.into_bytes());
    // Measured before the key: after it, the editor may have ended already.
    assert!(editor.resident_kib() < before + MAX_GROWTH_KIB);
    editor.send(ctrl('q'));
    assert!(editor.wait().exit.success());
}

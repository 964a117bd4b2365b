//! The peer of the client: a script that reads requests and sends bytes, on its own thread.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use tokio::task::spawn_blocking;

/// A running script, and its address.
pub(crate) struct Scripted<T> {
    pub(crate) url: String,
    thread: JoinHandle<T>,
}

/// The listener of the script.
pub(crate) struct Stage(TcpListener);

/// One connection.
pub(crate) struct Peer(TcpStream);

/// Runs a script on a port of its own.
pub(crate) fn play<T: Send + 'static>(script: impl FnOnce(&Stage) -> T + Send + 'static) -> Scripted<T> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    Scripted { url, thread: spawn(move || script(&Stage(listener))) }
}

impl<T: Send + 'static> Scripted<T> {
    /// Waits for the script and returns its result.
    ///
    /// The client's tasks run meanwhile, since hanging up is work, too.
    pub(crate) async fn end(self) -> T {
        spawn_blocking(move || self.thread.join().unwrap()).await.unwrap()
    }

    /// Returns the value of `Host` for the script's address.
    pub(crate) fn host(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }
}

impl Stage {
    /// Accepts the next connection.
    pub(crate) fn accept(&self) -> Peer {
        let (stream, _) = self.0.accept().unwrap();
        // A failing test must not wait for ever.
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Peer(stream)
    }

    /// Accepts a connection, reads one request, sends one response, and returns the request.
    pub(crate) fn exchange(&self, answer: &str) -> String {
        let mut peer = self.accept();
        let request = peer.hear();
        peer.say(answer);
        request
    }
}

impl Peer {
    /// Reads one request, byte by byte.
    ///
    /// A request is its fields, the empty line, and as much of a body as the fields announce.
    pub(crate) fn hear(&mut self) -> String {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            bytes.push(self.byte().expect("a request, before the connection ends"));
        }
        let head = String::from_utf8(bytes.clone()).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        for _ in 0..length.map_or(0, |length| length.parse().unwrap()) {
            bytes.push(self.byte().expect("a body, before the connection ends"));
        }
        String::from_utf8(bytes).unwrap()
    }

    /// Sends these bytes now.
    pub(crate) fn say(&mut self, bytes: &str) {
        self.0.write_all(bytes.as_bytes()).unwrap();
        self.0.flush().unwrap();
    }

    /// Waits until the client has hung up.
    pub(crate) fn wait_for_the_end(&mut self) {
        assert_eq!(self.byte(), None, "nothing more is sent");
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        match self.0.read(&mut byte) {
            Ok(1) => Some(byte[0]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("nothing was said for too long"),
            // A peer that hangs up with unread bytes resets the connection; that is an end, too.
            _ => None,
        }
    }
}

/// Returns a whole response, after which the connection ends.
///
/// `head` is the status line and the field lines.
pub(crate) fn answer(head: &str, body: &str) -> String {
    let head = head.trim().lines().map(str::trim).collect::<Vec<_>>().join("\r\n");
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

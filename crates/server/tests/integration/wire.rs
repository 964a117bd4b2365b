//! Raw bytes on a socket: what a library would tidy up is sent as it is.

use std::mem;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use server::ServerOptions;
use store::SqliteStore;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longer than anything here takes; a client that waits that long has hung.
const LONG: Duration = Duration::from_secs(10);

/// A server on a socket.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Running {
    pub(crate) async fn start() -> Self {
        Self::with(ServerOptions::default()).await
    }

    pub(crate) async fn with(options: ServerOptions) -> Self {
        Self::exactly(ServerOptions { grace: Duration::from_millis(200), ..options }).await
    }

    /// A server whose end waits for as long as the options say.
    pub(crate) async fn exactly(options: ServerOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let store = Arc::new(SqliteStore::memory().unwrap());
        let serving = tokio::spawn(server::serve(listener, store, options, shutdown));
        Self { address, stop, serving }
    }

    /// Ends the server, and waits until it has ended.
    pub(crate) async fn end(self) {
        self.stop.send(()).unwrap();
        timeout(LONG, self.serving).await.expect("the server did not end").unwrap().unwrap();
    }

    pub(crate) async fn connect(&self) -> Connection {
        let socket = TcpStream::connect(self.address).await.unwrap();
        // Or the system would keep small writes back until what was sent before is acknowledged: a drip would be none.
        socket.set_nodelay(true).unwrap();
        Connection { socket, read: Vec::new() }
    }

    /// One request on a connection of its own, with the fields as they are.
    pub(crate) async fn send(&self, method: &str, path: &str, fields: &[u8], body: &str) -> Answer {
        let mut connection = self.connect().await;
        connection.write(&head(method, path, fields, body.len())).await;
        connection.write(body.as_bytes()).await;
        connection.answer(method).await
    }
}

/// A request up to the end of its fields. `fields` are whole lines.
pub(crate) fn head(method: &str, path: &str, fields: &[u8], length: usize) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n").into_bytes();
    head.extend_from_slice(fields);
    head.extend_from_slice(b"\r\n");
    head
}

pub(crate) struct Connection {
    socket: TcpStream,
    read: Vec<u8>,
}

/// A response as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// Returns the value of a field, or `None` if there is no such field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

impl Connection {
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).await.unwrap();
    }

    /// Closes the sending half: nothing more will come from here, and the answer can still be read.
    pub(crate) async fn half_close(&mut self) {
        self.socket.shutdown().await.unwrap();
    }

    /// Whether nothing has come that was not read yet, as far as that is known here.
    pub(crate) fn is_silent(&self) -> bool {
        let mut byte = [0];
        let tried = self.socket.try_read(&mut byte);
        self.read.is_empty() && tried.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// Reads the next head: a final one, or a 100 (Continue).
    pub(crate) async fn head(&mut self) -> Answer {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(self.more().await, "the connection closed within a head");
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: String::new() }
    }

    /// Reads the next response with its body.
    pub(crate) async fn answer(&mut self, method: &str) -> Answer {
        let mut answer = self.head().await;
        let bodiless = method == "HEAD" || matches!(answer.status, 100 | 204 | 304);
        let length = if bodiless { 0 } else { answer.field("content-length").unwrap().parse().unwrap() };
        while self.read.len() < length {
            assert!(self.more().await, "the connection closed within a body");
        }
        answer.body = String::from_utf8(self.read.drain(..length).collect()).unwrap();
        answer
    }

    /// Reads the next response, on any clock.
    pub(crate) async fn answer_however_late(&mut self, method: &str) -> Answer {
        let first = self.bytes(1).await;
        self.read.splice(..0, first);
        self.answer(method).await
    }

    /// Reads until the other side closes, and returns what came.
    pub(crate) async fn read_to_end(&mut self) -> Vec<u8> {
        let all = async { while self.more().await {} };
        timeout(LONG, all).await.expect("the other side does not close");
        mem::take(&mut self.read)
    }

    /// Writes as much as the other side takes: it may answer and close in the middle.
    pub(crate) async fn write_what_is_taken(&mut self, bytes: &[u8]) {
        // An error is the end of what it takes.
        let _ = self.socket.write_all(bytes).await;
    }

    /// Writes until the connection breaks, and counts what went out before.
    pub(crate) async fn taken_until_it_breaks(&mut self) -> usize {
        let mut taken = 0;
        while let Ok(count @ 1..) = self.socket.write(&[b'x'; 4096]).await {
            taken += count;
            tokio::task::yield_now().await;
        }
        taken
    }

    /// Reads exactly so many bytes.
    pub(crate) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        self.bytes_if_any(count).await.expect("the connection closed too early")
    }

    /// Reads so many bytes, however long it takes, or returns `None` if the connection ends.
    pub(crate) async fn bytes_if_any(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.read.len() < count {
            // A connection that the other side has left may break as well as end.
            self.socket.read_buf(&mut self.read).await.ok().filter(|count| *count > 0)?;
        }
        Some(self.read.drain(..count).collect())
    }

    /// Reads to the end, whichever it is, and counts.
    pub(crate) async fn what_is_left(&mut self) -> usize {
        let mut count = mem::take(&mut self.read).len();
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = timeout(LONG, self.socket.read(&mut buffer)).await.expect("nothing came") {
            count += read;
        }
        count
    }

    /// Waits until the other side closes, on whatever clock is in force.
    pub(crate) async fn closes_within(&mut self, longest: Duration) {
        let mut buffer = [0; 4096];
        let closed = async { while self.socket.read(&mut buffer).await.unwrap() > 0 {} };
        timeout(longest, closed).await.expect("the other side does not close");
    }

    /// Reads until this comes, and over it.
    pub(crate) async fn until(&mut self, text: &str) {
        loop {
            if let Some(place) = self.read.windows(text.len()).position(|window| window == text.as_bytes()) {
                self.read.drain(..place + text.len());
                return;
            }
            assert!(self.more().await, "the connection closed before {text}");
        }
    }

    async fn more(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let count = timeout(LONG, self.socket.read(&mut buffer)).await.expect("nothing came").unwrap();
        self.read.extend_from_slice(&buffer[..count]);
        count > 0
    }
}

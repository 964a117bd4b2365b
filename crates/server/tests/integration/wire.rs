//! Raw bytes on a socket, which a library would normalize.

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

/// Longer than any test takes: a client that waits this long hangs.
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

    /// Starts a server that waits at its shutdown as long as the options say.
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

    /// Stops the server, and waits for its end.
    pub(crate) async fn end(self) {
        self.stop.send(()).unwrap();
        timeout(LONG, self.serving).await.expect("the server did not end").unwrap().unwrap();
    }

    pub(crate) async fn connect(&self) -> Connection {
        let socket = TcpStream::connect(self.address).await.unwrap();
        // Otherwise the system would delay small writes until earlier ones are acknowledged, and join them.
        socket.set_nodelay(true).unwrap();
        Connection { socket, read: Vec::new() }
    }

    /// Sends one request on a new connection, with these fields unchanged.
    pub(crate) async fn send(&self, method: &str, path: &str, fields: &[u8], body: &str) -> Answer {
        let mut connection = self.connect().await;
        connection.write(&head(method, path, fields, body.len())).await;
        connection.write(body.as_bytes()).await;
        connection.answer(method).await
    }
}

/// Returns the header section of a request. `fields` are whole lines.
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

/// A response as it arrived.
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

    /// Closes the sending half. The response can still be read.
    pub(crate) async fn half_close(&mut self) {
        self.socket.shutdown().await.unwrap();
    }

    /// Returns whether no unread bytes have arrived, as far as the client knows.
    pub(crate) fn is_silent(&self) -> bool {
        let mut byte = [0];
        let tried = self.socket.try_read(&mut byte);
        self.read.is_empty() && tried.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// Reads the header section of the next response: a final one, or a 100 (Continue).
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

    /// Reads the next response, whether the clock runs or is paused.
    pub(crate) async fn answer_however_late(&mut self, method: &str) -> Answer {
        let first = self.bytes(1).await;
        self.read.splice(..0, first);
        self.answer(method).await
    }

    /// Reads until the other side closes, and returns the bytes.
    pub(crate) async fn read_to_end(&mut self) -> Vec<u8> {
        let all = async { while self.more().await {} };
        timeout(LONG, all).await.expect("the other side does not close");
        mem::take(&mut self.read)
    }

    /// Writes as much as the other side accepts, which may respond and close early.
    pub(crate) async fn write_what_is_taken(&mut self, bytes: &[u8]) {
        // An error means that the other side accepts no more.
        let _ = self.socket.write_all(bytes).await;
    }

    /// Writes until the connection breaks, and returns how many bytes were written before.
    pub(crate) async fn taken_until_it_breaks(&mut self) -> usize {
        let mut taken = 0;
        while let Ok(count @ 1..) = self.socket.write(&[b'x'; 4096]).await {
            taken += count;
            tokio::task::yield_now().await;
        }
        taken
    }

    /// Reads exactly this many bytes.
    pub(crate) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        self.bytes_if_any(count).await.expect("the connection closed too early")
    }

    /// Reads this many bytes, however long it takes; returns `None` if the connection ends.
    pub(crate) async fn bytes_if_any(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.read.len() < count {
            // If the other side has closed, reading may fail instead of ending.
            self.socket.read_buf(&mut self.read).await.ok().filter(|count| *count > 0)?;
        }
        Some(self.read.drain(..count).collect())
    }

    /// Reads until the connection ends or breaks, and returns how many bytes arrived.
    pub(crate) async fn what_is_left(&mut self) -> usize {
        let mut count = mem::take(&mut self.read).len();
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = timeout(LONG, self.socket.read(&mut buffer)).await.expect("nothing came") {
            count += read;
        }
        count
    }

    /// Waits until the other side closes, whether the clock runs or is paused.
    pub(crate) async fn closes_within(&mut self, longest: Duration) {
        let mut buffer = [0; 4096];
        let closed = async { while self.socket.read(&mut buffer).await.unwrap() > 0 {} };
        timeout(longest, closed).await.expect("the other side does not close");
    }

    /// Reads until after this text.
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

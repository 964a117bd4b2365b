//! A server behind the proxy whose responses are bytes that a test chooses.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// A request as it arrived at the server behind the proxy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrived {
    /// The request line and the fields, in lines.
    pub(crate) head: String,
    /// The body, with the chunked coding if it had one.
    pub(crate) body: Vec<u8>,
    /// The number of the connection, from 1.
    pub(crate) connection: usize,
}

impl Arrived {
    /// Returns the request line.
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Returns the values of all fields with this name.
    pub(crate) fn fields(&self, name: &str) -> Vec<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    }

    /// Returns the value of a field that there is once.
    pub(crate) fn field(&self, name: &str) -> &str {
        let fields = self.fields(name);
        assert_eq!(fields.len(), 1, "{name} in {}", self.head);
        fields[0]
    }
}

/// The reaction of a server to a request.
pub(crate) enum Reply {
    /// Sends these bytes, and reads the next request.
    Send(Vec<u8>),
    /// Sends these bytes, and closes the connection.
    SendAndClose(Vec<u8>),
    /// Gives the connection to the test.
    Hand(mpsc::UnboundedSender<TcpStream>),
}

impl Reply {
    pub(crate) fn text(text: &str) -> Self {
        Self::Send(text.as_bytes().to_vec())
    }

    /// A 200 with this body.
    pub(crate) fn ok(body: &str) -> Self {
        Self::text(&format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\netag: \"v1\"\r\n\r\n{body}", body.len()))
    }
}

/// A server behind the proxy.
pub(crate) struct Backend {
    pub(crate) address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Backend {
    /// Starts a server that answers each request as the function says.
    pub(crate) async fn start(reply: impl Fn(&Arrived) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let arrived = Arc::<Mutex<Vec<Arrived>>>::default();
        let (log, reply) = (Arc::clone(&arrived), Arc::new(reply));
        tokio::spawn(async move {
            let mut connection = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connection += 1;
                tokio::spawn(serve(stream, connection, Arc::clone(&log), Arc::clone(&reply)));
            }
        });
        Self { address, arrived }
    }

    /// Returns all requests that have arrived.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    /// Returns the only request that has arrived.
    pub(crate) fn only(&self) -> Arrived {
        let arrived = self.arrived();
        assert_eq!(arrived.len(), 1, "{arrived:?}");
        arrived[0].clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    log: Arc<Mutex<Vec<Arrived>>>,
    reply: Arc<impl Fn(&Arrived) -> Reply>,
) {
    let mut input = Vec::new();
    loop {
        let Some(mut arrived) = read_request(&mut stream, &mut input).await else { return };
        arrived.connection = connection;
        log.lock().unwrap().push(arrived.clone());
        match reply(&arrived) {
            Reply::Send(bytes) => stream.write_all(&bytes).await.unwrap(),
            Reply::SendAndClose(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Reply::Hand(test) => {
                let _ = test.send(stream);
                return;
            }
        }
    }
}

/// Reads a request. If it expects a 100 (Continue), its body is left unread.
async fn read_request(stream: &mut TcpStream, input: &mut Vec<u8>) -> Option<Arrived> {
    let end = loop {
        if let Some(end) = find(input, b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(input).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&input[..end]).into_owned();
    let mut arrived = Arrived { head, ..Arrived::default() };
    input.drain(..end);
    if !arrived.fields("expect").is_empty() {
        return Some(arrived);
    }
    let length = arrived.fields("content-length").first().map_or(0, |length| length.parse().unwrap());
    let is_chunked = !arrived.fields("transfer-encoding").is_empty();
    loop {
        let end = if is_chunked {
            // The last chunk, the fields after it, and an empty line.
            let last = if input.starts_with(b"0\r\n") { Some(0) } else { find(input, b"\r\n0\r\n").map(|at| at + 2) };
            last.and_then(|last| find(&input[last..], b"\r\n\r\n").map(|end| last + end + 4))
        } else {
            (input.len() >= length).then_some(length)
        };
        if let Some(end) = end {
            arrived.body = input.drain(..end).collect();
            return Some(arrived);
        }
        if stream.read_buf(input).await.ok()? == 0 {
            return None;
        }
    }
}

/// Returns the position of bytes in others.
pub(crate) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

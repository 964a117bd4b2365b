//! The proxy on a socket, and clients that send bytes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use proxy::{HttpUpstream, Proxy, ProxyOptions, UpstreamOptions, UpstreamUrl};
use serde_json::Value;
use server::ServerOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::backend::{Backend, find};

/// Longer than anything takes that the tests wait for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running proxy. It ends when this is dropped.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Front {
    /// Starts a proxy in front of a server, with the default options.
    pub(crate) async fn of(backend: &Backend) -> Self {
        Self::with(&format!("http://{}", backend.address), ProxyOptions::default(), UpstreamOptions::default()).await
    }

    pub(crate) async fn with(to: &str, options: ProxyOptions, upstream: UpstreamOptions) -> Self {
        Self::with_server(to, options, upstream, ServerOptions::default()).await
    }

    pub(crate) async fn with_server(
        to: &str,
        options: ProxyOptions,
        upstream: UpstreamOptions,
        server: ServerOptions,
    ) -> Self {
        let to: UpstreamUrl = to.parse().unwrap();
        let upstream = Arc::new(HttpUpstream::new(&to, upstream));
        let proxy = Arc::new(Proxy::new(to, upstream, options));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = proxy::serve(listener, proxy, server, async move {
            let _ = stopped.await;
        });
        tokio::spawn(serving);
        Self { address, _stop: stop }
    }

    pub(crate) async fn connect(&self) -> Wire {
        Wire { stream: TcpStream::connect(self.address).await.unwrap(), input: Vec::new() }
    }

    /// Sends bytes on a new connection, and returns everything that comes back until the connection ends.
    ///
    /// The bytes should ask for the end of the connection.
    pub(crate) async fn exchange(&self, bytes: &str) -> String {
        let mut wire = self.connect().await;
        wire.send(bytes).await;
        wire.rest().await
    }

    /// Sends a request that reads, and returns everything that comes back.
    pub(crate) async fn get(&self, target: &str) -> String {
        self.exchange(&format!("GET {target} HTTP/1.1\r\nhost: front\r\nconnection: close\r\n\r\n")).await
    }

    /// Sends a request to the control interface, and returns the JSON of the response.
    pub(crate) async fn control(&self, method: &str, path: &str, body: &str) -> Value {
        let head = format!("{method} /.ifmatch{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n");
        let head = format!("{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        let reply = self.exchange(&(head + body)).await;
        assert!(reply.starts_with("HTTP/1.1 20"), "{reply}");
        let (_, json) = reply.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {reply}"))
    }

    /// Returns the recorded exchanges when there are as many, and all have ended.
    pub(crate) async fn recorded(&self, count: usize) -> Vec<Value> {
        self.until("/control/exchanges", |json| {
            let exchanges = json["exchanges"].as_array().unwrap();
            let has_ended = |exchange: &Value| exchange["status"].is_number() || exchange["lost"].is_string();
            (exchanges.len() == count && exchanges.iter().all(has_ended)).then(|| exchanges.clone())
        })
        .await
    }

    /// Returns the numbers of the held requests when there are as many.
    pub(crate) async fn held(&self, count: usize) -> Vec<u64> {
        self.until("/control/gate", |json| {
            let held = json["held"].as_array().unwrap();
            (held.len() == count).then(|| held.iter().map(|held| held["exchange"].as_u64().unwrap()).collect())
        })
        .await
    }

    /// Asks until the answer is the expected one.
    async fn until<T>(&self, path: &str, expected: impl Fn(&Value) -> Option<T>) -> T {
        let asking = async {
            loop {
                if let Some(found) = expected(&self.control("GET", path, "").await) {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, asking).await.expect("the proxy never came to the expected state")
    }
}

/// A client's connection.
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    input: Vec<u8>,
}

impl Wire {
    pub(crate) async fn send(&mut self, bytes: &str) {
        self.stream.write_all(bytes.as_bytes()).await.unwrap();
    }

    /// Returns all input up to and including a part.
    pub(crate) async fn until(&mut self, part: &str) -> String {
        let reading = async {
            loop {
                if let Some(at) = find(&self.input, part.as_bytes()) {
                    let taken: Vec<u8> = self.input.drain(..at + part.len()).collect();
                    return String::from_utf8_lossy(&taken).into_owned();
                }
                let read = self.stream.read_buf(&mut self.input).await.unwrap();
                assert_ne!(read, 0, "the connection ended before {part:?}: {:?}", String::from_utf8_lossy(&self.input));
            }
        };
        timeout(PATIENCE, reading).await.unwrap_or_else(|_| panic!("{part:?} never came"))
    }

    /// Returns all input until the connection ends.
    pub(crate) async fn rest(&mut self) -> String {
        let reading = async {
            // An error is an end as well: the proxy may close while this client still sends.
            while self.stream.read_buf(&mut self.input).await.is_ok_and(|read| read > 0) {}
        };
        timeout(PATIENCE, reading).await.expect("the connection never ended");
        String::from_utf8_lossy(&self.input).into_owned()
    }
}

/// Returns the value of a field in a response.
pub(crate) fn field<'a>(reply: &'a str, name: &str) -> Option<&'a str> {
    let head = reply.split("\r\n\r\n").next().unwrap();
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// Returns the body of a response.
pub(crate) fn body(reply: &str) -> &str {
    reply.split_once("\r\n\r\n").unwrap().1
}

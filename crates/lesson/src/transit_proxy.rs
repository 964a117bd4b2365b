//! A proxy between a lesson's clients and its server, which changes some fields on the way.
//!
//! Proxies that compress responses change their tags: a compressed text is another representation, so it must not
//! have the strong tag of the original (RFC 9110 section 8.8.3.3). nginx makes the tag weak, Apache's `mod_deflate`
//! appends a suffix. Neither changes it back in requests, so the server never issued the tags that its clients send.
//! This proxy shows that without the compression.
//!
//! Proxies that set a field of a request from a variable drop it if the value is empty, as nginx does with
//! `proxy_set_header If-Match $http_if_match`. To a server that asks for no condition, an empty condition is then none.
//!
//! It forwards everything else as it is, over HTTP/1.1 on the loopback interface: requests, bodies, streams of events.
//! `Via` names it, in both directions. If the server closes a connection without a response, the proxy does so too.
//! Other proxies would answer 502, but then a lesson could not lose responses. If a client is gone, so is its request.
//!
//! The record of the clients has what they sent and received, and that of the server has what arrived there.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use hyper::body::Incoming;
use hyper::header::{ETAG, HeaderMap, HeaderName, HeaderValue, VIA};
use hyper::service::service_fn;
use hyper::{Request, Response, client, server};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::script::TransitChange;

/// The proxy's entry in `Via`: the protocol that it received, and its name.
const VIA_ENTRY: HeaderValue = HeaderValue::from_static("1.1 transit-proxy");

/// The suffix that Apache's `mod_deflate` appends to a tag.
const CODING_SUFFIX: &[u8] = b"-gzip";

/// A running proxy, which also ends when this value is dropped.
#[derive(Debug)]
pub(crate) struct TransitProxy {
    url: String,
    change: SharedChange,
    accepting: JoinHandle<()>,
}

/// The present change, which a step of a lesson may replace at any time.
type SharedChange = Arc<Mutex<TransitChange>>;

/// The reason why a request was not forwarded, or has no response.
#[derive(Debug, Error)]
enum ForwardError {
    #[error("the server cannot be reached: {0}")]
    Connect(#[from] std::io::Error),
    #[error("the server sent no response: {0}")]
    Exchange(#[from] hyper::Error),
}

impl TransitProxy {
    /// Starts a proxy in front of a server at an `http://` address. At first it changes nothing.
    ///
    /// # Errors
    ///
    /// If there is no free port.
    pub(crate) async fn start(server: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let change = SharedChange::default();
        let authority = server.trim_start_matches("http://").trim_end_matches('/').into();
        let accepting = tokio::spawn(accept(listener, authority, Arc::clone(&change)));
        Ok(Self { url, change, accepting })
    }

    /// Returns the address of the proxy, such as `http://127.0.0.1:40124`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Sets the change, from the next message on.
    pub(crate) fn set(&self, change: TransitChange) {
        *self.change.lock().unwrap_or_else(PoisonError::into_inner) = change;
    }
}

impl Drop for TransitProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves connections until the task is aborted, which closes all of them.
async fn accept(listener: TcpListener, authority: Arc<str>, change: SharedChange) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // An error belongs to the one connection that was to be accepted.
                let Ok((stream, _)) = accepted else { continue };
                let (authority, change) = (Arc::clone(&authority), Arc::clone(&change));
                connections.spawn(async move {
                    let service = service_fn(|request| forward(request, Arc::clone(&authority), Arc::clone(&change)));
                    let connection = server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                    // An error ends this connection only, which its client notices.
                    let _ = connection.await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Forwards one request over a connection of its own, and returns the response.
///
/// Both have the present change.
async fn forward(
    mut request: Request<Incoming>,
    authority: Arc<str>,
    change: SharedChange,
) -> Result<Response<Incoming>, ForwardError> {
    let present = || *change.lock().unwrap_or_else(PoisonError::into_inner);
    if present() == TransitChange::DropEmpty {
        drop_empty_fields(request.headers_mut());
    }
    request.headers_mut().append(VIA, VIA_ENTRY);
    let stream = TcpStream::connect(&*authority).await?;
    let (mut sender, connection) = client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the body of the response, or when this function is dropped because the client is gone.
    tokio::spawn(connection);
    let mut response = sender.send_request(request).await?;
    rewrite_tag(response.headers_mut(), present());
    response.headers_mut().append(VIA, VIA_ENTRY);
    Ok(response)
}

/// Removes the fields that have no value.
fn drop_empty_fields(fields: &mut HeaderMap) {
    let is_empty = |name: &&HeaderName| fields.get_all(*name).iter().all(HeaderValue::is_empty);
    let empty: Vec<HeaderName> = fields.keys().filter(is_empty).cloned().collect();
    for name in empty {
        fields.remove(name);
    }
}

/// Rewrites the `ETag` of a response, if it has one.
fn rewrite_tag(fields: &mut HeaderMap, change: TransitChange) {
    let Some(tag) = fields.get(ETAG) else { return };
    let value = match (change, tag.as_bytes()) {
        (TransitChange::None | TransitChange::DropEmpty, _) => return,
        (TransitChange::Weaken, tag) if tag.starts_with(b"W/") => return,
        (TransitChange::Weaken, tag) => [b"W/", tag].concat(),
        (TransitChange::Suffix, tag) => match tag.strip_suffix(b"\"") {
            Some(open) => [open, CODING_SUFFIX, b"\""].concat(),
            None => return,
        },
    };
    // A tag consists of bytes that a field may have, and so do the additions.
    if let Ok(value) = HeaderValue::from_bytes(&value) {
        fields.insert(ETAG, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(tag: Option<&str>, rewrite: TransitChange) -> Option<String> {
        let mut fields = HeaderMap::new();
        if let Some(tag) = tag {
            fields.insert(ETAG, tag.parse().unwrap());
        }
        rewrite_tag(&mut fields, rewrite);
        fields.get(ETAG).map(|tag| tag.to_str().unwrap().to_owned())
    }

    #[test]
    fn tags_are_rewritten_as_known_proxies_do() {
        for (rewrite, tag, expected) in [
            (TransitChange::None, r#""v1-a""#, r#""v1-a""#),
            (TransitChange::Weaken, r#""v1-a""#, r#"W/"v1-a""#),
            (TransitChange::Weaken, r#"W/"v1-a""#, r#"W/"v1-a""#),
            (TransitChange::Suffix, r#""v1-a""#, r#""v1-a-gzip""#),
            (TransitChange::Suffix, r#"W/"v1-a""#, r#"W/"v1-a-gzip""#),
            (TransitChange::Suffix, "not a tag", "not a tag"),
            (TransitChange::DropEmpty, r#""v1-a""#, r#""v1-a""#),
        ] {
            assert_eq!(rewritten(Some(tag), rewrite).as_deref(), Some(expected), "{rewrite:?}");
        }
        assert_eq!(rewritten(None, TransitChange::Weaken), None);
    }

    #[test]
    fn only_fields_without_a_value_are_dropped() {
        let mut fields = HeaderMap::new();
        for (name, value) in [("if-match", ""), ("if-none-match", ""), ("if-none-match", "*"), ("accept", "*/*")] {
            fields.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        drop_empty_fields(&mut fields);
        assert!(!fields.contains_key("if-match"));
        assert_eq!(fields.get_all("if-none-match").iter().count(), 2, "one of its lines has a value");
        assert!(fields.contains_key("accept"));
    }
}

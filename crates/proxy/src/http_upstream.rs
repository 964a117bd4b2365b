//! The server behind the proxy, over HTTP/1.1 or HTTP/2.
//!
//! A connection is used for one request after the other. A request that could not be sent, because its connection had
//! just ended, is sent on another one. So is a request that only reads and has no body, if a used connection ends
//! before a response: RFC 9110 section 9.2.2 lets a proxy repeat only what is safe to repeat.
//!
//! Over TLS, the server chooses HTTP/2 by ALPN. A request that switches protocols uses a connection with HTTP/1.1.

mod connect_error;
mod connection;
mod error_text;
mod http1_connection;
mod pool;
mod request_body;
mod response_body;
#[cfg(feature = "tls")]
mod tls;
mod upstream_options;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::uri::{Authority, Scheme};
use axum::http::{HeaderValue, Method, StatusCode, Uri, Version, header};
use axum::response::Response;
use hyper_util::rt::TokioIo;
use server::{ByteStream, UpgradedStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, timeout};

use self::connection::{ExchangeError, UpstreamConnection, UpstreamConnector};
use self::error_text::text_of;
use self::pool::{ConnectionPool, Lease};
use self::request_body::{BodyMonitor, RequestBody};
use self::response_body::LeasedBody;
use crate::upstream::{Upstream, UpstreamError};
use crate::upstream_url::UpstreamUrl;

pub use self::upstream_options::UpstreamOptions;

#[cfg(feature = "tls")]
pub use self::tls::{UpstreamTls, UpstreamTlsError};

/// The server behind the proxy, over HTTP/1.1 or HTTP/2.
pub struct HttpUpstream {
    server: String,
    connector: UpstreamConnector,
    pool: Arc<ConnectionPool>,
    options: UpstreamOptions,
    scheme: Scheme,
    authority: Option<Authority>,
}

impl HttpUpstream {
    /// Creates the server at an address. No connection is opened yet.
    #[must_use]
    pub fn new(url: &UpstreamUrl, options: UpstreamOptions) -> Self {
        Self {
            server: url.to_string(),
            connector: UpstreamConnector::new(url, &options),
            pool: Arc::new(ConnectionPool::new(options.max_connections)),
            scheme: if url.origin().is_encrypted() { Scheme::HTTPS } else { Scheme::HTTP },
            authority: url.authority().as_bytes().try_into().ok(),
            options,
        }
    }

    fn timed_out(&self, action: &'static str, after: Duration) -> UpstreamError {
        UpstreamError::TimedOut { server: self.server.clone(), action, seconds: after.as_secs() }
    }

    /// Opens a connection, within the time for that.
    async fn connect(&self, for_upgrade: bool) -> Result<(UpstreamConnection, OwnedSemaphorePermit), UpstreamError> {
        let connecting = async {
            let permit = self.pool.permit().await;
            self.connector.connect(for_upgrade).await.map(|connection| (connection, permit))
        };
        match timeout(self.options.connect_timeout, connecting).await {
            Ok(Ok(connected)) => Ok(connected),
            Ok(Err(error)) => {
                let server = self.server.clone();
                Err(UpstreamError::Unreachable { server, why: error.why, remedy: error.remedy })
            }
            Err(_) => Err(self.timed_out("accept a connection", self.options.connect_timeout)),
        }
    }

    /// Sends a request on a connection, and waits for the header section of the response.
    async fn send_on(
        &self,
        connection: &mut UpstreamConnection,
        request: Request<RequestBody>,
        monitor: Option<&BodyMonitor>,
    ) -> Result<Response<hyper::body::Incoming>, AttemptError> {
        let sending = connection.send(request);
        tokio::pin!(sending);
        let mut seen = 0;
        loop {
            tokio::select! {
                biased;
                sent = &mut sending => return sent.map_err(AttemptError::Send),
                () = sleep(self.options.response_timeout) => {
                    // While the body is still on its way, the server may have good reason to be silent.
                    let passed = monitor.map_or(0, BodyMonitor::passed);
                    if passed == seen {
                        return Err(AttemptError::TimedOut);
                    }
                    seen = passed;
                }
            }
        }
    }

    fn error_of(&self, error: &hyper::Error) -> UpstreamError {
        let server = self.server.clone();
        if error.is_user() {
            return UpstreamError::BodyFailed;
        }
        if error.is_parse() {
            return UpstreamError::NotHttp { server, why: text_of(error) };
        }
        tracing::debug!(error = text_of(error), "the server behind the proxy sent no response");
        UpstreamError::Closed { server }
    }

    /// Returns the request in the form of the connection's protocol.
    fn adapt(&self, request: &mut Request<RequestBody>, is_http2: bool) {
        if is_http2 {
            *request.version_mut() = Version::HTTP_2;
            let host = request.headers_mut().remove(header::HOST);
            let authority = host.and_then(|host| host.as_bytes().try_into().ok()).or_else(|| self.authority.clone());
            let mut parts = std::mem::take(request.uri_mut()).into_parts();
            parts.scheme = Some(self.scheme.clone());
            parts.authority = authority;
            *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
            return;
        }
        *request.version_mut() = Version::HTTP_11;
        let has_length = request.headers().contains_key(header::CONTENT_LENGTH);
        if !has_length && !request.body().is_end_stream() {
            // hyper would leave the body of a GET out.
            request.headers_mut().insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        if request.headers().contains_key(header::TE) {
            request.headers_mut().append(header::CONNECTION, HeaderValue::from_static("te"));
        }
    }
}

/// Why an attempt on a connection failed.
enum AttemptError {
    Send(Box<ExchangeError>),
    TimedOut,
}

#[async_trait]
impl Upstream for HttpUpstream {
    async fn send(&self, request: Request) -> Result<Response, UpstreamError> {
        let for_upgrade = request.headers().contains_key(header::UPGRADE);
        let (monitor, mut request) = RequestBody::wrap(request);
        let is_repeatable = request.method().is_safe() && request.body().is_end_stream();
        loop {
            let (mut connection, permit, is_used) = if let Some((connection, permit)) = self.pool.take(for_upgrade) {
                (connection, permit, true)
            } else {
                // Boxed, since few requests open a connection, and every request's future would carry the room for it.
                let (connection, permit) = Box::pin(self.connect(for_upgrade)).await?;
                (self.pool.share(connection), Some(permit), false)
            };
            let spare = (is_used && is_repeatable).then(|| copy_of(&request));
            let is_http2 = connection.is_http2();
            self.adapt(&mut request, is_http2);
            let method = request.method().clone();
            match self.send_on(&mut connection, request, monitor.as_ref()).await {
                Ok(response) => {
                    if monitor.as_ref().is_some_and(|monitor| !monitor.has_ended()) {
                        connection.run_apart();
                    }
                    let lease = Lease::new(&self.pool, connection, permit);
                    return Ok(leased(response, lease, monitor, &method));
                }
                Err(AttemptError::TimedOut) => return Err(self.timed_out("respond", self.options.response_timeout)),
                Err(AttemptError::Send(failed)) => {
                    let ExchangeError { error, unsent } = *failed;
                    // Only a used connection may have ended just before; a new one that ends says something.
                    request = match (unsent, spare) {
                        (Some(unsent), _) if is_used => unsent,
                        (None, Some(spare)) if error.is_incomplete_message() || error.is_closed() => spare,
                        _ => return Err(self.error_of(&error)),
                    };
                    restore(&mut request, is_http2);
                }
            }
        }
    }
}

/// Returns a request without a body again, as it was.
fn copy_of(request: &Request<RequestBody>) -> Request<RequestBody> {
    let mut copy = Request::new(RequestBody::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    copy.headers_mut().clone_from(request.headers());
    copy.extensions_mut().clone_from(request.extensions());
    copy
}

/// Undoes what depends on the protocol of a connection, for an attempt on another one.
fn restore(request: &mut Request<RequestBody>, was_http2: bool) {
    if !was_http2 {
        request.headers_mut().remove(header::TRANSFER_ENCODING);
        if !request.headers().contains_key(header::UPGRADE) {
            request.headers_mut().remove(header::CONNECTION);
        }
        return;
    }
    if let Some(host) = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok()) {
        request.headers_mut().insert(header::HOST, host);
    }
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str()).parse();
    *request.uri_mut() = target.unwrap_or_default();
}

/// Returns a response whose connection is used again when its body has ended.
fn leased(
    mut response: Response<hyper::body::Incoming>,
    lease: Lease,
    monitor: Option<BodyMonitor>,
    method: &Method,
) -> Response {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let upgraded = hyper::upgrade::on(&mut response);
        let stream = async {
            lease.until_switched().await;
            // An error means that the connection has ended.
            upgraded.await.ok().map(|stream| Box::new(TokioIo::new(stream)) as Box<dyn ByteStream>)
        };
        let mut response = response.map(|_| Body::empty());
        response.extensions_mut().insert(UpgradedStream::new(stream));
        return response;
    }
    let has_body = *method != Method::HEAD && !response.body().is_end_stream();
    response.map(|body| {
        if has_body {
            Body::new(LeasedBody::new(body, lease, monitor))
        } else {
            lease.end(monitor.as_ref().is_none_or(BodyMonitor::has_ended));
            Body::empty()
        }
    })
}

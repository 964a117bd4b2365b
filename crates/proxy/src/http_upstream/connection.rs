//! One connection to the server behind the proxy, and how it is opened.

use std::io::{self, ErrorKind};

use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::connect_error::ConnectError;
use super::error_text::text_of;
use super::http1_connection::{Http1Connection, MAX_RESPONSE_HEAD_BYTES};
use super::request_body::RequestBody;
use super::upstream_options::UpstreamOptions;
use crate::upstream_url::UpstreamUrl;

/// How many bytes of a response the server may send in HTTP/2 before the client reads them.
const RECEIVE_WINDOW_BYTES: u32 = 1024 * 1024;

/// A connection on which requests are sent.
pub(super) enum UpstreamConnection {
    Http1(Http1Connection),
    Http2(http2::SendRequest<RequestBody>),
}

/// The error that a request got no response on a connection.
pub(super) struct ExchangeError {
    pub(super) error: hyper::Error,
    /// The request, if nothing of it was sent.
    pub(super) unsent: Option<Request<RequestBody>>,
}

impl UpstreamConnection {
    pub(super) fn is_http2(&self) -> bool {
        matches!(self, Self::Http2(_))
    }

    /// Has a task run the connection, since the rest of a request is sent while its response arrives.
    pub(super) fn run_apart(&mut self) {
        if let Self::Http1(connection) = self {
            connection.run_apart();
        }
    }

    /// Sends a request, and waits for the header section of the response.
    pub(super) async fn send(
        &mut self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, Box<ExchangeError>> {
        let sent = match self {
            Self::Http1(connection) => connection.send(request).await,
            Self::Http2(sender) => {
                if let Err(error) = sender.ready().await {
                    return Err(Box::new(ExchangeError { error, unsent: Some(request) }));
                }
                sender.try_send_request(request).await
            }
        };
        sent.map_err(|mut failed| {
            let unsent = failed.take_message();
            Box::new(ExchangeError { error: failed.into_error(), unsent })
        })
    }
}

/// Opens connections.
pub(super) struct UpstreamConnector {
    host: String,
    port: u16,
    #[cfg(feature = "tls")]
    tls: Option<super::tls::TlsConnectors>,
}

impl UpstreamConnector {
    pub(super) fn new(url: &UpstreamUrl, options: &UpstreamOptions) -> Self {
        let (host, port) = (url.origin().host().to_owned(), url.origin().port());
        #[cfg(not(feature = "tls"))]
        let _ = options;
        #[cfg(feature = "tls")]
        let tls = url.origin().is_encrypted().then(|| super::tls::TlsConnectors::new(&host, options.tls.as_ref()));
        Self {
            host,
            port,
            #[cfg(feature = "tls")]
            tls,
        }
    }

    /// Opens a connection.
    pub(super) async fn connect(&self, for_upgrade: bool) -> Result<UpstreamConnection, ConnectError> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
        let stream = stream.map_err(|error| self.unreachable(&error))?;
        // Requests are small, and the system would wait for more before it sends any.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection stays with small packets delayed");
        }
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            let (stream, is_http2) = tls.handshake(stream, for_upgrade).await?;
            return if is_http2 { speak_http2(stream).await } else { speak_http1(stream).await };
        }
        let _ = for_upgrade;
        speak_http1(stream).await
    }

    fn unreachable(&self, error: &io::Error) -> ConnectError {
        let remedy = match error.kind() {
            ErrorKind::ConnectionRefused => {
                format!("No program listens at port {} there: start the server, or correct --to", self.port)
            }
            _ => "Check the address that --to names".to_owned(),
        };
        ConnectError { why: error.to_string(), remedy }
    }
}

fn failed(error: &hyper::Error) -> ConnectError {
    ConnectError { why: text_of(error), remedy: "Check that --to names an HTTP server".to_owned() }
}

async fn speak_http1(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<UpstreamConnection, ConnectError> {
    Http1Connection::open(stream).await.map(UpstreamConnection::Http1).map_err(|error| failed(&error))
}

#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "only a TLS handshake chooses HTTP/2"))]
async fn speak_http2(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<UpstreamConnection, ConnectError> {
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .initial_stream_window_size(RECEIVE_WINDOW_BYTES)
        .initial_connection_window_size(8 * RECEIVE_WINDOW_BYTES)
        .max_header_list_size(MAX_RESPONSE_HEAD_BYTES);
    let (sender, connection) = http.handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to the server behind the proxy ended early");
        }
    });
    Ok(UpstreamConnection::Http2(sender))
}

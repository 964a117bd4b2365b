//! The network: HTTP/1.1 by hyper, with a connection for each request.
//!
//! Redirects are not followed, nothing is repeated, no cookie is kept, and no proxy of the environment is used: each
//! would hide what the server does.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use client::TrustRoots;
use futures_util::future::join_all;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep, timeout};

use crate::message::{BodyPace, FieldLine, ProbeRequest, ProbeResponse};
use crate::probe_url::ProbeUrl;
use crate::transport::{ProbeTransport, SendError};

/// How late the last byte of a slow body is sent.
const LAST_BYTE_DELAY: Duration = Duration::from_millis(50);

/// The longest time to establish a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest time from sending a request to the last byte of its response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of a response's body.
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// The error when an https URL is to be probed by a build without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this build of the program has no TLS; take one that was built with the feature 'tls', which is the default")]
pub struct TlsUnsupported;

/// Connections to one server.
pub struct ProbeNetwork {
    url: ProbeUrl,
    /// The fields that the user gave for every request. They may be secrets and are in no report.
    fields: Vec<FieldLine>,
    #[cfg(feature = "tls")]
    tls: Option<tokio_rustls::TlsConnector>,
}

impl ProbeNetwork {
    /// Returns the network for the server of a URL. Nothing is sent yet.
    ///
    /// `fields` are added to each request. `trust` is for https URLs.
    ///
    /// # Errors
    ///
    /// [`TlsUnsupported`] if the URL is an https one, and this build has no TLS.
    pub fn new(url: ProbeUrl, fields: Vec<FieldLine>, trust: &TrustRoots) -> Result<Self, TlsUnsupported> {
        #[cfg(feature = "tls")]
        {
            let tls = url.origin().is_encrypted().then(|| std::sync::Arc::new(trust.client_config(true)).into());
            Ok(Self { url, fields, tls })
        }
        #[cfg(not(feature = "tls"))]
        {
            let _ = trust;
            if url.origin().is_encrypted() { Err(TlsUnsupported) } else { Ok(Self { url, fields }) }
        }
    }

    async fn connect(&self) -> Result<SendRequest<PacedBody>, SendError> {
        let failed = |error: std::io::Error| SendError::Unreachable(error.to_string());
        let connecting = async {
            let stream =
                TcpStream::connect((self.url.origin().host(), self.url.origin().port())).await.map_err(failed)?;
            stream.set_nodelay(true).map_err(failed)?;
            #[cfg(feature = "tls")]
            if let Some(tls) = &self.tls {
                let name = tokio_rustls::rustls::pki_types::ServerName::try_from(self.url.origin().host().to_owned());
                let name = name.map_err(|error| SendError::Unreachable(error.to_string()))?;
                return handshake(tls.connect(name, stream).await.map_err(failed)?).await;
            }
            handshake(stream).await
        };
        let late = || SendError::Unreachable(format!("no connection within {} s", CONNECT_TIMEOUT.as_secs()));
        timeout(CONNECT_TIMEOUT, connecting).await.unwrap_or_else(|_| Err(late()))
    }

    fn request(&self, request: ProbeRequest) -> Result<Request<PacedBody>, SendError> {
        let invalid = |error: &dyn std::error::Error| SendError::Invalid(error.to_string());
        let mut fields = HeaderMap::new();
        let host = FieldLine::new("Host", self.url.origin().authority());
        for line in [&host].into_iter().chain(&request.fields).chain(&self.fields) {
            let name = HeaderName::from_bytes(line.name.as_bytes()).map_err(|error| invalid(&error))?;
            fields.append(name, HeaderValue::from_bytes(&line.value).map_err(|error| invalid(&error))?);
        }
        // A kept connection would be of no use, since none is used twice.
        fields.append("Connection", HeaderValue::from_static("close"));
        let body = PacedBody::new(request.body.unwrap_or_default(), request.pace);
        let built = Request::builder().method(request.method).uri(&request.target).body(body);
        let mut built = built.map_err(|error| invalid(&error))?;
        *built.headers_mut() = fields;
        Ok(built)
    }
}

/// Begins HTTP/1.1 on a stream. A task of its own drives the connection until it is dropped.
async fn handshake(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<SendRequest<PacedBody>, SendError> {
    let begun = Builder::new().title_case_headers(true).handshake(TokioIo::new(stream)).await;
    let (sender, connection) = begun.map_err(|error| SendError::Unreachable(error.to_string()))?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn exchange(
    mut connection: SendRequest<PacedBody>,
    request: Request<PacedBody>,
) -> Result<ProbeResponse, SendError> {
    let lost = |error: hyper::Error| SendError::Lost(error.to_string());
    let exchanging = async { read(connection.send_request(request).await.map_err(lost)?).await };
    timeout(RESPONSE_TIMEOUT, exchanging).await.unwrap_or(Err(SendError::TimedOut(RESPONSE_TIMEOUT)))
}

async fn read(response: Response<Incoming>) -> Result<ProbeResponse, SendError> {
    let (head, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await {
        let frame = frame.map_err(|error| SendError::Lost(error.to_string()))?;
        let Ok(data) = frame.into_data() else { continue };
        if body.len() + data.len() > MAX_BODY_BYTES {
            return Err(SendError::TooLong(MAX_BODY_BYTES));
        }
        body.extend_from_slice(&data);
    }
    let fields = head.headers.iter().map(|(name, value)| FieldLine::new(&title_case(name.as_str()), value));
    Ok(ProbeResponse { status: head.status.as_u16(), fields: fields.collect(), body })
}

/// Returns the name of a field as it is usually written. Hyper keeps it in lower case.
fn title_case(name: &str) -> String {
    match name {
        "etag" => return "ETag".to_owned(),
        "www-authenticate" => return "WWW-Authenticate".to_owned(),
        _ => {}
    }
    let word = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        format!("{}{rest}", first.to_ascii_uppercase())
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

#[async_trait]
impl ProbeTransport for ProbeNetwork {
    async fn send_all(&self, requests: Vec<ProbeRequest>) -> Vec<Result<ProbeResponse, SendError>> {
        let prepared =
            requests.into_iter().map(|request| async { Ok((self.request(request)?, self.connect().await?)) });
        let prepared = join_all(prepared).await;
        let sent = prepared.into_iter().map(|one| async {
            let (request, connection) = one?;
            exchange(connection, request).await
        });
        join_all(sent).await
    }

    async fn pause(&self, time: Duration) {
        sleep(time).await;
    }
}

/// A body whose length is known, and whose last byte may be late.
struct PacedBody {
    /// The bytes that are not sent yet.
    rest: Bytes,
    pace: BodyPace,
    /// The wait before the last byte, once it has begun.
    wait: Option<Pin<Box<Sleep>>>,
}

impl PacedBody {
    fn new(bytes: Vec<u8>, pace: BodyPace) -> Self {
        Self { rest: bytes.into(), pace, wait: None }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(wait) = &mut self.wait {
            if wait.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        } else if self.pace == BodyPace::LastByteLate {
            self.wait = Some(Box::pin(sleep(LAST_BYTE_DELAY)));
            let first = self.rest.len() - 1;
            if first > 0 {
                return Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(first)))));
            }
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.rest)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

//! One connection, from its first byte to its end.

use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{Request, StatusCode, Version};
use axum::response::Response;
use futures_util::FutureExt;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::raw_response;
use crate::budget;
use crate::connection::activity::ConnectionActivity;
use crate::connection::body_timeout::BodyTimeout;
use crate::connection::hyper_error_rewriter::ErrorRewriter;
use crate::connection::immediate_response::{is_writable, respond_immediately};
use crate::connection::lingering_close::LingeringStream;
use crate::connection::peer::Peer;
use crate::connection::peer_client::{ConnectedClient, RequestClient};
use crate::connection::response_body::CountedBody;
use crate::connection::socket::{Socket, Stream};
use crate::connection::stream_executor::StreamExecutor;
use crate::connection::write_timeout::WriteTimeout;
use crate::connection::{MAX_HEAD_BYTES, tls};
use crate::pipeline;
use crate::pipeline::faults::DropConnection;
use crate::service::HttpService;
use crate::state::ServerState;

/// Serves connections; one handler for all of them.
pub(super) struct ConnectionHandler {
    pub(super) service: HttpService,
    /// How long a client may take to send a request, for the TLS handshake, and without progress.
    ///
    /// It is also how long a connection may be idle.
    patience: Duration,
}

/// How many bytes of a request's body an HTTP/2 client may send before the server reads them.
const RECEIVE_WINDOW_BYTES: u32 = 256 * 1024;

/// The most concurrent requests in one HTTP/2 connection.
const MAX_CONCURRENT_STREAMS: u32 = budget::STREAMS.small();

/// Returns the configuration of hyper, with every limit set deliberately.
fn http_builder(streams: StreamExecutor, patience: Duration) -> Builder<StreamExecutor> {
    let mut builder = Builder::new(streams);
    builder
        .http1()
        .timer(TokioTimer::new())
        // `lingering_close` has a clock for late header sections and idle connections; hyper has no response for a late
        // one.
        .header_read_timeout(None::<Duration>)
        .max_buf_size(MAX_HEAD_BYTES)
        // The pipeline adds `Date` to all responses, and hyper's own error responses must always have the same bytes,
        // see `hyper_error_rewriter`. The limit of 100 field lines is hyper's default; setting it here would cost an
        // allocation per request.
        .auto_date_header(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .auto_date_header(false)
        // Twice the budget, because h2 answers a longer header list with a 431 without a body. Up to twice the budget,
        // `pipeline::header_limit` refuses the request with an explanation. h2 also derives the number of CONTINUATION
        // frames that end the connection from this value.
        .max_header_list_size(2 * budget::HEAD_BYTES.small())
        // How many bytes a client may send before the server reads and counts them.
        .initial_stream_window_size(RECEIVE_WINDOW_BYTES)
        .initial_connection_window_size(RECEIVE_WINDOW_BYTES)
        // How much one client can have the server do at the same time. RFC 9113 section 6.5.2 advises against less than
        // 100.
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        // Rapid reset: streams that the client opens and resets before the server has seen them, and streams that the
        // server must reset because of what they contain. More than this many end the connection. These are h2's
        // defaults, made explicit.
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(1024)
        // Detects a peer that is gone without closing, even if an event stream has no events.
        .keep_alive_interval(patience)
        .keep_alive_timeout(patience);
    builder
}

impl ConnectionHandler {
    pub(super) fn new(service: HttpService) -> Self {
        Self { patience: service.app.options.send_time(), service }
    }

    /// Serves one connection to its end.
    pub(super) async fn serve(&self, stream: TcpStream, client: Arc<ConnectedClient>, activity: ConnectionActivity) {
        // Events are a few hundred bytes; without this option, the system would wait for more before it sends any.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection stays with small packets delayed");
        }
        let mut stream = Stream::of(stream);
        if !is_writable(SystemTime::now()) {
            tracing::error!("this machine's clock has a time that HTTP cannot write; the server refuses all requests");
            let explain =
                |input: &[u8]| count_unread(&self.service.app, raw_response::no_time(&self.service.app, input));
            // A client that does not read the response in time loses it.
            let _ = timeout(self.patience, respond_immediately(&mut stream, explain)).await;
            return;
        }
        let socket = stream.socket();
        let Some(identity) = &self.service.app.options.tls else {
            return self.serve_http(stream, &socket, client, activity).await;
        };
        let explain =
            |input: &[u8]| count_unread(&self.service.app, raw_response::not_encrypted(&self.service.app, input));
        tokio::select! {
            encrypted = timeout(self.patience, tls::handshake(identity, stream, explain)) => match encrypted {
                Ok(Ok(encrypted)) => self.serve_http(encrypted, &socket, client, activity).await,
                Ok(Err(error)) => tracing::debug!(%error, "a connection was not encrypted"),
                Err(_) => tracing::debug!("a connection was not encrypted in time"),
            },
            () = self.service.app.shutdown_requested() => {}
        }
    }

    /// Serves HTTP on a stream.
    async fn serve_http(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        socket: &Socket,
        client: Arc<ConnectedClient>,
        activity: ConnectionActivity,
    ) {
        let patience = self.patience;
        let app = ServerState::clone(&self.service.app);
        let http = http_builder(StreamExecutor::of(&activity, patience, &app.metrics.budgets), patience);
        let stream = WriteTimeout::new(stream, activity.clone(), patience);
        let stream = LingeringStream::new(stream, activity.clone(), patience, Some(socket.clone()));
        let explain =
            move |status, input: &[u8]| count_unread(&app, raw_response::response_by_status(&app, status, input));
        let has_foreign_bodies = self.service.app.options.gateway.is_some();
        let stream = ErrorRewriter::new(stream, activity.clone(), explain).with_foreign_bodies(has_foreign_bodies);
        // Each connection has its own reference count, which its requests change. With one count for all connections,
        // processors would wait for each other.
        let service = Arc::new(self.service.clone());
        let peer = Peer::of(&activity, socket);
        let answering = service_fn(|request| respond(&service, request, &activity, &peer, &client));
        let mut connection = pin!(http.serve_connection_with_upgrades(TokioIo::new(stream), answering));
        let mut end = pin!(self.service.app.shutdown_requested().fuse());
        let mut look = pin!(sleep(patience));
        let mut idle = IdleCheck::default();
        loop {
            tokio::select! {
                // In this order, so that no random number is drawn for each request.
                biased;
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    return self.run_tunnel(&client, &activity).await;
                }
                () = &mut end => connection.as_mut().graceful_shutdown(),
                () = &mut look => match idle.check(&activity) {
                    _ if !activity.is_http_2() => look.as_mut().reset(Instant::now() + patience),
                    IdleState::Active => look.as_mut().reset(Instant::now() + patience),
                    IdleState::Closing => {
                        connection.as_mut().graceful_shutdown();
                        look.as_mut().reset(Instant::now() + GOAWAY_GRACE);
                    }
                    IdleState::Close => return,
                },
            }
        }
    }
}

impl ConnectionHandler {
    /// Runs the tunnel of a connection that has switched protocols.
    async fn run_tunnel(&self, client: &ConnectedClient, activity: &ConnectionActivity) {
        let Some(tunnel) = client.take_tunnel() else { return };
        // Without an open request, the connection would count as idle.
        let _open = activity.begin_request();
        tokio::select! {
            () = Box::pin(tunnel.run()) => {}
            () = self.service.app.shutdown_requested() => {}
        }
    }
}

/// Counts a response that bypasses all layers.
fn count_unread(app: &ServerState, (status, answer): (StatusCode, Vec<u8>)) -> Vec<u8> {
    app.metrics.count_unread(status);
    tracing::debug!(%status, "a request could not be read");
    answer
}

/// How long a client has to end a connection after a GOAWAY.
const GOAWAY_GRACE: Duration = Duration::from_secs(5);

/// If the client read more bytes than this between two checks, it reads a response slowly.
///
/// Fewer bytes are only pings.
const PING_BYTES: usize = 1024;

/// A connection ends after this many checks at which bytes waited and none had been read.
///
/// A response that hyper has not completed is reset earlier, see `stream_executor`.
const STALLED_BYTES: usize = 3;

/// Whether an HTTP/2 connection is idle, judged by regular checks.
///
/// A connection ends if no request was open between two checks, whether or not its peer answers pings. HTTP/1 has
/// another clock, see `lingering_close`.
#[derive(Default)]
struct IdleCheck {
    requests: usize,
    is_told: bool,
    /// How many bytes of all responses had been read.
    ///
    /// `stalled` counts the checks since bytes have been waiting without any being read.
    taken: usize,
    stalled: usize,
}

enum IdleState {
    /// A request was open, or still is.
    Active,
    /// No request was open, so the client gets a GOAWAY.
    Closing,
    /// No request has ever arrived, or the client already got a GOAWAY.
    Close,
}

impl IdleCheck {
    fn check(&mut self, activity: &ConnectionActivity) -> IdleState {
        let progress = activity.progress();
        let is_stalled = progress.waiting() > 0 && mem::replace(&mut self.taken, progress.taken()) == progress.taken();
        self.stalled = if is_stalled { self.stalled + 1 } else { 0 };
        if self.stalled >= STALLED_BYTES {
            return IdleState::Close;
        }
        let requests = activity.requests();
        let answers = activity.take_bytes_written() > PING_BYTES;
        if activity.has_open_requests() || answers || requests > self.requests {
            self.requests = requests;
            self.is_told = false;
            return IdleState::Active;
        }
        if requests == 0 || self.is_told {
            return IdleState::Close;
        }
        self.is_told = true;
        IdleState::Closing
    }
}

/// Responds to a request. An error closes the connection without a response (in HTTP/2: the stream).
fn respond(
    service: &Arc<HttpService>,
    request: Request<Incoming>,
    activity: &ConnectionActivity,
    peer: &Peer,
    client: &Arc<ConnectedClient>,
) -> impl Future<Output = Result<Response<CountedBody>, DropConnection>> + use<> {
    // In HTTP/2, many requests share a connection, and hyper itself notices when the client of one is gone.
    let alone = request.version() != Version::HTTP_2;
    let patience = service.app.options.send_time();
    let is_forwarded = service.app.options.is_forwarded(request.uri().path());
    let mut request = request.map(|body| {
        let body = if alone {
            BodyTimeout::for_connection(body, activity, patience)
        } else {
            BodyTimeout::for_stream(body, patience)
        };
        body.restarting(is_forwarded)
    });
    let call = activity.begin_request();
    let sender = RequestClient {
        connection: Arc::clone(client),
        received: request.body_mut().counted_for(client),
        peer: alone.then(|| peer.clone()),
    };
    // Most requests have no body, and an empty body needs no memory.
    let request = request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(body) });
    let client = Arc::clone(client);
    pipeline::handle(Arc::clone(service), request, Some(sender)).map(move |response| {
        if response.is_lost {
            Err(DropConnection)
        } else {
            Ok(CountedBody::count_response(
                client,
                call,
                response.response,
                response.room,
                response.slot,
                response.is_streamed,
            ))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_reader_is_active_and_pings_are_idle() {
        let activity = ConnectionActivity::default();
        let mut idle = IdleCheck::default();
        let mut looks = |input| {
            activity.add_bytes_written(input);
            idle.check(&activity)
        };
        assert!(matches!(looks(0), IdleState::Close), "no request ever came");
        drop(activity.begin_request());
        assert!(matches!(looks(0), IdleState::Active), "one has");
        assert!(matches!(looks(10_000), IdleState::Active), "hyper has all of the answer, and the client has not");
        assert!(matches!(looks(34), IdleState::Closing), "a ping and its answer");
        assert!(matches!(looks(0), IdleState::Close));
        let open = activity.begin_request();
        assert!(matches!(looks(0), IdleState::Active));
        assert!(matches!(looks(0), IdleState::Active), "it may be held, or a stream of events");
        drop(open);
        assert!(matches!(looks(0), IdleState::Closing));
    }
}

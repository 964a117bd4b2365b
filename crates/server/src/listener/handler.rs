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

/// The handler of all connections.
pub(super) struct ConnectionHandler {
    pub(super) service: HttpService,
    /// How long a client may take to send a request, for the handshake of TLS, and without progress.
    ///
    /// A connection may be idle for as long.
    patience: Duration,
}

/// How much of a request's body a client of HTTP/2 may send before it is read.
const RECEIVE_WINDOW_BYTES: u32 = 256 * 1024;

/// The most requests at one time in one connection of HTTP/2.
const MAX_CONCURRENT_STREAMS: u32 = budget::STREAMS.small();

/// How HTTP is spoken, with limits that were chosen and not left to chance.
fn http_builder(streams: StreamExecutor, patience: Duration) -> Builder<StreamExecutor> {
    let mut builder = Builder::new(streams);
    builder
        .http1()
        .timer(TokioTimer::new())
        // `lingering_close` has a clock for that, and for connections that are idle; hyper's has no response to a head
        // that is late.
        .header_read_timeout(None::<Duration>)
        .max_buf_size(MAX_HEAD_BYTES)
        // All responses have one already, and what hyper says by itself has to be always the same: see
        // `hyper_error_rewriter`. That a request has 100 field lines at most is hyper's own limit; to name it here
        // would cost an allocation each time.
        .auto_date_header(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .auto_date_header(false)
        // h2 reckons from this how many CONTINUATION frames a head may have, so a flood of them ends the connection. It
        // answers a longer list with a bare 431. So this is twice what a head may have: a client that exceeds the limit
        // by less than that gets an explanation from `pipeline::header_limit`.
        .max_header_list_size(2 * budget::HEAD_BYTES.small())
        // What a client may send before anything of it is looked at, and counted.
        .initial_stream_window_size(RECEIVE_WINDOW_BYTES)
        .initial_connection_window_size(RECEIVE_WINDOW_BYTES)
        // What one client can have the server do at the same time. RFC 9113 section 6.5.2 advises not to go below 100.
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        // Rapid reset: streams that the client opens and takes back before they are looked at, and streams that have to
        // be reset because of what came on them. More than so many end the connection (h2's own defaults, made
        // explicit).
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(1024)
        // A peer that is gone without a word is found out, even if an event stream has nothing to say.
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
        // An event is a few hundred bytes: without this, the system would wait for more of them before it sends any.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection stays with small packets delayed");
        }
        let mut stream = Stream::of(stream);
        if !is_writable(SystemTime::now()) {
            tracing::error!("the clock of this machine has a time that HTTP cannot write; no request is answered");
            let explain =
                |input: &[u8]| count_unread(&self.service.app, raw_response::no_time(&self.service.app, input));
            // Who does not take it in time loses it.
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

    /// Answers what is asked on a stream.
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
        let stream = ErrorRewriter::new(stream, activity.clone(), explain);
        // Each connection has its own reference count, which its requests change. If all connections shared one count,
        // their processors would wait for each other.
        let service = Arc::new(self.service.clone());
        let peer = Peer::of(&activity, socket);
        let answering = service_fn(|request| respond(&service, request, &activity, &peer, &client));
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), answering));
        let mut end = pin!(self.service.app.shutdown_requested().fuse());
        let mut look = pin!(sleep(patience));
        let mut idle = IdleCheck::default();
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    return;
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

/// Counts a response that no layer sees.
fn count_unread(app: &ServerState, (status, answer): (StatusCode, Vec<u8>)) -> Vec<u8> {
    app.metrics.count_unread(status);
    tracing::debug!(%status, "a request could not be read");
    answer
}

/// How long a client that was told that the connection ends has to end it.
const GOAWAY_GRACE: Duration = Duration::from_secs(5);

/// More bytes than this between two looks are a response that is taken slowly, and not pings.
const PING_BYTES: usize = 1024;

/// A connection ends after so many looks at which something waited and nothing had been taken.
///
/// A response that hyper has not ended is reset before that, see `stream_executor`.
const STALLED_BYTES: usize = 3;

/// Whether a connection of HTTP/2 is idle, by what was seen at the last look.
///
/// A connection ends that had nothing under way for a whole look's time, whether or not its peer answers pings. HTTP/1
/// has another clock, see `lingering_close`.
#[derive(Default)]
struct IdleCheck {
    requests: usize,
    is_told: bool,
    /// How much had been taken of all responses.
    ///
    /// `stalled` counts the looks since when more has been waiting without any being taken.
    taken: usize,
    stalled: usize,
}

enum IdleState {
    /// Something goes on, or did.
    Active,
    /// Nothing did, and the client is to be told.
    Closing,
    /// No request ever came, or the client was told.
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

/// Answers a request. An error closes the connection instead (in HTTP/2: the stream).
fn respond(
    service: &Arc<HttpService>,
    request: Request<Incoming>,
    activity: &ConnectionActivity,
    peer: &Peer,
    client: &Arc<ConnectedClient>,
) -> impl Future<Output = Result<Response<CountedBody>, DropConnection>> + use<> {
    // In HTTP/2 one connection is many requests', and hyper itself tells each of them that its client has gone.
    let alone = request.version() != Version::HTTP_2;
    let patience = service.app.options.send_time();
    let mut request = request.map(|body| {
        if alone {
            BodyTimeout::for_connection(body, activity, patience)
        } else {
            BodyTimeout::for_stream(body, patience)
        }
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
            Ok(CountedBody::count_response(client, call, response.response, response.room))
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
        assert!(matches!(looks(0), IdleState::Close), "nobody ever asked anything");
        drop(activity.begin_request());
        assert!(matches!(looks(0), IdleState::Active), "somebody has");
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

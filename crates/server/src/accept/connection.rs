//! One connection, from its first byte to its end.

use std::mem;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{Request, StatusCode, Version};
use axum::response::Response;
use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::answer::Answer;
use super::at_once::{answer_at_once, is_writable};
use super::calls::Calls;
use super::client::Client;
use super::coming::Coming;
use super::peer::Peer;
use super::progress::Streams;
use super::socket::{Socket, Stream};
use super::taken::Taken;
use super::timely::Timely;
use super::unread::Explained;
use super::{HEADERS, STREAMS};
use crate::app::App;
use crate::asked::expects_continue;
use crate::budget;
use crate::layers::faults::Lost;
use crate::refusal::unread;
use crate::site::Site;
use crate::until_set;

/// What all connections have in common.
pub(super) struct Door {
    pub(super) site: Site,
    /// How long a client may take to send a request, how long for the handshake of TLS, how long it may make no
    /// progress with a response, and how long a connection may be idle.
    patience: Duration,
}

/// How much of a request's body a client of HTTP/2 may send before it is read.
const WINDOW: u32 = 256 * 1024;

/// How HTTP is spoken, with limits that were chosen and not left to chance.
fn http(streams: Streams, patience: Duration) -> Builder<Streams> {
    let mut builder = Builder::new(streams);
    builder
        .http1()
        .timer(TokioTimer::new())
        // `coming` has a clock for that, and for connections that are idle; hyper's has no answer to a head that is late.
        .header_read_timeout(None::<Duration>)
        .max_buf_size(HEADERS)
        // All answers have one already, and what hyper says by itself has to be always the same: see `unread`. That a
        // request has 100 field lines at most is hyper's own limit; to name it here would cost an allocation each time.
        .auto_date_header(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .auto_date_header(false)
        // h2 reckons from this how many CONTINUATION frames a head may have, so a flood of them ends the connection. To a
        // list that is longer it says a bare 431 by itself. So it is twice what a head may have: whoever oversteps by less
        // than that is told by `layers::head`, in words.
        .max_header_list_size(2 * budget::HEAD_BYTES.small())
        // What a client may send before anything of it is looked at, and counted.
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        // What one client can have the server do at the same time. RFC 9113 section 6.5.2 advises not to go below 100.
        .max_concurrent_streams(STREAMS)
        // Rapid reset: streams that the client opens and takes back before they are looked at, and streams that have to
        // be reset because of what came on them. More than so many end the connection (h2's own defaults, made explicit).
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(1024)
        // A peer that is gone without a word is found out, even where an event stream has nothing to say.
        .keep_alive_interval(patience)
        .keep_alive_timeout(patience);
    builder
}

impl Door {
    pub(super) fn new(site: Site) -> Self {
        Self { patience: site.app.options.send_time(), site }
    }

    /// Serves one connection to its end.
    pub(super) async fn serve(&self, stream: TcpStream, client: Client, calls: Calls) {
        // An event is a few hundred bytes: without this, the system would wait for more of them before it sends any.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection stays with small packets delayed");
        }
        let mut stream = Stream::of(stream);
        if !is_writable(SystemTime::now()) {
            tracing::error!("the clock of this machine has a time that HTTP cannot write; no request is answered");
            let explain = |said: &[u8]| counted(&self.site.app, unread::no_time(&self.site.app, said));
            // Who does not take it in time loses it.
            let _ = timeout(self.patience, answer_at_once(&mut stream, explain)).await;
            return;
        }
        let socket = stream.socket();
        let Some(tls) = &self.site.app.options.tls else { return self.converse(stream, &socket, client, calls).await };
        let explain = |said: &[u8]| counted(&self.site.app, unread::not_encrypted(&self.site.app, said));
        tokio::select! {
            encrypted = timeout(self.patience, tls.accept(stream, explain)) => match encrypted {
                Ok(Ok(encrypted)) => self.converse(encrypted, &socket, client, calls).await,
                Ok(Err(error)) => tracing::debug!(%error, "a connection was not encrypted"),
                Err(_) => tracing::debug!("a connection was not encrypted in time"),
            },
            () = until_set(self.site.app.stopped.clone()) => {}
        }
    }

    /// Answers what is asked on a stream.
    async fn converse(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        socket: &Socket,
        client: Client,
        calls: Calls,
    ) {
        let patience = self.patience;
        let app = App::clone(&self.site.app);
        let http = http(Streams::of(&calls, patience, &app.metrics.budgets), patience);
        let stream = Taken::new(stream, calls.clone(), patience);
        let stream = Coming::new(stream, calls.clone(), patience, Some(socket.clone()));
        let explain = move |status, said: &[u8]| counted(&app, unread::by_status(&app, status, said));
        let stream = Explained::new(stream, calls.clone(), explain);
        let answering = service_fn(|request| answer(self.site.clone(), request, &calls, socket, client.clone()));
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), answering));
        let mut end = pin!(until_set(self.site.app.stopped.clone()).fuse());
        let mut look = pin!(sleep(patience));
        let mut idle = Idle::default();
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    return;
                }
                () = &mut end => connection.as_mut().graceful_shutdown(),
                () = &mut look => match idle.since_the_last_look(&calls) {
                    _ if !calls.speaks_http_2() => look.as_mut().reset(Instant::now() + patience),
                    Patience::Some => look.as_mut().reset(Instant::now() + patience),
                    Patience::Little => {
                        connection.as_mut().graceful_shutdown();
                        look.as_mut().reset(Instant::now() + FAREWELL);
                    }
                    Patience::None => return,
                },
            }
        }
    }
}

/// Counts an answer that no layer sees.
fn counted(app: &App, (status, answer): (StatusCode, Vec<u8>)) -> Vec<u8> {
    app.metrics.unread(status);
    tracing::debug!(%status, "a request could not be read");
    answer
}

/// How long a client that was told that the connection ends has to end it.
const FAREWELL: Duration = Duration::from_secs(5);

/// More bytes than this between two looks are an answer that is taken slowly, and not pings.
const PINGS: usize = 1024;

/// After so many looks at which something waited and nothing had been taken, a connection ends. (A response that hyper
/// has not ended is reset before that, see `progress`.)
const STALLED: usize = 3;

/// Whether a connection of HTTP/2 is idle, by what was seen at the last look.
///
/// A connection ends that had nothing under way for a whole look's time, whether or not its peer answers pings. HTTP/1
/// has another clock, see `coming`.
#[derive(Default)]
struct Idle {
    come: usize,
    told: bool,
    /// How much had been taken of all responses, and for how many looks more has been waiting without any being taken.
    taken: usize,
    stalled: usize,
}

enum Patience {
    /// Something goes on, or did.
    Some,
    /// Nothing did, and the client is to be told.
    Little,
    /// Nobody ever asked anything, or they were told.
    None,
}

impl Idle {
    fn since_the_last_look(&mut self, calls: &Calls) -> Patience {
        let progress = calls.progress();
        let is_stalled = progress.waiting() > 0 && mem::replace(&mut self.taken, progress.taken()) == progress.taken();
        self.stalled = if is_stalled { self.stalled + 1 } else { 0 };
        if self.stalled >= STALLED {
            return Patience::None;
        }
        let come = calls.come();
        let answers = calls.said_since() > PINGS;
        if calls.any_open() || answers || come > self.come {
            self.come = come;
            self.told = false;
            return Patience::Some;
        }
        if come == 0 || self.told {
            return Patience::None;
        }
        self.told = true;
        Patience::Little
    }
}

/// Answers a request. An error closes the connection in place of an answer (in HTTP/2: the stream).
fn answer(
    site: Site,
    request: Request<Incoming>,
    calls: &Calls,
    socket: &Socket,
    client: Client,
) -> impl Future<Output = Result<Response<Answer>, Lost>> + use<> {
    // In HTTP/2 one connection is many requests', and hyper itself tells each of them that its client has gone.
    let alone = request.version() != Version::HTTP_2;
    let patience = site.app.options.send_time();
    let mut request =
        request.map(|body| if alone { Timely::between(body, calls, patience) } else { Timely::beside(body, patience) });
    let call = calls.begin();
    let received = request.body_mut().counted(&client);
    if let Some(received) = &received {
        request.extensions_mut().insert(received.clone());
    }
    request.extensions_mut().insert(client.clone());
    if alone {
        request.extensions_mut().insert(Peer::of(calls, socket));
        if expects_continue(request.version(), request.headers()) {
            request.extensions_mut().insert(socket.clone());
        }
    }
    site.answer(request.map(Body::new)).map(move |response| {
        drop(received);
        if response.extensions().get::<Lost>().is_some() { Err(Lost) } else { Ok(Answer::to(&client, call, response)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_taken_slowly_is_not_idleness_and_pings_are() {
        let calls = Calls::default();
        let mut idle = Idle::default();
        let mut looks = |said| {
            calls.said(said);
            idle.since_the_last_look(&calls)
        };
        assert!(matches!(looks(0), Patience::None), "nobody ever asked anything");
        drop(calls.begin());
        assert!(matches!(looks(0), Patience::Some), "somebody has");
        assert!(matches!(looks(10_000), Patience::Some), "hyper has all of the answer, and the client has not");
        assert!(matches!(looks(34), Patience::Little), "a ping and its answer");
        assert!(matches!(looks(0), Patience::None));
        let open = calls.begin();
        assert!(matches!(looks(0), Patience::Some));
        assert!(matches!(looks(0), Patience::Some), "it may be held, or a stream of events");
        drop(open);
        assert!(matches!(looks(0), Patience::Little));
    }
}

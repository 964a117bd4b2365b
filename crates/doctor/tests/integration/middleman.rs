//! A middleman with one fault, between a client and a server.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version, header};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A fault of the middleman.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It changes nothing, and names itself.
    Named(&'static str),
    /// Every tag arrives weak.
    WeakTags,
    /// Every tag arrives with a suffix.
    SuffixedTags,
    /// Tags are weak, and bodies coded, for clients that accept gzip.
    WeakTagsForGzip,
    /// Bodies are coded for clients that accept gzip, under the same tag.
    CodedForGzip,
    /// Bodies are coded for all clients, and tags have a suffix.
    CodedForAll,
    /// Tags are replaced by tags of its own.
    OwnTags,
    /// A field of every response is removed.
    WithoutField(&'static str),
    /// A field of requests with this method is removed.
    WithoutCondition(&'static str, &'static [Method]),
    /// 412 and 428 arrive with an error page.
    ErrorPages,
    /// 412 arrives as 400, with an error page.
    OtherStatus,
    /// These methods are refused with 405.
    Refuses(&'static [Method]),
    /// A longer body of a request is refused with 413.
    LimitsBodies(usize),
    /// Texts are rewritten.
    RewritesText,
    /// The first response to a GET of a target is repeated for ever.
    Caches,
    /// A document that was deleted is served as it was.
    ServesDeleted,
    /// An event stream begins, and then nothing comes.
    HoldsEvents,
    /// An event stream never begins.
    HoldsStreams,
    /// An event passes only after this many further requests, with the write and its history.
    LateEvents(usize),
    /// An event stream ends after its first event.
    EndsStreams,
    /// A field of every response is replaced.
    WithField(&'static str, &'static str),
    /// Responses are of HTTP/1.0.
    OldHttp,
    /// The date is an hour late.
    OldDate,
    /// Everything is redirected to the server itself.
    Redirects,
    /// The host that the server sees is one that it does not know.
    ForeignHost,
    /// The server behind it is not there.
    BadGateway,
}

/// A middleman that ends with the test.
pub(crate) struct Middleman {
    pub(crate) url: String,
}

struct Forwarder {
    server: String,
    fault: Fault,
    cache: Mutex<BTreeMap<String, (StatusCode, HeaderMap, Bytes)>>,
    /// How many requests have arrived.
    arrived: watch::Sender<usize>,
}

impl Middleman {
    pub(crate) async fn start(server: &str, fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = server.trim_start_matches("http://").to_owned();
        let forwarder =
            Arc::new(Forwarder { server, fault, cache: Mutex::default(), arrived: watch::Sender::default() });
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let forwarder = Arc::clone(&forwarder);
                tokio::spawn(async move {
                    let service = service_fn(|request| {
                        let forwarder = Arc::clone(&forwarder);
                        async move { Ok::<_, Infallible>(forwarder.respond(request).await) }
                    });
                    let mut builder = hyper::server::conn::http1::Builder::new();
                    // Otherwise hyper replaces a date that is missing.
                    builder.auto_date_header(false);
                    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { url }
    }
}

impl Forwarder {
    async fn respond(&self, request: Request<Incoming>) -> Response<Body> {
        self.arrived.send_modify(|count| *count += 1);
        let (mut head, body) = request.into_parts();
        let body = to_bytes(Body::new(body), usize::MAX).await.unwrap();
        let is_event_stream = head.headers[header::ACCEPT] == "text/event-stream";
        let accepts_gzip = head.headers[header::ACCEPT_ENCODING].to_str().unwrap().contains("gzip");
        let target = head.uri.to_string();
        match self.fault {
            Fault::Refuses(methods) if methods.contains(&head.method) => return page(StatusCode::METHOD_NOT_ALLOWED),
            Fault::LimitsBodies(limit) if body.len() > limit => return page(StatusCode::PAYLOAD_TOO_LARGE),
            Fault::HoldsStreams if is_event_stream => return pending().await,
            Fault::BadGateway => return page(StatusCode::BAD_GATEWAY),
            Fault::WithoutCondition(name, methods) if methods.contains(&head.method) => {
                head.headers.remove(name);
            }
            Fault::ForeignHost => {
                head.headers.insert(header::HOST, HeaderValue::from_static("class.example"));
            }
            Fault::Redirects => {
                let mut redirect = page(StatusCode::MOVED_PERMANENTLY);
                let location = format!("http://{}{target}", self.server).parse().unwrap();
                redirect.headers_mut().insert(header::LOCATION, location);
                return redirect;
            }
            Fault::Caches if head.method == Method::GET && !is_event_stream => {
                if let Some((status, fields, body)) = self.cache.lock().unwrap().get(&target) {
                    return response(*status, fields.clone(), Body::from(body.clone()));
                }
            }
            _ => {}
        }
        let is_read = head.method == Method::GET;
        let (status, mut fields, incoming) = self.forward(Request::from_parts(head, Body::from(body))).await;
        if is_event_stream {
            return match self.fault {
                Fault::HoldsEvents => response(status, fields, Body::new(Frames::new(incoming, 1, pending()))),
                Fault::EndsStreams => response(status, fields, Body::new(Frames::new(incoming, 2, ready(())))),
                Fault::LateEvents(count) => {
                    let mut arrived = self.arrived.subscribe();
                    let enough = *arrived.borrow() + count;
                    let wait = async move { drop(arrived.wait_for(|arrived| *arrived >= enough).await) };
                    response(status, fields, Body::new(Frames::new(incoming, 1, wait)))
                }
                _ => response(status, fields, Body::new(incoming)),
            };
        }
        let mut body = to_bytes(Body::new(incoming), usize::MAX).await.unwrap();
        if let Some(other) = self.change(&mut fields, status, accepts_gzip) {
            return other;
        }
        if self.fault == Fault::RewritesText {
            body = String::from_utf8(body.to_vec()).unwrap().replace("\\t", " ").into();
            fields.remove(header::CONTENT_LENGTH);
        }
        if self.fault == Fault::ServesDeleted && is_read && status == StatusCode::GONE {
            let (status, fields, body) = self.cache.lock().unwrap().remove(&target).unwrap();
            return response(status, fields, Body::from(body));
        }
        if matches!(self.fault, Fault::Caches | Fault::ServesDeleted) && is_read {
            self.cache.lock().unwrap().insert(target, (status, fields.clone(), body.clone()));
        }
        let mut response = response(status, fields, Body::from(body));
        if self.fault == Fault::OldHttp {
            *response.version_mut() = Version::HTTP_10;
        }
        response
    }

    /// Changes the head of a response, or replaces all of it.
    fn change(&self, fields: &mut HeaderMap, status: StatusCode, accepts_gzip: bool) -> Option<Response<Body>> {
        let tag = fields.get(header::ETAG).map(|tag| tag.to_str().unwrap().to_owned());
        let mut set_tag = |to: String| fields.insert(header::ETAG, to.parse().unwrap());
        match (self.fault, tag) {
            (Fault::WeakTags, Some(tag)) => drop(set_tag(format!("W/{tag}"))),
            (Fault::WeakTagsForGzip, Some(tag)) if accepts_gzip => drop(set_tag(format!("W/{tag}"))),
            (Fault::SuffixedTags | Fault::CodedForAll, Some(tag)) => {
                drop(set_tag(format!("{}-gzip\"", tag.trim_end_matches('"'))));
            }
            (Fault::OwnTags, Some(_)) => drop(set_tag("\"65a1b2c3-1f4\"".to_owned())),
            (Fault::Named(name), _) => drop(fields.insert(header::SERVER, HeaderValue::from_static(name))),
            (Fault::WithField(name, value), _) => drop(fields.insert(name, HeaderValue::from_static(value))),
            (Fault::WithoutField(name), _) => drop(fields.remove(name)),
            (Fault::OldDate, _) => {
                drop(fields.insert(header::DATE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT")));
            }
            (Fault::ErrorPages, _) if [412, 428].contains(&status.as_u16()) => return Some(page(status)),
            (Fault::OtherStatus, _) if status == StatusCode::PRECONDITION_FAILED => {
                return Some(page(StatusCode::BAD_REQUEST));
            }
            _ => {}
        }
        let is_coded = self.fault == Fault::CodedForAll
            || accepts_gzip && matches!(self.fault, Fault::WeakTagsForGzip | Fault::CodedForGzip);
        if is_coded {
            fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        None
    }

    async fn forward(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Incoming) {
        let stream = TcpStream::connect(&self.server).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await.unwrap().into_parts();
        (head.status, head.headers, body)
    }
}

fn response(status: StatusCode, fields: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = fields;
    response
}

/// Returns an error page, as proxies have them.
fn page(status: StatusCode) -> Response<Body> {
    let mut page = Response::new(Body::from(format!("<html><h1>{status}</h1><center>nginx</center></html>")));
    *page.status_mut() = status;
    page.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    page
}

/// A body that passes its first frames, and then waits; what follows the wait depends on the count.
///
/// The server sends one frame at once, and one for each event. After one frame, the wait is for the others; after more,
/// the body ends with it.
struct Frames {
    incoming: Incoming,
    /// How many frames pass before the wait.
    before: usize,
    is_end: bool,
    wait: Pin<Box<dyn Future<Output = ()> + Send>>,
    is_over: bool,
}

impl Frames {
    fn new(incoming: Incoming, before: usize, wait: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { incoming, before, is_end: before > 1, wait: Box::pin(wait), is_over: false }
    }
}

impl hyper::body::Body for Frames {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        if self.before == 0 && !self.is_over {
            std::task::ready!(self.wait.as_mut().poll(cx));
            self.is_over = true;
        }
        if self.before == 0 && self.is_end {
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut self.incoming).poll_frame(cx);
        if polled.is_ready() {
            self.before = self.before.saturating_sub(1);
        }
        polled
    }
}

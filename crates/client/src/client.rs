//! The client: sends a request once, reads the whole response, and records both.
//!
//! The client does not follow redirects, repeat requests, keep cookies or decode bodies. HTTP libraries offer each of
//! these as a convenience, and each would hide from the editor what really happened to its save.

use std::time::Duration;

use contract::{Author, DocumentId, Token, fields};
use editor::{EditorRequest, ResponseOutcome};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue,
};
use reqwest::{Request, Response, redirect, retry};
use tokio::time::timeout;
use traffic::room::Editing;

use crate::credential::Credential;
use crate::editing::EditingCell;
use crate::error::{ClientError, TransportError};
use crate::outcome::outcome_of;
use crate::recorder::{Recorder, SentRequest};
use crate::request::OutgoingRequest;
use crate::response::ReceivedResponse;
use crate::server_url::ServerUrl;
use crate::tls_trust::TrustRoots;

const IFMATCH_AUTHOR: HeaderName = HeaderName::from_static("ifmatch-author");
const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const IFMATCH_EDITING: HeaderName = HeaderName::from_static("ifmatch-editing");
const IFMATCH_GATE: HeaderName = HeaderName::from_static("ifmatch-gate");

/// How long a client waits, and how much it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientLimits {
    /// The longest time to establish a connection. 5 seconds by default.
    pub connect: Duration,
    /// The longest time from sending the request to the last byte of the response. 11 minutes by default.
    ///
    /// A server may hold a request for 10 minutes on purpose; a client that gives up earlier turns a lesson into a lost
    /// response. A dead peer shows much sooner: the connection breaks, and the event stream falls silent.
    pub answer: Duration,
    /// The longest silence of an event stream before it counts as dead.
    ///
    /// 45 seconds by default: three heartbeats.
    pub silence: Duration,
    /// The most bytes that are read of one response, and of one event. 16 MiB by default.
    ///
    /// A document of the largest size that a server accepts by default fits, however much of it JSON has to escape.
    pub body: usize,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(660),
            silence: Duration::from_secs(45),
            body: 16 * 1024 * 1024,
        }
    }
}

/// One author's access to one server. Clones share their connections and are cheap.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    server: ServerUrl,
    author: Author,
    credential: Credential,
    editing: Option<EditingCell>,
    limits: ClientLimits,
    wire: Option<Recorder>,
    passes_gate: bool,
    prefetches: bool,
}

impl Client {
    /// Returns a client that writes as `author`, for a server such as `http://127.0.0.1:4280`.
    ///
    /// Nothing is sent yet. A server on this machine is contacted directly, whatever proxy the environment names.
    ///
    /// # Errors
    ///
    /// [`ClientError::Address`] if `server` is not a valid address; [`ClientError::Setup`] if HTTP cannot be set up.
    pub fn new(server: &str, author: Author) -> Result<Self, ClientError> {
        Self::with_limits(server, author, ClientLimits::default())
    }

    /// Like [`Client::new`], with other limits.
    ///
    /// # Errors
    ///
    /// As for [`Client::new`].
    pub fn with_limits(server: &str, author: Author, limits: ClientLimits) -> Result<Self, ClientError> {
        Self::with_trust(&TrustRoots::default(), server, author, limits)
    }

    /// Like [`Client::with_limits`], with the certificates that the client trusts at an `https` address.
    ///
    /// # Errors
    ///
    /// As for [`Client::new`].
    pub fn with_trust(
        trust: &TrustRoots,
        server: &str,
        author: Author,
        limits: ClientLimits,
    ) -> Result<Self, ClientError> {
        let server: ServerUrl = server.parse()?;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(limits.connect)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .http1_title_case_headers();
        if server.is_loopback() {
            builder = builder.no_proxy();
        }
        let builder = trust.apply(builder, server.is_encrypted());
        let http = builder.build().map_err(|error| ClientError::Setup(error.to_string()))?;
        Ok(Self {
            http,
            server,
            author,
            credential: Credential::default(),
            editing: None,
            limits,
            wire: None,
            passes_gate: false,
            prefetches: false,
        })
    }

    /// Returns this client with a recorder for its exchanges.
    #[must_use]
    pub fn recorded_by(self, wire: Recorder) -> Self {
        Self { wire: Some(wire), ..self }
    }

    /// Returns this client without a recorder.
    ///
    /// It is for requests that would only fill a viewer, such as an event stream that reconnects again and again.
    #[must_use]
    pub fn without_recording(self) -> Self {
        Self { wire: None, ..self }
    }

    /// Returns this client with requests that the gate does not hold, if the author may lead.
    ///
    /// The leader can then read documents while the requests of other clients are held.
    #[must_use]
    pub fn bypassing_gate(self) -> Self {
        Self { passes_gate: true, ..self }
    }

    /// Returns this client with requests that say that no user waits for them: `Sec-Purpose: prefetch`.
    ///
    /// The field is that of the Fetch standard, so a server or a proxy can tell such requests apart, too.
    #[must_use]
    pub fn prefetching(self) -> Self {
        Self { prefetches: true, ..self }
    }

    /// Returns this client with a bearer token (RFC 6750) in each request, or unchanged for `None`.
    ///
    /// The token is never recorded.
    #[must_use]
    pub fn with_token<'a>(self, token: impl Into<Option<&'a Token>>) -> Self {
        match token.into() {
            Some(token) => Self { credential: Credential::of(token), ..self },
            None => self,
        }
    }

    /// Returns this client with requests that say what its editor is doing: see [`Client::set_editing`].
    #[must_use]
    pub fn with_editing_field(self) -> Self {
        Self { editing: Some(EditingCell::default()), ..self }
    }

    /// Sets what the editor says of itself from now on (`Ifmatch-Editing`).
    ///
    /// It holds for this client and all of its clones. The server records the field and never evaluates it; the leader
    /// of a room sees it. No request is sent for it, and for a client without [`Client::with_editing_field`] nothing
    /// changes.
    pub fn set_editing(&self, editing: Option<Editing>) {
        if let Some(cell) = &self.editing {
            cell.set(editing);
        }
    }

    /// Returns this client with another author, as for one of many simulated users.
    ///
    /// It shares the connections.
    #[must_use]
    pub fn with_author(self, author: Author) -> Self {
        Self { author, editing: None, ..self }
    }

    /// Uses another token from now on, in this client and in all of its clones.
    pub(crate) fn replace_token(&self, token: &Token) {
        self.credential.replace(token);
    }

    /// Returns the address of the server.
    #[must_use]
    pub fn server(&self) -> &ServerUrl {
        &self.server
    }

    /// Returns the author that this client writes as.
    #[must_use]
    pub fn author(&self) -> &Author {
        &self.author
    }

    /// Returns how long this client waits, and how much it reads.
    #[must_use]
    pub fn limits(&self) -> &ClientLimits {
        &self.limits
    }

    /// Sends an editor's request once, and returns its outcome.
    ///
    /// Dropping the future stops waiting; a write may then have been applied or not.
    pub async fn execute(&self, id: &DocumentId, ask: &EditorRequest) -> ResponseOutcome {
        match self.exchange(OutgoingRequest::of_editor(id, ask)).await {
            Ok(answer) => outcome_of(ask, &answer),
            Err(lost @ (TransportError::NotSent { .. } | TransportError::Untrusted { .. })) => {
                ResponseOutcome::Unsent(lost.to_string())
            }
            Err(lost) => ResponseOutcome::Unanswered(lost.to_string()),
        }
    }

    /// Sends one request and returns the whole response, whatever its status.
    pub(crate) async fn exchange(&self, call: OutgoingRequest) -> Result<ReceivedResponse, TransportError> {
        let request = self.request(call);
        let departure = self.record_departure(&request);
        let limit = self.limits.answer;
        let answer = timeout(limit, self.fetch(request)).await.unwrap_or(Err(TransportError::TimedOut { limit }));
        if let Some(departure) = departure {
            departure.on_response(answer.as_ref());
        }
        answer
    }

    /// Sends one request and returns the response up to the end of its fields.
    ///
    /// The caller reads the body, which may never end.
    pub(crate) async fn open(&self, call: OutgoingRequest) -> Result<Response, TransportError> {
        let request = self.request(call);
        let departure = self.record_departure(&request);
        let limit = self.limits.silence;
        let response = timeout(limit, self.send(request)).await.unwrap_or(Err(TransportError::TimedOut { limit }));
        if let Some(departure) = departure {
            departure.on_response(response.as_ref().map(response_head).as_ref().map_err(|lost| *lost));
        }
        response
    }

    /// Returns the error for a response that does not come from a document server.
    pub(crate) fn not_ifmatch_error(&self, why: String) -> ClientError {
        ClientError::NotIfmatch { server: self.server.to_string(), why }
    }

    /// Returns the request exactly as it is sent.
    ///
    /// The HTTP library has nothing left to add, so the record of the request is true to the byte.
    pub(crate) fn request(&self, call: OutgoingRequest) -> Request {
        let mut request = Request::new(call.method, self.server.at(&call.target));
        let lines = request.headers_mut();
        let visible = |text: &str| HeaderValue::from_str(text).expect("hosts and authors are encoded as visible ASCII");
        lines.insert(HOST, visible(&self.server.host()));
        lines.insert(IFMATCH_AUTHOR, visible(&self.author.to_field()));
        lines.extend(self.credential.value().map(|token| (AUTHORIZATION, token)));
        lines.insert(ACCEPT, HeaderValue::from_static(call.accept));
        // A proxy that applies a content coding weakens the tag, or gives two bodies the same strong tag (RFC 9110
        // section 8.8.3.3).
        lines.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        lines.extend(self.editing.as_ref().and_then(EditingCell::value).map(|editing| (IFMATCH_EDITING, editing)));
        if self.passes_gate {
            lines.insert(IFMATCH_GATE, HeaderValue::from_static("pass"));
        }
        if self.prefetches {
            lines.insert(SEC_PURPOSE, HeaderValue::from_static(fields::PREFETCH));
        }
        if call.fields.iter().any(|(name, _)| name == ACCEPT_ENCODING) {
            lines.remove(ACCEPT_ENCODING);
        }
        lines.extend(call.fields);
        if let Some(body) = call.body {
            lines.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(fields::JSON));
            lines.insert(CONTENT_LENGTH, body.len().into());
            *request.body_mut() = Some(body.into());
        }
        request
    }

    pub(crate) fn record_departure(&self, request: &Request) -> Option<SentRequest> {
        self.wire.as_ref().map(|wire| wire.record_departure(request, &self.author))
    }

    pub(crate) async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.http.execute(request).await.map_err(|error| TransportError::from_transport(&error, &self.server))
    }

    async fn fetch(&self, request: Request) -> Result<ReceivedResponse, TransportError> {
        self.read_to_end(self.send(request).await?).await
    }

    /// Reads the body of a response.
    pub(crate) async fn read_to_end(&self, mut response: Response) -> Result<ReceivedResponse, TransportError> {
        let mut answer = response_head(&response);
        let limit = self.limits.body;
        // A buffer that grows would be copied on the way. A server's word for the length is not taken beyond the limit.
        let length = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        answer.body.reserve_exact(length.min(limit));
        while let Some(chunk) =
            response.chunk().await.map_err(|error| TransportError::from_transport(&error, &self.server))?
        {
            if answer.body.len() + chunk.len() > limit {
                return Err(TransportError::TooLong { limit });
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

/// Returns the status and fields of a response whose body has not been read.
pub(crate) fn response_head(response: &Response) -> ReceivedResponse {
    ReceivedResponse { status: response.status().as_u16(), fields: response.headers().clone(), body: Vec::new() }
}

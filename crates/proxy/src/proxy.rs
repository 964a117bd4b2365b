//! One exchange, from the client's request to the client's response.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Version, header};
use axum::response::Response;
use contract::{Anomaly, Author};
use server::{ForwardedClient, ForwardedExchange, Gateway, GatewayError};

use crate::caller::{CallerNames, CallerSource};
use crate::forwarded::{ClientSide, ViaValues, add_forwarded, add_via, has_passed};
use crate::hop_by_hop::remove_connection_fields;
use crate::upstream::{Caller, Upstream, UpstreamError};
use crate::upstream_url::UpstreamUrl;

/// Limits how many proxies a TRACE or OPTIONS passes (RFC 9110 section 7.6.2).
const MAX_FORWARDS: HeaderName = HeaderName::from_static("max-forwards");

/// Sees each complete exchange.
pub trait ExchangeObserver: Send + Sync + 'static {
    /// Is called once for every forwarded exchange, when the body of its response has ended or broken off.
    ///
    /// The record of exchanges gets the exchange afterwards. The call is on the task of the connection, so it must be
    /// short and must not block.
    ///
    /// Returns the anomalies that the exchange completes, for the record.
    fn completed(&self, exchange: &ForwardedExchange<'_>) -> Vec<Anomaly>;

    /// Is called when a request is about to be forwarded; see [`Gateway::forwarding`].
    fn forwarding(&self, _number: u64, _method: &Method, _target: &str, _moment: u64) {}

    /// Is called before a client gets a part of an incomplete response; see [`Gateway::responding`].
    fn responding(&self, _number: u64, _caller: Option<&Author>, _moment: u64) {}
}

/// The options of a proxy.
#[derive(Clone)]
pub struct ProxyOptions {
    /// The sources of clients' names; the first one that has a name counts.
    pub callers: Vec<CallerSource>,
    /// Whether the other server gets the `Host` that the client sent, in place of its own.
    pub keeps_host: bool,
    /// Whether the record shows the values of `Cookie` and `Set-Cookie`.
    pub shows_cookies: bool,
    /// Sees each complete exchange.
    pub observer: Option<Arc<dyn ExchangeObserver>>,
}

impl Default for ProxyOptions {
    fn default() -> Self {
        Self { callers: CallerSource::default_list(), keeps_host: false, shows_cookies: false, observer: None }
    }
}

/// A proxy in front of a server.
pub struct Proxy {
    upstream: Arc<dyn Upstream>,
    url: UpstreamUrl,
    callers: CallerNames,
    /// The name of this proxy in `Via`, which no other one has.
    pseudonym: String,
    via: ViaValues,
    options: ProxyOptions,
}

impl Proxy {
    /// Creates a proxy in front of the server at `url`, whose requests `upstream` sends.
    #[must_use]
    pub fn new(url: UpstreamUrl, upstream: Arc<dyn Upstream>, options: ProxyOptions) -> Self {
        let mut random = [0; 4];
        // Without random numbers, two proxies in a row would take each other for a loop.
        let _ = getrandom::fill(&mut random);
        let pseudonym = format!("ifmatch-{:08x}", u32::from_le_bytes(random));
        let (via, callers) = (ViaValues::of(&pseudonym), CallerNames::new(options.callers.clone()));
        Self { upstream, url, callers, pseudonym, via, options }
    }

    /// Returns the request for the other server.
    ///
    /// The second part is the protocols that the client offers to switch to, if that offer is passed on.
    fn request(&self, mut request: Request, from: ForwardedClient) -> (Request, Option<HeaderValue>) {
        let fields = remove_connection_fields(request.headers_mut());
        let upgrade = fields.upgrade.filter(|upgrade| may_switch(request.version(), upgrade));
        let host = host_of(&request);
        let client = ClientSide {
            address: from.address,
            is_encrypted: from.is_encrypted,
            host: host.as_ref().map(HeaderValue::as_bytes),
        };
        add_forwarded(request.headers_mut(), &client);
        let version = request.version();
        add_via(request.headers_mut(), version, &self.via);
        let sent_host = host.filter(|_| self.options.keeps_host).unwrap_or_else(|| self.url.authority().clone());
        request.headers_mut().insert(header::HOST, sent_host);
        if fields.accepts_trailers {
            request.headers_mut().insert(header::TE, HeaderValue::from_static("trailers"));
        }
        if let Some(upgrade) = &upgrade {
            request.headers_mut().insert(header::UPGRADE, upgrade.clone());
            request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        }
        *request.uri_mut() = self.url.target(request.uri());
        if let Some(caller) = from.caller {
            request.extensions_mut().insert(Caller(caller));
        }
        (request, upgrade)
    }

    /// Turns the other server's response into that for the client.
    fn respond(&self, mut response: Response, asked_for: Option<&HeaderValue>) -> Result<Response, GatewayError> {
        let fields = remove_connection_fields(response.headers_mut());
        let version = response.version();
        add_via(response.headers_mut(), version, &self.via);
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let Some(upgrade) = fields.upgrade.filter(|_| asked_for.is_some()) else {
                return Err(GatewayError::Unreachable(format!(
                    "{} switched protocols, which the request did not ask for. Nothing can be passed on; report this to \
                     its operator.",
                    self.url
                )));
            };
            response.headers_mut().insert(header::UPGRADE, upgrade);
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        }
        *response.version_mut() = Version::HTTP_11;
        Ok(response)
    }
}

#[async_trait]
impl Gateway for Proxy {
    fn caller(&self, request: &Parts, address: Option<IpAddr>) -> Option<Author> {
        self.callers.of(request, address)
    }

    async fn forward(&self, mut request: Request, from: ForwardedClient) -> Result<Response, GatewayError> {
        if request.method() == Method::CONNECT {
            let detail = "CONNECT asks a proxy for a tunnel to another host, and this one only forwards to its own \
                          server. Nothing was done.";
            return Err(GatewayError::Unsupported(detail.to_owned()));
        }
        if has_passed(request.headers(), &self.pseudonym) {
            return Err(GatewayError::Invalid(format!(
                "The request has passed this proxy before: {} leads back here. Nothing was done. Name the server itself \
                 with --to.",
                self.url
            )));
        }
        if let Some(response) = last_recipient(&mut request) {
            return Ok(response);
        }
        let (request, upgrade) = self.request(request, from);
        let response = self.upstream.send(request).await.map_err(|error| describe(&error))?;
        self.respond(response, upgrade.as_ref())
    }

    fn forwarding(&self, number: u64, method: &Method, target: &str, moment: u64) {
        if let Some(observer) = &self.options.observer {
            observer.forwarding(number, method, target, moment);
        }
    }

    fn responding(&self, number: u64, caller: Option<&Author>, moment: u64) {
        if let Some(observer) = &self.options.observer {
            observer.responding(number, caller, moment);
        }
    }

    fn completed(&self, exchange: &ForwardedExchange<'_>) -> Vec<Anomaly> {
        self.options.observer.as_ref().map_or_else(Vec::new, |observer| observer.completed(exchange))
    }

    fn shows_cookies(&self) -> bool {
        self.options.shows_cookies
    }
}

/// Returns whether a proxy may pass on the offer to switch to other protocols.
///
/// Not in HTTP/2, which has no such offer. Nor to HTTP/2 or TLS: requests inside could not be recorded or held.
fn may_switch(version: Version, offer: &HeaderValue) -> bool {
    let hides_requests = |protocol: &str| {
        let name = protocol.trim_ascii().split('/').next().unwrap_or_default().to_ascii_lowercase();
        matches!(name.as_str(), "h2c" | "h2" | "http" | "tls")
    };
    version == Version::HTTP_11 && offer.to_str().is_ok_and(|offer| !offer.split(',').any(hides_requests))
}

/// Returns the host that the client named.
///
/// The target takes precedence over the field (RFC 9112 section 3.2.2).
fn host_of(request: &Request) -> Option<HeaderValue> {
    let target = request.uri().authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    target.or_else(|| request.headers().get(header::HOST).cloned())
}

/// Returns the response of this proxy to a TRACE or OPTIONS that must not go further.
///
/// `Max-Forwards` says so (RFC 9110 section 7.6.2). Otherwise, the number of proxies that it may still pass is
/// decreased.
fn last_recipient(request: &mut Request) -> Option<Response> {
    if !matches!(*request.method(), Method::TRACE | Method::OPTIONS) {
        return None;
    }
    let left = request.headers().get(&MAX_FORWARDS)?.to_str().ok()?.trim().parse::<u32>().ok()?;
    if left > 0 {
        request.headers_mut().insert(MAX_FORWARDS, HeaderValue::from(left - 1));
        return None;
    }
    let mut response = Response::new(Body::empty());
    // A TRACE would have to be sent back as it came, with everything secret in it (section 9.3.8).
    let is_trace = request.method() == Method::TRACE;
    *response.status_mut() = if is_trace { StatusCode::METHOD_NOT_ALLOWED } else { StatusCode::NO_CONTENT };
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("OPTIONS"));
    Some(response)
}

/// Returns the error with what happened and what to do next, as sentences.
fn describe(error: &UpstreamError) -> GatewayError {
    match error {
        UpstreamError::Unreachable { remedy, .. } => {
            GatewayError::Unreachable(format!("{error}. Nothing was done. {remedy}."))
        }
        UpstreamError::Closed { .. } => GatewayError::Unreachable(format!(
            "{error}. If the request was a write, it may have been carried out: read before you write again. The server's \
             own log says why it closed."
        )),
        UpstreamError::NotHttp { .. } => GatewayError::Unreachable(format!(
            "{error}. If the request was a write, it may have been carried out. Check that --to names an HTTP server, and \
             its scheme."
        )),
        UpstreamError::TimedOut { action: "respond", .. } => GatewayError::TimedOut(format!(
            "{error}. If the request was a write, it may still be carried out: read before you write again. A server that \
             needs longer gets the time with --timeout."
        )),
        UpstreamError::TimedOut { .. } => GatewayError::TimedOut(format!(
            "{error}. Nothing was done. Check the address that --to names, and that the server is not overloaded."
        )),
        UpstreamError::BodyFailed => {
            GatewayError::BodyFailed("The body of the request broke off. Send the request again.".to_owned())
        }
    }
}

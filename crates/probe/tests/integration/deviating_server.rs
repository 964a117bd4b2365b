//! A server that is right but for one thing.

use std::time::Duration;

use async_trait::async_trait;
use probe::{BodyPace, FieldLine, ProbeRequest, ProbeResponse, ProbeTransport, SendError};

use crate::fake_server::{FakeServer, TARGET};

/// The fields of conditions.
const CONDITIONS: [&str; 5] = ["If-Match", "If-None-Match", "If-Unmodified-Since", "If-Modified-Since", "If-Range"];

/// A request as it arrives at a server.
pub(crate) struct Arrival<'a> {
    pub(crate) request: &'a ProbeRequest,
    /// How many requests have arrived, with this one.
    pub(crate) number: usize,
    /// How many requests arrive at once.
    pub(crate) crowd: usize,
    /// The tag of the resource now; empty if there is no resource.
    pub(crate) current: String,
    /// Whether the resource has the text of the request already.
    pub(crate) is_repeated: bool,
}

impl Arrival<'_> {
    /// Returns the values of all lines of a field.
    fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.request.fields.iter().filter(|line| line.is(name));
        lines.map(|line| String::from_utf8(line.value.clone()).unwrap()).collect()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        !self.lines(name).is_empty()
    }

    /// Returns whether the request has exactly one line of a field, with this value.
    pub(crate) fn says(&self, name: &str, value: &str) -> bool {
        self.lines(name) == [value]
    }

    /// Returns whether one of several tags, in one line or in several, is the current one.
    pub(crate) fn lists_current(&self, name: &str) -> bool {
        self.lines(name).iter().any(|line| line.contains(&self.current))
    }

    /// Returns whether there are several tags in one line of a field.
    pub(crate) fn is_list(&self, name: &str) -> bool {
        self.lines(name).len() == 1 && self.lines(name)[0].contains(", ")
    }

    pub(crate) fn is_in_two_lines(&self, name: &str) -> bool {
        self.lines(name).len() == 2
    }

    /// Returns whether the request has one line of `If-Match`, with the tag of an older version.
    pub(crate) fn is_stale(&self) -> bool {
        let is_older = |line: &String| line.starts_with("\"v") && *line != self.current;
        self.lines("If-Match").len() == 1 && self.lines("If-Match").iter().all(is_older)
    }

    /// Returns whether the request has one line of `If-Match`, with the current tag.
    pub(crate) fn is_current(&self) -> bool {
        self.says("If-Match", &self.current)
    }

    pub(crate) fn is_read(&self) -> bool {
        matches!(self.request.method, "GET" | "HEAD")
    }

    /// Returns whether this is one write of the resource that is probed.
    pub(crate) fn is_put(&self) -> bool {
        self.crowd == 1 && self.request.method == "PUT" && self.request.target == TARGET
    }

    /// Returns whether this is a write of a scratch resource.
    pub(crate) fn is_scratch_put(&self) -> bool {
        self.request.method == "PUT" && self.request.target != TARGET
    }

    pub(crate) fn is_slow(&self) -> bool {
        self.request.pace == BodyPace::LastByteLate
    }

    pub(crate) fn has_condition(&self) -> bool {
        CONDITIONS.iter().any(|name| self.has(name))
    }
}

/// Responds to a request: as the right server does, or otherwise.
pub(crate) type Deviation = Box<dyn Fn(&FakeServer, &Arrival<'_>) -> ProbeResponse + Send + Sync>;

/// A server that is right but for one thing.
pub(crate) struct DeviatingServer {
    pub(crate) server: FakeServer,
    deviation: Deviation,
}

impl DeviatingServer {
    pub(crate) fn new(deviation: Deviation) -> Self {
        Self { server: FakeServer::dated(), deviation }
    }
}

#[async_trait]
impl ProbeTransport for DeviatingServer {
    async fn send_all(&self, requests: Vec<ProbeRequest>) -> Vec<Result<ProbeResponse, SendError>> {
        let respond = |request| {
            let arrival = Arrival {
                request,
                number: self.server.count_request(request),
                crowd: requests.len(),
                current: self.server.tag_at(&request.target),
                is_repeated: self.server.has_text_of(request),
            };
            Ok((self.deviation)(&self.server, &arrival))
        };
        requests.iter().map(respond).collect()
    }

    async fn pause(&self, time: Duration) {
        self.server.pause(time).await;
    }
}

/// Returns the server that carries these requests out, whatever their conditions say.
pub(crate) fn carries_out(is_meant: impl Fn(&Arrival<'_>) -> bool + Send + Sync + 'static) -> Deviation {
    Box::new(move |server, arrival| {
        if !is_meant(arrival) {
            return server.respond_to(arrival.request);
        }
        let mut request = arrival.request.clone();
        request.fields.retain(|line| !CONDITIONS.iter().any(|name| line.is(name)));
        if !arrival.is_read() {
            // The right server takes no write without a condition, so it gets one that holds.
            let (name, value) =
                if arrival.current.is_empty() { ("If-None-Match", "*") } else { ("If-Match", &*arrival.current) };
            request.fields.push(FieldLine::new(name, value));
        }
        server.respond_to(&request)
    })
}

/// Returns the server that answers these requests with a status, and does nothing.
pub(crate) fn answers(status: u16, is_meant: impl Fn(&Arrival<'_>) -> bool + Send + Sync + 'static) -> Deviation {
    Box::new(move |server, arrival| {
        if is_meant(arrival) {
            ProbeResponse { status, fields: Vec::new(), body: Vec::new() }
        } else {
            server.respond_to(arrival.request)
        }
    })
}

/// Returns the server that changes its responses.
pub(crate) fn edits(edit: impl Fn(&Arrival<'_>, &mut ProbeResponse) + Send + Sync + 'static) -> Deviation {
    Box::new(move |server, arrival| {
        let mut response = server.respond_to(arrival.request);
        edit(arrival, &mut response);
        response
    })
}

/// Returns the server that gives a version the tag of another one, and takes it in conditions.
pub(crate) fn gives_tag_again(version: &'static str, tag: &'static str) -> Deviation {
    Box::new(move |server, arrival| {
        let mut request = arrival.request.clone();
        if arrival.current == version {
            replace_in_fields(&mut request.fields, tag, version);
        }
        let mut response = server.respond_to(&request);
        replace_in_fields(&mut response.fields, version, tag);
        response
    })
}

/// Returns the server whose tags have no quotes, in its responses and in conditions.
pub(crate) fn forgets_quotes() -> Deviation {
    let quoted = |tag: &str| {
        let (mark, opaque) = tag.split_at(if tag.starts_with("W/") { 2 } else { 0 });
        if opaque.starts_with('v') { format!("{mark}\"{opaque}\"") } else { tag.to_owned() }
    };
    Box::new(move |server, arrival| {
        let mut request = arrival.request.clone();
        for line in request.fields.iter_mut().filter(|line| line.is("If-Match") || line.is("If-None-Match")) {
            let tags = String::from_utf8(line.value.clone()).unwrap();
            line.value = tags.split(", ").map(quoted).collect::<Vec<_>>().join(", ").into_bytes();
        }
        let mut response = server.respond_to(&request);
        for line in response.fields.iter_mut().filter(|line| line.is("ETag")) {
            line.value.retain(|&byte| byte != b'"');
        }
        response
    })
}

/// Replaces a text in the fields of conditions, and in `ETag`.
fn replace_in_fields(fields: &mut [FieldLine], from: &str, to: &str) {
    for line in fields.iter_mut().filter(|line| line.is("ETag") || CONDITIONS.iter().any(|name| line.is(name))) {
        line.value = String::from_utf8(line.value.clone()).unwrap().replace(from, to).into_bytes();
    }
}

/// Sets a field of a response, or removes it.
pub(crate) fn set(response: &mut ProbeResponse, name: &str, value: Option<&str>) {
    response.fields.retain(|line| !line.is(name));
    response.fields.extend(value.map(|value| FieldLine::new(name, value)));
}

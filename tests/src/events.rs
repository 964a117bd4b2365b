//! A client of server-sent events.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use serde_json::Value;

use crate::PATIENCE;
use crate::http::{HttpConnection, Request};
use crate::serve::Server;

/// One event about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedEvent {
    /// The event's id, which a client sends as `Last-Event-ID` to resume.
    pub id: String,
    /// `created`, `changed` or `deleted`.
    pub name: String,
    /// The document, the version and its author.
    pub data: Value,
}

/// An open event stream.
#[derive(Debug)]
pub struct Events {
    connection: HttpConnection,
    /// Text that has arrived but is not a complete event yet.
    text: String,
    last_id: Option<String>,
}

impl Events {
    /// Opens a stream, which begins after the event with this id, or now if there is no id.
    ///
    /// When this returns, the server has accepted the request, so no later event is missed.
    #[must_use]
    pub fn open(server: &Server, path: &str, after: Option<&str>) -> Self {
        Self::try_open(server.address(), path, after).expect("the server answers with a stream")
    }

    /// Opens a stream as [`Self::open`] does.
    ///
    /// # Errors
    ///
    /// If there is no server at this address, or it refuses.
    pub fn try_open(server: SocketAddr, path: &str, after: Option<&str>) -> io::Result<Self> {
        let mut request = Request::new("GET", path);
        if let Some(id) = after {
            request = request.with("Last-Event-ID", id);
        }
        Self::send(server, &request, after)
    }

    /// Opens a stream that begins now, with a request that has these fields.
    #[must_use]
    pub fn open_with(server: &Server, path: &str, fields: &[(&str, &str)]) -> Self {
        let request = fields.iter().fold(Request::new("GET", path), |request, (name, value)| request.with(name, value));
        Self::send(server.address(), &request, None).expect("the server answers with a stream")
    }

    fn send(server: SocketAddr, request: &Request, after: Option<&str>) -> io::Result<Self> {
        let mut connection = HttpConnection::try_open(server)?;
        connection.try_write(&request.head(server))?;
        let head = connection.try_read_head()?;
        if head.status != 200 {
            return Err(io::Error::other(head.to_string()));
        }
        assert_eq!(head.field("Transfer-Encoding"), Some("chunked"), "{head}");
        Ok(Self { connection, text: String::new(), last_id: after.map(str::to_owned) })
    }

    /// Returns the next event.
    ///
    /// # Errors
    ///
    /// If the stream ends, or if no event arrives in time.
    pub fn try_read(&mut self) -> io::Result<ReceivedEvent> {
        let end = Instant::now() + PATIENCE;
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event(block, &mut self.last_id), rest.to_owned());
                self.text = rest;
                if let Some(event) = event {
                    return Ok(event);
                }
            }
            // The server sends heartbeats, so the read timeout of the socket alone would never end this loop.
            if Instant::now() > end {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let chunk = self.connection.try_read_chunk()?.ok_or(io::ErrorKind::UnexpectedEof)?;
            self.text.push_str(std::str::from_utf8(&chunk).expect("events are UTF-8, and are not cut in two"));
        }
    }
}

/// Parses a block of lines. Returns `None` for a comment, or if the block only sets the id.
fn event(block: &str, last_id: &mut Option<String>) -> Option<ReceivedEvent> {
    let mut name = None;
    let mut data = None;
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => {}
            "id" => *last_id = Some(value.to_owned()),
            "event" => name = Some(value.to_owned()),
            "data" => data = serde_json::from_str(value).ok(),
            _ => panic!("unknown field of an event: {line:?}"),
        }
    }
    let data = data?;
    Some(ReceivedEvent {
        id: last_id.clone().expect("an event has an id"),
        name: name.expect("an event has a name"),
        data,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ReceivedEvent, event};

    #[test]
    fn only_a_block_with_data_is_an_event() {
        let mut last_id = None;
        assert_eq!(event("id: 4", &mut last_id), None);
        assert_eq!(last_id.as_deref(), Some("4"));
        assert_eq!(event(":", &mut last_id), None);
        let read = event("id: 5\nevent: created\ndata: {\"id\":\"doc\"}", &mut last_id);
        let expected = ReceivedEvent { id: "5".to_owned(), name: "created".to_owned(), data: json!({"id": "doc"}) };
        assert_eq!(read, Some(expected));
    }
}

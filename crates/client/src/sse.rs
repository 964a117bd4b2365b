//! The parser of event streams (WHATWG HTML, section 9.2): from bytes to events. Pure.
//!
//! A stream arrives in chunks that end anywhere: within a line, between CR and LF, within a character. The parser works
//! on bytes and keeps what is incomplete, so the events do not depend on the ends of the chunks.

use thiserror::Error;

/// One complete event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSentEvent {
    /// The value of the event's `event` line, or `message` if there was none.
    pub kind: String,
    /// The event's `data` lines, joined by line feeds.
    pub data: String,
}

/// An event is longer than the parser's limit. The rest of the stream cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an event is longer than {limit} bytes")]
pub struct EventTooLong {
    /// The limit, in bytes.
    pub limit: usize,
}

/// Turns the chunks of one stream into events.
#[derive(Debug, Clone)]
pub struct EventParser {
    limit: usize,
    /// The incomplete line.
    line: Vec<u8>,
    /// Whether the last byte was a CR: an LF now belongs to the same line end.
    after_cr: bool,
    /// Whether no line has been read: a byte order mark may precede the first one only.
    at_start: bool,
    kind: String,
    /// The data lines so far, each with a line feed behind it.
    data: String,
    /// The last id that was read, in force from the next event on.
    next_id: String,
    last_event_id: String,
    retry: Option<u64>,
}

impl EventParser {
    /// Returns a parser that stops at an event longer than `limit` bytes.
    ///
    /// `last_event_id` is the last id of an earlier stream: an id stays in force until another one comes.
    #[must_use]
    pub fn new(limit: usize, last_event_id: String) -> Self {
        Self {
            limit,
            line: Vec::new(),
            after_cr: false,
            at_start: true,
            kind: String::new(),
            data: String::new(),
            next_id: last_event_id.clone(),
            last_event_id,
            retry: None,
        }
    }

    /// Returns the id of the last complete event, for `Last-Event-ID`; empty if there was none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// Returns the wait before a reconnection, in milliseconds, if the server named one.
    #[must_use]
    pub fn retry(&self) -> Option<u64> {
        self.retry
    }

    /// Takes the next chunk and returns the events that it completes.
    ///
    /// # Errors
    ///
    /// [`EventTooLong`] if an event exceeds the limit; the parser is then of no further use.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Vec<ServerSentEvent>, EventTooLong> {
        let mut events = Vec::new();
        for &byte in chunk {
            let second_half = std::mem::replace(&mut self.after_cr, byte == b'\r') && byte == b'\n';
            match byte {
                _ if second_half => {}
                b'\r' | b'\n' => events.extend(self.end_line()),
                _ => self.line.push(byte),
            }
            if self.line.len() + self.data.len() > self.limit {
                return Err(EventTooLong { limit: self.limit });
            }
        }
        Ok(events)
    }

    /// Ends a line. An empty line ends an event.
    fn end_line(&mut self) -> Option<ServerSentEvent> {
        let line = std::mem::take(&mut self.line);
        let bytes = line.as_slice();
        let start = std::mem::replace(&mut self.at_start, false);
        let bytes = if start { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) } else { bytes };
        if bytes.is_empty() {
            return self.end_event();
        }
        let line = String::from_utf8_lossy(bytes);
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        self.field(name, value.strip_prefix(' ').unwrap_or(value));
        None
    }

    /// Applies a line. A line without a name is a comment; unknown names are ignored.
    fn field(&mut self, name: &str, value: &str) {
        match name {
            "event" => value.clone_into(&mut self.kind),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.next_id),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok();
            }
            _ => {}
        }
    }

    /// Ends an event. Without data there is no event, but its id counts.
    fn end_event(&mut self) -> Option<ServerSentEvent> {
        self.last_event_id.clone_from(&self.next_id);
        let kind = std::mem::take(&mut self.kind);
        let mut data = std::mem::take(&mut self.data);
        data.pop()?;
        let kind = if kind.is_empty() { "message".to_owned() } else { kind };
        Some(ServerSentEvent { kind, data })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn event(kind: &str, data: &str) -> ServerSentEvent {
        ServerSentEvent { kind: kind.to_owned(), data: data.to_owned() }
    }

    /// Parses a whole stream in one chunk.
    fn read(stream: &[u8]) -> (Vec<ServerSentEvent>, String) {
        let mut parser = EventParser::new(1 << 20, String::new());
        let events = parser.push(stream).unwrap();
        (events, parser.last_event_id().to_owned())
    }

    #[test]
    fn streams_are_read_as_the_standard_says() {
        for (stream, events, last_id) in [
            ("data: a\n\n", vec![event("message", "a")], ""),
            ("event: changed\nid: 7\ndata: {}\n\n", vec![event("changed", "{}")], "7"),
            ("data: a\r\ndata:b\rdata\n\n", vec![event("message", "a\nb\n")], ""),
            ("data:  two spaces\n\n", vec![event("message", " two spaces")], ""),
            (": heartbeat\n\n:\n\n", vec![], ""),
            ("event: lonely\n\ndata: a\n\n", vec![event("message", "a")], ""),
            ("id: 3\n\n", vec![], "3"),
            ("id: 3\ndata: a\n\nid\ndata: b\n\n", vec![event("message", "a"), event("message", "b")], ""),
            ("id: 3\ndata: a\n\nid: 4\ndata: cut off", vec![event("message", "a")], "3"),
            ("id: 3\ndata: a\n\nid: 4\ndata: cut off\n", vec![event("message", "a")], "3"),
            ("id: a\0b\ndata: a\n\n", vec![event("message", "a")], ""),
            ("unknown: x\ndata: a\n\n", vec![event("message", "a")], ""),
            ("data\n\n", vec![event("message", "")], ""),
            ("\u{feff}data: a\n\n", vec![event("message", "a")], ""),
            ("data: a\n\n\u{feff}data: b\n\n", vec![event("message", "a")], ""),
            ("data: a\r\r\n\ndata: b\r\n\r\n", vec![event("message", "a"), event("message", "b")], ""),
        ] {
            assert_eq!(read(stream.as_bytes()), (events, last_id.to_owned()), "{stream:?}");
        }
    }

    #[test]
    fn a_server_may_say_when_to_reconnect() {
        let mut parser = EventParser::new(100, String::new());
        parser.push(b"retry: 1500\nretry: soon\nretry:\nretry: -1\n").unwrap();
        assert_eq!(parser.retry(), Some(1500));
    }

    #[test]
    fn ids_of_an_earlier_stream_stay_in_force() {
        let mut parser = EventParser::new(100, "41".to_owned());
        parser.push(b"data: a\n\n").unwrap();
        assert_eq!(parser.last_event_id(), "41");
    }

    #[test]
    fn an_event_longer_than_the_limit_is_an_error() {
        let mut parser = EventParser::new(16, String::new());
        assert_eq!(parser.push(b"data: 0123456789"), Ok(vec![]));
        assert_eq!(parser.push(b"0"), Err(EventTooLong { limit: 16 }));
        let mut parser = EventParser::new(16, String::new());
        assert_eq!(parser.push(b"data: 0123\n"), Ok(vec![]));
        assert_eq!(parser.push(b"data: 0123\ndata:0123\n\n"), Err(EventTooLong { limit: 16 }));
    }

    /// Returns streams of the bytes that matter to the parser, and of some that do not.
    fn streams() -> impl Strategy<Value = Vec<u8>> {
        let pieces: [&[u8]; 13] = [
            b"data: ",
            b"event: ",
            b"id: ",
            b"\r",
            b"\n",
            b"\n\n",
            b"\r\n",
            b":",
            b" ",
            b"\xef\xbb\xbf",
            "é".as_bytes(),
            b"\xc3",
            b"x",
        ];
        let piece = proptest::sample::select(pieces.to_vec());
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn chunks_cut_anywhere_give_the_same_events(stream in streams(), cuts in proptest::collection::vec(0_usize..200, 0..8)) {
            let mut parser = EventParser::new(1 << 20, String::new());
            let mut events = Vec::new();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
            cuts.sort_unstable();
            let mut start = 0;
            for cut in cuts.into_iter().chain([stream.len()]) {
                events.extend(parser.push(&stream[start..cut]).unwrap());
                start = cut;
            }
            prop_assert_eq!((events, parser.last_event_id().to_owned()), read(&stream));
        }

        #[test]
        fn a_formatted_stream_is_parsed_again(
            events in proptest::collection::vec(("[a-z]{1,8}", "[ -~é]{0,20}(\n[ -~é]{0,20}){0,2}", "[0-9]{1,5}"), 0..6),
            line_end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        ) {
            let mut stream = String::new();
            for (kind, data, id) in &events {
                write!(stream, "event: {kind}{line_end}id: {id}{line_end}").unwrap();
                for line in data.split('\n') {
                    write!(stream, "data: {line}{line_end}").unwrap();
                }
                stream += line_end;
            }
            let expected: Vec<_> = events.iter().map(|(kind, data, _)| event(kind, data)).collect();
            let last_id = events.last().map_or(String::new(), |(_, _, id)| id.clone());
            prop_assert_eq!(read(stream.as_bytes()), (expected, last_id));
        }
    }
}

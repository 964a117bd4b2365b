//! Parses arbitrary bytes as an event stream: all at once, in pieces, and byte by byte.
//!
//! The first byte chooses where the pieces end; the rest is the stream.

#![no_main]

use client::{EventParser, EventTooLong, ServerSentEvent};
use libfuzzer_sys::fuzz_target;

const LIMIT: usize = 64;

fuzz_target!(|bytes: &[u8]| {
    let Some((&size, stream)) = bytes.split_first() else { return };
    let whole = read([stream]);
    assert_eq!(read(stream.chunks(usize::from(size).max(1))), whole, "pieces of {size}");
    assert_eq!(read(stream.chunks(1)), whole, "byte by byte");
    for event in &whole.events {
        assert!(event.data.len() <= LIMIT, "longer than the limit: {event:?}");
        // An invalid byte becomes a character of three bytes after its line was measured.
        assert!(event.kind.len() <= 3 * LIMIT, "longer than the limit: {event:?}");
        assert!(
            !event.data.contains('\r') && !event.kind.contains(['\r', '\n']),
            "a line end within a line: {event:?}"
        );
    }
    // The id goes into a field of the next request.
    assert!(!whole.last_event_id.contains(['\r', '\n', '\0']));
});

/// The result of reading a stream.
#[derive(Debug, PartialEq)]
struct Read {
    events: Vec<ServerSentEvent>,
    last_event_id: String,
    retry: Option<u64>,
    broken: Option<EventTooLong>,
}

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Read {
    let mut parser = EventParser::new(LIMIT, "before".to_owned());
    let mut read = Read { events: Vec::new(), last_event_id: String::new(), retry: None, broken: None };
    for piece in pieces {
        match parser.push(piece) {
            Ok(events) => read.events.extend(events),
            Err(too_long) => {
                // Events before the error in the same piece are not reported: the client resumes from the last id.
                return Read { events: Vec::new(), broken: Some(too_long), ..read };
            }
        }
    }
    Read { last_event_id: parser.last_event_id().to_owned(), retry: parser.retry(), ..read }
}

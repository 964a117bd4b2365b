//! An event stream that is read once: when it breaks off, it is over.
//!
//! An [`EventStream`](crate::EventStream), in contrast, is resumed.

use std::collections::VecDeque;

use contract::fields;
use reqwest::Response;
use tokio::time::timeout;

use crate::client::{Client, response_head};
use crate::error::{ClientError, TransportError};
use crate::request::OutgoingRequest;
use crate::sse::{EventParser, ServerSentEvent};

/// The longest event that is read, in bytes.
///
/// An exchange has two bodies of at most 64 KiB, and JSON may turn one byte into six.
const MAX_EVENT_BYTES: usize = 2 * 1024 * 1024;

/// The events of one response, as they arrive.
#[derive(Debug)]
pub(crate) struct ControlStream {
    client: Client,
    response: Response,
    parser: EventParser,
    received: VecDeque<ServerSentEvent>,
}

impl Client {
    /// Sends a request whose response is an event stream.
    pub(crate) async fn events(&self, mut call: OutgoingRequest) -> Result<ControlStream, ClientError> {
        call.accept = fields::EVENT_STREAM;
        let response = self.open(call).await?;
        let head = response_head(&response);
        if head.status != 200 {
            return Err(match self.require_success(self.read_to_end(response).await?) {
                Err(refused) => refused,
                Ok(other) => self
                    .not_ifmatch_error(format!("it responded with {} instead of an event stream", other.status_line())),
            });
        }
        if !head.has_media_type(fields::EVENT_STREAM) {
            return Err(
                self.not_ifmatch_error(format!("it responded with {} instead of an event stream", head.status_line()))
            );
        }
        let parser = EventParser::new(self.limits().body.min(MAX_EVENT_BYTES), String::new());
        Ok(ControlStream { client: self.clone(), response, parser, received: VecDeque::new() })
    }
}

impl ControlStream {
    /// Waits for the next event.
    ///
    /// A stream that is silent for longer than `ClientLimits::silence` counts as broken. The future may be dropped, as
    /// in `select!`, and `next` called again; no event is lost.
    pub(crate) async fn next(&mut self) -> Result<ServerSentEvent, ClientError> {
        loop {
            if let Some(event) = self.received.pop_front() {
                return Ok(event);
            }
            let limit = self.client.limits().silence;
            let chunk = timeout(limit, self.response.chunk()).await.map_err(|_| TransportError::TimedOut { limit })?;
            let chunk = chunk.map_err(|error| TransportError::from_transport(&error, self.client.server()))?;
            let ended = || TransportError::CutOff { why: "the server ended the event stream".to_owned() };
            let events = self.parser.push(&chunk.ok_or_else(ended)?);
            self.received.extend(events.map_err(|long| TransportError::TooLong { limit: long.limit })?);
        }
    }

    /// Parses the data of an event.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self, event: &ServerSentEvent) -> Result<T, ClientError> {
        serde_json::from_str(&event.data).map_err(|error| self.client.not_ifmatch_error(error.to_string()))
    }
}

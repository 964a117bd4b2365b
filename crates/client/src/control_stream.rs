//! An event stream that is read once: when it breaks off, it is over. The one that is resumed is an
//! [`EventStream`](crate::EventStream).

use std::collections::VecDeque;

use contract::fields;
use reqwest::Response;
use tokio::time::timeout;

use crate::client::{Client, response_head};
use crate::error::{ClientError, TransportError};
use crate::request::OutgoingRequest;
use crate::sse::{EventParser, ServerSentEvent};

/// The longest event that is read, in bytes. An exchange has two bodies of 64 KiB at most, and JSON may make six bytes
/// of one.
const MAX_EVENT_BYTES: usize = 2 * 1024 * 1024;

/// The events of one response, as they come.
#[derive(Debug)]
pub(crate) struct ControlStream {
    client: Client,
    response: Response,
    parser: EventParser,
    received: VecDeque<ServerSentEvent>,
}

impl Client {
    /// Sends a request that is to be answered by events.
    pub(crate) async fn events(&self, mut call: OutgoingRequest) -> Result<ControlStream, ClientError> {
        call.accept = fields::EVENT_STREAM;
        let response = self.open(call).await?;
        let head = response_head(&response);
        if head.status != 200 {
            return Err(match self.require_success(self.read_to_end(response).await?) {
                Err(refused) => refused,
                Ok(other) => {
                    self.not_ifmatch_error(format!("it answered {} instead of an event stream", other.status_line()))
                }
            });
        }
        if !head.has_media_type(fields::EVENT_STREAM) {
            return Err(
                self.not_ifmatch_error(format!("it answered {} instead of an event stream", head.status_line()))
            );
        }
        let parser = EventParser::new(self.limits().body.min(MAX_EVENT_BYTES), String::new());
        Ok(ControlStream { client: self.clone(), response, parser, received: VecDeque::new() })
    }
}

impl ControlStream {
    /// The next event. A stream that is silent for longer than a heartbeat takes is as good as broken.
    ///
    /// The future may be dropped and asked for again, as in `select!`; no event is lost by that.
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

    /// What the data of an event say.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self, event: &ServerSentEvent) -> Result<T, ClientError> {
        serde_json::from_str(&event.data).map_err(|error| self.client.not_ifmatch_error(error.to_string()))
    }
}

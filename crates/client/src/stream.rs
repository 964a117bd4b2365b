//! An event stream that is read once: when it breaks off, it is over. The one that is resumed is a [`Watch`](crate::Watch).

use std::collections::VecDeque;

use contract::fields;
use reqwest::Response;
use tokio::time::timeout;

use crate::call::Call;
use crate::client::{Client, head_of};
use crate::error::{ClientError, Lost};
use crate::sse::{Parser, ServerSentEvent};

/// The longest event that is read, in bytes. An exchange has two bodies of 64 KiB at most, and JSON may make six bytes
/// of one.
const MAX_EVENT_BYTES: usize = 2 * 1024 * 1024;

/// The events of one response, as they come.
#[derive(Debug)]
pub(crate) struct EventStream {
    client: Client,
    response: Response,
    parser: Parser,
    come: VecDeque<ServerSentEvent>,
}

impl Client {
    /// Sends a request that is to be answered by events.
    pub(crate) async fn events(&self, mut call: Call) -> Result<EventStream, ClientError> {
        call.accept = fields::EVENT_STREAM;
        let response = self.open(call).await?;
        let head = head_of(&response);
        if head.status != 200 {
            return Err(match self.answered(self.whole(response).await?) {
                Err(refused) => refused,
                Ok(other) => self.not_ifmatch(format!("it answered {} instead of an event stream", other.phrase())),
            });
        }
        if !head.is(fields::EVENT_STREAM) {
            return Err(self.not_ifmatch(format!("it answered {} instead of an event stream", head.phrase())));
        }
        let parser = Parser::new(self.limits().body.min(MAX_EVENT_BYTES), String::new());
        Ok(EventStream { client: self.clone(), response, parser, come: VecDeque::new() })
    }
}

impl EventStream {
    /// The next event. A stream that is silent for longer than a heartbeat takes is as good as broken.
    ///
    /// The future may be dropped and asked for again, as in `select!`; no event is lost by that.
    pub(crate) async fn next(&mut self) -> Result<ServerSentEvent, ClientError> {
        loop {
            if let Some(event) = self.come.pop_front() {
                return Ok(event);
            }
            let limit = self.client.limits().silence;
            let chunk = timeout(limit, self.response.chunk()).await.map_err(|_| Lost::TimedOut { limit })?;
            let chunk = chunk.map_err(|error| Lost::from_transport(&error, self.client.server()))?;
            let ended = || Lost::CutOff { why: "the server ended the event stream".to_owned() };
            let events = self.parser.push(&chunk.ok_or_else(ended)?);
            self.come.extend(events.map_err(|long| Lost::TooLong { limit: long.limit })?);
        }
    }

    /// What the data of an event say.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self, event: &ServerSentEvent) -> Result<T, ClientError> {
        serde_json::from_str(&event.data).map_err(|error| self.client.not_ifmatch(error.to_string()))
    }
}

//! What the server records of everybody's requests, live.
//!
//! Unlike a [`Watch`](crate::Watch) it is not resumed: the server keeps no place in its record for anybody, so a stream
//! that broke off and began again would have a hole that nobody sees.

use std::collections::VecDeque;

use contract::{Exchange, fields};
use reqwest::Response;

use crate::call::Call;
use crate::client::{Client, head_of};
use crate::error::{ClientError, Lost};
use crate::sse::Parser;
use crate::target::Target;

/// Exchanges as they are held and as they end.
#[derive(Debug)]
pub struct Exchanges {
    client: Client,
    response: Response,
    parser: Parser,
    come: VecDeque<Exchange>,
}

impl Client {
    /// Listens to all exchanges from now on: those that are held when they come, and all when they end.
    ///
    /// When this returns, the server is telling: no exchange that begins afterwards is missed.
    pub async fn exchanges(&self) -> Result<Exchanges, ClientError> {
        let mut call = Call::get(&Target::Exchanges, "");
        call.accept = fields::EVENT_STREAM;
        let response = self.open(call).await?;
        let head = head_of(&response);
        if head.status != 200 || !head.is(fields::EVENT_STREAM) {
            return Err(self.not_ifmatch(format!("it answered {} instead of an event stream", head.phrase())));
        }
        let parser = Parser::new(self.limits().body, String::new());
        Ok(Exchanges { client: self.clone(), response, parser, come: VecDeque::new() })
    }
}

impl Exchanges {
    /// The next exchange.
    ///
    /// The future may be dropped and asked for again, as in `select!`; no exchange is lost by that.
    pub async fn next(&mut self) -> Result<Exchange, ClientError> {
        loop {
            if let Some(exchange) = self.come.pop_front() {
                return Ok(exchange);
            }
            let chunk = self.response.chunk().await;
            let chunk = chunk.map_err(|error| Lost::from_transport(&error, self.client.server()))?;
            let ended = || Lost::CutOff { why: "the server ended the stream of exchanges".to_owned() };
            let chunk = chunk.ok_or_else(ended)?;
            let events = self.parser.push(&chunk).map_err(|long| Lost::TooLong { limit: long.limit })?;
            for event in events.iter().filter(|event| event.kind == "exchange") {
                let read = serde_json::from_str(&event.data);
                self.come.push_back(read.map_err(|error| self.client.not_ifmatch(error.to_string()))?);
            }
        }
    }
}

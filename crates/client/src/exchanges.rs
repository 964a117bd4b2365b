//! What the server records of everybody's requests, live.
//!
//! Unlike an [`EventStream`](crate::EventStream) it is not resumed: the server keeps no place in its record for
//! anybody, so a stream that broke off and began again would have a hole that nobody sees.

use contract::Exchange;

use crate::client::Client;
use crate::control_stream::ControlStream;
use crate::error::ClientError;
use crate::request::OutgoingRequest;
use crate::target::ApiPath;

/// Exchanges as they are held and as they end.
#[derive(Debug)]
pub struct Exchanges(ControlStream);

impl Client {
    /// Listens to all exchanges from now on: those that are held when they come, and all when they end.
    ///
    /// When this returns, the server is telling: no exchange that begins afterwards is missed.
    pub async fn exchanges(&self) -> Result<Exchanges, ClientError> {
        self.events(OutgoingRequest::get(&ApiPath::Exchanges, "")).await.map(Exchanges)
    }
}

impl Exchanges {
    /// The next exchange.
    ///
    /// The future may be dropped and asked for again, as in `select!`; no exchange is lost by that.
    pub async fn next(&mut self) -> Result<Exchange, ClientError> {
        loop {
            let event = self.0.next().await?;
            if event.kind == "exchange" {
                return self.0.read(&event);
            }
        }
    }
}

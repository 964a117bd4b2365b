//! The server's record of all clients' requests, live.
//!
//! Unlike an [`EventStream`](crate::EventStream), it is not resumed: the server keeps no position in its record, so a
//! resumed stream would have an unnoticed gap.

use contract::{ApiPath, Exchange, ExchangeList};

use crate::client::Client;
use crate::control_stream::ControlStream;
use crate::error::ClientError;
use crate::request::OutgoingRequest;

/// Exchanges, reported when they are held and when they end.
#[derive(Debug)]
pub struct Exchanges(ControlStream);

impl Client {
    /// Listens to all exchanges from now on: those that are held, on their arrival, and all when they end.
    ///
    /// When this returns, the server is reporting: no exchange that begins afterwards is missed.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if no response arrives, if the server refuses, or if the response is not an event stream.
    pub async fn exchanges(&self) -> Result<Exchanges, ClientError> {
        self.events(OutgoingRequest::get(&ApiPath::Exchanges)).await.map(Exchanges)
    }

    /// Returns a page of the exchanges that the server still has on record, from the first after `after`.
    ///
    /// The server chooses how many a page has; [`ExchangeList::next`] is the `after` of the next page.
    ///
    /// # Errors
    ///
    /// As for [`Client::probe`].
    pub async fn recorded_exchanges(&self, after: u64) -> Result<ExchangeList, ClientError> {
        self.get(&ApiPath::Exchanges, &format!("?after={after}")).await
    }

    /// Returns all exchanges that the server still has on record.
    ///
    /// # Errors
    ///
    /// As for [`Client::probe`].
    pub async fn all_recorded_exchanges(&self) -> Result<Vec<Exchange>, ClientError> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let page = self.recorded_exchanges(after).await?;
            all.extend(page.exchanges);
            // A server that leads back to an earlier page would never end.
            match page.next.filter(|next| *next > after) {
                Some(next) => after = next,
                None => return Ok(all),
            }
        }
    }
}

impl Exchanges {
    /// Waits for the next exchange.
    ///
    /// The future may be dropped, as in `select!`, and `next` called again; no exchange is lost.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if the stream ends, breaks, falls silent or cannot be parsed. It is then over.
    pub async fn next(&mut self) -> Result<Exchange, ClientError> {
        loop {
            let event = self.0.next().await?;
            if event.kind == "exchange" {
                return self.0.read(&event);
            }
        }
    }
}

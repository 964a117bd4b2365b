//! The gate and the faults: concurrency in slow motion, and answers lost on purpose.
//!
//! These are the leader's controls. They change what becomes of everybody's requests, and no document.

use contract::{FaultSettings, GateSettings, Hold};
use reqwest::Method;

use crate::client::Client;
use crate::control_stream::ControlStream;
use crate::error::ClientError;
use crate::request::{OutgoingRequest, to_json};
use crate::target::ApiPath;

impl Client {
    /// Who is held now, and who will be.
    pub async fn gate(&self) -> Result<GateSettings, ClientError> {
        self.gate_after(OutgoingRequest::get(&ApiPath::Gate, "")).await
    }

    /// Holds such requests from now on. Those that wait already go on waiting.
    pub async fn hold(&self, hold: Hold) -> Result<GateSettings, ClientError> {
        self.gate_after(set_hold_request(hold)).await
    }

    /// Holds such requests for as long as the [`GateLease`] is kept, and no longer than this program lives: if the
    /// server loses the connection, it opens the gate, and all that wait go on.
    pub async fn hold_while(&self, hold: Hold) -> Result<(GateSettings, GateLease), ClientError> {
        let mut stream = self.events(set_hold_request(hold)).await?;
        loop {
            let event = stream.next().await?;
            if event.kind == "gate" {
                return Ok((stream.read(&event)?, GateLease(stream)));
            }
        }
    }

    /// Lets one request go on, by the number of its exchange. One that is not held is refused with 404.
    pub async fn release(&self, exchange: u64) -> Result<GateSettings, ClientError> {
        self.release_as(exchange, "").await
    }

    /// The same, and if it is a write that is applied, nobody hears of that: the response is lost. No other is.
    pub async fn release_losing_response(&self, exchange: u64) -> Result<GateSettings, ClientError> {
        self.release_as(exchange, "?loseResponse=true").await
    }

    async fn release_as(&self, exchange: u64, query: &str) -> Result<GateSettings, ClientError> {
        let mut call = OutgoingRequest::get(&ApiPath::Gate, &format!("/{exchange}/release{query}"));
        call.method = Method::POST;
        self.gate_after(call).await
    }

    /// Lets all requests go on, in the order of their arrival.
    pub async fn release_all(&self) -> Result<GateSettings, ClientError> {
        let mut call = OutgoingRequest::get(&ApiPath::Gate, "/release");
        call.method = Method::POST;
        self.gate_after(call).await
    }

    /// What goes wrong on purpose now.
    pub async fn faults(&self) -> Result<FaultSettings, ClientError> {
        self.ask(OutgoingRequest::get(&ApiPath::Faults, "")).await?.json().map_err(|why| self.not_ifmatch_error(why))
    }

    /// Sets what goes wrong from now on; the faults that are not named end.
    pub async fn set_faults(&self, faults: FaultSettings) -> Result<(), ClientError> {
        let mut call = OutgoingRequest::get(&ApiPath::Faults, "");
        call.method = Method::PUT;
        call.body = Some(to_json(&faults));
        self.ask(call).await.map(drop)
    }

    async fn gate_after(&self, call: OutgoingRequest) -> Result<GateSettings, ClientError> {
        self.ask(call).await?.json().map_err(|why| self.not_ifmatch_error(why))
    }
}

/// The gate holds requests for as long as this is kept, unless it is set anew.
#[derive(Debug)]
pub struct GateLease(ControlStream);

impl GateLease {
    /// Waits until the gate has been set anew, by whomever, or the connection has broken.
    pub async fn until_ended(mut self) {
        while self.0.next().await.is_ok() {}
    }
}

/// The request that sets the gate.
fn set_hold_request(hold: Hold) -> OutgoingRequest {
    let mut call = OutgoingRequest::get(&ApiPath::Gate, "");
    call.method = Method::PUT;
    call.body = Some(to_json(&GateSettings { hold, held: Vec::new() }));
    call
}

//! The gate and the faults: concurrency in slow motion, and responses lost on purpose.
//!
//! These are the leader's controls. They affect the requests of all clients, but change no document.

use contract::{ApiPath, FaultSettings, GateSettings, Hold};
use reqwest::Method;

use crate::client::Client;
use crate::control_stream::ControlStream;
use crate::error::ClientError;
use crate::request::OutgoingRequest;

impl Client {
    /// Returns which requests the gate holds, and which are waiting at it.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if no response arrives, if the server refuses, or if the response does not come from a document
    /// server.
    pub async fn gate(&self) -> Result<GateSettings, ClientError> {
        self.ask_json(OutgoingRequest::get(&ApiPath::Gate)).await
    }

    /// Returns which requests the gate holds, and which of this client's own are waiting at it.
    ///
    /// Every client may know this; what others have waiting is for the leader only.
    ///
    /// # Errors
    ///
    /// As for [`Client::gate`].
    pub async fn own_gate(&self) -> Result<GateSettings, ClientError> {
        self.ask_json(OutgoingRequest::get(&ApiPath::OwnGate)).await
    }

    /// Holds such requests from now on. Requests that are already waiting go on waiting.
    ///
    /// # Errors
    ///
    /// As for [`Client::gate`].
    pub async fn hold(&self, hold: Hold) -> Result<GateSettings, ClientError> {
        self.ask_json(set_hold_request(hold)).await
    }

    /// Holds such requests for as long as the caller keeps the [`GateLease`].
    ///
    /// If the program ends, the server loses the connection, opens the gate and releases all requests.
    ///
    /// # Errors
    ///
    /// As for [`Client::gate`].
    pub async fn hold_while(&self, hold: Hold) -> Result<(GateSettings, GateLease), ClientError> {
        let mut stream = self.events(set_hold_request(hold)).await?;
        loop {
            let event = stream.next().await?;
            if event.kind == "gate" {
                return Ok((stream.read(&event)?, GateLease(stream)));
            }
        }
    }

    /// Releases one request, by the number of its exchange.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 404 if the request is not held. Otherwise as for [`Client::gate`].
    pub async fn release(&self, exchange: u64) -> Result<GateSettings, ClientError> {
        self.release_at_gate(&format!("/{exchange}/release")).await
    }

    /// Releases one request, and loses its response if it is a write that is applied.
    ///
    /// No other response is lost.
    ///
    /// # Errors
    ///
    /// As for [`Client::release`].
    pub async fn release_losing_response(&self, exchange: u64) -> Result<GateSettings, ClientError> {
        self.release_at_gate(&format!("/{exchange}/release?loseResponse=true")).await
    }

    /// Releases one request at a proxy, which sends it twice. Its client gets the first response.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 400 if the server is not a proxy. Otherwise as for [`Client::release`].
    pub async fn release_twice(&self, exchange: u64) -> Result<GateSettings, ClientError> {
        self.release_at_gate(&format!("/{exchange}/release?duplicate=true")).await
    }

    /// Releases all requests, in the order of their arrival.
    ///
    /// # Errors
    ///
    /// As for [`Client::gate`].
    pub async fn release_all(&self) -> Result<GateSettings, ClientError> {
        self.release_at_gate("/release").await
    }

    async fn release_at_gate(&self, suffix: &str) -> Result<GateSettings, ClientError> {
        self.ask_json(OutgoingRequest::new(Method::POST, &ApiPath::Gate).with_suffix(suffix)).await
    }

    /// Returns the faults that are injected now.
    ///
    /// # Errors
    ///
    /// As for [`Client::gate`].
    pub async fn faults(&self) -> Result<FaultSettings, ClientError> {
        self.ask_json(OutgoingRequest::get(&ApiPath::Faults)).await
    }

    /// Sets the faults to inject from now on; faults that are not named end.
    ///
    /// # Errors
    ///
    /// As for [`Client::gate`].
    pub async fn set_faults(&self, faults: FaultSettings) -> Result<(), ClientError> {
        self.ask(OutgoingRequest::put(&ApiPath::Faults, &faults)).await.map(drop)
    }
}

/// Keeps the gate holding requests for as long as this value exists, unless the gate is set anew.
#[derive(Debug)]
pub struct GateLease(ControlStream);

impl GateLease {
    /// Waits until any client has set the gate anew, or the connection has broken.
    pub async fn until_ended(mut self) {
        while self.0.next().await.is_ok() {}
    }
}

/// Returns the request that sets the gate.
fn set_hold_request(hold: Hold) -> OutgoingRequest {
    OutgoingRequest::put(&ApiPath::Gate, &GateSettings { hold, held: Vec::new() })
}

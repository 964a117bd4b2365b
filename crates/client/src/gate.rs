//! The gate and the faults: concurrency in slow motion, and answers lost on purpose.
//!
//! These are the leader's controls. They change what becomes of everybody's requests, and no document.

use contract::{Faults, Gate, Hold};
use reqwest::Method;

use crate::call::{Call, json};
use crate::client::Client;
use crate::error::ClientError;
use crate::target::Target;

impl Client {
    /// Who is held now, and who will be.
    pub async fn gate(&self) -> Result<Gate, ClientError> {
        self.gate_after(Call::get(&Target::Gate, "")).await
    }

    /// Holds such requests from now on. Those that wait already go on waiting.
    pub async fn hold(&self, hold: Hold) -> Result<Gate, ClientError> {
        let mut call = Call::get(&Target::Gate, "");
        call.method = Method::PUT;
        call.body = Some(json(&Gate { hold, held: Vec::new() }));
        self.gate_after(call).await
    }

    /// Lets one request go on, by the number of its exchange. One that is not held is refused with 404.
    pub async fn release(&self, exchange: u64) -> Result<Gate, ClientError> {
        let mut call = Call::get(&Target::Gate, &format!("/{exchange}/release"));
        call.method = Method::POST;
        self.gate_after(call).await
    }

    /// Lets all requests go on, in the order of their arrival.
    pub async fn release_all(&self) -> Result<Gate, ClientError> {
        let mut call = Call::get(&Target::Gate, "/release");
        call.method = Method::POST;
        self.gate_after(call).await
    }

    /// What goes wrong on purpose now.
    pub async fn faults(&self) -> Result<Faults, ClientError> {
        self.ask(Call::get(&Target::Faults, "")).await?.json().map_err(|why| self.not_ifmatch(why))
    }

    /// Sets what goes wrong from now on; the faults that are not named end.
    pub async fn set_faults(&self, faults: Faults) -> Result<(), ClientError> {
        let mut call = Call::get(&Target::Faults, "");
        call.method = Method::PUT;
        call.body = Some(json(&faults));
        self.ask(call).await.map(drop)
    }

    async fn gate_after(&self, call: Call) -> Result<Gate, ClientError> {
        self.ask(call).await?.json().map_err(|why| self.not_ifmatch(why))
    }
}

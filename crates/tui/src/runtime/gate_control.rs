//! Sends the leader's requests to the gate, and reports the gate's last response as an event.

use std::future::Future;
use std::time::Duration;

use client::{Client, ClientError};
use contract::{GateSettings, Hold};

use crate::event::Event;
use crate::gate::GateRequest;
use crate::inbox::EventSender;

/// How long a leader that leaves waits for the gate to open.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(2);

/// Sends a request to the gate, and returns the event that reports the result.
///
/// The leader's own requests are not shown on the wire; their effects are.
pub(super) async fn execute(client: Client, request: GateRequest) -> Event {
    let client = client.without_recording();
    let is_own = request == GateRequest::LookAtOwn;
    let told = send_request(&client, request).await;
    if is_own {
        // A server that does not tell leaves the cause of the silence open.
        let held = told.map(|gate| gate.held).unwrap_or_default();
        return Event::OwnRequestsHeld(held.into_iter().map(|held| held.path).collect());
    }
    gate_event(told)
}

/// Has the gate hold requests, and reports its state now and again when the hold ends.
///
/// The server opens the gate when it loses the connection, so that no request waits for a leader that was killed.
pub(super) async fn hold(client: Client, hold: Hold, events: EventSender) {
    let client = client.without_recording();
    let holding = match client.hold_while(hold).await {
        Ok((gate, holding)) => {
            // If the loop has ended, the program is ending already.
            let _ = events.send(gate_event(Ok(gate)));
            holding
        }
        Err(error) => {
            let _ = events.send(gate_event(Err(error)));
            return;
        }
    };
    holding.until_ended().await;
    // If the server is gone, the event streams report it.
    if let Ok(gate) = client.gate().await {
        let _ = events.send(Event::GateChanged(gate));
    }
}

/// Returns the event that reports the state of a gate.
pub(super) fn gate_event(gate: Result<GateSettings, ClientError>) -> Event {
    match gate {
        Ok(gate) => Event::GateTold(Ok(gate)),
        Err(ClientError::Refused(problem)) if matches!(problem.status, 401 | 403) => Event::GateWithheld,
        Err(error) => Event::GateTold(Err(error.to_string())),
    }
}

/// Opens the gate because its leader leaves.
///
/// If the server does not answer in time, that is only logged.
pub(super) async fn leave(client: Client) {
    let left =
        tokio::time::timeout(RELEASE_TIMEOUT, send_request(&client.without_recording(), GateRequest::Open)).await;
    if !matches!(left, Ok(Ok(_))) {
        tracing::warn!("the gate could not be opened; held requests wait until the server releases them");
    }
}

/// Waits until the gates of several servers are opened, because their leader leaves.
pub(super) async fn leave_all(opening: impl Future<Output = Event>) {
    if !matches!(tokio::time::timeout(RELEASE_TIMEOUT, opening).await, Ok(Event::GateTold(Ok(_)))) {
        tracing::warn!("the gates could not be opened; held requests wait until the servers release them");
    }
}

async fn send_request(client: &Client, request: GateRequest) -> Result<GateSettings, ClientError> {
    match request {
        GateRequest::Look => client.gate().await,
        GateRequest::LookAtOwn => client.own_gate().await,
        GateRequest::Hold(hold) => client.hold(hold).await,
        GateRequest::LetGo(number) => release(client, number).await,
        GateRequest::LetAllGo { first } => {
            for number in first {
                release(client, number).await?;
            }
            client.release_all().await
        }
        GateRequest::LoseAnswerOf(number) => {
            gate_if_released(client, client.release_losing_response(number).await).await
        }
        GateRequest::SendTwice(number) => gate_if_released(client, client.release_twice(number).await).await,
        GateRequest::Open => {
            client.hold(Hold::None).await?;
            client.release_all().await
        }
    }
}

/// Releases one request.
async fn release(client: &Client, number: u64) -> Result<GateSettings, ClientError> {
    gate_if_released(client, client.release(number).await).await
}

/// Returns the gate's response, or the state of the gate if the request was not held any more (404).
async fn gate_if_released(
    client: &Client,
    told: Result<GateSettings, ClientError>,
) -> Result<GateSettings, ClientError> {
    match told {
        Err(ClientError::Refused(problem)) if problem.status == 404 => client.gate().await,
        told => told,
    }
}

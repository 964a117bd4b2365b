//! The leader's wishes, carried out: one request after the other, and what the gate said last.

use std::time::Duration;

use client::{Client, ClientError};
use contract::{GateSettings, Hold};

use crate::event::Event;
use crate::gate::GateRequest;
use crate::inbox::EventSender;

/// How long a leader who leaves waits for the gate to be opened.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(2);

/// Carries a wish out, and tells what came of it. The leader's own requests are not on the wire: what they do is.
pub(super) async fn execute(client: Client, wish: GateRequest) -> Event {
    gate_event(send_request(&client.without_recording(), wish).await)
}

/// Has the gate hold such requests until it is set anew, and tells how it is then. The server opens it when it loses
/// the connection, so that no request waits for a leader whose program was killed.
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
    // A server that is gone is told about elsewhere.
    if let Ok(gate) = client.gate().await {
        let _ = events.send(Event::GateChanged(gate));
    }
}

fn gate_event(gate: Result<GateSettings, ClientError>) -> Event {
    match gate {
        Ok(gate) => Event::GateTold(Ok(gate)),
        Err(ClientError::Refused(problem)) if matches!(problem.status, 401 | 403) => Event::GateWithheld,
        Err(error) => Event::GateTold(Err(error.to_string())),
    }
}

/// Opens the gate because its leader leaves. A server that does not answer has no gate to open.
pub(super) async fn leave(client: Client) {
    let left =
        tokio::time::timeout(RELEASE_TIMEOUT, send_request(&client.without_recording(), GateRequest::Open)).await;
    if !matches!(left, Ok(Ok(_))) {
        tracing::warn!("the gate could not be opened; what it holds goes on when the server lets it");
    }
}

async fn send_request(client: &Client, wish: GateRequest) -> Result<GateSettings, ClientError> {
    match wish {
        GateRequest::Look => client.gate().await,
        GateRequest::Hold(hold) => client.hold(hold).await,
        GateRequest::LetGo(number) => release(client, number).await,
        GateRequest::LetAllGo { first } => {
            for number in first {
                release(client, number).await?;
            }
            client.release_all().await
        }
        GateRequest::LoseAnswerOf(number) => {
            event_unless_gone(client, client.release_losing_response(number).await).await
        }
        GateRequest::Open => {
            client.hold(Hold::None).await?;
            client.release_all().await
        }
    }
}

/// Lets one go on.
async fn release(client: &Client, number: u64) -> Result<GateSettings, ClientError> {
    event_unless_gone(client, client.release(number).await).await
}

/// Returns what the gate said. A request that has gone on meanwhile need not be released.
async fn event_unless_gone(
    client: &Client,
    told: Result<GateSettings, ClientError>,
) -> Result<GateSettings, ClientError> {
    match told {
        Err(ClientError::Refused(problem)) if problem.status == 404 => client.gate().await,
        told => told,
    }
}

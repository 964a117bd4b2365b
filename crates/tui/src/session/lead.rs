//! The leader's wishes, carried out: one request after the other, and what the gate said last.

use std::time::Duration;

use client::{Client, ClientError};
use contract::{GateSettings, Hold};

use crate::event::Event;
use crate::gate::Wish;
use crate::inbox::EventSender;

/// How long somebody who leaves waits for the gate to be opened.
const PATIENCE: Duration = Duration::from_secs(2);

/// Carries a wish out, and tells what came of it. The leader's own requests are not on the wire: what they do is.
pub(super) async fn carry_out(client: Client, wish: Wish) -> Event {
    told(ask(&client.without_recording(), wish).await)
}

/// Has the gate hold such requests until it is set anew, and tells how it is then. The server opens it when it loses the
/// connection, so that nobody waits for a leader whose program was killed.
pub(super) async fn hold(client: Client, hold: Hold, events: EventSender) {
    let client = client.without_recording();
    let holding = match client.hold_while(hold).await {
        Ok((gate, holding)) => {
            // Nobody listening any more means that the program is ending already.
            let _ = events.send(told(Ok(gate)));
            holding
        }
        Err(error) => {
            let _ = events.send(told(Err(error)));
            return;
        }
    };
    holding.until_ended().await;
    // A server that is gone is told about elsewhere.
    if let Ok(gate) = client.gate().await {
        let _ = events.send(Event::GateChanged(gate));
    }
}

fn told(gate: Result<GateSettings, ClientError>) -> Event {
    match gate {
        Ok(gate) => Event::GateTold(Ok(gate)),
        Err(ClientError::Refused(problem)) if matches!(problem.status, 401 | 403) => Event::GateWithheld,
        Err(error) => Event::GateTold(Err(error.to_string())),
    }
}

/// Opens the gate because whoever closed it leaves. A server that does not answer has no gate to open.
pub(super) async fn leave(client: Client) {
    let left = tokio::time::timeout(PATIENCE, ask(&client.without_recording(), Wish::Open)).await;
    if !matches!(left, Ok(Ok(_))) {
        tracing::warn!("the gate could not be opened; what it holds goes on when the server lets it");
    }
}

async fn ask(client: &Client, wish: Wish) -> Result<GateSettings, ClientError> {
    match wish {
        Wish::Look => client.gate().await,
        Wish::Hold(hold) => client.hold(hold).await,
        Wish::LetGo(number) => let_go(client, number).await,
        Wish::LetAllGo { first } => {
            for number in first {
                let_go(client, number).await?;
            }
            client.release_all().await
        }
        Wish::LoseAnswerOf(number) => told_or_gone(client, client.release_losing_response(number).await).await,
        Wish::Open => {
            client.hold(Hold::None).await?;
            client.release_all().await
        }
    }
}

/// Lets one go on.
async fn let_go(client: &Client, number: u64) -> Result<GateSettings, ClientError> {
    told_or_gone(client, client.release(number).await).await
}

/// What the gate said. One that has gone meanwhile needs nobody to let it go on.
async fn told_or_gone(client: &Client, told: Result<GateSettings, ClientError>) -> Result<GateSettings, ClientError> {
    match told {
        Err(ClientError::Refused(problem)) if problem.status == 404 => client.gate().await,
        told => told,
    }
}

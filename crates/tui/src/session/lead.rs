//! The leader's wishes, carried out: one request after the other, and what the gate said last.

use std::time::Duration;

use client::{Client, ClientError};
use contract::{Faults, Gate, Hold};

use crate::event::Event;
use crate::gate::Wish;

/// How long somebody who leaves waits for the gate to be opened.
const PATIENCE: Duration = Duration::from_secs(2);

/// Carries a wish out, and tells what came of it. The leader's own requests are not on the wire: what they do is.
pub(super) async fn carry_out(client: Client, wish: Wish) -> Event {
    match ask(&client.unrecorded(), wish).await {
        Ok(gate) => Event::GateTold(Ok(gate)),
        Err(ClientError::Refused(problem)) if matches!(problem.status, 401 | 403) => Event::GateWithheld,
        Err(error) => Event::GateTold(Err(error.to_string())),
    }
}

/// Opens the gate because whoever closed it leaves. A server that does not answer has no gate to open.
pub(super) async fn leave(client: Client) {
    let left = tokio::time::timeout(PATIENCE, ask(&client.unrecorded(), Wish::Open)).await;
    if !matches!(left, Ok(Ok(_))) {
        tracing::warn!("the gate could not be opened; what it holds goes on when the server lets it");
    }
}

async fn ask(client: &Client, wish: Wish) -> Result<Gate, ClientError> {
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
        Wish::LoseAnswerOf(number) => {
            let faults = client.faults().await?;
            let lose_responses = faults.lose_responses.saturating_add(1);
            client.set_faults(Faults { lose_responses, ..faults }).await?;
            let_go(client, number).await
        }
        Wish::LoseNoMore => {
            let faults = client.faults().await?;
            let lose_responses = faults.lose_responses.saturating_sub(1);
            client.set_faults(Faults { lose_responses, ..faults }).await?;
            client.gate().await
        }
        Wish::Open => {
            client.hold(Hold::None).await?;
            client.release_all().await
        }
    }
}

/// Lets one go on. One that has gone meanwhile needs nobody to let it.
async fn let_go(client: &Client, number: u64) -> Result<Gate, ClientError> {
    match client.release(number).await {
        Err(ClientError::Refused(problem)) if problem.status == 404 => client.gate().await,
        told => told,
    }
}

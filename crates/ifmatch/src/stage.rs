//! `ifmatch`: the stage. A server in memory on a free port, and two people's editors before it, over real HTTP.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::SystemTime;

use contract::{Author, Document, DocumentId};
use precondition::Conditions;
use server::Options;
use store::{Change, Store, WriteRequest};
use tokio::sync::oneshot;
use tui::{StageConfig, run_stage};

use crate::cli::Look;
use crate::exit::{Failure, how_it_ended};
use crate::places::Places;
use crate::serve::listen;

/// The document that the stage opens with: the same that the demo scripts use.
const SAMPLE: &str = include_str!("../../../demo/documents/welcome.json");

/// Sets the stage, and plays until somebody leaves.
pub(crate) async fn run(look: Look) -> Result<ExitCode, Failure> {
    let lines = look.lines()?;
    let document = name::<DocumentId>("welcome")?;
    let people = vec![name::<Author>("Alice")?, name("Bob")?];
    let store = store::open("memory:").await?;
    lay_out(store.as_ref(), &document).await?;
    let (listener, address) = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let (leave, left) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(listener, store, Options::default(), async {
        // An error means that the other end is gone, which is the end as well.
        let _ = left.await;
    }));
    let config = StageConfig {
        server: format!("http://{address}"),
        people,
        document,
        folder: Places::here(),
        theme: look.theme(),
    };
    let ended = run_stage(config, lines).await;
    drop(leave);
    match serving.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(Failure::Server(error)),
        Err(panic) => return Err(Failure::Stage(panic.to_string())),
    }
    how_it_ended(ended?)
}

/// Makes the sample document, as a client that creates would.
async fn lay_out(store: &dyn Store, id: &DocumentId) -> Result<(), Failure> {
    let sample: Document = serde_json::from_str(SAMPLE).map_err(|error| Failure::Stage(error.to_string()))?;
    let request = WriteRequest {
        id: id.clone(),
        conditions: Conditions::if_none_match_any(),
        change: Change::Put(sample),
        author: name("ifmatch")?,
        at: SystemTime::now().into(),
        policy: contract::Policy::default(),
    };
    store.write(request).await.map_err(|error| Failure::Stage(error.to_string()))?;
    Ok(())
}

/// A name that is written in this file.
fn name<T: std::str::FromStr<Err = contract::NameError>>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: contract::NameError| Failure::Stage(error.to_string()))
}

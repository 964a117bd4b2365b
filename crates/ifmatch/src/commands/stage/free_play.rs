//! Free play: a server with the sample document, and Alice and Bob as its editors.

use std::str::FromStr;
use std::time::SystemTime;

use contract::{Author, Document, DocumentId, NameError, Policy};
use precondition::Conditions;
use server::ServerOptions;
use store::{DocumentChange, OpenError, Store, WriteRequest};
use thiserror::Error;
use tui::FreePlay;

use crate::local_server::{ListenError, LocalServer};

/// The error when free play cannot begin.
#[derive(Debug, Error)]
pub(super) enum FreePlayError {
    /// The store in memory cannot be opened.
    #[error("the store cannot be opened: {0}")]
    Store(#[from] OpenError),
    /// There is no port to listen on.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The sample document cannot be created.
    #[error("the stage cannot be set: {0}")]
    Sample(String),
}

/// Starts a server with the sample document, and names the people who edit it.
pub(super) async fn open() -> Result<(FreePlay, LocalServer), FreePlayError> {
    let document = name::<DocumentId>("welcome")?;
    let people = vec![name::<Author>("Alice")?, name("Bob")?];
    let store = store::open("memory:").await?;
    create_document(store.as_ref(), &document).await?;
    let server = LocalServer::start(store, ServerOptions::default()).await?;
    Ok((FreePlay { server: server.url.clone(), people, document }, server))
}

/// Creates the sample document, as a client would.
async fn create_document(store: &dyn Store, id: &DocumentId) -> Result<(), FreePlayError> {
    let sample: Document = serde_json::from_str(lesson::built_in::SAMPLE_DOCUMENT)
        .map_err(|error| FreePlayError::Sample(error.to_string()))?;
    let request = WriteRequest {
        id: id.clone(),
        conditions: Conditions::if_none_match_any(),
        change: DocumentChange::put(sample),
        author: name("ifmatch")?,
        at: SystemTime::now().into(),
        policy: Policy::default(),
        policy_revision: None,
        settings_revision: None,
    };
    store.write(request).await.map_err(|error| FreePlayError::Sample(error.to_string()))?;
    Ok(())
}

/// Parses a name that is written in this file.
fn name<T: FromStr<Err = NameError>>(text: &str) -> Result<T, FreePlayError> {
    text.parse().map_err(|error: NameError| FreePlayError::Sample(error.to_string()))
}

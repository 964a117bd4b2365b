//! `ifmatch`: the stage. A menu of lessons, and free play; each has a server of its own in this process, and people's
//! editors before it, over real HTTP.

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use contract::{Author, Document, DocumentId};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use precondition::Conditions;
use server::ServerOptions;
use store::{DocumentChange, Store, WriteRequest};
use tokio::sync::oneshot;
use tui::{FreePlay, LessonRun, RunningServer, ServerFactory, StageConfig, StageNext, run_stage};

use crate::cli::{DisplayOptions, StageArgs};
use crate::data_dirs::DataDirs;
use crate::error::{Error, exit_code_of};
use crate::lesson::catalog::Catalog;
use crate::lesson::{LessonError, local_server};
use crate::serve::listen;

/// The document that free play opens with: the same that the demo scripts use.
const SAMPLE_DOCUMENT: &str = include_str!("../../../demo/documents/welcome.json");

/// Sets the stage, and plays until somebody leaves.
pub(crate) async fn run(arguments: &StageArgs, look: DisplayOptions) -> Result<ExitCode, Error> {
    let shelf = match &arguments.lessons {
        Some(place) => Catalog::at(place)?,
        None => Catalog::built_in()?,
    };
    let first = match &arguments.lesson {
        Some(name) => StageNext::Lesson(named(&shelf, name)?),
        None if arguments.free => StageNext::FreePlay,
        None => StageNext::Menu(0),
    };
    play(&shelf, first, look).await
}

/// The run of the lesson with that name.
pub(crate) fn named(shelf: &Catalog, name: &str) -> Result<LessonRun, LessonError> {
    let named = &shelf.find(name)?.lesson;
    Ok(LessonRun::of(shelf.lessons().iter().position(|one| Arc::ptr_eq(one, named)).unwrap_or_default()))
}

/// Begins with that, and plays until somebody leaves.
pub(crate) async fn play(shelf: &Catalog, first: StageNext, look: DisplayOptions) -> Result<ExitCode, Error> {
    let lines = look.lines()?;
    let (houses, folder, theme) = (Arc::new(LocalServerFactory), DataDirs::working_folder(), look.theme());
    let config = StageConfig { houses, lessons: shelf.lessons(), first, folder, theme };
    exit_code_of(run_stage(config, lines).await?)
}

/// Servers in this process, on free ports, that keep everything in memory.
pub(crate) struct LocalServerFactory;

impl ServerFactory for LocalServerFactory {
    fn lesson(&self) -> BoxFuture<'static, Result<RunningServer<::lesson::LessonServer>, String>> {
        async {
            let open = local_server::open().await.map_err(|error| error.to_string())?;
            let at = open.house.clone();
            let close = async { open.close().await.map_err(|error| error.to_string()) };
            Ok(RunningServer { at, close: close.boxed() })
        }
        .boxed()
    }

    fn free_play(&self) -> BoxFuture<'static, Result<RunningServer<FreePlay>, String>> {
        async { free_play().await.map_err(|failure| failure.to_string()) }.boxed()
    }
}

/// A server with the sample document, and Alice and Bob before it.
async fn free_play() -> Result<RunningServer<FreePlay>, Error> {
    let document = name::<DocumentId>("welcome")?;
    let people = vec![name::<Author>("Alice")?, name("Bob")?];
    let store = store::open("memory:").await?;
    create_document(store.as_ref(), &document).await?;
    let (listener, address) = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let (leave, left) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(listener, store, ServerOptions::default(), async {
        // An error means that the other end is gone, which is the end as well.
        let _ = left.await;
    }));
    let close = async {
        drop(leave);
        match serving.await {
            Ok(ended) => ended.map_err(|error| error.to_string()),
            Err(panic) => Err(panic.to_string()),
        }
    };
    Ok(RunningServer { at: FreePlay { server: format!("http://{address}"), people, document }, close: close.boxed() })
}

/// Makes the sample document, as a client that creates would.
async fn create_document(store: &dyn Store, id: &DocumentId) -> Result<(), Error> {
    let sample: Document = serde_json::from_str(SAMPLE_DOCUMENT).map_err(|error| Error::Stage(error.to_string()))?;
    let request = WriteRequest {
        id: id.clone(),
        conditions: Conditions::if_none_match_any(),
        change: DocumentChange::Put(sample),
        author: name("ifmatch")?,
        at: SystemTime::now().into(),
        policy: contract::Policy::default(),
    };
    store.write(request).await.map_err(|error| Error::Stage(error.to_string()))?;
    Ok(())
}

/// A name that is written in this file.
fn name<T: std::str::FromStr<Err = contract::NameError>>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|error: contract::NameError| Error::Stage(error.to_string()))
}

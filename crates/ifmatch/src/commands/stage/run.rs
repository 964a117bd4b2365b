//! Opens the stage.

use std::sync::Arc;

use client::Client;
use terminal::input::LineSource;
use tui::{LessonRun, SessionRecorder, StageConfig, StageNext, run_stage};

use super::args::StageArgs;
use super::error::StageError;
use super::replay;
use super::servers::LocalServerFactory;
use crate::catalog::Catalog;
use crate::config::UserConfig;
use crate::exit::Exit;
use crate::options::DisplayOptions;
use crate::paths::Paths;
use crate::progress::ProgressFile;
use crate::session::{SessionFailure, exit_of};

/// Opens the stage as the command line says, until the user leaves.
pub(crate) async fn run(arguments: &StageArgs, paths: &Paths, display: DisplayOptions) -> Result<Exit, StageError> {
    let catalog = Catalog::open(arguments.lessons.as_deref())?;
    if let Some(record) = &arguments.replay {
        let theme = display.theme(UserConfig::read(paths).map_err(SessionFailure::from)?.appearance);
        return Ok(replay::run(record, &catalog, display, theme).await?);
    }
    let first = match &arguments.lesson {
        Some(name) => StageNext::Lesson(LessonRun::of(catalog.position(name)?)),
        None if arguments.free => StageNext::FreePlay,
        None => StageNext::Menu(0),
    };
    let room = arguments.room.client()?.transpose().map_err(SessionFailure::from)?;
    let lines = display.line_source().map_err(SessionFailure::from)?;
    let recorder = arguments.record.begin(&catalog.lessons(), lines)?;
    let ended = Box::pin(open(&catalog, first, paths, display, lines, recorder.clone(), room)).await;
    arguments.record.report(recorder.as_ref());
    Ok(ended?)
}

/// Opens the stage with `first` and without a room, until the user leaves.
///
/// If there is a source of `lines`, the session runs line by line.
pub(crate) async fn play(
    catalog: &Catalog,
    first: StageNext,
    paths: &Paths,
    display: DisplayOptions,
    lines: Option<LineSource>,
    recorder: Option<SessionRecorder>,
) -> Result<Exit, SessionFailure> {
    Box::pin(open(catalog, first, paths, display, lines, recorder, None)).await
}

async fn open(
    catalog: &Catalog,
    first: StageNext,
    paths: &Paths,
    display: DisplayOptions,
    lines: Option<LineSource>,
    recorder: Option<SessionRecorder>,
    room: Option<Client>,
) -> Result<Exit, SessionFailure> {
    let user = UserConfig::read(paths)?;
    let config = StageConfig {
        servers: Arc::new(LocalServerFactory),
        lessons: catalog.lessons(),
        first,
        room,
        folder: paths.working_folder(),
        progress: Some(Arc::new(ProgressFile::new(paths))),
        log: paths.log_in_use(),
        recorder,
        theme: display.theme(user.appearance),
        features: user.features,
        keys: user.keys,
        full_tags: display.full_tags(),
    };
    // The future has the whole state of the stage in it.
    exit_of(Box::pin(run_stage(config, lines)).await?)
}

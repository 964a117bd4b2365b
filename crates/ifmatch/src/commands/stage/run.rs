//! Opens the stage.

use std::sync::Arc;

use tui::{LessonRun, StageConfig, StageNext, run_stage};

use super::args::StageArgs;
use super::error::StageError;
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
    let first = match &arguments.lesson {
        Some(name) => StageNext::Lesson(LessonRun::of(catalog.position(name)?)),
        None if arguments.free => StageNext::FreePlay,
        None => StageNext::Menu(0),
    };
    Ok(play(&catalog, first, paths, display).await?)
}

/// Opens the stage with `first`, until the user leaves.
pub(crate) async fn play(
    catalog: &Catalog,
    first: StageNext,
    paths: &Paths,
    display: DisplayOptions,
) -> Result<Exit, SessionFailure> {
    let lines = display.line_source()?;
    let user = UserConfig::read(paths)?;
    let config = StageConfig {
        servers: Arc::new(LocalServerFactory),
        lessons: catalog.lessons(),
        first,
        folder: paths.working_folder(),
        progress: Some(Arc::new(ProgressFile::new(paths))),
        log: paths.log_in_use(),
        theme: display.theme(user.appearance),
        keys: user.keys,
        full_tags: display.full_tags(),
    };
    exit_of(run_stage(config, lines).await?)
}

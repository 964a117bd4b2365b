//! `ifmatch lesson`: plays lessons without a screen, over real HTTP, checks what they claim, and writes what happened.
//! Step by step, line by line, they are played by the stage.

mod arguments;
pub(crate) mod catalog;
pub(crate) mod local_server;
mod output_format;

use std::fs;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use files::ExpectedContent;
use lesson::player::Player;
use lesson::transcript;
use lesson::{Lesson, RunLog};
use precondition::policy::Preconditions;

pub(crate) use arguments::LessonArgs;
pub(crate) use catalog::LessonError;

use catalog::{Catalog, CatalogEntry};
use output_format::OutputFormat;

use tui::{LessonRun, StageNext};

use crate::cli::DisplayOptions;
use crate::error::Error;
use crate::stage::{self, LocalServerFactory};
use crate::stderr::print_error;

/// Plays what was asked for. 0 where every claim holds, 1 where one does not, 2 where a lesson's file is wrong.
pub(crate) async fn run(arguments: LessonArgs, look: DisplayOptions) -> Result<ExitCode, Error> {
    match perform(arguments, look).await {
        Err(Error::Lesson(LessonError::Faults(faults))) => {
            // Each place at the beginning of its line, where other programs look for it.
            print_error(faults);
            Ok(ExitCode::from(2))
        }
        ended => ended,
    }
}

async fn perform(arguments: LessonArgs, look: DisplayOptions) -> Result<ExitCode, Error> {
    if let Some(file) = &arguments.check {
        let found = catalog::read_file(file)?;
        let (file, title) = (file.display(), &found.lesson.title);
        let steps = match found.lesson.steps.len() {
            1 => "1 step".to_owned(),
            count => format!("{count} steps"),
        };
        print_error(format_args!("{file}: nothing is wrong with '{}', {steps}", transcript::visible(title)));
        return Ok(ExitCode::SUCCESS);
    }
    let shelf = match &arguments.lessons {
        Some(place) => Catalog::at(place)?,
        None => Catalog::built_in()?,
    };
    if look.is_plain() && arguments.is_for_one() {
        let take = arguments.preconditions.map(Into::into);
        let first = match &arguments.name {
            Some(name) => StageNext::Lesson(LessonRun { take, ..stage::named(&shelf, name)? }),
            None if shelf.is_one_file() => StageNext::Lesson(LessonRun { take, ..LessonRun::of(0) }),
            None => StageNext::Menu(0),
        };
        return stage::play(&shelf, first, look).await;
    }
    let chosen: Vec<&CatalogEntry> = match &arguments.name {
        Some(name) => vec![shelf.find(name)?],
        // Whoever names one file wants that lesson.
        None if !arguments.list && (arguments.all || shelf.is_one_file()) => shelf.all().iter().collect(),
        None => {
            print(&shelf.list())?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let mut code = ExitCode::SUCCESS;
    for one in chosen {
        if !play(one, &arguments).await? {
            code = ExitCode::from(1);
        }
    }
    Ok(code)
}

/// Plays one lesson as it was asked for; false where a claim does not hold.
async fn play(one: &CatalogEntry, arguments: &LessonArgs) -> Result<bool, LessonError> {
    if arguments.compare {
        let mut takes = Vec::new();
        for preconditions in [Preconditions::Ignored, Preconditions::Optional, Preconditions::Required] {
            takes.push((preconditions, recorded_run(&one.lesson, Some(preconditions)).await?));
        }
        let table = lesson::compare::table(&takes).to_string();
        print(&if arguments.all { format!("{}\n{table}\n", one.lesson.name) } else { table })?;
        return Ok(takes.iter().all(|(_, tale)| tale.failures().next().is_none()));
    }
    let form = OutputFormat::of(arguments)?;
    let (tale, told) = play_and_export(form, &one.lesson, arguments).await?;
    if let (Some(form), Some(told)) = (form, told) {
        write_output(&told, form, &tale.name, arguments)?;
    }
    for verdict in tale.failures() {
        let came = verdict.came.as_deref().unwrap_or_default();
        let claim = transcript::visible(&verdict.claim);
        print_error(format_args!("{}:{}: claimed: {claim}; came: {came}", one.file, verdict.line));
    }
    let (claims, failed) = (tale.verdicts().count(), tale.failures().count());
    let came = match (claims, failed) {
        (0, _) if tale.policy_variant.is_some() => "played; under this policy the lesson claims nothing".to_owned(),
        (0, _) => "played; the lesson claims nothing".to_owned(),
        _ => transcript::claims_in_words(claims, failed),
    };
    print_error(format_args!("{}: {came}", tale.name));
    Ok(failed == 0)
}

/// Plays a lesson before a server of its own.
async fn recorded_run(lesson: &Arc<Lesson>, insists: Option<Preconditions>) -> Result<RunLog, LessonError> {
    let open = local_server::open().await?;
    let played = lesson::play(Player::with_override(Arc::clone(lesson), insists), open.house.clone()).await;
    open.close().await?;
    Ok(played?)
}

/// Plays a lesson, and tells what happened in that form, or nothing.
async fn play_and_export(
    form: Option<OutputFormat>,
    lesson: &Arc<Lesson>,
    arguments: &LessonArgs,
) -> Result<(RunLog, Option<String>), LessonError> {
    let insists = arguments.preconditions.map(Into::into);
    let film = || tui::record(Arc::new(LocalServerFactory), Arc::clone(lesson), insists, arguments.size);
    match form {
        None => Ok((recorded_run(lesson, insists).await?, None)),
        Some(OutputFormat::Tale(format)) => {
            let tale = recorded_run(lesson, insists).await?;
            let told = transcript::write(&tale, format);
            Ok((tale, Some(told)))
        }
        Some(OutputFormat::Recording) => {
            let film = film().await?;
            let told = film.asciicast();
            Ok((film.tale, Some(told)))
        }
        Some(OutputFormat::Picture) => {
            let film = film().await?;
            let (step, last) = (arguments.at.unwrap_or(film.last_step()), film.last_step());
            let told = film.picture(step).ok_or(LessonError::NoStep { step, last })?;
            Ok((film.tale, Some(told)))
        }
    }
}

/// Writes it to where it was asked for.
fn write_output(told: &str, form: OutputFormat, name: &str, arguments: &LessonArgs) -> Result<(), LessonError> {
    let Some(path) = &arguments.save else { return print(told) };
    let path = if arguments.all { path.join(name).with_extension(form.extension()) } else { path.clone() };
    let failed = |source| LessonError::Save { path: path.clone(), source };
    if let Some(folder) = path.parent().filter(|_| arguments.all) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    files::write(&path, told.as_bytes(), ExpectedContent::Anything, None)
        .map_err(|source| LessonError::Write { path: path.clone(), source })
}

/// Prints to standard output. Whoever stops reading has read enough.
fn print(text: &str) -> Result<(), LessonError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(LessonError::Print(error)),
        _ => Ok(()),
    }
}

//! Plays lessons, checks what they claim, and writes transcripts.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use files::ExpectedContent;
use lesson::script::requests_in_words;
use lesson::transcript;
use lesson::{Lesson, RunLog};
use precondition::policy::Preconditions;
use traffic::visible;
use tui::progress::{LessonProgress, day};
use tui::{LessonRun, StageNext};

use super::args::LessonArgs;
use super::error::LessonError;
use super::headless::{play_headless, print};
use super::level;
use super::matrix;
use super::output_format::OutputFormat;
use crate::catalog::{Catalog, CatalogEntry, read_file};
use crate::commands::stage::{self, LocalServerFactory};
use crate::exit::Exit;
use crate::options::DisplayOptions;
use crate::output::stderr::print_line;
use crate::paths::Paths;
use crate::progress::ProgressFile;
use crate::session::SessionFailure;

/// Does what the command line says: checks a file, lists lessons, or plays them.
pub(crate) async fn run(arguments: LessonArgs, paths: &Paths, display: DisplayOptions) -> Result<Exit, LessonError> {
    if let Some(file) = &arguments.check {
        let CatalogEntry { file, lesson } = read_file(file)?;
        let steps = match lesson.steps.len() {
            1 => "1 step".to_owned(),
            count => format!("{count} steps"),
        };
        print_line(format_args!("{file}: '{}' is valid, {steps}", visible(&lesson.title)));
        return Ok(Exit::Success);
    }
    if arguments.forget {
        return forget(&ProgressFile::new(paths));
    }
    if arguments.matrix {
        return matrix::run(arguments.transcript).await;
    }
    let catalog = Catalog::open(arguments.lessons.as_deref())?;
    if arguments.progress {
        print(&progress_list(&catalog, &ProgressFile::new(paths))?)?;
        return Ok(Exit::Success);
    }
    let chosen = arguments.name.as_deref().map(|name| catalog.position(name)).transpose()?;
    if arguments.ask && chosen.is_none() && !catalog.is_one_file() {
        return Err(LessonError::NothingToAsk);
    }
    if arguments.ask || (display.is_plain() && arguments.is_for_one()) {
        let first = match chosen.or(catalog.is_one_file().then_some(0)) {
            Some(place) => {
                let take = arguments.preconditions.map(Into::into);
                StageNext::Lesson(LessonRun { take, ..LessonRun::of(place) })
            }
            None => StageNext::Menu(0),
        };
        let display = display.in_plain();
        let lines = display.line_source().map_err(SessionFailure::from)?;
        return Ok(stage::play(&catalog, first, paths, display, lines, None).await?);
    }
    let entries = match chosen {
        Some(place) => &catalog.entries()[place..=place],
        // The user who names one file wants that lesson.
        None if !arguments.list && (arguments.all || catalog.is_one_file()) => catalog.entries(),
        None => {
            print(&catalog.list())?;
            return Ok(Exit::Success);
        }
    };
    let mut exit = Exit::Success;
    for entry in entries {
        if !play(entry, &arguments).await? {
            exit = Exit::CheckFailed;
        }
    }
    Ok(exit)
}

/// Plays one lesson as the command line says, and returns whether every claim holds.
async fn play(entry: &CatalogEntry, arguments: &LessonArgs) -> Result<bool, LessonError> {
    if arguments.compare {
        return compare(&entry.lesson, arguments.all).await;
    }
    let format = OutputFormat::of(arguments)?;
    let (log, written) = play_and_export(format, &entry.lesson, arguments).await?;
    if let (Some(format), Some(text)) = (format, written) {
        write_output(&text, format, &log.name, arguments)?;
    }
    for (line, result) in log.failures() {
        let came = result.came.as_deref().unwrap_or_default();
        let claim = visible(&result.claim);
        print_line(format_args!("{}:{line}: claimed: {claim}; came: {came}", entry.file));
    }
    let (claims, failed) = (log.verdicts().count(), log.failures().count());
    let summary = match (claims, failed) {
        (0, _) if log.policy_variant.is_some() => "played; the lesson claims nothing under this policy".to_owned(),
        (0, _) => "played; the lesson claims nothing".to_owned(),
        _ => transcript::claims_in_words(claims, failed),
    };
    print_line(format_args!("{}: {summary}", log.name));
    let is_level_sound = log.policy_variant.is_some() || check_level(entry).await?;
    Ok(failed == 0 && is_level_sound)
}

/// Plays the level of a lesson, if it has one, and prints the result.
///
/// Returns whether the level is sound.
async fn check_level(entry: &CatalogEntry) -> Result<bool, LessonError> {
    let Some(report) = level::play(&entry.lesson).await? else { return Ok(true) };
    let faults = report.faults();
    for (line, fault) in &faults {
        print_line(format_args!("{}:{line}: level: {fault}", entry.file));
    }
    if faults.is_empty() {
        print_line(format_args!("{}: level: {report}", entry.lesson.name));
    }
    Ok(faults.is_empty())
}

/// Plays a lesson under each policy, and prints the outcomes. Returns whether every claim holds.
async fn compare(lesson: &Arc<Lesson>, is_one_of_many: bool) -> Result<bool, LessonError> {
    let mut takes = Vec::new();
    for preconditions in [Preconditions::Ignored, Preconditions::Optional, Preconditions::Required] {
        takes.push((preconditions, play_headless(lesson, Some(preconditions)).await?));
    }
    let table = lesson::compare::table(&takes).to_string();
    print(&if is_one_of_many { format!("{}\n{table}\n", lesson.name) } else { table })?;
    Ok(takes.iter().all(|(_, log)| log.failures().next().is_none()))
}

/// Plays a lesson. Returns what happened, and the transcript of it in the format, if there is one.
async fn play_and_export(
    format: Option<OutputFormat>,
    lesson: &Arc<Lesson>,
    arguments: &LessonArgs,
) -> Result<(RunLog, Option<String>), LessonError> {
    let policy = arguments.preconditions.map(Into::into);
    let record = || tui::record(Arc::new(LocalServerFactory), Arc::clone(lesson), policy, arguments.size);
    match format {
        None => Ok((play_headless(lesson, policy).await?, None)),
        Some(OutputFormat::Log(format)) => {
            let log = play_headless(lesson, policy).await?;
            let text = transcript::write(&log, format);
            Ok((log, Some(text)))
        }
        Some(OutputFormat::Recording) => {
            let recording = record().await?;
            let text = recording.asciicast();
            Ok((recording.run_log, Some(text)))
        }
        Some(OutputFormat::Picture) => {
            let recording = record().await?;
            let (step, last) = (arguments.at.unwrap_or(recording.last_step()), recording.last_step());
            let text = recording.picture(step).ok_or(LessonError::NoStep { step, last })?;
            Ok((recording.run_log, Some(text)))
        }
    }
}

/// Writes a transcript to the file that the command line names, or to standard output.
fn write_output(text: &str, format: OutputFormat, name: &str, arguments: &LessonArgs) -> Result<(), LessonError> {
    let Some(path) = arguments.output_file(name, format.extension()) else { return print(text) };
    let failed = |source| LessonError::Save { path: path.clone(), source };
    if let Some(folder) = path.parent().filter(|_| arguments.all) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    files::write(&path, text.as_bytes(), ExpectedContent::Anything, None)
        .map_err(|source| LessonError::Write { path: path.clone(), source })
}

impl LessonArgs {
    /// Returns the file for the transcript of a lesson, or `None` if it is to be printed.
    fn output_file(&self, lesson: &str, extension: &str) -> Option<PathBuf> {
        let path = self.save.as_ref()?;
        Some(if self.all { path.join(lesson).with_extension(extension) } else { path.clone() })
    }
}

/// Returns the user's progress for people, with a line for each lesson.
///
/// Lessons of the file that are not in the catalog are last.
fn progress_list(catalog: &Catalog, file: &ProgressFile) -> Result<String, LessonError> {
    let progress = file.read().map_err(LessonError::Progress)?;
    let lessons = catalog.lessons();
    let listed = lessons.iter().map(|lesson| (lesson.name.as_str(), lesson.level().map(|level| level.par)));
    let is_listed = |name: &&String| lessons.iter().any(|lesson| lesson.name == **name);
    let others = progress.lessons.keys().filter(|name| !is_listed(name)).map(|name| (name.as_str(), None));
    let mut list = String::new();
    for (name, par) in listed.chain(others) {
        let _ = writeln!(list, "{:<22} {}", visible(name), in_words(progress.of(name), par));
    }
    let done = lessons.iter().filter(|lesson| progress.of(&lesson.name).done.is_some()).count();
    let _ = writeln!(list, "{done} of {} lessons done. Kept in {}", lessons.len(), file.path().display());
    Ok(list)
}

/// Returns the progress in a lesson, whose level has this par if it has a level.
fn in_words(progress: LessonProgress, par: Option<usize>) -> String {
    let done = progress.done.map_or_else(|| "not done".to_owned(), |done| format!("done {}", day(done)));
    let par = par.map(|par| format!("par {par}"));
    let level = match (progress.best, par) {
        (Some(best), par) => {
            let par = par.map(|par| format!(", {par}")).unwrap_or_default();
            Some(format!("level solved with {}{par}, {}", requests_in_words(best.requests), day(best.on)))
        }
        (None, Some(par)) => Some(format!("level not solved, {par}")),
        (None, None) => None,
    };
    [Some(done), level].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Removes the user's progress, and says what was removed.
fn forget(file: &ProgressFile) -> Result<Exit, LessonError> {
    let count = file.read().map_or(0, |progress| progress.lessons.len());
    let removed = file.forget().map_err(|source| LessonError::Forget { path: file.path().to_owned(), source })?;
    if removed.is_empty() {
        print(&format!("There is no progress to forget: {} does not exist.\n", file.path().display()))?;
        return Ok(Exit::Success);
    }
    let lessons = match count {
        0 => String::new(),
        1 => " in 1 lesson".to_owned(),
        count => format!(" in {count} lessons"),
    };
    let mut text = format!("Removed your progress{lessons}:\n");
    for path in removed {
        let _ = writeln!(text, "  {}", path.display());
    }
    print(&text)?;
    Ok(Exit::Success)
}

//! Merges, and writes or prints the result.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use files::{ExpectedContent, SeenContent, WriteError};
use merge::{Fallback, LineText, Merge, Rendered, Rendering, Side, Style};

use super::args::{ConflictStyle, MergeArgs};
use super::error::{MergeError, MergeFailure};
use super::{git, json, view};
use crate::exit::Exit;
use crate::options::DisplayOptions;
use crate::output::stdout;
use crate::paths::Paths;

/// How long the sides may be compared with the base.
///
/// Real texts take milliseconds; the limit is for texts that were made to take very long.
const COMPARISON_BUDGET: Duration = Duration::from_millis(750);

/// How long the sides may then be compared with each other, so that conflicts are short.
const SHORTENING_BUDGET: Duration = Duration::from_millis(250);

/// How often a merge is made again because a file changed meanwhile.
const MAX_ATTEMPTS: usize = 10;

/// Merges in the merge view if that is wanted, and otherwise as [`run`] does.
pub(crate) async fn run_with_view(
    arguments: &MergeArgs,
    paths: &Paths,
    display: DisplayOptions,
) -> Result<Exit, MergeFailure> {
    let ended = match arguments.outlet.view {
        true => view::run(arguments, paths, display).await,
        false if display.is_plain() => Err(MergeError::Plain),
        false => return run(arguments, Some(paths)),
    };
    ended.map_err(|error| MergeFailure::new(error, arguments))
}

/// Merges without a screen. The exit code counts the conflicts that are left.
pub(crate) fn run(arguments: &MergeArgs, paths: Option<&Paths>) -> Result<Exit, MergeFailure> {
    let ended = merge_and_write(arguments, paths);
    ended.map(Exit::Conflicts).map_err(|error| MergeFailure::new(error, arguments))
}

/// Merges, and again if a file changes meanwhile. Returns how many conflicts are left.
fn merge_and_write(arguments: &MergeArgs, paths: Option<&Paths>) -> Result<usize, MergeError> {
    for _ in 0..MAX_ATTEMPTS {
        if let Some(conflicts) = try_merge(arguments, paths)? {
            return Ok(conflicts);
        }
    }
    Err(MergeError::Restless { path: arguments.target().into(), attempts: MAX_ATTEMPTS })
}

/// Merges once.
///
/// Returns how many conflicts are left, or `None` if a file has changed since it was read, and nothing was written.
fn try_merge(arguments: &MergeArgs, paths: Option<&Paths>) -> Result<Option<usize>, MergeError> {
    let before = arguments.seen_output()?;
    let labels = arguments.checked_labels()?;
    let [mine, base, theirs] = arguments.texts()?.map(LineText::from);
    let merge = Merge::of(base, mine, theirs, Some(Instant::now() + COMPARISON_BUDGET));
    let rendered = merge.render(&rendering(arguments, &merge, labels)?);
    let Rendered { text, conflicts } = &rendered;
    if arguments.outlet.json {
        stdout::print(json::document(&merge, *conflicts)).map_err(MergeError::Print)?;
    } else if arguments.outlet.stdout {
        stdout::print(text).map_err(MergeError::Print)?;
    } else if arguments.object_id {
        stdout::print(git::store(text)?).map_err(MergeError::Print)?;
    } else {
        let mine = ExpectedContent::Content(merge.text(Side::Mine).bytes());
        let expected = before.as_ref().map_or(mine, SeenContent::expected);
        let sides = [(&arguments.mine, Side::Mine), (&arguments.base, Side::Base), (&arguments.theirs, Side::Theirs)];
        let has_changed =
            |(path, side): (&OsString, Side)| files::has_changed(Path::new(path), merge.text(side).bytes());
        if sides.into_iter().any(has_changed) {
            return Ok(None);
        }
        let path = PathBuf::from(arguments.target());
        match files::write(&path, text, expected, paths.map(Paths::backups).as_deref()) {
            Ok(()) => {}
            // A merge can be made again with what is in mine now. Nothing is known of what is in another file now.
            Err(WriteError::Changed) if before.is_none() => return Ok(None),
            Err(source) => return Err(MergeError::Write { path, source }),
        }
    }
    Ok(Some(*conflicts))
}

/// Returns how the merge is rendered.
///
/// Git is asked for its style only if that matters: asking takes longer than the merge.
fn rendering<'a>(arguments: &MergeArgs, merge: &Merge, labels: [&'a [u8]; 3]) -> Result<Rendering<'a>, MergeError> {
    let (favor, styles) = (&arguments.taken, &arguments.styles);
    let deadline = Instant::now() + SHORTENING_BUDGET;
    let fallback = match () {
        () if favor.ours => Fallback::Mine,
        () if favor.take_theirs => Fallback::Theirs,
        () if favor.union => Fallback::Union,
        () => Fallback::Markers,
    };
    let style = match styles.style {
        _ if styles.diff3 => Style::Diff3,
        _ if styles.zdiff3 => Style::Zdiff3,
        Some(ConflictStyle::Diff3) => Style::Diff3,
        Some(ConflictStyle::Zdiff3) => Style::Zdiff3,
        None if fallback == Fallback::Markers && merge.conflicts().next().is_some() => git::conflict_style()?,
        Some(ConflictStyle::Merge) | None => Style::Merge,
    };
    Ok(Rendering {
        style,
        fallback,
        labels: labels.map(Some),
        // As in git, a size of 0 or less means the default.
        marker_size: arguments.marker_size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0),
        deadline: Some(deadline),
    })
}

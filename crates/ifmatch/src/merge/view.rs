//! `ifmatch merge --view`: the merge view on three files.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tui::{MergeConfig, MergeEnd, MergeText, run_merge};

use super::Merging;
use super::refusal::Refusal;
use super::text;
use crate::cli::Look;
use crate::exit::{Failure, how_it_ended};
use crate::places::Places;
use crate::stderr::say;

/// The exit code if the result is not where it was meant for: git takes the file for unmerged.
const NOT_WRITTEN: usize = 1;

/// Lets a person merge on the screen, or line by line.
pub(super) async fn run(arguments: &Merging, places: &Places, look: Look) -> Result<ExitCode, Failure> {
    let config = match config(arguments, places, look) {
        Ok(config) => config,
        Err(refusal) => return Ok(arguments.exit_code(Err(refusal))),
    };
    let name = config.name.clone();
    Ok(arguments.exit_code(match run_merge(config, look.lines()?).await? {
        MergeEnd::Saved => Ok(0),
        MergeEnd::Left => Ok(NOT_WRITTEN),
        MergeEnd::Elsewhere(path) => {
            if !arguments.quiet {
                say(format_args!("ifmatch: the result is in {}; {name} is as it was", path.display()));
            }
            Ok(NOT_WRITTEN)
        }
        MergeEnd::Unwritten(why) => Err(Refusal::Unwritten(why)),
        MergeEnd::Ended(end) => return how_it_ended(end),
    }))
}

fn config(arguments: &Merging, places: &Places, look: Look) -> Result<MergeConfig, Refusal> {
    let labels = arguments.checked_labels()?;
    let [mine, base, theirs] = arguments.names();
    let text = |path: &OsStr, label: &[u8]| -> Result<MergeText, Refusal> {
        let text = String::from_utf8(text::read(path)?).map_err(|_| Refusal::Encoding(path.into()))?;
        Ok(MergeText { label: String::from_utf8_lossy(label).into_owned(), path: path.into(), text })
    };
    let output = arguments.output_now()?.map(|seen| (PathBuf::from(arguments.target()), seen));
    let output = output.filter(|(path, _)| !is_same_file(path, Path::new(mine)));
    Ok(MergeConfig {
        name: arguments.shown_name(),
        mine: text(mine, labels[0])?,
        base: text(base, labels[1])?,
        theirs: text(theirs, labels[2])?,
        output,
        backups: Some(places.backups()),
        folder: Places::here(),
        theme: look.theme(),
    })
}

/// Whether two paths lead to one file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

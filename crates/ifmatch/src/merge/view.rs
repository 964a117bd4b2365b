//! `ifmatch merge --view`: the merge view on three files.

use std::ffi::OsStr;
use std::path::{self, Path, PathBuf};
use std::process::ExitCode;

use client::Drafts;
use tui::{MergeConfig, MergeEnded, MergeInput, MergeToolEnd, run_merge};

use super::MergeArgs;
use super::error::MergeError;
use super::inputs;
use crate::cli::DisplayOptions;
use crate::data_dirs::DataDirs;
use crate::error::{Error, exit_code_of};
use crate::stderr::print_error;
use crate::unkept::say_where;

/// The exit code if the result is not where it was meant for: git takes the file for unmerged.
const UNRESOLVED_COUNT: usize = 1;

/// Lets a person merge on the screen, or line by line.
pub(super) async fn run(arguments: &MergeArgs, places: &DataDirs, look: DisplayOptions) -> Result<ExitCode, Error> {
    let config = match config(arguments, places, look) {
        Ok(config) => config,
        Err(refusal) => return Ok(arguments.exit_code(Err(refusal))),
    };
    let name = config.name.clone();
    let MergeEnded { end, is_kept, unkept } = run_merge(config, look.lines()?).await?;
    if is_kept && !arguments.quiet {
        print_error(format_args!(
            "ifmatch: what was decided about {name} is kept as a draft, and is here again the next time"
        ));
    }
    // However quiet it is to be: nothing else tells where the text is.
    for text in &unkept {
        say_where(&format!("what was decided about {name}"), text);
    }
    Ok(arguments.exit_code(match end {
        MergeToolEnd::Saved => Ok(0),
        MergeToolEnd::Left => Ok(UNRESOLVED_COUNT),
        MergeToolEnd::Elsewhere(path) => {
            if !arguments.quiet {
                print_error(format_args!("ifmatch: the result is in {}; {name} is as it was", path.display()));
            }
            Ok(UNRESOLVED_COUNT)
        }
        MergeToolEnd::Unwritten(why) => Err(MergeError::Unwritten(why)),
        MergeToolEnd::Ended(end) => return exit_code_of(end),
        MergeToolEnd::Failed(error) => return Err(error.into()),
    }))
}

fn config(arguments: &MergeArgs, places: &DataDirs, look: DisplayOptions) -> Result<MergeConfig, MergeError> {
    arguments.checked_labels()?;
    let [mine, base, theirs] = arguments.names();
    let text = |at: usize, path: &OsStr| -> Result<MergeInput, MergeError> {
        let text = String::from_utf8(inputs::read(path)?).map_err(|_| MergeError::Encoding(path.into()))?;
        // There is no room for folders above a text.
        let name = Path::new(path).file_name().unwrap_or(path);
        let label = arguments.labels.get(at).map_or(name, |label| label).to_string_lossy().into_owned();
        Ok(MergeInput { label, path: path.into(), text })
    };
    let output = arguments.output_now()?.map(|seen| (PathBuf::from(arguments.target()), seen));
    let output = output.filter(|(path, _)| !is_same_file(path, Path::new(mine)));
    let shown = Path::new(arguments.path_name.as_ref().unwrap_or(arguments.target()));
    Ok(MergeConfig {
        name: arguments.shown_name(),
        // Git's copies have another name each time.
        file: path::absolute(shown).unwrap_or_else(|_| shown.into()),
        drafts: Some(Drafts::new(places.drafts())),
        mine: text(0, mine)?,
        base: text(1, base)?,
        theirs: text(2, theirs)?,
        output,
        backups: Some(places.backups()),
        folder: DataDirs::working_folder(),
        rescue_folders: DataDirs::rescue_folders(),
        theme: look.theme(),
    })
}

/// Whether two paths lead to one file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

//! `ifmatch merge --view`: the merge view on three files.

use std::ffi::OsStr;
use std::path::{self, Path, PathBuf};

use client::Drafts;
use tui::{MergeConfig, MergeEnded, MergeInput, MergeToolEnd, run_merge};

use super::args::MergeArgs;
use super::error::MergeError;
use super::inputs;
use crate::config::UserConfig;
use crate::exit::Exit;
use crate::options::DisplayOptions;
use crate::output::stderr::print_message;
use crate::output::unkept::report_unkept;
use crate::paths::Paths;
use crate::session::{SessionFailure, exit_of};

/// How the program ends if the result is not in its file: git then takes the file for unmerged.
const UNRESOLVED: Exit = Exit::Conflicts(1);

/// Lets the user merge on the screen, or line by line.
pub(super) async fn run(arguments: &MergeArgs, paths: &Paths, display: DisplayOptions) -> Result<Exit, MergeError> {
    let config = config(arguments, paths, display)?;
    let name = config.name.clone();
    let lines = display.line_source().map_err(SessionFailure::from)?;
    let MergeEnded { end, is_kept, unkept } = run_merge(config, lines).await.map_err(SessionFailure::from)?;
    if is_kept && !arguments.quiet {
        print_message(format_args!(
            "the decisions about {name} are kept as a draft, which the next merge of the file \
                                    restores"
        ));
    }
    // Even with --quiet: nothing else tells where the text is.
    for text in &unkept {
        report_unkept(&format!("the merge of {name}"), text);
    }
    match end {
        MergeToolEnd::Saved => Ok(Exit::Success),
        MergeToolEnd::Left => Ok(UNRESOLVED),
        MergeToolEnd::Elsewhere(path) => {
            if !arguments.quiet {
                print_message(format_args!("the result is in {}; {name} is unchanged", path.display()));
            }
            Ok(UNRESOLVED)
        }
        MergeToolEnd::Unwritten(why) => Err(MergeError::Unwritten(why)),
        MergeToolEnd::Ended(end) => Ok(exit_of(end)?),
        MergeToolEnd::Failed(error) => Err(SessionFailure::from(error).into()),
    }
}

fn config(arguments: &MergeArgs, paths: &Paths, display: DisplayOptions) -> Result<MergeConfig, MergeError> {
    arguments.checked_labels()?;
    let user = UserConfig::read(paths).map_err(SessionFailure::from)?;
    let [mine, base, theirs] = arguments.names();
    let text = |at: usize, path: &OsStr| -> Result<MergeInput, MergeError> {
        let text = String::from_utf8(inputs::read(path)?).map_err(|_| MergeError::Encoding(path.into()))?;
        // The heading above a text has no room for folders.
        let name = Path::new(path).file_name().unwrap_or(path);
        let label = arguments.labels.get(at).map_or(name, |label| label).to_string_lossy().into_owned();
        Ok(MergeInput { label, path: path.into(), text })
    };
    let output = arguments.seen_output()?.map(|seen| (PathBuf::from(arguments.target()), seen));
    let output = output.filter(|(path, _)| !is_same_file(path, Path::new(mine)));
    let shown = Path::new(arguments.path_name.as_ref().unwrap_or(arguments.target()));
    Ok(MergeConfig {
        name: arguments.shown_name(),
        // Git's copies have another name each time, and drafts must be found again.
        file: path::absolute(shown).unwrap_or_else(|_| shown.into()),
        drafts: Some(Drafts::new(paths.drafts())),
        mine: text(0, mine)?,
        base: text(1, base)?,
        theirs: text(2, theirs)?,
        output,
        backups: Some(paths.backups()),
        folder: paths.working_folder(),
        rescue_folders: paths.rescue_folders(),
        log: paths.log_in_use(),
        theme: display.theme(user.appearance),
        features: user.features,
        keys: user.keys,
    })
}

/// Whether two paths lead to one file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

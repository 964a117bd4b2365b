//! `ifmatch merge --view`: the merge view on three files.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use files::Expected;
use tui::{MergeConfig, MergeEnd, MergeText, run_merge};

use super::Merging;
use super::refusal::Refusal;
use super::text;
use crate::cli::Look;
use crate::exit::{Failure, how_it_ended};
use crate::places::Places;

/// Lets a person merge on the screen.
pub(super) async fn run(arguments: &Merging, places: &Places, look: Look) -> Result<ExitCode, Failure> {
    let ended = match texts(arguments) {
        Ok([mine, base, theirs]) => {
            let config = MergeConfig { mine, base, theirs, folder: Places::here(), theme: look.theme() };
            match run_merge(config).await? {
                MergeEnd::Saved(result) => {
                    let path = PathBuf::from(arguments.target());
                    files::write(&path, result.as_bytes(), Expected::Anything, Some(&places.backups()))
                        .map(|()| 0)
                        .map_err(|source| Refusal::Write { path, source })
                }
                MergeEnd::Left => Ok(1),
                MergeEnd::Ended(end) => return how_it_ended(end),
            }
        }
        Err(refusal) => Err(refusal),
    };
    Ok(arguments.exit_code(ended))
}

/// Reads the three texts as the view shows them.
fn texts(arguments: &Merging) -> Result<[MergeText; 3], Refusal> {
    let labels = arguments.checked_labels()?;
    let text = |path: &OsString, label: &[u8]| -> Result<MergeText, Refusal> {
        let bytes = text::read(path)?;
        let text = String::from_utf8(bytes).map_err(|_| Refusal::Encoding(path.into()))?;
        Ok(MergeText { name: String::from_utf8_lossy(label).into_owned(), text })
    };
    let [mine, base, theirs] = labels;
    let files = arguments;
    Ok([text(&files.mine, mine)?, text(&files.base, base)?, text(&files.theirs, theirs)?])
}

//! One manual page, in roff.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use tui::action::{Context, listed_keys};

/// A manual page, and the name of its file.
pub(super) struct ManualPage {
    pub(super) file: String,
    pub(super) roff: Vec<u8>,
}

/// Returns the page of one command.
///
/// `clap_mangen` would fill the lines of the examples and tables that follow the options; here they stay as they are.
pub(super) fn page(command: &Command) -> io::Result<ManualPage> {
    // Not only `ifmatch` itself has the version of the program.
    let man = Man::new(command.clone()).source(concat!("ifmatch ", env!("CARGO_PKG_VERSION")));
    let mut roff = Vec::new();
    man.render_title(&mut roff)?;
    man.render_name_section(&mut roff)?;
    man.render_synopsis_section(&mut roff)?;
    man.render_description_section(&mut roff)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut roff)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut roff)?;
    }
    if command.get_name() == "edit" {
        keys_section().to_writer(&mut roff)?;
    }
    if let Some(after) = command.get_after_help() {
        let mut notes = Roff::default();
        notes.control("SH", ["NOTES"]).control("nf", []);
        for line in after.to_string().lines() {
            notes.text([roman(line)]);
        }
        notes.control("fi", []);
        notes.to_writer(&mut roff)?;
    }
    Ok(ManualPage { file: man.get_filename(), roff })
}

/// The views whose keys the page of the editor lists; F1 has those of every view.
const LISTED_VIEWS: [Context; 4] = [Context::Text, Context::Merge, Context::Wire, Context::Documents];

/// Returns the section about the keys of the editor, from the table of actions.
fn keys_section() -> Roff {
    let mut keys = Roff::default();
    keys.control("SH", ["KEYS"]).text([roman(
        "In every view, F1 lists its keys, and Ctrl-P all actions by name. Each action can have other keys: see \
         ifmatch-config(1).",
    )]);
    for view in LISTED_VIEWS.map(Some).into_iter().chain([None]) {
        let place = view.map_or("everywhere", Context::place_name);
        keys.control("SS", [format!("Keys {place}").as_str()]);
        for entry in listed_keys(view) {
            let labels: Vec<String> = entry.keys.iter().map(ToString::to_string).collect();
            let labels = if labels.is_empty() { "only by name, in Ctrl-P".to_owned() } else { labels.join(", ") };
            keys.control("TP", []).text([bold(format!("{labels} ({})", entry.name))]);
            keys.text(entry.help.iter().map(|help| roman(help.as_str())).collect::<Vec<_>>());
        }
    }
    keys
}

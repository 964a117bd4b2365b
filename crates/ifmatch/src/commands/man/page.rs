//! One manual page, in roff.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

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

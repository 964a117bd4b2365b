//! A report at the end of a session, about unsaved text that is in no draft.

use std::io::{self, IsTerminal as _, Write};

use tui::UnkeptText;

use super::stderr::{print_message, write_patiently};
use super::visible::visible_lines;

/// Reports the place of an unsaved text.
///
/// If no folder takes it, the text itself is printed: a terminal shows it at least as long as its window is open.
pub(crate) fn report_unkept(what: &str, unkept: &UnkeptText) {
    let UnkeptText { draft, cause, file, is_copied, text, .. } = unkept;
    let begin = format!("{what} is in no draft ({}: {cause})", draft.display());
    match (file, text) {
        (Some(file), _) => print_message(format_args!("{begin}; it is in {}", file.display())),
        (None, _) if *is_copied => {
            print_message(format_args!("{begin}; its only copy was sent to the terminal's clipboard"));
        }
        (None, Some(text)) => {
            let whole = format!("ifmatch: {begin}, and no folder accepts it. Here it is:\n{}", visible_lines(text));
            if outlets().into_iter().any(|outlet| write_patiently(outlet, whole.clone())) {
                print_message(format_args!("end of {what}; this is its only copy, so copy it now"));
            } else {
                print_message(format_args!("{begin}, no folder accepts it, and no terminal shows it; it is lost"));
            }
        }
        (None, None) => print_message(format_args!("{begin}; it is lost")),
    }
}

/// Returns the streams that can show a text, in the order of trying: a terminal, then standard error.
fn outlets() -> Vec<Box<dyn Write + Send>> {
    let (errors, output) = (io::stderr(), io::stdout());
    let (on_errors, on_output) = (errors.is_terminal(), output.is_terminal());
    let mut outlets: Vec<Box<dyn Write + Send>> = Vec::new();
    if on_output && !on_errors {
        outlets.push(Box::new(output));
    }
    outlets.push(Box::new(errors));
    outlets
}

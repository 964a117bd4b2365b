//! The speed of the editor, next to other editors of the terminal: nano, micro and vim.
//!
//! The other editors are those of Debian's packages.
//!
//! ```sh
//! apt-get install -y nano micro vim
//! cargo run --release -p ifmatch-bench -- --editors
//! ```
//!
//! Each editor runs in a pseudo-terminal of 120 × 40 and gets the same keys; one that is not installed is left out, and
//! the report says so. `ifmatch edit` is this very program, with a server of its own that has the text as a document.
//! A key counts as shown when the character before the cursor is the one that was typed, on the screen that a terminal
//! would have drawn from the bytes read so far (`vt100`). So the time includes the pseudo-terminal and the kernel, and
//! for `ifmatch` also the work of keeping a draft, but not a terminal's own drawing.
//!
//! | column | is |
//! | --- | --- |
//! | open | from the start of the process to a screen with the beginning of the text |
//! | key | from a key press to the screen that shows it |
//! | held | the same while a key is held down: one key every [`typist::REPEAT`], whether or not the last one is shown |
//! | behind | the most keys that were sent and not shown yet, while a key was held down |
//! | memory | how much the process has grown over one with an empty text, as a multiple of the text |
//!
//! After each key, the next one follows [`typist::PAUSE`] later. Half of the keys are typed at the beginning of the
//! text, half at its end.
//!
//! The texts have lines of [`text::LINE_BYTES`] bytes, and one has a single line. An editor that is too slow for all
//! keys is stopped after [`typist::PATIENCE`]; the report then says how many keys were measured.
//!
//! The editors are not equal: vim keeps a swap file, nano and micro keep nothing until the text is saved (micro makes
//! a backup every few seconds), and ifmatch keeps a draft as the user types.

mod merge_view;
mod merge_view_report;
mod program;
mod relay;
mod report;
mod row;
mod text;
mod typist;

use std::time::Instant;

use crate::error::Error;
use crate::process::ServerProcess;
use crate::sample::number;
use crate::settings::Settings;
use crate::workdir::Workdir;
pub(crate) use merge_view::run as run_merge_view;
use program::TextEditor;
pub(crate) use report::EditorReport;
use row::EditorRow;
use text::{SampleText, publish};
use typist::Typist;

/// The size of a text, from which on the growth of a process says something about the text.
const MIN_BYTES_FOR_MEMORY: usize = 500_000;

/// Measures all editors that are installed, with all texts.
///
/// # Errors
///
/// If the server or an editor cannot be started, or does not show its text.
pub(crate) fn run(settings: &Settings) -> Result<EditorReport, Error> {
    let place = Workdir::create()?;
    let server = ServerProcess::for_large_documents(settings)?;
    let (editors, missing) =
        if settings.smoke { (vec![TextEditor::Ifmatch], Vec::new()) } else { program::installed() };
    let texts = if settings.smoke { SampleText::smoke() } else { SampleText::all() };
    for text in texts.iter().chain([&SampleText::EMPTY]) {
        publish(server.address, text)?;
        let file = place.file(text.name);
        std::fs::write(file, text.content()).map_err(Error::while_doing("a text cannot be written"))?;
    }
    let mut rows = Vec::new();
    for editor in editors {
        let start = |text: &SampleText| editor.start(settings, &place, server.address, text.name);
        let empty = {
            let mut typist = Typist::new(start(&SampleText::EMPTY)?)?;
            typist.until_shown(text::FIRST_WORD)?;
            typist.settle();
            typist.resident()
        };
        for text in &texts {
            eprintln!("{}: {}", editor.name(), text.name);
            let begun = Instant::now();
            let mut typist = Typist::new(start(text)?)?;
            let opened = typist.until_shown(text::FIRST_WORD)?.duration_since(begun);
            typist.settle();
            let mut keys = typist.type_keys(settings.keys / 2)?;
            typist.go_to_the_end();
            keys.extend(typist.type_keys(settings.keys / 2)?);
            let (mut held, behind) = typist.hold(settings.keys);
            keys.sort_unstable();
            held.sort_unstable();
            let (growth, bytes) = (typist.resident().saturating_sub(empty), text.content().len());
            rows.push(EditorRow {
                text: text.name,
                editor: editor.name(),
                opened,
                sent: [settings.keys / 2 * 2, settings.keys],
                keys,
                held,
                behind,
                memory: (bytes >= MIN_BYTES_FOR_MEMORY).then(|| number(growth) / number(bytes)),
            });
        }
    }
    Ok(EditorReport { rows, missing })
}

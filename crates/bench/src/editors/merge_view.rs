//! The time from a refused save to the merge view, next to `git merge-file` with the same texts.
//!
//! Another writer replaces the document while our editor has unsaved text: its first line, and every
//! [`CHANGED_EVERY`]th line. Our user has typed at the beginning and at the end, so there is one conflict, and hundreds
//! of changes without one. The save is sent at once, before the editor has read the newer version by itself. The 412
//! has that version as its body. Each round has a new editor and a new document.
//!
//! | column | is |
//! | --- | --- |
//! | 412 | from the last bytes of the 412 on the editor's connection to the screen with the other's first line |
//! | key | from Ctrl-S to the same screen: with the request, and the server's work |
//! | git | the time of a process of `git merge-file -p`, which reads three files, merges, and prints the result |
//!
//! The screen is that of a terminal that draws at once, as for keys. The bytes pass through a
//! [`Relay`], which tells when the 412 was sent on.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::merge_view_report::{MergeViewReport, MergeViewRow};
use super::program::TextEditor;
use super::relay::Relay;
use super::text::{FIRST_WORD, SampleText, document, save};
use super::typist::Typist;
use crate::error::Error;
use crate::process::{ServerProcess, find_program};
use crate::settings::Settings;
use crate::workdir::Workdir;

/// The other writer changes the first of so many lines.
const CHANGED_EVERY: usize = 100;

/// The first word of the other writer's text. No other text on the screen has it.
const THEIR_FIRST_WORD: &str = "REPLACED";

/// Ctrl-S.
const SAVE: &[u8] = b"\x13";

/// Measures the merge view with all texts.
///
/// # Errors
///
/// If the server or the editor cannot be started, or if the merge view does not appear.
pub(crate) fn run(settings: &Settings) -> Result<MergeViewReport, Error> {
    let place = Workdir::create()?;
    let server = ServerProcess::for_large_documents(settings)?;
    let texts = if settings.smoke { SampleText::smoke() } else { SampleText::merged() };
    let mut rows = Vec::new();
    for text in &texts {
        eprintln!("merge view: {}", text.name);
        let base = text.content();
        let (mut shown, mut saved) = (Vec::new(), Vec::new());
        for round in 0..settings.merges {
            let name = format!("{}-{round}", text.name);
            let refused = refuse(settings, &place, server.address, &name, &base)?;
            shown.push(refused.shown);
            saved.push(refused.saved);
        }
        let mut git = git_merges(settings, &place, &base)?;
        for times in [&mut shown, &mut saved, &mut git] {
            times.sort_unstable();
        }
        rows.push(MergeViewRow { text: text.name, shown, saved, git });
    }
    Ok(MergeViewReport(rows))
}

/// How long a refused save took to be shown as a merge: from the 412, and from the key.
struct RefusedSave {
    shown: Duration,
    saved: Duration,
}

/// Opens a new document, types into it, and saves after another writer has replaced it.
fn refuse(
    settings: &Settings,
    place: &Workdir,
    server: SocketAddr,
    name: &str,
    base: &str,
) -> Result<RefusedSave, Error> {
    let tag = save(server, &document(name), base, ("If-None-Match", "*"))?;
    let relay = Relay::start(server)?;
    let mut typist = Typist::new(TextEditor::Ifmatch.start(settings, place, relay.address, name)?)?;
    typist.until_shown(FIRST_WORD)?;
    typist.settle();
    typist.type_keys(1)?;
    typist.go_to_the_end();
    typist.type_keys(1)?;
    typist.settle();
    save(server, &document(name), &theirs(base), ("If-Match", &tag))?;
    let pressed = typist.send(SAVE);
    let shown = typist.until_shown(THEIR_FIRST_WORD)?;
    let refused = relay.refused_at().ok_or_else(|| Error::Terminal("the save was not refused".to_owned()))?;
    Ok(RefusedSave { shown: shown.saturating_duration_since(refused), saved: shown.duration_since(pressed) })
}

/// Returns the other writer's text.
fn theirs(base: &str) -> String {
    let lines = base.lines().enumerate().map(|(number, line)| match number {
        0 => format!("{}\n", line.replacen(FIRST_WORD, THEIR_FIRST_WORD, 1)),
        number if number % CHANGED_EVERY == 0 => format!("{line} changed\n"),
        _ => format!("{line}\n"),
    });
    lines.collect::<Vec<_>>().concat()
}

/// Returns how long git takes to merge the same texts, once per round; nothing if git is not installed.
fn git_merges(settings: &Settings, place: &Workdir, base: &str) -> Result<Vec<Duration>, Error> {
    let Ok(git) = find_program("git") else { return Ok(Vec::new()) };
    let files = ["mine", "base", "theirs"].map(|name| place.file(name));
    // The keys that were typed.
    for (file, text) in files.iter().zip([format!("a{base}b"), base.to_owned(), theirs(base)]) {
        std::fs::write(file, text).map_err(Error::while_doing("a text cannot be written"))?;
    }
    let mut times = Vec::new();
    for _ in 0..settings.merges {
        let begun = Instant::now();
        let mut command = Command::new(&git);
        command.args(["merge-file", "-p"]).args(&files).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().map_err(Error::while_doing("git does not start"))?;
        times.push(begun.elapsed());
        // The exit code is the number of conflicts.
        if status.code() != Some(1) {
            return Err(Error::Terminal(format!("git found another number of conflicts than 1: {status}")));
        }
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_writer_changes_the_first_line_and_each_hundredth() {
        let base = SampleText::smoke()[0].content().repeat(3);
        let theirs = theirs(&base);
        let changed = base.lines().zip(theirs.lines()).enumerate().filter(|(_, (old, new))| old != new);
        assert_eq!(changed.map(|(number, _)| number).collect::<Vec<_>>(), [0, 100, 200]);
        assert!(theirs.starts_with(THEIR_FIRST_WORD) && theirs.lines().count() == base.lines().count());
    }
}

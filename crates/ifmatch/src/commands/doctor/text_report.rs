//! The report of an examination as text: a line for each check, then what to change.
//!
//! If nothing needs a change, it fits on a screen of 24 lines, with the command and what it announces.

use std::fmt::Write as _;

use doctor::{PathFinding, PathMark, PathReport, ProxyChange, ProxyKind, ScratchState};
use terminal::buffer::wrap_line;

/// The columns of the text: those of a small terminal, so that it does not divide words.
const COLUMNS: usize = 80;

/// The columns of the name of a check.
const NAME_COLUMNS: usize = 16;

/// A change in the configurations of proxies, with the names of the checks that it is for.
type WantedChange = (&'static [ProxyChange], Vec<&'static str>);

/// Returns the report as text.
pub(super) fn text(report: &PathReport) -> String {
    let mut out = String::new();
    write_wrapped(&mut out, "", &format!("{}.", report.verdict()));
    for PathFinding { check, judgement } in &report.findings {
        write_wrapped(
            &mut out,
            &format!("  {} {:NAME_COLUMNS$} ", judgement.mark.sign(), check.name),
            &judgement.found,
        );
    }
    for mark in [PathMark::Broken, PathMark::Weak] {
        for finding in report.with_mark(mark) {
            write_details(&mut out, finding);
        }
    }
    for (changes, names) in wanted_changes(report) {
        write_changes(&mut out, changes, &names, &report.proxies);
    }
    write_wrapped(&mut out, "", &footer(report));
    out
}

fn write_details(out: &mut String, PathFinding { check, judgement }: &PathFinding) {
    out.push('\n');
    write_wrapped(out, &format!("{} ", judgement.mark.sign()), &format!("{}: {}", check.name, check.consequence));
    write_wrapped(out, "  ", check.advice);
}

/// Returns the changes of all findings, each once.
fn wanted_changes(report: &PathReport) -> Vec<WantedChange> {
    let mut wanted: Vec<WantedChange> = Vec::new();
    for PathFinding { check, judgement } in &report.findings {
        if !judgement.mark.needs_change() || check.changes.is_empty() {
            continue;
        }
        match wanted.iter_mut().find(|(changes, _)| std::ptr::eq(*changes, check.changes)) {
            Some((_, names)) => names.push(check.name),
            None => wanted.push((check.changes, vec![check.name])),
        }
    }
    wanted
}

/// Writes the lines for the proxies that name themselves; if none does, those for all.
fn write_changes(out: &mut String, changes: &[ProxyChange], names: &[&str], proxies: &[ProxyKind]) {
    for change in changes {
        if proxies.is_empty() || proxies.contains(&change.proxy) {
            out.push('\n');
            write_wrapped(
                out,
                "",
                &format!("In the configuration of {}, for {}:", change.proxy.name(), names.join(", ")),
            );
            for line in change.lines {
                // Writing to a String cannot fail.
                let _ = writeln!(out, "    {line}");
            }
        }
    }
}

fn footer(report: &PathReport) -> String {
    let seconds = report.elapsed.as_secs_f64();
    let requests = format!("{} requests in {seconds:.1} s", report.requests);
    match &report.scratch {
        ScratchState::NotCreated => format!("{requests} to {}; nothing was written.", report.server),
        ScratchState::Deleted(id) => format!("{requests} to {}; {id} is deleted.", report.server),
        ScratchState::Left(id) => {
            format!("{requests}; {id} is still there. Delete it past the proxy, by F8 in the list of an editor.")
        }
    }
}

/// Writes a text behind `first`; its other lines are indented by as much.
fn write_wrapped(out: &mut String, first: &str, text: &str) {
    let columns = first.chars().count();
    let mut rows = wrap_line(text, COLUMNS.saturating_sub(columns)).into_iter().map(|row| text[row].trim_end());
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{first}{}", rows.next().unwrap_or_default());
    for row in rows {
        let _ = writeln!(out, "{:columns$}{row}", "");
    }
}

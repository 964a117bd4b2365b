//! The report of an examination as text: a line for each check, then what to change.
//!
//! If nothing needs a change, it fits on a screen of 24 lines, with the command and what it announces.

use std::fmt::Write as _;

use doctor::{PathFinding, PathMark, PathReport, ProxyChange, ProxyKind, ScratchState};
use terminal::buffer::wrap_line;

/// The widest line of prose, in columns.
const MAX_COLUMNS: usize = 80;

/// The fewest columns in which a check and what was found share a line.
const MIN_TABLE_COLUMNS: usize = 60;

/// The columns of the name of a check.
const NAME_COLUMNS: usize = 16;

/// The lines that fit on a small screen.
///
/// The footer, the command, what it announces, and the next prompt have to fit, too.
const MAX_SCREEN_LINES: usize = 20;

/// A change in the configurations of proxies, with the names of the checks that it is for.
type WantedChange = (&'static [ProxyChange], Vec<&'static str>);

/// Returns the report as text.
///
/// `columns` is the width of the terminal, if it is known. The lines for configurations are never broken, so that they
/// can be copied.
pub(super) fn text(report: &PathReport, columns: Option<usize>) -> String {
    let columns = columns.map_or(MAX_COLUMNS, |columns| columns.min(MAX_COLUMNS));
    let mut out = TextWriter { text: String::new(), columns };
    out.wrapped("", &format!("{}.", report.verdict()));
    for finding in &report.findings {
        out.finding(finding);
    }
    for mark in [PathMark::Broken, PathMark::Weak] {
        for finding in report.with_mark(mark) {
            out.details(finding);
        }
    }
    let changes = wanted_changes(report);
    for (changes, names) in &changes {
        out.changes(changes, names, &report.proxies);
    }
    if out.text.lines().count() > MAX_SCREEN_LINES {
        // The first line may have left the screen by now.
        out.text.push('\n');
        out.wrapped("", &format!("{}.", report.verdict()));
    }
    if !changes.is_empty() {
        out.wrapped(
            "",
            "Next: make the changes above, let the proxy read its configuration again, and repeat this command.",
        );
    }
    out.wrapped("", &footer(report));
    out.text
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

struct TextWriter {
    text: String,
    columns: usize,
}

impl TextWriter {
    fn finding(&mut self, PathFinding { check, judgement }: &PathFinding) {
        let sign = judgement.mark.sign();
        if self.columns < MIN_TABLE_COLUMNS {
            self.wrapped(&format!("  {sign} "), check.name);
            self.wrapped("      ", &judgement.found);
        } else {
            self.wrapped(&format!("  {sign} {:NAME_COLUMNS$} ", check.name), &judgement.found);
        }
    }

    fn details(&mut self, PathFinding { check, judgement }: &PathFinding) {
        self.text.push('\n');
        self.wrapped(&format!("{} ", judgement.mark.sign()), &format!("{}: {}", check.name, check.consequence));
        self.wrapped("  ", check.advice);
    }

    /// Writes the lines for the proxies that name themselves; if none does, those for all.
    fn changes(&mut self, changes: &[ProxyChange], names: &[&str], proxies: &[ProxyKind]) {
        for change in changes {
            if proxies.is_empty() || proxies.contains(&change.proxy) {
                self.text.push('\n');
                let names = names.join(", ");
                self.wrapped("", &format!("In the configuration of {}, for {names}:", change.proxy.name()));
                for line in change.lines {
                    // Writing to a String cannot fail.
                    let _ = writeln!(self.text, "    {line}");
                }
            }
        }
    }

    /// Writes a text behind `first`; its other lines are indented by as much.
    fn wrapped(&mut self, first: &str, text: &str) {
        let indent = first.chars().count();
        let mut rows = wrap_line(text, self.columns.saturating_sub(indent)).into_iter().map(|row| text[row].trim_end());
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{first}{}", rows.next().unwrap_or_default());
        for row in rows {
            let _ = writeln!(self.text, "{:indent$}{row}", "");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use doctor::{CHECKS, PathJudgement};

    use super::*;

    /// Returns a report in which every check has a mark and a long finding.
    fn report(mark: PathMark, scratch: ScratchState) -> PathReport {
        let found = "the tag arrives weak: W/\"v1-fc676b63\"; the body arrives compressed (gzip)".to_owned();
        let finding = |check| PathFinding { check, judgement: PathJudgement { mark, found: found.clone() } };
        PathReport {
            server: "http://class.example:8080".to_owned(),
            proxies: vec![ProxyKind::Nginx],
            signs: vec!["Server: nginx/1.22.1".to_owned()],
            findings: CHECKS.iter().copied().map(finding).collect(),
            scratch,
            requests: 33,
            elapsed: Duration::from_millis(2140),
        }
    }

    #[test]
    fn prose_is_as_wide_as_the_terminal() {
        let report = report(PathMark::Broken, ScratchState::NotCreated);
        for (columns, widest) in [(Some(20), 20), (Some(40), 40), (Some(80), 80), (Some(200), 80), (None, 80)] {
            let text = text(&report, columns);
            let changed = CHECKS.iter().flat_map(|check| check.changes).flat_map(|change| change.lines);
            let changed: Vec<_> = changed.map(|line| format!("    {line}")).collect();
            let is_prose = |line: &&str| !changed.iter().any(|changed| changed == line);
            let lines = text.lines().filter(is_prose).map(|line| line.chars().count());
            assert!(lines.clone().max().is_some_and(|longest| longest <= widest), "{columns:?}: {text}");
            // No word is lost by it.
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&text).concat(), words(&super::text(&report, Some(80))).concat(), "{columns:?}");
        }
    }

    #[test]
    fn report_with_faults_ends_with_the_verdict() {
        let report = report(PathMark::Weak, ScratchState::Deleted("doctor-1".parse().unwrap()));
        let text = text(&report, Some(80));
        let (_, end) = text.rsplit_once("\n\n").unwrap();
        assert!(end.starts_with("Editors of ifmatch work through this path; other clients may not:"), "{end}");
        assert!(end.contains("\nNext: make the changes above,"), "{end}");
        assert!(end.ends_with("doctor-1 is deleted.\n"), "{end}");
    }

    #[test]
    fn report_on_a_narrow_terminal_ends_with_the_verdict() {
        let report = report(PathMark::Fine, ScratchState::NotCreated);
        let verdicts = |columns| text(&report, Some(columns)).matches("Nothing on this path").count();
        // At 40 columns, a check and what was found are in two lines or more, and the first lines leave the screen.
        assert_eq!(verdicts(40), 2);
        let short = PathReport { findings: report.findings[..8].to_vec(), ..report.clone() };
        assert_eq!(text(&short, Some(80)).matches("Nothing on this path").count(), 1);
    }

    #[test]
    fn footer_says_what_became_of_the_document() {
        let last = |scratch| text(&report(PathMark::Fine, scratch), Some(80)).lines().last().unwrap().to_owned();
        assert!(last(ScratchState::NotCreated).ends_with("nothing was written."));
        assert!(last(ScratchState::Deleted("doctor-1".parse().unwrap())).ends_with("doctor-1 is deleted."));
        let left = text(&report(PathMark::Fine, ScratchState::Left("doctor-1".parse().unwrap())), Some(80));
        assert!(left.contains("doctor-1 is still there") && !left.contains("is deleted"), "{left}");
    }
}

//! A merge as lines for a screen reader: the selected change, a list of all changes, and the result.
//!
//! No information depends on position or style. The lines contain foreign text that is not sanitized: the caller does
//! that.

use editor::{ChangeId, DocumentMerge};
use merge::Side;

use crate::key_names::Way;
use crate::messages::{self, SideNames};
use crate::resolution::{self, Resolution};
use crate::sides::SideStyles;
use crate::summary;
use crate::text;
use crate::view::MergeView;

/// The lines that describe a merge.
pub struct SpokenMerge<'a> {
    /// The merge.
    pub conflict: &'a DocumentMerge,
    /// The state of the view.
    pub view: &'a MergeView,
    /// The names of the sides.
    pub sides: &'a SideStyles,
    /// The names of the actions: keys or words.
    pub way: Way<'a>,
    /// The name of the command that saves the result.
    pub save: String,
}

impl SpokenMerge<'_> {
    /// Returns the note about the last command, or `None` if there is none.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.view.note.map(|note| note.words(self.conflict, self.names(), self.way))
    }

    /// Returns the selected conflict and the commands for it, or only the next command if it is decided.
    #[must_use]
    pub fn current_lines(&self) -> Vec<String> {
        if self.is_open() { self.change() } else { vec![self.next()] }
    }

    /// Returns the selected change: its description, the lines of each side, the result, the next command.
    #[must_use]
    pub fn change(&self) -> Vec<String> {
        let Some(place) = self.view.place else { return vec!["Nothing differs.".to_owned()] };
        let mut lines = vec![self.head(place)];
        for (name, side) in [("base", Side::Base), ("mine", Side::Mine), ("theirs", Side::Theirs)] {
            lines.extend(labelled(name, &self.lines(place, side)));
        }
        if let Some(found) = self.view.proposals.at(self.conflict, place) {
            lines.push(format!("Suggested, {}:", messages::describe_suggestion(found.why, self.names())));
            lines.extend(labelled("suggested", &found.lines));
        }
        let outcome = self.view.proposals.outcome(self.conflict, place);
        if outcome != Resolution::Open {
            lines.extend(labelled("result", &self.outcome_lines(place, outcome)));
        }
        lines.extend(
            self.view.notices_at(place).map(|notice| messages::describe_notice(self.conflict, notice, self.names())),
        );
        lines.push(self.next());
        lines
    }

    /// Returns a line for each change, conflict or not, a line about the format, and the next command.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.conflict.changes().iter().copied().map(|place| self.head(place)).collect();
        lines.extend(messages::describe_chosen_format(self.conflict, self.names()));
        lines.push(self.next());
        lines
    }

    /// Returns the resolution of the selected change.
    #[must_use]
    pub fn decided(&self) -> Option<String> {
        let place = self.view.place?;
        let outcome = self.view.proposals.outcome(self.conflict, place);
        let name = self.name(place);
        let resolution = messages::describe_resolution_at(self.conflict, place, outcome, self.names());
        Some(format!("{name}: {resolution}."))
    }

    /// Returns whether the selected change is an open conflict.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.view.place.is_some_and(|place| self.conflict.is_open(place))
    }

    /// Returns the lines of the result, with a placeholder for each open conflict.
    pub fn result(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let title = self.conflict.title().chosen();
        lines.push(title.map_or_else(|| "Title: open.".to_owned(), |title| format!("Title: {title}")));
        if let Some(whole) = self.conflict.full_override() {
            lines.extend(whole.lines().map(str::to_owned));
            return lines;
        }
        let merge = self.conflict.content().merge();
        for region in 0..merge.regions().len() {
            let place = ChangeId::Region(region);
            if self.conflict.is_open(place) {
                lines.push(format!("({}: open)", self.name(place)));
            } else {
                lines.extend(self.outcome_lines(place, Resolution::at(self.conflict, place)));
            }
        }
        lines
    }

    /// Returns the conflict with a number, counted from 1.
    #[must_use]
    pub fn place(&self, number: usize) -> Option<ChangeId> {
        number.checked_sub(1).and_then(|at| conflicts(self.conflict).nth(at))
    }

    /// Returns a sentence with the commands that can come next.
    fn next(&self) -> String {
        let open = self.conflict.open_count();
        if open == 0 {
            let (save, result) = (&self.save, "'result'");
            let summary = summary::describe_decisions(self.conflict, &self.view.proposals, self.names());
            let summary = summary.map(|said| format!(" ({said})")).unwrap_or_default();
            return format!(
                "All is decided. {save} saves the result{summary}; {result} reads it first, 'conflicts' lists the \
                 decisions."
            );
        }
        let ways = "Say 'mine', 'theirs', 'both', 'base', or 'edit' and your own text.";
        if self.is_open() { ways.to_owned() } else { format!("{open} open; 'next' goes to the next one.") }
    }

    /// Returns the number of a change, its resolution, and its description.
    fn head(&self, place: ChangeId) -> String {
        let outcome = self.view.proposals.outcome(self.conflict, place);
        let names = self.names();
        let what = messages::describe_change(self.conflict, place, names);
        format!(
            "{}, {}: {what}.",
            self.name(place),
            messages::describe_resolution_at(self.conflict, place, outcome, names)
        )
    }

    /// Returns the name of a change: 'Conflict 2 of 3'.
    fn name(&self, place: ChangeId) -> String {
        match conflicts(self.conflict).position(|other| other == place) {
            Some(at) => format!("Conflict {} of {}", at + 1, conflicts(self.conflict).count()),
            None => "A change".to_owned(),
        }
    }

    fn lines(&self, place: ChangeId, side: Side) -> Vec<String> {
        let line = |number| text::line(self.conflict, place, side, number);
        (0..).map_while(line).map(std::borrow::Cow::into_owned).filter(|line| is_shown(place, line)).collect()
    }

    fn outcome_lines(&self, place: ChangeId, outcome: Resolution) -> Vec<String> {
        let line = |number| text::chosen(self.conflict, place, outcome, number);
        (0..).map_while(line).map(std::borrow::Cow::into_owned).filter(|line| is_shown(place, line)).collect()
    }

    const fn names(&self) -> SideNames<'_> {
        SideNames(self.sides)
    }
}

/// Returns whether a line is read out: an empty title or parent is not.
fn is_shown(place: ChangeId, line: &str) -> bool {
    matches!(place, ChangeId::Region(_)) || !line.is_empty()
}

/// Returns all conflicts, decided or not, in the order of their numbers.
fn conflicts(conflict: &DocumentMerge) -> impl Iterator<Item = ChangeId> {
    conflict.changes().iter().copied().filter(|&place| resolution::kind(conflict, place).is_conflict())
}

/// Returns each line with the label in front, so that each line by itself says whose it is.
fn labelled(label: &str, lines: &[String]) -> Vec<String> {
    if lines.is_empty() {
        return vec![format!("{label}: nothing")];
    }
    lines.iter().map(|line| format!("{label}: {}", if line.is_empty() { "an empty line" } else { line })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MergeKeyNames;
    use crate::action::MergeAction;
    use crate::fixture::{conflict, sides, titles};

    fn key(action: MergeAction) -> String {
        MergeKeyNames::default().of(action).to_owned()
    }

    fn spoken<'a>(conflict: &'a DocumentMerge, view: &'a MergeView, sides: &'a SideStyles) -> SpokenMerge<'a> {
        SpokenMerge { conflict, view, sides, way: &key, save: "'save'".to_owned() }
    }

    fn said(conflict: &DocumentMerge) -> Vec<String> {
        let (view, sides) = (MergeView::new(conflict), sides());
        spoken(conflict, &view, &sides).current_lines()
    }

    #[test]
    fn each_line_of_a_conflict_is_labelled() {
        let conflict = conflict("a\nb\nc\nd\n", "a\nB\nB2\nc\nD\n", "a\nc\nd!\n");
        let lines = said(&conflict);
        assert_eq!(
            lines[..5],
            [
                "Conflict 1 of 2, open: bob deleted this, you changed it.",
                "base: b",
                "mine: B",
                "mine: B2",
                "theirs: nothing"
            ]
        );
        assert!(lines[5].starts_with("Say 'mine'"), "{lines:?}");
    }

    #[test]
    fn title_can_be_a_conflict() {
        let lines = said(&titles());
        assert!(lines[0].starts_with("Conflict 1 of 1, open: title: you and bob both changed it"), "{lines:?}");
        assert!(lines.contains(&"theirs: Bread rolls".to_owned()), "{lines:?}");
    }

    #[test]
    fn result_has_a_placeholder_for_an_open_conflict() {
        let conflict = conflict("a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nb!\nc\nD\n");
        let (view, sides) = (MergeView::new(&conflict), sides());
        let aloud = spoken(&conflict, &view, &sides);
        assert_eq!(aloud.result()[1..], ["a", "(Conflict 1 of 1: open)", "c", "D"]);
    }
}

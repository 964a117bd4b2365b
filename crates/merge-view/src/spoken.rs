//! A merge in lines to be heard one after the other: the conflict at hand with its sides, labelled; all of them in
//! short; the result. Nothing is told by position or by look.
//!
//! The lines are foreign text in part, and not all of it is made visible here: the caller does that.

use editor::{ChangeId, DocumentMerge};
use merge::Side;

use crate::messages::{self, SideNames};
use crate::resolution::{self, Resolution};
use crate::sides::SideStyles;
use crate::status::Way;
use crate::text;
use crate::view::MergeView;

/// A merge, for ears.
pub struct SpokenMerge<'a> {
    /// The merge.
    pub conflict: &'a DocumentMerge,
    /// Where the user is in it.
    pub view: &'a MergeView,
    /// Who the two sides are.
    pub sides: &'a SideStyles,
    /// How an action is asked for.
    pub way: Way,
    /// How the result is saved.
    pub save: String,
}

impl SpokenMerge<'_> {
    /// Returns what the view has to say about the last command, if anything.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.view.note.map(|note| note.words(self.conflict, self.names(), self.way))
    }

    /// Returns the selected conflict and the commands for it, or what comes next if it is decided.
    #[must_use]
    pub fn current_lines(&self) -> Vec<String> {
        if self.is_open() { self.change() } else { vec![self.next()] }
    }

    /// The change at hand: what happened there, the sides line by line, what stands in the result, and what can be
    /// said.
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
        let standing = self.view.proposals.outcome(self.conflict, place);
        if standing != Resolution::Open {
            lines.extend(labelled("result", &self.outcome_lines(place, standing)));
        }
        lines.extend(
            self.view.notices_at(place).map(|notice| messages::describe_notice(self.conflict, notice, self.names())),
        );
        lines.push(self.next());
        lines
    }

    /// Returns every conflict and every other change, each in a line.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.conflict.changes().into_iter().map(|place| self.head(place)).collect();
        lines.extend(messages::describe_chosen_format(self.conflict, self.names()));
        lines.push(self.next());
        lines
    }

    /// Returns the resolution of the selected change.
    #[must_use]
    pub fn decided(&self) -> Option<String> {
        let place = self.view.place?;
        let standing = self.view.proposals.outcome(self.conflict, place);
        let name = self.name(place);
        Some(format!("{name}: {}.", messages::describe_resolution(standing, self.names())))
    }

    /// Returns whether the selected change waits for a decision.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.view.place.is_some_and(|place| self.conflict.is_open(place))
    }

    /// Returns the present result, with the name of a conflict in place of its text while it is open.
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

    /// Returns the conflict with that number, from 1.
    #[must_use]
    pub fn place(&self, number: usize) -> Option<ChangeId> {
        number.checked_sub(1).and_then(|at| conflicts(self.conflict).nth(at))
    }

    /// What comes next.
    fn next(&self) -> String {
        let open = self.conflict.open_count();
        if open == 0 {
            let (save, result) = (&self.save, "'result'");
            return format!(
                "All is decided. {save} saves the result; {result} reads it first, 'conflicts' says what came of each."
            );
        }
        let ways = "Say 'mine', 'theirs', 'both', 'base', or 'edit' and a text of your own.";
        if self.is_open() { ways.to_owned() } else { format!("{open} open; 'next' goes to one.") }
    }

    /// Returns the number of a change, its resolution, and what happened there.
    fn head(&self, place: ChangeId) -> String {
        let standing = self.view.proposals.outcome(self.conflict, place);
        let names = self.names();
        let what = messages::describe_change(self.conflict, place, names);
        format!("{}, {}: {what}.", self.name(place), messages::describe_resolution(standing, names))
    }

    /// 'Conflict 2 of 3'.
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

    fn outcome_lines(&self, place: ChangeId, standing: Resolution) -> Vec<String> {
        let line = |number| text::chosen(self.conflict, place, standing, number);
        (0..).map_while(line).map(std::borrow::Cow::into_owned).filter(|line| is_shown(place, line)).collect()
    }

    const fn names(&self) -> SideNames<'_> {
        SideNames(self.sides)
    }
}

/// Returns whether a line is shown: an empty title is not.
fn is_shown(place: ChangeId, line: &str) -> bool {
    matches!(place, ChangeId::Region(_)) || !line.is_empty()
}

/// All conflicts, decided or not, in the order in which they are numbered.
fn conflicts(conflict: &DocumentMerge) -> impl Iterator<Item = ChangeId> {
    conflict.changes().into_iter().filter(|&place| resolution::kind(conflict, place).is_conflict())
}

/// Returns each line with its label before it, so that each line alone says whose it is.
fn labelled(label: &str, lines: &[String]) -> Vec<String> {
    if lines.is_empty() {
        return vec![format!("{label}: nothing")];
    }
    lines.iter().map(|line| format!("{label}: {}", if line.is_empty() { "an empty line" } else { line })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{conflict, sides, titles};

    fn spoken<'a>(conflict: &'a DocumentMerge, view: &'a MergeView, sides: &'a SideStyles) -> SpokenMerge<'a> {
        SpokenMerge { conflict, view, sides, way: messages::key, save: "'save'".to_owned() }
    }

    fn said(conflict: &DocumentMerge) -> Vec<String> {
        let (view, sides) = (MergeView::new(conflict), sides());
        spoken(conflict, &view, &sides).current_lines()
    }

    #[test]
    fn each_side_of_a_conflict_is_labelled_line_by_line() {
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
    fn titles_and_parents_are_conflicts_like_others() {
        let lines = said(&titles());
        assert!(lines[0].starts_with("Conflict 1 of 1, open: title: you and bob both changed it"), "{lines:?}");
        assert!(lines.contains(&"theirs: Bread rolls".to_owned()), "{lines:?}");
    }

    #[test]
    fn the_result_names_what_is_open_in_its_place() {
        let conflict = conflict("a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nb!\nc\nD\n");
        let (view, sides) = (MergeView::new(&conflict), sides());
        let aloud = spoken(&conflict, &view, &sides);
        assert_eq!(aloud.result()[1..], ["a", "(Conflict 1 of 1: open)", "c", "D"]);
    }
}

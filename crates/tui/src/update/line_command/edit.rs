//! Editing by line: the same edits of the same buffer that keys make by moving and selecting.
//!
//! Lines are counted from 1. The empty piece after the last line end is not counted: a listener does not hear it.

use terminal::edit::{Edit, Motion};

use super::super::editor::with_document;
use super::super::typing::type_key;
use super::merge::manual_edit;
use super::print::print;
use crate::effect::Effect;
use crate::open_document::Properties;
use crate::plain::LineBlock;
use crate::plain::changes::sentence;
use crate::plain::listing::{ends_with_line_end, line_count};
use crate::plain::parse::TextPosition;
use crate::property_prompt::{Property, with_value};
use crate::state::State;

/// Begins a block of lines, which ends at a single dot.
pub(super) fn begin(state: &mut State, spot: TextPosition) -> Vec<Effect> {
    if let Some(why) = why_not(state, spot) {
        print(state, why);
        return Vec::new();
    }
    print(state, "Say the lines; a single dot on its own line ends them.");
    if let Some(plain) = &mut state.plain {
        plain.block = Some(LineBlock { spot, lines: Vec::new() });
    }
    Vec::new()
}

/// Writes lines at a position.
pub(super) fn write(state: &mut State, spot: TextPosition, lines: &[String]) -> Vec<Effect> {
    place(state, spot, lines).0
}

/// Writes lines at a position. Returns false, after printing why, if there is no such position.
pub(super) fn place(state: &mut State, spot: TextPosition, lines: &[String]) -> (Vec<Effect>, bool) {
    if let Some(why) = why_not(state, spot) {
        print(state, why);
        return (Vec::new(), false);
    }
    let Some(work) = state.document() else { return (Vec::new(), false) };
    let (count, ends) = (line_count(work), ends_with_line_end(work));
    let text = lines.join("\n");
    let edits = match spot {
        TextPosition::Conflict(number) => return manual_edit(state, number, &text),
        _ if lines.is_empty() => Vec::new(),
        TextPosition::Line(number) => in_place_of(number - 1, &work.buffer.line(number - 1), text),
        TextPosition::Before(number) if number <= count => {
            vec![move_to(Motion::Line(number - 1)), Edit::InsertText(format!("{text}\n"))]
        }
        TextPosition::Before(_) | TextPosition::End if ends => {
            vec![move_to(Motion::Bottom), Edit::InsertText(format!("{text}\n"))]
        }
        TextPosition::Before(_) | TextPosition::End => {
            vec![move_to(Motion::Bottom), Edit::InsertText(format!("\n{text}"))]
        }
    };
    (apply(state, edits), true)
}

/// Pastes the register at a position, as lines of their own and byte for byte.
pub(super) fn paste(state: &mut State, spot: TextPosition) -> Vec<Effect> {
    if let Some(why) = why_not(state, spot) {
        print(state, why);
        return Vec::new();
    }
    let text = state.clipboard.register.clone();
    let Some(work) = state.document() else { return Vec::new() };
    let (count, ends) = (line_count(work), ends_with_line_end(work));
    let is_ended = text.ends_with('\n');
    let mut edits = match spot {
        _ if text.is_empty() => return Vec::new(),
        TextPosition::Before(number) if number <= count => {
            vec![move_to(Motion::Line(number - 1)), Edit::InsertExact(text)]
        }
        _ if ends => vec![move_to(Motion::Bottom), Edit::InsertExact(text)],
        _ => {
            // The last line has no line end, so the pasted text must not end with one either.
            let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
            vec![move_to(Motion::Bottom), line_end(), Edit::InsertExact(text.to_owned())]
        }
    };
    let goes_on = ends || matches!(spot, TextPosition::Before(number) if number <= count);
    if goes_on && !is_ended {
        edits.push(line_end());
    }
    apply(state, edits)
}

/// Deletes a range of lines.
pub(super) fn delete(state: &mut State, from: usize, until: usize) -> Vec<Effect> {
    let Some(work) = state.document() else { return no_document(state) };
    let (count, all) = (line_count(work), work.buffer.line_count());
    if from == 0 || from > until || until > count {
        print(state, out_of_range(count));
        return Vec::new();
    }
    let edits = if until < all {
        vec![move_to(Motion::Line(from - 1)), select(Motion::Line(until)), Edit::Delete]
    } else if from == 1 {
        vec![Edit::SelectAll, Edit::Delete]
    } else {
        // The last line has no line end of its own, so the line end before it is deleted with it.
        vec![move_to(Motion::Line(from - 2)), move_to(Motion::LineEnd), select(Motion::Bottom), Edit::Delete]
    };
    apply(state, edits)
}

/// Replaces the first occurrence of a text.
pub(super) fn replace(state: &mut State, old: &str, new: &str) -> Vec<Effect> {
    let Some(work) = state.document() else { return no_document(state) };
    let found = (0..work.buffer.line_count()).find(|&row| work.buffer.line(row).contains(old));
    let Some(at) = found else {
        print(state, format!("No line of the text contains '{old}'."));
        return Vec::new();
    };
    let line = work.buffer.line(at);
    let edits = in_place_of(at, &line, line.replacen(old, new, 1));
    apply(state, edits)
}

/// Changes the title or the parent of the document. An empty parent is none.
pub(super) fn set_property(state: &mut State, property: Property, value: &str) -> Vec<Effect> {
    let Some(work) = state.document() else { return no_document(state) };
    let before = Properties::of(work.editor.mine());
    match with_value(work.editor.id(), property, value, &before) {
        Ok(wanted) => with_document(state, |work, _| {
            let effects = work.set_properties(wanted);
            work.remember_properties(before);
            effects
        }),
        Err(why) => {
            print(state, sentence(&why));
            Vec::new()
        }
    }
}

/// Returns why nothing can be written at a position, or `None` if it can.
fn why_not(state: &State, spot: TextPosition) -> Option<String> {
    let Some(work) = state.document() else { return Some(NO_DOCUMENT.to_owned()) };
    let count = line_count(work);
    match spot {
        TextPosition::Line(number) if number == 0 || number > count => Some(out_of_range(count)),
        TextPosition::Before(0) => Some(out_of_range(count)),
        TextPosition::Before(number) if number > count + 1 => Some(out_of_range(count)),
        _ => None,
    }
}

const NO_DOCUMENT: &str = "No document is open; 'open NAME' opens one.";

fn no_document(state: &mut State) -> Vec<Effect> {
    print(state, NO_DOCUMENT);
    Vec::new()
}

fn out_of_range(count: usize) -> String {
    match count {
        0 => "The text is empty; 'add' and a text begins it.".to_owned(),
        1 => "The text has 1 line.".to_owned(),
        count => format!("The text has {count} lines, from 1 to {count}."),
    }
}

/// Returns the edits that replace the line at an index with a text.
fn in_place_of(at: usize, line: &str, text: String) -> Vec<Edit> {
    let change = match (line.is_empty(), text.is_empty()) {
        (true, true) => return Vec::new(),
        (false, true) => Edit::Delete,
        // A carriage return within the line is kept.
        (_, false) => Edit::InsertExact(text),
    };
    vec![move_to(Motion::Line(at)), select(Motion::LineEnd), change]
}

/// Returns the edit that inserts a line end, without the indentation that Enter keeps.
fn line_end() -> Edit {
    Edit::InsertText("\n".to_owned())
}

const fn move_to(to: Motion) -> Edit {
    Edit::Move { to, select: false }
}

const fn select(to: Motion) -> Edit {
    Edit::Move { to, select: true }
}

fn apply(state: &mut State, edits: Vec<Edit>) -> Vec<Effect> {
    edits.into_iter().flat_map(|edit| type_key(state, &edit)).collect()
}

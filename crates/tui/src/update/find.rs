//! Finds and replaces words in the text in view, and goes to a line by its number.

use terminal::edit::Edit;
use terminal::line_input::LineInput;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::editor::with_document;
use crate::action::{Action, Context};
use crate::content::find;
use crate::effect::Effect;
use crate::find::{FindPrompt, SearchResult};
use crate::open_document::OpenDocument;
use crate::overlay::Overlay;
use crate::scroll::Movement;
use crate::state::State;

/// Opens the prompt that finds; in an open prompt, gives the keys to the pattern.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if let Some(prompt) = prompt_mut(state) {
        if prompt.types_replacement() {
            prompt.switch_input();
        }
        return Vec::new();
    }
    let Some(work) = state.document() else { return Vec::new() };
    // A selection within one line is what the user most likely looks for.
    let selected = work.buffer.selected().filter(|selected| !selected.contains('\n'));
    let origin = work.buffer.selection().map_or(work.buffer.position(), |selection| selection.start);
    let last = &state.last_search;
    let prompt = FindPrompt::new(selected.as_deref().unwrap_or(&last.pattern), last.options, origin);
    state.overlays.push(Overlay::Find(Box::new(prompt)));
    search(state);
    Vec::new()
}

/// Opens the prompt that replaces, or adds the replacement to an open prompt, and gives the keys to it.
pub(super) fn open_replace(state: &mut State) -> Vec<Effect> {
    let was_open = prompt_mut(state).is_some();
    open(state);
    let proposed = state.last_search.replacement.clone();
    if let Some(prompt) = prompt_mut(state) {
        prompt.add_replacement(&proposed);
        if was_open && !prompt.types_replacement() {
            prompt.switch_input();
        }
    }
    Vec::new()
}

/// Gives the keys to the other input of the prompt; the first time, adds the replacement.
pub(super) fn switch_input(state: &mut State) -> Vec<Effect> {
    match prompt_mut(state) {
        Some(prompt) if prompt.replacement().is_some() => prompt.switch_input(),
        Some(_) => _ = open_replace(state),
        None => {}
    }
    Vec::new()
}

/// Applies an edit to the prompt.
pub(super) fn type_in(state: &mut State, edit: &Edit) {
    let mut register = std::mem::take(&mut state.clipboard.register);
    let changed = prompt_mut(state).is_some_and(|prompt| prompt.type_in(edit, &mut register));
    state.clipboard.register = register;
    if changed {
        search(state);
    }
}

/// Changes how the pattern is read, and searches again.
pub(super) fn toggle(state: &mut State, toggle: fn(&mut FindPrompt)) -> Vec<Effect> {
    if let Some(prompt) = prompt_mut(state) {
        toggle(prompt);
        search(state);
    }
    Vec::new()
}

/// Goes to another match.
pub(super) fn step(state: &mut State, movement: Movement) -> Vec<Effect> {
    follow_text(state);
    if let Some(prompt) = prompt_mut(state) {
        prompt.step(if matches!(movement, Movement::Up | Movement::PageUp) { -1 } else { 1 });
        show_result(state);
    }
    Vec::new()
}

/// Searches for the last pattern again without a prompt, and selects the next or previous match.
pub(super) fn find_again(state: &mut State, movement: Movement) -> Vec<Effect> {
    if state.last_search.pattern.is_empty() {
        return open(state);
    }
    let last = state.last_search.clone();
    let Some(work) = state.document() else { return Vec::new() };
    let selection = work.buffer.selection();
    let mut prompt =
        FindPrompt::new(&last.pattern, last.options, selection.map_or(work.buffer.position(), |s| s.start));
    prompt.search(work.buffer.snapshot());
    let is_here = prompt.result().found().and_then(|found| found.current()) == work.buffer.selection().as_ref();
    if is_here || movement == Movement::Up {
        prompt.step(if movement == Movement::Up { -1 } else { 1 });
    }
    let words = sanitize(&last.pattern).into_owned();
    let Some(found) = prompt.result().found().filter(|found| !found.ranges().is_empty()) else {
        return state.say(Role::Warning, format!("no match of \"{words}\""));
    };
    let (current, words) = (found.current().cloned(), format!("\"{words}\": {}", find::position(found)));
    if let Some(current) = current {
        with_document(state, |work, _| {
            work.buffer.select(current);
            Vec::new()
        });
    }
    state.say(Role::Info, words)
}

/// Enter: goes to the next match, or replaces the current one, if the keys go to the replacement.
pub(super) fn confirm(state: &mut State) -> Vec<Effect> {
    if prompt_mut(state).is_some_and(|prompt| prompt.types_replacement()) {
        replace(state)
    } else {
        step(state, Movement::Down)
    }
}

/// Replaces the current match, and goes to the next one.
fn replace(state: &mut State) -> Vec<Effect> {
    follow_text(state);
    let Some(Overlay::Find(prompt)) = state.overlays.last() else { return Vec::new() };
    let template = prompt.replacement().map_or("", LineInput::text);
    let Some((range, new)) = prompt.result().found().and_then(|found| found.replacement(template)) else {
        return Vec::new();
    };
    let end = range.start + new.len();
    let effects = with_document(state, |work, _| work.replace_ranges(&[(range, new)]));
    if let Some(prompt) = prompt_mut(state) {
        prompt.go_on_from(end);
    }
    search(state);
    effects
}

/// Replaces all matches as one step, and closes the prompt.
pub(super) fn replace_all(state: &mut State) -> Vec<Effect> {
    follow_text(state);
    let Some(Overlay::Find(prompt)) = state.overlays.last() else { return Vec::new() };
    let template = prompt.replacement().map_or("", LineInput::text);
    let replacements = prompt.result().found().map_or_else(Vec::new, |found| found.replacements(template));
    if replacements.is_empty() {
        return Vec::new();
    }
    close(state);
    let effects = with_document(state, |work, _| work.replace_ranges(&replacements));
    let undo = state.hint_for(Action::Undo, Context::Text);
    state.say(Role::Good, format!("{} replaced; {undo} takes them all back", replacements.len()));
    effects
}

/// Closes the prompt. The cursor stays at the current match or, if there is none, returns to its place.
pub(super) fn close(state: &mut State) {
    let Some(Overlay::Find(prompt)) = state.overlays.last() else { return };
    state.last_search = prompt.as_last_search();
    let has_match = prompt.result().found().is_some_and(|found| found.current().is_some());
    let origin = prompt.origin();
    state.overlays.pop();
    with_document(state, |work, _| {
        work.buffer.mark(Vec::new());
        if !has_match {
            work.buffer.put_cursor(origin);
        }
        Vec::new()
    });
}

/// Searches again if the text has changed beneath the prompt, since a response may have replaced it.
pub(super) fn follow_text(state: &mut State) {
    let Some(Overlay::Find(prompt)) = state.overlays.last() else { return };
    if state.document().is_some_and(|work| prompt.is_outdated(&work.buffer.snapshot())) {
        search(state);
    }
}

/// Opens the prompt for the number of a line.
pub(super) fn open_go_to(state: &mut State) -> Vec<Effect> {
    state.overlays.push(Overlay::GoToLine(Box::default()));
    Vec::new()
}

/// Goes to the line whose number was typed. If that is not a number, the prompt stays open.
pub(super) fn go_to_line(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::GoToLine(line)) = state.overlays.last() else { return Vec::new() };
    let Ok(number) = line.text().trim().parse::<usize>() else { return Vec::new() };
    state.overlays.pop();
    with_document(state, |work, _| {
        work.buffer.go_to(number.saturating_sub(1));
        Vec::new()
    })
}

fn prompt_mut(state: &mut State) -> Option<&mut FindPrompt> {
    if let Some(Overlay::Find(prompt)) = state.overlays.last_mut() { Some(prompt) } else { None }
}

fn search(state: &mut State) {
    let Some(text) = state.document().map(|work| work.buffer.snapshot()) else { return };
    if let Some(prompt) = prompt_mut(state) {
        prompt.search(text);
    }
    show_result(state);
}

/// Marks the matches in the text, and selects the current one.
fn show_result(state: &mut State) {
    let Some(Overlay::Find(prompt)) = state.overlays.last() else { return };
    let (marks, current) = match prompt.result() {
        SearchResult::Nothing | SearchResult::Invalid(_) => (Vec::new(), None),
        SearchResult::Found(found) => (found.ranges().to_vec(), found.current().cloned()),
    };
    let origin = prompt.origin();
    with_document(state, |work: &mut OpenDocument, _| {
        work.buffer.mark(marks);
        match current {
            Some(current) => work.buffer.select(current),
            None => work.buffer.put_cursor(origin),
        }
        Vec::new()
    });
}

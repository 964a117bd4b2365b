//! The list of the palette: every action, those that fit what the user typed first.
//!
//! It is about the view below the palette, and is computed from the state each time, so that an action which has become
//! available meanwhile is shown so.

use std::cmp::Reverse;

use terminal::key::Key;

use super::Palette;
use crate::action::{Action, BINDINGS, Binding, BoundAction, Context, contexts_of};
use crate::availability::{is_unavailable_here, why_unavailable_in};
use crate::file_messages;
use crate::fuzzy::fuzzy_match;
use crate::scroll::moved_selection;
use crate::state::State;

/// An action in the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PaletteRow {
    pub(crate) action: Action,
    pub(crate) name: &'static str,
    /// Its keys in this context or, if it does not apply here, in the first one in which it does.
    pub(crate) keys: Vec<Key>,
    /// The sentence of the help.
    pub(crate) help: &'static str,
    /// Why it is unavailable, or `None` if it is available.
    pub(crate) off: Option<String>,
    /// The characters of the name that the user typed, by index.
    pub(crate) matched: Vec<usize>,
    fit: Fit,
    /// Whether the action applies in the view below the palette.
    is_here: bool,
}

/// How well an action fits what the user typed, higher is better.
///
/// Among actions of one kind, those that are available come first, whatever their score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The words of its help do.
    Words,
    /// The letters of its name do, with this score.
    Letters(i32),
    /// Its name begins with what was typed.
    Start(i32),
}

impl Fit {
    const fn kind(self) -> u8 {
        match self {
            Self::Words => 0,
            Self::Letters(_) => 1,
            Self::Start(_) => 2,
        }
    }
}

/// Returns the list: the best fit first; of equal ones, first those that are available.
pub(crate) fn rows(palette: &Palette, state: &State) -> Vec<PaletteRow> {
    let context = state.context_below();
    let here: Vec<&BoundAction> = state.keys.actions(context).iter().collect();
    let is_here = |action: Action| here.iter().any(|bound| bound.row.action == action);
    let mut elsewhere: Vec<(&'static Binding, Vec<Key>)> = Vec::new();
    for row in BINDINGS.iter().filter(|row| !is_here(row.action)) {
        if !elsewhere.iter().any(|(other, _)| other.action == row.action) {
            elsewhere.push((row, state.keys.keys_of(row.action, context).to_vec()));
        }
    }
    let all = here.iter().map(|bound| (bound.row, bound.keys.to_vec())).chain(elsewhere);
    let listed = all.filter(|(row, _)| row.action != Action::Palette && !is_unavailable_here(row.action, state));
    let mut rows: Vec<_> = listed
        .filter_map(|(row, keys)| fitting_row(palette, state, row, keys, is_here(row.action).then_some(context)))
        .collect();
    // The sort is stable: otherwise, the order is the table's.
    rows.sort_by_key(|row| (Reverse(row.fit.kind()), row.off.is_some(), !row.is_here, Reverse(row.fit)));
    rows
}

/// Returns the row of an action if it fits; `context` is `None` if the action does not apply here.
fn fitting_row(
    palette: &Palette,
    state: &State,
    row: &'static Binding,
    keys: Vec<Key>,
    context: Option<Context>,
) -> Option<PaletteRow> {
    let here = context.unwrap_or_else(|| contexts_of(row.action).next().unwrap_or(Context::Text));
    let help = file_messages::help(row.action, here).filter(|_| state.is_files()).unwrap_or(row.help);
    let query = palette.query();
    let (fit, matched) = match fuzzy_match(query, row.name) {
        Some(found) if found.places.iter().copied().eq(0..found.places.len()) => {
            (Fit::Start(found.score), found.places)
        }
        Some(found) => (Fit::Letters(found.score), found.places),
        None if has_words(query, row.hint, help) => (Fit::Words, Vec::new()),
        None => return None,
    };
    let off = match context {
        Some(context) => why_unavailable_in(row.action, context, state),
        None => Some(only_elsewhere(row.action, state.context_below())),
    };
    let is_here = context.is_some();
    Some(PaletteRow { action: row.action, name: row.name, keys, help, off, matched, fit, is_here })
}

/// Returns the index of the selected row.
pub(crate) fn selected(palette: &Palette, rows: &[PaletteRow]) -> usize {
    let at = palette.selected().and_then(|action| rows.iter().position(|row| row.action == action));
    at.unwrap_or_default()
}

/// Selects the row that is this many rows further down in the list.
pub(crate) fn select_by(palette: &mut Palette, rows: &[PaletteRow], by: isize) {
    let to = moved_selection(Some(selected(palette, rows)), by, rows.len());
    palette.select(rows.get(to).map(|row| row.action));
}

/// Returns whether each word of a query is in the words about an action.
fn has_words(query: &str, hint: &str, help: &str) -> bool {
    let about = format!("{hint} {help}").to_lowercase();
    query.to_lowercase().split_whitespace().all(|word| word.len() > 2 && about.contains(word))
}

/// Returns why an action does not apply in a context, naming the others if they are few.
fn only_elsewhere(action: Action, context: Context) -> String {
    let places: Vec<&str> = contexts_of(action).map(Context::place_name).collect();
    match places.as_slice() {
        [one] => format!("only {one}"),
        [one, other] => format!("only {one} or {other}"),
        _ => format!("it does not apply {}", context.place_name()),
    }
}

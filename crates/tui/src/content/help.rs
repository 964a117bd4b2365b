//! The help for a context: its keys from the table of actions, terms for newcomers, and the other keys.

use ratatui::text::{Line, Span};
use terminal::key::Key;
use terminal::sanitize::sanitize;
use terminal::theme::Role;
use traffic::filter::CODES;

use super::text;
use crate::action::{Applies, BoundAction, Context};
use crate::availability::{is_unavailable_here, why_unavailable_in};
use crate::file_messages;
use crate::overlay::Overlay;
use crate::state::State;

/// The width of the column for keys and terms.
const KEY_COLUMN_WIDTH: usize = 12;

/// Shown instead of keys for an action that only the palette has.
const NO_KEY: &str = "(no key)";

/// Terms on the screen that need an explanation.
const GLOSSARY: [(&str, &str); 5] = [
    ("base", "the version that my text started from; a save names its ETag"),
    ("stale", "another author has saved a newer version; I can still type"),
    ("412", "a save named a version that was replaced: nothing is written"),
    ("428", "a save named no version at all: nothing is written"),
    ("held", "the request waits at the server's gate, and is not judged yet"),
];

/// The syntax of filters: operators, grouping, and quoted texts.
const JOINED_TERMS: [(&str, &str); 4] = [
    ("! & |", "not, and, or; ! binds tightest, then &, then |; terms side by side must all match"),
    ("( )", "grouping"),
    ("\" \" or ' '", "around a text with blanks or operators in it, such as ~h 'if-match: \"v1'"),
    ("text", "matches literally, in upper or lower case; it is not a pattern"),
];

/// Returns the lines of the help about a context, for a given width.
pub(crate) fn lines(state: &State, about: Context, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let title = |words: String| Line::styled(words, state.theme.style(Role::Title));
    let there = state.keys.actions(about).iter().filter(|bound| !is_unavailable_here(bound.row.action, state));
    let terms = if state.is_files() { &file_messages::TERMS } else { &GLOSSARY };
    let (here, everywhere): (Vec<&BoundAction>, Vec<&BoundAction>) =
        there.partition(|bound| bound.row.applies != Applies::Everywhere);
    let terms: Vec<Line<'_>> = if state.is_predicting() {
        // The meaning of a status may be the answer.
        text::paragraph(&format!("terms: {}", state.hidden_words()), width, state.theme.style(Role::Text))
    } else {
        terms.iter().flat_map(|(word, words)| beside(state, word, words, Role::Text, width)).collect()
    };
    let mut lines = vec![title(format!("Keys {}", about.place_name()))];
    // The keys that the footer names are the most important ones.
    let (first, others): (Vec<&BoundAction>, Vec<&BoundAction>) =
        here.into_iter().partition(|bound| !bound.row.hint.is_empty());
    let here = [first, others].concat();
    lines.extend(here.into_iter().flat_map(|row| row_lines(state, row, about, width)));
    lines.push(Line::default());
    let is_of_versions = state.overlays.iter().any(|screen| matches!(screen, Overlay::VersionFilter(_)));
    if about == Context::Wire || about == Context::Filter && !is_of_versions {
        lines.push(title("Filters".to_owned()));
        let tests = CODES.iter().map(|(code, words)| (format!("~{code}"), *words));
        let joined = JOINED_TERMS.iter().map(|(sign, words)| ((*sign).to_owned(), *words));
        lines.extend(tests.chain(joined).flat_map(|(sign, words)| beside(state, &sign, words, Role::Text, width)));
        lines.push(Line::default());
    }
    lines.push(title("Terms".to_owned()));
    lines.extend(terms);
    lines.push(Line::default());
    lines.push(title("Keys everywhere".to_owned()));
    lines.extend(everywhere.into_iter().flat_map(|row| row_lines(state, row, about, width)));
    if let Some(log) = &state.disk.log {
        lines.push(Line::default());
        let words = format!("{}; IFMATCH_LOG=debug makes it say more", sanitize(&log.to_string_lossy()));
        lines.extend(beside(state, "log", &words, Role::Text, width));
    }
    lines
}

/// Returns a row: its keys, its help, and the reason if it is unavailable.
fn row_lines(state: &State, bound: &BoundAction, about: Context, width: usize) -> Vec<Line<'static>> {
    let row = bound.row;
    let keys = if bound.keys.is_empty() { NO_KEY.to_owned() } else { join_keys(&bound.keys) };
    let off = why_unavailable_in(row.action, about, state);
    let help = file_messages::help(row.action, about).filter(|_| state.is_files()).unwrap_or(row.help);
    let words = match &off {
        Some(why) => format!("{help} (off: {why})"),
        None => help.to_owned(),
    };
    let role = if off.is_some() { Role::Dim } else { Role::Text };
    beside(state, &keys, &words, role, width)
}

/// Returns keys as labelled on the keyboard, separated by commas.
fn join_keys(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Returns a name with an explanation beside it.
fn beside(state: &State, name: &str, words: &str, role: Role, width: usize) -> Vec<Line<'static>> {
    let room = width.saturating_sub(KEY_COLUMN_WIDTH + 1).max(1);
    let first = Span::styled(format!("{name:<KEY_COLUMN_WIDTH$} "), state.theme.style(Role::Key));
    let indent = Span::raw(" ".repeat(KEY_COLUMN_WIDTH + 1));
    let starts = std::iter::once(first).chain(std::iter::repeat(indent));
    let wrapped = text::wrap(words, room);
    let lines = starts.zip(wrapped).map(|(start, line)| vec![start, Span::styled(line, state.theme.style(role))]);
    lines.map(|spans| text::clip(spans, width, state.theme.glyphs.more)).collect()
}

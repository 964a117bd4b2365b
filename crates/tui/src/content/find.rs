//! The words of the prompt that finds and replaces, and the rows that it takes.

use ratatui::text::Line;
use terminal::line_input::LineInput;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::text;
use crate::find::{FindPrompt, FoundMatches, SearchResult};
use crate::overlay::Overlay;
use crate::state::State;

/// The rows of a pane from which on a replacement is previewed.
const MIN_ROWS_WITH_PREVIEW: u16 = 10;

/// Returns how many rows the prompt takes of a pane with that many rows inside.
///
/// It is 0 if no such prompt is open.
pub(crate) fn height(state: &State, pane_rows: u16) -> u16 {
    match state.overlays.last() {
        Some(Overlay::GoToLine(_)) => 1,
        Some(Overlay::Property(prompt)) if state.list_below().is_none() => 1 + u16::from(prompt.trouble.is_some()),
        Some(Overlay::Find(prompt)) => {
            let is_invalid = matches!(prompt.result(), SearchResult::Invalid(_));
            let inputs = 1 + u16::from(prompt.replacement().is_some());
            let previews = if is_invalid { 1 } else { 2 * u16::from(prompt.replacement().is_some()) };
            inputs + if pane_rows >= MIN_ROWS_WITH_PREVIEW { previews } else { 0 }
        }
        _ => 0,
    }
}

/// Returns the words beside the pattern: the number of matches, and how the pattern is read.
pub(crate) fn words(prompt: &FindPrompt) -> (Role, String) {
    let (role, count) = match prompt.result() {
        SearchResult::Nothing => (Role::Dim, String::new()),
        SearchResult::Invalid(_) => (Role::Warning, "not valid".to_owned()),
        SearchResult::Found(found) if found.ranges().is_empty() => (Role::Warning, "no match".to_owned()),
        SearchResult::Found(found) => (Role::Good, position(found)),
    };
    let options = prompt.options();
    let case = if options.is_case_sensitive { "exact case" } else { "any case" };
    let whole = if options.is_whole_word { ", whole words" } else { "" };
    let regex = if options.is_regex { ", regex" } else { "" };
    let separator = if count.is_empty() { "" } else { ", " };
    (role, format!(" {count}{separator}{case}{whole}{regex}"))
}

/// Returns the number of the current match and of all, such as `3 of 12`.
pub(crate) fn position(found: &FoundMatches) -> String {
    let over = if found.has_more() { "over " } else { "" };
    format!("{} of {over}{}", found.number().unwrap_or(0), found.ranges().len())
}

/// Returns the rows below the inputs.
///
/// They say why the pattern is not valid, or show the current line before and after.
pub(crate) fn below(state: &State, prompt: &FindPrompt, width: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    if let SearchResult::Invalid(error) = prompt.result() {
        let words = format!("{} {}", theme.sign(Role::Warning), sanitize(&error.to_string()));
        return vec![Line::styled(text::cut(&words, width, theme.glyphs.more), theme.style(Role::Warning))];
    }
    let template = prompt.replacement().map_or("", LineInput::text);
    let Some((old, new)) = prompt.result().found().and_then(|found| found.preview(template)) else {
        return Vec::new();
    };
    let line = |sign: &str, words: &str, role| {
        let words = format!("{sign} {}", sanitize(words.trim_end_matches('\r')));
        let style = theme.as_written(theme.style(role));
        Line::styled(text::cut(&words, width, theme.glyphs.more), style)
    };
    vec![line("-", &old, Role::Bad), line("+", &new, Role::Good)]
}

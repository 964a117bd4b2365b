//! Entity tags as the stage shows them: shortened to their spoken form.
//!
//! They are shown in full in an opened exchange, in a lesson about tags, with `--full-tags`, and outside of the stage.

use std::borrow::Cow;

use terminal::sanitize::sanitize;
use traffic::{short_tag, with_short_tags};

use crate::state::State;

/// Returns a tag, or a text with tags, as the stage shows it: `v1` for `"v1-a2c19f03"`.
///
/// The text is sanitized, too.
pub(crate) fn shown(state: &State, text: &str) -> String {
    sanitize(&unsanitized(state, text)).into_owned()
}

/// Like [`shown`], for a text that is sanitized when it is drawn.
pub(crate) fn unsanitized<'a>(state: &State, text: &'a str) -> Cow<'a, str> {
    if are_full(state) { Cow::Borrowed(text) } else { with_short_tags(text) }
}

/// Returns a text with each tag shortened, for a place in which the text does not fit.
///
/// The tags of other servers are not shortened otherwise.
pub(crate) fn abbreviated<'a>(state: &State, text: &'a str) -> Cow<'a, str> {
    if are_full(state) {
        return Cow::Borrowed(text);
    }
    // Every second part is between quotes. The quotes are a part of the tag.
    let parts: Vec<&str> = text.split('"').collect();
    let last = parts.len() - 1;
    let part = |(at, part): (usize, &&str)| match at % 2 {
        1 if at < last => short_tag(&format!("\"{part}\"")),
        1 => format!("\"{part}"),
        _ => (*part).to_owned(),
    };
    parts.iter().enumerate().map(part).collect()
}

fn are_full(state: &State) -> bool {
    let is_about_tags = state.lesson.course.as_ref().is_some_and(|course| course.player().lesson().full_tags);
    // Plain mode has no columns to save, and a screen reader can spell a tag.
    state.full_tags || is_about_tags || !(state.is_shared() || state.is_room()) || state.plain.is_some()
}

//! Entity tags as the stage shows them: shortened to their spoken form.
//!
//! They are shown in full in an opened exchange, in a lesson about tags, with `--full-tags`, and outside of the stage.

use std::borrow::Cow;

use terminal::sanitize::sanitize;
use traffic::with_short_tags;

use crate::state::State;

/// Returns a tag, or a text with tags, as the stage shows it: `v1` for `"v1-a2c19f03"`.
///
/// The text is sanitized, too.
pub(crate) fn shown(state: &State, text: &str) -> String {
    sanitize(&unsanitized(state, text)).into_owned()
}

/// Like [`shown`], for a text that is sanitized when it is drawn.
pub(crate) fn unsanitized<'a>(state: &State, text: &'a str) -> Cow<'a, str> {
    let is_about_tags = state.lesson.course.as_ref().is_some_and(|course| course.player().lesson().full_tags);
    // Plain mode has no columns to save, and a screen reader can spell a tag.
    let is_full = state.full_tags || is_about_tags || !(state.is_shared() || state.is_room()) || state.plain.is_some();
    if is_full { Cow::Borrowed(text) } else { with_short_tags(text) }
}

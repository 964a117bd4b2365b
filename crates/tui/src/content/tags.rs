//! Entity tags as the stage shows them: shortened to their spoken form.

use terminal::sanitize::sanitize;
use traffic::short_tag;

use crate::state::State;

/// Returns a tag, or the value of a field with tags, as the stage shows it: `v1` for `"v1-a2c19f03"`.
///
/// A lesson about tags shows them in full.
pub(crate) fn shown(state: &State, value: &str) -> String {
    let is_full = state.lesson.course.as_ref().is_some_and(|course| course.player().lesson().full_tags);
    let shown = if is_full { value.to_owned() } else { short_tag(value) };
    sanitize(&shown).into_owned()
}

//! Entity tags as the stage shows them: shortened to their spoken form.

use terminal::sanitize::sanitize;
use traffic::short_tag;

use crate::state::State;

/// Returns a tag, or the value of a field with tags, as the stage shows it: `v1` for `"v1-a2c19f03"`.
///
/// A lesson about tags shows them in full.
pub(crate) fn shown(state: &State, value: &str) -> String {
    let _ = state;
    sanitize(&short_tag(value)).into_owned()
}

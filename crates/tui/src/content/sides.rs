//! The signs of authors and of the sides of a merge.

use merge_view::{SideStyle, SideStyles};
use terminal::person_style;

use super::tags;
use crate::open_document::OpenDocument;
use crate::state::State;

/// Returns the number of an author's sign and colour. Files are not authors: they have the first two.
pub(crate) fn person_number(state: &State, author: &contract::Author) -> usize {
    if state.is_files() { 0 } else { state.signs.number(author) }
}

/// Returns the signs of the sides of a merge.
pub(crate) fn side_styles(state: &State, work: &OpenDocument, conflict: &editor::DocumentMerge) -> SideStyles {
    let me = work.editor.me();
    let theirs = conflict.theirs();
    let mine = person_number(state, me);
    let beside = |author: &contract::Author| {
        if state.is_files() { mine + 1 } else { person_style::number_beside(state.signs.number(author), mine) }
    };
    // Files have names, but no tags.
    let tagged = |etag: &contract::EntityTag| {
        (!state.is_files()).then(|| tags::unsanitized(state, &etag.to_string()).into_owned())
    };
    SideStyles {
        mine: SideStyle { name: Some(me.to_string()), person: mine, version: None },
        theirs: SideStyle {
            name: theirs.author.as_ref().map(ToString::to_string),
            person: theirs.author.as_ref().map_or(person_style::NO_AUTHOR, beside),
            version: tagged(&theirs.etag),
        },
        base: work.editor.conflict_base().and_then(tagged),
    }
}

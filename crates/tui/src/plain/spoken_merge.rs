//! The merge of the document in view, as lines of plain mode.

use merge_view::{SpokenMerge, Way};

use super::commands::command_for;
use crate::action::{Action, Context};
use crate::content::sides::side_styles;
use crate::state::State;

impl State {
    /// Calls `hear` with the merge of the document in view, or returns `None` if there is no merge.
    pub(crate) fn with_spoken_merge<T>(&self, hear: impl FnOnce(SpokenMerge<'_>) -> T) -> Option<T> {
        let work = self.document()?;
        let (conflict, view) = (work.editor.document_merge()?, work.merge_view.as_ref()?);
        let sides = side_styles(self, work, conflict);
        let way: Way<'_> = &|action| command_for(Action::Merge(action), Context::Merge);
        Some(hear(SpokenMerge { conflict, view, sides: &sides, way, save: command_for(Action::Save, Context::Merge) }))
    }
}

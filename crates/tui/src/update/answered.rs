//! What an answer changes around the machine: what it brought to an end, and what is gone since.

use contract::{Document, Snapshot};
use editor::{Input, Notice, Outcome};

use super::note;
use crate::coach::Step;
use crate::effect::Effect;
use crate::gone::Gone;
use crate::state::{End, State};
use crate::theme::Role;
use crate::work::{Work, WorkKey};

/// How many burials are remembered.
const KEPT: usize = 100;

/// Hands an answer to the machine that waits for it.
pub(super) fn answered(state: &mut State, key: WorkKey, answered: Input) -> Vec<Effect> {
    let saved = matches!(answered, Input::Answered { outcome: Outcome::Saved(_), .. });
    let Some(work) = state.find(key) else { return Vec::new() };
    let before = Before::of(work);
    let by_hand = work.text_by_hand();
    let effects = work.feed(answered);
    // A save in doubt may turn out well while somebody writes on by hand, and the merge is over.
    let rescued = by_hand.filter(|_| work.merge_view.is_none());
    let merged = saved && before.theirs.is_some() && work.editor.conflict().is_none();
    work.missing = missing(work, &before);
    if saved {
        work.replaced = Some(before.replaced());
    }
    if merged {
        state.milestones.tick(Step::Merge);
        state.milestones.tick(Step::SavedMerge);
    }
    if let Some(gone) = buried(state, key, &before) {
        state.gone.truncate(KEPT - 1);
        state.gone.push_front(gone);
    }
    if saved && state.is_files() {
        // The result is all that was wanted.
        state.ended = Some(End::Quit);
    }
    if let Some(text) = rescued {
        state.register = text;
        note(state, Role::Warning, "the merge is over; what was being written by hand can be pasted".to_owned());
    }
    effects
}

/// What a machine held before an answer came.
struct Before {
    base: Option<Snapshot>,
    /// Their side of the merge in view.
    theirs: Option<Document>,
}

impl Before {
    fn of(work: &Work) -> Self {
        let theirs = work.editor.conflict().map(|conflict| conflict.theirs().document.clone());
        Self { base: work.editor.base().cloned(), theirs }
    }

    /// What a save took the place of, as far as its writer knew.
    fn replaced(&self) -> Document {
        let seen = self.theirs.as_ref().or(self.base.as_ref().map(|base| &base.document));
        seen.cloned().unwrap_or_default()
    }
}

/// What the save that was just acknowledged buried, where the text that it buried is known.
fn buried(state: &State, key: WorkKey, held: &Before) -> Option<Gone> {
    let work = state.works().find(|work| work.key == key)?;
    let Some(Notice::Buried { etag, buried }) = work.editor.notice() else { return None };
    let now = work.editor.base().filter(|base| base.etag == *etag)?;
    let same = |other: &&Work| other.editor.id() == work.editor.id();
    let held_by = state.works().filter(same).find(|other| other.editor.base().is_some_and(|b| b.etag == *buried))?;
    let held = held.base.as_ref().map_or("", |base| &base.document.content);
    Gone::buried(work.editor.id(), held, now, held_by.editor.base()?, held_by.replaced.as_ref())
}

/// What of my last save is not in the version that I have just read.
fn missing(work: &Work, before: &Before) -> Option<Gone> {
    let Some(Notice::Reloaded { .. }) = work.editor.notice() else { return None };
    let mine = before.base.as_ref().filter(|base| base.author.as_ref() == Some(work.editor.me()))?;
    let now = work.editor.base().filter(|now| now.etag != mine.etag)?;
    Gone::of_mine(work.editor.id(), mine, work.replaced.as_ref()?, now)
}

//! Keys that all overlays share: help, answers, scrolling. Each list has a file of its own.

use editor::Command;
use terminal::theme::Role;

use super::editor::{command, with_document};
use super::{drafts, entries, files, find, leaving, lesson, rescue, room_overlay, versions, wire};
use crate::action::Context;
use crate::effect::Effect;
use crate::layout;
use crate::open_document::OpenDocument;
use crate::overlay::{HelpView, Overlay};
use crate::scroll::{Movement, Scroll};
use crate::state::State;

/// Shows the help for the current context, or closes it.
pub(super) fn toggle_help(state: &mut State) -> Vec<Effect> {
    let about = state.context();
    if about == Context::Help {
        state.overlays.pop();
    } else {
        state.overlays.push(Overlay::Help(HelpView { about, scroll: Scroll::default() }));
    }
    Vec::new()
}

/// Confirms the topmost overlay: answers yes to its question, or submits its input line.
pub(super) fn confirm(state: &mut State) -> Vec<Effect> {
    match state.overlays.last() {
        Some(Overlay::Delete(asked)) => {
            let asked = asked.clone();
            let base = state.document().and_then(|work| work.editor.base()).map(|base| &base.etag);
            if base == Some(&asked) { confirmed(state, Command::Delete) } else { overtaken(state) }
        }
        Some(Overlay::Overwrite(confirm)) => {
            let shown = confirm.theirs.clone();
            let conflict = state.document().and_then(|work| work.editor.document_merge());
            let theirs = conflict.map(|conflict| &conflict.theirs().etag);
            if theirs == Some(&shown) { confirmed(state, Command::OverwriteTheirs) } else { overtaken(state) }
        }
        Some(Overlay::DeleteEntry(_)) => entries::delete(state),
        Some(Overlay::Property(_)) => entries::submit(state),
        Some(Overlay::DiscardMine) => {
            state.overlays.pop();
            with_document(state, OpenDocument::discard_mine)
        }
        Some(Overlay::ShowAhead) => {
            state.overlays.pop();
            lesson::show_policies(state)
        }
        Some(Overlay::DiscardDraft(_)) => drafts::discard(state),
        Some(Overlay::Room(_)) => room_overlay::confirm(state),
        Some(Overlay::Unsaved) => leaving::save_and_leave(state),
        Some(Overlay::Filter(_)) => wire::apply_filter(state),
        Some(Overlay::VersionFilter(_)) => versions::apply_filter(state),
        Some(Overlay::Find(_)) => find::confirm(state),
        Some(Overlay::GoToLine(_)) => find::go_to_line(state),
        Some(Overlay::Path(_)) => files::write_to_path(state),
        Some(Overlay::KeepAs(_)) => rescue::keep_as_typed(state),
        Some(
            Overlay::Help(_)
            | Overlay::Change(_)
            | Overlay::Palette(_)
            | Overlay::Exchange(_)
            | Overlay::Documents(_)
            | Overlay::Versions(_)
            | Overlay::Version(_)
            | Overlay::Drafts(_)
            | Overlay::Draft(_)
            | Overlay::RoomQuestion(_)
            | Overlay::PolicyComparison(_),
        )
        | None => Vec::new(),
    }
}

fn confirmed(state: &mut State, wanted: Command) -> Vec<Effect> {
    state.overlays.pop();
    command(state, wanted)
}

/// Closes a question that was about an earlier version, and does nothing else.
fn overtaken(state: &mut State) -> Vec<Effect> {
    state.overlays.pop();
    state.say(
        Role::Warning,
        "not done: a newer version arrived after the question; look at it, then try again".to_owned(),
    )
}

/// Scrolls the topmost overlay.
pub(super) fn scroll(state: &mut State, movement: Movement) -> Vec<Effect> {
    let (last, page) = layout::scroll_room(state);
    if let Some(scroll) = state.overlays.last_mut().and_then(Overlay::scroll_mut) {
        scroll.turn(movement, last, page);
    }
    Vec::new()
}

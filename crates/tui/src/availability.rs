//! Why an action is unavailable at the moment: the other half of the table of actions.
//!
//! The reason is shown in the help and in the palette, and as a note if the key is pressed all the same. The editor
//! decides about its own commands; the other reasons are in here.

pub(crate) mod gate;
pub(crate) mod room;
mod versions;

use editor::{ChangedBy, Command};
use lesson::script::HiddenArea;
use terminal::sanitize::sanitize;
use terminal::theme::ColorDepth;

use crate::action::{Action, Context, RoomVoteAction};
use crate::documents::DocumentRow;
use crate::lesson_session::LessonSession;
use crate::overlay::Overlay;
use crate::state::{SessionKind, State};
use crate::unsaved::text_in_danger;

/// Why a room has no actions that open a text.
const NO_EDITOR: &str = "a room is watched without an editor; ifmatch edit opens one";

/// Returns why an action is unavailable, or `None` if it is available.
#[must_use]
pub fn why_unavailable(action: Action, state: &State) -> Option<String> {
    why_unavailable_in(action, state.context(), state)
}

/// Returns why an action is unavailable in a context, or `None` if it is available.
///
/// The context is not the present one if the topmost overlay, the help or the palette, is about the view below it.
pub(crate) fn why_unavailable_in(action: Action, context: Context, state: &State) -> Option<String> {
    let only = |on: bool, why: &str| (!on).then(|| why.to_owned());
    match action {
        action if is_for_users_here(action, state) => Some(remote_reason(action).to_owned()),
        action if state.is_files() && needs_server(action) => Some("a merge of files has no server".to_owned()),
        Action::WriteElsewhere => why_no_write_elsewhere(state),
        Action::ThirdEditor => only(state.people.panes.len() > 2, "there is no third editor"),
        Action::FourthEditor => only(state.people.panes.len() > 3, "there is no fourth editor"),
        Action::Suspend if state.plain.is_some() => Some("only on a screen; in plain mode, Ctrl-Z does it".to_owned()),
        Action::Suspend if state.room.hosting.is_some() => Some("the server would stop with this screen".to_owned()),
        Action::Suspend => only(cfg!(unix), "this system does not suspend programs"),
        Action::Theme if state.plain.is_some() => Some("plain mode has no colours".to_owned()),
        Action::Theme => only(state.theme.depth != ColorDepth::None, "no colours are in use"),
        Action::Menu => only(state.is_shared(), "only on the stage"),
        Action::Policy if state.lesson.course.is_some() && !state.is_in_level() => {
            Some("the lesson sets the policy itself".to_owned())
        }
        Action::Policy if state.room.forwards_to().is_some() => {
            Some("the proxy has no policy: its server decides".to_owned())
        }
        Action::Policy if state.is_room() => None,
        Action::Documents if state.is_room() => Some(NO_EDITOR.to_owned()),
        Action::Close if state.is_room() && context == Context::Wire => {
            only(state.server.wire.traffic.filter().is_some(), "no filter is set")
        }
        Action::OpenLeadersDocument => why_no_leaders_document(state),
        Action::Room(action) => room::why_unavailable(action, state),
        action if is_stage_only(action) => only(state.is_shared(), "only on the stage"),
        Action::Confirm | Action::Up | Action::Down | Action::Answer(_) if context == Context::Lesson => {
            only(state.question().is_some(), "no question is open")
        }
        Action::ComparePolicies if state.is_predicting() => Some(state.hidden_words()),
        action if hidden_reason(action, context, state).is_some() => hidden_reason(action, context, state),
        Action::Hint | Action::Solution | Action::SendOffer(_) => level_reason(action, state),
        Action::Step | Action::Back | Action::NextLesson | Action::ComparePolicies => {
            state.lesson.course.as_ref().and_then(|course| lesson_reason(action, course))
        }
        action if gate::is_about(action) => gate::why_unavailable(action, state),
        Action::Open if context == Context::Wire => {
            only(state.server.wire.selected().is_some(), gate::nothing_to_open(state))
        }
        Action::Follow if state.kind != SessionKind::Single => Some("only outside of the stage".to_owned()),
        Action::ShowChange
        | Action::RevertChange
        | Action::NextChangedLine
        | Action::PreviousChangedLine
        | Action::MarkOthers => why_no_change(action, state),
        Action::Versions if context == Context::Documents => {
            only(state.selected_document().is_some(), "no document is selected")
        }
        Action::Versions => only(state.document_in_view().is_some(), "no document is open"),
        Action::EditTitle | Action::EditParent | Action::Delete if context == Context::Documents => why_no_entry(state),
        Action::EditTitle | Action::EditParent if state.plain.is_some() => {
            Some("only on a screen; in plain mode, 'title' and 'parent' do it".to_owned())
        }
        Action::EditTitle | Action::EditParent | Action::Follow => {
            only(state.document().is_some(), "no document is open")
        }
        Action::Open if context == Context::Versions => versions::why_unavailable(action, state),
        Action::Compare | Action::BringBack | Action::RestoreVersion | Action::Version(_) => {
            versions::why_unavailable(action, state)
        }
        Action::RoomVote(action) if state.is_room() => room::why_not_lead(action, state),
        Action::RoomVote(action) => why_no_vote(action, state),
        Action::Answer(choice) if context == Context::RoomQuestion => why_no_answer(choice, state),
        Action::Enter if state.is_room() => only(state.room.question.seen().is_some(), "no question is asked"),
        Action::Enter if state.room_question.asked().is_some() || context == Context::RoomQuestion => None,
        Action::Enter
            if !matches!(
                context,
                Context::Text | Context::Merge | Context::Required | Context::Deleted | Context::Ended
            ) =>
        {
            Some("the leader has asked no question".to_owned())
        }
        Action::Enter => {
            let opened = state.document().is_some_and(|work| work.open_view().is_some() || work.is_entered());
            only(opened || state.is_asking() || state.awaits_entry(), "nothing waits for a decision")
        }
        Action::Save if state.document().is_some_and(|work| work.can_save_again() || work.editor.is_busy()) => None,
        Action::LookAtDraft => why_no_draft(state),
        Action::Open | Action::DiscardDraft if context == Context::Drafts => why_no_draft(state),
        Action::Abandon => text_in_danger(state)?.draft.trouble(),
        Action::CopyOut if state.plain.is_some() => {
            Some("plain mode does not write to the terminal's clipboard".to_owned())
        }
        Action::KeepAs | Action::CopyOut => {
            let is_nowhere = !state.disk.keeps_drafts && !state.is_files();
            only(is_nowhere || text_in_danger(state).is_some(), "the text is kept as a draft")
        }
        action => editor_reason(state, &action.command()?),
    }
}

/// Returns why an action would show what the lesson's question hides, or `None` if it would not.
fn hidden_reason(action: Action, context: Context, state: &State) -> Option<String> {
    match action {
        Action::Filter => state.why_hidden(&HiddenArea::WIRE),
        Action::Open if context == Context::Wire => state.why_hidden(&HiddenArea::WIRE),
        Action::Versions => state.why_hidden(&HiddenArea::SERVER),
        Action::Documents => state.why_hidden(&[HiddenArea::ServerVersion]),
        // From a text, this key may also lead back to the question itself.
        Action::Enter if state.document().is_some_and(|work| work.open_view().is_some()) => state.why_view_hidden(),
        Action::Merge(_) => state.why_hidden(&HiddenArea::MERGE),
        _ => None,
    }
}

/// Returns why nothing can be done with a change of the text against its base.
fn why_no_change(action: Action, state: &State) -> Option<String> {
    let why = match (state.document(), action) {
        _ if state.kind != SessionKind::Single => "only outside of the stage",
        _ if state.plain.is_some() => "only on a screen",
        (None, _) => "no document is open",
        (Some(_), Action::MarkOthers) => return None,
        (Some(work), Action::NextChangedLine | Action::PreviousChangedLine) => {
            let has_any = work.editor.changes().is_some_and(|changes| !changes.is_empty());
            return (!has_any).then(|| "no line is changed".to_owned());
        }
        (Some(work), _) => match work.change_at_cursor() {
            None => "the line of the cursor is as in the base",
            Some(change) if action == Action::RevertChange && change.by == ChangedBy::Theirs => {
                "I have not changed this line"
            }
            Some(_) => return None,
        },
    };
    Some(why.to_owned())
}

/// Returns why the result of a merge of files cannot be written to another file.
fn why_no_write_elsewhere(state: &State) -> Option<String> {
    if !state.is_files() {
        return Some("only for a merge of files".to_owned());
    }
    let work = state.document().filter(|work| !work.editor.is_busy());
    match work.map(|work| work.editor.document_merge().map_or(0, editor::DocumentMerge::open_count)) {
        None => Some("a file is being written".to_owned()),
        Some(0) => None,
        Some(1) => Some("1 conflict is open".to_owned()),
        Some(open) => Some(format!("{open} conflicts are open")),
    }
}

/// Returns why a leader's action about the room's vote is unavailable.
fn why_no_vote(action: RoomVoteAction, state: &State) -> Option<String> {
    let Some(room) = &state.lesson.room else { return Some("the stage has no room; start it with --room".to_owned()) };
    let why = match action {
        RoomVoteAction::Reveal if !state.is_asking() => Some("no question is open"),
        // It also plays the next step, if the room could not be asked.
        RoomVoteAction::Reveal => None,
        RoomVoteAction::Show | RoomVoteAction::VoteAgain => room.why_not(action),
    };
    why.map(str::to_owned)
}

/// Returns why a choice of the leader's question cannot be answered with.
fn why_no_answer(choice: u8, state: &State) -> Option<String> {
    let asked = state.room_question.asked();
    let entered = state.overlays.iter().find_map(|screen| match screen {
        Overlay::RoomQuestion(view) => view.id.as_ref(),
        _ => None,
    });
    match asked {
        None => Some("the leader has withdrawn the question".to_owned()),
        Some(asked) if Some(&asked.id) != entered => Some("the leader has asked another question".to_owned()),
        Some(asked) if usize::from(choice) >= asked.choices.len() => Some(format!("there is no choice {}", choice + 1)),
        Some(_) if !state.room_question.is_open() => Some("the question takes no more answers".to_owned()),
        Some(_) => None,
    }
}

/// Returns why the leader's document cannot be opened, or `None` if it can.
fn why_no_leaders_document(state: &State) -> Option<String> {
    let why = match (state.opened_for_all.document(), state.document()) {
        (None, _) => "the leader has opened no document for all",
        (Some(opened), Some(work)) if work.editor.id() == opened => "the leader's document is in view",
        (Some(_), _) => return None,
    };
    Some(why.to_owned())
}

/// Returns why no document of the list can be changed, or `None` if one is selected.
fn why_no_entry(state: &State) -> Option<String> {
    // The help or the palette may be the topmost overlay: it is about the list below.
    let list = state.overlays.iter().rev().find_map(Overlay::documents);
    match list?.selected_row() {
        Some(DocumentRow::There(..)) => None,
        Some(DocumentRow::Local(..)) => Some("the server does not have this document; open it to change it".to_owned()),
        Some(DocumentRow::New { .. }) => Some("this document does not exist yet".to_owned()),
        None => Some("no document is selected".to_owned()),
    }
}

/// Returns why nothing can be done with a draft, or `None` if one is selected.
fn why_no_draft(state: &State) -> Option<String> {
    let is_selected = state.draft_chooser().is_some_and(|chooser| chooser.selected().is_some());
    (!is_selected).then(|| "no draft is selected".to_owned())
}

/// Returns why an action of a lesson is unavailable.
fn lesson_reason(action: Action, course: &LessonSession) -> Option<String> {
    let why = match action {
        Action::Step if course.broken.is_some() => "the lesson cannot go on; it can be started over",
        Action::Back if course.stepped_back().is_none() => "this is the beginning",
        Action::NextLesson if !course.is_over() => "this lesson is not over",
        Action::NextLesson if !course.has_next() => "this is the last lesson",
        _ => return None,
    };
    Some(why.to_owned())
}

/// Returns why an action of a level is unavailable.
fn level_reason(action: Action, state: &State) -> Option<String> {
    let course = state.lesson.course.as_ref();
    let Some((course, level)) = course.and_then(|course| Some((course, course.open_level()?))) else {
        return Some("no level is being played".to_owned());
    };
    match action {
        Action::Hint if !level.has_more_hints() => Some("there are no more hints".to_owned()),
        Action::SendOffer(_) if level.level.offers.is_empty() => Some("this level offers no requests".to_owned()),
        Action::SendOffer(number) => match level.level.offers.get(usize::from(number)) {
            None => Some(format!("there is no request {}", number + 1)),
            Some(offer) if course.stepping.has_request_of(&offer.who) => {
                Some(format!("the last request of {} has no response yet", sanitize(offer.who.as_str())))
            }
            Some(_) if course.is_under_way() => Some("a request is on its way".to_owned()),
            Some(_) => None,
        },
        Action::Solution if course.is_under_way() => Some("a request is on its way".to_owned()),
        _ => None,
    }
}

/// Returns whether the action applies only if several editors share the screen.
pub(crate) const fn is_stage_only(action: Action) -> bool {
    matches!(
        action,
        Action::NextEditor
            | Action::FirstEditor
            | Action::SecondEditor
            | Action::ThirdEditor
            | Action::FourthEditor
            | Action::Policy
            | Action::Menu
    )
}

/// Returns whether the action never applies in this kind of session, so that it is not listed.
pub(crate) fn is_unavailable_here(action: Action, state: &State) -> bool {
    match action {
        Action::WriteElsewhere => !state.is_files(),
        Action::Policy if state.room.forwards_to().is_some() => true,
        Action::Duplicate if state.room.forwards_to().is_some() => false,
        Action::Room(action) if room::is_for_documents(action) && state.room.forwards_to().is_some() => true,
        Action::Room(_) => !state.is_room(),
        Action::RoomVote(_) => state.lesson.room.is_none() && !state.is_room(),
        Action::Policy if state.is_room() => false,
        Action::Documents | Action::FocusWire if state.is_room() => true,
        Action::Follow
        | Action::OpenLeadersDocument
        | Action::ShowChange
        | Action::RevertChange
        | Action::NextChangedLine
        | Action::PreviousChangedLine
        | Action::MarkOthers => state.kind != SessionKind::Single,
        action if state.is_files() => needs_server(action) || is_stage_only(action),
        action => is_stage_only(action) && !state.is_shared(),
    }
}

/// Returns whether the action is only for users at this machine, and the user is at another one.
pub(crate) fn is_for_users_here(action: Action, state: &State) -> bool {
    let touches = matches!(action, Action::ExportMine | Action::KeepAs | Action::WriteElsewhere | Action::Suspend);
    touches && state.disk.is_remote
}

/// Returns why such an action is unavailable to a user at another machine.
const fn remote_reason(action: Action) -> &'static str {
    match action {
        Action::Suspend => "over ssh, there is no shell to return to",
        _ => "over ssh, the file would be on the server's machine, and not on yours",
    }
}

/// Returns whether the action needs a server.
const fn needs_server(action: Action) -> bool {
    matches!(
        action,
        Action::Documents
            | Action::OpenLeadersDocument
            | Action::Versions
            | Action::EditTitle
            | Action::EditParent
            | Action::ToggleWire
            | Action::FocusWire
            | Action::Policy
            | Action::Reload
            | Action::Follow
            | Action::SaveUnconditionally
            | Action::Delete
            | Action::OverwriteTheirs
    ) || gate::is_about(action)
}

/// Returns why the editor cannot carry out a command now.
fn editor_reason(state: &State, command: &Command) -> Option<String> {
    match state.document() {
        Some(work) => work.editor.why_unavailable(command).map(|why| why.to_string()),
        None => Some("no document is open".to_owned()),
    }
}

//! Each action with its handler: one match.
//!
//! Keys and the commands of plain mode, also those for a lesson, all come through [`act`]. An action that depends on
//! the context looks the context up in its own arm. Actions that are commands of the editor are in the table of
//! [`Action::command`]; the editor decides whether it can carry them out.

use merge_view::action::MergeAction;
use terminal::theme::{Background, Role, ThemeChoice};

use super::{
    changes, documents, drafts, editor, entries, files, find, follow, gate, leaving, led_question, lesson, level, menu,
    merge, open_for_all, overlay, palette, people, policy, rescue, restore, room, room_question, seats, seeds,
    stage_room, typing, versions, wire,
};
use crate::action::{Action, Context, RoomAction};
use crate::availability::{is_for_users_here, why_unavailable};
use crate::effect::Effect;
use crate::find::FindPrompt;
use crate::lesson_session::LessonPace;
use crate::overlay::Overlay;
use crate::property_prompt::Property;
use crate::scroll::Movement;
use crate::state::{Focus, SessionEnd, State};

/// Carries out an action, or says why it is unavailable.
#[expect(clippy::too_many_lines, reason = "each action has a line")]
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    state.status.note = None;
    // The note named the key that opens it for all.
    let proposed = state.room.proposed.take();
    if action == Action::Room(RoomAction::OpenForAll) {
        state.room.proposed = proposed;
    }
    if let Some(why) = why_unavailable(action, state).filter(|_| !says_itself_why_not(action, state)) {
        return state.say_unavailable(&why);
    }
    match action {
        // In every context.
        Action::Help => overlay::toggle_help(state),
        Action::Quit => leaving::leave(state, SessionEnd::Quit),
        Action::Palette => palette::toggle(state),
        Action::Suspend => vec![Effect::Suspend],
        Action::Theme => switch_theme(state),
        Action::Redraw => vec![Effect::RedrawAll],
        Action::Menu => leaving::to_menu(state),
        Action::NextEditor => seats::take_next(state),
        Action::FirstEditor => seats::take(state, 0),
        Action::SecondEditor => seats::take(state, 1),
        Action::ThirdEditor => seats::take(state, 2),
        Action::FourthEditor => seats::take(state, 3),
        Action::ToggleWire => wire::show_next_mode(state),
        Action::FocusWire => wire::toggle_focus(state),
        Action::Policy => policy::switch(state),
        Action::Documents => documents::open_list(state),
        Action::OpenLeadersDocument => open_for_all::open(state),
        Action::Versions => versions::open_list(state),
        Action::EditTitle => entries::edit_property(state, Property::Title),
        Action::EditParent => entries::edit_property(state, Property::Parent),
        Action::Delete if state.context() == Context::Documents => entries::ask_to_delete(state),
        Action::ExportMine => editor::export_mine(state),
        Action::WriteElsewhere => files::open_path(state),

        // The menu, and a lesson.
        Action::FreePlay => menu::begin_free_play(state),
        Action::Step => lesson::step(state),
        Action::Back => lesson::step_back(state),
        Action::Again => lesson::restart(state),
        Action::NextLesson => lesson::begin_next(state),
        Action::Faster => lesson::set_pace(state, LessonPace::faster),
        Action::Slower => lesson::set_pace(state, LessonPace::slower),
        Action::Answer(choice) if state.context() == Context::RoomQuestion => room_question::answer(state, choice),
        Action::Answer(choice) => lesson::answer(state, choice),
        Action::Hint => level::hint(state),
        Action::Solution => level::solution(state),
        Action::SendOffer(number) => level::send_offer(state, number),
        Action::ComparePolicies => lesson::compare_policies(state),
        Action::ReplayUnder(preconditions) => lesson::replay_under(state, preconditions),
        Action::LeaveLesson => leaving::leave_lesson(state),

        // The text, and the views around it.
        Action::Save => editor::save(state),
        Action::SaveUnconditionally | Action::RetryWithPrecondition | Action::Reload | Action::CreateAgain => {
            editor::command_for(state, action)
        }
        Action::Follow => follow::toggle(state),
        Action::Delete => editor::ask_to_delete(state),
        Action::DiscardMine => editor::ask_to_discard_mine(state),
        Action::Enter if state.is_room() => led_question::open(state),
        Action::Enter => editor::enter(state),
        Action::Leave => editor::leave(state),
        Action::Dismiss => editor::dismiss(state),
        Action::Copy => typing::copy(state),
        Action::Undo
        | Action::Redo
        | Action::Cut
        | Action::Paste
        | Action::SelectAll
        | Action::Indent
        | Action::Unindent
        | Action::MoveLinesUp
        | Action::MoveLinesDown
        | Action::DuplicateLines
        | Action::DeleteLines
        | Action::JoinLines
        | Action::ClearLine => action.edit().map_or_else(Vec::new, |edit| typing::edit(state, &edit)),
        Action::ToggleWrap => typing::toggle_wrap(state),
        Action::Find => find::open(state),
        Action::Replace => find::open_replace(state),
        Action::FindNext => find::find_again(state, Movement::Down),
        Action::FindPrevious => find::find_again(state, Movement::Up),
        Action::ToggleCase => find::toggle(state, FindPrompt::toggle_case),
        Action::ToggleWholeWord => find::toggle(state, FindPrompt::toggle_whole_word),
        Action::ToggleRegex => find::toggle(state, FindPrompt::toggle_regex),
        Action::SwitchInput if state.context() == Context::QuestionForm => led_question::move_by(state, Movement::Down),
        Action::SwitchInput => find::switch_input(state),
        Action::ReplaceAll => find::replace_all(state),
        Action::GoToLine => find::open_go_to(state),
        Action::ShowChange => changes::show(state),
        Action::RevertChange => changes::revert(state),
        Action::NextChangedLine => changes::go(state, Movement::Down),
        Action::PreviousChangedLine => changes::go(state, Movement::Up),
        Action::MarkOthers => changes::toggle_others(state),

        // The merge.
        Action::OverwriteTheirs => merge::ask_to_overwrite(state),
        Action::Merge(
            MergeAction::NextConflict
            | MergeAction::PreviousConflict
            | MergeAction::NextChange
            | MergeAction::PreviousChange
            | MergeAction::TakeMine
            | MergeAction::TakeTheirs
            | MergeAction::TakeAllMine
            | MergeAction::TakeAllTheirs
            | MergeAction::TakeAllBoth
            | MergeAction::TakeBothMineFirst
            | MergeAction::TakeBothTheirsFirst
            | MergeAction::TakeBase
            | MergeAction::EditResult
            | MergeAction::EditWhole
            | MergeAction::AcceptEdit
            | MergeAction::StartFromMine
            | MergeAction::StartFromTheirs
            | MergeAction::StartFromBoth
            | MergeAction::StartFromResult
            | MergeAction::UndoDecision
            | MergeAction::RedoDecision
            | MergeAction::ToggleSettled
            | MergeAction::TakeSuggestion
            | MergeAction::TakeAllSuggestions
            | MergeAction::DecideBlanks
            | MergeAction::NextFormat
            | MergeAction::ToggleAutoAdvance
            | MergeAction::NextPane
            | MergeAction::ScrollAlone,
        )
        | Action::Left
        | Action::Right => merge::act(state, action),

        // The wire, and the gate.
        Action::Filter => wire::open_filter(state),
        Action::Hold => gate::hold_next(state),
        Action::Release => gate::release(state),
        Action::ReleaseAll => gate::release_all(state),
        Action::Mark => gate::mark(state),
        Action::LoseAnswer => gate::lose_answer(state),
        Action::Room(action) => room::act(state, action),
        Action::RoomVote(action) if state.is_room() => led_question::lead(state, action),
        Action::RoomVote(action) => stage_room::act(state, action),
        Action::Duplicate if state.room.forwards_to().is_some() => gate::send_twice(state),
        Action::Duplicate | Action::SendAgain => gate::send_again(state),

        // Versions and drafts.
        Action::Compare => versions::compare(state),
        Action::Version(action) => versions::act(state, action),
        Action::RestoreVersion => restore::begin(state),
        Action::BringBack => versions::bring_back(state),
        Action::LookAtDraft => drafts::look(state),
        Action::DiscardDraft => drafts::ask_to_discard(state),
        Action::StartWithout => drafts::start_without(state),

        // Lists, questions, and scrolling.
        Action::Up => move_by(state, action, Movement::Up),
        Action::Down => move_by(state, action, Movement::Down),
        Action::PageUp => move_by(state, action, Movement::PageUp),
        Action::PageDown => move_by(state, action, Movement::PageDown),
        Action::First => move_by(state, action, Movement::First),
        Action::Last => move_by(state, action, Movement::Last),
        Action::Open => open(state),
        Action::Close => close(state),
        Action::Confirm => confirm(state),
        Action::Abandon => leaving::abandon(state),
        Action::KeepAs => rescue::ask_for_a_path(state),
        Action::CopyOut => rescue::copy_out(state),
    }
}

/// Returns whether the handler of an unavailable action reports that itself.
fn says_itself_why_not(action: Action, state: &State) -> bool {
    match action {
        _ if is_for_users_here(action, state) => false,
        // The document shows a notice if a save cannot be sent. Text that is kept as a draft can be written to a file,
        // too.
        Action::Save | Action::KeepAs => true,
        // The editor does not know that a merge of files has no server.
        _ if state.is_files() && state.overlays.is_empty() => false,
        // The save in flight would overtake text that is written now.
        Action::Merge(MergeAction::EditResult | MergeAction::EditWhole) => false,
        // The editor knows nothing of the list of documents.
        Action::Delete if state.context() == Context::Documents => false,
        action => action.command().is_some(),
    }
}

fn move_by(state: &mut State, action: Action, movement: Movement) -> Vec<Effect> {
    match state.context() {
        Context::Menu => menu::select(state, movement),
        Context::Lesson | Context::Quiz => lesson::select(state, movement),
        Context::Level => level::scroll(state, movement),
        Context::Wire => wire::select(state, movement),
        Context::People => people::select(state, movement),
        Context::QuestionForm => led_question::move_by(state, movement),
        Context::Documents => documents::select(state, movement),
        Context::Seeds => seeds::select(state, movement),
        Context::Versions => versions::select(state, movement),
        Context::Find | Context::Replace => find::step(state, movement),
        Context::Drafts => drafts::select(state, movement),
        Context::Palette => palette::select(state, movement),
        Context::Merge | Context::MergeText => merge::act(state, action),
        Context::Text | Context::Required | Context::Deleted | Context::Ended => editor::scroll_panel(state, movement),
        Context::PolicyComparison
        | Context::JoinRoom
        | Context::LedQuestion
        | Context::Controls
        | Context::NewRound
        | Context::Filter
        | Context::GoToLine
        | Context::Property
        | Context::Exchange
        | Context::Version
        | Context::Change
        | Context::Question
        | Context::EndServer
        | Context::Unsaved
        | Context::Overwrite
        | Context::Path
        | Context::Draft
        | Context::RoomQuestion
        | Context::Help => overlay::scroll(state, movement),
    }
}

fn open(state: &mut State) -> Vec<Effect> {
    match state.context() {
        Context::Menu => menu::begin(state),
        Context::Wire => wire::open_selected(state),
        Context::Documents => documents::open_selected(state),
        Context::Seeds => seeds::choose(state),
        Context::Versions => versions::open_selected(state),
        Context::Drafts | Context::Draft => drafts::take(state),
        Context::Lesson
        | Context::Quiz
        | Context::Level
        | Context::PolicyComparison
        | Context::Text
        | Context::Merge
        | Context::MergeText
        | Context::Required
        | Context::Deleted
        | Context::Ended
        | Context::Filter
        | Context::Find
        | Context::Replace
        | Context::GoToLine
        | Context::Property
        | Context::Exchange
        | Context::People
        | Context::JoinRoom
        | Context::LedQuestion
        | Context::QuestionForm
        | Context::Controls
        | Context::NewRound
        | Context::Version
        | Context::Change
        | Context::Question
        | Context::EndServer
        | Context::RoomQuestion
        | Context::Unsaved
        | Context::Overwrite
        | Context::Path
        | Context::Palette
        | Context::Help => Vec::new(),
    }
}

fn close(state: &mut State) -> Vec<Effect> {
    if matches!(state.overlays.last(), Some(Overlay::Find(_))) {
        find::close(state);
        return Vec::new();
    }
    if state.context() == Context::RoomQuestion {
        room_question::fold(state);
        return Vec::new();
    }
    if versions::reset_filter(state) {
        return Vec::new();
    }
    if matches!(state.overlays.last(), Some(Overlay::Property(_))) {
        return entries::close_prompt(state);
    }
    if state.overlays.pop().is_some() {
        return Vec::new();
    }
    match state.people.focus {
        Focus::Wire => wire::close(state),
        Focus::Editor | Focus::Lesson => merge::act(state, Action::Close),
    }
}

/// Answers a question: of the topmost overlay or, if there is none, of a lesson.
///
/// In the palette, this carries out the selected action.
fn confirm(state: &mut State) -> Vec<Effect> {
    if state.palette().is_some() {
        return palette::take_choice(state).map_or_else(Vec::new, |action| act(state, action));
    }
    if state.overlays.is_empty() { lesson::confirm(state) } else { overlay::confirm(state) }
}

/// Switches between the themes for the reported background, for a light one and for a dark one.
fn switch_theme(state: &mut State) -> Vec<Effect> {
    state.theme.choice = state.theme.choice.next();
    let words = match (state.theme.choice, state.theme.detected) {
        (ThemeChoice::Auto, Background::Dark) => "theme: auto, for the terminal's dark background",
        (ThemeChoice::Auto, Background::Light) => "theme: auto, for the terminal's light background",
        (ThemeChoice::Auto, Background::Unknown) => "theme: auto; the terminal's background is unknown",
        (ThemeChoice::Light, _) => "theme: light",
        (ThemeChoice::Dark, _) => "theme: dark",
    };
    state.say(Role::Info, words.to_owned())
}

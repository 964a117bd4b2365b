//! The footer: as many of the keys available now as fit, the most important first.
//!
//! The keys and their words come from the table of actions.

use std::borrow::Cow;

use editor::ChangedBy;
use lesson::script::HoldPoint;
use merge_view::action::MergeAction;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use terminal::key::Key;
use terminal::theme::Role;

use crate::action::{Action, Applies, Binding, BoundAction, Context, RoomAction};
use crate::availability::gate::next_hold_point;
use crate::availability::why_unavailable;
use crate::content::text::{clip, width, wrap_at_most};
use crate::content::{self, tags};
use crate::layout::is_view_drawn;
use crate::leaving_messages;
use crate::lesson_session::{LessonPace, LessonSession};
use crate::open_document::OpenDocument;
use crate::overlay::Overlay;
use crate::state::{Focus, NoteLifetime, ProgramNote, SessionKind, State};
use crate::wire::PanelMode;

/// The most rows of a message. All but the last cover what is above the footer, until the next key.
const MAX_NOTE_ROWS: u16 = 3;

/// Draws a message of the program itself if there is one, otherwise the keys.
///
/// A message often ends with the key to press next, so a long one takes more rows than the footer has.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    match &state.status.note {
        Some(note) => draw_note(state, frame, area, note),
        None => frame.render_widget(keys(state, area.width.into()), area),
    }
}

/// Draws a message in the footer and as many rows above as it needs.
fn draw_note(state: &State, frame: &mut Frame<'_>, area: Rect, ProgramNote { about, role, words }: &ProgramNote) {
    let style = state.theme.style(*role);
    let words = format!("{} {}", state.theme.sign(*role), tags::unsanitized(state, words));
    // A note that stays while the user types covers no row of the text.
    let most = if *about == NoteLifetime::Typing { 1 } else { MAX_NOTE_ROWS.min(area.y.saturating_add(1)) };
    let lines = wrap_at_most(&words, area.width.into(), most.into(), state.theme.glyphs.more);
    let height = u16::try_from(lines.len()).unwrap_or(most);
    let place = Rect { y: area.y.saturating_sub(height.saturating_sub(1)), height, ..area };
    frame.render_widget(Clear, place);
    let lines: Vec<Line<'static>> = lines.into_iter().map(|line| Line::styled(line, style)).collect();
    frame.render_widget(Paragraph::new(lines), place);
}

/// Returns the hints in the first form that fits: full, shortened, or shortened with less space.
///
/// If no form fits, the last one drops the least important hints.
fn keys(state: &State, room: usize) -> Line<'static> {
    let folds = is_view_drawn(state) && state.document().is_some_and(|work| !work.is_entered());
    let mut hints: Vec<KeyHint> =
        state.keys.actions(state.context()).iter().filter_map(|bound| hint(state, bound, folds)).collect();
    hints.sort_by_key(|hint| hint.weight);
    let ways = [(false, 2), (true, 2), (true, 1)];
    let all_fit = |(short, gap): &(bool, usize)| fitting(&hints, *short, *gap, room).len() == hints.len();
    let (short, gap) = ways.into_iter().find(all_fit).unwrap_or((true, 1));
    // The keys that mean the same in every context come last, whatever their weight.
    let (mut last, first): (Vec<&KeyHint>, Vec<&KeyHint>) =
        fitting(&hints, short, gap, room).into_iter().partition(|hint| hint.is_universal());
    last.sort_by_key(|hint| hint.row.action == Action::Quit);
    let spans = first.into_iter().chain(last).enumerate().flat_map(|(at, hint)| {
        let before = if at == 0 { 0 } else { gap };
        let key = Span::styled(hint.keys.clone(), state.theme.style(Role::Key));
        [Span::raw(" ".repeat(before)), key, Span::raw(format!(" {}", hint.words(short)))]
    });
    clip(spans.collect(), room, state.theme.glyphs.more)
}

/// Returns the most important hints that fit together.
///
/// The way out of an overlay or a view is always among them.
fn fitting(hints: &[KeyHint], short: bool, gap: usize, room: usize) -> Vec<&KeyHint> {
    let needed = |hint: &KeyHint| width(&hint.keys) + 1 + width(hint.words(short)) + gap;
    // There is no gap before the first hint.
    let mut left = room + gap;
    let way_out = hints.iter().position(|hint| hint.leads_out() && needed(hint) <= left);
    left -= way_out.map_or(0, |at| needed(&hints[at]));
    let fits = |(at, hint): &(usize, &KeyHint)| {
        let is_counted = Some(*at) == way_out;
        let fits = is_counted || needed(hint) <= left;
        left -= if fits && !is_counted { needed(hint) } else { 0 };
        fits
    };
    hints.iter().enumerate().filter(fits).map(|(_, hint)| hint).collect()
}

/// A key with a place in the footer.
struct KeyHint {
    row: &'static Binding,
    /// The label of the key.
    keys: String,
    /// The rank: hints with a smaller weight come earlier, and are dropped later.
    weight: u8,
    words: Cow<'static, str>,
}

impl KeyHint {
    fn words(&self, short: bool) -> &str {
        match self.row.action {
            Action::SaveUnconditionally if short => "unchecked",
            Action::OpenLeadersDocument if short => "leader's",
            Action::Palette if short => "more",
            Action::Release if short => "go",
            Action::NextEditor if short && self.row.applies == Applies::Everywhere && self.words == self.row.hint => {
                "other"
            }
            Action::LoseAnswer if short => "lose",
            _ => &self.words,
        }
    }

    /// Returns whether the key leaves what has the focus.
    fn leads_out(&self) -> bool {
        matches!(self.row.action, Action::Close | Action::Leave | Action::StartWithout)
    }

    fn is_universal(&self) -> bool {
        matches!(self.row.action, Action::Help | Action::Palette | Action::Quit)
    }
}

/// Returns the hint of an action, or `None` if the footer does not show it.
///
/// It does not if the action has no key, does nothing now, or is not worth a place. `folds` tells whether a view is
/// drawn around the text that can be folded.
fn hint(state: &State, bound: &BoundAction, folds: bool) -> Option<KeyHint> {
    let (row, key) = (bound.row, bound.key()?);
    let gives_back = row.action == Action::Dismiss && (state.lesson.course.is_some() || folds);
    let chooses = state.kind == SessionKind::Menu && row.action == Action::Up;
    // In a lesson, Esc leads to the menu.
    let is_elsewhere = row.action == Action::Menu && row.applies == Applies::Everywhere && !state.is_stage();
    if (row.hint.is_empty() && !gives_back && !chooses) || is_elsewhere || why_unavailable(row.action, state).is_some()
    {
        return None;
    }
    // It is news only until the user has opened it or dismissed the note.
    if row.action == Action::OpenLeadersDocument && !state.opened_for_all.is_news() {
        return None;
    }
    let conflict = state.document().and_then(|work| work.editor.document_merge());
    let open = conflict.map_or(0, editor::DocumentMerge::open_count);
    let weight = match (state.context(), row.action) {
        (Context::Merge, Action::Merge(action)) if !is_about_selected_change(state, action) => return None,
        // If at most one conflict is open, there is no next one.
        (Context::Merge, Action::Merge(MergeAction::NextConflict)) if open < 2 => return None,
        (
            Context::Merge,
            Action::Merge(MergeAction::TakeAllMine | MergeAction::TakeAllTheirs | MergeAction::TakeAllBoth),
        ) if open < 2 => {
            return None;
        }
        // The border of the wire panel names this key while the panel is shown.
        (context, Action::ToggleWire)
            if !matches!(context, Context::Text | Context::Merge) || state.server.wire_shown != PanelMode::Off =>
        {
            return None;
        }
        (Context::Merge, action) => merge_priority(action, open),
        (Context::MergeText, action) => manual_edit_priority(action),
        (Context::Text, Action::FocusWire) if state.server.wire.traffic.gate_queue().count() > 0 => 1,
        // What someone else changed is news.
        (Context::Text, Action::ShowChange)
            if state.document().and_then(OpenDocument::change_at_cursor).is_some_and(|it| it.by != ChangedBy::Mine) =>
        {
            1
        }
        // After an answer, the next step is more important than a second look at the choices.
        (_, Action::OpenLeadersDocument) | (Context::Lesson, Action::Confirm | Action::Up) => 1,
        (Context::Text, action) => text_priority(action),
        (Context::Wire, action) => wire_priority(action),
        (Context::Documents, action) => documents_priority(action),
        (Context::Level, Action::FocusWire) => return None,
        (Context::Level, action) => level_priority(action),
        (Context::Lesson | Context::Quiz, action) => lesson_priority(action),
        // The actions that a panel, a question or a list is for.
        _ if row.applies != Applies::Everywhere && row.is_answer() => 0,
        (_, Action::Help) => 1,
        (_, Action::Quit) => 2,
        (_, Action::Palette) => 3,
        _ => 4,
    };
    let words = match row.action {
        Action::Up if chooses => "choose",
        // The question is answered: the keys that answered it open the explanation of each choice.
        Action::Confirm if state.context() == Context::Lesson => "why",
        Action::Faster if state.lesson.course.as_ref().is_some_and(|course| course.run.pace == LessonPace::ByHand) => {
            "by itself"
        }
        // While the lesson has the focus, this key moves it from the lesson to an editor.
        Action::NextEditor if state.people.focus == Focus::Lesson && state.context() != Context::Level => {
            "type yourself"
        }
        Action::Step if state.lesson.course.as_ref().is_some_and(LessonSession::is_over) => {
            if state.lesson.course.as_ref().is_some_and(LessonSession::has_next) { "next lesson" } else { "lessons" }
        }
        Action::LeaveLesson if state.lesson.course.as_ref().is_some_and(|course| course.is_entered) => "my text",
        Action::Hold => match next_hold_point(state) {
            HoldPoint::Judged => "hold before writing",
            HoldPoint::Writes => "hold saves",
            HoldPoint::All => "hold reads",
            HoldPoint::Nowhere => "stop holding",
        },
        Action::Enter if state.context() == Context::Text && state.enters_room_question() => {
            if state.room_question.is_open() { "answer" } else { "question" }
        }
        Action::Enter if state.awaits_entry() => "write here",
        Action::SwitchInput if matches!(state.overlays.last(), Some(Overlay::Find(prompt)) if prompt.types_replacement()) => {
            "search"
        }
        Action::Dismiss if folds => "fold",
        Action::Dismiss if state.is_in_level() => "level",
        Action::Dismiss if state.lesson.course.is_some() => "lesson",
        _ => leaving_messages::hint(state, row, state.context()),
    };
    let leads_to_release = row.action == Action::FocusWire
        && state.context() == Context::Text
        && state.server.wire.traffic.gate_queue().count() > 0;
    let words = if leads_to_release { "release it" } else { words };
    let words = match (row.action, state.overlays.last()) {
        (Action::Dismiss, _) if !folds => words_of_offers(state).map_or(Cow::Borrowed(words), Cow::Owned),
        // A comparison shows two versions.
        (Action::RestoreVersion, Some(Overlay::Version(one))) => Cow::Owned(format!("{words} v{}", one.number)),
        _ => Cow::Borrowed(words),
    };
    Some(KeyHint { row, keys: label(state, row, key), weight, words })
}

/// Returns whether a decision is possible for the selected change of a merge.
///
/// Not every change has a suggestion, and a title has no 'both'.
fn is_about_selected_change(state: &State, action: MergeAction) -> bool {
    let Some((work, conflict)) = state.document().and_then(|work| Some((work, work.editor.document_merge()?))) else {
        return true;
    };
    match (&work.merge_view, action) {
        (Some(view), MergeAction::TakeSuggestion) => view.has_suggestion(conflict),
        (Some(view), MergeAction::TakeBothMineFirst) => !view.is_single_value(),
        _ => true,
    }
}

/// Returns how to send a request on offer after Esc, or `None` if no level with offers is played.
fn words_of_offers(state: &State) -> Option<String> {
    let level = state.lesson.course.as_ref()?.open_level()?;
    (!level.level.offers.is_empty()).then(|| content::level::then_send(state, &level.level))
}

/// Returns the label of an action's key; in a list or a question, one label is for several keys.
fn label(state: &State, row: &Binding, key: Key) -> String {
    let down = state.keys.key_of(Action::Down, state.context()).map(|key| key.to_string());
    // The arrows are one label without a blank; other keys need one.
    let up_down = match (key.to_string(), down) {
        (up, Some(down)) if up == "↑" && down == "↓" => up + &down,
        (up, Some(down)) => format!("{up} {down}"),
        (up, None) => up,
    };
    let choices = state.question().map(|asked| asked.question.choices.len());
    match (state.context(), row.action) {
        (Context::Menu, Action::Up) => format!("{up_down} 1–{}", state.lesson.menu.lessons.len()),
        (Context::Quiz | Context::Lesson | Context::Drafts | Context::Palette, Action::Up) => up_down,
        (Context::Quiz | Context::Lesson, Action::Confirm) => match range_label(state, Action::Answer, choices) {
            Some(answers) => format!("{key} {answers}"),
            None => key.to_string(),
        },
        (Context::RoomQuestion, Action::Answer(_)) => {
            let choices = state.room_question.asked().map(|asked| asked.choices.len());
            range_label(state, Action::Answer, choices).unwrap_or(key.to_string())
        }
        (Context::Level, Action::SendOffer(_)) => {
            match state.lesson.course.as_ref().and_then(LessonSession::open_level) {
                Some(level) if level.level.offers.len() > 1 => {
                    range_label(state, Action::SendOffer, Some(level.level.offers.len())).unwrap_or(key.to_string())
                }
                Some(_) | None => key.to_string(),
            }
        }
        _ => key.to_string(),
    }
}

/// Returns one label for the keys of numbered actions, such as `1–4`, if they are digits in a row.
fn range_label(state: &State, action: impl Fn(u8) -> Action, count: Option<usize>) -> Option<String> {
    let last = u8::try_from(count?).ok()?.checked_sub(1)?;
    let digit = |number: u8| Some(Key::char(char::from_digit(u32::from(number) + 1, 10)?));
    let has_digit = |number: u8| state.keys.key_of(action(number), state.context()) == digit(number);
    (0..=last).all(has_digit).then(|| format!("1–{}", last + 1))
}

/// Returns the weight of an action in a merge with `open` undecided conflicts.
///
/// Decisions come right after Save; once all are made, leaving and undoing do.
const fn merge_priority(action: Action, open: usize) -> u8 {
    match action {
        Action::Save => 0,
        Action::Merge(MergeAction::TakeMine | MergeAction::TakeTheirs | MergeAction::TakeBothMineFirst)
            if open == 0 =>
        {
            5
        }
        Action::Merge(
            MergeAction::TakeMine
            | MergeAction::TakeTheirs
            | MergeAction::TakeBothMineFirst
            | MergeAction::TakeSuggestion,
        ) => 1,
        Action::Leave => 2,
        Action::Merge(MergeAction::UndoDecision) => 3,
        Action::Merge(MergeAction::NextConflict) => 4,
        Action::Help => 5,
        Action::Merge(MergeAction::TakeBase | MergeAction::EditResult) => 6,
        Action::Quit => 7,
        Action::Palette => 8,
        _ => 9,
    }
}

/// Returns the weight of an action while a text is written by hand in a merge.
///
/// First the two keys that end the text, then those that start it again.
const fn manual_edit_priority(action: Action) -> u8 {
    match action {
        Action::Merge(MergeAction::AcceptEdit) | Action::Close => 0,
        Action::Help => 1,
        Action::Merge(MergeAction::StartFromMine | MergeAction::StartFromTheirs | MergeAction::StartFromBoth) => 2,
        Action::Quit => 3,
        Action::Palette => 4,
        _ => 5,
    }
}

/// Returns the weight of an action in the wire panel.
///
/// Opening and closing come first, as in every panel; releasing held requests comes next.
const fn wire_priority(action: Action) -> u8 {
    match action {
        Action::Open | Action::Close => 0,
        Action::Release | Action::ReleaseAll => 1,
        Action::Help => 2,
        Action::Hold | Action::Mark | Action::LoseAnswer => 3,
        Action::Quit => 4,
        Action::Palette => 5,
        Action::Room(RoomAction::LeadQuestion) | Action::Filter => 6,
        Action::SendAgain => 7,
        _ => 8,
    }
}

/// Returns the weight of an action in the list of documents.
///
/// A narrow footer lacks the parent's key first.
const fn documents_priority(action: Action) -> u8 {
    match action {
        Action::Open | Action::Close => 0,
        Action::EditTitle | Action::Delete => 1,
        Action::Versions => 2,
        Action::Help => 3,
        Action::Quit => 4,
        Action::Palette => 5,
        _ => 6,
    }
}

/// Returns the weight of an action in a lesson: first the keys that go on, then the ways out.
const fn lesson_priority(action: Action) -> u8 {
    match action {
        Action::Confirm | Action::Up | Action::Step => 0,
        Action::NextLesson | Action::RoomVote(_) => 1,
        Action::Back | Action::LeaveLesson => 2,
        Action::Help => 3,
        Action::Again => 4,
        Action::NextEditor | Action::ComparePolicies => 5,
        Action::Quit => 6,
        Action::Palette => 7,
        _ => 8,
    }
}

/// Returns the weight of an action in a level.
///
/// The keys that play it come first, then those that help with it, then the ways out.
const fn level_priority(action: Action) -> u8 {
    match action {
        Action::NextEditor | Action::SendOffer(_) | Action::Hint => 0,
        Action::Solution | Action::Step => 1,
        Action::Again | Action::Help => 2,
        Action::LeaveLesson => 3,
        Action::Policy | Action::Back => 4,
        Action::Quit => 5,
        Action::Palette => 6,
        _ => 7,
    }
}

const fn text_priority(action: Action) -> u8 {
    match action {
        Action::Save | Action::Enter => 0,
        Action::Dismiss => 1,
        Action::Help => 2,
        Action::Quit => 3,
        Action::Palette => 4,
        Action::ToggleWire | Action::SaveUnconditionally | Action::NextEditor | Action::Policy => 5,
        Action::Reload | Action::Menu => 6,
        // The border of the wire panel names this key, too.
        Action::FocusWire => 8,
        _ => 7,
    }
}

//! The lines of plain mode: carrying out a line like a key, and printing the changes after each event.
//!
//! [`crate::plain`] parses a line into a command. [`execute`] has one arm for each command, [`edit`] edits a text by
//! line, [`block`] collects the lines of a block, [`merge`] decides conflicts, [`lesson`] steps a lesson.

mod block;
mod edit;
mod execute;
mod lesson;
mod listed;
mod merge;
mod print;

use terminal::input::LineSource;
use terminal::sanitize::sanitize;

use crate::effect::Effect;
use crate::event::HeardLine;
use crate::leaving_messages;
use crate::pane::Pane;
use crate::plain::{is_end_of_block, is_line_due, next_lines, parse};
use crate::state::{SessionEnd, State};
pub(super) use block::{keep_waiting, offer_again, offer_aside, offer_unread};
pub(super) use execute::close_list;
use print::print;

/// Carries out a line that is due, or the end of the input.
pub(super) fn on_line(state: &mut State, line: HeardLine) -> Vec<Effect> {
    let mut effects = match line {
        HeardLine::Line(line) => carry_out(state, line),
        HeardLine::End => end(state),
    };
    merge_again(state, &mut effects);
    effects
}

/// Counts the effects that lines from a pipe wait for: each of them comes back as an event.
#[expect(clippy::ptr_arg, reason = "all passes have one type")]
pub(super) fn count_effects(state: &mut State, effects: &mut Vec<Effect>) {
    let in_a_lesson = state.lesson.course.is_some();
    if let Some(plain) = &mut state.plain {
        plain.note_effects(effects, in_a_lesson);
    }
}

/// Prints the reply to a line, and the changes.
pub(super) fn print_changes(state: &mut State, effects: &mut Vec<Effect>) {
    let lines = next_lines(state);
    if !lines.is_empty() {
        effects.push(Effect::Print(lines.iter().map(|line| sanitize(line).into_owned()).collect()));
    }
}

/// Keeps the lines that are not in a text yet in a draft, unless the next line is due now.
pub(super) fn keep_lines(state: &mut State, effects: &mut Vec<Effect>) {
    if state.plain.is_some() && !is_line_due(state) {
        effects.extend(block::keep_open(state));
        effects.extend(keep_waiting(state));
    }
}

/// Remerges open merges with the text that a line has changed.
///
/// A line is complete when it arrives, so there is no pause in typing to wait for. Therefore the output about a merge
/// does not depend on a timer.
fn merge_again(state: &mut State, effects: &mut Vec<Effect>) {
    effects.retain(|effect| !matches!(effect, Effect::AwaitPause { .. }));
    for work in state.people.panes.iter_mut().flat_map(Pane::documents_mut) {
        effects.extend(work.catch_up_now());
    }
}

fn carry_out(state: &mut State, line: String) -> Vec<Effect> {
    let context = state.input_context();
    let Some(plain) = &mut state.plain else { return Vec::new() };
    plain.told.forget_note();
    plain.heard += 1;
    if plain.lines == LineSource::Piped {
        plain.echo = Some(format!("> {line}"));
    }
    if let Some(mut block) = plain.block.take() {
        if is_end_of_block(&line) {
            return block::close(state, block);
        }
        block.lines.push(line);
        plain.block = Some(block);
        return Vec::new();
    }
    let said = parse::parse(&line, context);
    if said != parse::Parsed::Remark {
        plain.reply_pending = true;
    }
    execute::execute(state, said)
}

/// Ends the session at the end of the input.
///
/// The end does not answer any question, so unsaved text stays in its drafts.
fn end(state: &mut State) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain
        && let Some(block) = plain.block.take()
    {
        // The end waits until the draft with these lines is written, or has failed.
        plain.waiting.push_front(HeardLine::End);
        plain.print("There are no more lines; the block ends without its dot.");
        return block::close(state, block);
    }
    if state.has_unsaved_text() {
        state.leaving.pending_end = SessionEnd::Quit;
        let words = leaving_messages::unsaved_at_the_end(state);
        print(state, words);
    }
    state.leaving.ended = Some(SessionEnd::Quit);
    Vec::new()
}

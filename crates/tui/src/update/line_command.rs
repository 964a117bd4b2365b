//! The lines of plain mode: a line that is due becomes what keys become, and what changed is said after each event.
//!
//! The words are read in [`crate::plain`]. Here is what they do: [`execute`] has one arm for each command, [`edit`]
//! writes by line, [`block`] keeps the lines that belong together, [`lesson`] answers for a lesson's leader.

mod block;
mod edit;
mod execute;
mod lesson;
mod merge;
mod print;

use terminal::input::LineSource;
use terminal::sanitize::sanitize;

use crate::effect::Effect;
use crate::event::HeardLine;
use crate::messages;
use crate::pane::Pane;
use crate::plain::{is_end_of_block, is_line_due, next_lines, parse};
use crate::state::{SessionEnd, State};
pub(super) use block::{keep_waiting, offer_again, offer_aside, offer_unread};
pub(super) use execute::close_list;
use print::print;

/// It is the turn of a line, or of the end of the lines.
pub(super) fn on_line(state: &mut State, line: HeardLine) -> Vec<Effect> {
    let mut effects = match line {
        HeardLine::Line(line) => carry_out(state, line),
        HeardLine::End => end(state),
    };
    merge_again(state, &mut effects);
    effects
}

/// Counts what was asked of the world: each of it comes back as an event, and lines of a pipe wait for that.
#[expect(clippy::ptr_arg, reason = "all passes have one type")]
pub(super) fn count_effects(state: &mut State, effects: &mut Vec<Effect>) {
    let in_a_lesson = state.lesson.course.is_some();
    if let Some(plain) = &mut state.plain {
        plain.note_effects(effects, in_a_lesson);
    }
}

/// Says the reply to a line, and what changed.
pub(super) fn print_changes(state: &mut State, effects: &mut Vec<Effect>) {
    let lines = next_lines(state);
    if !lines.is_empty() {
        effects.push(Effect::Print(lines.iter().map(|line| sanitize(line).into_owned()).collect()));
    }
}

/// Has the lines kept that are not in a text yet, unless the next of them is due now.
pub(super) fn keep_lines(state: &mut State, effects: &mut Vec<Effect>) {
    if state.plain.is_some() && !is_line_due(state) {
        effects.extend(block::keep_open(state));
        effects.extend(keep_waiting(state));
    }
}

/// Makes open merges again with what was said.
///
/// A line is said at once, so there is no pause to wait for. So what is
/// said about a merge, and when, does not depend on a timer.
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

/// Ends the session, since there are no more lines. That answers no question, so what is unsaved stays in its drafts.
fn end(state: &mut State) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain
        && let Some(block) = plain.block.take()
    {
        // The end is heard once it is known what became of the draft with these lines.
        plain.waiting.push_front(HeardLine::End);
        plain.print("There are no more lines; those said last are taken as they are.");
        return block::close(state, block);
    }
    if state.has_unsaved_text() {
        let words = messages::unsaved_at_the_end(state);
        print(state, words);
    }
    state.leaving.ended = Some(SessionEnd::Quit);
    Vec::new()
}

//! A block of lines: what follows `add`, `line`, `insert` or `edit` without a text, until a line of a single dot.
//!
//! The lines are kept in the draft as they are said, so that they outlive the program however it ends. They belong to
//! no place before the dot, so the next run offers them and puts them nowhere by itself. How lines are put into a text
//! is decided in [`super::edit`].

use super::edit;
use super::print::print;
use crate::effect::Effect;
use crate::ids::DocumentKey;
use crate::pane::Pane;
use crate::plain::{LineBlock, PlainSession, waiting_lines};
use crate::state::State;

/// The most lines that are read out when they are offered.
const MAX_LINES_READ_OUT: usize = 12;

/// Puts a block where it belongs. If there is no such place any more, the lines stay in the draft and can be pasted.
pub(super) fn close(state: &mut State, block: LineBlock) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain {
        plain.reply_pending = true;
    }
    let LineBlock { spot, lines } = block;
    let (mut effects, is_placed) = edit::place(state, spot, &lines);
    if is_placed || lines.is_empty() {
        return effects;
    }
    let mut text = lines.join("\n");
    if let Some(work) = state.pane_mut().document_mut() {
        effects.extend(work.keep_unplaced(text.clone()));
        text = work.editor.unplaced_text().map_or(text, str::to_owned);
    }
    state.clipboard.register = text;
    print(state, format!("What you said is kept; {BLOCK_HELP}."));
    effects
}

/// Has the lines of an open block kept in the draft of the document that they are for. Those of a block that is closed
/// are in the text, or are kept as what has no place.
pub(super) fn keep_open(state: &mut State) -> Vec<Effect> {
    let open = state.plain.as_ref().and_then(PlainSession::open_lines);
    let at_hand = state.document().map(|work| work.key);
    let is_at_hand = |key: DocumentKey| at_hand == Some(key);
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    works.flat_map(|work| work.keep_open_lines(open.clone().filter(|_| is_at_hand(work.key)))).collect()
}

/// Has the lines kept that wait for their turn, in the draft of the document at hand: a pipe is read as fast as it
/// delivers, and its writer may be gone by the time that a line is carried out. The user's own `quit` leaves
/// what follows it unread.
pub(crate) fn keep_waiting(state: &mut State) -> Vec<Effect> {
    if !state.disk.keeps_drafts {
        return Vec::new();
    }
    let waiting = waiting_lines(state);
    let at_hand = state.document().map(|work| work.key);
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    works.flat_map(|work| work.keep_unread(waiting.clone().filter(|_| at_hand == Some(work.key)))).collect()
}

/// Offers what an earlier run kept and had no place for.
pub(crate) fn offer_again(state: &mut State, text: &str) {
    let (lines, are) = counted_with_verb(text);
    print(state, format!("{lines} of an earlier run {are} in no text yet:"));
    read_out(state, text);
    print(state, format!("Such text stays in the draft; {BLOCK_HELP}."));
}

/// Offers the lines that an earlier run had not read when it ended.
pub(crate) fn offer_unread(state: &mut State, text: &str) {
    let (lines, were) = match counted_with_verb(text) {
        (lines, "is") => (lines, "was"),
        (lines, _) => (lines, "were"),
    };
    print(
        state,
        format!("{lines} of an earlier run {were} not read before it ended, and nothing was done about them:"),
    );
    read_out(state, text);
    print(state, format!("They stay in the draft; {BLOCK_HELP}, 'dismiss' lets them go."));
}

fn read_out(state: &mut State, text: &str) {
    let count = text.lines().count();
    for (number, line) in (1..).zip(text.lines().take(MAX_LINES_READ_OUT)) {
        print(state, format!("{number}. {line}"));
    }
    if count > MAX_LINES_READ_OUT {
        print(state, format!("… and {} more.", counted(count - MAX_LINES_READ_OUT)));
    }
}

/// Offers what an earlier run had taken out of the text.
pub(crate) fn offer_aside(state: &mut State, text: &str) {
    let count = text.lines().count();
    print(state, format!("Cut out of the text in an earlier run, or replaced by an old version ({}):", counted(count)));
    for (number, line) in (1..).zip(text.lines().take(MAX_LINES_READ_OUT)) {
        print(state, format!("{number}. {line}"));
    }
    if count > MAX_LINES_READ_OUT {
        print(state, format!("… and {} more.", counted(count - MAX_LINES_READ_OUT)));
    }
    print(state, format!("Such text stays in the draft until the next save; {BLOCK_HELP}."));
}

/// How lines that are kept can be used.
const BLOCK_HELP: &str = "'paste' adds it at the end, 'paste N' puts it before line N";

fn counted_with_verb(text: &str) -> (String, &'static str) {
    let count = text.lines().count();
    (counted(count), if count == 1 { "is" } else { "are" })
}

fn counted(lines: usize) -> String {
    format!("{lines} line{}", if lines == 1 { "" } else { "s" })
}

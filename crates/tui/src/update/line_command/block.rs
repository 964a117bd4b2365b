//! A block: the lines after an `add`, `line`, `insert` or `edit` without a text, up to a single dot.
//!
//! The draft keeps the lines as they arrive, so they survive the program however it ends. Until the dot they are in no
//! text, so the next run offers them for pasting and does not insert them by itself. [`super::edit`] inserts lines into
//! a text.

use super::edit;
use super::print::print;
use crate::effect::Effect;
use crate::ids::DocumentKey;
use crate::pane::Pane;
use crate::plain::listing::counted;
use crate::plain::{LineBlock, PlainSession, waiting_lines};
use crate::state::State;

/// The maximum number of offered lines that are printed.
const MAX_LINES_READ_OUT: usize = 12;

/// Inserts a block at its position.
///
/// If the position is gone, the draft keeps the lines, and they can be pasted.
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
    print(state, format!("These lines are kept; {BLOCK_HELP}."));
    effects
}

/// Keeps the lines of an open block in the draft of the document in view.
///
/// The lines of a closed block are in the text, or are kept as unplaced text.
pub(super) fn keep_open(state: &mut State) -> Vec<Effect> {
    let open = state.plain.as_ref().and_then(PlainSession::open_lines);
    let at_hand = state.document().map(|work| work.key);
    let is_at_hand = |key: DocumentKey| at_hand == Some(key);
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    works.flat_map(|work| work.keep_open_lines(open.clone().filter(|_| is_at_hand(work.key)))).collect()
}

/// Keeps the lines that wait for their turn in the draft of the document in view.
///
/// A pipe is read as fast as it delivers, and its writer may be gone before a line is carried out. Lines after the
/// user's own `quit` are dropped.
pub(crate) fn keep_waiting(state: &mut State) -> Vec<Effect> {
    if !state.disk.keeps_drafts {
        return Vec::new();
    }
    let waiting = waiting_lines(state);
    let at_hand = state.document().map(|work| work.key);
    let works = state.people.panes.iter_mut().flat_map(Pane::documents_mut);
    works.flat_map(|work| work.keep_unread(waiting.clone().filter(|_| at_hand == Some(work.key)))).collect()
}

/// Offers text that an earlier run kept and could not place in a document.
pub(crate) fn offer_again(state: &mut State, text: &str) {
    let (lines, are) = counted_with_verb(text);
    print(state, format!("{lines} from an earlier run {are} in no text yet:"));
    read_out(state, text);
    print(state, format!("Such text stays in the draft; {BLOCK_HELP}."));
}

/// Offers the lines that an earlier run received and did not carry out.
pub(crate) fn offer_unread(state: &mut State, text: &str) {
    let (lines, were) = match counted_with_verb(text) {
        (lines, "is") => (lines, "was"),
        (lines, _) => (lines, "were"),
    };
    print(state, format!("{lines} from an earlier run {were} not carried out before it ended:"));
    read_out(state, text);
    print(state, format!("They stay in the draft; {BLOCK_HELP}, 'dismiss' drops them."));
}

/// Offers text that was cut from the document in an earlier run.
pub(crate) fn offer_aside(state: &mut State, text: &str) {
    let count = text.lines().count();
    print(state, format!("Cut from the text in an earlier run, or replaced by an old version ({}):", counted(count)));
    read_out(state, text);
    print(state, format!("Such text stays in the draft until the next save; {BLOCK_HELP}."));
}

/// Prints the first lines of a text, numbered, and how many more there are.
fn read_out(state: &mut State, text: &str) {
    let count = text.lines().count();
    for (number, line) in (1..).zip(text.lines().take(MAX_LINES_READ_OUT)) {
        print(state, format!("{number}. {line}"));
    }
    if count > MAX_LINES_READ_OUT {
        print(state, format!("… and {} more.", counted(count - MAX_LINES_READ_OUT)));
    }
}

/// How kept lines can be pasted.
const BLOCK_HELP: &str = "'paste' adds it at the end, 'paste N' puts it before line N";

fn counted_with_verb(text: &str) -> (String, &'static str) {
    let count = text.lines().count();
    (counted(count), if count == 1 { "is" } else { "are" })
}

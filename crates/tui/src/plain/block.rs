//! A block of lines: what follows `add`, `line`, `insert` or `edit` without a text, until a line of a single dot.
//!
//! The lines are kept in the draft as they are said, so that they outlive the program however it ends. They belong to
//! no place before the dot, so the next run offers them and puts them nowhere by itself. How lines are put into a text
//! is decided in [`super::edit`].

use super::parse::{self, Parsed, TextPosition};
use super::{HeardLine, PlainSession, edit, print};
use crate::action::Context;
use crate::effect::Effect;
use crate::open_document::DocumentKey;
use crate::pane::Pane;
use crate::state::{SessionEnd, State};

/// The most lines that are read out when they are offered.
const MAX_LINES_READ_OUT: usize = 12;

/// Lines that belong together, and what they are for.
#[derive(Debug, Clone)]
pub(super) struct LineBlock {
    pub(super) spot: TextPosition,
    pub(super) lines: Vec<String>,
}

/// Whether a line ends the block that is open.
pub(super) fn is_end_of_block(line: &str) -> bool {
    line.trim_end() == "."
}

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
    state.register = text;
    print(state, format!("What you said is kept; {BLOCK_HELP}."));
    effects
}

/// Has the lines of an open block kept in the draft of the document that they are for. Those of a block that is closed
/// are in the text, or are kept as what has no place.
pub(super) fn keep_open(state: &mut State) -> Vec<Effect> {
    let open = state.plain.as_ref().and_then(PlainSession::open_lines);
    let at_hand = state.document().map(|work| work.key);
    let is_at_hand = |key: DocumentKey| at_hand == Some(key);
    let works = state.panes.iter_mut().flat_map(Pane::documents_mut);
    works.flat_map(|work| work.keep_open_lines(open.clone().filter(|_| is_at_hand(work.key)))).collect()
}

/// Has the lines kept that wait for their turn, in the draft of the document at hand: a pipe is read as fast as it
/// delivers, and whoever filled it may be gone by the time that a line is carried out. The user's own `quit` leaves
/// what follows it unread.
pub(crate) fn keep_waiting(state: &mut State) -> Vec<Effect> {
    if !state.keeps_drafts {
        return Vec::new();
    }
    let waiting = waiting_lines(state);
    let at_hand = state.document().map(|work| work.key);
    let works = state.panes.iter_mut().flat_map(Pane::documents_mut);
    works.flat_map(|work| work.keep_unread(waiting.clone().filter(|_| at_hand == Some(work.key)))).collect()
}

/// Returns the lines that wait for their turn; `None` if there are none, or if none of them will be read.
pub(crate) fn waiting_lines(state: &State) -> Option<String> {
    let is_left = matches!(state.ended, Some(SessionEnd::Quit | SessionEnd::Refuted));
    state.plain.as_ref().filter(|_| !is_left).and_then(PlainSession::waiting_lines)
}

/// Returns the next line that waits, if it is meant for a text and says nothing about the drafts to choose from.
pub(crate) fn line_for_a_text(state: &State) -> Option<String> {
    let Some(HeardLine::Line(line)) = state.plain.as_ref()?.waiting.front() else { return None };
    let means = |context| !matches!(parse::parse(line, context), Parsed::Wrong(_) | Parsed::Remark);
    (means(Context::Text) && !means(Context::Drafts)).then(|| line.clone())
}

impl PlainSession {
    /// The lines that wait and belong to no block that is open; `None` if none of them has a word.
    fn waiting_lines(&self) -> Option<String> {
        let is_of_block = |heard: &&HeardLine| matches!(heard, HeardLine::Line(line) if !is_end_of_block(line));
        let of_block = self.block.as_ref().map_or(0, |_| self.waiting.iter().take_while(is_of_block).count());
        let lines = self.waiting.iter().skip(of_block).filter_map(|heard| match heard {
            HeardLine::Line(line) => Some(line.as_str()),
            HeardLine::End => None,
        });
        let lines: Vec<&str> = lines.collect();
        lines.iter().any(|line| !line.trim().is_empty()).then(|| lines.join("\n"))
    }

    /// The lines of the block that is open, and those that wait and belong to it; `None` if there is none of them.
    fn open_lines(&self) -> Option<String> {
        let block = self.block.as_ref()?;
        let waiting = self.waiting.iter().map_while(|heard| match heard {
            HeardLine::Line(line) if !is_end_of_block(line) => Some(line.as_str()),
            _ => None,
        });
        let lines: Vec<&str> = block.lines.iter().map(String::as_str).chain(waiting).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
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

/// What can be done with lines that are kept.
const BLOCK_HELP: &str = "'paste' adds it at the end, 'paste N' puts it before line N";

fn counted_with_verb(text: &str) -> (String, &'static str) {
    let count = text.lines().count();
    (counted(count), if count == 1 { "is" } else { "are" })
}

fn counted(lines: usize) -> String {
    format!("{lines} line{}", if lines == 1 { "" } else { "s" })
}

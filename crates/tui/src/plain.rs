//! Plain mode: the program line by line, for screen readers, pipes and simple terminals.
//!
//! It is another input and another output for the same state. A line of standard input waits in the [`session`] until
//! it is due ([`turn`]); then the loop takes it in as an event. [`parse`] looks it up in one table of commands
//! ([`commands`]), and [`mod@crate::update`] carries it out with the same handlers as for keys. After each event, the
//! *changes* are printed in a line or two ([`changes`]): nothing is drawn, no cursor moves, and nothing depends on
//! colour or position. A lesson prints its own run log ([`lesson_commands`]). Every printed line goes through
//! `sanitize` as a whole, in one place, so that no foreign text can control the terminal.
//!
//! A line from a terminal is due immediately, except while a document is being opened. A line from a pipe waits for the
//! response to the line before, as a person would. So a file of lines has the same result each time.

mod announced;
pub(crate) mod changes;
mod commands;
pub(crate) mod help;
pub(crate) mod lesson_commands;
pub(crate) mod listed;
pub(crate) mod listing;
pub(crate) mod parse;
pub(crate) mod pending;
pub(crate) mod room_question;
mod say;
mod session;
mod spoken_merge;
mod turn;

use terminal::input::LineSource;

use crate::state::State;
pub(crate) use commands::command_for;
pub(crate) use say::next_lines;
pub(crate) use session::{LineBlock, PlainSession, is_end_of_block};
pub(crate) use turn::{is_line_due, line_for_a_text, waiting_lines};

impl State {
    /// Returns the same session in plain mode.
    #[must_use]
    pub fn in_plain(self, lines: LineSource) -> Self {
        self.continue_in_plain(PlainSession::new(lines))
    }

    /// Returns the same session in plain mode, with the waiting lines of the session before it.
    pub(crate) fn continue_in_plain(mut self, mut plain: PlainSession) -> Self {
        plain.told.begins(changes::holder(&self));
        plain.reply.extend(help::greeting(&self));
        self.plain = Some(plain);
        self
    }
}

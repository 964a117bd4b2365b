//! Plain mode: the same program line by line, for ears, for pipes, and for terminals that can do nothing else.
//!
//! It is another way into the same state and out of it. A line of standard input waits in the [`session`] until it is
//! its [`turn`]; then the loop takes it in as an event. One table of words ([`commands`]) says what the line means
//! ([`parse`]), and [`mod@crate::update`] does that with the same handlers as for keys. After each event, what
//! *changed* is said in a line or two ([`changes`]): nothing is drawn, no cursor moves, and nothing is told by colour
//! or position. A lesson tells itself ([`lesson_commands`]). Each line that is said goes through `sanitize` as a whole,
//! in one place, so that no foreign text can control the terminal.
//!
//! A line from a terminal is taken at once, except while a document is being opened. Lines from a pipe wait until what
//! was asked has its response, as a person would: so a file of lines takes the same course each time.

mod announced;
pub(crate) mod changes;
mod commands;
pub(crate) mod help;
pub(crate) mod lesson_commands;
pub(crate) mod listing;
pub(crate) mod parse;
pub(crate) mod pending;
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
    /// The same session in plain mode.
    #[must_use]
    pub fn in_plain(self, lines: LineSource) -> Self {
        self.continue_in_plain(PlainSession::new(lines))
    }

    /// The same session in plain mode, after another one in which lines were heard; some of them may wait.
    pub(crate) fn continue_in_plain(mut self, mut plain: PlainSession) -> Self {
        plain.told.begins(changes::holder(&self));
        plain.reply.extend(help::greeting(&self));
        self.plain = Some(plain);
        self
    }
}

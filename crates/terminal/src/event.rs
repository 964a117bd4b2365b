//! Events at the terminal, and the queue that they are sent to.
//!
//! A [`TerminalEvent`] is a fact about the past. It goes into the program's queue, an [`EventSink`]; the program that
//! takes it out decides what it means.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::mpsc::UnboundedSender;

use crate::key::Key;
use crate::theme::Background;

/// Something that happened at the terminal, on standard input, in the operating system, or in a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TerminalEvent {
    /// From the terminal: a key was pressed.
    Key(Key),
    /// From the terminal: a whole text was pasted.
    Pasted(String),
    /// From the terminal: the mouse was used.
    Mouse(Mouse),
    /// From the terminal: its size may have changed. The event carries the present size.
    Resized {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// From the terminal: the kind of its background, which it was asked for.
    Background(Background),
    /// From the terminal: it has kitty's keyboard protocol, which it was asked about.
    KeyboardProtocol,
    /// From the terminal: it accepts output again after frames were skipped, or output has failed.
    OutputTaken,
    /// From standard input, read line by line: a line, without its line end.
    Line(String),
    /// From standard input, read line by line: there are no more lines.
    LinesEnded,
    /// From the operating system: the program is asked to end.
    Stopped(StopReason),
    /// From the operating system: the program is asked to suspend itself, as by Ctrl-Z in a shell.
    Suspended,
    /// From the operating system: the program runs again.
    ///
    /// Another program may have used the screen meanwhile.
    Continued,
    /// From [`Tasks`](crate::tasks::Tasks): a task panicked.
    TaskDied {
        /// The name of the task.
        name: Cow<'static, str>,
        /// The message of the panic.
        why: String,
    },
}

impl TerminalEvent {
    /// Returns whether the event comes from the user, or from the operating system on their behalf.
    #[must_use]
    pub const fn is_from_user(&self) -> bool {
        match self {
            Self::Key(_)
            | Self::Pasted(_)
            | Self::Mouse(_)
            | Self::Resized { .. }
            | Self::Background(_)
            | Self::KeyboardProtocol
            | Self::Line(_)
            | Self::LinesEnded
            | Self::Stopped(_)
            | Self::Suspended
            | Self::Continued => true,
            Self::OutputTaken | Self::TaskDied { .. } => false,
        }
    }

    /// Returns whether a signal of the operating system caused the event.
    #[must_use]
    pub const fn is_signal(&self) -> bool {
        matches!(self, Self::Stopped(_) | Self::Suspended | Self::Continued)
    }
}

/// A click, a drag or a turn of the wheel, at a column and a row counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mouse {
    /// The kind of mouse event.
    pub kind: MouseKind,
    /// The column.
    pub column: u16,
    /// The row.
    pub row: u16,
}

/// The mouse events that this crate reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MouseKind {
    /// The left button was pressed.
    Click,
    /// The left button was pressed again at the same place, shortly after a click.
    DoubleClick,
    /// The left button was pressed a third time.
    TripleClick,
    /// The left button was pressed while Shift was held.
    ShiftClick,
    /// The mouse was moved while the left button was pressed.
    Drag,
    /// The wheel was turned by so many notches: towards the user if the number is positive.
    Wheel(i16),
}

impl MouseKind {
    /// Returns whether the left button was pressed.
    #[must_use]
    pub const fn is_press(self) -> bool {
        match self {
            Self::Click | Self::DoubleClick | Self::TripleClick | Self::ShiftClick => true,
            Self::Drag | Self::Wheel(_) => false,
        }
    }
}

/// The reason for which the operating system asks the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopReason {
    /// SIGTERM, for example because a service is stopped.
    Terminate,
    /// SIGHUP: the terminal is gone.
    HangUp,
    /// SIGINT from another process: on the keyboard, Ctrl-C means copy.
    Interrupt,
    /// SIGQUIT.
    Quit,
    /// Another signal that ends a process, by its number.
    Other(u8),
}

impl StopReason {
    /// Returns the signal's number. The program's exit code is 128 plus this number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::HangUp => 1,
            Self::Interrupt => 2,
            Self::Quit => 3,
            Self::Terminate => 15,
            Self::Other(number) => number,
        }
    }
}

/// The event loop accepts no more events because the program is ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the event loop has ended")]
pub struct EventLoopEnded;

/// The sending side of a program's event queue.
///
/// A small program can use an unbounded channel of tokio: its sender is an `EventSink`. A program that also receives
/// events from a network needs a bounded queue of its own.
pub trait EventSink: Clone + Send + Sync + 'static {
    /// Sends an event without waiting for room. Meant for signals and for events whose number is bounded.
    ///
    /// # Errors
    ///
    /// If the event loop has ended.
    fn send(&self, event: TerminalEvent) -> Result<(), EventLoopEnded>;

    /// Sends an event as soon as there is room for it.
    ///
    /// # Errors
    ///
    /// If the event loop has ended.
    fn deliver(&self, event: TerminalEvent) -> impl Future<Output = Result<(), EventLoopEnded>> + Send;

    /// Returns whether the event loop has ended.
    fn is_closed(&self) -> bool;
}

impl<E: From<TerminalEvent> + Send + 'static> EventSink for UnboundedSender<E> {
    fn send(&self, event: TerminalEvent) -> Result<(), EventLoopEnded> {
        self.send(event.into()).map_err(|_| EventLoopEnded)
    }

    async fn deliver(&self, event: TerminalEvent) -> Result<(), EventLoopEnded> {
        self.send(event.into()).map_err(|_| EventLoopEnded)
    }

    fn is_closed(&self) -> bool {
        self.is_closed()
    }
}

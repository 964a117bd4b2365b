//! What happens at the terminal, and where it is told.
//!
//! A [`TerminalEvent`] is a fact about the past. What it means is decided by the program that takes it out of its
//! queue; that queue is an [`EventSink`].

use thiserror::Error;
use tokio::sync::mpsc::UnboundedSender;

use crate::key::Key;

/// Something that happened at the terminal, on standard input, in the operating system, or in a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEvent {
    /// From the terminal: a key was pressed.
    Key(Key),
    /// From the terminal: a whole text was pasted.
    Pasted(String),
    /// From the terminal: the mouse was used.
    Mouse(Mouse),
    /// From the terminal: its size may have changed. This is its size now.
    Resized {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// From the terminal: it takes output again after frames were left out, or its output has failed.
    OutputTaken,
    /// From standard input, read line by line: a line, without its end.
    Line(String),
    /// From standard input, read line by line: there are no more lines.
    LinesEnded,
    /// From the operating system: the program shall end.
    Stopped(StopReason),
    /// From the operating system: the program shall stop for a while, as Ctrl-Z in a shell does.
    Suspended,
    /// From the operating system: the program goes on. Another program may have used the screen meanwhile.
    Continued,
    /// From [`Tasks`](crate::tasks::Tasks): one of them panicked.
    TaskDied {
        /// The name of the task.
        name: &'static str,
        /// The message of the panic.
        why: String,
    },
}

impl TerminalEvent {
    /// Returns whether the event comes from the user, or from the operating system in their name.
    #[must_use]
    pub const fn is_from_user(&self) -> bool {
        match self {
            Self::Key(_)
            | Self::Pasted(_)
            | Self::Mouse(_)
            | Self::Resized { .. }
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

/// What the mouse did, at a column and a row counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// The column.
    pub column: u16,
    /// The row.
    pub row: u16,
}

/// What a mouse can do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseKind {
    /// The first button went down.
    Click,
    /// The wheel turned towards the hand.
    WheelDown,
    /// The wheel turned away from the hand.
    WheelUp,
}

/// Why the operating system wants the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// SIGTERM, or a service that is stopped.
    Terminate,
    /// SIGHUP: the terminal is gone.
    HangUp,
    /// SIGINT, from outside: Ctrl-C on the keyboard copies.
    Interrupt,
    /// SIGQUIT.
    Quit,
    /// Another signal that ends a process, by its number.
    Other(u8),
}

impl StopReason {
    /// Returns the signal's number; the exit code is 128 and this.
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

/// The event loop takes no more events: the program is ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the event loop has ended")]
pub struct EventLoopEnded;

/// The sending side of a program's queue of events.
///
/// A small program uses an unbounded channel of tokio, whose sender is an `EventSink`. A program that also takes events
/// from a network has a queue of its own, which bounds them.
pub trait EventSink: Clone + Send + Sync + 'static {
    /// Sends an event without waiting for room. It is for events whose number is bounded, and for signals.
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

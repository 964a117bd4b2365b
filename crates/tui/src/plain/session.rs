//! A session in plain mode: the source of its lines, the waiting lines, and the next output.

use std::collections::VecDeque;

use terminal::event::TerminalEvent;
use terminal::input::LineSource;

use super::announced::Announced;
use super::listed::ListedDocument;
use super::parse::TextPosition;
use crate::effect::Effect;
use crate::event::{Event, HeardLine};

/// A session in plain mode: lines that came in, and lines to print.
#[derive(Debug, Clone)]
pub(crate) struct PlainSession {
    pub(crate) lines: LineSource,
    pub(crate) waiting: VecDeque<HeardLine>,
    /// The open block: it ends at a single dot.
    pub(crate) block: Option<LineBlock>,
    /// The number of effects whose events have not come yet.
    pub(crate) outstanding: usize,
    /// The requests that were released at the gate.
    pub(crate) let_go: Vec<u64>,
    /// The number of lines that were carried out.
    pub(crate) heard: u64,
    pub(crate) told: Announced,
    /// The documents that were listed last, in their order.
    pub(crate) listed: Vec<ListedDocument>,
    /// The line that was carried out, to print as an echo.
    pub(crate) echo: Option<String>,
    /// The reply to the line.
    pub(crate) reply: Vec<String>,
    /// Whether a line was carried out that has no reply yet.
    pub(crate) reply_pending: bool,
    /// Whether the lesson is replayed because the user went a step back.
    pub(crate) went_back: bool,
}

/// A block of lines, and the position that they are for.
#[derive(Debug, Clone)]
pub(crate) struct LineBlock {
    pub(crate) spot: TextPosition,
    pub(crate) lines: Vec<String>,
}

/// Returns whether a line ends the open block.
pub(crate) fn is_end_of_block(line: &str) -> bool {
    line.trim_end() == "."
}

impl PlainSession {
    pub(crate) fn new(lines: LineSource) -> Self {
        Self {
            lines,
            waiting: VecDeque::new(),
            block: None,
            outstanding: 0,
            let_go: Vec::new(),
            heard: 0,
            told: Announced::default(),
            listed: Vec::new(),
            echo: None,
            reply: Vec::new(),
            reply_pending: false,
            went_back: false,
        }
    }

    /// Returns the plain mode of the next session on the stage, with the lines that still wait.
    pub(crate) fn carried(self) -> Self {
        let told = Announced::of_a_lesson(self.went_back);
        Self { waiting: self.waiting, heard: self.heard, told, ..Self::new(self.lines) }
    }

    /// Handles an event: queues a line, or counts an event that the next line waits for.
    pub(crate) fn on_event(&mut self, event: &Event, in_a_lesson: bool) {
        if let Event::Terminal(TerminalEvent::Line(line)) = event {
            self.waiting.push_back(HeardLine::Line(line.clone()));
        } else if let Event::Terminal(TerminalEvent::LinesEnded) = event {
            self.waiting.push_back(HeardLine::End);
        } else if event.is_awaited() && !(in_a_lesson && matches!(event, Event::Answered { .. })) {
            self.outstanding = self.outstanding.saturating_sub(1);
        }
    }

    /// Counts the effects that the next line waits for.
    ///
    /// A lesson's requests are not counted: the lesson itself knows which are in flight.
    pub(crate) fn note_effects(&mut self, effects: &[Effect], in_a_lesson: bool) {
        let is_counted =
            |effect: &&Effect| effect.is_awaited() && !(in_a_lesson && matches!(effect, Effect::Ask { .. }));
        self.outstanding += effects.iter().filter(is_counted).count();
    }

    pub(crate) fn print(&mut self, line: impl Into<String>) {
        self.reply.push(line.into());
    }

    pub(crate) fn print_all(&mut self, lines: impl IntoIterator<Item = String>) {
        self.reply.extend(lines);
    }

    /// Returns the waiting lines that do not belong to the open block, or `None` if all of them are blank.
    pub(crate) fn waiting_lines(&self) -> Option<String> {
        let is_of_block = |heard: &&HeardLine| matches!(heard, HeardLine::Line(line) if !is_end_of_block(line));
        let of_block = self.block.as_ref().map_or(0, |_| self.waiting.iter().take_while(is_of_block).count());
        let lines = self.waiting.iter().skip(of_block).filter_map(|heard| match heard {
            HeardLine::Line(line) => Some(line.as_str()),
            HeardLine::End => None,
        });
        let lines: Vec<&str> = lines.collect();
        lines.iter().any(|line| !line.trim().is_empty()).then(|| lines.join("\n"))
    }

    /// Returns the lines of the open block, or `None` if there are none.
    ///
    /// Waiting lines that belong to the block are included.
    pub(crate) fn open_lines(&self) -> Option<String> {
        let block = self.block.as_ref()?;
        let waiting = self.waiting.iter().map_while(|heard| match heard {
            HeardLine::Line(line) if !is_end_of_block(line) => Some(line.as_str()),
            _ => None,
        });
        let lines: Vec<&str> = block.lines.iter().map(String::as_str).chain(waiting).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

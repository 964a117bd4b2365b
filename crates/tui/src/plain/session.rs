//! A session in plain mode: where its lines come from, which of them wait, and what is to be said next.

use std::collections::VecDeque;

use contract::DocumentId;
use terminal::event::TerminalEvent;
use terminal::input::LineSource;

use super::announced::Announced;
use super::parse::TextPosition;
use crate::effect::Effect;
use crate::event::{Event, HeardLine};

/// A session in plain mode: lines heard, and lines to be said.
#[derive(Debug, Clone)]
pub(crate) struct PlainSession {
    pub(crate) lines: LineSource,
    pub(crate) waiting: VecDeque<HeardLine>,
    /// Lines that belong together, until one of a single dot.
    pub(crate) block: Option<LineBlock>,
    /// How many effects were asked of the world and have not come back as events.
    pub(crate) outstanding: usize,
    /// The requests that were let go on at the gate.
    pub(crate) let_go: Vec<u64>,
    /// How many lines were heard.
    pub(crate) heard: u64,
    pub(crate) told: Announced,
    /// The documents that were read out last, in their order.
    pub(crate) listed: Vec<DocumentId>,
    /// The line that was heard, to be said again.
    pub(crate) echo: Option<String>,
    /// The reply to it.
    pub(crate) reply: Vec<String>,
    /// Whether a line was heard that was not answered yet.
    pub(crate) reply_pending: bool,
    /// Whether the lesson is played anew because the user went a step back.
    pub(crate) went_back: bool,
}

/// Lines that belong together, and what they are for.
#[derive(Debug, Clone)]
pub(crate) struct LineBlock {
    pub(crate) spot: TextPosition,
    pub(crate) lines: Vec<String>,
}

/// Whether a line ends the block that is open.
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

    /// For what comes next on the stage: what was told is another's, and the lines that wait are heard there.
    pub(crate) fn carried(self) -> Self {
        let told = Announced::of_a_lesson(self.went_back);
        Self { waiting: self.waiting, heard: self.heard, told, ..Self::new(self.lines) }
    }

    /// Takes in what happened: a line, or an event that the next line waits for.
    pub(crate) fn on_event(&mut self, event: &Event, in_a_lesson: bool) {
        if let Event::Terminal(TerminalEvent::Line(line)) = event {
            self.waiting.push_back(HeardLine::Line(line.clone()));
        } else if let Event::Terminal(TerminalEvent::LinesEnded) = event {
            self.waiting.push_back(HeardLine::End);
        } else if event.is_awaited() && !(in_a_lesson && matches!(event, Event::Answered { .. })) {
            self.outstanding = self.outstanding.saturating_sub(1);
        }
    }

    /// Counts the effects that the next line waits for. A lesson knows itself which requests are under way.
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

    /// Returns the lines that wait and do not belong to the open block; `None` if none of them has a word.
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

    /// Returns the lines of the open block, and those that wait and belong to it; `None` if there are none.
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

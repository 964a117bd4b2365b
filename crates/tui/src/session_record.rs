//! The record of a session: everything that came into it, as lines of JSON; and its replay.
//!
//! The state changes only by events, and `update` has no clock, network or random numbers. So the same events, from
//! the same start, lead to the same frames: a record shows what a user saw, without their terminal and their server.
//! One thing depends on frames: a text is scrolled to its cursor when it is drawn. So the record says after which
//! events a frame was drawn. What is *not* recorded: effects, which follow from the events, and the theme, which is the
//! viewer's.
//!
//! The first line is the header. Each further line has a time, in milliseconds since the record began, and either the
//! start of a session, an event, or `"frame":true`. A token is never in it: the client's exchanges have none, and no
//! event carries one. The stage is a series of sessions, each with its own state, so its record has several starts.
//!
//! A merge that ran into its time limit has coarser regions than its replay, which has no limit.

use std::sync::Arc;

use lesson::Lesson;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use serde::{Deserialize, Serialize};
use terminal::event::TerminalEvent;
use terminal::theme::Theme;
use thiserror::Error;

use crate::draw::draw;
use crate::event::Event;
use crate::run::advance;
use crate::session_start::SessionStart;
use crate::state::State;

/// The version of the format. A record of another version cannot be replayed.
const FORMAT: u32 = 1;

/// The version of the program. Another one may respond to the same events in another way.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// The sentence in the header of each record that says what is in it.
pub const RECORD_CONTENT: &str = "Everything that was typed or pasted, and the text of every document that was open, is in this file. Tokens and \
     codes are not, unless they were typed into a text.";

/// The first line of a record.
#[derive(Debug, Serialize, Deserialize)]
struct RecordHeader {
    ifmatch_record: u32,
    program: String,
    content: String,
    /// The names of the lessons that could be chosen.
    lessons: Vec<String>,
}

/// A line of a record, after the header. It has one of the three.
#[derive(Debug, Serialize, Deserialize)]
struct RecordLine<S, E> {
    at: u64,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    start: Option<S>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    event: Option<E>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    frame: bool,
}

const fn none<T>() -> Option<T> {
    None
}

/// The error when a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// The first line is not a header.
    #[error("it is not the record of a session: {0}")]
    NotARecord(String),
    /// The format is another one.
    #[error("it has format {0}, and this program reads format {FORMAT}; replay it with the program that recorded it")]
    Format(u32),
    /// Another version of the program recorded it.
    #[error("ifmatch {0} recorded it, and this is {PROGRAM}; replay it with that version, which shows the same frames")]
    Program(String),
    /// A line is not valid.
    #[error("line {line} is damaged: {why}")]
    Line {
        /// The number of the line, from 1.
        line: usize,
        /// The reason.
        why: String,
    },
    /// The session was in a lesson that is not there.
    #[error("it is about other lessons than these; name the same file or folder with --lessons")]
    Lessons,
}

/// Returns the first line of a record, with its line end.
pub(crate) fn header_line(lessons: &[Arc<Lesson>]) -> serde_json::Result<String> {
    let lessons = names_of(lessons);
    let header = RecordHeader {
        ifmatch_record: FORMAT,
        program: PROGRAM.to_owned(),
        content: RECORD_CONTENT.to_owned(),
        lessons,
    };
    Ok(serde_json::to_string(&header)? + "\n")
}

/// Returns the line of a session's start, with its line end.
pub(crate) fn start_line(at: u64, start: &SessionStart) -> serde_json::Result<String> {
    let line = RecordLine::<_, ()> { at, start: Some(start), event: None, frame: false };
    Ok(serde_json::to_string(&line)? + "\n")
}

/// Returns the line of an event, with its line end.
pub(crate) fn event_line(at: u64, event: &Event) -> serde_json::Result<String> {
    let line = RecordLine::<(), _> { at, start: None, event: Some(event), frame: false };
    Ok(serde_json::to_string(&line)? + "\n")
}

/// Returns the line of a frame that was drawn, with its line end.
pub(crate) fn frame_line(at: u64) -> serde_json::Result<String> {
    let line = RecordLine::<(), ()> { at, start: None, event: None, frame: true };
    Ok(serde_json::to_string(&line)? + "\n")
}

fn names_of(lessons: &[Arc<Lesson>]) -> Vec<String> {
    lessons.iter().map(|lesson| lesson.name.clone()).collect()
}

/// A record that was read.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    entries: Vec<RecordEntry>,
}

/// A start or an event.
#[derive(Debug, Clone)]
struct RecordEntry {
    input: SessionInput,
    /// Whether a frame was drawn after it.
    is_drawn: bool,
}

/// An input of a session.
#[derive(Debug, Clone)]
enum SessionInput {
    Start(Box<SessionStart>),
    Event(Box<Event>),
}

impl SessionRecord {
    /// Reads a record; `lessons` are those that can be chosen now.
    ///
    /// A last line without a line end is left out: the program was killed while it wrote the line.
    ///
    /// # Errors
    ///
    /// [`RecordError`] if the text is not a record, or a record of another version.
    pub fn read(text: &str, lessons: &[Arc<Lesson>]) -> Result<Self, RecordError> {
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let mut lines = whole.lines().enumerate();
        let first = lines.next().map_or("", |(_, line)| line);
        let header: RecordHeader =
            serde_json::from_str(first).map_err(|error| RecordError::NotARecord(error.to_string()))?;
        if header.ifmatch_record != FORMAT {
            return Err(RecordError::Format(header.ifmatch_record));
        }
        if header.program != PROGRAM {
            return Err(RecordError::Program(header.program));
        }
        let mut entries: Vec<RecordEntry> = Vec::new();
        for (index, line) in lines {
            let damaged = |why: String| RecordError::Line { line: index + 1, why };
            let line: RecordLine<Box<SessionStart>, Box<Event>> =
                serde_json::from_str(line).map_err(|error| damaged(error.to_string()))?;
            let input = match (line.start, line.event, entries.last_mut()) {
                (None, None, Some(last)) if line.frame => {
                    last.is_drawn = true;
                    continue;
                }
                (Some(start), None, _) if start.state(lessons, Theme::default()).is_none() => {
                    return Err(RecordError::Lessons);
                }
                (Some(start), None, _) => SessionInput::Start(start),
                (None, Some(event), Some(_)) => SessionInput::Event(event),
                (None, _, None) => return Err(damaged("no session has started".to_owned())),
                _ => return Err(damaged("it has neither a start nor an event, or both".to_owned())),
            };
            entries.push(RecordEntry { input, is_drawn: false });
        }
        let shows_lessons =
            |entry: &RecordEntry| matches!(&entry.input, SessionInput::Start(start) if start.needs_lessons());
        if entries.iter().any(shows_lessons) && header.lessons != names_of(lessons) {
            return Err(RecordError::Lessons);
        }
        if entries.is_empty() {
            return Err(RecordError::NotARecord("no session starts in it".to_owned()));
        }
        Ok(Self { entries })
    }

    /// Returns how many starts and events the record has. There is at least one.
    #[must_use]
    pub fn length(&self) -> usize {
        self.entries.len()
    }

    /// Returns the state after the first `count` starts and events, at least one.
    #[must_use]
    pub fn state_after(&self, count: usize, lessons: &[Arc<Lesson>], theme: Theme) -> Option<State> {
        let mut state = None;
        for entry in self.entries.iter().take(count.max(1)) {
            match (&entry.input, &mut state) {
                (SessionInput::Start(start), state) => *state = start.state(lessons, theme),
                (SessionInput::Event(event), Some(state)) => {
                    // Effects are what the session did outside; in a replay there is no outside.
                    drop(advance(state, (**event).clone()));
                    // An event may have told of the background of the recorded terminal.
                    state.theme = theme;
                }
                (SessionInput::Event(_), None) => {}
            }
            if let Some(state) = state.as_ref().filter(|_| entry.is_drawn) {
                drop(frame_of(state));
            }
        }
        state
    }

    /// Returns the entry at a position, in a few words.
    #[must_use]
    pub fn describe(&self, position: usize) -> String {
        match self.entries.get(position).map(|entry| &entry.input) {
            None => String::new(),
            Some(SessionInput::Start(_)) => "a session starts".to_owned(),
            Some(SessionInput::Event(event)) => describe(event),
        }
    }
}

/// Returns the frame of a state, in the size that its terminal has.
pub(crate) fn frame_of(state: &State) -> Buffer {
    let (width, height) = state.size;
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
    let Ok(drawn) = terminal.draw(|frame| draw(state, frame));
    drawn.buffer.clone()
}

/// Returns an event in a few words: the key, or the name of the event.
fn describe(event: &Event) -> String {
    match event {
        Event::Terminal(TerminalEvent::Key(key)) => format!("key {key}"),
        event => {
            // The name of the variant: `Answered { work: …` or `RecordBegins`.
            let debug = format!("{event:?}");
            debug.split([' ', '(']).next().unwrap_or_default().to_owned()
        }
    }
}

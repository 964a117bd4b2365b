//! The test application: the real `update` and `draw`, a terminal in memory, and a model server.
//!
//! The model evaluates preconditions as the contract says, and responds immediately; other tests cover the real
//! server. There is no clock and no waiting: a run is finished when nothing is in flight.

use std::collections::VecDeque;

use contract::{Author, DocumentId};
use crossterm::event::KeyCode;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Style;
use terminal::event::TerminalEvent;
use terminal::key::Key;
use terminal::theme::Theme;
use tui::action::KeyMap;
use tui::{Effect, Event, SessionEnd, SessionPart, SessionRecorder, SessionStart, State, advance, draw};

use crate::server::Server;

/// The document that all authors edit.
pub(crate) const TEXT: &str = "# Bread\n\nflour\nwater\nsalt\n";

pub(crate) fn author(name: &str) -> Author {
    name.parse().unwrap()
}

pub(crate) fn id(name: &str) -> DocumentId {
    name.parse().unwrap()
}

/// The program, with a model of the server and of the disk.
pub(crate) struct TestApp {
    pub(crate) state: State,
    pub(crate) server: Server,
    /// All effects so far, in order.
    pub(crate) effects: Vec<Effect>,
    people: Vec<Author>,
    /// Records all events, if they are to be replayed.
    recorder: Option<SessionRecorder>,
}

impl TestApp {
    /// Returns the stage: Alice and Bob on `welcome`, in a terminal of this size.
    pub(crate) fn stage(width: u16, height: u16) -> Self {
        let people = vec![author("Alice"), author("Bob")];
        let state = State::stage(people.clone(), &id("welcome"), "http://127.0.0.1:4280".to_owned(), Theme::default());
        Self::begin(state, people, width, height)
    }

    /// Returns the editor of Alice alone.
    pub(crate) fn single(document: Option<&str>, width: u16, height: u16) -> Self {
        let people = vec![author("Alice")];
        let server = "http://127.0.0.1:4280".to_owned();
        let state = State::editor(author("Alice"), document.map(id), server, Theme::default());
        Self::begin(state, people, width, height)
    }

    /// Returns the editor of Alice alone, which marks the lines that others change.
    pub(crate) fn marking_others(width: u16, height: u16) -> Self {
        let part = SessionPart::Editor { me: author("Alice"), document: Some(id("welcome")) };
        let start = SessionStart::new(part, "http://127.0.0.1:4280".to_owned(), (width, height));
        let start = SessionStart { marks_others: true, keeps_drafts: true, ..start };
        let state = start.state(&[], Theme::default()).expect("an editor has no lessons");
        Self::begin(state, vec![author("Alice")], width, height)
    }

    /// Returns the stage with other keys.
    pub(crate) fn stage_with_keys(keys: KeyMap, width: u16, height: u16) -> Self {
        let people = vec![author("Alice"), author("Bob")];
        let state = State::stage(people.clone(), &id("welcome"), "http://127.0.0.1:4280".to_owned(), Theme::default());
        Self::begin(state.with_keys(keys), people, width, height)
    }

    pub(crate) fn begin(state: State, people: Vec<Author>, width: u16, height: u16) -> Self {
        Self::at(Server::with(TEXT), state, people, width, height).connected()
    }

    /// Returns the editor of Alice alone, with a server that does not respond.
    pub(crate) fn offline(document: Option<&str>, width: u16, height: u16) -> Self {
        let mut server = Server::with(TEXT);
        server.down = true;
        let state =
            State::editor(author("Alice"), document.map(id), "http://127.0.0.1:4280".to_owned(), Theme::default());
        Self::at(server, state, vec![author("Alice")], width, height)
    }

    pub(crate) fn at(server: Server, state: State, people: Vec<Author>, width: u16, height: u16) -> Self {
        let (mut play, first) = Self::unanswered(server, state, people, width, height);
        play.carry_out(first);
        play
    }

    /// Returns the program at its start, and the effects that have not been carried out.
    pub(crate) fn unanswered(
        server: Server,
        state: State,
        people: Vec<Author>,
        width: u16,
        height: u16,
    ) -> (Self, Vec<Effect>) {
        let (mut play, first) = Self::begun(server, state, people, None);
        play.resize(width, height);
        (play, first)
    }

    /// Like [`TestApp::unanswered`], in the size that the state has.
    ///
    /// All events are recorded if there is a recorder.
    pub(crate) fn begun(
        server: Server,
        state: State,
        people: Vec<Author>,
        recorder: Option<SessionRecorder>,
    ) -> (Self, Vec<Effect>) {
        let mut play = Self { state, server, effects: Vec::new(), people, recorder };
        let first = play.advance(Event::Begun);
        (play, first)
    }

    /// Connects the event streams of all editors.
    pub(crate) fn connected(mut self) -> Self {
        for seat in 0..self.people.len() {
            self.event(Event::Connected { seat });
        }
        self
    }

    /// Handles an event, and everything that follows from it.
    pub(crate) fn event(&mut self, event: impl Into<Event>) -> &mut Self {
        let effects = self.advance(event.into());
        self.carry_out(effects)
    }

    /// Handles an event as the loop does, and returns its effects.
    fn advance(&mut self, event: Event) -> Vec<Effect> {
        if let Some(recorder) = &self.recorder {
            recorder.event(&event);
        }
        advance(&mut self.state, event)
    }

    /// Carries effects out, and everything that follows from them.
    pub(crate) fn carry_out(&mut self, first: Vec<Effect>) -> &mut Self {
        let mut waiting = VecDeque::from(first);
        while let Some(effect) = waiting.pop_front() {
            for event in self.server.answer(&effect, &self.people) {
                waiting.extend(self.advance(event));
            }
            self.effects.push(effect);
        }
        self
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.event(TerminalEvent::Resized { width, height })
    }

    pub(crate) fn press(&mut self, key: Key) -> &mut Self {
        self.event(TerminalEvent::Key(key))
    }

    pub(crate) fn code(&mut self, code: KeyCode) -> &mut Self {
        self.press(Key::plain(code))
    }

    pub(crate) fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.press(Key::char(c));
        }
        self
    }

    pub(crate) fn ctrl(&mut self, c: char) -> &mut Self {
        self.press(Key::ctrl(c))
    }

    pub(crate) fn alt(&mut self, c: char) -> &mut Self {
        self.press(Key::alt(c))
    }

    pub(crate) fn f(&mut self, number: u8) -> &mut Self {
        self.press(Key::f(number))
    }

    pub(crate) fn ended(&self) -> Option<&SessionEnd> {
        self.state.ended()
    }

    /// Returns the frame.
    pub(crate) fn screen(&self, width: u16, height: u16) -> Screen {
        if let Some(recorder) = &self.recorder {
            recorder.frame();
        }
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(&self.state, frame)).unwrap();
        Screen(terminal.backend().buffer().clone())
    }

    /// Asserts that a text is on the screen, and returns the screen.
    pub(crate) fn shows(&self, width: u16, height: u16, text: &str) -> Screen {
        let screen = self.screen(width, height);
        assert!(screen.text().contains(text), "{text:?} is not on the screen:\n{}", screen.text());
        screen
    }

    /// Asserts that a text is not on the screen.
    pub(crate) fn hides(&self, width: u16, height: u16, text: &str) {
        let screen = self.screen(width, height).text();
        assert!(!screen.contains(text), "{text:?} is on the screen:\n{screen}");
    }
}

/// A frame.
pub(crate) struct Screen(pub(crate) Buffer);

impl Screen {
    /// Returns the rows as text, without their trailing blanks.
    pub(crate) fn rows(&self) -> Vec<String> {
        let area = self.0.area;
        let row = |y| {
            let mut row = String::new();
            let mut skip = 0;
            for x in 0..area.width {
                let symbol = self.0[(x, y)].symbol();
                if skip == 0 {
                    row.push_str(symbol);
                    skip = unicode_width::UnicodeWidthStr::width(symbol).max(1);
                }
                skip -= 1;
            }
            row.trim_end().to_owned()
        };
        (0..area.height).map(row).collect()
    }

    pub(crate) fn text(&self) -> String {
        self.rows().join("\n")
    }

    /// Returns the columns and rows at which a text begins, from top to bottom and left to right.
    pub(crate) fn places_of(&self, text: &str) -> Vec<(u16, u16)> {
        let mut places = Vec::new();
        for (y, row) in (0..).zip(self.rows()) {
            for (at, _) in row.match_indices(text) {
                let x = unicode_width::UnicodeWidthStr::width(&row[..at]);
                places.push((u16::try_from(x).unwrap(), y));
            }
        }
        places
    }

    /// Returns the style of the first cell of a text within one row.
    pub(crate) fn style_of(&self, text: &str) -> Style {
        match self.places_of(text).first() {
            Some(place) => self.0[*place].style(),
            None => panic!("{text:?} is not on the screen:\n{}", self.text()),
        }
    }
}

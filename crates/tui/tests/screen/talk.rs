//! A user of plain mode: the lines of a test, and the replies.

use terminal::event::TerminalEvent;
use terminal::input::LineSource;
use terminal::theme::Theme;
use tui::{Effect, State};

use crate::harness::{TestApp, author, id};

/// A run in plain mode.
pub(crate) struct Talk {
    pub(crate) play: TestApp,
    /// The number of effects whose output the test has read.
    pub(crate) heard: usize,
}

impl Talk {
    pub(crate) fn begin(state: State, people: &[&str], lines: LineSource) -> Self {
        let state = state.in_plain(lines);
        let people = people.iter().map(|name| author(name)).collect();
        Self { play: TestApp::begin(state, people, 80, 24), heard: 0 }
    }

    /// Alice alone on `welcome`.
    pub(crate) fn single(lines: LineSource) -> Self {
        let state = State::editor(author("Alice"), Some(id("welcome")), String::new(), Theme::default());
        Self::begin(state, &["Alice"], lines)
    }

    /// Alice and Bob on `welcome`.
    pub(crate) fn stage() -> Self {
        let people = vec![author("Alice"), author("Bob")];
        let state = State::stage(people, &id("welcome"), String::new(), Theme::default());
        Self::begin(state, &["Alice", "Bob"], LineSource::Typed)
    }

    /// Returns what was printed since the last call.
    pub(crate) fn heard(&mut self) -> String {
        let said = self.play.effects[self.heard..].iter().filter_map(|effect| match effect {
            Effect::Print(lines) => Some(lines.join("\n")),
            _ => None,
        });
        let said = said.collect::<Vec<_>>().join("\n");
        self.heard = self.play.effects.len();
        said
    }

    /// Says a line, and returns the reply.
    pub(crate) fn say(&mut self, line: &str) -> String {
        self.heard();
        self.play.event(TerminalEvent::Line(line.to_owned()));
        self.heard()
    }

    /// Says lines, and asserts that the reply to the last one has these words.
    pub(crate) fn hears(&mut self, lines: &[&str], words: &[&str]) {
        let mut answer = String::new();
        for line in lines {
            answer = self.say(line);
        }
        for word in words {
            assert!(answer.contains(word), "{word:?} is not in the reply to {lines:?}:\n{answer}");
        }
    }

    /// Bob saves Alice's document, and she reloads it.
    pub(crate) fn reads(&mut self, content: &str) {
        self.bob_saves(content);
        self.say("reload");
    }

    /// Bob saves Alice's document, without her seeing it.
    pub(crate) fn bob_saves(&mut self, content: &str) {
        let told = self.play.server.saved_by("Bob", content);
        self.play.event(told);
    }
}

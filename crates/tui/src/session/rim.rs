//! What a session is shown on: a screen that is drawn, or lines that are said.

use std::io::{self, Write as _};

use crate::panic::PanicHook;
use crate::state::State;
use crate::terminal::{TerminalGuard, stop_process};

/// What a session is shown on.
pub(super) enum Rim {
    /// A terminal with a screen of ours.
    Screen { terminal: TerminalGuard, _hook: PanicHook },
    /// Standard output, line by line.
    Lines(Voice),
}

/// Says lines on standard output.
pub(super) struct Voice {
    /// Whether somebody types the lines that are heard, and is prompted for the next one.
    prompts: bool,
    /// What is to be said.
    lines: Vec<String>,
    /// The prompt that stands there, and how many lines had been heard when it was put there.
    prompted: Option<(String, u64)>,
}

impl Rim {
    /// Takes the terminal.
    pub(super) fn screen() -> io::Result<Self> {
        let terminal = TerminalGuard::claim()?;
        let hook = PanicHook::set(terminal.modes());
        Ok(Self::Screen { terminal, _hook: hook })
    }

    /// Standard output as it is.
    pub(super) const fn lines(prompts: bool) -> Self {
        Self::Lines(Voice { prompts, lines: Vec::new(), prompted: None })
    }

    /// The size of the screen; none where there is none.
    pub(super) fn size(&self) -> io::Result<Option<(u16, u16)>> {
        match self {
            Self::Screen { terminal, .. } => terminal.size().map(Some),
            Self::Lines(_) => Ok(None),
        }
    }

    /// Takes in what is to be said.
    pub(super) fn say(&mut self, lines: Vec<String>) {
        if let Self::Lines(voice) = self {
            voice.lines.extend(lines);
        }
    }

    /// Shows the state, or says what is to be said.
    pub(super) fn show(&mut self, state: &State) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.draw(state),
            Self::Lines(voice) => voice.speak(state),
        }
    }

    /// Stops the process, and comes back when it goes on.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.suspend(),
            Self::Lines(_) => stop_process(),
        }
    }

    /// Takes the screen again, where there is one.
    pub(super) fn reclaim(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.reclaim(),
            Self::Lines(voice) => {
                voice.prompted = None;
                Ok(())
            }
        }
    }
}

impl Voice {
    fn speak(&mut self, state: &State) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(self.next(state).as_bytes())?;
        out.flush()
    }

    /// All that is to be said, and the next prompt. What comes while somebody is at the prompt begins on a line of its own.
    fn next(&mut self, state: &State) -> String {
        let heard = state.lines_heard();
        let prompt = state.prompt().filter(|_| self.prompts).map(|prompt| (prompt, heard));
        if self.lines.is_empty() && (self.prompted == prompt || prompt.is_none()) {
            return String::new();
        }
        let unanswered = self.prompted.take().is_some_and(|(_, before)| before == heard);
        let mut said = if unanswered { "\n".to_owned() } else { String::new() };
        for line in self.lines.drain(..) {
            said.push_str(&line);
            said.push('\n');
        }
        said.push_str(prompt.as_ref().map_or("", |(prompt, _)| prompt));
        self.prompted = prompt;
        said
    }
}

//! What a session is shown on: a screen that is drawn, or lines that are said.

use std::io::{self, IsTerminal as _, Write as _};

use terminal::event::StopReason;
use terminal::guard::{TerminalGuard, stop_process};
use terminal::input::{self, LineSource, Signals, StopSender, stop_requests};
use terminal::output::{Output, is_gone};
use terminal::panic_hook::PanicHook;
use terminal::tasks::Tasks;

use super::error::SessionError;
use crate::draw::draw;
use crate::inbox::EventSender;
use crate::state::State;

/// What a session is shown on: the terminal, or whatever stands in its place.
pub trait Surface {
    /// Returns columns and rows, or `None` if there is no screen.
    ///
    /// # Errors
    ///
    /// If the terminal does not tell its size.
    fn size(&self) -> io::Result<Option<(u16, u16)>>;
    /// Accepts lines to print, if nothing is drawn.
    fn print(&mut self, lines: Vec<String>);
    /// Draws the state, or prints the lines.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn show(&mut self, state: &State) -> io::Result<()>;
    /// Stops the process, and returns when it is continued.
    ///
    /// # Errors
    ///
    /// If the terminal cannot be restored before, or the process cannot be stopped.
    fn suspend(&mut self) -> io::Result<()>;
    /// Takes the screen again, if there is one.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn reclaim(&mut self) -> io::Result<()>;
    /// Sends a text to the terminal for its clipboard. The terminal does not report whether it accepts the text.
    ///
    /// # Errors
    ///
    /// If there is no screen, or the output cannot be written.
    fn copy(&mut self, _: &str) -> io::Result<()> {
        Err(io::Error::other("there is no screen"))
    }
}

/// The terminal of this process, and what is heard from it as events.
pub(super) fn open(
    lines: Option<LineSource>,
    tasks: &mut Tasks<EventSender>,
    events: &EventSender,
) -> Result<ProcessSurface, SessionError> {
    let output = Output::open(events.clone()).map_err(SessionError::Threads)?;
    let (signals, (stops, requests)) = (Signals::listen(), stop_requests(events));
    // Not one of the session's tasks: after it, while drafts are written, a signal must be heard as well.
    tokio::spawn(signals.tell(output.clone(), stops.clone(), events.clone()));
    let rim = match lines {
        Some(lines) => ProcessSurface::lines(lines == LineSource::Typed, output, stops),
        None => ProcessSurface::screen(output, stops, events.clone()).map_err(SessionError::Terminal)?,
    };
    match lines {
        Some(lines) => tasks.spawn("lines", input::read_lines(lines, requests, events.clone())),
        None => tasks.spawn("terminal", input::read_terminal(requests, events.clone())),
    }
    Ok(rim)
}

/// The terminal of this process.
pub(super) enum ProcessSurface {
    /// A terminal with a screen of ours.
    Screen { terminal: TerminalGuard<EventSender>, _hook: PanicHook },
    /// Standard output, line by line.
    Lines(LineOutput),
}

/// Says lines on standard output.
pub(super) struct LineOutput {
    /// Whether somebody types the lines that are heard, and is prompted for the next one.
    prompts: bool,
    /// What is to be said.
    lines: Vec<String>,
    /// The prompt that stands there, and how many lines had been heard when it was put there.
    prompted: Option<(String, u64)>,
    /// Whether it is said on a terminal, which may go away.
    on_terminal: bool,
    output: Output,
    /// Where it is told that nobody listens any more.
    stops: StopSender<EventSender>,
}

impl ProcessSurface {
    /// Takes the terminal.
    pub(super) fn screen(output: Output, stops: StopSender<EventSender>, events: EventSender) -> io::Result<Self> {
        let terminal = TerminalGuard::claim(output, stops, events)?;
        let hook = PanicHook::set(terminal.modes());
        Ok(Self::Screen { terminal, _hook: hook })
    }

    /// Standard output as it is.
    pub(super) fn lines(prompts: bool, output: Output, stops: StopSender<EventSender>) -> Self {
        let on_terminal = io::stdout().is_terminal();
        Self::Lines(LineOutput { prompts, lines: Vec::new(), prompted: None, on_terminal, output, stops })
    }
}

impl Surface for ProcessSurface {
    fn size(&self) -> io::Result<Option<(u16, u16)>> {
        match self {
            Self::Screen { terminal, .. } => terminal.size().map(Some),
            Self::Lines(_) => Ok(None),
        }
    }

    fn print(&mut self, lines: Vec<String>) {
        if let Self::Lines(voice) = self {
            voice.lines.extend(lines);
        }
    }

    fn show(&mut self, state: &State) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.draw(state.size, |frame| draw(state, frame)),
            Self::Lines(voice) => voice.speak(state),
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.suspend(),
            Self::Lines(voice) => {
                let _ = voice.output.settle();
                stop_process()
            }
        }
    }

    fn reclaim(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.reclaim(),
            Self::Lines(voice) => {
                voice.prompted = None;
                Ok(())
            }
        }
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.copy(text),
            Self::Lines(_) => Err(io::Error::other("there is no screen")),
        }
    }
}

impl Drop for LineOutput {
    /// All that was said is written before the program ends. Whatever reads it may be slow.
    fn drop(&mut self) {
        self.output.finish();
    }
}

impl LineOutput {
    fn speak(&mut self, state: &State) -> io::Result<()> {
        let next = self.next(state);
        let said = self.output.write_all(next.as_bytes()).and_then(|()| self.output.flush());
        match said {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe || (self.on_terminal && is_gone(&error)) => {
                self.stops.send(StopReason::HangUp);
                Ok(())
            }
            said => said,
        }
    }

    /// All that is to be said, and the next prompt. What comes while somebody is at the prompt begins on a line of its
    /// own.
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

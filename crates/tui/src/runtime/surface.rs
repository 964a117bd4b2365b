//! The surface of a session: a screen that is drawn, or lines on standard output.

use std::io::{self, IsTerminal as _, Write as _};

use terminal::event::StopReason;
use terminal::features::TerminalFeatures;
use terminal::guard::{TerminalGuard, stop_process};
use terminal::input::{self, EarlyInput, LineSource, Signals, StopSender, stop_requests};
use terminal::output::{Output, is_gone};
use terminal::panic_hook::PanicHook;
use terminal::tasks::Tasks;
use terminal::theme::{Background, Theme};

use super::error::SessionError;
use crate::draw::draw;
use crate::inbox::EventSender;
use crate::state::State;

/// Shows a session: on the terminal, or on a stand-in for it.
pub trait Surface {
    /// Returns columns and rows, or `None` if there is no screen.
    ///
    /// # Errors
    ///
    /// If the terminal does not report its size.
    fn size(&self) -> io::Result<Option<(u16, u16)>>;
    /// Returns the background that the terminal has reported, if any.
    fn background(&self) -> Background {
        Background::Unknown
    }
    /// Accepts lines, which the next [`Surface::show`] prints if there is no screen.
    fn print(&mut self, lines: Vec<String>);
    /// Draws the state, or prints the lines.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn show(&mut self, state: &State) -> io::Result<()>;
    /// Restores the terminal and stops the process. Returns when the process is continued.
    ///
    /// # Errors
    ///
    /// If the terminal cannot be restored, or the process cannot be stopped.
    fn suspend(&mut self) -> io::Result<()>;
    /// Claims the screen again, if there is one.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn reclaim(&mut self) -> io::Result<()>;
    /// Switches on kitty's keyboard protocol, if this is a terminal. It has said that it has the protocol.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn use_keyboard_protocol(&mut self) -> io::Result<()> {
        Ok(())
    }
    /// Sends a text to the terminal for its clipboard.
    ///
    /// The terminal does not report whether it accepts the text.
    ///
    /// # Errors
    ///
    /// If there is no screen, or the output cannot be written.
    fn copy(&mut self, _: &str) -> io::Result<()> {
        Err(io::Error::other("there is no screen"))
    }
    /// Like [`Self::copy`], but does not wait until the terminal has taken the text.
    ///
    /// # Errors
    ///
    /// If there is no screen, or the terminal accepts no output at the moment.
    fn fill_clipboard(&mut self, text: &str) -> io::Result<()> {
        self.copy(text)
    }
}

/// Opens the terminal of this process, and starts the tasks that send its input and signals as events.
///
/// If the theme needs the terminal's background, the terminal is asked for it.
pub(super) fn open(
    lines: Option<LineSource>,
    theme: &Theme,
    features: TerminalFeatures,
    tasks: &mut Tasks<EventSender>,
    events: &EventSender,
) -> Result<ProcessSurface, SessionError> {
    let mut output = Output::open(events.clone()).map_err(SessionError::Threads)?;
    let (signals, (stops, requests)) = (Signals::listen(), stop_requests(events));
    // This is not one of the session's tasks: signals must still be handled while the last drafts are written.
    tokio::spawn(signals.forward(output.clone(), stops.clone(), events.clone()));
    let Some(lines) = lines else {
        let mut surface =
            ProcessSurface::screen(output.clone(), features, stops, events.clone()).map_err(SessionError::Terminal)?;
        input::ask_keyboard(&mut output);
        let mut early = EarlyInput::default();
        if let ProcessSurface::Screen { background, .. } = &mut surface
            && theme.needs_background()
        {
            (*background, early) = input::ask_background(&mut output);
        }
        tasks.spawn("terminal", input::read_terminal(requests, events.clone(), early));
        return Ok(surface);
    };
    tasks.spawn("lines", input::read_lines(lines, requests, events.clone()));
    Ok(ProcessSurface::lines(lines == LineSource::Typed, output, stops))
}

/// The terminal of this process.
pub(super) enum ProcessSurface {
    /// A terminal whose screen is ours.
    Screen { terminal: TerminalGuard<EventSender>, background: Background, _hook: PanicHook },
    /// Standard output, line by line.
    Lines(LineOutput),
}

/// Prints lines and prompts on standard output.
pub(super) struct LineOutput {
    /// Whether to prompt for input lines, because a user types them.
    prompts: bool,
    /// The lines to print.
    lines: Vec<String>,
    /// The prompt at the end of the output, and how many input lines had been read when it was printed.
    prompted: Option<(String, u64)>,
    /// Whether the output is a terminal, which may go away.
    on_terminal: bool,
    output: Output,
    /// Ends the session if the reader of the output is gone.
    stops: StopSender<EventSender>,
}

impl ProcessSurface {
    /// Claims the terminal.
    pub(super) fn screen(
        output: Output,
        features: TerminalFeatures,
        stops: StopSender<EventSender>,
        events: EventSender,
    ) -> io::Result<Self> {
        let terminal = TerminalGuard::claim(output, features, stops, events)?;
        let hook = PanicHook::set(terminal.modes());
        Ok(Self::Screen { terminal, background: Background::Unknown, _hook: hook })
    }

    /// Returns a surface that prints lines on standard output.
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

    fn background(&self) -> Background {
        match self {
            Self::Screen { background, .. } => *background,
            Self::Lines(_) => Background::Unknown,
        }
    }

    fn print(&mut self, lines: Vec<String>) {
        if let Self::Lines(line_output) = self {
            line_output.lines.extend(lines);
        }
    }

    fn show(&mut self, state: &State) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.draw(state.size, |frame| draw(state, frame)),
            Self::Lines(line_output) => line_output.write(state),
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.suspend(),
            Self::Lines(line_output) => {
                let _ = line_output.output.settle();
                stop_process()
            }
        }
    }

    fn reclaim(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.reclaim(),
            Self::Lines(line_output) => {
                line_output.prompted = None;
                Ok(())
            }
        }
    }

    fn use_keyboard_protocol(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.use_keyboard_protocol(),
            Self::Lines(_) => Ok(()),
        }
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.copy(text),
            Self::Lines(_) => Err(io::Error::other("there is no screen")),
        }
    }

    fn fill_clipboard(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Screen { terminal, .. } => terminal.fill_clipboard(text),
            Self::Lines(_) => Err(io::Error::other("there is no screen")),
        }
    }
}

impl Drop for LineOutput {
    /// Waits until all lines are written, since their reader may be slow.
    fn drop(&mut self) {
        self.output.finish();
    }
}

impl LineOutput {
    fn write(&mut self, state: &State) -> io::Result<()> {
        let next = self.next(state);
        let written = self.output.write_all(next.as_bytes()).and_then(|()| self.output.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe || (self.on_terminal && is_gone(&error)) => {
                self.stops.send(StopReason::HangUp);
                Ok(())
            }
            written => written,
        }
    }

    /// Returns the pending lines and the next prompt.
    ///
    /// If the user has not answered the last prompt yet, the lines begin below it.
    fn next(&mut self, state: &State) -> String {
        let heard = state.lines_heard();
        let prompt = state.prompt().filter(|_| self.prompts).map(|prompt| (prompt, heard));
        if self.lines.is_empty() && (self.prompted == prompt || prompt.is_none()) {
            return String::new();
        }
        let is_unanswered = self.prompted.take().is_some_and(|(_, before)| before == heard);
        let mut text = if is_unanswered { "\n".to_owned() } else { String::new() };
        for line in self.lines.drain(..) {
            text.push_str(&line);
            text.push('\n');
        }
        text.push_str(prompt.as_ref().map_or("", |(prompt, _)| prompt));
        self.prompted = prompt;
        text
    }
}

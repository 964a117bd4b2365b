//! One guard owns the terminal.
//!
//! Each mode that it switches on is noted, and undone in reverse on every way out: at the end, on an error, in a panic,
//! and while the program is stopped. A mode that was restored already is not restored again.
//!
//! A terminal that is gone is an event, not an error: the session then ends as after any other request to end, with its
//! drafts written. Nothing is drawn either while the terminal belongs to another job.
//!
//! Not here: the content of a frame, and reading keys.

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossterm::cursor::{SetCursorStyle, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, style};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};

use crate::event::{EventSink, StopReason};
use crate::foreground::{ForegroundWatch, is_in_foreground};
use crate::input::StopSender;
use crate::output::{Output, is_gone};

/// Something that is switched on in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TerminalMode {
    /// Keys come one by one, and none of them is the terminal's own.
    Raw,
    /// A screen of our own; what was there before comes back.
    AlternateScreen,
    /// A paste comes as a whole.
    BracketedPaste,
    /// Clicks and the wheel come to us.
    Mouse,
    /// The cursor is a bar between characters.
    CursorShape,
}

impl TerminalMode {
    /// In the order in which they are switched on.
    const ALL: [Self; 5] = [Self::Raw, Self::AlternateScreen, Self::BracketedPaste, Self::Mouse, Self::CursorShape];

    fn enable(self, output: &mut Output) -> io::Result<()> {
        match self {
            Self::Raw => enable_raw_mode(),
            Self::AlternateScreen => execute!(output, EnterAlternateScreen),
            Self::BracketedPaste => execute!(output, EnableBracketedPaste),
            Self::Mouse => execute!(output, EnableMouseCapture),
            Self::CursorShape => execute!(output, SetCursorStyle::SteadyBar),
        }
    }

    fn disable(self, output: &mut Output) -> io::Result<()> {
        if self == Self::Raw {
            // What undoes the others has to be written before, if the terminal takes it.
            let _ = output.settle();
        }
        match self {
            // In the background, this would stop the process (SIGTTOU), and the settings are the shell's already.
            Self::Raw if !is_in_foreground() => Ok(()),
            Self::Raw => disable_raw_mode(),
            // A frame may have been cut off in its middle, and the cursor is hidden unless a text has the keys.
            Self::AlternateScreen => execute!(output, EndSynchronizedUpdate, LeaveAlternateScreen, Show),
            Self::BracketedPaste => execute!(output, DisableBracketedPaste),
            Self::Mouse => execute!(output, DisableMouseCapture),
            Self::CursorShape => execute!(output, SetCursorStyle::DefaultUserShape),
        }
    }

    /// Switches it on although it should be on: another program may have switched it off.
    fn enable_again(self, output: &mut Output) -> io::Result<()> {
        if self == Self::Raw {
            // It is switched on only if it is known to be off.
            disable_raw_mode()?;
        }
        self.enable(output)
    }
}

/// The modes that are switched on; shared with the panic hook, which has to switch them off.
#[derive(Debug, Clone)]
pub struct TerminalModes {
    on: Arc<Mutex<Vec<TerminalMode>>>,
    output: Output,
}

impl TerminalModes {
    fn new(output: Output) -> Self {
        Self { on: Arc::default(), output }
    }

    /// Switches everything on, whatever is on already.
    fn claim(&self) -> io::Result<()> {
        let mut on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
        let output = &mut self.output.clone();
        for mode in TerminalMode::ALL {
            if on.contains(&mode) {
                mode.enable_again(output)?;
            } else {
                mode.enable(output)?;
                on.push(mode);
            }
        }
        Ok(())
    }

    /// Switches off, in reverse, every mode that is on. If one fails, the others are switched off all the same.
    pub(crate) fn restore(&self) {
        let mut on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(mode) = on.pop() {
            let _ = mode.disable(&mut self.output.clone());
        }
    }
}

/// The terminal, ours until this is dropped.
pub struct TerminalGuard<S> {
    modes: TerminalModes,
    output: Output,
    /// Never dropped: it would print to standard error if the cursor cannot be shown, and panic if there is none.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<Output>>>,
    /// The size of the last frame. If it changes, the whole screen is drawn.
    size: (u16, u16),
    presence: TerminalPresence,
    /// Runs while the terminal is another job's.
    foreground_watch: ForegroundWatch,
    /// Takes the message that the terminal is gone.
    stops: StopSender<S>,
    /// Takes the message that the terminal is ours again.
    events: S,
}

/// The answer to the question whether there is a terminal to draw on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TerminalPresence {
    /// It is ours.
    Here,
    /// This process was continued in the background: the terminal is another job's.
    Away,
    /// There is none any more.
    Gone,
}

impl<S: EventSink> TerminalGuard<S> {
    /// Takes the terminal. If that fails half-way, the modes that were switched on are switched off again.
    ///
    /// # Errors
    ///
    /// If a mode cannot be switched on, or the terminal cannot be written to.
    pub fn claim(output: Output, stops: StopSender<S>, events: S) -> io::Result<Self> {
        // NO_COLOR is the theme's business. Left to itself, this library would answer it with a reset behind every
        // attribute, and what is selected could no longer be seen.
        style::force_color_output(true);
        let modes = TerminalModes::new(output.clone());
        let terminal = modes.claim().and_then(|()| Terminal::new(CrosstermBackend::new(output.clone())));
        match terminal {
            Ok(terminal) => {
                let terminal = ManuallyDrop::new(terminal);
                Ok(Self {
                    modes,
                    output,
                    terminal,
                    size: (0, 0),
                    presence: TerminalPresence::Here,
                    foreground_watch: ForegroundWatch::default(),
                    stops,
                    events,
                })
            }
            Err(error) => {
                modes.restore();
                Err(error)
            }
        }
    }

    /// Returns the modes that are switched on, for the panic hook.
    #[must_use]
    pub fn modes(&self) -> TerminalModes {
        self.modes.clone()
    }

    /// Returns the columns and rows of the terminal.
    ///
    /// # Errors
    ///
    /// If the terminal does not tell its size.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Draws a frame; the terminal shows it as a whole. While the terminal takes nothing, frames are left out.
    ///
    /// `size` is the size that the program knows of. If it changes, the whole screen is drawn. A terminal that is gone
    /// is not an error: the stop is requested, and nothing is drawn.
    ///
    /// # Errors
    ///
    /// If the frame cannot be written, for another reason than that the terminal is gone.
    pub fn draw(&mut self, size: (u16, u16), paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if self.presence != TerminalPresence::Here {
            return Ok(());
        }
        let checked = self.output.check();
        self.unless_gone(checked)?;
        if self.presence != TerminalPresence::Here || !self.output.has_room() {
            return Ok(());
        }
        let drawn = self.draw_frame(size, paint);
        self.unless_gone(drawn)
    }

    fn draw_frame(&mut self, size: (u16, u16), paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        execute!(self.output, BeginSynchronizedUpdate)?;
        if self.size != size {
            // After a change of size terminals disagree about what is where, so all is drawn anew. `Terminal::clear`
            // would do so too, but it asks the terminal where the cursor is, and the answer would come as a key.
            let area = self.terminal.size()?;
            self.terminal.resize(area.into())?;
            self.size = size;
        }
        self.terminal.draw(paint)?;
        execute!(self.output, EndSynchronizedUpdate)
    }

    /// Sends a text to the terminal for its clipboard (OSC 52). A terminal without OSC 52 shows nothing of it.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or if the terminal takes no output at the moment.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        if !self.output.has_room() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the terminal takes no output"));
        }
        self.output.write_all(osc_52(text).as_bytes())?;
        self.output.flush()?;
        if self.output.settle() {
            return self.output.check();
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "the terminal takes no output"))
    }

    /// Gives the terminal back for as long as the process is stopped, and takes it again when it goes on.
    ///
    /// # Errors
    ///
    /// If the process cannot be stopped, or the terminal cannot be taken again.
    pub fn suspend(&mut self) -> io::Result<()> {
        self.modes.restore();
        let stopped = self.output.check().and_then(|()| stop_process());
        self.unless_gone(stopped)?;
        self.reclaim()
    }

    /// Takes the terminal again, since another program may have changed anything, and draws the whole screen next.
    ///
    /// # Errors
    ///
    /// If a mode cannot be switched on.
    pub fn reclaim(&mut self) -> io::Result<()> {
        if self.presence == TerminalPresence::Gone {
            return Ok(());
        }
        if !is_in_foreground() {
            // A job that was stopped and is to end is continued in the background: there it must not stop again.
            self.presence = TerminalPresence::Away;
            self.foreground_watch.begin(self.events.clone());
            return Ok(());
        }
        self.presence = TerminalPresence::Here;
        self.size = (0, 0);
        let claimed = self.modes.claim();
        self.unless_gone(claimed)
    }

    /// Requests the stop if the error means that the terminal is gone.
    fn unless_gone(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(error) if is_gone(&error) => {
                tracing::info!(%error, "the terminal is gone");
                self.presence = TerminalPresence::Gone;
                self.stops.send(StopReason::HangUp);
                Ok(())
            }
            result => result,
        }
    }
}

/// Returns the sequence that puts a text into the clipboard (xterm's Operating System Command 52).
fn osc_52(text: &str) -> String {
    format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text))
}

/// Stops this process as its shell's job control would, and returns when it goes on.
///
/// # Errors
///
/// If the process cannot be stopped.
#[cfg(unix)]
pub fn stop_process() -> io::Result<()> {
    signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)
}

/// Returns at once: other systems have no job control.
///
/// # Errors
///
/// Never.
#[cfg(not(unix))]
pub fn stop_process() -> io::Result<()> {
    Ok(())
}

impl<S> Drop for TerminalGuard<S> {
    fn drop(&mut self) {
        self.modes.restore();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_the_text_in_base_64_and_nothing_else() {
        assert_eq!(osc_52("Zoë\n\x1b[2J"), "\x1b]52;c;Wm/DqwobWzJK\x1b\\");
    }
}

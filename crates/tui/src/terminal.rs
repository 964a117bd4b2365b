//! One guard owns the terminal.
//!
//! Each mode that it switches on is noted, and undone in reverse on every way out: at the end, on an error, in a
//! panic, and while the program is stopped. Whoever restores what was restored already does nothing.
//!
//! Nothing is drawn here, and no key is read.

use std::io::{self, Write, stdout};
use std::sync::{Arc, Mutex, PoisonError};

use crossterm::cursor::{SetCursorStyle, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, style};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use crate::draw::draw;
use crate::state::State;

/// Something that is switched on in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Keys come one by one, and none of them is the terminal's own.
    Raw,
    /// A screen of our own; what was there before comes back.
    AlternateScreen,
    /// A paste comes as a whole.
    BracketedPaste,
    /// Clicks and the wheel come to us.
    Mouse,
    /// The cursor stands between characters.
    CursorShape,
}

impl Mode {
    /// In the order in which they are switched on.
    const ALL: [Self; 5] = [Self::Raw, Self::AlternateScreen, Self::BracketedPaste, Self::Mouse, Self::CursorShape];

    fn on(self) -> io::Result<()> {
        match self {
            Self::Raw => enable_raw_mode(),
            Self::AlternateScreen => execute!(stdout(), EnterAlternateScreen),
            Self::BracketedPaste => execute!(stdout(), EnableBracketedPaste),
            Self::Mouse => execute!(stdout(), EnableMouseCapture),
            Self::CursorShape => execute!(stdout(), SetCursorStyle::SteadyBar),
        }
    }

    fn off(self) -> io::Result<()> {
        match self {
            Self::Raw => disable_raw_mode(),
            // A frame may have been cut off in its middle, and the cursor is hidden where no text has the keys.
            Self::AlternateScreen => execute!(stdout(), EndSynchronizedUpdate, LeaveAlternateScreen, Show),
            Self::BracketedPaste => execute!(stdout(), DisableBracketedPaste),
            Self::Mouse => execute!(stdout(), DisableMouseCapture),
            Self::CursorShape => execute!(stdout(), SetCursorStyle::DefaultUserShape),
        }
    }
}

/// What is switched on at the moment; shared with the panic hook, which has to switch it off.
#[derive(Debug, Clone, Default)]
pub(crate) struct Modes(Arc<Mutex<Vec<Mode>>>);

impl Modes {
    /// Switches everything on that is not.
    fn claim(&self) -> io::Result<()> {
        let mut on = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for mode in Mode::ALL {
            if !on.contains(&mode) {
                mode.on()?;
                on.push(mode);
            }
        }
        Ok(())
    }

    /// Switches off, in reverse, whatever is on. Where one of them fails, the others are switched off all the same:
    /// there is nobody left who could do more.
    pub(crate) fn restore(&self) {
        let mut on = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(mode) = on.pop() {
            let _ = mode.off();
        }
    }
}

/// The terminal, ours until this is dropped.
pub(crate) struct TerminalGuard {
    modes: Modes,
    terminal: Terminal<CrosstermBackend<io::Stdout>>,
    /// The size of the last frame: where it changes, the whole is drawn.
    size: (u16, u16),
}

impl TerminalGuard {
    /// Takes the terminal. Where that fails half-way, what was switched on is switched off again.
    pub(crate) fn claim() -> io::Result<Self> {
        // NO_COLOR is the theme's business. Left to itself, this library would answer it with a reset behind every
        // attribute, and what is selected could no longer be seen.
        style::force_color_output(true);
        let modes = Modes::default();
        if let Err(error) = modes.claim() {
            modes.restore();
            return Err(error);
        }
        match Terminal::new(CrosstermBackend::new(stdout())) {
            Ok(terminal) => Ok(Self { modes, terminal, size: (0, 0) }),
            Err(error) => {
                modes.restore();
                Err(error)
            }
        }
    }

    /// What is switched on, for the panic hook.
    pub(crate) fn modes(&self) -> Modes {
        self.modes.clone()
    }

    /// Columns and rows.
    pub(crate) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Draws a frame; the terminal shows it as a whole.
    pub(crate) fn draw(&mut self, state: &State) -> io::Result<()> {
        execute!(stdout(), BeginSynchronizedUpdate)?;
        if self.size != state.size {
            // After a change of size terminals disagree about what is where, so all is drawn anew. `Terminal::clear`
            // would do so too, but it asks the terminal where the cursor is, and whoever reads the keys gets the answer.
            self.terminal.resize(self.terminal.size()?.into())?;
            self.size = state.size;
        }
        self.terminal.draw(|frame| draw(state, frame))?;
        execute!(stdout(), EndSynchronizedUpdate)
    }

    /// Gives the terminal back for as long as the process is stopped, and takes it again when it goes on.
    pub(crate) fn suspend(&mut self) -> io::Result<()> {
        self.modes.restore();
        stdout().flush()?;
        stop_process()?;
        self.reclaim()
    }

    /// Takes the terminal again: whoever had it meanwhile may have changed anything.
    pub(crate) fn reclaim(&mut self) -> io::Result<()> {
        self.modes.restore();
        self.modes.claim()?;
        self.size = (0, 0);
        Ok(())
    }
}

/// Stops this process as its shell's job control would; comes back when it goes on.
#[cfg(unix)]
pub(crate) fn stop_process() -> io::Result<()> {
    signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)
}

/// Other systems have no such thing.
#[cfg(not(unix))]
pub(crate) fn stop_process() -> io::Result<()> {
    Ok(())
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        self.modes.restore();
    }
}

//! The guard that owns the terminal.
//!
//! It records each mode that it switches on, and switches the modes off in reverse order on every way out: at the end,
//! on an error, in a panic, and while the process is suspended. No mode is switched off twice.
//!
//! A terminal that is gone is an event, not an error: the session ends as after any other stop request, with its drafts
//! written. Nothing is drawn while the terminal is gone or belongs to another job.
//!
//! The content of a frame, and reading keys, are not the guard's business.

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossterm::cursor::{MoveTo, SetCursorStyle, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, KeyboardEnhancementFlags,
    PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue, style};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};

use crate::doubtful_rows::DoubtfulRows;
use crate::event::{EventSink, StopReason};
use crate::features::TerminalFeatures;
use crate::foreground::{ForegroundWatch, is_in_foreground};
use crate::input::StopSender;
use crate::output::{Output, is_gone};
use crate::raw_mode;

/// A mode that is switched on in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TerminalMode {
    /// Keys are delivered one by one, and the terminal driver interprets none of them.
    Raw,
    /// A separate screen; the previous content returns when the mode is switched off.
    AlternateScreen,
    /// A paste is delivered as a whole.
    BracketedPaste,
    /// Clicks and wheel movements are delivered to us.
    Mouse,
    /// The cursor is a bar between characters.
    CursorShape,
    /// kitty's keyboard protocol.
    ///
    /// Keys are distinguished that other terminals send alike, and Escape is unambiguous. No action needs that. The
    /// mode is switched on only in a terminal that has it.
    Keyboard,
}

/// The flags of kitty's keyboard protocol that this program uses.
///
/// Escape is unambiguous, and the character that a key types with Shift is sent with the key.
const KEYBOARD_FLAGS: KeyboardEnhancementFlags =
    KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES.union(KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS);

impl TerminalMode {
    /// The modes that a terminal gets, in the order in which they are switched on.
    ///
    /// The mouse is left out if the user does not want it: see [`TerminalFeatures`].
    const ALL: [Self; 5] = [Self::Raw, Self::AlternateScreen, Self::BracketedPaste, Self::Mouse, Self::CursorShape];

    fn enable(self, output: &mut Output) -> io::Result<()> {
        match self {
            Self::Raw => enable_raw_mode(),
            Self::AlternateScreen => execute!(output, EnterAlternateScreen),
            Self::BracketedPaste => execute!(output, EnableBracketedPaste),
            Self::Mouse => execute!(output, EnableMouseCapture),
            Self::CursorShape => execute!(output, SetCursorStyle::SteadyBar),
            Self::Keyboard => execute!(output, PushKeyboardEnhancementFlags(KEYBOARD_FLAGS)),
        }
    }

    fn disable(self, output: &mut Output) -> io::Result<()> {
        if self == Self::Raw {
            // The sequences that switch off the other modes must be written first, if the terminal accepts them.
            let _ = output.settle();
        }
        match self {
            // `disable_raw_mode` in the background would stop the process (SIGTTOU). The shell has already restored the
            // terminal's settings.
            Self::Raw if !is_in_foreground() => Ok(()),
            Self::Raw => disable_raw_mode(),
            // A frame may be half written, and the cursor is hidden unless a text has the focus.
            Self::AlternateScreen => execute!(output, EndSynchronizedUpdate, LeaveAlternateScreen, Show),
            Self::BracketedPaste => execute!(output, DisableBracketedPaste),
            Self::Mouse => execute!(output, DisableMouseCapture),
            Self::CursorShape => execute!(output, SetCursorStyle::DefaultUserShape),
            Self::Keyboard => execute!(output, PopKeyboardEnhancementFlags),
        }
    }

    /// Switches on a mode that should already be on: another program may have switched it off.
    fn enable_again(self, output: &mut Output) -> io::Result<()> {
        match self {
            Self::Raw => raw_mode::set_again(),
            // Pushed again, the flags would have to be popped twice. Another program may have left others.
            Self::Keyboard => write!(output, "\x1b[={};1u", KEYBOARD_FLAGS.bits()).and_then(|()| output.flush()),
            _ => self.enable(output),
        }
    }
}

/// The modes that are switched on, shared with the panic hook, which switches them off.
#[derive(Debug, Clone)]
pub struct TerminalModes {
    on: Arc<Mutex<Vec<TerminalMode>>>,
    /// Whether the terminal has kitty's keyboard protocol.
    has_keyboard: Arc<AtomicBool>,
    features: TerminalFeatures,
    output: Output,
}

impl TerminalModes {
    fn new(output: Output, features: TerminalFeatures) -> Self {
        Self { on: Arc::default(), has_keyboard: Arc::default(), features, output }
    }

    /// Switches on kitty's keyboard protocol, if it is not on.
    fn use_keyboard(&self) -> io::Result<()> {
        self.has_keyboard.store(true, Ordering::Relaxed);
        let mut on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
        // If nothing is on, the terminal is not ours: the protocol is switched on with the other modes.
        if on.is_empty() || on.contains(&TerminalMode::Keyboard) {
            return Ok(());
        }
        TerminalMode::Keyboard.enable(&mut self.output.clone())?;
        on.push(TerminalMode::Keyboard);
        Ok(())
    }

    /// Switches on all modes, even those that should already be on.
    fn claim(&self) -> io::Result<()> {
        let mut on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
        let output = &mut self.output.clone();
        let keyboard = self.has_keyboard.load(Ordering::Relaxed).then_some(TerminalMode::Keyboard);
        let wanted = |mode: &TerminalMode| *mode != TerminalMode::Mouse || self.features.mouse;
        for mode in TerminalMode::ALL.into_iter().filter(wanted).chain(keyboard) {
            if on.contains(&mode) {
                mode.enable_again(output)?;
            } else {
                mode.enable(output)?;
                on.push(mode);
            }
        }
        Ok(())
    }

    /// Switches off every mode that is on, in reverse order. A failure does not keep the other modes on.
    pub(crate) fn restore(&self) {
        let mut on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(mode) = on.pop() {
            let _ = mode.disable(&mut self.output.clone());
        }
    }
}

/// The owner of the terminal, until it is dropped.
pub struct TerminalGuard<S> {
    modes: TerminalModes,
    output: Output,
    /// Never dropped: `Drop` prints to standard error if it cannot show the cursor, and may then panic.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<Output>>>,
    /// The size of the last frame. If the size changes, the whole screen is redrawn.
    size: (u16, u16),
    doubtful_rows: DoubtfulRows,
    presence: TerminalPresence,
    /// Runs while the terminal belongs to another job.
    foreground_watch: ForegroundWatch,
    /// Receives the stop request when the terminal is gone.
    stops: StopSender<S>,
    /// Receives `TerminalEvent::Continued` when the terminal is ours again.
    events: S,
}

/// Whether there is a terminal to draw on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TerminalPresence {
    /// The terminal is ours.
    Here,
    /// This process was continued in the background: the terminal belongs to another job.
    Away,
    /// The terminal is gone.
    Gone,
}

impl<S: EventSink> TerminalGuard<S> {
    /// Takes the terminal. If a mode fails, those already switched on are switched off again.
    ///
    /// # Errors
    ///
    /// If a mode cannot be switched on, or the terminal cannot be written to.
    pub fn claim(output: Output, features: TerminalFeatures, stops: StopSender<S>, events: S) -> io::Result<Self> {
        // NO_COLOR is the theme's business. If it is set, crossterm resets all attributes after each one by default,
        // and the selection would be invisible.
        style::force_color_output(true);
        let modes = TerminalModes::new(output.clone(), features);
        let terminal = modes.claim().and_then(|()| Terminal::new(CrosstermBackend::new(output.clone())));
        match terminal {
            Ok(terminal) => {
                let terminal = ManuallyDrop::new(terminal);
                Ok(Self {
                    modes,
                    output,
                    terminal,
                    size: (0, 0),
                    doubtful_rows: DoubtfulRows::default(),
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
    /// If the terminal does not report its size.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Draws a frame, which the terminal shows as a whole.
    ///
    /// While the terminal accepts no output, frames are skipped.
    ///
    /// `size` is the size that the program knows of. If it differs from the last frame's, the whole screen is redrawn.
    /// A terminal that is gone is not an error: nothing is drawn, and a stop request is sent.
    ///
    /// # Errors
    ///
    /// If the frame cannot be written for any reason other than that the terminal is gone.
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
        // The bytes of the frame are written at once: each write would wake the thread that writes, and the terminal.
        let _held = self.output.hold();
        execute!(self.output, BeginSynchronizedUpdate)?;
        if self.size != size {
            // After a change of size, terminals disagree about what is where, so the whole screen is redrawn.
            // `Terminal::clear` would do so too, but it queries the cursor's position, and we would read the reply as
            // keys.
            let area = self.terminal.size()?;
            self.terminal.resize(area.into())?;
            self.size = size;
            self.doubtful_rows.forget();
        }
        draw_frame(&mut self.terminal, &mut self.doubtful_rows, &mut self.output, paint)?;
        execute!(self.output, EndSynchronizedUpdate)
    }

    /// Like [`Self::copy`], but does not wait until the terminal has taken the text.
    ///
    /// # Errors
    ///
    /// If the terminal accepts no output at the moment.
    pub fn fill_clipboard(&mut self, text: &str) -> io::Result<()> {
        if !self.output.has_room() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the terminal accepts no output"));
        }
        self.output.write_all(osc_52(text).as_bytes())?;
        self.output.flush()
    }

    /// Puts a text into the terminal's clipboard (OSC 52). A terminal without OSC 52 ignores the sequence.
    ///
    /// # Errors
    ///
    /// If the sequence cannot be written, or if the terminal accepts no output at the moment.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        self.fill_clipboard(text)?;
        if self.output.settle() {
            return self.output.check();
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "the terminal accepts no output"))
    }

    /// Switches on kitty's keyboard protocol.
    ///
    /// The terminal has said that it has the protocol: see [`TerminalEvent::KeyboardProtocol`].
    ///
    /// [`TerminalEvent::KeyboardProtocol`]: crate::event::TerminalEvent::KeyboardProtocol
    ///
    /// # Errors
    ///
    /// If the mode cannot be switched on.
    pub fn use_keyboard_protocol(&mut self) -> io::Result<()> {
        let used = self.modes.use_keyboard();
        self.unless_gone(used)
    }

    /// Restores the terminal, suspends the process, and takes the terminal again afterwards.
    ///
    /// # Errors
    ///
    /// If the process cannot be suspended, or the terminal cannot be taken again.
    pub fn suspend(&mut self) -> io::Result<()> {
        self.modes.restore();
        let stopped = self.output.check().and_then(|()| stop_process());
        self.unless_gone(stopped)?;
        self.reclaim()
    }

    /// Takes the terminal again after another program may have changed its modes and its content.
    ///
    /// The next frame redraws the whole screen. If the process is in the background, this only starts to watch for its
    /// return to the foreground.
    ///
    /// # Errors
    ///
    /// If a mode cannot be switched on.
    pub fn reclaim(&mut self) -> io::Result<()> {
        if self.presence == TerminalPresence::Gone {
            return Ok(());
        }
        if !is_in_foreground() {
            // A shell that ends a stopped job continues it in the background: it must not stop again there.
            self.presence = TerminalPresence::Away;
            self.foreground_watch.begin(self.events.clone());
            return Ok(());
        }
        self.presence = TerminalPresence::Here;
        self.size = (0, 0);
        let claimed = self.modes.claim();
        self.unless_gone(claimed)
    }

    /// Sends a stop request, and returns `Ok`, if the error means that the terminal is gone.
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

/// Draws a frame. Rows that have to be drawn as a whole are cleared before.
fn draw_frame<W: Write>(
    terminal: &mut Terminal<CrosstermBackend<W>>,
    doubtful_rows: &mut DoubtfulRows,
    output: &mut impl Write,
    paint: impl FnOnce(&mut Frame<'_>),
) -> io::Result<()> {
    terminal.try_draw(|frame| {
        paint(frame);
        let rows = doubtful_rows.prepare(frame.buffer_mut());
        // The cells are written after this function has returned.
        rows.into_iter().try_for_each(|row| queue!(output, MoveTo(0, row), Clear(ClearType::CurrentLine)))
    })?;
    Ok(())
}

/// Returns the sequence that puts a text into the clipboard (xterm's Operating System Command 52).
fn osc_52(text: &str) -> String {
    format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text))
}

/// Suspends this process as a shell's job control would, and returns when the process continues.
///
/// # Errors
///
/// If the process cannot be suspended.
#[cfg(unix)]
pub fn stop_process() -> io::Result<()> {
    signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)
}

/// Does nothing: other systems have no job control.
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
    use std::cell::RefCell;
    use std::rc::Rc;

    use ratatui::layout::Rect;
    use ratatui::style::Style;
    use ratatui::{TerminalOptions, Viewport};

    use super::*;
    use crate::features::MAX_CLIPBOARD_BYTES;

    /// Bytes for a terminal, written by the backend and beside it.
    #[derive(Debug, Clone, Default)]
    struct Bytes(Rc<RefCell<Vec<u8>>>);

    impl Write for Bytes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// This terminal draws a family as two glyphs, as several real ones do.
    #[test]
    fn glyph_wider_than_its_cells_leaves_nothing_behind() {
        let mut bytes = Bytes::default();
        let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, 12, 3)) };
        let mut terminal = Terminal::with_options(CrosstermBackend::new(bytes.clone()), options).unwrap();
        let mut doubtful_rows = DoubtfulRows::default();
        let mut screen = vt100::Parser::new(3.try_into().unwrap(), 12.try_into().unwrap(), 0);
        let mut draw = |rows: [&str; 3]| {
            let paint = |frame: &mut Frame<'_>| {
                for (y, row) in (0..).zip(rows) {
                    frame.buffer_mut().set_stringn(0, y, row, 12, Style::new());
                }
            };
            draw_frame(&mut terminal, &mut doubtful_rows, &mut bytes, paint).unwrap();
            screen.process(&bytes.0.take());
            screen.screen().rows(0, 12).map(|row| row.trim_end().to_owned()).collect::<Vec<_>>()
        };
        draw(["one", "👩\u{200d}👩", "x"]);
        assert_eq!(draw(["👩\u{200d}👩", "y", "z"])[1..], ["y", "z"]);
        assert_eq!(draw(["one", "y", "👩\u{200d}👩"])[..2], ["one", "y"]);
    }

    #[test]
    fn clipboard_sequence_contains_only_base64() {
        assert_eq!(osc_52("Zoë\n\x1b[2J"), "\x1b]52;c;Wm/DqwobWzJK\x1b\\");
        assert!(osc_52(&"x".repeat(MAX_CLIPBOARD_BYTES)).len() <= 100_000);
    }
}

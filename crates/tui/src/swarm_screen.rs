//! The screen of `ifmatch swarm`: the chart of a run, and the keys that stop it.
//!
//! The chart itself is [`SwarmChart`]. A run goes on until its progress says that it is over: a key or a signal only
//! asks for that, so that the totals are complete.

mod chart;
mod series;

use crossterm::event::KeyCode;
use terminal::event::{StopReason, TerminalEvent};
use terminal::features::TerminalFeatures;
use terminal::guard::TerminalGuard;
use terminal::input::{self, EarlyInput, Signals, read_terminal, stop_requests};
use terminal::key::Key;
use terminal::output::Output;
use terminal::panic_hook::PanicHook;
use terminal::theme::Theme;
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::{oneshot, watch};

use crate::runtime::SessionError;
use swarm::SwarmProgress;

pub use chart::SwarmChart;

/// Shows a run on the terminal until it is over.
///
/// The first key or signal that asks for the end is sent to `stop`.
///
/// # Errors
///
/// If the terminal cannot be used.
pub async fn run_swarm_screen(
    mut theme: Theme,
    features: TerminalFeatures,
    server: &str,
    mut progress: watch::Receiver<SwarmProgress>,
    stop: oneshot::Sender<StopReason>,
) -> Result<(), SessionError> {
    let (events, mut queue) = unbounded_channel::<TerminalEvent>();
    let mut output = Output::open(events.clone()).map_err(SessionError::Threads)?;
    let (signals, (stops, requests)) = (Signals::listen(), stop_requests(&events));
    tokio::spawn(signals.forward(output.clone(), stops.clone(), events.clone()));
    let mut terminal =
        TerminalGuard::claim(output.clone(), features, stops, events.clone()).map_err(SessionError::Terminal)?;
    let _hook = PanicHook::set(terminal.modes());
    let mut early = EarlyInput::default();
    if theme.needs_background() {
        let (background, arrived) = input::ask_background(&mut output);
        theme.detect(background);
        early = arrived;
    }
    tokio::spawn(read_terminal(requests, events, early));
    let mut screen = SwarmScreen { size: terminal.size().map_err(SessionError::Terminal)?, stop: Some(stop) };
    loop {
        let state = progress.borrow_and_update().clone();
        let chart = SwarmChart { progress: &state, theme: &theme, server, is_stopping: screen.stop.is_none() };
        terminal.draw(screen.size, |frame| chart.draw(frame, frame.area())).map_err(SessionError::Terminal)?;
        if state.is_over {
            return Ok(());
        }
        tokio::select! {
            changed = progress.changed() => {
                // The run has failed, and its error is reported by its caller.
                if changed.is_err() {
                    return Ok(());
                }
            }
            Some(event) = queue.recv() => match screen.handle(&event) {
                ScreenAction::Nothing => {}
                ScreenAction::Suspend => terminal.suspend().map_err(SessionError::Terminal)?,
                ScreenAction::Reclaim => terminal.reclaim().map_err(SessionError::Terminal)?,
            },
        }
    }
}

/// The state of the screen, apart from the run.
struct SwarmScreen {
    size: (u16, u16),
    /// `None` once the end was asked for.
    stop: Option<oneshot::Sender<StopReason>>,
}

/// An action on the terminal.
#[derive(Debug, PartialEq, Eq)]
enum ScreenAction {
    Nothing,
    Suspend,
    Reclaim,
}

impl SwarmScreen {
    fn handle(&mut self, event: &TerminalEvent) -> ScreenAction {
        match event {
            TerminalEvent::Key(key) if is_stop(*key) => self.stop(StopReason::Interrupt),
            TerminalEvent::Stopped(reason) => self.stop(*reason),
            TerminalEvent::TaskDied { .. } => self.stop(StopReason::HangUp),
            TerminalEvent::Resized { width, height } => self.size = (*width, *height),
            TerminalEvent::Suspended => return ScreenAction::Suspend,
            TerminalEvent::Continued => return ScreenAction::Reclaim,
            TerminalEvent::Key(_)
            | TerminalEvent::Pasted(_)
            | TerminalEvent::Mouse(_)
            | TerminalEvent::Background(_)
            | TerminalEvent::KeyboardProtocol
            | TerminalEvent::OutputTaken
            | TerminalEvent::Line(_)
            | TerminalEvent::LinesEnded => {}
        }
        ScreenAction::Nothing
    }

    fn stop(&mut self, reason: StopReason) {
        if let Some(stop) = self.stop.take() {
            // An error means that the run is over.
            let _ = stop.send(reason);
        }
    }
}

/// Returns whether a key asks for the end: q, Esc, Ctrl-C, Ctrl-Q.
fn is_stop(key: Key) -> bool {
    [Key::char('q'), Key::ctrl('c'), Key::ctrl('q')].contains(&key) || key == Key::plain(KeyCode::Esc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn first_request_to_stop_counts() {
        let (stop, mut asked) = oneshot::channel();
        let mut screen = SwarmScreen { size: (80, 24), stop: Some(stop) };
        screen.handle(&TerminalEvent::Key(Key::char('x')));
        assert!(asked.try_recv().is_err());
        screen.handle(&TerminalEvent::Key(Key::ctrl('c')));
        screen.handle(&TerminalEvent::Stopped(StopReason::Terminate));
        assert_eq!(asked.try_recv(), Ok(StopReason::Interrupt));
        let resized = screen.handle(&TerminalEvent::Resized { width: 40, height: 12 });
        assert_eq!((resized, screen.size), (ScreenAction::Nothing, (40, 12)));
    }
}

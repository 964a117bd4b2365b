//! The event loop: takes events from one queue, updates and shows the state, and has effects executed.
//!
//! The state is shown when no event is waiting. The loop knows neither terminal nor network, so tests run this very
//! loop.

use std::time::{Duration, Instant};

use crate::effect::Effect;
use crate::event::Event;
use crate::inbox::EventReceiver;
use crate::state::State;
use crate::update::update;

/// How long events are handled before the state is shown again. Only a flood of events takes that long.
const FRAME_INTERVAL: Duration = Duration::from_millis(100);

/// Executes effects, and shows the state.
pub(crate) trait EventLoopHost {
    /// The reason why the host cannot continue.
    type Error;

    /// Executes an effect, or starts to. Must not block: the result comes as an event.
    fn execute(&mut self, effect: Effect) -> Result<(), Self::Error>;

    /// Records an event that is about to be handled.
    fn record(&mut self, _: &Event) {}

    /// Shows the state.
    fn show(&mut self, state: &State) -> Result<(), Self::Error>;
}

/// Runs until the state has ended or all senders of events are gone.
///
/// If the host fails, the state is left as it was at that moment, and may contain unsaved text.
pub(crate) async fn run<H: EventLoopHost>(
    state: &mut State,
    events: &mut EventReceiver,
    host: &mut H,
) -> Result<(), H::Error> {
    handle_event(state, Event::Begun, host)?;
    host.show(state)?;
    while state.ended().is_none() {
        let Some(event) = events.recv().await else { break };
        let begun = Instant::now();
        let answered = matches!(event, Event::Answered { .. }).then_some(begun);
        handle_event(state, event, host)?;
        // Events that are already waiting come before the next frame: a burst of keys costs one frame, not one per key.
        while state.ended().is_none()
            && begun.elapsed() < FRAME_INTERVAL
            && let Some(event) = events.try_recv()
        {
            handle_event(state, event, host)?;
        }
        host.show(state)?;
        if state.ended().is_none() && !events.is_empty() {
            // Even in a flood, the other tasks of this thread must get their turn: one of them reads the keys.
            tokio::task::yield_now().await;
        }
        if let Some(answered) = answered {
            // After a 412, this is how long the user waits for the merge.
            tracing::debug!(micros = answered.elapsed().as_micros(), "time from a response to the frame that shows it");
        }
    }
    Ok(())
}

fn handle_event<H: EventLoopHost>(state: &mut State, event: Event, host: &mut H) -> Result<(), H::Error> {
    host.record(&event);
    advance(state, event).into_iter().try_for_each(|effect| host.execute(effect))
}

/// Handles an event and returns the effects to execute.
///
/// In plain mode, the input lines that are due after the event are handled, too.
pub fn advance(state: &mut State, event: Event) -> Vec<Effect> {
    let mut effects = update(state, event);
    while let Some(line) = state.next_line() {
        effects.extend(update(state, line));
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbox::{EventSender, inbox};
    use terminal::event::TerminalEvent;
    use terminal::key::Key;
    use terminal::theme::Theme;

    /// A host that counts frames and collects effects.
    #[derive(Default)]
    struct Counting {
        frames: usize,
        effects: Vec<Effect>,
        /// If present, each effect sends another key through it, so that an event is always waiting.
        flood: Option<EventSender>,
    }

    impl EventLoopHost for Counting {
        type Error = &'static str;

        fn execute(&mut self, effect: Effect) -> Result<(), Self::Error> {
            if let Some(flood) = &self.flood {
                // The loop holds the receiver.
                let _ = flood.send(Event::Terminal(TerminalEvent::Key(Key::ctrl('l'))));
            } else {
                self.effects.push(effect);
            }
            Ok(())
        }

        fn show(&mut self, _: &State) -> Result<(), Self::Error> {
            self.frames += 1;
            if self.frames > 3 { Err("the terminal is gone") } else { Ok(()) }
        }
    }

    fn single() -> State {
        let (me, document) = ("Alice".parse().unwrap(), "welcome".parse().unwrap());
        State::editor(me, Some(document), String::new(), Theme::default())
    }

    #[tokio::test]
    async fn burst_of_keys_costs_one_frame() {
        let (sender, mut events) = inbox();
        for c in "typed in a burst".chars() {
            sender.send(Event::Terminal(TerminalEvent::Key(Key::char(c)))).unwrap();
        }
        sender.send(Event::Terminal(TerminalEvent::Key(Key::ctrl('q')))).unwrap();
        sender.send(Event::Terminal(TerminalEvent::Key(Key::char('x')))).unwrap();
        let mut host = Counting::default();
        let mut state = single();
        run(&mut state, &mut events, &mut host).await.unwrap();
        assert!(state.ended().is_some());
        assert_eq!(host.frames, 2, "one at the beginning, one for the burst");
        let is_kept = |effect: &&Effect| matches!(effect, Effect::KeepEarlyDraft { .. });
        let kept = host.effects.iter().filter(is_kept).count();
        assert_eq!(kept, "typed in a burst".len(), "each key is kept, although the document is not open yet");
        assert_eq!(host.effects.len() - kept, 2, "the effects of the session's beginning");
        assert!(events.try_recv().is_some(), "an event after the end stays in the queue");
    }

    #[tokio::test]
    async fn loop_without_senders_ends_after_one_frame() {
        let (sender, mut events) = inbox();
        drop(sender);
        let mut host = Counting::default();
        let mut state = single();
        run(&mut state, &mut events, &mut host).await.unwrap();
        assert_eq!(host.frames, 1);
    }

    /// Ctrl-L asks for an effect, and each effect of this host sends another Ctrl-L.
    #[tokio::test]
    async fn flood_of_keys_does_not_freeze_the_screen() {
        let (sender, mut events) = inbox();
        sender.send(Event::Terminal(TerminalEvent::Key(Key::ctrl('l')))).unwrap();
        let mut host = Counting { flood: Some(sender), ..Counting::default() };
        let mut state = single();
        let ended = run(&mut state, &mut events, &mut host).await;
        assert!(ended.is_err(), "the host ends the loop after three frames");
    }

    #[tokio::test]
    async fn failed_frame_ends_the_loop() {
        let (sender, mut events) = inbox();
        let mut host = Counting { frames: 2, ..Counting::default() };
        sender.send(Event::Terminal(TerminalEvent::Key(Key::char('x')))).unwrap();
        let mut state = single();
        let ended = run(&mut state, &mut events, &mut host).await;
        assert_eq!(ended.unwrap_err(), "the terminal is gone");
    }
}

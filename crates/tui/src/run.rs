//! The loop: events out of one channel, into the state; effects out of it, to be carried out; a frame when
//! something changed and nothing waits.
//!
//! It knows neither terminal nor network, so tests run this very loop.

use std::time::{Duration, Instant};

use crate::effect::Effect;
use crate::event::Event;
use crate::inbox::EventReceiver;
use crate::state::State;
use crate::update::update;

/// How long events are taken in without showing what came of them. Only a flood of them takes as long.
const FRAME_INTERVAL: Duration = Duration::from_millis(100);

/// Carries out effects, and shows the state.
pub(crate) trait EventLoopHost {
    /// Why it cannot go on.
    type Error;

    /// Carries an effect out, or begins to. It must not wait: what comes of it comes as an event.
    fn execute(&mut self, effect: Effect) -> Result<(), Self::Error>;

    /// Shows the state.
    fn show(&mut self, state: &State) -> Result<(), Self::Error>;
}

/// Runs until the state has ended, or all senders of events are gone. If the world fails, the state is as it
/// was at that moment: there may be unsaved text in it.
pub(crate) async fn run<W: EventLoopHost>(
    state: &mut State,
    events: &mut EventReceiver,
    world: &mut W,
) -> Result<(), W::Error> {
    handle_event(state, Event::Begun, world)?;
    world.show(state)?;
    while state.ended().is_none() {
        let Some(event) = events.recv().await else { break };
        let begun = Instant::now();
        let answered = matches!(event, Event::Answered { .. }).then_some(begun);
        handle_event(state, event, world)?;
        // What waits already is taken in before anything is drawn: a burst of keys costs one frame, not one each.
        while state.ended().is_none()
            && begun.elapsed() < FRAME_INTERVAL
            && let Some(event) = events.try_recv()
        {
            handle_event(state, event, world)?;
        }
        world.show(state)?;
        if state.ended().is_none() && !events.is_empty() {
            // In a flood, those who share this thread get their turn as well: one of them reads the keys.
            tokio::task::yield_now().await;
        }
        if let Some(answered) = answered {
            // A 412 is an answer, and the merge is what is drawn after it: this is what the user waits for.
            tracing::debug!(micros = answered.elapsed().as_micros(), "from an answer to the frame that shows it");
        }
    }
    Ok(())
}

fn handle_event<W: EventLoopHost>(state: &mut State, event: Event, world: &mut W) -> Result<(), W::Error> {
    advance(state, event).into_iter().try_for_each(|effect| world.execute(effect))
}

/// Takes in an event and, in plain mode, the lines whose turn it is after that. Returns what is to be done about them.
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

    /// A world that only counts.
    #[derive(Default)]
    struct Counting {
        frames: usize,
        effects: Vec<Effect>,
        /// Sent once more at each of these effects: there is always something to take in.
        flood: Option<EventSender>,
    }

    impl EventLoopHost for Counting {
        type Error = &'static str;

        fn execute(&mut self, effect: Effect) -> Result<(), Self::Error> {
            if let Some(flood) = &self.flood {
                // The other end is held by the loop.
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
    async fn a_burst_of_keys_costs_one_frame() {
        let (sender, mut events) = inbox();
        for c in "typed in a burst".chars() {
            sender.send(Event::Terminal(TerminalEvent::Key(Key::char(c)))).unwrap();
        }
        sender.send(Event::Terminal(TerminalEvent::Key(Key::ctrl('q')))).unwrap();
        sender.send(Event::Terminal(TerminalEvent::Key(Key::char('x')))).unwrap();
        let mut world = Counting::default();
        let mut state = single();
        run(&mut state, &mut events, &mut world).await.unwrap();
        assert!(state.ended().is_some());
        assert_eq!(world.frames, 2, "one at the beginning, one for the burst");
        let is_kept = |effect: &&Effect| matches!(effect, Effect::KeepEarlyDraft { .. });
        let kept = world.effects.iter().filter(is_kept).count();
        assert_eq!(kept, "typed in a burst".len(), "the document is not open, and each key is kept all the same");
        assert_eq!(world.effects.len() - kept, 2, "what was to be done first");
        assert!(events.try_recv().is_some(), "what comes after the end is left");
    }

    #[tokio::test]
    async fn at_rest_nothing_is_drawn_and_without_senders_it_ends() {
        let (sender, mut events) = inbox();
        drop(sender);
        let mut world = Counting::default();
        let mut state = single();
        run(&mut state, &mut events, &mut world).await.unwrap();
        assert_eq!(world.frames, 1);
    }

    /// Drawing again asks for an effect, and each effect here is one more key.
    #[tokio::test]
    async fn a_flood_of_keys_does_not_freeze_the_screen() {
        let (sender, mut events) = inbox();
        sender.send(Event::Terminal(TerminalEvent::Key(Key::ctrl('l')))).unwrap();
        let mut world = Counting { flood: Some(sender), ..Counting::default() };
        let mut state = single();
        let ended = run(&mut state, &mut events, &mut world).await;
        assert!(ended.is_err(), "it was shown so often that the world ended it");
    }

    #[tokio::test]
    async fn a_terminal_that_is_gone_ends_the_loop() {
        let (sender, mut events) = inbox();
        let mut world = Counting { frames: 2, ..Counting::default() };
        sender.send(Event::Terminal(TerminalEvent::Key(Key::char('x')))).unwrap();
        let mut state = single();
        let ended = run(&mut state, &mut events, &mut world).await;
        assert_eq!(ended.unwrap_err(), "the terminal is gone");
    }
}

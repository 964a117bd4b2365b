//! The loop: events out of one channel, into the state; effects out of it, to whoever carries them out; a frame when
//! something changed and nothing waits.
//!
//! It knows neither terminal nor network, so tests run this very loop.

use tokio::sync::mpsc::UnboundedReceiver;

use crate::effect::Effect;
use crate::event::Event;
use crate::state::State;
use crate::update::update;

/// What the loop does to the world.
pub(crate) trait World {
    /// Why it cannot go on.
    type Error;

    /// Carries an effect out, or begins to. It must not wait: what comes of it comes as an event.
    fn carry_out(&mut self, effect: Effect) -> Result<(), Self::Error>;

    /// Shows the state.
    fn show(&mut self, state: &State) -> Result<(), Self::Error>;
}

/// Runs until the state has ended, or nobody is left who could send an event.
pub(crate) async fn run<W: World>(
    mut state: State,
    first: Vec<Effect>,
    events: &mut UnboundedReceiver<Event>,
    world: &mut W,
) -> Result<State, W::Error> {
    for effect in first {
        world.carry_out(effect)?;
    }
    world.show(&state)?;
    while state.ended().is_none() {
        let Some(event) = events.recv().await else { break };
        take_in(&mut state, event, world)?;
        // What waits already is taken in before anything is drawn: a burst of keys costs one frame, not one each.
        while state.ended().is_none()
            && let Ok(event) = events.try_recv()
        {
            take_in(&mut state, event, world)?;
        }
        world.show(&state)?;
    }
    Ok(state)
}

fn take_in<W: World>(state: &mut State, event: Event, world: &mut W) -> Result<(), W::Error> {
    update(state, event).into_iter().try_for_each(|effect| world.carry_out(effect))
}

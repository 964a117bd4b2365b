//! The queue of the event loop: bounded, and fair to the user.
//!
//! What a server sends is not ours to bound, so it must neither fill the memory nor keep a key waiting. There are two
//! lanes, one for what the user does and one for the rest. Events are taken in the order of their arrival, except that
//! a key waits for a few events of the other lane at most. A lane that is full lets its senders wait, so that a server
//! that floods us is slowed down by its own connection. If many events wait already, a further one about the same
//! document takes the place of the last: only the newest counts.
//!
//! It knows nothing of what events mean for the state.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use contract::{DocumentId, EventKind};
use editor::ResponseOutcome;
use terminal::event::{EventLoopEnded, EventSink, TerminalEvent};
use tokio::sync::Semaphore;

use crate::event::Event;
use crate::ids::EditorIndex;

/// The room of a lane, in units of [`UNIT_BYTES`]: 16 MiB.
const LANE_UNITS: u32 = 16 * 1024;

/// What one unit of room holds.
const UNIT_BYTES: usize = 1024;

/// The room that the smallest event takes: at most 1,024 of them wait in a lane.
const MIN_UNITS: u32 = 16;

/// So many events of the world may be taken in while one of the user waits.
const MAX_BEFORE_USER: u32 = 16;

/// How many events have to wait before two about one document become one. Below that, each of them is shown.
const COALESCE_FROM: usize = 64;

/// Creates the queue of an event loop.
#[must_use]
pub fn inbox() -> (EventSender, EventReceiver) {
    let room = || Semaphore::new(LANE_UNITS as usize);
    let shared = Arc::new(InboxState { queue: Mutex::default(), user_room: room(), world_room: room() });
    shared.lock().senders = 1;
    (EventSender(Arc::clone(&shared)), EventReceiver(shared))
}

/// Sends events to an event loop.
pub struct EventSender(Arc<InboxState>);

/// Takes events out of the queue, for the event loop.
pub struct EventReceiver(Arc<InboxState>);

struct InboxState {
    queue: Mutex<EventQueue>,
    /// What is left of the room of each lane.
    user_room: Semaphore,
    world_room: Semaphore,
}

#[derive(Default)]
struct EventQueue {
    user: EventLane,
    world: EventLane,
    /// How many events have been sent.
    sent: u64,
    /// How many events of the world were taken in while one of the user waited.
    before_user: u32,
    /// The newest event in the lane of the world about a document, by its place there, if a newer one may replace it.
    newest: HashMap<(EditorIndex, DocumentId), u64>,
    receiver: Option<Waker>,
    senders: usize,
    is_closed: bool,
}

#[derive(Default)]
struct EventLane {
    waiting: VecDeque<QueuedEvent>,
    /// How many events have been taken out.
    taken: u64,
}

struct QueuedEvent {
    event: Event,
    order: u64,
    /// The room that is given back when it is taken out.
    units: u32,
}

impl InboxState {
    /// The queue is whole at every moment, so a panic of another task does not matter.
    fn lock(&self) -> MutexGuard<'_, EventQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn room_for(&self, event: &Event) -> &Semaphore {
        if event.is_from_outside() { &self.user_room } else { &self.world_room }
    }
}

impl EventSender {
    /// Sends an event without waiting for room.
    ///
    /// This is for events whose number the program itself bounds, such as one response to each request, and for
    /// signals.
    ///
    /// # Errors
    ///
    /// If the event loop has ended.
    pub fn send(&self, event: Event) -> Result<(), EventLoopEnded> {
        self.0.lock().push(event, 0, false)
    }

    /// Sends an event, and waits until there is room for it. This is for all that others send.
    ///
    /// # Errors
    ///
    /// If the event loop has ended.
    pub async fn deliver(&self, event: Event) -> Result<(), EventLoopEnded> {
        self.deliver_as(event, false).await
    }

    /// Like [`EventSender::deliver`], for an event that a newer one about the same document may replace.
    ///
    /// # Errors
    ///
    /// If the event loop has ended.
    pub async fn deliver_newest(&self, event: Event) -> Result<(), EventLoopEnded> {
        if self.0.lock().replace(&event) {
            return Ok(());
        }
        self.deliver_as(event, true).await
    }

    async fn deliver_as(&self, event: Event, is_replaceable: bool) -> Result<(), EventLoopEnded> {
        let units = units_of(&event);
        let room = self.0.room_for(&event).acquire_many(units).await.map_err(|_| EventLoopEnded)?;
        let sent = self.0.lock().push(event, units, is_replaceable);
        if sent.is_ok() {
            // It is given back when the event is taken out.
            room.forget();
        }
        sent
    }

    /// Whether the event loop has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.lock().is_closed
    }
}

impl EventSink for EventSender {
    fn send(&self, event: TerminalEvent) -> Result<(), EventLoopEnded> {
        self.send(event.into())
    }

    async fn deliver(&self, event: TerminalEvent) -> Result<(), EventLoopEnded> {
        self.deliver(event.into()).await
    }

    fn is_closed(&self) -> bool {
        self.is_closed()
    }
}

impl Clone for EventSender {
    fn clone(&self) -> Self {
        self.0.lock().senders += 1;
        Self(Arc::clone(&self.0))
    }
}

impl Drop for EventSender {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.senders -= 1;
        let receiver = if queue.senders == 0 { queue.receiver.take() } else { None };
        drop(queue);
        receiver.into_iter().for_each(Waker::wake);
    }
}

impl EventReceiver {
    /// Waits for the next event; `None` once all senders are gone.
    pub async fn recv(&mut self) -> Option<Event> {
        poll_fn(|context| self.poll_recv(context)).await
    }

    /// Like [`EventReceiver::recv`], for a hand-written future.
    pub fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        if let Some(event) = self.try_recv() {
            return Poll::Ready(Some(event));
        }
        let mut queue = self.0.lock();
        // One may have come since.
        if !queue.is_empty() {
            drop(queue);
            return Poll::Ready(self.try_recv());
        }
        if queue.senders == 0 {
            return Poll::Ready(None);
        }
        queue.receiver = Some(context.waker().clone());
        Poll::Pending
    }

    /// Returns the next event that waits already, or `None` if there is none.
    pub fn try_recv(&mut self) -> Option<Event> {
        let QueuedEvent { event, units, .. } = self.0.lock().pop()?;
        self.0.room_for(&event).add_permits(units as usize);
        Some(event)
    }

    /// Whether no event waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.lock().is_empty()
    }
}

impl Drop for EventReceiver {
    fn drop(&mut self) {
        self.0.user_room.close();
        self.0.world_room.close();
        let mut queue = self.0.lock();
        let ended = EventQueue { senders: queue.senders, is_closed: true, ..EventQueue::default() };
        let left = std::mem::replace(&mut *queue, ended);
        drop(queue);
        drop(left);
    }
}

impl EventQueue {
    fn is_empty(&self) -> bool {
        self.user.waiting.is_empty() && self.world.waiting.is_empty()
    }

    fn push(&mut self, event: Event, units: u32, is_replaceable: bool) -> Result<(), EventLoopEnded> {
        if self.is_closed {
            return Err(EventLoopEnded);
        }
        let is_users = event.is_from_outside();
        if is_users && units == 0 && self.user.is_queued(&event) {
            return Ok(());
        }
        match &event {
            // What is replaced keeps its place, so it must be the last that was heard of its document.
            Event::Heard { seat, event, .. } => {
                let key = (*seat, event.id.clone());
                if is_replaceable {
                    self.newest.insert(key, self.world.end());
                } else {
                    self.newest.remove(&key);
                }
            }
            // What was heard before stays before.
            Event::Connected { seat } | Event::Disconnected { seat } => self.newest.retain(|(of, _), _| of != seat),
            _ => {}
        }
        let order = self.sent;
        self.sent += 1;
        let lane = if is_users { &mut self.user } else { &mut self.world };
        lane.waiting.push_back(QueuedEvent { event, order, units });
        self.receiver.take().into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Puts an event into the place of the last about the same document, if many events wait. Returns whether it did.
    fn replace(&mut self, newer: &Event) -> bool {
        let Event::Heard { seat, kind, event } = newer else { return false };
        if self.world.waiting.len() < COALESCE_FROM {
            return false;
        }
        let Some(place) = self.newest.get(&(*seat, event.id.clone())) else { return false };
        let Some(waiting) = self.world.at(*place) else { return false };
        let is_new = matches!(waiting.event, Event::Heard { kind: EventKind::Created, .. });
        // A document that was created and changed is a new one still.
        let kind = if is_new && *kind == EventKind::Changed { EventKind::Created } else { *kind };
        waiting.event = Event::Heard { seat: *seat, kind, event: event.clone() };
        true
    }

    fn pop(&mut self) -> Option<QueuedEvent> {
        let is_world_first = match (self.user.waiting.front(), self.world.waiting.front()) {
            (Some(user), Some(world)) => world.order < user.order && self.before_user < MAX_BEFORE_USER,
            (user, _) => user.is_none(),
        };
        if !is_world_first {
            self.before_user = 0;
            return self.user.pop();
        }
        self.before_user = if self.user.waiting.is_empty() { 0 } else { self.before_user + 1 };
        let place = self.world.taken;
        let waiting = self.world.pop()?;
        if let Event::Heard { seat, event, .. } = &waiting.event {
            let key = (*seat, event.id.clone());
            if self.newest.get(&key) == Some(&place) {
                self.newest.remove(&key);
            }
        }
        Some(waiting)
    }
}

impl EventLane {
    /// The place of the next event.
    fn end(&self) -> u64 {
        self.taken + self.waiting.len() as u64
    }

    fn at(&mut self, place: u64) -> Option<&mut QueuedEvent> {
        let index = usize::try_from(place.checked_sub(self.taken)?).ok()?;
        self.waiting.get_mut(index)
    }

    fn pop(&mut self) -> Option<QueuedEvent> {
        let waiting = self.waiting.pop_front()?;
        self.taken += 1;
        Some(waiting)
    }

    /// Whether a signal says nothing new, because the last events are the same: signals may come in any number.
    fn is_queued(&self, event: &Event) -> bool {
        let Event::Terminal(signal) = event else { return false };
        let is_same = |waiting: &QueuedEvent| matches!(&waiting.event, Event::Terminal(event) if event == signal);
        signal.is_signal() && self.waiting.iter().rev().take(2).any(is_same)
    }
}

/// The room that an event takes.
fn units_of(event: &Event) -> u32 {
    let units = bytes(event) / UNIT_BYTES;
    u32::try_from(units).unwrap_or(u32::MAX).clamp(MIN_UNITS, LANE_UNITS)
}

/// About how many bytes an event holds that others have sent; 0 if that is never much.
fn bytes(event: &Event) -> usize {
    match event {
        Event::Terminal(TerminalEvent::Pasted(text) | TerminalEvent::Line(text)) => text.len(),
        Event::Recorded(exchange) | Event::Exchanged(exchange) => exchange.approximate_size(),
        Event::Answered { outcome, .. } => of_outcome(outcome),
        Event::VersionRead { read: Ok(read), .. } => read.document.content.len(),
        Event::Listed(Ok(entries)) => entries.len() * UNIT_BYTES,
        Event::VersionsListed { listed: Ok(versions), .. } => versions.len() * UNIT_BYTES,
        _ => 0,
    }
}

fn of_outcome(outcome: &ResponseOutcome) -> usize {
    match outcome {
        ResponseOutcome::Read(snapshot) => snapshot.document.content.len(),
        ResponseOutcome::Altered(_, kept) => kept.document.content.len(),
        ResponseOutcome::Failed(failed) => failed.current.as_ref().map_or(0, |current| current.document.content.len()),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;

//! The queue of the event loop: bounded, and fair to the user.
//!
//! The program cannot limit how much a server sends, so these events must neither fill the memory nor delay a key. The
//! queue has two lanes: one for events from the user, and one for all others (the world). Events are taken in the order
//! of their arrival, except that an event of the user waits for at most `MAX_BEFORE_USER` events of the world. Senders
//! to a full lane wait, so that TCP's flow control slows down a server that floods us. If many events wait, a new one
//! about a document replaces the waiting one about the same document: only the newest version counts.
//!
//! The queue does not know what events mean for the state.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use contract::{DocumentId, EventKind};
use editor::ResponseOutcome;
use terminal::event::{EventLoopEnded, EventSink, TerminalEvent};
use tokio::sync::Semaphore;

use crate::event::{DocumentLook, Event};
use crate::ids::EditorIndex;

/// The capacity of a lane, in units of [`UNIT_BYTES`]: 16 MiB.
const LANE_UNITS: u32 = 16 * 1024;

/// The size of a unit of capacity.
const UNIT_BYTES: usize = 1024;

/// The capacity that the smallest event takes: at most 1,024 events wait in a lane.
const MIN_UNITS: u32 = 16;

/// How many events of the world may be taken while an event of the user waits.
const MAX_BEFORE_USER: u32 = 16;

/// The number of waiting events from which a new event replaces an older one about the same document.
const COALESCE_FROM: usize = 64;

/// Creates the queue of an event loop.
#[must_use]
pub fn inbox() -> (EventSender, EventReceiver) {
    let capacity = || Semaphore::new(LANE_UNITS as usize);
    let shared =
        Arc::new(InboxState { queue: Mutex::default(), user_capacity: capacity(), world_capacity: capacity() });
    shared.lock().senders = 1;
    (EventSender(Arc::clone(&shared)), EventReceiver(shared))
}

/// Sends events to an event loop.
pub struct EventSender(Arc<InboxState>);

/// Takes events out of the queue, for the event loop.
pub struct EventReceiver(Arc<InboxState>);

struct InboxState {
    queue: Mutex<EventQueue>,
    /// The free capacity of the user's lane.
    user_capacity: Semaphore,
    /// The free capacity of the world's lane.
    world_capacity: Semaphore,
}

#[derive(Default)]
struct EventQueue {
    user: EventLane,
    world: EventLane,
    /// How many events have been sent.
    sent: u64,
    /// How many events of the world have been taken while an event of the user waits.
    before_user: u32,
    /// The position in the world's lane of each document's newest event, if a newer event may replace it.
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
    /// The capacity that is released when the event is taken.
    units: u32,
}

impl InboxState {
    /// Locks the queue. If another task panicked, the queue is still consistent.
    fn lock(&self) -> MutexGuard<'_, EventQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn capacity_for(&self, event: &Event) -> &Semaphore {
        if event.is_from_outside() { &self.user_capacity } else { &self.world_capacity }
    }
}

impl EventSender {
    /// Sends an event without waiting for capacity.
    ///
    /// Suitable for signals, and for events whose number the program itself limits, such as one response to each
    /// request.
    ///
    /// # Errors
    ///
    /// If the event loop has ended.
    pub fn send(&self, event: Event) -> Result<(), EventLoopEnded> {
        self.0.lock().push(event, 0, false)
    }

    /// Sends an event as soon as its lane has the capacity.
    ///
    /// Suitable for events whose number the program does not limit.
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
        let capacity = self.0.capacity_for(&event).acquire_many(units).await.map_err(|_| EventLoopEnded)?;
        let sent = self.0.lock().push(event, units, is_replaceable);
        if sent.is_ok() {
            // Taking the event releases the capacity.
            capacity.forget();
        }
        sent
    }

    /// Returns whether the event loop has ended.
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
    /// Waits for the next event and returns it, or `None` once all senders are gone.
    pub async fn recv(&mut self) -> Option<Event> {
        poll_fn(|context| self.poll_recv(context)).await
    }

    /// Like [`EventReceiver::recv`], for a hand-written future.
    pub fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        if let Some(event) = self.try_recv() {
            return Poll::Ready(Some(event));
        }
        let mut queue = self.0.lock();
        // An event may have arrived before the lock was taken.
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

    /// Returns the next event, or `None` if none is waiting.
    pub fn try_recv(&mut self) -> Option<Event> {
        let QueuedEvent { event, units, .. } = self.0.lock().pop()?;
        self.0.capacity_for(&event).add_permits(units as usize);
        Some(event)
    }

    /// Returns whether no event is waiting.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.lock().is_empty()
    }
}

impl Drop for EventReceiver {
    fn drop(&mut self) {
        self.0.user_capacity.close();
        self.0.world_capacity.close();
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
            // A replacement gets the position of the old event, so only a document's last event is replaceable.
            Event::Heard { seat, event, .. } => {
                let key = (*seat, event.id.clone());
                if is_replaceable {
                    self.newest.insert(key, self.world.end());
                } else {
                    self.newest.remove(&key);
                }
            }
            // No later event may get a position before this one.
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

    /// Replaces the waiting event about the same document, if at least [`COALESCE_FROM`] events wait.
    ///
    /// Returns whether an event was replaced.
    fn replace(&mut self, newer: &Event) -> bool {
        let Event::Heard { seat, kind, event } = newer else { return false };
        if self.world.waiting.len() < COALESCE_FROM {
            return false;
        }
        let Some(position) = self.newest.get(&(*seat, event.id.clone())) else { return false };
        let Some(waiting) = self.world.at(*position) else { return false };
        let is_new = matches!(waiting.event, Event::Heard { kind: EventKind::Created, .. });
        // The receiver has not heard of the created document yet, so a changed one is still new.
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
        let position = self.world.taken;
        let waiting = self.world.pop()?;
        if let Event::Heard { seat, event, .. } = &waiting.event {
            let key = (*seat, event.id.clone());
            if self.newest.get(&key) == Some(&position) {
                self.newest.remove(&key);
            }
        }
        Some(waiting)
    }
}

impl EventLane {
    /// Returns the position of the next event that is sent.
    fn end(&self) -> u64 {
        self.taken + self.waiting.len() as u64
    }

    fn at(&mut self, position: u64) -> Option<&mut QueuedEvent> {
        let index = usize::try_from(position.checked_sub(self.taken)?).ok()?;
        self.waiting.get_mut(index)
    }

    fn pop(&mut self) -> Option<QueuedEvent> {
        let waiting = self.waiting.pop_front()?;
        self.taken += 1;
        Some(waiting)
    }

    /// Returns whether one of the last two events is the same signal.
    ///
    /// If so, a further one says nothing new. Other processes may send any number of signals.
    fn is_queued(&self, event: &Event) -> bool {
        let Event::Terminal(signal) = event else { return false };
        let is_same = |waiting: &QueuedEvent| matches!(&waiting.event, Event::Terminal(event) if event == signal);
        signal.is_signal() && self.waiting.iter().rev().take(2).any(is_same)
    }
}

/// Returns the capacity that an event takes.
fn units_of(event: &Event) -> u32 {
    let units = bytes(event) / UNIT_BYTES;
    u32::try_from(units).unwrap_or(u32::MAX).clamp(MIN_UNITS, LANE_UNITS)
}

/// Returns about how many bytes of an event come from others, or 0 if these are always few.
fn bytes(event: &Event) -> usize {
    match event {
        Event::Terminal(TerminalEvent::Pasted(text) | TerminalEvent::Line(text)) => text.len(),
        Event::Recorded(exchange) | Event::Exchanged(exchange) => exchange.approximate_size(),
        Event::Answered { outcome, .. }
        | Event::VersionRestored { outcome, .. }
        | Event::EntryAnswered { outcome, .. } => outcome_bytes(outcome),
        Event::VersionRead { read: Ok(read), .. } => read.document.content.len(),
        Event::ServerSeen { look: Ok(look), .. } => look_bytes(look),
        Event::Listed(Ok(listing)) => listing.documents.len() * UNIT_BYTES,
        Event::VersionsListed { listed: Ok(versions), .. } => versions.len() * UNIT_BYTES,
        _ => 0,
    }
}

fn look_bytes(look: &DocumentLook) -> usize {
    let texts = look.text.iter().chain(&look.replaced);
    texts.map(|text| text.content.len()).sum::<usize>() + look.versions.len() * UNIT_BYTES
}

fn outcome_bytes(outcome: &ResponseOutcome) -> usize {
    match outcome {
        ResponseOutcome::Read(snapshot) => snapshot.document.content.len(),
        ResponseOutcome::Altered(_, kept) => kept.document.content.len(),
        ResponseOutcome::Failed(failed) => failed.current.as_ref().map_or(0, |current| current.document.content.len()),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;

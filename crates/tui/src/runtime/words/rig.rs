//! The real loop of a session, driven by a test.
//!
//! The user's events go to the loop immediately; all others wait until the test delivers them. Clients, streams, timers
//! and drafts are the program's own: the test decides only when the loop hears of them. Each source of events has its
//! own queue, because a response and an event of a stream may come in any order. Within a source, the order is kept.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::time::Instant;

use crate::draw::draw;
use crate::event::Event;
use crate::inbox::{EventReceiver, EventSender, inbox};
use crate::runtime::{SessionError, Surface};
use crate::state::{SessionEnd, State};

/// How long a test waits for a condition. Even a slow and busy machine needs far less.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Of this many frames, one is drawn: drawing costs more than all else.
const DRAWN: u64 = 16;

/// The source of an event that does not come from the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Responses, and the exchanges on the wire.
    Responses,
    /// The streams of events.
    Streams,
    /// The server's record of exchanges.
    Record,
    /// Timers.
    Timers,
    /// The disk, and the instructor of a lesson.
    Rest,
}

impl Source {
    pub(super) const ALL: [Self; 5] = [Self::Responses, Self::Streams, Self::Record, Self::Timers, Self::Rest];

    fn of(event: &Event) -> Self {
        match event {
            Event::Answered { .. }
            | Event::Exchanged(_)
            | Event::Listed(_)
            | Event::EntryAnswered { .. }
            | Event::VersionsListed { .. }
            | Event::VersionRead { .. }
            | Event::VersionRestored { .. }
            | Event::PolicyRead(_)
            | Event::PolicyWithheld
            | Event::PolicySet(_)
            | Event::Unanswered { .. }
            | Event::NotLetIn
            | Event::GateTold(_)
            | Event::GateChanged(_)
            | Event::GateWithheld
            | Event::OwnRequestsHeld(_)
            | Event::FaultsSet(_) => Self::Responses,
            Event::Heard { .. } | Event::Connected { .. } | Event::Disconnected { .. } => Self::Streams,
            Event::Recorded(_) | Event::RecordBegins | Event::RecordLost => Self::Record,
            Event::Prefetched { .. }
            | Event::LinesCompared { .. }
            | Event::Woke { .. }
            | Event::Paused { .. }
            | Event::FreshLinesShown { .. }
            | Event::EnterUnprotected { .. }
            | Event::Paced { .. } => Self::Timers,
            _ => Self::Rest,
        }
    }
}

type Session = Pin<Box<dyn Future<Output = Result<SessionEnd, SessionError>>>>;

/// The state that was shown last.
#[derive(Default)]
struct Shown {
    /// Columns and rows; `None` if nothing is drawn.
    size: Option<(u16, u16)>,
    state: Option<Rc<State>>,
    frames: u64,
}

/// The surface of a session under test: a terminal in memory.
pub(super) struct MemorySurface {
    shown: Rc<RefCell<Shown>>,
}

impl Surface for MemorySurface {
    fn size(&self) -> io::Result<Option<(u16, u16)>> {
        Ok(self.shown.borrow().size)
    }

    fn print(&mut self, _: Vec<String>) {}

    fn show(&mut self, state: &State) -> io::Result<()> {
        let mut shown = self.shown.borrow_mut();
        if let (Some((width, height)), 0) = (shown.size, shown.frames % DRAWN) {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("memory takes any size");
            terminal.draw(|frame| draw(state, frame)).expect("memory takes any frame");
        }
        shown.frames += 1;
        shown.state = Some(Rc::new(state.clone()));
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn reclaim(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A session under test.
pub(super) struct Rig {
    session: Session,
    ended: Option<Result<SessionEnd, SessionError>>,
    /// Sends events to the loop.
    to_loop: EventSender,
    /// Receives the events of the session's tasks.
    from_tasks: EventReceiver,
    waiting: BTreeMap<Source, VecDeque<Event>>,
    shown: Rc<RefCell<Shown>>,
    /// How many events of the streams have come, delivered or not.
    pub(super) heard: u64,
    /// How many responses to requests of editors have come, delivered or not.
    pub(super) answers: u64,
}

impl Rig {
    /// Sets up a session.
    ///
    /// `session` is given the surface, the sender for the session's tasks, and the receiver of the loop.
    pub(super) fn new<F>(
        size: Option<(u16, u16)>,
        session: impl FnOnce(MemorySurface, EventSender, EventReceiver) -> F,
    ) -> Self
    where
        F: Future<Output = Result<SessionEnd, SessionError>> + 'static,
    {
        let shown = Rc::new(RefCell::new(Shown { size, ..Shown::default() }));
        let surface = MemorySurface { shown: Rc::clone(&shown) };
        let (tasks, from_tasks) = inbox();
        let (to_loop, events) = inbox();
        // tokio's cooperative budget must not interrupt the session, because the test polls it directly.
        let session = Box::pin(tokio::task::unconstrained(session(surface, tasks, events)));
        Self { session, ended: None, to_loop, from_tasks, waiting: BTreeMap::new(), shown, heard: 0, answers: 0 }
    }

    /// Returns the state that the loop showed last.
    pub(super) fn state(&self) -> Rc<State> {
        Rc::clone(self.shown.borrow().state.as_ref().expect("the session has begun"))
    }

    /// Changes the size of the terminal. The test also has to send the event.
    pub(super) fn resize(&self, width: u16, height: u16) {
        self.shown.borrow_mut().size = Some((width, height));
    }

    pub(super) fn has_begun(&self) -> bool {
        self.shown.borrow().state.is_some()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Sends an event to the loop, and lets the loop handle it.
    pub(super) async fn give(&mut self, event: impl Into<Event>) {
        // This fails if the session has ended.
        let _ = self.to_loop.send(event.into());
        self.turn().await;
    }

    /// Lets the loop handle all events that were sent, and lets new tasks take their first step.
    pub(super) async fn turn(&mut self) {
        std::future::poll_fn(|cx| {
            self.poll(cx);
            Poll::Ready(())
        })
        .await;
        tokio::task::yield_now().await;
        while let Some(event) = self.from_tasks.try_recv() {
            self.keep(event);
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) {
        if self.ended.is_none()
            && let Poll::Ready(end) = self.session.as_mut().poll(cx)
        {
            self.ended = Some(end);
        }
    }

    fn keep(&mut self, event: Event) {
        self.heard += u64::from(matches!(event, Event::Heard { .. }));
        self.answers += u64::from(matches!(event, Event::Answered { .. }));
        self.waiting.entry(Source::of(&event)).or_default().push_back(event);
    }

    /// Returns the events of a source that wait to be delivered.
    pub(super) fn waiting(&self, source: Source) -> impl Iterator<Item = &Event> {
        self.waiting.get(&source).into_iter().flatten()
    }

    /// Takes the next event of a source out of its queue, for [`Rig::give`].
    pub(super) fn next_from(&mut self, source: Source) -> Option<Event> {
        self.waiting.get_mut(&source)?.pop_front()
    }

    /// Returns how many documents wait for a response that has not come.
    pub(super) fn unanswered(&self) -> usize {
        let state = self.state();
        let answered =
            |key| self.waiting(Source::Responses).any(|e| matches!(e, Event::Answered { work, .. } if *work == key));
        state.documents().filter(|work| work.editor.is_busy() && !answered(work.key)).count()
    }

    /// Waits until a task sends an event, the loop shows the state, the session ends, or the time is over.
    pub(super) async fn progress(&mut self, until: Instant) {
        let frames = self.shown.borrow().frames;
        let something = std::future::poll_fn(|cx| {
            self.poll(cx);
            if self.ended.is_some() || self.shown.borrow().frames != frames {
                return Poll::Ready(());
            }
            match self.from_tasks.poll_recv(cx) {
                Poll::Ready(Some(event)) => {
                    self.keep(event);
                    Poll::Ready(())
                }
                _ => Poll::Pending,
            }
        });
        let _ = tokio::time::timeout_at(until, something).await;
    }

    /// Waits until a condition holds. `what` describes the condition in the error.
    pub(super) async fn until(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) -> Result<(), String> {
        let end = Instant::now() + PATIENCE;
        loop {
            self.turn().await;
            if holds(self) {
                return Ok(());
            }
            if Instant::now() >= end {
                return Err(format!("waited in vain until {what}"));
            }
            self.progress(end).await;
        }
    }

    /// Returns how the session ended, or `None` if it has not.
    pub(super) fn end(&self) -> Option<&Result<SessionEnd, SessionError>> {
        self.ended.as_ref()
    }
}

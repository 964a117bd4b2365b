//! Writers on a simulated network with a virtual clock: the same seed gives the same course of events.
//!
//! Each message takes a random time, and the server handles one write after the other, each in the same time. So the
//! order of the requests depends on the seed and on earlier outcomes, and never on a real clock.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Author;
use contract::NameError;
use editor::{EditorRequest, RequestId, ResponseOutcome};
use fastrand::Rng;

use swarm::{SimulatedWriter, SwarmPlan, SwarmTally, WriterStep, WriterTask};

/// The shortest time that a message takes.
const SHORTEST_TRIP: Duration = Duration::from_millis(5);

/// The longest time that a message takes.
const LONGEST_TRIP: Duration = Duration::from_millis(15);

/// The time that the server works on each request.
const SERVICE_TIME: Duration = Duration::from_millis(4);

/// A request that has reached the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VirtualRequest {
    /// The author of the request.
    pub(crate) author: Author,
    /// The request.
    pub(crate) ask: EditorRequest,
    writer: usize,
    request: RequestId,
}

/// An event at a moment of the virtual clock.
#[derive(Debug, Clone)]
enum DueEvent {
    Start,
    Timer,
    Arrival(RequestId, EditorRequest),
    Response(RequestId, ResponseOutcome),
}

/// A swarm on a simulated network.
#[derive(Debug, Clone)]
pub(crate) struct VirtualNetwork {
    writers: Vec<SimulatedWriter>,
    tally: SwarmTally,
    random: Rng,
    now: Duration,
    /// The events to come, by their time.
    ///
    /// Events at the same time are in the order in which they were caused.
    queue: BTreeMap<(Duration, u64), (usize, DueEvent)>,
    caused: u64,
    /// When the server is done with the requests that it has.
    server_is_free: Duration,
}

impl VirtualNetwork {
    /// Returns a swarm that begins: each writer opens the document.
    pub(crate) fn new(plan: &SwarmPlan) -> Result<Self, NameError> {
        let writers = (1..=plan.writers).map(|number| SimulatedWriter::new(plan, number));
        let mut network = Self {
            writers: writers.collect::<Result<_, _>>()?,
            tally: SwarmTally::new(plan),
            random: Rng::with_seed(plan.seed.wrapping_add(1)),
            now: Duration::ZERO,
            queue: BTreeMap::new(),
            caused: 0,
            server_is_free: Duration::ZERO,
        };
        for writer in 0..network.writers.len() {
            network.cause(Duration::ZERO, writer, DueEvent::Start);
        }
        Ok(network)
    }

    /// Returns the next request that reaches the server, or `None` if all writers are done.
    ///
    /// The caller answers it with [`respond`](Self::respond) before the next call.
    pub(crate) fn next_request(&mut self) -> Option<VirtualRequest> {
        while let Some(((at, _), (writer, event))) = self.queue.pop_first() {
            self.now = at;
            let step = match event {
                DueEvent::Start => self.writers[writer].start(),
                DueEvent::Timer => self.writers[writer].on_timer(),
                DueEvent::Response(request, outcome) => self.writers[writer].on_response(request, outcome),
                DueEvent::Arrival(request, ask) => {
                    let author = self.writers[writer].editor().me().clone();
                    return Some(VirtualRequest { author, ask, writer, request });
                }
            };
            self.take(writer, step);
        }
        None
    }

    /// Sends the outcome of a request back to its writer.
    ///
    /// A read takes none of the server's time: it is answered from memory.
    pub(crate) fn respond(&mut self, request: VirtualRequest, outcome: ResponseOutcome) {
        let VirtualRequest { writer, request, ask, .. } = request;
        let begins = self.server_is_free.max(self.now);
        let done = match ask {
            EditorRequest::Read { .. } => self.now,
            EditorRequest::Write { .. } | EditorRequest::Delete { .. } => {
                self.server_is_free = begins + SERVICE_TIME;
                self.server_is_free
            }
        };
        let trip = self.trip();
        self.cause(done + trip, writer, DueEvent::Response(request, outcome));
    }

    /// Returns the time on the virtual clock since the beginning.
    pub(crate) const fn now(&self) -> Duration {
        self.now
    }

    /// Returns the counts.
    pub(crate) const fn tally(&self) -> &SwarmTally {
        &self.tally
    }

    fn take(&mut self, writer: usize, step: WriterStep) {
        for news in &step.news {
            self.tally.on_news(self.now, news);
        }
        match step.task {
            Some(WriterTask::Send { request, ask }) => {
                self.tally.on_request();
                let trip = self.trip();
                self.cause(self.now + trip, writer, DueEvent::Arrival(request, ask));
            }
            Some(WriterTask::Wait(pause)) => self.cause(self.now + pause, writer, DueEvent::Timer),
            None => {}
        }
    }

    fn cause(&mut self, at: Duration, writer: usize, event: DueEvent) {
        self.caused += 1;
        self.queue.insert((at, self.caused), (writer, event));
    }

    fn trip(&mut self) -> Duration {
        SHORTEST_TRIP + LONGEST_TRIP.saturating_sub(SHORTEST_TRIP).mul_f64(self.random.f64())
    }
}

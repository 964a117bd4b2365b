//! Writers on a simulated network with a virtual clock: the same seed gives the same course of events.
//!
//! Each message takes a random time, and the server handles one request after the other, in the order of their arrival
//! and each in the same time. So the order of the requests depends on the seed and on earlier outcomes, and never on a
//! real clock. The times are after the simulator of Marc Brooker's 'Exponential Backoff And Jitter' (2015), whose
//! server has no working time; ours has one, since a crowd of refused writes delays those that could succeed.
//!
//! The server itself is the caller's: a model in the tests, and the real one in a lesson.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Author;
use contract::NameError;
use editor::{EditorRequest, RequestId, ResponseOutcome};
use fastrand::Rng;

use crate::plan::SwarmPlan;
use crate::tally::{SwarmProgress, SwarmTally};
use crate::writer::{SimulatedWriter, WriterStep, WriterTask};

/// The shortest time that a message takes in one direction.
pub const SHORTEST_TRIP: Duration = Duration::from_millis(5);

/// The longest time that a message takes in one direction.
pub const LONGEST_TRIP: Duration = Duration::from_millis(15);

/// The time that the server works on each request.
pub const SERVICE_TIME: Duration = Duration::from_millis(4);

/// The time between two samples of a run, on the virtual clock.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(50);

/// A request that it is the server's turn to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirtualRequest {
    /// The author of the request.
    pub author: Author,
    /// The request.
    pub ask: EditorRequest,
    writer: usize,
    request: RequestId,
}

/// An event at a moment of the virtual clock.
#[derive(Debug, Clone)]
enum DueEvent {
    Start,
    Timer,
    Arrival(RequestId, EditorRequest),
    Turn(RequestId, EditorRequest),
    Response(RequestId, ResponseOutcome),
}

/// A swarm on a simulated network.
#[derive(Debug, Clone)]
pub struct VirtualNetwork {
    writers: Vec<SimulatedWriter>,
    tally: SwarmTally,
    random: Rng,
    now: Duration,
    next_sample: Duration,
    /// The events to come, by their time.
    ///
    /// Events at the same time are in the order in which they were caused.
    queue: BTreeMap<(Duration, u64), (usize, DueEvent)>,
    caused: u64,
    /// When the server is done with the requests that have arrived.
    server_is_free: Duration,
}

impl VirtualNetwork {
    /// Returns a swarm that begins: each writer opens the document.
    ///
    /// # Errors
    ///
    /// If the plan's prefix does not make valid names.
    pub fn new(plan: &SwarmPlan) -> Result<Self, NameError> {
        let writers = (1..=plan.writers).map(|number| SimulatedWriter::new(plan, number));
        let mut network = Self {
            writers: writers.collect::<Result<_, _>>()?,
            tally: SwarmTally::new(plan),
            random: Rng::with_seed(plan.seed.wrapping_add(1)),
            now: Duration::ZERO,
            next_sample: Duration::ZERO,
            queue: BTreeMap::new(),
            caused: 0,
            server_is_free: Duration::ZERO,
        };
        for writer in 0..network.writers.len() {
            network.cause(Duration::ZERO, writer, DueEvent::Start);
        }
        Ok(network)
    }

    /// Returns the next request that the server answers, or `None` if all writers are done.
    ///
    /// The caller answers it with [`respond`](Self::respond) before the next call.
    pub fn next_request(&mut self) -> Option<VirtualRequest> {
        while let Some(((at, _), (writer, event))) = self.queue.pop_first() {
            self.advance_to(at);
            let step = match event {
                DueEvent::Start => self.writers[writer].start(),
                DueEvent::Timer => self.writers[writer].on_timer(),
                DueEvent::Response(request, outcome) => self.writers[writer].on_response(request, outcome),
                DueEvent::Arrival(request, ask) => {
                    self.server_is_free = self.server_is_free.max(at) + SERVICE_TIME;
                    self.cause(self.server_is_free, writer, DueEvent::Turn(request, ask));
                    continue;
                }
                DueEvent::Turn(request, ask) => {
                    let author = self.writers[writer].editor().me().clone();
                    return Some(VirtualRequest { author, ask, writer, request });
                }
            };
            self.take(writer, step);
        }
        None
    }

    /// Sends the outcome of a request back to its writer.
    pub fn respond(&mut self, request: &VirtualRequest, outcome: ResponseOutcome) {
        let VirtualRequest { writer, request, .. } = *request;
        let trip = self.trip();
        self.cause(self.now + trip, writer, DueEvent::Response(request, outcome));
    }

    /// Returns the time on the virtual clock since the beginning.
    #[must_use]
    pub const fn now(&self) -> Duration {
        self.now
    }

    /// Returns the counts.
    #[must_use]
    pub const fn tally(&self) -> &SwarmTally {
        &self.tally
    }

    /// Returns the state of the run for a chart, with a sample of this moment.
    ///
    /// It never says that the run is over.
    #[must_use]
    pub fn progress(&mut self) -> SwarmProgress {
        self.tally.sample(self.now);
        self.tally.progress(false)
    }

    /// Moves the clock, and takes the samples that are due until then.
    fn advance_to(&mut self, at: Duration) {
        while self.next_sample <= at {
            self.tally.sample(self.next_sample);
            self.next_sample += SAMPLE_INTERVAL;
        }
        self.now = at;
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

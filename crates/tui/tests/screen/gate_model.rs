//! The gate of the model server: it holds requests, releases them, and drops responses.

use contract::{Author, Exchange, HeldExchange, Hold, Timestamp};
use editor::{EditorRequest, ResponseOutcome};
use tui::gate::GateRequest;
use tui::{Effect, Event};

use crate::server::{Server, asked};

/// The difference between the server's number of an exchange and this program's.
pub(crate) const BEYOND: u64 = 1000;

/// The gate.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) hold: Hold,
    /// The waiting requests, under this program's numbers.
    waiting: Vec<(u64, Effect)>,
    /// Whether the gate refuses to let this client lead.
    pub(crate) is_withheld: bool,
}

impl Server {
    /// Receives a request: holds it, or responds.
    pub(crate) fn receive(&mut self, effect: &Effect, number: u64, people: &[Author]) -> Vec<Event> {
        let (seat, ask, _) = asked(effect);
        let holds = match self.gate.hold {
            Hold::None => false,
            Hold::Writes => !matches!(ask, EditorRequest::Read { .. }),
            Hold::All => true,
        };
        if !holds {
            return self.answered(effect, number, people);
        }
        self.gate.waiting.push((number, effect.clone()));
        let departed = self.exchange(&ask, &people[seat], None, number);
        let recorded = Exchange { number: number + BEYOND, ..departed.clone() };
        // The record, like the gate, is shown only to a leader.
        let recorded = (!self.gate.is_withheld).then(|| Event::Recorded(Box::new(recorded)));
        std::iter::once(Event::Exchanged(Box::new(departed))).chain(recorded).collect()
    }

    /// Carries out a request of the leader.
    pub(crate) fn answer_gate(&mut self, request: &GateRequest, people: &[Author]) -> Vec<Event> {
        if *request == GateRequest::LookAtOwn {
            // The test itself says what is held.
            return Vec::new();
        }
        if self.gate.is_withheld {
            return vec![Event::GateWithheld];
        }
        let mut events = match request {
            GateRequest::Look | GateRequest::LookAtOwn => Vec::new(),
            GateRequest::Hold(hold) => {
                self.gate.hold = *hold;
                Vec::new()
            }
            GateRequest::LetGo(number) | GateRequest::SendTwice(number) => self.release(*number, false, people),
            GateRequest::LetAllGo { first } => {
                let first: Vec<_> = first.iter().flat_map(|number| self.release(*number, false, people)).collect();
                first.into_iter().chain(self.release_everything(people)).collect()
            }
            GateRequest::LoseAnswerOf(number) => self.release(*number, true, people),
            GateRequest::Open => {
                self.gate.hold = Hold::None;
                self.release_everything(people)
            }
        };
        events.push(Event::GateTold(Ok(self.report(people))));
        events
    }

    /// Returns this program's number of the request that reached the gate last.
    pub(crate) fn newest_waiting(&self) -> u64 {
        self.gate.waiting.last().expect("something waits").0
    }

    fn release_everything(&mut self, people: &[Author]) -> Vec<Event> {
        let numbers: Vec<_> = self.gate.waiting.iter().map(|(number, _)| number + BEYOND).collect();
        numbers.into_iter().flat_map(|number| self.release(number, false, people)).collect()
    }

    /// Releases one request. If its write is applied and `is_lost` is set, its client gets no response.
    fn release(&mut self, theirs: u64, is_lost: bool, people: &[Author]) -> Vec<Event> {
        let Some(at) = self.gate.waiting.iter().position(|(number, _)| number + BEYOND == theirs) else {
            return Vec::new();
        };
        let (number, effect) = self.gate.waiting.remove(at);
        let mut events = self.answered(&effect, number, people);
        if is_lost && events.iter().any(|event| matches!(event, Event::Heard { .. })) {
            events.iter_mut().for_each(lose);
        }
        events
    }

    fn report(&self, people: &[Author]) -> contract::GateSettings {
        let held = |(number, effect): &(u64, Effect)| {
            let (seat, ask, _) = asked(effect);
            let exchange = self.exchange(&ask, &people[seat], None, *number);
            HeldExchange {
                exchange: number + BEYOND,
                author: exchange.author,
                if_match: exchange.request.field("If-Match").map(str::to_owned),
                method: exchange.method,
                path: exchange.target,
                since: Timestamp::default(),
            }
        };
        contract::GateSettings { hold: self.gate.hold, held: self.gate.waiting.iter().map(held).collect() }
    }
}

/// Drops the response of an applied write from an event.
fn lose(event: &mut Event) {
    match event {
        Event::Exchanged(exchange) => {
            exchange.status = None;
            exchange.response = None;
            exchange.lost = Some("the connection was closed".to_owned());
        }
        Event::Answered { outcome, .. } => {
            *outcome = ResponseOutcome::Unanswered("the connection was closed".to_owned());
        }
        _ => {}
    }
}

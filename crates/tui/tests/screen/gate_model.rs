//! The gate of the model server: who waits, who goes on, whose answer is lost.

use contract::{Author, Exchange, HeldExchange, Hold, Timestamp};
use editor::{EditorRequest, ResponseOutcome};
use tui::gate::GateRequest;
use tui::{Effect, Event};

use crate::server::{Server, asked};

/// The server counts in numbers of its own.
pub(crate) const BEYOND: u64 = 1000;

/// The gate.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) hold: Hold,
    /// What waits, under our numbers.
    waiting: Vec<(u64, Effect)>,
    /// Whether it lets this client lead.
    pub(crate) is_withheld: bool,
}

impl Server {
    /// A request comes: it waits, or is answered.
    pub(crate) fn comes(&mut self, effect: &Effect, number: u64, people: &[Author]) -> Vec<Event> {
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
        vec![Event::Exchanged(Box::new(departed)), Event::Recorded(Box::new(recorded))]
    }

    /// What the leader wants.
    pub(crate) fn wish(&mut self, wish: &GateRequest, people: &[Author]) -> Vec<Event> {
        if self.gate.is_withheld {
            return vec![Event::GateWithheld];
        }
        let mut events = match wish {
            GateRequest::Look => Vec::new(),
            GateRequest::Hold(hold) => {
                self.gate.hold = *hold;
                Vec::new()
            }
            GateRequest::LetGo(number) => self.goes_on(*number, false, people),
            GateRequest::LetAllGo { first } => {
                let first: Vec<_> = first.iter().flat_map(|number| self.goes_on(*number, false, people)).collect();
                first.into_iter().chain(self.all_go_on(people)).collect()
            }
            GateRequest::LoseAnswerOf(number) => self.goes_on(*number, true, people),
            GateRequest::Open => {
                self.gate.hold = Hold::None;
                self.all_go_on(people)
            }
        };
        events.push(Event::GateTold(Ok(self.report(people))));
        events
    }

    /// The number, as this program counts, of the request that came to the gate last.
    pub(crate) fn newest_waiting(&self) -> u64 {
        self.gate.waiting.last().expect("something waits").0
    }

    fn all_go_on(&mut self, people: &[Author]) -> Vec<Event> {
        let numbers: Vec<_> = self.gate.waiting.iter().map(|(number, _)| number + BEYOND).collect();
        numbers.into_iter().flat_map(|number| self.goes_on(number, false, people)).collect()
    }

    /// One goes on. If it is done and its answer is to be lost, nobody hears of it.
    fn goes_on(&mut self, theirs: u64, is_lost: bool, people: &[Author]) -> Vec<Event> {
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

/// What was done is done, and nobody hears of it.
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

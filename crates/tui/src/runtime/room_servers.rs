//! Several servers of one store, which a leader watches and leads as one room.
//!
//! The setting of the gate, the policy, the question and the participants are shared by the servers, so one of them is
//! asked. Held requests are released by the server that holds them, and every server has a record and faults of its
//! own.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use client::{Client, ClientError, Exchanges};
use contract::{Author, Exchange, FaultSettings, GateSettings, Hold, ParticipantList};
use tokio::task::JoinSet;
use traffic::{MergedRecord, RecordPlace, merge_people};

use super::gate_control::gate_event;
use crate::effect::RecordStart;
use crate::event::Event;
use crate::gate::GateRequest;
use crate::inbox::EventSender;
use crate::room_request::{PeopleReport, RoomReport, RoomRequest};

/// The shortest and the longest delay before a record is opened again.
const RECONNECT_DELAYS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));

/// The servers of a room. Clones are the same servers.
#[derive(Clone)]
pub(super) struct RoomServers {
    clients: Arc<[Client]>,
    record: Arc<Mutex<MergedRecord>>,
}

impl RoomServers {
    /// Returns the servers of these clients, or `None` if there is only one, which needs no merging.
    pub(super) fn of(clients: &[Client]) -> Option<Self> {
        // The leader's own requests are not shown on the wire; their effects are.
        let clients: Arc<[Client]> = clients.iter().cloned().map(Client::without_recording).collect();
        (clients.len() > 1).then(|| Self { clients, record: Arc::default() })
    }

    fn record(&self) -> MutexGuard<'_, MergedRecord> {
        // No code panics while it holds the lock.
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_in(&self, server: usize, exchange: Exchange) -> Event {
        let name = self.clients[server].server().origin();
        Event::Recorded(Box::new(self.record().take_in(server, &name, exchange)))
    }

    /// Asks the first server that responds.
    async fn ask_any<T, F>(&self, ask: impl Fn(Client) -> F) -> Result<T, ClientError>
    where
        F: Future<Output = Result<T, ClientError>>,
    {
        let mut last = None;
        for client in self.clients.iter() {
            match ask(client.clone()).await {
                Err(error @ ClientError::Lost(_)) => last = Some(error),
                answered => return answered,
            }
        }
        Err(last.expect("there are servers"))
    }

    /// Asks all servers, and returns what those have said that responded, or the last error if none did.
    async fn ask_all<T, F>(&self, ask: impl Fn(Client) -> F) -> Result<Vec<(usize, T)>, ClientError>
    where
        F: Future<Output = Result<T, ClientError>>,
    {
        let (mut said, mut last) = (Vec::new(), None);
        for (index, client) in self.clients.iter().enumerate() {
            match ask(client.clone()).await {
                Ok(value) => said.push((index, value)),
                Err(error) => last = Some(error),
            }
        }
        match last {
            Some(error) if said.is_empty() => Err(error),
            _ => Ok(said),
        }
    }

    /// Returns what the gates of all servers hold.
    async fn look(&self) -> Result<GateSettings, ClientError> {
        let gates = self.ask_all(|client| async move { client.gate().await }).await?;
        Ok(self.record().merge_gates(gates))
    }

    /// Releases a request at the server that holds it. It may not be held any more.
    async fn release(&self, number: u64, loses_response: bool) -> Result<(), ClientError> {
        let Some(RecordPlace { server, number }) = self.record().place_of(number) else { return Ok(()) };
        let client = &self.clients[server];
        let released =
            if loses_response { client.release_losing_response(number).await } else { client.release(number).await };
        match released {
            Err(ClientError::Refused(problem)) if problem.status == 404 => Ok(()),
            released => released.map(drop),
        }
    }

    async fn release_all(&self) -> Result<(), ClientError> {
        self.ask_all(|client| async move { client.release_all().await }).await.map(drop)
    }

    async fn send(&self, request: GateRequest) -> Result<GateSettings, ClientError> {
        match request {
            GateRequest::Look | GateRequest::LookAtOwn => {}
            GateRequest::Hold(hold) => self.ask_any(|client| async move { client.hold(hold).await }).await.map(drop)?,
            // Only a proxy sends a request twice, and a proxy is alone.
            GateRequest::LetGo(number) | GateRequest::SendTwice(number) => self.release(number, false).await?,
            GateRequest::LoseAnswerOf(number) => self.release(number, true).await?,
            GateRequest::LetAllGo { first } => {
                for number in first {
                    self.release(number, false).await?;
                }
                self.release_all().await?;
            }
            GateRequest::Open => {
                self.ask_any(|client| async move { client.hold(Hold::None).await }).await?;
                self.release_all().await?;
            }
        }
        self.look().await
    }

    /// Sends a request to the gates, and returns the event that reports the result.
    pub(super) async fn lead_gate(self, request: GateRequest) -> Event {
        gate_event(self.send(request).await)
    }

    /// Has the gates hold requests, and reports their state now and again when the hold ends.
    pub(super) async fn hold(self, hold: Hold, events: EventSender) {
        let holding = match self.ask_any(|client| async move { client.hold_while(hold).await }).await {
            Ok((_, holding)) => {
                // If the loop has ended, the program is ending already.
                let _ = events.send(gate_event(self.look().await));
                holding
            }
            Err(error) => {
                let _ = events.send(gate_event(Err(error)));
                return;
            }
        };
        holding.until_ended().await;
        if let Ok(gate) = self.look().await {
            let _ = events.send(Event::GateChanged(gate));
        }
    }

    /// Has all servers inject these faults.
    pub(super) async fn set_faults(self, faults: FaultSettings) -> Event {
        let set = self.ask_all(|client| async move { client.set_faults(faults).await }).await;
        Event::FaultsSet(set.map(|_| faults).map_err(|error| error.to_string()))
    }

    async fn people(&self) -> Result<ParticipantList, ClientError> {
        let lists = self.ask_all(|client| async move { client.participants().await }).await?;
        Ok(merge_people(lists.into_iter().map(|(_, list)| list)))
    }

    /// Returns the people at all servers after a change that one of them made.
    ///
    /// A client that has not joined is known to the servers to which it has sent requests.
    async fn change_people<F>(&self, change: impl Fn(Client) -> F) -> Result<ParticipantList, String>
    where
        F: Future<Output = Result<ParticipantList, ClientError>>,
    {
        self.ask_all(change).await.map_err(|error| error.to_string())?;
        self.people().await.map_err(|error| error.to_string())
    }

    /// Reads the faults that each server injects.
    async fn faults(&self) -> RoomReport {
        let Ok(faults) = self.ask_all(|client| async move { client.faults().await }).await else {
            return RoomReport::Faults(None);
        };
        let all: Vec<FaultSettings> = faults.into_iter().map(|(_, faults)| faults).collect();
        if all.iter().all(|faults| *faults == all[0]) {
            return RoomReport::Faults(all.first().copied());
        }
        RoomReport::DifferentFaults(FaultSettings {
            latency_ms: all.iter().map(|faults| faults.latency_ms).max().unwrap_or_default(),
            lose_responses: all.iter().map(|faults| faults.lose_responses).fold(0, u32::saturating_add),
        })
    }

    /// Sends a request about what each server has for itself, and returns the event with the result.
    ///
    /// These are people and faults. Returns `None` for any other request.
    pub(super) fn lead_each(&self, request: &RoomRequest) -> Option<impl Future<Output = Event> + Send + use<>> {
        let is_of_each = matches!(
            request,
            RoomRequest::ListPeople | RoomRequest::Remove(_) | RoomRequest::Readmit(_) | RoomRequest::ReadFaults
        );
        let (servers, request) = (self.clone(), is_of_each.then(|| request.clone())?);
        Some(async move {
            Event::Room(match request {
                RoomRequest::Remove(name) => {
                    let people = servers.change_people(|client| remove(client, name.clone())).await;
                    RoomReport::Removed { name, people }
                }
                RoomRequest::Readmit(name) => {
                    let people = servers.change_people(|client| readmit(client, name.clone())).await;
                    RoomReport::Readmitted { name, people }
                }
                RoomRequest::ReadFaults => servers.faults().await,
                _ => {
                    let guesses = servers.ask_all(|client| async move { client.token_guesses().await }).await.ok();
                    let guesses = guesses.map(|counts| counts.into_iter().map(|(_, count)| count).sum());
                    let list = servers.people().await.map_err(|error| error.to_string());
                    RoomReport::People(list.map(|list| PeopleReport { list, guesses }))
                }
            })
        })
    }

    /// Sends what the servers record as events until the loop has ended.
    pub(super) async fn follow(self, start: RecordStart, events: EventSender) {
        let mut streams = Vec::new();
        for client in self.clients.iter() {
            streams.push(client.exchanges().await.ok());
        }
        if events.deliver(Event::RecordBegins).await.is_err() {
            return;
        }
        // The streams are open already, so no exchange is missed between the two.
        if start == RecordStart::Kept {
            let all: Vec<usize> = (0..self.clients.len()).collect();
            self.read_past(&all, &events).await;
        }
        let mut followers = JoinSet::new();
        for (server, stream) in streams.into_iter().enumerate() {
            followers.spawn(self.clone().follow_one(server, stream, events.clone()));
        }
        while followers.join_next().await.is_some() {}
    }

    async fn follow_one(self, server: usize, mut stream: Option<Exchanges>, events: EventSender) {
        let mut wait = RECONNECT_DELAYS.0;
        if stream.is_none() {
            let _ = events.deliver(self.followed(server, false)).await;
        }
        while !events.is_closed() {
            if let Some(mut exchanges) = stream.take() {
                wait = RECONNECT_DELAYS.0;
                while let Ok(exchange) = exchanges.next().await {
                    if events.deliver(self.take_in(server, exchange)).await.is_err() {
                        return;
                    }
                }
                let _ = events.deliver(Event::RecordLost).await;
                let _ = events.deliver(self.followed(server, false)).await;
                // The gates of the other servers hold what they held.
                let _ = events.deliver(self.clone().lead_gate(GateRequest::Look).await).await;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(RECONNECT_DELAYS.1);
            stream = self.clients[server].exchanges().await.ok();
            if stream.is_some() {
                if events.deliver(Event::RecordBegins).await.is_err() {
                    return;
                }
                let _ = events.deliver(self.followed(server, true)).await;
                self.read_past(&[server], &events).await;
            }
        }
    }

    fn followed(&self, server: usize, is_followed: bool) -> Event {
        let server = self.clients[server].server().origin();
        Event::Room(RoomReport::ServerFollowed { server, is_followed })
    }

    /// Sends the exchanges that these servers have on record as events, in the order of their arrival.
    async fn read_past(&self, servers: &[usize], events: &EventSender) {
        let mut past = Vec::new();
        for server in servers.iter().copied() {
            match self.clients[server].all_recorded_exchanges().await {
                Ok(exchanges) => past.extend(exchanges.into_iter().map(|exchange| (server, exchange))),
                // The stream that follows reports what is wrong with the server.
                Err(why) => tracing::info!(%why, "the record of earlier exchanges was not read"),
            }
        }
        past.sort_by_key(|(server, exchange)| (exchange.received, *server, exchange.number));
        for (server, exchange) in past {
            if events.deliver(self.take_in(server, exchange)).await.is_err() {
                return;
            }
        }
    }
}

async fn remove(client: Client, name: Author) -> Result<ParticipantList, ClientError> {
    client.remove_participant(&name).await
}

async fn readmit(client: Client, name: Author) -> Result<ParticipantList, ClientError> {
    client.readmit_participant(&name).await
}

//! The parts of a lesson on the stage: its instructor, its write gate, and the comparison of policies.

use std::sync::Arc;

use client::{Client, RawRequest};
use contract::Author;
use lesson::compare::{ComparisonTable, table};
use lesson::player::{InstructorTask, Player};
use lesson::script::ScriptedRequest;
use lesson::{Leader, Lesson, LessonServer, RunLog, WriteGate};
use precondition::policy::Preconditions;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::servers::{RunningServer, ServerFactory};
use crate::event::Event;
use crate::inbox::EventSender;

/// A lesson that is being played.
pub(super) struct LessonHandles {
    pub(super) lesson_server: LessonServer,
    /// Sends tasks to the instructor.
    pub(super) instructions: UnboundedSender<InstructorTask>,
    pub(super) lesson: Arc<Lesson>,
    pub(super) servers: Arc<dyn ServerFactory>,
}

/// Starts the instructor, which performs tasks in order.
///
/// When the sender is dropped, the instructor releases all held requests, so that the server can end.
pub(super) fn run_instructor(
    mut leader: Leader,
    events: EventSender,
) -> (UnboundedSender<InstructorTask>, JoinHandle<Result<(), String>>) {
    let (instructions, mut wanted) = unbounded_channel();
    let leading = tokio::spawn(async move {
        while let Some(task) = wanted.recv().await {
            let done = leader.perform(&task).await.map_err(|error| error.to_string());
            // If the loop has ended, the user has left the lesson.
            let _ = events.send(Event::InstructorDone(done));
        }
        leader.finish().await.map_err(|error| error.to_string())
    });
    (instructions, leading)
}

/// Waits for the outcome of a request, and reports if the request is held at the write gate.
pub(super) async fn with_write_gate<T>(
    request: impl Future<Output = T>,
    write_gate: WriteGate,
    who: Author,
    events: EventSender,
) -> T {
    let mut request = std::pin::pin!(request);
    tokio::select! {
        biased;
        outcome = &mut request => outcome,
        () = write_gate.holds(&who) => {
            let _ = events.send(Event::AtWriteGate { who });
            request.await
        }
    }
}

/// Sends a request that is written out in the lesson.
pub(super) async fn send(
    client: Client,
    request: ScriptedRequest,
    write_gate: WriteGate,
    events: EventSender,
) -> Event {
    let who = client.author().clone();
    match RawRequest::new(&request.method, &request.target, &request.fields, request.body) {
        Ok(plain) => {
            // The result appears on the wire.
            let _ = with_write_gate(client.send_raw(plain), write_gate, who.clone(), events).await;
        }
        Err(why) => {
            let _ = events.send(Event::InstructorDone(Err(why.to_string())));
        }
    }
    Event::Sent { who }
}

/// Plays the lesson under every policy, each on its own server, and returns a table of the results.
pub(super) async fn compare(lesson: Arc<Lesson>, servers: Arc<dyn ServerFactory>) -> Result<ComparisonTable, String> {
    let mut runs = Vec::new();
    for preconditions in [Preconditions::Ignored, Preconditions::Optional, Preconditions::Required] {
        runs.push((preconditions, play_under(Arc::clone(&lesson), preconditions, servers.as_ref()).await?));
    }
    Ok(table(&runs))
}

async fn play_under(
    lesson: Arc<Lesson>,
    preconditions: Preconditions,
    servers: &dyn ServerFactory,
) -> Result<RunLog, String> {
    let RunningServer { at, close } = servers.lesson().await?;
    let played = lesson::play(Player::with_override(lesson, Some(preconditions)), at).await;
    close.await?;
    played.map_err(|error| error.to_string())
}

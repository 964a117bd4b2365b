//! Ends what a client has under way when the leader removes it.

use std::error::Error;
use std::fmt;
use std::future::pending;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::BoxError;
use axum::body::{Body, Bytes, HttpBody};
use contract::{Author, Reason};
use hyper::body::{Frame, SizeHint};

use crate::problem::details::room;
use crate::problem::{Refusal, types};
use crate::state::ServerState;
use crate::state::participants::{ClientIdentity, NameStanding, Participants};

/// Waits until the leader has removed a client, which an admin never is.
pub(crate) async fn until_removed(participants: &Participants, client: Option<&ClientIdentity>) {
    let Some(client) = client.filter(|client| !client.admin) else { return pending().await };
    // Subscribing comes before looking, so that no removal is missed between the two.
    let mut removals = participants.removals();
    while participants.standing(&client.name, client.joined) != NameStanding::Removed {
        if removals.changed().await.is_err() {
            // The server ends.
            return;
        }
    }
}

/// Returns the refusal of a request under a name that the leader has removed.
pub(crate) fn removed(name: &Author) -> Refusal {
    Refusal::new(&types::FORBIDDEN, room::removed(name)).with_reason(Reason::Removed)
}

/// The error that the leader has removed the client while its body was awaited.
#[derive(Debug, Clone)]
pub(crate) struct ClientRemoved(pub(crate) Author);

impl fmt::Display for ClientRemoved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the leader has removed the client")
    }
}

impl Error for ClientRemoved {}

/// Has a body fail as soon as the leader removes its client.
///
/// A client that sends slowly could stay for long otherwise.
pub(crate) fn end_body_on_removal(app: &ServerState, client: ClientIdentity, body: &mut Body) {
    if client.admin || body.is_end_stream() {
        return;
    }
    let app = ServerState::clone(app);
    *body = Body::new(RemovableBody { body: mem::take(body), app, client, removed: None });
}

/// A body that fails when its client is removed.
struct RemovableBody {
    body: Body,
    app: ServerState,
    client: ClientIdentity,
    /// Waits for the removal; `None` until the server has to wait for the body.
    removed: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl HttpBody for RemovableBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let Self { app, client, removed, .. } = &mut *self;
        let removed = removed.get_or_insert_with(|| {
            let (app, client) = (ServerState::clone(app), client.clone());
            Box::pin(async move { until_removed(&app.participants, Some(&client)).await })
        });
        ready!(removed.as_mut().poll(context));
        // A later call waits anew, which ends at once unless the client is readmitted.
        self.removed = None;
        Poll::Ready(Some(Err(ClientRemoved(self.client.name.clone()).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

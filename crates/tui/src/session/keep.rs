//! Drafts: unsaved text on its way to the disk, one keeper for each open document.

use std::collections::HashMap;

use client::{Client, DraftFile, Drafts, Found, Wanted, keep_drafts};
use contract::DocumentId;
use editor::Draft;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

use crate::event::{Event, Seat};
use crate::tasks::Tasks;

/// Everybody's drafts.
pub(super) struct Keepers {
    drafts: Option<Drafts>,
    wishes: HashMap<(Seat, DocumentId), watch::Sender<Wanted>>,
    tasks: Tasks,
    events: UnboundedSender<Event>,
}

impl Keepers {
    pub(super) fn new(drafts: Option<Drafts>, events: UnboundedSender<Event>) -> Self {
        Self { drafts, wishes: HashMap::new(), tasks: Tasks::new(events.clone()), events }
    }

    /// Looks for a draft of an earlier run, tells what it found, and begins to keep what is typed from now on.
    pub(super) fn open(&mut self, client: &Client, seat: Seat, document: DocumentId) {
        let events = self.events.clone();
        let Some(drafts) = &self.drafts else {
            // Nobody listening any more means that the program is ending already.
            let _ = events.send(Event::Opened { seat, document, draft: None });
            return;
        };
        let file = drafts.of(client.server(), &document, client.author());
        let (sender, wanted) = watch::channel(Wanted::default());
        self.wishes.insert((seat, document.clone()), sender);
        self.tasks.spawn("drafts", async move {
            let draft = find(&file, &events).await;
            let _ = events.send(Event::Opened { seat, document, draft });
            let failed = move |error: client::DraftError| {
                let _ = events.send(Event::DraftFailed(error.to_string()));
            };
            keep_drafts(file, wanted, failed).await;
        });
    }

    /// Says what shall be on the disk.
    pub(super) fn want(&self, seat: Seat, document: DocumentId, wanted: Wanted) {
        if let Some(wish) = self.wishes.get(&(seat, document)) {
            wish.send_replace(wanted);
        }
    }

    /// Waits until all that was wanted is on the disk.
    pub(super) async fn finished(self) {
        drop(self.wishes);
        self.tasks.finished().await;
    }
}

/// The draft of an earlier run. What could not be read is set aside and told, never lost.
async fn find(file: &DraftFile, events: &UnboundedSender<Event>) -> Option<Draft> {
    let file = file.clone();
    let found = tokio::task::spawn_blocking(move || file.read()).await;
    let why = match found {
        Ok(Ok(Found::Nothing)) => return None,
        Ok(Ok(Found::Draft(draft))) => return Some(draft),
        Ok(Ok(Found::SetAside { path, why })) => {
            format!("an earlier draft cannot be read ({why}); it is whole in {}", path.display())
        }
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    let _ = events.send(Event::DraftFailed(why));
    None
}

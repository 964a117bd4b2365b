//! A real server with a store in memory, and the test's own clients: the leader and other authors.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use client::Client;
use contract::{Author, Document, DocumentId, EntityTag, FaultSettings, Hold, Policy};
use editor::{EditorRequest, Guard, ResponseOutcome};
use precondition::policy::Preconditions;
use server::ServerOptions;
use store::{DocumentState, Store, VersionQuery};
use tokio::net::TcpListener;

use super::relay::Relay;

/// How often to check a condition that sends no event.
pub(super) const LOOK: Duration = Duration::from_millis(1);

/// The server of one run.
pub(super) struct TestServer {
    store: Arc<dyn Store>,
    /// Between the program under test and the server.
    pub(super) relay: Relay,
    leader: Client,
    other: Client,
    /// Writes under the name of the user.
    namesake: Client,
    document: DocumentId,
    /// The title and text of each version that was read; both are empty for a delete.
    texts: BTreeMap<u64, String>,
}

/// Another client that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    /// An author with another name than the user.
    Other,
    /// An author with the user's name: a second program of theirs, or a person of the same name.
    Namesake,
}

impl TestServer {
    /// Starts a server with this text in the document, or without the document.
    pub(super) async fn start(document: &DocumentId, user: &Author, text: Option<&str>) -> Self {
        let store = store::open("memory:").await.expect("a store in memory opens");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        tokio::spawn(server::serve(listener, Arc::clone(&store), ServerOptions::default(), std::future::pending()));
        let client = |name: &Author| Client::new(&format!("http://{address}"), name.clone()).expect("an address");
        let leader = client(&"Leader".parse().expect("a name"));
        let other = client(&"Carol".parse().expect("a name"));
        let relay = Relay::start(address).await;
        let (document, namesake) = (document.clone(), client(user));
        let server = Self { store, relay, leader, other, namesake, document, texts: BTreeMap::new() };
        if let Some(text) = text {
            server.writes(Writer::Other, Some(text)).await;
        }
        server
    }

    /// Returns the number of the newest event.
    pub(super) async fn latest(&self) -> u64 {
        self.store.latest_sequence().await.expect("the store is up")
    }

    /// Returns the current document and its tag, or `None` if there is no document.
    pub(super) async fn current(&self) -> Option<(Document, EntityTag)> {
        match self.store.read(&self.document).await.expect("the store is up") {
            DocumentState::Exists(stored) => {
                let tag = stored.etag(precondition::policy::Etags::Version);
                stored.document.as_ref().map(|document| (Document::clone(document), tag))
            }
            DocumentState::NeverExisted | DocumentState::Deleted(_) => None,
        }
    }

    /// Returns the titles and texts of all versions so far.
    pub(super) async fn history(&mut self) -> impl Iterator<Item = &str> {
        let query = VersionQuery { id: self.document.clone(), before: None, limit: 1000, bytes: usize::MAX };
        let versions = self.store.versions(query).await.expect("the store is up");
        for revision in versions.items {
            let number = revision.stamp.version;
            if !self.texts.contains_key(&number) {
                let stored = self.store.version(&self.document, number).await.expect("the store is up");
                let document = stored.and_then(|stored| stored.document.clone());
                let text = document.map_or_else(|| "\n".to_owned(), |text| format!("{}\n{}", text.title, text.content));
                self.texts.insert(number, text);
            }
        }
        self.texts.values().map(String::as_str)
    }

    /// Has another client save a text, or delete the document if there is no text.
    pub(super) async fn writes(&self, who: Writer, text: Option<&str>) {
        let current = self.current().await;
        let guard = current.as_ref().map_or(Guard::IfNoneMatchAny, |(_, tag)| Guard::IfMatch(tag.clone()));
        let title = current.as_ref().map_or_else(|| self.document.to_string(), |(document, _)| document.title.clone());
        let ask = match text {
            Some(text) => {
                let document = Document { title, content: text.to_owned(), parent: None };
                EditorRequest::Write { guard, document: document.into(), want_current: false }
            }
            None if current.is_none() => return,
            None => EditorRequest::Delete { guard },
        };
        let client = if who == Writer::Other { &self.other } else { &self.namesake };
        let held: Vec<u64> = self.held().await;
        let (client, document) = (client.clone(), self.document.clone());
        let mut write = tokio::spawn(async move { client.execute(&document, &ask).await });
        // The gate is meant for the program under test, so this write is released as soon as it is held.
        let outcome = loop {
            tokio::select! {
                outcome = &mut write => break outcome.expect("a client does not panic"),
                () = tokio::time::sleep(LOOK) => {
                    for number in self.held().await.into_iter().filter(|number| !held.contains(number)) {
                        self.release(number).await;
                    }
                }
            }
        };
        let written =
            matches!(outcome, ResponseOutcome::Saved(_) | ResponseOutcome::Deleted | ResponseOutcome::Unanswered(_));
        assert!(written, "no other client writes meanwhile: {outcome:?}");
    }

    /// Returns the numbers of the held requests, in the order of their arrival.
    pub(super) async fn held(&self) -> Vec<u64> {
        let gate = self.leader.gate().await.expect("the leader has access");
        gate.held.iter().map(|held| held.exchange).collect()
    }

    pub(super) async fn hold(&self, hold: Hold) {
        self.leader.hold(hold).await.expect("the leader has access");
    }

    /// Releases one request, if it is still held.
    pub(super) async fn release(&self, number: u64) {
        let _ = self.leader.release(number).await;
    }

    pub(super) async fn release_all(&self) {
        self.leader.release_all().await.expect("the leader has access");
    }

    /// Has the server lose the responses of the next writes, which it applies.
    pub(super) async fn lose_next(&self, lose_responses: u32) {
        let faults = FaultSettings { lose_responses, ..FaultSettings::default() };
        self.leader.set_faults(faults).await.expect("the leader has access");
    }

    pub(super) async fn set_policy(&self, preconditions: Preconditions) {
        let now = self.leader.policy().await.expect("the leader has access");
        let policy = Policy { preconditions, ..now.value };
        // This fails if the user has changed the policy meanwhile; the story then continues with the user's policy.
        let _ = self.leader.set_policy(policy, &now.etag).await;
    }
}

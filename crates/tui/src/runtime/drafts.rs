//! Drafts: finding and choosing one before a document opens, and writing unsaved text to the disk.
//!
//! Each open document has its own task and its own writer.

use std::collections::HashMap;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use client::{
    Client, DocumentListing, DraftCommand, DraftError, DraftFile, DraftId, DraftKey, DraftMatch, DraftTiming,
    DraftWish, DraftWriter, Drafts, FoundDrafts, find_drafts, keep_drafts,
};
use contract::DocumentId;
use editor::Draft;
use terminal::tasks::Tasks;
use tokio::sync::{mpsc, watch};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::effect::{DraftChoice, Effect};
use crate::event::Event;
use crate::ids::EditorIndex;
use crate::inbox::EventSender;

/// How long a search for drafts may take. A server that is asked during the search has less time.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(4);

/// How long the program waits for the disk before it ends.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// How many choices among drafts may wait for the disk.
const MAX_QUEUED_CHOICES: usize = 16;

/// A draft that could not be written before the program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnwrittenDraft {
    pub(super) seat: EditorIndex,
    pub(super) document: DocumentId,
    /// The file that could not be written, or its folder.
    pub(super) path: PathBuf,
    /// The cause, in plain words.
    pub(super) cause: String,
}

/// The document or file that drafts belong to, and by which they are found.
#[derive(Clone)]
pub(super) enum DraftSubject {
    /// A document at the server of a client.
    Document(Client),
    /// A file on this machine.
    File(FileDraftSubject),
}

/// A file on this machine that is merged with others.
#[derive(Clone)]
pub(super) struct FileDraftSubject {
    /// The file's absolute path.
    pub(super) path: PathBuf,
    /// Returns whether a draft was made of the texts that the files have now.
    pub(super) is_current: Arc<dyn Fn(&Draft) -> bool + Send + Sync>,
    /// Prepares the merge for a draft, or for none, and returns the draft that the editor begins with.
    pub(super) begin: Arc<dyn Fn(Option<Draft>) -> Draft + Send + Sync>,
}

impl DraftSubject {
    fn key(&self, document: &DocumentId) -> DraftKey {
        match self {
            Self::Document(client) => DraftKey::of(client, document),
            Self::File(file) => DraftKey::File(file.path.clone()),
        }
    }

    /// Returns the draft that the editor begins with if this draft, or none, is continued.
    fn begin(&self, draft: Option<Draft>) -> Option<Draft> {
        match self {
            Self::Document(_) => draft,
            Self::File(file) => Some((file.begin)(draft)),
        }
    }

    /// Finds the drafts that may be continued.
    async fn find(&self, drafts: &Drafts, document: &DocumentId) -> Result<FoundDrafts, DraftError> {
        let file = match self {
            Self::Document(client) => return find_drafts(drafts, client, document).await,
            Self::File(file) => file,
        };
        let (drafts, key) = (drafts.clone(), self.key(document));
        let mut found = run_on_disk(move || drafts.find(&key)).await.unwrap_or_else(|| Ok(FoundDrafts::default()))?;
        for found in found.drafts.iter_mut().filter(|found| !(file.is_current)(&found.draft)) {
            found.matches = DraftMatch::OtherTexts;
        }
        Ok(found)
    }

    /// Returns the message that another editor holds a draft of this subject.
    const fn held_elsewhere(&self) -> &'static str {
        match self {
            Self::Document(_) => "another editor on this machine is open with unsaved text of this document",
            Self::File(_) => "this file is being merged in another terminal, with decisions that are not written yet",
        }
    }
}

/// The drafts of every open document.
pub(super) struct DraftWriters {
    drafts: Option<Drafts>,
    open: HashMap<(EditorIndex, DocumentId), RunningWriter>,
    tasks: Tasks<EventSender>,
    events: EventSender,
    unwritten: Arc<Mutex<Vec<UnwrittenDraft>>>,
}

/// The handles of the task that writes the draft of one document.
struct RunningWriter {
    wish: watch::Sender<DraftCommand>,
    choices: mpsc::Sender<DraftChoice>,
    writer: Arc<DraftWriter>,
}

impl DraftWriters {
    pub(super) fn new(drafts: Option<Drafts>, events: EventSender) -> Self {
        let unwritten = Arc::default();
        Self { drafts, open: HashMap::new(), tasks: Tasks::new(events.clone()), events, unwritten }
    }

    /// Returns the folder of the drafts; `None` if none are kept.
    pub(super) fn folder(&self) -> Option<Drafts> {
        self.drafts.clone()
    }

    /// Opens a document: finds drafts of earlier runs, and asks the user to choose if there is a choice.
    ///
    /// From now on, typed text is kept.
    pub(super) fn open(&mut self, subject: DraftSubject, seat: EditorIndex, document: DocumentId) {
        let Some(drafts) = &self.drafts else {
            // If the loop has ended, the program is ending already.
            let _ = self.events.send(Event::Opened { seat, document, draft: subject.begin(None) });
            return;
        };
        let (wish, wanted) = watch::channel(DraftCommand::default());
        let (choices, chosen) = mpsc::channel(MAX_QUEUED_CHOICES);
        let writer = Arc::new(DraftWriter::before_choice(drafts.begin(subject.key(&document))));
        let running = RunningWriter { wish, choices, writer: Arc::clone(&writer) };
        self.open.insert((seat, document.clone()), running);
        let task = DraftTask { drafts: drafts.clone(), subject, seat, document, events: self.events.clone(), writer };
        let unwritten = Arc::clone(&self.unwritten);
        self.tasks.spawn("drafts", async move {
            let (about, events) = (task.document.clone(), task.events.clone());
            let told = move |generation, done| {
                let document = about.clone();
                let _ = events.send(match done {
                    Ok(()) => Event::DraftWritten { seat, document, generation },
                    Err(why) => Event::DraftFailed { seat, document, generation, why },
                });
            };
            // Text that is typed before a draft is chosen is already kept.
            let mut keeping = pin!(keep_drafts(Arc::clone(&task.writer), wanted, DraftTiming::default(), told));
            let ended = tokio::select! {
                biased;
                ended = &mut keeping => Some(ended),
                () = task.open(chosen) => None,
            };
            let ended = match ended {
                Some(ended) => ended,
                None => keeping.await,
            };
            if let Err(error) = ended {
                let (document, path, cause) = (task.document, error.path().to_owned(), error.cause());
                lock(&unwritten).push(UnwrittenDraft { seat, document, path, cause });
            }
        });
    }

    /// Applies the user's choice to the drafts that were offered.
    pub(super) fn choose(&self, seat: EditorIndex, document: DocumentId, choice: DraftChoice) {
        if let Some(running) = self.open.get(&(seat, document)) {
            // Choices are queued while the disk is busy. One that does not fit is dropped: the user can repeat it.
            let _ = running.choices.try_send(choice);
        }
    }

    /// Executes an effect on early text, or one that removes a draft. Ignores all other effects.
    pub(super) fn execute(&self, effect: Effect) {
        match effect {
            Effect::KeepEarlyDraft { seat, document, generation, draft } => {
                self.want(seat, document, generation, DraftWish::Early(draft.map(Box::new)));
            }
            Effect::ForgetDraft { seat, document, generation } => {
                self.want(seat, document, generation, DraftWish::Forgotten);
            }
            _ => {}
        }
    }

    /// Sets the wanted state of a document's draft on the disk.
    pub(super) fn want(&self, seat: EditorIndex, document: DocumentId, generation: u64, wish: DraftWish) {
        if let Some(running) = self.open.get(&(seat, document)) {
            running.wish.send_replace(DraftCommand { generation, wish });
        }
    }

    /// Waits until every draft is in its wanted state. Returns the drafts that are not.
    ///
    /// If the disk does not answer in time, all drafts are returned.
    pub(super) async fn finished(mut self) -> Vec<UnwrittenDraft> {
        let open: Vec<_> = self.open.drain().map(|(of, _)| of).collect();
        let tasks = std::mem::replace(&mut self.tasks, Tasks::new(self.events.clone()));
        let in_time = timeout(END_TIMEOUT, tasks.finished()).await;
        let mut unwritten = std::mem::take(&mut *lock(&self.unwritten));
        if let (Err(_), Some(drafts)) = (in_time, &self.drafts) {
            let of_disk = |(seat, document)| {
                let (path, cause) = (drafts.folder().to_owned(), "the disk does not answer".to_owned());
                UnwrittenDraft { seat, document, path, cause }
            };
            unwritten.extend(open.into_iter().map(of_disk));
        }
        unwritten
    }
}

impl Drop for DraftWriters {
    /// In a panic, writes all pending drafts now: the tasks are about to end, and cannot be waited for.
    fn drop(&mut self) {
        if !thread::panicking() {
            return;
        }
        for running in self.open.values() {
            if let Err(error) = running.writer.execute(&running.wish.borrow()) {
                tracing::error!(%error, "unsaved text is lost");
            }
        }
    }
}

/// The task that opens a document: finds its drafts, and reports them as events.
struct DraftTask {
    drafts: Drafts,
    subject: DraftSubject,
    seat: EditorIndex,
    document: DocumentId,
    events: EventSender,
    writer: Arc<DraftWriter>,
}

impl DraftTask {
    /// Opens the document with the draft that is continued, unless the program ends first.
    async fn open(&self, chosen: mpsc::Receiver<DraftChoice>) {
        let Some((file, draft)) = self.begin(chosen).await else { return };
        let writer = Arc::clone(&self.writer);
        if run_on_disk(move || writer.go_on_with(file)).await.is_none() {
            return;
        }
        let (seat, document, draft) = (self.seat, self.document.clone(), self.subject.begin(draft));
        let _ = self.events.send(Event::Opened { seat, document, draft });
    }

    /// Returns the draft to continue and the file to keep it in, or `None` if the program ends first.
    ///
    /// A single draft is continued without a question if it matches exactly: document, server and author, or file and
    /// texts. Otherwise the user chooses.
    async fn begin(&self, mut chosen: mpsc::Receiver<DraftChoice>) -> Option<(DraftFile, Option<Draft>)> {
        let mut trouble = None;
        let mut may_ask = false;
        loop {
            let found = self.find().await;
            if !may_ask && self.is_held_elsewhere(found.held).await {
                self.tell(Ok(self.subject.held_elsewhere().to_owned()));
            }
            let offered = found.drafts;
            let choice = match (chosen.try_recv(), &offered[..]) {
                (Ok(choice), _) => choice,
                (Err(_), []) => DraftChoice::Without,
                (Err(_), [one]) if one.matches == DraftMatch::Exact && !may_ask => DraftChoice::Take(one.id.clone()),
                (Err(_), _) => {
                    let (seat, document, trouble) = (self.seat, self.document.clone(), trouble.take());
                    let _ = self.events.send(Event::DraftsOffered { seat, document, offered, trouble });
                    chosen.recv().await?
                }
            };
            // From here on, the user is asked even if a single draft is left.
            may_ask = true;
            trouble = match self.apply(choice).await {
                Ok(DraftResult::Begins(begun)) => return Some(*begun),
                Ok(DraftResult::GoesOn) => None,
                Ok(DraftResult::IsAnothers) => Some("another editor has that draft by now".to_owned()),
                Err(error) => Some(error.to_string()),
            };
        }
    }

    /// Returns every draft that may be continued.
    ///
    /// Drafts that cannot be read are reported, and stay on the disk.
    async fn find(&self) -> FoundDrafts {
        let Ok(found) = timeout(SEARCH_TIMEOUT, self.subject.find(&self.drafts, &self.document)).await else {
            let folder = self.drafts.folder().display();
            self.tell(Err(format!("{folder} does not answer: earlier drafts in it are not offered")));
            return FoundDrafts::default();
        };
        match found {
            Ok(found) => {
                for draft in &found.unreadable {
                    // The path comes first, because the end of the sentence may be cut off on the screen.
                    let (path, why) = (draft.path.display(), &draft.why);
                    self.tell(Err(format!("{path} holds an earlier draft that cannot be read ({why})")));
                }
                found
            }
            Err(error) => {
                self.tell(Err(error.to_string()));
                FoundDrafts::default()
            }
        }
    }

    /// Returns whether another editor holds one of these drafts.
    ///
    /// The draft of this editor's own early text does not count.
    async fn is_held_elsewhere(&self, held: Vec<DraftId>) -> bool {
        if held.is_empty() {
            return false;
        }
        let writer = Arc::clone(&self.writer);
        let own = run_on_disk(move || writer.early_draft()).await.flatten();
        held.into_iter().any(|draft| Some(draft) != own)
    }

    fn tell(&self, news: Result<String, String>) {
        // If the loop has ended, the program is ending already.
        let _ = self.events.send(Event::DraftNews(news));
    }

    async fn apply(&self, choice: DraftChoice) -> Result<DraftResult, DraftError> {
        let key = self.subject.key(&self.document);
        let drafts = self.drafts.clone();
        let done = run_on_disk(move || match choice {
            DraftChoice::Without => Ok(DraftResult::Begins(Box::new((drafts.begin(key), None)))),
            DraftChoice::Take(id) => take(&drafts, &id, key),
            DraftChoice::Discard(id) => drafts
                .discard(&id)
                .map(|discarded| if discarded { DraftResult::GoesOn } else { DraftResult::IsAnothers }),
        });
        done.await.unwrap_or(Ok(DraftResult::GoesOn))
    }
}

/// Adds to a list the documents that have a draft on this machine, if the disk responds in time.
pub(super) async fn add_drafts(listing: &mut DocumentListing, drafts: Option<Drafts>, client: &Client) {
    let Some(drafts) = drafts else { return };
    let (server, author) = (client.server().clone(), client.author().clone());
    let documents: Vec<DocumentId> = listing.documents.iter().map(|entry| entry.id.clone()).collect();
    let found = run_on_disk(move || drafts.documents_with_drafts(&server, &author, documents.iter()));
    // A folder that cannot be read is reported when a document is opened.
    if let Ok(Some(Ok(found))) = timeout(SEARCH_TIMEOUT, found).await {
        listing.drafts = found;
    }
}

/// Runs disk work on a thread that may block, and returns its result.
///
/// Returns `None` if the runtime is shutting down.
async fn run_on_disk<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match spawn_blocking(work).await {
        Ok(done) => Some(done),
        Err(end) if end.is_panic() => std::panic::resume_unwind(end.into_panic()),
        Err(_) => None,
    }
}

/// The result of a choice.
enum DraftResult {
    /// The document opens with this file, and with the draft that is continued, if any.
    Begins(Box<(DraftFile, Option<Draft>)>),
    /// The draft was discarded; the user chooses again.
    GoesOn,
    /// Another editor has taken the draft.
    IsAnothers,
}

fn take(drafts: &Drafts, id: &DraftId, key: DraftKey) -> Result<DraftResult, DraftError> {
    Ok(match drafts.take(id, key)? {
        Some((file, draft)) => DraftResult::Begins(Box::new((file, Some(draft)))),
        None => DraftResult::IsAnothers,
    })
}

/// Locks a mutex. If a thread panicked while it held the lock, the value is still usable.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use contract::Document;
    use tempfile::tempdir;

    use super::*;
    use crate::inbox::inbox;

    fn draft(content: &str) -> Draft {
        Draft::new(None, Document { content: content.to_owned(), ..Document::default() })
    }

    /// Returns a client without a server.
    ///
    /// No server is asked, because there are no drafts from other addresses.
    fn client() -> Client {
        Client::new("http://127.0.0.1:1", "alice".parse().unwrap()).unwrap()
    }

    fn subject() -> DraftSubject {
        DraftSubject::Document(client())
    }

    fn welcome() -> DocumentId {
        "welcome".parse().unwrap()
    }

    #[tokio::test]
    async fn panic_writes_pending_drafts() {
        let folder = tempdir().unwrap();
        let drafts = Drafts::new(folder.path().join("drafts"));
        let (sender, mut events) = inbox();
        let mut writers = DraftWriters::new(Some(drafts.clone()), sender);
        writers.open(subject(), 0, welcome());
        assert!(matches!(events.recv().await, Some(Event::Opened { draft: None, .. })));
        // Nothing is awaited from here on, so no task can write the draft.
        let panicked = catch_unwind(AssertUnwindSafe(move || {
            writers.want(0, welcome(), 1, DraftWish::Kept(Box::new(draft("typed"))));
            panic!("the program breaks down");
        }));
        assert!(panicked.is_err());
        // The task that would have written the draft ends now, and releases it.
        let mut found = Vec::new();
        while found.is_empty() {
            tokio::task::yield_now().await;
            let lookup = drafts.find(&DraftKey::of(&client(), &welcome())).unwrap();
            assert!(lookup.held.len() + lookup.drafts.len() > 0, "the draft was not written");
            found = lookup.drafts;
        }
        assert_eq!(found[0].draft, draft("typed"));
    }

    #[tokio::test]
    async fn results_are_reported_and_unwritten_drafts_returned() {
        let folder = tempdir().unwrap();
        let drafts = Drafts::new(folder.path().join("drafts"));
        let (sender, mut events) = inbox();
        let mut writers = DraftWriters::new(Some(drafts.clone()), sender);
        writers.open(subject(), 0, welcome());
        assert!(matches!(events.recv().await, Some(Event::Opened { .. })));
        writers.want(0, welcome(), 1, DraftWish::Kept(Box::new(draft("one"))));
        assert!(matches!(events.recv().await, Some(Event::DraftWritten { generation: 1, .. })));
        writers.want(0, welcome(), 2, DraftWish::Forgotten);
        assert!(matches!(events.recv().await, Some(Event::DraftWritten { generation: 2, .. })));
        std::fs::remove_dir_all(drafts.folder()).unwrap();
        std::fs::write(drafts.folder(), "in the way").unwrap();
        writers.want(0, welcome(), 3, DraftWish::Kept(Box::new(draft("two"))));
        let cause = "a part of its path is a file, not a folder";
        assert!(matches!(events.recv().await, Some(Event::DraftFailed { generation: 3, why, .. }) if why == cause));
        let unwritten = writers.finished().await;
        let expected =
            UnwrittenDraft { seat: 0, document: welcome(), path: drafts.folder().to_owned(), cause: cause.to_owned() };
        assert_eq!(unwritten, [expected]);
    }

    /// An earlier run left a draft, and text is typed while that draft is being found and continued.
    #[tokio::test]
    async fn early_text_does_not_replace_the_earlier_draft() {
        let folder = tempdir().unwrap();
        let drafts = Drafts::new(folder.path().join("drafts"));
        let mut before = drafts.begin(DraftKey::of(&client(), &welcome()));
        before.keep(&draft("an earlier run's")).unwrap();
        drop(before);
        let (sender, mut events) = inbox();
        let mut writers = DraftWriters::new(Some(drafts.clone()), sender);
        writers.open(subject(), 0, welcome());
        let early = Draft::for_unplaced_text(&welcome(), Some("typed early".to_owned()), None);
        writers.want(0, welcome(), 1, DraftWish::Early(Some(Box::new(early))));
        loop {
            match events.recv().await.unwrap() {
                Event::Opened { draft: Some(taken), .. } => {
                    assert_eq!(taken.mine.content, "an earlier run's");
                    break;
                }
                Event::DraftWritten { generation: 1, .. } => {}
                other => panic!("{other:?}"),
            }
        }
        // The program ends as if it were killed before the editor could merge the early text into a complete draft.
        writers.finished().await;
        let key = DraftKey::of(&client(), &welcome());
        let found = drafts.find(&key).unwrap().drafts;
        let has = |content: &str, by_hand: Option<&str>| {
            found.iter().any(|one| one.draft.mine.content == content && one.draft.manual_edit.as_deref() == by_hand)
        };
        assert!(has("an earlier run's", None) && has("", Some("typed early")), "{found:?}");

        // The next complete draft contains both texts.
        found.iter().filter(|one| one.draft.manual_edit.is_some()).for_each(|one| _ = drafts.discard(&one.id).unwrap());
        let (sender, mut events) = inbox();
        let mut writers = DraftWriters::new(Some(drafts.clone()), sender);
        writers.open(subject(), 0, welcome());
        let early = Draft::for_unplaced_text(&welcome(), Some("typed early".to_owned()), None);
        writers.want(0, welcome(), 1, DraftWish::Early(Some(Box::new(early))));
        while !matches!(events.recv().await.unwrap(), Event::Opened { .. }) {}
        writers.want(0, welcome(), 2, DraftWish::Kept(Box::new(draft("typed early, an earlier run's"))));
        writers.finished().await;
        let found = drafts.find(&key).unwrap().drafts;
        let texts: Vec<_> = found.iter().map(|one| one.draft.mine.content.to_string()).collect();
        assert_eq!(texts, ["typed early, an earlier run's"]);
    }

    #[tokio::test]
    async fn early_text_is_not_another_editors() {
        let folder = tempdir().unwrap();
        let drafts = Drafts::new(folder.path().join("drafts"));
        let (sender, mut events) = inbox();
        let writer = Arc::new(DraftWriter::before_choice(drafts.begin(DraftKey::of(&client(), &welcome()))));
        let early = Draft::for_unplaced_text(&welcome(), Some("typed early".to_owned()), None);
        writer.execute(&DraftCommand { generation: 1, wish: DraftWish::Early(Some(Box::new(early))) }).unwrap();
        let task = DraftTask { drafts, subject: subject(), seat: 0, document: welcome(), events: sender, writer };
        task.open(mpsc::channel(1).1).await;
        assert!(matches!(events.recv().await, Some(Event::Opened { draft: None, .. })), "there is no news before it");
    }

    #[tokio::test]
    async fn unreadable_draft_is_reported_with_its_path_first() {
        let folder = tempdir().unwrap();
        let drafts = Drafts::new(folder.path().join("drafts"));
        let key = DraftKey::of(&client(), &welcome());
        let mut file = drafts.begin(key.clone());
        file.keep(&draft("typed")).unwrap();
        drop(file);
        let entries = std::fs::read_dir(drafts.folder()).unwrap().map(|entry| entry.unwrap().path());
        let path = entries.into_iter().find(|path| path.extension().is_some_and(|end| end == "json")).unwrap();
        let good = std::fs::read_to_string(&path).unwrap();
        for (number, (bytes, why)) in
            [(&good[..good.len() / 2], "it is cut off"), ("", "it is empty")].iter().enumerate()
        {
            std::fs::write(&path, bytes).unwrap();
            let (sender, mut events) = inbox();
            let mut writers = DraftWriters::new(Some(drafts.clone()), sender);
            writers.open(subject(), 0, welcome());
            let Some(Event::DraftNews(Err(words))) = events.recv().await else { panic!("nothing is reported") };
            let aside = path.with_extension(format!("broken-{}", number + 1));
            let expected = format!("{} holds an earlier draft that cannot be read ({why})", aside.display());
            assert_eq!(words, expected);
            assert_eq!(std::fs::read_to_string(aside).unwrap(), **bytes);
        }
    }

    #[tokio::test]
    async fn draft_held_by_another_editor_is_reported() {
        let folder = tempdir().unwrap();
        let drafts = Drafts::new(folder.path().join("drafts"));
        let mut other = drafts.begin(DraftKey::of(&client(), &welcome()));
        other.keep(&draft("another editor's")).unwrap();
        let (sender, mut events) = inbox();
        let mut writers = DraftWriters::new(Some(drafts), sender);
        writers.open(subject(), 0, welcome());
        let Some(Event::DraftNews(Ok(words))) = events.recv().await else { panic!("nothing is reported") };
        assert!(words.contains("another editor on this machine"), "{words}");
        assert!(matches!(events.recv().await, Some(Event::Opened { draft: None, .. })));
    }
}

//! The sessions under test: the program's own, on a terminal in memory, with a server of the test.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use client::{Client, Drafts};
use contract::{Author, DocumentId};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lesson::{Lesson, LessonClock, LessonServer, WriteGate};
use server::{ServerClock, ServerOptions};
use store::{BetweenJudgeAndWrite, SqliteStore, StoreOptions, WriteRequest};
use terminal::input::LineSource;
use terminal::tasks::Tasks;
use terminal::theme::Theme;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::rig::Rig;
use super::story::Kind;
use crate::action::KeyMap;
use crate::lesson_session::LessonRun;
use crate::runtime::editor::play_editor;
use crate::runtime::{EditorConfig, FreePlay, RunningServer, ServerFactory, StageConfig, play_stage};
use crate::state::StageNext;

/// The parameters of a session, apart from its server.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) kind: Kind,
    pub(super) size: (u16, u16),
    pub(super) me: Author,
    pub(super) document: DocumentId,
    /// The folder of drafts.
    pub(super) drafts: PathBuf,
    /// The folder of texts that the user keeps as files.
    pub(super) folder: PathBuf,
}

impl Setting {
    /// Begins a session with the server at this address.
    pub(super) fn begin(&self, server: String) -> Rig {
        match self.kind {
            Kind::Single => self.editor(server, None),
            Kind::Plain => self.editor(server, Some(LineSource::Typed)),
            Kind::Piped => self.editor(server, Some(LineSource::Piped)),
            Kind::Stage => self.stage(server, StageNext::FreePlay),
            Kind::Lesson(number) => self.stage(server, StageNext::Lesson(LessonRun::of(number))),
        }
    }

    fn editor(&self, server: String, lines: Option<LineSource>) -> Rig {
        let client = Client::new(&server, self.me.clone()).expect("an address");
        let config = EditorConfig {
            server,
            trust: None,
            me: self.me.clone(),
            token: None,
            document: Some(self.document.clone()),
            drafts: Some(Drafts::new(&self.drafts)),
            folder: self.folder.clone(),
            rescue_folders: Vec::new(),
            user_place: crate::UserPlace::Here,
            log: None,
            recorder: None,
            release_memory: None,
            theme: Theme::default(),
            features: terminal::features::TerminalFeatures::default(),
            keys: KeyMap::default(),
            marks_others: true,
            tells_editing: true,
        };
        let size = lines.is_none().then_some(self.size);
        Rig::new(size, move |surface, tell, mut events| async move {
            let tasks = Tasks::new(tell.clone());
            play_editor(config, client, lines, surface, tasks, tell, &mut events).await?.end
        })
    }

    fn stage(&self, server: String, first: StageNext) -> Rig {
        let people = ["Alice", "Bob"].map(|name| name.parse().expect("a name")).to_vec();
        let servers = TestServers(FreePlay { server, people, document: self.document.clone() });
        let config = StageConfig {
            servers: Arc::new(servers),
            lessons: lessons(),
            first,
            folder: self.folder.clone(),
            room: None,
            progress: None,
            log: None,
            recorder: None,
            theme: Theme::default(),
            features: terminal::features::TerminalFeatures::default(),
            keys: KeyMap::default(),
            full_tags: false,
        };
        Rig::new(Some(self.size), move |mut surface, tell, mut events| async move {
            play_stage(config, None, &mut surface, tell, &mut events).await
        })
    }
}

/// Returns the built-in lessons.
pub(super) fn lessons() -> Vec<Arc<Lesson>> {
    let read = |(name, text): &(&str, &str)| Arc::new(lesson::read(name, text).expect("a built-in lesson is valid"));
    lesson::built_in::FILES.iter().map(read).collect()
}

/// Gives free play the server of the test, and each run of a lesson its own server.
struct TestServers(FreePlay);

impl ServerFactory for TestServers {
    fn lesson(&self) -> BoxFuture<'static, Result<RunningServer<LessonServer>, String>> {
        async { Ok(lesson_server().await) }.boxed()
    }

    fn free_play(&self) -> BoxFuture<'static, Result<RunningServer<FreePlay>, String>> {
        let at = self.0.clone();
        async { Ok(RunningServer { at, close: async { Ok(()) }.boxed() }) }.boxed()
    }
}

/// Has the store pass each write through the write gate.
struct HoldAtWriteGate(WriteGate);

#[async_trait]
impl BetweenJudgeAndWrite for HoldAtWriteGate {
    async fn wait(&self, request: &WriteRequest) {
        self.0.pass(&request.author).await;
    }
}

async fn lesson_server() -> RunningServer<LessonServer> {
    let (clock, write_gate) = (LessonClock::default(), WriteGate::default());
    let options = StoreOptions { between: Arc::new(HoldAtWriteGate(write_gate.clone())), ..StoreOptions::default() };
    let store = SqliteStore::memory_with(options).expect("a store in memory opens");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    let told = clock.clone();
    let options = ServerOptions { clock: ServerClock::of(move || told.now()), ..ServerOptions::default() };
    let (leave, left) = oneshot::channel::<()>();
    tokio::spawn(server::serve(listener, Arc::new(store), options, async {
        // An error means that the sender is gone, which ends the server, too.
        let _ = left.await;
    }));
    let at = LessonServer { server: format!("http://{address}"), clock, write_gate };
    let close = async {
        drop(leave);
        Ok(())
    };
    RunningServer { at, close: close.boxed() }
}

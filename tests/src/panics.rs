//! An editor that panics on a signal: SIGCHLD on the drawing thread, SIGWINCH in a task of its own.
//!
//! Neither signal ends the real editor, which has no way to ask for a panic; so its editor runs here beside tasks that
//! have one. A file tells that the task has panicked, since nothing of it may be on the screen.

use std::env;
use std::error::Error;
use std::fs;

use contract::{Author, DocumentId};
use terminal::theme::Theme;
use tokio::signal::unix::{SignalKind, signal};
use tui::{EditorConfig, UserPlace, run_editor};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let server = arguments.next().ok_or("which server?")?;
    let document: DocumentId = arguments.next().ok_or("which document?")?.parse()?;
    let me: Author = "Alice".parse()?;
    let panic_file = arguments.next().ok_or("where to say that the task is dead?")?;
    let theme = Theme::default();
    let folder = env::temp_dir();
    let document = Some(document);
    let config = EditorConfig {
        server,
        trust: None,
        me,
        token: None,
        document,
        drafts: None,
        folder,
        user_place: UserPlace::Here,
        rescue_folders: Vec::new(),
        log: None,
        recorder: None,
        release_memory: None,
        theme,
        features: terminal::features::TerminalFeatures::default(),
        keys: tui::action::KeyMap::default(),
        marks_others: true,
        tells_editing: true,
    };
    let mut here = signal(SignalKind::child())?;
    let mut elsewhere = signal(SignalKind::window_change())?;
    let panic_here = async {
        here.recv().await;
        panic!("a panic on the thread that draws");
    };
    let task = tokio::spawn(async move {
        elsewhere.recv().await;
        panic!("a panic in a task");
    });
    tokio::spawn(async move {
        let dead: Result<(), _> = task.await;
        fs::write(panic_file, dead.map_or("panicked", |()| "ended"))
    });
    tokio::select! {
        ended = run_editor(config, None, None) => ended.and_then(|ended| ended.end).map(|_| ()).map_err(Into::into),
        () = panic_here => Ok(()),
    }
}

//! Lessons that are recorded on the real stage, and replayed without a server.

use std::fs;
use std::sync::Arc;

use terminal::key::Key;
use terminal::theme::Theme;
use tui::action::KeyMap;
use tui::{LessonRun, SessionEnd, SessionRecord, SessionRecorder, StageConfig, StageNext, inbox, play_stage};

use super::{Knowing, Leader, PATIENCE, WIDE, frame, lessons, step};
use crate::commands::stage::LocalServerFactory;

/// Each lesson has several writers, refusals, a merge or lost responses; the first part is the menu.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn record_of_a_lesson_leads_to_its_last_frame() {
    for (index, lesson) in lessons().into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let recorder = SessionRecorder::new(Box::new(fs::File::create(&path).unwrap()), &lessons()).unwrap();
        let (mut knowing, mut last) = (Knowing::new(&lesson), String::new());
        let hand = |text: &str| {
            let key = if step(text, &lesson) > lesson.steps.len() { Key::ctrl('q') } else { knowing.next(text) };
            text.clone_into(&mut last);
            vec![key]
        };
        let (keys, mut events) = inbox();
        let mut leader = Leader { size: WIDE, keys: keys.clone(), hand, watch: |_: &str| {} };
        let config = StageConfig {
            servers: Arc::new(LocalServerFactory),
            lessons: lessons(),
            first: StageNext::Lesson(LessonRun::of(index)),
            folder: folder.path().to_owned(),
            room: None,
            progress: None,
            log: None,
            recorder: Some(recorder.clone()),
            theme: Theme::default(),
            features: terminal::features::TerminalFeatures::default(),
            keys: KeyMap::default(),
            full_tags: false,
        };
        let played = play_stage(config, None, &mut leader, keys, &mut events);
        let end = tokio::time::timeout(PATIENCE, played).await.expect("the stage waits for nothing").unwrap();
        assert_eq!((end, recorder.failure()), (SessionEnd::Quit, None));
        let record = SessionRecord::read(&fs::read_to_string(&path).unwrap(), &lessons()).unwrap();
        let quit = (0..record.length()).rev().find(|at| record.describe(*at) == "key Ctrl-Q").unwrap();
        let replayed = record.state_after(quit, &lessons(), Theme::default()).unwrap();
        assert_eq!(frame(&replayed, WIDE), last, "{}", lesson.name);
    }
}

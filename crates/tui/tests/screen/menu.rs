//! The menu of lessons: its rows, and the keys of a presentation clicker.

use std::sync::Arc;

use contract::Timestamp;
use crossterm::event::KeyCode;
use terminal::theme::Theme;
use tui::progress::{Achievement, LoadedProgress, Progress};
use tui::{LessonRun, SessionEnd, StageNext, State};

use crate::harness::TestApp;

/// Returns the menu of the built-in lessons, all of which were solved with `requests`.
fn menu(requests: usize, (width, height): (u16, u16)) -> TestApp {
    let read = |(file, text): &(&str, &str)| Arc::new(lesson::read(file, text).unwrap());
    let lessons: Vec<_> = lesson::built_in::FILES.iter().map(read).collect();
    let at = Timestamp::from_millis(1_795_323_611_123);
    let mut progress = Progress::default();
    for lesson in &lessons {
        progress.record(&lesson.name, Achievement::Played, at);
        progress.record(&lesson.name, Achievement::Solved { requests }, at);
    }
    let loaded = LoadedProgress { progress, trouble: None };
    TestApp::begin(State::menu(&lessons, 0, Theme::default()).with_progress(loaded), Vec::new(), width, height)
}

#[test]
fn row_shows_its_par_and_best_whole() {
    for size in [(80, 45), (120, 45), (160, 50)] {
        let play = menu(12, size);
        let rows: Vec<String> =
            play.screen(size.0, size.1).rows().into_iter().filter(|row| row.contains(" min ")).collect();
        assert!(rows.len() > 15, "{size:?}: {rows:#?}");
        for (row, level) in rows.iter().zip(lesson::built_in::FILES) {
            assert!(row.contains(", best 12"), "{size:?}, {}: {row}", level.0);
            assert!(!row.contains('…'), "{size:?}: {row}");
        }
    }
}

#[test]
fn columns_of_the_rows_are_aligned() {
    let play = menu(3, (80, 45));
    let rows: Vec<String> = play.screen(80, 45).rows().into_iter().filter(|row| row.contains(" min ")).collect();
    let column = |row: &String| row.find("par ").map(|at| row[..at].chars().count());
    assert!(rows.iter().all(|row| column(row) == column(&rows[0])), "{rows:#?}");
}

#[test]
fn page_down_alone_begins_the_selected_lesson() {
    let mut play = menu(3, (80, 24));
    play.code(KeyCode::PageDown);
    assert_eq!(play.ended(), Some(&SessionEnd::Next(StageNext::Lesson(LessonRun::of(0)))));
}

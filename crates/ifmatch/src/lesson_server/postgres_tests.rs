//! The lessons on a server whose store is PostgreSQL.
//!
//! These tests need the programs of PostgreSQL, so they run only if they are asked for:
//!
//! ```sh
//! cargo test -p ifmatch --features postgres --lib -- --ignored postgres_tests
//! ```

use std::sync::Arc;

use lesson::player::Player;
use lesson::transcript::{self, TranscriptFormat};
use lesson::{Lesson, LevelWay, RunLog};
use test_postgres::TemporaryDatabase;

use super::{OpenLessonServer, open, open_on};
use crate::catalog::Catalog;

/// Starts a lesson's server on an empty database.
async fn open_on_postgres(database: &TemporaryDatabase) -> OpenLessonServer {
    open_on(async |options| Ok(store::open_with(&database.url(), options).await.unwrap())).await.unwrap()
}

async fn play(lesson: &Arc<Lesson>, server: OpenLessonServer) -> RunLog {
    let log = lesson::play(Player::new(Arc::clone(lesson)), server.at.clone()).await.unwrap();
    server.close().await.unwrap();
    log
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the programs of PostgreSQL"]
async fn every_lesson_has_the_transcript_that_it_has_in_memory() {
    let lessons = Catalog::built_in().unwrap().lessons();
    assert!(lessons.len() > 10);
    for lesson in lessons {
        let in_memory = play(&lesson, open().await.unwrap()).await;
        let database = TemporaryDatabase::create();
        let on_postgres = play(&lesson, open_on_postgres(&database).await).await;
        assert_eq!(on_postgres.failures().count(), 0, "{}: every claim holds", lesson.name);
        let written = |log: &RunLog| transcript::write(log, TranscriptFormat::Jsonl);
        let (in_memory, on_postgres) = (written(&in_memory), written(&on_postgres));
        for (number, (expected, line)) in in_memory.lines().zip(on_postgres.lines()).enumerate() {
            assert_eq!(line, expected, "{}, line {}", lesson.name, number + 1);
        }
        assert_eq!(on_postgres, in_memory, "{}", lesson.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the programs of PostgreSQL"]
async fn every_level_is_solved_as_in_memory() {
    for lesson in Catalog::built_in().unwrap().lessons() {
        let database = TemporaryDatabase::create();
        let server = open_on_postgres(&database).await;
        let attempt = lesson::play_level(Arc::clone(&lesson), LevelWay::Solution, server.at.clone()).await.unwrap();
        server.close().await.unwrap();
        let Some(attempt) = attempt else { continue };
        assert!(attempt.problems().is_empty() && attempt.reached().is_some(), "{}", lesson.name);
    }
}

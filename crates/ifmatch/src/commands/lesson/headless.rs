//! Plays one lesson without a screen, and prints texts about such runs.

use std::io;
use std::sync::Arc;

use lesson::player::Player;
use lesson::{Lesson, RunLog};
use precondition::policy::Preconditions;

use super::error::LessonError;
use crate::lesson_server;
use crate::output::stdout;

/// Plays a lesson without a screen, before a server of its own.
///
/// `policy` overrides the policy of the lesson.
pub(super) async fn play_headless(lesson: &Arc<Lesson>, policy: Option<Preconditions>) -> Result<RunLog, LessonError> {
    let open = lesson_server::open().await?;
    let played = lesson::play(Player::with_override(Arc::clone(lesson), policy), open.at.clone()).await;
    open.close().await?;
    Ok(played?)
}

/// Prints to standard output. A reader that closes its end has read enough: that is not an error.
pub(super) fn print(text: &str) -> Result<(), LessonError> {
    match stdout::print(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(LessonError::Print(error)),
        _ => Ok(()),
    }
}

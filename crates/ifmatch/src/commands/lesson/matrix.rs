//! `ifmatch lesson --matrix`: each anomaly on each server, and the table of what became of them.

use std::sync::Arc;

use lesson::Lesson;
use lesson::matrix::{self, MatrixTable};

use super::args::FormatChoice;
use super::error::LessonError;
use super::headless::{play_headless, print};
use crate::exit::Exit;

/// Plays all runs, each on a server of its own, and prints the table.
pub(super) async fn run(format: Option<FormatChoice>) -> Result<Exit, LessonError> {
    let text = match format {
        None | Some(FormatChoice::Text) => table().await?.to_string(),
        Some(FormatChoice::Markdown) => table().await?.to_markdown(),
        Some(
            FormatChoice::Mermaid
            | FormatChoice::Har
            | FormatChoice::Svg
            | FormatChoice::Jsonl
            | FormatChoice::Asciicast
            | FormatChoice::Stage,
        ) => return Err(LessonError::MatrixFormat),
    };
    print(&text)?;
    Ok(Exit::Success)
}

async fn table() -> Result<MatrixTable, LessonError> {
    let servers = matrix::servers();
    let mut table = MatrixTable::new(&servers);
    for anomaly in matrix::anomalies()? {
        let mut cells = Vec::new();
        for server in &servers {
            let lesson = Arc::new(Lesson { policy: server.policy, ..anomaly.clone() });
            let log = play_headless(&lesson, None).await?;
            let cell = matrix::verdict(&lesson, &log).map_err(|source| LessonError::Matrix {
                anomaly: anomaly.title.clone(),
                server: server.name.clone(),
                source,
            })?;
            cells.push(cell);
        }
        table.push(&anomaly, cells);
    }
    Ok(table)
}

//! The table of all verdicts, as text and as Markdown.

use std::fmt::{self, Write as _};

use unicode_width::UnicodeWidthStr;

use super::servers::MatrixServer;
use super::verdict::MatrixCell;
use crate::script::Lesson;
use crate::wrapping::wrap;

/// The width of the sentences around the table, in columns.
const WIDTH: usize = 120;

/// The sentence about the columns.
const COLUMNS: &str = "The first three columns are policies: preconditions are required, optional or ignored. Each of the \
                       others is one mistake of a server that requires preconditions.";

/// The table of all verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixTable {
    servers: Vec<String>,
    rows: Vec<MatrixRow>,
}

/// One anomaly on all servers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MatrixRow {
    name: String,
    /// The course of events, in sentences.
    course: String,
    cells: Vec<MatrixCell>,
}

impl MatrixTable {
    /// Returns a table of these columns, without rows.
    #[must_use]
    pub fn new(servers: &[MatrixServer]) -> Self {
        Self { servers: servers.iter().map(|server| server.name.clone()).collect(), rows: Vec::new() }
    }

    /// Adds the row of an anomaly: its verdicts in the order of the columns.
    pub fn push(&mut self, anomaly: &Lesson, cells: Vec<MatrixCell>) {
        self.rows.push(MatrixRow { name: anomaly.title.clone(), course: anomaly.goal.clone(), cells });
    }

    /// Returns the table as Markdown, with the course of each anomaly and the meaning of each word.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = format!("| | {} |\n|{}\n", self.servers.join(" | "), " --- |".repeat(self.servers.len() + 1));
        for row in &self.rows {
            let cells = row.cells.iter().map(|cell| match cell {
                MatrixCell::Lost | MatrixCell::Unseen => format!("**{cell}**"),
                MatrixCell::Refused(_) | MatrixCell::Kept => cell.to_string(),
            });
            // Writing into a string cannot fail.
            let _ = writeln!(out, "| {} | {} |", row.name, cells.collect::<Vec<_>>().join(" | "));
        }
        let _ = writeln!(out, "\n{}\n", wrap(COLUMNS, WIDTH).join("\n"));
        let words = self.legend().into_iter().map(|(word, meaning)| format!("*{word}*: {meaning}."));
        let courses = self.rows.iter().map(|row| format!("**{}**: {}", row.name, row.course));
        for item in words.chain(courses) {
            let _ = writeln!(out, "- {}", wrap(&item, WIDTH - 2).join("\n  "));
        }
        out
    }

    /// Returns the words of the cells that occur, each with its meaning.
    fn legend(&self) -> Vec<(MatrixCell, &'static str)> {
        let mut cells: Vec<MatrixCell> = self.rows.iter().flat_map(|row| row.cells.iter().copied()).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.into_iter().map(|cell| (cell, meaning(cell))).collect()
    }
}

/// Returns the meaning of a cell.
const fn meaning(cell: MatrixCell) -> &'static str {
    match cell {
        MatrixCell::Lost => "an update was overwritten by a writer who had not seen it, and no one was told",
        MatrixCell::Unseen => "no text was lost, but the writer did not learn of the versions in between",
        MatrixCell::Refused(412) => "the condition of the last write was false, so nothing was written",
        MatrixCell::Refused(428) => "the last write had no usable condition, so nothing was written",
        MatrixCell::Refused(_) => "the last write was refused, so nothing was written",
        MatrixCell::Kept => "every write was applied, and nothing was lost",
    }
}

impl fmt::Display for MatrixTable {
    /// Writes the table with columns as wide as their widest cell, then the legend.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = std::iter::once(String::new()).chain(self.servers.iter().cloned()).collect();
        let rows = self.rows.iter().map(|row| {
            std::iter::once(row.name.clone()).chain(row.cells.iter().map(ToString::to_string)).collect::<Vec<_>>()
        });
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
        let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
        for row in &rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let room = widest(column).unwrap_or_default().saturating_sub(cell.width());
                // Writing into a string cannot fail.
                let _ = write!(line, "{cell}{}  ", " ".repeat(room));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        writeln!(f, "\n{}\n", wrap(COLUMNS, WIDTH).join("\n"))?;
        let words = self.legend().into_iter().map(|(word, meaning)| format!("{word}: {meaning}."));
        let courses = self.rows.iter().map(|row| format!("{}: {}", row.name, row.course));
        words.chain(courses).try_for_each(|item| writeln!(f, "{}", wrap(&item, WIDTH).join("\n  ")))
    }
}

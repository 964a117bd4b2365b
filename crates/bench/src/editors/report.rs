//! The report on the editors: a table, and our values next to their goals.

use std::fmt;
use std::time::Duration;

use super::program::TextEditor;
use super::row::EditorRow;
use crate::goal_line::at_most;
use crate::sample::quantile_of;

/// The goals of the editor: from a key press to the finished frame, for opening, and for memory.
const MAX_KEY_MS: f64 = 5.0;
const MAX_OPEN_MS: f64 = 200.0;
const MAX_MEMORY: f64 = 6.0;

/// The measurements.
pub(crate) struct EditorReport {
    pub(super) rows: Vec<EditorRow>,
    /// The editors that are not installed.
    pub(super) missing: Vec<&'static str>,
}

impl fmt::Display for EditorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "editors in a pseudo-terminal of 120 × 40; times in ms\n\n\
             {:<16} {:<8} {:>7} {:>8} {:>8} {:>8} {:>9} {:>9} {:>7} {:>8}",
            "text", "editor", "open", "key p50", "key p99", "key max", "held p99", "held max", "behind", "memory"
        )?;
        for row in &self.rows {
            let [p50, p99, most] = quantiles(&row.keys);
            let [_, held_p99, held_most] = quantiles(&row.held);
            write!(
                f,
                "{:<16} {:<8} {:>7.0} {p50:>8.2} {p99:>8.2} {most:>8.2} {held_p99:>9.2} {held_most:>9.2} {:>7} {:>8}",
                row.text,
                row.editor,
                ms(row.opened),
                row.behind,
                row.memory.map_or_else(|| "-".to_owned(), |memory| format!("{memory:.1}x"))
            )?;
            let shown = [row.keys.len(), row.held.len()];
            if shown == row.sent { writeln!(f)? } else { writeln!(f, "  (in time: {shown:?} of {:?} keys)", row.sent)? }
        }
        writeln!(f)?;
        for row in self.rows.iter().filter(|row| row.editor == TextEditor::Ifmatch.name()) {
            at_most(f, &format!("{}, key to screen, p99", row.text), quantiles(&row.keys)[1], MAX_KEY_MS, " ms")?;
            at_most(f, &format!("{}, opening", row.text), ms(row.opened), MAX_OPEN_MS, " ms")?;
            if let Some(memory) = row.memory {
                at_most(f, &format!("{}, memory per byte of text", row.text), memory, MAX_MEMORY, "")?;
            }
        }
        if !self.missing.is_empty() {
            writeln!(f, "\nnot installed: {}; apt-get install -y nano micro vim", self.missing.join(", "))?;
        }
        Ok(())
    }
}

fn quantiles(sorted: &[Duration]) -> [f64; 3] {
    [0.5, 0.99, 1.0].map(|quantile| ms(quantile_of(sorted, quantile)))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

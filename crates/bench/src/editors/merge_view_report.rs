//! The report on the merge view: a table, and its values next to their goals.

use std::fmt;
use std::time::Duration;

use crate::goal_line::at_most;
use crate::sample::quantile_of;

/// The goals from a 412 to the merge view, in ms, by the name of the text.
const MAX_MS: [(&str, f64); 2] = [("10,000-lines", 16.0), ("100,000-lines", 100.0)];

/// The measurements.
pub(crate) struct MergeViewReport(pub(super) Vec<MergeViewRow>);

/// The measurements of one text, each sorted.
pub(super) struct MergeViewRow {
    pub(super) text: &'static str,
    /// From the 412 to the merge view.
    pub(super) shown: Vec<Duration>,
    /// From the key to the merge view.
    pub(super) saved: Vec<Duration>,
    /// The merge of the three texts by git; nothing if git is not installed.
    pub(super) git: Vec<Duration>,
}

impl fmt::Display for MergeViewReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "from a refused save to the merge view, and git merge-file with the same texts; times in ms\n\n\
             {:<16} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "text", "rounds", "412 p50", "412 max", "key p50", "key max", "git p50", "git max"
        )?;
        for row in &self.0 {
            write!(f, "{:<16} {:>6}", row.text, row.shown.len())?;
            for times in [&row.shown, &row.saved, &row.git] {
                if times.is_empty() {
                    write!(f, " {:>9} {:>9}", "-", "-")?;
                } else {
                    write!(f, " {:>9.1} {:>9.1}", ms(times, 0.5), ms(times, 1.0))?;
                }
            }
            writeln!(f)?;
        }
        writeln!(f)?;
        for row in &self.0 {
            let what = format!("{}, 412 to merge view", row.text);
            match MAX_MS.iter().find(|(text, _)| *text == row.text) {
                Some((_, most)) => {
                    at_most(f, &format!("{what}, p50"), ms(&row.shown, 0.5), *most, " ms")?;
                    at_most(f, &format!("{what}, max"), ms(&row.shown, 1.0), *most, " ms")?;
                }
                None => writeln!(f, "{what}: no goal")?,
            }
        }
        Ok(())
    }
}

fn ms(sorted: &[Duration], quantile: f64) -> f64 {
    quantile_of(sorted, quantile).as_secs_f64() * 1e3
}

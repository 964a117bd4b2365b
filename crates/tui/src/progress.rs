//! The user's progress: which lessons were played to their end, and how well their levels were solved.
//!
//! What is *not* here: the file in which the progress is kept. The program provides it as a [`ProgressStore`].

use std::collections::BTreeMap;

use contract::Timestamp;
use serde::{Deserialize, Serialize};

/// The progress of a user, by the names of the lessons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The lessons that were played to their end, and those whose level was solved.
    pub lessons: BTreeMap<String, LessonProgress>,
}

/// The progress of a user in one lesson.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonProgress {
    /// When the lesson was last played to its end, or `None` if it never was.
    pub done: Option<Timestamp>,
    /// The best solution of its level, or `None` if the level was not solved.
    pub best: Option<BestSolution>,
}

/// The solution of a level with the fewest requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BestSolution {
    /// The number of requests.
    pub requests: usize,
    /// When the level was solved.
    pub on: Timestamp,
}

/// Something that a user has achieved in a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Achievement {
    /// The lesson was played to its end.
    Played,
    /// The goal of the lesson's level was reached.
    Solved {
        /// The number of requests that it took.
        requests: usize,
    },
}

impl Progress {
    /// Returns the progress in a lesson.
    #[must_use]
    pub fn of(&self, lesson: &str) -> LessonProgress {
        self.lessons.get(lesson).copied().unwrap_or_default()
    }

    /// Records an achievement in a lesson. A solution with more requests than the best one changes nothing.
    pub fn record(&mut self, lesson: &str, achievement: Achievement, at: Timestamp) {
        let progress = self.lessons.entry(lesson.to_owned()).or_default();
        match achievement {
            Achievement::Played => progress.done = Some(at),
            Achievement::Solved { requests } if progress.best.is_none_or(|best| requests < best.requests) => {
                progress.best = Some(BestSolution { requests, on: at });
            }
            Achievement::Solved { .. } => {}
        }
    }
}

/// Returns the day of a time, in UTC, such as `2026-11-29`.
#[must_use]
pub fn day(time: Timestamp) -> String {
    let text = time.to_string();
    text.split_once('T').map_or(text.clone(), |(day, _)| day.to_owned())
}

/// Keeps the user's progress between runs of the program.
///
/// Its functions may block: the program calls them on threads of their own.
pub trait ProgressStore: Send + Sync {
    /// Reads the progress.
    fn load(&self) -> LoadedProgress;

    /// Records an achievement, together with the present time.
    ///
    /// # Errors
    ///
    /// Returns in plain words why the achievement cannot be kept.
    fn record(&self, lesson: &str, achievement: Achievement) -> Result<(), String>;
}

/// The progress that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadedProgress {
    /// The progress; empty if it cannot be read.
    pub progress: Progress,
    /// Why the progress cannot be read, in plain words, or `None` if it can.
    pub trouble: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn best_solution_has_the_fewest_requests() {
        let [first, second] = [1_795_323_611_123, 1_795_410_011_123].map(Timestamp::from_millis);
        let mut progress = Progress::default();
        for (requests, at, best) in [(5, first, (5, first)), (6, second, (5, first)), (4, second, (4, second))] {
            progress.record("merge", Achievement::Solved { requests }, at);
            assert_eq!(progress.of("merge").best.map(|best| (best.requests, best.on)), Some(best));
        }
        assert_eq!(progress.of("merge").done, None, "a solved level is not a lesson played to its end");
        progress.record("merge", Achievement::Played, second);
        assert_eq!(progress.of("merge").done.map(day).as_deref(), Some("2026-11-23"));
        assert_eq!(progress.of("aba"), LessonProgress::default());
    }
}

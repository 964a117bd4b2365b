//! A level of a lesson: the hints that were shown, whether the solution is played, and its end.
//!
//! What is *not* here: whether the goal is reached, and how many requests were sent. The engine tells both.

use lesson::script::Level;

/// How a level ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LevelEnd {
    /// The learner reached the goal.
    Reached {
        /// The number of requests that it took.
        requests: usize,
    },
    /// The solution was played to the goal.
    Shown,
    /// The learner skipped the level.
    Skipped,
}

/// The one who has done something in a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LevelPlayer {
    /// Nothing was done.
    Nobody,
    /// The solution is played.
    Solution,
    /// The learner has done something, so that the solution cannot continue from here.
    Learner,
}

/// A level that the learner plays.
#[derive(Debug, Clone)]
pub(crate) struct LevelSession {
    pub(crate) level: Box<Level>,
    /// The number of hints that are shown.
    hints: usize,
    /// Whether the learner tried to step over the level, and was told what that does.
    warned: bool,
    /// The one who has done something in the level.
    pub(crate) player: LevelPlayer,
    /// The first line in view if the learner has scrolled, or `None` to show what is new.
    pub(crate) first_line: Option<usize>,
    /// Whether the learner was told that the goal is out of reach.
    pub(crate) is_told_out_of_reach: bool,
    /// How the level ended, or `None` while it is played.
    pub(crate) end: Option<LevelEnd>,
}

impl LevelSession {
    /// Returns a level of which nothing was played; with `plays_solution`, the solution is about to be.
    pub(crate) fn new(level: Box<Level>, plays_solution: bool) -> Self {
        let player = if plays_solution { LevelPlayer::Solution } else { LevelPlayer::Nobody };
        Self { level, hints: 0, warned: false, player, first_line: None, is_told_out_of_reach: false, end: None }
    }

    /// Returns whether the level is still played.
    pub(crate) fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// Returns whether the solution is played, and the learner has not gone on by hand.
    pub(crate) fn plays_solution(&self) -> bool {
        self.player == LevelPlayer::Solution
    }

    /// Returns whether nothing has been done, shown or played yet.
    pub(crate) fn is_new(&self) -> bool {
        self.is_open() && self.player == LevelPlayer::Nobody && self.hints == 0
    }

    /// Returns the hints that are shown.
    pub(crate) fn shown_hints(&self) -> &[String] {
        &self.level.hints[..self.hints]
    }

    /// Returns whether there are hints that are not shown yet.
    pub(crate) fn has_more_hints(&self) -> bool {
        self.hints < self.level.hints.len()
    }

    /// Shows the next hint, if there is one.
    pub(crate) fn show_hint(&mut self) {
        self.hints = self.level.hints.len().min(self.hints + 1);
        self.warned = false;
        self.first_line = None;
    }

    /// Steps over the level, and returns whether it is skipped.
    ///
    /// The first time it returns false, and the caller warns the user; the second time skips the level.
    pub(crate) fn skip(&mut self) -> bool {
        let told = std::mem::replace(&mut self.warned, true);
        if told {
            self.end = Some(LevelEnd::Skipped);
        }
        told
    }

    /// Notes that the learner has done something: the solution cannot continue from here.
    pub(crate) fn touch(&mut self) {
        self.player = LevelPlayer::Learner;
        self.warned = false;
        self.first_line = None;
    }

    /// Ends the level because its goal is reached.
    pub(crate) fn reach(&mut self, requests: usize) {
        self.end = Some(if self.plays_solution() { LevelEnd::Shown } else { LevelEnd::Reached { requests } });
    }

    /// Returns the number of requests with which the learner reached the goal, or `None` if they did not.
    pub(crate) fn reached_with(&self) -> Option<usize> {
        match self.end {
            Some(LevelEnd::Reached { requests }) => Some(requests),
            Some(LevelEnd::Shown | LevelEnd::Skipped) | None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(plays_solution: bool) -> LevelSession {
        let level = Level {
            task: "Lose a line.".to_owned(),
            goal: Vec::new(),
            par: 4,
            hints: vec!["Who saves last?".to_owned(), "Which policy?".to_owned()],
            reached: None,
            offers: Vec::new(),
            solution: Vec::new(),
            wrong_path: Vec::new(),
            wrong_because: String::new(),
        };
        LevelSession::new(Box::new(level), plays_solution)
    }

    #[test]
    fn hints_are_shown_one_by_one() {
        let mut level = session(false);
        assert!(level.shown_hints().is_empty());
        level.show_hint();
        assert!(level.has_more_hints() && level.shown_hints() == ["Who saves last?"]);
        level.show_hint();
        level.show_hint();
        assert!(!level.has_more_hints() && level.shown_hints().len() == 2);
    }

    #[test]
    fn first_skip_only_warns() {
        let mut level = session(false);
        assert!(!level.skip() && level.is_open());
        level.show_hint();
        assert!(!level.skip(), "a hint resets the warning");
        level.touch();
        assert!(!level.skip(), "so does anything that the learner does");
        assert!(level.skip() && level.end == Some(LevelEnd::Skipped));
        assert_eq!(level.reached_with(), None);
    }

    #[test]
    fn shown_solution_is_not_the_learners() {
        let mut level = session(true);
        level.reach(4);
        assert_eq!((level.end, level.reached_with()), (Some(LevelEnd::Shown), None));
        let mut level = session(true);
        level.touch();
        level.reach(5);
        assert_eq!(level.reached_with(), Some(5), "the learner has gone on by hand");
    }
}

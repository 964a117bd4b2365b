//! A question that is put to the room: what is chosen, what was tried, and whether it is still open.

use lesson::script::Quiz;

/// A question, and what was answered so far.
#[derive(Debug, Clone)]
pub(crate) struct OpenQuestion {
    pub(crate) question: Quiz,
    /// Which choice the mark stands at.
    pub(crate) selected: usize,
    /// The choices that were answered, in that order.
    tried: Vec<usize>,
    /// Whether somebody wanted to step over it, and was told what that does.
    warned: bool,
    /// Whether the answer was shown without having been found.
    pub(crate) given_away: bool,
}

impl OpenQuestion {
    pub(crate) fn new(question: Quiz) -> Self {
        Self { question, selected: 0, tried: Vec::new(), warned: false, given_away: false }
    }

    /// Whether the right answer is still to be found.
    pub(crate) fn is_open(&self) -> bool {
        !self.given_away && !self.tried.iter().any(|at| self.question.choices[*at].right)
    }

    /// Whether that choice was answered, or given away: then it is said why it is right or wrong.
    pub(crate) fn is_told(&self, at: usize) -> bool {
        self.tried.contains(&at) || (self.given_away && self.question.choices[at].right)
    }

    /// What was answered last.
    pub(crate) fn last(&self) -> Option<usize> {
        self.tried.last().copied()
    }

    /// Moves the mark.
    pub(crate) fn select(&mut self, by: isize) {
        let last = self.question.choices.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// Answers; a choice that is not there changes nothing.
    pub(crate) fn answer(&mut self, at: usize) {
        if at < self.question.choices.len() {
            self.selected = at;
            self.tried.retain(|tried| *tried != at);
            self.tried.push(at);
            self.warned = false;
        }
    }

    /// Steps over it: the first time nothing happens but that somebody is told, which is false here; then the answer is
    /// given away.
    pub(crate) fn skip(&mut self) -> bool {
        let told = std::mem::replace(&mut self.warned, true);
        self.given_away |= told;
        told
    }
}

#[cfg(test)]
mod tests {
    use lesson::script::QuizChoice;

    use super::*;

    fn asked() -> OpenQuestion {
        let choice = |text: &str, right| QuizChoice { text: text.to_owned(), right, why: format!("why {text}") };
        let choices = vec![choice("428", false), choice("412", true), choice("409", false)];
        OpenQuestion::new(Quiz { text: "Which?".to_owned(), choices })
    }

    #[test]
    fn a_wrong_answer_leaves_it_open_and_the_right_one_closes_it() {
        let mut asked = asked();
        asked.answer(2);
        assert!(asked.is_open() && asked.is_told(2) && !asked.is_told(1));
        asked.answer(7);
        assert_eq!(asked.last(), Some(2), "there is no such choice");
        asked.answer(1);
        assert!(!asked.is_open() && asked.is_told(1));
    }

    #[test]
    fn nobody_steps_over_it_without_being_told() {
        let mut asked = asked();
        assert!(!asked.skip() && asked.is_open());
        asked.answer(0);
        assert!(!asked.skip(), "a try begins it anew");
        assert!(asked.skip() && !asked.is_open() && asked.is_told(1));
    }

    #[test]
    fn the_mark_stays_within_the_choices() {
        let mut asked = asked();
        asked.select(-1);
        assert_eq!(asked.selected, 0);
        asked.select(9);
        assert_eq!(asked.selected, 2);
    }
}

//! A question of a lesson: the selected choice, the answers so far, and whether it is still open.

use lesson::script::Quiz;

/// A question, with the answers so far.
#[derive(Debug, Clone)]
pub(crate) struct OpenQuestion {
    pub(crate) question: Quiz,
    /// The index of the selected choice.
    pub(crate) selected: usize,
    /// The choices that were answered, given away or reviewed, the latest last.
    tried: Vec<usize>,
    /// Whether the user tried to step over the question, and was told what that does.
    warned: bool,
    /// Whether the right answer was given away.
    pub(crate) given_away: bool,
}

impl OpenQuestion {
    pub(crate) fn new(question: Quiz) -> Self {
        Self { question, selected: 0, tried: Vec::new(), warned: false, given_away: false }
    }

    /// Returns whether the right answer was neither found nor given away.
    pub(crate) fn is_open(&self) -> bool {
        !self.tried.iter().any(|at| self.question.choices[*at].right)
    }

    /// Returns whether to show that a choice is right or wrong: it was answered, given away or reviewed.
    pub(crate) fn is_told(&self, at: usize) -> bool {
        self.tried.contains(&at)
    }

    /// Returns the choice whose explanation is shown: the last one answered, given away or reviewed.
    pub(crate) fn last(&self) -> Option<usize> {
        self.tried.last().copied()
    }

    /// Moves the selection.
    pub(crate) fn select(&mut self, by: isize) {
        let last = self.question.choices.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// Answers with a choice or, once the right answer is known, reviews it: its explanation is shown.
    ///
    /// An index without a choice changes nothing.
    pub(crate) fn answer(&mut self, at: usize) {
        if at < self.question.choices.len() {
            self.selected = at;
            self.tried.retain(|tried| *tried != at);
            self.tried.push(at);
            self.warned = false;
        }
    }

    /// Gives the right answer away, unless it is known.
    pub(crate) fn give_away(&mut self) {
        if let Some(right) = self.question.choices.iter().position(|choice| choice.right).filter(|_| self.is_open()) {
            self.given_away = true;
            self.answer(right);
        }
    }

    /// Steps over the question, and returns whether the answer was given away.
    ///
    /// The first time it returns false, and the caller warns the user; the second time gives the answer away.
    pub(crate) fn skip(&mut self) -> bool {
        let told = std::mem::replace(&mut self.warned, true);
        if told {
            self.give_away();
        }
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
        OpenQuestion::new(Quiz { text: "Which?".to_owned(), choices, hides: Vec::new(), hides_before: Vec::new() })
    }

    #[test]
    fn wrong_answer_leaves_it_open_and_right_one_closes_it() {
        let mut asked = asked();
        asked.answer(2);
        assert!(asked.is_open() && asked.is_told(2) && !asked.is_told(1));
        asked.answer(7);
        assert_eq!(asked.last(), Some(2), "there is no such choice");
        asked.answer(1);
        assert!(!asked.is_open() && asked.is_told(1));
    }

    #[test]
    fn first_skip_only_warns_and_second_gives_the_answer() {
        let mut asked = asked();
        assert!(!asked.skip() && asked.is_open());
        asked.answer(0);
        assert!(!asked.skip(), "an answer resets the warning");
        assert!(asked.skip() && !asked.is_open() && asked.is_told(1));
        assert_eq!(
            (asked.last(), asked.given_away),
            (Some(1), true),
            "the right answer is explained, not the wrong one"
        );
    }

    #[test]
    fn every_choice_can_be_reviewed_after_the_right_answer() {
        let mut asked = asked();
        asked.answer(1);
        assert!(!asked.is_told(0), "a choice is explained only when it is opened");
        asked.answer(0);
        assert_eq!((asked.last(), asked.selected), (Some(0), 0));
        assert!(!asked.is_open() && asked.is_told(0) && asked.is_told(1), "a review opens no answered question");
    }

    #[test]
    fn selection_stays_within_the_choices() {
        let mut asked = asked();
        asked.select(-1);
        assert_eq!(asked.selected, 0);
        asked.select(9);
        assert_eq!(asked.selected, 2);
    }
}

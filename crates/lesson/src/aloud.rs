//! A lesson line by line, for somebody who listens: what happened since, and what can be said to it. Pure.
//!
//! Whoever plays the lesson says what was heard to a [`Listener`], does what comes back, and asks for the news. A question
//! stands until it is answered: the answer is not told before, and the next step is not taken.

use crate::player::{Cue, Scene};
use crate::script::Question;
use crate::tale::Tale;
use crate::transcript::{so_far, visible};

/// Somebody who listens to a lesson.
#[derive(Debug, Clone, Default)]
pub struct Listener {
    /// How many lines were told.
    told: usize,
    asked: Option<Question>,
}

/// What follows from what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The next step is to be taken.
    Next,
    /// One step back.
    Back,
    /// From the beginning.
    Again,
    /// That is all.
    Leave,
    /// Nothing is to be done, and these lines answer it.
    Answer(Vec<String>),
}

/// What can be said.
const HELP: [&str; 6] = [
    "An empty line, or 'next': the next step.",
    "'back': one step back. It is played again from the start, before a fresh server, up to there.",
    "'again': from the beginning.",
    "A number: the answer to a question. 'skip': tells the right one.",
    "'repeat': the question once more.",
    "'quit': leaves.",
];

impl Listener {
    /// Takes in that a scene began: what it asks waits for an answer.
    pub fn begin(&mut self, scene: &Scene) {
        self.asked = scene.cues.iter().find_map(|cue| match cue {
            Cue::Ask(question) => Some(question.clone()),
            _ => None,
        });
    }

    /// What is to be told since the last time.
    pub fn news(&mut self, tale: &Tale) -> Vec<String> {
        let lines = so_far(tale);
        let news = lines.get(self.told..).unwrap_or_default().to_vec();
        self.told = lines.len();
        let next =
            self.asked.as_ref().map(|question| format!("Answer with a number from 1 to {}.", question.choices.len()));
        news.into_iter().chain(next).collect()
    }

    /// All of that was told already, and nothing is asked: somebody has heard it before.
    pub fn has_heard(&mut self, tale: &Tale) {
        self.told = so_far(tale).len();
        self.asked = None;
    }

    /// Whether a question waits for its answer.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// What follows from a line.
    pub fn hear(&mut self, line: &str) -> Heard {
        let said = line.trim().to_ascii_lowercase();
        match said.as_str() {
            "back" | "b" => Heard::Back,
            "again" | "r" => Heard::Again,
            "quit" | "q" | "leave" => Heard::Leave,
            "help" | "?" => Heard::Answer(HELP.map(str::to_owned).to_vec()),
            "" | "next" | "n" => self.go_on(),
            "skip" => self.tell(),
            "repeat" => Heard::Answer(self.asked.iter().flat_map(question).collect()),
            other => self.answer(other),
        }
    }

    fn go_on(&self) -> Heard {
        match &self.asked {
            None => Heard::Next,
            Some(question) => {
                let count = question.choices.len();
                Heard::Answer(vec![format!("Answer with a number from 1 to {count} first, or say 'skip'.")])
            }
        }
    }

    /// Tells the right answer, and asks no more.
    fn tell(&mut self) -> Heard {
        let Some(question) = self.asked.take() else { return Heard::Answer(vec![NOTHING_ASKED.to_owned()]) };
        let right = (1..).zip(&question.choices).find(|(_, choice)| choice.right);
        let told = right
            .map(|(number, choice)| format!("Right is {number}: {}. {}", visible(&choice.text), visible(&choice.why)));
        Heard::Answer(told.into_iter().collect())
    }

    fn answer(&mut self, said: &str) -> Heard {
        let Some(question) = &self.asked else {
            let known = if said.parse::<usize>().is_ok() { NOTHING_ASKED } else { UNKNOWN };
            return Heard::Answer(vec![known.to_owned()]);
        };
        let at = said.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let Some(choice) = at.and_then(|at| question.choices.get(at)) else {
            let count = question.choices.len();
            return Heard::Answer(vec![format!("That is no answer: say a number from 1 to {count}, or 'skip'.")]);
        };
        let why = visible(&choice.why);
        if choice.right {
            self.asked = None;
            return Heard::Answer(vec![format!("Right: {why}")]);
        }
        Heard::Answer(vec![format!("Wrong: {why}"), "Try another one, or say 'skip'.".to_owned()])
    }
}

const NOTHING_ASKED: &str = "Nothing is asked now; an empty line goes on.";
const UNKNOWN: &str = "That is no word here. An empty line goes on; 'help' says what else can be said.";

/// A question with its numbered choices.
fn question(question: &Question) -> Vec<String> {
    let choices = (1..).zip(&question.choices).map(|(number, choice)| format!("{number}: {}", visible(&choice.text)));
    std::iter::once(visible(&question.text)).chain(choices).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::player::Player;

    const TEXT: &str = r#"
title = "Mine"
goal = "G"
minutes = 1
[documents.a]
content = "one"
[[step]]
say = "Look."
[[step]]
ask = "Which?"
right = "that"
because = "Yes."
wrong = { "this" = "No." }
[[step]]
say = "So."
"#;

    fn said(heard: Heard) -> String {
        match heard {
            Heard::Answer(lines) => lines.join("\n"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_is_told_when_it_was_given_and_not_before() {
        let mut player = Player::new(crate::read("mine.toml", TEXT).unwrap().into());
        let mut listener = Listener::default();
        let mut step = |listener: &mut Listener| {
            let scene = player.step().unwrap();
            listener.begin(&scene);
            listener.news(player.tale()).join("\n")
        };
        assert!(step(&mut listener).contains("Mine\nG"));
        let look = step(&mut listener);
        assert!(look.contains("Look.") && !look.contains("Mine"), "{look}");
        let asked = step(&mut listener);
        assert!(asked.contains("1: that") && asked.contains("2: this") && asked.contains("from 1 to 2"), "{asked}");
        assert!(!asked.contains("Yes.") && !asked.contains("No."), "{asked}");
        assert!(said(listener.hear("")).contains("first"), "a question is answered before it goes on");
        assert!(said(listener.hear("3")).contains("no answer"));
        assert!(said(listener.hear("2")).starts_with("Wrong: No."));
        assert!(said(listener.hear("repeat")).contains("Which?\n1: that"));
        assert_eq!(said(listener.hear("1")), "Right: Yes.");
        assert!(said(listener.hear("2")).contains("Nothing is asked"));
        assert_eq!(listener.hear(""), Heard::Next);
        assert!(step(&mut listener).contains("So."));
    }

    #[test]
    fn a_question_can_be_skipped_and_every_word_is_understood() {
        let mut player = Player::new(crate::read("mine.toml", TEXT).unwrap().into());
        let mut listener = Listener::default();
        for _ in 0..3 {
            listener.begin(&player.step().unwrap());
        }
        assert_eq!(said(listener.hear("skip")), "Right is 1: that. Yes.");
        let words = [("b", Heard::Back), ("again", Heard::Again), ("QUIT", Heard::Leave), ("next", Heard::Next)];
        for (word, heard) in words {
            assert_eq!(listener.hear(word), heard, "{word}");
        }
        assert!(said(listener.hear("xyzzy")).contains("'help'"));
    }
}

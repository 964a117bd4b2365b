//! The requests that are still to be sent, for a preview.

use contract::Author;

use super::Player;
use crate::placeholders::fill;
use crate::script::{HiddenArea, LessonStep, Quiz, ScriptedRequest, StepKind};

impl Player {
    /// Returns the next scripted request of this person after the current step, or `None` if there is none.
    ///
    /// Its placeholders are filled in as far as their values are known. A text with another one stays as written.
    #[must_use]
    pub fn next_request_of(&self, who: &Author) -> Option<ScriptedRequest> {
        let known = |text: &String| fill(text, |place| self.seen.value_of(place)).unwrap_or_else(|_| text.clone());
        let request = self.upcoming().find_map(|step| request_of(step, who))?;
        Some(ScriptedRequest {
            method: request.method.clone(),
            target: known(&request.target),
            fields: request.fields.iter().map(|(name, value)| (name.clone(), known(value))).collect(),
            body: request.body.as_ref().map(known),
        })
    }

    /// Returns the question before this person's next request that hides it, or `None` if none does.
    ///
    /// Such a request stays hidden from the beginning: it would give the answer away in any step before the question.
    #[must_use]
    pub fn question_hiding_next_request_of(&self, who: &Author) -> Option<&Quiz> {
        if self.has_policy_override() {
            return None;
        }
        let mut before = self.upcoming().take_while(|step| request_of(step, who).is_none());
        before.find_map(|step| match &step.kind {
            StepKind::Ask(question) if question.hides(HiddenArea::NextRequest) => Some(question),
            _ => None,
        })
    }

    /// Returns whether a question after the current step hides an area.
    ///
    /// Some areas must not be seen in any step before such a question.
    #[must_use]
    pub fn will_ask_about(&self, area: HiddenArea) -> bool {
        let hides = |step: &LessonStep| matches!(&step.kind, StepKind::Ask(question) if question.hides(area));
        !self.has_policy_override() && self.upcoming().any(hides)
    }

    /// Returns the steps after the current one.
    fn upcoming(&self) -> impl Iterator<Item = &LessonStep> {
        self.lesson.steps.iter().skip(self.next.saturating_sub(1))
    }
}

/// Returns the request that a step sends in this person's name.
fn request_of<'a>(step: &'a LessonStep, who: &Author) -> Option<&'a ScriptedRequest> {
    match &step.kind {
        StepKind::Send { who: sender, request } if sender == who => Some(request),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LESSON: &str = r#"
title = "A script"
goal = "You have seen one."
minutes = 1
[documents.note]
content = "one"
[[step]]
say = "Robo is a script."
[[step]]
who = "Robo"
sends = "GET /api/documents/note"
[[step]]
who = "Robo"
sends = "PUT /api/documents/note"
fields = { If-Match = "{Robo.ETag}" }
content = "two"
"#;

    #[test]
    fn next_request_is_the_first_that_is_not_sent_yet() {
        let mut player = Player::new(crate::read("mine.toml", LESSON).unwrap_or_else(|f| panic!("{f}")).into());
        let robo: Author = "Robo".parse().unwrap();
        let method = |player: &Player| player.next_request_of(&robo).map(|request| request.method);
        let mut methods = vec![method(&player)];
        while player.step().is_some() {
            methods.push(method(&player));
        }
        let [get, put] = ["GET", "PUT"].map(|method| Some(method.to_owned()));
        assert_eq!(methods, [get.clone(), get.clone(), get, put, None, None]);
        assert_eq!(player.next_request_of(&"Alice".parse().unwrap()), None);
    }

    #[test]
    fn unknown_placeholder_stays_as_written() {
        let mut player = Player::new(crate::read("mine.toml", LESSON).unwrap_or_else(|f| panic!("{f}")).into());
        for _ in 0..3 {
            player.step();
        }
        let request = player.next_request_of(&"Robo".parse().unwrap()).unwrap();
        assert_eq!(request.fields, [("If-Match".to_owned(), "{Robo.ETag}".to_owned())]);
        assert!(request.body.unwrap().contains("two"));
    }

    #[test]
    fn policy_is_hidden_until_the_last_question_about_it() {
        let ask = |hides: &str| {
            format!("[[step]]\nask = \"?\"\nright = \"a\"\nbecause = \"b\"\n{hides}wrong = {{ c = \"d\" }}\n")
        };
        let text = [LESSON, &ask("hides = [\"server.policy\"]\n"), &ask("")].concat();
        let mut player = Player::new(crate::read("mine.toml", &text).unwrap_or_else(|f| panic!("{f}")).into());
        let mut hidden = vec![player.will_ask_about(HiddenArea::ServerPolicy)];
        while player.step().is_some() {
            hidden.push(player.will_ask_about(HiddenArea::ServerPolicy));
        }
        // The opening, three steps, the question about it, another one, and the end.
        assert_eq!(hidden, [true, true, true, true, true, false, false, false]);
        assert!(!player.will_ask_about(HiddenArea::Status));
    }

    /// The question hides the request behind it in every step, and no request before it.
    #[test]
    fn next_request_is_hidden_until_its_question_is_answered() {
        let asked = "[[step]]\nask = \"?\"\nright = \"a\"\nbecause = \"b\"\nwrong = { c = \"d\" }\n";
        let robo: Author = "Robo".parse().unwrap();
        for (hides, expected) in [
            ("hides = [\"next.request\"]\n", [false, false, false, true, false, false, false]),
            ("hides = [\"status\"]\n", [false; 7]),
        ] {
            let put = LESSON.rfind("[[step]]").unwrap();
            let text = [&LESSON[..put], asked, hides, &LESSON[put..]].concat();
            let mut player = Player::new(crate::read("mine.toml", &text).unwrap_or_else(|f| panic!("{f}")).into());
            let mut hidden = vec![player.question_hiding_next_request_of(&robo).is_some()];
            while player.step().is_some() {
                hidden.push(player.question_hiding_next_request_of(&robo).is_some());
            }
            assert_eq!(hidden, expected, "{hides}");
        }
    }
}

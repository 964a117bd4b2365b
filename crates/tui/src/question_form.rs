//! The form for a leader's question: its text, its choices, the right one, and the reasons.

use contract::QuestionSetting;
use contract::question::{MAX_BECAUSE_BYTES, MAX_CHOICE_BYTES, MAX_CHOICES, MAX_QUESTION_BYTES, MIN_CHOICES};
use terminal::edit::Edit;
use terminal::line_input::LineInput;

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum FormField {
    #[default]
    Text,
    /// A choice, by its index.
    Choice(usize),
    /// The number of the right choice.
    Right,
    Because,
    /// Why a wrong choice is wrong, by the index of the choice: for those who chose it.
    WhyNot(usize),
}

/// Why the question cannot be asked, and the line that needs a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormError {
    pub(crate) field: FormField,
    pub(crate) words: String,
}

/// The form, as far as it is filled in.
#[derive(Debug, Clone, Default)]
pub(crate) struct QuestionForm {
    text: LineInput,
    choices: [LineInput; MAX_CHOICES],
    right: LineInput,
    because: LineInput,
    why_not: [LineInput; MAX_CHOICES],
    /// The line that has the keys.
    focus: FormField,
    /// Why the question was not asked.
    trouble: Option<String>,
}

impl QuestionForm {
    pub(crate) const fn focus(&self) -> FormField {
        self.focus
    }

    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Returns the lines that are shown: at least two choices, and an empty one if there may be more.
    ///
    /// Once the right choice is known, each wrong one has a line for its reason.
    pub(crate) fn fields(&self) -> Vec<FormField> {
        let filled = self.choices.iter().rposition(|choice| !is_blank(choice)).map_or(0, |last| last + 1);
        let focused = if let FormField::Choice(at) = self.focus { at + 1 } else { 0 };
        let shown = (filled + 1).max(focused).clamp(MIN_CHOICES, MAX_CHOICES);
        let choices = (0..shown).map(FormField::Choice);
        let right = self.right(filled).ok().flatten().map(usize::from);
        let wrong = (0..if right.is_some() { filled } else { 0 }).filter(|at| right != Some(at + 1));
        let ends = [FormField::Right, FormField::Because].into_iter().chain(wrong.map(FormField::WhyNot));
        [FormField::Text].into_iter().chain(choices).chain(ends).collect()
    }

    /// Returns the input of a line.
    pub(crate) const fn input(&self, field: FormField) -> &LineInput {
        match field {
            FormField::Text => &self.text,
            FormField::Choice(at) => &self.choices[at],
            FormField::Right => &self.right,
            FormField::Because => &self.because,
            FormField::WhyNot(at) => &self.why_not[at],
        }
    }

    /// Edits the line that has the keys.
    pub(crate) fn type_in(&mut self, edit: &Edit, register: &mut String) {
        let line = match self.focus {
            FormField::Text => &mut self.text,
            FormField::Choice(at) => &mut self.choices[at],
            FormField::Right => &mut self.right,
            FormField::Because => &mut self.because,
            FormField::WhyNot(at) => &mut self.why_not[at],
        };
        if line.apply(edit, register) {
            self.trouble = None;
        }
    }

    /// Gives the keys to another line, positive if below, and stays within the form.
    pub(crate) fn move_by(&mut self, by: isize) {
        let fields = self.fields();
        let at = fields.iter().position(|field| *field == self.focus).unwrap_or_default();
        self.focus = fields[at.saturating_add_signed(by).min(fields.len() - 1)];
    }

    /// Goes to the next line; an empty choice ends the choices. Returns true if the form is to be sent.
    ///
    /// That is so at the reason of the right choice, and at the last one of a wrong choice.
    pub(crate) fn confirm(&mut self) -> bool {
        match self.focus {
            FormField::Because => return true,
            FormField::WhyNot(_) if self.fields().last() == Some(&self.focus) => return true,
            FormField::Choice(at) if at >= MIN_CHOICES && is_blank(&self.choices[at]) => self.focus = FormField::Right,
            FormField::Text | FormField::Choice(_) | FormField::Right | FormField::WhyNot(_) => self.move_by(1),
        }
        false
    }

    /// Says why the question was not asked.
    pub(crate) fn refuse(&mut self, words: String) {
        self.trouble = Some(words);
    }

    /// Says why the question cannot be asked, in the line that needs a change.
    pub(crate) fn point_at(&mut self, error: FormError) {
        self.focus = error.field;
        self.trouble = Some(error.words);
    }

    /// Returns the question.
    ///
    /// # Errors
    ///
    /// The first line that needs a change, and which.
    pub(crate) fn setting(&self) -> Result<QuestionSetting, FormError> {
        let text = checked(&self.text, FormField::Text, "the question", MAX_QUESTION_BYTES)?;
        if text.is_empty() {
            return Err(error(FormField::Text, "the question has no text: type it".to_owned()));
        }
        let mut choices = Vec::new();
        for (at, input) in self.choices.iter().enumerate() {
            let field = FormField::Choice(at);
            let choice = checked(input, field, &format!("choice {}", at + 1), MAX_CHOICE_BYTES)?;
            if choice.is_empty() {
                continue;
            }
            if choices.len() < at {
                let empty = choices.len();
                let words = format!("choice {} is empty, and choice {} is not: fill the gap", empty + 1, at + 1);
                return Err(error(FormField::Choice(empty), words));
            }
            if let Some(same) = choices.iter().position(|other| *other == choice) {
                let words = format!("choices {} and {} are the same: change one", same + 1, at + 1);
                return Err(error(field, words));
            }
            choices.push(choice);
        }
        if choices.len() < MIN_CHOICES {
            let words =
                format!("a question has {MIN_CHOICES} to {MAX_CHOICES} choices: type choice {}", choices.len() + 1);
            return Err(error(FormField::Choice(choices.len()), words));
        }
        let right = self.right(choices.len())?;
        let because = checked(&self.because, FormField::Because, "the reason", MAX_BECAUSE_BYTES)?;
        if right.is_none() && !because.is_empty() {
            let words = "the reason is about the right choice: type its number, or remove the reason".to_owned();
            return Err(error(FormField::Right, words));
        }
        let because = self.because(because)?;
        Ok(QuestionSetting { right, because, ..QuestionSetting::new(text, &choices) })
    }

    /// Returns all reasons: that of the right choice, and a line for each wrong one that has one.
    ///
    /// A line that begins with the number of a choice and a colon is shown to those who chose it.
    fn because(&self, right: &str) -> Result<Option<String>, FormError> {
        let mut lines: Vec<String> = Some(right.to_owned()).filter(|right| !right.is_empty()).into_iter().collect();
        let mut last = FormField::Because;
        for field in self.fields() {
            let FormField::WhyNot(at) = field else { continue };
            let words =
                checked(self.input(field), field, &format!("the reason of choice {}", at + 1), MAX_BECAUSE_BYTES)?;
            if !words.is_empty() {
                lines.push(format!("{}: {words}", at + 1));
                last = field;
            }
        }
        let all = lines.join("\n");
        if all.len() > MAX_BECAUSE_BYTES {
            let words = format!(
                "all reasons together have {} bytes, and at most {MAX_BECAUSE_BYTES} are possible: shorten one",
                all.len()
            );
            return Err(error(last, words));
        }
        Ok(Some(all).filter(|all| !all.is_empty()))
    }

    /// Returns the number of the right choice, if one is typed.
    fn right(&self, choices: usize) -> Result<Option<u8>, FormError> {
        let typed = self.right.text().trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let number = typed.parse::<u8>().ok().filter(|number| (1..=choices).contains(&usize::from(*number)));
        let words = || format!("the right choice is a number from 1 to {choices}, or nothing");
        number.map(Some).ok_or_else(|| error(FormField::Right, words()))
    }
}

fn is_blank(input: &LineInput) -> bool {
    input.text().trim().is_empty()
}

const fn error(field: FormField, words: String) -> FormError {
    FormError { field, words }
}

/// Returns the text of a line without blanks around it.
///
/// # Errors
///
/// If it is too long, or has a control character, which was pasted.
fn checked<'a>(input: &'a LineInput, field: FormField, name: &str, most: usize) -> Result<&'a str, FormError> {
    let text = input.text().trim();
    if text.len() > most {
        let words = format!("{name} has {} bytes, and at most {most} are possible: shorten it", text.len());
        return Err(error(field, words));
    }
    if text.chars().any(char::is_control) {
        return Err(error(field, format!("{name} has a control character: remove it")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(form: &mut QuestionForm, text: &str) {
        form.type_in(&Edit::InsertText(text.to_owned()), &mut String::new());
    }

    /// Returns a form with a line typed into each field in turn, and Enter after each.
    fn filled(lines: &[&str]) -> QuestionForm {
        let mut form = QuestionForm::default();
        for line in lines {
            typed(&mut form, line);
            form.confirm();
        }
        form
    }

    #[test]
    fn enter_leads_through_the_form_and_an_empty_choice_ends_the_choices() {
        let mut form = filled(&["Which status?", "200", "409", "412", "", "3"]);
        assert_eq!(form.focus(), FormField::Because);
        typed(&mut form, " the tag is old ");
        assert!(form.confirm(), "this was the last line");
        let setting = form.setting().unwrap();
        assert_eq!((setting.text.as_str(), setting.right), ("Which status?", Some(3)));
        assert_eq!(
            (setting.choices, setting.because.as_deref()),
            (vec!["200".to_owned(), "409".to_owned(), "412".to_owned()], Some("the tag is old"))
        );
    }

    #[test]
    fn form_has_two_choices_at_first_and_six_at_most() {
        assert_eq!(QuestionForm::default().fields().len(), 5);
        let mut form = filled(&["Q", "1", "2", "3", "4", "5", "6"]);
        assert_eq!((form.focus(), form.fields().len()), (FormField::Right, 9));
        form.move_by(-1);
        assert_eq!(form.focus(), FormField::Choice(5));
        form.move_by(99);
        assert_eq!(form.focus(), FormField::Because);
        form.move_by(-99);
        assert_eq!(form.focus(), FormField::Text);
    }

    #[test]
    fn each_error_names_its_line_and_the_change() {
        let at = |lines: &[&str]| filled(lines).setting().unwrap_err();
        let long = "x".repeat(MAX_CHOICE_BYTES + 1);
        for (lines, field, words) in [
            (vec![""], FormField::Text, "type it"),
            (vec!["Q", "one"], FormField::Choice(1), "2 to 6 choices: type choice 2"),
            (vec!["Q", "", "two"], FormField::Choice(0), "choice 1 is empty, and choice 2 is not"),
            (vec!["Q", "same", " same"], FormField::Choice(1), "choices 1 and 2 are the same"),
            (vec!["Q", "a", &long], FormField::Choice(1), "choice 2 has 513 bytes, and at most 512"),
            (vec!["Q\x1b[2J", "a", "b"], FormField::Text, "control character"),
            (vec!["Q", "a", "b", "", "3"], FormField::Right, "from 1 to 2"),
            (vec!["Q", "a", "b", "", "two"], FormField::Right, "from 1 to 2"),
            (vec!["Q", "a", "b", "", "", "because"], FormField::Right, "type its number"),
        ] {
            let error = at(&lines);
            assert_eq!(error.field, field, "{lines:?}: {}", error.words);
            assert!(error.words.contains(words), "{lines:?}: {}", error.words);
        }
    }

    #[test]
    fn each_wrong_choice_has_a_line_for_its_reason_once_the_right_one_is_known() {
        let mut form = filled(&["Q", "a", "b", "c", ""]);
        assert!(!form.fields().contains(&FormField::WhyNot(0)), "the right choice is not known yet");
        typed(&mut form, "2");
        form.confirm();
        typed(&mut form, "b is it");
        assert_eq!(form.fields()[form.fields().len() - 2..], [FormField::WhyNot(0), FormField::WhyNot(2)]);
        form.move_by(1);
        typed(&mut form, " too early ");
        assert!(!form.confirm(), "choice 3 is left");
        assert_eq!(form.setting().unwrap().because.as_deref(), Some("b is it\n1: too early"));
        typed(&mut form, "too late");
        assert!(form.confirm(), "this was the last line");
        let setting = form.setting().unwrap();
        assert_eq!(setting.because.as_deref(), Some("b is it\n1: too early\n3: too late"));
        assert_eq!(setting.check(), Ok(()));
        // Without its reason, the right choice still has those of the others.
        form.move_by(-2);
        form.type_in(&Edit::SelectAll, &mut String::new());
        typed(&mut form, " ");
        assert_eq!(form.setting().unwrap().because.as_deref(), Some("1: too early\n3: too late"));
        form.move_by(1);
        typed(&mut form, &"x".repeat(MAX_BECAUSE_BYTES));
        assert!(form.setting().unwrap_err().words.contains("at most 2048"));
    }

    #[test]
    fn error_is_shown_until_the_next_edit() {
        let mut form = filled(&["Q"]);
        form.point_at(form.setting().unwrap_err());
        assert_eq!((form.focus(), form.trouble().is_some()), (FormField::Choice(0), true));
        form.move_by(1);
        assert!(form.trouble().is_some());
        typed(&mut form, "b");
        assert_eq!(form.trouble(), None);
    }

    proptest! {
        #[test]
        fn question_of_the_form_is_valid_and_the_focus_is_shown(
            moves in proptest::collection::vec((-2_isize..3, "[a-c1-3 \u{7}é]{0,3}", any::<bool>()), 0..30),
        ) {
            let mut form = QuestionForm::default();
            for (by, text, confirms) in moves {
                typed(&mut form, &text);
                if confirms {
                    form.confirm();
                } else {
                    form.move_by(by);
                }
                prop_assert!(form.fields().contains(&form.focus()));
            }
            match form.setting() {
                Ok(setting) => prop_assert_eq!(setting.check(), Ok(())),
                Err(error) => prop_assert!(form.fields().contains(&error.field), "{}", error.words),
            }
        }
    }
}

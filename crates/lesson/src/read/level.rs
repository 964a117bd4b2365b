//! Reads the level of a lesson: its task, its goal, its help, and its solution.

use toml::de::DeValue;

use super::claims::{CLAIM_KEYS, SWARM_CLAIM};
use super::one::StepReader;
use super::table::Value;
use crate::diagnostics::join_words;
use crate::script::{Check, LessonStep, Level, Offer};

/// The keys of a level.
pub(super) const LEVEL_KEYS: [&str; 9] =
    ["your_turn", "goal", "par", "hint", "reached", "offers", "solution", "wrong_path", "wrong_because"];

/// The keys of an offer.
const OFFER_KEYS: [&str; 7] = ["who", "sends", "caption", "fields", "title", "content", "body"];

impl<'a, 'v, 'i> StepReader<'_, 'a, 'v, 'i> {
    /// Reads the level whose task is this value.
    pub(super) fn level(&mut self, task: &Value<'_>, place: &str) -> Option<Level> {
        let task = self.reading.as_text(task, "your_turn").map(str::to_owned);
        let goal = self.need("goal", place).and_then(|value| self.goal(value));
        let par = self.need("par", place).and_then(|value| self.reading.as_number(value, "par", 1));
        let hints = self.need("hint", place).and_then(|value| self.hints(value));
        let reached = self.text("reached");
        let offers = match self.table.get("offers") {
            Some(value) => self.offers(value),
            None => Some(Vec::new()),
        };
        let solution = self.path("solution", place);
        let wrong_path = self.path("wrong_path", place);
        let wrong_because = self.need("wrong_because", place);
        let wrong_because =
            wrong_because.and_then(|value| self.reading.as_text(value, "wrong_because").map(str::to_owned));
        Some(Level {
            task: task?,
            goal: goal?,
            par: par?,
            hints: hints?,
            reached,
            offers: offers?,
            solution: solution?,
            wrong_path: wrong_path?,
            wrong_because: wrong_because?,
        })
    }

    /// Reads the claims of the goal.
    fn goal(&mut self, value: &'v Value<'i>) -> Option<Vec<Check>> {
        let form =
            "a list of claims, such as [ { document = \"note\", has = \"two\" }, { expect = \"Bob\", status = 200 } ]";
        let items = self.tables(value, "goal", form)?;
        let mut checks = Vec::new();
        for item in items {
            let mut one = self.inside(item, "goal")?;
            if let Some((name, _)) = one.table.get_key_value(SWARM_CLAIM) {
                let span = name.span();
                one.reading.report(&span, "a goal cannot have a 'measure' claim: no swarm runs in a level");
                checks.push(None);
                continue;
            }
            let kinds = CLAIM_KEYS.iter().filter(|(key, ..)| *key != SWARM_CLAIM);
            let found: Vec<_> = kinds.clone().filter(|(key, ..)| one.table.contains_key(*key)).collect();
            let check = match found.as_slice() {
                [(key, keys, place)] => one.check(key, keys, place),
                [] => {
                    let names: Vec<&str> = kinds.clone().map(|(key, ..)| *key).collect();
                    // The key may be misspelled: then it is named, with a suggestion.
                    let known: Vec<&str> = kinds.flat_map(|(_, keys, _)| keys.iter().copied()).collect();
                    let before = one.reading.faults.len();
                    one.reading.reject_unknown_keys(one.table, &known, "a claim");
                    if one.reading.faults.len() == before {
                        one.wrong(format!("a claim of the goal needs {}", join_words(&names)));
                    }
                    None
                }
                [(one_kind, ..), (other, ..), ..] => {
                    one.wrong(format!("a claim has '{one_kind}' or '{other}', not both; make it two claims"));
                    None
                }
            };
            checks.push(check);
        }
        checks.into_iter().collect()
    }

    fn hints(&mut self, value: &Value<'_>) -> Option<Vec<String>> {
        let hints: Vec<String> = self.reading.as_texts(value, "hint").into_iter().map(|(text, _)| text).collect();
        if hints.is_empty() && matches!(value.get_ref(), DeValue::Array(items) if items.is_empty()) {
            self.reading.report(&value.span(), "a level needs a hint: hint = [\"…\", \"…\"], the vaguest first");
        }
        (!hints.is_empty()).then_some(hints)
    }

    fn offers(&mut self, value: &'v Value<'i>) -> Option<Vec<Offer>> {
        let form = "a list of tables: write [[step.offers]], with two pairs of brackets";
        let items = self.tables(value, "offers", form)?;
        let offers: Vec<_> = items.iter().map(|item| self.inside(item, "offers")?.offer()).collect();
        offers.into_iter().collect()
    }

    fn offer(&mut self) -> Option<Offer> {
        let place = "an offer";
        self.reading.reject_unknown_keys(self.table, &OFFER_KEYS, place);
        let caption = self.text("caption");
        let sends = self.need("sends", place)?;
        let (who, request) = self.request(sends, place)?;
        if self.names.names.contains(&who) {
            let what = format!("an offer is for a client without an editor, but {who} has one; use another name");
            let span = self.table.get("who").map_or_else(|| self.span.clone(), toml::Spanned::span);
            self.reading.report(&span, what);
            return None;
        }
        Some(Offer { who, request, caption, line: self.reading.line(&self.span) })
    }

    /// Reads the steps of the solution or of the wrong path.
    fn path(&mut self, key: &str, place: &str) -> Option<Vec<LessonStep>> {
        let value = self.need(key, place)?;
        let form = format!("a list of steps: write [[step.{key}]], with two pairs of brackets");
        let items = self.tables(value, key, &form)?;
        let whose = if key == "solution" { "a solution" } else { "a wrong path" };
        let steps: Vec<_> = items.iter().map(|item| self.inside(item, key)?.step_of_level(whose)).collect();
        steps.into_iter().collect()
    }

    /// Returns the items of a list with at least one item, or reports the form that it must have.
    fn tables(&mut self, value: &'v Value<'i>, key: &str, form: &str) -> Option<&'v [Value<'i>]> {
        match value.get_ref() {
            DeValue::Array(items) if !items.is_empty() => Some(&items[..]),
            DeValue::Array(_) => {
                self.reading.report(&value.span(), format!("'{key}' is empty; it must be {form}"));
                None
            }
            _ => {
                self.reading.report_kind(value, key, form);
                None
            }
        }
    }

    /// Returns the reader of an item in a list of this step.
    fn inside(&mut self, item: &'v Value<'i>, key: &str) -> Option<StepReader<'_, 'a, 'v, 'i>> {
        let table = self.reading.as_table(item, key)?;
        Some(StepReader {
            reading: &mut *self.reading,
            table,
            span: item.span(),
            names: self.names,
            known: self.known,
            documents: self.documents,
        })
    }
}

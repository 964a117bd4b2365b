//! Reads the steps of a lesson's file.
//!
//! One key decides the kind of a step: `say`, `does`, `sends`, `hold`, `release`, `ask`, `policy`, `lose`, `clock`,
//! `proxy`, `swarm` or `your_turn`. All other keys are its details. An item with `expect`, `document`, `editor` or
//! `measure` is a claim, which becomes part of the step before it.

use contract::Author;
use toml::de::DeValue;

use super::claims::CLAIM_KEYS;
use super::head_keys::{BELONGS_TO_HEAD, is_head_key};
use super::level::LEVEL_KEYS;
use super::one::{KnownNames, StepReader};
use super::swarm::{SWARM_KEYS, check_swarm};
use super::table::{TomlReader, Value};
use super::values::{duration, policy, why_unusable};
use crate::diagnostics::{did_you_mean, join_words};
use crate::placeholders::placeholders_in;
use crate::script::{
    Check, EditorAction, HiddenArea, HoldPoint, LessonStep, Quiz, QuizChoice, ScriptedCommand, ScriptedRequest,
    StepKind, TakenSide, TransitChange, Typing,
};

/// The key of each kind of step, the keys that such a step may have, and its name in messages.
///
/// Every step may also have the keys of [`COMMON_KEYS`].
const STEP_KEYS: [(&str, &[&str], &str); 12] = [
    ("say", &["say"], "a 'say' step"),
    (
        "does",
        &["who", "does", "document", "replace", "with", "append", "text", "title", "change", "take"],
        "a 'does' step",
    ),
    ("sends", &["who", "sends", "fields", "title", "content", "body"], "a 'sends' step"),
    ("hold", &["hold"], "a 'hold' step"),
    ("release", &["release", "response"], "a 'release' step"),
    ("ask", &["ask", "right", "because", "wrong", "hides", "hides_before"], "an 'ask' step"),
    ("policy", &["policy"], "a 'policy' step"),
    ("lose", &["lose"], "a 'lose' step"),
    ("clock", &["clock"], "a 'clock' step"),
    ("proxy", &["proxy"], "a 'proxy' step"),
    ("swarm", &SWARM_KEYS, "a 'swarm' step"),
    ("your_turn", &LEVEL_KEYS, "a level"),
];

/// The keys that every step may have. Only steps of [`WITH_RESPONSE`] may have a `key_moment`.
const COMMON_KEYS: [&str; 2] = ["caption", "key_moment"];

/// The kinds of steps in which a status comes back.
const WITH_RESPONSE: [&str; 3] = ["does", "sends", "release"];

/// One item of a list of steps: a step, or a claim about the step before it.
enum StepOrCheck {
    Step(Box<LessonStep>),
    Check(Check),
}

/// Returns all steps, each with its claims, or `None` if one of them has a fault.
///
/// `created` are the documents that the top level of the file names.
pub(super) fn read_steps(
    reading: &mut TomlReader<'_>,
    items: &[Value<'_>],
    names: &KnownNames,
    created: &[String],
) -> Option<Vec<LessonStep>> {
    let all = with_steps_of_levels(items);
    let senders = senders_in(&all);
    let mut known: Vec<&str> = Vec::new();
    for name in names.names.iter().map(Author::as_str).chain(senders.iter().map(String::as_str)) {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    let documents = documents(&all, created.to_vec());
    let mut steps: Vec<LessonStep> = Vec::new();
    let mut is_faulty = false;
    // The line of the level, which has to be the last step.
    let mut level: Option<usize> = None;
    // Whether requests are held from the steps so far on.
    let mut is_holding = false;
    for item in items {
        let Some(table) = reading.as_table(item, "step") else {
            is_faulty = true;
            continue;
        };
        check_placeholders(reading, item, &known);
        let documents = documents.as_deref();
        let mut one = StepReader { reading, table, span: item.span(), names, known: &known, documents };
        if let Some(line) = level {
            one.report_after_level(line);
        }
        if table.contains_key("your_turn") {
            level = level.or(Some(one.reading.line(&item.span())));
        }
        check_swarm(&mut one, created, is_holding);
        match one.step_or_check() {
            Some(StepOrCheck::Step(step)) => {
                if let StepKind::Hold(point) = step.kind {
                    is_holding = point != HoldPoint::Nowhere;
                }
                steps.push(*step);
            }
            Some(StepOrCheck::Check(check)) => match steps.last_mut() {
                Some(step) => step.checks.push(check),
                // The step before this claim may have a fault of its own.
                None if is_faulty => {}
                None => one.wrong("a claim is about the step before it, but there is none; write a step first"),
            },
            None => is_faulty = true,
        }
    }
    (!is_faulty).then_some(steps)
}

/// Returns all steps of a list, and those in its levels: offers, solutions and wrong paths.
fn with_steps_of_levels<'v, 'i>(items: &'v [Value<'i>]) -> Vec<&'v Value<'i>> {
    let mut all = Vec::new();
    for item in items {
        all.push(item);
        for key in ["offers", "solution", "wrong_path"] {
            let steps = item.get_ref().as_table().and_then(|table| table.get(key));
            all.extend(steps.and_then(|steps| steps.get_ref().as_array()).into_iter().flat_map(|steps| steps.iter()));
        }
    }
    all
}

/// Returns the `who` of each step with `sends`: people who may have no editor.
fn senders_in(items: &[&Value<'_>]) -> Vec<String> {
    let tables = items.iter().filter_map(|item| item.get_ref().as_table());
    let sending = tables.filter(|table| table.contains_key("sends"));
    sending.filter_map(|table| Some(table.get("who")?.get_ref().as_str()?.to_owned())).collect()
}

/// Returns the documents that exist or may be created.
///
/// These are the documents of the top level, of `open`, and of requests. Returns `None` if a request may create one
/// under a name that is not in the file.
fn documents(items: &[&Value<'_>], created: Vec<String>) -> Option<Vec<String>> {
    let mut documents = created;
    for table in items.iter().filter_map(|item| item.get_ref().as_table()) {
        let text = |key| table.get(key).and_then(|value: &Value<'_>| value.get_ref().as_str());
        if text("does") == Some("open") {
            documents.extend(text("document").map(str::to_owned));
        }
        documents.extend(text("swarm").map(str::to_owned));
        let Some((method, target)) = text("sends").and_then(|sends| sends.split_once(' ')) else { continue };
        let path = target.split('?').next().unwrap_or(target);
        match path.strip_prefix("/api/documents/").and_then(|rest| rest.split('/').next()) {
            Some(id) if id.contains(['{', '%']) => return None,
            Some(id) => documents.push(id.to_owned()),
            None if method == "POST" => return None,
            None => {}
        }
    }
    Some(documents)
}

/// Sorts the answers by a hash, so that the position does not reveal the right one.
///
/// The order depends only on the texts, so it is the same each time, whatever the order in the file.
fn shuffle_choices(question: &str, choices: &mut [QuizChoice]) {
    // FNV-1a.
    let hash = |choice: &QuizChoice| {
        let bytes = choice.text.bytes().chain(question.bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    choices.sort_by(|one, other| hash(one).cmp(&hash(other)).then_with(|| one.text.cmp(&other.text)));
}

/// Reports placeholders with unknown names in the texts of a step.
fn check_placeholders(reading: &mut TomlReader<'_>, value: &Value<'_>, known: &[&str]) {
    match value.get_ref() {
        DeValue::String(text) => {
            for placeholder in placeholders_in(text) {
                if !known.contains(&placeholder.who.as_str()) {
                    let what = format!(
                        "no one in this lesson is called '{}'; expected {}",
                        placeholder.who,
                        join_words(known)
                    );
                    reading.report(&value.span(), what);
                }
            }
        }
        DeValue::Array(items) => items.iter().for_each(|item| check_placeholders(reading, item, known)),
        DeValue::Table(table) => table.iter().for_each(|(_, value)| check_placeholders(reading, value, known)),
        _ => {}
    }
}

/// Returns the remedy for a key of the head or of the level that is in a step of this kind, or `None`.
///
/// In TOML, a key belongs to the table above it.
fn misplaced(word: &str, kind: &str) -> Option<String> {
    if kind != "your_turn" && LEVEL_KEYS.contains(&word) {
        return Some(
            "it is a key of the level; write it directly below 'your_turn', above the first [[step.…]]".to_owned(),
        );
    }
    is_head_key(word).then(|| BELONGS_TO_HEAD.to_owned())
}

impl StepReader<'_, '_, '_, '_> {
    /// Reports a step or a claim that follows the level in this line.
    fn report_after_level(&mut self, line: usize) {
        let is_claim = CLAIM_KEYS.iter().any(|(key, ..)| self.table.contains_key(*key));
        self.wrong(if self.table.contains_key("your_turn") {
            format!("a lesson has at most one level, and there is one in line {line}")
        } else if is_claim && !self.table.contains_key("does") {
            format!("a level has no claims but its goal; write this claim into the 'goal' of line {line}, or before it")
        } else {
            format!("a level is the last step of a lesson; write this step before the level in line {line}")
        });
    }

    fn step_or_check(&mut self) -> Option<StepOrCheck> {
        let (key, keys, place) = self.find_kind()?;
        if CLAIM_KEYS.iter().any(|(claim, ..)| *claim == key) {
            return self.check(key, keys, place).map(StepOrCheck::Check);
        }
        self.step(key, keys, place).map(|step| StepOrCheck::Step(Box::new(step)))
    }

    /// Reads a step of a level's solution or wrong path, which is `whose`.
    pub(super) fn step_of_level(&mut self, whose: &str) -> Option<LessonStep> {
        const KINDS: [&str; 8] = ["does", "sends", "hold", "release", "policy", "lose", "clock", "proxy"];
        let (key, keys, place) = self.find_kind()?;
        if !KINDS.contains(&key) {
            self.wrong(format!("{whose} cannot have {place}; it needs {}", join_words(&KINDS)));
            return None;
        }
        self.step(key, keys, place)
    }

    fn step(&mut self, key: &str, keys: &[&str], place: &str) -> Option<LessonStep> {
        let keys: Vec<&str> = keys.iter().copied().chain(COMMON_KEYS).collect();
        self.reading.reject_unknown_keys_unless(self.table, &keys, place, |word| misplaced(word, key));
        let caption = self.text("caption");
        let line = self.reading.line(&self.span);
        let key_moment = match self.table.get("key_moment") {
            Some(value) if !WITH_RESPONSE.contains(&key) => {
                let kinds = join_words(&WITH_RESPONSE);
                let what = format!("no status comes back in {place}; 'key_moment' belongs to a step with {kinds}");
                self.reading.report(&value.span(), what);
                None
            }
            Some(value) => self.reading.as_flag(value, "key_moment"),
            None => Some(false),
        };
        let kind = self.kind(key, place);
        Some(LessonStep { kind: kind?, caption, line, key_moment: key_moment?, checks: Vec::new() })
    }

    fn kind(&mut self, key: &str, place: &str) -> Option<StepKind> {
        let value = self.table.get(key)?;
        match key {
            "say" => Some(StepKind::Say(self.reading.as_text(value, key)?.to_owned())),
            "does" => self.act(value, place),
            "sends" => {
                let (who, request) = self.request(value, place)?;
                Some(StepKind::Send { who, request })
            }
            "hold" => Some(StepKind::Hold(self.reading.as_word(value, key, &HoldPoint::ALL)?)),
            "release" => self.release(value),
            "ask" => self.ask(value, place),
            "policy" => Some(StepKind::Policy(policy(self.reading, value))),
            "lose" => Some(StepKind::Lose(self.reading.as_number(value, key, 1)?)),
            "clock" => Some(StepKind::Clock(duration(self.reading, value, key)?)),
            "proxy" => Some(StepKind::Proxy(self.reading.as_word(value, key, &TransitChange::ALL)?)),
            "swarm" => self.swarm(value, place),
            "your_turn" => self.level(value, place).map(|level| StepKind::Level(Box::new(level))),
            other => unreachable!("`{other}` is a kind of step in `STEP_KEYS`, but nothing reads it"),
        }
    }

    /// Returns the row of [`STEP_KEYS`] or [`CLAIM_KEYS`] for this step.
    ///
    /// Reports it if there is not exactly one.
    fn find_kind(&mut self) -> Option<(&'static str, &'static [&'static str], &'static str)> {
        // With `does = "open"`, `document` is the document to open.
        let opening = self.table.contains_key("does");
        let here = |key: &str| self.table.contains_key(key) && !(opening && key == "document");
        let all = || STEP_KEYS.iter().chain(&CLAIM_KEYS);
        let found: Vec<_> = all().filter(|(key, _, _)| here(key)).collect();
        match found.as_slice() {
            [one] => Some(**one),
            [] => {
                let kinds: Vec<&str> = all().map(|(key, _, _)| *key).collect();
                let near = self.table.keys().find_map(|key| {
                    let known = kinds.iter().copied();
                    Some((key, did_you_mean(key.get_ref(), known)?))
                });
                match near {
                    Some((key, other)) => {
                        let what = format!("'{}' is not a key of a step; did you mean '{other}'?", key.get_ref());
                        self.reading.report(&key.span(), what);
                    }
                    None => {
                        self.wrong(format!("this step does nothing; it needs {}", join_words(&kinds)));
                    }
                }
                None
            }
            [(one, ..), (other, ..), ..] => {
                self.wrong(format!("a step has one kind, but this one has '{one}' and '{other}'; make it two steps"));
                None
            }
        }
    }

    fn act(&mut self, does: &Value<'_>, place: &str) -> Option<StepKind> {
        let who = self.need("who", place)?;
        let names = self.reading.as_texts(who, "who");
        let who: Vec<Author> = names.iter().filter_map(|(text, span)| self.person(text, span)).collect();
        let action = self.action(does)?;
        (who.len() == names.len()).then_some(StepKind::Act { who, action })
    }

    fn action(&mut self, does: &Value<'_>) -> Option<EditorAction> {
        #[derive(Clone, Copy)]
        enum Word {
            Open,
            Type,
            Decide,
            Press(ScriptedCommand),
        }
        let more = [(Word::Open, "open"), (Word::Type, "type"), (Word::Decide, "decide")];
        let words: Vec<_> =
            more.into_iter().chain(ScriptedCommand::ALL.map(|(verb, word, _)| (Word::Press(verb), word))).collect();
        match self.reading.as_word(does, "does", &words)? {
            Word::Open => {
                let id = self.need("document", "'open'")?;
                Some(EditorAction::Open(self.reading.as_read(id, "document")?))
            }
            Word::Type => self.typing().map(EditorAction::Type),
            Word::Decide => self.decide(),
            Word::Press(verb) => {
                self.without(&["document", "replace", "with", "append", "text", "title", "change", "take"]);
                Some(EditorAction::Press(verb))
            }
        }
    }

    /// Reports keys that belong to another action.
    fn without(&mut self, keys: &[&str]) {
        for key in self.table.keys().filter(|key| keys.contains(&key.get_ref().as_ref())) {
            let does = self.table.get("does").and_then(|does| does.get_ref().as_str()).unwrap_or_default();
            self.reading.report(&key.span(), format!("'{}' has no meaning with '{does}'", key.get_ref()));
        }
    }

    fn typing(&mut self) -> Option<Typing> {
        self.without(&["document", "change", "take"]);
        let said = [self.text("replace"), self.text("append"), self.text("text"), self.text("title")];
        match said {
            [Some(old), None, None, None] => {
                let new = self.need("with", "'replace'")?;
                Some(Typing::Replace { old, new: self.reading.as_text(new, "with")?.to_owned() })
            }
            [None, Some(text), None, None] => Some(Typing::Append(text)),
            [None, None, Some(text), None] => Some(Typing::Whole(text)),
            [None, None, None, Some(text)] => Some(Typing::Title(text)),
            _ => {
                self.wrong("'type' needs exactly one of 'replace' (with 'with'), 'append', 'text' or 'title'");
                None
            }
        }
    }

    fn decide(&mut self) -> Option<EditorAction> {
        const TAKES: [(&str, &str); 5] = [
            ("mine", "mine"),
            ("theirs", "theirs"),
            ("mine-theirs", "mine-theirs"),
            ("theirs-mine", "theirs-mine"),
            ("base", "base"),
        ];
        self.without(&["document", "replace", "with", "append", "title"]);
        let change = match self.table.get("change") {
            Some(value) => Some(self.reading.as_number(value, "change", 1)?),
            None => None,
        };
        let take = match (self.table.get("take"), self.text("text")) {
            (Some(value), None) => match self.reading.as_word(value, "take", &TAKES)? {
                "mine" => TakenSide::Mine,
                "theirs" => TakenSide::Theirs,
                "mine-theirs" => TakenSide::MineTheirs,
                "theirs-mine" => TakenSide::TheirsMine,
                _ => TakenSide::Base,
            },
            (None, Some(text)) => TakenSide::Text(text),
            _ => {
                self.wrong("'decide' needs 'take', or 'text' for a result written by hand");
                return None;
            }
        };
        Some(EditorAction::Decide { change, take })
    }

    /// Reads a request that is written out, and its author.
    pub(super) fn request(&mut self, sends: &Value<'_>, place: &str) -> Option<(Author, ScriptedRequest)> {
        let who = self.need("who", place)?;
        let (span, who) = (who.span(), self.reading.as_read(who, "who"));
        if let Some(why) = who.as_ref().and_then(why_unusable) {
            self.reading.report(&span, why);
            return None;
        }
        let line = self.reading.as_text(sends, "sends")?;
        let split = line.split_once(' ').filter(|(method, target)| {
            !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase()) && target.starts_with("/api/")
        });
        let Some((method, target)) = split else {
            let what = "a request begins with a method and a path, such as \"PUT /api/documents/welcome\"";
            self.reading.report(&sends.span(), what);
            return None;
        };
        let fields = self.fields("fields");
        let document = (self.text("title"), self.text("content"));
        let body = match (self.text("body"), document) {
            (body, (None, None)) => body,
            (None, (title, Some(content))) => {
                // As for the documents of the top level, the default title is the document's name.
                let path = target.split('?').next().unwrap_or(target);
                let title = title.unwrap_or_else(|| path.rsplit('/').next().unwrap_or_default().to_owned());
                Some(serde_json::json!({"title": title, "content": content}).to_string())
            }
            _ => {
                self.wrong("a body is either 'content' (with an optional 'title') or 'body', not both");
                None
            }
        };
        let request = ScriptedRequest { method: method.to_owned(), target: target.to_owned(), fields, body };
        Some((who?, request))
    }

    fn fields(&mut self, key: &str) -> Vec<(String, String)> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(table) = self.reading.as_table(value, key) else { return Vec::new() };
        let mut fields = Vec::new();
        for (name, value) in table {
            if let Some(text) = self.field_name(name).and(self.reading.as_text(value, name.get_ref())) {
                fields.push((name.get_ref().to_string(), text.to_owned()));
            }
        }
        fields
    }

    fn release(&mut self, value: &Value<'_>) -> Option<StepKind> {
        let lost = match self.table.get("response") {
            Some(value) => self.reading.as_word(value, "response", &[(false, "sent"), (true, "lost")])?,
            None => false,
        };
        if value.get_ref().as_str() == Some("all") {
            return Some(StepKind::Release { who: Vec::new(), lost });
        }
        let names = self.reading.as_texts(value, "release");
        let who: Vec<Author> = names.iter().filter_map(|(text, span)| self.sender(text, span)).collect();
        (who.len() == names.len() && !who.is_empty()).then_some(StepKind::Release { who, lost })
    }

    fn ask(&mut self, value: &Value<'_>, place: &str) -> Option<StepKind> {
        let text = self.reading.as_text(value, "ask")?.to_owned();
        let needed = |one: &mut Self, key| {
            let value = one.need(key, place)?;
            one.reading.as_text(value, key).map(str::to_owned)
        };
        let (right, because) = (needed(self, "right"), needed(self, "because"));
        let wrong = self.need("wrong", place);
        let table = self.reading.as_table(wrong?, "wrong");
        let mut choices = Vec::new();
        for (answer, why) in table.into_iter().flatten() {
            let why = self.reading.as_text(why, answer.get_ref())?.to_owned();
            if right.as_deref() == Some(answer.get_ref()) {
                self.reading.report(&answer.span(), "this wrong answer is the same as the right one");
            }
            choices.push(QuizChoice { text: answer.get_ref().to_string(), right: false, why });
        }
        if choices.is_empty() {
            self.wrong(
                "a question needs wrong answers, each with the reason why it is wrong: wrong = { \"…\" = \"…\" }",
            );
            return None;
        }
        choices.push(QuizChoice { text: right?, right: true, why: because? });
        shuffle_choices(&text, &mut choices);
        let hides = self.areas("hides", &[])?;
        let hides_before = self.areas("hides_before", &hides)?;
        Some(StepKind::Ask(Quiz { text, choices, hides, hides_before }))
    }

    /// Returns the areas under a key, or `None` if a word is not one of an area.
    ///
    /// Reports a word that the key, or the list before it, already has.
    fn areas(&mut self, key: &str, listed: &[HiddenArea]) -> Option<Vec<HiddenArea>> {
        let Some(value) = self.table.get(key) else { return Some(Vec::new()) };
        let Some(items) = value.get_ref().as_array() else {
            self.reading.report_kind(value, key, "a list of texts");
            return None;
        };
        let mut areas = Vec::new();
        for item in items {
            let area = self.reading.as_word(item, key, &HiddenArea::ALL)?;
            if areas.contains(&area) {
                self.reading.report(&item.span(), format!("'{key}' has this word twice"));
            }
            if listed.contains(&area) {
                let what = "remove this word from 'hides': 'hides_before' hides it at the question, too";
                self.reading.report(&item.span(), what);
            }
            areas.push(area);
        }
        Some(areas)
    }
}

//! Reads the steps of a lesson's file.
//!
//! One key decides the kind of a step: `say`, `does`, `sends`, `hold`, `release`, `ask`, `expect`, `document`,
//! `editor`, `policy`, `lose`, `clock` or `proxy`. All other keys are its details.

use contract::{Author, DocumentId};
use toml::de::DeValue;

use super::claims;
use super::one::{KnownNames, StepReader};
use super::table::{TomlReader, Value};
use super::values::{duration, policy, why_unusable};
use crate::diagnostics::{did_you_mean, join_words, suggest};
use crate::placeholders::placeholders_in;
use crate::script::{
    EditorAction, HoldPoint, LessonStep, Quiz, QuizChoice, ScriptedCommand, ScriptedRequest, StepKind, TagRewrite,
    TakenSide, Typing,
};

/// The key of each kind of step, the keys that such a step may have, and its name in messages.
const STEP_KEYS: [(&str, &[&str], &str); 13] = [
    ("say", &["say", "caption"], "a 'say' step"),
    (
        "does",
        &["who", "does", "caption", "document", "replace", "with", "append", "text", "title", "change", "take"],
        "a 'does' step",
    ),
    ("sends", &["who", "sends", "caption", "fields", "title", "content", "body"], "a 'sends' step"),
    ("hold", &["hold", "caption"], "a 'hold' step"),
    ("release", &["release", "answer", "caption"], "a 'release' step"),
    ("ask", &["ask", "right", "because", "wrong", "caption"], "an 'ask' step"),
    ("expect", &["expect", "method", "status", "reason", "fields", "request", "lost", "caption"], "an 'expect' step"),
    (
        "document",
        &["document", "has", "lacks", "content", "title", "deleted", "versions", "buried", "gaps", "caption"],
        "a 'document' step",
    ),
    ("editor", &["editor", "state", "has", "lacks", "conflicts", "says", "caption"], "an 'editor' step"),
    ("policy", &["policy", "caption"], "a 'policy' step"),
    ("lose", &["lose", "caption"], "a 'lose' step"),
    ("clock", &["clock", "caption"], "a 'clock' step"),
    ("proxy", &["proxy", "caption"], "a 'proxy' step"),
];

/// Returns all steps, or `None` if one of them has a fault.
///
/// `created` are the documents that the top level of the file names.
pub(super) fn read_steps(
    reading: &mut TomlReader<'_>,
    items: &[Value<'_>],
    names: &KnownNames,
    created: Vec<String>,
) -> Option<Vec<LessonStep>> {
    let senders = senders_in(items);
    let mut known: Vec<&str> = Vec::new();
    for name in names.names.iter().map(Author::as_str).chain(senders.iter().map(String::as_str)) {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    let documents = documents(items, created);
    let mut steps = Vec::new();
    for item in items {
        let Some(table) = reading.as_table(item, "step") else { continue };
        check_placeholders(reading, item, &known);
        let caption = table.get("caption").and_then(|value| reading.as_text(value, "caption").map(str::to_owned));
        let line = reading.line(&item.span());
        let documents = documents.as_deref();
        let mut one = StepReader { reading, table, span: item.span(), names, known: &known, documents };
        if let Some(kind) = one.kind() {
            steps.push(LessonStep { kind, caption, line });
        }
    }
    (steps.len() == items.len()).then_some(steps)
}

/// Returns the `who` of each step with `sends`: people who may have no editor.
fn senders_in(items: &[Value<'_>]) -> Vec<String> {
    let tables = items.iter().filter_map(|item| item.get_ref().as_table());
    let sending = tables.filter(|table| table.contains_key("sends"));
    sending.filter_map(|table| Some(table.get("who")?.get_ref().as_str()?.to_owned())).collect()
}

/// Returns the documents that exist or may be created.
///
/// These are the documents of the top level, of `open`, and of requests. Returns `None` if a request may create one
/// under a name that is not in the file.
fn documents(items: &[Value<'_>], created: Vec<String>) -> Option<Vec<String>> {
    let mut documents = created;
    for table in items.iter().filter_map(|item| item.get_ref().as_table()) {
        let text = |key| table.get(key).and_then(|value: &Value<'_>| value.get_ref().as_str());
        if text("does") == Some("open") {
            documents.extend(text("document").map(str::to_owned));
        }
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

impl StepReader<'_, '_, '_, '_> {
    fn kind(&mut self) -> Option<StepKind> {
        let (key, keys, place) = self.find_kind()?;
        self.reading.reject_unknown_keys(self.table, keys, place);
        let value = self.table.get(key)?;
        match key {
            "say" => Some(StepKind::Say(self.reading.as_text(value, key)?.to_owned())),
            "does" => self.act(value, place),
            "sends" => self.send(value, place),
            "hold" => Some(StepKind::Hold(self.reading.as_word(value, key, &HoldPoint::ALL)?)),
            "release" => self.release(value),
            "ask" => self.ask(value, place),
            "expect" => self.expect(value),
            "document" => self.document(value),
            "editor" => self.editor(value),
            "policy" => Some(StepKind::Policy(policy(self.reading, value))),
            "lose" => Some(StepKind::Lose(self.reading.as_number(value, key, 1)?)),
            "clock" => Some(StepKind::Clock(duration(self.reading, value, key)?)),
            "proxy" => Some(StepKind::Proxy(self.reading.as_word(value, key, &TagRewrite::ALL)?)),
            other => unreachable!("`{other}` is a kind of step in `STEP_KEYS`, but nothing reads it"),
        }
    }

    /// Returns the row of [`STEP_KEYS`] for this step, or reports why there is not exactly one.
    fn find_kind(&mut self) -> Option<(&'static str, &'static [&'static str], &'static str)> {
        // With `does = "open"`, `document` is the document to open.
        let opening = self.table.contains_key("does");
        let here = |key: &str| self.table.contains_key(key) && !(opening && key == "document");
        let found: Vec<_> = STEP_KEYS.iter().filter(|(key, _, _)| here(key)).collect();
        match found.as_slice() {
            [one] => Some(**one),
            [] => {
                let kinds = STEP_KEYS.map(|(key, _, _)| key);
                let near = self.table.keys().find_map(|key| Some((key, did_you_mean(key.get_ref(), kinds)?)));
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

    fn send(&mut self, sends: &Value<'_>, place: &str) -> Option<StepKind> {
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
        Some(StepKind::Send { who: who?, request })
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
        let lost = match self.table.get("answer") {
            Some(value) => self.reading.as_word(value, "answer", &[(false, "sent"), (true, "lost")])?,
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
        Some(StepKind::Ask(Quiz { text, choices }))
    }

    fn expect(&mut self, value: &Value<'_>) -> Option<StepKind> {
        let name = self.reading.as_text(value, "expect")?;
        let who = self.sender(name, &value.span());
        Some(StepKind::Expect { answer: claims::answer(self)?, who: who? })
    }

    fn document(&mut self, value: &Value<'_>) -> Option<StepKind> {
        let id = self.reading.as_read::<DocumentId>(value, "document");
        if let (Some(id), Some(known)) = (&id, self.documents)
            && !known.iter().any(|known| known == id.as_str())
        {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let what = format!("there is no document '{id}' in this lesson; {}", suggest(id.as_str(), &known));
            self.reading.report(&value.span(), what);
        }
        Some(StepKind::Document { claim: claims::document(self)?, id: id? })
    }

    fn editor(&mut self, value: &Value<'_>) -> Option<StepKind> {
        let name = self.reading.as_text(value, "editor")?;
        let who = self.person(name, &value.span());
        Some(StepKind::Editor { claim: claims::editor(self)?, who: who? })
    }
}

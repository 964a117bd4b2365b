//! Reads the claims about answers, documents, editors and simulated writers.

use contract::{DocumentId, Reason};
use toml::de::DeValue;

use super::one::StepReader;
use super::swarm::MEASURE_KEYS;
use super::table::Value;
use crate::diagnostics::{join_words, suggest};
use crate::script::{AnswerClaim, Check, Claim, DocumentClaim, EditorClaim, WantedField};

/// The key of each kind of claim, the keys that such a claim may have, and its name in messages.
pub(super) const CLAIM_KEYS: [(&str, &[&str], &str); 4] = [
    ("expect", &["expect", "method", "status", "reason", "fields", "request", "lost", "caption"], "an 'expect' claim"),
    (
        "document",
        &["document", "has", "lacks", "content", "title", "deleted", "versions", "overwritten", "gaps", "caption"],
        "a 'document' claim",
    ),
    ("editor", &["editor", "state", "has", "lacks", "conflicts", "says", "caption"], "an 'editor' claim"),
    (SWARM_CLAIM, &MEASURE_KEYS, "a 'measure' claim"),
];

/// The key of a claim about a swarm, which a level cannot make.
pub(super) const SWARM_CLAIM: &str = "measure";

/// The words for the states of an editor; a name follows `deleted by`.
const EDITOR_STATES: [&str; 9] =
    ["opening", "clean", "edited", "saving", "stale", "merging", "deleted", "deleted by …", "offline"];

/// The valid status codes (RFC 9110 section 15).
const STATUS_CODES: std::ops::RangeInclusive<u16> = 100..=599;

/// The statuses whose reasons a lesson can claim.
const WITH_REASON: [u16; 3] = [412, 428, 409];

impl StepReader<'_, '_, '_, '_> {
    /// Reads a claim of this kind, which is a row of [`CLAIM_KEYS`].
    pub(super) fn check(&mut self, key: &str, keys: &[&str], place: &str) -> Option<Check> {
        let before = self.reading.faults.len();
        self.reading.reject_unknown_keys(self.table, keys, place);
        let claimed: Vec<&str> = keys.iter().copied().filter(|one| ![key, "method", "caption"].contains(one)).collect();
        if !claimed.iter().any(|key| self.table.contains_key(*key)) {
            // Such a claim could never be false. If a key of it is misspelled, that was reported.
            if self.reading.faults.len() == before {
                self.wrong(format!("this claim says nothing; it needs {}", join_words(&claimed)));
            }
            return None;
        }
        let caption = self.text("caption");
        let line = self.reading.line(&self.span);
        let value = self.table.get(key)?;
        let claim = match key {
            "expect" => self.expect(value),
            "document" => self.document(value),
            "editor" => self.editor(value),
            SWARM_CLAIM => self.measure(value, place),
            other => unreachable!("`{other}` is a kind of claim in `CLAIM_KEYS`, but nothing reads it"),
        };
        Some(Check { claim: claim?, caption, line })
    }

    fn expect(&mut self, value: &Value<'_>) -> Option<Claim> {
        let name = self.reading.as_text(value, "expect")?;
        let who = self.sender(name, &value.span());
        Some(Claim::Expect { answer: answer(self)?, who: who? })
    }

    fn document(&mut self, value: &Value<'_>) -> Option<Claim> {
        let id = self.reading.as_read::<DocumentId>(value, "document");
        if let (Some(id), Some(known)) = (&id, self.documents)
            && !known.iter().any(|known| known == id.as_str())
        {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let what = format!("there is no document '{id}' in this lesson; {}", suggest(id.as_str(), &known));
            self.reading.report(&value.span(), what);
        }
        Some(Claim::Document { claim: document(self)?, id: id? })
    }

    fn editor(&mut self, value: &Value<'_>) -> Option<Claim> {
        let name = self.reading.as_text(value, "editor")?;
        let who = self.person(name, &value.span());
        Some(Claim::Editor { claim: editor(self)?, who: who? })
    }
}

fn answer(one: &mut StepReader<'_, '_, '_, '_>) -> Option<AnswerClaim> {
    let reason = match one.table.get("reason") {
        Some(value) => Some(reason(one, value)?),
        None => None,
    };
    Some(AnswerClaim {
        method: one.text("method"),
        status: status(one)?,
        reason,
        fields: wanted(one, "fields"),
        request: wanted(one, "request"),
        lost: flag(one, "lost")?,
    })
}

/// Returns the `status` of an answer: `None` if the value is wrong, `Some(None)` if there is none.
#[expect(clippy::option_option, reason = "an absent value differs from a wrong one")]
fn status(one: &mut StepReader<'_, '_, '_, '_>) -> Option<Option<u16>> {
    let Some(value) = one.table.get("status") else { return Some(None) };
    let status: u16 = one.reading.as_number(value, "status", (*STATUS_CODES.start()).into())?;
    if STATUS_CODES.contains(&status) {
        return Some(Some(status));
    }
    one.reading
        .report(&value.span(), format!("'status' cannot be {status}; a status code is a number from 100 to 599"));
    None
}

/// Returns the `reason` of an answer, which is a word of the contract.
fn reason(one: &mut StepReader<'_, '_, '_, '_>, value: &Value<'_>) -> Option<Reason> {
    let can_be_claimed = |reason: &Reason| reason.problem_types().any(|of| WITH_REASON.contains(&of.status));
    let reasons: Vec<Reason> = Reason::ALL.into_iter().filter(can_be_claimed).collect();
    let words: Vec<_> = reasons.iter().map(|reason| (reason, reason.as_str())).collect();
    one.reading.as_word(value, "reason", &words).cloned()
}

fn document(one: &mut StepReader<'_, '_, '_, '_>) -> Option<DocumentClaim> {
    Some(DocumentClaim {
        has: one.texts("has"),
        lacks: one.texts("lacks"),
        content: one.text("content"),
        title: one.text("title"),
        deleted: flag(one, "deleted")?,
        versions: number(one, "versions", 0)?,
        lost_updates: number(one, "overwritten", 0)?,
        gaps: number(one, "gaps", 0)?,
    })
}

fn editor(one: &mut StepReader<'_, '_, '_, '_>) -> Option<EditorClaim> {
    let state = one.text("state");
    if let (Some(state), Some(value)) = (&state, one.table.get("state")) {
        let known = EDITOR_STATES.contains(&state.as_str()) || state.starts_with("deleted by ");
        if !known {
            one.reading
                .report(&value.span(), format!("'state' cannot be '{state}'; {}", suggest(state, &EDITOR_STATES)));
        }
    }
    Some(EditorClaim {
        state,
        has: one.texts("has"),
        lacks: one.texts("lacks"),
        conflicts: number(one, "conflicts", 0)?,
        says: one.text("says"),
    })
}

/// Returns the number of a key: `None` if the value is wrong, `Some(None)` if there is no value.
#[expect(clippy::option_option, reason = "an absent value differs from a wrong one")]
fn number<T: TryFrom<u64>>(one: &mut StepReader<'_, '_, '_, '_>, key: &str, least: u64) -> Option<Option<T>> {
    match one.table.get(key) {
        Some(value) => one.reading.as_number(value, key, least).map(Some),
        None => Some(None),
    }
}

/// Returns the flag of a key: `None` if the value is wrong, `Some(None)` if there is no value.
#[expect(clippy::option_option, reason = "an absent value differs from a wrong one")]
fn flag(one: &mut StepReader<'_, '_, '_, '_>, key: &str) -> Option<Option<bool>> {
    match one.table.get(key) {
        Some(value) => one.reading.as_flag(value, key).map(Some),
        None => Some(None),
    }
}

fn wanted(one: &mut StepReader<'_, '_, '_, '_>, key: &str) -> Vec<(String, WantedField)> {
    let Some(value) = one.table.get(key) else { return Vec::new() };
    let Some(table) = one.reading.as_table(value, key) else { return Vec::new() };
    let mut fields = Vec::new();
    for (name, value) in table {
        if one.field_name(name).is_none() {
            continue;
        }
        let want = match value.get_ref() {
            DeValue::Boolean(there) => WantedField::There(*there),
            DeValue::String(text) => WantedField::Just(text.to_string()),
            _ => {
                one.reading.report_kind(value, name.get_ref(), "a text, or true (present) or false (absent)");
                continue;
            }
        };
        fields.push((name.get_ref().to_string(), want));
    }
    fields
}

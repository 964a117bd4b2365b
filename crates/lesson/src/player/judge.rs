//! The checks of a step's claims against the observations.
//!
//! Each result has the claim in words that can be read aloud and, if it does not hold, what came instead.

use contract::{Author, Exchange, Reason};
use serde_json::Value;

use super::Observations;
use crate::placeholders::fill;
use crate::run_log::{DocumentView, EditorView, StepResult};
use crate::script::{AnswerClaim, DocumentClaim, EditorClaim, LessonStep, StepKind, WantedField};

/// Collects the results of one step's claims.
struct ClaimChecker {
    line: usize,
    verdicts: Vec<StepResult>,
}

impl ClaimChecker {
    fn check(&mut self, claim: String, holds: bool, came: impl FnOnce() -> String) {
        self.verdicts.push(StepResult { line: self.line, claim, came: (!holds).then(came) });
    }

    fn check_pieces(&mut self, whose: &str, text: &str, has: &[String], lacks: &[String]) {
        for piece in has {
            self.check(format!("{whose} has {piece:?}"), text.contains(piece), || format!("the text is {text:?}"));
        }
        for piece in lacks {
            self.check(format!("{whose} does not have {piece:?}"), !text.contains(piece), || {
                format!("the text is {text:?}")
            });
        }
    }
}

impl Observations {
    pub(super) fn judge(&self, step: &LessonStep) -> Vec<StepResult> {
        let mut checker = ClaimChecker { line: step.line, verdicts: Vec::new() };
        match &step.kind {
            StepKind::Expect { who, answer } => match self.request_of(who, answer) {
                Some(exchange) => self.answer(&mut checker, who.as_str(), exchange, answer),
                None => checker.check(format!("{who} has sent a request"), false, || "no request".to_owned()),
            },
            StepKind::Document { id, claim } => match self.documents.get(id) {
                Some(view) => document(&mut checker, id.as_str(), view, claim),
                None => checker.check(format!("'{id}' was read"), false, || "it was not".to_owned()),
            },
            StepKind::Editor { who, claim } => match self.editors.get(who) {
                Some(view) => editor(&mut checker, who.as_str(), view, claim),
                None => checker.check(format!("{who} has an editor"), false, || "there is none".to_owned()),
            },
            // These kinds of step make no claims.
            StepKind::Say(_)
            | StepKind::Ask(_)
            | StepKind::Act { .. }
            | StepKind::Send { .. }
            | StepKind::Hold(_)
            | StepKind::Release { .. }
            | StepKind::Policy(_)
            | StepKind::Lose(_)
            | StepKind::Clock(_)
            | StepKind::Proxy(_) => {}
        }
        checker.verdicts
    }

    /// Returns the last request of `who`, or their last one with the claim's method if it names one.
    fn request_of(&self, who: &Author, claim: &AnswerClaim) -> Option<&Exchange> {
        match &claim.method {
            Some(method) => self.last_of.get(&(who.clone(), method.clone())),
            None => self.last.get(who),
        }
    }

    fn answer(&self, checker: &mut ClaimChecker, who: &str, exchange: &Exchange, claim: &AnswerClaim) {
        let came = || match (exchange.status, &exchange.lost) {
            (Some(status), _) => status.to_string(),
            (None, Some(_)) => "no answer".to_owned(),
            (None, None) => "no answer yet: the request is held".to_owned(),
        };
        if let Some(status) = claim.status {
            checker.check(format!("{who} gets {status}"), exchange.status == Some(status), came);
        }
        if let Some(lost) = claim.lost {
            let words = if lost { "no answer" } else { "an answer" };
            checker.check(format!("{who} gets {words}"), exchange.lost.is_some() == lost, came);
        }
        if let Some(reason) = &claim.reason {
            let said = reason_of(exchange);
            let holds = said.as_ref() == Ok(reason);
            let came = || said.map_or_else(|why| why, |said| said.to_string());
            checker.check(format!("the reason is '{reason}'"), holds, came);
        }
        let answer = exchange.response.as_ref();
        for (name, wanted) in &claim.fields {
            let value = answer.and_then(|answer| answer.field(name));
            self.field(checker, &format!("the answer's {name}"), value, wanted);
        }
        for (name, wanted) in &claim.request {
            self.field(checker, &format!("the request's {name}"), exchange.request.field(name), wanted);
        }
    }

    fn field(&self, checker: &mut ClaimChecker, whose: &str, value: Option<&str>, wanted: &WantedField) {
        let came = || value.map_or_else(|| "there is none".to_owned(), |value| format!("it is {value}"));
        match wanted {
            WantedField::There(true) => checker.check(format!("{whose} is there"), value.is_some(), came),
            WantedField::There(false) => checker.check(format!("{whose} is not there"), value.is_none(), came),
            WantedField::Just(text) => match fill(text, |placeholder| self.value_of(placeholder)) {
                Ok(text) => checker.check(format!("{whose} is {text}"), value == Some(text.as_str()), came),
                Err(unknown) => {
                    checker.check(format!("{whose} is {text}"), false, || format!("there is no value for {unknown}"));
                }
            },
        }
    }
}

/// Returns the reason in the problem of a response; the error says in words why there is none.
fn reason_of(exchange: &Exchange) -> Result<Reason, String> {
    let Some(answer) = &exchange.response else { return Err("there is no answer".to_owned()) };
    if answer.field("Content-Location").is_some() {
        return Err(
            "the answer carries the current document (Prefer: return=representation), so it has no reason".to_owned()
        );
    }
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let reason = body.get("reason").and_then(Value::as_str);
    reason.map(|word| Reason::from(word.to_owned())).ok_or_else(|| "the answer has none".to_owned())
}

fn document(checker: &mut ClaimChecker, id: &str, view: &DocumentView, claim: &DocumentClaim) {
    let text = view.document.as_ref().map_or("", |document| document.content.as_str());
    checker.check_pieces(&format!("'{id}'"), text, &claim.has, &claim.lacks);
    if let Some(content) = &claim.content {
        checker.check(format!("the text of '{id}' is {content:?}"), text == content, || format!("it is {text:?}"));
    }
    if let Some(title) = &claim.title {
        let now = view.document.as_ref().map(|document| &document.title);
        checker.check(format!("the title of '{id}' is {title:?}"), now == Some(title), || format!("it is {now:?}"));
    }
    if let Some(deleted) = claim.deleted {
        let (words, otherwise) = if deleted { ("is", "is not") } else { ("is not", "is") };
        let claim = format!("'{id}' {words} deleted");
        checker.check(claim, view.document.is_none() == deleted, || format!("it {otherwise}"));
    }
    if let Some(count) = claim.versions {
        let came = view.versions.len();
        let versions = if count == 1 { "version" } else { "versions" };
        checker.check(format!("'{id}' has {count} {versions}"), came == count, || format!("it has {came}"));
    }
    if let Some(count) = claim.lost_updates {
        let came: Vec<&str> = view.lost_updates.iter().map(|lost| lost.version.as_str()).collect();
        let words = if count == 1 { "1 update was lost".to_owned() } else { format!("{count} updates were lost") };
        checker.check(words, came.len() == count, || format!("{} lost: {came:?}", came.len()));
    }
    if let Some(count) = claim.gaps {
        let came = view.gaps();
        let gaps = if count == 1 { "gap" } else { "gaps" };
        checker.check(format!("the history shows {count} {gaps}"), came == count, || format!("it shows {came}"));
    }
}

fn editor(checker: &mut ClaimChecker, who: &str, view: &EditorView, claim: &EditorClaim) {
    if let Some(state) = &claim.state {
        checker
            .check(format!("{who}'s editor is '{state}'"), view.state == *state, || format!("it is '{}'", view.state));
    }
    checker.check_pieces(&format!("{who}'s text"), &view.document.content, &claim.has, &claim.lacks);
    if let Some(count) = claim.conflicts {
        let came = view.conflicts.map_or_else(|| "no merge is open".to_owned(), |open| format!("there are {open}"));
        let conflicts = if count == 1 { "1 conflict waits".to_owned() } else { format!("{count} conflicts wait") };
        checker.check(format!("{conflicts} for {who}"), view.conflicts == Some(count), || came);
    }
    if let Some(piece) = &claim.says {
        let says = view.says.as_deref().unwrap_or_default();
        checker.check(format!("{who}'s editor says {piece:?}"), says.contains(piece), || format!("it says {says:?}"));
    }
}

//! Judges checks: whether their claims agree with the observations.
//!
//! Each result has the claim in words that can be read aloud and, if it does not hold, what came instead.

use contract::{Author, DocumentId, Exchange, Reason};
use serde_json::Value;

use super::attempt::LevelObservations;
use super::goal::{GoalClaim, GoalClaimState};
use super::observations::Observations;
use super::swarm_figures::SwarmFigures;
use crate::placeholders::fill;
use crate::run_log::{CheckResult, ClaimResult, DocumentView, EditorView};
use crate::script::{AnswerClaim, Check, Claim, DocumentClaim, EditorClaim, SwarmClaim, WantedField};

/// A claim that was judged.
struct JudgedClaim {
    result: ClaimResult,
    /// The claim in few words, beside the name of the document that it is about.
    short: Option<String>,
    /// Whether the claim is about a count that only grows, and the count is too high.
    is_exceeded: bool,
}

/// Collects the results of one check's claims.
#[derive(Default)]
struct ClaimChecker {
    judged: Vec<JudgedClaim>,
    /// Why no claim can hold, in words, if the subject of the check was not observed yet.
    unseen: Option<String>,
    /// The figures that the caption of the check may quote, if it is about simulated writers.
    figures: Option<SwarmFigures>,
}

impl ClaimChecker {
    fn check(&mut self, claim: String, holds: bool, came: impl FnOnce() -> String) {
        let came = match &self.unseen {
            Some(why) => Some(why.clone()),
            None => (!holds).then(came),
        };
        self.judged.push(JudgedClaim { result: ClaimResult { claim, came }, short: None, is_exceeded: false });
    }

    /// Adds the words for the last claim beside the name of its document.
    fn in_short(&mut self, words: String) {
        if let Some(last) = self.judged.last_mut() {
            last.short = Some(words);
        }
    }

    /// Notes whether the count of the last claim, which only grows, is higher than the claim allows.
    fn exceeded(&mut self, is_exceeded: bool) {
        if let Some(last) = self.judged.last_mut() {
            last.is_exceeded = is_exceeded;
        }
    }

    fn check_pieces(&mut self, whose: &str, text: &str, has: &[String], lacks: &[String]) {
        for piece in has {
            self.check(format!("{whose} has {piece:?}"), text.contains(piece), || format!("the text is {text:?}"));
            self.in_short(format!("has {piece:?}"));
        }
        for piece in lacks {
            self.check(format!("{whose} does not have {piece:?}"), !text.contains(piece), || {
                format!("the text is {text:?}")
            });
            self.in_short(format!("does not have {piece:?}"));
        }
    }

    /// Returns the result of the check.
    fn into_result(self, check: &Check) -> CheckResult {
        let result = CheckResult::new(check, self.judged.into_iter().map(|claim| claim.result).collect());
        match self.figures {
            Some(figures) => CheckResult { caption: figures.fill(&result.caption), ..result },
            None => result,
        }
    }
}

impl Check {
    /// Returns the words for the screen: the check's own caption, or its claims.
    #[must_use]
    pub fn caption(&self) -> String {
        // The words of a claim do not depend on what was observed, except for the values of placeholders.
        Observations::default().judge(self).caption
    }

    /// Returns the words for the screen if the check is part of a level's goal.
    #[must_use]
    pub fn caption_in_goal(&self) -> String {
        let observed = Observations { in_level: Some(LevelObservations::default()), ..Observations::default() };
        observed.judge_since(self, observed.in_level.as_ref()).into_result(self).caption
    }
}

impl Observations {
    /// Returns whether each claim of a check holds.
    pub(super) fn judge(&self, check: &Check) -> CheckResult {
        self.judge_since(check, None).into_result(check)
    }

    /// Returns whether each check of a level's goal holds, and the claims of the goal with their states.
    ///
    /// Claims about requests, and the counts of claims about documents, are about the time since the level began.
    pub(super) fn judge_goal(&self, goal: &[Check]) -> (Vec<CheckResult>, Vec<GoalClaim>) {
        let level = self.in_level.as_ref();
        let judged = goal.iter().map(|check| {
            let is_settled = check.claim.document().is_some_and(|id| self.is_settled(goal, id));
            let checker = self.judge_since(check, level);
            let claims = goal_claims(check, &checker.judged, is_settled);
            (checker.into_result(check), claims)
        });
        let (results, claims): (Vec<_>, Vec<_>) = judged.unzip();
        (results, claims.into_iter().flatten().collect())
    }

    /// Returns whether a document already has as many new versions as the goal allows.
    ///
    /// Then nothing about it can change any more: each change is a version, and a server forgets none.
    fn is_settled(&self, goal: &[Check], id: &DocumentId) -> bool {
        let (Some(level), Some(view)) = (&self.in_level, self.documents.get(id)) else { return false };
        let added = level.view_since(id, view).versions.len();
        goal.iter().any(|check| match &check.claim {
            Claim::Document { id: other, claim } => other == id && claim.versions.is_some_and(|most| added >= most),
            Claim::Expect { .. } | Claim::Editor { .. } | Claim::Swarm(_) => false,
        })
    }

    fn judge_since(&self, check: &Check, level: Option<&LevelObservations>) -> ClaimChecker {
        let mut checker = ClaimChecker::default();
        match &check.claim {
            Claim::Expect { who, answer } => {
                let exchange = self.request_of(who, answer, level);
                checker.unseen = exchange.is_none().then(|| format!("{who} has sent no such request"));
                self.answer(&mut checker, who.as_str(), exchange, answer);
            }
            Claim::Document { id, claim } => {
                let nothing = DocumentView { document: None, versions: Vec::new(), lost_updates: Vec::new() };
                let view = self.documents.get(id);
                checker.unseen = view.is_none().then(|| format!("'{id}' was not read"));
                let view = view.unwrap_or(&nothing);
                match level {
                    Some(level) => document(&mut checker, id.as_str(), &level.view_since(id, view), claim, "new "),
                    None => document(&mut checker, id.as_str(), view, claim, ""),
                }
            }
            Claim::Editor { who, claim } => {
                let nothing = EditorView::default();
                let view = self.editors.get(who);
                checker.unseen = view.is_none().then(|| format!("{who} has no editor open"));
                editor(&mut checker, who.as_str(), view.unwrap_or(&nothing), claim);
            }
            Claim::Swarm(claim) => self.swarm(&mut checker, claim),
        }
        checker
    }

    /// Returns the last request of `who`, or their last one with the claim's method if it names one.
    fn request_of<'a>(
        &'a self,
        who: &Author,
        claim: &AnswerClaim,
        level: Option<&'a LevelObservations>,
    ) -> Option<&'a Exchange> {
        let (last, last_of) = level.map_or((&self.last, &self.last_of), |level| (&level.last, &level.last_of));
        match &claim.method {
            Some(method) => last_of.get(&(who.clone(), method.clone())),
            None => last.get(who),
        }
    }

    fn answer(&self, checker: &mut ClaimChecker, who: &str, exchange: Option<&Exchange>, claim: &AnswerClaim) {
        let status = exchange.and_then(|exchange| exchange.status);
        let is_lost = exchange.is_some_and(|exchange| exchange.lost.is_some());
        let came = || match (status, is_lost) {
            (Some(status), _) => status.to_string(),
            (None, true) => "no response".to_owned(),
            (None, false) => "no response yet: the request is held".to_owned(),
        };
        if let Some(wanted) = claim.status {
            checker.check(format!("{who} gets {wanted}"), status == Some(wanted), came);
        }
        if let Some(lost) = claim.lost {
            let words = if lost { "no response" } else { "a response" };
            checker.check(format!("{who} gets {words}"), is_lost == lost, came);
        }
        if let Some(reason) = &claim.reason {
            let said = reason_of(exchange);
            let holds = said.as_ref() == Ok(reason);
            let came = || said.map_or_else(|why| why, |said| said.to_string());
            checker.check(format!("the reason is '{reason}'"), holds, came);
        }
        let answer = exchange.and_then(|exchange| exchange.response.as_ref());
        for (name, wanted) in &claim.fields {
            let value = answer.and_then(|answer| answer.field(name));
            self.field(checker, &format!("the response's {name}"), value, wanted);
        }
        for (name, wanted) in &claim.request {
            let value = exchange.and_then(|exchange| exchange.request.field(name));
            self.field(checker, &format!("the request's {name}"), value, wanted);
        }
    }

    fn swarm(&self, checker: &mut ClaimChecker, claim: &SwarmClaim) {
        let figures = SwarmFigures::of(claim, &self.swarms);
        for (words, holds) in figures.limits(claim) {
            checker.check(words, holds, || figures.came());
        }
        checker.figures = Some(figures);
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

/// Returns the claims of one check of a goal, each with its state.
///
/// A check with a caption is one claim. If `is_settled`, the document of the check cannot change any more.
fn goal_claims(check: &Check, judged: &[JudgedClaim], is_settled: bool) -> Vec<GoalClaim> {
    let state = |claim: &JudgedClaim| match &claim.result.came {
        None => GoalClaimState::Met,
        Some(_) if claim.is_exceeded || is_settled => GoalClaimState::OutOfReach,
        Some(_) => GoalClaimState::Open,
    };
    if let Some(caption) = &check.caption {
        let state = judged.iter().map(state).max().unwrap_or(GoalClaimState::Met);
        return vec![GoalClaim { document: None, words: caption.clone(), full_words: caption.clone(), state }];
    }
    let document = check.claim.document();
    let claim = |claim: &JudgedClaim| {
        let short = claim.short.as_ref().filter(|_| document.is_some());
        let words = short.unwrap_or(&claim.result.claim).clone();
        let document = document.filter(|_| short.is_some()).cloned();
        GoalClaim { document, words, full_words: claim.result.claim.clone(), state: state(claim) }
    };
    judged.iter().map(claim).collect()
}

/// Returns the reason in the problem of a response; the error says in words why there is none.
fn reason_of(exchange: Option<&Exchange>) -> Result<Reason, String> {
    let Some(answer) = exchange.and_then(|exchange| exchange.response.as_ref()) else {
        return Err("there is no response".to_owned());
    };
    if answer.field("Content-Location").is_some() {
        return Err(
            "the response carries the current document (Prefer: return=representation), so it has no reason".to_owned()
        );
    }
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let reason = body.get("reason").and_then(Value::as_str);
    reason.map(|word| Reason::from(word.to_owned())).ok_or_else(|| "the response has none".to_owned())
}

/// Judges a claim about a document.
///
/// `new` is 'new ' if `view` has the history since a level began, and else empty.
fn document(checker: &mut ClaimChecker, id: &str, view: &DocumentView, claim: &DocumentClaim, new: &str) {
    let text = view.document.as_ref().map_or("", |document| document.content.as_str());
    checker.check_pieces(&format!("'{id}'"), text, &claim.has, &claim.lacks);
    if let Some(content) = &claim.content {
        checker.check(format!("the text of '{id}' is {content:?}"), text == content, || format!("it is {text:?}"));
        checker.in_short(format!("the text is {content:?}"));
    }
    if let Some(title) = &claim.title {
        let now = view.document.as_ref().map(|document| &document.title);
        checker.check(format!("the title of '{id}' is {title:?}"), now == Some(title), || format!("it is {now:?}"));
        checker.in_short(format!("the title is {title:?}"));
    }
    if let Some(deleted) = claim.deleted {
        let (words, otherwise) = if deleted { ("is", "is not") } else { ("is not", "is") };
        let claim = format!("'{id}' {words} deleted");
        checker.check(claim, view.document.is_none() == deleted, || format!("it {otherwise}"));
        checker.in_short(format!("{words} deleted"));
    }
    if let Some(count) = claim.versions {
        let came = view.versions.len();
        let versions = if count == 1 { "version" } else { "versions" };
        checker.check(format!("'{id}' has {count} {new}{versions}"), came == count, || format!("it has {came}"));
        checker.in_short(format!("{count} {new}{versions}"));
        checker.exceeded(came > count);
    }
    if let Some(count) = claim.lost_updates {
        let came: Vec<&str> = view.lost_updates.iter().map(|lost| lost.version.as_str()).collect();
        let words = if count == 1 { "1 update was lost".to_owned() } else { format!("{count} updates were lost") };
        let short =
            if count == 0 { "no update lost".to_owned() } else { words.replace(" was", "").replace(" were", "") };
        checker.check(words, came.len() == count, || format!("{} lost: {came:?}", came.len()));
        checker.in_short(short);
        checker.exceeded(came.len() > count);
    }
    if let Some(count) = claim.gaps {
        let came = view.gaps();
        let gaps = if count == 1 { "gap" } else { "gaps" };
        checker.check(format!("the history shows {count} {new}{gaps}"), came == count, || format!("it shows {came}"));
        checker.in_short(format!("{count} {new}{gaps} in the history"));
        checker.exceeded(came > count);
    }
}

fn editor(checker: &mut ClaimChecker, who: &str, view: &EditorView, claim: &EditorClaim) {
    if let Some(state) = &claim.state {
        checker
            .check(format!("{who}'s editor is '{state}'"), view.state == *state, || format!("it is '{}'", view.state));
    }
    checker.check_pieces(&format!("{who}'s text"), &view.document.content, &claim.has, &claim.lacks);
    if let Some(count) = claim.conflicts {
        let came = match view.conflicts {
            None => "no merge is open".to_owned(),
            Some(1) => "there is 1".to_owned(),
            Some(open) => format!("there are {open}"),
        };
        let conflicts = if count == 1 { "1 conflict waits".to_owned() } else { format!("{count} conflicts wait") };
        checker.check(format!("{conflicts} for {who}"), view.conflicts == Some(count), || came);
    }
    if let Some(piece) = &claim.says {
        let says = view.says.as_deref().unwrap_or_default();
        checker.check(format!("{who}'s editor says {piece:?}"), says.contains(piece), || format!("it says {says:?}"));
    }
}

//! The transcript as lines, to be read or read aloud.
//!
//! It has no drawings, no columns, and no symbols that a voice cannot speak.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use contract::fields::UNSAFE;
use contract::{Author, DocumentId, Exchange};
use traffic::{explain_among, explain_without_mistakes, visible};

use super::steps::steps;
use crate::run_log::{
    CheckResult, DocumentView, EditorView, LevelSheet, LogEntry, RunLog, describe_policy, sender_name,
};
use crate::script::{HiddenArea, Quiz, minutes_in_words, requests_in_words};

/// The fields of requests and responses that lessons are about.
const SHOWN_FIELDS: [&str; 12] = [
    "If-Match",
    "If-None-Match",
    "If-Unmodified-Since",
    "If-Modified-Since",
    "Prefer",
    "Location",
    "ETag",
    "Last-Modified",
    "Ifmatch-Overwrote",
    "Ifmatch-Replayed",
    "Ifmatch-Unsafe",
    "Content-Location",
];

/// The areas of the screen that the sentence about a response shows; its fields show only the first.
const RESPONSE: &[HiddenArea] = &[HiddenArea::WireStatus, HiddenArea::WireSentence, HiddenArea::WireCondition];

/// The areas that the line about an editor shows.
const EDITOR: &[HiddenArea] =
    &[HiddenArea::Status, HiddenArea::Notices, HiddenArea::NextRequest, HiddenArea::MergeCount];

/// A line of the transcript, and the areas of the screen whose content it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranscriptLine {
    /// The line.
    pub text: String,
    /// The areas. A question that hides one of them hides the line.
    pub shows: Vec<HiddenArea>,
}

pub(super) fn write(log: &RunLog) -> String {
    let mut out = narrate(log, Answers::Told).into_iter().fold(String::new(), |out, line| out + &line.text + "\n");
    let failed = log.failures().count();
    let claims = log.verdicts().count();
    let _ = match (claims, failed) {
        (0, _) => writeln!(out, "\nNothing was claimed."),
        _ => writeln!(out, "\n{}.", claims_in_words(claims, failed).replacen("all", "All", 1)),
    };
    out
}

/// Returns the lines so far for a listener, who answers questions herself. Later events only add lines.
pub(super) fn so_far(log: &RunLog) -> Vec<TranscriptLine> {
    narrate(log, Answers::Withheld)
}

/// Whether a question is written with the explanations of its answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    Told,
    Withheld,
}

fn narrate(log: &RunLog, answers: Answers) -> Vec<TranscriptLine> {
    let RunLog { title, goal, .. } = log;
    let minutes = minutes_in_words(log.minutes);
    let head = [
        Some(visible(title)),
        log.policy_variant.as_ref().map(|line| format!("({})", visible(line))),
        Some(visible(goal)),
        Some(match answers {
            Answers::Withheld if log.has_secret_policy => format!("{minutes}. The server's policy is to be found out."),
            _ => format!("{minutes}. The server's policy: {}.", describe_policy(log.policy)),
        }),
    ];
    let out = head.into_iter().flatten().map(|text| TranscriptLine { text, shows: Vec::new() }).collect();
    let (editors, documents) = (BTreeMap::new(), BTreeMap::new());
    let mut writer = TextWriter { out, shows: Vec::new(), log, answers, caption: String::new(), editors, documents };
    for (step, moments) in steps(log) {
        let LogEntry::Step { step, caption, .. } = step else { continue };
        writer.caption.clone_from(caption);
        for text in [String::new(), format!("{step}. {}", visible(caption))] {
            writer.out.push(TranscriptLine { text, shows: Vec::new() });
        }
        for moment in moments {
            writer.moment(moment);
        }
    }
    writer.out
}

struct TextWriter<'a> {
    out: Vec<TranscriptLine>,
    /// The areas that the lines being written show.
    shows: Vec<HiddenArea>,
    log: &'a RunLog,
    answers: Answers,
    caption: String,
    /// The last written states of editors and documents; an unchanged state is not written again.
    editors: BTreeMap<&'a Author, &'a EditorView>,
    documents: BTreeMap<&'a DocumentId, &'a DocumentView>,
}

impl<'a> TextWriter<'a> {
    fn line(&mut self, text: &str) {
        let text = format!("   {text}").trim_end().to_owned();
        self.out.push(TranscriptLine { text, shows: self.shows.clone() });
    }

    /// Returns whether the listener has to find the policy out: then no line may give it away.
    fn hides_policy(&self) -> bool {
        self.answers == Answers::Withheld && self.log.has_secret_policy
    }

    /// Writes lines that show these areas.
    fn showing(&mut self, areas: &[HiddenArea], write: impl FnOnce(&mut Self)) {
        self.shows = areas.to_vec();
        write(self);
        self.shows.clear();
    }

    fn moment(&mut self, moment: &'a LogEntry) {
        match moment {
            LogEntry::Step { .. } => {}
            LogEntry::Said { text } => {
                if *text != self.caption {
                    text.lines().for_each(|line| self.line(&visible(line)));
                }
            }
            LogEntry::Asked { question } => self.question(question),
            LogEntry::Did { who, what } => self.line(&sentence(&visible(&format!("{who} {what}")))),
            LogEntry::Off { who, why } => {
                self.line(&sentence(&visible(&format!("{who} cannot do that now: {why}"))));
            }
            LogEntry::Set { .. } if self.hides_policy() => {}
            LogEntry::Set { what } => self.line(&format!("Set: {what}.")),
            LogEntry::Departed { exchange } => self.request_sent(exchange),
            LogEntry::Held { who, judged: false, .. } => {
                self.line(&format!("{who}'s request waits at the gate. It is not judged yet."));
            }
            LogEntry::Held { who, .. } => {
                self.line(&format!("{who}'s write was judged, and waits. It is not written yet."));
            }
            LogEntry::Released { who, .. } => self.line(&format!("{who}'s request is released.")),
            LogEntry::Ended { exchange } => self.response_received(exchange),
            LogEntry::EditorState { who, view } => self.showing(EDITOR, |this| this.editor_state(who, view)),
            LogEntry::Looked { id, view } => {
                self.showing(&HiddenArea::SERVER, |this| this.document_state(id, view));
            }
            LogEntry::SwarmBegun { what, note } => {
                self.line(&format!("Simulated writers: {what}."));
                self.line(note);
            }
            LogEntry::Swarm(result) => self.line(&format!("{result}.")),
            LogEntry::Judged(check) => self.showing(&check.shows, |this| this.check(check)),
            LogEntry::YourTurn(level) => self.level(level),
            LogEntry::LevelStep { caption } => self.line(&sentence(&visible(caption))),
            LogEntry::GoalReached { requests, par } => {
                self.line(&format!("The goal is reached, with {}; par is {par}.", requests_in_words(*requests)));
            }
        }
    }

    fn check(&mut self, check: &CheckResult) {
        if check.holds() {
            self.line(&format!("True: {}", sentence(&visible(&check.caption))));
        }
        for (claim, came) in check.failures() {
            self.line(&format!("FALSE: {} What came: {}", sentence(&visible(claim)), sentence(&visible(came))));
        }
    }

    /// Writes a level: to a listener without its hints and its solution.
    fn level(&mut self, level: &LevelSheet) {
        self.line(&visible(&level.task));
        self.line(&format!("The goal; par is {}:", requests_in_words(level.par)));
        level.goal.iter().for_each(|claim| self.line(&format!("   {}", sentence(&visible(claim)))));
        if !level.offers.is_empty() {
            self.line("On offer:");
            self.numbered(&level.offers);
        }
        if self.answers == Answers::Withheld {
            return;
        }
        self.line("Hints:");
        self.numbered(&level.hints);
        self.line("The solution:");
        self.numbered(&level.solution);
        if let Some(reached) = &level.reached {
            self.line(&visible(reached));
        }
        self.line("A wrong path:");
        self.numbered(&level.wrong_path);
        self.line(&visible(&level.wrong_because));
    }

    fn numbered(&mut self, items: &[String]) {
        for (number, item) in (1..).zip(items) {
            self.line(&format!("   {number}: {}", visible(item)));
        }
    }

    fn question(&mut self, question: &Quiz) {
        if question.text != self.caption {
            self.line(&visible(&question.text));
        }
        if self.answers == Answers::Withheld {
            for (number, choice) in (1..).zip(&question.choices) {
                self.line(&format!("{number}: {}", visible(&choice.text)));
            }
            return;
        }
        for (letter, choice) in ('a'..).zip(&question.choices) {
            self.line(&format!("{letter}) {}", visible(&choice.text)));
        }
        for (letter, choice) in ('a'..).zip(&question.choices) {
            let verdict = if choice.right { "Right" } else { "Wrong" };
            self.line(&format!("{verdict}, {letter}: {}", visible(&choice.why)));
        }
    }

    fn request_sent(&mut self, exchange: &Exchange) {
        let Exchange { method, target, .. } = exchange;
        self.line(&format!("{} sends: {method} {}", visible(sender_name(exchange)), visible(target)));
        self.showing(&[HiddenArea::WireCondition], |this| this.request_fields(exchange));
        if let Some(content) = content(&exchange.request.body) {
            self.line("   The text:");
            content.lines().for_each(|line| self.line(&format!("      {}", visible(line))));
        }
    }

    fn request_fields(&mut self, exchange: &Exchange) {
        for (name, value) in &exchange.request.fields {
            if SHOWN_FIELDS.iter().any(|shown| shown.eq_ignore_ascii_case(name)) {
                self.line(&format!("   {name}: {}", visible(value)));
            }
        }
        let conditional = ["If-Match", "If-None-Match", "If-Unmodified-Since"];
        if exchange.method != "GET" && conditional.iter().all(|name| exchange.request.field(name).is_none()) {
            self.line("   There is no precondition.");
        }
    }

    fn response_received(&mut self, exchange: &Exchange) {
        let who = visible(sender_name(exchange));
        let earlier = self.log.exchanges().take_while(|other| other.number != exchange.number);
        let meaning = if self.hides_policy() {
            visible(&explain_without_mistakes(exchange, earlier))
        } else {
            visible(&explain_among(exchange, earlier))
        };
        if exchange.status.is_none() {
            self.line(&format!("{who} gets no response."));
            return;
        }
        self.showing(RESPONSE, |this| this.line(&format!("The response to {who}: {meaning}")));
        let fields = exchange.response.iter().flat_map(|answer| &answer.fields);
        let is_shown = |name: &str| {
            SHOWN_FIELDS.iter().any(|shown| shown.eq_ignore_ascii_case(name))
                && !(self.hides_policy() && name.eq_ignore_ascii_case(UNSAFE))
        };
        let shown: Vec<_> = fields.filter(|(name, _)| is_shown(name)).collect();
        for (name, value) in shown {
            self.showing(&[HiddenArea::WireStatus], |this| this.line(&format!("   {name}: {}", visible(value))));
        }
    }

    fn editor_state(&mut self, who: &'a Author, view: &'a EditorView) {
        let before = self.editors.insert(who, view);
        let said = before.and_then(|before| before.says.as_ref());
        let as_before = |before: &EditorView| {
            (&before.state, &before.base, before.conflicts) == (&view.state, &view.base, view.conflicts)
        };
        if before.is_some_and(as_before) && said == view.says.as_ref() {
            return;
        }
        let base = view.base.as_ref().map_or_else(|| "no base".to_owned(), |base| format!("base {base}"));
        let says = view
            .says
            .as_ref()
            .filter(|says| said != Some(*says))
            .map_or_else(String::new, |says| format!(" It says: {}", sentence(&visible(says))));
        self.line(&format!("{who}'s editor is '{}', with {}.{says}", view.state, visible(&base)));
    }

    fn document_state(&mut self, id: &'a DocumentId, view: &'a DocumentView) {
        if self.documents.insert(id, view) == Some(view) {
            self.line(&format!("The document '{id}' is as it was."));
            return;
        }
        match &view.document {
            Some(document) => {
                self.line(&format!("The document '{id}', '{}':", visible(&document.title)));
                document.content.lines().for_each(|line| self.line(&format!("   {}", visible(line))));
            }
            None => self.line(&format!("There is no document '{id}' now.")),
        }
        for version in &view.versions {
            let tag = version.etag.to_string();
            let base = version.based_on.as_ref().map_or_else(|| "none named".to_owned(), ToString::to_string);
            let gone = if version.deleted { ", a delete" } else { "" };
            let lost =
                if view.is_lost(&tag) { "; LOST UPDATE: the writer of the next version had not seen it" } else { "" };
            self.line(&format!("   Version {tag} by {}{gone}, base {base}{lost}", visible(version.author.as_str())));
        }
    }
}

/// Returns words with a full stop, unless they end with a mark of their own.
fn sentence(words: &str) -> String {
    let stop = if words.ends_with(['.', '?', '!', '…']) { "" } else { "." };
    format!("{words}{stop}")
}

/// Returns the text of the document in a request's body, if it has one.
fn content(body: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    value.get("content")?.as_str().map(str::to_owned)
}

/// Returns how many claims hold, such as 'all 9 claims hold'.
#[must_use]
pub fn claims_in_words(claims: usize, failed: usize) -> String {
    match (claims, failed) {
        (1, 0) => "1 claim holds".to_owned(),
        (_, 0) => format!("all {claims} claims hold"),
        (1, _) => "1 claim does not hold".to_owned(),
        (_, 1) => format!("1 of {claims} claims does not hold"),
        _ => format!("{failed} of {claims} claims do not hold"),
    }
}

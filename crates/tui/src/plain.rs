//! Plain mode: the same program line by line, for ears, for pipes, and for terminals that can do nothing else.
//!
//! It is another rim around the same state. A line of standard input is read by one table of words ([`commands`],
//! [`parse`]) and becomes the very actions and edits that keys become ([`execute`]). After each event, what *changed*
//! is said in a line or two ([`changes`]): nothing is drawn, nothing is drawn again, no cursor moves, and nothing is
//! told by colour or by where it stands. A lesson tells itself ([`lesson_commands`]). Each line that is said goes
//! through `sanitize` as a whole, here and nowhere else, so that no text of anybody can steer the terminal.
//!
//! Somebody at a terminal is heard at once, except while a document is being opened. Lines from a pipe wait until what
//! was asked is answered, as a person would: so a file of lines takes the same course each time.

mod block;
mod changes;
mod commands;
mod edit;
mod execute;
mod help;
mod lesson_commands;
mod listing;
mod narration;
mod parse;
mod pending;

use std::collections::VecDeque;

use contract::DocumentId;
use terminal::event::TerminalEvent;
use terminal::input::LineSource;
use terminal::sanitize::sanitize;

use crate::action::Context;
use crate::effect::Effect;
use crate::event::Event;
use crate::messages;
use crate::open_document::{OpenDocument, OpenedView};
use crate::overlay::Overlay;
use crate::pane::Pane;
use crate::state::{Focus, SessionEnd, State};
use crate::update::{after_event, is_draft_pending};
use block::{LineBlock, is_end_of_block};
pub(crate) use block::{keep_waiting, line_for_a_text, offer_again, offer_aside, offer_unread, waiting_lines};
use changes::Announced;
pub(crate) use commands::command_for;

/// What was heard and said so far.
#[derive(Debug, Clone)]
pub(crate) struct PlainSession {
    lines: LineSource,
    waiting: VecDeque<HeardLine>,
    /// Lines that belong together, until one of a single dot.
    block: Option<LineBlock>,
    /// How many effects were asked of the world and have not come back as events.
    outstanding: usize,
    /// The requests that were let go on at the gate.
    let_go: Vec<u64>,
    /// How many lines were heard.
    heard: u64,
    told: Announced,
    /// The documents that were read out last, in their order.
    listed: Vec<DocumentId>,
    /// What was heard, to be said again.
    echo: Option<String>,
    /// What is to be said to it.
    reply: Vec<String>,
    /// Whether a line was heard that was not answered yet.
    reply_pending: bool,
    /// Whether the lesson is played anew because somebody went a step back.
    went_back: bool,
}

/// Something heard.
#[derive(Debug, Clone)]
enum HeardLine {
    Line(String),
    /// There are no more lines.
    End,
}

impl State {
    /// The same in plain mode. The effects are what to do first.
    #[must_use]
    pub fn in_plain(self, lines: LineSource, first: Vec<Effect>) -> (Self, Vec<Effect>) {
        self.continue_in_plain(PlainSession::new(lines), first)
    }

    /// The same, where somebody was heard before, and lines may wait. The effects are what to do first.
    pub(crate) fn continue_in_plain(mut self, mut plain: PlainSession, first: Vec<Effect>) -> (Self, Vec<Effect>) {
        let greeting = help::greeting(&self);
        plain.told.begins(&self);
        plain.note_effects(&first, self.course.is_some());
        plain.reply.extend(greeting);
        self.plain = Some(plain);
        let mut effects = Vec::new();
        continue_session(&mut self, &mut effects);
        // What is said comes before what is done, and that before what somebody says to it.
        let at = effects.iter().take_while(|effect| matches!(effect, Effect::Print(_))).count();
        effects.splice(at..at, first);
        (self, effects)
    }

    /// The requests that wait at the gate for somebody to let them go on, the oldest first.
    fn waiting(&self) -> impl Iterator<Item = u64> {
        let let_go = self.plain.as_ref().map_or(&[][..], |plain| &plain.let_go);
        let waits = |number: &u64| self.wire.waiting().theirs(*number).is_some() && !let_go.contains(number);
        let open = self.wire.entries().filter(|entry| entry.is_open());
        open.map(|entry| entry.exchange.number).filter(waits)
    }

    /// Where a line is heard. A panel needs no entering here: its words are its own, and no text could be taken for
    /// them.
    fn input_context(&self) -> Context {
        let panel = self.document().and_then(OpenDocument::unfolded_view);
        match (self.context(), panel) {
            (Context::Text, Some(OpenedView::Required)) => Context::Required,
            (Context::Text, Some(OpenedView::Deleted)) => Context::Deleted,
            (context, _) => context,
        }
    }

    /// How many lines were heard in plain mode.
    pub(crate) fn lines_heard(&self) -> u64 {
        self.plain.as_ref().map_or(0, |plain| plain.heard)
    }

    /// What stands before the next line in a terminal: who has the editor, and where that is. None while an answer is
    /// on its way, and at the end.
    pub(crate) fn prompt(&self) -> Option<String> {
        let plain = self.plain.as_ref()?;
        if self.ended.is_some() || is_under_way(self) {
            return None;
        }
        if plain.block.is_some() {
            return Some(String::new());
        }
        let name = self.panes.get(self.seat).filter(|_| self.is_shared() && self.focus == Focus::Editor);
        let name = name.map_or_else(String::new, |pane| sanitize(pane.me.as_str()).into_owned());
        let place = match self.input_context() {
            Context::Menu => "menu",
            Context::Lesson => "lesson",
            Context::Quiz => "answer",
            Context::Merge => "merge",
            Context::Ended => "over",
            Context::Question | Context::Overwrite => "yes or no",
            Context::Unsaved => "save, leave or no",
            Context::Drafts => "which draft",
            _ => "",
        };
        let pieces: Vec<_> = [name.as_str(), place].into_iter().filter(|piece| !piece.is_empty()).collect();
        Some(format!("{}> ", pieces.join(": ")))
    }
}

impl PlainSession {
    pub(crate) fn new(lines: LineSource) -> Self {
        Self {
            lines,
            waiting: VecDeque::new(),
            block: None,
            outstanding: 0,
            let_go: Vec::new(),
            heard: 0,
            told: Announced::default(),
            listed: Vec::new(),
            echo: None,
            reply: Vec::new(),
            reply_pending: false,
            went_back: false,
        }
    }

    /// For what comes next on the stage: what was told is another's, and the lines that wait are heard there.
    pub(crate) fn carried(self) -> Self {
        let told = Announced::of_a_lesson(self.went_back);
        Self { waiting: self.waiting, heard: self.heard, told, ..Self::new(self.lines) }
    }

    /// Takes in what happened, as far as it is about lines.
    pub(crate) fn on_event(&mut self, event: &Event, in_a_lesson: bool) {
        match event {
            Event::Terminal(TerminalEvent::Line(line)) => self.waiting.push_back(HeardLine::Line(line.clone())),
            Event::Terminal(TerminalEvent::LinesEnded) => self.waiting.push_back(HeardLine::End),
            Event::Answered { .. } if in_a_lesson => {}
            Event::Opened { .. }
            | Event::DraftsOffered { .. }
            | Event::FileKeptAs { .. }
            | Event::Answered { .. }
            | Event::Listed(_)
            | Event::PolicyRead(_)
            | Event::PolicyWithheld
            | Event::PolicySet(_)
            | Event::GateTold(_)
            | Event::VersionsListed { .. }
            | Event::VersionRead { .. }
            | Event::GateWithheld
            | Event::Compared(_)
            | Event::FileKept(_)
            | Event::WrittenElsewhere { .. } => self.outstanding = self.outstanding.saturating_sub(1),
            _ => {}
        }
    }

    /// Counts what is asked of the world. Each of these comes back as one event. Whose request is under way a lesson
    /// knows itself.
    fn note_effects(&mut self, effects: &[Effect], in_a_lesson: bool) {
        let comes_back = |effect: &&Effect| {
            !(in_a_lesson && matches!(effect, Effect::Ask { .. }))
                && matches!(
                    effect,
                    Effect::Open { .. }
                        | Effect::ChooseDraft { .. }
                        | Effect::KeepFileAs { .. }
                        | Effect::Ask { .. }
                        | Effect::List { .. }
                        | Effect::ReadPolicy
                        | Effect::SetPreconditions { .. }
                        | Effect::Gate(_)
                        | Effect::ListVersions { .. }
                        | Effect::ReadVersion { .. }
                        | Effect::KeepFile { .. }
                        | Effect::WriteElsewhere { .. }
                        | Effect::Compare
                )
        };
        self.outstanding += effects.iter().filter(comes_back).count();
    }

    fn print(&mut self, line: impl Into<String>) {
        self.reply.push(line.into());
    }

    fn print_all(&mut self, lines: impl IntoIterator<Item = String>) {
        self.reply.extend(lines);
    }
}

/// Says something, where there is somebody to hear it.
fn print(state: &mut State, line: impl Into<String>) {
    if let Some(plain) = &mut state.plain {
        plain.print(line);
    }
}

/// Goes on after an event: says what changed, and hears the lines that wait, as far as it is their turn.
pub(crate) fn continue_session(state: &mut State, effects: &mut Vec<Effect>) {
    let mut counted = 0;
    loop {
        let in_a_lesson = state.course.is_some();
        let Some(plain) = &mut state.plain else { return };
        plain.note_effects(&effects[counted..], in_a_lesson);
        let lines = next_lines(state);
        if !lines.is_empty() {
            effects.push(Effect::Print(lines.iter().map(|line| sanitize(line).into_owned()).collect()));
        }
        counted = effects.len();
        execute::close_list(state);
        let Some(heard) = next(state) else {
            effects.extend(block::keep_open(state));
            effects.extend(keep_waiting(state));
            return;
        };
        let mut wanted = handle_line(state, heard);
        merge_again(state, &mut wanted);
        after_event(state, &mut wanted);
        effects.extend(wanted);
    }
}

/// Makes open merges again with what was said: a line is said at once, so there is no pause to wait for. So what is
/// said about a merge, and when, does not depend on a timer.
fn merge_again(state: &mut State, effects: &mut Vec<Effect>) {
    effects.retain(|effect| !matches!(effect, Effect::AwaitPause { .. }));
    for work in state.panes.iter_mut().flat_map(Pane::documents_mut) {
        effects.extend(work.catch_up_now());
    }
}

/// What is to be answered, and what changed since something was said.
fn next_lines(state: &mut State) -> Vec<String> {
    // What is played to come to where somebody wants to be was heard before.
    if state.is_silent() {
        return Vec::new();
    }
    let Some(plain) = &state.plain else { return Vec::new() };
    let (told, news) = changes::changes_since(state, &plain.told);
    let nothing_new = news.is_empty() && plain.reply.is_empty() && plain.reply_pending;
    let still = nothing_new && state.ended.is_none() && !is_under_way(state);
    let again = if still { changes::repeat_all(state) } else { Vec::new() };
    let Some(plain) = &mut state.plain else { return Vec::new() };
    plain.told = told;
    plain.reply_pending = false;
    let mut lines: Vec<_> = plain.echo.take().into_iter().chain(std::mem::take(&mut plain.reply)).collect();
    lines.extend(news);
    lines.extend(again);
    lines
}

/// Whether an answer is on its way. What is held at the gate waits for somebody, and not for the server.
fn is_under_way(state: &State) -> bool {
    let Some(plain) = &state.plain else { return false };
    if state.waits_for_drafts {
        return true;
    }
    let Some(course) = &state.course else { return plain.outstanding > state.waiting().count() };
    // A lesson's requests are not among what is outstanding, and it does not know of one that was let go by hand.
    let author = |number: u64| state.wire.entry(number)?.exchange.author.clone();
    let held: Vec<_> = state.waiting().filter_map(author).collect();
    let mut let_go = plain.let_go.iter().filter_map(|number| author(*number));
    let goes_on = let_go.any(|who| course.under_way.contains_key(&who) && !held.contains(&who));
    plain.outstanding > 0 || goes_on || course.is_under_way()
}

/// The next of what was heard, where it is its turn.
fn next(state: &mut State) -> Option<HeardLine> {
    let mut under_way = is_under_way(state);
    let ended = state.ended.is_some();
    let draft_pending = is_draft_pending(state);
    let is_looking = matches!(state.screens.last(), Some(Overlay::Drafts(chooser)) if chooser.offered().is_none());
    let is_reading = |work: &OpenDocument| work.editor.is_busy() && work.editor.phase() == editor::EditorPhase::Opening;
    let opens = is_looking || state.document().is_some_and(is_reading);
    let plain = state.plain.as_mut()?;
    // What becomes of unsaved text is said at the end, so it has to be known by then.
    under_way |= draft_pending && matches!(plain.waiting.front(), Some(HeardLine::End));
    // A text that is not here yet can be said nothing about.
    let waits = plain.lines == LineSource::Piped || opens || matches!(plain.waiting.front(), Some(HeardLine::End));
    if ended || (waits && under_way) {
        return None;
    }
    plain.waiting.pop_front()
}

fn handle_line(state: &mut State, heard: HeardLine) -> Vec<Effect> {
    let context = state.input_context();
    let Some(plain) = &mut state.plain else { return Vec::new() };
    let line = match heard {
        HeardLine::Line(line) => line,
        HeardLine::End => return end(state),
    };
    plain.told.forget_note();
    plain.heard += 1;
    if plain.lines == LineSource::Piped {
        plain.echo = Some(format!("> {line}"));
    }
    if let Some(mut block) = plain.block.take() {
        if is_end_of_block(&line) {
            return block::close(state, block);
        }
        block.lines.push(line);
        plain.block = Some(block);
        return Vec::new();
    }
    let said = parse::parse(&line, context);
    if said != parse::Parsed::Remark {
        plain.reply_pending = true;
    }
    execute::execute(state, said)
}

/// There are no more lines. That is no answer to anything, so what is unsaved stays where drafts are kept.
fn end(state: &mut State) -> Vec<Effect> {
    if let Some(plain) = &mut state.plain
        && let Some(block) = plain.block.take()
    {
        // The end is heard once it is known what became of the draft with these lines.
        plain.waiting.push_front(HeardLine::End);
        plain.print("There are no more lines; those said last are taken as they are.");
        return block::close(state, block);
    }
    if state.has_unsaved_text() {
        let words = messages::unsaved_at_the_end(state);
        print(state, words);
    }
    state.ended = Some(SessionEnd::Quit);
    Vec::new()
}

//! One simulated writer: responses and timers in, requests and pauses out.
//!
//! The writer is a person in front of an [`Editor`]. They type a line, save it, and do after a refusal what their
//! [`SaveStrategy`] says. All of it are commands that a person could give by a key. The caller has the network and the
//! clock, which may both be simulated.

use std::time::Duration;

use contract::NameError;
use contract::{Document, EntityTag};
use editor::{
    ChangeId, Command, Editor, EditorEffect, EditorInput, EditorNotice, EditorPhase, EditorRequest, MergeStep,
    RequestId, ResponseOutcome,
};
use fastrand::Rng;
use merge::Decision;

use crate::edit_mark::{EditMark, MarkWriter};
use crate::plan::SwarmPlan;
use crate::strategy::{RetryBackoff, SaveStrategy};

/// Something that the caller does for a writer. There is never more than one at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriterTask {
    /// Send a request, and report its outcome with [`SimulatedWriter::on_response`].
    Send {
        /// The id to return with the response.
        request: RequestId,
        /// The request.
        ask: EditorRequest,
    },
    /// Call [`SimulatedWriter::on_timer`] after this time.
    Wait(Duration),
}

/// Something that happened to a writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriterNews {
    /// An edit was typed.
    Typed(EditMark),
    /// A save was refused with this status: 412 or 428.
    Refused(u16),
    /// The server slowed the writer down with a 429.
    ///
    /// The writer sends the same request again, after this time at the earliest.
    SlowedDown(Duration),
    /// The server has acknowledged an edit, in the version with this tag.
    Acknowledged {
        /// The edit.
        mark: EditMark,
        /// The version's tag.
        etag: EntityTag,
    },
    /// The writer has given an edit up.
    ///
    /// The server requires a precondition, and their strategy has none.
    GivenUp(EditMark),
    /// The writer is done, or cannot go on for the reason in words.
    Finished(Option<String>),
}

/// The result of one input of a writer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WriterStep {
    /// The caller's next task; `None` only after [`WriterNews::Finished`].
    pub task: Option<WriterTask>,
    /// The news, in order.
    pub news: Vec<WriterNews>,
}

/// The present occupation of a writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WriterStage {
    /// Waits for the document, or for what the editor does by itself after a save.
    Reading,
    /// Thinks before the next edit.
    Thinking,
    /// Has saved.
    Saving,
    /// Waits after a refusal.
    BackingOff,
    /// Reads again after a refusal, before the next attempt.
    ReadingAgain,
    /// Is done.
    Finished,
}

/// A simulated writer.
#[derive(Debug, Clone)]
pub struct SimulatedWriter {
    editor: Editor,
    marks: MarkWriter,
    random: Rng,
    strategy: SaveStrategy,
    backoff: RetryBackoff,
    plan: SwarmPlan,
    stage: WriterStage,
    /// The present edit, from when it is typed until it is acknowledged or given up.
    edit: Option<EditMark>,
    /// The last edit that was begun.
    last: EditMark,
    /// How often the present edit was refused.
    refusals: u32,
    is_stopping: bool,
}

impl SimulatedWriter {
    /// Returns the writer with this number, counted from 1.
    ///
    /// # Errors
    ///
    /// If the plan's prefix does not make a valid name.
    pub fn new(plan: &SwarmPlan, number: usize) -> Result<Self, NameError> {
        let marks = MarkWriter::new(&plan.prefix, &plan.run);
        let author = marks.name(number).parse()?;
        Ok(Self {
            editor: Editor::new(plan.document.clone(), author, None).unattended(),
            marks,
            random: plan.random(number),
            strategy: plan.strategy,
            backoff: plan.backoff,
            plan: plan.clone(),
            stage: WriterStage::Reading,
            edit: None,
            last: EditMark { writer: number, edit: 0 },
            refusals: 0,
            is_stopping: false,
        })
    }

    /// Returns the writer's editor.
    #[must_use]
    pub const fn editor(&self) -> &Editor {
        &self.editor
    }

    /// Opens the document. This is the first input.
    pub fn start(&mut self) -> WriterStep {
        let effects = self.editor.update(EditorInput::Command(Command::Open));
        self.go_on(effects, Vec::new())
    }

    /// Handles the outcome of the request that was sent.
    pub fn on_response(&mut self, request: RequestId, outcome: ResponseOutcome) -> WriterStep {
        let news = match &outcome {
            ResponseOutcome::Failed(_) => Some(WriterNews::Refused(412)),
            ResponseOutcome::Required(_) => Some(WriterNews::Refused(428)),
            // It says nothing about the edit, so it is not a reason to back off further.
            ResponseOutcome::TooManyRequests { retry_after, .. } => Some(WriterNews::SlowedDown(*retry_after)),
            _ => None,
        };
        self.refusals += u32::from(matches!(news, Some(WriterNews::Refused(_))));
        let news = news.into_iter().collect();
        let effects = self.editor.update(EditorInput::ResponseReceived { request, outcome, merge_by: None });
        self.go_on(effects, news)
    }

    /// Handles the end of the wait.
    pub fn on_timer(&mut self) -> WriterStep {
        let effects = match self.stage {
            WriterStage::Thinking | WriterStage::BackingOff if self.is_stopping => {
                return self.finish(None, Vec::new());
            }
            WriterStage::Thinking => {
                let mut news = Vec::new();
                let effects = self.type_edit(&mut news);
                return self.go_on(effects, news);
            }
            // What the last refusal carried is old by now.
            WriterStage::BackingOff => self.read_again(),
            WriterStage::Reading | WriterStage::Saving | WriterStage::ReadingAgain => {
                self.editor.update(EditorInput::TimerFired)
            }
            WriterStage::Finished => Vec::new(),
        };
        self.go_on(effects, Vec::new())
    }

    /// Has the writer begin no further edit and no further attempt.
    ///
    /// A writer that waits may be dropped at once; one that has sent a request is done after its response.
    pub const fn stop(&mut self) {
        self.is_stopping = true;
    }

    /// Goes on until a request is sent, a wait begins, or the writer is done.
    fn go_on(&mut self, effects: Vec<EditorEffect>, mut news: Vec<WriterNews>) -> WriterStep {
        let mut effects = effects;
        loop {
            self.note_acknowledgement(&mut news);
            if let Some(task) = task_in(effects) {
                return WriterStep { task: Some(task), news };
            }
            effects = match self.stage {
                WriterStage::Finished => return WriterStep { task: None, news },
                _ if self.is_stopping && self.edit.is_some() => return self.finish(None, news),
                WriterStage::Reading => match self.why_not_open() {
                    Some(why) => return self.finish(Some(why), news),
                    None => match self.begin_edit(&mut news) {
                        NextTurn::Effects(effects) => effects,
                        NextTurn::Wait(pause) => return WriterStep { task: Some(WriterTask::Wait(pause)), news },
                        NextTurn::Done => return self.finish(None, news),
                    },
                },
                WriterStage::Saving if self.editor.document_merge().is_some() => match self.after_refusal() {
                    NextTurn::Effects(_) if !self.editor.is_busy() => return self.finish(Some(self.why()), news),
                    NextTurn::Effects(effects) => effects,
                    NextTurn::Wait(pause) => return WriterStep { task: Some(WriterTask::Wait(pause)), news },
                    NextTurn::Done => return self.finish(None, news),
                },
                WriterStage::Saving if matches!(self.editor.notice(), Some(EditorNotice::Required(_))) => {
                    self.give_up(&mut news);
                    Vec::new()
                }
                WriterStage::ReadingAgain if self.editor.document_merge().is_some() => {
                    let effects = self.resolve_and_save();
                    if !self.editor.is_busy() {
                        return self.finish(Some(self.why()), news);
                    }
                    effects
                }
                WriterStage::Thinking | WriterStage::BackingOff | WriterStage::Saving | WriterStage::ReadingAgain => {
                    return self.finish(Some(self.why()), news);
                }
            };
        }
    }

    /// Begins the next edit: thinks, or types at once.
    fn begin_edit(&mut self, news: &mut Vec<WriterNews>) -> NextTurn {
        if self.is_stopping || self.last.edit >= self.plan.edits {
            return NextTurn::Done;
        }
        match self.plan.think.pause(&mut self.random) {
            Some(pause) => {
                self.stage = WriterStage::Thinking;
                NextTurn::Wait(pause)
            }
            None => NextTurn::Effects(self.type_edit(news)),
        }
    }

    /// Types the line of the next edit, and saves.
    fn type_edit(&mut self, news: &mut Vec<WriterNews>) -> Vec<EditorEffect> {
        self.last.edit += 1;
        self.refusals = 0;
        self.edit = Some(self.last);
        news.push(WriterNews::Typed(self.last));
        let mine = self.editor.mine().to_document();
        let content = self.marks.insert(&mine.content, self.last);
        let typed = Document { content, ..mine };
        let _ = self.editor.update(EditorInput::Typed(typed.into()));
        self.save()
    }

    fn save(&mut self) -> Vec<EditorEffect> {
        self.stage = WriterStage::Saving;
        self.command(match self.strategy {
            SaveStrategy::Careless => Command::SaveUnconditionally,
            SaveStrategy::Merge | SaveStrategy::Retry | SaveStrategy::Overwrite => Command::Save,
        })
    }

    /// Decides what to do after a refusal that has opened a merge.
    fn after_refusal(&mut self) -> NextTurn {
        match self.backoff.pause(self.refusals, &mut self.random) {
            Some(pause) => {
                self.stage = WriterStage::BackingOff;
                NextTurn::Wait(pause)
            }
            None if self.strategy == SaveStrategy::Retry => NextTurn::Effects(self.read_again()),
            None => NextTurn::Effects(self.resolve_and_save()),
        }
    }

    fn read_again(&mut self) -> Vec<EditorEffect> {
        self.stage = WriterStage::ReadingAgain;
        self.command(Command::Reload)
    }

    /// Brings the edit into the newest text as the strategy says, and saves.
    fn resolve_and_save(&mut self) -> Vec<EditorEffect> {
        self.stage = WriterStage::Saving;
        let (Some(merge), Some(mark)) = (self.editor.document_merge(), self.edit) else { return Vec::new() };
        match self.strategy {
            SaveStrategy::Overwrite | SaveStrategy::Careless => self.command(Command::OverwriteTheirs),
            SaveStrategy::Merge => {
                let open = merge.changes().iter().copied().filter(|place| merge.is_open(*place));
                let decisions: Vec<_> = open.map(|place| (place, decision_about(place))).collect();
                if !decisions.is_empty() {
                    self.command(Command::Merge(MergeStep::DecideEach(decisions)));
                }
                self.command(Command::Save)
            }
            SaveStrategy::Retry => {
                let theirs = merge.theirs();
                let (seen, text) = (theirs.etag.clone(), self.marks.insert(&theirs.document.content, mark));
                self.command(Command::Merge(MergeStep::WriteWhole { text, seen }));
                self.command(Command::Save)
            }
        }
    }

    /// Reports the present edit as acknowledged if the version that the editor is based on has its line.
    fn note_acknowledgement(&mut self, news: &mut Vec<WriterNews>) {
        let (Some(mark), Some(base)) = (self.edit, self.editor.base()) else { return };
        if self.marks.is_in(&base.document.content.to_string(), mark) {
            news.push(WriterNews::Acknowledged { mark, etag: base.etag.clone() });
            self.edit = None;
            self.stage = WriterStage::Reading;
        }
    }

    /// Gives the present edit up.
    fn give_up(&mut self, news: &mut Vec<WriterNews>) {
        news.extend(self.edit.take().map(WriterNews::GivenUp));
        self.stage = WriterStage::Reading;
    }

    /// Returns why the document cannot be edited, or `None` if it can.
    fn why_not_open(&self) -> Option<String> {
        let is_open = match self.editor.phase() {
            EditorPhase::Clean | EditorPhase::Edited | EditorPhase::Stale | EditorPhase::Merging => true,
            EditorPhase::Opening
            | EditorPhase::Unread
            | EditorPhase::Saving
            | EditorPhase::DeletedBy(_)
            | EditorPhase::Missing
            | EditorPhase::Offline => false,
        };
        (!is_open).then(|| self.why())
    }

    /// Returns why the writer cannot go on: the editor's notice.
    fn why(&self) -> String {
        self.editor.notice().map_or_else(|| "the editor cannot go on".to_owned(), ToString::to_string)
    }

    fn finish(&mut self, why: Option<String>, mut news: Vec<WriterNews>) -> WriterStep {
        self.stage = WriterStage::Finished;
        news.push(WriterNews::Finished(why));
        WriterStep { task: None, news }
    }

    fn command(&mut self, command: Command) -> Vec<EditorEffect> {
        self.editor.update(EditorInput::Command(command))
    }
}

/// The next turn of a writer.
enum NextTurn {
    /// Goes on with these effects.
    Effects(Vec<EditorEffect>),
    /// Waits.
    Wait(Duration),
    /// Nothing more.
    Done,
}

/// Returns the task in the effects of an editor.
///
/// The draft needs no disk: a simulated writer does not come back. It has no screen on which lines could be marked.
fn task_in(effects: Vec<EditorEffect>) -> Option<WriterTask> {
    effects.into_iter().find_map(|effect| match effect {
        EditorEffect::Send { request, ask } => Some(WriterTask::Send { request, ask }),
        EditorEffect::WakeAfter(pause) => Some(WriterTask::Wait(pause)),
        EditorEffect::KeepDraft(_)
        | EditorEffect::ForgetDraft
        | EditorEffect::Prefetch { .. }
        | EditorEffect::CompareLines { .. } => None,
    })
}

/// Returns a person's decision about a conflict.
///
/// It takes both texts, theirs first; of a title or a parent, it takes theirs.
const fn decision_about(place: ChangeId) -> Decision {
    match place {
        ChangeId::Region(_) => Decision::TheirsMine,
        ChangeId::Title | ChangeId::Parent => Decision::Theirs,
    }
}

//! The sentences about unsaved text when a session is left: what comes next, and the text's fate.
//!
//! Each is a text without line breaks. Names, paths and the causes of failed drafts are sanitized here.

use terminal::sanitize::sanitize;

use crate::action::{Action, Binding, Context};
use crate::availability::why_unavailable;
use crate::drafts::{DraftFate, KeptElsewhere};
use crate::file_messages::{self, UnwrittenFate};
use crate::open_document::OpenDocument;
use crate::state::{SessionEnd, StageNext, State};
use crate::unsaved::{is_draft_pending, text_in_danger};

/// The next place of a user who leaves despite unsaved text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Destination {
    /// The end of the program.
    Quit,
    Menu,
    FreePlay,
    /// The beginning of the same lesson.
    LessonStart,
    /// The end of an earlier step of the same lesson, which is replayed up to there.
    PreviousStep,
    NextLesson,
}

impl Destination {
    fn of(state: &State) -> Self {
        let played = state.lesson.course.as_ref().map(|course| course.run.lesson);
        match state.leaving.pending_end {
            SessionEnd::Next(StageNext::Menu(_)) => Self::Menu,
            SessionEnd::Next(StageNext::FreePlay) => Self::FreePlay,
            SessionEnd::Next(StageNext::Lesson(run)) if played != Some(run.lesson) => Self::NextLesson,
            SessionEnd::Next(StageNext::Lesson(run)) if run.scenes > 1 => Self::PreviousStep,
            SessionEnd::Next(StageNext::Lesson(_)) => Self::LessonStart,
            SessionEnd::Quit
            | SessionEnd::Refuted
            | SessionEnd::NotLetIn
            | SessionEnd::Stopped(_)
            | SessionEnd::TaskDied { .. } => Self::Quit,
        }
    }

    /// Returns the words for the two answers: to save first, and not to save.
    const fn answers(self) -> [&'static str; 2] {
        match self {
            Self::Quit => ["save and leave", "leave"],
            Self::Menu => ["save and go to the menu", "go to the menu"],
            Self::FreePlay => ["save and go to free play", "go to free play"],
            Self::LessonStart => ["save and start over", "start over"],
            Self::PreviousStep => ["save and go back", "go back"],
            Self::NextLesson => ["save and begin it", "begin it"],
        }
    }
}

/// Returns the title of the question about unsaved text: what happens next.
pub(crate) fn unsaved_title(state: &State) -> &'static str {
    match Destination::of(state) {
        Destination::Quit => "leave?",
        Destination::Menu => "go to the menu?",
        Destination::FreePlay => "go to free play?",
        Destination::LessonStart => "start the lesson over?",
        Destination::PreviousStep => "go back a step?",
        Destination::NextLesson => "begin the next lesson?",
    }
}

/// Returns the words for an action beside its key, for the session and the question that is asked.
pub(crate) fn hint(state: &State, row: &Binding, context: Context) -> &'static str {
    let [save, leave] = Destination::of(state).answers();
    match (context, row.action) {
        (context, action) if state.is_files() => file_messages::hint(action, context).unwrap_or(row.hint),
        (Context::Unsaved, Action::Confirm) => save,
        (Context::Unsaved, Action::Abandon) => leave,
        _ => row.hint,
    }
}

/// Returns what happens to a lesson's texts if it is left for another run; nothing in all other cases.
fn what_follows(state: &State) -> &'static str {
    match Destination::of(state) {
        Destination::Quit | Destination::Menu | Destination::FreePlay => "",
        Destination::LessonStart => "The lesson starts over with its own texts. ",
        Destination::PreviousStep => "The lesson is played again with its own texts, up to the step before. ",
        Destination::NextLesson => "The next lesson begins with its own texts. ",
    }
}

/// Returns what can be done with unsaved text, and what becomes of it without a save.
pub(crate) fn unsaved(state: &State) -> String {
    unsaved_while(state, is_draft_pending(state))
}

/// Like [`unsaved`]; `draft_pending` says whether the draft is still being written to the disk.
pub(crate) fn unsaved_while(state: &State, draft_pending: bool) -> String {
    let unsaved: Vec<&OpenDocument> = state.documents().filter(|work| work.editor.has_unsaved()).collect();
    let names: Vec<_> =
        unsaved.iter().map(|work| format!("{} ({})", work.editor.id(), sanitize(work.editor.me().as_str()))).collect();
    let then = leaving_unsaved(state, &unsaved, draft_pending);
    if state.is_files() {
        return format!("The result is not written. {then}");
    }
    format!("{}Not saved: {}. {then}", what_follows(state), names.join(", "))
}

/// The reply to a request to leave while the draft is being written.
pub(crate) const LEAVES_WHEN_KEPT: &str = "The draft is being written; the session ends as soon as it is on the disk.";

/// Returns what becomes of unsaved text at the end of plain mode's input.
///
/// No question can be asked any more.
pub(crate) fn unsaved_at_the_end(state: &State) -> String {
    let Some(work) = text_in_danger(state) else {
        return format!("There are no more lines, so this ends as with 'leave'. {}", unsaved(state));
    };
    let trouble = work.draft.trouble().unwrap_or_default();
    let (name, trouble) = (subject(state, work), sanitize(&trouble));
    format!(
        "There are no more lines. Not saved: {name}; {trouble}. The last lines of the output say where its text is."
    )
}

/// Returns what becomes of unsaved text without a save: its state so far, and the user's options.
fn leaving_unsaved(state: &State, unsaved: &[&OpenDocument], draft_pending: bool) -> String {
    let leave = state.hint_for(Action::Abandon, Context::Unsaved);
    if let Some(mine) = &state.disk.my_file
        && unsaved.iter().all(|work| work.editor.draft().is_untouched_merge_of(mine))
    {
        return file_messages::without_a_write(&leave, UnwrittenFate::Nothing);
    }
    if let Some(work) = text_in_danger(state) {
        let trouble = work.draft.trouble().unwrap_or_default();
        return format!("{}: {}. {}", subject(state, work), sanitize(&trouble), ways_to_keep_it(state));
    }
    let elsewhere: Vec<_> = unsaved.iter().filter_map(|work| kept_elsewhere(state, work)).collect();
    let others = unsaved.len() - elsewhere.len();
    let elsewhere = elsewhere.concat();
    if state.is_files() && others > 0 {
        let fate = match () {
            () if !state.disk.keeps_drafts => UnwrittenFate::Lost,
            () if state.leaving.waits_for_drafts => return LEAVES_WHEN_KEPT.to_owned(),
            () if draft_pending => UnwrittenFate::Pending,
            () => UnwrittenFate::Kept,
        };
        return file_messages::without_a_write(&leave, fate);
    }
    match others {
        0 => format!("{elsewhere}{leave} leaves."),
        _ if !state.disk.keeps_drafts => format!("{elsewhere}With {leave} the text is lost: no draft is kept here."),
        _ if state.leaving.waits_for_drafts => format!("{elsewhere}{LEAVES_WHEN_KEPT}"),
        _ if draft_pending => {
            format!("{elsewhere}The draft is being written; {leave} leaves as soon as it is on the disk.")
        }
        _ => format!(
            "{elsewhere}With {leave} the text is kept as a draft on {machine}, and comes back the next time.",
            machine = if state.disk.is_remote { "the server's machine" } else { "this machine" },
        ),
    }
}

/// Returns the name of the document, or of the file that is merged.
fn subject(state: &State, work: &OpenDocument) -> String {
    if state.is_files() { file_messages::name(state) } else { work.editor.id().to_string() }
}

/// Returns what can be done with a text whose draft cannot be written.
fn ways_to_keep_it(state: &State) -> String {
    let [file, copy, stay] =
        [Action::KeepAs, Action::CopyOut, Action::Close].map(|a| state.hint_for(a, Context::Unsaved));
    let copy = match why_unavailable(Action::CopyOut, state) {
        None => format!(", {copy} sends it to the terminal's clipboard"),
        Some(_) => String::new(),
    };
    let file = match why_unavailable(Action::KeepAs, state) {
        None => format!("{file} writes the text to a file"),
        Some(why) => format!("No file: {why}"),
    };
    format!("{file}{copy}, {stay} stays. The draft is retried automatically.")
}

/// Returns which file or clipboard has the text of a document, if no draft keeps the text.
fn kept_elsewhere(state: &State, work: &OpenDocument) -> Option<String> {
    if state.disk.keeps_drafts && work.draft.fate() == DraftFate::Written {
        return None;
    }
    let id = subject(state, work);
    Some(match work.draft.elsewhere()? {
        KeptElsewhere::File(path) => format!("The text of {id} is in {}. ", sanitize(&path.display().to_string())),
        KeptElsewhere::Terminal => format!(
            "The text of {id} was sent to the terminal's clipboard; only pasting shows whether the terminal took it. "
        ),
    })
}

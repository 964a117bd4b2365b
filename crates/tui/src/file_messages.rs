//! The messages of a merge of files, which has no server, no versions and no other author.

use editor::{EditorNotice, Occasion, Writer};
use terminal::sanitize::sanitize;

use crate::action::{Action, Context};
use crate::state::State;

/// The terms on the screen that need an explanation.
pub(crate) const TERMS: [(&str, &str); 5] = [
    ("mine", "my file; the result is written to it, unless another file was named"),
    ("theirs", "the file that is merged with mine"),
    ("base", "the file that both started from"),
    ("open", "a conflict without a decision; the result is written when none is left"),
    ("result", "the file as it would be written now; I decide what it contains"),
];

/// Returns the help for an action, if it differs from that of an editor of documents.
pub(crate) const fn help(action: Action, context: Context) -> Option<&'static str> {
    Some(match action {
        Action::Save => "Writes the result to the file, and leaves. Refused while conflicts are open.",
        Action::Confirm if matches!(context, Context::Unsaved) => "Writes the result to the file, and leaves.",
        Action::Abandon => "Leaves without writing: the file stays as it is, and the decisions are kept as a draft.",
        Action::Quit => "Leaves; asks first if the result is not written.",
        Action::StartWithout => "Begins with the files as they are; the drafts stay, and are offered the next time.",
        Action::Open if matches!(context, Context::Drafts | Context::Draft) => {
            "Continues this draft: its decisions are restored, and nothing is written yet."
        }
        Action::Enter => "Enters the merge, in which letter keys decide conflicts.",
        _ => return None,
    })
}

/// Returns the footer's words for an action, if they differ from those of an editor of documents.
pub(crate) const fn hint(action: Action, context: Context) -> Option<&'static str> {
    Some(match action {
        Action::Save => "write the file",
        Action::Confirm if matches!(context, Context::Unsaved) => "write and leave",
        _ => return None,
    })
}

/// Returns a notice in words, or `None` if the merge view shows it, or it is not worth a message.
pub(crate) fn notice(state: &State, notice: &EditorNotice) -> Option<String> {
    let (save, elsewhere) =
        (state.hint_for(Action::Save, Context::Text), state.hint_for(Action::WriteElsewhere, Context::Text));
    let file = name(state);
    Some(match notice {
        EditorNotice::Refused(problem) => {
            format!("{}; {save} tries again, {elsewhere} writes to another file", sanitize(&problem.detail))
        }
        EditorNotice::Merging { conflicts, since, occasion: Occasion::Refused } => {
            let what = since.last().and_then(label).unwrap_or(file);
            format!("not written: {what} has changed since it was read. Merged again: {}", to_decide(*conflicts, &save))
        }
        EditorNotice::MergedAnew { report, since, occasion: Occasion::Refused } => {
            let what = since.last().and_then(label).unwrap_or_else(|| "the base".to_owned());
            format!("not written: {what} has changed since it was read. Merged again: {report}")
        }
        EditorNotice::ConflictsOpen(open) => format!("not written: {}", to_decide(*open, &save)),
        EditorNotice::Decided { open: 0, .. } => format!("nothing is left to decide; {save} writes {file}"),
        _ => return None,
    })
}

/// Returns the label of a file that has changed, or `None` if it has no label.
fn label(writer: &Writer) -> Option<String> {
    match writer {
        Writer::Named(author) => Some(sanitize(author.as_str()).into_owned()),
        Writer::Unknown | Writer::Me | Writer::Namesake | Writer::Others => None,
    }
}

/// Returns whether a notice reports a changed file, which the merge view does not show.
pub(crate) const fn is_news(notice: &EditorNotice) -> bool {
    matches!(
        notice,
        EditorNotice::Merging { occasion: Occasion::Refused, .. }
            | EditorNotice::MergedAnew { occasion: Occasion::Refused, .. }
    )
}

/// Returns how many drafts of the file there are, in words.
pub(crate) fn drafts(state: &State, count: usize) -> String {
    let file = name(state);
    match count {
        1 => format!("There is a draft of an earlier merge of {file}."),
        count => format!("There are {count} drafts of earlier merges of {file}."),
    }
}

/// Returns what happens to the file and the decisions if the user leaves without writing.
pub(crate) fn without_a_write(leave: &str, fate: UnwrittenFate) -> String {
    let stays = format!("With {leave} the file stays as it is");
    match fate {
        UnwrittenFate::Nothing => format!("{stays}."),
        UnwrittenFate::Kept => {
            format!("{stays}; the decisions are kept as a draft, and are here again the next time.")
        }
        UnwrittenFate::Pending => format!("{stays}, as soon as the draft of the decisions is on the disk."),
        UnwrittenFate::Lost => format!("{stays}; the decisions are lost, because no drafts are kept here."),
    }
}

/// The state of a merge whose result is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnwrittenFate {
    /// There are no decisions.
    Nothing,
    /// The decisions are in a draft.
    Kept,
    /// The draft of the decisions is being written to the disk.
    Pending,
    /// The decisions exist only in memory.
    Lost,
}

/// Returns the question of the prompt for a path.
pub(crate) fn which_path(state: &State) -> String {
    format!("The path of a new file for the result. {} stays as it is.", name(state))
}

/// Returns the first lines of a merge in plain mode.
pub(crate) fn greeting() -> Vec<String> {
    vec![
        "Three files are merged: mine, theirs, and the base that both started from.".to_owned(),
        "Say 'help' for what can be said, 'conflicts' to hear what is open, 'save' to write the result, 'quit' to leave."
            .to_owned(),
    ]
}

fn to_decide(conflicts: usize, save: &str) -> String {
    match conflicts {
        0 => format!("no conflict is open, {save} writes it"),
        1 => "1 conflict to decide".to_owned(),
        _ => format!("{conflicts} conflicts to decide"),
    }
}

/// Returns the name of the file that is merged.
pub(crate) fn name(state: &State) -> String {
    sanitize(state.disk.my_file.as_ref().map_or("the file", |mine| &mine.title)).into_owned()
}

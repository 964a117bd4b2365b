//! The sentences of panels, questions and notices, for the screen and for plain mode.
//!
//! Each is a text without line breaks. Names, tags and the server's words are sanitized here.
//! *Not* here: the question about unsaved text when a session is left (`leaving_messages`), and a merge of files
//! (`file_messages`).

use client::FoundDraft;
use contract::{Author, DocumentId, EntityTag, Hold, Problem, Reason, Snapshot};
use editor::{Editor, EditorNotice, EditorPhase as Word, LastSeen, Writer};
use lesson::script::HiddenArea;
use terminal::sanitize::sanitize;
use unicode_width::UnicodeWidthStr as _;

use crate::action::{Action, Context, RoomAction};
use crate::drafts::{self, DraftChooser};
use crate::file_messages;
use crate::ids::EditorIndex;
use crate::open_document::{OpenDocument, OpenedView};
use crate::pane::Pane;
use crate::state::{Focus, State};
use crate::unsaved::{is_draft_pending, text_in_danger};

/// The question before the comparison of policies, in a lesson that is not over.
pub(crate) const SHOW_AHEAD: &str =
    "This shows the outcome of every write in this lesson, also in the steps that come later. Show it now?";

/// Returns the question whether to remove a person from a room, with what the room will notice.
pub(crate) fn remove_person(name: &Author) -> String {
    let name = sanitize(name.as_str());
    format!(
        "Remove {name}? Each request under this name is a 403 from now on, and its event streams end: {name}'s editor \
         says so and keeps its text. Someone who has the room's code can come back under another name."
    )
}

/// Returns the question with which text a new round begins, with what the room will notice.
pub(crate) fn new_round(state: &State, document: &DocumentId) -> String {
    let open = state.hint_for(Action::OpenLeadersDocument, Context::Text);
    format!(
        "Copy '{document}' into a new document, with the text that it began with or as it is now? The copy opens by \
         itself in editors without a document, and with {open} in all others; '{document}' keeps its text and its \
         versions. The counters start at zero."
    )
}

/// Returns the question whether to end the server of a room, with what the room will notice.
pub(crate) fn end_server(state: &State) -> String {
    let connected =
        |people: &str| format!("{people} connected: their editors go offline, and keep what is unsaved as drafts.");
    let people = match state.room.connected() {
        0 => "No one is connected.".to_owned(),
        1 => connected("1 person is"),
        count => connected(&format!("{count} people are")),
    };
    let documents = match &state.room.hosting {
        Some(hosting) if hosting.is_lasting => format!("The documents stay in {}.", sanitize(&hosting.store)),
        _ => "The documents are in memory, and are gone then.".to_owned(),
    };
    let session = match state.room.saving.folder() {
        _ if state.room.saving.is_under_way() => " The session is being saved.".to_owned(),
        Some(folder) if !state.room.is_unsaved() => {
            format!(" The session is saved in {}.", sanitize(&folder.display().to_string()))
        }
        _ if state.room.is_unsaved() => {
            let save = state.hint_for(Action::Room(RoomAction::SaveSession), Context::EndServer);
            format!(" What everyone sent here is not saved yet: {save} saves it.")
        }
        _ => String::new(),
    };
    if state.room.forwards_to().is_some() {
        return format!("End the proxy? The record ends with it, and held requests get a 503.{session}");
    }
    format!("End the server? {people} {documents} The codes end with the server.{session}")
}

/// Returns which document is being opened in a seat, and from which server, or `None` if none is.
pub(crate) fn opening(state: &State, seat: EditorIndex) -> Option<String> {
    let is_here = |chooser: &&DraftChooser| chooser.seat == seat && chooser.offered().is_none();
    let chooser = state.draft_chooser().filter(is_here)?;
    let document = &chooser.document;
    (!state.is_files()).then(|| {
        let server = sanitize(&state.server.address);
        format!("opening {document}: waiting for {server}; what you type goes into its text")
    })
}

/// Returns how long the request in flight has had no response, or `None` if that is not worth showing.
pub(crate) fn no_answer(state: &State, work: &OpenDocument) -> Option<String> {
    let seconds = work.unanswered?;
    let kept = if state.disk.keeps_drafts { "; what you type is kept as a draft" } else { "" };
    Some(if work.editor.phase() == editor::EditorPhase::Opening {
        format!("waiting for {}, {seconds} s{kept}", sanitize(&state.server.address))
    } else {
        let path = work.editor.id().path();
        if state.server.gate.own_held.contains(&path) {
            return Some(format!("held by the leader for {seconds} s{kept}"));
        }
        format!("no response for {seconds} s{kept}")
    })
}

/// Returns the question whether to delete that version of the document in view.
pub(crate) fn delete(work: &OpenDocument, etag: &EntityTag) -> String {
    let base = sanitize(&etag.to_string()).into_owned();
    format!(
        "Delete '{}'? The request has If-Match: {base}, so it deletes this version and no newer one.",
        work.editor.id()
    )
}

/// Returns the question whether to discard unsaved text along with its document.
pub(crate) fn discard_mine(state: &State, work: &OpenDocument) -> String {
    let back = state.hint_for(work.undo_action(), Context::Text);
    format!(
        "Delete my text too? It is not saved, and no version on the server contains it. {back} in the empty text \
         brings it back, until I leave."
    )
}

/// Returns the question whether to delete a draft.
pub(crate) fn discard_draft(state: &State, found: &FoundDraft) -> String {
    format!(
        "Delete the draft of {} that begins '{}'? Nothing brings it back.",
        drafts::age(found.age),
        sanitize(&drafts::first_words(&found.draft, state.disk.my_file.as_ref()))
    )
}

/// Returns how many drafts of a document there are, and that one can be continued.
pub(crate) fn drafts_of(state: &State, chooser: &DraftChooser) -> String {
    if state.is_files() {
        return file_messages::drafts(state, chooser.offered().map_or(0, <[FoundDraft]>::len));
    }
    let document = &chooser.document;
    match chooser.offered().map_or(0, <[FoundDraft]>::len) {
        1 => format!("There is a draft of '{document}' from an editor that has ended."),
        count => format!("There are {count} drafts of '{document}' from editors that have ended."),
    }
}

/// Returns what an overwrite does; a list of what it would remove follows.
pub(crate) fn overwrite(state: &State) -> String {
    let work = state.document().and_then(|work| Some((&work.editor, work.editor.document_merge()?.theirs())));
    let writer = |(editor, theirs): (&Editor, &Snapshot)| editor.writer_of(theirs.author.as_ref(), &theirs.etag);
    let author = work.map_or(Writer::Unknown, writer).to_string();
    let theirs = work.map(|(_, theirs)| theirs);
    let etag = theirs.map(|theirs| sanitize(&theirs.etag.to_string()).into_owned()).unwrap_or_default();
    format!(
        "My text replaces version {etag} by {}. If-Match names that version, so a newer one cannot be lost. \
         This would be lost:",
        sanitize(&author)
    )
}

/// Returns the meaning of a 428, in the server's own words, and what the offered save would send.
pub(crate) fn required(state: &State, work: &OpenDocument) -> String {
    let told = match work.editor.notice() {
        Some(EditorNotice::Required(problem)) => sanitize(&problem.detail).into_owned(),
        _ => String::new(),
    };
    let right = if work.is_entered() {
        state.hint_for(Action::RetryWithPrecondition, Context::Required)
    } else {
        state.hint_for(Action::Save, Context::Text)
    };
    let (safe, condition) = match work.editor.base() {
        Some(base) => {
            (": it names the version that I have read", format!("If-Match: {}", sanitize(&base.etag.to_string())))
        }
        None => ("", "If-None-Match: *".to_owned()),
    };
    format!("{told} {right} is the safe way{safe}. It sends {condition}.").trim_start().to_owned()
}

/// Returns that the document was deleted, and that the user's text was not.
pub(crate) fn deleted(work: &OpenDocument) -> String {
    match (work.editor.phase(), work.editor.notice()) {
        (Word::DeletedBy(Some(author)), _) => {
            format!("{} deleted this document. My text is still here.", sanitize(author.as_str()))
        }
        (_, Some(EditorNotice::DeletedBy(Writer::Namesake))) => {
            "Another editor under your name deleted this document. My text is still here.".to_owned()
        }
        (Word::Missing, _) => {
            "The server no longer has this document, and has no record of a delete: its store was replaced or emptied. \
             My text is still here."
                .to_owned()
        }
        _ => "This document was deleted. My text is still here.".to_owned(),
    }
}

/// Returns the author of the server's version and their label, or `None` if that version is the base.
///
/// Another editor may use the user's own name.
pub(crate) fn writer_of_newer(work: &OpenDocument) -> Option<(&Author, String)> {
    let LastSeen::Version { etag, author: Some(author), .. } = work.editor.last_seen() else { return None };
    if work.editor.base().is_some_and(|base| base.etag == *etag) {
        return None;
    }
    let name = sanitize(author.as_str());
    match work.editor.writer_of(Some(author), etag) {
        // It may be this editor's own save, whose response was lost.
        Writer::Namesake if work.editor.phase() == Word::Offline => None,
        Writer::Namesake => Some((author, format!("{name} elsewhere"))),
        Writer::Me | Writer::Named(_) | Writer::Unknown | Writer::Others => Some((author, name.into_owned())),
    }
}

/// The words before the keys in the line of a merge without open conflicts, if they have room.
const NOTHING_TO_DECIDE: &str = "nothing to decide · ";

/// Returns the line that represents the merge while it does not fit or is folded.
///
/// The line has at most `room` columns, if possible.
///
/// For example: '412 failed: Alice saved v6 · 1 conflict · F9 decides'.
pub(crate) fn merge_line(state: &State, work: &OpenDocument, room: usize) -> String {
    let Some(conflict) = work.shown_conflict() else { return String::new() };
    let theirs = conflict.theirs();
    let author = work.editor.writer_of(theirs.author.as_ref(), &theirs.etag).to_string();
    let author = sanitize(&author);
    let refused = if work.was_refused() { format!("{}: ", contract::short_status(412)) } else { String::new() };
    let (long, short) = if state.is_files() {
        let what = format!("{author} changed it too");
        (what.clone(), what)
    } else if work.was_altered() {
        let tag = short_tag(&theirs.etag);
        (format!("saved as {tag}, but the server stored a different text"), format!("{tag} is a different text"))
    } else if conflict.has_only_another_tag() {
        let tag = short_tag(&theirs.etag);
        (format!("{refused}the same text, under {tag}"), format!("{refused}{tag}"))
    } else {
        let tag = short_tag(&theirs.etag);
        (format!("{refused}{author} saved {tag}"), format!("{refused}{tag}"))
    };
    let [enter, save] = [Action::Enter, Action::Save].map(|action| state.hint_for(action, Context::Text));
    let is_newer = |known: &LastSeen| matches!(known, LastSeen::Version { etag, .. } if *etag != theirs.etag);
    let next = match conflict.open_count() {
        _ if state.hides(HiddenArea::MergeCount) => state.theme.mask(),
        // The conflicts with another text are not known before they are merged.
        0 if !state.is_files() && is_newer(work.editor.last_seen()) => {
            format!("a newer version has arrived · {enter} shows this one")
        }
        0 if work.editor.is_merge_outdated() => format!("merged again when you pause · {enter} shows it"),
        0 if work.previews_next_save() => format!("{NOTHING_TO_DECIDE}{save} previews the save, {enter} shows it"),
        0 if state.is_files() => format!("{NOTHING_TO_DECIDE}{save} writes the file, {enter} shows it"),
        0 => format!("{NOTHING_TO_DECIDE}{save} saves, {enter} shows it"),
        1 => format!("1 conflict · {enter} decides"),
        open => format!("{open} conflicts · {enter} decides"),
    };
    let shortest = refused.trim_end_matches(": ").to_owned();
    let whats = [long, short, shortest].into_iter().filter(|what| !what.is_empty());
    let keys = next.strip_prefix(NOTHING_TO_DECIDE).unwrap_or(&next);
    let lines = whats.map(|what| format!("{what} · {next}")).chain([next.clone()]);
    lines.into_iter().find(|line| line.width() <= room).unwrap_or_else(|| keys.to_owned())
}

/// Returns how the user enters the merge that is shown around the text.
///
/// The first press of the key that saves only says what the next one sends.
pub(crate) fn merge_entry_hint(state: &State, work: &OpenDocument, conflict: &editor::DocumentMerge) -> String {
    let [enter, save] = [Action::Enter, Action::Save].map(|action| state.hint_for(action, Context::Text));
    match conflict.open_count() {
        0 if work.previews_next_save() => format!("{save} previews the save, {enter} enters"),
        0 => format!("{save} saves it, {enter} enters"),
        _ => format!("{enter} decides"),
    }
}

/// Returns that a response ended the merge the user is in, and how to leave it.
pub(crate) fn merge_has_ended(state: &State) -> String {
    format!("this merge is over; {} goes back to your text", state.hint_for(Action::Leave, Context::Ended))
}

/// Returns that a response closed the panel the user is in, and how to leave it.
pub(crate) fn view_has_ended(state: &State) -> String {
    format!("this choice is over; {} goes back to your text", state.hint_for(Action::Leave, Context::Ended))
}

/// Returns how the user enters the panel below the text, or answers it without entering it.
pub(crate) fn panel_entry_hint(state: &State, work: &OpenDocument) -> String {
    let [enter, save] = [Action::Enter, Action::Save].map(|action| state.hint_for(action, Context::Text));
    if work.open_view() == Some(OpenedView::Required) {
        format!("{save} does it right, {enter} enters")
    } else {
        format!("{enter} decides")
    }
}

/// Returns how to read a document again after a failure.
pub(crate) fn way_to_read_again(state: &State) -> String {
    format!("{} reads it again", state.hint_for(Action::Reload, Context::Text))
}

/// Returns the spoken form of a tag: `v6` for `"v6-a2c19f03"`, and any other tag unchanged.
pub(crate) fn short_tag(etag: &EntityTag) -> String {
    let whole = etag.to_string();
    let number = whole.strip_prefix("\"v").and_then(|rest| rest.split_once('-')).map(|(number, _)| number);
    match number.filter(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(number) => format!("v{number}"),
        None => sanitize(&whole).into_owned(),
    }
}

/// Returns whether a notice has the same words for documents and for files.
const fn is_said_of_files_too(notice: &EditorNotice) -> bool {
    matches!(notice, EditorNotice::WouldSave { .. } | EditorNotice::Unavailable(_) | EditorNotice::DraftBack)
}

/// Returns the notice of the document in view, with the lines that were lost.
///
/// The lost lines come first if a save overwrote them.
///
/// Parts of the notice are foreign text that is not sanitized yet.
pub(crate) fn notice(state: &State, pane: &Pane, notice: &EditorNotice) -> String {
    let Some(work) = pane.document() else { return notice.to_string() };
    let is_open = matches!(notice, EditorNotice::ConflictsOpen(_)) && !work.is_entered();
    if state.is_files() && !is_open && !is_said_of_files_too(notice) {
        // The other notices mention versions, and who was faster.
        return file_messages::notice(state, notice).unwrap_or_default();
    }
    match notice {
        EditorNotice::Overwrote { etag, .. } => match state.lost_since(work.editor.id(), etag) {
            Some(gone) => format!("{gone}; {notice}"),
            None => notice.to_string(),
        },
        EditorNotice::Reloaded { .. } => match &work.missing {
            Some(gone) => format!("{notice}; {gone}"),
            None => notice.to_string(),
        },
        EditorNotice::ConflictsOpen(open) if !work.is_entered() => {
            let conflicts = if *open == 1 { "conflict" } else { "conflicts" };
            format!("{open} {conflicts} to decide: {}", state.hint_for(Action::Enter, Context::Text))
        }
        EditorNotice::WouldSave { lines, author, theirs, newer } => {
            let author = author.possessive();
            let what = match lines {
                None => "the result that you wrote by hand".to_owned(),
                Some(0) => format!("your text, merged with {author}"),
                Some(1) => format!("your text with 1 line of {author}"),
                Some(lines) => format!("your text with {lines} lines of {author}"),
            };
            let save = state.hint_for(Action::Save, Context::Text);
            // The key that accepts a text edited by hand is the key that saves; the command for it is different.
            let again = if state.plain.is_some() && !work.has_previewed_save() { "" } else { " again" };
            if state.is_files() {
                return format!("{what}; {save}{again} writes it to {}", file_messages::name(state));
            }
            match newer {
                None => format!("{what}; {save}{again} saves it under {}", short_tag(theirs)),
                Some(newer) => format!("{what}; {save}{again} sends it under {}; {newer}", short_tag(theirs)),
            }
        }
        EditorNotice::Refused(problem) if problem.reason == Some(Reason::Removed) => removed(state),
        EditorNotice::Refused(problem) => format!("{notice}{}", login_hint(state, problem)),
        notice => notice.to_string(),
    }
}

/// Returns the remedy if the server denied access: start the program again.
///
/// The token and the name are given when the program is started; unsaved text is still there afterwards.
fn login_hint(state: &State, problem: &Problem) -> String {
    let start = match (problem.status, &problem.reason) {
        (401, _) => "--token TOKEN",
        (403, Some(Reason::OtherName)) => "--as and that name",
        _ => return String::new(),
    };
    let kept = if is_typed_text_kept(state) { "What you typed is kept. " } else { "" };
    format!(" {kept}To get access, leave and start again with {start}.")
}

/// Returns whether there is unsaved text, and all of it is on the disk.
fn is_typed_text_kept(state: &State) -> bool {
    let is_kept = state.disk.keeps_drafts && text_in_danger(state).is_none() && !is_draft_pending(state);
    is_kept && state.documents().any(|work| work.editor.has_unsaved())
}

/// Returns that the leader has removed the user, and the key that leads back once they may.
fn removed(state: &State) -> String {
    let kept = if is_typed_text_kept(state) { "; your text is kept as a draft" } else { "" };
    let is_unsaved = state.document().is_some_and(|work| work.editor.has_unsaved());
    let (action, what) = if is_unsaved { (Action::Save, "saves it") } else { (Action::Reload, "reads the document") };
    let key = state.hint_for(action, Context::Text);
    format!("403: the leader removed you from the room{kept}. Ask the leader to let you in again, then {key} {what}")
}

/// Returns what the gate holds and how many requests wait, or `None` while it is open and empty.
pub(crate) fn gate_status(state: &State) -> Option<String> {
    let waiting = state.server.wire.traffic.gate_queue().count();
    let holds = match state.server.gate.hold {
        Some(Hold::Writes) => Some("the gate holds writes"),
        Some(Hold::All) => Some("the gate holds all requests"),
        Some(Hold::None) | None => None,
    };
    match (holds, waiting) {
        (None, 0) => None,
        (Some(holds), 0) => Some(holds.to_owned()),
        (Some(holds), 1) => Some(format!("{holds}, 1 waits")),
        (Some(holds), many) => Some(format!("{holds}, {many} wait")),
        (None, 1) => Some("1 waits at the gate".to_owned()),
        (None, many) => Some(format!("{many} wait at the gate")),
    }
}

/// Returns the keys that release all held requests, for the current focus.
pub(crate) fn gate_release_hint(state: &State) -> String {
    let key = |action, context| state.keys.label(action, context);
    let all = key(Action::ReleaseAll, Context::Wire);
    match state.people.focus {
        Focus::Wire => format!("{all} releases all"),
        Focus::Editor | Focus::Lesson => format!("{} {all} releases all", key(Action::FocusWire, Context::Text)),
    }
}

//! The rows of the table of actions, the most important first: the order of the footer and of the help.

mod lists;

use crossterm::event::KeyCode::{Down, Enter, Esc, Left, PageDown, PageUp, Right, Tab, Up};
use merge_view::action::{self, MergeBinding};
use precondition::policy::Preconditions as P;
use terminal::edit;
use terminal::key::Key;

use super::Action as A;
use super::Applies::{self, Everywhere, In};
use super::Context as C;
use super::binding::binding;
use super::context_groups::{LINE_CONTEXTS, QUESTION_CONTEXTS, QUIZ_CONTEXTS, TYPING_CONTEXTS};
use super::{Binding, RoomAction, RoomVoteAction};

/// All rows, with those of the merge view's table at their places.
pub const BINDINGS: &[Binding] = &ROWS;

static ROWS: [Binding; length(PARTS)] = joined(PARTS);

const PARTS: &[&[Binding]] =
    &[BEFORE_MERGE, &DECIDING, WHOLE_TEXTS, &WRITING, BEFORE_PANES, lists::LISTS, &PANES, AFTER_PANES];

const DECIDING: [Binding; action::DECIDING.len()] = merge_rows(action::DECIDING, In(&[C::Merge]));
const WRITING: [Binding; action::WRITING.len()] = merge_rows(action::WRITING, In(&[C::MergeText]));
const PANES: [Binding; action::PANES.len()] = merge_rows(action::PANES, In(&[C::Merge]));

const BEFORE_MERGE: &[Binding] = &[
    // The menu, and a lesson.
    binding(A::Open, "open", &[Key::plain(Enter), Key::char(' '), Key::plain(PageDown)], In(&[C::Menu]))
        .in_footer("begin", "Begins the selected lesson or free play; typing a number selects a lesson."),
    binding(A::FreePlay, "free-play", &[Key::char('f')], In(&[C::Menu]))
        .in_footer("free play", "Two editors and a server without a lesson: what happens is up to you."),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(QUIZ_CONTEXTS))
        .in_footer("answer", "Answers with the selected choice."),
    binding(A::Up, "up", &[Key::plain(Up)], In(QUIZ_CONTEXTS)).in_footer("choose", "Up by one."),
    binding(A::Down, "down", &[Key::plain(Down)], In(QUIZ_CONTEXTS)).help_only("Down by one."),
    binding(A::Answer(0), "first-answer", &[Key::char('1'), Key::char('a')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the first choice; the letters do the same as the digits."),
    binding(A::Answer(1), "second-answer", &[Key::char('2'), Key::char('b')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the second choice."),
    binding(A::Answer(2), "third-answer", &[Key::char('3'), Key::char('c')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the third choice."),
    binding(A::Answer(3), "fourth-answer", &[Key::char('4'), Key::char('d')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the fourth choice."),
    binding(A::Answer(4), "fifth-answer", &[Key::char('5'), Key::char('e')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the fifth choice."),
    binding(A::Answer(5), "sixth-answer", &[Key::char('6'), Key::char('f')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the sixth choice."),
    // The leader's question to the room.
    binding(A::Answer(0), "first-answer", &[Key::char('1')], In(&[C::RoomQuestion]))
        .in_footer("answer", "Answers with the first choice; until the counts are shown, another answer replaces it."),
    binding(A::Answer(1), "second-answer", &[Key::char('2')], In(&[C::RoomQuestion]))
        .help_only("Answers with the second choice."),
    binding(A::Answer(2), "third-answer", &[Key::char('3')], In(&[C::RoomQuestion]))
        .help_only("Answers with the third choice."),
    binding(A::Answer(3), "fourth-answer", &[Key::char('4')], In(&[C::RoomQuestion]))
        .help_only("Answers with the fourth choice."),
    binding(A::Answer(4), "fifth-answer", &[Key::char('5')], In(&[C::RoomQuestion]))
        .help_only("Answers with the fifth choice."),
    binding(A::Answer(5), "sixth-answer", &[Key::char('6')], In(&[C::RoomQuestion]))
        .help_only("Answers with the sixth choice."),
    binding(A::Enter, "enter-view", &[Key::f(9)], In(&[C::RoomQuestion])).in_footer(
        "my text",
        "Back to my text; the question stays on the screen. If the leader has asked another one: enters that one.",
    ),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::RoomQuestion]))
        .in_footer("hide", "Hides the question until its state changes, and goes back; 'enter-view' shows it again."),
    binding(A::Step, "next-step", STEP_KEYS, In(&[C::Lesson]))
        .in_footer("step", "Plays the next step of the lesson; after the last one, begins the next lesson."),
    binding(A::Step, "next-step", STEP_KEYS, In(&[C::Quiz]))
        .help_only("Gives the answer away, for a room that has discussed the question; warns at the first press."),
    binding(A::NextLesson, "next-lesson", &[Key::char('n')], In(&[C::Lesson]))
        .help_only("Begins the next lesson, once this one is over."),
    binding(A::NextEditor, "next-editor", &[Key::plain(Enter), Key::ctrl('w')], In(&[C::Level]))
        .in_footer("play", "Gives the keys to the editor; there, 'dismiss' gives them back to the level."),
    binding(A::Hint, "next-hint", &[Key::char('h')], In(&[C::Level]))
        .in_footer("hint", "Shows a hint; pressed again, the next one."),
    binding(A::Solution, "play-solution", &[Key::char('H')], In(&[C::Level])).in_footer(
        "solution",
        "Plays the solution, a step for each press; if you have done something, the level starts over first.",
    ),
    binding(A::SendOffer(0), "send-first-request", &[Key::char('1')], In(&[C::Level]))
        .in_footer("send", "Has the client send the first request that the level offers, as often as you like."),
    binding(A::SendOffer(1), "send-second-request", &[Key::char('2')], In(&[C::Level]))
        .help_only("Has the client send the second request."),
    binding(A::SendOffer(2), "send-third-request", &[Key::char('3')], In(&[C::Level]))
        .help_only("Has the client send the third request."),
    binding(A::SendOffer(3), "send-fourth-request", &[Key::char('4')], In(&[C::Level]))
        .help_only("Has the client send the fourth request."),
    binding(A::SendOffer(4), "send-fifth-request", &[Key::char('5')], In(&[C::Level]))
        .help_only("Has the client send the fifth request."),
    binding(A::SendOffer(5), "send-sixth-request", &[Key::char('6')], In(&[C::Level]))
        .help_only("Has the client send the sixth request."),
    binding(A::Up, "up", &[Key::plain(Up)], In(&[C::Level]))
        .help_only("Up by a line, if the level has more lines than rows."),
    binding(A::Down, "down", &[Key::plain(Down)], In(&[C::Level])).help_only("Down by a line."),
    binding(A::Again, "restart", &[Key::char('r')], In(&[C::Level]))
        .in_footer("again", "Starts the level over, in the state in which it began."),
    binding(A::Step, "next-step", STEP_KEYS, In(&[C::Level]))
        .in_footer("skip level", "Skips the level and tells its solution; warns at the first press."),
    binding(A::RoomVote(RoomVoteAction::Show), "show-votes", &[Key::char('s')], In(QUIZ_CONTEXTS))
        .in_footer("show votes", "Shows how the room has voted, here and on each screen; no more answers are taken."),
    binding(A::RoomVote(RoomVoteAction::VoteAgain), "vote-again", &[Key::char('v')], In(QUIZ_CONTEXTS))
        .in_footer("vote again", "Lets the room vote again; the votes so far are kept beside the new ones."),
    binding(A::RoomVote(RoomVoteAction::Reveal), "reveal-answer", &[Key::char('w')], In(QUIZ_CONTEXTS))
        .in_footer("reveal", "Reveals the right choice and why, here and on each screen, and plays the next step."),
    binding(A::Back, "previous-step", &[Key::plain(Left), Key::plain(PageUp)], In(&[C::Lesson, C::Quiz, C::Level]))
        .in_footer("back", "Goes one step back: the lesson is played again up to the previous step."),
    binding(A::Again, "restart", &[Key::char('r')], In(&[C::Lesson, C::Quiz]))
        .in_footer("again", "Plays the lesson from its beginning, without what was done by hand."),
    binding(A::ComparePolicies, "compare-policies", &[Key::char('t')], In(&[C::Lesson, C::Quiz]))
        .in_footer("policies", "Shows the same order of events under all three policies, side by side."),
    binding(A::Faster, "faster", &[Key::char('+'), Key::char('=')], In(&[C::Lesson, C::Quiz]))
        .in_footer("faster", "Plays the lesson by itself, or faster. A question always waits for an answer."),
    binding(A::Slower, "slower", &[Key::char('-')], In(&[C::Lesson, C::Quiz]))
        .help_only("Plays the lesson more slowly, or by hand again."),
    binding(A::LeaveLesson, "leave-lesson", &[Key::plain(Esc)], In(&[C::Lesson, C::Quiz, C::Level]))
        .in_footer("lessons", "To the menu; from a question that was entered from a text, back to that text."),
    binding(
        A::ReplayUnder(P::Ignored),
        "replay-with-preconditions-ignored",
        &[Key::char('i')],
        In(&[C::PolicyComparison]),
    )
    .in_footer("replay ignored", "Plays the lesson again with preconditions ignored: the last write wins."),
    binding(
        A::ReplayUnder(P::Optional),
        "replay-with-preconditions-optional",
        &[Key::char('o')],
        In(&[C::PolicyComparison]),
    )
    .in_footer("optional", "Plays the lesson again with preconditions optional: a save without one is unchecked."),
    binding(
        A::ReplayUnder(P::Required),
        "replay-with-preconditions-required",
        &[Key::char('r')],
        In(&[C::PolicyComparison]),
    )
    .in_footer("required", "Plays the lesson again with preconditions required: each write names what it replaces."),
    // The answers to a panel over the text come first: nothing else is available while it has the focus.
    binding(A::RetryWithPrecondition, "save-with-precondition", &[Key::plain(Enter)], In(&[C::Required]))
        .in_footer("do it right", "Sends the same save again, now with If-Match: it names the version it replaces."),
    binding(A::CreateAgain, "create-again", &[Key::char('c')], In(&[C::Deleted]))
        .in_footer("create again", "Creates a new document with my text: PUT with If-None-Match: *."),
    binding(A::DiscardMine, "discard-mine", &[Key::char('d')], In(&[C::Deleted]))
        .in_footer("delete mine too", "Discards my text, after asking if it is unsaved; the document stays deleted."),
    binding(A::Leave, "leave-view", &[Key::plain(Esc)], In(&[C::Required, C::Deleted, C::Ended]))
        .in_footer("my text", "Back to my text; nothing is lost and nothing is sent."),
    binding(A::Dismiss, "dismiss", &[Key::plain(Esc)], In(&[C::Text]))
        .help_only("Folds a view that opened by itself to one line; pressed again, dismisses the last notice."),
    // The drafts of a document that is being opened.
    binding(A::Up, "up", &[Key::plain(Up)], In(&[C::Drafts])).in_footer("choose", "Selects the draft above."),
    binding(A::Down, "down", &[Key::plain(Down)], In(&[C::Drafts])).help_only("Selects the draft below."),
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Drafts, C::Draft]))
        .in_footer("go on with it", "Goes on with this draft: its text becomes my unsaved text."),
    binding(A::StartWithout, "start-without", &[Key::plain(Esc)], In(&[C::Drafts])).in_footer(
        "start without",
        "Opens the document as the server has it; the drafts are kept, and offered again next time.",
    ),
    binding(A::LookAtDraft, "show-draft", &[Key::char('v')], In(&[C::Drafts]))
        .in_footer("look", "Shows the whole draft."),
    binding(A::DiscardDraft, "discard-draft", &[Key::char('d')], In(&[C::Drafts, C::Draft]))
        .in_footer("discard", "Deletes this draft, after asking."),
    // Questions.
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Question, C::Overwrite]))
        .in_footer("yes", "Answers yes."),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::EndServer]))
        .in_footer("end it", "Ends the server and this screen."),
    binding(A::Room(RoomAction::SaveSession), "save-session", &[Key::char('s')], In(&[C::EndServer])).in_footer(
        "save first",
        "Saves the session in a new folder: what everyone sent, the versions, the questions and the people.",
    ),
    binding(A::Confirm, "confirm", &[Key::char('s')], In(&[C::Unsaved]))
        .in_footer("save and leave", "Saves unsaved text, and leaves once the server has it."),
    binding(A::Abandon, "leave-without-saving", &[Key::char('l')], In(&[C::Unsaved]))
        .in_footer("leave", "Leaves without saving."),
    binding(A::KeepAs, "write-unsaved-to-file", &[Key::char('f')], In(&[C::Unsaved]))
        .in_footer("file", "Writes the unsaved text to a new file; its path can be changed first."),
    binding(A::CopyOut, "copy-to-clipboard", &[Key::char('c')], In(&[C::Unsaved])).in_footer(
        "clipboard",
        "Sends the unsaved text to the terminal's clipboard (OSC 52), which not every terminal supports.",
    ),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Path]))
        .in_footer("write", "Writes the text to a new file at this path."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Path])).in_footer("back", "Writes nothing."),
    // The palette.
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Palette]))
        .in_footer("do it", "Carries out the selected action."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Palette])).in_footer("back", "Back; nothing is done."),
    binding(A::Up, "up", &[Key::plain(Up)], In(&[C::Palette])).in_footer("choose", "Selects the action above."),
    binding(A::Down, "down", &[Key::plain(Down)], In(&[C::Palette])).help_only("Selects the action below."),
    binding(A::PageUp, "page-up", &[Key::plain(PageUp)], In(&[C::Palette])).help_only("Up by a screen."),
    binding(A::PageDown, "page-down", &[Key::plain(PageDown)], In(&[C::Palette])).help_only("Down by a screen."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Question, C::EndServer, C::Unsaved, C::Overwrite]))
        .in_footer("stay", "Changes nothing."),
    // The merge.
];

/// The rows that write or send a whole text, in and beside a merge.
const WHOLE_TEXTS: &[Binding] = &[
    binding(A::ExportMine, "write-mine-to-file", &[Key::char('k'), Key::alt('k')], In(&[C::Merge, C::Deleted]))
        .help_only("Writes my text, as it was before the merge, to a new file in this folder."),
    binding(A::ExportMine, "write-mine-to-file", &[Key::alt('k')], In(&[C::Text, C::MergeText, C::Ended]))
        .help_only("Writes my text to a new file in this folder."),
    binding(A::WriteElsewhere, "write-result-to-file", &[Key::ctrl('o')], In(&[C::Text, C::Merge]))
        .help_only("Writes the result to a new file instead; the file to be merged stays unchanged."),
    binding(A::OverwriteTheirs, "overwrite-theirs", &[Key::char('O')], In(&[C::Merge]))
        .help_only("Shows what saving mine over theirs would lose, and asks."),
];

const BEFORE_PANES: &[Binding] = &[
    binding(A::ClearLine, "clear-line", &[edit::CLEAR_LINE], In(LINE_CONTEXTS)).help_only("Clears the line."),
    binding(A::ToggleWrap, "toggle-wrap", &[Key::char('z'), Key::alt('z')], In(&[C::Merge]))
        .help_only("Wraps long lines at the edge of their panes, or shows each line in one row."),
    binding(A::Close, "close", &[action::LEAVE_KEY], In(&[C::MergeText]))
        .in_footer("leave it", "Back to the merge without using the edit, which is kept: editing the result again continues it."),
    // The text and the merge.
    binding(A::Save, "save", &[Key::ctrl('s')], In(&[C::Text]))
        .in_footer("save", "Saves: PUT with If-Match, so that it replaces the version I started from and no other."),
    binding(A::Save, "save", &[Key::ctrl('s')], In(&[C::Merge]))
        .in_footer("save", "Saves the result: PUT with the new ETag in If-Match. Refused while conflicts are open."),
    binding(A::Save, "save", &[Key::ctrl('s')], In(&[C::Required, C::Deleted, C::Ended]))
        .help_only("Saves; after a 428, with If-Match. After a delete, nothing is sent."),
    binding(A::SaveUnconditionally, "save-unconditionally", &[Key::f(6)], In(&[C::Text]))
        .in_footer("unchecked save", "Saves without a condition: PUT without If-Match. See what the server says."),
    binding(A::Leave, "leave-view", &[Key::plain(Esc)], In(&[C::Merge]))
        .in_footer("my text", "Back to my text: nothing is lost, and the merge stays."),
    binding(A::Enter, "enter-view", &[Key::f(9)], In(&[C::Text])).in_footer(
        "decide",
        "Enters what opened by itself: the merge, the 428, the choice after a delete, a lesson's or leader's question.",
    ),
    binding(A::Enter, "enter-view", &[Key::f(9)], In(&[C::Merge, C::Required, C::Deleted, C::Ended]))
        .help_only("Enters the view that is open now, or the leader's question."),
    binding(A::NextEditor, "next-editor", &[Key::ctrl('w')], Everywhere)
        .in_footer("other editor", "Gives the keys to the other editor."),
    binding(A::Reload, "reload", &[Key::f(5)], In(&[C::Text, C::Merge]))
        .in_footer("reload", "GET again, with If-None-Match; edited text is merged, never dropped."),
    binding(A::Follow, "follow", &[Key::alt('l')], In(&[C::Text]))
        .help_only("Follows saves: while this text has no edits, each save by someone else appears in it by itself."),
    binding(A::Policy, "switch-policy", &[Key::f(7)], Everywhere)
        .in_footer("policy", "Switches the server's policy on preconditions: required, optional, ignored."),
    binding(
        A::Documents,
        "show-documents",
        &[Key::f(2)],
        In(&[C::Text, C::Wire, C::Merge, C::MergeText, C::Required, C::Deleted, C::Ended]),
    )
    .in_footer("documents", "Shows the documents: choose one, or name a new one."),
    binding(
        A::OpenLeadersDocument,
        "open-leaders-document",
        &[Key::alt('o')],
        In(&[C::Text, C::Wire, C::Merge, C::MergeText, C::Required, C::Deleted, C::Ended, C::Documents]),
    )
    .in_footer("leader's document", "Opens the document that the leader opened for all; the text in view stays open."),
    binding(
        A::Versions,
        "show-versions",
        &[Key::f(3)],
        In(&[C::Text, C::Wire, C::Merge, C::MergeText, C::Required, C::Deleted, C::Ended]),
    )
    .in_footer("versions", "Shows every version of this document: its author, its base, and what was lost."),
    binding(A::Versions, "show-versions", &[Key::f(3)], In(&[C::Documents]))
        .in_footer("versions", "Shows every version of the selected document, also of one that was deleted."),
    binding(A::EditTitle, "edit-title", &[Key::ctrl('t')], In(&[C::Text])).help_only(
        "Changes the title of this document. It is part of my text: the next save sends it, and undo takes it back.",
    ),
    binding(A::EditParent, "edit-parent", &[Key::alt('t')], In(&[C::Text])).help_only(
        "Changes the parent of this document, by its id. It is part of my text, as the title is.",
    ),
    binding(A::Delete, "delete", &[Key::f(8)], In(&[C::Text]))
        .help_only("Deletes this document, after asking: DELETE with If-Match."),
    // Typing.
    binding(A::Undo, "undo", &[edit::UNDO], In(TYPING_CONTEXTS)).help_only("Undoes the last change."),
    binding(A::Redo, "redo", &[edit::REDO], In(TYPING_CONTEXTS)).help_only("Redoes the last undone change."),
    binding(A::Cut, "cut", &[edit::CUT], In(TYPING_CONTEXTS)).help_only("Cuts the selection."),
    binding(A::Copy, "copy", &[edit::COPY], In(TYPING_CONTEXTS))
        .help_only("Copies the selection (Shift with the arrows selects)."),
    binding(A::Paste, "paste", &[edit::PASTE], In(TYPING_CONTEXTS))
        .help_only("Pastes the text that was cut or copied last."),
    binding(A::SelectAll, "select-all", &[edit::SELECT_ALL], In(TYPING_CONTEXTS))
        .help_only("Selects the whole text."),
    binding(A::Indent, "indent", &[edit::INDENT], In(&[C::Text, C::MergeText])).help_only(
        "Indents the selected lines by what the text is indented by; without a selection, inserts a tab or spaces.",
    ),
    binding(A::Unindent, "unindent", &[edit::UNINDENT], In(&[C::Text, C::MergeText]))
        .help_only("Unindents the selected lines, or the line of the cursor."),
    binding(A::MoveLinesUp, "move-lines-up", &[edit::MOVE_LINES_UP], In(&[C::Text, C::MergeText]))
        .help_only("Moves the selected lines, or the line of the cursor, above the line above."),
    binding(A::MoveLinesDown, "move-lines-down", &[edit::MOVE_LINES_DOWN], In(&[C::Text, C::MergeText]))
        .help_only("Moves the selected lines, or the line of the cursor, below the line below."),
    binding(A::DuplicateLines, "duplicate-lines", &[edit::DUPLICATE_LINES], In(&[C::Text, C::MergeText]))
        .help_only("Duplicates the selected lines, or the line of the cursor."),
    binding(A::DeleteLines, "delete-lines", &[edit::DELETE_LINES], In(&[C::Text, C::MergeText]))
        .help_only("Deletes the selected lines, or the line of the cursor."),
    binding(A::JoinLines, "join-lines", &[edit::JOIN_LINES], In(&[C::Text, C::MergeText]))
        .help_only("Joins the selected lines, or the line of the cursor and the next, with one blank between them."),
    binding(A::ToggleWrap, "toggle-wrap", &[Key::alt('z')], In(&[C::Text, C::MergeText]))
        .help_only("Wraps long lines at the edge of the text, or shows each line in one row."),
    binding(A::Find, "find", &[Key::ctrl('f')], In(&[C::Text, C::Find, C::Replace]))
        .help_only("Finds words in the text, in any case, or a regular expression."),
    binding(A::Replace, "replace", &[Key::ctrl('r')], In(&[C::Text, C::Find, C::Replace]))
        .help_only("Finds words in the text and replaces them: one by one with a preview, or all at once."),
    binding(A::FindNext, "find-next", &[Key::alt('n')], In(&[C::Text]))
        .help_only("Selects the next match of the last search."),
    binding(A::FindPrevious, "find-previous", &[Key::alt('p')], In(&[C::Text]))
        .help_only("Selects the previous match of the last search."),
    binding(A::GoToLine, "go-to-line", &[Key::alt('g')], In(&[C::Text])).help_only("Goes to a line by its number."),
    // Changes against the base.
    binding(A::ShowChange, "show-change", &[Key::alt('h')], In(&[C::Text])).in_footer(
        "change",
        "Shows the change at the cursor: the base's lines beside mine and, if someone else changed them, beside theirs.",
    ),
    binding(A::RevertChange, "revert-change", &[Key::alt('u')], In(&[C::Text]))
        .help_only("Takes the change at the cursor back: the lines of the base return, as one step that can be undone."),
    binding(A::NextChangedLine, "next-changed-line", &[Key::alt('.')], In(&[C::Text]))
        .help_only("Goes to the next change, mine or someone else's; after the last one, to the first."),
    binding(A::PreviousChangedLine, "previous-changed-line", &[Key::alt(',')], In(&[C::Text]))
        .help_only("Goes to the previous change, mine or someone else's; before the first one, to the last."),
    binding(A::MarkOthers, "mark-changes-of-others", &[], In(&[C::Text])).help_only(
        "Reads newer versions in the background, to mark the lines that others changed before I save; again: does not.",
    ),
    binding(A::RevertChange, "revert-change", &[Key::char('r')], In(&[C::Change]))
        .in_footer("revert", "Takes this change back: the lines of the base return, as one step that can be undone."),
    binding(A::NextChangedLine, "next-changed-line", &[Key::char('n')], In(&[C::Change]))
        .in_footer("next", "Shows the next change; after the last one, the first."),
    binding(A::PreviousChangedLine, "previous-changed-line", &[Key::char('p')], In(&[C::Change]))
        .in_footer("previous", "Shows the previous change; before the first one, the last."),
    // Finding and replacing.
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Find]))
        .in_footer("next", "Selects the next match; after the last one, the first."),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Replace]))
        .in_footer("replace", "Replaces the selected match, and selects the next one."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Find, C::Replace, C::GoToLine]))
        .in_footer("back", "Back to the text, at the match that is selected."),
    binding(A::ReplaceAll, "replace-all", &[Key::alt('a')], In(&[C::Replace]))
        .in_footer("all", "Replaces all matches, as one step that can be undone."),
    binding(A::Up, "up", &[Key::plain(Up)], In(&[C::Find, C::Replace])).in_footer("other match", "The previous match."),
    binding(A::Down, "down", &[Key::plain(Down)], In(&[C::Find, C::Replace])).help_only("The next match."),
    binding(A::SwitchInput, "switch-input", &[Key::plain(Tab)], In(&[C::Find, C::Replace]))
        .in_footer("replacement", "Gives the keys to the replacement, or back to what is searched for."),
    binding(A::ToggleCase, "toggle-case", &[Key::alt('c')], In(&[C::Find, C::Replace]))
        .in_footer("case", "Finds exact case, or any case."),
    binding(A::ToggleWholeWord, "toggle-whole-word", &[Key::alt('w')], In(&[C::Find, C::Replace]))
        .in_footer("whole words", "Finds whole words only, or words within others too."),
    binding(A::ToggleRegex, "toggle-regex", &[Key::alt('r')], In(&[C::Find, C::Replace])).in_footer(
        "regex",
        "Finds a regular expression, or words. In its replacement, $1 is what the first group matched.",
    ),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::GoToLine]))
        .in_footer("go", "Goes to the line with this number, or to the last line."),
];

const AFTER_PANES: &[Binding] = &[
    // The wire panel, and the keys that work everywhere.
    binding(
        A::FocusWire,
        "focus-wire",
        &[Key::alt('w')],
        In(&[C::Text, C::Merge, C::Required, C::Deleted, C::Ended, C::Wire, C::Lesson, C::Quiz, C::Level]),
    )
    .in_footer("wire", "Gives the keys to the wire panel, or back."),
    binding(A::Enter, "enter-view", &[Key::f(9)], In(QUESTION_CONTEXTS)).help_only("Enters the leader's question."),
    binding(A::ToggleWire, "toggle-wire", &[Key::f(4)], Everywhere)
        .in_footer("wire", "Shows the wire panel as a list, then as a sequence diagram, then hides it."),
    binding(A::FirstEditor, "focus-first-editor", &[Key::alt('1')], Everywhere)
        .help_only("Gives the keys to the first editor."),
    binding(A::SecondEditor, "focus-second-editor", &[Key::alt('2')], Everywhere)
        .help_only("Gives the keys to the second editor."),
    binding(A::ThirdEditor, "focus-third-editor", &[Key::alt('3')], Everywhere)
        .help_only("Gives the keys to the third editor."),
    binding(A::FourthEditor, "focus-fourth-editor", &[Key::alt('4')], Everywhere)
        .help_only("Gives the keys to the fourth editor."),
    binding(A::Menu, "show-lessons", &[Key::f(10)], Everywhere).in_footer("lessons", "To the menu of lessons."),
    binding(
        A::Help,
        "show-help",
        &[Key::f(1), Key::ctrl('g'), Key::char('?')],
        In(&[C::Menu, C::Lesson, C::Quiz, C::Level]),
    )
    .in_footer("help", "Shows the keys that work here."),
    binding(A::Help, "show-help", &[Key::f(1), Key::ctrl('g')], Everywhere)
        .in_footer("help", "Shows the keys that work here."),
    binding(A::Palette, "show-actions", &[Key::ctrl('p')], Everywhere)
        .in_footer("actions", "Lists every action by name, with its keys or why it is off, and carries one out."),
    binding(A::Suspend, "suspend", &[], Everywhere)
        .help_only("Suspends this program and returns to the shell; there, fg continues it."),
    binding(A::Theme, "theme", &[], Everywhere)
        .help_only("Switches the colours: for the background that the terminal reports, a light one, or a dark one."),
    binding(A::Redraw, "redraw", &[Key::ctrl('l')], Everywhere)
        .help_only("Draws the whole screen again, after another program has written on it."),
    binding(A::Quit, "quit", &[Key::ctrl('q')], Everywhere).in_footer("quit", "Leaves; asks if something is unsaved."),
];

/// The keys that a presenter's clicker sends, and other keys that are easy to find.
const STEP_KEYS: &[Key] = &[Key::char(' '), Key::plain(Right), Key::plain(PageDown), Key::char('.')];

/// Returns the number of rows in all parts of the table.
const fn length(parts: &[&[Binding]]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < parts.len() {
        count += parts[at].len();
        at += 1;
    }
    count
}

/// Returns the rows of all parts of the table, in order.
const fn joined<const N: usize>(parts: &[&[Binding]]) -> [Binding; N] {
    let mut rows = [parts[0][0]; N];
    let (mut count, mut at) = (0, 0);
    while at < parts.len() {
        let mut row = 0;
        while row < parts[at].len() {
            rows[count] = parts[at][row];
            (count, row) = (count + 1, row + 1);
        }
        at += 1;
    }
    rows
}

/// Returns rows of the merge view's table as rows of this table.
const fn merge_rows<const N: usize>(of: &[MergeBinding], applies: Applies) -> [Binding; N] {
    let mut rows = [binding(A::Help, "", &[], applies); N];
    let mut at = 0;
    while at < N {
        let MergeBinding { action, name, keys, hint, help } = of[at];
        rows[at] = Binding { action: A::Merge(action), name, default_keys: keys, applies, hint, help };
        at += 1;
    }
    rows
}

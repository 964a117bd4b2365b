//! The rows. Their order is the order of the footer and of the help: what matters most in a place stands first.

use crossterm::event::KeyCode::{Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};

use super::Action as A;
use super::Applies::{Everywhere, In};
use super::Context as C;
use super::Row;
use crate::key::Key;
use precondition::policy::Preconditions as P;

/// Everything that can be done.
pub const TABLE: &[Row] = &[
    // The menu, and a lesson.
    row(A::Open, "open", &[Key::plain(Enter)], In(&[C::Menu]))
        .shown("begin", "Begins what is chosen; a number that is typed chooses that lesson."),
    row(A::FreePlay, "free play", &[Key::char('f')], In(&[C::Menu]))
        .shown("free play", "Two editors and a server, and no lesson: what happens is up to you."),
    row(A::Confirm, "confirm", &[Key::plain(Enter)], In(ASKED)).shown("answer", "Answers with the marked choice."),
    row(A::Up, "up", &[Key::plain(Up)], In(ASKED)).shown("choose", "Up by one."),
    row(A::Down, "down", &[Key::plain(Down)], In(ASKED)).silent("Down by one."),
    row(A::Answer(0), "first answer", &[Key::char('1'), Key::char('a')], In(ASKED))
        .silent("Answers with the first choice; the letters do the same as the digits."),
    row(A::Answer(1), "second answer", &[Key::char('2'), Key::char('b')], In(ASKED))
        .silent("Answers with the second choice."),
    row(A::Answer(2), "third answer", &[Key::char('3'), Key::char('c')], In(ASKED))
        .silent("Answers with the third choice."),
    row(A::Answer(3), "fourth answer", &[Key::char('4'), Key::char('d')], In(ASKED))
        .silent("Answers with the fourth choice."),
    row(A::Answer(4), "fifth answer", &[Key::char('5'), Key::char('e')], In(ASKED))
        .silent("Answers with the fifth choice."),
    row(A::Answer(5), "sixth answer", &[Key::char('6'), Key::char('f')], In(ASKED))
        .silent("Answers with the sixth choice."),
    row(A::Step, "step", STEP, In(&[C::Lesson])).shown("step", "The next step of the lesson."),
    row(A::Step, "step", STEP, In(&[C::Asked]))
        .silent("Says what it does first: it gives the answer away, for a room that has talked about it."),
    row(A::NextLesson, "next lesson", &[Key::char('n')], In(&[C::Lesson]))
        .shown("next lesson", "Begins the lesson after this one, once this one is over."),
    row(A::Back, "step back", &[Key::plain(Left), Key::plain(PageUp)], In(&[C::Lesson, C::Asked]))
        .shown("back", "One step back: the lesson is played anew, up to the step before."),
    row(A::Again, "run again", &[Key::char('r')], In(&[C::Lesson, C::Asked]))
        .shown("again", "The lesson from its beginning; what was done by hand is gone."),
    row(A::Takes, "other takes", &[Key::char('t')], In(&[C::Lesson, C::Asked]))
        .shown("policies", "The same order of events under all three policies, side by side."),
    row(A::Faster, "faster", &[Key::char('+'), Key::char('=')], In(&[C::Lesson, C::Asked]))
        .shown("faster", "The lesson goes on by itself, or faster. A question always waits."),
    row(A::Slower, "slower", &[Key::char('-')], In(&[C::Lesson, C::Asked]))
        .silent("The lesson goes on slower, or again by hand."),
    row(A::LeaveLesson, "leave the lesson", &[Key::plain(Esc)], In(&[C::Lesson, C::Asked]))
        .shown("lessons", "To the menu; after a question that was entered from a text, back to that text."),
    row(A::Take(P::Ignored), "take it ignored", &[Key::char('i')], In(&[C::Takes]))
        .shown("play it ignored", "Plays the lesson again where the last write wins."),
    row(A::Take(P::Optional), "take it optional", &[Key::char('o')], In(&[C::Takes]))
        .shown("optional", "Plays the lesson again where a precondition is judged if there is one."),
    row(A::Take(P::Required), "take it required", &[Key::char('r')], In(&[C::Takes]))
        .shown("required", "Plays the lesson again where every write has to name what it replaces."),
    // What a panel in front of the text asks, first: nothing else is at hand while it is there.
    row(A::DoItRight, "do it right", &[Key::plain(Enter)], In(&[C::Required]))
        .shown("do it right", "Sends the same save again, now with If-Match, so that it names what it replaces."),
    row(A::CreateAgain, "create again", &[Key::char('c')], In(&[C::Deleted]))
        .shown("create again", "Makes a new document with my text: PUT with If-None-Match: *."),
    row(A::DeleteMineToo, "delete mine too", &[Key::char('d')], In(&[C::Deleted]))
        .shown("delete mine too", "Gives my text up, after asking where it is unsaved: the document stays deleted."),
    row(A::Leave, "back to my text", &[Key::plain(Esc)], In(&[C::Required, C::Deleted, C::Ended]))
        .shown("my text", "Back to my text; nothing is lost and nothing is sent."),
    row(A::Dismiss, "dismiss", &[Key::plain(Esc)], In(&[C::Text]))
        .silent("Folds what opened by itself to a line; once more puts the last notice away."),
    // The drafts of a document that is being opened.
    row(A::Up, "up", &[Key::plain(Up)], In(&[C::Drafts])).shown("choose", "Selects the draft above."),
    row(A::Down, "down", &[Key::plain(Down)], In(&[C::Drafts])).silent("Selects the draft below."),
    row(A::Open, "open", &[Key::plain(Enter)], In(&[C::Drafts, C::Draft]))
        .shown("go on with it", "Goes on with this draft: its text is mine again, and not saved yet."),
    row(A::StartWithout, "start without", &[Key::plain(Esc)], In(&[C::Drafts])).shown(
        "start without",
        "Opens the document as the server has it; the drafts stay, and are offered the next time.",
    ),
    row(A::LookAtDraft, "look at the draft", &[Key::char('v')], In(&[C::Drafts]))
        .shown("look", "Shows the draft whole."),
    row(A::DiscardDraft, "discard the draft", &[Key::char('d')], In(&[C::Drafts, C::Draft]))
        .shown("discard", "Deletes this draft, after asking."),
    // Questions.
    row(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Question, C::Bury])).shown("yes", "Does it."),
    row(A::Confirm, "confirm", &[Key::char('s')], In(&[C::Unsaved]))
        .shown("save and leave", "Saves what is unsaved, and leaves once the server has it."),
    row(A::Abandon, "abandon", &[Key::char('l')], In(&[C::Unsaved])).shown("leave", "Leaves without saving."),
    row(A::KeepAs, "write a file", &[Key::char('f')], In(&[C::Unsaved]))
        .shown("file", "Writes the unsaved text into a new file; its path can be changed first."),
    row(A::CopyOut, "copy out", &[Key::char('c')], In(&[C::Unsaved])).shown(
        "clipboard",
        "Sends the unsaved text to the terminal for its clipboard (OSC 52); not every terminal takes it.",
    ),
    row(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Path]))
        .shown("write", "Writes the text into a new file at this path."),
    row(A::Close, "close", &[Key::plain(Esc)], In(&[C::Path])).shown("back", "Writes nothing."),
    row(A::Close, "close", &[Key::plain(Esc)], In(&[C::Question, C::Unsaved, C::Bury]))
        .shown("stay", "Changes nothing."),
    // The merge.
    row(A::NextConflict, "next conflict", &[Key::char('n')], In(&[C::Merge]))
        .shown("next", "To the next open conflict."),
    row(A::PreviousConflict, "previous conflict", &[Key::char('p')], In(&[C::Merge]))
        .silent("To the open conflict before."),
    row(A::TakeMine, "take mine", &[Key::char('m')], In(&[C::Merge]))
        .shown("mine", "Takes mine; once more makes it undecided."),
    row(A::TakeTheirs, "take theirs", &[Key::char('t')], In(&[C::Merge]))
        .shown("theirs", "Takes theirs; once more makes it undecided."),
    row(A::TakeBothMineFirst, "take both, mine first", &[Key::char('b')], In(&[C::Merge]))
        .shown("both", "Takes both, mine first."),
    row(A::TakeBothTheirsFirst, "take both, theirs first", &[Key::char('B')], In(&[C::Merge]))
        .silent("Takes both, theirs first."),
    row(A::TakeBase, "take base", &[Key::char('o')], In(&[C::Merge])).shown("base", "Takes the base: neither change."),
    row(A::EditResult, "edit the result", &[Key::char('e')], In(&[C::Merge]))
        .shown("by hand", "Writes the result of this one by hand."),
    row(A::TakeAllMine, "take mine for all", &[Key::char('M')], In(&[C::Merge]))
        .silent("Takes mine for every conflict that is open, in one step."),
    row(A::TakeAllTheirs, "take theirs for all", &[Key::char('T')], In(&[C::Merge]))
        .silent("Takes theirs for every conflict that is open, in one step."),
    row(A::UndoDecision, "undo a decision", &[Key::char('u')], In(&[C::Merge]))
        .shown("undo", "Takes back the last decision."),
    row(A::RedoDecision, "redo a decision", &[Key::char('U')], In(&[C::Merge]))
        .silent("Decides again what was taken back."),
    row(A::NextChange, "next change", &[Key::char('N')], In(&[C::Merge]))
        .silent("To the next change, settled ones too."),
    row(A::PreviousChange, "previous change", &[Key::char('P')], In(&[C::Merge]))
        .silent("To the change before, settled ones too."),
    row(A::ToggleSettled, "take settled changes", &[Key::char('a')], In(&[C::Merge]))
        .silent("Leaves out all changes that are in no conflict; once more takes them in again."),
    row(A::EditWhole, "edit the whole result", &[Key::char('E')], In(&[C::Merge]))
        .silent("Writes the whole result by hand, as a text like any other."),
    row(A::TakeSuggestion, "take the suggestion", &[Key::char('s')], In(&[C::Merge]))
        .silent("Takes what is suggested for this conflict, where it is shown in the result."),
    row(A::TakeAllSuggestions, "take all suggestions", &[Key::char('S')], In(&[C::Merge]))
        .silent("Takes every suggestion, after saying how many there are."),
    row(A::DecideBlanks, "decide the blanks", &[Key::char('w')], In(&[C::Merge]))
        .silent("Takes mine wherever the sides differ in blanks alone; again: theirs; once more: undecided."),
    row(A::NextFormat, "next format", &[Key::char('F')], In(&[C::Merge]))
        .silent("Takes the other side's line ends, or its end of the text, where the sides differ there."),
    row(A::GoOn, "go on by itself", &[Key::char('f')], In(&[C::Merge]))
        .silent("Goes on to the next open conflict after each decision, or stays where it is."),
    row(A::KeepMine, "keep mine as a file", &[Key::char('k'), Key::alt('k')], In(&[C::Merge, C::Deleted]))
        .silent("Writes my text, as it was before the merge, into a new file in this folder."),
    row(A::KeepMine, "keep mine as a file", &[Key::alt('k')], In(&[C::Text, C::MergeText, C::Ended]))
        .silent("Writes my text into a new file in this folder."),
    row(A::WriteElsewhere, "write to another file", &[Key::ctrl('o')], In(&[C::Text, C::Merge]))
        .silent("Writes the result to a new file; the file that it was meant for stays as it is."),
    row(A::OverwriteTheirs, "overwrite theirs", &[Key::char('O')], In(&[C::Merge]))
        .silent("Shows what saving mine over theirs would bury, and asks."),
    row(A::AcceptEdit, "accept the edit", &[Key::ctrl('s')], In(&[C::MergeText]))
        .shown("take it", "Takes over what was written by hand; it can be undone with u."),
    row(A::Close, "close", &[Key::plain(Esc)], In(&[C::MergeText]))
        .shown("leave it", "Back to the merge without taking over what was written; it comes back with e."),
    // Both in the text and in the merge.
    row(A::Save, "save", &[Key::ctrl('s')], In(&[C::Text]))
        .shown("save", "Saves: PUT with If-Match, so that it replaces the version I started from and no other."),
    row(A::Save, "save", &[Key::ctrl('s')], In(&[C::Merge]))
        .shown("save", "Saves the result: PUT with the new ETag. Refused while conflicts are open."),
    row(A::Save, "save", &[Key::ctrl('s')], In(&[C::Required, C::Deleted, C::Ended]))
        .silent("Saves, as everywhere: after a 428 with If-Match. After a delete it sends nothing."),
    row(A::SaveCarelessly, "save carelessly", &[Key::f(6)], In(&[C::Text]))
        .shown("careless save", "Saves carelessly: PUT without a precondition. See what the server says."),
    row(A::Leave, "back to my text", &[Key::plain(Esc)], In(&[C::Merge]))
        .shown("my text", "Back to my text: nothing is lost, and the merge stays."),
    row(A::Enter, "enter", &[Key::f(9)], In(&[C::Text])).shown(
        "decide",
        "Enters what opened by itself: the merge, the 428, the choice after a delete, a lesson's question.",
    ),
    row(A::Enter, "enter", &[Key::f(9)], In(&[C::Merge, C::Required, C::Deleted, C::Ended]))
        .silent("Enters what is open now."),
    row(A::NextEditor, "next editor", &[Key::ctrl('w')], Everywhere)
        .shown("other editor", "Gives the keys to the other editor."),
    row(A::Reload, "reload", &[Key::f(5)], In(&[C::Text, C::Merge]))
        .shown("reload", "GET again, with If-None-Match; edited text is merged, never dropped."),
    row(A::Policy, "policy", &[Key::f(7)], Everywhere)
        .shown("policy", "Switches what the server insists on: required, optional, ignored."),
    row(
        A::Documents,
        "documents",
        &[Key::f(2)],
        In(&[C::Text, C::Wire, C::Merge, C::MergeText, C::Required, C::Deleted, C::Ended]),
    )
    .shown("documents", "Shows the documents: choose one, or name a new one."),
    row(
        A::Versions,
        "versions",
        &[Key::f(3)],
        In(&[C::Text, C::Wire, C::Merge, C::MergeText, C::Required, C::Deleted, C::Ended]),
    )
    .shown("versions", "Shows every version of this document: who wrote it, on which base, and what was lost."),
    row(A::Delete, "delete", &[Key::f(8)], In(&[C::Text]))
        .silent("Deletes this document, after asking: DELETE with If-Match."),
    // Typing.
    row(A::Undo, "undo", &[Key::ctrl('z')], In(&[C::Text, C::MergeText])).silent("Takes back the last change."),
    row(A::Redo, "redo", &[Key::ctrl('y')], In(&[C::Text, C::MergeText])).silent("Makes it again."),
    row(A::Cut, "cut", &[Key::ctrl('x')], In(&[C::Text, C::MergeText])).silent("Cuts what is selected."),
    row(A::Copy, "copy", &[Key::ctrl('c')], In(&[C::Text, C::MergeText]))
        .silent("Copies what is selected (Shift with the arrows selects)."),
    row(A::Paste, "paste", &[Key::ctrl('v')], In(&[C::Text, C::MergeText])).silent("Pastes what was cut or copied."),
    row(A::SelectAll, "select all", &[Key::ctrl('a')], In(&[C::Text, C::MergeText])).silent("Selects the whole text."),
    // Lists and what is longer than the screen.
    row(A::Open, "open", &[Key::plain(Enter)], In(&[C::Wire]))
        .shown("open", "Opens the exchange whole: request and response as they were sent."),
    row(A::Open, "open", &[Key::plain(Enter)], In(&[C::Documents]))
        .shown("open", "Opens the document, or creates the one that was named."),
    row(A::Close, "close", &[Key::plain(Esc)], In(&[C::Wire]))
        .shown("back", "Shows all exchanges again where a filter is on; else back."),
    row(A::LetGo, "let go", &[Key::char('a')], In(&[C::Wire]))
        .shown("let go", "Lets the selected request go on that is held: the server judges it now."),
    row(A::LetAllGo, "let all go", &[Key::char('A')], In(&[C::Wire]))
        .shown("all", "Lets all go on, each after the answer to the one before: the marked in order, then the others."),
    row(A::Mark, "mark", &[Key::char('m')], In(&[C::Wire]))
        .shown("mark", "Marks what is held as the next in the order in which A lets it go; again: takes the mark off."),
    row(A::Hold, "hold", &[Key::char('i')], In(&[C::Wire]))
        .shown("hold", "Holds writes at the server's gate, not judged yet; then reads too; then nothing new."),
    row(A::LoseAnswer, "lose the answer", &[Key::char('X')], In(&[C::Wire])).shown(
        "lose answer",
        "Lets the selected write go on and loses its answer: it is done, and its writer never hears of it.",
    ),
    row(A::Double, "double", &[Key::char('D')], In(&[C::Wire]))
        .silent("Sends what has no answer yet a second time, as a network that doubles a message."),
    row(A::SendAgain, "send again", &[Key::char('r')], In(&[C::Wire]))
        .shown("again", "Sends the selected request again as it was, with its old If-Match; its editor does not know."),
    row(A::Filter, "filter", &[Key::char('f'), Key::char('/')], In(&[C::Wire]))
        .shown("filter", "Shows only some exchanges, such as ~m PUT & ~c 412. Nothing is dropped."),
    row(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Filter]))
        .shown("filter", "Shows only these; with nothing typed, all."),
    row(A::Close, "close", &[Key::plain(Esc)], In(&[C::Filter])).shown("as it was", "Leaves the filter as it was."),
    row(A::Open, "open", &[Key::plain(Enter)], In(&[C::Versions]))
        .shown("look", "Shows the version whole; from there it can be brought back."),
    row(A::Compare, "compare", &[Key::char('c')], In(&[C::Versions, C::Version]))
        .shown("compare", "Puts the version beside my text: what bringing it back would change; again: the whole."),
    row(A::BringBack, "bring back", &[Key::char('b')], In(&[C::Version])).shown(
        "bring back",
        "Makes its text my edit. Nothing is sent before I save, and the save names my base: no version is buried.",
    ),
    row(
        A::Close,
        "close",
        &[Key::plain(Esc), Key::char('q')],
        In(&[C::Exchange, C::Versions, C::Version, C::Draft, C::Help, C::Takes]),
    )
    .shown("back", "Back."),
    row(A::Close, "close", &[Key::plain(Esc)], In(&[C::Documents])).shown("back", "Back."),
    row(A::Up, "up", &[Key::plain(Up)], In(MOVING)).silent("Up by one."),
    row(A::Down, "down", &[Key::plain(Down)], In(MOVING)).silent("Down by one."),
    row(A::PageUp, "page up", &[Key::plain(PageUp)], In(MOVING)).silent("Up by a screen."),
    row(A::PageDown, "page down", &[Key::plain(PageDown)], In(MOVING)).silent("Down by a screen."),
    row(A::First, "first", &[Key::plain(Home)], In(MOVING)).silent("To the beginning."),
    row(A::Last, "last", &[Key::plain(End)], In(MOVING)).silent("To the end."),
    row(A::Left, "left", &[Key::plain(Left), Key::char('h')], In(&[C::Merge, C::Exchange, C::Bury]))
        .silent("To the left."),
    row(A::Right, "right", &[Key::plain(Right), Key::char('l')], In(&[C::Merge, C::Exchange, C::Bury]))
        .silent("To the right."),
    row(A::NextPane, "next pane", &[Key::plain(Tab), Key::char('v')], In(&[C::Merge]))
        .silent("Shows the next pane, where there is no room for all of them."),
    // The wire, and everywhere.
    row(
        A::FocusWire,
        "wire keys",
        &[Key::shift(Tab)],
        In(&[C::Text, C::Merge, C::Required, C::Deleted, C::Ended, C::Wire, C::Lesson, C::Asked]),
    )
    .shown("wire", "Gives the keys to the wire panel, or back."),
    row(A::ToggleWire, "wire panel", &[Key::f(4)], Everywhere)
        .silent("The wire panel: a list, then a sequence diagram, then none."),
    row(A::FirstEditor, "first editor", &[Key::alt('1')], Everywhere).silent("Gives the keys to the first editor."),
    row(A::SecondEditor, "second editor", &[Key::alt('2')], Everywhere).silent("Gives the keys to the second editor."),
    row(A::ThirdEditor, "third editor", &[Key::alt('3')], Everywhere).silent("Gives the keys to the third editor."),
    row(A::FourthEditor, "fourth editor", &[Key::alt('4')], Everywhere).silent("Gives the keys to the fourth editor."),
    row(A::Menu, "to the menu", &[Key::f(10)], Everywhere).shown("lessons", "To the menu of lessons."),
    row(A::Help, "help", &[Key::char('?')], In(&[C::Menu, C::Lesson, C::Asked]))
        .silent("Shows the keys for where I am."),
    row(A::Help, "help", &[Key::f(1), Key::ctrl('g')], Everywhere).shown("help", "Shows the keys for where I am."),
    row(A::Redraw, "redraw", &[Key::ctrl('l')], Everywhere)
        .silent("Draws the whole screen again, where something else has written on it."),
    row(A::Quit, "quit", &[Key::ctrl('q')], Everywhere).shown("quit", "Leaves; asks where something is unsaved."),
];

/// Where a lesson's question is answered. The keys mean the same before one is open, so that a question which opens by
/// itself changes what no key means.
const ASKED: &[C] = &[C::Lesson, C::Asked];

/// Where the arrows move through something.
const MOVING: &[C] = &[
    C::Merge,
    C::Wire,
    C::Exchange,
    C::Documents,
    C::Versions,
    C::Version,
    C::Bury,
    C::Draft,
    C::Help,
    C::Required,
    C::Deleted,
    C::Menu,
    C::Takes,
];

/// What a presenter's clicker sends, and what a hand finds.
const STEP: &[Key] = &[Key::char(' '), Key::plain(Right), Key::plain(PageDown), Key::char('.')];

/// A row without words.
const fn row(action: A, name: &'static str, keys: &'static [Key], applies: super::Applies) -> Row {
    Row { action, name, keys, applies, hint: "", help: "" }
}

impl Row {
    /// With a place in the footer, and a sentence for the help.
    const fn shown(mut self, hint: &'static str, help: &'static str) -> Self {
        self.hint = hint;
        self.help = help;
        self
    }

    /// With a sentence for the help only.
    const fn silent(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
}

//! The rows, in the order of the footer and of the help: what matters most in a context comes first.

use crossterm::event::KeyCode::{Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};
use merge_view::action::{self, MergeBinding};
use precondition::policy::Preconditions as P;
use terminal::edit;
use terminal::key::Key;

use super::Action as A;
use super::Applies::{self, Everywhere, In};
use super::Binding;
use super::Context as C;

/// Everything that can be done. The rows of the merge view are its own, in their places.
pub const BINDINGS: &[Binding] = &ROWS;

const ROWS: [Binding; length(PARTS)] = joined(PARTS);

const PARTS: &[&[Binding]] = &[BEFORE_MERGE, &DECIDING, WHOLE_TEXTS, &WRITING, BEFORE_PANES, &PANES, AFTER_PANES];

const DECIDING: [Binding; action::DECIDING.len()] = merge_rows(action::DECIDING, In(&[C::Merge]));
const WRITING: [Binding; action::WRITING.len()] = merge_rows(action::WRITING, In(&[C::MergeText]));
const PANES: [Binding; action::PANES.len()] = merge_rows(action::PANES, In(&[C::Merge]));

const BEFORE_MERGE: &[Binding] = &[
    // The menu, and a lesson.
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Menu]))
        .in_footer("begin", "Begins what is chosen; a number that is typed chooses that lesson."),
    binding(A::FreePlay, "free play", &[Key::char('f')], In(&[C::Menu]))
        .in_footer("free play", "Two editors and a server, and no lesson: what happens is up to you."),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(QUIZ_CONTEXTS))
        .in_footer("answer", "Answers with the marked choice."),
    binding(A::Up, "up", &[Key::plain(Up)], In(QUIZ_CONTEXTS)).in_footer("choose", "Up by one."),
    binding(A::Down, "down", &[Key::plain(Down)], In(QUIZ_CONTEXTS)).help_only("Down by one."),
    binding(A::Answer(0), "first answer", &[Key::char('1'), Key::char('a')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the first choice; the letters do the same as the digits."),
    binding(A::Answer(1), "second answer", &[Key::char('2'), Key::char('b')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the second choice."),
    binding(A::Answer(2), "third answer", &[Key::char('3'), Key::char('c')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the third choice."),
    binding(A::Answer(3), "fourth answer", &[Key::char('4'), Key::char('d')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the fourth choice."),
    binding(A::Answer(4), "fifth answer", &[Key::char('5'), Key::char('e')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the fifth choice."),
    binding(A::Answer(5), "sixth answer", &[Key::char('6'), Key::char('f')], In(QUIZ_CONTEXTS))
        .help_only("Answers with the sixth choice."),
    binding(A::Step, "step", STEP_KEYS, In(&[C::Lesson])).in_footer("step", "The next step of the lesson."),
    binding(A::Step, "step", STEP_KEYS, In(&[C::Quiz]))
        .help_only("Says what it does first: it gives the answer away, for a room that has talked about it."),
    binding(A::NextLesson, "next lesson", &[Key::char('n')], In(&[C::Lesson]))
        .in_footer("next lesson", "Begins the lesson after this one, once this one is over."),
    binding(A::Back, "step back", &[Key::plain(Left), Key::plain(PageUp)], In(&[C::Lesson, C::Quiz]))
        .in_footer("back", "One step back: the lesson is played anew, up to the step before."),
    binding(A::Again, "run again", &[Key::char('r')], In(&[C::Lesson, C::Quiz]))
        .in_footer("again", "The lesson from its beginning; what was done by hand is gone."),
    binding(A::ComparePolicies, "other takes", &[Key::char('t')], In(&[C::Lesson, C::Quiz]))
        .in_footer("policies", "The same order of events under all three policies, side by side."),
    binding(A::Faster, "faster", &[Key::char('+'), Key::char('=')], In(&[C::Lesson, C::Quiz]))
        .in_footer("faster", "The lesson goes on by itself, or faster. A question always waits."),
    binding(A::Slower, "slower", &[Key::char('-')], In(&[C::Lesson, C::Quiz]))
        .help_only("The lesson goes on slower, or again by hand."),
    binding(A::LeaveLesson, "leave the lesson", &[Key::plain(Esc)], In(&[C::Lesson, C::Quiz]))
        .in_footer("lessons", "To the menu; after a question that was entered from a text, back to that text."),
    binding(A::ReplayUnder(P::Ignored), "take it ignored", &[Key::char('i')], In(&[C::PolicyComparison]))
        .in_footer("play it ignored", "Plays the lesson again under the policy that the last write wins."),
    binding(A::ReplayUnder(P::Optional), "take it optional", &[Key::char('o')], In(&[C::PolicyComparison]))
        .in_footer("optional", "Plays the lesson again under the policy that judges a precondition if there is one."),
    binding(A::ReplayUnder(P::Required), "take it required", &[Key::char('r')], In(&[C::PolicyComparison]))
        .in_footer("required", "Plays the lesson again under the policy that every write names what it replaces."),
    // The answers to a panel over the text come first: nothing else is available while it has the focus.
    binding(A::RetryWithPrecondition, "do it right", &[Key::plain(Enter)], In(&[C::Required]))
        .in_footer("do it right", "Sends the same save again, now with If-Match, so that it names what it replaces."),
    binding(A::CreateAgain, "create again", &[Key::char('c')], In(&[C::Deleted]))
        .in_footer("create again", "Makes a new document with my text: PUT with If-None-Match: *."),
    binding(A::DiscardMine, "delete mine too", &[Key::char('d')], In(&[C::Deleted]))
        .in_footer("delete mine too", "Gives my text up, after asking if it is unsaved: the document stays deleted."),
    binding(A::Leave, "back to my text", &[Key::plain(Esc)], In(&[C::Required, C::Deleted, C::Ended]))
        .in_footer("my text", "Back to my text; nothing is lost and nothing is sent."),
    binding(A::Dismiss, "dismiss", &[Key::plain(Esc)], In(&[C::Text]))
        .help_only("Folds what opened by itself to a line; once more puts the last notice away."),
    // The drafts of a document that is being opened.
    binding(A::Up, "up", &[Key::plain(Up)], In(&[C::Drafts])).in_footer("choose", "Selects the draft above."),
    binding(A::Down, "down", &[Key::plain(Down)], In(&[C::Drafts])).help_only("Selects the draft below."),
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Drafts, C::Draft]))
        .in_footer("go on with it", "Goes on with this draft: its text is mine again, and not saved yet."),
    binding(A::StartWithout, "start without", &[Key::plain(Esc)], In(&[C::Drafts])).in_footer(
        "start without",
        "Opens the document as the server has it; the drafts stay, and are offered the next time.",
    ),
    binding(A::LookAtDraft, "look at the draft", &[Key::char('v')], In(&[C::Drafts]))
        .in_footer("look", "Shows the draft whole."),
    binding(A::DiscardDraft, "discard the draft", &[Key::char('d')], In(&[C::Drafts, C::Draft]))
        .in_footer("discard", "Deletes this draft, after asking."),
    // Questions.
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Question, C::Overwrite])).in_footer("yes", "Does it."),
    binding(A::Confirm, "confirm", &[Key::char('s')], In(&[C::Unsaved]))
        .in_footer("save and leave", "Saves what is unsaved, and leaves once the server has it."),
    binding(A::Abandon, "abandon", &[Key::char('l')], In(&[C::Unsaved])).in_footer("leave", "Leaves without saving."),
    binding(A::KeepAs, "write a file", &[Key::char('f')], In(&[C::Unsaved]))
        .in_footer("file", "Writes the unsaved text into a new file; its path can be changed first."),
    binding(A::CopyOut, "copy out", &[Key::char('c')], In(&[C::Unsaved])).in_footer(
        "clipboard",
        "Sends the unsaved text to the terminal for its clipboard (OSC 52); not every terminal takes it.",
    ),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Path]))
        .in_footer("write", "Writes the text into a new file at this path."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Path])).in_footer("back", "Writes nothing."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Question, C::Unsaved, C::Overwrite]))
        .in_footer("stay", "Changes nothing."),
    // The merge.
];

/// What a merge can do with a whole text, besides deciding.
const WHOLE_TEXTS: &[Binding] = &[
    binding(A::ExportMine, "keep mine as a file", &[Key::char('k'), Key::alt('k')], In(&[C::Merge, C::Deleted]))
        .help_only("Writes my text, as it was before the merge, into a new file in this folder."),
    binding(A::ExportMine, "keep mine as a file", &[Key::alt('k')], In(&[C::Text, C::MergeText, C::Ended]))
        .help_only("Writes my text into a new file in this folder."),
    binding(A::WriteElsewhere, "write to another file", &[Key::ctrl('o')], In(&[C::Text, C::Merge]))
        .help_only("Writes the result to a new file; the file that it was meant for stays as it is."),
    binding(A::OverwriteTheirs, "overwrite theirs", &[Key::char('O')], In(&[C::Merge]))
        .help_only("Shows what saving mine over theirs would lose, and asks."),
];

const BEFORE_PANES: &[Binding] = &[
    binding(A::Close, "close", &[action::LEAVE_KEY], In(&[C::MergeText]))
        .in_footer("leave it", "Back to the merge without taking over what was written; it comes back with e."),
    // The text and the merge.
    binding(A::Save, "save", &[Key::ctrl('s')], In(&[C::Text]))
        .in_footer("save", "Saves: PUT with If-Match, so that it replaces the version I started from and no other."),
    binding(A::Save, "save", &[Key::ctrl('s')], In(&[C::Merge]))
        .in_footer("save", "Saves the result: PUT with the new ETag. Refused while conflicts are open."),
    binding(A::Save, "save", &[Key::ctrl('s')], In(&[C::Required, C::Deleted, C::Ended]))
        .help_only("Saves, as everywhere: after a 428 with If-Match. After a delete it sends nothing."),
    binding(A::SaveUnconditionally, "save carelessly", &[Key::f(6)], In(&[C::Text]))
        .in_footer("careless save", "Saves carelessly: PUT without a precondition. See what the server says."),
    binding(A::Leave, "back to my text", &[Key::plain(Esc)], In(&[C::Merge]))
        .in_footer("my text", "Back to my text: nothing is lost, and the merge stays."),
    binding(A::Enter, "enter", &[Key::f(9)], In(&[C::Text])).in_footer(
        "decide",
        "Enters what opened by itself: the merge, the 428, the choice after a delete, a lesson's question.",
    ),
    binding(A::Enter, "enter", &[Key::f(9)], In(&[C::Merge, C::Required, C::Deleted, C::Ended]))
        .help_only("Enters what is open now."),
    binding(A::NextEditor, "next editor", &[Key::ctrl('w')], Everywhere)
        .in_footer("other editor", "Gives the keys to the other editor."),
    binding(A::Reload, "reload", &[Key::f(5)], In(&[C::Text, C::Merge]))
        .in_footer("reload", "GET again, with If-None-Match; edited text is merged, never dropped."),
    binding(A::Policy, "policy", &[Key::f(7)], Everywhere)
        .in_footer("policy", "Switches what the server insists on: required, optional, ignored."),
    binding(
        A::Documents,
        "documents",
        &[Key::f(2)],
        In(&[C::Text, C::Wire, C::Merge, C::MergeText, C::Required, C::Deleted, C::Ended]),
    )
    .in_footer("documents", "Shows the documents: choose one, or name a new one."),
    binding(
        A::Versions,
        "versions",
        &[Key::f(3)],
        In(&[C::Text, C::Wire, C::Merge, C::MergeText, C::Required, C::Deleted, C::Ended]),
    )
    .in_footer("versions", "Shows every version of this document: who wrote it, on which base, and what was lost."),
    binding(A::Delete, "delete", &[Key::f(8)], In(&[C::Text]))
        .help_only("Deletes this document, after asking: DELETE with If-Match."),
    // Typing.
    binding(A::Undo, "undo", &[edit::UNDO], In(&[C::Text, C::MergeText])).help_only("Takes back the last change."),
    binding(A::Redo, "redo", &[edit::REDO], In(&[C::Text, C::MergeText])).help_only("Makes it again."),
    binding(A::Cut, "cut", &[edit::CUT], In(&[C::Text, C::MergeText])).help_only("Cuts what is selected."),
    binding(A::Copy, "copy", &[edit::COPY], In(&[C::Text, C::MergeText]))
        .help_only("Copies what is selected (Shift with the arrows selects)."),
    binding(A::Paste, "paste", &[edit::PASTE], In(&[C::Text, C::MergeText]))
        .help_only("Pastes what was cut or copied."),
    binding(A::SelectAll, "select all", &[edit::SELECT_ALL], In(&[C::Text, C::MergeText]))
        .help_only("Selects the whole text."),
    // Lists, and views longer than the screen.
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Wire]))
        .in_footer("open", "Opens the exchange whole: request and response as they were sent."),
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Documents]))
        .in_footer("open", "Opens the document, or creates the one that was named."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Wire]))
        .in_footer("back", "Shows all exchanges again if a filter is on; else back."),
    binding(A::Release, "let go", &[Key::char('a')], In(&[C::Wire]))
        .in_footer("let go", "Lets the selected request go on that is held: the server judges it now."),
    binding(A::ReleaseAll, "let all go", &[Key::char('A')], In(&[C::Wire])).in_footer(
        "all",
        "Lets all go on, each after the answer to the one before: the marked in order, then the others.",
    ),
    binding(A::Mark, "mark", &[Key::char('m')], In(&[C::Wire])).in_footer(
        "mark",
        "Marks what is held as the next in the order in which A lets it go; again: takes the mark off.",
    ),
    binding(A::Hold, "hold", &[Key::char('i')], In(&[C::Wire]))
        .in_footer("hold", "Holds writes at the server's gate, not judged yet; then reads too; then nothing new."),
    binding(A::LoseAnswer, "lose the answer", &[Key::char('X')], In(&[C::Wire])).in_footer(
        "lose answer",
        "Lets the selected write go on and loses its answer: it is done, and its writer never hears of it.",
    ),
    binding(A::Duplicate, "double", &[Key::char('D')], In(&[C::Wire]))
        .help_only("Sends what has no answer yet a second time, as a network that doubles a message."),
    binding(A::SendAgain, "send again", &[Key::char('r')], In(&[C::Wire])).in_footer(
        "again",
        "Sends the selected request again as it was, with its old If-Match; its editor does not know.",
    ),
    binding(A::Filter, "filter", &[Key::char('f'), Key::char('/')], In(&[C::Wire]))
        .in_footer("filter", "Shows only some exchanges, such as ~m PUT & ~c 412. Nothing is dropped."),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Filter]))
        .in_footer("filter", "Shows only these; with nothing typed, all."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Filter]))
        .in_footer("as it was", "Leaves the filter as it was."),
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Versions]))
        .in_footer("look", "Shows the version whole; from there it can be brought back."),
    binding(A::Compare, "compare", &[Key::char('c')], In(&[C::Versions, C::Version]))
        .in_footer("compare", "Puts the version beside my text: what bringing it back would change; again: the whole."),
    binding(A::BringBack, "bring back", &[Key::char('b')], In(&[C::Version])).in_footer(
        "bring back",
        "Makes its text my edit. Nothing is sent before I save, and the save names my base: nothing is overwritten unseen.",
    ),
    binding(
        A::Close,
        "close",
        &[Key::plain(Esc), Key::char('q')],
        In(&[C::Exchange, C::Versions, C::Version, C::Draft, C::Help, C::PolicyComparison]),
    )
    .in_footer("back", "Back."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Documents])).in_footer("back", "Back."),
    binding(A::Up, "up", &[Key::plain(Up)], In(SCROLL_CONTEXTS)).help_only("Up by one."),
    binding(A::Down, "down", &[Key::plain(Down)], In(SCROLL_CONTEXTS)).help_only("Down by one."),
    binding(A::PageUp, "page up", &[Key::plain(PageUp)], In(SCROLL_CONTEXTS)).help_only("Up by a screen."),
    binding(A::PageDown, "page down", &[Key::plain(PageDown)], In(SCROLL_CONTEXTS)).help_only("Down by a screen."),
    binding(A::First, "first", &[Key::plain(Home)], In(SCROLL_CONTEXTS)).help_only("To the beginning."),
    binding(A::Last, "last", &[Key::plain(End)], In(SCROLL_CONTEXTS)).help_only("To the end."),
    binding(A::Left, "left", &[Key::plain(Left), Key::char('h')], In(&[C::Merge, C::Exchange, C::Overwrite]))
        .help_only("To the left."),
    binding(A::Right, "right", &[Key::plain(Right), Key::char('l')], In(&[C::Merge, C::Exchange, C::Overwrite]))
        .help_only("To the right."),
];

const AFTER_PANES: &[Binding] = &[
    // The wire, and everywhere.
    binding(
        A::FocusWire,
        "wire keys",
        &[Key::shift(Tab)],
        In(&[C::Text, C::Merge, C::Required, C::Deleted, C::Ended, C::Wire, C::Lesson, C::Quiz]),
    )
    .in_footer("wire", "Gives the keys to the wire panel, or back."),
    binding(A::ToggleWire, "wire panel", &[Key::f(4)], Everywhere)
        .help_only("The wire panel: a list, then a sequence diagram, then none."),
    binding(A::FirstEditor, "first editor", &[Key::alt('1')], Everywhere)
        .help_only("Gives the keys to the first editor."),
    binding(A::SecondEditor, "second editor", &[Key::alt('2')], Everywhere)
        .help_only("Gives the keys to the second editor."),
    binding(A::ThirdEditor, "third editor", &[Key::alt('3')], Everywhere)
        .help_only("Gives the keys to the third editor."),
    binding(A::FourthEditor, "fourth editor", &[Key::alt('4')], Everywhere)
        .help_only("Gives the keys to the fourth editor."),
    binding(A::Menu, "to the menu", &[Key::f(10)], Everywhere).in_footer("lessons", "To the menu of lessons."),
    binding(A::Help, "help", &[Key::char('?')], In(&[C::Menu, C::Lesson, C::Quiz]))
        .help_only("Shows the keys for where I am."),
    binding(A::Help, "help", &[Key::f(1), Key::ctrl('g')], Everywhere)
        .in_footer("help", "Shows the keys for where I am."),
    binding(A::Redraw, "redraw", &[Key::ctrl('l')], Everywhere)
        .help_only("Draws the whole screen again, if something else has written on it."),
    binding(A::Quit, "quit", &[Key::ctrl('q')], Everywhere).in_footer("quit", "Leaves; asks if something is unsaved."),
];

/// The contexts in which a lesson's question is answered.
///
/// The keys mean the same before a question is open, so a question that opens by itself does not change any key's
/// meaning.
const QUIZ_CONTEXTS: &[C] = &[C::Lesson, C::Quiz];

/// The contexts in which the arrows scroll.
const SCROLL_CONTEXTS: &[C] = &[
    C::Merge,
    C::Wire,
    C::Exchange,
    C::Documents,
    C::Versions,
    C::Version,
    C::Overwrite,
    C::Draft,
    C::Help,
    C::Required,
    C::Deleted,
    C::Menu,
    C::PolicyComparison,
];

/// The keys that a presenter's clicker sends, and keys that are easy to find by hand.
const STEP_KEYS: &[Key] = &[Key::char(' '), Key::plain(Right), Key::plain(PageDown), Key::char('.')];

/// How many rows these parts of the table have.
const fn length(parts: &[&[Binding]]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < parts.len() {
        count += parts[at].len();
        at += 1;
    }
    count
}

/// These parts of the table, one after the other.
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

/// Rows of the merge view as rows of this table.
const fn merge_rows<const N: usize>(of: &[MergeBinding], applies: Applies) -> [Binding; N] {
    let mut rows = [binding(A::Help, "", &[], applies); N];
    let mut at = 0;
    while at < N {
        let MergeBinding { action, name, keys, hint, help } = of[at];
        rows[at] = Binding { action: A::Merge(action), name, keys, applies, hint, help };
        at += 1;
    }
    rows
}

/// Returns a row without words.
const fn binding(action: A, name: &'static str, keys: &'static [Key], applies: Applies) -> Binding {
    Binding { action, name, keys, applies, hint: "", help: "" }
}

impl Binding {
    /// Returns the row with a hint for the footer, and a sentence for the help.
    const fn in_footer(mut self, hint: &'static str, help: &'static str) -> Self {
        self.hint = hint;
        self.help = help;
        self
    }

    /// Returns the row with a sentence for the help only.
    const fn help_only(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
}

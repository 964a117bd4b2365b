//! What can be said in plain mode: one table, by which lines are read and from which the help is made.
//!
//! Most words stand for an action, and take their sentence and their places from the table of actions. The rest are for
//! what keys do without being actions, because a key can point and a line has to say it: which line, which conflict,
//! whose editor.

use crate::action::Context as C;
use crate::action::{Action as A, Context, Row, TABLE, rows};

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    /// What is said.
    pub(super) said: &'static str,
    /// What comes behind it: capitals stand for what somebody has to put there, brackets for what can be left out.
    pub(super) arguments: &'static str,
    pub(super) means: Means,
}

/// What a word stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Means {
    /// An action, where the table of actions has it; in these places only, where there are any.
    Act(A, &'static [Context]),
    /// Something else, with its sentence, in these places.
    Own(Verb, &'static [Context], &'static str),
}

/// What is no action, or an action with more to it than a key can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Show,
    Line,
    Add,
    Insert,
    Delete,
    Replace,
    Paste,
    Title,
    Conflict,
    Conflicts,
    Take(A),
    Edit,
    Result,
    WriteTo,
    Documents,
    Version,
    Open,
    As,
    Policy,
    Hold,
    Lead(A),
    Wire,
    Begin,
    Answer,
    Skip,
    Again,
    Lesson,
    Under,
    Status,
    Help,
    QuitNow,
    Draft,
    LookAtDraft,
    DiscardDraft,
    KeepAs,
}

/// Where a save or a version is about the text.
const TEXT: &[Context] = &[C::Text];
/// Where there is a text to be written in: in every state of the editor.
const WRITING: &[Context] = &[C::Text, C::Merge, C::Required, C::Deleted, C::Ended];
const MERGE: &[Context] = &[C::Merge];
/// Where nothing is asked that has to be answered first.
const CALM: &[Context] = &[C::Text, C::Merge, C::Documents];
const ANYWHERE: &[Context] = &Context::ALL;
/// Where a lesson has the word.
const LESSON: &[Context] = &[C::Lesson, C::Asked];
/// Where somebody in a room with editors can say something that nothing has to be asked about first.
const IN_PLAY: &[Context] = &[C::Lesson, C::Asked, C::Text, C::Merge, C::Documents];
/// Wherever there are editors.
const BEFORE_EDITORS: &[Context] = &[
    C::Lesson,
    C::Asked,
    C::Text,
    C::Merge,
    C::Required,
    C::Deleted,
    C::Ended,
    C::Documents,
    C::Version,
    C::Question,
    C::Unsaved,
    C::Bury,
];

/// Everything that can be said. The order is that of the help.
pub(super) const WORDS: &[Word] = &[
    // The menu, and a lesson.
    own(
        "begin",
        "NAME",
        Verb::Begin,
        &[C::Menu],
        "Begins the lesson of that number or name, which alone does it, too.",
    ),
    act_in("free", A::FreePlay, &[C::Menu]),
    act("next", A::Step),
    own("answer", "N", Verb::Answer, &[C::Asked], "Answers with choice N; the number alone does it, too."),
    own("skip", "", Verb::Skip, &[C::Asked], "Tells the right answer."),
    act("back", A::Back),
    own("again", "", Verb::Again, IN_PLAY, "The lesson from its beginning; what was done by hand is gone."),
    own("lesson", "", Verb::Lesson, CALM, "Gives the word back to the lesson; what was done by hand stays."),
    act("policies", A::Takes),
    own("take", "POLICY", Verb::Under, LESSON, "The lesson from its beginning under required, optional or ignored."),
    act("faster", A::Faster),
    act("slower", A::Slower),
    act("next lesson", A::NextLesson),
    act_in("menu", A::Menu, IN_PLAY),
    act_in("leave", A::Menu, LESSON),
    // The drafts of a document that is being opened.
    own(
        "draft",
        "N",
        Verb::Draft,
        &[C::Drafts],
        "Goes on with draft N: its text is mine again, and not saved yet; 'draft none' starts without one.",
    ),
    own("look", "N", Verb::LookAtDraft, &[C::Drafts], "Reads draft N."),
    own("discard", "N", Verb::DiscardDraft, &[C::Drafts], "Deletes draft N, after asking."),
    act_in("start without", A::StartWithout, &[C::Drafts]),
    // What is asked at the moment.
    act_in("right", A::DoItRight, &[C::Required]),
    act_in("create", A::CreateAgain, &[C::Deleted]),
    act_in("delete mine", A::DeleteMineToo, &[C::Deleted]),
    act_in("yes", A::Confirm, &[C::Question, C::Bury]),
    act_in("save", A::Confirm, &[C::Unsaved]),
    act_in("leave", A::Abandon, &[C::Unsaved]),
    own(
        "file",
        "[PATH]",
        Verb::KeepAs,
        &[C::Unsaved],
        "Writes the unsaved text into a new file at PATH, or at a path that is told.",
    ),
    act_in("bring back", A::BringBack, &[C::Version]),
    act_in("no", A::Close, &[C::Question, C::Bury, C::Unsaved, C::Version]),
    // The merge.
    own("conflict", "[N]", Verb::Conflict, MERGE, "Reads the conflict at hand, or goes to number N and reads that."),
    own("conflicts", "", Verb::Conflicts, MERGE, "Says of every conflict, and of every other change, how it stands."),
    own("mine", "[N]", Verb::Take(A::TakeMine), MERGE, "Takes mine; once more makes it undecided."),
    own("theirs", "[N]", Verb::Take(A::TakeTheirs), MERGE, "Takes theirs; once more makes it undecided."),
    act("all mine", A::TakeAllMine),
    act("all theirs", A::TakeAllTheirs),
    own("both", "[N]", Verb::Take(A::TakeBothMineFirst), MERGE, "Takes both, mine first."),
    own("theirs and mine", "[N]", Verb::Take(A::TakeBothTheirsFirst), MERGE, "Takes both, theirs first."),
    own("base", "[N]", Verb::Take(A::TakeBase), MERGE, "Takes the base: neither change."),
    own("suggested", "[N]", Verb::Take(A::TakeSuggestion), MERGE, "Takes what is suggested for this conflict."),
    act("all suggested", A::TakeAllSuggestions),
    own(
        "edit",
        "[N] TEXT",
        Verb::Edit,
        MERGE,
        "Writes the result of this conflict by hand; without TEXT, the next lines.",
    ),
    act("next", A::NextConflict),
    act("previous", A::PreviousConflict),
    act("next change", A::NextChange),
    act("settled", A::ToggleSettled),
    act("blanks", A::DecideBlanks),
    act("format", A::NextFormat),
    own("result", "", Verb::Result, MERGE, "Reads the result as it stands."),
    act_in("save", A::Save, MERGE),
    act_in("leave", A::Leave, &[C::Merge, C::Required, C::Deleted, C::Ended]),
    own(
        "write to",
        "PATH",
        Verb::WriteTo,
        &[C::Text, C::Merge],
        "Of files: writes the result to a new file; the file that it was meant for stays as it is.",
    ),
    act("overwrite", A::OverwriteTheirs),
    // The text.
    own("show", "[N [M]]", Verb::Show, BEFORE_EDITORS, "Reads my text, or line N, or the lines N to M."),
    own(
        "line",
        "N TEXT",
        Verb::Line,
        WRITING,
        "Puts TEXT in the place of line N; without TEXT, the lines that follow.",
    ),
    own("add", "TEXT", Verb::Add, WRITING, "Adds a line at the end; without TEXT, the lines that follow."),
    own("insert", "N TEXT", Verb::Insert, WRITING, "Puts a line before line N; without TEXT, the lines that follow."),
    own(
        "delete",
        "N [M]",
        Verb::Delete,
        WRITING,
        "Deletes line N, or the lines N to M; 'delete document' deletes the document.",
    ),
    own("replace", "OLD => NEW", Verb::Replace, WRITING, "Puts NEW in the place of the first OLD in the text."),
    own("title", "TEXT", Verb::Title, WRITING, "Gives the document another title."),
    act_in("save", A::Save, &[C::Text, C::Ended]),
    act("careless", A::SaveCarelessly),
    act_in("merge", A::Enter, &[C::Text]),
    act("reload", A::Reload),
    act("undo", A::Undo),
    act("undo", A::UndoDecision),
    act("redo", A::Redo),
    act("redo", A::RedoDecision),
    own(
        "paste",
        "[N]",
        Verb::Paste,
        WRITING,
        "Puts what was cut or kept at the end, or before line N: also lines of an earlier run that had no place yet.",
    ),
    act("keep", A::KeepMine),
    act("dismiss", A::Dismiss),
    act("versions", A::Versions),
    own("version", "N", Verb::Version, TEXT, "Reads version N; from there it can be brought back."),
    act("delete document", A::Delete),
    // Elsewhere.
    own("documents", "", Verb::Documents, CALM, "Says which documents there are."),
    own("open", "NAME", Verb::Open, CALM, "Opens a document; one that is not there is made by the first save."),
    own("as", "NAME", Verb::As, BEFORE_EDITORS, "On the stage: gives that person the editor."),
    own(
        "policy",
        "[POLICY]",
        Verb::Policy,
        CALM,
        "On the stage: has the server insist on required, optional or ignored.",
    ),
    own(
        "hold",
        "[WHAT]",
        Verb::Hold,
        CALM,
        "Has the server's gate hold writes, all or nothing; without WHAT, says what it holds.",
    ),
    own(
        "let go",
        "[N]",
        Verb::Lead(A::LetGo),
        CALM,
        "Lets request N go on that is held, or the first: the server judges it now.",
    ),
    own(
        "let all go",
        "",
        Verb::Lead(A::LetAllGo),
        CALM,
        "Lets all go on, each after the answer to the one before: the marked in order, then the others.",
    ),
    own(
        "mark",
        "[N]",
        Verb::Lead(A::Mark),
        CALM,
        "Marks request N as the next in the order in which all go on; once more takes the mark off.",
    ),
    own(
        "lose answer",
        "[N]",
        Verb::Lead(A::LoseAnswer),
        CALM,
        "Lets write N go on and loses its answer: it is done, and its writer never hears of it.",
    ),
    own(
        "double",
        "[N]",
        Verb::Lead(A::Double),
        CALM,
        "Sends request N, which has no answer yet, a second time, as a network that doubles a message.",
    ),
    own(
        "send again",
        "[N]",
        Verb::Lead(A::SendAgain),
        CALM,
        "Sends request N again as it was, with its old If-Match; its editor does not know.",
    ),
    own("wire", "[N]", Verb::Wire, BEFORE_EDITORS, "Reads the last exchanges, or number N whole."),
    own(
        "status",
        "",
        Verb::Status,
        ANYWHERE,
        "Says where I am and what comes next; so does an empty line, but in a lesson that is the next step.",
    ),
    own("help", "[WORD]", Verb::Help, ANYWHERE, "Says what can be said here, or what one word does."),
    act("quit", A::Quit),
    own(
        "quit!",
        "",
        Verb::QuitNow,
        ANYWHERE,
        "Leaves without asking; where drafts are kept, what is unsaved is kept as one if it can be written.",
    ),
];

const fn act(word: &'static str, action: A) -> Word {
    act_in(word, action, &[])
}

const fn act_in(word: &'static str, action: A, only: &'static [Context]) -> Word {
    Word { said: word, arguments: "", means: Means::Act(action, only) }
}

const fn own(
    word: &'static str,
    arguments: &'static str,
    verb: Verb,
    places: &'static [Context],
    help: &'static str,
) -> Word {
    Word { said: word, arguments, means: Means::Own(verb, places, help) }
}

impl Word {
    /// Whether it means something there. In front of a panel that stands over a text, all that is about the text does:
    /// it puts the panel away.
    pub(super) fn applies_in(&self, context: Context) -> bool {
        let over_text = matches!(context, C::Required | C::Deleted);
        self.applies_just_in(context) || (over_text && self.applies_just_in(C::Text))
    }

    fn applies_just_in(&self, context: Context) -> bool {
        match self.means {
            Means::Act(action, only) => {
                (only.is_empty() || only.contains(&context)) && rows(context).any(|row| row.action == action)
            }
            Means::Own(_, places, _) => places.contains(&context),
        }
    }

    /// The action that it stands for.
    pub(super) fn action(&self) -> Option<A> {
        match self.means {
            Means::Act(action, _) | Means::Own(Verb::Take(action) | Verb::Lead(action), ..) => Some(action),
            Means::Own(Verb::Hold, ..) => Some(A::Hold),
            Means::Own(Verb::Policy, ..) => Some(A::Policy),
            Means::Own(Verb::Documents, ..) => Some(A::Documents),
            Means::Own(Verb::Help, ..) => Some(A::Help),
            Means::Own(Verb::Edit, ..) => Some(A::EditResult),
            Means::Own(Verb::Paste, ..) => Some(A::Paste),
            Means::Own(Verb::Again, ..) => Some(A::Again),
            Means::Own(Verb::WriteTo, ..) => Some(A::WriteElsewhere),
            Means::Own(Verb::Version, ..) => Some(A::Versions),
            Means::Own(Verb::Wire, ..) => Some(A::FocusWire),
            Means::Own(Verb::KeepAs, ..) => Some(A::KeepAs),
            Means::Own(..) => None,
        }
    }

    /// One sentence for the help.
    pub(super) fn help(&self, context: Context) -> &'static str {
        match self.means {
            Means::Act(action, _) => row(action, context).map_or("", |row| row.help),
            Means::Own(_, _, help) => help,
        }
    }

    /// What else may be said for it in that context: the names that the table of actions has.
    pub(super) fn names(&self, context: Context) -> impl Iterator<Item = &'static str> {
        let row = match self.means {
            Means::Act(action, _) => row(action, context),
            Means::Own(..) => None,
        };
        std::iter::once(self.said).chain(row.into_iter().flat_map(|row| [row.name, row.hint])).filter(|w| !w.is_empty())
    }

    /// The word with what comes behind it.
    pub(super) fn usage(&self) -> String {
        format!("{} {}", self.said, self.arguments).trim_end().to_owned()
    }
}

/// The row of an action in that context, or anywhere.
pub(super) fn row(action: A, context: Context) -> Option<&'static Row> {
    rows(context).find(|row| row.action == action).or_else(|| TABLE.iter().find(|row| row.action == action))
}

/// The word for an action, in quotes: what sentences say where others name a key.
pub(crate) fn word_for(action: A, context: Context) -> String {
    let means = |word: &&Word| word.action() == Some(action);
    let here = WORDS.iter().filter(means).find(|word| word.applies_in(context));
    here.or_else(|| WORDS.iter().find(means)).map_or_else(String::new, |word| format!("'{}'", word.said))
}

//! The words of plain mode: one table, by which lines are read and from which the help is made.
//!
//! Most words mean an action, and take their sentence and their places from the table of actions. The rest are for
//! what keys do without being actions, because a key can point and a line has to say it: which line, which conflict,
//! whose editor.

use crate::action::{Action as A, BINDINGS, Binding, Context as C, Context, bindings};
use merge_view::action::MergeAction as M;

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CommandSpec {
    /// What is said.
    pub(crate) said: &'static str,
    /// What comes behind it: capitals for what has to be put there, brackets for what can be left out.
    pub(crate) arguments: &'static str,
    pub(crate) means: Meaning,
}

/// The meaning of a word.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Meaning {
    /// An action, in the contexts that the table of actions has for it; if these are given, in these only.
    Act(A, &'static [Context]),
    /// Something else, with its sentence, in these places.
    Own(LineVerb, &'static [Context], &'static str),
}

/// A meaning that is not an action, or an action with more to it than a key can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineVerb {
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

/// Contexts in which a save or a version is about the text.
const TEXT_CONTEXTS: &[Context] = &[C::Text];
/// Contexts in which there is a text to be written in: every state of the editor.
const WRITING_CONTEXTS: &[Context] = &[C::Text, C::Merge, C::Required, C::Deleted, C::Ended];
const MERGE_CONTEXTS: &[Context] = &[C::Merge];
/// Contexts in which nothing is asked that has to be answered first.
const CALM_CONTEXTS: &[Context] = &[C::Text, C::Merge, C::Documents];
const ALL_CONTEXTS: &[Context] = &Context::ALL;
/// Contexts in which a lesson has the word.
const LESSON_CONTEXTS: &[Context] = &[C::Lesson, C::Quiz];
/// Contexts of a session with editors in which nothing has to be answered first.
const PLAY_CONTEXTS: &[Context] = &[C::Lesson, C::Quiz, C::Text, C::Merge, C::Documents];
/// Wherever there are editors.
const EDITOR_CONTEXTS: &[Context] = &[
    C::Lesson,
    C::Quiz,
    C::Text,
    C::Merge,
    C::Required,
    C::Deleted,
    C::Ended,
    C::Documents,
    C::Version,
    C::Question,
    C::Unsaved,
    C::Overwrite,
];

/// Everything that can be said. The order is that of the help.
pub(crate) const COMMANDS: &[CommandSpec] = &[
    // The menu, and a lesson.
    own(
        "begin",
        "NAME",
        LineVerb::Begin,
        &[C::Menu],
        "Begins the lesson of that number or name, which alone does it, too.",
    ),
    act_in("free", A::FreePlay, &[C::Menu]),
    act("next", A::Step),
    own("answer", "N", LineVerb::Answer, &[C::Quiz], "Answers with choice N; the number alone does it, too."),
    own("skip", "", LineVerb::Skip, &[C::Quiz], "Tells the right answer."),
    act("back", A::Back),
    own("again", "", LineVerb::Again, PLAY_CONTEXTS, "The lesson from its beginning; what was done by hand is gone."),
    own(
        "lesson",
        "",
        LineVerb::Lesson,
        CALM_CONTEXTS,
        "Gives the word back to the lesson; what was done by hand stays.",
    ),
    act("policies", A::ComparePolicies),
    own(
        "take",
        "POLICY",
        LineVerb::Under,
        LESSON_CONTEXTS,
        "The lesson from its beginning under required, optional or ignored.",
    ),
    act("faster", A::Faster),
    act("slower", A::Slower),
    act("next lesson", A::NextLesson),
    act_in("menu", A::Menu, PLAY_CONTEXTS),
    act_in("leave", A::Menu, LESSON_CONTEXTS),
    // The drafts of a document that is being opened.
    own(
        "draft",
        "N",
        LineVerb::Draft,
        &[C::Drafts],
        "Goes on with draft N: its text is mine again, and not saved yet; 'draft none' starts without one.",
    ),
    own("look", "N", LineVerb::LookAtDraft, &[C::Drafts], "Reads draft N."),
    own("discard", "N", LineVerb::DiscardDraft, &[C::Drafts], "Deletes draft N, after asking."),
    act_in("start without", A::StartWithout, &[C::Drafts]),
    // What is asked at the moment.
    act_in("right", A::RetryWithPrecondition, &[C::Required]),
    act_in("create", A::CreateAgain, &[C::Deleted]),
    act_in("delete mine", A::DiscardMine, &[C::Deleted]),
    act_in("yes", A::Confirm, &[C::Question, C::Overwrite]),
    act_in("save", A::Confirm, &[C::Unsaved]),
    act_in("leave", A::Abandon, &[C::Unsaved]),
    own(
        "file",
        "[PATH]",
        LineVerb::KeepAs,
        &[C::Unsaved],
        "Writes the unsaved text into a new file at PATH, or at a path that is told.",
    ),
    act_in("bring back", A::BringBack, &[C::Version]),
    act_in("no", A::Close, &[C::Question, C::Overwrite, C::Unsaved, C::Version]),
    // The merge.
    own(
        "conflict",
        "[N]",
        LineVerb::Conflict,
        MERGE_CONTEXTS,
        "Reads the conflict at hand, or goes to number N and reads that.",
    ),
    own(
        "conflicts",
        "",
        LineVerb::Conflicts,
        MERGE_CONTEXTS,
        "Says of every conflict, and of every other change, how it stands.",
    ),
    own(
        "mine",
        "[N]",
        LineVerb::Take(A::Merge(M::TakeMine)),
        MERGE_CONTEXTS,
        "Takes mine; once more makes it undecided.",
    ),
    own(
        "theirs",
        "[N]",
        LineVerb::Take(A::Merge(M::TakeTheirs)),
        MERGE_CONTEXTS,
        "Takes theirs; once more makes it undecided.",
    ),
    act("all mine", A::Merge(M::TakeAllMine)),
    act("all theirs", A::Merge(M::TakeAllTheirs)),
    own("both", "[N]", LineVerb::Take(A::Merge(M::TakeBothMineFirst)), MERGE_CONTEXTS, "Takes both, mine first."),
    own(
        "theirs and mine",
        "[N]",
        LineVerb::Take(A::Merge(M::TakeBothTheirsFirst)),
        MERGE_CONTEXTS,
        "Takes both, theirs first.",
    ),
    own("base", "[N]", LineVerb::Take(A::Merge(M::TakeBase)), MERGE_CONTEXTS, "Takes the base: neither change."),
    own(
        "suggested",
        "[N]",
        LineVerb::Take(A::Merge(M::TakeSuggestion)),
        MERGE_CONTEXTS,
        "Takes what is suggested for this conflict.",
    ),
    act("all suggested", A::Merge(M::TakeAllSuggestions)),
    own(
        "edit",
        "[N] TEXT",
        LineVerb::Edit,
        MERGE_CONTEXTS,
        "Writes the result of this conflict by hand; without TEXT, the next lines.",
    ),
    act("next", A::Merge(M::NextConflict)),
    act("previous", A::Merge(M::PreviousConflict)),
    act("next change", A::Merge(M::NextChange)),
    act("settled", A::Merge(M::ToggleSettled)),
    act("blanks", A::Merge(M::DecideBlanks)),
    act("format", A::Merge(M::NextFormat)),
    own("result", "", LineVerb::Result, MERGE_CONTEXTS, "Reads the result as it stands."),
    act_in("save", A::Save, MERGE_CONTEXTS),
    act_in("leave", A::Leave, &[C::Merge, C::Required, C::Deleted, C::Ended]),
    own(
        "write to",
        "PATH",
        LineVerb::WriteTo,
        &[C::Text, C::Merge],
        "Of files: writes the result to a new file; the file that it was meant for stays as it is.",
    ),
    act("overwrite", A::OverwriteTheirs),
    // The text.
    own("show", "[N [M]]", LineVerb::Show, EDITOR_CONTEXTS, "Reads my text, or line N, or the lines N to M."),
    own(
        "line",
        "N TEXT",
        LineVerb::Line,
        WRITING_CONTEXTS,
        "Puts TEXT in the place of line N; without TEXT, the lines that follow.",
    ),
    own("add", "TEXT", LineVerb::Add, WRITING_CONTEXTS, "Adds a line at the end; without TEXT, the lines that follow."),
    own(
        "insert",
        "N TEXT",
        LineVerb::Insert,
        WRITING_CONTEXTS,
        "Puts a line before line N; without TEXT, the lines that follow.",
    ),
    own(
        "delete",
        "N [M]",
        LineVerb::Delete,
        WRITING_CONTEXTS,
        "Deletes line N, or the lines N to M; 'delete document' deletes the document.",
    ),
    own(
        "replace",
        "OLD => NEW",
        LineVerb::Replace,
        WRITING_CONTEXTS,
        "Puts NEW in the place of the first OLD in the text.",
    ),
    own("title", "TEXT", LineVerb::Title, WRITING_CONTEXTS, "Gives the document another title."),
    act_in("save", A::Save, &[C::Text, C::Ended]),
    act("careless", A::SaveUnconditionally),
    act_in("merge", A::Enter, &[C::Text]),
    act("reload", A::Reload),
    act("undo", A::Undo),
    act("undo", A::Merge(M::UndoDecision)),
    act("redo", A::Redo),
    act("redo", A::Merge(M::RedoDecision)),
    own(
        "paste",
        "[N]",
        LineVerb::Paste,
        WRITING_CONTEXTS,
        "Puts what was cut or kept at the end, or before line N: also lines of an earlier run that had no place yet.",
    ),
    act("keep", A::ExportMine),
    act("dismiss", A::Dismiss),
    act("versions", A::Versions),
    own("version", "N", LineVerb::Version, TEXT_CONTEXTS, "Reads version N; from there it can be brought back."),
    act("delete document", A::Delete),
    // Elsewhere.
    own("documents", "", LineVerb::Documents, CALM_CONTEXTS, "Says which documents there are."),
    own(
        "open",
        "NAME",
        LineVerb::Open,
        CALM_CONTEXTS,
        "Opens a document; one that is not there is made by the first save.",
    ),
    own("as", "NAME", LineVerb::As, EDITOR_CONTEXTS, "On the stage: gives that person the editor."),
    own(
        "policy",
        "[POLICY]",
        LineVerb::Policy,
        CALM_CONTEXTS,
        "On the stage: has the server insist on required, optional or ignored.",
    ),
    own(
        "hold",
        "[WHAT]",
        LineVerb::Hold,
        CALM_CONTEXTS,
        "Has the server's gate hold writes, all or nothing; without WHAT, says what it holds.",
    ),
    own(
        "let go",
        "[N]",
        LineVerb::Lead(A::Release),
        CALM_CONTEXTS,
        "Lets request N go on that is held, or the first: the server judges it now.",
    ),
    own(
        "let all go",
        "",
        LineVerb::Lead(A::ReleaseAll),
        CALM_CONTEXTS,
        "Lets all go on, each after the answer to the one before: the marked in order, then the others.",
    ),
    own(
        "mark",
        "[N]",
        LineVerb::Lead(A::Mark),
        CALM_CONTEXTS,
        "Marks request N as the next in the order in which all go on; once more takes the mark off.",
    ),
    own(
        "lose answer",
        "[N]",
        LineVerb::Lead(A::LoseAnswer),
        CALM_CONTEXTS,
        "Lets write N go on and loses its answer: it is done, and its writer never hears of it.",
    ),
    own(
        "double",
        "[N]",
        LineVerb::Lead(A::Duplicate),
        CALM_CONTEXTS,
        "Sends request N, which has no answer yet, a second time, as a network that doubles a message.",
    ),
    own(
        "send again",
        "[N]",
        LineVerb::Lead(A::SendAgain),
        CALM_CONTEXTS,
        "Sends request N again as it was, with its old If-Match; its editor does not know.",
    ),
    own("wire", "[N]", LineVerb::Wire, EDITOR_CONTEXTS, "Reads the last exchanges, or number N whole."),
    own(
        "status",
        "",
        LineVerb::Status,
        ALL_CONTEXTS,
        "Says where I am and what comes next; so does an empty line, but in a lesson that is the next step.",
    ),
    own("help", "[WORD]", LineVerb::Help, ALL_CONTEXTS, "Says what can be said here, or what one word does."),
    act("quit", A::Quit),
    own(
        "quit!",
        "",
        LineVerb::QuitNow,
        ALL_CONTEXTS,
        "Leaves without asking; where drafts are kept, what is unsaved is kept as one if it can be written.",
    ),
];

const fn act(word: &'static str, action: A) -> CommandSpec {
    act_in(word, action, &[])
}

const fn act_in(word: &'static str, action: A, only: &'static [Context]) -> CommandSpec {
    CommandSpec { said: word, arguments: "", means: Meaning::Act(action, only) }
}

const fn own(
    word: &'static str,
    arguments: &'static str,
    verb: LineVerb,
    places: &'static [Context],
    help: &'static str,
) -> CommandSpec {
    CommandSpec { said: word, arguments, means: Meaning::Own(verb, places, help) }
}

impl CommandSpec {
    /// Whether it means something there. In front of a panel over a text, all that is about the text does:
    /// it puts the panel away.
    pub(crate) fn applies_in(&self, context: Context) -> bool {
        let over_text = matches!(context, C::Required | C::Deleted);
        self.applies_just_in(context) || (over_text && self.applies_just_in(C::Text))
    }

    fn applies_just_in(&self, context: Context) -> bool {
        match self.means {
            Meaning::Act(action, only) => {
                (only.is_empty() || only.contains(&context)) && bindings(context).any(|row| row.action == action)
            }
            Meaning::Own(_, places, _) => places.contains(&context),
        }
    }

    /// Returns the action that it means.
    pub(crate) fn action(&self) -> Option<A> {
        match self.means {
            Meaning::Act(action, _) | Meaning::Own(LineVerb::Take(action) | LineVerb::Lead(action), ..) => Some(action),
            Meaning::Own(LineVerb::Hold, ..) => Some(A::Hold),
            Meaning::Own(LineVerb::Policy, ..) => Some(A::Policy),
            Meaning::Own(LineVerb::Documents, ..) => Some(A::Documents),
            Meaning::Own(LineVerb::Help, ..) => Some(A::Help),
            Meaning::Own(LineVerb::Edit, ..) => Some(A::Merge(M::EditResult)),
            Meaning::Own(LineVerb::Paste, ..) => Some(A::Paste),
            Meaning::Own(LineVerb::Again, ..) => Some(A::Again),
            Meaning::Own(LineVerb::WriteTo, ..) => Some(A::WriteElsewhere),
            Meaning::Own(LineVerb::Version, ..) => Some(A::Versions),
            Meaning::Own(LineVerb::Wire, ..) => Some(A::FocusWire),
            Meaning::Own(LineVerb::KeepAs, ..) => Some(A::KeepAs),
            Meaning::Own(..) => None,
        }
    }

    /// One sentence for the help.
    pub(crate) fn help(&self, context: Context) -> &'static str {
        match self.means {
            Meaning::Act(action, _) => binding_for(action, context).map_or("", |row| row.help),
            Meaning::Own(_, _, help) => help,
        }
    }

    /// Returns what may be said for it in that context: its own word, and the names in the table of actions.
    pub(crate) fn names(&self, context: Context) -> impl Iterator<Item = &'static str> {
        let row = match self.means {
            Meaning::Act(action, _) => binding_for(action, context),
            Meaning::Own(..) => None,
        };
        std::iter::once(self.said).chain(row.into_iter().flat_map(|row| [row.name, row.hint])).filter(|w| !w.is_empty())
    }

    /// The word with what comes behind it.
    pub(crate) fn usage(&self) -> String {
        format!("{} {}", self.said, self.arguments).trim_end().to_owned()
    }
}

/// The row of an action in that context, or anywhere.
pub(crate) fn binding_for(action: A, context: Context) -> Option<&'static Binding> {
    bindings(context).find(|row| row.action == action).or_else(|| BINDINGS.iter().find(|row| row.action == action))
}

/// Returns the word for an action, in quotes, for sentences that would name a key on a screen.
pub(crate) fn command_for(action: A, context: Context) -> String {
    let means = |word: &&CommandSpec| word.action() == Some(action);
    let here = COMMANDS.iter().filter(means).find(|word| word.applies_in(context));
    here.or_else(|| COMMANDS.iter().find(means)).map_or_else(String::new, |word| format!("'{}'", word.said))
}

//! The commands of plain mode: one table, which the parser and the help share.
//!
//! Most commands mean an action, and take their help and their contexts from the table of actions. The others are for
//! what keys do without an action: a key acts at the cursor, but a line has to name the line, the conflict or the
//! editor.

use crate::action::{Action as A, BINDINGS, Binding, Context as C, Context, rows_in};
use merge_view::action::MergeAction as M;

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CommandSpec {
    /// The words of the command.
    pub(crate) said: &'static str,
    /// The arguments: capitals for a placeholder, brackets for an optional part.
    pub(crate) arguments: &'static str,
    pub(crate) means: Meaning,
}

/// The meaning of a command.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Meaning {
    /// An action, in its contexts in the table of actions or, if contexts are given here, only in these.
    Act(A, &'static [Context]),
    /// Anything else, with its contexts and its help.
    Own(LineVerb, &'static [Context], &'static str),
}

/// A meaning that is not an action, or an action with arguments.
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
    Parent,
    Conflict,
    Conflicts,
    Take(A),
    Edit,
    Result,
    WriteTo,
    Documents,
    Version,
    Open,
    Rename,
    Move,
    Remove,
    As,
    Policy,
    Hold,
    Lead(A),
    Wire,
    Begin,
    Answer,
    Vote,
    Skip,
    Goal,
    LevelAction(A),
    SendOffer,
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

/// The context of a text without an open view.
const TEXT_CONTEXTS: &[Context] = &[C::Text];
/// Contexts in which a text can be edited by line.
const WRITING_CONTEXTS: &[Context] = &[C::Text, C::Merge, C::Required, C::Deleted, C::Ended];
const MERGE_CONTEXTS: &[Context] = &[C::Merge];
/// Contexts of an editor in which no question is open.
const CALM_CONTEXTS: &[Context] = &[C::Text, C::Merge, C::Documents];
const ALL_CONTEXTS: &[Context] = &Context::ALL;
/// Contexts in which lines go to a lesson.
const LESSON_CONTEXTS: &[Context] = &[C::Lesson, C::Quiz];
/// Contexts in which a level may be played.
const LEVEL_CONTEXTS: &[Context] = &[C::Level, C::Text, C::Merge, C::Required, C::Deleted, C::Ended, C::Documents];
/// Contexts in which the gate and the policy are operated.
const GATE_CONTEXTS: &[Context] = &[C::Text, C::Merge, C::Documents, C::Level];
/// Contexts of a session with editors in which no question of the program is open.
const PLAY_CONTEXTS: &[Context] = &[C::Lesson, C::Quiz, C::Level, C::Text, C::Merge, C::Documents];
/// Contexts of a session with editors.
const EDITOR_CONTEXTS: &[Context] = &[
    C::Lesson,
    C::Quiz,
    C::Level,
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

/// All commands, in the order of the help.
pub(crate) const COMMANDS: &[CommandSpec] = &[
    // The menu, and a lesson.
    own(
        "begin",
        "NAME",
        LineVerb::Begin,
        &[C::Menu],
        "Begins the lesson with this number or name; the number or the name alone does, too.",
    ),
    act_in("free", A::FreePlay, &[C::Menu]),
    act("next", A::Step),
    own(
        "answer",
        "N",
        LineVerb::Answer,
        LESSON_CONTEXTS,
        "Answers with choice N, or reads why choice N of an answered question is right or wrong; the number alone does, \
         too.",
    ),
    own(
        "vote",
        "N",
        LineVerb::Vote,
        EDITOR_CONTEXTS,
        "Answers the leader's question to the room with choice N; until the counts are shown, 'vote' again changes it.",
    ),
    own(
        "skip",
        "",
        LineVerb::Skip,
        &[C::Quiz, C::Level],
        "Gives the right answer away; in a level, skips it and tells its solution.",
    ),
    own("goal", "", LineVerb::Goal, LEVEL_CONTEXTS, "In a level: reads the task, the goal and what holds of it."),
    own("hint", "", LineVerb::LevelAction(A::Hint), LEVEL_CONTEXTS, "In a level: reads the next hint."),
    own(
        "send",
        "N",
        LineVerb::SendOffer,
        LEVEL_CONTEXTS,
        "In a level: has a client without an editor send request N of those on offer.",
    ),
    own(
        "solution",
        "",
        LineVerb::LevelAction(A::Solution),
        LEVEL_CONTEXTS,
        "In a level: plays the next step of the solution; if you have done something, the level starts over first.",
    ),
    act("back", A::Back),
    own(
        "again",
        "",
        LineVerb::Again,
        PLAY_CONTEXTS,
        "Plays the lesson from its beginning, or in a level, starts it over; changes by hand are lost.",
    ),
    own("lesson", "", LineVerb::Lesson, CALM_CONTEXTS, "Sends your lines to the lesson again; changes by hand stay."),
    act("policies", A::ComparePolicies),
    own(
        "take",
        "POLICY",
        LineVerb::Under,
        LESSON_CONTEXTS,
        "Plays the lesson from its beginning under required, optional or ignored.",
    ),
    act("faster", A::Faster),
    act("slower", A::Slower),
    act("next lesson", A::NextLesson),
    act_in("menu", A::Menu, PLAY_CONTEXTS),
    act_in("leave", A::Menu, &[C::Lesson, C::Quiz, C::Level]),
    // The drafts of a document that is being opened.
    own(
        "draft",
        "N",
        LineVerb::Draft,
        &[C::Drafts],
        "Continues draft N: its text becomes my text, not saved yet; 'draft none' starts without a draft.",
    ),
    own("look", "N", LineVerb::LookAtDraft, &[C::Drafts], "Reads draft N."),
    own("discard", "N", LineVerb::DiscardDraft, &[C::Drafts], "Deletes draft N, after asking."),
    act_in("start without", A::StartWithout, &[C::Drafts]),
    // Answers to a question.
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
        "Writes the unsaved text to a new file at PATH; without PATH, the program chooses a path and prints it.",
    ),
    act_in("restore", A::RestoreVersion, &[C::Version]),
    act_in("bring back", A::BringBack, &[C::Version]),
    act_in("no", A::Close, &[C::Question, C::Overwrite, C::Unsaved, C::Version]),
    // The merge.
    own(
        "conflict",
        "[N]",
        LineVerb::Conflict,
        MERGE_CONTEXTS,
        "Reads the current conflict, or goes to conflict N and reads it.",
    ),
    own(
        "conflicts",
        "",
        LineVerb::Conflicts,
        MERGE_CONTEXTS,
        "Lists all conflicts and all other changes, with their decisions.",
    ),
    own(
        "mine",
        "[N]",
        LineVerb::Take(A::Merge(M::TakeMine)),
        MERGE_CONTEXTS,
        "Takes mine; a second time, makes the conflict undecided again.",
    ),
    own(
        "theirs",
        "[N]",
        LineVerb::Take(A::Merge(M::TakeTheirs)),
        MERGE_CONTEXTS,
        "Takes theirs; a second time, makes the conflict undecided again.",
    ),
    act("all mine", A::Merge(M::TakeAllMine)),
    act("all theirs", A::Merge(M::TakeAllTheirs)),
    act("all both", A::Merge(M::TakeAllBoth)),
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
        "Takes the suggestion for this conflict.",
    ),
    act("all suggested", A::Merge(M::TakeAllSuggestions)),
    own(
        "edit",
        "[N] TEXT",
        LineVerb::Edit,
        MERGE_CONTEXTS,
        "Writes the result of this conflict by hand; without TEXT, the next lines are the result.",
    ),
    act("next", A::Merge(M::NextConflict)),
    act("previous", A::Merge(M::PreviousConflict)),
    act("next change", A::Merge(M::NextChange)),
    act("settled", A::Merge(M::ToggleSettled)),
    act("blanks", A::Merge(M::DecideBlanks)),
    act("format", A::Merge(M::NextFormat)),
    own("result", "", LineVerb::Result, MERGE_CONTEXTS, "Reads the result as it is now."),
    act_in("save", A::Save, MERGE_CONTEXTS),
    act_in("leave", A::Leave, &[C::Merge, C::Required, C::Deleted, C::Ended]),
    own(
        "write to",
        "PATH",
        LineVerb::WriteTo,
        &[C::Text, C::Merge],
        "In a merge of files: writes the result to a new file, and leaves my file as it is.",
    ),
    act("overwrite", A::OverwriteTheirs),
    // The text.
    own("show", "[N [M]]", LineVerb::Show, EDITOR_CONTEXTS, "Reads my text, or line N, or the lines N to M."),
    own(
        "line",
        "N TEXT",
        LineVerb::Line,
        WRITING_CONTEXTS,
        "Replaces line N with TEXT; without TEXT, with the next lines.",
    ),
    own(
        "add",
        "TEXT",
        LineVerb::Add,
        WRITING_CONTEXTS,
        "Adds TEXT as a line at the end; without TEXT, adds the next lines.",
    ),
    own(
        "insert",
        "N TEXT",
        LineVerb::Insert,
        WRITING_CONTEXTS,
        "Inserts TEXT as a line before line N; without TEXT, inserts the next lines.",
    ),
    own(
        "delete",
        "N [M]",
        LineVerb::Delete,
        WRITING_CONTEXTS,
        "Deletes line N, or the lines N to M; 'delete document' deletes the document.",
    ),
    own("replace", "OLD => NEW", LineVerb::Replace, WRITING_CONTEXTS, "Replaces the first OLD in the text with NEW."),
    own("title", "TEXT", LineVerb::Title, WRITING_CONTEXTS, "Changes the title of the document."),
    own(
        "parent",
        "NAME",
        LineVerb::Parent,
        WRITING_CONTEXTS,
        "Changes the parent of the document; 'parent none': none.",
    ),
    act_in("save", A::Save, &[C::Text, C::Ended]),
    act("blind", A::SaveUnconditionally),
    act_in("merge", A::Enter, &[C::Text]),
    act("reload", A::Reload),
    act_in("undo", A::Undo, TEXT_CONTEXTS),
    act("undo", A::Merge(M::UndoDecision)),
    act_in("redo", A::Redo, TEXT_CONTEXTS),
    act("redo", A::Merge(M::RedoDecision)),
    own(
        "paste",
        "[N]",
        LineVerb::Paste,
        WRITING_CONTEXTS,
        "Pastes at the end, or before line N: text that was cut, or kept lines, also those from an earlier run.",
    ),
    act("keep", A::ExportMine),
    act("dismiss", A::Dismiss),
    act("versions", A::Versions),
    own("version", "N", LineVerb::Version, TEXT_CONTEXTS, "Reads version N; from there it can be brought back."),
    act_in("delete document", A::Delete, TEXT_CONTEXTS),
    // Elsewhere.
    own("documents", "", LineVerb::Documents, CALM_CONTEXTS, "Lists the documents."),
    act_in("leader", A::OpenLeadersDocument, CALM_CONTEXTS),
    own(
        "open",
        "NAME",
        LineVerb::Open,
        CALM_CONTEXTS,
        "Opens a document; if it does not exist, the first save creates it.",
    ),
    own(
        "rename",
        "NAME TITLE",
        LineVerb::Rename,
        CALM_CONTEXTS,
        "Changes the title of a listed document, by its name or number: PATCH with the If-Match of the version that \
         'documents' printed.",
    ),
    own(
        "move",
        "NAME PARENT",
        LineVerb::Move,
        CALM_CONTEXTS,
        "Changes the parent of a listed document, as 'rename' changes the title; 'none' as the parent: none.",
    ),
    own(
        "remove",
        "NAME",
        LineVerb::Remove,
        CALM_CONTEXTS,
        "Deletes a listed document, after asking: DELETE with the If-Match of the version that 'documents' printed.",
    ),
    own("as", "NAME", LineVerb::As, EDITOR_CONTEXTS, "On the stage: sends your lines to that person's editor."),
    own(
        "policy",
        "[POLICY]",
        LineVerb::Policy,
        GATE_CONTEXTS,
        "On the stage: sets the server's policy to required, optional or ignored.",
    ),
    own(
        "hold",
        "[WHAT]",
        LineVerb::Hold,
        GATE_CONTEXTS,
        "Tells the server's gate to hold writes, all or nothing, or in some levels judged writes; without WHAT, says \
         what it holds.",
    ),
    own(
        "release",
        "[N]",
        LineVerb::Lead(A::Release),
        GATE_CONTEXTS,
        "Releases request N, or the first one at the gate: the server judges it now.",
    ),
    own(
        "release all",
        "",
        LineVerb::Lead(A::ReleaseAll),
        GATE_CONTEXTS,
        "Releases all requests, each after the response to the one before: the marked ones in order, then the others.",
    ),
    own(
        "mark",
        "[N]",
        LineVerb::Lead(A::Mark),
        GATE_CONTEXTS,
        "Marks request N as the next in the order of release; a second time, removes the mark.",
    ),
    own(
        "lose response",
        "[N]",
        LineVerb::Lead(A::LoseAnswer),
        GATE_CONTEXTS,
        "Releases write N and loses its response: the write is done, and its writer never hears of it.",
    ),
    own(
        "duplicate",
        "[N]",
        LineVerb::Lead(A::Duplicate),
        GATE_CONTEXTS,
        "Sends request N, which has no response yet, a second time, like a network that duplicates a message.",
    ),
    own(
        "send again",
        "[N]",
        LineVerb::Lead(A::SendAgain),
        GATE_CONTEXTS,
        "Sends request N again as it was, with its old If-Match; its editor does not know.",
    ),
    own("wire", "[N]", LineVerb::Wire, EDITOR_CONTEXTS, "Reads the last exchanges, or exchange N in full."),
    own(
        "status",
        "",
        LineVerb::Status,
        ALL_CONTEXTS,
        "Says where I am and what comes next. An empty line does the same, except in a lesson: there it is the next step.",
    ),
    own("help", "[WORD]", LineVerb::Help, ALL_CONTEXTS, "Lists the commands that apply here, or explains one of them."),
    act("quit", A::Quit),
    own(
        "quit!",
        "",
        LineVerb::QuitNow,
        ALL_CONTEXTS,
        "Leaves without asking; unsaved text is kept as a draft, if drafts are kept and the draft can be written.",
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
    /// Returns whether the command applies in a context.
    ///
    /// While a panel is open over a text, the commands for the text apply too, and close the panel.
    pub(crate) fn applies_in(&self, context: Context) -> bool {
        let over_text = matches!(context, C::Required | C::Deleted);
        self.applies_just_in(context) || (over_text && self.applies_just_in(C::Text))
    }

    fn applies_just_in(&self, context: Context) -> bool {
        match self.means {
            Meaning::Act(action, only) => {
                (only.is_empty() || only.contains(&context)) && rows_in(context).any(|row| row.action == action)
            }
            Meaning::Own(_, places, _) => places.contains(&context),
        }
    }

    /// Returns the action of the command, or `None` if it has none.
    pub(crate) fn action(&self) -> Option<A> {
        match self.means {
            Meaning::Act(action, _)
            | Meaning::Own(LineVerb::Take(action) | LineVerb::Lead(action) | LineVerb::LevelAction(action), ..) => {
                Some(action)
            }
            Meaning::Own(LineVerb::Hold, ..) => Some(A::Hold),
            Meaning::Own(LineVerb::Policy, ..) => Some(A::Policy),
            Meaning::Own(LineVerb::Documents, ..) => Some(A::Documents),
            Meaning::Own(LineVerb::Help, ..) => Some(A::Help),
            Meaning::Own(LineVerb::Edit, ..) => Some(A::Merge(M::EditResult)),
            Meaning::Own(LineVerb::Paste, ..) => Some(A::Paste),
            Meaning::Own(LineVerb::Again, ..) => Some(A::Again),
            Meaning::Own(LineVerb::SendOffer, ..) => Some(A::SendOffer(0)),
            Meaning::Own(LineVerb::WriteTo, ..) => Some(A::WriteElsewhere),
            Meaning::Own(LineVerb::Version, ..) => Some(A::Versions),
            Meaning::Own(LineVerb::Wire, ..) => Some(A::FocusWire),
            Meaning::Own(LineVerb::KeepAs, ..) => Some(A::KeepAs),
            Meaning::Own(..) => None,
        }
    }

    /// Returns the sentence for the help.
    pub(crate) fn help(&self, context: Context) -> &'static str {
        match self.means {
            Meaning::Act(action, _) => binding_for(action, context).map_or("", |row| row.help),
            Meaning::Own(_, _, help) => help,
        }
    }

    /// Returns the words that the parser accepts in a context.
    ///
    /// They are the command's own, and those in the table of actions.
    pub(crate) fn names(&self, context: Context) -> impl Iterator<Item = &'static str> {
        let row = match self.means {
            Meaning::Act(action, _) => binding_for(action, context),
            Meaning::Own(..) => None,
        };
        std::iter::once(self.said).chain(row.into_iter().flat_map(|row| [row.name, row.hint])).filter(|w| !w.is_empty())
    }

    /// Returns the command with its arguments.
    pub(crate) fn usage(&self) -> String {
        format!("{} {}", self.said, self.arguments).trim_end().to_owned()
    }
}

/// Returns the row of an action in a context, or else its first row in the table of actions.
pub(crate) fn binding_for(action: A, context: Context) -> Option<&'static Binding> {
    rows_in(context).find(|row| row.action == action).or_else(|| BINDINGS.iter().find(|row| row.action == action))
}

/// Returns the command for an action, in quotes, for a sentence that names the key on a screen.
pub(crate) fn command_for(action: A, context: Context) -> String {
    let means = |word: &&CommandSpec| word.action() == Some(action);
    let here = COMMANDS.iter().filter(means).find(|word| word.applies_in(context));
    here.or_else(|| COMMANDS.iter().find(means)).map_or_else(String::new, |word| format!("'{}'", word.said))
}

//! The one table of actions: what can be done, by which key, where, and what it is good for.
//!
//! The key map, the footer and the help are all read from it, so none of them can disagree with another. Each key is
//! turned into an [`Action`] once, here, and nothing behind this module knows keys. Why an action is off at the moment
//! depends on the state and stands in [`crate::availability`].

mod table;

use precondition::policy::Preconditions;
use terminal::edit::{Edit, edit_for};
use terminal::key::Key;

pub use table::BINDINGS;

/// Something that a person can do by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Shows the help for where I am.
    Help,
    /// Ends the program, after asking where something is unsaved.
    Quit,
    /// Draws the whole screen again.
    Redraw,
    /// Shows the wire panel as a list, shows it as a sequence diagram, or puts it away.
    ToggleWire,
    /// Gives the keys to the wire panel, or back to the editor.
    FocusWire,
    /// Gives the keys to the next editor.
    NextEditor,
    /// Gives the keys to the first editor.
    FirstEditor,
    /// Gives the keys to the second editor.
    SecondEditor,
    /// Gives the keys to the third editor.
    ThirdEditor,
    /// Gives the keys to the fourth editor.
    FourthEditor,
    /// Switches what the server insists on: required, optional, ignored.
    Policy,
    /// Goes to the menu of lessons.
    Menu,
    /// Goes from a lesson to the menu or, after it was entered from a text, back to that.
    LeaveLesson,
    /// Goes from the menu to two editors and no lesson.
    FreePlay,

    /// The next step of the lesson.
    Step,
    /// The step before, by playing the lesson anew.
    Back,
    /// The lesson from its beginning.
    Again,
    /// The lesson after this one.
    NextLesson,
    /// The lesson goes on by itself, or faster.
    Faster,
    /// The lesson goes on slower, or by hand.
    Slower,
    /// Answers the question with the choice of that number, counted from 0.
    Answer(u8),
    /// Shows the lesson under every policy, side by side.
    ComparePolicies,
    /// Plays the lesson again under that policy.
    ReplayUnder(Preconditions),
    /// Shows the documents.
    Documents,
    /// Shows the versions of the document in view.
    Versions,

    /// PUT with `If-Match`.
    Save,
    /// PUT without a precondition.
    SaveUnconditionally,
    /// GET again, with `If-None-Match`.
    Reload,
    /// DELETE with `If-Match`, after asking.
    Delete,
    /// Gives the keys to what opened by itself: the merge, the 428, the choice after a delete, a question.
    Enter,
    /// Gives the keys back to the text.
    Leave,
    /// Holds writes at the server's gate, then all requests, then none.
    Hold,
    /// Lets the selected request go on that is held.
    Release,
    /// Lets all go on that are held.
    ReleaseAll,
    /// Gives a request that is held a place in the order in which they go on.
    Mark,
    /// Lets the selected write go on, and loses its answer.
    LoseAnswer,
    /// Sends a request that has no answer yet a second time.
    Duplicate,
    /// Sends a request once more, as it was.
    SendAgain,
    /// Shows only some exchanges.
    Filter,
    /// Puts the last notice away.
    Dismiss,
    /// After a 428: the same save, with its precondition.
    RetryWithPrecondition,
    /// After a delete by somebody else: gives my text up.
    DiscardMine,
    /// After a delete by somebody else: a new document with my text.
    CreateAgain,

    /// Takes back a change of the text.
    Undo,
    /// Makes it again.
    Redo,
    /// Cuts what is selected.
    Cut,
    /// Copies what is selected.
    Copy,
    /// Pastes.
    Paste,
    /// Selects the whole text.
    SelectAll,

    /// To the next open conflict.
    NextConflict,
    /// To the open conflict before.
    PreviousConflict,
    /// To the next change of any kind.
    NextChange,
    /// To the change before, of any kind.
    PreviousChange,
    /// Decides for mine.
    TakeMine,
    /// Decides for theirs.
    TakeTheirs,
    /// Decides every open conflict for mine.
    TakeAllMine,
    /// Decides every open conflict for theirs.
    TakeAllTheirs,
    /// Decides for both, mine first.
    TakeBothMineFirst,
    /// Decides for both, theirs first.
    TakeBothTheirsFirst,
    /// Decides for the base: neither change.
    TakeBase,
    /// Writes the result of this change by hand.
    EditResult,
    /// Writes the whole result by hand.
    EditWhole,
    /// Takes over what was written by hand.
    AcceptEdit,
    /// Takes back a decision.
    UndoDecision,
    /// Decides again as before.
    RedoDecision,
    /// Takes, or no longer takes, every change that conflicts with nothing.
    ToggleSettled,
    /// Takes what is suggested for this conflict.
    TakeSuggestion,
    /// Takes all suggestions, after asking.
    TakeAllSuggestions,
    /// Decides every conflict alike whose sides differ in blanks alone.
    DecideBlanks,
    /// Chooses other line ends, another end of the text, another byte order mark.
    NextFormat,
    /// Goes on to the next open conflict after each decision, or no longer does.
    ToggleAutoAdvance,
    /// Keeps my text as a file.
    ExportMine,
    /// In a merge of files: writes the result to another file.
    WriteElsewhere,
    /// Shows what would be buried, then saves mine over theirs.
    OverwriteTheirs,
    /// The next pane, where not all can be seen.
    NextPane,

    /// Up by one.
    Up,
    /// Down by one.
    Down,
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up by a screen.
    PageUp,
    /// Down by a screen.
    PageDown,
    /// To the beginning.
    First,
    /// To the end.
    Last,
    /// Opens what is selected.
    Open,
    /// Puts an old version beside my text, or shows it whole.
    Compare,
    /// Makes the text of an old version my edit.
    BringBack,
    /// Says yes to the question.
    Confirm,
    /// The second answer to the question of what to do with unsaved text: leaves without saving.
    Abandon,
    /// Closes what is on top.
    Close,

    /// Shows the selected draft whole.
    LookAtDraft,
    /// Deletes a draft, after asking.
    DiscardDraft,
    /// Opens the document without any of its drafts.
    StartWithout,
    /// Writes unsaved text into a file whose path is typed.
    KeepAs,
    /// Sends unsaved text to the terminal for its clipboard.
    CopyOut,
}

/// Where the keys are: what a key means depends on it, and on nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// In the menu of lessons.
    Menu,
    /// In a lesson, while no editor has the keys.
    Lesson,
    /// In a lesson, in front of a question.
    Quiz,
    /// In front of the table of a lesson under every policy.
    PolicyComparison,
    /// In a text.
    Text,
    /// In the merge view.
    Merge,
    /// In the merge view, writing the result of one change by hand.
    MergeText,
    /// In front of the 428 that explains itself.
    Required,
    /// In front of the choice that a delete by somebody else leaves.
    Deleted,
    /// In a view that a response has ended: its keys decide nothing any more.
    Ended,
    /// In the list of exchanges.
    Wire,
    /// Typing which exchanges to show.
    Filter,
    /// In one exchange, opened whole.
    Exchange,
    /// In the list of documents.
    Documents,
    /// In the versions of a document.
    Versions,
    /// In one version.
    Version,
    /// In front of a question that wants a yes.
    Question,
    /// In front of the question of what to do with unsaved text.
    Unsaved,
    /// In front of what an overwrite would bury.
    Overwrite,
    /// Typing the path of a file to write: of the result of a merge of files, or of a text that no draft keeps.
    Path,
    /// In front of the drafts of a document that is being opened.
    Drafts,
    /// In front of one of them.
    Draft,
    /// In the help.
    Help,
}

impl Context {
    /// Every context.
    pub const ALL: [Self; 23] = [
        Self::Menu,
        Self::Lesson,
        Self::Quiz,
        Self::PolicyComparison,
        Self::Text,
        Self::Merge,
        Self::MergeText,
        Self::Required,
        Self::Deleted,
        Self::Ended,
        Self::Wire,
        Self::Filter,
        Self::Exchange,
        Self::Documents,
        Self::Versions,
        Self::Version,
        Self::Question,
        Self::Unsaved,
        Self::Overwrite,
        Self::Path,
        Self::Drafts,
        Self::Draft,
        Self::Help,
    ];

    /// Where that is, in words.
    #[must_use]
    pub const fn place_name(self) -> &'static str {
        match self {
            Self::Menu => "in the menu",
            Self::Lesson => "in a lesson",
            Self::Quiz => "in front of a lesson's question",
            Self::PolicyComparison => "in front of a lesson's takes",
            Self::Text => "in a text",
            Self::Merge => "in the merge",
            Self::MergeText => "in a result written by hand",
            Self::Required => "in front of a 428",
            Self::Deleted => "in front of a deleted document",
            Self::Ended => "in a view that has ended",
            Self::Wire => "on the wire",
            Self::Filter => "in a filter",
            Self::Exchange => "in one exchange",
            Self::Documents => "in the documents",
            Self::Versions => "in the versions",
            Self::Version => "in one version",
            Self::Question => "in front of a question",
            Self::Unsaved => "on the way out",
            Self::Overwrite => "in front of what would be buried",
            Self::Path => "in the path of a file",
            Self::Drafts => "in front of the drafts",
            Self::Draft => "in front of a draft",
            Self::Help => "in the help",
        }
    }

    /// Whether keys without an action type text here; in the menu it is a lesson's number.
    #[must_use]
    pub const fn accepts_text(self) -> bool {
        matches!(self, Self::Menu | Self::Text | Self::MergeText | Self::Filter | Self::Documents | Self::Path)
    }
}

/// Where an action applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// Wherever the keys are.
    Everywhere,
    /// In these contexts.
    In(&'static [Context]),
}

/// One row of the table: an action where it applies.
///
/// An action that means different things in different contexts has one row for each meaning.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What is done.
    pub action: Action,
    /// Its name, in lower case, for the palette, the manual and the configuration.
    pub name: &'static str,
    /// The keys; the first is the one that is shown.
    pub keys: &'static [Key],
    /// Where.
    pub applies: Applies,
    /// One or two words for the footer, empty where it is not worth a place there.
    pub hint: &'static str,
    /// One sentence for the help.
    pub help: &'static str,
}

impl Binding {
    /// Whether the row applies in that context.
    #[must_use]
    pub fn applies_in(&self, context: Context) -> bool {
        match self.applies {
            Applies::Everywhere => true,
            Applies::In(contexts) => contexts.contains(&context),
        }
    }

    /// Whether it answers what a panel or a question asks, and does not only move about.
    pub(crate) fn is_answer(&self) -> bool {
        !self.hint.is_empty() && !matches!(self.action, Action::FocusWire | Action::Documents | Action::Versions)
    }

    /// The key that is shown.
    #[must_use]
    pub fn key(&self) -> Key {
        self.keys[0]
    }
}

/// What came of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMeaning {
    /// An action of the table.
    Act(Action),
    /// A change of the text that has the keys.
    Edit(Edit),
}

/// What a key means in that context; none where it means nothing.
#[must_use]
pub fn key_meaning(key: Key, context: Context) -> Option<KeyMeaning> {
    let row = bindings(context).find(|row| row.keys.contains(&key));
    match row {
        Some(row) => Some(KeyMeaning::Act(row.action)),
        None if context.accepts_text() => edit_for(key).map(KeyMeaning::Edit),
        None => None,
    }
}

/// The rows that apply in that context, in the table's order.
pub fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |row| row.applies_in(context))
}

/// The key that is shown for an action in that context, or, where it does not apply there, anywhere.
#[must_use]
pub fn key_of(action: Action, context: Context) -> Option<Key> {
    let here = bindings(context).find(|row| row.action == action);
    here.or_else(|| BINDINGS.iter().find(|row| row.action == action)).map(Binding::key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for context in Context::ALL {
            let mut seen: Vec<(Key, Action)> = Vec::new();
            for row in bindings(context) {
                for key in row.keys {
                    let taken = seen.iter().find(|(other, _)| other == key);
                    assert!(taken.is_none(), "{key} {}: {:?} and {taken:?}", context.place_name(), row.action);
                    seen.push((*key, row.action));
                }
            }
        }
    }

    #[test]
    fn every_row_has_a_key_a_name_and_a_sentence() {
        for row in BINDINGS {
            assert!(!row.keys.is_empty(), "{}", row.name);
            assert!(!row.name.is_empty() && row.name == row.name.to_lowercase(), "{}", row.name);
            assert!(row.help.ends_with('.'), "{}", row.name);
            for other in BINDINGS.iter().filter(|other| other.action == row.action) {
                assert_eq!(other.name, row.name, "one action, one name");
            }
            for other in BINDINGS.iter().filter(|other| other.name == row.name) {
                assert_eq!(other.action, row.action, "one name, one action");
            }
        }
    }

    #[test]
    fn a_letter_types_in_a_text_and_decides_in_a_merge() {
        let m = Key::char('m');
        assert_eq!(key_meaning(m, Context::Text), Some(KeyMeaning::Edit(Edit::Insert('m'))));
        assert_eq!(key_meaning(m, Context::Merge), Some(KeyMeaning::Act(Action::TakeMine)));
        assert_eq!(key_meaning(m, Context::Wire), Some(KeyMeaning::Act(Action::Mark)));
        assert_eq!(key_meaning(m, Context::Help), None);
    }

    #[test]
    fn the_keys_of_the_product_stand() {
        use crossterm::event::KeyCode::{Enter, Esc};
        let expected = [
            (Context::Text, Key::ctrl('s'), Action::Save),
            (Context::Text, Key::f(6), Action::SaveUnconditionally),
            (Context::Text, Key::f(5), Action::Reload),
            (Context::Text, Key::f(2), Action::Documents),
            (Context::Text, Key::f(3), Action::Versions),
            (Context::Text, Key::f(4), Action::ToggleWire),
            (Context::Text, Key::f(1), Action::Help),
            (Context::Text, Key::ctrl('g'), Action::Help),
            (Context::Text, Key::f(7), Action::Policy),
            (Context::Text, Key::f(8), Action::Delete),
            (Context::Text, Key::ctrl('z'), Action::Undo),
            (Context::Text, Key::ctrl('y'), Action::Redo),
            (Context::Text, Key::ctrl('c'), Action::Copy),
            (Context::Text, Key::ctrl('x'), Action::Cut),
            (Context::Text, Key::ctrl('v'), Action::Paste),
            (Context::Text, Key::ctrl('q'), Action::Quit),
            (Context::Text, Key::ctrl('l'), Action::Redraw),
            (Context::Merge, Key::ctrl('l'), Action::Redraw),
            (Context::Text, Key::alt('1'), Action::FirstEditor),
            (Context::Text, Key::alt('2'), Action::SecondEditor),
            (Context::Text, Key::ctrl('w'), Action::NextEditor),
            (Context::Required, Key::plain(Enter), Action::RetryWithPrecondition),
            (Context::Required, Key::plain(Esc), Action::Leave),
            (Context::Required, Key::ctrl('s'), Action::Save),
            (Context::Text, Key::f(9), Action::Enter),
            (Context::Text, Key::plain(Esc), Action::Dismiss),
            (Context::Ended, Key::plain(Esc), Action::Leave),
            (Context::Merge, Key::char('n'), Action::NextConflict),
            (Context::Merge, Key::char('p'), Action::PreviousConflict),
            (Context::Merge, Key::char('N'), Action::NextChange),
            (Context::Merge, Key::char('P'), Action::PreviousChange),
            (Context::Merge, Key::char('m'), Action::TakeMine),
            (Context::Merge, Key::char('t'), Action::TakeTheirs),
            (Context::Merge, Key::char('b'), Action::TakeBothMineFirst),
            (Context::Merge, Key::char('B'), Action::TakeBothTheirsFirst),
            (Context::Merge, Key::char('o'), Action::TakeBase),
            (Context::Merge, Key::char('e'), Action::EditResult),
            (Context::Merge, Key::char('u'), Action::UndoDecision),
            (Context::Merge, Key::char('U'), Action::RedoDecision),
            (Context::Merge, Key::char('a'), Action::ToggleSettled),
            (Context::Merge, Key::char('s'), Action::TakeSuggestion),
            (Context::Merge, Key::char('S'), Action::TakeAllSuggestions),
            (Context::Merge, Key::char('E'), Action::EditWhole),
            (Context::Merge, Key::char('k'), Action::ExportMine),
            (Context::Text, Key::alt('k'), Action::ExportMine),
            (Context::Merge, Key::ctrl('s'), Action::Save),
            (Context::Merge, Key::plain(Esc), Action::Leave),
            (Context::Wire, Key::char('i'), Action::Hold),
            (Context::Wire, Key::char('a'), Action::Release),
            (Context::Wire, Key::char('A'), Action::ReleaseAll),
            (Context::Wire, Key::char('m'), Action::Mark),
            (Context::Wire, Key::char('X'), Action::LoseAnswer),
            (Context::Wire, Key::char('D'), Action::Duplicate),
            (Context::Wire, Key::char('r'), Action::SendAgain),
            (Context::Wire, Key::char('f'), Action::Filter),
            (Context::Wire, Key::char('/'), Action::Filter),
        ];
        for (context, key, action) in expected {
            assert_eq!(key_meaning(key, context), Some(KeyMeaning::Act(action)), "{key} {}", context.place_name());
        }
    }
}

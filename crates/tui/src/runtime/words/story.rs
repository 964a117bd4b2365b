//! The random steps of one run, which proptest shrinks to a short story if a promise is broken.

use contract::Hold;
use precondition::policy::Preconditions;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::rig::Source;
use super::server::Writer;

/// The kind of session in a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// One editor, with drafts.
    Single,
    /// Two editors side by side.
    Stage,
    /// A lesson, by its number.
    Lesson(usize),
    /// One editor, line by line.
    Plain,
    /// One editor whose lines come from a pipe, and wait until they are due.
    Piped,
}

impl Kind {
    /// Returns whether the user enters lines and presses no keys.
    pub(super) const fn is_plain(self) -> bool {
        matches!(self, Self::Plain | Self::Piped)
    }

    /// Returns whether typed text is kept in drafts.
    pub(super) const fn has_drafts(self) -> bool {
        matches!(self, Self::Single | Self::Plain | Self::Piped)
    }
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The user types this many characters, each as a key press.
    Type(u8),
    /// The user pastes this many words.
    Paste(u8),
    /// The user gives a command.
    Do(UserCommand),
    /// The user clicks at a position, in 255ths of the terminal's width and height.
    Click(u8, u8),
    /// The terminal gets this size, in columns and rows.
    Resize(u16, u16),
    /// The user enters the merge if one is open, and makes one of its decisions.
    Decide(u8),
    /// The user presses one of the keys that have a meaning in the present context.
    Choose(u8),
    /// Another client saves.
    Save(Writer, Change),
    /// Another client deletes the document.
    Delete(Writer),
    /// The gate holds these requests from now on.
    Hold(Hold),
    /// The request that has waited longest is released.
    Release,
    /// All held requests are released.
    ReleaseAll,
    /// The server's preconditions change.
    Policy(Preconditions),
    /// The next write is applied, and its response is lost.
    Lose,
    /// Every connection breaks.
    Cut,
    /// This many events of a source are delivered.
    Deliver(Source, u8),
    /// All timers run out.
    Wake,
    /// The process is killed and started again.
    Kill {
        /// Whether all typed text is on the disk before the kill.
        quiet: bool,
    },
    /// The process is killed and started again, and the user types words before the document is open.
    Early {
        /// How many words.
        words: u8,
        /// Whether the user asks for a save.
        saves: bool,
        /// Whether the process is killed again before the document is open.
        killed: bool,
    },
}

/// A command of the user that has its own key or line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UserCommand {
    Save,
    SaveUnconditionally,
    Reload,
    Enter,
    Escape,
    Undo,
    Redo,
    Backspace,
    Up,
    Down,
    Left,
    Home,
    End,
    Delete,
    OtherEditor,
    /// Opens the help, which covers all else.
    Look,
    /// Goes to the next step of a lesson.
    Step,
    /// Goes back to the lesson, or to the previous view.
    Back,
}

/// A change that another client makes to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Replaces this line.
    Line(u8),
    /// Appends to this line.
    Append(u8),
    /// Inserts a line before this one.
    Insert(u8),
    /// Removes this line.
    Remove(u8),
    /// Replaces the whole text.
    Whole,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Story {
    pub(super) kind: Kind,
    /// Whether the document exists at the beginning.
    pub(super) exists: bool,
    /// Columns and rows.
    pub(super) size: (u16, u16),
    pub(super) steps: Vec<Step>,
    pub(super) ending: Ending,
}

/// How the program ends, after everything has come to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// By a signal.
    Stopped,
    /// The user leaves without saving.
    Abandoned,
    /// The user saves all unsaved text, and leaves.
    Saved,
}

/// Returns a strategy for stories of a kind.
pub(super) fn story(kind: Kind) -> impl Strategy<Value = Story> {
    let exists = prop::bool::weighted(0.9);
    let ending = select(vec![Ending::Stopped, Ending::Abandoned, Ending::Saved]);
    let parts = (exists, size(), vec(step(kind), 10..70), ending);
    parts.prop_map(move |(exists, size, steps, ending)| Story { kind, exists, size, steps, ending })
}

fn size() -> impl Strategy<Value = (u16, u16)> {
    select(vec![(80, 24), (120, 40), (60, 14), (100, 30), (40, 12)])
}

fn step(kind: Kind) -> BoxedStrategy<Step> {
    let user = prop_oneof![
        30 => (1..9u8).prop_map(Step::Type),
        3 => (1..4u8).prop_map(Step::Paste),
        24 => command(kind).prop_map(Step::Do),
        8 => any::<u8>().prop_map(Step::Choose),
        12 => any::<u8>().prop_map(Step::Decide),
        2 => any::<(u8, u8)>().prop_map(|(x, y)| Step::Click(x, y)),
    ];
    let deliver = (select(Source::ALL.to_vec()), 1..5u8).prop_map(|(source, count)| Step::Deliver(source, count));
    let world = prop_oneof![
        20 => deliver,
        14 => (1..4u8).prop_map(|count| Step::Deliver(Source::Responses, count)),
        8 => (writer(), change()).prop_map(|(who, change)| Step::Save(who, change)),
        1 => writer().prop_map(Step::Delete),
        1 => select(vec![Hold::None, Hold::Writes, Hold::All]).prop_map(Step::Hold),
        2 => Just(Step::Release),
        1 => Just(Step::ReleaseAll),
        1 => select(vec![Preconditions::Required, Preconditions::Optional, Preconditions::Ignored])
            .prop_map(Step::Policy),
        1 => Just(Step::Lose),
        1 => Just(Step::Cut),
        2 => Just(Step::Wake),
        1 => size().prop_map(|(width, height)| Step::Resize(width, height)),
    ];
    match kind {
        Kind::Single | Kind::Plain | Kind::Piped => {
            let kill = any::<bool>().prop_map(|quiet| Step::Kill { quiet });
            let early = (1..4u8, any::<bool>(), any::<bool>());
            let early = early.prop_map(|(words, saves, killed)| Step::Early { words, saves, killed });
            prop_oneof![120 => user, 80 => world, 2 => kill, 1 => early].boxed()
        }
        Kind::Stage | Kind::Lesson(_) => prop_oneof![60 => user, 40 => world].boxed(),
    }
}

fn command(kind: Kind) -> BoxedStrategy<UserCommand> {
    let text = prop_oneof![
        10 => Just(UserCommand::Save),
        2 => Just(UserCommand::SaveUnconditionally),
        3 => Just(UserCommand::Reload),
        7 => Just(UserCommand::Enter),
        3 => Just(UserCommand::Escape),
        2 => Just(UserCommand::Undo),
        1 => Just(UserCommand::Redo),
        1 => Just(UserCommand::Backspace),
        3 => select(vec![UserCommand::Up, UserCommand::Down, UserCommand::Left, UserCommand::Home, UserCommand::End]),
        1 => Just(UserCommand::Delete),
        2 => Just(UserCommand::Look),
    ];
    match kind {
        Kind::Single | Kind::Plain | Kind::Piped => text.boxed(),
        Kind::Stage => prop_oneof![30 => text, 2 => Just(UserCommand::OtherEditor)].boxed(),
        Kind::Lesson(_) => {
            prop_oneof![12 => text, 10 => Just(UserCommand::Step), 3 => Just(UserCommand::Back), 2 => Just(UserCommand::OtherEditor)].boxed()
        }
    }
}

fn writer() -> impl Strategy<Value = Writer> {
    prop_oneof![3 => Just(Writer::Other), 1 => Just(Writer::Namesake)]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0..6u8).prop_map(Change::Line),
        3 => (0..6u8).prop_map(Change::Append),
        2 => (0..6u8).prop_map(Change::Insert),
        1 => (0..6u8).prop_map(Change::Remove),
        1 => Just(Change::Whole),
    ]
}

impl Change {
    /// Returns the text after the change. `number` makes the new words unique.
    pub(super) fn of(self, text: &str, number: usize) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let new = format!("CHANGE {number}");
        let at = |line: u8| usize::from(line) % lines.len().max(1);
        match self {
            Self::Line(line) if !lines.is_empty() => {
                let at = at(line);
                lines[at] = new;
            }
            Self::Append(line) if !lines.is_empty() => {
                let at = at(line);
                lines[at] = format!("{} {new}", lines[at]);
            }
            Self::Insert(line) => {
                let at = at(line);
                lines.insert(at, new);
            }
            Self::Remove(line) if lines.len() > 1 => {
                lines.remove(at(line));
            }
            _ => lines = vec![new],
        }
        lines.join("\n") + "\n"
    }
}

//! What happens in one run: the steps that chance puts together, and that shrink to a short story when they fail.

use contract::Hold;
use precondition::policy::Preconditions;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::rig::Source;
use super::server::Writer;

/// Which session is played.
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
    /// One editor whose lines come from a pipe, and wait for their turn.
    Piped,
}

impl Kind {
    /// Whether lines are said, and no keys pressed.
    pub(super) const fn is_plain(self) -> bool {
        matches!(self, Self::Plain | Self::Piped)
    }

    /// Whether what is typed is kept in drafts.
    pub(super) const fn has_drafts(self) -> bool {
        matches!(self, Self::Single | Self::Plain | Self::Piped)
    }
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// So many characters are typed, each as a key of its own.
    Type(u8),
    /// So many words are pasted.
    Paste(u8),
    /// The user does something that has a name.
    Do(Deed),
    /// A click on the terminal, at that part of its width and height (of 256).
    Click(u8, u8),
    /// The terminal gets another size.
    Resize(u16, u16),
    /// One of the decisions that a merge offers, after entering it if it is open.
    Decide(u8),
    /// One of the keys that mean something where the user is, whichever they are.
    Choose(u8),
    /// Somebody else saves.
    Save(Writer, Change),
    /// Somebody else deletes the document.
    Delete(Writer),
    /// The gate holds that from now on.
    Hold(Hold),
    /// The request that has waited longest goes on.
    Release,
    /// All go on that wait.
    ReleaseAll,
    /// The server insists on something else.
    Policy(Preconditions),
    /// The next write is applied and not answered.
    Lose,
    /// Every connection breaks.
    Cut,
    /// So many events of a source come in.
    Deliver(Source, u8),
    /// A timer runs out.
    Wake,
    /// The process is killed and started again, at once or when the disk is quiet.
    Kill {
        /// Whether all that was typed is on the disk by then.
        quiet: bool,
    },
    /// The process is killed and started again, and so many words are typed before the document is open.
    Early {
        /// How many.
        words: u8,
        /// Whether the user wants that saved.
        saves: bool,
        /// Whether it is killed once more before the document is open.
        killed: bool,
    },
}

/// What the user does by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Save,
    SaveCarelessly,
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
    /// Looks at something that lies on top of all else, such as the help.
    Look,
    /// The next step of a lesson.
    Step,
    /// The lesson, or whatever was before.
    Back,
}

/// What somebody else makes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Another line in place of that one.
    Line(u8),
    /// More at the end of that line.
    Append(u8),
    /// A line more before that one.
    Insert(u8),
    /// Without that line.
    Remove(u8),
    /// All of it anew.
    Whole,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Story {
    pub(super) kind: Kind,
    /// Whether there is a document at the beginning.
    pub(super) exists: bool,
    /// Columns and rows.
    pub(super) size: (u16, u16),
    pub(super) steps: Vec<Step>,
    pub(super) ending: Ending,
}

/// How the program ends, once all has come to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// By a signal.
    Stopped,
    /// The user leaves, and saves nothing.
    Abandoned,
    /// The user saves what is unsaved, and leaves.
    Saved,
}

/// Any story of that kind.
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
    let hands = prop_oneof![
        30 => (1..9u8).prop_map(Step::Type),
        3 => (1..4u8).prop_map(Step::Paste),
        24 => deed(kind).prop_map(Step::Do),
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
            prop_oneof![120 => hands, 80 => world, 2 => kill, 1 => early].boxed()
        }
        Kind::Stage | Kind::Lesson(_) => prop_oneof![60 => hands, 40 => world].boxed(),
    }
}

fn deed(kind: Kind) -> BoxedStrategy<Deed> {
    let text = prop_oneof![
        10 => Just(Deed::Save),
        2 => Just(Deed::SaveCarelessly),
        3 => Just(Deed::Reload),
        7 => Just(Deed::Enter),
        3 => Just(Deed::Escape),
        2 => Just(Deed::Undo),
        1 => Just(Deed::Redo),
        1 => Just(Deed::Backspace),
        3 => select(vec![Deed::Up, Deed::Down, Deed::Left, Deed::Home, Deed::End]),
        1 => Just(Deed::Delete),
        2 => Just(Deed::Look),
    ];
    match kind {
        Kind::Single | Kind::Plain | Kind::Piped => text.boxed(),
        Kind::Stage => prop_oneof![30 => text, 2 => Just(Deed::OtherEditor)].boxed(),
        Kind::Lesson(_) => {
            prop_oneof![12 => text, 10 => Just(Deed::Step), 3 => Just(Deed::Back), 2 => Just(Deed::OtherEditor)].boxed()
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
    /// The text after the change. What is written is told from all else by its number.
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

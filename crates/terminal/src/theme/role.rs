//! The roles of what is on the screen, and how many colours there are for them.

/// The role of a piece of the screen, which decides its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Minor details: line numbers, times, the border of a pane without the focus.
    Dim,
    /// A heading, a label.
    Title,
    /// A key that can be pressed.
    Key,
    /// The border and the title of the pane that has the focus.
    Focus,
    /// The selection: the only role with reverse video.
    Selected,
    /// The cursor in a text that has the focus.
    Cursor,
    /// Success: `clean`, 2xx.
    Good,
    /// Information: `edited`, 304, a hint.
    Info,
    /// A state that the user should act on: `stale`, 412, 428, an open conflict; bold.
    Warning,
    /// A failure: a refusal, 5xx, a lost update.
    Bad,
    /// An entity tag, and a field that carries one.
    Tag,
    /// The base of a merge.
    Base,
    /// Both sides of a merge: a change that both made, or a decision that takes both.
    Both,
    /// A changed word within a changed line: added to another role.
    Word,
    /// The first of the people's colours, blue: Alice's on the stage.
    First,
    /// The second of the people's colours, orange: Bob's on the stage.
    Second,
    /// A person whose name is unknown.
    Other,
}

/// How many colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColorDepth {
    /// None. Attributes such as bold are still used.
    None,
    /// The sixteen colours of the terminal's own palette, so that the user's colours stay in force.
    Sixteen,
    /// The 256 colours of xterm, of which those above 15 are the same in every terminal.
    Indexed,
    /// 24 bits for each colour.
    True,
}

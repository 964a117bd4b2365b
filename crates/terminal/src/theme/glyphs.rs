//! The program's own glyphs: for people, signs, lines and arrows.

use crate::person_style::SIGN_COUNT;

/// The program's own glyphs: one set for Unicode, one for ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlyphSet {
    /// People; [`crate::person_style`] assigns them to names.
    pub people: [&'static str; SIGN_COUNT],
    /// A person whose name is unknown.
    pub nobody: &'static str,
    /// The pane that has the focus.
    pub focus: &'static str,
    /// [`Role::Good`](super::Role::Good).
    pub good: &'static str,
    /// [`Role::Info`](super::Role::Info).
    pub info: &'static str,
    /// [`Role::Warning`](super::Role::Warning).
    pub warning: &'static str,
    /// [`Role::Bad`](super::Role::Bad).
    pub bad: &'static str,
    /// A finished step.
    pub done: &'static str,
    /// A step that is not finished.
    pub open: &'static str,
    /// The next step.
    pub next: &'static str,
    /// Between a request and its response.
    pub arrow: &'static str,
    /// Clipped text.
    pub more: &'static str,
    /// A request or step in progress.
    pub waiting: &'static str,
    /// Text with unsaved changes.
    pub edited: &'static str,
    /// A horizontal line.
    pub rule: &'static str,
    /// A vertical line.
    pub bar: &'static str,
    /// The write gate, in front of a held request.
    pub gate: &'static str,
    /// The line of a response.
    pub answer: &'static str,
    /// The line of a server-sent event.
    pub told: &'static str,
    /// The tip of an arrow to the left.
    pub left: &'static str,
    /// The tip of an arrow to the right.
    pub right: &'static str,
    /// A vertical line that is uncertain.
    pub dotted: &'static str,
    /// A corner: a line from above turns right.
    pub leaves: &'static str,
    /// A corner: a line from the left turns down.
    pub turns: &'static str,
    /// A junction: a line from the left meets a vertical line.
    pub joins: &'static str,
    /// Both sides of a merge: a change that both made, or a decision that takes both.
    pub both: &'static str,
    /// Something that is hidden for the moment; drawn three times.
    pub mask: &'static str,
    /// A corner: a line from above turns left.
    pub returns: &'static str,
    /// The bars of a sparkline, from none to the highest.
    pub bars: [&'static str; 8],
    /// A line that was added to a text.
    pub added: &'static str,
    /// A line that was changed.
    pub changed: &'static str,
    /// A line below which lines were deleted.
    pub deleted_below: &'static str,
    /// A line above which lines were deleted.
    pub deleted_above: &'static str,
}

/// The glyphs for a terminal with Unicode. Each is one column wide.
pub static UNICODE: GlyphSet = GlyphSet {
    people: ["●", "◆", "▲", "■", "▼", "★", "♠", "♣"],
    nobody: "◇",
    focus: "▶",
    good: "✓",
    info: "·",
    warning: "!",
    bad: "✗",
    done: "✓",
    open: "○",
    next: "▶",
    arrow: "→",
    more: "…",
    waiting: "◌",
    edited: "✎",
    rule: "─",
    bar: "│",
    gate: "▌",
    answer: "╌",
    told: "┈",
    left: "◀",
    right: "▶",
    dotted: "┊",
    leaves: "╰",
    turns: "╮",
    joins: "┤",
    both: "◐",
    mask: "▒",
    returns: "╯",
    bars: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇"],
    added: "+",
    changed: "~",
    deleted_below: "_",
    deleted_above: "‾",
};

/// The glyphs for a terminal with only ASCII.
pub static ASCII: GlyphSet = GlyphSet {
    people: ["@", "#", "^", "%", "{", "$", "=", "/"],
    nobody: "?",
    focus: ">",
    good: "+",
    info: "-",
    warning: "!",
    bad: "x",
    done: "+",
    open: "o",
    next: ">",
    arrow: ">",
    more: "~",
    waiting: "*",
    edited: "*",
    rule: "-",
    bar: "|",
    gate: "]",
    answer: "-",
    told: ".",
    left: "<",
    right: ">",
    dotted: ":",
    leaves: "`",
    turns: ".",
    joins: "+",
    both: "&",
    mask: ":",
    returns: "'",
    bars: [" ", ".", ",", ":", "-", "=", "+", "#"],
    added: "+",
    changed: "~",
    deleted_below: "_",
    deleted_above: "-",
};

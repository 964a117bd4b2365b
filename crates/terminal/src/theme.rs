//! The look of things: other modules name roles, and this one gives them styles.
//!
//! The sixteen colours of the terminal's own palette are used and no others, so that a person's light or dark theme
//! stays in force, and no background is ever painted: selections use reverse video. Nothing is told by colour alone:
//! each role that means something also has a glyph or a word. Without colours (`NO_COLOR`) the same
//! roles are told apart by bold, underline, dim and reverse.

use ratatui::style::{Color, Modifier, Style};

use crate::person_style::{COLOR_COUNT, SIGN_COUNT, author_colour};

/// The role of a piece of the screen: what it means to the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Details that can be overlooked: line numbers, times, frames of a pane that has not the keys.
    Dim,
    /// A heading, a label.
    Title,
    /// A key that can be pressed.
    Key,
    /// The frame and the name of the pane that has the keys.
    Focus,
    /// The selection: the only role with reverse video.
    Selected,
    /// The cursor in a text that has the keys.
    Cursor,
    /// All is well: `clean`, 2xx.
    Good,
    /// Something to know: `edited`, 304, a hint.
    Info,
    /// Something to act on: `stale`, 412, 428, an open conflict.
    Warning,
    /// Something went wrong: a refusal, 5xx, a lost update.
    Bad,
    /// An entity tag, and a field that carries one.
    Tag,
    /// The base of a merge.
    Base,
    /// A change that both sides made.
    Agreed,
    /// A word that was changed within a changed line: laid over another role.
    Word,
    /// The first of the people's colours: Alice's on the stage.
    First,
    /// The second of them: Bob's.
    Second,
    /// The third.
    Third,
    /// The fourth, which is the colour of ordinary text.
    Other,
}

/// On a cell, this marks text of the user, which is shown as it is even if the program's own signs are ASCII. No
/// terminal gets to see the mark: the last step of drawing takes it away.
pub(crate) const AS_WRITTEN: Modifier = Modifier::from_bits_retain(1 << 15);

/// The signs, in one place, so that a terminal without Unicode can have others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlyphSet {
    /// For the people; who has which is worked out in [`crate::person_style`].
    pub people: [&'static str; SIGN_COUNT],
    /// For a person whose name is not known.
    pub nobody: &'static str,
    /// In front of the pane that has the keys.
    pub focus: &'static str,
    /// A state that is well.
    pub good: &'static str,
    /// Something to know.
    pub info: &'static str,
    /// Something to act on.
    pub warning: &'static str,
    /// Something that went wrong.
    pub bad: &'static str,
    /// A step that is done.
    pub done: &'static str,
    /// A step that is not.
    pub open: &'static str,
    /// The next step.
    pub next: &'static str,
    /// From request to answer.
    pub arrow: &'static str,
    /// Text that is cut.
    pub more: &'static str,
    /// Under way.
    pub waiting: &'static str,
    /// Text that has been changed and not saved.
    pub edited: &'static str,
    /// A line between what is above and what is below.
    pub rule: &'static str,
    /// A line between left and right.
    pub bar: &'static str,
    /// The gate in front of a request that is held.
    pub gate: &'static str,
    /// An answer on its way back.
    pub answer: &'static str,
    /// An event of the server, on its way.
    pub told: &'static str,
    /// The tip of an arrow to the left.
    pub left: &'static str,
    /// The tip of an arrow to the right.
    pub right: &'static str,
    /// A line down that may or may not be there.
    pub dotted: &'static str,
    /// A line from above that turns to the right.
    pub leaves: &'static str,
    /// A line from the left that turns down.
    pub turns: &'static str,
    /// A line from the left that joins one that goes down.
    pub joins: &'static str,
    /// A line from above that turns to the left.
    pub returns: &'static str,
}

/// The signs for a terminal that has Unicode. Each is one column wide.
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
    returns: "╯",
};

/// The signs for a terminal that has only ASCII.
pub static ASCII: GlyphSet = GlyphSet {
    people: ["@", "#", "^", "%", "&", "$", "=", "/"],
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
    returns: "'",
};

/// Roles to styles, and signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether colours are used; attributes always are.
    pub colour: bool,
    /// The signs.
    pub glyphs: &'static GlyphSet,
}

impl Default for Theme {
    fn default() -> Self {
        Self { colour: true, glyphs: &UNICODE }
    }
}

impl Theme {
    /// Returns whether the terminal has only ASCII.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        *self.glyphs == ASCII
    }

    /// Returns the style for text of the user, which is never drawn with characters other than its own.
    #[must_use]
    pub fn as_written(&self, style: Style) -> Style {
        if self.is_ascii() { style.add_modifier(AS_WRITTEN) } else { style }
    }

    /// Returns the style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        let attributes = Style::new().add_modifier(attributes(role));
        match colour(role) {
            Some(colour) if self.colour => attributes.fg(colour),
            _ => attributes.add_modifier(if self.colour { Modifier::empty() } else { fallback_modifier(role) }),
        }
    }

    /// Returns the glyph and the role of a person, by the number that [`crate::person_style::number`] gives.
    #[must_use]
    pub fn person(&self, number: usize) -> (&'static str, Role) {
        const ROLES: [Role; COLOR_COUNT] = [Role::First, Role::Second, Role::Third, Role::Other];
        if number >= SIGN_COUNT * COLOR_COUNT {
            return (self.glyphs.nobody, Role::Other);
        }
        (self.glyphs.people[number % SIGN_COUNT], ROLES[author_colour(number)])
    }

    /// Returns the glyph of a role that judges.
    #[must_use]
    pub fn sign(&self, role: Role) -> &'static str {
        match role {
            Role::Good => self.glyphs.good,
            Role::Warning => self.glyphs.warning,
            Role::Bad => self.glyphs.bad,
            _ => self.glyphs.info,
        }
    }
}

/// Returns the attributes of a role, whether there are colours or not.
const fn attributes(role: Role) -> Modifier {
    match role {
        Role::Selected | Role::Cursor => Modifier::REVERSED,
        Role::Word => Modifier::BOLD.union(Modifier::UNDERLINED),
        Role::Title | Role::Key | Role::Focus | Role::Warning | Role::Bad | Role::First | Role::Second => {
            Modifier::BOLD
        }
        Role::Dim => Modifier::DIM,
        _ => Modifier::empty(),
    }
}

/// Returns the colour of a role. Red and green would look alike to some; blue and yellow do not.
const fn colour(role: Role) -> Option<Color> {
    match role {
        Role::First => Some(Color::Blue),
        Role::Second | Role::Warning => Some(Color::Yellow),
        Role::Third | Role::Tag => Some(Color::Magenta),
        Role::Focus | Role::Key | Role::Info => Some(Color::Cyan),
        Role::Good | Role::Agreed => Some(Color::Green),
        Role::Bad => Some(Color::Red),
        _ => None,
    }
}

/// Returns the attribute that replaces the colour of a role.
const fn fallback_modifier(role: Role) -> Modifier {
    match role {
        Role::Tag => Modifier::UNDERLINED,
        Role::Bad => Modifier::REVERSED,
        _ => Modifier::empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 19] = [
        Role::Text,
        Role::Dim,
        Role::Title,
        Role::Key,
        Role::Focus,
        Role::Selected,
        Role::Cursor,
        Role::Good,
        Role::Info,
        Role::Warning,
        Role::Bad,
        Role::Tag,
        Role::Base,
        Role::Agreed,
        Role::Word,
        Role::First,
        Role::Second,
        Role::Third,
        Role::Other,
    ];

    #[test]
    fn theme_paints_no_background_and_uses_terminal_colors() {
        for role in ROLES {
            let style = Theme::default().style(role);
            assert_eq!(style.bg, None, "{role:?}");
            assert!(!matches!(style.fg, Some(Color::Rgb(..) | Color::Indexed(_) | Color::White | Color::Black)));
        }
    }

    #[test]
    fn without_colours_there_are_attributes_and_no_colour() {
        let plain = Theme { colour: false, glyphs: &ASCII };
        for role in ROLES {
            assert_eq!(plain.style(role).fg, None, "{role:?}");
        }
        assert!(plain.style(Role::Selected).add_modifier.contains(Modifier::REVERSED));
        assert!(plain.style(Role::Focus).add_modifier.contains(Modifier::BOLD));
        assert!(plain.style(Role::Word).add_modifier.contains(Modifier::UNDERLINED));
    }

    #[test]
    fn people_differ_by_glyph_as_well_as_by_colour() {
        for glyphs in [&UNICODE, &ASCII] {
            let theme = Theme { colour: true, glyphs };
            let (mine, theirs) = (theme.person(0), theme.person(1));
            assert_ne!(mine.0, theirs.0);
            assert_ne!(theme.style(mine.1).fg, theme.style(theirs.1).fg);
            let all: std::collections::HashSet<_> =
                (0..SIGN_COUNT * COLOR_COUNT).map(|number| theme.person(number)).collect();
            assert_eq!(all.len(), SIGN_COUNT * COLOR_COUNT);
            assert_eq!(theme.person(crate::person_style::NO_AUTHOR), (glyphs.nobody, Role::Other));
        }
    }
}

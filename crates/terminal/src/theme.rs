//! Maps roles to styles, so that other modules name a role instead of a colour.
//!
//! Only the sixteen colours of the terminal's palette are used, so the user's light or dark theme stays in force. No
//! background is painted: the selection uses reverse video. Colour alone never carries information: each meaningful
//! role also has a glyph or a word. Without colours (`NO_COLOR`), bold, underline, dim and reverse video distinguish
//! roles.
//!
//! # Which of the sixteen colours are readable
//!
//! The program does not know whether the background is light or dark. Contrasts by WCAG 2 with black and white, in the
//! default palettes of xterm, Visual Studio Code, GNOME Terminal and macOS Terminal, and with both backgrounds of
//! Solarized; the lowest is given. WCAG asks for 3:1 from bold text.
//!
//! | colour | lowest contrast |
//! | --- | --- |
//! | magenta | 3.3 (Solarized, dark) |
//! | bright red, bright magenta | 3.1 (GNOME, xterm; on white) |
//! | red, bright blue | 2.4 (macOS, on black) |
//! | green, cyan | 2.2, 2.0 (xterm, on white); in all others at least 2.9 |
//! | yellow | 1.7 (xterm, on white) |
//! | blue | 1.6 (macOS, on black) |
//! | other bright colours | 1.4 and lower |
//!
//! So people have magenta or the terminal's own colour, which is readable wherever the terminal is; bright red is for
//! failures only, and text that must be read has no other colour. Green and cyan remain for borders and for words of
//! success that a glyph repeats.

use ratatui::style::{Color, Modifier, Style};

use crate::person_style::{COLOR_COUNT, SIGN_COUNT, author_colour};

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
    /// A change that both sides made.
    Agreed,
    /// A changed word within a changed line: added to another role.
    Word,
    /// The first of the people's colours: Alice's on the stage.
    First,
    /// The second of the people's colours: Bob's on the stage. The terminal's own, bold.
    Second,
    /// A person whose name is unknown.
    Other,
}

/// Marks a cell with the user's text, which [`crate::ascii::to_ascii`] does not change.
///
/// `to_ascii`, the last step of drawing, removes the mark, so no terminal ever receives it.
pub(crate) const AS_WRITTEN: Modifier = Modifier::from_bits_retain(1 << 15);

/// The program's own glyphs: one set for Unicode, one for ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlyphSet {
    /// People; [`crate::person_style`] assigns them to names.
    pub people: [&'static str; SIGN_COUNT],
    /// A person whose name is unknown.
    pub nobody: &'static str,
    /// The pane that has the focus.
    pub focus: &'static str,
    /// [`Role::Good`].
    pub good: &'static str,
    /// [`Role::Info`].
    pub info: &'static str,
    /// [`Role::Warning`].
    pub warning: &'static str,
    /// [`Role::Bad`].
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
    /// Something that is hidden for the moment; drawn three times.
    pub mask: &'static str,
    /// A corner: a line from above turns left.
    pub returns: &'static str,
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
    mask: "▒",
    returns: "╯",
};

/// The glyphs for a terminal with only ASCII.
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
    mask: ":",
    returns: "'",
};

/// The styles of the roles, and the glyphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether colours are used. Attributes such as bold are always used.
    pub colour: bool,
    /// The glyphs.
    pub glyphs: &'static GlyphSet,
}

impl Default for Theme {
    fn default() -> Self {
        Self { colour: true, glyphs: &UNICODE }
    }
}

impl Theme {
    /// Returns whether the glyphs are those for ASCII.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        *self.glyphs == ASCII
    }

    /// Returns what is drawn in place of something hidden.
    #[must_use]
    pub fn mask(&self) -> String {
        self.glyphs.mask.repeat(3)
    }

    /// Returns a style for the user's text, whose characters are never replaced by ASCII.
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

    /// Returns the glyph and the role of a person with a number from [`crate::person_style::number`].
    #[must_use]
    pub fn person(&self, number: usize) -> (&'static str, Role) {
        const ROLES: [Role; COLOR_COUNT] = [Role::First, Role::Second];
        if number >= SIGN_COUNT * COLOR_COUNT {
            return (self.glyphs.nobody, Role::Other);
        }
        (self.glyphs.people[number % SIGN_COUNT], ROLES[author_colour(number)])
    }

    /// Returns the glyph of `Good`, `Warning` and `Bad`, and that of `Info` for every other role.
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

/// Returns the attributes that a role has with and without colours.
const fn attributes(role: Role) -> Modifier {
    match role {
        Role::Selected | Role::Cursor => Modifier::REVERSED,
        Role::Word => Modifier::BOLD.union(Modifier::UNDERLINED),
        Role::Title | Role::Key | Role::Focus | Role::Warning | Role::Bad | Role::Tag | Role::First | Role::Second => {
            Modifier::BOLD
        }
        Role::Dim => Modifier::DIM,
        Role::Text | Role::Good | Role::Info | Role::Base | Role::Agreed | Role::Other => Modifier::empty(),
    }
}

/// Returns the colour of a role, or `None` for the terminal's own.
///
/// The module's documentation says why it is one of these four. Failures and success also differ in brightness and by
/// their glyphs, because some people cannot tell red from green.
const fn colour(role: Role) -> Option<Color> {
    match role {
        Role::First => Some(Color::Magenta),
        Role::Bad => Some(Color::LightRed),
        Role::Focus => Some(Color::Cyan),
        Role::Good | Role::Agreed => Some(Color::Green),
        Role::Text
        | Role::Dim
        | Role::Title
        | Role::Key
        | Role::Selected
        | Role::Cursor
        | Role::Info
        | Role::Warning
        | Role::Tag
        | Role::Base
        | Role::Word
        | Role::Second
        | Role::Other => None,
    }
}

/// Returns the attribute that replaces a role's colour if there are no colours.
const fn fallback_modifier(role: Role) -> Modifier {
    match role {
        Role::Tag => Modifier::UNDERLINED,
        Role::Bad => Modifier::REVERSED,
        _ => Modifier::empty(),
    }
}

#[cfg(test)]
#[path = "theme/contrast_tests.rs"]
mod contrast_tests;

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 18] = [
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
    fn without_colours_roles_have_attributes_only() {
        let plain = Theme { colour: false, glyphs: &ASCII };
        for role in ROLES {
            assert_eq!(plain.style(role).fg, None, "{role:?}");
        }
        assert!(plain.style(Role::Selected).add_modifier.contains(Modifier::REVERSED));
        assert!(plain.style(Role::Focus).add_modifier.contains(Modifier::BOLD));
        assert!(plain.style(Role::Word).add_modifier.contains(Modifier::UNDERLINED));
    }

    #[test]
    fn people_differ_by_glyph_and_colour() {
        for glyphs in [&UNICODE, &ASCII] {
            let theme = Theme { colour: true, glyphs };
            let (mine, theirs) = (theme.person(0), theme.person(1));
            assert_ne!(mine.0, theirs.0);
            assert_ne!(theme.style(mine.1).fg, theme.style(theirs.1).fg);
            assert!(theme.style(theirs.1).add_modifier.contains(Modifier::BOLD), "unlike ordinary text");
            let all: std::collections::HashSet<_> =
                (0..SIGN_COUNT * COLOR_COUNT).map(|number| theme.person(number)).collect();
            assert_eq!(all.len(), SIGN_COUNT * COLOR_COUNT);
            assert_eq!(theme.person(crate::person_style::NO_AUTHOR), (glyphs.nobody, Role::Other));
        }
    }
}

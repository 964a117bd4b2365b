//! Maps roles to styles, so that other modules name a role instead of a colour.
//!
//! A style depends on three things besides the role: how many colours are used ([`ColorDepth`]), whether the background
//! is dark or light ([`Background`]), and whether the terminal has Unicode ([`GlyphSet`]). The colours are in
//! `palette.rs`, which also says why. No background is painted: the selection uses reverse video. Colour alone never
//! carries information: each meaningful role also has a glyph or a word. Without colours (`NO_COLOR`), bold, underline,
//! dim and reverse video distinguish roles.
//!
//! `docs/appearance.md` has the contrast of every role in every theme, as the tests compute it.

pub mod background;
mod glyphs;
mod palette;
mod role;

use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use crate::person_style::{COLOR_COUNT, LETTERS, NO_AUTHOR, author_colour, glyph_index};

pub use background::Background;
pub use glyphs::{ASCII, GlyphSet, UNICODE};
pub use role::{ColorDepth, Role};

/// Marks a cell with the user's text, which [`crate::ascii::to_ascii`] does not change.
///
/// `to_ascii`, the last step of drawing, removes the mark, so no terminal ever receives it.
pub(crate) const AS_WRITTEN: Modifier = Modifier::from_bits_retain(1 << 15);

/// The user's choice of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThemeChoice {
    /// The theme for the background that the terminal reports.
    Auto,
    /// The theme for light backgrounds.
    Light,
    /// The theme for dark backgrounds.
    Dark,
}

impl ThemeChoice {
    /// Returns the choice that follows when the user switches.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

/// The styles of the roles, and the glyphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// How many colours are used.
    pub depth: ColorDepth,
    /// The user's choice between light and dark.
    pub choice: ThemeChoice,
    /// The terminal's background, as far as it is known.
    pub detected: Background,
    /// The glyphs.
    pub glyphs: &'static GlyphSet,
}

impl Default for Theme {
    /// Returns the theme of tests and recordings: sixteen colours on a dark background.
    fn default() -> Self {
        Self { depth: ColorDepth::Sixteen, choice: ThemeChoice::Auto, detected: Background::Dark, glyphs: &UNICODE }
    }
}

impl Theme {
    /// Returns a theme with attributes only, for any background.
    #[must_use]
    pub const fn without_colors(glyphs: &'static GlyphSet) -> Self {
        Self { depth: ColorDepth::None, choice: ThemeChoice::Auto, detected: Background::Unknown, glyphs }
    }

    /// Returns the background that the colours are chosen for.
    #[must_use]
    pub const fn background(&self) -> Background {
        match self.choice {
            ThemeChoice::Auto => self.detected,
            ThemeChoice::Light => Background::Light,
            ThemeChoice::Dark => Background::Dark,
        }
    }

    /// Takes the background that the terminal has reported, unless it is unknown.
    pub fn detect(&mut self, background: Background) {
        if background != Background::Unknown {
            self.detected = background;
        }
    }

    /// Returns whether the terminal should be asked for its background.
    #[must_use]
    pub fn needs_background(&self) -> bool {
        self.depth != ColorDepth::None && self.background() == Background::Unknown
    }

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
        let attributes = attributes(role);
        if self.depth == ColorDepth::None {
            return Style::new().add_modifier(attributes | attributes_instead_of_color(role));
        }
        let Some(color) = palette::color(role, self.depth, self.background()) else {
            return Style::new().add_modifier(attributes);
        };
        let style = Style::new().fg(color);
        if palette::is_exact(color) {
            // An exact grey replaces the terminal's own dim text, which may be unreadable.
            style.add_modifier(attributes - Modifier::DIM)
        } else {
            // Not all palettes make these colours readable, so they are bold as well.
            style.add_modifier(attributes | Modifier::BOLD)
        }
    }

    /// Returns a line of a list as the selected one: reversed, and with dim words in the text's own colour.
    ///
    /// On a reversed row, terminals draw dim words grey on grey.
    #[must_use]
    pub fn selected_line<'a>(&self, mut line: Line<'a>) -> Line<'a> {
        let dim = self.style(Role::Dim);
        let readable = |style: Style| {
            let style = if style.fg == dim.fg { Style { fg: None, ..style } } else { style };
            style.remove_modifier(Modifier::DIM)
        };
        line.style = readable(line.style);
        for span in &mut line.spans {
            span.style = readable(span.style);
        }
        line.patch_style(self.style(Role::Selected))
    }

    /// Returns the glyph and the role of a person with a number from [`crate::person_style::number`].
    #[must_use]
    pub fn person(&self, number: usize) -> (&'static str, Role) {
        const ROLES: [Role; COLOR_COUNT] = [Role::First, Role::Second];
        if number == NO_AUTHOR {
            return (self.glyphs.nobody, Role::Other);
        }
        let glyph = glyph_index(number);
        let signs = self.glyphs.people.iter().chain(&LETTERS);
        let sign = signs.copied().nth(glyph).unwrap_or(self.glyphs.nobody);
        (sign, ROLES[author_colour(number)])
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
        Role::Title
        | Role::Key
        | Role::Focus
        | Role::Warning
        | Role::Bad
        | Role::Tag
        | Role::Both
        | Role::First
        | Role::Second => Modifier::BOLD,
        Role::Dim => Modifier::DIM,
        Role::Text | Role::Good | Role::Info | Role::Base | Role::Other => Modifier::empty(),
    }
}

/// Returns the attributes that replace a role's colour if there are no colours.
const fn attributes_instead_of_color(role: Role) -> Modifier {
    match role {
        Role::Tag => Modifier::UNDERLINED,
        Role::Bad => Modifier::REVERSED,
        Role::Text
        | Role::Dim
        | Role::Title
        | Role::Key
        | Role::Focus
        | Role::Selected
        | Role::Cursor
        | Role::Good
        | Role::Info
        | Role::Warning
        | Role::Base
        | Role::Both
        | Role::Word
        | Role::First
        | Role::Second
        | Role::Other => Modifier::empty(),
    }
}

#[cfg(test)]
#[path = "theme/common_palettes.rs"]
mod common_palettes;

#[cfg(test)]
#[path = "theme/contrast_tests.rs"]
mod contrast_tests;

#[cfg(test)]
#[path = "theme/color_vision_tests.rs"]
mod color_vision_tests;

#[cfg(test)]
mod tests {
    use ratatui::style::Color;
    use ratatui::text::Span;

    use super::*;
    use crate::person_style::MAX_DISTINCT_PEOPLE;

    pub(super) const ROLES: [Role; 18] = [
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
        Role::Both,
        Role::Word,
        Role::First,
        Role::Second,
        Role::Other,
    ];

    pub(super) const BACKGROUNDS: [Background; 3] = [Background::Unknown, Background::Dark, Background::Light];

    pub(super) fn theme(depth: ColorDepth, detected: Background) -> Theme {
        Theme { depth, detected, ..Theme::default() }
    }

    #[test]
    fn selected_row_has_no_dim_words() {
        for depth in [ColorDepth::None, ColorDepth::Sixteen, ColorDepth::Indexed, ColorDepth::True] {
            for background in BACKGROUNDS {
                let theme = theme(depth, background);
                let [dim, first] = [Role::Dim, Role::First].map(|role| theme.style(role));
                let line = Line::from(vec![Span::styled("2 min ago", dim), Span::styled("Alice", first)]);
                let line = theme.selected_line(line.style(dim));
                for style in [line.style.patch(line.spans[0].style), line.style] {
                    assert!(style.fg.is_none(), "{depth:?} {background:?}: {style:?}");
                    assert!(!style.add_modifier.contains(Modifier::DIM), "{depth:?} {background:?}: {style:?}");
                    assert!(style.add_modifier.contains(Modifier::REVERSED), "{depth:?} {background:?}");
                }
                assert_eq!(line.spans[1].style.fg, first.fg, "a person keeps the colour");
            }
        }
    }

    #[test]
    fn no_theme_paints_a_background() {
        for depth in [ColorDepth::None, ColorDepth::Sixteen, ColorDepth::Indexed, ColorDepth::True] {
            for background in BACKGROUNDS {
                for role in ROLES {
                    assert_eq!(theme(depth, background).style(role).bg, None, "{role:?}");
                }
            }
        }
    }

    #[test]
    fn each_depth_uses_only_its_own_colors() {
        for background in BACKGROUNDS {
            for role in ROLES {
                let color = |depth| theme(depth, background).style(role).fg;
                assert_eq!(color(ColorDepth::None), None, "{role:?}");
                let is_exact = palette::is_exact;
                assert!(!color(ColorDepth::Sixteen).is_some_and(is_exact), "{role:?}");
                let indexed = color(ColorDepth::Indexed);
                let is_true = matches!(color(ColorDepth::True), Some(Color::Rgb(..)));
                // Indexes below 16 are the terminal's own palette, and differ between terminals.
                assert!(!matches!(indexed, Some(Color::Indexed(0..=15))), "{role:?}");
                if background == Background::Unknown {
                    assert_eq!(
                        indexed,
                        color(ColorDepth::Sixteen),
                        "{role:?}: no exact color on an unknown background"
                    );
                } else {
                    assert_eq!(indexed.is_some_and(is_exact), indexed.is_some(), "{role:?}");
                    assert_eq!(is_true, indexed.is_some(), "{role:?}");
                }
            }
        }
    }

    #[test]
    fn without_colours_roles_have_attributes_only() {
        let plain = Theme::without_colors(&ASCII);
        for role in ROLES {
            assert_eq!(plain.style(role).fg, None, "{role:?}");
        }
        assert!(plain.style(Role::Selected).add_modifier.contains(Modifier::REVERSED));
        assert!(plain.style(Role::Focus).add_modifier.contains(Modifier::BOLD));
        assert!(plain.style(Role::Word).add_modifier.contains(Modifier::UNDERLINED));
    }

    #[test]
    fn choice_overrides_the_detected_background() {
        let theme = |choice| Theme { choice, detected: Background::Dark, ..Theme::default() };
        assert_eq!(theme(ThemeChoice::Auto).background(), Background::Dark);
        assert_eq!(theme(ThemeChoice::Light).background(), Background::Light);
        let unknown = |choice| Theme { choice, detected: Background::Unknown, ..Theme::default() };
        assert!(unknown(ThemeChoice::Auto).needs_background() && !unknown(ThemeChoice::Dark).needs_background());
        assert!(!Theme::without_colors(&UNICODE).needs_background());
        assert_eq!(ThemeChoice::Auto.next().next().next(), ThemeChoice::Auto);
    }

    #[test]
    fn people_differ_by_glyph_and_colour() {
        for glyphs in [&UNICODE, &ASCII] {
            for background in BACKGROUNDS {
                let theme = Theme { glyphs, ..theme(ColorDepth::Sixteen, background) };
                let (mine, theirs) = (theme.person(0), theme.person(1));
                assert_ne!(mine.0, theirs.0);
                assert_ne!(theme.style(mine.1).fg, theme.style(theirs.1).fg);
                assert!(theme.style(theirs.1).add_modifier.contains(Modifier::BOLD), "unlike ordinary text");
                let all: std::collections::HashSet<_> =
                    (0..MAX_DISTINCT_PEOPLE * COLOR_COUNT).map(|number| theme.person(number)).collect();
                assert_eq!(all.len(), MAX_DISTINCT_PEOPLE * COLOR_COUNT);
                assert_eq!(theme.person(NO_AUTHOR), (glyphs.nobody, Role::Other));
            }
        }
    }

    #[test]
    fn mine_theirs_base_and_both_have_their_own_glyphs() {
        for glyphs in [&UNICODE, &ASCII] {
            let mut all = glyphs.people.to_vec();
            all.extend([glyphs.nobody, glyphs.open, glyphs.both, glyphs.good, glyphs.warning, glyphs.bad]);
            let different: std::collections::HashSet<_> = all.iter().collect();
            assert_eq!(different.len(), all.len(), "{all:?}");
        }
    }
}

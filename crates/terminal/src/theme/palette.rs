//! The colour of each role, by depth and background.
//!
//! # Sixteen colours
//!
//! These are the colours of the terminal's own palette, so their contrast depends on the terminal. If the background is
//! unknown, only two colours have a contrast of at least 3:1 in all common palettes: bright magenta and bright red. On
//! a dark background, cyan, green and yellow are readable as well; on a light one, blue, red and magenta. Every other
//! role has the terminal's own colour, which is readable wherever the terminal is. If a contrast of 4.5:1 is not
//! reached in every palette, the role is also bold.
//!
//! # 256 colours and true colour
//!
//! These are exact, so they are used only if the background is known to be dark or light. Their contrast is at least
//! 4.5:1 with every background that counts as dark or light ([`Background::of`]).
//!
//! # Colour vision
//!
//! The two people are blue and orange (cyan and yellow, or blue and red, among the sixteen), which differ for nearly
//! everyone, unlike red and green. Base is grey. Both is green on dark backgrounds and purple on light ones: a
//! readable green would be too close to orange there.

use ratatui::style::Color;

use super::background::Background;
use super::role::{ColorDepth, Role};

/// The colours of a theme, or `None` for the terminal's own colour.
struct ThemeColors {
    first: Option<Color>,
    second: Option<Color>,
    /// Base, and minor details.
    grey: Option<Color>,
    both: Option<Color>,
    good: Option<Color>,
    bad: Option<Color>,
}

const SIXTEEN_ON_ANY: ThemeColors = ThemeColors {
    first: Some(Color::LightMagenta),
    second: None,
    grey: None,
    both: None,
    good: None,
    bad: Some(Color::LightRed),
};

const SIXTEEN_ON_DARK: ThemeColors = ThemeColors {
    first: Some(Color::Cyan),
    second: Some(Color::Yellow),
    grey: None,
    both: Some(Color::Green),
    good: Some(Color::Green),
    bad: Some(Color::LightRed),
};

const SIXTEEN_ON_LIGHT: ThemeColors = ThemeColors {
    first: Some(Color::Blue),
    second: Some(Color::Red),
    grey: None,
    // Green is too light in xterm's palette.
    both: None,
    good: None,
    // Red is the second person.
    bad: Some(Color::Magenta),
};

const INDEXED_ON_DARK: ThemeColors = ThemeColors {
    first: Some(Color::Indexed(111)),
    second: Some(Color::Indexed(214)),
    grey: Some(Color::Indexed(249)),
    both: Some(Color::Indexed(85)),
    good: Some(Color::Indexed(77)),
    bad: Some(Color::Indexed(210)),
};

const INDEXED_ON_LIGHT: ThemeColors = ThemeColors {
    first: Some(Color::Indexed(26)),
    second: Some(Color::Indexed(94)),
    grey: Some(Color::Indexed(241)),
    both: Some(Color::Indexed(53)),
    good: Some(Color::Indexed(22)),
    bad: Some(Color::Indexed(124)),
};

const TRUE_ON_DARK: ThemeColors = ThemeColors {
    first: Some(Color::Rgb(0x82, 0xaa, 0xff)),
    second: Some(Color::Rgb(0xff, 0x9a, 0x3d)),
    grey: Some(Color::Rgb(0xb0, 0xb0, 0xb0)),
    both: Some(Color::Rgb(0x5f, 0xff, 0xa8)),
    good: Some(Color::Rgb(0x5f, 0xd7, 0x87)),
    bad: Some(Color::Rgb(0xff, 0x8c, 0x8c)),
};

const TRUE_ON_LIGHT: ThemeColors = ThemeColors {
    first: Some(Color::Rgb(0x00, 0x52, 0xd9)),
    second: Some(Color::Rgb(0x9a, 0x4a, 0x00)),
    grey: Some(Color::Rgb(0x60, 0x60, 0x60)),
    both: Some(Color::Rgb(0x5f, 0x00, 0x5f)),
    good: Some(Color::Rgb(0x00, 0x60, 0x00)),
    bad: Some(Color::Rgb(0xc0, 0x00, 0x00)),
};

/// Returns the colour of a role, or `None` for the terminal's own.
pub(super) const fn color(role: Role, depth: ColorDepth, background: Background) -> Option<Color> {
    let palette = match (depth, background) {
        (ColorDepth::None, _) => return None,
        (_, Background::Unknown) => &SIXTEEN_ON_ANY,
        (ColorDepth::Sixteen, Background::Dark) => &SIXTEEN_ON_DARK,
        (ColorDepth::Sixteen, Background::Light) => &SIXTEEN_ON_LIGHT,
        (ColorDepth::Indexed, Background::Dark) => &INDEXED_ON_DARK,
        (ColorDepth::Indexed, Background::Light) => &INDEXED_ON_LIGHT,
        (ColorDepth::True, Background::Dark) => &TRUE_ON_DARK,
        (ColorDepth::True, Background::Light) => &TRUE_ON_LIGHT,
    };
    match role {
        Role::First => palette.first,
        Role::Second => palette.second,
        Role::Base | Role::Dim => palette.grey,
        Role::Both => palette.both,
        Role::Good => palette.good,
        Role::Bad => palette.bad,
        Role::Text
        | Role::Title
        | Role::Key
        | Role::Focus
        | Role::Selected
        | Role::Cursor
        | Role::Info
        | Role::Warning
        | Role::Tag
        | Role::Word
        | Role::Other => None,
    }
}

/// Returns whether a colour is the same in every terminal, and not one of the terminal's own palette.
pub(super) const fn is_exact(color: Color) -> bool {
    matches!(color, Color::Rgb(..) | Color::Indexed(_))
}

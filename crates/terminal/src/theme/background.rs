//! Whether the terminal's background is dark or light, from the colour that it reports.

use serde::{Deserialize, Serialize};

/// A colour of 24 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(pub [u8; 3]);

/// The kind of a terminal's background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Background {
    /// Unknown, or neither dark nor light enough for exact colours.
    Unknown,
    /// Dark, from black to `#3f3f3f`.
    Dark,
    /// Light, from `#eee8d5` to white.
    Light,
}

/// The largest relative luminance of a background that counts as dark.
pub(crate) const MAX_DARK_LUMINANCE: f64 = 0.05;

/// The smallest relative luminance of a background that counts as light.
pub(crate) const MIN_LIGHT_LUMINANCE: f64 = 0.8;

impl Background {
    /// Returns the kind of a background with this colour.
    #[must_use]
    pub fn of(color: Rgb) -> Self {
        match luminance(color) {
            luminance if luminance <= MAX_DARK_LUMINANCE => Self::Dark,
            luminance if luminance >= MIN_LIGHT_LUMINANCE => Self::Light,
            _ => Self::Unknown,
        }
    }
}

/// Returns the relative luminance of an sRGB colour, by WCAG 2: 0 to 1.
#[must_use]
pub fn luminance(color: Rgb) -> f64 {
    let [red, green, blue] = linear(color);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Returns the linear parts of an sRGB colour, each from 0 to 1.
pub(crate) fn linear(Rgb(parts): Rgb) -> [f64; 3] {
    parts.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backgrounds_of_common_themes_are_told_apart() {
        // Black, VS Code, Solarized, Nord, One Dark, Zenburn.
        for dark in [[0; 3], [0x1e; 3], [0x00, 0x2b, 0x36], [0x2e, 0x34, 0x40], [0x28, 0x2c, 0x34], [0x3f; 3]] {
            assert_eq!(Background::of(Rgb(dark)), Background::Dark, "{dark:x?}");
        }
        // White, Solarized and its darker tone, Gruvbox.
        for light in [[0xff; 3], [0xfd, 0xf6, 0xe3], [0xee, 0xe8, 0xd5], [0xfb, 0xf1, 0xc7]] {
            assert_eq!(Background::of(Rgb(light)), Background::Light, "{light:x?}");
        }
        for neither in [[0x80; 3], [0x00, 0x00, 0xff], [0xc0; 3]] {
            assert_eq!(Background::of(Rgb(neither)), Background::Unknown, "{neither:x?}");
        }
    }

    #[test]
    fn luminance_has_the_range_of_wcag() {
        assert!(luminance(Rgb([0; 3])).abs() < 1e-9 && (luminance(Rgb([255; 3])) - 1.0).abs() < 1e-9);
    }
}

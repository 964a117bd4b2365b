//! The contrast of each role's colour with light and dark backgrounds.
//!
//! It is computed from the default palettes of common terminals.

use super::*;

/// A palette: the colours 0 to 15, and the backgrounds that it is used on.
struct Palette {
    name: &'static str,
    colours: [u32; 16],
    grounds: &'static [u32],
}

/// Default palettes.
///
/// Visual Studio Code has one for its dark and one for its light theme; Solarized has only one.
const PALETTES: [Palette; 6] = [
    Palette {
        name: "xterm",
        colours: [
            0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f,
            0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
        ],
        grounds: &[0x00_0000, 0xff_ffff],
    },
    Palette {
        name: "Visual Studio Code, dark",
        colours: [
            0x00_0000, 0xcd_3131, 0x0d_bc79, 0xe5_e510, 0x24_72c8, 0xbc_3fbc, 0x11_a8cd, 0xe5_e5e5, 0x66_6666,
            0xf1_4c4c, 0x23_d18b, 0xf5_f543, 0x3b_8eea, 0xd6_70d6, 0x29_b8db, 0xe5_e5e5,
        ],
        grounds: &[0x00_0000, 0x1e_1e1e],
    },
    Palette {
        name: "Visual Studio Code, light",
        colours: [
            0x00_0000, 0xcd_3131, 0x10_7c10, 0x94_9800, 0x04_51a5, 0xbc_05bc, 0x05_98bc, 0x55_5555, 0x66_6666,
            0xcd_3131, 0x14_ce14, 0xb5_ba00, 0x04_51a5, 0xbc_05bc, 0x05_98bc, 0xa5_a5a5,
        ],
        grounds: &[0xff_ffff],
    },
    Palette {
        name: "GNOME Terminal",
        colours: [
            0x17_1421, 0xc0_1c28, 0x26_a269, 0xa2_734c, 0x12_488b, 0xa3_47ba, 0x2a_a1b3, 0xd0_cfcc, 0x5e_5c64,
            0xf6_6151, 0x33_da7a, 0xe9_ad0c, 0x2a_7bde, 0xc0_61cb, 0x33_c7de, 0xff_ffff,
        ],
        grounds: &[0x00_0000, 0xff_ffff],
    },
    Palette {
        name: "macOS Terminal",
        colours: [
            0x00_0000, 0x99_0000, 0x00_a600, 0x99_9900, 0x00_00b2, 0xb2_00b2, 0x00_a6b2, 0xbf_bfbf, 0x66_6666,
            0xe5_0000, 0x00_d900, 0xe5_e500, 0x00_00ff, 0xe5_00e5, 0x00_e5e5, 0xe5_e5e5,
        ],
        grounds: &[0x00_0000, 0xff_ffff],
    },
    Palette {
        name: "Solarized",
        colours: [
            0x07_3642, 0xdc_322f, 0x85_9900, 0xb5_8900, 0x26_8bd2, 0xd3_3682, 0x2a_a198, 0xee_e8d5, 0x00_2b36,
            0xcb_4b16, 0x58_6e75, 0x65_7b83, 0x83_9496, 0x6c_71c4, 0x93_a1a1, 0xfd_f6e3,
        ],
        grounds: &[0x00_2b36, 0xfd_f6e3],
    },
];

/// The relative luminance of an sRGB colour, by WCAG 2.
fn luminance(colour: u32) -> f64 {
    let [_, rgb @ ..] = colour.to_be_bytes();
    let linear = rgb.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

/// The contrast of two colours, by WCAG 2: 1 to 21.
fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The index of a colour in a palette.
fn index(colour: Color) -> usize {
    match colour {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Reset | Color::Rgb(..) | Color::Indexed(_) => panic!("{colour} is not in a palette"),
    }
}

/// The lowest contrast of a colour, and the palette in which it has it.
fn lowest(colour: Color) -> (f64, &'static str) {
    PALETTES
        .iter()
        .flat_map(|palette| {
            let of = palette.colours[index(colour)];
            palette.grounds.iter().map(move |ground| (contrast(of, *ground), palette.name))
        })
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .unwrap()
}

#[test]
fn people_and_failures_have_readable_colours() {
    for role in [Role::First, Role::Second, Role::Bad, Role::Warning, Role::Tag, Role::Key, Role::Info, Role::Text] {
        // The terminal's own colour is readable wherever the terminal is.
        let Some(colour) = Theme::default().style(role).fg else { continue };
        let (contrast, palette) = lowest(colour);
        assert!(contrast >= 3.0, "{role:?}: {colour} has {contrast:.1} in {palette}");
        assert!(Theme::default().style(role).add_modifier.contains(Modifier::BOLD), "3:1 is enough for bold text only");
    }
}

#[test]
fn borders_and_success_are_readable_except_in_one_palette() {
    for role in [Role::Focus, Role::Good, Role::Agreed] {
        let colour = Theme::default().style(role).fg.unwrap();
        assert_eq!((lowest(colour).0 >= 1.9, lowest(colour).1), (true, "xterm"), "{role:?}");
        for palette in PALETTES.iter().filter(|palette| palette.name != "xterm") {
            for ground in palette.grounds {
                let contrast = contrast(palette.colours[index(colour)], *ground);
                assert!(contrast >= 2.9, "{role:?}: {contrast:.1} in {}", palette.name);
            }
        }
    }
}

#[test]
fn yellow_and_blue_are_not_readable() {
    for colour in [Color::Yellow, Color::LightYellow, Color::Blue, Color::LightBlue, Color::LightCyan, Color::Red] {
        assert!(lowest(colour).0 < 2.5, "{colour}: {:?}", lowest(colour));
    }
    assert!((contrast(0, 0xff_ffff) - 21.0).abs() < 1e-9, "the formula's range");
}

//! The default palettes of common terminals: stated data for the tests of contrast and colour vision.

use ratatui::style::Color;

use super::background::{Background, Rgb};

/// A palette, and the pairs of text and background that it is used with.
pub(super) struct CommonPalette {
    pub(super) name: &'static str,
    colors: [u32; 16],
    screens: &'static [(u32, u32)],
}

/// The default palettes.
///
/// xterm, GNOME Terminal, macOS Terminal and Solarized use the same sixteen colours on dark and on light backgrounds.
pub(super) const COMMON_PALETTES: [CommonPalette; 10] = [
    CommonPalette {
        name: "xterm",
        colors: [
            0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f,
            0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
        ],
        screens: &[(0xff_ffff, 0x00_0000), (0x00_0000, 0xff_ffff)],
    },
    CommonPalette {
        name: "Linux console",
        colors: [
            0x00_0000, 0xaa_0000, 0x00_aa00, 0xaa_5500, 0x00_00aa, 0xaa_00aa, 0x00_aaaa, 0xaa_aaaa, 0x55_5555,
            0xff_5555, 0x55_ff55, 0xff_ff55, 0x55_55ff, 0xff_55ff, 0x55_ffff, 0xff_ffff,
        ],
        screens: &[(0xaa_aaaa, 0x00_0000)],
    },
    CommonPalette {
        name: "Windows Terminal",
        colors: [
            0x0c_0c0c, 0xc5_0f1f, 0x13_a10e, 0xc1_9c00, 0x00_37da, 0x88_1798, 0x3a_96dd, 0xcc_cccc, 0x76_7676,
            0xe7_4856, 0x16_c60c, 0xf9_f1a5, 0x3b_78ff, 0xb4_009e, 0x61_d6d6, 0xf2_f2f2,
        ],
        screens: &[(0xcc_cccc, 0x0c_0c0c)],
    },
    CommonPalette {
        name: "VS Code, dark",
        colors: [
            0x00_0000, 0xcd_3131, 0x0d_bc79, 0xe5_e510, 0x24_72c8, 0xbc_3fbc, 0x11_a8cd, 0xe5_e5e5, 0x66_6666,
            0xf1_4c4c, 0x23_d18b, 0xf5_f543, 0x3b_8eea, 0xd6_70d6, 0x29_b8db, 0xe5_e5e5,
        ],
        screens: &[(0xcc_cccc, 0x1e_1e1e)],
    },
    CommonPalette {
        name: "VS Code, light",
        colors: [
            0x00_0000, 0xcd_3131, 0x10_7c10, 0x94_9800, 0x04_51a5, 0xbc_05bc, 0x05_98bc, 0x55_5555, 0x66_6666,
            0xcd_3131, 0x14_ce14, 0xb5_ba00, 0x04_51a5, 0xbc_05bc, 0x05_98bc, 0xa5_a5a5,
        ],
        screens: &[(0x33_3333, 0xff_ffff)],
    },
    CommonPalette {
        name: "GNOME Terminal",
        colors: [
            0x17_1421, 0xc0_1c28, 0x26_a269, 0xa2_734c, 0x12_488b, 0xa3_47ba, 0x2a_a1b3, 0xd0_cfcc, 0x5e_5c64,
            0xf6_6151, 0x33_da7a, 0xe9_ad0c, 0x2a_7bde, 0xc0_61cb, 0x33_c7de, 0xff_ffff,
        ],
        screens: &[(0xd0_cfcc, 0x17_1421), (0xff_ffff, 0x00_0000), (0x17_1421, 0xff_ffff)],
    },
    CommonPalette {
        name: "macOS Terminal",
        colors: [
            0x00_0000, 0x99_0000, 0x00_a600, 0x99_9900, 0x00_00b2, 0xb2_00b2, 0x00_a6b2, 0xbf_bfbf, 0x66_6666,
            0xe5_0000, 0x00_d900, 0xe5_e500, 0x00_00ff, 0xe5_00e5, 0x00_e5e5, 0xe5_e5e5,
        ],
        screens: &[(0xff_ffff, 0x00_0000), (0x00_0000, 0xff_ffff)],
    },
    CommonPalette {
        name: "Solarized",
        colors: [
            0x07_3642, 0xdc_322f, 0x85_9900, 0xb5_8900, 0x26_8bd2, 0xd3_3682, 0x2a_a198, 0xee_e8d5, 0x00_2b36,
            0xcb_4b16, 0x58_6e75, 0x65_7b83, 0x83_9496, 0x6c_71c4, 0x93_a1a1, 0xfd_f6e3,
        ],
        screens: &[(0x83_9496, 0x00_2b36), (0x65_7b83, 0xfd_f6e3)],
    },
    CommonPalette {
        name: "kitty",
        colors: [
            0x00_0000, 0xcc_0403, 0x19_cb00, 0xce_cb00, 0x0d_73cc, 0xcb_1ed1, 0x0d_cdcd, 0xdd_dddd, 0x76_7676,
            0xf2_201f, 0x23_fd00, 0xff_fd00, 0x1a_8fff, 0xfd_28ff, 0x14_ffff, 0xff_ffff,
        ],
        screens: &[(0xdd_dddd, 0x00_0000)],
    },
    CommonPalette {
        name: "Alacritty",
        colors: [
            0x18_1818, 0xac_4242, 0x90_a959, 0xf4_bf75, 0x6a_9fb5, 0xaa_759f, 0x75_b5aa, 0xd8_d8d8, 0x6b_6b6b,
            0xc5_5555, 0xaa_c474, 0xfe_ca88, 0x82_b8c8, 0xc2_8cb8, 0x93_d3c3, 0xf8_f8f8,
        ],
        screens: &[(0xd8_d8d8, 0x18_1818)],
    },
];

/// One terminal with one background.
pub(super) struct CommonScreen {
    pub(super) name: &'static str,
    colors: &'static [u32; 16],
    pub(super) text: Rgb,
    pub(super) ground: Rgb,
}

impl CommonScreen {
    /// Returns a colour as this terminal shows it, or the terminal's own for `None`.
    pub(super) fn shown(&self, color: Option<Color>) -> Rgb {
        color.map_or(self.text, |color| exact(color).unwrap_or_else(|| rgb(self.colors[index(color)])))
    }
}

/// Returns the terminals with this background; all terminals if it is unknown.
pub(super) fn screens(background: Background) -> impl Iterator<Item = CommonScreen> {
    let all = COMMON_PALETTES.iter().flat_map(|palette| {
        palette.screens.iter().map(|&(text, ground)| CommonScreen {
            name: palette.name,
            colors: &palette.colors,
            text: rgb(text),
            ground: rgb(ground),
        })
    });
    all.filter(move |screen| background == Background::Unknown || Background::of(screen.ground) == background)
}

pub(super) const fn rgb(color: u32) -> Rgb {
    let [_, red, green, blue] = color.to_be_bytes();
    Rgb([red, green, blue])
}

/// Returns the 24 bits of an exact colour, or `None` for one of the terminal's palette.
///
/// The colours from 16 to 231 are a cube with these six steps, those from 232 to 255 are greys (xterm's
/// `256colres.h`).
fn exact(color: Color) -> Option<Rgb> {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    match color {
        Color::Rgb(red, green, blue) => Some(Rgb([red, green, blue])),
        Color::Indexed(index @ 16..=231) => {
            Some(Rgb([(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6].map(|step| STEPS[usize::from(step)])))
        }
        Color::Indexed(index @ 232..) => Some(Rgb([8 + 10 * (index - 232); 3])),
        _ => None,
    }
}

/// Returns the index of a colour in a palette.
fn index(color: Color) -> usize {
    match color {
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
        Color::Reset | Color::Rgb(..) | Color::Indexed(_) => panic!("{color} is not in a palette"),
    }
}

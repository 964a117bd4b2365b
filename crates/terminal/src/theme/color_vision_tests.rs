//! The difference between mine, theirs, base and both, for people with each kind of colour vision.
//!
//! Missing cones are simulated with the matrices of Machado, Oliveira and Fernandes, 'A Physiologically-based Model for
//! Simulation of Color Vision Deficiency' (2009), for a severity of 1, in linear sRGB. The difference is that of
//! CIE 1976 (the distance in L\*a\*b\*, white point D65). A difference of about 2 is just noticeable side by side.

use std::fmt::Write as _;

use super::background::{Background, Rgb, linear};
use super::common_palettes::{CommonScreen, screens};
use super::tests::theme;
use super::*;

/// The kinds of colour vision, each with its matrix.
const VISIONS: [(&str, [[f64; 3]; 3]); 4] = [
    ("normal", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "deuteranopia",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
    (
        "tritanopia",
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ),
];

fn times(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(factor, part)| factor * part).sum())
}

/// Returns the L\*a\*b\* coordinates of a colour, as seen with a kind of colour vision.
fn lab(color: Rgb, vision: &[[f64; 3]; 3]) -> [f64; 3] {
    const XYZ: [[f64; 3]; 3] = [
        [0.412_456_4, 0.357_576_1, 0.180_437_5],
        [0.212_672_9, 0.715_152_2, 0.072_175_0],
        [0.019_333_9, 0.119_192_0, 0.950_304_1],
    ];
    const WHITE: [f64; 3] = [0.950_47, 1.0, 1.088_83];
    let seen = times(vision, linear(color)).map(|part| part.clamp(0.0, 1.0));
    let relative = times(&XYZ, seen);
    let [x, y, z] = std::array::from_fn(|at| {
        let part = relative[at] / WHITE[at];
        if part > 216.0 / 24389.0 { part.cbrt() } else { (24389.0 / 27.0 * part + 16.0) / 116.0 }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// Returns the smallest difference of two colours over all kinds of colour vision, and that kind.
fn difference(one: Rgb, other: Rgb) -> (f64, &'static str) {
    let seen = VISIONS.iter().map(|(name, vision)| {
        let (one, other) = (lab(one, vision), lab(other, vision));
        (one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt(), *name)
    });
    seen.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap()
}

const DEPTHS: [(ColorDepth, &str); 2] = [(ColorDepth::Indexed, "256"), (ColorDepth::True, "true colour")];

/// A pair of roles, and their names in the table.
type Pair = ((Role, &'static str), (Role, &'static str));

fn pairs() -> Vec<Pair> {
    let roles =
        [(Role::First, "first person"), (Role::Second, "second person"), (Role::Base, "base"), (Role::Both, "both")];
    let before = |at: usize| roles[..at].iter().map(move |one| (*one, roles[at]));
    (0..roles.len()).flat_map(before).collect()
}

/// Returns the smallest difference of two roles on any common terminal.
fn smallest(depth: ColorDepth, background: Background, one: Role, other: Role) -> (f64, &'static str, &'static str) {
    let theme = theme(depth, background);
    let shown = |screen: &CommonScreen, role| screen.shown(theme.style(role).fg);
    let all = screens(background).map(|screen| {
        let (least, vision) = difference(shown(&screen, one), shown(&screen, other));
        (least, vision, screen.name)
    });
    all.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap()
}

#[test]
fn mine_theirs_base_and_both_differ_for_all_color_vision() {
    for (depth, _) in DEPTHS {
        for background in [Background::Dark, Background::Light] {
            for ((one, _), (other, _)) in pairs() {
                let (least, vision, _) = smallest(depth, background, one, other);
                let needed = if (one, other) == (Role::First, Role::Second) { 40.0 } else { 20.0 };
                assert!(least >= needed, "{one:?} and {other:?}: {least:.0} with {vision}, {depth:?}, {background:?}");
            }
        }
    }
}

#[test]
fn two_people_differ_in_every_common_palette() {
    for background in [Background::Dark, Background::Light] {
        let (least, vision, name) = smallest(ColorDepth::Sixteen, background, Role::First, Role::Second);
        assert!(least >= 40.0, "{least:.0} with {vision} in {name}, {background:?}");
    }
}

#[test]
fn red_and_green_do_not_differ_for_all_color_vision() {
    let (least, vision) = difference(Rgb([0xcc, 0, 0]), Rgb([0x60, 0x70, 0]));
    assert!(least < 20.0, "{least} with {vision}: the simulation would accept anything");
    let (least, _) = difference(Rgb([0; 3]), Rgb([255; 3]));
    assert!((least - 100.0).abs() < 0.1, "{least}: the range of L*");
}

/// Returns the table of `docs/appearance.md`.
pub(super) fn table() -> String {
    let mut table = String::from(
        "| pair | 16, dark | 16, light | 256, dark | 256, light | true colour, dark | true colour, light |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for ((one, first), (other, second)) in pairs() {
        write!(table, "| {first}, {second} |").unwrap();
        for depth in [ColorDepth::Sixteen, ColorDepth::Indexed, ColorDepth::True] {
            for background in [Background::Dark, Background::Light] {
                let (least, vision, name) = smallest(depth, background, one, other);
                let place = if depth == ColorDepth::Sixteen { format!("{vision}, {name}") } else { vision.to_owned() };
                write!(table, " {least:.0} ({place}) |").unwrap();
            }
        }
        table.push('\n');
    }
    table
}

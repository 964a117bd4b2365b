//! The contrast of each role in each theme, and the tables of `docs/appearance.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use super::background::{Background, MAX_DARK_LUMINANCE, MIN_LIGHT_LUMINANCE, Rgb, luminance};
use super::common_palettes::{CommonScreen, screens};
use super::tests::{BACKGROUNDS, ROLES, theme};
use super::*;

/// The contrast that WCAG 2 asks of text (success criterion 1.4.3).
const TEXT_CONTRAST: f64 = 4.5;

/// The contrast that WCAG 2 asks of large or bold text.
const BOLD_CONTRAST: f64 = 3.0;

/// Returns the contrast of two colours, by WCAG 2: 1 to 21.
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Returns the colour of a role as a terminal shows it.
///
/// Dim text has no exact colour among the sixteen: the terminal mixes its text with its background, and half of each is
/// assumed here.
fn shown(theme: &Theme, role: Role, screen: &CommonScreen) -> Rgb {
    let style = theme.style(role);
    let Rgb(text) = screen.shown(style.fg);
    if !style.add_modifier.contains(Modifier::DIM) {
        return Rgb(text);
    }
    let Rgb(ground) = screen.ground;
    Rgb(std::array::from_fn(|at| text[at].midpoint(ground[at])))
}

/// Returns the lowest contrast of a role on common terminals, and the terminal.
fn lowest(theme: &Theme, role: Role) -> (f64, &'static str) {
    let all =
        screens(theme.background()).map(|screen| (contrast(shown(theme, role, &screen), screen.ground), screen.name));
    all.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap()
}

/// Returns the lowest contrast of a role with any background that counts as dark or light.
///
/// That is the background nearest to the text: the lightest dark one, or the darkest light one. Returns `None` if the
/// role has the terminal's own colour.
fn lowest_exact(theme: &Theme, role: Role) -> Option<f64> {
    let any = screens(Background::Unknown).next().unwrap();
    let text = luminance(any.shown(Some(theme.style(role).fg?)));
    Some(match theme.background() {
        Background::Dark => (text + 0.05) / (MAX_DARK_LUMINANCE + 0.05),
        Background::Light => (MIN_LIGHT_LUMINANCE + 0.05) / (text + 0.05),
        Background::Unknown => panic!("exact colours need a known background"),
    })
}

#[test]
fn exact_colors_have_the_contrast_of_text() {
    for depth in [ColorDepth::Indexed, ColorDepth::True] {
        for background in [Background::Dark, Background::Light] {
            let theme = theme(depth, background);
            let mut exact = 0;
            for role in ROLES {
                let Some(lowest) = lowest_exact(&theme, role) else { continue };
                exact += 1;
                assert!(lowest >= TEXT_CONTRAST, "{role:?}: {lowest:.2} with {depth:?}, {background:?}");
                assert!(!theme.style(role).add_modifier.contains(Modifier::DIM), "{role:?} would be fainter");
            }
            assert_eq!(exact, 7, "first, second, base, dim, both, good, bad");
        }
    }
}

#[test]
fn palette_colors_below_the_contrast_of_text_are_bold() {
    for background in BACKGROUNDS {
        let theme = theme(ColorDepth::Sixteen, background);
        for role in ROLES {
            let style = theme.style(role);
            let (lowest, name) = lowest(&theme, role);
            if style.fg.is_some() && lowest < TEXT_CONTRAST {
                assert!(lowest >= BOLD_CONTRAST, "{role:?}: {lowest:.1} in {name}, {background:?}");
                assert!(style.add_modifier.contains(Modifier::BOLD), "{role:?}: {lowest:.1} in {name}");
            }
        }
    }
}

/// The reason for the choice of colours among the sixteen: the others are unreadable somewhere.
#[test]
fn other_palette_colors_are_unreadable_somewhere() {
    use ratatui::style::Color;
    let on = |background| {
        move |color: Color| {
            let all = screens(background).map(|screen| contrast(screen.shown(Some(color)), screen.ground));
            all.fold(f64::INFINITY, f64::min) < BOLD_CONTRAST
        }
    };
    let light_and_dark = [
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightCyan,
    ];
    assert!(light_and_dark.into_iter().all(on(Background::Unknown)));
    assert!([Color::Blue, Color::Magenta, Color::LightBlue, Color::DarkGray].into_iter().all(on(Background::Dark)));
    assert!([Color::Green, Color::Yellow, Color::Cyan].into_iter().all(on(Background::Light)));
}

/// Returns the name of a role in the tables.
fn name(role: Role) -> &'static str {
    match role {
        Role::Text => "text",
        Role::Dim => "dim: minor details",
        Role::Title => "title",
        Role::Key => "key",
        Role::Focus => "focus",
        Role::Selected => "selected",
        Role::Cursor => "cursor",
        Role::Good => "good ✓",
        Role::Info => "information ·",
        Role::Warning => "warning !",
        Role::Bad => "bad ✗",
        Role::Tag => "entity tag",
        Role::Base => "base ○",
        Role::Both => "both ◐",
        Role::Word => "changed word",
        Role::First => "first person, such as ● Alice",
        Role::Second => "second person, such as ◆ Bob",
        Role::Other => "unknown person ◇",
    }
}

/// Returns the attributes of a style in words.
fn attributes_in_words(style: Style) -> String {
    let names = style.add_modifier.iter_names().map(|(name, _)| name.to_lowercase());
    names.collect::<Vec<_>>().join(", ")
}

fn exact_table() -> String {
    let mut table = String::from(
        "| role | 256, dark | 256, light | true colour, dark | true colour, light |\n| --- | --- | --- | --- | --- |\n",
    );
    for role in ROLES {
        write!(table, "| {} |", name(role)).unwrap();
        for depth in [ColorDepth::Indexed, ColorDepth::True] {
            for background in [Background::Dark, Background::Light] {
                let theme = theme(depth, background);
                match (theme.style(role).fg, lowest_exact(&theme, role)) {
                    (Some(color), Some(lowest)) => write!(table, " {color}: {lowest:.1} |").unwrap(),
                    _ => table.push_str(" own |"),
                }
            }
        }
        table.push('\n');
    }
    table
}

fn palette_table() -> String {
    let mut table = String::from("| role | unknown background | dark | light |\n| --- | --- | --- | --- |\n");
    for role in ROLES {
        write!(table, "| {} |", name(role)).unwrap();
        for background in BACKGROUNDS {
            let theme = theme(ColorDepth::Sixteen, background);
            let style = theme.style(role);
            let color = style.fg.map_or("own".to_owned(), |color| color.to_string());
            let attributes = attributes_in_words(style);
            let separator = if attributes.is_empty() { "" } else { ", " };
            let (lowest, terminal) = lowest(&theme, role);
            let mark = if lowest < TEXT_CONTRAST { " (*)" } else { "" };
            write!(table, " {color}{separator}{attributes}: {lowest:.1}, {terminal}{mark} |").unwrap();
        }
        table.push('\n');
    }
    table
}

/// Returns the path of the page for users, its text, and the text that it should have.
fn page() -> (PathBuf, String, String) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "docs", "appearance.md"].iter().collect();
    let page = fs::read_to_string(&path).unwrap();
    let mut expected = page.clone();
    for (mark, table) in
        [("exact", exact_table()), ("palette", palette_table()), ("vision", color_vision_tests::table())]
    {
        println!("{table}");
        let (begin, end) = (format!("<!-- {mark}: computed -->\n\n"), format!("\n<!-- {mark}: end -->"));
        let from = expected.find(&begin).expect("the page has a place for the table") + begin.len();
        let to = expected.find(&end).expect("the table ends");
        expected.replace_range(from..to, &table);
    }
    (path, page, expected)
}

#[test]
fn page_has_the_computed_tables() {
    let (_, page, expected) = page();
    assert!(page == expected, "write them: cargo test -p ifmatch-terminal --lib write_the_tables -- --ignored");
}

#[test]
#[ignore = "it writes docs/appearance.md"]
fn write_the_tables() {
    let (path, _, expected) = page();
    fs::write(path, expected).unwrap();
}

//! How many colours are used: from the option, `NO_COLOR`, `COLORTERM` and `TERM`.

use clap::ValueEnum;
use terminal::theme::ColorDepth;

/// How many colours to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// As many as `COLORTERM` and `TERM` announce, unless `NO_COLOR` is set.
    Auto,
    /// As many as `COLORTERM` and `TERM` announce, even if `NO_COLOR` is set.
    Always,
    /// None: bold, underline and reverse video only.
    Never,
    /// The sixteen of the terminal's own palette.
    #[value(name = "16")]
    Sixteen,
    /// The 256 colours of xterm.
    #[value(name = "256")]
    Indexed,
    /// Colours of 24 bits.
    True,
}

/// Returns how many colours to use. `variable` looks up an environment variable.
///
/// Without a choice, the colours are those of the terminal's own palette: the user has chosen them already, for all
/// programs.
pub(crate) fn depth(choice: Option<ColorChoice>, variable: impl Fn(&str) -> Option<String>) -> ColorDepth {
    // Any value but an empty one counts (no-color.org).
    let is_refused = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    match choice {
        Some(ColorChoice::Never) => ColorDepth::None,
        Some(ColorChoice::Sixteen) => ColorDepth::Sixteen,
        Some(ColorChoice::Indexed) => ColorDepth::Indexed,
        Some(ColorChoice::True) => ColorDepth::True,
        Some(ColorChoice::Auto) | None if is_refused => ColorDepth::None,
        Some(ColorChoice::Auto) => announced(variable),
        Some(ColorChoice::Always) => match announced(variable) {
            ColorDepth::None => ColorDepth::Sixteen,
            announced => announced,
        },
        None => match announced(variable) {
            ColorDepth::None => ColorDepth::None,
            ColorDepth::Sixteen | ColorDepth::Indexed | ColorDepth::True => ColorDepth::Sixteen,
        },
    }
}

/// Returns how many colours the environment says that the terminal has.
///
/// Without `TERM`, sixteen are assumed: every terminal of this century has them.
fn announced(variable: impl Fn(&str) -> Option<String>) -> ColorDepth {
    if variable("COLORTERM").is_some_and(|value| ["truecolor", "24bit"].contains(&value.as_str())) {
        return ColorDepth::True;
    }
    let Some(kind) = variable("TERM") else { return ColorDepth::Sixteen };
    // The names of terminfo: `xterm-direct`, `screen-256color-bce`, `linux-m`, `vt220`.
    if kind.ends_with("-direct") || kind.contains("-truecolor") {
        ColorDepth::True
    } else if kind.contains("-256color") || ["alacritty", "foot", "xterm-kitty", "xterm-ghostty"].contains(&&*kind) {
        ColorDepth::Indexed
    } else if kind == "dumb" || kind.starts_with("vt") || kind.ends_with("-m") || kind.ends_with("-mono") {
        ColorDepth::None
    } else {
        ColorDepth::Sixteen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(choice: Option<ColorChoice>, set: &[(&str, &str)]) -> ColorDepth {
        depth(choice, |name| set.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    const RICH: [(&str, &str); 2] = [("COLORTERM", "truecolor"), ("TERM", "xterm-256color")];

    #[test]
    fn without_a_choice_the_terminals_own_palette_is_used() {
        for set in [&RICH[..], &RICH[1..], &[("TERM", "xterm")], &[("TERM", "linux")], &[]] {
            assert_eq!(with(None, set), ColorDepth::Sixteen, "{set:?}");
        }
        for mono in ["vt100", "vt220", "xterm-mono", "linux-m", "dumb"] {
            assert_eq!(with(None, &[("TERM", mono)]), ColorDepth::None, "{mono}");
        }
    }

    #[test]
    fn auto_takes_what_the_terminal_announces() {
        let auto = |set: &[(&str, &str)]| with(Some(ColorChoice::Auto), set);
        assert_eq!(auto(&RICH), ColorDepth::True);
        assert_eq!(auto(&RICH[1..]), ColorDepth::Indexed);
        assert_eq!(auto(&[("COLORTERM", "1"), ("TERM", "xterm")]), ColorDepth::Sixteen);
        assert_eq!(auto(&[("COLORTERM", "24bit"), ("TERM", "screen")]), ColorDepth::True);
        for (kind, depth) in [
            ("tmux-256color", ColorDepth::Indexed),
            ("screen-256color-bce", ColorDepth::Indexed),
            ("foot", ColorDepth::Indexed),
            ("xterm-direct", ColorDepth::True),
            ("screen", ColorDepth::Sixteen),
            ("vt220", ColorDepth::None),
        ] {
            assert_eq!(auto(&[("TERM", kind)]), depth, "{kind}");
        }
    }

    #[test]
    fn no_color_yields_only_to_an_explicit_choice() {
        let refused = [("NO_COLOR", "1"), ("TERM", "xterm-256color")];
        assert_eq!(with(None, &refused), ColorDepth::None);
        assert_eq!(with(Some(ColorChoice::Auto), &refused), ColorDepth::None);
        assert_eq!(with(Some(ColorChoice::Always), &refused), ColorDepth::Indexed);
        assert_eq!(with(Some(ColorChoice::Always), &[("TERM", "vt100")]), ColorDepth::Sixteen);
        assert_eq!(with(Some(ColorChoice::Sixteen), &refused), ColorDepth::Sixteen);
        assert_eq!(with(Some(ColorChoice::True), &refused), ColorDepth::True);
        assert_eq!(with(Some(ColorChoice::Never), &RICH), ColorDepth::None);
        assert_eq!(with(None, &[("NO_COLOR", ""), ("TERM", "xterm")]), ColorDepth::Sixteen, "an empty value");
    }
}

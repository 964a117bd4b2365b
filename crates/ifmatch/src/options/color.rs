//! How many colours are used: from the option, `NO_COLOR`, `COLORTERM` and `TERM`.

use clap::ValueEnum;
use terminal::theme::ColorDepth;

/// How many colours to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// The sixteen of the terminal's own palette, unless `NO_COLOR` is set: the default.
    Palette,
    /// As many as `COLORTERM` and `TERM` announce, unless `NO_COLOR` is set.
    Auto,
    /// As many as `COLORTERM` and `TERM` announce, even if `NO_COLOR` is set.
    Always,
    /// None: bold, underline and reverse video only.
    Never,
    /// The sixteen of the terminal's own palette, even if `NO_COLOR` is set.
    #[value(name = "16")]
    Sixteen,
    /// The 256 colours of xterm.
    #[value(name = "256")]
    Indexed,
    /// Colours of 24 bits.
    True,
}

impl ColorChoice {
    /// The choices, with their names on the command line and in the configuration.
    pub(crate) const NAMED: [(Self, &str); 7] = [
        (Self::Palette, "palette"),
        (Self::Auto, "auto"),
        (Self::Always, "always"),
        (Self::Never, "never"),
        (Self::Sixteen, "16"),
        (Self::Indexed, "256"),
        (Self::True, "true"),
    ];
}

/// Returns how many colours to use. `variable` looks up an environment variable.
///
/// By default, the colours are those of the terminal's own palette: the user has chosen them already, for all programs.
pub(crate) fn depth(choice: ColorChoice, variable: impl Fn(&str) -> Option<String>) -> ColorDepth {
    // Any value but an empty one counts (no-color.org).
    let is_refused = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Never => ColorDepth::None,
        ColorChoice::Sixteen => ColorDepth::Sixteen,
        ColorChoice::Indexed => ColorDepth::Indexed,
        ColorChoice::True => ColorDepth::True,
        ColorChoice::Auto | ColorChoice::Palette if is_refused => ColorDepth::None,
        ColorChoice::Auto => announced(variable),
        ColorChoice::Always => match announced(variable) {
            ColorDepth::None => ColorDepth::Sixteen,
            announced => announced,
        },
        ColorChoice::Palette => match announced(variable) {
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

    fn with(choice: ColorChoice, set: &[(&str, &str)]) -> ColorDepth {
        depth(choice, |name| set.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    const RICH: [(&str, &str); 2] = [("COLORTERM", "truecolor"), ("TERM", "xterm-256color")];

    #[test]
    fn names_of_the_choices_are_those_of_the_option() {
        for (choice, name) in ColorChoice::NAMED {
            assert_eq!(choice.to_possible_value().unwrap().get_name(), name);
        }
        assert_eq!(ColorChoice::value_variants().len(), ColorChoice::NAMED.len());
    }

    #[test]
    fn palette_is_the_terminals_own_sixteen_colors() {
        for set in [&RICH[..], &RICH[1..], &[("TERM", "xterm")], &[("TERM", "linux")], &[]] {
            assert_eq!(with(ColorChoice::Palette, set), ColorDepth::Sixteen, "{set:?}");
        }
        for mono in ["vt100", "vt220", "xterm-mono", "linux-m", "dumb"] {
            assert_eq!(with(ColorChoice::Palette, &[("TERM", mono)]), ColorDepth::None, "{mono}");
        }
    }

    #[test]
    fn auto_takes_what_the_terminal_announces() {
        let auto = |set: &[(&str, &str)]| with(ColorChoice::Auto, set);
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
        assert_eq!(with(ColorChoice::Palette, &refused), ColorDepth::None);
        assert_eq!(with(ColorChoice::Auto, &refused), ColorDepth::None);
        assert_eq!(with(ColorChoice::Always, &refused), ColorDepth::Indexed);
        assert_eq!(with(ColorChoice::Always, &[("TERM", "vt100")]), ColorDepth::Sixteen);
        assert_eq!(with(ColorChoice::Sixteen, &refused), ColorDepth::Sixteen);
        assert_eq!(with(ColorChoice::True, &refused), ColorDepth::True);
        assert_eq!(with(ColorChoice::Never, &RICH), ColorDepth::None);
        assert_eq!(
            with(ColorChoice::Palette, &[("NO_COLOR", ""), ("TERM", "xterm")]),
            ColorDepth::Sixteen,
            "an empty value"
        );
    }
}

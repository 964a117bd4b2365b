//! The environment variables that a client may send: language and colours of its terminal.

/// The variables that a client may set. All others are refused.
const ALLOWED: [&str; 4] = ["LANG", "LC_ALL", "LC_CTYPE", "COLORTERM"];

/// The most characters of a value.
const MAX_VALUE_CHARS: usize = 64;

/// The type of terminal if the client names none, or an odd one.
const USUAL_TERM: &str = "xterm-256color";

/// The accepted variables of a session, at most one value each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SessionEnvironment(Vec<(&'static str, String)>);

impl SessionEnvironment {
    /// Accepts a variable, and returns whether it did.
    ///
    /// A value must be plain: the names of locales and colour depths need letters, digits and a few signs.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> bool {
        let Some(name) = ALLOWED.into_iter().find(|allowed| *allowed == name) else { return false };
        let is_accepted = is_plain(value);
        if is_accepted {
            self.put(name, value);
        }
        is_accepted
    }

    /// Sets the type of terminal that the client names.
    pub(crate) fn set_term(&mut self, term: &str) {
        self.put("TERM", if is_plain(term) { term } else { USUAL_TERM });
    }

    fn put(&mut self, name: &'static str, value: &str) {
        self.0.retain(|(other, _)| *other != name);
        self.0.push((name, value.to_owned()));
    }

    /// Returns names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

fn is_plain(value: &str) -> bool {
    let is_plain_char = |c: char| c.is_ascii_alphanumeric() || "._-@+".contains(c);
    (1..=MAX_VALUE_CHARS).contains(&value.len()) && value.chars().all(is_plain_char)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_listed_variables_with_plain_values_are_set() {
        let mut environment = SessionEnvironment::default();
        assert!(environment.set("LANG", "de_DE.UTF-8@euro"));
        assert!(environment.set("COLORTERM", "truecolor"));
        for (name, value) in [
            ("LD_PRELOAD", "x.so"),
            ("PATH", "bin"),
            ("IFMATCH_SERVER", "x"),
            ("lang", "C"),
            ("LC_MESSAGES", "C"),
            ("LANG", ""),
            ("LANG", "../../etc/passwd"),
            ("LANG", "C\nX=1"),
            ("LC_ALL", "$(id)"),
            ("LC_ALL", "ä"),
        ] {
            assert!(!environment.set(name, value), "{name}={value}");
        }
        assert!(!environment.set("LC_ALL", &"x".repeat(MAX_VALUE_CHARS + 1)));
        let set: Vec<_> = environment.iter().collect();
        assert_eq!(set, [("LANG", "de_DE.UTF-8@euro"), ("COLORTERM", "truecolor")]);
    }

    #[test]
    fn last_value_of_a_variable_counts() {
        let mut environment = SessionEnvironment::default();
        assert!(environment.set("LANG", "C") && environment.set("LANG", "en_GB.UTF-8"));
        environment.set_term("foot");
        environment.set_term("x; rm");
        assert_eq!(environment.iter().collect::<Vec<_>>(), [("LANG", "en_GB.UTF-8"), ("TERM", "xterm-256color")]);
    }

    proptest! {
        #[test]
        fn nothing_but_plain_values_gets_through(name in ".{0,12}", value in ".{0,80}", term in ".{0,80}") {
            let mut environment = SessionEnvironment::default();
            environment.set(&name, &value);
            for allowed in ALLOWED {
                environment.set(allowed, &value);
            }
            environment.set_term(&term);
            for (name, value) in environment.iter() {
                prop_assert!(name == "TERM" || ALLOWED.contains(&name));
                prop_assert!(is_plain(value));
            }
            prop_assert!(environment.iter().count() <= ALLOWED.len() + 1);
        }
    }
}

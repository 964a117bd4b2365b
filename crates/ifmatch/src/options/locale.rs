//! Whether the user's locale has Unicode, so that it can be drawn.

/// Whether the environment names a locale that has ASCII only.
///
/// `variable` looks up an environment variable.
///
/// POSIX takes the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set and not empty. If none is, POSIX means ASCII;
/// but most terminals without a locale show Unicode, so here the locale then counts as unknown.
pub(crate) fn is_ascii(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    set.is_some_and(|locale| lacks_unicode(&locale))
}

/// Whether a locale, such as `de_DE.UTF-8@euro`, names a character set other than Unicode.
///
/// If it names none, only C and POSIX, which every system has, are known to be ASCII.
fn lacks_unicode(locale: &str) -> bool {
    let name = locale.split('@').next().unwrap_or_default();
    match name.split_once('.') {
        Some((_, characters)) => !["utf-8", "utf8"].contains(&characters.to_ascii_lowercase().as_str()),
        None => ["C", "POSIX"].contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(set: &[(&str, &str)]) -> bool {
        is_ascii(|name| set.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn c_and_posix_are_ascii_and_unset_is_not() {
        assert!(with(&[("LANG", "C")]));
        assert!(with(&[("LC_CTYPE", "POSIX")]));
        assert!(with(&[("LANG", "de_DE.ISO-8859-1")]));
        for locale in ["C.UTF-8", "en_US.utf8", "de_DE.UTF-8@euro", "de_DE", "en"] {
            assert!(!with(&[("LANG", locale)]), "{locale}");
        }
        assert!(!with(&[]));
        assert!(!with(&[("LC_ALL", ""), ("LANG", "")]));
    }

    #[test]
    fn the_first_variable_of_posix_counts() {
        assert!(with(&[("LC_ALL", "C"), ("LC_CTYPE", "en_US.UTF-8"), ("LANG", "en_US.UTF-8")]));
        assert!(!with(&[("LC_ALL", "en_US.UTF-8"), ("LC_CTYPE", "C"), ("LANG", "C")]));
        assert!(!with(&[("LC_CTYPE", "C.UTF-8"), ("LANG", "C")]));
        assert!(with(&[("LC_ALL", ""), ("LANG", "C")]));
    }
}

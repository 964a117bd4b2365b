//! Numbers that are made of digits alone.

/// Returns a number that is made of digits alone. The standard library would read `+2` as well.
pub(crate) fn parse_digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Returns a number from 1 on, which has one spelling in a path: no leading zero.
pub(crate) fn parse_positive(text: &str) -> Option<u64> {
    parse_digits(text).filter(|number| *number > 0 && !text.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positive_number_has_one_spelling() {
        assert_eq!(
            (parse_positive("7"), parse_positive("0"), parse_positive("07"), parse_positive("+7")),
            (Some(7), None, None, None)
        );
    }
}

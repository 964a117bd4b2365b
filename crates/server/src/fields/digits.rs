//! Numbers that consist only of digits.

/// Parses a number that consists only of digits. The standard library would also accept `+2`.
pub(crate) fn parse_digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Parses a number from 1 on.
///
/// Leading zeros are refused, so that each number has one spelling in a path.
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

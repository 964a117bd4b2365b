//! A length of time on the command line, such as `--keep-for 30d`.

use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// How long the texts of old versions are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeepTime(Duration);

impl KeepTime {
    /// Returns the length of time.
    pub(crate) fn duration(self) -> Duration {
        self.0
    }
}

/// A text that is not a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a length of time is a number with a unit: s, m (minutes), h, d or w, such as 30d")]
pub(crate) struct ParseKeepTimeError;

impl FromStr for KeepTime {
    type Err = ParseKeepTimeError;

    fn from_str(text: &str) -> Result<Self, ParseKeepTimeError> {
        let seconds = match text.chars().next_back() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 60 * 60,
            Some('d') => 24 * 60 * 60,
            Some('w') => 7 * 24 * 60 * 60,
            _ => return Err(ParseKeepTimeError),
        };
        let number = &text[..text.len() - 1];
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseKeepTimeError);
        }
        let number: u64 = number.parse().map_err(|_| ParseKeepTimeError)?;
        number.checked_mul(seconds).map(|seconds| Self(Duration::from_secs(seconds))).ok_or(ParseKeepTimeError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_and_a_unit_are_a_time() {
        let day = 24 * 60 * 60;
        for (text, seconds) in [("30d", 30 * day), ("12h", day / 2), ("8w", 56 * day), ("90m", 5400), ("0s", 0)] {
            assert_eq!(text.parse(), Ok(KeepTime(Duration::from_secs(seconds))), "{text}");
        }
        for text in
            ["", "d", "30", "30 d", "+3d", "-3d", "1.5d", "30D", "30é", "99999999999999999999d", "9999999999999999999w"]
        {
            assert_eq!(text.parse::<KeepTime>(), Err(ParseKeepTimeError), "{text}");
        }
    }
}

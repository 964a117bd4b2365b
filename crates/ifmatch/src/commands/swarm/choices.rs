//! The values of the options of `ifmatch swarm`: strategies, backoff, and pauses.

use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use swarm::{RetryBackoff, SaveStrategy, ThinkTime};
use thiserror::Error;

/// How a writer gets an edit saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum StrategyArg {
    /// If-Match; after a 412, merge both texts and save the result under the new tag. Loses nothing.
    Merge,
    /// If-Match; after a 412, GET again, make the edit again and save it under the new tag. Loses nothing.
    Retry,
    /// If-Match; after a 412, send the same text again under the new tag: a blind retry. Loses edits.
    Overwrite,
    /// No precondition: a 428 if the server requires one; otherwise the last write wins. Loses edits.
    Careless,
}

impl From<StrategyArg> for SaveStrategy {
    fn from(strategy: StrategyArg) -> Self {
        match strategy {
            StrategyArg::Merge => Self::Merge,
            StrategyArg::Retry => Self::Retry,
            StrategyArg::Overwrite => Self::Overwrite,
            StrategyArg::Careless => Self::Careless,
        }
    }
}

/// How long a writer waits after a 412.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum BackoffArg {
    /// Not at all.
    None,
    /// A random time below 10 ms, which doubles with each refusal, up to 2 s; then GET again.
    FullJitter,
}

impl From<BackoffArg> for RetryBackoff {
    fn from(backoff: BackoffArg) -> Self {
        match backoff {
            BackoffArg::None => Self::None,
            BackoffArg::FullJitter => Self::FullJitter,
        }
    }
}

/// A pause on the command line: `500ms`, `0..2s`, or `0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ThinkArg(pub(super) ThinkTime);

/// The error for a pause that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum ThinkError {
    /// One of the times is not valid.
    #[error("'{0}' is not a time; write 500ms, 2s, or a range such as 0..2s")]
    Time(String),
    /// The range has its ends in the wrong order.
    #[error("the first time of the range is longer than the second")]
    Order,
}

impl FromStr for ThinkArg {
    type Err = ThinkError;

    fn from_str(text: &str) -> Result<Self, ThinkError> {
        let (shortest, longest) = match text.split_once("..") {
            // The unit of `200..500ms` is that of the second time.
            Some((first, second)) => {
                let unit = second.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                let is_bare = first.chars().all(|c| c.is_ascii_digit() || c == '.');
                let first = if is_bare { format!("{first}{unit}") } else { first.to_owned() };
                (time(&first)?, time(second)?)
            }
            None => (time(text)?, time(text)?),
        };
        if shortest > longest {
            return Err(ThinkError::Order);
        }
        Ok(Self(ThinkTime { shortest, longest }))
    }
}

fn time(text: &str) -> Result<Duration, ThinkError> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let invalid = || ThinkError::Time(text.to_owned());
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f64 = digits.parse().map_err(|_| invalid())?;
    let seconds = match &text[digits.len()..] {
        "ms" => number / 1000.0,
        "s" => number,
        _ => return Err(invalid()),
    };
    Duration::try_from_secs_f64(seconds).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_is_a_time_or_a_range() {
        let parsed = |text: &str| text.parse::<ThinkArg>().map(|ThinkArg(time)| (time.shortest, time.longest));
        let ms = Duration::from_millis;
        assert_eq!(parsed("0"), Ok((ms(0), ms(0))));
        assert_eq!(parsed("500ms"), Ok((ms(500), ms(500))));
        assert_eq!(parsed("0..2s"), Ok((ms(0), ms(2000))));
        assert_eq!(parsed("200..500ms"), Ok((ms(200), ms(500))));
        assert_eq!(parsed("200ms..0.5s"), Ok((ms(200), ms(500))));
        assert_eq!(parsed("2s..1s"), Err(ThinkError::Order));
        for wrong in ["", "5", "2 hours", "-1s", "..", "s"] {
            assert!(matches!(parsed(wrong), Err(ThinkError::Time(_))), "{wrong}");
        }
    }
}

//! Points in time, in the format of the contract.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use precondition::HttpDate;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// In JSON, it is written as in RFC 3339, in UTC and with three decimals: `2026-11-22T05:00:11.123Z`. There is no
/// `now`: callers pass the time in, so that a run is repeatable.
///
/// # Examples
///
/// ```
/// let time = contract::Timestamp::from_millis(1_795_323_611_123);
/// assert_eq!(time.to_string(), "2026-11-22T05:00:11.123Z");
/// assert_eq!(time.to_http_date().to_string(), "Sun, 22 Nov 2026 05:00:11 GMT");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(u64);

/// The last millisecond of the year 9999, the latest time in RFC 3339.
const MAX_TIMESTAMP_MILLIS: u64 = 253_402_300_799_999;

impl Timestamp {
    /// Returns the time `milliseconds` after 1970-01-01T00:00:00Z, at most the end of the year 9999.
    #[must_use]
    pub const fn from_millis(milliseconds: u64) -> Self {
        if milliseconds > MAX_TIMESTAMP_MILLIS { Self(MAX_TIMESTAMP_MILLIS) } else { Self(milliseconds) }
    }

    /// Returns the milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Returns the time to the second, as in `Last-Modified` and `Date` (RFC 9110 section 5.6.7).
    #[must_use]
    pub fn to_http_date(self) -> HttpDate {
        HttpDate::from_unix_seconds(i64::try_from(self.0 / 1000).unwrap_or(i64::MAX))
    }
}

impl From<SystemTime> for Timestamp {
    /// Converts a system time; a time before 1970 becomes the first moment of 1970.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self::from_millis(u64::try_from(since.as_millis()).unwrap_or(MAX_TIMESTAMP_MILLIS))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(self.0);
        humantime::format_rfc3339_millis(time).fmt(f)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let description = "A point in time, in UTC and with three decimals.";
        json_schema!({"type": "string", "format": "date-time", "description": description})
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        humantime::parse_rfc3339(&text).map(Self::from).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamp_is_written_as_rfc_3339_and_parsed_back() {
        let time = Timestamp::from_millis(1_795_323_611_123);
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, "\"2026-11-22T05:00:11.123Z\"");
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), time);
    }

    #[test]
    fn timestamp_after_the_year_9999_is_clamped() {
        assert_eq!(Timestamp::from_millis(u64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
    }
}

//! HTTP dates (RFC 9110 section 5.6.7): one form to write, three to read.

use std::fmt;

use crate::calendar::{Date, weekday};
use crate::reader::Reader;

/// A point in time to the second, as `Last-Modified` and `Date` write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpDate(i64);

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl HttpDate {
    /// 0000-01-01T00:00:00Z, the first second whose year has four digits.
    pub const MIN: Self = Self(Date { year: 0, month: 1, day: 1 }.days() * DAY);
    /// 9999-12-31T23:59:59Z, the last one.
    pub const MAX: Self = Self((Date { year: 9999, month: 12, day: 31 }.days() + 1) * DAY - 1);

    /// The date that lies `seconds` after 1970-01-01T00:00:00Z. What lies outside of the years 0 to 9999, which is all
    /// that an HTTP date can write, is cut to [`MIN`](Self::MIN) or [`MAX`](Self::MAX).
    #[must_use]
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        if seconds < Self::MIN.0 {
            Self::MIN
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Reads any of the three forms; what is in none of them is no date.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let _ = (Reader::new(bytes), WEEKDAYS, Date::new(1970, 1, 1));
        None
    }
}

impl fmt::Display for HttpDate {
    /// The preferred form, IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let Date { year, month, day } = Date::from_days(days);
        let name = |names: &'static [&'static str], index: i64| {
            usize::try_from(index).ok().and_then(|index| names.get(index)).map_or("", |name| &name[..3])
        };
        write!(f, "{}, {day:02} {} {year:04} ", name(&WEEKDAYS, weekday(days)), name(&MONTHS, month - 1))?;
        write!(f, "{:02}:{:02}:{:02} GMT", second / HOUR, second % HOUR / MINUTE, second % MINUTE)
    }
}

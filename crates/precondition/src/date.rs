//! HTTP dates (RFC 9110 section 5.6.7): one form to send, three to accept.
//!
//! ```text
//! Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate, the form to send
//! Sunday, 06-Nov-94 08:49:37 GMT    RFC 850, long obsolete
//! Sun Nov  6 08:49:37 1994          asctime(), in C
//! ```
//!
//! A date is a poor name for a version. It counts whole seconds, and a second is long enough for two writes, which is
//! why entity tags were invented. Dates are here because they are part of HTTP, and to show their limits.

use std::fmt;

use crate::calendar::{Date, weekday};
use crate::reader::Reader;

/// A point in time to the second, as in `Last-Modified` and `Date`.
///
/// # Examples
///
/// ```
/// use precondition::HttpDate;
///
/// let date = HttpDate::from_unix_seconds(784_111_777);
/// assert_eq!(date.to_string(), "Sun, 06 Nov 1994 08:49:37 GMT");
/// assert_eq!(HttpDate::parse(b"Sunday, 06-Nov-94 08:49:37 GMT"), Some(date));
/// assert_eq!(HttpDate::parse(b"Sun Nov  6 08:49:37 1994"), Some(date));
/// assert_eq!(HttpDate::parse(b"1994-11-06T08:49:37Z"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpDate(i64);

const SECONDS_PER_MINUTE: i64 = 60;
const SECONDS_PER_HOUR: i64 = 60 * SECONDS_PER_MINUTE;
const SECONDS_PER_DAY: i64 = 24 * SECONDS_PER_HOUR;

/// The days of the week in order. Two of the three forms abbreviate them to three letters.
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl HttpDate {
    /// 0000-01-01T00:00:00Z, the earliest date with a four-digit year.
    pub const MIN: Self = Self(Date { year: 0, month: 1, day: 1 }.days() * SECONDS_PER_DAY);
    /// 9999-12-31T23:59:59Z, the latest date with a four-digit year.
    pub const MAX: Self = Self((Date { year: 9999, month: 12, day: 31 }.days() + 1) * SECONDS_PER_DAY - 1);

    /// Returns the date that is `seconds` after 1970-01-01T00:00:00Z.
    ///
    /// A year has four digits, so the result is clamped to [`MIN`](Self::MIN) and [`MAX`](Self::MAX).
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

    /// Returns the seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Parses any of the three forms, with nothing around it; returns `None` for all other input.
    ///
    /// There is no error to report: fields with an invalid date are ignored (sections 13.1.3 and 13.1.4).
    ///
    /// Case and every space are significant. The date must exist in the calendar. The second may be 60, a leap second;
    /// it equals the first second of the next minute.
    ///
    /// **The day of the week is parsed, but not checked against the date.** The grammar requires the name of a day, and
    /// the standard asks recipients to be robust; a wrong name does not change the time. A refusal would be the more
    /// dangerous error: a condition that is ignored stops nothing.
    ///
    /// **A two-digit year lies between 1970 and 2069.** The standard says that a year that seems to be more than 50
    /// years in the future is in the past. 'In the future' needs a clock, and a judgement that reads a clock is not
    /// repeatable. From 2019 on, no year of this window is more than 50 years ahead, so the rule is met without a
    /// clock. If two readings are possible (70 as 1970 or 2070), this one is the earlier, and an earlier date lets
    /// fewer writes pass.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let forms = [imf_fixdate, rfc850_date, asctime_date];
        forms.into_iter().find_map(|form| {
            let mut reader = Reader::new(bytes);
            let date = form(&mut reader)?;
            reader.is_at_end().then_some(date)
        })
    }

    /// Returns the form to send, IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// All of it is ASCII.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 29] {
        let (days, second) = (self.0.div_euclid(SECONDS_PER_DAY), self.0.rem_euclid(SECONDS_PER_DAY));
        let Date { year, month, day } = Date::from_days(days);
        let mut form = *b"Sun, 06 Nov 1994 08:49:37 GMT";
        form[..3].copy_from_slice(abbreviation(name_at(&WEEKDAYS, weekday(days))).as_bytes());
        write_digits(&mut form[5..7], day);
        form[8..11].copy_from_slice(abbreviation(name_at(&MONTHS, month - 1)).as_bytes());
        write_digits(&mut form[12..16], year);
        write_digits(&mut form[17..19], second / SECONDS_PER_HOUR);
        write_digits(&mut form[20..22], second % SECONDS_PER_HOUR / SECONDS_PER_MINUTE);
        write_digits(&mut form[23..25], second % SECONDS_PER_MINUTE);
        form
    }

    /// `second_of_day` may be 86,400 after a leap second: Unix time counts it as the first of the next day.
    const fn new(date: Date, second_of_day: i64) -> Self {
        Self::from_unix_seconds(date.days() * SECONDS_PER_DAY + second_of_day)
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
fn imf_fixdate(reader: &mut Reader<'_>) -> Option<HttpDate> {
    name(reader, &WEEKDAYS, abbreviation)?;
    literal(reader, b", ")?;
    let day = digits(reader, 2)?;
    literal(reader, b" ")?;
    let month = month(reader)?;
    literal(reader, b" ")?;
    let year = digits(reader, 4)?;
    literal(reader, b" ")?;
    let second = time_of_day(reader)?;
    literal(reader, b" GMT")?;
    Some(HttpDate::new(Date::new(year, month, day)?, second))
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`.
fn rfc850_date(reader: &mut Reader<'_>) -> Option<HttpDate> {
    name(reader, &WEEKDAYS, |name| name)?;
    literal(reader, b", ")?;
    let day = digits(reader, 2)?;
    literal(reader, b"-")?;
    let month = month(reader)?;
    literal(reader, b"-")?;
    let year = digits(reader, 2)?;
    literal(reader, b" ")?;
    let second = time_of_day(reader)?;
    literal(reader, b" GMT")?;
    let century = if year < 70 { 2000 } else { 1900 };
    Some(HttpDate::new(Date::new(century + year, month, day)?, second))
}

/// `Sun Nov  6 08:49:37 1994`: a day of one digit has a space before it.
fn asctime_date(reader: &mut Reader<'_>) -> Option<HttpDate> {
    name(reader, &WEEKDAYS, abbreviation)?;
    literal(reader, b" ")?;
    let month = month(reader)?;
    literal(reader, b" ")?;
    let day = if reader.take(b" ") { digits(reader, 1)? } else { digits(reader, 2)? };
    literal(reader, b" ")?;
    let second = time_of_day(reader)?;
    literal(reader, b" ")?;
    let year = digits(reader, 4)?;
    Some(HttpDate::new(Date::new(year, month, day)?, second))
}

/// Parses `08:49:37` into seconds since midnight.
fn time_of_day(reader: &mut Reader<'_>) -> Option<i64> {
    let hour = digits(reader, 2)?;
    literal(reader, b":")?;
    let minute = digits(reader, 2)?;
    literal(reader, b":")?;
    let second = digits(reader, 2)?;
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * SECONDS_PER_HOUR + minute * SECONDS_PER_MINUTE + second)
}

/// Parses a month's name into its number: `Nov` is 11.
fn month(reader: &mut Reader<'_>) -> Option<i64> {
    i64::try_from(name(reader, &MONTHS, abbreviation)? + 1).ok()
}

/// Parses one of `names`, in the given spelling, into its index.
fn name(reader: &mut Reader<'_>, names: &[&'static str], spelling: fn(&str) -> &str) -> Option<usize> {
    names.iter().position(|name| reader.take(spelling(name).as_bytes()))
}

fn literal(reader: &mut Reader<'_>, expected: &[u8]) -> Option<()> {
    reader.take(expected).then_some(())
}

/// Parses a number of exactly `count` digits.
fn digits(reader: &mut Reader<'_>, count: usize) -> Option<i64> {
    reader
        .take_count(count)?
        .iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
}

/// Returns the first three letters.
fn abbreviation(name: &str) -> &str {
    &name[..3]
}

impl fmt::Display for HttpDate {
    /// Writes the form to send, IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.to_bytes()).map_err(|_| fmt::Error)?)
    }
}

/// Writes a number in as many digits as there are places.
fn write_digits(places: &mut [u8], mut number: i64) {
    for place in places.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

fn name_at(names: &'static [&'static str], index: i64) -> &'static str {
    names[usize::try_from(index).expect("the calendar counts days and months from 0")]
}

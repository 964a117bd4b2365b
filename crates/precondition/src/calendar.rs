//! Dates of the Gregorian calendar, as day counts.
//!
//! A date is converted to a count of days, and back, by arithmetic alone: no table of months, no loop over years. Two
//! ideas make this possible.
//!
//! - **The year begins in March.** The leap day is then the last day of the year, so no earlier day depends on it. The
//!   months from March on have 31, 30, 31, 30, 31 days, twice over, and then January and February. Each run of five is
//!   153 days, so month *m* (March is 0) begins on day (153 *m* + 2) / 5 of the year, rounded down.
//! - **The calendar repeats every 400 years**, an *era* of 146,097 days. Within an era, year *y* begins on day 365 *y*
//!   + *y*/4 − *y*/100. The rule for every 400th year is not needed: its leap day is the last day of the era.

/// Days from 0000-03-01, the start of an era, to 1970-01-01, the Unix epoch.
const UNIX_EPOCH_DAYS: i64 = 719_468;
/// Days in 400 years.
const DAYS_PER_ERA: i64 = 146_097;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    /// Year 0 is the year before year 1.
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
}

impl Date {
    /// Returns the day, or `None` if there is none: for instance, 30 February.
    pub(crate) fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let date = Self { year, month, day };
        // A day that does not exist overflows into the next month, and converts back to a different date.
        ((1..=12).contains(&month) && (1..=31).contains(&day) && Self::from_days(date.days()) == date).then_some(date)
    }

    /// Returns the days since 1970-01-01, which is day 0.
    pub(crate) const fn days(self) -> i64 {
        let year = if self.month > 2 { self.year } else { self.year - 1 };
        let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
        let day = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        era * DAYS_PER_ERA + 365 * year + year / 4 - year / 100 + day - UNIX_EPOCH_DAYS
    }

    /// Returns the day that is `days` after 1970-01-01.
    pub(crate) const fn from_days(days: i64) -> Self {
        let days = days + UNIX_EPOCH_DAYS;
        let (era, day) = (days.div_euclid(DAYS_PER_ERA), days.rem_euclid(DAYS_PER_ERA));
        // Without the leap days that have passed, every year has 365 days. 1,460 days are four years without their leap
        // day, 36,524 days are a century without one at its end, and ERA - 1 is the era's very last day.
        let year = (day - day / 1_460 + day / 36_524 - day / (DAYS_PER_ERA - 1)) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Self { year: era * 400 + year + next, month, day }
    }
}

/// Returns the weekday of the day that is `days` after 1970-01-01, a Thursday; 0 is Monday.
pub(crate) const fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7)
}

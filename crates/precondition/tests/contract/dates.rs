//! HTTP dates: the three forms, and values that are not dates.

use precondition::HttpDate;

fn seconds(text: &str) -> Option<i64> {
    HttpDate::parse(text.as_bytes()).map(HttpDate::unix_seconds)
}

#[test]
fn known_dates_are_parsed_and_printed() {
    let table = [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
        ("Sun, 28 Feb 2100 23:59:59 GMT", 4_107_542_399),
        ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ("Sat, 01 Jan 0000 00:00:00 GMT", -62_167_219_200),
    ];
    for (text, expected) in table {
        assert_eq!(seconds(text), Some(expected), "{text}");
        assert_eq!(HttpDate::from_unix_seconds(expected).to_string(), text);
    }
}

#[test]
fn three_forms_of_one_moment_are_the_same_date() {
    for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
        assert_eq!(seconds(text), Some(784_111_777), "{text}");
    }
    assert_eq!(seconds("Wed Nov 16 08:49:37 1994"), seconds("Wed, 16 Nov 1994 08:49:37 GMT"));
}

#[test]
fn two_digit_year_is_from_1970_to_2069() {
    let table = [("70", "1970"), ("94", "1994"), ("99", "1999"), ("00", "2000"), ("26", "2026"), ("69", "2069")];
    for (two, four) in table {
        let obsolete = seconds(&format!("Sunday, 06-Nov-{two} 08:49:37 GMT"));
        assert!(obsolete.is_some());
        assert_eq!(obsolete, seconds(&format!("Sun, 06 Nov {four} 08:49:37 GMT")), "{two}");
    }
}

/// The grammar requires the name of a day, but not the right one.
#[test]
fn day_of_the_week_is_parsed_but_not_checked() {
    assert_eq!(seconds("Mon, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
    assert_eq!(seconds("Son, 06 Nov 1994 08:49:37 GMT"), None);
}

#[test]
fn leap_second_is_the_first_second_of_the_next_minute() {
    assert_eq!(seconds("Sat, 31 Dec 2016 23:59:60 GMT"), seconds("Sun, 01 Jan 2017 00:00:00 GMT"));
    assert_eq!(seconds("Fri, 31 Dec 9999 23:59:60 GMT"), Some(HttpDate::MAX.unix_seconds()), "there is no later one");
}

#[test]
fn value_in_none_of_the_forms_is_not_a_date() {
    let table = [
        "",
        "0",
        "1994-11-06T08:49:37Z",
        "sun, 06 nov 1994 08:49:37 gmt",
        "SUN, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 gmt",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06  Nov 1994 08:49:37 GMT",
        "Sun,06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        " Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 30 Feb 2000 08:49:37 GMT",
        "Sun, 29 Feb 1900 08:49:37 GMT",
        "Sun, 29 Feb 2026 08:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov -994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov   6 08:49:37 1994",
        "Sun Nov  16 08:49:37 1994",
        "Sun Nov  6 08:49:37 94",
        "Sun Nov  6 08:49:37 1994 GMT",
    ];
    for text in table {
        assert_eq!(seconds(text), None, "{text}");
    }
}

/// Counts the days one by one, through 800 years of the calendar.
#[test]
fn every_day_of_800_years_has_its_date_and_weekday() {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // 1600-01-01 was a Saturday, and 135,140 days before 1970-01-01.
    let (mut day_count, mut name) = (-135_140_i64, 5);
    for year in 1600..2400 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for (month, length) in months.iter().zip(lengths) {
            for day in 1..=length {
                let date = HttpDate::from_unix_seconds(day_count * 86_400);
                let text = format!("{}, {day:02} {month} {year} 00:00:00 GMT", names[name]);
                assert_eq!(date.to_string(), text);
                assert_eq!(HttpDate::parse(text.as_bytes()), Some(date));
                day_count += 1;
                name = (name + 1) % 7;
            }
        }
    }
}

#[test]
fn seconds_outside_the_years_0_to_9999_are_clamped() {
    assert_eq!(HttpDate::from_unix_seconds(i64::MAX), HttpDate::MAX);
    assert_eq!(HttpDate::from_unix_seconds(i64::MIN), HttpDate::MIN);
    assert_eq!(HttpDate::MAX.to_string(), "Fri, 31 Dec 9999 23:59:59 GMT");
    assert_eq!(HttpDate::MIN.to_string(), "Sat, 01 Jan 0000 00:00:00 GMT");
}

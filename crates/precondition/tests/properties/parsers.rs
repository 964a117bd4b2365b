//! Laws of the parsers.

use precondition::tag_list::MAX_TAGS;
use precondition::{EntityTag, HttpDate, Member, TagList};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::config;

/// Any byte that is legal between the quotes.
fn etagc() -> impl Strategy<Value = u8> {
    prop_oneof![Just(0x21u8), 0x23..=0x7Eu8, 0x80..=0xFFu8]
}

fn tag() -> impl Strategy<Value = EntityTag> {
    (any::<bool>(), vec(etagc(), 0..12)).prop_map(|(weak, opaque)| {
        if weak { EntityTag::weak(opaque).unwrap() } else { EntityTag::strong(opaque).unwrap() }
    })
}

fn spaced() -> impl Strategy<Value = Member> {
    let part = || vec(prop_oneof![4 => etagc(), 1 => Just(b' ')], 0..6);
    (any::<bool>(), part(), part()).prop_map(|(weak, before, after)| {
        let mark: &[u8] = if weak { b"W/" } else { b"" };
        Member::WithSpace([mark, b"\"", &before, b" ", &after, b"\""].concat())
    })
}

fn list() -> impl Strategy<Value = TagList> {
    let member = prop_oneof![4 => tag().prop_map(Member::Tag), 1 => spaced()];
    prop_oneof![1 => Just(TagList::Any), 9 => vec(member, 0..=MAX_TAGS).prop_map(TagList::Tags)]
}

/// Bytes that resemble a list more often than random ones.
fn nearly_a_list() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..40), vec(select(b"\"\"\"\"WW//,,  \tab*\x07\x7F\xE9".to_vec()), 0..24),]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn printed_tag_is_parsed_back(tag in tag()) {
        prop_assert_eq!(EntityTag::parse(&tag.to_bytes()), Ok(tag));
    }

    #[test]
    fn printed_list_is_parsed_back(list in list()) {
        prop_assert_eq!(TagList::parse(&list.to_bytes()), Ok(list));
    }

    #[test]
    fn tag_is_a_list_of_one(tag in tag()) {
        prop_assert_eq!(TagList::parse(&tag.to_bytes()), Ok(TagList::Tags(vec![Member::Tag(tag)])));
    }

    #[test]
    fn strong_comparison_implies_weak(one in tag(), other in tag()) {
        prop_assert!(!one.strong_eq(&other) || one.weak_eq(&other));
        prop_assert_eq!(one.strong_eq(&other), other.strong_eq(&one));
        prop_assert_eq!(one.strong_eq(&one), !one.is_weak());
    }

    #[test]
    fn any_bytes_are_a_list_or_an_error_within_them(bytes in nearly_a_list()) {
        match TagList::parse(&bytes) {
            Err(error) => prop_assert!(error.position <= bytes.len()),
            Ok(list) => prop_assert_eq!(TagList::parse(&list.to_bytes()), Ok(list)),
        }
    }

    /// The bytes before the first bad one begin some list; with the bad one added, they begin none.
    #[test]
    fn error_position_is_the_first_bad_byte(bytes in nearly_a_list()) {
        let endings: [&[u8]; 4] = [b"", b"\"", b"/\"\"", b"\"\""];
        let begins_a_list = |start: &[u8]| endings.iter().any(|end| TagList::parse(&[start, end].concat()).is_ok());
        if let Err(error) = TagList::parse(&bytes) {
            prop_assert!(begins_a_list(&bytes[..error.position]), "{:?}", error);
            if error.position < bytes.len() {
                prop_assert!(!begins_a_list(&bytes[..=error.position]), "{:?}", error);
            }
        }
    }

    #[test]
    fn any_bytes_are_a_tag_or_an_error_within_them(bytes in nearly_a_list()) {
        match EntityTag::parse(&bytes) {
            Err(error) => prop_assert!(error.position <= bytes.len()),
            Ok(tag) => prop_assert_eq!(tag.to_bytes(), bytes),
        }
    }

    #[test]
    fn printed_date_is_parsed_back(seconds in HttpDate::MIN.unix_seconds()..=HttpDate::MAX.unix_seconds()) {
        let date = HttpDate::from_unix_seconds(seconds);
        prop_assert_eq!(date.unix_seconds(), seconds);
        prop_assert_eq!(HttpDate::parse(date.to_string().as_bytes()), Some(date));
    }

    /// The obsolete forms are built from the parts of the printed one.
    #[test]
    fn three_forms_of_a_date_agree(seconds in 0..3_155_760_000i64) {
        let date = HttpDate::from_unix_seconds(seconds);
        let text = date.to_string();
        let (weekday, day, month, year, time) = (&text[..3], &text[5..7], &text[8..11], &text[12..16], &text[17..25]);
        let full = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let full = full.iter().find(|name| name.starts_with(weekday)).unwrap();
        let obsolete = format!("{full}, {day}-{month}-{} {time} GMT", &year[2..]);
        prop_assert_eq!(HttpDate::parse(obsolete.as_bytes()), Some(date));
        let asctime = format!("{weekday} {month} {:>2} {time} {year}", day.trim_start_matches('0'));
        prop_assert_eq!(HttpDate::parse(asctime.as_bytes()), Some(date));
    }

    #[test]
    fn changed_byte_never_makes_a_date_of_another_shape(
        seconds in 0..4_102_444_800i64,
        place in 0..29usize,
        byte in any::<u8>(),
    ) {
        let mut text = HttpDate::from_unix_seconds(seconds).to_string().into_bytes();
        text[place] = byte;
        if let Some(date) = HttpDate::parse(&text) {
            // The day of the week is not checked, and second 60 has another spelling.
            let printed = date.to_string();
            prop_assert!(printed.as_bytes()[3..] == text[3..] || &text[23..25] == b"60");
        }
    }

    #[test]
    fn any_bytes_are_parsed_without_a_panic(bytes in vec(any::<u8>(), 0..40)) {
        let _ = HttpDate::parse(&bytes);
    }
}

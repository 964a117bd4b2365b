//! The syntax of `If-Match` and `If-None-Match`: well-formed lists, and values that are a 400.

use precondition::{Conditions, EntityTag, Member, Method, Policy, TagList, Target};

use crate::notation::{exists, judged, status, tag};

/// Malformed values, each with the position of its first bad byte and a word of what is expected there.
const MALFORMED: &[(&str, usize, &str)] = &[
    ("v5-d4f8", 0, "in double quotes"),
    ("\"v5", 3, "double quote"),
    ("w/\"v5\"", 0, "W/"),
    ("W\"v5\"", 1, "slash"),
    ("W/v5", 2, "in double quotes"),
    ("W/ \"v5\"", 2, "in double quotes"),
    ("\"a\" \"b\"", 4, "comma"),
    ("\"a\"x", 3, "comma"),
    ("\"a\"b\"", 3, "comma"),
    ("\"a\", *", 5, "in double quotes"),
    ("*, \"a\"", 1, "cannot be combined"),
    ("*garbage", 1, "cannot be combined"),
    ("* *", 2, "cannot be combined"),
    (", *", 2, "in double quotes"),
    ("*,", 1, "cannot be combined"),
    ("'v5'", 0, "in double quotes"),
    ("\"a\", b, \"c\"", 5, "in double quotes"),
    ("\"a\";\"b\"", 3, "comma"),
    ("\"a\u{7}\"", 2, "visible"),
    ("\"a\u{7f}\"", 2, "visible"),
    ("\"a\tb\"", 2, "visible"),
    ("\"a b", 4, "double quote"),
];

#[test]
fn malformed_list_names_first_bad_byte_and_expected_form() {
    for (value, position, expected) in MALFORMED {
        let error = TagList::parse(value.as_bytes()).expect_err(value);
        assert_eq!(error.position, *position, "{value}");
        assert!(error.expected.contains(expected), "{value}: {}", error.expected);
    }
}

/// It is never 'no condition' and never a match, for reads and writes alike.
#[test]
fn malformed_field_is_a_400_that_names_it() {
    for (value, position, _) in MALFORMED {
        for field in ["If-Match", "If-None-Match"] {
            for method in [Method::Read, Method::Put, Method::Patch, Method::Delete] {
                let judgement = judged(method, &format!("{field}: {value}"), &exists(), Policy::default());
                assert_eq!(status(&judgement, method, &exists()), format!("400 {field} {position}"), "{value}");
                assert!(judgement.evaluation.is_empty());
            }
        }
    }
}

#[test]
fn field_lines_are_one_list_joined_by_comma_and_space() {
    let table = [
        ("If-Match: \"a\"\nIf-Match: oops", "400 If-Match 5"),
        ("If-Match:   \"a\"  \nIf-Match: \toops", "400 If-Match 5"),
        ("If-Match: *\nIf-Match: *", "400 If-Match 1"),
        ("If-Match: \"a\"\nIf-None-Match: b\nIf-Match: {E}", "400 If-None-Match 0"),
        // Split between two lines, the quoted tag contains a space.
        ("If-Match: \"v5-d4f8\nIf-Match: c2a1\"", "412 unknown_tag"),
        ("If-Match:\nIf-Match: {E}", "200"),
    ];
    for (lines, expected) in table {
        let judgement = judged(Method::Put, lines, &exists(), Policy::default());
        assert_eq!(status(&judgement, Method::Put, &exists()), expected, "{lines}");
    }
}

#[test]
fn empty_members_are_skipped() {
    let list = TagList::Tags(vec![Member::Tag(tag("\"a\"")), Member::Tag(tag("W/\"b\""))]);
    for value in ["\"a\",W/\"b\"", ", ,\"a\",\t,W/\"b\",", " \"a\" , W/\"b\" ", "\"a\",,,,,W/\"b\""] {
        assert_eq!(TagList::parse(value.as_bytes()), Ok(list.clone()), "{value}");
    }
    for value in ["", " ", ",", " , ,\t"] {
        assert_eq!(TagList::parse(value.as_bytes()), Ok(TagList::Tags(vec![])), "{value:?}");
    }
}

#[test]
fn commas_inside_quotes_are_data() {
    let list = TagList::parse(b"\"a,b\",\",\"").unwrap();
    assert_eq!(list, TagList::Tags(vec![Member::Tag(tag("\"a,b\"")), Member::Tag(tag("\",\""))]));
}

#[test]
fn obs_text_is_legal_in_a_tag() {
    let list = TagList::parse(b"\"caf\xE9\", \"\x80\xFF\"").unwrap();
    assert_eq!(list.tags().map(EntityTag::opaque).collect::<Vec<_>>(), [&b"caf\xE9"[..], b"\x80\xFF"]);
}

#[test]
fn space_inside_quotes_is_a_member_that_matches_nothing() {
    let list = TagList::parse(b"W/\"a b\",\" \"").unwrap();
    let spaced = [b"W/\"a b\"".to_vec(), b"\" \"".to_vec()].map(Member::WithSpace);
    assert_eq!(list, TagList::Tags(spaced.to_vec()));
    assert_eq!(list.tags().count(), 0);
}

#[test]
fn star_alone_is_any_and_star_in_quotes_is_a_tag() {
    assert_eq!(TagList::parse(b"*"), Ok(TagList::Any));
    assert_eq!(TagList::parse(b" *\t"), Ok(TagList::Any));
    assert_eq!(TagList::parse(b"\"*\""), Ok(TagList::Tags(vec![Member::Tag(tag("\"*\""))])));
}

#[test]
fn list_of_64_tags_is_legal_and_one_more_is_malformed() {
    let most = vec!["\"x\""; 64].join(",");
    assert_eq!(TagList::parse(most.as_bytes()).unwrap().members().len(), 64);
    assert!(TagList::parse(format!("{most}, ,").as_bytes()).is_ok());
    let error = TagList::parse(format!("{most}, \"x\"").as_bytes()).unwrap_err();
    assert_eq!(error.position, most.len() + 2);
    assert!(error.expected.contains("64"));
    // Members that match nothing count too.
    let spaced = vec!["\"x y\""; 65].join(",");
    assert_eq!(TagList::parse(spaced.as_bytes()).unwrap_err().position, 64 * 6);
}

#[test]
fn single_tag_is_parsed_with_nothing_around_it() {
    assert_eq!(tag("\"\"").opaque(), b"");
    assert!(tag("W/\"\"").is_weak());
    let table = [
        ("", 0),
        ("\"", 1),
        ("\"a\" ", 3),
        (" \"a\"", 0),
        ("\"a b\"", 2),
        ("\"a\",\"b\"", 3),
        ("W", 1),
        ("*", 0),
        ("w/\"a\"", 0),
    ];
    for (text, position) in table {
        assert_eq!(text.parse::<EntityTag>().unwrap_err().position, position, "{text}");
    }
}

#[test]
fn tag_has_visible_characters_and_obs_text_only() {
    for byte in 0..=u8::MAX {
        let legal = byte == 0x21 || (0x23..=0x7E).contains(&byte) || byte >= 0x80;
        assert_eq!(EntityTag::strong([b'x', byte]).is_ok(), legal, "{byte:#x}");
        assert_eq!(EntityTag::weak([byte]).is_ok(), legal, "{byte:#x}");
        assert_eq!(EntityTag::parse(&[b'"', byte, b'"']).is_ok(), legal, "{byte:#x}");
    }
    assert_eq!(EntityTag::strong("a\"b").unwrap_err().position, 1);
}

/// The table in RFC 9110 section 8.8.3.2.
#[test]
fn comparisons_are_those_of_the_rfc() {
    let table = [
        ("W/\"1\"", "W/\"1\"", false, true),
        ("W/\"1\"", "W/\"2\"", false, false),
        ("W/\"1\"", "\"1\"", false, true),
        ("\"1\"", "\"1\"", true, true),
    ];
    for (one, other, strong, weak) in table {
        let (one, other) = (tag(one), tag(other));
        assert_eq!((one.strong_eq(&other), other.strong_eq(&one)), (strong, strong), "{one} {other}");
        assert_eq!((one.weak_eq(&other), other.weak_eq(&one)), (weak, weak), "{one} {other}");
    }
}

#[test]
fn syntax_error_names_position_and_expected_form() {
    let error = "v5".parse::<EntityTag>().unwrap_err();
    assert_eq!(error.to_string(), "at byte 0: expected an entity tag in double quotes, as in \"x\" or W/\"x\"");
}

#[test]
fn fields_returns_what_was_sent() {
    let lines: [(&str, &[u8]); 5] = [
        ("IF-NONE-MATCH", b"\"a\""),
        ("accept", b"*/*"),
        ("if-none-match", b" oops "),
        ("If-Match", b""),
        ("If-Unmodified-Since", b"soon"),
    ];
    let conditions = Conditions::from_fields(lines);
    let fields: Vec<_> = conditions.fields().map(|(field, value)| (field.as_str(), value)).collect();
    let expected: [(&str, &[u8]); 3] =
        [("If-Match", b""), ("If-None-Match", b"\"a\", oops"), ("If-Unmodified-Since", b"soon")];
    assert_eq!(fields, expected);
    assert!(!conditions.is_empty());
    assert!(Conditions::from_fields([("accept", &b"*"[..])]).is_empty());
}

#[test]
fn client_constructors_equal_the_parsed_fields() {
    let from = |name, value: &str| Conditions::from_fields([(name, value.as_bytes())]);
    assert_eq!(Conditions::if_match(tag("W/\"a\"")), from("If-Match", "W/\"a\""));
    assert_eq!(Conditions::if_none_match_any(), from("if-none-match", "*"));
}

#[test]
fn malformed_field_on_a_missing_document_is_404_or_410() {
    for (target, expected) in [(Target::Deleted, "410"), (Target::NeverExisted, "404")] {
        let judgement = judged(Method::Delete, "If-Match: oops", &target, Policy::default());
        assert_eq!(status(&judgement, Method::Delete, &target), expected);
    }
}

/// Two different tags look different, whatever bytes they contain.
#[test]
fn bytes_that_are_not_utf_8_are_escaped() {
    let shown = |bytes: &[u8]| EntityTag::parse(bytes).unwrap().to_string();
    assert_eq!(shown(b"\"caf\xe9\""), r#""caf\xE9""#);
    assert_eq!(shown(b"\"\xff\xfe\""), r#""\xFF\xFE""#);
    assert_eq!(shown("\"caf\u{e9}\"".as_bytes()), "\"caf\u{e9}\"");
    assert_eq!(TagList::parse(b"\"a\", \"\xe9\"").unwrap().to_string(), r#""a", "\xE9""#);
}

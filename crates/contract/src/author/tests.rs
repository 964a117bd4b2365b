//! Valid names, invalid names, and what is reported about the invalid ones.

use super::*;

fn refused(text: &str) -> AuthorError {
    match text.parse::<Author>() {
        Err(NameError::Author(error)) => error,
        other => panic!("{text:?}: {other:?}"),
    }
}

#[test]
fn visible_names_of_all_scripts_are_valid() {
    let longest = "ж".repeat(MAX_AUTHOR_CHARS);
    for name in [
        "a",
        "bob",
        "Zoë Q",
        "Zoe\u{308} Q",
        "Ann-Marie O'Neil (2)",
        "李小龍",
        "דוד",
        "नेहा",
        "สมชาย",
        "😀",
        "#1",
        "100%",
        // A combining mark may follow any visible character, and several may.
        "e\u{301}\u{323}",
        "\u{fffd}",
        &longest,
    ] {
        assert_eq!(name.parse::<Author>().map(String::from).as_deref(), Ok(name));
    }
}

#[test]
fn name_with_an_invisible_character_is_refused() {
    for (character, why) in [
        // Fillers: their category is that of letters.
        ('\u{3164}', UnfitChar::Invisible),
        ('\u{115f}', UnfitChar::Invisible),
        ('\u{1160}', UnfitChar::Invisible),
        ('\u{ffa0}', UnfitChar::Invisible),
        ('\u{17b4}', UnfitChar::Invisible),
        ('\u{34f}', UnfitChar::Invisible),
        ('\u{ad}', UnfitChar::Invisible),
        ('\u{200b}', UnfitChar::Invisible),
        ('\u{200d}', UnfitChar::Invisible),
        ('\u{202e}', UnfitChar::Invisible),
        ('\u{2066}', UnfitChar::Invisible),
        ('\u{feff}', UnfitChar::Invisible),
        ('\u{fe0f}', UnfitChar::Invisible),
        ('\u{e0041}', UnfitChar::Invisible),
        ('\u{e0100}', UnfitChar::Invisible),
        ('\u{600}', UnfitChar::Invisible),
        ('\u{0}', UnfitChar::Control),
        ('\t', UnfitChar::Control),
        ('\n', UnfitChar::Control),
        ('\u{7f}', UnfitChar::Control),
        ('\u{9b}', UnfitChar::Control),
        ('\u{2028}', UnfitChar::Control),
        ('\u{2029}', UnfitChar::Control),
        ('\u{a0}', UnfitChar::Blank),
        ('\u{1680}', UnfitChar::Blank),
        ('\u{2003}', UnfitChar::Blank),
        ('\u{202f}', UnfitChar::Blank),
        ('\u{3000}', UnfitChar::Blank),
        ('\u{2800}', UnfitChar::Blank),
        ('\u{1d159}', UnfitChar::Blank),
        ('\u{13441}', UnfitChar::Blank),
        ('\u{e000}', UnfitChar::PrivateUse),
        ('\u{f8ff}', UnfitChar::PrivateUse),
        ('\u{10fffd}', UnfitChar::PrivateUse),
        ('\u{378}', UnfitChar::Unassigned),
        ('\u{ffff}', UnfitChar::Unassigned),
        ('\u{fdd0}', UnfitChar::Unassigned),
        ('\u{3fffd}', UnfitChar::Unassigned),
    ] {
        let alone = AuthorError::Character { character, place: 1, why };
        assert_eq!(refused(&character.to_string()), alone, "U+{:04X}", u32::from(character));
        for (text, place) in [(format!("bob{character}"), 4), (format!("b{character}ob"), 2)] {
            assert_eq!(refused(&text), AuthorError::Character { character, place, why }, "{text:?}");
        }
        let said = alone.to_string();
        assert!(said.contains(&format!("U+{:04X}", u32::from(character))), "{said}");
    }
}

#[test]
fn combining_mark_without_a_character_before_it_is_refused() {
    for (text, character, place) in
        [("\u{301}", '\u{301}', 1), ("a \u{301}b", '\u{301}', 3), ("\u{20dd}", '\u{20dd}', 1)]
    {
        assert_eq!(refused(text), AuthorError::Character { character, place, why: UnfitChar::LooseMark }, "{text:?}");
    }
}

#[test]
fn space_not_between_visible_characters_is_refused() {
    for (text, place) in [(" ", 1), (" bob", 1), ("bob ", 4), ("a  b", 3), ("  ", 1)] {
        assert_eq!(refused(text), AuthorError::LooseSpace(place), "{text:?}");
    }
}

#[test]
fn name_of_0_or_65_characters_is_refused() {
    assert_eq!(refused(""), AuthorError::Empty);
    assert_eq!(refused(&"é".repeat(65)), AuthorError::TooLong(65));
}

#[test]
fn author_in_a_field_is_percent_encoded_utf_8() {
    let author: Author = "Zoë 100%".parse().unwrap();
    assert_eq!(author.to_field(), "Zo%C3%AB%20100%25");
    assert_eq!(Author::from_field(author.to_field().as_bytes()), Ok(author));
    assert_eq!(Author::from_field(b"bob").unwrap().as_str(), "bob");
    assert_eq!(Author::from_field(b"Zoe Q").unwrap().as_str(), "Zoe Q");
    let unencoded =
        [&b"%"[..], b"J%ZZ", b"J%4", b"J%C3%A", b"%%41", b"%+4", "Zoë".as_bytes(), b"caf\xe9", b"%FF", b"%ED%A0%80"];
    for bad in unencoded {
        assert_eq!(Author::from_field(bad), Err(AuthorError::NotEncoded), "{bad:?}");
        assert_eq!(Author::from_reported(bad), None);
    }
    assert_eq!(Author::from_field(b""), Err(AuthorError::Empty));
    for bad in [&b"%1b[31m"[..], b"%E2%80%AEevil", b"%20", b"%E3%85%A4"] {
        assert!(Author::from_field(bad).is_err(), "{bad:?}");
    }
}

/// Old stores contain names that were once allowed, and another server may know a newer Unicode.
#[test]
fn reported_name_is_repaired() {
    for (text, repaired) in [
        ("bob", "bob"),
        ("\u{3164}", "\u{fffd}"),
        ("👩\u{200d}💻", "👩\u{fffd}💻"),
        (" bob ", "\u{fffd}bob\u{fffd}"),
        ("a  b", "a\u{fffd} b"),
        ("a   ", "a\u{fffd}\u{fffd}\u{fffd}"),
        ("\u{301}a", "\u{fffd}a"),
        ("", "\u{fffd}"),
    ] {
        let author = Author::from_repaired(text);
        assert_eq!(author.as_str(), repaired, "{text:?}");
        assert_eq!(author.as_str().parse(), Ok(author), "a repaired name is valid: {text:?}");
        assert_eq!(serde_json::from_value::<Author>(text.into()).unwrap().as_str(), repaired);
    }
    assert_eq!(Author::from_repaired(&"é".repeat(100)).as_str(), "é".repeat(64));
    assert_eq!(Author::from_repaired(&format!("{} x", "é".repeat(63))).as_str(), format!("{}\u{fffd}", "é".repeat(63)));
    assert_eq!(Author::from_reported(b"%E3%85%A4").unwrap().as_str(), "\u{fffd}");
}

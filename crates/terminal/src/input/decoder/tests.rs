//! Any bytes, however split over reads: the same events, no byte of a paste lost, and no endless wait.

use proptest::prelude::*;

use super::*;
use crate::key::Key;

/// Returns the events of these reads, without a pause between them.
fn events(reads: &[&[u8]]) -> Vec<Event> {
    let mut decoder = Decoder::default();
    reads.iter().flat_map(|read| decoder.push(read)).collect()
}

/// Returns the names of the keys in these bytes, with those that need the timeout.
fn keys(bytes: &[u8]) -> Vec<String> {
    let mut decoder = Decoder::default();
    let mut events = decoder.push(bytes);
    events.extend(decoder.expire());
    names(&events)
}

fn names(events: &[Event]) -> Vec<String> {
    let name = |event: &Event| match event {
        Event::Key(key) => Key::from(*key).to_string(),
        Event::Paste(text) => format!("paste {text}"),
        other => format!("{other:?}"),
    };
    events.iter().map(name).collect()
}

#[test]
fn keys_are_read_one_by_one() {
    assert_eq!(keys(b"aB\xc3\xa9\r\t\x7f\x13"), ["a", "B", "é", "Enter", "Tab", "Backspace", "Ctrl-S"]);
    assert_eq!(keys(b"\x1bOP\x1b[A\x1b[[A\x1b[15~\x1bOM"), ["F1", "↑", "F1", "F5", "Enter"]);
    assert_eq!(keys(b"\x1bk\x1b1\x1b\r\x1b\x7f"), ["Alt-k", "Alt-1", "Alt-Enter", "Alt-Backspace"]);
    assert_eq!(keys(b"\x00\x1c"), ["Ctrl- ", "Ctrl-4"].map(|name| name.replace("Ctrl- ", "Ctrl-Space")));
}

#[test]
fn backspace_and_enter_have_several_bytes() {
    assert_eq!(keys(b"\x08\x7f\x1b[104;5u"), ["Backspace"; 3]);
    assert_eq!(keys(b"\r\n"), ["Enter"; 2]);
}

#[test]
fn escape_alone_is_a_key_after_its_timeout() {
    let mut decoder = Decoder::default();
    assert!(decoder.push(b"\x1b").is_empty());
    assert_eq!(decoder.timeout(), Some(ESCAPE_TIMEOUT));
    assert_eq!(names(&decoder.expire()), ["Esc"]);
    assert_eq!(keys(b"\x1b\x1b\x1b"), ["Esc"; 3]);
    assert_eq!(keys(b"\x1b\x1bx"), ["Esc", "Alt-x"]);
    assert_eq!(keys(b"\x1b\x1b[A"), ["Alt-↑"]);
    assert_eq!(
        names(&events(&[b"\x1b\x1b[<35;1;1M"]))[0],
        "Esc",
        "a mouse event cannot have an Escape for Alt before it"
    );
}

#[test]
fn the_late_rest_of_an_arrow_is_not_typed() {
    for (rest, name) in [("[A", "↑"), ("[1;5C", "Ctrl-→"), ("[200~x\x1b[201~", "paste x")] {
        let mut decoder = Decoder::default();
        decoder.push(b"\x1b");
        assert_eq!(names(&decoder.expire()), ["Esc"]);
        assert_eq!(decoder.timeout(), Some(REJOIN_TIMEOUT));
        assert_eq!(names(&decoder.push(rest.as_bytes())), [name]);
        assert_eq!(decoder.timeout(), None);
    }
}

#[test]
fn a_bracket_typed_after_escape_is_typed() {
    for (typed, late) in [("[", false), ("[A line", false), ("A", false), ("[A", true)] {
        let mut decoder = Decoder::default();
        decoder.push(b"\x1b");
        decoder.expire();
        if late {
            assert!(decoder.expire().is_empty());
        }
        assert_eq!(names(&decoder.push(typed.as_bytes())).concat().replace("Space", " "), typed);
    }
}

#[test]
fn unfinished_sequence_does_not_block_later_keys() {
    for begun in
        ["\x1b[", "\x1b[1;", "\x1b[<0;1", "\x1b[M\x20", "\x1bO", "\x1b]11;rgb", "\x1bP1", "\x1b[[", "\x1b\x1b["]
    {
        let mut decoder = Decoder::default();
        assert!(decoder.push(begun.as_bytes()).is_empty(), "{begun:?}");
        assert_eq!(decoder.timeout(), Some(SEQUENCE_TIMEOUT), "{begun:?}");
        decoder.expire();
        assert_eq!(decoder.timeout(), None, "{begun:?}");
        assert_eq!(names(&decoder.push(b"q")), ["q"], "{begun:?}");
    }
    assert_eq!(keys(b"\x1b["), ["Alt-["]);
    assert_eq!(keys(b"\x1b[1;5"), Vec::<String>::new(), "it is not text");
    assert_eq!(keys(b"\x1b]hi"), ["Alt-]", "h", "i"], "it is not a reply");
    assert_eq!(keys(b"\x1b[1;\rx"), ["Enter", "x"], "the byte that ends it is decoded by itself");
}

#[test]
fn late_replies_of_the_terminal_are_not_typed() {
    assert_eq!(keys(b"\x1b]11;rgb:0000/0000/0000\x07x"), ["x"]);
    assert_eq!(keys(b"\x1b]11;rgb:0000/0000/0000\x1b\\x"), ["x"]);
    assert_eq!(keys(b"\x1bP>|XTerm(389)\x1b\\x"), ["x"]);
    assert_eq!(keys(b"\x1b[?62;22c\x1b[12;40R\x1b[?1049;2$yx"), ["x"]);
}

#[test]
fn bytes_that_are_not_utf8_lose_no_other_key() {
    let replaced = char::REPLACEMENT_CHARACTER.to_string();
    for (bytes, then) in [(&b"\xe9tat"[..], "tat"), (b"\xf0\x9fab", "ab"), (b"\x80a", "a"), (b"\xc3\xc3\xa9", "é")] {
        assert_eq!(keys(bytes).concat(), format!("{replaced}{then}"), "{bytes:x?}");
    }
    let mut decoder = Decoder::default();
    assert!(decoder.push(b"\xe2\x82").is_empty());
    assert_eq!(names(&decoder.push(b"\xac")), ["€"], "a character may arrive in pieces");
}

#[test]
fn an_unterminated_paste_is_delivered_whole() {
    let mut decoder = Decoder::default();
    assert!(decoder.push(b"\x1b[200~one\r\x1b[2").is_empty());
    assert_eq!(decoder.timeout(), Some(PASTE_TIMEOUT));
    assert_eq!(names(&decoder.expire()), ["paste one\r\x1b[2"]);
    assert_eq!(decoder.timeout(), None);
    assert_eq!(names(&decoder.push(b"x\x1b[201~y")), ["x", "y"], "a late end marker is not typed");
}

#[test]
fn a_paste_without_end_is_delivered_in_pieces() {
    let text = "é€".repeat(MAX_PASTE_BYTES / 3);
    let mut decoder = Decoder::default();
    let mut events = decoder.push(b"\x1b[200~");
    for read in text.as_bytes().chunks(100_000) {
        events.extend(decoder.push(read));
    }
    assert_eq!(events.len(), 1, "the first piece is delivered before the end");
    assert!(decoder.push(b"\x1b[201").is_empty(), "the rest is not taken for keys");
    events.extend(decoder.push(b"~q"));
    let Some(Event::Key(last)) = events.pop() else { panic!() };
    assert_eq!(Key::from(last), Key::char('q'));
    let pieces: String = names(&events).iter().map(|name| &name["paste ".len()..]).collect();
    assert!(pieces == text, "{} bytes of {}", pieces.len(), text.len());
}

/// Generates bytes as a terminal sends them, complete and truncated, and arbitrary ones.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => proptest::sample::select(vec![
            &b"\x1b"[..], b"\x1b[", b"\x1bO", b"\x1b[A", b"\x1b[1;5D", b"\x1b[<35;10;20M", b"\x1b[M !!", b"\x1b[200~",
            b"\x1b[201~", b"\x1b]", b"\x07", b"\x1b\\", b"\x1bP", b"[", b"[A", b"$", b"1", b";", b"~", b"M", b"\r", b"\x08",
            b"typed", "é€😀".as_bytes(), b"\xe9", b"\xf0\x9f", b"\x1b[[A", b"\x1b[3$",
        ]).prop_map(<[u8]>::to_vec),
        1 => proptest::collection::vec(any::<u8>(), 0..6),
        1 => proptest::collection::vec(b'0'..=b'9', 50..80),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn split_of_the_bytes_does_not_change_the_events(bytes in stream(), cuts in proptest::collection::vec(0_usize..200, 0..8)) {
        let whole = events(&[&bytes]);
        prop_assert_eq!(&events(&bytes.chunks(1).collect::<Vec<_>>()), &whole, "byte by byte");
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([bytes.len()]);
        let mut from = 0;
        let pieces: Vec<&[u8]> = ends.map(|to| &bytes[std::mem::replace(&mut from, to)..to]).collect();
        prop_assert_eq!(&events(&pieces), &whole, "{:?}", cuts);
    }

    #[test]
    fn no_bytes_block_later_keys(bytes in stream()) {
        let mut decoder = Decoder::default();
        decoder.push(&bytes);
        let mut waits = 0;
        while decoder.timeout().is_some() {
            decoder.expire();
            waits += 1;
            prop_assert!(waits <= 2, "the decoder waits a third time");
        }
        prop_assert_eq!(names(&decoder.push(b"q")), ["q"]);
    }

    #[test]
    fn no_byte_of_a_paste_is_lost(
        text in proptest::collection::vec(any::<u8>(), 0..200),
        size in 1_usize..50,
        ends in any::<bool>(),
    ) {
        prop_assume!(!text.windows(PASTE_END.len()).any(|window| window == PASTE_END));
        let bytes = [&b"\x1b[200~"[..], &text, if ends { PASTE_END } else { b"" }].concat();
        let mut decoder = Decoder::default();
        let mut events: Vec<Event> = bytes.chunks(size).flat_map(|read| decoder.push(read)).collect();
        events.extend(decoder.expire());
        let expected = String::from_utf8_lossy(&text).into_owned();
        let pasted: String = events.iter().map(|event| match event {
            Event::Paste(text) => text.as_str(),
            _ => "something else",
        }).collect();
        prop_assert_eq!(pasted, expected);
    }

    #[test]
    fn no_typed_character_is_lost(text in "[a-zA-Z0-9 .,é€😀]{0,40}") {
        let typed: String = events(&[text.as_bytes()]).iter().map(|event| match event {
            Event::Key(KeyEvent { code: KeyCode::Char(character), .. }) => *character,
            other => panic!("{other:?}"),
        }).collect();
        prop_assert_eq!(typed, text);
    }
}

/// Returns the keys and the replies of these pieces, with a pause of this length after each.
fn keys_and_replies(pieces: &[&[u8]], pause: Duration) -> (Vec<String>, Vec<TerminalReply>) {
    let mut decoder = Decoder::default();
    decoder.expect_replies();
    let mut events = Vec::new();
    for piece in pieces {
        events.extend(decoder.push(piece));
        if decoder.timeout().is_some_and(|timeout| timeout <= pause) {
            events.extend(decoder.expire());
        }
    }
    while decoder.timeout().is_some() {
        events.extend(decoder.expire());
    }
    (names(&events), decoder.take_replies())
}

const WHITE: TerminalReply = TerminalReply::Background(crate::theme::background::Rgb([255; 3]));

#[test]
fn expected_replies_are_not_typed_in_any_pieces() {
    let reply = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c";
    let (keys, replies) = keys_and_replies(&[reply], Duration::ZERO);
    assert_eq!((keys.len(), replies), (0, vec![WHITE, TerminalReply::Attributes]));
    // Byte by byte, with pauses after which an Escape counts as a key.
    let bytes: Vec<&[u8]> = reply.chunks(1).collect();
    let (keys, replies) = keys_and_replies(&bytes, ESCAPE_TIMEOUT);
    assert!(keys.iter().all(|key| key == "Esc"), "{keys:?}");
    assert_eq!(replies, [WHITE, TerminalReply::Attributes]);
    // In two pieces, with a pause after which nothing more is expected to follow. A user may type the beginning
    // of a reply: Alt-] and some digits, or Alt-[.
    for at in (1..reply.len()).filter(|at| !(2..8).contains(at) && !reply[..*at].ends_with(b"\x1b[")) {
        let (keys, replies) = keys_and_replies(&[&reply[..at], &reply[at..]], SEQUENCE_TIMEOUT);
        assert!(keys.iter().all(|key| key == "Esc"), "{at}: {keys:?}");
        assert_eq!(replies, [WHITE, TerminalReply::Attributes], "{at}");
    }
}

#[test]
fn keys_around_a_reply_are_typed() {
    let (keys, replies) = keys_and_replies(&[b"a\x1b]11;rgb:ff/ff/ff\x07b\x1b[?6cc"], Duration::ZERO);
    assert_eq!(keys, ["a", "b", "c"]);
    assert_eq!(replies, [WHITE, TerminalReply::Attributes]);
    // The rest of the reply never comes; a key does.
    let (keys, replies) = keys_and_replies(&[b"\x1b]11;rgb:ff/f", b"x"], Duration::ZERO);
    assert_eq!((keys.concat(), replies.len()), ("x".to_owned(), 0));
    let (keys, _) = keys_and_replies(&[b"\x1b]11;rgb:ff/f", b"x"], SEQUENCE_TIMEOUT);
    assert_eq!(keys.concat(), "x");
}

#[test]
fn what_a_user_types_after_escape_is_never_taken_for_a_reply() {
    for typed in ["]", "]1", "]11", "[", "[?", "]x", "]1 item", "[x", "?"] {
        for pause in [Duration::ZERO, ESCAPE_TIMEOUT, SEQUENCE_TIMEOUT] {
            let mut pieces: Vec<&[u8]> = vec![b"\x1b"];
            pieces.extend(typed.as_bytes().chunks(1));
            let (keys, _) = keys_and_replies(&pieces, pause.max(ESCAPE_TIMEOUT));
            let keys = keys.concat().replace("Space", " ");
            assert_eq!(keys, format!("Esc{typed}"), "after {pause:?}");
        }
    }
}

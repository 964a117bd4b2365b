//! Every triple of texts of up to four lines over two letters, and of up to three over three. Small texts are where
//! lines repeat and edits touch, and where a rule that is nearly right shows it.
//!
//! A triple whose letters are exchanged is the same triple, so of those that begin otherwise only one is looked at.

use merge::{Decision, RegionKind, Session, Side};

/// All texts of up to so many lines, each line one of these letters.
fn texts(letters: &[&str], lines: u32) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut longest = 0;
    for _ in 0..lines {
        let end = texts.len();
        for shorter in longest..end {
            let shorter = texts[shorter].clone();
            texts.extend(letters.iter().map(|letter| format!("{shorter}{letter}\n")));
        }
        longest = end;
    }
    texts
}

/// Whether the letters come up in the order of the alphabet.
fn is_in_order(texts: [&str; 3]) -> bool {
    let mut next = b'a';
    for letter in texts.concat().bytes().filter(u8::is_ascii_lowercase) {
        if letter > next {
            return false;
        }
        next = next.max(letter + 1);
    }
    true
}

/// Hands base, mine and theirs of every triple to a check, and their merge.
fn each_triple(check: impl Fn(&str, &str, &str, Session)) {
    for (letters, lines, count) in [(&["a", "b"][..], 4, 1 + 2 + 4 + 8 + 16), (&["a", "b", "c"], 3, 1 + 3 + 9 + 27)] {
        let texts = texts(letters, lines);
        assert_eq!(texts.len(), count);
        for base in &texts {
            for mine in &texts {
                for theirs in texts.iter().filter(|theirs| is_in_order([base, mine, theirs])) {
                    let session = Session::new(base.as_bytes(), mine.as_bytes(), theirs.as_bytes(), None);
                    check(base, mine, theirs, session);
                }
            }
        }
    }
}

#[test]
fn what_one_side_left_alone_is_as_the_other_has_it() {
    each_triple(|base, mine, theirs, session| {
        let expected = if mine == base || mine == theirs {
            theirs
        } else if theirs == base {
            mine
        } else {
            return;
        };
        assert_eq!(session.result().as_deref(), Some(expected.as_bytes()), "{base:?} {mine:?} {theirs:?}");
    });
}

#[test]
fn sides_can_be_exchanged() {
    each_triple(|base, mine, theirs, session| {
        let exchanged = Session::new(base.as_bytes(), theirs.as_bytes(), mine.as_bytes(), None);
        assert_eq!(session.result(), exchanged.result(), "{base:?} {mine:?} {theirs:?}");
    });
}

#[test]
fn each_text_comes_back_from_its_decisions() {
    each_triple(|base, mine, theirs, mut session| {
        let changes = session.changes().to_vec();
        for (text, decision) in [(base, Decision::Base), (mine, Decision::Mine), (theirs, Decision::Theirs)] {
            session.decide_all(&changes, &decision);
            assert_eq!(session.result().as_deref(), Some(text.as_bytes()), "{base:?} {mine:?} {theirs:?}");
        }
    });
}

/// A clean result holds each letter as often as the base did, and what each side added or took away; what both agreed
/// on counts once.
#[test]
fn no_letter_is_lost_or_doubled() {
    let count = |text: &[u8], letter| String::from_utf8_lossy(text).matches::<char>(letter).count().cast_signed();
    each_triple(|base, mine, theirs, session| {
        let Some(result) = session.result() else { return };
        let merge = session.merge();
        for letter in ['a', 'b', 'c'] {
            let lines =
                |side, range| merge.text(side).lines(range).map(|line| count(line.content, letter)).sum::<isize>();
            let agreed = merge.regions().iter().filter(|region| region.kind == RegionKind::Agreed);
            let twice: isize = agreed
                .map(|region| lines(Side::Mine, region.mine.clone()) - lines(Side::Base, region.base.clone()))
                .sum();
            let [base, mine, theirs] = [base, mine, theirs].map(|text| count(text.as_bytes(), letter));
            assert_eq!(count(&result, letter), mine + theirs - base - twice);
        }
    });
}

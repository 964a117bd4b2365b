//! Every triple of texts of up to four lines over two letters, and of up to three over three.
//!
//! In small texts lines repeat and edits touch, so a rule that is nearly right is found out.
//!
//! A triple with its letters exchanged is the same triple, so only one of each is checked.

use merge::{Decision, RegionKind, Session, Side};

/// Returns all texts of up to `lines` lines, each line one of these letters.
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

/// Returns whether the letters first occur in the order of the alphabet.
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

/// Passes base, mine and theirs of every triple, and their merge, to a check.
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
fn text_unchanged_by_one_side_is_that_of_the_other() {
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
fn deciding_for_one_text_gives_that_text() {
    each_triple(|base, mine, theirs, mut session| {
        let changes = session.changes().to_vec();
        for (text, decision) in [(base, Decision::Base), (mine, Decision::Mine), (theirs, Decision::Theirs)] {
            session.decide_all(&changes, &decision);
            assert_eq!(session.result().as_deref(), Some(text.as_bytes()), "{base:?} {mine:?} {theirs:?}");
        }
    });
}

/// A result without conflicts has each letter as often as the base, plus the changes of each side.
///
/// A change that both sides made counts once.
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

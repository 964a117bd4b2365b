//! Decisions as short stories: the actions of a user in a merge, and the result after them.

use merge::{Choice, Decision, Ending, Format, MergeReport, ScalarMerge, Session, Side};

fn lines(text: &str) -> Vec<u8> {
    (text.replace(' ', "\n") + "\n").into_bytes()
}

fn session(base: &str, mine: &str, theirs: &str) -> Session {
    Session::new(&lines(base), &lines(mine), &lines(theirs), None)
}

#[test]
fn every_decision_has_its_text() {
    let mut session = session("a old z", "a mine z", "a theirs z");
    assert_eq!((session.changes(), session.undecided(), session.chosen(1)), (&[1][..], 1, None));
    for (decision, expected) in [
        (Decision::Mine, "a mine z"),
        (Decision::Theirs, "a theirs z"),
        (Decision::MineTheirs, "a mine theirs z"),
        (Decision::TheirsMine, "a theirs mine z"),
        (Decision::Base, "a old z"),
        (Decision::Edited("by\nhand".into()), "a by hand z"),
        (Decision::Edited(Vec::new()), "a z"),
    ] {
        session.decide(1, decision);
        assert_eq!(session.result(), Some(lines(expected)));
        assert_eq!(session.undecided(), 0);
    }
}

#[test]
fn same_decision_again_takes_it_back() {
    let mut session = session("a old z", "a mine z", "a theirs z");
    session.decide(1, Decision::Mine);
    session.decide(1, Decision::Mine);
    assert_eq!((session.decision(1), session.undecided(), session.result()), (&Decision::Undecided, 1, None));
}

#[test]
fn settled_region_can_be_overridden() {
    let mut session = session("a b c", "A b c", "a b C");
    assert_eq!(session.result(), Some(lines("A b C")));
    session.decide(2, Decision::Base);
    assert_eq!(session.result(), Some(lines("A b c")));
    session.decide(2, Decision::Base);
    assert_eq!(session.result(), Some(lines("A b C")));
}

#[test]
fn several_decisions_at_once_are_one_step_of_undo() {
    let mut session = session("a b c d e", "1 b 3 d 5", "x b y d z");
    let all = session.changes().to_vec();
    session.decide_all(&all, &Decision::Theirs);
    assert_eq!(session.result(), Some(lines("x b y d z")));
    assert!(session.undo());
    assert_eq!(session.undecided(), 3);
    assert!(!session.undo());
    assert!(session.redo());
    assert_eq!(session.undecided(), 0);
}

#[test]
fn new_step_clears_redo() {
    let mut session = session("a old z", "a mine z", "a theirs z");
    session.decide(1, Decision::Mine);
    session.undo();
    session.decide(1, Decision::Theirs);
    assert!(!session.redo());
    assert_eq!(session.decision(1), &Decision::Theirs);
}

#[test]
#[should_panic(expected = "a stable region has nothing to decide")]
fn stable_region_accepts_no_decision() {
    session("a old z", "a mine z", "a theirs z").decide(0, Decision::Base);
}

#[test]
fn text_by_hand_gets_the_format_of_the_result() {
    let mut session = Session::new(b"a\r\nold\r\n", b"a\r\nmine\r\n", b"a\r\ntheirs", None);
    session.decide(1, Decision::Edited("by\nhand\n".into()));
    assert_eq!(session.result().as_deref(), Some(&b"a\r\nby\r\nhand"[..]));
}

#[test]
fn format_settles_by_itself_and_can_be_overridden() {
    let mut session = Session::new(b"a\nb\n", b"a\r\nb\r\n", b"\xEF\xBB\xBFa\nb", None);
    assert_eq!(session.format(), Format { byte_order_mark: true, ending: Ending::Crlf, final_newline: false });
    assert_eq!(session.result().as_deref(), Some(&b"\xEF\xBB\xBFa\r\nb"[..]));
    session.decide_format(Choice::Theirs);
    assert_eq!(session.result().as_deref(), Some(&b"\xEF\xBB\xBFa\nb"[..]));
    session.decide_format(Choice::Theirs);
    assert_eq!(session.format_choice(), &Choice::Undecided);
    let plain = Format { byte_order_mark: false, ending: Ending::Lf, final_newline: true };
    session.decide_format(Choice::Edited(plain));
    assert_eq!(session.result().as_deref(), Some(&b"a\nb\n"[..]));
    while session.undo() {}
    assert_eq!(session.format_choice(), &Choice::Undecided);
}

#[test]
fn format_is_that_of_the_side_of_all_lines() {
    // The base is empty, so neither side changed the final newline: the base has none to change.
    let mut session = Session::new(b"", b"mine", b"theirs\n", None);
    session.decide(0, Decision::Theirs);
    assert_eq!(session.result().as_deref(), Some(&b"theirs\n"[..]));
    session.decide(0, Decision::Mine);
    assert_eq!(session.result().as_deref(), Some(&b"mine"[..]));

    // A change that settled as theirs counts as theirs. If a line of mine is in the result, the formats are merged.
    let mut session = Session::new(b"a\nb\nc\n", b"a!\nb\nc", b"a?\nb\nC\n", None);
    session.decide(0, Decision::Theirs);
    assert_eq!(session.result().as_deref(), Some(&b"a?\nb\nC\n"[..]));
    session.decide(0, Decision::Mine);
    assert_eq!(session.result().as_deref(), Some(&b"a!\nb\nC"[..]));
}

/// A second 412 during a merge: after four decisions, a newer version arrives.
///
/// It edits one of the four conflicts again, adds a conflict of its own, and leaves the rest unchanged.
#[test]
fn newer_version_keeps_decisions_about_the_same_texts() {
    let mut session = session("1 . 2 . 3 . 4 . 5", "1m . 2m . 3m . 4m . 5m", "1t . 2t . 3t . 4t . 5");
    let [one, two, three, four, five] = session.changes()[..] else { panic!("four conflicts, and an edit of mine") };
    session.decide(one, Decision::Mine);
    session.decide(two, Decision::Theirs);
    session.decide(three, Decision::Edited("by\nhand".into()));
    session.decide(four, Decision::TheirsMine);
    let report = session.renew(&lines("1t . 2t . 3t . again . 5t"), None);
    assert_eq!(report, MergeReport { kept: vec![one, two, three], reopened: vec![four], new: vec![five], vanished: 0 });
    assert_eq!(report.to_string(), "kept 3, reopened 1, new 1");
    assert_eq!(session.open().collect::<Vec<_>>(), [four, five]);
    session.decide(four, Decision::Mine);
    session.decide(five, Decision::Theirs);
    assert_eq!(session.result(), Some(lines("1m . 2t . by hand . 4m . 5t")));
    for _ in 0..3 {
        session.undo();
    }
    assert_eq!(session.decision(four), &Decision::TheirsMine, "undo still reaches the decision");
}

/// Theirs changes the first line of a text written by hand in which only the last line is mine.
#[test]
fn text_by_hand_is_carried_with_newer_changes_of_theirs() {
    let mut session = session("a old z", "a mine z", "a one two three z");
    session.decide(1, Decision::Edited("one\ntwo\nTHREE\n".into()));
    session.renew(&lines("a ONE two three z"), None);
    assert_eq!((session.undecided(), session.result()), (1, None));
    let carried = session.carried(1, None).expect("base and mine are as they were");
    assert_eq!(carried.decision(), &Decision::Edited("one\ntwo\nTHREE\n".into()));
    assert_eq!(carried.proposal(), Some(Decision::Edited("ONE\ntwo\nTHREE\n".into())));
    session.decide(1, carried.proposal().unwrap());
    assert_eq!((session.result(), session.carried(1, None)), (Some(lines("a ONE two THREE z")), None));
    session.undo();
    session.undo();
    assert_eq!(session.result(), Some(lines("a one two THREE z")), "undo still reaches the decision");
}

#[test]
fn text_by_hand_in_conflict_has_no_proposal() {
    let mut session = session("a old z", "a mine z", "a theirs z");
    session.decide(1, Decision::Edited("hand\n".into()));
    session.renew(&lines("a again z"), None);
    let carried = session.carried(1, None).unwrap();
    assert_eq!(carried.proposal(), None);
    let nested = carried.nested().expect("it is a text by hand");
    let texts = [Side::Base, Side::Mine, Side::Theirs].map(|side| nested.text(side).bytes());
    assert_eq!(texts, [&b"theirs\n"[..], b"hand\n", b"again\n"]);
    assert_eq!(nested.conflicts().count(), 1);
}

#[test]
fn manual_and_their_words_of_one_line_are_carried_together() {
    let words = |text: &str| format!("{text}\n").into_bytes();
    let mut session = Session::new(&words("Bake."), &words("Roast."), &words("Bake for ten long minutes."), None);
    session.decide(0, Decision::Edited(words("Roast for ten long minutes.")));
    session.renew(&words("Bake for ten long hours."), None);
    let settled = session.carried(0, None).unwrap().proposal();
    assert_eq!(settled, Some(Decision::Edited(words("Roast for ten long hours."))));
}

#[test]
fn last_decision_is_carried_over_undecided_versions() {
    let mut session = session("a old z", "a mine z", "a first z");
    session.decide(1, Decision::Theirs);
    session.renew(&lines("a second z"), None);
    session.renew(&lines("a third z"), None);
    assert_eq!(session.carried(1, None).unwrap().proposal(), Some(Decision::Theirs));
    session.decide(1, Decision::Base);
    session.renew(&lines("a fourth z"), None);
    assert_eq!(session.carried(1, None).unwrap().proposal(), Some(Decision::Base));
    session.renew(&lines("a first z"), None);
    assert_eq!((session.decision(1), session.carried(1, None)), (&Decision::Theirs, None));
    session.renew(&lines("a fourth z"), None);
    assert_eq!(
        session.carried(1, None).unwrap().proposal(),
        Some(Decision::Base),
        "what came back by itself is no word"
    );
}

#[test]
fn decision_taken_back_is_not_carried() {
    let mut session = session("a old . b", "a mine . b", "a theirs . b");
    session.decide(1, Decision::Mine);
    session.renew(&lines("a theirs . c"), None);
    session.decide(1, Decision::Mine);
    assert_eq!(session.carried(1, None), None, "theirs is the text that it was about");
    session.renew(&lines("a again . c"), None);
    assert_eq!(session.carried(1, None), None);
}

#[test]
fn conflict_that_theirs_reverted_has_vanished() {
    let mut session = session("a old z", "a mine z", "a theirs z");
    session.decide(1, Decision::Mine);
    let report = session.renew(&lines("a old z"), None);
    assert_eq!(report, MergeReport { vanished: 1, ..MergeReport::default() });
    assert_eq!(report.to_string(), "vanished 1");
    assert_eq!(session.result(), Some(lines("a mine z")));
}

/// The user decided for theirs, and theirs is now equal to mine.
///
/// The conflict is gone, but the result is not what was decided.
#[test]
fn decision_undone_by_a_newer_version_is_reported() {
    let mut session = session("a old z", "a mine z", "a theirs z");
    session.decide(1, Decision::Theirs);
    let report = session.renew(&lines("a mine z"), None);
    assert_eq!(report, MergeReport { reopened: vec![1], ..MergeReport::default() });
    assert_eq!(session.undecided(), 0);
}

#[test]
fn version_that_returns_has_its_decisions() {
    let mut session = session("a old z", "a mine z", "a theirs z");
    session.decide(1, Decision::MineTheirs);
    session.renew(&lines("a other z"), None);
    assert_eq!(session.undecided(), 1);
    session.renew(&lines("a theirs z"), None);
    assert_eq!(session.result(), Some(lines("a mine theirs z")));
}

#[test]
fn decision_taken_back_does_not_return() {
    let mut session = session("a old . b", "a mine . b", "a theirs . b");
    session.decide(1, Decision::Mine);
    session.renew(&lines("a theirs . c"), None);
    session.decide(1, Decision::Mine);
    session.renew(&lines("a theirs . d"), None);
    assert_eq!((session.decision(1), session.undecided()), (&Decision::Undecided, 1));
}

#[test]
fn conflict_that_was_open_is_not_new() {
    let mut session = session("a old z", "a mine z", "a theirs z");
    let report = session.renew(&lines("a other z"), None);
    assert_eq!(report, MergeReport::default());
    assert_eq!(session.undecided(), 1);
}

/// The conflict was between two lines; now it also covers the line before, or the line after.
#[test]
fn conflict_that_grew_by_a_line_is_reopened() {
    for theirs in ["A b", "a B"] {
        let mut session = session("a b", "a mine b", "a theirs b");
        session.decide(1, Decision::MineTheirs);
        let report = session.renew(&lines(theirs), None);
        assert_eq!(report.to_string(), "reopened 1");
    }
}

#[test]
fn format_choice_survives_a_newer_version() {
    let mut session = Session::new(b"a\nb\n", b"a\nb", b"a\nb\n", None);
    session.decide_format(Choice::Theirs);
    session.renew(b"a\nc\n", None);
    assert_eq!(session.result().as_deref(), Some(&b"a\nc\n"[..]));
}

#[test]
fn scalar_is_merged_like_a_region() {
    use merge::{ConflictKind::BothEdited, RegionKind};
    let value = |base, mine, theirs| ScalarMerge::new(base, mine, theirs);
    let cases = [
        (value(1, 1, 1), RegionKind::Stable, Some(1)),
        (value(1, 2, 1), RegionKind::Mine, Some(2)),
        (value(1, 1, 3), RegionKind::Theirs, Some(3)),
        (value(1, 2, 2), RegionKind::Agreed, Some(2)),
        (value(1, 2, 3), RegionKind::Conflict(BothEdited), None),
    ];
    for (scalar, kind, chosen) in cases {
        assert_eq!((scalar.kind(), scalar.chosen().copied(), scalar.is_open()), (kind, chosen, chosen.is_none()));
    }
}

#[test]
fn scalar_is_decided_like_a_region() {
    let mut scalar = ScalarMerge::new(1, 2, 3);
    for (choice, chosen) in [(Choice::Mine, 2), (Choice::Theirs, 3), (Choice::Base, 1), (Choice::Edited(4), 4)] {
        scalar.decide(choice);
        assert_eq!((scalar.chosen(), scalar.is_open()), (Some(&chosen), false));
    }
    assert_eq!(scalar.decide(Choice::Edited(4)), Choice::Edited(4), "the same choice again takes it back");
    assert!(scalar.is_open());
    scalar.put_back(Choice::Mine);
    assert!(!scalar.renew(3), "the same version changes nothing");
    assert_eq!(scalar.choice(), &Choice::Mine);
    assert!(scalar.renew(5), "the choice was about another value");
    assert!(scalar.is_open());
}

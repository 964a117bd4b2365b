//! The laws of regions: the result of the merge before any decision.

use crate::texts::{self, TextFormat, formatted, passed, plain};
use merge::{Choice, ConflictKind, Decision, Merge, Region, RegionKind, Session, Side};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::HashSet;

/// Makes the same decision everywhere, and chooses the format.
fn everywhere(session: &mut Session, decision: &Decision, format: Choice<merge::Format>) {
    let changes = session.changes().to_vec();
    session.decide_all(&changes, decision);
    session.decide_format(format);
}

fn contents(text: &[u8]) -> Vec<Vec<u8>> {
    merge::LineText::new(text).all().map(|line| line.content.to_vec()).collect()
}

proptest! {
    /// Laws 1 and 5.
    ///
    /// Any bytes give regions, which are in order and have no gap and no overlap in any of the texts.
    #[test]
    fn regions_tile_all_three_texts([base, mine, theirs] in texts::texts(), deadline in texts::deadline()) {
        let merge = Merge::new(&base, &mine, &theirs, deadline);
        for side in [Side::Base, Side::Mine, Side::Theirs] {
            let mut reached = 0;
            for region in merge.regions() {
                prop_assert_eq!(region.range(side).start, reached);
                reached = region.range(side).end;
            }
            prop_assert_eq!(reached, merge.text(side).len());
        }
        let stable = |region: &Region| region.kind == RegionKind::Stable;
        for pair in merge.regions().windows(2) {
            prop_assert!(stable(&pair[0]) != stable(&pair[1]), "between two changes is one stable stretch");
        }
    }

    /// Law 2. If only one side changed anything, its text is the result.
    #[test]
    fn one_side_alone_is_taken([base, other, _] in texts::texts(), deadline in texts::deadline()) {
        prop_assert_eq!(Session::new(&base, &base, &other, deadline).result(), Some(other.clone()));
        prop_assert_eq!(Session::new(&base, &other, &base, deadline).result(), Some(other));
    }

    /// Law 3. If both sides have the same text, it is the result.
    #[test]
    fn agreement_is_taken_once([base, both, _] in texts::texts(), deadline in texts::deadline()) {
        prop_assert_eq!(Session::new(&base, &both, &both, deadline).result(), Some(both));
    }

    /// Law 4. With the sides exchanged, the regions are the same, with their sides exchanged.
    #[test]
    fn sides_are_symmetric([base, mine, theirs] in texts::texts(), deadline in texts::deadline()) {
        let there = Session::new(&base, &mine, &theirs, deadline);
        let back = Session::new(&base, &theirs, &mine, deadline);
        let exchanged: Vec<Region> = back.merge().regions().iter().cloned().map(exchange).collect();
        prop_assert_eq!(there.merge().regions(), exchanged);
        prop_assert_eq!(there.result(), back.result());
    }

    /// Law 6. Deciding for one text everywhere gives that text, to the byte.
    #[test]
    fn decisions_are_faithful([base, mine, theirs] in texts::texts(), deadline in texts::deadline()) {
        let mut session = Session::new(&base, &mine, &theirs, deadline);
        everywhere(&mut session, &Decision::Mine, Choice::Mine);
        prop_assert_eq!(session.result(), Some(mine));
        everywhere(&mut session, &Decision::Theirs, Choice::Theirs);
        prop_assert_eq!(session.result(), Some(theirs));
        everywhere(&mut session, &Decision::Base, Choice::Base);
        prop_assert_eq!(session.result(), Some(base));
    }

    /// Law 6. This also holds without a choice of the format, if there is a change to decide.
    #[test]
    fn the_format_follows_the_decisions([base, mine, theirs] in texts::texts(), deadline in texts::deadline()) {
        let mut session = Session::new(&base, &mine, &theirs, deadline);
        prop_assume!(!session.changes().is_empty());
        for (decision, text) in [(Decision::Mine, mine), (Decision::Theirs, theirs), (Decision::Base, base)] {
            everywhere(&mut session, &decision, Choice::Undecided);
            prop_assert_eq!(session.result(), Some(text));
        }
    }

    /// Law 7. Every line of a result without edits is a line of mine or theirs.
    #[test]
    fn no_line_is_invented(
        [base, mine, theirs] in texts::lines(),
        picks in vec(prop::sample::select(&[Decision::Undecided, Decision::Mine, Decision::Theirs, Decision::MineTheirs, Decision::TheirsMine][..]), 40),
        deadline in texts::deadline(),
    ) {
        let mut session = Session::new(&plain(&base), &plain(&mine), &plain(&theirs), deadline);
        let written: HashSet<_> = mine.iter().chain(&theirs).map(|line| line.clone().into_bytes()).collect();
        for (&change, pick) in session.changes().to_vec().iter().zip(&picks) {
            session.decide_all(&[change], pick);
        }
        let open: Vec<usize> = session.open().collect();
        session.decide_all(&open, &Decision::Mine);
        let result = session.result().expect("nothing is open");
        for line in contents(&result) {
            prop_assert!(written.contains(&line));
        }
    }

    /// Law 8. Text before and after a part does not influence the regions within it.
    #[test]
    fn regions_are_local(lines in texts::lines()) {
        let [base, mine, theirs] = lines.clone().map(|lines| plain(&lines));
        let [framed_base, framed_mine, framed_theirs] = lines.map(|lines| {
            let frame = |name: &str| (0..5).map(|number| format!("{name} {number}")).collect::<Vec<_>>();
            plain(&[frame("before"), lines, frame("after")].concat())
        });
        let bare = Merge::new(&base, &mine, &theirs, None);
        let framed = Merge::new(&framed_base, &framed_mine, &framed_theirs, None);
        let changes = |merge: &Merge, shift: usize| -> Vec<Region> {
            merge.changes().iter().map(|&change| shifted(&merge.regions()[change], shift)).collect()
        };
        prop_assert_eq!(changes(&bare, 5), changes(&framed, 0));
    }

    /// Law 9, and 11 with it.
    ///
    /// If an unchanged line is between edits of different sides, and no line occurs twice, there is no conflict: each
    /// edit is in the result, in the format of the side that changed the format.
    #[test]
    fn distance_is_enough(plan in vec(step(), 0..12), formats in prop::array::uniform3(texts::text_format())) {
        let [base, mine, theirs, merged] = texts_of_plan(&plan);
        let [of_base, of_mine, of_theirs] = formats;
        let expected = TextFormat {
            mark: if of_mine.mark == of_base.mark { of_theirs.mark } else { of_mine.mark },
            ending: if of_mine.ending == of_base.ending { of_theirs.ending } else { of_mine.ending },
            closed: if of_mine.closed == of_base.closed { of_theirs.closed } else { of_mine.closed },
        };
        let session =
            Session::new(&formatted(&base, of_base), &formatted(&mine, of_mine), &formatted(&theirs, of_theirs), None);
        prop_assert_eq!(session.undecided(), 0);
        prop_assert_eq!(session.result(), Some(formatted(&merged, expected)));
    }

    /// Law 10. What only a user can settle is a conflict.
    #[test]
    fn doubt_is_a_conflict(before in 0..3_u32, after in 0..3_u32, size in 1..4_u32, doubt in doubt()) {
        let run = |name: &str, count: u32| (0..count).map(|number| format!("{name} {number}")).collect::<Vec<_>>();
        let around = |lines: Vec<String>| plain(&[run("before", before), lines, run("after", after)].concat());
        let (old, new, other) = (run("old", size), run("new", size), run("other", size));
        let beside = vec!["beside".to_owned()];
        let (base, mine, theirs) = match doubt {
            ConflictKind::DeletedByMine => (old, vec![], new),
            ConflictKind::DeletedByTheirs => (old, new, vec![]),
            ConflictKind::BothInserted => (vec![], new, other),
            ConflictKind::Touching => {
                let with = |lines: &[String], neighbour: Vec<String>| [lines.to_vec(), neighbour].concat();
                (with(&old, beside.clone()), with(&new, beside), with(&old, vec!["edited".to_owned()]))
            }
            _ => (old, new, other),
        };
        let session = Session::new(&around(base), &around(mine), &around(theirs), None);
        let kinds: Vec<_> = session.changes().iter().map(|&change| session.merge().regions()[change].kind).collect();
        prop_assert_eq!(kinds, [RegionKind::Conflict(doubt)]);
        prop_assert_eq!(session.result(), None);
    }

    /// Law 11. If a text mixes endings, an unchanged line keeps its own.
    #[test]
    fn untouched_lines_keep_their_bytes(crlf in vec(any::<bool>(), 5..12), last in any::<bool>()) {
        let write = |first: &str, third: &str| -> Vec<u8> {
            let line = |(number, crlf): (usize, &bool)| {
                let content = match number { 0 => first.to_owned(), 2 => third.to_owned(), _ => format!("line {number}") };
                content + if *crlf { "\r\n" } else { "\n" }
            };
            let mut text = crlf.iter().enumerate().map(line).collect::<String>();
            if last { text.push_str("no ending"); }
            text.into_bytes()
        };
        let session = Session::new(&write("0", "2"), &write("mine", "2"), &write("0", "theirs"), None);
        prop_assert_eq!(session.result(), Some(write("mine", "theirs")));
    }
}

proptest! {
    /// Law 3, in part of a text.
    ///
    /// A change that both sides made is taken once, whatever else they changed far from it.
    #[test]
    fn agreement_in_a_part_is_taken_once(
        [base, both, _] in texts::lines(),
        [base_rest, mine_rest, theirs_rest] in texts::lines(),
    ) {
        let fence: Vec<String> = (0..3).map(|number| format!("fence {number}")).collect();
        // No line of the rest equals a line of the part, so a diff cannot match across the border.
        let rest = |lines: &[String]| lines.iter().map(|line| format!("rest: {line}")).collect::<Vec<_>>();
        let whole = |part: &[String], other: &[String]| plain(&[part, &fence, &rest(other)].concat());
        let session =
            Session::new(&whole(&base, &base_rest), &whole(&both, &mine_rest), &whole(&both, &theirs_rest), None);
        let chosen = (0..session.merge().regions().len()).map_while(|number| session.chosen(number));
        let result = contents(&chosen.flatten().collect::<Vec<_>>());
        let expected: Vec<Vec<u8>> = both.iter().chain(&fence[..1]).map(|line| line.clone().into_bytes()).collect();
        // If the two diffs divide the same change differently, conflicts may be left; but nothing is taken twice.
        let as_far_as_settled = expected.starts_with(&result) && session.undecided() > 0;
        prop_assert!(result.starts_with(&expected) || as_far_as_settled, "{:?}", result);
    }
}

fn exchange(region: Region) -> Region {
    let kind = match region.kind {
        RegionKind::Mine => RegionKind::Theirs,
        RegionKind::Theirs => RegionKind::Mine,
        RegionKind::Conflict(ConflictKind::DeletedByMine) => RegionKind::Conflict(ConflictKind::DeletedByTheirs),
        RegionKind::Conflict(ConflictKind::DeletedByTheirs) => RegionKind::Conflict(ConflictKind::DeletedByMine),
        other => other,
    };
    Region { kind, base: region.base, mine: region.theirs, theirs: region.mine }
}

fn shifted(region: &Region, by: usize) -> Region {
    let shift = |range: &std::ops::Range<usize>| range.start + by..range.end + by;
    Region { kind: region.kind, base: shift(&region.base), mine: shift(&region.mine), theirs: shift(&region.theirs) }
}

/// An edit of one side.
///
/// It removes some lines of the base, adds new ones there, and keeps some after them.
#[derive(Debug, Clone)]
struct Step {
    by_mine: bool,
    removed: usize,
    added: usize,
    kept: usize,
}

fn step() -> impl Strategy<Value = Step> {
    (any::<bool>(), 0..3_usize, 0..3_usize, 1..3_usize).prop_map(|(by_mine, removed, added, kept)| Step {
        by_mine,
        removed,
        added,
        kept,
    })
}

/// Returns base, mine, theirs and their expected result. No line occurs twice.
fn texts_of_plan(plan: &[Step]) -> [Vec<String>; 4] {
    // Each text has at least two lines, so that its line endings are known.
    let [mut base, mut mine, mut theirs, mut merged] = [(); 4].map(|()| vec!["first".to_owned(), "second".to_owned()]);
    for (number, step) in plan.iter().enumerate() {
        let (editor, other) = if step.by_mine { (&mut mine, &mut theirs) } else { (&mut theirs, &mut mine) };
        for line in (0..step.removed).map(|line| format!("removed {number}.{line}")) {
            base.push(line.clone());
            other.push(line);
        }
        for line in (0..step.added).map(|line| format!("added {number}.{line}")) {
            editor.push(line.clone());
            merged.push(line);
        }
        for line in (0..step.kept).map(|line| format!("kept {number}.{line}")) {
            for text in [&mut base, &mut *editor, &mut *other, &mut merged] {
                text.push(line.clone());
            }
        }
    }
    [base, mine, theirs, merged]
}

fn doubt() -> impl Strategy<Value = ConflictKind> {
    prop_oneof![
        Just(ConflictKind::BothEdited),
        Just(ConflictKind::BothInserted),
        Just(ConflictKind::DeletedByMine),
        Just(ConflictKind::DeletedByTheirs),
        Just(ConflictKind::Touching),
    ]
}

/// Law 11. The last line of a text gets that text's ending if lines are appended.
#[test]
fn last_line_gets_the_ending_of_its_own_text() {
    let session = Session::new(b"a", b"\r\na\n", b"a", None);
    assert_eq!(session.result().as_deref(), Some(&b"\r\na\n"[..]));
}

/// Law 13.
///
/// A comparison that ran out of time gives coarser regions, and reports it if that caused a conflict.
#[test]
fn passed_deadline_is_reported() {
    use RegionKind::{Conflict, Mine, Theirs};
    // The lines change places: if one text lacked a line, there would be nothing to search for.
    let text = |swaps: &[usize]| -> Vec<u8> {
        let mut lines: Vec<usize> = (0..100).collect();
        for &line in swaps {
            lines.swap(line, line + 1);
        }
        plain(&lines.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let kinds = |deadline| -> Vec<RegionKind> {
        let merge = Merge::new(&text(&[]), &text(&[10, 90]), &text(&[50]), deadline);
        merge.changes().iter().map(|&change| merge.regions()[change].kind).collect()
    };
    assert_eq!(kinds(None), [Mine, Mine, Theirs, Theirs, Mine, Mine]);
    assert_eq!(kinds(Some(passed())), [Conflict(ConflictKind::GaveUp)]);
}

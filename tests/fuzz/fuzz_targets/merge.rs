//! Merges three arbitrary texts, and checks invariants.
//!
//! The first byte chooses how conflicts are written, and whether time has run out. The rest is base, mine and theirs,
//! separated by a byte 0xFE.

#![no_main]

use libfuzzer_sys::fuzz_target;
use merge::{Choice, Decision, Fallback, Merge, Rendering, Session, Side, Style};
use std::time::Instant;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, rest)) = bytes.split_first() else { return };
    let mut texts = rest.splitn(3, |byte| *byte == 0xFE);
    let [base, mine, theirs] = [(); 3].map(|()| texts.next().unwrap_or_default());
    let deadline = (choice & 16 != 0).then(Instant::now);
    let merge = Merge::new(base, mine, theirs, deadline);
    check_tiling(&merge);
    check_rendering(&merge, choice, deadline);
    if deadline.is_none() {
        check_sides(&merge, base, mine, theirs);
    }
    check_decisions(base, mine, theirs, deadline);
});

/// The regions cover each text without a gap, changes and stable regions in turn.
fn check_tiling(merge: &Merge) {
    for side in [Side::Base, Side::Mine, Side::Theirs] {
        let mut reached = 0;
        for region in merge.regions() {
            assert_eq!(region.range(side).start, reached);
            reached = region.range(side).end;
        }
        assert_eq!(reached, merge.text(side).len());
    }
}

/// The text has conflict markers if there are conflicts, unless another style replaces them.
fn check_rendering(merge: &Merge, choice: u8, deadline: Option<Instant>) {
    let style = [Style::Merge, Style::Diff3, Style::Zdiff3][usize::from(choice % 3)];
    let fallback = [Fallback::Markers, Fallback::Mine, Fallback::Theirs, Fallback::Union][usize::from(choice >> 2 & 3)];
    let rendered = merge.render(&Rendering { style, fallback, deadline, ..Rendering::default() });
    let expected = fallback == Fallback::Markers && merge.conflicts().next().is_some();
    assert_eq!(rendered.conflicts > 0, expected);
    for notice in merge.notices() {
        assert!(!merge.regions()[notice.region].kind.is_conflict());
    }
}

/// Swapping mine and theirs gives as many open conflicts and the same suggestions.
fn check_sides(merge: &Merge, base: &[u8], mine: &[u8], theirs: &[u8]) {
    let back = Merge::new(base, theirs, mine, None);
    assert_eq!(merge.regions().len(), back.regions().len());
    for region in 0..merge.regions().len() {
        assert_eq!(merge.suggestion(region), back.suggestion(region));
    }
}

/// Each text follows from decisions, and undoing them leads back to the start.
fn check_decisions(base: &[u8], mine: &[u8], theirs: &[u8], deadline: Option<Instant>) {
    let mut session = Session::new(base, mine, theirs, deadline);
    let start = session.result();
    if base == mine || base == theirs || mine == theirs {
        let expected = if mine == base { theirs } else { mine };
        assert_eq!(start.as_deref(), Some(expected));
    }
    let changes = session.changes().to_vec();
    for (decision, choice, text) in [
        (Decision::Mine, Choice::Mine, mine),
        (Decision::Theirs, Choice::Theirs, theirs),
        (Decision::Base, Choice::Base, base),
    ] {
        session.decide_all(&changes, &decision);
        session.decide_format(choice);
        assert_eq!(session.result().as_deref(), Some(text));
    }
    while session.undo() {}
    assert_eq!(session.result(), start);
}

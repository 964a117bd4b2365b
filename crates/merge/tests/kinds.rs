//! Every kind of region, shown in recipes. Lines are separated by ` | `.

use ConflictKind::{BothEdited, BothInserted, DeletedByMine, DeletedByTheirs, Touching, WhitespaceOnly};
use RegionKind::{Agreed, Conflict, Mine, Stable, Theirs};
use merge::{ConflictKind, RegionKind, Session};

struct Case {
    name: &'static str,
    base: &'static str,
    mine: &'static str,
    theirs: &'static str,
    kinds: &'static [RegionKind],
    /// `None` if a conflict is open.
    result: Option<&'static str>,
}

const CASES: &[Case] = &[
    Case {
        name: "no side changed anything",
        base: "flour | water | salt",
        mine: "flour | water | salt",
        theirs: "flour | water | salt",
        kinds: &[Stable],
        result: Some("flour | water | salt"),
    },
    Case {
        name: "edits apart from each other are both taken",
        base: "flour | water | salt",
        mine: "rye flour | water | salt",
        theirs: "flour | water | sea salt",
        kinds: &[Mine, Stable, Theirs],
        result: Some("rye flour | water | sea salt"),
    },
    Case {
        name: "the same edit is taken once",
        base: "flour | water | salt",
        mine: "flour | milk | salt",
        theirs: "flour | milk | salt",
        kinds: &[Stable, Agreed, Stable],
        result: Some("flour | milk | salt"),
    },
    Case {
        name: "the same insertion is taken once",
        base: "flour | salt",
        mine: "flour | yeast | salt",
        theirs: "flour | yeast | salt",
        kinds: &[Stable, Agreed, Stable],
        result: Some("flour | yeast | salt"),
    },
    Case {
        name: "two edits of one line",
        base: "flour | water | salt",
        mine: "flour | milk | salt",
        theirs: "flour | buttermilk | salt",
        kinds: &[Stable, Conflict(BothEdited), Stable],
        result: None,
    },
    Case {
        name: "two insertions at one place: only the order is open",
        base: "flour | salt",
        mine: "flour | yeast | salt",
        theirs: "flour | caraway | salt",
        kinds: &[Stable, Conflict(BothInserted), Stable],
        result: None,
    },
    Case {
        name: "two texts for an empty page",
        base: "",
        mine: "bread",
        theirs: "cake",
        kinds: &[Conflict(BothInserted)],
        result: None,
    },
    Case {
        name: "mine deleted what theirs edited",
        base: "flour | let it rest | bake",
        mine: "flour | bake",
        theirs: "flour | let it rest for an hour | bake",
        kinds: &[Stable, Conflict(DeletedByMine), Stable],
        result: None,
    },
    Case {
        name: "theirs deleted what mine edited",
        base: "flour | let it rest | bake",
        mine: "flour | let it rest for an hour | bake",
        theirs: "flour | bake",
        kinds: &[Stable, Conflict(DeletedByTheirs), Stable],
        result: None,
    },
    Case {
        name: "one emptied the page that the other went on writing",
        base: "bread",
        mine: "",
        theirs: "bread | cake",
        kinds: &[Conflict(Touching)],
        result: None,
    },
    Case {
        name: "neighbouring lines, one edited by each: no line lies between",
        base: "flour | water | salt",
        mine: "rye flour | water | salt",
        theirs: "flour | milk | salt",
        kinds: &[Conflict(Touching), Stable],
        result: None,
    },
    Case {
        name: "an insertion right behind an edited line",
        base: "flour | salt",
        mine: "rye flour | salt",
        theirs: "flour | water | salt",
        kinds: &[Conflict(Touching), Stable],
        result: None,
    },
    Case {
        name: "a chain of touching edits is one conflict",
        base: "one | two | three | four",
        mine: "ONE | two | THREE | four",
        theirs: "one | TWO | three | four",
        kinds: &[Conflict(Touching), Stable],
        result: None,
    },
    Case {
        name: "one edit agreed on, another beside it: not split by itself",
        base: "flour | water | salt",
        mine: "flour | milk | salt",
        theirs: "flour | milk | sugar",
        kinds: &[Stable, Conflict(BothEdited)],
        result: None,
    },
    Case {
        name: "indented by both, differently",
        base: "- flour | - rye",
        mine: "- flour |   - rye",
        theirs: "- flour |     - rye",
        kinds: &[Stable, Conflict(WhitespaceOnly)],
        result: None,
    },
    Case {
        name: "one empty line by mine, two by theirs",
        base: "flour | bake",
        mine: "flour |  | bake",
        theirs: "flour |  |  | bake",
        kinds: &[Stable, Conflict(WhitespaceOnly), Stable],
        result: None,
    },
    Case {
        name: "one of three equal lines deleted by both, whichever it was",
        base: "stir | stir | stir | bake",
        mine: "stir | stir | bake",
        theirs: "stir | stir | bake",
        kinds: &[Stable, Agreed, Stable],
        result: Some("stir | stir | bake"),
    },
    Case {
        name: "one of three equal lines deleted by both, and far from it another edit",
        base: "stir | stir | stir | bake | cool | eat",
        mine: "stir | stir | bake | cool | eat",
        theirs: "stir | stir | bake | cool | share",
        kinds: &[Stable, Agreed, Stable, Theirs],
        result: Some("stir | stir | bake | cool | share"),
    },
    Case {
        name: "one of three equal lines deleted, and something put behind the first: the deleted one was the last",
        base: "stir | stir | stir | bake",
        mine: "stir | warm | stir | stir | bake",
        theirs: "stir | stir | bake",
        kinds: &[Stable, Mine, Stable, Theirs, Stable],
        result: Some("stir | warm | stir | bake"),
    },
    Case {
        name: "of equal lines the last is taken to be deleted, so it is apart from what happened at the first",
        base: "mix | stir | stir | stir | bake | eat",
        mine: "mix | mix | rest | mix | stir | stir | stir | bake | eat",
        theirs: "wash | mix | stir | stir | cool | bake | eat",
        kinds: &[Theirs, Stable, Mine, Stable, Theirs, Stable],
        result: Some("wash | mix | mix | rest | mix | stir | stir | cool | bake | eat"),
    },
    Case {
        name: "a line that reads like a conflict marker is a line",
        base: "<<<<<<< | ======= | >>>>>>>",
        mine: "<<<<<<< mine | ======= | >>>>>>>",
        theirs: "<<<<<<< | ======= | >>>>>>> theirs",
        kinds: &[Mine, Stable, Theirs],
        result: Some("<<<<<<< mine | ======= | >>>>>>> theirs"),
    },
];

fn text(lines: &str) -> Vec<u8> {
    if lines.is_empty() { Vec::new() } else { (lines.replace(" | ", "\n") + "\n").into_bytes() }
}

#[test]
fn every_case_has_its_kinds_and_result() {
    for case in CASES {
        let session = Session::new(&text(case.base), &text(case.mine), &text(case.theirs), None);
        let kinds: Vec<_> = session.merge().regions().iter().map(|region| region.kind).collect();
        assert_eq!(kinds, case.kinds, "{}", case.name);
        assert_eq!(session.result(), case.result.map(text), "{}", case.name);
    }
}

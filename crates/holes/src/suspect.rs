//! The mistakes that a learner may suspect, and how each of them shows from outside.

use crate::hole::Hole;

/// A mistake that a learner may suspect. Three of them are there; the others are made by other servers.
#[derive(Debug)]
pub struct Suspect {
    /// The mistake of one of the three servers, or `None` if none of them makes it.
    pub hole: Option<Hole>,
    /// The mistake, as what the server does: a clause without its subject.
    pub says: &'static str,
    /// The clause of an RFC that it breaks.
    pub clause: &'static str,
    /// How it shows from outside, in sentences.
    pub shows: &'static str,
    /// The checks of a probe that are wrong then, with `--write`.
    pub checks: &'static [&'static str],
    /// Those that are wrong too, with `--create`.
    pub creating_checks: &'static [&'static str],
    /// How to mend it, in sentences.
    pub mend: &'static str,
}

/// The checks of a probe in which several writers send one tag at once.
const RACES: &[&str] = &["race-2", "race-8", "race-50", "slow-race-2", "slow-race-8", "slow-race-50"];

/// The mistakes that a learner may suspect, in the order of their numbers, which begin with 1.
pub static SUSPECTS: [Suspect; 7] = [
    Suspect {
        hole: None,
        says: "evaluates the condition before the body has arrived, and not again when it writes",
        clause: "RFC 9110 13.2.1",
        shows: "Of saves at once, one succeeds; but if their bodies arrive slowly, several do.",
        checks: &["slow-race-2", "slow-race-8", "slow-race-50"],
        creating_checks: &[],
        mend: "Evaluate the condition when the whole request is there, in the same step as the write.",
    },
    Suspect {
        hole: Some(Hole::EmptyIfMatch),
        says: "accepts an empty If-Match, as if that were a condition that holds",
        clause: "RFC 9110 13.1.1, 5.6.1",
        shows: "A save without any condition gets a 428, but one with 'If-Match:' and nothing behind the colon succeeds. \
                It names no version, so it should get a 412. Clients send that if they have lost the tag.",
        checks: &["empty-field"],
        creating_checks: &[],
        mend: "A list without a member matches no version, so the condition is false: 412. Ask once whether the field is \
               there, and then evaluate its value, whatever that is.",
    },
    Suspect {
        hole: Some(Hole::WholeSeconds),
        says: "takes the second of the last save for the tag, so that two versions can have one tag",
        clause: "RFC 9110 8.8.1",
        shows: "Two saves within a second leave the same tag. Within that second, each save with it succeeds, at once \
                or one after the other.",
        checks: &["same-second", "race-2", "race-8", "race-50", "slow-race-2", "slow-race-8", "slow-race-50"],
        creating_checks: &[],
        mend: "Take a number for the tag that rises with each version. A finer clock makes the hole smaller, and does \
               not close it.",
    },
    Suspect {
        hole: None,
        says: "compares weak tags in If-Match as if they were strong",
        clause: "RFC 9110 13.1.1, 8.8.3.2",
        shows: "A save with W/ before the current tag succeeds.",
        checks: &["weak-tag"],
        creating_checks: &[],
        mend: "If-Match compares strongly: a weak tag never matches.",
    },
    Suspect {
        hole: Some(Hole::CompareThenWrite),
        says: "compares the tag in one step and writes in another",
        clause: "RFC 9110 13.2.1",
        shows: "Of saves one after the other, each with an old tag is refused. Of saves at once with one tag, several \
                succeed, and each of them has its own new tag.",
        checks: RACES,
        creating_checks: &["create-race"],
        mend: "Compare and write in one step: under one lock, in one transaction that locks the row, or by UPDATE … \
               WHERE version = ….",
    },
    Suspect {
        hole: None,
        says: "takes If-Match: * for true even if the note does not exist",
        clause: "RFC 9110 13.1.1",
        shows: "A save with 'If-Match: *' creates a note that was deleted.",
        checks: &[],
        creating_checks: &["update-missing"],
        mend: "The star is true if there is a current version, whichever it is, and false if there is none.",
    },
    Suspect {
        hole: None,
        says: "lets If-Unmodified-Since decide although there is an If-Match",
        clause: "RFC 9110 13.1.4, 13.2.2",
        shows: "A save with an old tag succeeds if it has a date of today, too.",
        checks: &["tag-beats-future-date"],
        creating_checks: &[],
        mend: "If there is an If-Match, do not evaluate If-Unmodified-Since.",
    },
];

impl Suspect {
    /// Returns the suspect with this number, from 1; `None` if there is none.
    #[must_use]
    pub fn numbered(number: usize) -> Option<&'static Self> {
        SUSPECTS.get(number.checked_sub(1)?)
    }

    /// Returns how the report of a probe shows the mistake.
    #[must_use]
    pub fn in_report(&self) -> String {
        let with_create = |names: &[&str]| format!("✗ {} with --create", names.join(", "));
        match (self.checks, self.creating_checks) {
            ([], creating) => with_create(creating),
            (checks, []) => format!("✗ {}", checks.join(", ")),
            (checks, creating) => format!("✗ {}; {}", checks.join(", "), with_create(creating)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hole_is_suspected_once() {
        for hole in Hole::ALL {
            assert_eq!(SUSPECTS.iter().filter(|suspect| suspect.hole == Some(hole)).count(), 1, "{hole:?}");
        }
    }

    #[test]
    fn suspects_are_numbered_from_1() {
        assert_eq!(Suspect::numbered(1).unwrap().says, SUSPECTS[0].says);
        assert!(Suspect::numbered(0).is_none() && Suspect::numbered(SUSPECTS.len() + 1).is_none());
    }

    #[test]
    fn report_names_the_option_that_a_check_needs() {
        let of = |hole| SUSPECTS.iter().find(|suspect| suspect.hole == Some(hole)).unwrap().in_report();
        assert_eq!(of(Hole::EmptyIfMatch), "✗ empty-field");
        assert!(of(Hole::CompareThenWrite).ends_with("slow-race-50; ✗ create-race with --create"));
        assert_eq!(SUSPECTS[5].in_report(), "✗ update-missing with --create");
    }
}

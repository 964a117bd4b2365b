//! The checks of the group 'racing': writes at once.

use crate::check::{Ask, CheckGroup as G, CheckId as Id, ProbeCheck};
use crate::observed::Observed as O;

/// The right result of a race.
const ONE_SUCCEEDED: &[O] = &[O::OneSucceeded];

/// The weak results of a race: no writer has succeeded, or the server decides later.
const NONE_SUCCEEDED: &[O] = &[O::NoneSucceeded, O::Accepted];

/// The checks, in the order of the report.
pub(super) const CHECKS: [ProbeCheck; 8] = [
    ProbeCheck {
        id: Id::Race2,
        name: "race-2",
        group: G::Racing,
        asks: "2 writers with one tag at once",
        clause: "RFC 9110 13.2.1",
        ask: Ask::Race { writers: 2, slow: false, rounds: 10 },
        right: ONE_SUCCEEDED,
        weak: NONE_SUCCEEDED,
        consequence: "the condition is evaluated in one step and the write is made in another",
    },
    ProbeCheck {
        id: Id::Race8,
        name: "race-8",
        group: G::Racing,
        asks: "8 writers with one tag at once",
        clause: "RFC 9110 13.2.1",
        ask: Ask::Race { writers: 8, slow: false, rounds: 4 },
        right: ONE_SUCCEEDED,
        weak: NONE_SUCCEEDED,
        consequence: "the condition is evaluated in one step and the write is made in another",
    },
    ProbeCheck {
        id: Id::Race50,
        name: "race-50",
        group: G::Racing,
        asks: "50 writers with one tag at once",
        clause: "RFC 9110 13.2.1",
        ask: Ask::Race { writers: 50, slow: false, rounds: 2 },
        right: ONE_SUCCEEDED,
        weak: NONE_SUCCEEDED,
        consequence: "the condition is evaluated in one step and the write is made in another",
    },
    ProbeCheck {
        id: Id::SlowRace2,
        name: "slow-race-2",
        group: G::Racing,
        asks: "2 writers with one tag at once, the last byte of each body 50 ms late",
        clause: "RFC 9110 13.2.1",
        ask: Ask::Race { writers: 2, slow: true, rounds: 10 },
        right: ONE_SUCCEEDED,
        weak: NONE_SUCCEEDED,
        consequence: "the condition is evaluated before the body has arrived, and not when the write is made",
    },
    ProbeCheck {
        id: Id::SlowRace8,
        name: "slow-race-8",
        group: G::Racing,
        asks: "8 writers with one tag at once, the last byte of each body 50 ms late",
        clause: "RFC 9110 13.2.1",
        ask: Ask::Race { writers: 8, slow: true, rounds: 4 },
        right: ONE_SUCCEEDED,
        weak: NONE_SUCCEEDED,
        consequence: "the condition is evaluated before the body has arrived, and not when the write is made",
    },
    ProbeCheck {
        id: Id::SlowRace50,
        name: "slow-race-50",
        group: G::Racing,
        asks: "50 writers with one tag at once, the last byte of each body 50 ms late",
        clause: "RFC 9110 13.2.1",
        ask: Ask::Race { writers: 50, slow: true, rounds: 2 },
        right: ONE_SUCCEEDED,
        weak: NONE_SUCCEEDED,
        consequence: "the condition is evaluated before the body has arrived, and not when the write is made",
    },
    ProbeCheck {
        id: Id::CreateRace,
        name: "create-race",
        group: G::Racing,
        asks: "50 creations with If-None-Match: * at once",
        clause: "RFC 9110 13.1.2",
        ask: Ask::Scratch,
        right: ONE_SUCCEEDED,
        weak: NONE_SUCCEEDED,
        consequence: "two clients each believe that they created it, and one text is lost",
    },
    ProbeCheck {
        id: Id::RepeatedWrite,
        name: "repeated-write",
        group: G::Racing,
        asks: "a write that is sent again because its response was lost",
        clause: "RFC 9110 13.1.1",
        ask: Ask::Script { writes: true },
        right: &[O::AppliedOnce, O::PreconditionFailed],
        weak: &[O::Accepted, O::PreconditionRequired, O::Conflict, O::BadRequest, O::NotFound, O::OtherRefusal],
        consequence: "the repeated write overwrites what was written in between",
    },
];

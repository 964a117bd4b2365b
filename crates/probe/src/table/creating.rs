//! The checks of the group 'creating': creating and deleting.

use crate::check::{Ask, CheckGroup as G, CheckId as Id, ProbeCheck};
use crate::condition::Condition;
use crate::observed::Observed as O;
use crate::table::observations::{REFUSED, REFUSED_OTHERWISE};

/// The checks, in the order of the report.
pub(super) const CHECKS: [ProbeCheck; 5] = [
    ProbeCheck {
        id: Id::CreateOverExisting,
        name: "create-over-existing",
        group: G::Creating,
        asks: "If-None-Match: * on a resource that exists",
        clause: "RFC 9110 13.1.2",
        ask: Ask::Write(Condition::NoneMatchAny),
        right: REFUSED,
        weak: REFUSED_OTHERWISE,
        consequence: "a client that means to create overwrites what is there",
    },
    ProbeCheck {
        id: Id::CreateNew,
        name: "create-new",
        group: G::Creating,
        asks: "If-None-Match: * on a resource that does not exist",
        clause: "RFC 9110 13.1.2, 9.3.4",
        ask: Ask::Scratch,
        right: &[O::Created],
        weak: &[O::Done, O::Accepted],
        consequence: "a client cannot create safely, or does not learn that it created",
    },
    ProbeCheck {
        id: Id::UpdateMissing,
        name: "update-missing",
        group: G::Creating,
        asks: "If-Match: * on a resource that does not exist",
        clause: "RFC 9110 13.1.1",
        ask: Ask::Scratch,
        right: REFUSED,
        weak: REFUSED_OTHERWISE,
        consequence: "a client that means to update creates again what was deleted",
    },
    ProbeCheck {
        id: Id::StaleDelete,
        name: "stale-delete",
        group: G::Creating,
        asks: "DELETE with an old tag",
        clause: "RFC 9110 13.1.1",
        ask: Ask::Scratch,
        right: REFUSED,
        weak: REFUSED_OTHERWISE,
        consequence: "a client deletes a version that it has not seen",
    },
    ProbeCheck {
        id: Id::CurrentDelete,
        name: "current-delete",
        group: G::Creating,
        asks: "DELETE with the current tag",
        clause: "RFC 9110 13.1.1",
        ask: Ask::Scratch,
        right: &[O::Done],
        weak: &[O::Accepted],
        consequence: "a client cannot delete with a condition",
    },
];

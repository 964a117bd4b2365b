//! A check: one row of the table.

use serde::Serialize;

use crate::condition::{Condition, ReadCondition};
use crate::observed::Observed;

/// The groups of checks, in the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckGroup {
    /// Tags and dates.
    Validators,
    /// Conditional reads.
    Reading,
    /// Conditional writes, one after the other.
    Writing,
    /// Creating and deleting.
    Creating,
    /// Writes at once.
    Racing,
}

impl CheckGroup {
    /// All groups, in the order of the report.
    pub const ALL: [Self; 5] = [Self::Validators, Self::Reading, Self::Writing, Self::Creating, Self::Racing];

    /// Returns the name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Validators => "validators",
            Self::Reading => "reading",
            Self::Writing => "writing",
            Self::Creating => "creating",
            Self::Racing => "racing",
        }
    }
}

/// The judgement of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Mark {
    /// As the RFC says, and safe.
    Right,
    /// Allowed but weak: a SHOULD, or a choice that leaves a hole.
    Weak,
    /// Wrong.
    Wrong,
    /// Not asked.
    NotAsked,
}

impl Mark {
    /// Returns the sign in reports.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Right => "✓",
            Self::Weak => "!",
            Self::Wrong => "✗",
            Self::NotAsked => "–",
        }
    }
}

/// How a check gets its observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// One read with this condition.
    Read(ReadCondition),
    /// One write with this condition to the resource of the plan.
    Write(Condition),
    /// That many writers with one tag at once; `slow` if the last byte of each body is late.
    Race {
        /// The number of writers.
        writers: usize,
        /// Whether the last byte of each body is late.
        slow: bool,
        /// How often the race is run. The worst result counts.
        rounds: usize,
    },
    /// Several requests, or a comparison of responses that other checks have received.
    Script {
        /// Whether one of the requests is a write.
        writes: bool,
    },
    /// Several requests at the URL for scratch resources.
    Scratch,
}

impl Ask {
    /// Returns the option that the check needs, or `None` if it only reads.
    #[must_use]
    pub const fn option(self) -> Option<&'static str> {
        match self {
            Self::Read(_) | Self::Script { writes: false } => None,
            Self::Write(_) | Self::Race { .. } | Self::Script { writes: true } => Some("--write"),
            Self::Scratch => Some("--create"),
        }
    }
}

/// One check. Observations that are neither right nor weak are wrong.
#[derive(Debug, Clone, Copy)]
pub struct ProbeCheck {
    /// Identifies the check in code.
    pub id: CheckId,
    /// The name in reports: a few words with hyphens.
    pub name: &'static str,
    /// The group.
    pub group: CheckGroup,
    /// The question.
    pub asks: &'static str,
    /// The clause that answers it.
    pub clause: &'static str,
    /// How the observation is made.
    pub ask: Ask,
    /// The observations that are right.
    pub right: &'static [Observed],
    /// The observations that are allowed but weak.
    pub weak: &'static [Observed],
    /// The consequence of another observation than a right one.
    pub consequence: &'static str,
}

impl ProbeCheck {
    /// Returns the judgement of an observation.
    ///
    /// No response is weak in every check: it is not known what the server did.
    #[must_use]
    pub fn mark_of(&self, observed: Observed) -> Mark {
        if self.right.contains(&observed) {
            Mark::Right
        } else if self.weak.contains(&observed) || observed == Observed::NoResponse {
            Mark::Weak
        } else {
            Mark::Wrong
        }
    }

    /// Returns how bad a wrong result is: whether it can lose an update.
    #[must_use]
    pub const fn can_lose_updates(&self) -> bool {
        !matches!(self.group, CheckGroup::Validators | CheckGroup::Reading)
    }
}

/// Identifies a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the table has the question of each")]
pub enum CheckId {
    EntityTag,
    StableTag,
    HeadTag,
    CodedTag,
    LastModified,
    TagChanges,
    SameSecond,
    Aba,
    IfNoneMatch,
    IfNoneMatchWeak,
    IfNoneMatchAny,
    IfNoneMatchList,
    IfNoneMatchOther,
    NotModifiedFields,
    IfModifiedSince,
    TagBeforeDate,
    ReadIfMatch,
    NoCondition,
    CurrentTag,
    StaleTag,
    WeakTag,
    UnknownTag,
    ListWithCurrent,
    ListWithoutCurrent,
    AnyVersion,
    EmptyField,
    MalformedField,
    TwoLines,
    TwoLinesWithout,
    OldDate,
    CurrentDate,
    FutureDate,
    DateOfTwoVersions,
    TagBeatsOldDate,
    TagBeatsFutureDate,
    NoneMatchOtherWrite,
    NoneMatchCurrentWrite,
    TagOfWrite,
    TagOfRefusal,
    PreferRepresentation,
    CachedRefusal,
    StalePatch,
    CreateOverExisting,
    CreateNew,
    UpdateMissing,
    StaleDelete,
    CurrentDelete,
    Race2,
    Race8,
    Race50,
    SlowRace2,
    SlowRace8,
    SlowRace50,
    CreateRace,
    RepeatedWrite,
}

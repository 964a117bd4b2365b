//! The parts of the screen that a question can hide until it is answered.
//!
//! A prediction is honest only if nothing on the screen gives the answer away. Each question lists what would
//! ([`Quiz::hides`](super::Quiz)); the stage draws a mask there, and plain mode prints those lines after the answer.
//! Few questions have to hide something already in the step before them, and list it apart
//! ([`Quiz::hides_before`](super::Quiz)): a mask on what a step is about makes that step pointless. Two things are
//! hidden by every question and have no word here: the comparison of policies, and the help about status codes.

/// A part of the screen that can give the answer to a question away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HiddenArea {
    /// The conditional field of each write and conditional read, and the explanations that mention it.
    WireCondition,
    /// The status of each response, with its tags, and the explanations that mention it.
    WireStatus,
    /// The explanation of each exchange, and the server's findings about it.
    WireSentence,
    /// The request that a client without an editor sends next, and what an editor says about its next save.
    NextRequest,
    /// How many conflicts a merge has, and which changes they are.
    MergeCount,
    /// The result of a merge, and the suggestions for its conflicts.
    MergeProposal,
    /// The lines in which editors report their last event.
    Notices,
    /// The status lines of editors: state, base, and the server's version.
    Status,
    /// The panel below a text after a 428 or a delete: its words, and its choices.
    Panel,
    /// The document's text on the server, in its current version and in all older ones.
    ServerText,
    /// The document's versions on the server: their numbers and tags, and the graph of them.
    ServerVersion,
    /// The server's policy with its deliberate mistakes, also in responses and in the explanations of them.
    ///
    /// It is hidden in every step before the question, too, since it would give the answer away in each.
    ServerPolicy,
}

impl HiddenArea {
    /// Each area with its word in a lesson's file, in the order of the handbook's table.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::WireCondition, "wire.condition"),
        (Self::WireStatus, "wire.status"),
        (Self::WireSentence, "wire.sentence"),
        (Self::NextRequest, "next.request"),
        (Self::MergeCount, "merge.count"),
        (Self::MergeProposal, "merge.proposal"),
        (Self::Notices, "notices"),
        (Self::Status, "status"),
        (Self::Panel, "panel"),
        (Self::ServerText, "server.text"),
        (Self::ServerVersion, "server.version"),
        (Self::ServerPolicy, "server.policy"),
    ];

    /// The areas that any view of an exchange shows together.
    pub const WIRE: [Self; 3] = [Self::WireCondition, Self::WireStatus, Self::WireSentence];

    /// The areas that a merge view shows.
    pub const MERGE: [Self; 2] = [Self::MergeCount, Self::MergeProposal];

    /// The areas that a list of versions shows.
    pub const SERVER: [Self; 2] = [Self::ServerText, Self::ServerVersion];
}

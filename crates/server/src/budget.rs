//! The table of budgets: everything that clients can use up, with its limit.
//!
//! A budget has a name, a description of what it bounds, a default, the flag with which a leader changes it, and the
//! response to a request that exceeds it. To add one, write a row and list it in [`ALL`]. The code that enforces a
//! budget gets its value from [`Budgets::of`], so that no limit is written twice.
//!
//! Every budget has two metrics: `ifmatch_budget_limit{budget="NAME"}`, its value, and
//! `ifmatch_budget_refused_total{budget="NAME"}`, how often it was exceeded. A budget that all clients share also has
//! `ifmatch_budget_used{budget="NAME"}`, how much of it is in use.
//!
//! What is *not* here: the code that enforces a budget, which is with the resource.

pub(crate) mod client_account;
pub(crate) mod memory_pool;
mod token_bucket;
mod uses;
mod values;

use std::fmt;

pub(crate) use uses::Uses;
pub use values::{Budgets, ChoiceError, Chosen};

/// The unit of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes; the suffix may be `KiB`, `MiB` or `GiB`.
    Bytes,
    /// Seconds; the suffix may be `s`, `m`, `h` or `d`.
    Seconds,
    /// A number of countable things, which the text names in the plural, such as `connections`.
    Count(&'static str),
}

/// How a leader changes a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Not at all: the contract fixes the value.
    None,
    /// With a flag of its own.
    Own(&'static str),
    /// With `--budget NAME=VALUE`.
    Budget,
}

/// A row of the table.
#[derive(Debug)]
pub struct Budget {
    /// The name in problem details, in metrics and on the command line.
    pub name: &'static str,
    /// A description of what the budget bounds.
    pub bounds: &'static str,
    /// The value unless a leader changes it; 0 means no bound.
    pub default: u64,
    /// The unit of the value.
    pub unit: Unit,
    /// How a leader changes the budget.
    pub flag: Flag,
    /// The consequence for a request that exceeds the budget.
    pub refusal: &'static str,
    /// Whether all clients share the budget, so that a metric shows its use.
    pub shared: bool,
}

/// All budgets, in the order in which a request meets them.
pub static ALL: &[&Budget] = &[
    &CONNECTIONS,
    &ADDRESS_CONNECTIONS,
    &CLIENT_CONNECTIONS,
    &ADMIN_CONNECTIONS,
    &STREAMS,
    &SEND_TIME,
    &SEND_BYTES,
    &RECEIVE_BYTES,
    &HEAD_BYTES,
    &HEAD_FIELDS,
    &CLIENT_CONCURRENCY,
    &CLIENT_REQUESTS,
    &CLIENT_BYTES,
    &TOKEN_GUESSES,
    &WAITING_GUESSES,
    &ALL_GUESSES,
    &ALL_WAITING_GUESSES,
    &PARTICIPANTS,
    &ROSTER_CLIENTS,
    &PARTICIPANT_STREAMS,
    &ADDRESS_STREAMS,
    &DOCUMENT_BYTES,
    &TITLE_BYTES,
    &CLIENT_DOCUMENTS,
    &CLIENT_STORED_BYTES,
    &LARGE_JSON,
    &PAGE_ROWS,
    &PAGE_BYTES,
    &RECORD_EXCHANGES,
    &RECORD_BYTES,
    &RECORD_REFUSED,
    &RECORD_REFUSED_BYTES,
    &GATE_REQUESTS,
    &GATE_TIME,
    &TURN_TIME,
    &LOG_BYTES,
];

/// Open connections.
pub static CONNECTIONS: Budget = Budget {
    name: "connections",
    bounds: "open connections",
    default: 10_000,
    unit: Unit::Count("connections"),
    flag: Flag::Budget,
    refusal: "the server closes the oldest idle connection without a valid token; if there is none, the new one",
    shared: true,
};

/// Open connections of one address without a valid token.
pub static ADDRESS_CONNECTIONS: Budget = Budget {
    name: "address-connections",
    bounds: "open connections of one IP address without a valid token",
    default: 1000,
    unit: Unit::Count("connections"),
    flag: Flag::Budget,
    refusal: "the server closes the oldest idle one of them; if there is none, the new one",
    shared: false,
};

/// Open connections of one client that count as its own.
pub static CLIENT_CONNECTIONS: Budget = Budget {
    name: "client-connections",
    bounds: "open connections of one participant that the server never closes for others; of the clients at one IP \
             address that have not joined, ten times as many",
    default: 100,
    unit: Unit::Count("connections"),
    flag: Flag::Budget,
    refusal: "a further connection counts as one without a valid token",
    shared: false,
};

/// Extra connections for admins, when all others are in use.
pub static ADMIN_CONNECTIONS: Budget = Budget {
    name: "admin-connections",
    bounds: "extra connections for admins, if all `connections` are in use by clients with a valid token",
    default: 16,
    unit: Unit::Count("connections"),
    flag: Flag::Budget,
    refusal: "503 to a request without an admin token; then the server closes the connection",
    shared: false,
};

/// Concurrent requests in one HTTP/2 connection.
pub static STREAMS: Budget = Budget {
    name: "streams",
    bounds: "concurrent requests in one HTTP/2 connection",
    default: 100,
    unit: Unit::Count("requests"),
    flag: Flag::None,
    refusal: "HTTP/2 `REFUSED_STREAM`",
    shared: false,
};

/// How long a client may take to send a request, or to read a part of a response.
pub static SEND_TIME: Budget = Budget {
    name: "send-time",
    bounds: "how long a client may take to send a request, and to read the next 16 KiB of a response, or all that is \
             left of it",
    default: 30,
    unit: Unit::Seconds,
    flag: Flag::Budget,
    refusal: "408; during a response, HTTP/2 `RST_STREAM`, or HTTP/1 closes the connection",
    shared: false,
};

/// Bytes of responses that wait to be sent.
pub static SEND_BYTES: Budget = Budget {
    name: "send-bytes",
    bounds: "response bodies over 1 KiB that wait to be sent; one client, or a connection of a client that is not \
             counted, may hold at most as much as is left",
    default: 128 * 1024 * 1024,
    unit: Unit::Bytes,
    flag: Flag::Budget,
    refusal: "503; the response to an applied write has no body; an event stream ends",
    shared: true,
};

/// Bytes of requests that have no response yet.
pub static RECEIVE_BYTES: Budget = Budget {
    name: "receive-bytes",
    bounds: "received parts of unanswered requests: bodies, and header sections over 1 KiB; one client, or a \
             connection of a client that is not counted, may hold at most as much as is left",
    default: 64 * 1024 * 1024,
    unit: Unit::Bytes,
    flag: Flag::Budget,
    refusal: "503 to a request that needs more than is left",
    shared: true,
};

/// The header section of a request.
pub static HEAD_BYTES: Budget = Budget {
    name: "head-bytes",
    bounds: "the header section of a request",
    default: 32 * 1024,
    unit: Unit::Bytes,
    flag: Flag::None,
    refusal: "431",
    shared: false,
};

/// Field lines in a header section.
pub static HEAD_FIELDS: Budget = Budget {
    name: "head-fields",
    bounds: "field lines in the header section of a request",
    default: 100,
    unit: Unit::Count("lines"),
    flag: Flag::None,
    refusal: "431",
    shared: false,
};

/// Requests of one client that are under way.
pub static CLIENT_CONCURRENCY: Budget = Budget {
    name: "client-concurrency",
    bounds: "requests of one client that are under way, in all its connections together; open event streams do not \
             count",
    default: 100,
    unit: Unit::Count("requests"),
    flag: Flag::Budget,
    refusal: "429; in HTTP/1, the server closes the connection",
    shared: false,
};

/// Requests of one client.
pub static CLIENT_REQUESTS: Budget = Budget {
    name: "client-requests",
    bounds: "requests of one client in ten seconds",
    default: 2000,
    unit: Unit::Count("requests"),
    flag: Flag::Budget,
    refusal: "429, a second late",
    shared: false,
};

/// Bytes of the bodies of one client's requests and responses.
pub static CLIENT_BYTES: Budget = Budget {
    name: "client-bytes",
    bounds: "bodies of the requests of one client and of their responses in ten seconds",
    default: 32 * 1024 * 1024,
    unit: Unit::Bytes,
    flag: Flag::Budget,
    refusal: "429, a second late",
    shared: false,
};

/// Wrong tokens and codes of one address that get an immediate response.
pub static TOKEN_GUESSES: Budget = Budget {
    name: "token-guesses",
    bounds: "wrong tokens and codes from one address that are answered without a delay, in a minute",
    default: 60,
    unit: Unit::Count("guesses"),
    flag: Flag::Budget,
    refusal: "the 401 is delayed by a second; a valid token or code is never delayed",
    shared: false,
};

/// Wrong tokens and codes of one address that wait for their delayed response.
pub static WAITING_GUESSES: Budget = Budget {
    name: "waiting-guesses",
    bounds: "wrong tokens and codes from one address that wait for their delayed response",
    default: 100,
    unit: Unit::Count("guesses"),
    flag: Flag::Budget,
    refusal: "429, and the server closes the connection",
    shared: false,
};

/// Wrong tokens and codes of all addresses together that get an immediate response.
pub static ALL_GUESSES: Budget = Budget {
    name: "all-token-guesses",
    bounds: "wrong tokens and codes from all addresses together that are answered without a delay, in a minute",
    default: 1200,
    unit: Unit::Count("guesses"),
    flag: Flag::Budget,
    refusal: "the 401 is delayed by a second; a valid token or code is never delayed",
    shared: false,
};

/// Wrong tokens and codes of all addresses together that wait for their delayed response.
pub static ALL_WAITING_GUESSES: Budget = Budget {
    name: "all-waiting-guesses",
    bounds: "wrong tokens and codes from all addresses together that wait for their delayed response",
    default: 1000,
    unit: Unit::Count("guesses"),
    flag: Flag::Budget,
    refusal: "429, and the server closes the connection",
    shared: false,
};

/// Names under which participants have joined.
pub static PARTICIPANTS: Budget = Budget {
    name: "participants",
    bounds: "names under which participants have joined",
    default: 500,
    unit: Unit::Count("names"),
    flag: Flag::Budget,
    refusal: "the name of a participant who has never used it, or has been away for ten minutes, becomes free, unless \
              other servers run on the same database; if there is none, 503",
    shared: true,
};

/// Other clients in the list of participants.
pub static ROSTER_CLIENTS: Budget = Budget {
    name: "roster-clients",
    bounds: "clients in the list of participants that have not joined, by name and address",
    default: 1000,
    unit: Unit::Count("clients"),
    flag: Flag::Budget,
    refusal: "the one that has sent no request for the longest time is dropped from the list",
    shared: false,
};

/// Event streams of one participant, or of one name.
pub static PARTICIPANT_STREAMS: Budget = Budget {
    name: "participant-streams",
    bounds: "open event streams of one participant or, on a server with tokens, of one name at an IP address",
    default: 16,
    unit: Unit::Count("streams"),
    flag: Flag::Budget,
    refusal: "429",
    shared: false,
};

/// Event streams of the clients at one address that have not joined.
pub static ADDRESS_STREAMS: Budget = Budget {
    name: "address-streams",
    bounds: "open event streams of the clients at one IP address that have not joined under a name",
    default: 1000,
    unit: Unit::Count("streams"),
    flag: Flag::Budget,
    refusal: "429",
    shared: false,
};

/// Title and content of a document together, as UTF-8.
pub static DOCUMENT_BYTES: Budget = Budget {
    name: "document-bytes",
    bounds: "title and content of a document together; a request's body may have six times as much, plus 64 KiB",
    default: 1024 * 1024,
    unit: Unit::Bytes,
    flag: Flag::Own("--max-document"),
    refusal: "413",
    shared: false,
};

/// The title of a document, as UTF-8.
pub static TITLE_BYTES: Budget = Budget {
    name: "title-bytes",
    bounds: "the title of a document",
    default: contract::document::MAX_TITLE_BYTES as u64,
    unit: Unit::Bytes,
    flag: Flag::None,
    refusal: "422",
    shared: false,
};

/// Documents that one client creates.
pub static CLIENT_DOCUMENTS: Budget = Budget {
    name: "client-documents",
    bounds: "documents that one client creates in an hour",
    default: 1000,
    unit: Unit::Count("documents"),
    flag: Flag::Budget,
    refusal: "429 to a write that could create a document",
    shared: false,
};

/// Bytes of the versions that one client creates.
pub static CLIENT_STORED_BYTES: Budget = Budget {
    name: "client-stored-bytes",
    bounds: "titles and contents that the writes of one client add to the store in an hour, and 512 bytes for each \
             version",
    default: 256 * 1024 * 1024,
    unit: Unit::Bytes,
    flag: Flag::Budget,
    refusal: "429 to a write",
    shared: false,
};

/// Large JSON bodies that are parsed or written at the same time.
pub static LARGE_JSON: Budget = Budget {
    name: "large-json",
    bounds: "JSON bodies over 64 KiB that are parsed or written at the same time",
    default: 2,
    unit: Unit::Count("bodies"),
    flag: Flag::Budget,
    refusal: "the request waits for its turn",
    shared: true,
};

/// Rows in one page of a list.
pub static PAGE_ROWS: Budget = Budget {
    name: "page-rows",
    bounds: "rows in one page of a list",
    default: 1000,
    unit: Unit::Count("rows"),
    flag: Flag::None,
    refusal: "400 to a larger `limit`",
    shared: false,
};

/// Bytes of one page of a list.
pub static PAGE_BYTES: Budget = Budget {
    name: "page-bytes",
    bounds: "one page of a list, as JSON; the page always has at least one row",
    default: 1024 * 1024,
    unit: Unit::Bytes,
    flag: Flag::Budget,
    refusal: "the page ends early, and its `next` leads to the rest",
    shared: false,
};

/// Exchanges in the record.
pub static RECORD_EXCHANGES: Budget = Budget {
    name: "record-exchanges",
    bounds: "exchanges in the record",
    default: 1000,
    unit: Unit::Count("exchanges"),
    flag: Flag::None,
    refusal: "the oldest exchange is dropped from the record",
    shared: true,
};

/// Bytes of the exchanges in the record.
pub static RECORD_BYTES: Budget = Budget {
    name: "record-bytes",
    bounds: "fields and bodies of the exchanges in the record",
    default: 64 * 1024 * 1024,
    unit: Unit::Bytes,
    flag: Flag::Budget,
    refusal: "the oldest exchange is dropped from the record",
    shared: true,
};

/// Exchanges in the record that were refused for lack of a token.
pub static RECORD_REFUSED: Budget = Budget {
    name: "record-refused",
    bounds: "exchanges in the record that were refused for lack of a token or because their client sends too much, in \
             addition to the others",
    default: 100,
    unit: Unit::Count("exchanges"),
    flag: Flag::Budget,
    refusal: "the oldest of these exchanges is dropped from the record",
    shared: true,
};

/// Bytes of the exchanges in the record that were refused for lack of a token.
pub static RECORD_REFUSED_BYTES: Budget = Budget {
    name: "record-refused-bytes",
    bounds: "fields and bodies of these exchanges",
    default: 4 * 1024 * 1024,
    unit: Unit::Bytes,
    flag: Flag::Budget,
    refusal: "the oldest of these exchanges is dropped from the record",
    shared: true,
};

/// Requests that are held at the gate.
pub static GATE_REQUESTS: Budget = Budget {
    name: "gate-requests",
    bounds: "requests that are held at the gate; one client, or a connection of a client that is not counted, may have \
             at most as many as are left",
    default: 10_000,
    unit: Unit::Count("requests"),
    flag: Flag::Budget,
    refusal: "503",
    shared: true,
};

/// How long a request is held at the gate.
pub static GATE_TIME: Budget = Budget {
    name: "gate-time",
    bounds: "how long a request is held at the gate",
    default: 600,
    unit: Unit::Seconds,
    flag: Flag::None,
    refusal: "the request proceeds",
    shared: false,
};

/// How long a released request may delay the next ones because its body does not arrive.
pub static TURN_TIME: Budget = Budget {
    name: "turn-time",
    bounds: "how long a released request may delay the next ones because its body does not arrive",
    default: 10,
    unit: Unit::Seconds,
    flag: Flag::None,
    refusal: "the next request proceeds, and the bodies of the requests released so far delay no others",
    shared: false,
};

/// The file of the log.
pub static LOG_BYTES: Budget = Budget {
    name: "log-bytes",
    bounds: "the log file of `--log`",
    default: 64 * 1024 * 1024,
    unit: Unit::Bytes,
    flag: Flag::None,
    refusal: "a last line says so, and the server writes no more until the file is truncated",
    shared: false,
};

impl Budget {
    /// Returns the default as a `usize`, for budgets of memory.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "no default needs more than 32 bits")]
    pub const fn size(&self) -> usize {
        self.default as usize
    }

    /// Returns the default as a `u32`, for budgets of a protocol with 32-bit limits.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "no default needs more than 32 bits")]
    pub const fn small(&self) -> u32 {
        self.default as u32
    }

    /// Returns the index of the budget in [`ALL`].
    fn place(&self) -> usize {
        ALL.iter().position(|row| row.name == self.name).expect("every budget is listed in ALL")
    }
}

/// Returns the table of all budgets in Markdown. SECURITY.md has a copy.
#[must_use]
pub fn table() -> String {
    let mut table = "| budget | what it bounds | default | flag | a request that exceeds it |\n\
                     | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for Budget { name, bounds, default, unit, flag, refusal, .. } in ALL {
        let value = match (default, unit) {
            (0, _) => "no bound".to_owned(),
            (bytes, Unit::Bytes) if bytes % (1 << 20) == 0 => format!("{} MiB", bytes >> 20),
            (bytes, Unit::Bytes) if bytes % (1 << 10) == 0 => format!("{} KiB", bytes >> 10),
            (default, unit) => format!("{default} {unit}"),
        };
        let flag = match flag {
            Flag::None => "–".to_owned(),
            Flag::Own(flag) => format!("`{flag}`"),
            Flag::Budget => format!("`--budget {name}=`"),
        };
        for cell in [&format!("`{name}`"), *bounds, &value, &flag, *refusal] {
            table.push_str("| ");
            table.push_str(cell);
            table.push(' ');
        }
        table.push_str("|\n");
    }
    table
}

impl Unit {
    /// Returns examples of how to write a value.
    fn example(self) -> &'static str {
        match self {
            Self::Bytes => "65536 or 64KiB",
            Self::Seconds => "90 or 90s",
            Self::Count(_) => "100",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Seconds => "seconds",
            Self::Count(things) => things,
        })
    }
}

#[cfg(test)]
mod tests;

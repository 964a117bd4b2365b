//! The types of problem: one for each reaction that a client may need.

use axum::http::StatusCode;
use contract::Reason;

/// A type of problem.
#[derive(Debug)]
pub(crate) struct ProblemType {
    /// The last part of the `type` URI; with underscores, the word in `error`.
    pub(crate) name: &'static str,
    pub(crate) status: StatusCode,
    /// The `title`, which is the same for every problem of this type (RFC 9457 section 3.1.4).
    pub(crate) title: &'static str,
    /// The text of the page that explains it.
    pub(crate) about: &'static str,
}

impl ProblemType {
    /// Returns the path of the page that explains it, which is the problem's `type`.
    ///
    /// `base` is the path below which the resources of the server are.
    pub(crate) fn page(&self, base: &str) -> String {
        format!("{base}/problems/{}", self.name)
    }

    /// Returns the word in `error`.
    pub(crate) fn word(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Returns the reasons that the contract lists for it; some types have none.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(|reason| self.has(reason))
    }

    pub(crate) fn has(&self, reason: &Reason) -> bool {
        reason.problem_types().any(|problem_type| problem_type.name == self.name)
    }
}

/// All types of problem, by status.
pub(crate) const ALL_TYPES: [&ProblemType; 27] = [
    &INVALID_REQUEST,
    &MALFORMED_BODY,
    &MALFORMED_PRECONDITION,
    &UNAUTHORIZED,
    &FORBIDDEN,
    &NOT_FOUND,
    &METHOD_NOT_ALLOWED,
    &REQUEST_TIMEOUT,
    &CONFLICT,
    &GONE,
    &PRECONDITION_FAILED,
    &CONTENT_TOO_LARGE,
    &URI_TOO_LONG,
    &UNSUPPORTED_MEDIA_TYPE,
    &MISDIRECTED_REQUEST,
    &UNPROCESSABLE_CONTENT,
    &PRECONDITION_REQUIRED,
    &TOO_MANY_REQUESTS,
    &REQUEST_HEADER_FIELDS_TOO_LARGE,
    &INTERNAL_ERROR,
    &NOT_IMPLEMENTED,
    &NOT_GUARDABLE,
    &BAD_GATEWAY,
    &STORE_UNAVAILABLE,
    &BUDGET_EXHAUSTED,
    &SERVER_STOPPING,
    &GATEWAY_TIMEOUT,
];

pub(crate) static INVALID_REQUEST: ProblemType = ProblemType {
    name: "invalid-request",
    status: StatusCode::BAD_REQUEST,
    title: "Invalid Request",
    about: "Something about the request itself is wrong: a field, or a parameter of the query. The detail names it and \
            says what the server expects there. The server will refuse the same request again, so change it first.",
};

pub(crate) static MALFORMED_BODY: ProblemType = ProblemType {
    name: "malformed-body",
    status: StatusCode::BAD_REQUEST,
    title: "Malformed Body",
    about: "The body is not valid JSON. The detail names the line and the column of the error. Valid JSON that is not \
            a document is another problem, see unprocessable-content.",
};

pub(crate) static MALFORMED_PRECONDITION: ProblemType = ProblemType {
    name: "malformed-precondition",
    status: StatusCode::BAD_REQUEST,
    title: "Malformed Precondition",
    about: "The value of If-Match or If-None-Match is neither a list of entity tags nor an asterisk. The server never \
            treats a malformed condition as absent, and never as true: either would turn a typing mistake into a lost \
            update. Send the tag as you received it, with its quotes. RFC 9110 section 8.8.3 defines its form, and \
            `position` is the first byte that does not fit it, counted from 0.",
};

pub(crate) static UNAUTHORIZED: ProblemType = ProblemType {
    name: "unauthorized",
    status: StatusCode::UNAUTHORIZED,
    title: "Unauthorized",
    about: "This server requires a token (RFC 6750), and the request does not have a valid one. Send Authorization: \
            Bearer TOKEN with every request. The request had no token (no_credentials), Authorization had another \
            scheme, such as Basic (unsupported_scheme), or the server does not know the token (invalid_token). The \
            server's operator gives out tokens. Nothing was done.",
};

pub(crate) static FORBIDDEN: ProblemType = ProblemType {
    name: "forbidden",
    status: StatusCode::FORBIDDEN,
    title: "Forbidden",
    about: "The server knows who you are, but you may not do this. Requests under /control lead the session and \
            require an admin token (insufficient_scope). Or Ifmatch-Author names another author than the one that the \
            token was issued to: on a server with tokens, no client writes under another person's name (other_name). Or \
            another participant has joined under that name (name_taken), or the leader has removed it (removed). Or \
            the request is an answer to a question, and its client has not joined (not_joined). Or the request comes \
            from a web page of an origin that the server was not started with, see --cors-origin \
            (foreign_origin). The server will refuse the same request again. Nothing was done.",
};

pub(crate) static NOT_FOUND: ProblemType = ProblemType {
    name: "not-found",
    status: StatusCode::NOT_FOUND,
    title: "Not Found",
    about: "There is nothing at this URL, and as far as this server knows there never was. For a document that was \
            deleted the status is 410, see gone.",
};

pub(crate) static METHOD_NOT_ALLOWED: ProblemType = ProblemType {
    name: "method-not-allowed",
    status: StatusCode::METHOD_NOT_ALLOWED,
    title: "Method Not Allowed",
    about: "The resource does not support the method of the request. The field Allow lists the methods that it \
            supports.",
};

pub(crate) static REQUEST_TIMEOUT: ProblemType = ProblemType {
    name: "request-timeout",
    status: StatusCode::REQUEST_TIMEOUT,
    title: "Request Timeout",
    about: "The request did not arrive completely in time, so nothing was done. A header section has 30 seconds from \
            its first byte. Header section and body together have 30 seconds as well (the budget `send-time`), counted \
            while the server waits for them. The time that a request is held at the gate or waits for a 100 (Continue) \
            does not count. The same request is safe to send again.",
};

pub(crate) static CONFLICT: ProblemType = ProblemType {
    name: "conflict",
    status: StatusCode::CONFLICT,
    title: "Conflict",
    about: "The request's conditions hold, but something else prevents it: a document with that id already exists \
            (already_exists), the document that would be deleted has children (has_children), the parent does not \
            exist (parent_not_found), the document would be its own ancestor (circle), or it would be nested more than \
            100 levels deep (too_deep). Or the participants of a room prevent it: the name is taken, and `free` is one \
            that is free (name_taken); a leader cannot be removed (is_leader); the question takes no more answers \
            (question_closed), or is no longer the current one (other_question). If a condition is false as well, the status is 412 instead (see \
            precondition-failed). That order is this server's own policy: read strictly, RFC 9110 section 13.2.1 puts \
            a conflict first that can be seen before the content is processed.",
};

pub(crate) static GONE: ProblemType = ProblemType {
    name: "gone",
    status: StatusCode::GONE,
    title: "Gone",
    about: "The document was deleted. `deleted` says by whom and when. Its versions can still be read, under \
            /versions. To bring it back, create it with If-None-Match: *. Its version numbers continue, so that no tag \
            is ever used twice. If `reason` is text_removed, the request was for an old version, and the document may \
            still exist: the server keeps only the texts of the newest versions. Of the older ones it keeps author, \
            time, tag and hash.",
};

pub(crate) static PRECONDITION_FAILED: ProblemType = ProblemType {
    name: "precondition-failed",
    status: StatusCode::PRECONDITION_FAILED,
    title: "Precondition Failed",
    about: "A condition of the request is false, so nothing was done (RFC 9110 section 15.5.13). For a write with \
            If-Match this usually means that another client has saved since you read the document: without the \
            condition, your write would have overwritten that text. Read the document again, merge your text with it, \
            and write with the new tag. Do not just repeat the write with the new tag: you would overwrite the version \
            that it names. `evaluation` shows each condition and what it was compared with, and `reason` says why it \
            is false.",
};

pub(crate) static CONTENT_TOO_LARGE: ProblemType = ProblemType {
    name: "content-too-large",
    status: StatusCode::PAYLOAD_TOO_LARGE,
    title: "Content Too Large",
    about: "The body, or the document in it, has more bytes than this server accepts. `limit` is the most that it \
            accepts. Split the document.",
};

pub(crate) static URI_TOO_LONG: ProblemType = ProblemType {
    name: "uri-too-long",
    status: StatusCode::URI_TOO_LONG,
    title: "URI Too Long",
    about: "The URL in the request's first line is longer than this server accepts, and no resource here has such a \
            long URL. Nothing was done.",
};

pub(crate) static UNSUPPORTED_MEDIA_TYPE: ProblemType = ProblemType {
    name: "unsupported-media-type",
    status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
    title: "Unsupported Media Type",
    about: "Documents and settings are application/json, patches are application/merge-patch+json (RFC 7396), both in \
            UTF-8 and without a content coding.",
};

pub(crate) static MISDIRECTED_REQUEST: ProblemType = ProblemType {
    name: "misdirected-request",
    status: StatusCode::MISDIRECTED_REQUEST,
    title: "Misdirected Request",
    about: "The request names a host that this server does not answer to. The server answers to all its addresses, to \
            localhost, and to the names that it was started with (--host-name). It refuses all other names before it \
            looks at anything else: a web page could point a name of its own at this machine, and so reach what only \
            this machine should reach. Use the address instead of the name, or have the operator add the name. Nothing \
            was done.",
};

pub(crate) static UNPROCESSABLE_CONTENT: ProblemType = ProblemType {
    name: "unprocessable-content",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    title: "Unprocessable Content",
    about: "The body is valid JSON, but not the object that the server expects. A document has the strings title and \
            content, and may have a parent and an id. The server refuses unknown members by name; it never drops them \
            silently. A title has at most 1,024 bytes; for a longer one, `budget` is title-bytes and `limit` is that \
            maximum.",
};

pub(crate) static PRECONDITION_REQUIRED: ProblemType = ProblemType {
    name: "precondition-required",
    status: StatusCode::PRECONDITION_REQUIRED,
    title: "Precondition Required",
    about: "The write does not name the version that it replaces, so it could overwrite a change that its writer has \
            never seen (RFC 6585 section 3). Read the document, then send the write again with If-Match and the value \
            of the field ETag. To create a document, send If-None-Match: *. If-Match: * and If-None-Match with a tag \
            are conditions, but they name no version. Nor does If-Unmodified-Since with a date in the future \
            (date_in_future): no client can have read anything at that time. With PostgreSQL, the clock of the \
            database tells, for all servers. currentEtag is for information only: to repeat the write with it, \
            without reading, is the lost update again, one round trip later.",
};

pub(crate) static TOO_MANY_REQUESTS: ProblemType = ProblemType {
    name: "too-many-requests",
    status: StatusCode::TOO_MANY_REQUESTS,
    title: "Too Many Requests",
    about: "You, or the address that you connect from, have used up your share of a resource of this server (RFC 6585 \
            section 4). `budget` is its name and `limit` its size. Nothing was done. The same request is safe to send \
            again; if Retry-After is present, wait for that many seconds first.",
};

pub(crate) static REQUEST_HEADER_FIELDS_TOO_LARGE: ProblemType = ProblemType {
    name: "request-header-fields-too-large",
    status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    title: "Request Header Fields Too Large",
    about: "The request's header section, with its first line, has more than 32 KiB or more than 100 field lines (RFC \
            6585 section 5). Nothing was done. Omit the fields that this server does not need.",
};

pub(crate) static INTERNAL_ERROR: ProblemType = ProblemType {
    name: "internal-error",
    status: StatusCode::INTERNAL_SERVER_ERROR,
    title: "Internal Error",
    about: "The server has a fault, and your request is not the cause. A write may or may not have been applied: read \
            the document before you repeat it. The same write with the same tag is safe to send again.",
};

pub(crate) static NOT_IMPLEMENTED: ProblemType = ProblemType {
    name: "not-implemented",
    status: StatusCode::NOT_IMPLEMENTED,
    title: "Not Implemented",
    about: "The request's body has a transfer coding that this server does not support (RFC 9112 section 6.1): it \
            supports chunked, once and alone. Nothing was done. Send the body with Content-Length instead.",
};

pub(crate) static STORE_UNAVAILABLE: ProblemType = ProblemType {
    name: "store-unavailable",
    status: StatusCode::SERVICE_UNAVAILABLE,
    title: "Store Unavailable",
    about: "The store cannot carry out the request now: its disk is full (disk_full), its file was removed or replaced \
            (store_replaced), or its database does not respond (store_failed). The server never acknowledges a write \
            that fails like this. The same write with the same tag is safe to send again later.",
};

pub(crate) static BUDGET_EXHAUSTED: ProblemType = ProblemType {
    name: "budget-exhausted",
    status: StatusCode::SERVICE_UNAVAILABLE,
    title: "Budget Exhausted",
    about: "All clients together have used up a resource of this server. `budget` is its name and `limit` its size. \
            Nothing was done. The same request is safe to send again; if Retry-After is present, wait for that many \
            seconds first.",
};

pub(crate) static SERVER_STOPPING: ProblemType = ProblemType {
    name: "server-stopping",
    status: StatusCode::SERVICE_UNAVAILABLE,
    title: "Server Stopping",
    about: "The server is stopping, and it had not judged the request yet. Nothing was done. When the server is back, \
            the same write with the same tag is safe to send again.",
};

pub(crate) static NOT_GUARDABLE: ProblemType = ProblemType {
    name: "not-guardable",
    status: StatusCode::NOT_IMPLEMENTED,
    title: "Not Guardable",
    about: "Only a proxy with --guard sends this. It judges a write by the current representation, which it reads from \
            the server behind it, and here there is none that it could compare. Two reads differ although nothing was \
            written between them, for instance because the response has the time in it (differs_with_every_read). Or a \
            GET gets another status than 200 (not_readable), a response without an end (endless), or one that is too \
            long to be compared and has no strong ETag (too_long). The write was not sent to the server. A server \
            that evaluates preconditions itself has none of these limits.",
};

pub(crate) static BAD_GATEWAY: ProblemType = ProblemType {
    name: "bad-gateway",
    status: StatusCode::BAD_GATEWAY,
    title: "Bad Gateway",
    about: "Only a proxy sends this: it could not reach the server behind it, or that server's response was not HTTP, \
            or broke off before its header section was complete. The detail says which. If the request was a write, the \
            server may have carried it out all the same: read before you write again.",
};

pub(crate) static GATEWAY_TIMEOUT: ProblemType = ProblemType {
    name: "gateway-timeout",
    status: StatusCode::GATEWAY_TIMEOUT,
    title: "Gateway Timeout",
    about: "Only a proxy sends this: the server behind it did not answer in time. If the request was a write, the \
            server may still carry it out: read before you write again.",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The contract refers to types of problem by name; the names must exist here.
    #[test]
    fn each_reason_belongs_to_known_problem_types() {
        for reason in Reason::ALL {
            for problem_type in reason.problem_types() {
                let kind = ALL_TYPES.into_iter().find(|kind| kind.name == problem_type.name);
                assert_eq!(kind.map(|kind| kind.status.as_u16()), Some(problem_type.status), "{reason}");
            }
        }
    }
}

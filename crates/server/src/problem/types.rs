//! The kinds of problems that there are: one for each thing that a client would do differently.

use axum::http::StatusCode;
use contract::Reason;

/// A kind of problem.
#[derive(Debug)]
pub(crate) struct ProblemType {
    /// The last part of its `type`; with underscores, the word in `error`.
    pub(crate) name: &'static str,
    pub(crate) status: StatusCode,
    /// It is the same each time (RFC 9457 section 3.1.4).
    pub(crate) title: &'static str,
    /// The page about it.
    pub(crate) about: &'static str,
}

impl ProblemType {
    /// Returns the path of its explanation: the `type` of the problem.
    pub(crate) fn page(&self) -> String {
        format!("/problems/{}", self.name)
    }

    /// Returns the word in `error`.
    pub(crate) fn word(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Returns the reasons that the contract has for it, which may be none.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(|reason| self.has(reason))
    }

    pub(crate) fn has(&self, reason: &Reason) -> bool {
        reason.problem_types().any(|problem_type| problem_type.name == self.name)
    }
}

/// All of them, by status.
pub(crate) const ALL_TYPES: [&ProblemType; 24] = [
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
    &STORE_UNAVAILABLE,
    &BUDGET_EXHAUSTED,
    &SERVER_STOPPING,
];

pub(crate) static INVALID_REQUEST: ProblemType = ProblemType {
    name: "invalid-request",
    status: StatusCode::BAD_REQUEST,
    title: "Invalid Request",
    about: "Something about the request itself is wrong: a field, or a member of the query. The detail names it, and \
            says what is expected there. The same request will be refused again, so change it first.",
};

pub(crate) static MALFORMED_BODY: ProblemType = ProblemType {
    name: "malformed-body",
    status: StatusCode::BAD_REQUEST,
    title: "Malformed Body",
    about: "The body is no JSON, so nobody can tell what it says. The detail names the line and the column where it \
            breaks. JSON that is well-formed and no document is another problem, see unprocessable-content.",
};

pub(crate) static MALFORMED_PRECONDITION: ProblemType = ProblemType {
    name: "malformed-precondition",
    status: StatusCode::BAD_REQUEST,
    title: "Malformed Precondition",
    about: "If-Match or If-None-Match came with a value that is no list of entity tags and no asterisk. A condition \
            that cannot be read is never taken for one that was not sent, and never for one that is true: that would \
            turn a typing mistake into a lost update. Send the tag as you got it, quotes included; RFC 9110 section \
            8.8.3 has the form, and `position` is the first byte that does not fit it, counted from 0.",
};

pub(crate) static UNAUTHORIZED: ProblemType = ProblemType {
    name: "unauthorized",
    status: StatusCode::UNAUTHORIZED,
    title: "Unauthorized",
    about: "This server does not know who you are. It lets in whoever shows one of its tokens (RFC 6750): send \
            Authorization: Bearer and the token with every request. There was none (no_credentials), it came in another \
            scheme, such as Basic (unsupported_scheme), or nobody holds it (invalid_token). Whoever runs the server gives \
            tokens out. Nothing was done.",
};

pub(crate) static FORBIDDEN: ProblemType = ProblemType {
    name: "forbidden",
    status: StatusCode::FORBIDDEN,
    title: "Forbidden",
    about: "The server knows who you are, and this is not yours to do. What is under /control leads the session and wants \
            the token of an admin (insufficient_scope). Or Ifmatch-Author names somebody else than the one whose token \
            this is (other_name): where people have tokens, nobody writes under another's name. Or it is a web page that \
            asks, of an origin that the server was not told of with --cors-origin (foreign_origin). The same request will \
            be refused again. Nothing was done.",
};

pub(crate) static NOT_FOUND: ProblemType = ProblemType {
    name: "not-found",
    status: StatusCode::NOT_FOUND,
    title: "Not Found",
    about: "There is nothing here, and as far as this server knows there never was. A document that was deleted is \
            another matter: that is a 410, see gone.",
};

pub(crate) static METHOD_NOT_ALLOWED: ProblemType = ProblemType {
    name: "method-not-allowed",
    status: StatusCode::METHOD_NOT_ALLOWED,
    title: "Method Not Allowed",
    about: "This can be done elsewhere, but not here. The field Allow lists what can be done here.",
};

pub(crate) static REQUEST_TIMEOUT: ProblemType = ProblemType {
    name: "request-timeout",
    status: StatusCode::REQUEST_TIMEOUT,
    title: "Request Timeout",
    about: "The request did not come whole in time, so it was not done: its body has 30 seconds (`send-time`) from \
            when the server waits for it, less what its head took; and a head has 30 seconds from its first byte. The \
            time that a request spends at the gate, or waiting for a 100 (Continue), is the server's own and does not \
            count. The same request is safe to send again.",
};

pub(crate) static CONFLICT: ProblemType = ProblemType {
    name: "conflict",
    status: StatusCode::CONFLICT,
    title: "Conflict",
    about: "The conditions of the request hold, and other documents stand in the way: there is one with that id \
            already (already_exists), others belong under the one that should go (has_children), the parent does not \
            exist (parent_not_found), the document would come to stand under itself (circle), or it would be nested \
            more than 100 levels deep (too_deep). This is not the answer to a stale tag: that is a 412, see \
            precondition-failed.",
};

pub(crate) static GONE: ProblemType = ProblemType {
    name: "gone",
    status: StatusCode::GONE,
    title: "Gone",
    about: "The document was deleted. `deleted` says by whom and when. Its versions can still be read, under \
            /versions. To have it again, create it with If-None-Match: *; it goes on counting its versions, so that no \
            tag ever comes back. If `reason` is text_removed, the request was for an old version, and the document may \
            be there: the server keeps the texts of the newest versions only, and of the older ones who wrote them, \
            when, their tags and hashes.",
};

pub(crate) static PRECONDITION_FAILED: ProblemType = ProblemType {
    name: "precondition-failed",
    status: StatusCode::PRECONDITION_FAILED,
    title: "Precondition Failed",
    about: "A condition of the request is false, so nothing was done (RFC 9110 section 15.5.13). For a write with \
            If-Match this mostly means that somebody else has saved since you read the document: without the condition, \
            their text would now be lost. Read the document again, merge your text with it, and write with the tag \
            that you have just read. Do not repeat the write with the new tag alone: you would overwrite a version \
            that you have not read. `evaluation` shows each condition as it was compared, and `reason` says what made it false.",
};

pub(crate) static CONTENT_TOO_LARGE: ProblemType = ProblemType {
    name: "content-too-large",
    status: StatusCode::PAYLOAD_TOO_LARGE,
    title: "Content Too Large",
    about: "The body, or the document in it, has more bytes than this server takes. `limit` is the most that it \
            would have taken. Split the document.",
};

pub(crate) static URI_TOO_LONG: ProblemType = ProblemType {
    name: "uri-too-long",
    status: StatusCode::URI_TOO_LONG,
    title: "URI Too Long",
    about: "The address in the first line of the request is longer than this server reads. Nothing here has such an \
            address. Nothing was done.",
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
    about: "The request is meant for a host that this server does not know to be itself. It answers to all its addresses, \
            to localhost, and to the names that it was started with (--host-name). A web page could have a name of its own \
            point to this machine, and reach by it what only this machine should reach; so other names are refused, before \
            anything else is looked at. Use the address in place of the name, or have the name added. Nothing was done.",
};

pub(crate) static UNPROCESSABLE_CONTENT: ProblemType = ProblemType {
    name: "unprocessable-content",
    status: StatusCode::UNPROCESSABLE_ENTITY,
    title: "Unprocessable Content",
    about: "The body is JSON, and not what is wanted here. A document has a title and a content, both texts, and may \
            have a parent, an id. A member that is not known is refused by name, and not dropped in silence. A title \
            has at most 1,024 bytes; of a longer one, `budget` is title-bytes and `limit` the most.",
};

pub(crate) static PRECONDITION_REQUIRED: ProblemType = ProblemType {
    name: "precondition-required",
    status: StatusCode::PRECONDITION_REQUIRED,
    title: "Precondition Required",
    about: "The write does not name the version that it replaces, so it could overwrite a change that its writer has never \
            seen (RFC 6585 section 3). Read the document, and send the write again with If-Match and the value of the \
            field ETag. To create a document, send If-None-Match: *. If-Match: * and If-None-Match with a tag are \
            conditions, but they name no version: they hold for whatever is there. Nor does If-Unmodified-Since with a \
            time that is later than this server's clock (date_in_future): nobody has read anything at that time. \
            currentEtag is information, no invitation: to repeat the write with it, without reading, is the lost update \
            again, one round trip later.",
};

pub(crate) static TOO_MANY_REQUESTS: ProblemType = ProblemType {
    name: "too-many-requests",
    status: StatusCode::TOO_MANY_REQUESTS,
    title: "Too Many Requests",
    about: "You, or the address that you connect from, have used up a share of this server (RFC 6585 section 4). \
            `budget` is its name and `limit` its size. Nothing was done. The same request is safe to send again; if \
            Retry-After is there, wait for so many seconds first.",
};

pub(crate) static REQUEST_HEADER_FIELDS_TOO_LARGE: ProblemType = ProblemType {
    name: "request-header-fields-too-large",
    status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    title: "Request Header Fields Too Large",
    about: "The head of the request, which is its first line and its fields, has more bytes or more lines than this server \
            reads (RFC 6585 section 5): 32 KiB, and 100 lines. Nothing was done. Leave out what is not needed here.",
};

pub(crate) static INTERNAL_ERROR: ProblemType = ProblemType {
    name: "internal-error",
    status: StatusCode::INTERNAL_SERVER_ERROR,
    title: "Internal Error",
    about: "Something in the server is broken, and it is not your request. Whether a write was done is not known: read \
            the document before you repeat it. The same write with the same tag is safe to send again.",
};

pub(crate) static NOT_IMPLEMENTED: ProblemType = ProblemType {
    name: "not-implemented",
    status: StatusCode::NOT_IMPLEMENTED,
    title: "Not Implemented",
    about: "The body of the request has a transfer coding that this server does not know (RFC 9112 section 6.1): of these \
            it understands chunked, once and alone. Nothing was done. Send the body with Content-Length instead.",
};

pub(crate) static STORE_UNAVAILABLE: ProblemType = ProblemType {
    name: "store-unavailable",
    status: StatusCode::SERVICE_UNAVAILABLE,
    title: "Store Unavailable",
    about: "The store cannot do it now: its disk is full (disk_full), its file was removed or replaced \
            (store_replaced), or its database does not answer (store_failed). A write that meets this is not \
            acknowledged. The same write with the same tag is safe to send again later.",
};

pub(crate) static BUDGET_EXHAUSTED: ProblemType = ProblemType {
    name: "budget-exhausted",
    status: StatusCode::SERVICE_UNAVAILABLE,
    title: "Budget Exhausted",
    about: "All clients together use up something that this server has only so much of. `budget` is its name and \
            `limit` its size. Nothing was done. The same request is safe to send again; if Retry-After is there, wait \
            for so many seconds first.",
};

pub(crate) static SERVER_STOPPING: ProblemType = ProblemType {
    name: "server-stopping",
    status: StatusCode::SERVICE_UNAVAILABLE,
    title: "Server Stopping",
    about: "The server ends, and the request had not been judged yet. Nothing was done. The same write with the same tag \
            is safe to send again when the server is back.",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The contract names the types of problem that have reasons, and these are they.
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

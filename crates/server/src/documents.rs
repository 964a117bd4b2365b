//! Documents, one verb a file.
//!
//! All the writes have the same shape, and it is worth reading in one of them, say [`put`]: what the fields declare,
//! a first judgement for a client that waits for one, the body, and then the store, with the conditions and the change
//! in one hand. The first judgement is a courtesy. Only the store's counts.

pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod post;
pub(crate) mod put;
pub(crate) mod versions;

use contract::DocumentId;
use precondition::{Incoming, Method, Verdict};

use crate::answer;
use crate::app::Shared;
use crate::asked::Asked;
use crate::refusal::Refusal;

/// Judges before the body has come, for a client that waits for a 100 (Continue): a refusal that needs no body is sent
/// instead of it (RFC 9110 section 10.1.1).
async fn fast_path(app: &Shared, asked: &Asked, id: &DocumentId, method: Method) -> Result<(), Refusal> {
    if asked.expects_continue() { refuse_now(app, asked, id, method, Incoming::Unread).await } else { Ok(()) }
}

/// The body is wrong. But a condition that is false, or missing, is said first: it was not the body that decided.
async fn conditions_first(app: &Shared, asked: &Asked, id: &DocumentId, method: Method, body: Refusal) -> Refusal {
    refuse_now(app, asked, id, method, Incoming::Read).await.err().unwrap_or(body)
}

async fn refuse_now(
    app: &Shared,
    asked: &Asked,
    id: &DocumentId,
    method: Method,
    incoming: Incoming,
) -> Result<(), Refusal> {
    let judged = app.store.judge(asked.question(id, method, incoming)).await?;
    match judged.judgement.verdict {
        Verdict::Proceed | Verdict::AlreadyApplied | Verdict::Undecided => Ok(()),
        _ => Err(answer::refused(app, asked, judged.judgement, &judged.found)),
    }
}

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
use precondition::{Method, Verdict};
use store::Shown;

use crate::answer;
use crate::app::Shared;
use crate::asked::Asked;
use crate::layers::record::Judged;
use crate::refusal::{Refusal, kinds, words};

/// Judges before the body has come, for a client that waits for a 100 (Continue): a refusal is sent instead of it (RFC
/// 9110 section 10.1.1).
///
/// It judges as if the body could prove nothing. A stale PUT might be one that was applied already, and its body would
/// tell; but then each stale PUT would have to be sent whole to be refused, and not to send it is what its client waits
/// for. A client that wants to be recognised when it repeats a write sends it without Expect.
async fn fast_path(app: &Shared, asked: &Asked, id: &DocumentId, method: Method) -> Result<(), Refusal> {
    if asked.expects_continue() { refuse_now(app, asked, id, method).await } else { Ok(()) }
}

/// The body is wrong. But a condition that is false, or missing, is said first: it was not the body that decided.
async fn conditions_first(app: &Shared, asked: &Asked, id: &DocumentId, method: Method, body: Refusal) -> Refusal {
    refuse_now(app, asked, id, method).await.err().unwrap_or(body)
}

async fn refuse_now(app: &Shared, asked: &Asked, id: &DocumentId, method: Method) -> Result<(), Refusal> {
    let mut said = app.store.judge(asked.question(id, method)).await?;
    if said.judgement.verdict == Verdict::Proceed {
        return Ok(());
    }
    let judged = Judged::now(app, &mut said.judgement);
    match said.shown {
        Shown::Found(found) => Err(answer::refused(app, asked, id, (judged, said.judgement), &found, None)),
        // That is what reads are told.
        Shown::Tag(_) => Err(Refusal::new(&kinds::INTERNAL_ERROR, words::internal())),
    }
}

//! Checks of writes: methods, conditions, refusals, bodies.

use client::RawResponse;
use contract::{Document, fields};
use precondition::policy::Preconditions;

use super::changes;
use crate::check::{Judged, PathCheck};
use crate::evidence::{Evidence, check_not_coded, described, has_media_type, has_tag, is_own_refusal, problem_of};
use crate::judgement::PathJudgement;
use crate::step::ExamStep;

/// Returns whether a response is the server's own: a success, or one of its refusals.
fn is_own(response: &RawResponse) -> bool {
    response.status < 300 || is_own_refusal(response)
}

pub(super) static METHODS: PathCheck = PathCheck {
    name: "methods",
    asks: "Do PUT, PATCH, POST and DELETE reach the server?",
    consequence: "Without PUT, nothing can be saved; without DELETE, nothing deleted; without POST, no one can join.",
    advice: "Allow GET, HEAD, OPTIONS, POST, PUT, PATCH and DELETE for /api/.",
    changes: changes::METHODS,
    judge: |evidence| {
        let steps = [
            ("PUT", ExamStep::Create),
            ("PATCH", ExamStep::Patch),
            ("POST", ExamStep::Post),
            ("DELETE", ExamStep::Delete),
        ];
        let mut refused = Vec::new();
        for (method, step) in steps {
            match evidence.exchanges.get(&step) {
                Some(Ok(response)) if !is_own(response) => refused.push(format!("{method}: {}", described(response))),
                Some(Err(lost)) => refused.push(format!("{method}: no response ({lost})")),
                _ => {}
            }
        }
        if !refused.is_empty() {
            return Ok(PathJudgement::broken(format!("refused on the way: {}", refused.join("; "))));
        }
        evidence.response(ExamStep::Create)?;
        evidence.response(ExamStep::Delete)?;
        Ok(PathJudgement::fine("PUT, PATCH, POST and DELETE reach the server"))
    },
};

pub(super) static IF_MATCH: PathCheck = PathCheck {
    name: "if-match",
    asks: "Does the If-Match of a save reach the server, so that a stale save is refused?",
    consequence: "Updates are lost, or nothing can be saved: the server does not learn which version a save replaces.",
    advice: "Let If-Match pass. Until then, do not use this address for writing.",
    changes: changes::CONDITIONS,
    judge: if_match,
};

fn if_match(evidence: &Evidence) -> Judged {
    let update = evidence.response(ExamStep::Update)?;
    let removed = |response| format!("If-Match was removed: a save with it was answered with {}", described(response));
    match update.status {
        428 => return Ok(PathJudgement::broken(removed(update))),
        412 => {
            let found = format!("a save with the current tag was answered with {}", described(update));
            return Ok(PathJudgement::broken(found));
        }
        200 | 204 => {}
        _ => return Err(PathJudgement::not_asked(format!("a save was answered with {}", described(update)))),
    }
    let stale = evidence.response(ExamStep::StaleWrite)?;
    if evidence.policy.is_some_and(|policy| policy.preconditions == Preconditions::Ignored) {
        return Err(PathJudgement::not_asked("the server's policy is to ignore the conditions of writes"));
    }
    if evidence.tag_before(ExamStep::Update) == evidence.tag_before(ExamStep::StaleWrite) {
        return Err(PathJudgement::not_asked("the server gave two versions one tag, which is one of its own mistakes"));
    }
    Ok(match stale.status {
        412 => PathJudgement::fine("a current save succeeds, and a stale one is refused"),
        428 => PathJudgement::broken(removed(stale)),
        200 | 204 => PathJudgement::broken("a stale save succeeded, and overwrote a newer version"),
        _ => PathJudgement::broken(format!("a stale save was answered with {} instead of 412", described(stale))),
    })
}

pub(super) static REFUSALS: PathCheck = PathCheck {
    name: "refusals",
    asks: "Do 412 and 428 arrive as the server sends them, with their reasons and the current tag?",
    consequence: "An editor cannot say who saved meanwhile and what to do, and a program cannot tell the \
                  reasons apart.",
    advice: "Pass the responses of the server through, whatever their status.",
    changes: changes::REFUSALS,
    judge: |evidence| {
        let stale = evidence.response(ExamStep::StaleWrite)?;
        let unguarded = evidence.response(ExamStep::UnguardedWrite)?;
        let current = evidence.tag_before(ExamStep::StaleWrite);
        for (expected, response) in [(412, stale), (428, unguarded)] {
            if response.status < 300 {
                // The check of If-Match, or the policy, is about a write that succeeds.
                continue;
            }
            if response.status != expected && problem_of(response).is_none() {
                let found = format!("a {expected} arrives as {}", described(response));
                return Ok(PathJudgement::broken(found));
            }
            if !is_own_refusal(response) {
                let kind = response.field("Content-Type").unwrap_or("no type");
                return Ok(PathJudgement::weak(format!("a {expected} arrives with another body ({kind})")));
            }
        }
        // If all tags are changed, another check reports that.
        let first = evidence.tag_before(ExamStep::Update);
        let are_tags_kept =
            first.is_some_and(|first| evidence.response(ExamStep::Read).is_ok_and(|read| has_tag(read, first)));
        if stale.status == 412 && are_tags_kept && current.is_some_and(|current| !has_tag(stale, current)) {
            let tag = stale.field("ETag").map_or("no tag".to_owned(), |tag| format!("the tag {tag}"));
            return Ok(PathJudgement::weak(format!("a 412 arrives with {tag}")));
        }
        Ok(PathJudgement::fine("412 and 428 arrive with their reasons"))
    },
};

pub(super) static CURRENT: PathCheck = PathCheck {
    name: "current-document",
    asks: "Does a 412 bring the current document, if the client asks for it with Prefer?",
    consequence: "An editor needs another request before it can merge.",
    advice: "Let Prefer pass, and the body of the 412.",
    changes: changes::PREFER,
    judge: |evidence| {
        let stale = evidence.response(ExamStep::StaleWritePreferring)?;
        if stale.status != 412 {
            return Err(PathJudgement::not_asked(format!("a stale save was answered with {}", described(stale))));
        }
        check_not_coded(stale)?;
        let is_document = serde_json::from_slice::<Document>(&stale.body).is_ok();
        Ok(if has_media_type(stale, fields::JSON) && is_document {
            PathJudgement::fine("a 412 brings the current document")
        } else {
            PathJudgement::weak("a 412 does not bring the current document")
        })
    },
};

pub(super) static LENGTH: PathCheck = PathCheck {
    name: "length",
    asks: "Does a save of 2 MB reach the server? A document of 1 MiB may take as much in JSON.",
    consequence: "Long documents cannot be saved.",
    advice: "Raise the limit for the bodies of requests to 8 MB.",
    changes: changes::LENGTH,
    judge: |evidence| {
        let long = match evidence.exchanges.get(&ExamStep::LongWrite) {
            Some(Err(lost)) => {
                return Ok(PathJudgement::weak(format!("a save of 2 MB gets no response: {lost}")));
            }
            _ => evidence.response(ExamStep::LongWrite)?,
        };
        Ok(match problem_of(long) {
            Some(problem) if long.status == 413 => match problem.limit {
                Some(limit) => PathJudgement::fine(format!("the server's own limit decides, {limit} bytes of text")),
                None => PathJudgement::fine("the server's own limit decides"),
            },
            Some(_) => PathJudgement::fine("a save of 2 MB reaches the server"),
            // A refusal of its condition, whatever its body: another check is about that.
            None if is_own(long) || [412, 428].contains(&long.status) => {
                PathJudgement::fine("a save of 2 MB reaches the server")
            }
            None => PathJudgement::weak(format!("a save of 2 MB is refused on the way with {}", described(long))),
        })
    },
};

pub(super) static EXPECT: PathCheck = PathCheck {
    name: "expect",
    asks: "Can the server refuse a save before its body is sent (Expect: 100-continue)?",
    consequence: "The body of a save that is refused is sent in vain.",
    advice: "Nothing needs to be changed: most proxies read the whole body first.",
    changes: &[],
    judge: |evidence| {
        evidence.response(ExamStep::StaleWriteExpecting)?;
        Ok(match evidence.is_body_awaited {
            Some(false) => PathJudgement::fine("the server can refuse a save before it gets the body"),
            _ => PathJudgement::note("a proxy asks for the body of a save before the server has judged it"),
        })
    },
};

//! Checks of reads: tags, texts, fields, caches, conditions.

use client::RawResponse;
use contract::{Document, fields};
use traffic::intermediary::{Transformation, tag_transformation};

use super::changes;
use crate::check::{Judged, PathCheck};
use crate::evidence::{
    Evidence, check_not_coded, coding_of, described, has_tag, has_tag_in_other_form, is_own_refusal,
};
use crate::judgement::PathJudgement;
use crate::received_tag::received_tag;
use crate::scratch_text::{FIRST_WORD, scratch_document};
use crate::step::ExamStep;

/// Returns a successful response of a step.
fn read(evidence: &Evidence, step: ExamStep) -> Result<&RawResponse, PathJudgement> {
    let response = evidence.response(step)?;
    if response.status == 200 {
        return Ok(response);
    }
    Err(PathJudgement::broken(format!("a read was answered with {}", described(response))))
}

/// Returns what was done to the tag of a response, as a clause; `None` if nothing was.
fn tag_change(response: &RawResponse) -> Option<String> {
    let Some(tag) = received_tag(response) else {
        return Some(match response.field("ETag") {
            Some(other) => format!("the tag arrives as {other}, which is not a valid tag"),
            None => "no tag arrives".to_owned(),
        });
    };
    tag_transformation(&tag).map(|change| match change {
        Transformation::Marked(tag, coding) => format!("the tag arrives with a suffix ({coding}): {tag}"),
        _ => format!("the tag arrives weak: {tag}"),
    })
}

pub(super) static TAG: PathCheck = PathCheck {
    name: "tag",
    asks: "Does the tag arrive as the server issued it, if the client accepts no compression, as editors do?",
    consequence: "No save can succeed: If-Match never matches a tag that the server did not issue, so each merge ends \
                  in another 412.",
    advice: "Switch off compression, and everything else that changes bodies, for /api/.",
    changes: changes::CODING,
    judge: |evidence| {
        let response = read(evidence, ExamStep::Read)?;
        if let Some(change) = tag_change(response) {
            return Ok(PathJudgement::broken(change));
        }
        if let Some(coding) = coding_of(response) {
            let found = format!("the text arrives compressed ({coding}), although identity was asked for");
            return Ok(PathJudgement::broken(found));
        }
        let issued = evidence.tag_before(ExamStep::Update);
        Ok(match (issued, received_tag(response)) {
            (Some(issued), Some(tag)) if tag != *issued => {
                PathJudgement::broken(format!("a read brings {tag}, but the server issued {issued}"))
            }
            _ => PathJudgement::fine("the tag arrives strong and unchanged"),
        })
    },
};

pub(super) static CODED_TAG: PathCheck = PathCheck {
    name: "compression",
    asks: "Does the tag arrive as the server issued it, if the client accepts gzip, as browsers and most libraries do?",
    consequence: "Editors ask for no compression and can save. Clients that accept gzip get a tag that the server \
                  never issued, so their saves end in a 412; if the tag is unchanged, two different bodies have one \
                  strong tag.",
    advice: "Switch off compression for /api/. The server's 'Cache-Control: no-transform' forbids it.",
    changes: changes::CODING,
    judge: |evidence| {
        let response = read(evidence, ExamStep::ReadCoded)?;
        let coded = coding_of(response).map(|coding| format!("the body arrives compressed ({coding})"));
        let whole = match (tag_change(response), coded) {
            (None, None) => return Ok(PathJudgement::fine("nothing is compressed, even if the client accepts gzip")),
            (Some(tag), Some(body)) => format!("{tag}; {body}"),
            (Some(tag), None) => tag,
            (None, Some(body)) => format!("{body} under the tag of the plain one"),
        };
        Ok(PathJudgement::weak(whole))
    },
};

pub(super) static TEXT: PathCheck = PathCheck {
    name: "text",
    asks: "Does a text arrive as it was written: line ends, tabs, markup, every character?",
    consequence: "Users see another text than the one that was saved, and save the difference as their own change.",
    advice: "Remove what rewrites bodies for /api/.",
    changes: changes::RESPONSE_FIELDS,
    judge: |evidence| {
        let response = read(evidence, ExamStep::Read)?;
        if !evidence.is_document || evidence.tag_before(ExamStep::Update).is_none() {
            return Err(PathJudgement::not_asked(evidence.why_not_asked()));
        }
        check_not_coded(response)?;
        let read: Option<Document> = serde_json::from_slice(&response.body).ok();
        Ok(if read.is_some_and(|document| document == scratch_document(FIRST_WORD)) {
            PathJudgement::fine("a text arrives as it was written, to the byte")
        } else {
            PathJudgement::broken("a text arrives changed")
        })
    },
};

pub(super) static FIELDS: PathCheck = PathCheck {
    name: "fields",
    asks: "Do the fields of a read arrive: Cache-Control, Last-Modified, Ifmatch-Author?",
    consequence: "Without no-cache, a cache may answer with an old version; without no-transform, a proxy may \
                  compress; without the others, no one sees who wrote a version, or when.",
    advice: "Let the fields of responses under /api/ pass.",
    changes: changes::RESPONSE_FIELDS,
    judge: |evidence| {
        let response = read(evidence, ExamStep::Read)?;
        let cache = response.field("Cache-Control").unwrap_or_default().to_ascii_lowercase();
        let lacks = |directive: &str| !cache.split(',').any(|part| part.trim() == directive);
        let directives = ["no-cache", "no-transform"].into_iter().filter(|directive| lacks(directive));
        let names: &[&str] = if evidence.is_document { &["Last-Modified", fields::AUTHOR] } else { &[] };
        let names = names.iter().copied().filter(|name| response.field(name).is_none());
        let missing: Vec<_> = directives.chain(names).collect();
        Ok(if missing.is_empty() {
            PathJudgement::fine("all fields arrive")
        } else {
            PathJudgement::weak(format!("missing: {}", missing.join(", ")))
        })
    },
};

pub(super) static FRESHNESS: PathCheck = PathCheck {
    name: "freshness",
    asks: "Does each read show the newest version, and not one from a cache?",
    consequence: "Users see old versions, and each save that is based on one ends in a 412.",
    advice: "Switch off the cache for documents that change. Numbered old versions never change, and may be cached.",
    changes: changes::CACHE,
    judge: freshness,
};

fn freshness(evidence: &Evidence) -> Judged {
    let created = evidence.response(ExamStep::Read)?;
    if !evidence.is_document {
        return Err(PathJudgement::not_asked(evidence.why_not_asked()));
    }
    let age_of = |response: &RawResponse| response.field("Age").and_then(|age| age.trim().parse::<u64>().ok());
    if let Some(age) = age_of(created).filter(|age| *age > 0) {
        return Ok(PathJudgement::weak(format!("a read comes from a cache (Age: {age})")));
    }
    if evidence.tag_before(ExamStep::Update).is_none() {
        return Err(PathJudgement::not_asked(evidence.why_not_asked()));
    }
    if created.status == 404 {
        return Ok(PathJudgement::broken("a document that was just created is still answered with 404"));
    }
    let updated = read(evidence, ExamStep::ReadUpdated)?;
    let issued = evidence.tag_before(ExamStep::StaleWrite);
    if issued.is_some_and(|issued| !has_tag_in_other_form(updated, issued)) && received_tag(updated).is_some() {
        let tag = received_tag(updated).map(|tag| tag.to_string()).unwrap_or_default();
        return Ok(PathJudgement::broken(format!("after a save, a read still brings {tag}")));
    }
    let is_deleted = evidence.response(ExamStep::Delete).is_ok_and(|delete| delete.status == 204);
    if let Ok(deleted) = evidence.response(ExamStep::ReadDeleted)
        && is_deleted
        && deleted.status == 200
    {
        return Ok(PathJudgement::broken("a deleted document is still there"));
    }
    Ok(PathJudgement::fine("each read shows the newest version"))
}

pub(super) static IF_NONE_MATCH: PathCheck = PathCheck {
    name: "if-none-match",
    asks: "Is a read with If-None-Match and the current tag answered with 304?",
    consequence: "Each refresh transfers the whole text again.",
    advice: "Let If-None-Match pass, and switch off compression for /api/.",
    changes: changes::CONDITIONS,
    judge: |evidence| {
        let response = evidence.response(ExamStep::Revalidate)?;
        let read = evidence.response(ExamStep::Read)?;
        let is_replaced = evidence.tag_before(ExamStep::Update).is_some_and(|issued| !has_tag(read, issued));
        if response.status == 200 && (is_replaced || tag_change(read).is_some()) {
            return Err(PathJudgement::not_asked("the tag that arrives is not the server's own"));
        }
        Ok(match response.status {
            304 => PathJudgement::fine("a read of an unchanged version is a 304"),
            200 => PathJudgement::weak("a read of an unchanged version is a 200, not a 304"),
            _ => PathJudgement::weak(format!("a read with If-None-Match was answered with {}", described(response))),
        })
    },
};

pub(super) static IF_MATCH: PathCheck = PathCheck {
    name: "if-match-reads",
    asks: "Does the If-Match of a read reach the server?",
    consequence: "A client that reads one version only gets another, and is not told.",
    advice: "Let If-Match of reads pass, or answer such reads without a cache.",
    changes: changes::CONDITIONS,
    judge: |evidence| {
        let response = evidence.response(ExamStep::ReadIfMatch)?;
        Ok(match response.status {
            412 if is_own_refusal(response) => PathJudgement::fine("the If-Match of a read reaches the server"),
            412 => PathJudgement::weak("the 412 of a read is not the server's own"),
            status @ (200 | 304) => {
                PathJudgement::weak(format!("the If-Match of a read was removed: {status} instead of 412"))
            }
            _ => PathJudgement::weak(format!("a read with If-Match was answered with {}", described(response))),
        })
    },
};

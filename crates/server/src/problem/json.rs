//! The body of a refusal, written in one pass.
//!
//! Most of the body is known beforehand: the texts of the type of problem, and `message`, which repeats `detail`. So
//! the body is written by hand, with the members of [`Problem`] in their order. The sentences are in
//! [`details`](super::details).

use contract::json::push_string;
use contract::{Author, Problem};
use precondition::Evaluation;
use serde::Serialize;

use super::types::ProblemType;

/// About how many bytes a problem has besides its detail, which it contains twice, and its evaluation.
///
/// It is more than most have, since a buffer that is too small is copied.
const USUAL_BYTES: usize = 512;

/// About how many bytes an evaluated condition has besides its value and the current tag.
const USUAL_EVALUATION_BYTES: usize = 192;

/// The references of a problem to the server.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Links<'a> {
    /// The path below which the server's own resources are; empty except behind a gateway.
    pub(crate) base: &'static str,
    /// The path of the request, if it is known.
    pub(crate) instance: Option<&'a str>,
}

/// Returns a problem as JSON.
///
/// These members of `problem` are not used: `type`, `title`, `status` and `error`, which `kind` determines; `message`,
/// which is equal to `detail`; and `instance` and `evaluation`, which are arguments.
pub(super) fn write(
    kind: &ProblemType,
    problem: &Problem,
    evaluation: &[Evaluation],
    Links { base, instance }: Links<'_>,
) -> Vec<u8> {
    let Problem {
        kind: _,
        title: _,
        status: _,
        error: _,
        reason,
        detail,
        message: _,
        instance: _,
        field,
        position,
        your_etag,
        current_etag,
        current_author,
        behind,
        applied_etag,
        evaluation: _,
        deleted,
        children,
        child_count,
        free,
        limit,
        budget,
    } = problem;
    let evaluated: usize = evaluation.iter().map(|condition| 2 * condition.sent.len() + USUAL_EVALUATION_BYTES).sum();
    let mut json = ProblemJson(Vec::with_capacity(2 * detail.len() + evaluated + USUAL_BYTES));
    json.0.extend_from_slice(b"{\"type\":\"");
    json.0.extend_from_slice(base.as_bytes());
    json.0.extend_from_slice(b"/problems/");
    json.0.extend_from_slice(kind.name.as_bytes());
    json.0.push(b'"');
    json.text("title", kind.title);
    json.value("status", &kind.status.as_u16());
    json.name("error");
    json.0.push(b'"');
    json.0.extend(kind.name.bytes().map(|byte| if byte == b'-' { b'_' } else { byte }));
    json.0.push(b'"');
    json.optional("reason", reason.as_ref());
    json.name("detail");
    let begin = json.0.len();
    push_string(&mut json.0, detail);
    let end = json.0.len();
    json.name("message");
    json.0.extend_from_within(begin..end);
    if let Some(path) = instance {
        json.text("instance", path);
    }
    json.optional_text("field", field.as_deref());
    json.optional("position", position.as_ref());
    json.optional_text("yourEtag", your_etag.as_deref());
    json.optional("currentEtag", current_etag.as_ref());
    json.optional_text("currentAuthor", current_author.as_ref().map(Author::as_str));
    json.optional("behind", behind.as_ref());
    json.optional("appliedEtag", applied_etag.as_ref());
    json.evaluation(evaluation);
    json.optional("deleted", deleted.as_ref());
    json.optional("children", Some(children).filter(|children| !children.is_empty()));
    json.optional("childCount", child_count.as_ref());
    json.optional_text("free", free.as_ref().map(Author::as_str));
    json.optional("limit", limit.as_ref());
    json.optional_text("budget", budget.as_deref());
    json.0.push(b'}');
    json.0
}

/// An object whose first member is written.
struct ProblemJson(Vec<u8>);

impl ProblemJson {
    /// Begins a member. Its name has nothing that is escaped.
    fn name(&mut self, name: &'static str) {
        self.0.extend_from_slice(b",\"");
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    fn text(&mut self, name: &'static str, text: &str) {
        self.name(name);
        push_string(&mut self.0, text);
    }

    fn value<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.name(name);
        serde_json::to_writer(&mut self.0, value).expect("our own types are always JSON, and a Vec always takes them");
    }

    fn optional_text(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// Writes the evaluated conditions, unless there are none.
    fn evaluation(&mut self, evaluation: &[Evaluation]) {
        for (place, condition) in evaluation.iter().enumerate() {
            let Evaluation { field, comparison, sent, current, holds, clause } = condition;
            if place == 0 {
                self.name("evaluation");
                self.0.push(b'[');
            } else {
                self.0.push(b',');
            }
            self.0.extend_from_slice(b"{\"field\":");
            push_string(&mut self.0, field.as_str());
            self.value("comparison", comparison);
            self.text("sent", sent);
            match current {
                Some(current) => self.text("current", current),
                None => self.value("current", &()),
            }
            self.value("holds", holds);
            self.text("clause", clause);
            self.0.push(b'}');
        }
        if !evaluation.is_empty() {
            self.0.push(b']');
        }
    }

    fn optional<T: Serialize + ?Sized>(&mut self, name: &'static str, value: Option<&T>) {
        if let Some(value) = value {
            self.value(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use contract::{Deletion, Reason, Timestamp};
    use precondition::{Comparison, Field};

    use super::super::types::ALL_TYPES;
    use super::*;

    /// The names of the members and their order are those of the contract's type.
    #[test]
    fn problem_is_written_as_its_type_says() {
        let etag = "\"v5-d4f8c2a1\"";
        let all = Problem {
            reason: Some(Reason::ALL[0].clone()),
            detail: "You have read \"v4\", and\nthe document is now \u{1f600}.".to_owned(),
            field: Some("If-Match".to_owned()),
            position: Some(7),
            your_etag: Some("\"v4\"".to_owned()),
            current_etag: Some(etag.parse().unwrap()),
            current_author: Some("Zoë Q".parse().unwrap()),
            behind: Some(3),
            applied_etag: Some(etag.parse().unwrap()),
            deleted: Some(Deletion {
                etag: etag.parse().unwrap(),
                author: "Bob".parse().unwrap(),
                at: Timestamp::from_millis(1_795_323_611_123),
            }),
            children: vec!["a".parse().unwrap(), "b".parse().unwrap()],
            child_count: Some(2),
            limit: Some(10),
            budget: Some("document-bytes".to_owned()),
            ..Problem::default()
        };
        let first = Evaluation {
            field: Field::IfMatch,
            comparison: Comparison::Strong,
            sent: "\"v4\"".to_owned(),
            current: None,
            holds: false,
            clause: "RFC 9110 13.1.1".into(),
        };
        let second = Evaluation {
            field: Field::IfNoneMatch,
            comparison: Comparison::Weak,
            current: Some(etag.to_owned()),
            holds: true,
            ..first.clone()
        };
        let evaluation = [first, second];
        for kind in ALL_TYPES {
            for (problem, evaluation, instance) in
                [(&all, &evaluation[..], Some("/api/documents/a")), (&Problem::default(), &[], None)]
            {
                let expected = Problem {
                    kind: format!("/problems/{}", kind.name),
                    title: kind.title.to_owned(),
                    status: kind.status.as_u16(),
                    error: kind.name.replace('-', "_"),
                    message: problem.detail.clone(),
                    instance: instance.map(str::to_owned),
                    evaluation: evaluation.to_vec(),
                    ..problem.clone()
                };
                let written = write(kind, problem, evaluation, Links { base: "", instance });
                assert_eq!(String::from_utf8(written).unwrap(), serde_json::to_string(&expected).unwrap());
            }
        }
    }
}

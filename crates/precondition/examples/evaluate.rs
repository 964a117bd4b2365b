//! Evaluates the preconditions of one request; prints the judgement, the status and the clauses.
//!
//! ```text
//! cargo run -p ifmatch-precondition --example evaluate -- METHOD ['FIELD: VALUE' …] [OPTION …]
//! ```
//!
//! Try these; the current version is `"v2"`:
//!
//! ```text
//! … evaluate -- PUT --current '"v2"'                                        428: no condition
//! … evaluate -- PUT 'If-Match: "v2"' --current '"v2"'                       200
//! … evaluate -- PUT 'If-Match: "v1"' --current '"v2"' --old '"v1"'          412: stale, 1 version behind
//! … evaluate -- PUT 'If-Match: "v1"' --current '"v2"' --old '"v1"' --repeat 200: this write was already applied
//! … evaluate -- PUT 'If-None-Match: *'                                      201: there is nothing to replace
//! … evaluate -- GET 'If-None-Match: W/"v2"' --current '"v2"'                304
//! ```
//!
//! Without `--help`, the program reads nothing but its command line. Its exit code is 0 for every verdict, and 2 if the
//! command line is wrong.

use std::fmt::Write as _;
use std::process::ExitCode;

use precondition::policy::Preconditions;
use precondition::{
    BodyState, Conditions, Current, EntityTag, Evaluation, History, HttpDate, JudgedRequest, Judgement, Method, Policy,
    Target, Verdict, judge,
};

const USAGE: &str = r#"usage: evaluate METHOD ['FIELD: VALUE' …] [OPTION …]

METHOD is GET, HEAD, PUT, PATCH or DELETE. 'FIELD: VALUE' is a field line, such as 'If-Match: "v1"'.

  --current TAG         the entity tag of the current version; without it, the document has never existed
  --old TAG             the tag of an old version; once for each, oldest first
  --modified DATE       the current version's Last-Modified [Sun, 22 Nov 2026 05:00:11 GMT]
  --now DATE            the server's clock [an hour after --modified]
  --shares-second       the version before the current one was written in the same second
  --deleted             the document was deleted
  --repeat              the request sends the state of the current version, by its author
  --body-unread         the body has not been read yet, as before a 100 Continue
  --policy POLICY       required, optional or ignored [required]
"#;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if arguments.iter().any(|word| word == "--help" || word == "-h") {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match report(&arguments) {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprint!("error: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// Returns the report on the request that the arguments describe, or what is wrong with them.
fn report(arguments: &[String]) -> Result<String, String> {
    let scenario = Scenario::parse(arguments)?;
    let judgement = scenario.judge();
    Ok(scenario.describe(&judgement))
}

/// A request, the document that it is for, and the policy that it is judged by.
struct Scenario {
    name: String,
    method: Method,
    conditions: Conditions,
    target: Target,
    versions: Versions,
    body: BodyState,
    now: HttpDate,
    policy: Policy,
}

/// All versions of the document, oldest first.
///
/// The request may repeat the write of the current one.
struct Versions {
    tags: Vec<EntityTag>,
    repeated: bool,
}

impl Versions {
    /// Returns the tag of the version after `parent`, if the request repeats the write that created it.
    fn repeated_on(&self, parent: &EntityTag) -> Option<&EntityTag> {
        let pair = self.tags.windows(2).last().filter(|pair| pair[0].strong_eq(parent))?;
        self.repeated.then_some(&pair[1])
    }
}

impl History for Versions {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        let index = self.tags.iter().position(|issued| issued.strong_eq(tag))?;
        u64::try_from(index + 1).ok()
    }

    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag> {
        self.repeated_on(parent).cloned()
    }

    fn author_wrote_after(&self, parent: &EntityTag) -> bool {
        self.repeated_on(parent).is_some()
    }
}

impl Scenario {
    fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut words = arguments.iter().map(String::as_str);
        let name = words.next().ok_or("METHOD is missing")?.to_ascii_uppercase();
        let method = match name.as_str() {
            "GET" | "HEAD" => Method::Read,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            other => return Err(format!("{other} is not a method that is judged")),
        };
        let mut lines = Vec::new();
        let (mut current, mut tags) = (None, Vec::new());
        let (mut modified, mut now) = (HttpDate::from_unix_seconds(1_795_323_611), None);
        let (mut shares_second, mut deleted, mut repeated, mut body) = (false, false, false, BodyState::Read);
        let mut policy = Policy::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word {
                "--current" => current = Some(tag(value()?)?),
                "--old" => tags.push(tag(value()?)?),
                "--modified" => modified = date(value()?)?,
                "--now" => now = Some(date(value()?)?),
                "--shares-second" => shares_second = true,
                "--deleted" => deleted = true,
                "--repeat" => repeated = true,
                "--body-unread" => body = BodyState::Unread,
                "--policy" => policy.preconditions = preconditions(value()?)?,
                option if option.starts_with("--") => return Err(format!("{option} is not an option")),
                line => {
                    let field = line.split_once(':');
                    lines.push(field.ok_or(format!("{line} is not a field line; a colon is missing"))?);
                }
            }
        }
        tags.extend(current.clone());
        let target = match current {
            _ if deleted => Target::Deleted,
            None => Target::NeverExisted,
            Some(etag) => {
                let version = u64::try_from(tags.len()).map_err(|error| error.to_string())?;
                Target::Exists(Current { etag, version, last_modified: modified, shares_second })
            }
        };
        let conditions = Conditions::from_fields(lines.iter().map(|(name, value)| (*name, value.as_bytes())));
        let now = now.unwrap_or_else(|| HttpDate::from_unix_seconds(modified.unix_seconds() + 3600));
        Ok(Self { name, method, conditions, target, versions: Versions { tags, repeated }, body, now, policy })
    }

    fn judge(&self) -> Judgement {
        let request =
            JudgedRequest { method: self.method, conditions: &self.conditions, body: self.body, now: self.now };
        judge(&request, &self.target, &self.policy, &self.versions)
    }

    /// Returns the request, each evaluated condition, and the verdict with its status, as lines of text.
    fn describe(&self, judgement: &Judgement) -> String {
        let mut text = format!("request    {}", self.name);
        for (field, value) in self.conditions.fields() {
            let _ = write!(text, "\n           {field}: {}", String::from_utf8_lossy(value));
        }
        let document = match &self.target {
            Target::NeverExisted => "has never existed".to_owned(),
            Target::Deleted => "was deleted".to_owned(),
            Target::Exists(current) => {
                format!("is at version {}, {}, of {}", current.version, current.etag, current.last_modified)
            }
        };
        let _ = writeln!(text, "\ndocument   {document}\npolicy     {}\n", self.policy.preconditions.as_str());
        for condition in &judgement.evaluation {
            let _ = writeln!(text, "condition  {}", describe_condition(condition));
        }
        let (status, clause) = self.status(&judgement.verdict);
        let _ = writeln!(text, "verdict    {}", explain(judgement));
        let _ = writeln!(text, "status     {status}\nclause     {clause}");
        text
    }

    /// Returns the status line of the response, and the clause that defines it.
    fn status(&self, verdict: &Verdict) -> (&'static str, &'static str) {
        match verdict {
            Verdict::Proceed if self.method == Method::Put && self.target.current().is_none() => {
                ("201 Created", "RFC 9110 15.3.2")
            }
            Verdict::Proceed if self.method == Method::Delete => ("204 No Content", "RFC 9110 15.3.5"),
            Verdict::Proceed => ("200 OK", "RFC 9110 15.3.1"),
            Verdict::AlreadyApplied => ("200 OK", "RFC 9110 13.1.1"),
            Verdict::Undecided => ("100 Continue", "RFC 9110 10.1.1"),
            Verdict::NotModified => ("304 Not Modified", "RFC 9110 15.4.5"),
            Verdict::NotFound => ("404 Not Found", "RFC 9110 15.5.5"),
            Verdict::Gone => ("410 Gone", "RFC 9110 15.5.11"),
            Verdict::Malformed { .. } => ("400 Bad Request", "RFC 9110 15.5.1"),
            Verdict::Failed(_) => ("412 Precondition Failed", "RFC 9110 15.5.13"),
            Verdict::Required(_) => ("428 Precondition Required", "RFC 6585 3"),
        }
    }
}

/// Returns the verdict as a phrase, with its reason.
fn explain(judgement: &Judgement) -> String {
    match &judgement.verdict {
        Verdict::Proceed if judgement.blind => "proceed, and overwrite a version that the writer has not seen".into(),
        Verdict::Proceed => "proceed".into(),
        Verdict::AlreadyApplied => "this same write was already applied; respond as if it had just happened".into(),
        Verdict::Undecided => "this may repeat a write that was applied; read the body and judge again".into(),
        Verdict::NotModified => "the client already has the current version".into(),
        Verdict::NotFound => "the document has never existed, so no condition is evaluated".into(),
        Verdict::Gone => "the document was deleted, so no condition is evaluated".into(),
        Verdict::Malformed { field, error } => format!("{field} is malformed {error}"),
        Verdict::Failed(failure) => {
            let behind = match failure.behind {
                None => String::new(),
                Some(1) => ", 1 version behind".to_owned(),
                Some(count) => format!(", {count} versions behind"),
            };
            let applied = failure.applied.as_ref().map(|tag| format!("; this write created {tag}")).unwrap_or_default();
            format!("{} is false: {}{behind}{applied}", failure.field, failure.reason)
        }
        Verdict::Required(reason) => format!("the write does not name the version that it replaces: {reason}"),
    }
}

/// Returns one condition with the values compared, the result and its clause.
fn describe_condition(condition: &Evaluation) -> String {
    let Evaluation { field, comparison, sent, current, holds, clause } = condition;
    let current = current.as_deref().unwrap_or("no version");
    let result = if *holds { "true" } else { "false" };
    format!("{field}: {sent}, compared with {current} ({comparison:?}): {result}, {clause}")
}

fn tag(text: &str) -> Result<EntityTag, String> {
    text.parse().map_err(|error| format!("{text} is not an entity tag: {error}"))
}

fn date(text: &str) -> Result<HttpDate, String> {
    HttpDate::parse(text.as_bytes()).ok_or(format!("{text} is not an HTTP date, as in Sun, 22 Nov 2026 05:00:11 GMT"))
}

fn preconditions(word: &str) -> Result<Preconditions, String> {
    let policies = [Preconditions::Required, Preconditions::Optional, Preconditions::Ignored];
    let found = policies.into_iter().find(|policy| policy.as_str() == word);
    found.ok_or(format!("{word} is not a policy; choose required, optional or ignored"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluate(line: &[&str]) -> Result<String, String> {
        report(&line.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn requests_of_the_usage_get_their_status() {
        let old = ["--current", "\"v2\"", "--old", "\"v1\""];
        let table: [(&[&str], &[&str], &str); 8] = [
            (&["PUT"], &old, "status     428 Precondition Required\nclause     RFC 6585 3\n"),
            (&["put", "if-match: \"v2\""], &old, "status     200 OK\nclause     RFC 9110 15.3.1\n"),
            (&["PUT", "If-Match: \"v1\""], &old, "If-Match is false: stale, 1 version behind\nstatus     412"),
            (&["PUT", "If-Match: \"v1\"", "--repeat"], &old, "status     200 OK\nclause     RFC 9110 13.1.1\n"),
            (&["PUT", "If-Match: \"v1\"", "--repeat", "--body-unread"], &old, "status     100 Continue"),
            (&["PUT", "If-None-Match: *"], &[], "status     201 Created"),
            (&["GET", "If-None-Match: W/\"v2\""], &old, "status     304 Not Modified"),
            (&["DELETE", "If-Match: \"v2\"", "--deleted"], &old, "status     410 Gone"),
        ];
        for (request, document, expected) in table {
            let report = evaluate(&[request, document].concat()).unwrap();
            assert!(report.contains(expected), "{request:?}: {report}");
        }
    }

    #[test]
    fn report_shows_each_condition_with_its_clause() {
        let report = evaluate(&["PUT", "If-Match: \"v1\"", "--current", "\"v2\""]).unwrap();
        let line = "condition  If-Match: \"v1\", compared with \"v2\" (Strong): false, RFC 9110 13.1.1\n";
        assert!(report.contains(line), "{report}");
    }

    #[test]
    fn wrong_command_line_is_explained() {
        for (line, expected) in [
            (&[][..], "METHOD is missing"),
            (&["POST"], "POST is not a method"),
            (&["PUT", "If-Match"], "a colon is missing"),
            (&["PUT", "--current", "v2"], "v2 is not an entity tag: at byte 0"),
            (&["PUT", "--now"], "--now needs a value"),
            (&["PUT", "--now", "noon"], "noon is not an HTTP date"),
            (&["PUT", "--policy", "strict"], "strict is not a policy"),
            (&["PUT", "--force"], "--force is not an option"),
        ] {
            let error = evaluate(line).unwrap_err();
            assert!(error.contains(expected), "{line:?}: {error}");
        }
    }
}

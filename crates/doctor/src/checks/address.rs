//! Checks of the way to the server: address, encryption, intermediaries, clock.

use crate::check::{Judged, PathCheck};
use crate::evidence::{Evidence, problem_of};
use crate::judgement::PathJudgement;
use crate::step::ExamStep;

/// By how many seconds clocks may differ: dates have whole seconds, and a response takes its time.
const MAX_CLOCK_SECONDS: i64 = 5;

pub(super) static REDIRECT: PathCheck = PathCheck {
    name: "address",
    asks: "Does the server itself respond at this address, under this host name?",
    consequence: "Programs of ifmatch follow no redirect, and other clients turn a redirected PUT into a GET.",
    advice: "Use the address to which it leads. If the server does not know the host name, start it with --host-name \
             NAME, or let the proxy send another Host.",
    changes: &[],
    judge: redirect,
};

fn redirect(evidence: &Evidence) -> Judged {
    let list = evidence.response(ExamStep::List)?;
    if list.status == 421 {
        let detail = problem_of(list).map_or_else(String::new, |problem| format!(": {}", problem.detail));
        return Ok(PathJudgement::broken(format!("the server does not know this host name (421){detail}")));
    }
    Ok(match evidence.redirects.first() {
        Some(first) => PathJudgement::weak(format!(
            "{} redirects to {} ({}); the other checks are of that address",
            first.from, evidence.server, first.status
        )),
        None => PathJudgement::fine("the server responds at this address, without a redirect"),
    })
}

pub(super) static ENCRYPTION: PathCheck = PathCheck {
    name: "encryption",
    asks: "Are tokens and texts encrypted on the way?",
    consequence: "Others in the same network can read tokens and texts.",
    advice: "docs/tls.md explains how to make a certificate.",
    changes: &[],
    judge: |evidence| {
        evidence.response(ExamStep::List)?;
        Ok(match (evidence.is_encrypted, evidence.is_loopback) {
            (true, _) => PathJudgement::fine("https, with a certificate that this client trusts"),
            (false, true) => PathJudgement::fine("plain http, which does not leave this machine"),
            (false, false) => PathJudgement::note("plain http: others in the network can read tokens and texts"),
        })
    },
};

pub(super) static PROXIES: PathCheck = PathCheck {
    name: "proxies",
    asks: "Which proxies name themselves, and which version of HTTP do they speak?",
    consequence: "HTTP/1.0 has no persistent connections, so every request takes longer.",
    advice: "Let the proxy speak HTTP/1.1 to clients.",
    changes: &[],
    judge: |evidence| {
        let version = &evidence.response(ExamStep::List)?.version;
        let signs = evidence.signs();
        let names = evidence.proxies().iter().map(|proxy| proxy.name()).collect::<Vec<_>>().join(" and ");
        let found = match (names.is_empty(), signs.is_empty()) {
            (_, true) => format!("none names itself, over {version} (HAProxy never does)"),
            (true, false) => format!("{}, over {version}", signs.join(", ")),
            (false, false) => format!("{names} ({}), over {version}", signs.join(", ")),
        };
        Ok(match () {
            () if version == "HTTP/1.0" || version == "HTTP/0.9" => PathJudgement::weak(found),
            () if signs.is_empty() => PathJudgement::fine(found),
            () => PathJudgement::note(found),
        })
    },
};

pub(super) static CLOCK: PathCheck = PathCheck {
    name: "clock",
    asks: "Do the clocks of the server and of this machine agree?",
    consequence: "Dates in If-Unmodified-Since are judged by the server's clock, so a client that makes them up \
                  from its own is refused, or not refused when it should be.",
    advice: "Let both machines take the time from the network (timedatectl set-ntp true). A response from a cache \
             has an old Date, too.",
    changes: &[],
    judge: |evidence| {
        evidence.response(ExamStep::List)?;
        Ok(match evidence.clock_ahead_seconds {
            None => PathJudgement::weak("the response has no Date"),
            Some(ahead) if ahead.abs() <= MAX_CLOCK_SECONDS => {
                PathJudgement::fine("the server's clock and this machine's agree")
            }
            Some(ahead) if ahead > 0 => {
                PathJudgement::weak(format!("the server's clock is {ahead} s ahead of this one"))
            }
            Some(ahead) => PathJudgement::weak(format!("the server's clock is {} s behind this one", -ahead)),
        })
    },
};

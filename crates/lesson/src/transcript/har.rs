//! HTTP Archive 1.2: every exchange whole, for the network panel of browsers and for other readers.
//!
//! Each step is a page, so that readers show the exchanges in groups. Entries are made by [`traffic::har_entry`].

use contract::{Exchange, Timestamp};
use serde_json::{Value, json};
use traffic::{explain_among, har_archive, har_entry};

use super::steps::steps;
use crate::run_log::{LogEntry, RunLog, sender_name};

pub(super) fn write(log: &RunLog) -> String {
    let mut pages = Vec::new();
    let mut entries = Vec::new();
    let mut departed: Vec<(u64, String)> = Vec::new();
    for (step, moments) in steps(log) {
        let LogEntry::Step { step, caption, .. } = step else { continue };
        let page = format!("step-{step}");
        let mut begun: Option<Timestamp> = None;
        for moment in moments {
            match moment {
                LogEntry::Departed { exchange } => {
                    departed.push((exchange.number, page.clone()));
                    begun = begun.or(Some(exchange.received));
                }
                LogEntry::Ended { exchange } => {
                    let departure = departed.iter().find(|(number, _)| *number == exchange.number);
                    let page = departure.map_or(page.as_str(), |(_, page)| page.as_str());
                    entries.push(entry(log, exchange, page));
                }
                _ => {}
            }
        }
        if let Some(begun) = begun {
            let title = format!("{step}. {caption}");
            let mut entry = json!({"startedDateTime": begun, "id": page, "title": title, "pageTimings": {}});
            let checks = checks_in_words(moments);
            if !checks.is_empty() {
                entry["comment"] = checks.into();
            }
            pages.push(entry);
        }
    }
    let before = log.policy_variant.as_ref().map_or_else(String::new, |line| format!("{line}. "));
    har_archive(&pages, entries, &format!("{before}{}: {}", log.title, log.goal))
}

/// Returns the checks of a step, each with the sign for whether it holds.
fn checks_in_words(moments: &[LogEntry]) -> String {
    let words = |moment: &LogEntry| match moment {
        LogEntry::Judged(check) => Some(format!("{} {}", if check.holds() { "✓" } else { "✗" }, check.caption)),
        _ => None,
    };
    moments.iter().filter_map(words).collect::<Vec<_>>().join("; ")
}

fn entry(log: &RunLog, exchange: &Exchange, page: &str) -> Value {
    let earlier = log.exchanges().take_while(|other| other.number != exchange.number);
    let comment = format!("{}: {}", sender_name(exchange), explain_among(exchange, earlier));
    // The servers of lessons are not encrypted.
    har_entry(exchange, "http", Some(page), &comment)
}

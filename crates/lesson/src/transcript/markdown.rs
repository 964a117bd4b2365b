//! A page: the diagram, the questions with their answers, every message whole, and the final documents.
//!
//! The page also serves leaders: it has the questions to ask, and the wrong answers to expect.

use std::fmt::Write as _;

use contract::Exchange;
use traffic::markdown::{code_block, escape, http_message};
use traffic::visible;

use super::mermaid;
use super::steps::steps;
use crate::run_log::{CheckResult, DocumentView, LevelSheet, LogEntry, RunLog, describe_policy, sender_name};
use crate::script::{Quiz, SwarmMeasure, minutes_in_words, requests_in_words};
use crate::swarm_result::SwarmResult;

pub(super) fn write(log: &RunLog) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# {}\n", escape(&log.title));
    if let Some(line) = &log.policy_variant {
        let _ = writeln!(out, "**{}**\n", escape(line));
    }
    let _ = writeln!(out, "{}\n", escape(&log.goal));
    let _ = writeln!(out, "{} · policy: {}\n", minutes_in_words(log.minutes), escape(&describe_policy(log.policy)));
    let _ = writeln!(out, "{}", code_block("mermaid", &mermaid::write(log)));
    for (step, moments) in steps(log) {
        let LogEntry::Step { step, caption, .. } = step else { continue };
        let _ = writeln!(out, "## {step}. {}\n", escape(caption));
        let mut is_table = false;
        for moment in moments {
            let is_row = matches!(moment, LogEntry::Swarm(_));
            if is_table && !is_row {
                out.push('\n');
            }
            is_table = is_row;
            out.push_str(&section_for(moment, caption));
        }
        if is_table {
            out.push('\n');
        }
    }
    out
}

fn section_for(moment: &LogEntry, caption: &str) -> String {
    match moment {
        LogEntry::Said { text } if text != caption => format!("{}\n\n", escape(text)),
        LogEntry::Asked { question } => quiz_section(question),
        LogEntry::Off { who, why } => format!("{} cannot do that now: {}.\n\n", escape(who.as_str()), escape(why)),
        LogEntry::Set { what } => format!("*{}*\n\n", escape(what)),
        LogEntry::Departed { exchange } => request(exchange),
        LogEntry::Held { who, judged, .. } => {
            let state = if *judged { "was judged, and is not written yet" } else { "waits at the gate" };
            format!("The request of **{}** {state}.\n\n", escape(who.as_str()))
        }
        LogEntry::Released { who, .. } => format!("The request of **{}** is released.\n\n", escape(who.as_str())),
        LogEntry::Ended { exchange } => answer(exchange),
        LogEntry::Looked { id, view } => document_section(id.as_str(), view),
        LogEntry::SwarmBegun { what, note } => swarm_head(what, note),
        LogEntry::Swarm(result) => swarm_row(result),
        LogEntry::Judged(check) => check_lines(check),
        LogEntry::YourTurn(level) => level_section(level),
        LogEntry::LevelStep { caption } => format!("**{}**\n\n", escape(caption)),
        LogEntry::GoalReached { requests, par } => {
            format!("✓ The goal is reached, with {}; par is {par}.\n\n", requests_in_words(*requests))
        }
        LogEntry::Did { who, what } => format!("{} {}.\n\n", escape(who.as_str()), escape(what)),
        LogEntry::EditorState { .. } | LogEntry::Said { .. } | LogEntry::Step { .. } => String::new(),
    }
}

fn quiz_section(question: &Quiz) -> String {
    let mut out = String::new();
    for choice in &question.choices {
        let _ = writeln!(out, "- [ ] {}", escape(&choice.text));
    }
    out.push_str("\n<details><summary>Answers</summary>\n\n");
    for choice in &question.choices {
        let sign = if choice.right { "✓" } else { "✗" };
        let _ = writeln!(out, "- {sign} **{}**: {}", escape(&choice.text), escape(&choice.why));
    }
    out + "\n</details>\n\n"
}

fn request(exchange: &Exchange) -> String {
    let head = format!("{} {} HTTP/1.1", exchange.method, visible(&exchange.target));
    let message = http_message(&head, &exchange.request);
    format!("**{}** sends:\n\n{}\n", escape(sender_name(exchange)), code_block("http", &message))
}

fn answer(exchange: &Exchange) -> String {
    let who = escape(sender_name(exchange));
    let (Some(status), Some(answer)) = (exchange.status, &exchange.response) else {
        return format!("**{who}** gets no response.\n\n");
    };
    let phrase = contract::phrase(status).unwrap_or_default();
    let message = http_message(format!("HTTP/1.1 {status} {phrase}").trim_end(), answer);
    format!("**{who}** gets **{status}**:\n\n{}\n", code_block("http", &message))
}

fn document_section(id: &str, view: &DocumentView) -> String {
    let mut out = match &view.document {
        Some(document) => {
            let lines: String = document.content.lines().map(|line| visible(line) + "\n").collect();
            format!("The document `{id}` now:\n\n{}\n", code_block("text", &lines))
        }
        None => format!("There is no document `{id}` now.\n\n"),
    };
    out.push_str("| version | by | based on | |\n| --- | --- | --- | --- |\n");
    for version in &view.versions {
        let tag = version.etag.to_string();
        let base = version.based_on.as_ref().map_or_else(|| "–".to_owned(), |base| escape(&base.to_string()));
        let fate = if view.is_lost(&tag) {
            "**overwritten**, unseen: a lost update"
        } else if version.deleted {
            "a delete"
        } else {
            ""
        };
        let _ = writeln!(out, "| {} | {} | {base} | {fate} |", escape(&tag), escape(version.author.as_str()));
    }
    out.push('\n');
    out
}

/// The columns of the table of simulated writers after the number of writers.
const SWARM_COLUMNS: [(SwarmMeasure, &str); 7] = [
    (SwarmMeasure::EditsPerSecond, "edits a second"),
    (SwarmMeasure::Requests, "requests"),
    (SwarmMeasure::RequestsPerEdit, "requests per edit"),
    (SwarmMeasure::RefusedPercent, "writes refused"),
    (SwarmMeasure::Median, "median"),
    (SwarmMeasure::Slowest, "slowest"),
    (SwarmMeasure::Lost, "lost"),
];

/// Returns what simulated writers do, and the head of the table of their runs.
fn swarm_head(what: &str, note: &str) -> String {
    let names = SWARM_COLUMNS.map(|(_, name)| name).join(" | ");
    let rule = SWARM_COLUMNS.map(|_| "---:").join(" | ");
    format!("Simulated writers: {}. {}\n\n| writers | {names} |\n| ---: | {rule} |\n", escape(what), escape(note))
}

fn swarm_row(result: &SwarmResult) -> String {
    let figures = SWARM_COLUMNS.map(|(measure, _)| result.figure(measure)).join(" | ");
    format!("| {} | {figures} |\n", result.task.writers)
}

fn check_lines(check: &CheckResult) -> String {
    if check.holds() {
        return format!("✓ {}\n\n", escape(&check.caption));
    }
    let mut out = format!("✗ **{}**\n\n", escape(&check.caption));
    for (claim, came) in check.failures() {
        let _ = writeln!(out, "- claimed: {}; what came: {}", escape(claim), escape(came));
    }
    out + "\n"
}

/// Returns a level for the leader: the task, the goal, and all help.
fn level_section(level: &LevelSheet) -> String {
    let LevelSheet { task, goal, par, hints, offers, solution, reached, wrong_path, wrong_because } = level;
    let mut out = format!("{}\n\nThe goal; par is {}:\n\n", escape(task), requests_in_words(*par));
    out.push_str(&list("- ", goal));
    if !offers.is_empty() {
        let _ = write!(out, "On offer:\n\n{}", list("1. ", offers));
    }
    out.push_str("<details><summary>Hints and solution</summary>\n\n");
    let _ = write!(out, "Hints:\n\n{}The solution:\n\n{}", list("1. ", hints), list("1. ", solution));
    if let Some(reached) = reached {
        let _ = write!(out, "{}\n\n", escape(reached));
    }
    let _ = write!(out, "A wrong path:\n\n{}{}\n\n", list("1. ", wrong_path), escape(wrong_because));
    out + "</details>\n\n"
}

/// Returns a list, each item after this mark.
fn list(mark: &str, items: &[String]) -> String {
    let mut out = String::new();
    for item in items {
        let _ = writeln!(out, "{mark}{}", escape(item));
    }
    out + "\n"
}

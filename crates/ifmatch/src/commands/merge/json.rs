//! A merge as JSON, for programs: `ifmatch merge --json`.
//!
//! docs/merge.md describes the format, which changes only by new members.

use std::ops::Range;

use merge::{ConflictKind, Ending, Merge, NoticeKind, RegionKind, Side, SuggestionReason};
use serde_json::{Value, json};

/// Returns the whole document, as one line.
pub(super) fn document(merge: &Merge, conflicts: usize) -> String {
    let regions: Vec<Value> = (0..merge.regions().len()).map(|number| region(merge, number)).collect();
    let notices: Vec<Value> = merge
        .notices()
        .into_iter()
        .map(|notice| {
            json!({
                "kind": match notice.kind {
                    NoticeKind::DoubledLine => "doubled-line",
                    NoticeKind::DeletedLineReturned => "deleted-line-returned",
                },
                "side": side(notice.side),
                "line": notice.line,
                "region": notice.region,
                "other": notice.other,
            })
        })
        .collect();
    let format = merge.merged_format();
    let document = json!({
        "conflicts": conflicts,
        "undecided": merge.conflicts().count(),
        "format": {
            "byte_order_mark": format.byte_order_mark,
            "ending": match format.ending { Ending::Lf => "lf", Ending::Crlf => "crlf" },
            "final_newline": format.final_newline,
        },
        "regions": regions,
        "notices": notices,
    });
    format!("{document}\n")
}

fn region(merge: &Merge, number: usize) -> Value {
    let region = &merge.regions()[number];
    let lines = |range: &Range<usize>| json!([range.start, range.end]);
    let mut value = json!({
        "kind": kind(region.kind),
        "base": lines(&region.base),
        "mine": lines(&region.mine),
        "theirs": lines(&region.theirs),
    });
    if let RegionKind::Conflict(reason) = region.kind {
        value["why"] = why(reason).into();
    }
    if let Some(suggestion) = merge.suggestion(number) {
        let reason = match suggestion.reason {
            SuggestionReason::AgreedSplit => "agreed-split",
            SuggestionReason::Words => "words",
            SuggestionReason::Touching => "touching",
            SuggestionReason::Whitespace => "whitespace",
        };
        value["suggestion"] = json!({ "why": reason, "text": suggestion.text });
    }
    value
}

fn kind(kind: RegionKind) -> &'static str {
    match kind {
        RegionKind::Stable => "stable",
        RegionKind::Mine => "mine",
        RegionKind::Theirs => "theirs",
        RegionKind::Agreed => "agreed",
        RegionKind::Conflict(_) => "conflict",
    }
}

fn why(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::BothEdited => "both-edited",
        ConflictKind::BothInserted => "both-inserted",
        ConflictKind::DeletedByMine => "deleted-by-mine",
        ConflictKind::DeletedByTheirs => "deleted-by-theirs",
        ConflictKind::Touching => "touching",
        ConflictKind::WhitespaceOnly => "whitespace-only",
        ConflictKind::GaveUp => "gave-up",
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Base => "base",
        Side::Mine => "mine",
        Side::Theirs => "theirs",
    }
}

//! The sentences of the merge view.
//!
//! The other side is named by its author and its tag, my side is 'you'; never 'ours', 'local' or 'remote'. The names of
//! keys come from the table in [`crate::action`].

use contract::Author;
use editor::{ChangeId, DocumentMerge, SavesSince};
use merge::{ConflictKind, Ending, Format, Notice, NoticeKind, RegionKind, Side, SuggestionReason};
use terminal::sanitize::sanitize;
use terminal::theme::Theme;

use crate::action::MergeAction;
use crate::key_names::Way;
use crate::proposal::ProposalReason;
use crate::resolution::{self, Resolution, SettledAs};
use crate::sides::SideStyles;
use crate::text;

/// The authors of a change that came with several versions.
const OTHERS: &str = "others";

/// The names of the sides, for sentences.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SideNames<'a>(pub(crate) &'a SideStyles);

/// The word for the other side.
const THEIRS: &str = "theirs";

impl SideNames<'_> {
    /// Returns the name of my side.
    pub(crate) fn mine(self) -> String {
        self.0.mine.name.as_ref().map_or_else(|| "you".to_owned(), |name| sanitize(name).into_owned())
    }

    /// Returns the name of the other side: 'alice elsewhere' if the user saved from another client.
    pub(crate) fn theirs(self) -> String {
        self.name(self.0.theirs.name.as_deref())
    }

    /// Returns the name of the author who introduced a change of the other side.
    ///
    /// After a repeated merge, it may be the author of an earlier version. If it is not known, the name is 'others'.
    pub(crate) fn introducer(self, conflict: &DocumentMerge, place: ChangeId) -> String {
        let Some(version) = conflict.introduced_by(place) else { return OTHERS.to_owned() };
        if version.etag == conflict.theirs().etag {
            return self.theirs();
        }
        self.name(version.author.as_ref().map(Author::as_str))
    }

    fn name(self, author: Option<&str>) -> String {
        match author {
            None => "another client".to_owned(),
            Some(name) if self.0.mine.name.as_deref() == Some(name) => format!("{} elsewhere", sanitize(name)),
            Some(name) => sanitize(name).into_owned(),
        }
    }

    /// Returns 'theirs' with the other's name: 'theirs (Bob)'.
    pub(crate) fn theirs_explained(self) -> String {
        let name = self.theirs();
        if name == THEIRS { name } else { format!("{THEIRS} ({name})") }
    }

    /// Returns the other's name with the tag of their version.
    pub(crate) fn theirs_with_tag(self) -> String {
        match &self.0.theirs.version {
            Some(version) => format!("{} {}", self.theirs(), sanitize(version)),
            None => self.theirs(),
        }
    }

    /// Returns the name of a pane, and an explanation to append if there is room.
    pub(crate) fn pane(self, side: Side) -> (String, &'static str) {
        match side {
            Side::Mine => (self.mine(), ", your text"),
            Side::Theirs => (self.theirs_with_tag(), ""),
            Side::Base => {
                let version = self.0.base.as_ref().map(|version| format!(" {}", sanitize(version)));
                (format!("base{}", version.unwrap_or_default()), ", what both started from")
            }
        }
    }
}

/// Returns the possessive of a name: 'Bob's'.
///
/// The label of a file may already be a possessive: the documented git commands label the sides 'mine' and 'theirs'.
pub(crate) fn possessive(name: String) -> String {
    match name.as_str() {
        THEIRS => name,
        OTHERS => "others'".to_owned(),
        _ => format!("{name}'s"),
    }
}

/// Shown in place of a title or a parent that is empty.
pub(crate) const NO_TEXT: &str = "(none)";

/// Returns the text of a row that replaces equal lines.
pub(crate) fn folded(hidden: usize, theme: &Theme) -> String {
    let more = theme.glyphs.more;
    format!("{more} {hidden} equal lines {more}")
}

/// Returns a sentence about a change: who did what.
pub(crate) fn describe_change(conflict: &DocumentMerge, place: ChangeId, names: SideNames<'_>) -> String {
    let bob = names.introducer(conflict, place);
    let said = match resolution::kind(conflict, place) {
        RegionKind::Stable => "neither of you changed this".to_owned(),
        RegionKind::Mine => format!("you {}", describe_side(conflict, place, Side::Mine)),
        RegionKind::Theirs => format!("{bob} {}", describe_side(conflict, place, Side::Theirs)),
        RegionKind::Agreed => format!("you and {bob} made the same change"),
        RegionKind::Conflict(kind) => match (kind, place) {
            (_, ChangeId::Title | ChangeId::Parent) => format!("you and {bob} both changed it"),
            (ConflictKind::BothEdited, _) => format!("you and {bob} both changed these lines"),
            (ConflictKind::BothInserted, _) => format!("you and {bob} both added lines here"),
            (ConflictKind::DeletedByMine, _) => format!("you deleted this, {bob} changed it"),
            (ConflictKind::DeletedByTheirs, _) => format!("{bob} deleted this, you changed it"),
            (ConflictKind::Touching, _) => {
                format!("your change and {} lie next to each other", possessive(bob))
            }
            (ConflictKind::WhitespaceOnly, _) => {
                format!("your lines and {} differ only in whitespace", possessive(bob))
            }
            (ConflictKind::GaveUp, _) => format!("you and {bob} changed too much here to compare it line by line"),
        },
    };
    match place {
        ChangeId::Title => format!("title: {said}"),
        ChangeId::Parent => format!("parent: {said}"),
        ChangeId::Region(_) => said,
    }
}

/// Returns what a side did to a change that the other side did not touch.
fn describe_side(conflict: &DocumentMerge, place: ChangeId, side: Side) -> &'static str {
    match (text::count(conflict, place, Side::Base), text::count(conflict, place, side)) {
        (0, _) => "added this",
        (_, 0) => "deleted this",
        _ => "changed this",
    }
}

/// Returns the resolution of a change in one word, for the gutter.
pub(crate) fn resolution_word(outcome: Resolution, names: SideNames<'_>) -> String {
    match outcome {
        Resolution::Settled(SettledAs::Mine) => names.mine(),
        Resolution::Settled(SettledAs::Theirs) => names.theirs(),
        Resolution::Settled(SettledAs::Both) => "both".to_owned(),
        Resolution::Settled(SettledAs::Unchanged) => String::new(),
        outcome => short_resolution_word(outcome).to_owned(),
    }
}

const fn short_resolution_word(outcome: Resolution) -> &'static str {
    match outcome {
        Resolution::Open => "open",
        Resolution::Settled(_) => "",
        Resolution::Mine => "mine",
        Resolution::Theirs => "theirs",
        Resolution::MineTheirs => "mine+theirs",
        Resolution::TheirsMine => "theirs+mine",
        Resolution::Base => "base",
        Resolution::Suggested => "suggested",
        Resolution::Edited => "edited",
    }
}

/// Returns the resolution of a change, and whose text that is, for the heading.
pub(crate) fn describe_resolution(outcome: Resolution, names: SideNames<'_>) -> String {
    match outcome {
        Resolution::Open => "open".to_owned(),
        Resolution::Settled(SettledAs::Mine) => "settled: yours".to_owned(),
        Resolution::Settled(SettledAs::Theirs) => format!("settled: {}", possessive(names.theirs())),
        Resolution::Settled(SettledAs::Both | SettledAs::Unchanged) => "settled: both the same".to_owned(),
        Resolution::Theirs => names.theirs_explained(),
        Resolution::MineTheirs => format!("mine, then {}", names.theirs_explained()),
        Resolution::TheirsMine => format!("{}, then mine", names.theirs_explained()),
        Resolution::Suggested => "as suggested".to_owned(),
        Resolution::Mine | Resolution::Base | Resolution::Edited => short_resolution_word(outcome).to_owned(),
    }
}

/// Returns the resolution of this change, and whose text that is: the author's who introduced it.
pub(crate) fn describe_resolution_at(
    conflict: &DocumentMerge,
    place: ChangeId,
    outcome: Resolution,
    names: SideNames<'_>,
) -> String {
    if outcome == Resolution::Settled(SettledAs::Theirs) {
        return format!("settled: {}", possessive(names.introducer(conflict, place)));
    }
    describe_resolution(outcome, names)
}

/// Returns the number of the selected conflict, the number of conflicts, and how many are open.
///
/// `number` is `None` if the selected change settled by itself.
pub(crate) fn count(conflict: &DocumentMerge, number: Option<usize>) -> String {
    if conflict.full_override().is_some() && conflict.open_count() == 0 {
        return "the whole result is written by hand".to_owned();
    }
    let values = [conflict.title().kind(), conflict.parent().kind()];
    let all = values.iter().filter(|kind| kind.is_conflict()).count() + conflict.content().merge().conflicts().count();
    match (number, conflict.open_count(), all) {
        (_, 0, 0) => "no conflict: everything fits together".to_owned(),
        (_, 0, 1) => "the conflict is decided".to_owned(),
        (_, 0, all) => format!("all {all} conflicts are decided"),
        (_, _, 1) => "1 conflict, open".to_owned(),
        (Some(number), open, all) => format!("conflict {number} of {all}, {open} open"),
        (None, open, all) => format!("{all} conflicts, {open} open"),
    }
}

/// Returns how many changes settled by themselves, and the key for them, or `None` if none did.
///
/// `next_change` is the key, or `None` if keys do nothing now.
pub(crate) fn settled(conflict: &DocumentMerge, worth_a_look: usize, next_change: Option<&str>) -> Option<String> {
    let settled =
        conflict.changes().iter().copied().filter(|&place| !resolution::kind(conflict, place).is_conflict()).count();
    let key = next_change.map(|key| format!(" ({key})")).unwrap_or_default();
    let look = if worth_a_look > 0 { format!(", {worth_a_look} worth a look") } else { String::new() };
    match settled {
        0 => None,
        1 => Some(format!("1 change settled by itself{look}{key}")),
        count => Some(format!("{count} changes settled by themselves{look}{key}")),
    }
}

/// Returns a phrase for the conflicts that are only whitespace.
pub(crate) fn blanks(count: usize) -> String {
    if count == 1 { "the whitespace conflict".to_owned() } else { format!("all {count} whitespace conflicts") }
}

/// Returns the number of conflicts whose sides differ only in whitespace.
fn count_blanks(conflict: &DocumentMerge) -> usize {
    let blanks = RegionKind::Conflict(ConflictKind::WhitespaceOnly);
    conflict.changes().iter().copied().filter(|&place| resolution::kind(conflict, place) == blanks).count()
}

/// Returns the reason for a suggestion, in a few words.
pub(crate) fn describe_suggestion(why: ProposalReason, names: SideNames<'_>) -> String {
    match why {
        ProposalReason::Before(outcome) => format!("as before: {}", describe_resolution(outcome, names)),
        ProposalReason::ByHand => format!("your text by hand, with what {} changed since", names.theirs()),
        ProposalReason::ByHandAlone => format!("your text by hand, without what {} changed since", names.theirs()),
        ProposalReason::Found(SuggestionReason::AgreedSplit) => "part of it you both changed alike".to_owned(),
        ProposalReason::Found(SuggestionReason::Words) => "you changed different words".to_owned(),
        ProposalReason::Found(SuggestionReason::Touching) => "you changed different lines".to_owned(),
        ProposalReason::Found(SuggestionReason::Whitespace) => "one of you changed only whitespace".to_owned(),
    }
}

/// Returns a sentence about a change that settled by itself but is worth a look.
pub(crate) fn describe_notice(conflict: &DocumentMerge, notice: &Notice, names: SideNames<'_>) -> String {
    let line = conflict.content().merge().text(notice.side).line(notice.line);
    let quoted = shortened(&sanitize(&String::from_utf8_lossy(line.content)));
    let (adds, other) = match notice.side {
        Side::Theirs => (names.theirs(), "you".to_owned()),
        Side::Mine | Side::Base => ("you".to_owned(), names.theirs()),
    };
    match notice.kind {
        NoticeKind::DoubledLine => {
            format!("worth a look: '{quoted}' is there twice now, {adds} and {other} both added it")
        }
        NoticeKind::DeletedLineReturned => format!("worth a look: {other} deleted '{quoted}', {adds} added it again"),
    }
}

/// Returns the beginning of a line, to be quoted in a sentence.
fn shortened(line: &str) -> String {
    const MOST: usize = 24;
    let line = line.trim();
    if line.chars().count() <= MOST { line.to_owned() } else { line.chars().take(MOST - 1).chain(['…']).collect() }
}

/// A piece of a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HintPart {
    /// The name of a key.
    Key(String),
    /// Words about a key.
    Words(String),
}

/// Returns the hints: what the keys do at a change.
pub(crate) fn hints(
    conflict: &DocumentMerge,
    place: ChangeId,
    outcome: Resolution,
    names: SideNames<'_>,
    key: Way<'_>,
) -> Vec<HintPart> {
    let listed = |first: &str, actions: &[(MergeAction, String)]| listed(first, actions, key);
    let bob = names.theirs();
    if conflict.full_override().is_some() && matches!(place, ChangeId::Region(_)) {
        return listed(
            "",
            &[
                (MergeAction::EditWhole, "goes on with the whole".to_owned()),
                (MergeAction::UndoDecision, "takes it back".to_owned()),
            ],
        );
    }
    if let Some(again) = undo_action(outcome) {
        let what = if outcome == Resolution::Suggested {
            "the suggestion".to_owned()
        } else {
            describe_resolution(outcome, names)
        };
        let taken = HintPart::Words(format!("{what} is taken;"));
        return vec![taken, HintPart::Key(key(again)), HintPart::Words("again takes it back".to_owned())];
    }
    let theirs = (MergeAction::TakeTheirs, names.theirs_explained());
    let own = |action, words: &str| (action, words.to_owned());
    let mine = own(MergeAction::TakeMine, "mine");
    let base = own(MergeAction::TakeBase, "base");
    let hand = own(MergeAction::EditResult, "by hand");
    match (outcome, resolution::kind(conflict, place), place) {
        (Resolution::Edited, ..) => {
            listed("written by hand;", &[own(MergeAction::EditResult, "goes on"), mine, theirs])
        }
        (Resolution::Settled(_), ..) => listed("it settled by itself; to change that:", &[mine, theirs, base, hand]),
        (_, _, ChangeId::Title | ChangeId::Parent) => listed("", &[mine, theirs, base, hand]),
        (_, RegionKind::Conflict(ConflictKind::BothInserted), _) => {
            let first = own(MergeAction::TakeBothMineFirst, "both, mine first");
            let other = (MergeAction::TakeBothTheirsFirst, format!("both, {bob} first"));
            listed("", &[first, other, mine, theirs, hand])
        }
        (_, RegionKind::Conflict(ConflictKind::WhitespaceOnly), _) if count_blanks(conflict) > 1 => {
            let all = (MergeAction::DecideBlanks, format!("decides {}", blanks(count_blanks(conflict))));
            listed("", &[mine, theirs, all, base, hand])
        }
        _ => listed("", &[mine, theirs, own(MergeAction::TakeBothMineFirst, "both"), base, hand]),
    }
}

/// Returns the hint that comes before the others if there is a suggestion.
pub(crate) fn hints_with_suggestion(why: ProposalReason, names: SideNames<'_>, key: Way<'_>) -> Vec<HintPart> {
    let said = format!("takes the suggestion ({});", describe_suggestion(why, names));
    vec![HintPart::Key(key(MergeAction::TakeSuggestion)), HintPart::Words(said)]
}

/// Returns the hint that comes first if a text written by hand, for a change or the whole, was kept.
pub(crate) fn hints_with_text_by_hand(action: MergeAction, key: Way<'_>) -> Vec<HintPart> {
    let of = if action == MergeAction::EditWhole { "your whole text by hand;" } else { "your text by hand;" };
    vec![HintPart::Key(key(action)), HintPart::Words(format!("goes on with {of}"))]
}

/// Returns the row of an open conflict in the result: the keys that decide it without writing by hand.
///
/// `key` returns the key of an action. The second form is for a narrow pane. A title and a parent have one value, so
/// they have no 'both'.
pub(crate) fn open_choices(place: ChangeId, names: SideNames<'_>, key: Way<'_>) -> [String; 2] {
    let [m, t, b] = [MergeAction::TakeMine, MergeAction::TakeTheirs, MergeAction::TakeBothMineFirst].map(key);
    let both = match place {
        ChangeId::Region(_) => format!(", {b} both"),
        ChangeId::Title | ChangeId::Parent => String::new(),
    };
    [names.theirs_explained(), THEIRS.to_owned()].map(|theirs| format!("open: {m} mine, {t} {theirs}{both}"))
}

/// Returns a list of keys with their meanings, after the words in `first`.
fn listed(first: &str, actions: &[(MergeAction, String)], key: Way<'_>) -> Vec<HintPart> {
    let first = (!first.is_empty()).then(|| HintPart::Words(first.to_owned()));
    let keys = actions.iter().enumerate().flat_map(|(at, (action, words))| {
        let comma = if at + 1 < actions.len() { "," } else { "" };
        [HintPart::Key(key(*action)), HintPart::Words(format!("{words}{comma}"))]
    });
    first.into_iter().chain(keys).collect()
}

/// Returns the action that undoes a decision if it is repeated, or `None` if there is none.
const fn undo_action(outcome: Resolution) -> Option<MergeAction> {
    match outcome {
        Resolution::Mine => Some(MergeAction::TakeMine),
        Resolution::Theirs => Some(MergeAction::TakeTheirs),
        Resolution::MineTheirs => Some(MergeAction::TakeBothMineFirst),
        Resolution::TheirsMine => Some(MergeAction::TakeBothTheirsFirst),
        Resolution::Base => Some(MergeAction::TakeBase),
        Resolution::Suggested => Some(MergeAction::TakeSuggestion),
        Resolution::Open | Resolution::Settled(_) | Resolution::Edited => None,
    }
}

/// Returns a sentence about the last repeated merge: its cause, and what became of the decisions.
pub(crate) fn describe_remerge(conflict: &DocumentMerge, names: SideNames<'_>) -> String {
    // The tag as the caller shows it.
    let etag = names.0.theirs.version.clone().unwrap_or_default();
    let etag = sanitize(&etag);
    match conflict.report() {
        report if conflict.is_retyped() => match report {
            Some(report) => format!("merged with what you typed since: {report}"),
            None => "merged with what you typed since".to_owned(),
        },
        // Files have no tags.
        Some(report) if names.0.theirs.version.is_none() => format!("merged again: {report}"),
        None if names.0.theirs.version.is_none() => format!("back at {} as it was before", names.theirs()),
        Some(report) => match conflict.saves_since_last_merge() {
            Some(SavesSince::OtherTag) => format!("the same text, under {etag}: {report}"),
            Some(SavesSince::Several { count, .. }) => {
                format!("{count} versions further, at {etag} by {}: {report}", names.theirs())
            }
            Some(SavesSince::By(_)) | None => format!("{} saved {etag} meanwhile: {report}", names.theirs()),
        },
        None => format!("back at version {etag} by {}", names.theirs()),
    }
}

/// Returns the chosen format if a side changed the format, and the key for another choice.
pub(crate) fn format(conflict: &DocumentMerge, names: SideNames<'_>, another: &str) -> Option<String> {
    describe_chosen_format(conflict, names).map(|said| format!("{said} ({another}: another)"))
}

/// Returns the chosen format, as far as a side changed it, or `None` if no side did.
pub(crate) fn describe_chosen_format(conflict: &DocumentMerge, names: SideNames<'_>) -> Option<String> {
    let session = conflict.content();
    let [base, mine, theirs] = text::ALL_SIDES.map(|side| session.merge().format(side));
    let now = session.format();
    let bob = names.theirs();
    let mut said = Vec::new();
    let mut say = |of: fn(Format) -> bool, yes: &str, no: &str| {
        if of(mine) == of(base) && of(theirs) == of(base) {
            return;
        }
        let whose = match (of(now) == of(mine), of(now) == of(theirs)) {
            (true, true) => format!("as you and {bob} have it"),
            (true, false) => "as you have it".to_owned(),
            (false, true) => format!("as {bob} has it"),
            (false, false) => "as it was".to_owned(),
        };
        said.push(format!("{}, {whose}", if of(now) { yes } else { no }));
    };
    say(|format| format.ending == Ending::Crlf, "lines end with CRLF", "lines end with LF");
    say(|format| format.final_newline, "a newline at the end", "no newline at the end");
    say(|format| format.byte_order_mark, "a byte order mark", "no byte order mark");
    (!said.is_empty()).then(|| said.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use editor::Command;

    use crate::MergeKeyNames;
    use crate::fixture::{self, MergingEditor, conflict, document, sides};

    fn what_of(base: &str, mine: &str, theirs: &str) -> String {
        let (sides, conflict) = (sides(), conflict(base, mine, theirs));
        let place = conflict.changes()[0];
        describe_change(&conflict, place, SideNames(&sides))
    }

    #[test]
    fn kinds_are_described_with_names() {
        assert_eq!(what_of("a\nb\nc\n", "a\nB\nc\n", "a\nb!\nc\n"), "you and bob both changed these lines");
        assert_eq!(what_of("a\nb\nc\n", "a\nB\nc\n", "a\nc\n"), "bob deleted this, you changed it");
        assert_eq!(what_of("a\nb\nc\n", "a\nc\n", "a\nB\nc\n"), "you deleted this, bob changed it");
        assert_eq!(what_of("a\nc\n", "a\n1\nc\n", "a\n2\nc\n"), "you and bob both added lines here");
        assert_eq!(what_of("a\nb\nc\n", "a\nb \nc\n", "a\n b\nc\n"), "your lines and bob's differ only in whitespace");
        let next_to = "your change and bob's lie next to each other";
        assert_eq!(what_of("a\nb\nc\nd\n", "a\nB\nc\nd\n", "a\nb\nC\nd\n"), next_to);
        assert_eq!(what_of("a\nc\n", "A\nc\n", "a\nc\nd\n"), "you changed this");
        assert_eq!(what_of("a\nb\nc\n", "a\nb\nC\n", "b\nc\n"), "bob deleted this");
    }

    #[test]
    fn user_who_saved_elsewhere_has_a_distinct_name() {
        let mut sides = sides();
        sides.theirs.name.clone_from(&sides.mine.name);
        assert_eq!(SideNames(&sides).theirs_with_tag(), "alice elsewhere \"v6\"");
        sides.theirs.name = None;
        assert_eq!(SideNames(&sides).theirs(), "another client");
    }

    #[test]
    fn change_of_an_earlier_version_names_its_author() {
        let before = document("", "a\nb\nc\nd\ne\n");
        let bob = document("Bob's", "a!\nb\nc!\nd\ne\n");
        let mut merging = MergingEditor::new(before, document("", "A\nb\nc\nd\ne\n"), bob);
        let carol = document("Bob's", "a!\nb\nc!\nd\ne!\n");
        merging.reconcile_with("carol", "\"v7\"", carol, Command::OverwriteTheirs);
        let mut sides = sides();
        sides.theirs.name = Some("carol".to_owned());
        let (conflict, names) = (merging.conflict(), SideNames(&sides));
        let said = |place: ChangeId| {
            let outcome = Resolution::at(conflict, place);
            let resolution = describe_resolution_at(conflict, place, outcome, names);
            format!("{}; {resolution}", describe_change(conflict, place, names))
        };
        let said: Vec<String> = conflict.changes().iter().copied().map(said).collect();
        let expected = [
            "title: bob added this; settled: bob's",
            "you and bob both changed these lines; open",
            "bob changed this; settled: bob's",
            "carol changed this; settled: carol's",
        ];
        assert_eq!(said, expected);
        // Carol changed Bob's line as well: it is hers now.
        let carol = document("Carol's", "a?\nb\nc!\nd\ne!\n");
        merging.reconcile_with("carol", "\"v8\"", carol, Command::OverwriteTheirs);
        let conflict = merging.conflict();
        let authors = conflict.changes().iter().copied().map(|place| names.introducer(conflict, place));
        assert_eq!(authors.collect::<Vec<_>>(), ["carol", "carol", "bob", "carol"]);
    }

    #[test]
    fn repeated_merge_claims_a_save_only_if_it_is_known() {
        let remerged = |etag: &str, content: &str| {
            let mut merging = MergingEditor::new(document("", "a\n"), document("", "b\n"), document("", "c\n"));
            merging.reconcile_with("bob", "\"v7-0011aabb\"", document("", "d\n"), Command::OverwriteTheirs);
            merging.reconcile_with("carol", etag, document("", content), Command::OverwriteTheirs);
            let mut sides = sides();
            sides.theirs.name = Some("carol".to_owned());
            sides.theirs.version = Some("new".to_owned());
            describe_remerge(merging.conflict(), SideNames(&sides)).split_once(':').unwrap().0.to_owned()
        };
        assert_eq!(remerged("\"5f0c\"", "d\n"), "the same text, under new");
        assert_eq!(remerged("\"5f0c\"", "e\n"), "carol saved new meanwhile");
        assert_eq!(remerged("\"v8-0011aabb\"", "d\n"), "carol saved new meanwhile");
        assert_eq!(remerged("\"v9-0011aabb\"", "d\n"), "2 versions further, at new by carol");
    }

    #[test]
    fn change_from_versions_not_received_is_by_others() {
        let theirs = fixture::snapshot("\"v6-0011aabb\"", "bob", document("", "A\nb\nC\n"));
        let merge = DocumentMerge::new(document("", "a\nb\nc\n"), document("", "a\nb\nc!\n"), theirs, None);
        let sides = sides();
        let said = |base: &str| {
            let conflict = merge.clone().with_base_tag(base.parse().ok());
            let say = |place| describe_change(&conflict, place, SideNames(&sides));
            conflict.changes().iter().copied().map(say).collect::<Vec<_>>()
        };
        assert_eq!(said("\"v5-0011aabb\""), ["bob changed this", "you and bob both changed these lines"]);
        assert_eq!(said("\"v4-0011aabb\""), ["others changed this", "you and others both changed these lines"]);
        assert_eq!(possessive(OTHERS.to_owned()), "others'");
    }

    #[test]
    fn count_names_the_open_conflicts() {
        assert_eq!(count(&conflict("a\n", "b\n", "c\n"), Some(1)), "1 conflict, open");
        assert_eq!(count(&fixture::titles(), None), "1 conflict, open");
        assert_eq!(count(&conflict("a\nb\n", "A\nb\n", "a\nb\nc\n"), None), "no conflict: everything fits together");
        let two = conflict("a\nb\nc\n", "A\nb\nC\n", "a!\nb\nc!\n");
        assert_eq!(count(&two, Some(2)), "conflict 2 of 2, 2 open");
        assert_eq!(count(&two, None), "2 conflicts, 2 open");
    }

    #[test]
    fn format_is_described_if_a_side_changed_it() {
        let sides = sides();
        let described = |base, mine, theirs| format(&conflict(base, mine, theirs), SideNames(&sides), "F");
        assert_eq!(described("a\nb\n", "a\nB\n", "A\nb\n"), None);
        assert_eq!(
            described("a\nb\n", "a\nB", "A\r\nb\r\n").as_deref(),
            Some("lines end with CRLF, as bob has it; no newline at the end, as you have it (F: another)")
        );
    }

    #[test]
    fn label_theirs_is_its_own_possessive() {
        let mut sides = sides();
        let settled = Resolution::Settled(SettledAs::Theirs);
        assert_eq!(describe_resolution(settled, SideNames(&sides)), "settled: bob's");
        sides.theirs.name = Some("theirs".to_owned());
        assert_eq!(describe_resolution(settled, SideNames(&sides)), "settled: theirs");
        assert_eq!(describe_resolution(Resolution::TheirsMine, SideNames(&sides)), "theirs, then mine");
    }

    #[test]
    fn hints_name_the_keys_of_the_selected_region() {
        let sides = sides();
        let key = |action| MergeKeyNames::default().of(action).to_owned();
        let of = |conflict: &DocumentMerge| {
            let place = conflict.changes()[0];
            let pieces = hints(conflict, place, Resolution::at(conflict, place), SideNames(&sides), &key);
            let said = pieces.into_iter().map(|piece| match piece {
                HintPart::Key(said) | HintPart::Words(said) => said,
            });
            said.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of(&conflict("a\n", "b\n", "c\n")), "m mine, t theirs (bob), b both, o base, e by hand");
        assert_eq!(of(&fixture::titles()), "m mine, t theirs (bob), o base, e by hand");
        assert!(of(&conflict("a\nc\n", "a\n1\nc\n", "a\n2\nc\n")).starts_with("b both, mine first, B both, bob first"));
    }

    #[test]
    fn open_conflict_offers_both_unless_it_has_one_value() {
        let sides = sides();
        let key = |action| MergeKeyNames::default().of(action).to_owned();
        let of = |place| open_choices(place, SideNames(&sides), &key);
        assert_eq!(
            of(ChangeId::Region(0)),
            ["open: m mine, t theirs (bob), b both", "open: m mine, t theirs, b both"].map(str::to_owned)
        );
        assert_eq!(of(ChangeId::Title)[0], "open: m mine, t theirs (bob)");
    }
}

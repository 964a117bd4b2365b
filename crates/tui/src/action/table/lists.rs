//! The rows for lists, and for views longer than the screen.

use crossterm::event::KeyCode::{Down, End, Enter, Esc, Home, Left, PageDown, PageUp, Right, Tab, Up};
use terminal::key::Key;

use super::super::Action as A;
use super::super::Applies::In;
use super::super::Context as C;
use super::super::binding::binding;
use super::super::context_groups::{PAGE_CONTEXTS, SCROLL_CONTEXTS};
use super::super::{Binding, RoomAction, RoomVoteAction, VersionAction};

/// The contexts of the leader's controls.
const CONTROLS: &[C] = &[C::Wire, C::Controls];

/// The rows for lists and long views.
pub(super) const LISTS: &[Binding] = &[
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Wire]))
        .in_footer("open", "Shows the whole exchange: request and response as they were sent."),
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Documents]))
        .in_footer("open", "Opens the selected document, or creates one with the typed name."),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Property]))
        .in_footer("change it", "Changes the title or the parent to what is typed; an empty parent means none."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Property]))
        .in_footer("as it was", "Leaves the title or the parent as it was."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Wire]))
        .in_footer("back", "Removes the filter if there is one; otherwise back."),
    binding(A::Room(RoomAction::ShowJoin), "show-how-to-join", &[Key::char('j')], In(&[C::Wire]))
        .in_footer("join", "Shows how people join: the address, the room's code, and the line for ssh."),
    binding(A::Room(RoomAction::ShowLeaderCode), "show-leader-code", &[Key::char('l')], In(&[C::JoinRoom]))
        .in_footer("leader's code", "Shows the code with which the leader leads from another machine; again: hides it."),
    binding(A::Room(RoomAction::ShowPeople), "show-people", &[Key::char('p')], In(&[C::Wire])).in_footer(
        "people",
        "Shows everyone in the room, also those who are silent; one of them can be removed, and let in again.",
    ),
    binding(A::Room(RoomAction::ShowControls), "show-controls", &[Key::char('c')], In(&[C::Wire])).in_footer(
        "controls",
        "Shows the policy, the mistakes, the faults and the gate, their keys, and what the room notices of each.",
    ),
    // The leader's question.
    binding(A::Room(RoomAction::LeadQuestion), "lead-question", &[Key::char('q')], In(&[C::Wire])).in_footer(
        "question",
        "Opens the form for a question to everyone in the room; while one is asked: shows its votes, or withdraws it.",
    ),
    binding(A::RoomVote(RoomVoteAction::Show), "show-votes", &[Key::char('s')], In(&[C::LedQuestion]))
        .in_footer("show votes", "Shows how the room has voted, on every screen; no more answers are taken."),
    binding(A::RoomVote(RoomVoteAction::VoteAgain), "vote-again", &[Key::char('v')], In(&[C::LedQuestion]))
        .in_footer("vote again", "Lets the room vote again; the votes so far are kept beside the new ones."),
    binding(A::RoomVote(RoomVoteAction::Reveal), "reveal-answer", &[Key::char('w')], In(&[C::LedQuestion]))
        .in_footer("reveal", "Marks the right choice on every screen, with the reason."),
    binding(A::Room(RoomAction::WithdrawQuestion), "withdraw-question", &[Key::char('x')], In(&[C::LedQuestion]))
        .in_footer("withdraw", "Removes the question from every screen, after asking; its answers are forgotten."),
    binding(A::Room(RoomAction::WriteQuestion), "write-question", &[Key::char('n')], In(&[C::LedQuestion]))
        .in_footer("another", "Opens the form for another question, in place of this one."),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::QuestionForm]))
        .in_footer("next line", "Goes to the next line, and asks after the last one. An empty choice ends the choices."),
    binding(A::Room(RoomAction::AskQuestion), "ask-question", &[Key::ctrl('s')], In(&[C::QuestionForm]))
        .in_footer("ask", "Asks everyone in the room now: the question and its choices appear on every screen."),
    binding(A::SwitchInput, "switch-input", &[Key::plain(Tab)], In(&[C::QuestionForm]))
        .help_only("Gives the keys to the next line."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::QuestionForm]))
        .in_footer("back", "Back; what is typed is kept until the form is opened again."),
    binding(A::Release, "release", &[Key::char('a')], In(&[C::Wire]))
        .in_footer("release", "Releases the selected held request: the server judges it now."),
    binding(A::ReleaseAll, "release-all", &[Key::char('A')], In(CONTROLS)).in_footer(
        "all",
        "Releases all held requests, each after the response to the previous one: the marked ones first, in order.",
    ),
    binding(A::Mark, "mark-request", &[Key::char('m')], In(&[C::Wire])).in_footer(
        "mark",
        "Marks a held request as the next in the order in which all are released; again: removes the mark.",
    ),
    binding(A::Hold, "hold-requests", &[Key::char('i')], In(CONTROLS)).in_footer(
        "hold",
        "Holds writes at the server's gate before they are judged; then reads too; then nothing new.",
    ),
    binding(A::LoseAnswer, "lose-response", &[Key::char('X')], In(&[C::Wire])).in_footer(
        "lose response",
        "Releases the selected write and loses its response: the write is done, and its writer never learns of it.",
    ),
    binding(A::Room(RoomAction::LoseNext), "lose-next-response", &[Key::char('l')], In(CONTROLS)).in_footer(
        "lose next",
        "Loses the response to the next write of any client: the write is done, and its writer never learns of it.",
    ),
    binding(A::Room(RoomAction::Delay), "delay-responses", &[Key::char('d')], In(CONTROLS)).in_footer(
        "delay",
        "Delays every response by 400 milliseconds; then by 2 seconds; then not at all.",
    ),
    binding(A::Room(RoomAction::SwitchEtags), "switch-etags", &[Key::char('e')], In(CONTROLS)).help_only(
        "Switches the tags: of versions; of texts, so that a text that comes back has its old tag; of whole seconds.",
    ),
    binding(A::Room(RoomAction::SwitchJudging), "switch-judging", &[Key::char('w')], In(CONTROLS)).help_only(
        "Switches how a save is done: judged and written in one step, or judged first and written later.",
    ),
    binding(A::Room(RoomAction::SwitchDates), "switch-dates", &[Key::char('t')], In(CONTROLS))
        .help_only("Switches how far a date in a condition counts: only if it names one version, or always."),
    binding(A::Room(RoomAction::BeginRound), "new-round", &[Key::char('n')], In(&[C::Wire])).in_footer(
        "new round",
        "Copies the document in view into a new one, after asking, and sets the counters to zero.",
    ),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::NewRound]))
        .in_footer("as it began", "Begins the round with the text of the document's first version."),
    binding(A::Room(RoomAction::CopyNewest), "copy-newest", &[Key::char('c')], In(&[C::NewRound]))
        .in_footer("as it is now", "Begins the round with the newest text of the document."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::NewRound])).in_footer("no round", "Changes nothing."),
    binding(A::Room(RoomAction::ResetCounters), "reset-counters", &[Key::char('0')], In(&[C::Wire]))
        .help_only("Sets the counters to zero; the room notices nothing."),
    binding(A::Room(RoomAction::SaveSession), "save-session", &[Key::char('s')], In(&[C::Wire])).in_footer(
        "save",
        "Saves the session in a new folder: what everyone sent, the versions, the questions and the people.",
    ),
    binding(A::Room(RoomAction::OpenForAll), "open-for-all", &[Key::char('O')], In(&[C::Wire])).in_footer(
        "open for all",
        "Opens the document in view on every screen that shows the list, and for all who join; again: no longer.",
    ),
    binding(A::Room(RoomAction::OpenForAll), "open-for-all", &[Key::char('O')], In(&[C::Controls])).help_only(
        "Opens the document in view on every screen that shows the list, and for all who join; again: no longer.",
    ),
    binding(A::Room(RoomAction::ShowSeeds), "seed-documents", &[Key::char('S')], In(&[C::Wire])).in_footer(
        "seed documents",
        "Creates documents of lessons, of a file or of a folder; one that exists is never overwritten.",
    ),
    binding(A::Room(RoomAction::ShowSeeds), "seed-documents", &[Key::char('S')], In(&[C::Controls]))
        .help_only("Creates documents of lessons, of a file or of a folder; one that exists is never overwritten."),
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Seeds])).in_footer(
        "create",
        "Creates the selected documents with If-None-Match: *, or goes into the selected folder.",
    ),
    binding(A::Room(RoomAction::CompletePath), "complete-path", &[Key::plain(Tab)], In(&[C::Seeds]))
        .in_footer("complete", "Continues the path with the selected file or folder."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Seeds])).in_footer("back", "Back."),
    binding(A::Room(RoomAction::SortPeople), "sort-people", &[Key::char('o')], In(&[C::Wire]))
        .in_footer("order", "Shows the people by how far they are behind, by name, or in order of arrival."),
    binding(A::Room(RoomAction::RemovePerson), "remove-person", &[Key::char('x')], In(&[C::People])).in_footer(
        "remove",
        "Removes the selected person, after asking: each request under that name is refused from then on.",
    ),
    binding(A::Room(RoomAction::ReadmitPerson), "readmit-person", &[Key::char('r')], In(&[C::People]))
        .in_footer("let in", "Lets the selected person in again, with the same token."),
    binding(A::Room(RoomAction::SortPeople), "sort-people", &[Key::char('o')], In(&[C::People]))
        .in_footer("order", "Shows the people by how far they are behind, by name, or in order of arrival."),
    binding(A::Duplicate, "duplicate", &[Key::char('D')], In(&[C::Wire]))
        .help_only("Sends a request that has no response yet a second time, like a network that duplicates a message."),
    binding(A::SendAgain, "send-again", &[Key::char('r')], In(&[C::Wire])).in_footer(
        "again",
        "Sends the selected request again, unchanged, with its old If-Match; its editor does not notice.",
    ),
    binding(A::Filter, "filter-exchanges", &[Key::char('f'), Key::char('/')], In(&[C::Wire]))
        .in_footer("filter", "Shows only some exchanges, such as ~m PUT & ~c 412; the others are kept."),
    binding(A::Confirm, "confirm", &[Key::plain(Enter)], In(&[C::Filter]))
        .in_footer("filter", "Shows only what matches; everything, if nothing is typed."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Filter]))
        .in_footer("as it was", "Leaves the filter as it was."),
    binding(A::Open, "open", &[Key::plain(Enter)], In(&[C::Versions]))
        .in_footer("look", "Shows the whole version."),
    binding(A::Compare, "compare", &[Key::char('c')], In(&[C::Versions])).in_footer(
        "compare",
        "Compares the version with the marked one; without a mark, with my text, or with the newest version.",
    ),
    binding(A::Compare, "compare", &[Key::char('c')], In(&[C::Version]))
        .in_footer("compare", "Shows the comparison in place of the whole version; again: the whole version."),
    binding(A::Version(VersionAction::NextDifference), "next-difference", &[Key::char('n')], In(&[C::Version]))
        .in_footer("next", "Goes to the next change of the comparison; after the last one, to the first."),
    binding(A::Version(VersionAction::PreviousDifference), "previous-difference", &[Key::char('p')], In(&[C::Version]))
        .in_footer("previous", "Goes to the previous change of the comparison; before the first one, to the last."),
    binding(A::RestoreVersion, "restore-version", &[Key::char('s')], In(&[C::Versions, C::Version]))
        .in_footer(
            "restore",
            "Writes this version as a new one: one PUT whose If-Match names the newest version that you have seen.",
        ),
    binding(A::Version(VersionAction::Mark), "mark-version", &[Key::char('m')], In(&[C::Versions]))
        .in_footer("mark", "Marks the version, so that another one can be compared with it; again: removes the mark."),
    binding(
        A::Version(VersionAction::Filter),
        "filter-versions",
        &[Key::char('f'), Key::char('/')],
        In(&[C::Versions]),
    )
    .in_footer("filter", "Shows only the versions of some author, or the version of a number."),
    binding(A::BringBack, "edit-version", &[Key::char('b')], In(&[C::Version])).in_footer(
        "into my text",
        "Makes its text my edit. Nothing is sent before I save, and the save names my base: nothing is overwritten unseen.",
    ),
    binding(
        A::Close,
        "close",
        &[Key::plain(Esc), Key::char('q')],
        In(&[C::Exchange, C::People, C::JoinRoom, C::LedQuestion, C::Controls, C::Version, C::Change, C::Draft, C::Help, C::PolicyComparison]),
    )
    .in_footer("back", "Back."),
    binding(A::Close, "close", &[Key::plain(Esc), Key::char('q')], In(&[C::Versions]))
        .in_footer("back", "Removes the filter if there is one; otherwise back."),
    binding(A::Close, "close", &[Key::plain(Esc)], In(&[C::Documents])).in_footer("back", "Back."),
    binding(A::EditTitle, "edit-title", &[Key::ctrl('t')], In(&[C::Documents])).in_footer(
        "title",
        "Changes the title of the selected document: PATCH with the If-Match of the version that the list shows.",
    ),
    binding(A::EditParent, "edit-parent", &[Key::alt('t')], In(&[C::Documents])).in_footer(
        "parent",
        "Changes the parent of the selected document: PATCH with the If-Match of the version that the list shows.",
    ),
    binding(A::Delete, "delete", &[Key::f(8)], In(&[C::Documents])).in_footer(
        "delete",
        "Deletes the selected document, after asking: DELETE with the If-Match of the version that the list shows.",
    ),
    binding(A::Up, "up", &[Key::plain(Up)], In(SCROLL_CONTEXTS)).help_only("Up by one."),
    binding(A::Down, "down", &[Key::plain(Down)], In(SCROLL_CONTEXTS)).help_only("Down by one."),
    binding(A::PageUp, "page-up", &[Key::plain(PageUp)], In(PAGE_CONTEXTS)).help_only("Up by a screen."),
    binding(A::PageDown, "page-down", &[Key::plain(PageDown)], In(PAGE_CONTEXTS)).help_only("Down by a screen."),
    binding(A::First, "go-to-first", &[Key::plain(Home)], In(SCROLL_CONTEXTS)).help_only("To the beginning."),
    binding(A::Last, "go-to-last", &[Key::plain(End)], In(SCROLL_CONTEXTS)).help_only("To the end."),
    binding(A::Left, "left", &[Key::plain(Left), Key::char('h')], In(&[C::Merge, C::Exchange, C::Overwrite]))
        .help_only("To the left."),
    binding(A::Right, "right", &[Key::plain(Right), Key::char('l')], In(&[C::Merge, C::Exchange, C::Overwrite]))
        .help_only("To the right."),
];

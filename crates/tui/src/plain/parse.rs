//! The parser of plain mode: a line becomes a command, or a reply that says what to type instead. Pure.

use std::path::PathBuf;

use lesson::script::HoldPoint;
use precondition::policy::Preconditions;

use super::commands::{COMMANDS, CommandSpec, LineVerb, Meaning};
use crate::action::{Action, Context};

/// A parsed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A comment, which begins with `#`.
    Remark,
    /// A command.
    Command(LineCommand),
    /// A line that is not a command, with the reply.
    Wrong(String),
}

/// A command with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LineCommand {
    Act(Action),
    /// Read the text, or a range of its lines, counted from 1.
    Show(Option<(usize, usize)>),
    /// Write a text at a position; without a text, the following lines.
    Write(TextPosition, Option<String>),
    /// Paste the register before a line, or at the end.
    Paste(Option<usize>),
    /// Delete a range of lines, counted from 1.
    Delete(usize, usize),
    Replace {
        old: String,
        new: String,
    },
    Title(String),
    /// Change the parent; `None` for none.
    Parent(Option<String>),
    Conflict(Option<usize>),
    Conflicts,
    /// Decide the conflict with this number, or the current one.
    Take(Action, Option<usize>),
    Result,
    WriteTo(String),
    Documents,
    Version(u64),
    Open(String),
    /// Change the title of a listed document.
    Rename(String, String),
    /// Change the parent of a listed document; `None` for none.
    Move(String, Option<String>),
    /// Delete a listed document.
    Remove(String),
    As(String),
    Policy(Option<Preconditions>),
    /// Tell the gate what to hold, or say what it holds.
    Hold(Option<HoldPoint>),
    /// Carry out an action of the gate on the request with this number, or on the default one.
    Lead(Action, Option<u64>),
    Wire(Option<u64>),
    /// Begin a lesson, or free play.
    Begin(String),
    /// Answer with the choice of a number, counted from 1.
    Answer(usize),
    /// Answer the leader's question with the choice of a number, counted from 1.
    Vote(usize),
    Skip,
    /// Read the goal of the level.
    Goal,
    /// Carry out an action of a level, whichever view has the focus.
    LevelAction(Action),
    /// Send the offered request of a number, counted from 1.
    SendOffer(usize),
    Again,
    Lesson,
    /// Play the lesson again under a policy.
    Under(Preconditions),
    Status,
    Help(Option<String>),
    QuitNow,
    /// Continue the draft with this number, counted from 1, or none of the drafts.
    Draft(Option<usize>),
    LookAtDraft(usize),
    DiscardDraft(usize),
    /// Write unsaved text to a file, at this path or at the default one.
    KeepAs(Option<PathBuf>),
}

/// The position at which a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextPosition {
    /// Instead of this line, counted from 1.
    Line(usize),
    /// Before this line.
    Before(usize),
    /// At the end.
    End,
    /// As the result of the conflict with this number, or of the current one.
    Conflict(Option<usize>),
}

/// Parses a line in a context.
pub(crate) fn parse(line: &str, context: Context) -> Parsed {
    let line = line.trim_start();
    if line.starts_with('#') {
        return Parsed::Remark;
    }
    if line.is_empty() {
        let steps = matches!(context, Context::Lesson | Context::Quiz | Context::Level);
        return Parsed::Command(if steps { LineCommand::Act(Action::Step) } else { LineCommand::Status });
    }
    if let (Context::Quiz | Context::Lesson, Ok(number)) = (context, line.trim().parse()) {
        return Parsed::Command(LineCommand::Answer(number));
    }
    if let (Context::Level, Ok(number)) = (context, line.trim().parse()) {
        return Parsed::Command(LineCommand::SendOffer(number));
    }
    match find(line, context) {
        // In the menu, a line that is not a command there is the name of a lesson, even if it is a command elsewhere.
        found if context == Context::Menu && found.is_none_or(|(word, _)| !word.applies_in(context)) => {
            Parsed::Command(LineCommand::Begin(line.trim().to_owned()))
        }
        None => Parsed::Wrong(unknown(line)),
        Some((word, _)) if !word.applies_in(context) => Parsed::Wrong(elsewhere(word, context)),
        Some((word, rest)) => match order(word, rest) {
            Some(order) => Parsed::Command(order),
            None => Parsed::Wrong(format!("Usage: {}. {}", word.usage(), word.help(context))),
        },
    }
}

/// Returns the command that a line begins with, and the rest of the line.
///
/// A command that applies in the context comes before one that does not, and a longer one before a shorter one.
pub(crate) fn find(line: &str, context: Context) -> Option<(&'static CommandSpec, &str)> {
    let found = COMMANDS.iter().filter_map(|word| {
        let fits = word.names(context).filter_map(|name| Some((word, rest_after(line, name)?)));
        fits.min_by_key(|(_, rest)| rest.len())
    });
    found.min_by_key(|(word, rest)| (!word.applies_in(context), rest.len()))
}

/// Returns the rest of a line that begins with a name, or `None` if it does not.
///
/// The blank after the name is not part of the rest.
fn rest_after<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let (first, rest) = line.split_at_checked(name.len())?;
    if !first.eq_ignore_ascii_case(name) {
        return None;
    }
    match rest.chars().next() {
        None => Some(""),
        Some(c) if c.is_whitespace() => Some(&rest[c.len_utf8()..]),
        Some(_) => None,
    }
}

/// Returns a command with its arguments, or `None` if the arguments do not fit.
fn order(word: &CommandSpec, rest: &str) -> Option<LineCommand> {
    let verb = match word.means {
        Meaning::Act(action, _) => return rest.trim().is_empty().then_some(LineCommand::Act(action)),
        Meaning::Own(verb, ..) => verb,
    };
    let bare = rest.trim();
    let alone = |order| bare.is_empty().then_some(order);
    let named = || (!bare.is_empty()).then(|| bare.to_owned());
    Some(match verb {
        LineVerb::Show if bare.is_empty() => LineCommand::Show(None),
        LineVerb::Show => LineCommand::Show(Some(range(bare)?)),
        LineVerb::Line => parse_position(rest, TextPosition::Line)?,
        LineVerb::Insert => parse_position(rest, TextPosition::Before)?,
        LineVerb::Add => LineCommand::Write(TextPosition::End, text(rest)),
        LineVerb::Edit => match number_first(rest) {
            Some((number, rest)) => LineCommand::Write(TextPosition::Conflict(Some(number)), text(rest)),
            None => LineCommand::Write(TextPosition::Conflict(None), text(rest)),
        },
        LineVerb::Delete => {
            let (from, to) = range(bare)?;
            LineCommand::Delete(from, to)
        }
        LineVerb::Replace => {
            let (old, new) = rest.split_once("=>")?;
            let (old, new) = (old.strip_suffix(' ').unwrap_or(old), new.strip_prefix(' ').unwrap_or(new));
            let (old, new) = (old.to_owned(), new.to_owned());
            (!old.is_empty()).then_some(LineCommand::Replace { old, new })?
        }
        LineVerb::Title => LineCommand::Title(named()?),
        LineVerb::Parent => LineCommand::Parent(Some(named()?).filter(|parent| !parent.eq_ignore_ascii_case("none"))),
        LineVerb::Paste => LineCommand::Paste(maybe_number(bare)?),
        LineVerb::Conflict => LineCommand::Conflict(maybe_number(bare)?),
        LineVerb::Conflicts => alone(LineCommand::Conflicts)?,
        LineVerb::Take(action) => LineCommand::Take(action, maybe_number(bare)?),
        LineVerb::Result => alone(LineCommand::Result)?,
        LineVerb::WriteTo => LineCommand::WriteTo(named()?),
        LineVerb::Documents => alone(LineCommand::Documents)?,
        LineVerb::Version => LineCommand::Version(bare.parse().ok()?),
        LineVerb::Open => LineCommand::Open(named()?),
        LineVerb::Rename => {
            let (name, title) = bare.split_once(char::is_whitespace)?;
            LineCommand::Rename(name.to_owned(), title.trim_start().to_owned())
        }
        LineVerb::Move => {
            let (name, parent) = bare.split_once(char::is_whitespace)?;
            let parent = Some(parent.trim_start().to_owned()).filter(|parent| !parent.eq_ignore_ascii_case("none"));
            LineCommand::Move(name.to_owned(), parent)
        }
        LineVerb::Remove => LineCommand::Remove(named()?),
        LineVerb::As => LineCommand::As(named()?),
        LineVerb::Policy if bare.is_empty() => LineCommand::Policy(None),
        LineVerb::Policy => LineCommand::Policy(Some(preconditions(bare)?)),
        LineVerb::Under => LineCommand::Under(preconditions(bare)?),
        LineVerb::Hold if bare.is_empty() => LineCommand::Hold(None),
        LineVerb::Hold => LineCommand::Hold(Some(parse_hold(bare)?)),
        LineVerb::Lead(action) if bare.is_empty() => LineCommand::Lead(action, None),
        LineVerb::Lead(Action::ReleaseAll) => None?,
        LineVerb::Lead(action) => LineCommand::Lead(action, Some(bare.parse().ok()?)),
        LineVerb::Wire if bare.is_empty() => LineCommand::Wire(None),
        LineVerb::Wire => LineCommand::Wire(Some(bare.parse().ok()?)),
        LineVerb::Begin => LineCommand::Begin(named()?),
        LineVerb::Answer => LineCommand::Answer(bare.parse().ok()?),
        LineVerb::Vote => LineCommand::Vote(bare.parse().ok()?),
        LineVerb::Skip => alone(LineCommand::Skip)?,
        LineVerb::Goal => alone(LineCommand::Goal)?,
        LineVerb::LevelAction(action) => alone(LineCommand::LevelAction(action))?,
        LineVerb::SendOffer => LineCommand::SendOffer(bare.parse().ok()?),
        LineVerb::Again => alone(LineCommand::Again)?,
        LineVerb::Lesson => alone(LineCommand::Lesson)?,
        LineVerb::Status => alone(LineCommand::Status)?,
        LineVerb::Help => LineCommand::Help(named()),
        LineVerb::QuitNow => alone(LineCommand::QuitNow)?,
        LineVerb::Draft if bare.eq_ignore_ascii_case("none") => LineCommand::Draft(None),
        LineVerb::Draft => LineCommand::Draft(Some(bare.parse().ok()?)),
        LineVerb::LookAtDraft => LineCommand::LookAtDraft(bare.parse().ok()?),
        LineVerb::DiscardDraft => LineCommand::DiscardDraft(bare.parse().ok()?),
        LineVerb::KeepAs => LineCommand::KeepAs(named().map(PathBuf::from)),
    })
}

/// Parses the name of a precondition policy.
fn preconditions(said: &str) -> Option<Preconditions> {
    let all = [Preconditions::Required, Preconditions::Optional, Preconditions::Ignored];
    all.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(said))
}

/// Parses what the gate is to hold.
fn parse_hold(said: &str) -> Option<HoldPoint> {
    match said.to_ascii_lowercase().as_str() {
        "writes" => Some(HoldPoint::Writes),
        "all" => Some(HoldPoint::All),
        "judged" => Some(HoldPoint::Judged),
        "nothing" | "none" => Some(HoldPoint::Nowhere),
        _ => None,
    }
}

/// Returns a text unchanged, or `None` if it is blank: a blank text cannot be told from no text.
fn text(rest: &str) -> Option<String> {
    (!rest.trim().is_empty()).then(|| rest.to_owned())
}

fn parse_position(rest: &str, at: fn(usize) -> TextPosition) -> Option<LineCommand> {
    let (number, rest) = number_first(rest)?;
    Some(LineCommand::Write(at(number), text(rest)))
}

/// Returns the number at the beginning, and the rest after one blank.
fn number_first(rest: &str) -> Option<(usize, &str)> {
    let rest = rest.trim_start();
    let (number, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    Some((number.parse().ok()?, behind))
}

/// Parses a range of lines, such as `3`, `3 5`, `3-5` or `3 to 5`.
fn range(said: &str) -> Option<(usize, usize)> {
    let numbers = said.split([' ', '-', ',']).filter(|piece| !piece.is_empty() && *piece != "to");
    let numbers: Vec<usize> = numbers.map(|piece| piece.parse().ok()).collect::<Option<_>>()?;
    match numbers[..] {
        [one] => Some((one, one)),
        [from, to] => Some((from, to)),
        _ => None,
    }
}

#[expect(
    clippy::option_option,
    reason = "the outer option says whether the input is valid, the inner one whether there is a number"
)]
fn maybe_number(said: &str) -> Option<Option<usize>> {
    if said.is_empty() { Some(None) } else { said.parse().ok().map(Some) }
}

fn unknown(line: &str) -> String {
    let said = line.split_whitespace().next().unwrap_or_default();
    let near = COMMANDS.iter().map(|word| word.said).min_by_key(|word| distance(word, said));
    // A short word may differ from a command in too few letters by chance.
    let near = near.filter(|word| distance(word, said) <= said.chars().count() / 3);
    let meant = near.map_or_else(|| ".".to_owned(), |word| format!("; did you mean '{word}'?"));
    format!("'{said}' is not a command{meant} 'help' lists the commands.")
}

/// Returns the reply to a command that does not apply in the context.
fn elsewhere(word: &CommandSpec, context: Context) -> String {
    let why = match context {
        Context::Lesson | Context::Quiz | Context::Level => {
            "your lines go to the lesson; 'as' and a name sends them to that person's editor"
        }
        Context::Menu => "no lesson has begun; a number or a name begins one",
        Context::Merge => "a merge is open; 'leave' goes back to my text",
        Context::Text | Context::Required | Context::Deleted => {
            "it is for a merge, a question or a lesson; 'merge' enters an open merge"
        }
        Context::Ended => "the merge or the choice is over; 'leave' goes back to my text",
        Context::Documents => "no document is open; 'open NAME' opens one",
        _ => "a question is open; 'status' repeats it",
    };
    format!("Not now: '{}' does not apply here: {why}.", word.said)
}

/// Returns the edit distance of two words: how many letters to change, insert or delete.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, a) in one.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], at + 1);
        for (column, b) in other.iter().enumerate() {
            let change = before + usize::from(a != *b);
            before = row[column + 1];
            row[column + 1] = change.min(before + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use merge_view::action::MergeAction;

    fn order_of(line: &str, context: Context) -> LineCommand {
        match parse(line, context) {
            Parsed::Command(order) => order,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn commands_are_parsed_with_their_arguments() {
        let text = |line| order_of(line, Context::Text);
        let written = |spot, words: &str| LineCommand::Write(spot, Some(words.to_owned()));
        assert_eq!(text("line 3  two blanks"), written(TextPosition::Line(3), " two blanks"));
        assert_eq!(text("LINE 3"), LineCommand::Write(TextPosition::Line(3), None));
        assert_eq!(text("insert 1 a"), written(TextPosition::Before(1), "a"));
        assert_eq!(text("add 3 eggs"), written(TextPosition::End, "3 eggs"));
        assert_eq!(text("delete 2-4"), LineCommand::Delete(2, 4));
        assert_eq!(text("show 2 to 4"), LineCommand::Show(Some((2, 4))));
        assert_eq!(text("replace a b => c => d"), LineCommand::Replace { old: "a b".into(), new: "c => d".into() });
        assert_eq!(text("replace a =>"), LineCommand::Replace { old: "a".into(), new: String::new() });
        assert_eq!(text("title  Bread "), LineCommand::Title("Bread".into()));
        assert_eq!(text("parent handbook"), LineCommand::Parent(Some("handbook".into())));
        assert_eq!(text("parent None"), LineCommand::Parent(None));
        assert_eq!(text("rename 2  Rye bread"), LineCommand::Rename("2".into(), "Rye bread".into()));
        assert_eq!(text("move plan handbook"), LineCommand::Move("plan".into(), Some("handbook".into())));
        assert_eq!(text("move plan None"), LineCommand::Move("plan".into(), None));
        assert_eq!(text("remove plan"), LineCommand::Remove("plan".into()));
        assert!(matches!(parse("rename plan", Context::Text), Parsed::Wrong(_)), "there is no title");
        assert_eq!(text("paste"), LineCommand::Paste(None));
        assert_eq!(text("paste 2"), LineCommand::Paste(Some(2)));
        assert_eq!(text(""), LineCommand::Status);
        assert_eq!(text("hold nothing"), LineCommand::Hold(Some(HoldPoint::Nowhere)));
        assert_eq!(text("hold judged"), LineCommand::Hold(Some(HoldPoint::Judged)));
        assert_eq!(text("release 3"), LineCommand::Lead(Action::Release, Some(3)));
        assert_eq!(text("release all"), LineCommand::Lead(Action::ReleaseAll, None));
        assert_eq!(order_of("draft 2", Context::Drafts), LineCommand::Draft(Some(2)));
        assert_eq!(order_of("draft none", Context::Drafts), LineCommand::Draft(None));
        assert_eq!(order_of("file", Context::Unsaved), LineCommand::KeepAs(None));
        assert_eq!(order_of("file my notes.txt", Context::Unsaved), LineCommand::KeepAs(Some("my notes.txt".into())));
        assert_eq!(text("policy optional"), LineCommand::Policy(Some(Preconditions::Optional)));
        assert_eq!(parse("# a remark", Context::Text), Parsed::Remark);
    }

    #[test]
    fn meaning_of_a_command_depends_on_the_context() {
        let act = |line, context| order_of(line, context);
        assert_eq!(act("save", Context::Text), LineCommand::Act(Action::Save));
        assert_eq!(act("save", Context::Unsaved), LineCommand::Act(Action::Confirm));
        assert_eq!(act("leave", Context::Unsaved), LineCommand::Act(Action::Abandon));
        assert_eq!(act("leave", Context::Merge), LineCommand::Act(Action::Leave));
        assert_eq!(act("undo", Context::Text), LineCommand::Act(Action::Undo));
        assert_eq!(act("undo", Context::Merge), LineCommand::Act(Action::Merge(MergeAction::UndoDecision)));
        assert_eq!(act("delete document", Context::Text), LineCommand::Act(Action::Delete));
        assert_eq!(act("save", Context::Required), LineCommand::Act(Action::Save), "it closes the panel");
        assert_eq!(
            act("edit 2 loaves", Context::Merge),
            LineCommand::Write(TextPosition::Conflict(Some(2)), Some("loaves".into()))
        );
        assert_eq!(
            act("edit loaves", Context::Merge),
            LineCommand::Write(TextPosition::Conflict(None), Some("loaves".into()))
        );
        assert_eq!(
            act("line 3 x", Context::Merge),
            LineCommand::Write(TextPosition::Line(3), Some("x".into())),
            "lines can be edited during a merge"
        );
        assert!(matches!(parse("yes", Context::Text), Parsed::Wrong(_)), "no question is open");
        assert!(matches!(parse("save", Context::Question), Parsed::Wrong(_)), "'save' does not answer the question");
    }

    #[test]
    fn names_of_actions_are_commands_too() {
        for (line, context, action) in [
            ("save-unconditionally", Context::Text, Action::SaveUnconditionally),
            ("unchecked save", Context::Text, Action::SaveUnconditionally),
            ("do it right", Context::Required, Action::RetryWithPrecondition),
            ("delete mine too", Context::Deleted, Action::DiscardMine),
            ("my text", Context::Merge, Action::Leave),
            ("save and leave", Context::Unsaved, Action::Confirm),
        ] {
            assert_eq!(order_of(line, context), LineCommand::Act(action), "{line}");
        }
    }

    #[test]
    fn unknown_command_is_answered_with_a_suggestion() {
        let said = |line| match parse(line, Context::Text) {
            Parsed::Wrong(said) => said,
            other => panic!("{other:?}"),
        };
        assert_eq!(said("sav now"), "'sav' is not a command; did you mean 'save'? 'help' lists the commands.");
        assert_eq!(said("xyzzy"), "'xyzzy' is not a command. 'help' lists the commands.");
        assert!(said("line three").contains("line N TEXT"));
        assert!(said("delete").contains("delete N [M]"));
        assert!(said("save x").contains("save"));
    }

    #[test]
    fn every_command_parses_as_its_help_and_describes_itself() {
        for word in COMMANDS {
            let places: Vec<_> = Context::ALL.into_iter().filter(|&context| word.applies_in(context)).collect();
            assert!(!places.is_empty(), "{} applies in no context", word.said);
            for context in places {
                let full = word
                    .usage()
                    .replace(['[', ']'], "")
                    .replace("POLICY", "required")
                    .replace("WHAT", "all")
                    .replace('N', "1");
                let full = full.replace('M', "2").replace("1AME", "notes").replace("1EW", "new");
                for line in [full.clone(), full.to_uppercase()] {
                    let meant = find(&line, context).map(|(found, _)| found.said);
                    assert_eq!(meant, Some(word.said), "{line} {}", context.place_name());
                    assert!(matches!(parse(&line, context), Parsed::Command(_)), "{line} {}", context.place_name());
                }
                assert!(word.help(context).ends_with('.'), "{}", word.said);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_parsed(line in "\\PC*|.*|[a-z]{2,8} [0-9 -]{0,25}.*", context in 0..Context::ALL.len()) {
            let _ = parse(&line, Context::ALL[context]);
        }
    }
}

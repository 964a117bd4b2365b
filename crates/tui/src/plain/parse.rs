//! A line, read: which word it begins with, and what follows it. Pure, and never at a loss: what cannot be read
//! is answered with what could have been said.

use std::path::PathBuf;

use contract::Hold;
use precondition::policy::Preconditions;

use super::commands::{COMMANDS, CommandSpec, LineVerb, Meaning};
use crate::action::{Action, Context};

/// A line, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// Nothing, or a remark: it begins with `#`.
    Remark,
    /// Something to do.
    Command(LineCommand),
    /// A line that cannot be read, with what to say instead.
    Wrong(String),
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LineCommand {
    Act(Action),
    /// To read my text, or these lines of it, counted from 1.
    Show(Option<(usize, usize)>),
    /// To write something there; without a text, the lines that follow are it.
    Write(TextPosition, Option<String>),
    /// To write what was cut or kept before that line, or at the end.
    Paste(Option<usize>),
    /// To delete these lines, counted from 1.
    Delete(usize, usize),
    Replace {
        old: String,
        new: String,
    },
    Title(String),
    Conflict(Option<usize>),
    Conflicts,
    /// To decide so about the conflict with that number, or the one at hand.
    Take(Action, Option<usize>),
    Result,
    WriteTo(String),
    Documents,
    Version(u64),
    Open(String),
    As(String),
    Policy(Option<Preconditions>),
    /// To have the gate hold that; without it, to say what it holds.
    Hold(Option<Hold>),
    /// To do that at the gate with the request that has this number.
    Lead(Action, Option<u64>),
    Wire(Option<u64>),
    /// To begin that lesson, or free play.
    Begin(String),
    /// To answer with the choice of that number, counted from 1.
    Answer(usize),
    Skip,
    Again,
    Lesson,
    /// To play the lesson again under that policy.
    Under(Preconditions),
    Status,
    Help(Option<String>),
    QuitNow,
    /// To go on with the draft of that number, counted from 1, or with none.
    Draft(Option<usize>),
    LookAtDraft(usize),
    DiscardDraft(usize),
    /// To write unsaved text into a file, at that path if one was said.
    KeepAs(Option<PathBuf>),
}

/// The place where something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextPosition {
    /// In the place of that line, counted from 1.
    Line(usize),
    /// Before that line.
    Before(usize),
    /// At the end.
    End,
    /// As the result of the conflict with that number, or of the one at hand.
    Conflict(Option<usize>),
}

/// Reads a line, said in that context.
pub(crate) fn parse(line: &str, context: Context) -> Parsed {
    let line = line.trim_start();
    if line.starts_with('#') {
        return Parsed::Remark;
    }
    if line.is_empty() {
        let steps = matches!(context, Context::Lesson | Context::Quiz);
        return Parsed::Command(if steps { LineCommand::Act(Action::Step) } else { LineCommand::Status });
    }
    if let (Context::Quiz, Ok(number)) = (context, line.trim().parse()) {
        return Parsed::Command(LineCommand::Answer(number));
    }
    match find(line, context) {
        // What is no word there may be a lesson's name, and a lesson may have the name of a word.
        found if context == Context::Menu && found.is_none_or(|(word, _)| !word.applies_in(context)) => {
            Parsed::Command(LineCommand::Begin(line.trim().to_owned()))
        }
        None => Parsed::Wrong(unknown(line)),
        Some((word, _)) if !word.applies_in(context) => Parsed::Wrong(elsewhere(word, context)),
        Some((word, rest)) => match order(word, rest) {
            Some(order) => Parsed::Command(order),
            None => Parsed::Wrong(format!("It is said so: {}. {}", word.usage(), word.help(context))),
        },
    }
}

/// Returns the word that a line begins with, and what follows it. What means something here goes before what does not,
/// and a longer word before a shorter one.
pub(crate) fn find(line: &str, context: Context) -> Option<(&'static CommandSpec, &str)> {
    let found = COMMANDS.iter().filter_map(|word| {
        let fits = word.names(context).filter_map(|name| Some((word, rest_after(line, name)?)));
        fits.min_by_key(|(_, rest)| rest.len())
    });
    found.min_by_key(|(word, rest)| (!word.applies_in(context), rest.len()))
}

/// Returns what follows that word, if the line begins with it. One blank between the two belongs to neither.
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

/// Returns the command that a word and its arguments make; `None` if the arguments do not fit.
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
        LineVerb::Paste => LineCommand::Paste(maybe_number(bare)?),
        LineVerb::Conflict => LineCommand::Conflict(maybe_number(bare)?),
        LineVerb::Conflicts => alone(LineCommand::Conflicts)?,
        LineVerb::Take(action) => LineCommand::Take(action, maybe_number(bare)?),
        LineVerb::Result => alone(LineCommand::Result)?,
        LineVerb::WriteTo => LineCommand::WriteTo(named()?),
        LineVerb::Documents => alone(LineCommand::Documents)?,
        LineVerb::Version => LineCommand::Version(bare.parse().ok()?),
        LineVerb::Open => LineCommand::Open(named()?),
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
        LineVerb::Skip => alone(LineCommand::Skip)?,
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

/// Reads what the server is to insist on.
fn preconditions(said: &str) -> Option<Preconditions> {
    let all = [Preconditions::Required, Preconditions::Optional, Preconditions::Ignored];
    all.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(said))
}

/// Reads what the gate is to hold.
fn parse_hold(said: &str) -> Option<Hold> {
    match said.to_ascii_lowercase().as_str() {
        "writes" => Some(Hold::Writes),
        "all" => Some(Hold::All),
        "nothing" | "none" => Some(Hold::None),
        _ => None,
    }
}

/// Returns a text as it was said; `None` if it is empty or blank: blanks cannot be heard.
fn text(rest: &str) -> Option<String> {
    (!rest.trim().is_empty()).then(|| rest.to_owned())
}

fn parse_position(rest: &str, at: fn(usize) -> TextPosition) -> Option<LineCommand> {
    let (number, rest) = number_first(rest)?;
    Some(LineCommand::Write(at(number), text(rest)))
}

/// Returns the number at the beginning, and what follows it and one blank.
fn number_first(rest: &str) -> Option<(usize, &str)> {
    let rest = rest.trim_start();
    let (number, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    Some((number.parse().ok()?, behind))
}

/// `3`, `3 5`, `3-5`, `3 to 5`.
fn range(said: &str) -> Option<(usize, usize)> {
    let numbers = said.split([' ', '-', ',']).filter(|piece| !piece.is_empty() && *piece != "to");
    let numbers: Vec<usize> = numbers.map(|piece| piece.parse().ok()).collect::<Option<_>>()?;
    match numbers[..] {
        [one] => Some((one, one)),
        [from, to] => Some((from, to)),
        _ => None,
    }
}

#[expect(clippy::option_option, reason = "the outer one says whether it is a number or nothing, the inner one which")]
fn maybe_number(said: &str) -> Option<Option<usize>> {
    if said.is_empty() { Some(None) } else { said.parse().ok().map(Some) }
}

fn unknown(line: &str) -> String {
    let said = line.split_whitespace().next().unwrap_or_default();
    let near = COMMANDS.iter().map(|word| word.said).min_by_key(|word| distance(word, said));
    // A short word that is nearly another is most likely neither.
    let near = near.filter(|word| distance(word, said) <= said.chars().count() / 3);
    let meant = near.map_or_else(|| ".".to_owned(), |word| format!("; did you mean '{word}'?"));
    format!("'{said}' is no word here{meant} 'help' says what can be said.")
}

/// Returns what to say if a word means something, but not here.
fn elsewhere(word: &CommandSpec, context: Context) -> String {
    let why = match context {
        Context::Lesson | Context::Quiz => "the lesson has the word; 'as' and a name takes that person's editor",
        Context::Menu => "no lesson was begun; its number or its name begins one",
        Context::Merge => "a merge is open; 'leave' goes back to my text",
        Context::Text | Context::Required | Context::Deleted => {
            "it is about a merge, a question or a lesson; 'merge' goes into a merge that is open"
        }
        Context::Ended => "what you were in is over; 'leave' goes back to my text",
        Context::Documents => "no document is open; 'open NAME' opens one",
        _ => "something is asked, and waits for its answer; 'status' repeats it",
    };
    format!("Not now: '{}' means nothing here: {why}.", word.said)
}

/// How many letters have to be changed, put in or left out to make one of the other.
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
    fn a_word_and_what_stands_behind_it() {
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
        assert_eq!(text("paste"), LineCommand::Paste(None));
        assert_eq!(text("paste 2"), LineCommand::Paste(Some(2)));
        assert_eq!(text(""), LineCommand::Status);
        assert_eq!(text("hold nothing"), LineCommand::Hold(Some(Hold::None)));
        assert_eq!(text("let go 3"), LineCommand::Lead(Action::Release, Some(3)));
        assert_eq!(text("let all go"), LineCommand::Lead(Action::ReleaseAll, None));
        assert_eq!(order_of("draft 2", Context::Drafts), LineCommand::Draft(Some(2)));
        assert_eq!(order_of("draft none", Context::Drafts), LineCommand::Draft(None));
        assert_eq!(order_of("file", Context::Unsaved), LineCommand::KeepAs(None));
        assert_eq!(order_of("file my notes.txt", Context::Unsaved), LineCommand::KeepAs(Some("my notes.txt".into())));
        assert_eq!(text("policy optional"), LineCommand::Policy(Some(Preconditions::Optional)));
        assert_eq!(parse("# a remark", Context::Text), Parsed::Remark);
    }

    #[test]
    fn what_a_word_means_depends_on_where_it_is_said() {
        let act = |line, context| order_of(line, context);
        assert_eq!(act("save", Context::Text), LineCommand::Act(Action::Save));
        assert_eq!(act("save", Context::Unsaved), LineCommand::Act(Action::Confirm));
        assert_eq!(act("leave", Context::Unsaved), LineCommand::Act(Action::Abandon));
        assert_eq!(act("leave", Context::Merge), LineCommand::Act(Action::Leave));
        assert_eq!(act("undo", Context::Text), LineCommand::Act(Action::Undo));
        assert_eq!(act("undo", Context::Merge), LineCommand::Act(Action::Merge(MergeAction::UndoDecision)));
        assert_eq!(act("delete document", Context::Text), LineCommand::Act(Action::Delete));
        assert_eq!(act("save", Context::Required), LineCommand::Act(Action::Save), "it puts the panel away");
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
            "in every state"
        );
        assert!(matches!(parse("yes", Context::Text), Parsed::Wrong(_)), "nothing is asked");
        assert!(matches!(parse("save", Context::Question), Parsed::Wrong(_)), "it is no yes");
    }

    #[test]
    fn actions_are_known_by_their_names_too() {
        for (line, context, action) in [
            ("save carelessly", Context::Text, Action::SaveUnconditionally),
            ("careless save", Context::Text, Action::SaveUnconditionally),
            ("do it right", Context::Required, Action::RetryWithPrecondition),
            ("delete mine too", Context::Deleted, Action::DiscardMine),
            ("back to my text", Context::Merge, Action::Leave),
            ("save and leave", Context::Unsaved, Action::Confirm),
        ] {
            assert_eq!(order_of(line, context), LineCommand::Act(action), "{line}");
        }
    }

    #[test]
    fn what_is_not_known_is_answered_with_what_is() {
        let said = |line| match parse(line, Context::Text) {
            Parsed::Wrong(said) => said,
            other => panic!("{other:?}"),
        };
        assert_eq!(said("sav now"), "'sav' is no word here; did you mean 'save'? 'help' says what can be said.");
        assert_eq!(said("xyzzy"), "'xyzzy' is no word here. 'help' says what can be said.");
        assert!(said("line three").contains("line N TEXT"));
        assert!(said("delete").contains("delete N [M]"));
        assert!(said("save x").contains("save"));
    }

    #[test]
    fn every_command_parses_as_its_help_and_describes_itself() {
        for word in COMMANDS {
            let places: Vec<_> = Context::ALL.into_iter().filter(|&context| word.applies_in(context)).collect();
            assert!(!places.is_empty(), "{} can be said nowhere", word.said);
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
        fn any_line_is_read(line in "\\PC*|.*|[a-z]{2,8} [0-9 -]{0,25}.*", context in 0..Context::ALL.len()) {
            let _ = parse(&line, Context::ALL[context]);
        }
    }
}

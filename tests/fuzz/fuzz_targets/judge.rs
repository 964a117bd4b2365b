//! Parses a request's conditions from arbitrary bytes, evaluates them, and checks invariants.
//!
//! The first byte chooses the method, the target and the policy. The rest are field lines: a letter for the name (`m`
//! If-Match, `n` If-None-Match, `s` If-Modified-Since, `u` If-Unmodified-Since, anything else for another field), and
//! the value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use precondition::policy::{Policy, Preconditions};
use precondition::{
    BodyState, Conditions, Current, EntityTag, Field, History, HttpDate, JudgedRequest, Judgement, Method, TagList,
    Target, Verdict, judge,
};

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, rest)) = bytes.split_first() else { return };
    let conditions = Conditions::from_fields(rest.split(|&byte| byte == b'\n').filter_map(line));
    let case = Case::chosen_by(choice);
    check_parsers(&conditions);
    check_judgement(&case, &conditions);
});

fn line(line: &[u8]) -> Option<(&str, &[u8])> {
    let (letter, value) = line.split_first()?;
    let name = match letter {
        b'm' => "If-Match",
        b'n' => "if-none-match",
        b's' => "If-Modified-Since",
        b'u' => "IF-UNMODIFIED-SINCE",
        _ => "If-Range",
    };
    Some((name, value))
}

/// A request without its conditions.
struct Case {
    method: Method,
    target: Target,
    policy: Policy,
}

impl Case {
    fn chosen_by(choice: u8) -> Self {
        let method = [Method::Put, Method::Read, Method::Patch, Method::Delete][usize::from(choice & 3)];
        let current = Current {
            etag: tag("\"v3\""),
            version: 3,
            last_modified: HttpDate::from_unix_seconds(784_111_777),
            shares_second: choice & 64 != 0,
        };
        let target = match choice >> 2 & 3 {
            0 => Target::NeverExisted,
            1 => Target::Deleted,
            _ => Target::Exists(current),
        };
        let preconditions = match choice >> 4 & 3 {
            0 | 1 => Preconditions::Required,
            2 => Preconditions::Optional,
            _ => Preconditions::Ignored,
        };
        Self { method, target, policy: Policy { preconditions, ..Policy::default() } }
    }

    fn judged(&self, conditions: &Conditions, body: BodyState) -> Judgement {
        let now = HttpDate::from_unix_seconds(NOW);
        judge(&JudgedRequest { method: self.method, conditions, body, now }, &self.target, &self.policy, &Past)
    }
}

/// The time of the evaluation: an hour after the current version was written.
const NOW: i64 = 784_115_377;

/// Three versions, all by the author of the request; it sends the state of the last two.
struct Past;

impl History for Past {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        match tag.to_bytes().as_slice() {
            b"\"v1\"" => Some(1),
            b"\"v2\"" => Some(2),
            b"\"v3\"" => Some(3),
            _ => None,
        }
    }

    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag> {
        match parent.to_bytes().as_slice() {
            b"\"v1\"" => Some(tag("\"v2\"")),
            b"\"v2\"" => Some(tag("\"v3\"")),
            _ => None,
        }
    }

    fn author_wrote_after(&self, parent: &EntityTag) -> bool {
        self.applied_on(parent).is_some()
    }
}

fn tag(text: &str) -> EntityTag {
    text.parse().expect("a tag, written here")
}

/// A parsed field can be printed and parsed again; an error has a position within the field.
fn check_parsers(conditions: &Conditions) {
    for (field, value) in conditions.fields() {
        match TagList::parse(value) {
            Ok(list) => assert_eq!(TagList::parse(&list.to_bytes()), Ok(list)),
            Err(error) => assert!(error.position <= value.len(), "{field}"),
        }
        if let Ok(tag) = EntityTag::parse(value) {
            assert_eq!(tag.to_bytes(), value);
        }
        if let Some(date) = HttpDate::parse(value) {
            assert_eq!(HttpDate::parse(date.to_string().as_bytes()), Some(date));
        }
    }
    let lines = conditions.fields().map(|(field, value)| (field.as_str(), value));
    assert_eq!(Conditions::from_fields(lines), *conditions);
}

fn check_judgement(case: &Case, conditions: &Conditions) {
    let judgement = case.judged(conditions, BodyState::Read);
    assert_eq!(judgement, case.judged(conditions, BodyState::Read), "the same request, another judgement");
    let early = case.judged(conditions, BodyState::Unread);
    assert!(early.verdict == Verdict::Undecided || early == judgement, "the body changed what was decided");
    if case.method.writes() && judgement.verdict == Verdict::Proceed {
        check_write_that_proceeds(case, conditions, &judgement);
    }
    if let Verdict::Malformed { field, error } = &judgement.verdict {
        assert!(error.position <= conditions.value(*field).expect("the field was sent").len());
    }
    if judgement.verdict == Verdict::AlreadyApplied {
        assert_eq!((case.method, judgement.based_on), (Method::Put, Some(tag("\"v2\""))));
    }
}

/// A write may proceed: checks in another way that its conditions permit it.
fn check_write_that_proceeds(case: &Case, conditions: &Conditions, judgement: &Judgement) {
    let preconditions = case.policy.preconditions;
    if preconditions == Preconditions::Ignored {
        return;
    }
    let list = |field| conditions.value(field).map(|value| TagList::parse(value).expect("a write proceeded"));
    let current = case.target.current();
    let has_current = |list: &TagList| current.is_some_and(|current| list.tags().any(|tag| *tag == current.etag));
    let mut named = false;
    match list(Field::IfMatch) {
        Some(TagList::Any) => assert!(current.is_some(), "If-Match: * where nothing is"),
        Some(list) => {
            assert!(has_current(&list), "a false If-Match let a write through");
            named = true;
        }
        None => {
            let date = conditions.value(Field::IfUnmodifiedSince).and_then(HttpDate::parse);
            if let Some(date) = date {
                assert!(current.is_some_and(|current| current.last_modified <= date), "a false If-Unmodified-Since");
                named = date.unix_seconds() <= NOW;
            }
        }
    }
    if let Some(TagList::Any) = list(Field::IfNoneMatch) {
        assert!(current.is_none(), "If-None-Match: * where something is");
        named = true;
    }
    assert!(named || preconditions == Preconditions::Optional, "a write got through that named nothing");
    assert!(!judgement.blind && judgement.evaluation.iter().all(|condition| condition.holds));
}

//! JSON of tags, policies and evaluations, with the feature `serde`.

use precondition::policy::{Dates, Etags, Judging, Policy, Preconditions};
use precondition::{
    BodyState, Comparison, Conditions, Current, EntityTag, Evaluation, FailureReason, Field, HttpDate, JudgedRequest,
    Method, NoHistory, RequiredReason, Target, judge,
};
use serde_json::{from_str, json, to_value};

#[test]
fn tag_is_a_string_with_its_quotes() {
    let tag: EntityTag = "\"v5-d4f8c2a1\"".parse().unwrap();
    assert_eq!(serde_json::to_string(&tag).unwrap(), r#""\"v5-d4f8c2a1\"""#);
    assert_eq!(from_str::<EntityTag>(r#""\"v5-d4f8c2a1\"""#).unwrap(), tag);
    assert!(from_str::<EntityTag>(r#""W/\"v5\"""#).unwrap().is_weak());
    let error = from_str::<EntityTag>(r#""v5""#).unwrap_err().to_string();
    assert!(error.contains("at byte 0: expected an entity tag"), "{error}");
}

#[test]
fn policy_is_four_words() {
    let words = json!({"preconditions": "required", "etags": "version", "judging": "atomic", "dates": "proven"});
    assert_eq!(to_value(Policy::default()).unwrap(), words);
    let worst = r#"{"preconditions": "ignored", "etags": "seconds", "judging": "apart", "dates": "plain"}"#;
    let expected = Policy {
        preconditions: Preconditions::Ignored,
        etags: Etags::Seconds,
        judging: Judging::CheckThenAct,
        dates: Dates::Trusted,
    };
    assert_eq!(from_str::<Policy>(worst).unwrap(), expected);
    for (member, word) in expected.mistakes() {
        assert_eq!(to_value(expected).unwrap()[member], word);
    }
    assert!(from_str::<Policy>(r#"{"preconditions": "required"}"#).is_err(), "all four are needed");
    let more = worst.replace('}', r#", "locks": "none"}"#);
    assert!(from_str::<Policy>(&more).is_err(), "a fifth member is refused");
}

#[test]
fn evaluation_is_written_as_in_the_http_contract() {
    let current = Current {
        etag: "\"v6-a2c19f03\"".parse().unwrap(),
        version: 6,
        last_modified: HttpDate::from_unix_seconds(0),
        shares_second: false,
    };
    let conditions = Conditions::if_match("\"v5-d4f8c2a1\"".parse().unwrap());
    let request =
        JudgedRequest { method: Method::Put, conditions: &conditions, body: BodyState::Read, now: HttpDate::MAX };
    let judgement = judge(&request, &Target::Exists(current), &Policy::default(), &NoHistory);
    let expected = json!([{
        "field": "If-Match", "comparison": "strong", "sent": "\"v5-d4f8c2a1\"", "current": "\"v6-a2c19f03\"",
        "holds": false, "clause": "RFC 9110 13.1.1",
    }]);
    assert_eq!(to_value(&judgement.evaluation).unwrap(), expected);
    assert_eq!(serde_json::from_value::<Vec<Evaluation>>(expected).unwrap(), judgement.evaluation);
}

#[test]
fn words_in_json_are_those_of_as_str() {
    for field in Field::ALL {
        assert_eq!(to_value(field).unwrap(), field.as_str());
    }
    for (comparison, word) in [
        (Comparison::Strong, "strong"),
        (Comparison::Weak, "weak"),
        (Comparison::Exists, "exists"),
        (Comparison::Date, "date"),
    ] {
        assert_eq!(to_value(comparison).unwrap(), word);
    }
    for reason in [
        FailureReason::Stale,
        FailureReason::Deleted,
        FailureReason::NeverExisted,
        FailureReason::AlreadyExists,
        FailureReason::WeakTag,
        FailureReason::TransformedTag,
        FailureReason::UnknownTag,
        FailureReason::DateTooCoarse,
        FailureReason::Superseded,
    ] {
        assert_eq!(to_value(reason).unwrap(), reason.as_str());
    }
    for reason in [
        RequiredReason::NoCondition,
        RequiredReason::WildcardNamesNoVersion,
        RequiredReason::NamesNoVersion,
        RequiredReason::DateInFuture,
    ] {
        assert_eq!(to_value(reason).unwrap(), reason.as_str());
    }
}

//! Blind retries, and writes without a condition.

use contract::{AnomalyKind, Certainty};

use crate::wire::{Step, Wire, get, of_kind, put, step};

/// Ann has saved version 2, and Bob's save on version 1 is refused.
fn bob_is_refused(refusal: Step) -> Wire {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n").tag("1"));
    wire.run(get("bob", "bread\n").tag("1"));
    wire.run(put("ann", "bread\nsea salt\n").if_match("1").tag("2"));
    assert!(wire.run(refusal).is_empty());
    wire
}

fn refusal() -> Step {
    put("bob", "bread\noil\n").if_match("1").status(412).tag("2")
}

#[test]
fn old_body_with_the_new_tag_is_a_blind_retry() {
    for retry in [put("bob", "bread\noil\n").if_match("2"), put("bob", "bread\noil\n")] {
        let mut wire = bob_is_refused(refusal());
        let found = wire.run(retry.tag("3"));
        let retry = of_kind(&found, AnomalyKind::BlindRetry).unwrap();
        assert!(retry.is_certain_loss());
        assert_eq!((&retry.exchanges[..], &retry.lost[..]), (&[3, 4, 5][..], &["sea salt".to_owned()][..]));
    }
}

#[test]
fn retry_after_reading_or_merging_is_not_blind() {
    let retried = |wire: &mut Wire, text| {
        let found = wire.run(put("bob", text).if_match("2").tag("3"));
        of_kind(&found, AnomalyKind::BlindRetry).map(|retry| retry.certainty)
    };
    let mut wire = bob_is_refused(refusal());
    wire.run(get("bob", "bread\nsea salt\n").tag("2"));
    assert_eq!(retried(&mut wire, "bread\noil\n"), None, "Bob has read it, and insists");
    let mut wire = bob_is_refused(refusal());
    assert_eq!(retried(&mut wire, "bread\nsea salt\noil\n"), None, "another body");
    // The refusal may have shown the newer version.
    for (body, certainty) in [
        ("{\"current\": \"bread, sea salt\"}", None),
        ("{\"hint\": \"ann added salt\"}", Some(Certainty::Possible)),
        ("{\"hint\": \"changed\"}", Some(Certainty::Certain)),
    ] {
        let mut wire = bob_is_refused(Step { response_body: body.to_owned(), ..refusal() });
        assert_eq!(retried(&mut wire, "bread\noil\n"), certainty, "{body}");
    }
    let mut wire = bob_is_refused(refusal());
    wire.run(step("bob", "HEAD", "").tag("2"));
    assert_eq!(retried(&mut wire, "bread\noil\n"), Some(Certainty::Certain), "HEAD shows no text");
}

#[test]
fn repeated_request_with_the_same_condition_is_not_blind() {
    let mut wire = bob_is_refused(refusal());
    let found = wire.run(put("bob", "bread\noil\n").if_match("1"));
    assert!(of_kind(&found, AnomalyKind::BlindRetry).is_none());
}

#[test]
fn patch_of_another_member_may_be_repeated() {
    let mut wire = Wire::new();
    let base = "{\"title\": \"bread\", \"stars\": 2}";
    wire.run(get("ann", base).tag("1"));
    wire.run(get("bob", base).tag("1"));
    wire.run(step("ann", "PATCH", "{\"title\": \"bread and salt\"}").if_match("1").tag("2"));
    let patch = |tag| step("bob", "PATCH", "{\"stars\": 3}").if_match(tag);
    wire.run(patch("1").status(412));
    assert!(wire.run(patch("2")).is_empty());
}

#[test]
fn write_without_a_condition_is_found_if_it_was_accepted() {
    let kind = AnomalyKind::UnconditionalWrite;
    let is_found = |step: Step| of_kind(&Wire::new().run(step), kind).is_some();
    for method in ["PUT", "PATCH", "DELETE"] {
        assert!(is_found(step("bob", method, "x")), "{method}");
    }
    assert!(is_found(put("bob", "x").field("If-Match", "*")));
    assert!(is_found(put("", "x")), "of any caller");
    for harmless in [
        put("bob", "x").if_match("1"),
        put("bob", "x").field("If-None-Match", "*"),
        put("bob", "x").field("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"),
        put("bob", "x").field("If", "(<urn:uuid:1>)"),
        put("bob", "x").status(201),
        put("bob", "x").status(428),
        step("bob", "POST", "x"),
        get("bob", "x"),
    ] {
        assert!(!is_found(harmless.clone()), "{harmless:?}");
    }
}

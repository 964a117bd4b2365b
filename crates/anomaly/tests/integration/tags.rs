//! Tags that do not change although the content does.

use contract::{AnomalyKind, Certainty};

use crate::wire::{Step, Wire, get, of_kind, put};

/// Returns how certainly the tag of the last response does not change.
fn unchanged(steps: impl IntoIterator<Item = Step>) -> Option<Certainty> {
    let mut wire = Wire::new();
    let found = steps.into_iter().map(|step| wire.run(step)).last().unwrap();
    of_kind(&found, AnomalyKind::UnchangedTag).map(|anomaly| anomaly.certainty)
}

fn weak(step: Step) -> Step {
    step.gets("ETag", "W/\"1\"")
}

#[test]
fn strong_tag_with_two_contents_does_not_change() {
    assert_eq!(unchanged([get("ann", "a").tag("1"), get("bob", "b").tag("1")]), Some(Certainty::Certain));
    assert_eq!(unchanged([get("", "a").tag("1"), get("", "b").tag("1")]), Some(Certainty::Certain));
    let twice = [get("ann", "a").tag("1"), get("ann", "b").tag("1"), get("ann", "c").tag("1")];
    assert_eq!(unchanged(twice), None, "it is said once");
}

#[test]
fn equal_or_incomparable_contents_are_no_proof() {
    let coded = |step: Step| step.gets("Content-Encoding", "gzip");
    let of_type = |step: Step, media_type| step.gets("Content-Type", media_type);
    for (one, two) in [
        (get("ann", "a").tag("1"), get("ann", "a").tag("1")),
        (get("ann", "a").tag("1"), get("ann", "b").tag("2")),
        (get("ann", "a").tag("1"), get("ann", "b").tag("1").at("/other")),
        (coded(get("ann", "a").tag("1")), coded(get("ann", "b").tag("1"))),
        (of_type(get("ann", "a").tag("1"), "text/plain"), of_type(get("ann", "b").tag("1"), "text/html")),
        (get("ann", "a").tag("1"), get("ann", "b").tag("1").status(206)),
        (get("ann", "a").tag("1"), Step { is_cut: true, ..get("ann", "b").tag("1") }),
        (get("ann", "a"), get("ann", "b")),
    ] {
        assert_eq!(unchanged([one.clone(), two.clone()]), None, "{one:?} {two:?}");
    }
}

#[test]
fn weak_tag_is_doubtful_only_after_a_write() {
    assert_eq!(unchanged([weak(get("ann", "a")), weak(get("ann", "b"))]), None);
    let written = [weak(get("ann", "a")), put("ann", "b"), weak(get("ann", "b"))];
    assert_eq!(unchanged(written), Some(Certainty::Possible));
}

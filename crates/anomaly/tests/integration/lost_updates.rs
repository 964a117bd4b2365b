//! Lost updates: what makes one certain, what leaves doubt, and what excludes it.

use anomaly::MemoryLimits;
use contract::{Anomaly, AnomalyKind, Certainty};

use crate::wire::{Step, Wire, get, loss, of_kind, put, step};

const CERTAIN: Option<Certainty> = Some(Certainty::Certain);
const POSSIBLE: Option<Certainty> = Some(Certainty::Possible);

/// Both have read the bread, and Ann has added salt.
fn ann_has_saved() -> Wire {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n"));
    wire.run(get("bob", "bread\n"));
    wire.run(put("ann", "bread\nsea salt\n"));
    wire
}

#[test]
fn unread_version_that_is_replaced_is_lost() {
    let mut wire = ann_has_saved();
    let found = wire.run(put("bob", "bread\noil\n"));
    let lost = of_kind(&found, AnomalyKind::LostUpdate).unwrap();
    assert_eq!((lost.certainty, lost.loses_update), (Certainty::Certain, true));
    assert_eq!((&lost.exchanges[..], &lost.overwritten[..]), (&[2, 3, 4][..], &[3][..]));
    assert_eq!((&lost.lost[..], lost.restored.len()), (&["sea salt".to_owned()][..], 0));
    assert_eq!(
        lost.sentence,
        "PUT by bob replaced what ann wrote (exchange 3), which bob had not read since exchange 2; an update is lost"
    );
    assert_eq!(loss(&wire.run(put("ann", "bread\nsea salt\n"))), CERTAIN, "Ann has not read the oil");
}

#[test]
fn version_that_was_read_is_not_lost() {
    for read in [
        get("bob", "bread\nsea salt\n"),
        step("bob", "GET", "").status(304),
        get("bob", "[{\"text\": \"bread\\nsea salt\\n\"}]").at("/"),
        Step { response_body: "sea salt is in it".to_owned(), ..put("bob", "x").status(409) },
    ] {
        let mut wire = ann_has_saved();
        wire.run(read.clone());
        assert_eq!(loss(&wire.run(put("bob", "bread\noil\n"))), None, "{read:?}");
    }
}

#[test]
fn head_shows_no_text() {
    let mut wire = ann_has_saved();
    wire.run(step("bob", "HEAD", ""));
    assert_eq!(loss(&wire.run(put("bob", "bread\noil\n"))), CERTAIN);
}

#[test]
fn response_that_may_have_shown_it_leaves_doubt() {
    let coded = get("bob", "\u{1f}").at("/notes").gets("Content-Encoding", "gzip");
    let cut = Step { is_cut: true, ..get("bob", "<html>").at("/page") };
    let elsewhere = get("bob", "news: sea salt is back").at("/news");
    let refused = put("bob", "x").status(409);
    let refused = Step { response_body: "ann added salt".to_owned(), ..refused };
    for shown in [coded, cut, elsewhere, refused] {
        let mut wire = ann_has_saved();
        wire.run(shown.clone());
        assert_eq!(loss(&wire.run(put("bob", "bread\noil\n"))), POSSIBLE, "{shown:?}");
    }
}

/// A person must be told why a loss was not looked for.
#[test]
fn possible_loss_names_the_body_that_cannot_be_read() {
    let sentence = |found: &[Anomaly]| of_kind(found, AnomalyKind::LostUpdate).unwrap().sentence.clone();
    let mut wire = ann_has_saved();
    wire.run(get("bob", "\u{1f}").at("/notes").gets("Content-Encoding", "gzip"));
    let found = sentence(&wire.run(put("bob", "bread\noil\n")));
    assert!(found.contains("its body has a content coding, so it was not searched"), "{found}");

    let mut wire = ann_has_saved();
    let coded = Step { fields: vec![("Content-Encoding", "gzip".to_owned())], ..put("bob", "\u{1f}") };
    let found = wire.run(coded);
    let number = found.iter().flat_map(|anomaly| &anomaly.exchanges).max().unwrap();
    let why = format!("cannot be compared: the body of exchange {number} has a content coding");
    assert!(sentence(&found).contains(&why), "{found:#?}");
}

#[test]
fn response_without_the_change_leaves_no_doubt() {
    let picture = Step { is_cut: true, ..get("bob", "sea salt").at("/logo").gets("Content-Type", "image/png") };
    let other = get("bob", "{\"title\": \"oil and vinegar\"}").at("/notes/2");
    let late = get("bob", "bread\nsea salt\n");
    for shown in [picture, other] {
        let mut wire = ann_has_saved();
        wire.run(shown.clone());
        assert_eq!(loss(&wire.run(put("bob", "bread\noil\n"))), CERTAIN, "{shown:?}");
    }
    // The request had arrived, and was held while its caller read: its text was written before.
    let mut wire = ann_has_saved();
    let held = wire.send(put("bob", "bread\noil\n"));
    wire.run(late);
    assert_eq!(loss(&wire.end(held)), CERTAIN);
}

#[test]
fn open_stream_leaves_doubt() {
    let mut wire = ann_has_saved();
    let mut stream = wire.send(get("bob", "").at("/events"));
    wire.open(&mut stream);
    assert_eq!(loss(&wire.run(put("bob", "bread\noil\n"))), POSSIBLE);
}

#[test]
fn writer_without_a_reading_leaves_doubt() {
    let mut wire = ann_has_saved();
    let found = wire.run(put("eve", "bread\noil\n"));
    let possible = of_kind(&found, AnomalyKind::LostUpdate).unwrap();
    assert_eq!(possible.certainty, Certainty::Possible);
    assert!(possible.sentence.ends_with("not certain: eve was not seen reading it before"), "{}", possible.sentence);
}

#[test]
fn one_caller_or_an_unknown_one_is_not_accused() {
    for (first, second) in [("ann", "ann"), ("", "bob"), ("ann", ""), ("", "")] {
        let mut wire = Wire::new();
        wire.run(get(first, "bread\n"));
        wire.run(get(second, "bread\n"));
        wire.run(put(first, "bread\nsea salt\n"));
        assert_eq!(loss(&wire.run(put(second, "bread\noil\n"))), None, "{first} {second}");
    }
}

#[test]
fn text_that_has_the_change_loses_nothing() {
    for text in ["bread\nsea salt\n", "oil\nbread\nsea salt\n"] {
        let mut wire = ann_has_saved();
        assert_eq!(loss(&wire.run(put("bob", text))), None, "{text}");
    }
}

#[test]
fn removed_line_that_comes_back_is_a_lost_update() {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\nallergens\n"));
    wire.run(get("bob", "bread\nallergens\n"));
    wire.run(put("ann", "bread\n"));
    let found = wire.run(put("bob", "bread\nallergens\noil\n"));
    let lost = of_kind(&found, AnomalyKind::LostUpdate).unwrap();
    assert_eq!((lost.certainty, lost.lost.len(), &lost.restored[0][..]), (Certainty::Certain, 0, "allergens"));
}

#[test]
fn json_is_compared_by_values() {
    let base = "{\"id\": 1, \"title\": \"bread\", \"stars\": 2}";
    let save = |title: &str, stars| format!("{{\"stars\":{stars},\"title\":\"{title}\"}}");
    let mut wire = Wire::new();
    wire.run(get("ann", base));
    wire.run(get("bob", base));
    wire.run(put("ann", &save("bread and salt", 2)));
    let found = wire.run(put("bob", &save("bread", 3)));
    let lost = of_kind(&found, AnomalyKind::LostUpdate).unwrap();
    assert_eq!((lost.certainty, &lost.lost[..]), (Certainty::Certain, &["title: bread and salt".to_owned()][..]));
    assert_eq!(lost.restored, ["title: bread"]);
}

#[test]
fn member_that_the_server_may_ignore_leaves_doubt() {
    let base = "{\"title\": \"bread\"}";
    let with_token = "{\"title\": \"bread\", \"csrf\": \"abcdefgh\"}";
    let save = |echo: &str| Step { response_body: echo.to_owned(), ..put("ann", with_token) };
    for (echo, certainty) in [("", POSSIBLE), (base, POSSIBLE), (with_token, CERTAIN)] {
        let mut wire = Wire::new();
        wire.run(get("ann", base));
        wire.run(get("bob", base));
        wire.run(save(echo));
        assert_eq!(loss(&wire.run(put("bob", "{\"title\": \"oil\"}"))), certainty, "{echo}");
    }
}

#[test]
fn patch_loses_only_what_it_sets() {
    let base = "{\"title\": \"bread\", \"stars\": 2}";
    for (patch, certainty) in [("{\"stars\": 3}", None), ("{\"title\": \"oil\"}", CERTAIN)] {
        let mut wire = Wire::new();
        wire.run(get("ann", base));
        wire.run(get("bob", base));
        wire.run(step("ann", "PATCH", "{\"title\": \"bread and salt\"}"));
        assert_eq!(loss(&wire.run(step("bob", "PATCH", patch))), certainty, "{patch}");
    }
}

#[test]
fn delete_of_an_unread_version_is_a_lost_update() {
    let mut wire = ann_has_saved();
    let found = wire.run(step("bob", "DELETE", "").status(204));
    assert!(found[0].sentence.starts_with("DELETE by bob removed what ann"), "{}", found[0].sentence);
    assert_eq!(loss(&found), CERTAIN);
    // A delete has no text to lose.
    let mut wire = Wire::new();
    wire.run(get("bob", "bread\n"));
    wire.run(step("ann", "DELETE", "").status(204));
    assert_eq!(loss(&wire.run(put("bob", "bread\noil\n").status(201))), None);
}

#[test]
fn refused_or_failed_writes_lose_nothing() {
    for status in [400, 404, 412, 428, 500, 502] {
        let mut wire = ann_has_saved();
        assert_eq!(loss(&wire.run(put("bob", "bread\noil\n").status(status))), None, "{status}");
    }
}

#[test]
fn write_without_a_response_leaves_doubt() {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n"));
    wire.run(get("bob", "bread\n"));
    wire.run(Step { status: None, ..put("ann", "bread\nsea salt\n") });
    assert_eq!(loss(&wire.run(put("bob", "bread\noil\n"))), POSSIBLE);
}

#[test]
fn one_of_two_overlapping_writes_is_lost() {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n"));
    wire.run(get("bob", "bread\n"));
    let ann = wire.send(put("ann", "bread\nsea salt\n"));
    let bob = wire.send(put("bob", "bread\noil\n"));
    assert_eq!(loss(&wire.end(ann)), None);
    let found = wire.end(bob);
    assert!(found[0].sentence.contains("overlapped with PUT by ann (exchange 3)"), "{}", found[0].sentence);
    assert_eq!(loss(&found), CERTAIN);
}

#[test]
fn held_write_is_ordered_by_its_release() {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n"));
    wire.run(get("bob", "bread\n"));
    let ann = wire.send(put("ann", "bread\nsea salt\n"));
    wire.end(ann);
    let found = wire.run(put("bob", "bread\noil\n"));
    assert_eq!(of_kind(&found, AnomalyKind::LostUpdate).unwrap().overwritten, [3]);
}

#[test]
fn condition_that_names_the_current_version_is_believed() {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n").tag("1"));
    wire.run(get("bob", "bread\n").tag("1"));
    wire.run(put("ann", "bread\nsea salt\n").if_match("1").tag("2"));
    assert_eq!(loss(&wire.run(put("bob", "bread\noil\n").if_match("2").tag("3"))), None);
}

#[test]
fn ignored_condition_loses_an_update_of_any_caller() {
    for caller in ["bob", "ann", ""] {
        let mut wire = Wire::new();
        wire.run(get("ann", "bread\n").tag("1"));
        wire.run(put("ann", "bread\nsea salt\n").if_match("1").tag("2"));
        let found = wire.run(put(caller, "bread\noil\n").if_match("1").tag("3"));
        assert_eq!(loss(&found), CERTAIN, "{caller}");
        assert!(found[0].sentence.contains("names \"1\", and was accepted although"), "{}", found[0].sentence);
        assert_eq!(found[0].lost, ["sea salt"]);
    }
}

#[test]
fn condition_that_may_be_true_again_is_believed() {
    // A tag that is a hash of the content comes back with the content.
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n").tag("hash-of-bread"));
    wire.run(put("ann", "salt\n").if_match("hash-of-bread").tag("hash-of-salt"));
    wire.run(put("ann", "bread\n").if_match("hash-of-salt").tag("hash-of-bread"));
    assert_eq!(loss(&wire.run(put("bob", "oil\n").if_match("hash-of-bread").tag("hash-of-oil"))), None);
    // A weak tag, and one that was never sent.
    for tag in ["W/\"1\"", "\"unknown\""] {
        let mut wire = Wire::new();
        wire.run(get("ann", "bread\n").gets("ETag", "W/\"1\""));
        wire.run(put("ann", "bread\nsea salt\n").tag("2"));
        assert_eq!(loss(&wire.run(put("ann", "bread\noil\n").field("If-Match", tag))), None, "{tag}");
    }
}

#[test]
fn same_version_is_replaced_once() {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n").tag("1"));
    let (one, two) = (put("", "bread\nsea salt\n").if_match("1"), put("", "bread\noil\n").if_match("1"));
    let (one, two) = (wire.send(one), wire.send(two));
    wire.end(two);
    assert_eq!(loss(&wire.end(one)), CERTAIN, "both named version 1, and both were accepted");
}

#[test]
fn created_resource_belongs_to_its_creator() {
    let mut wire = Wire::new();
    let created = step("ann", "POST", "{\"title\": \"bread\"}").at("/notes").status(201);
    wire.run(created.gets("Location", "http://localhost:3000/notes/1"));
    wire.run(get("bob", "{\"id\": 1, \"title\": \"bread\"}").at("/notes/1"));
    wire.run(put("bob", "{\"title\": \"bread and salt\"}").at("/notes/1"));
    assert_eq!(loss(&wire.run(put("ann", "{\"title\": \"bread and oil\"}").at("/notes/1"))), CERTAIN);
}

#[test]
fn what_is_forgotten_leaves_doubt() {
    let limits = MemoryLimits { responses_per_caller: 2, ..MemoryLimits::default() };
    let mut wire = Wire::with_limits(limits);
    wire.run(get("ann", "bread\n"));
    wire.run(get("bob", "bread\n"));
    wire.run(put("ann", "bread\nsea salt\n"));
    for page in ["/1", "/2", "/3", "/4"] {
        wire.run(get("bob", page).at(page));
    }
    assert_eq!(loss(&wire.run(put("bob", "bread\noil\n"))), POSSIBLE);
    assert!(wire.report.to_string().contains("Forgotten for want of room: 3 responses."), "{}", wire.report);
    // What Bob wrote is remembered, and what he was shown is not.
    let mut wire = Wire::with_limits(limits);
    wire.run(put("bob", "bread\n"));
    wire.run(get("ann", "bread\n"));
    wire.run(put("ann", "bread\nsea salt\n"));
    wire.run(get("bob", "bread, sea salt").at("/list"));
    for page in ["/1", "/2", "/3"] {
        wire.run(get("bob", page).at(page));
    }
    assert_eq!(loss(&wire.run(put("bob", "bread\noil\n"))), POSSIBLE);
    // Nothing is known of a forgotten caller.
    let mut wire = Wire::with_limits(MemoryLimits { callers: 2, ..MemoryLimits::default() });
    wire.run(get("bob", "bread\n"));
    wire.run(put("ann", "bread\nsea salt\n"));
    wire.run(get("bob", "bread\nsea salt\n"));
    wire.run(get("eve", "bread\nsea salt\n"));
    wire.run(get("dan", "bread\nsea salt\n"));
    assert_ne!(loss(&wire.run(put("bob", "bread\noil\n"))), CERTAIN);
}

#[test]
fn poll_does_not_displace_what_was_shown() {
    let mut wire = Wire::with_limits(MemoryLimits { responses_per_caller: 3, ..MemoryLimits::default() });
    wire.run(get("ann", "bread\n"));
    wire.run(get("bob", "bread\n"));
    wire.run(put("ann", "bread\nsea salt\n"));
    for _ in 0..20 {
        wire.run(get("bob", "ok").at("/status"));
    }
    assert_eq!(loss(&wire.run(put("bob", "bread\noil\n"))), CERTAIN);
}

#[test]
fn line_that_its_writer_never_knew_is_not_a_change() {
    // Ann brings back what Bob has removed, without knowing; and she removes what Bob has added, without knowing.
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\nallergens\n"));
    wire.run(get("bob", "bread\nallergens\n"));
    wire.run(put("bob", "bread\nolive oil\n"));
    assert_eq!(loss(&wire.run(put("ann", "bread\nallergens\n"))), CERTAIN, "Bob's change is lost");
    assert_eq!(loss(&wire.run(put("bob", "bread\nolive oil\nbutter\n"))), None, "Ann has not changed anything");
}

#[test]
fn editor_that_saves_by_itself_displaces_no_other_write() {
    let mut wire = Wire::with_limits(MemoryLimits { events_per_resource: 4, ..MemoryLimits::default() });
    wire.run(get("ann", "bread\n"));
    wire.run(put("bob", "bread\n"));
    for number in 0..20 {
        wire.run(put("ann", &format!("bread\nsea salt {number}\n")));
    }
    let found = wire.run(put("bob", "bread\nolive oil\n"));
    assert_eq!(loss(&found), CERTAIN);
    assert_eq!(of_kind(&found, AnomalyKind::LostUpdate).unwrap().lost, ["sea salt 19"]);
}

//! The report as text and as JSON.

use crate::wire::{Wire, get, put};

#[test]
fn report_names_losses_first_and_groups_unconditional_writes() {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n"));
    wire.run(get("bob", "bread\n"));
    wire.run(put("ann", "bread\nsea salt\n"));
    wire.run(put("bob", "bread\noil\n"));
    let text = "\
1 update was lost.

lost update (certain) at /note, exchanges 2, 3 and 4
  PUT by bob replaced what ann wrote (exchange 3), which bob had not read since exchange 2; an update is lost
  gone: sea salt
  RFC 9110 13.1.1

writes that name no version (RFC 6585 3, RFC 9110 13.1.1)
  /note: exchanges 3 and 4

4 exchanges observed, 2 writes accepted.
";
    assert_eq!(wire.report.to_string(), text);
    let json: serde_json::Value = serde_json::from_str(&wire.report.to_json()).unwrap();
    assert_eq!((&json["version"], &json["lostUpdates"]), (&1.into(), &1.into()));
    assert_eq!(json["counts"], serde_json::json!({"lost-update": 1, "unconditional-write": 2}));
    assert_eq!(json["anomalies"].as_array().unwrap().len(), 3);
    assert!(wire.report.has_lost_update());
}

#[test]
fn report_without_a_loss_says_how_far_it_goes() {
    let mut wire = Wire::new();
    wire.run(get("", "bread\n"));
    wire.run(put("", "bread\n").if_match("1"));
    let text = wire.report.to_string();
    assert!(text.starts_with("No update was lost, as far as these exchanges show.\n"), "{text}");
    assert!(text.contains("1 write had no known caller"), "{text}");
    assert!(!wire.report.has_lost_update());
}

#[test]
fn hidden_characters_in_the_report_are_visible() {
    let mut wire = Wire::new();
    wire.run(get("ann", "bread\n"));
    wire.run(get("b\u{1b}[2J", "bread\n"));
    wire.run(put("ann", "bread\n\u{202e}sea salt\u{7}\n"));
    wire.run(put("b\u{1b}[2J", "bread\noil\n"));
    for text in [wire.report.to_string(), wire.report.to_json()] {
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{text:?}");
    }
    assert!(wire.report.to_string().contains("gone: <U+202E>sea salt<U+0007>"), "{}", wire.report);
}

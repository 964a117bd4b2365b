//! Matching, parsing and displaying filters, and parsing arbitrary input.

use contract::{Message, Timestamp};
use proptest::prelude::*;

use super::expression::{FilterTest, MessageSide, SearchedPart, TextPattern};
use super::*;

fn exchange(method: &str, target: &str, status: Option<u16>) -> Exchange {
    let fields = |fields: &[(&str, &str)]| fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let request = Message {
        fields: fields(&[("Ifmatch-Author", "Alice"), ("If-Match", "\"v1-00000001\"")]),
        body: "Flour & water".to_owned(),
        cut: false,
    };
    let response = Message { fields: fields(&[("ETag", "\"v2-00000002\"")]), body: "Salt".to_owned(), cut: false };
    Exchange {
        number: 1,
        author: None,
        client_address: None,
        server: None,
        received: Timestamp::default(),
        judged: None,
        answered: None,
        method: method.to_owned(),
        target: target.to_owned(),
        request,
        status,
        response: status.map(|_| response),
        lost: None,
        evaluation: Vec::new(),
        anomalies: Vec::new(),
    }
}

fn filter(text: &str) -> Filter {
    Filter::parse(text).unwrap().unwrap()
}

fn understood(text: &str) -> String {
    filter(text).to_string()
}

fn wrong(text: &str) -> String {
    Filter::parse(text).unwrap_err().to_string()
}

#[test]
fn each_code_searches_its_part() {
    let put = exchange("PUT", "/api/documents/welcome?x=1", Some(412));
    let shown = [
        "~m put",
        "~m PU",
        "~u WELCOME",
        "welcome",
        "~c 412",
        "~h if-match",
        "~h 'if-match: \"V1-'",
        "~h alice",
        "~hq v1",
        "~hs etag",
        "~b FLOUR",
        "~b salt",
        "~bq 'flour & water'",
        "~bs salt",
        "~s",
        "~u x=1",
    ];
    let hidden = [
        "~m GET",
        "~u documents/bread",
        "bread",
        "~c 200",
        "~h if-none-match",
        "~hq etag",
        "~hs if-match",
        "~b bread",
        "~bq salt",
        "~bs flour",
        "~q",
        "~e",
        "~m api",
        "~u put",
    ];
    for text in shown {
        assert!(filter(text).is_match(&put), "{text}");
    }
    for text in hidden {
        assert!(!filter(text).is_match(&put), "{text}");
    }
    let open = exchange("PUT", "/", None);
    assert!(filter("~q").is_match(&open) && !filter("~s").is_match(&open) && !filter("~e").is_match(&open));
    let lost = Exchange { lost: Some("cut off".to_owned()), ..open };
    assert!(filter("~q").is_match(&lost) && filter("~e").is_match(&lost));
}

#[test]
fn precedence_is_that_of_mitmproxy() {
    assert_eq!(understood("welcome"), "~u welcome");
    assert_eq!(understood("~m PUT ~u a"), "~m PUT & ~u a");
    assert_eq!(understood("~m PUT & ~u a | ~c 412"), "~m PUT & ~u a | ~c 412");
    assert_eq!(understood("~c 412 | ~m PUT & !~u a"), "~c 412 | ~m PUT & !~u a");
    assert_eq!(understood("(~c 412|~c 428)&!(~m GET)"), "(~c 412 | ~c 428) & !~m GET");
    // Side by side binds less than either operator.
    assert_eq!(understood("~m PUT | ~m GET a"), "(~m PUT | ~m GET) & ~u a");
    assert_eq!(understood("a & b c"), "(~u a & ~u b) & ~u c");
    assert_eq!(understood("!(a b)"), "!(~u a & ~u b)");
    assert_eq!(understood("~b 'two words' ~b \"a\\\"b\""), "~b \"two words\" & ~b \"a\\\"b\"");
    let put = exchange("PUT", "/a", Some(412));
    assert!(!filter("~m PUT | ~m GET b").is_match(&put), "or, and then and");
    assert!(filter("~m PUT | (~m GET b)").is_match(&put));
}

#[test]
fn error_names_its_column_and_what_was_expected() {
    assert_eq!(wrong("~m"), "column 3: expected the text to look for, found the end");
    assert_eq!(wrong("~m | a"), "column 4: expected the text to look for, found |");
    assert_eq!(wrong("~c abc"), "column 4: expected a status such as 412, found abc");
    assert_eq!(wrong("~c 009"), "column 4: expected a status such as 412, found 009");
    assert_eq!(wrong("~c +412"), "column 4: expected a status such as 412, found +412");
    assert_eq!(wrong("~c 4.."), "column 4: expected a status such as 412, found 4..");
    assert_eq!(wrong("~c"), "column 3: expected a status such as 412, found the end");
    assert_eq!(wrong("a & "), "column 5: expected a word, or a test such as ~m PUT, found the end");
    assert_eq!(wrong("(a"), "column 3: expected a ), found the end");
    assert_eq!(wrong("a)"), "column 2: expected the end, found )");
    assert_eq!(wrong("()"), "column 2: expected a word, or a test such as ~m PUT, found )");
    assert_eq!(wrong("a 'b"), "column 3: this quote is never closed");
    assert!(wrong("a ~x b").starts_with("column 3: there is no ~x; there is ~m ~u ~c"), "{}", wrong("a ~x b"));
    for deep in ["(", "!"].map(|sign| sign.repeat(100_000)) {
        assert_eq!(wrong(&deep), "parentheses and negations are nested too deeply");
    }
}

#[test]
fn display_of_the_deepest_filter_parses_again() {
    let read = |nots: usize| Filter::parse(&format!("{}a | b c", "!".repeat(nots)));
    for nots in 0..60 {
        if let Ok(Some(filter)) = read(nots) {
            assert_eq!(Filter::parse(&filter.to_string()), Ok(Some(filter)), "{nots}");
        }
    }
    assert!(read(40).is_ok() && read(59).is_err());
}

#[test]
fn blank_text_is_not_a_filter() {
    assert_eq!(Filter::parse(""), Ok(None));
    assert_eq!(Filter::parse(" \t "), Ok(None));
}

#[test]
fn every_code_of_the_help_parses() {
    for (code, _) in CODES {
        let text = ["", " 412"].map(|operand| format!("~{code}{operand}"));
        assert!(text.iter().any(|text| Filter::parse(text).is_ok_and(|read| read.is_some())), "~{code}");
    }
}

/// Returns a strategy for arbitrary filters.
fn node() -> impl Strategy<Value = FilterNode> {
    let side = prop_oneof![Just(MessageSide::Both), Just(MessageSide::Request), Just(MessageSide::Response)];
    let place = prop_oneof![
        Just(SearchedPart::Method),
        Just(SearchedPart::Target),
        side.clone().prop_map(SearchedPart::Fields),
        side.prop_map(SearchedPart::Body),
    ];
    let text = prop_oneof!["[a-z!~|&()'\" \\\\]{0,6}", "\\PC{0,6}"].prop_map(TextPattern::new);
    let leaf = prop_oneof![
        (place, text).prop_map(|(place, text)| FilterTest::Has(place, text)),
        (100_u16..600).prop_map(FilterTest::Status),
        Just(FilterTest::Unanswered),
        Just(FilterTest::Answered),
        Just(FilterTest::Lost),
    ];
    leaf.prop_map(FilterNode::Is).prop_recursive(5, 40, 4, |node| {
        prop_oneof![
            node.clone().prop_map(|node| FilterNode::Not(Box::new(node))),
            proptest::collection::vec(node.clone(), 2..4).prop_map(FilterNode::All),
            proptest::collection::vec(node, 2..4).prop_map(FilterNode::Any),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn displayed_filter_parses_to_itself(node in node()) {
        let filter = Filter(node);
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(Some(filter)));
    }

    #[test]
    fn arbitrary_text_is_parsed_or_refused(text in prop_oneof!["[~muchbqse !&|()'\"\\\\412]{0,30}", "\\PC{0,30}"]) {
        match Filter::parse(&text) {
            Ok(Some(filter)) => {
                let all = Filter(FilterNode::Any(vec![filter.0.clone(), FilterNode::Not(Box::new(filter.0.clone()))]));
                prop_assert!(all.is_match(&exchange("PUT", "/a", Some(412))));
                prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(Some(filter)));
            }
            Ok(None) => prop_assert!(text.trim().is_empty()),
            Err(why) => prop_assert!(!why.to_string().is_empty()),
        }
    }
}

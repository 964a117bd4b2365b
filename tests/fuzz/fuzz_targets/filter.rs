//! Filters of the wire panel, from arbitrary text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use traffic::{Filter, FilterError};

fuzz_target!(|text: &str| {
    match Filter::parse(text) {
        Ok(Some(filter)) => {
            let written = filter.to_string();
            assert_eq!(Filter::parse(&written), Ok(Some(filter)), "written as {written}");
        }
        Ok(None) => assert!(text.trim().is_empty()),
        Err(
            FilterError::Expected { column, .. }
            | FilterError::Unknown { column, .. }
            | FilterError::Unclosed { column },
        ) => assert!((1..=text.chars().count() + 1).contains(&column), "column {column}"),
        Err(FilterError::TooDeep) => {}
    }
});

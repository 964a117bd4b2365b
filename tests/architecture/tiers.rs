//! The tiers of the server: each folder of `crates/server/src` imports only from the folders below it.
//!
//! A tier is a folder with its parent module (`http/` and `http.rs`), or a single file. [`modules`](crate::modules)
//! defines what counts as a use. Within a tier, modules may use each other in any order, but not in a cycle.

use std::collections::BTreeSet;

use crate::modules::{Crate, Place, name};

/// The tiers of the server from top to bottom. `lib.rs` is above them.
const SERVER: &[&str] = &[
    "listener",
    "service",
    "routes",
    "openapi",
    "api",
    "pipeline",
    "http",
    "problem",
    "state",
    "connection",
    "fields",
    "options",
    "budget",
    "lock",
];

/// Returns the tier of a module: 0 for the root, and one more for each tier below.
///
/// # Panics
///
/// If the module is not in a tier.
fn tier(place: &Place, tiers: &[&str]) -> usize {
    let Some(folder) = place.first() else { return 0 };
    let found = tiers.iter().position(|tier| tier == folder);
    1 + found.unwrap_or_else(|| panic!("{} is not in a tier: put it into a folder, or add a tier", name(place)))
}

/// Returns each use of a module in a higher tier, as a line.
fn upward_uses(read: &Crate, tiers: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (place, uses) in read.uses() {
        for (used, items) in uses {
            if tier(&used, tiers) < tier(&place, tiers) {
                let items: Vec<String> = items.into_iter().collect();
                found.push(format!("{} uses {} of {}", name(&place), items.join(", "), name(&used)));
            }
        }
    }
    found
}

#[test]
fn server_imports_only_from_tiers_below() {
    let found = upward_uses(&Crate::named("server"), SERVER);
    assert!(
        found.is_empty(),
        "move what both tiers share to the lower one, and wiring to the higher one:\n{}",
        found.join("\n")
    );
}

#[test]
fn server_has_the_tiers_of_the_list() {
    let server = Crate::named("server");
    let folders: BTreeSet<&str> = server.places().filter_map(|place| place.first()).map(String::as_str).collect();
    assert_eq!(folders, SERVER.iter().copied().collect());
}

#[test]
fn upward_use_is_found_whatever_its_path() {
    let tiers = ["high", "low"];
    let library = ("lib.rs", "mod high; mod low; pub struct Root;");
    let upward = |low| {
        let files = [library, ("high.rs", "mod part; use crate::low::Low;"), ("high/part.rs", "struct Part;"), low];
        upward_uses(&Crate::read(&files), &tiers)
    };
    assert_eq!(upward(("low.rs", "pub struct Low;")), Vec::<String>::new());
    assert_eq!(upward(("low.rs", "use crate::high::part::Part; struct Low(Part);")), ["low uses Part of high::part"]);
    assert_eq!(upward(("low.rs", "struct Low(super::high::part::Part);")), ["low uses Part of high::part"]);
    assert_eq!(upward(("low.rs", "struct Low(crate::Root);")), ["low uses Root of the root"]);
}

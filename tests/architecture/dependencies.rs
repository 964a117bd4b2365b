//! The dependencies between crates point one way: down.

use std::collections::BTreeSet;
use std::fs;

use crate::graph::{Graph, Package, root};

/// Each of our crates, and those of our crates that its manifest may name.
const ARROWS: &[(&str, &[&str])] = &[
    ("allocator", &[]),
    ("precondition", &[]),
    ("text", &[]),
    ("merge", &[]),
    ("files", &[]),
    ("ssh", &[]),
    ("test-postgres", &[]),
    ("contract", &["precondition"]),
    ("editor", &["contract", "merge", "precondition", "text"]),
    ("traffic", &["contract", "precondition", "text"]),
    ("anomaly", &["contract", "precondition", "traffic"]),
    ("store", &["contract", "precondition"]),
    ("client", &["contract", "editor", "merge", "precondition", "text", "traffic"]),
    ("server", &["contract", "precondition", "store"]),
    ("guard", &["contract", "precondition"]),
    ("proxy", &["contract", "guard", "precondition", "server", "store"]),
    ("swarm", &["client", "contract", "editor", "merge", "precondition", "text", "traffic"]),
    ("probe", &["client", "contract", "precondition", "traffic"]),
    ("holes", &["precondition"]),
    ("doctor", &["client", "contract", "precondition", "traffic"]),
    ("lesson", &["client", "contract", "editor", "merge", "precondition", "swarm", "text", "traffic"]),
    ("terminal", &["text"]),
    ("merge-view", &["contract", "editor", "merge", "terminal", "text"]),
    (
        "tui",
        &[
            "client",
            "contract",
            "editor",
            "files",
            "lesson",
            "merge",
            "merge-view",
            "precondition",
            "swarm",
            "terminal",
            "text",
            "traffic",
        ],
    ),
    (
        "ifmatch",
        &[
            "allocator",
            "anomaly",
            "client",
            "contract",
            "doctor",
            "editor",
            "files",
            "guard",
            "holes",
            "lesson",
            "merge",
            "precondition",
            "probe",
            "proxy",
            "server",
            "ssh",
            "store",
            "swarm",
            "terminal",
            "traffic",
            "tui",
        ],
    ),
    ("bench", &["ifmatch", "server", "store", "test-postgres"]),
    ("tests", &["contract", "ifmatch", "terminal", "test-postgres", "tui"]),
];

/// Crates, the dependencies that they must not have, directly or indirectly, and the reason.
const ABSENT: &[(&[&str], &[&str], &str)] = &[
    (
        &["precondition", "text", "merge", "editor", "contract", "traffic", "anomaly"],
        &["tokio", "axum", "hyper", "reqwest", "ratatui", "crossterm", "rusqlite", "tokio-postgres"],
        "the core computes values, and touches no network, disk or terminal",
    ),
    (
        &["server", "store", "proxy"],
        &["editor", "merge", "client", "merge-view", "terminal", "tui", "ratatui", "crossterm", "reqwest"],
        "the server knows nothing of its clients",
    ),
    (
        &["tui", "client", "doctor", "lesson", "probe", "swarm"],
        &["store", "server", "axum", "rusqlite", "tokio-postgres"],
        "user interfaces use HTTP like any other client",
    ),
    (
        &["ifmatch"],
        &["aws-lc-rs", "aws-lc-sys", "openssl", "openssl-sys", "native-tls"],
        "TLS is rustls with ring: the others need more build tools, or a library on the machine",
    ),
    (
        &["terminal", "merge-view"],
        &["client", "lesson", "files", "reqwest", "hyper", "axum", "rusqlite"],
        "terminal code knows no HTTP, no server and no lesson",
    ),
    (&["client", "doctor"], &["ratatui", "crossterm"], "the client speaks the protocol and has no screen"),
    (
        &["lesson", "probe", "swarm"],
        &["ratatui", "crossterm"],
        "lessons, probes and swarms run on a screen or without one, so their engines have no screen",
    ),
];

/// Crates of which the lock file may have only one version: types of two versions are incompatible.
const ONCE: [&str; 6] = ["ratatui", "ratatui-core", "crossterm", "tokio", "hyper", "axum"];

fn crate_named<'a>(graph: &'a Graph, name: &str) -> &'a Package {
    graph.ours().find(|package| package.name == name).unwrap_or_else(|| panic!("there is no crate {name} any more"))
}

#[test]
fn dependencies_point_down() {
    let graph = Graph::read();
    let ours: BTreeSet<&str> = graph.ours().map(|package| package.name.as_str()).collect();
    let drawn: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, drawn, "ARROWS has one row per crate");
    for (name, allowed) in ARROWS {
        let direct = graph.direct(crate_named(&graph, name));
        let breach: Vec<_> = direct.iter().filter(|other| ours.contains(*other) && !allowed.contains(other)).collect();
        assert!(breach.is_empty(), "{name} must not depend on {breach:?}; ARCHITECTURE.md has the direction");
    }
}

#[test]
fn forbidden_dependencies_are_absent() {
    let graph = Graph::read();
    for (names, absent, why) in ABSENT {
        for name in *names {
            let reach = graph.reach(crate_named(&graph, name));
            let breach: Vec<_> = absent.iter().filter(|other| reach.contains(*other)).collect();
            assert!(breach.is_empty(), "{name} is built with {breach:?}: {why}");
        }
    }
}

#[test]
fn only_terminal_code_draws() {
    let graph = Graph::read();
    let drawing = graph.ours().filter(|package| {
        let direct = graph.direct(package);
        direct.contains("ratatui") || direct.contains("crossterm")
    });
    let names: BTreeSet<_> = drawing.map(|package| package.name.as_str()).collect();
    assert_eq!(names, BTreeSet::from(["merge-view", "terminal", "tui"]), "only these use ratatui and crossterm");
}

#[test]
fn only_the_program_depends_on_clap() {
    let graph = Graph::read();
    let knowing: Vec<_> = graph.ours().filter(|p| graph.direct(p).contains("clap")).map(|p| p.name.as_str()).collect();
    assert_eq!(knowing, ["ifmatch"], "only crates/ifmatch may use clap");
}

#[test]
fn only_programs_depend_on_anyhow() {
    let graph = Graph::read();
    for package in graph.ours().filter(|package| !["ifmatch", "tests"].contains(&package.name.as_str())) {
        for vague in ["anyhow", "eyre", "color-eyre"] {
            let direct = graph.direct(package);
            assert!(
                !direct.contains(vague),
                "{} uses {vague}: write an error enum with thiserror instead",
                package.name
            );
        }
    }
}

#[test]
fn shared_crates_have_one_version() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("the lock file is there");
    for name in ONCE {
        let versions = lock.matches(&format!("\nname = \"{name}\"\n")).count();
        assert_eq!(versions, 1, "Cargo.lock must have one version of {name}; `cargo tree -d` shows the dependents");
    }
}

#[test]
fn every_crate_has_the_lints_of_the_workspace() {
    // The crate `allocator` has its own lints, which `unsafe_code.rs` checks.
    for package in Graph::read().ours().filter(|package| package.name != "allocator") {
        let manifest = fs::read_to_string(&package.manifest).expect("a manifest is there");
        let obeys = manifest.contains("\n[lints]\nworkspace = true\n");
        assert!(obeys, "{} lacks [lints] workspace = true", package.manifest.display());
    }
}

#[test]
fn versions_are_in_the_workspace_manifest() {
    for package in Graph::read().ours() {
        let manifest = fs::read_to_string(&package.manifest).expect("a manifest is there");
        let mut section = "";
        for line in manifest.lines() {
            if line.starts_with('[') {
                section = line;
            }
            let dependency = section.contains("dependencies") && line.contains('=') && !line.starts_with(['#', '[']);
            let where_is = package.manifest.display();
            assert!(
                !dependency || line.contains("workspace = true"),
                "{where_is}: {line}: put the version into the workspace's manifest"
            );
        }
    }
}

//! Rules about the text of the sources.

use crate::graph::root;
use crate::text::{Source, sources};

/// The most lines that a file with one subject has.
const MAX_LINES: usize = 600;

/// The crates that touch no file, clock, network or thread: time and ids come in as values.
const PURE: [&str; 6] = ["precondition", "text", "merge", "editor", "contract", "traffic"];

fn rust() -> Vec<Source> {
    sources().into_iter().filter(Source::is_rust).collect()
}

/// Returns the lines of code that contain one of these words, in the crates for which `is_meant` holds.
fn lines_with(words: &[&str], is_meant: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in rust().iter().filter(|source| source.crate_name().is_some_and(&is_meant)) {
        for (number, line) in source.code() {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    found
}

#[test]
fn files_are_short() {
    for source in rust() {
        let lines = source.text.lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines, more than {MAX_LINES}: split it by subject", source.path);
    }
}

#[test]
fn files_begin_with_a_summary() {
    for source in rust() {
        let says = source.text.starts_with("//! ") && source.text.lines().next().is_some_and(|line| line.len() > 10);
        assert!(says, "{} does not begin with a line that describes the file", source.path);
    }
}

#[test]
fn no_placeholder_is_left() {
    let left: Vec<String> = ["todo", "unimplemented", "dbg"].iter().map(|name| format!("{name}!(")).collect();
    for source in rust() {
        for (number, line) in source.text.lines().enumerate() {
            let found = left.iter().find(|word| line.contains(word.as_str()));
            assert!(found.is_none(), "{}:{}: {}", source.path, number + 1, line.trim());
        }
    }
}

#[test]
fn only_the_program_reads_its_environment() {
    // The benchmark is a program too, with a command line of its own.
    let programs = ["ifmatch", "bench"];
    let words = ["env::var", "env::vars", "env::args", "env::home_dir"];
    let found = lines_with(&words, |name| !programs.contains(&name));
    assert!(found.is_empty(), "only crates/ifmatch reads environment and command line: {found:#?}");
}

#[test]
fn only_one_file_knows_where_folders_are() {
    let lookups = ["env::current_dir", "env::temp_dir", "etcetera::"];
    let names = ["\"drafts\")", "\"backups\")", "\"documents.db\")"];
    let found = [lines_with(&lookups, |_| true), lines_with(&names, |name| name == "ifmatch")].concat();
    let elsewhere: Vec<_> = found.iter().filter(|line| !line.starts_with("crates/ifmatch/src/paths.rs:")).collect();
    assert!(found.len() >= lookups.len() + names.len(), "paths.rs no longer has them: {found:#?}");
    assert!(elsewhere.is_empty(), "only paths.rs finds folders and names the files in them: {elsewhere:#?}");
}

#[test]
fn pure_crates_have_no_side_effects() {
    let side_effects = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "SystemTime::now",
        "println!(",
        "eprintln!(",
    ];
    let mut found = lines_with(&side_effects, |name| PURE.contains(&name));
    // An address is a value, unlike all else in that module.
    found.retain(|line| !line.ends_with("use std::net::IpAddr;"));
    assert!(found.is_empty(), "{PURE:?} compute values and have no side effects: {found:#?}");
}

#[test]
fn there_is_no_global_state() {
    let mut found = lines_with(&["static mut ", "lazy_static!", "thread_local!", "LazyLock<"], |_| true);
    found.extend(lines_with(&["static "], |_| true).into_iter().filter(|line| is_static_that_changes(line)));
    assert!(found.is_empty(), "state has an owner and is passed as a parameter: {found:#?}");
}

/// Returns whether a line declares a static whose value can be set or changed, as that of a field may.
fn is_static_that_changes(line: &str) -> bool {
    let changing = ["OnceLock<", "Mutex<", "RwLock<", "Cell<", "Atomic"];
    line.replace("'static ", "").contains("static ") && changing.iter().any(|kind| line.contains(kind))
}

#[test]
fn lifetime_does_not_hide_a_static_that_changes() {
    assert!(is_static_that_changes("static NAME: OnceLock<&'static str> = OnceLock::new();"));
    assert!(!is_static_that_changes("fn name(lock: &Mutex<&'static str>) {}"));
    assert!(!is_static_that_changes("pub static NAME: &'static str = \"Mutex\";"));
}

#[test]
fn no_file_names_a_machine_or_registry() {
    // In two pieces each, so that this file does not contain them.
    let registries =
        [("index.crates", ".io"), ("static.crates", ".io"), ("registry.npm", "js.org"), ("pypi", ".org/simple")];
    let mut names: Vec<String> = registries.iter().map(|(one, two)| format!("{one}{two}")).collect();
    names.extend(["home", "root", "Users"].map(|folder| format!("/{folder}/")));
    let here = root().display().to_string();
    // If the workspace is directly below the root, its folder's name is an ordinary word.
    if here.matches('/').count() > 1 {
        names.push(here);
    }
    for source in sources() {
        for (number, line) in source.text.lines().enumerate() {
            let found = names.iter().find(|name| line.contains(name.as_str()));
            assert!(found.is_none(), "{}:{}: {}", source.path, number + 1, line.trim());
        }
    }
}

#[test]
fn readme_has_the_first_commands() {
    let sources = sources();
    let readme = sources.iter().find(|source| source.path == "README.md").expect("there is a README.md");
    for command in ["cargo run", "cargo test --workspace"] {
        assert!(readme.text.contains(command), "README.md does not say {command:?}");
    }
}

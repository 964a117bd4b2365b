//! The lessons that are built into the program, in the recommended order.
//!
//! The document of free play is built in, too.

/// Expands to the path and the text of a file in `demo/lessons`.
macro_rules! file {
    ($name:literal) => {
        (concat!("demo/lessons/", $name, ".toml"), include_str!(concat!("../../../demo/lessons/", $name, ".toml")))
    };
}

/// The document with which free play begins, as JSON; the demo scripts use the same.
pub const SAMPLE_DOCUMENT: &str = include_str!("../../../demo/documents/welcome.json");

/// The path of each file, with its text.
pub const FILES: [(&str, &str); 19] = [
    file!("lost-update"),
    file!("precondition-failed"),
    file!("precondition-required"),
    file!("merge"),
    file!("second-412"),
    file!("blind-retry"),
    file!("check-then-act"),
    file!("delete-versus-edit"),
    file!("create-race"),
    file!("412-versus-409"),
    file!("patch-is-not-a-merge"),
    file!("dates"),
    file!("aba"),
    file!("weak-etags"),
    file!("find-the-hole"),
    file!("changed-tag"),
    file!("lost-response"),
    file!("contention"),
    file!("backoff"),
];

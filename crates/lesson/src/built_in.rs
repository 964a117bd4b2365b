//! The lessons that the program brings along, in the order in which they are best taught.

/// A file of the folder `demo/lessons`: what it is called where people look for it, and its text.
macro_rules! file {
    ($name:literal) => {
        (concat!("demo/lessons/", $name, ".toml"), include_str!(concat!("../../../demo/lessons/", $name, ".toml")))
    };
}

/// Each file, with its text.
pub const FILES: [(&str, &str); 15] = [
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
    file!("dates"),
    file!("aba"),
    file!("weak-etags"),
    file!("lost-response"),
    file!("contention"),
];

//! The merge view: base, mine and theirs over the result, and the keys that decide.

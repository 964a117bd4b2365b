//! The rules that every store keeps, tested through the trait alone.

#[cfg(unix)]
mod files;
mod holding;
mod keeping;
mod ways;
mod writes;

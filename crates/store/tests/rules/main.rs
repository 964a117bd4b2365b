//! The rules that every store keeps, tested through the trait alone.

mod holding;
mod keeping;
mod ways;
mod writes;

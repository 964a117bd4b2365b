//! Examinations of real servers: directly, and through a middleman with one fault each.

mod direct;
mod faults;
mod harness;
mod judges;
mod middleman;
mod properties;

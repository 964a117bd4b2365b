//! `ifmatch lesson`: plays lessons without a screen, and checks their claims.
//!
//! Lessons are played over real HTTP, and transcripts tell what happened. Step by step and line by line, lessons are
//! played by the [`stage`](super::stage).

mod args;
mod error;
mod headless;
mod level;
mod matrix;
mod output_format;
mod run;

pub(crate) use args::LessonArgs;
pub(crate) use error::LessonError;
pub(crate) use run::run;

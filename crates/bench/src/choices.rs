//! The savings of two design choices, each measured against the usual way in the same run.
//!
//! ```sh
//! cargo run --release -p ifmatch-bench -- --choices --rounds 12
//! ```
//!
//! | choice | measured | the usual way, its yardstick |
//! | --- | --- | --- |
//! | an accept loop of our own | `ifmatch serve` | the same service behind `axum::serve` |
//! | the pipeline is one function | one layer of 13 steps in front | 13 layers of one step each in front |
//!
//! The requests are conditional GETs that are answered 304, the cheapest that there is: on any other, either choice has
//! a smaller part. How the pairs are measured, and how the table is to be read, see [`against`](crate::against).

use std::fmt;

use crate::against::{BaselineComparison, compare};
use crate::error::Error;
use crate::process::{ServerProcess, pin_cores};
use crate::seeded::SeededServer;
use crate::settings::Settings;
use crate::through_axum::Wrapping;
use crate::workdir::Workdir;

/// The choices, all measured.
pub(crate) struct Choices(Vec<(&'static str, BaselineComparison)>);

/// Measures each choice and its yardstick, in turns.
///
/// # Errors
///
/// If a server does not start, or answers otherwise than it should.
pub(crate) async fn run(settings: &Settings) -> Result<Choices, Error> {
    let place = Workdir::create()?;
    if settings.apart {
        pin_cores()?;
    }
    let settings = Settings { only: "304".to_owned(), ..settings.clone() };
    let seeded = async |server| SeededServer::start(server, settings.documents, settings.bytes).await;
    let axum = |name, wrapping| ServerProcess::through_axum(settings.apart, &place.file(name), wrapping);

    eprintln!("the accept loop");
    let own = ServerProcess::with_defaults(settings.server.as_deref(), settings.apart, &place.file("own.db"))?;
    let pair = [seeded(own).await?, seeded(axum("axum.db", Wrapping::None)?).await?];
    let accept = compare(&settings, pair).await?;

    eprintln!("the pipeline");
    let one = axum("one.db", Wrapping::OneLayer)?;
    let pair = [seeded(one).await?, seeded(axum("layers.db", Wrapping::Layers)?).await?];
    let pipeline = compare(&settings, pair).await?;

    Ok(Choices(vec![
        ("this: our accept loop; other: axum::serve", accept),
        ("this: one layer of 13 steps; other: 13 layers of one step", pipeline),
    ]))
}

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, comparison) in &self.0 {
            writeln!(f, "# {name}\n\n{comparison}")?;
        }
        Ok(())
    }
}

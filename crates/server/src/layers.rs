//! What every exchange goes through, each a room of its own.
//!
//! From the outside in: answers are [`count`]ed, it is found out who asks ([`identify`]), the [`record`] sees what came
//! and what goes, the [`finish`]ing touches are put to every response, web pages are let read it ([`cors`]), the [`rest`]
//! of a body is taken before a refusal is sent, the [`host`] has to be this server and the [`page`] none from elsewhere,
//! [`faults`] delay and lose answers on purpose, the [`gate`] holds requests before they are judged, the [`policy`] is
//! chosen, and [`panics`] become responses too. Behind the route and the method, only those are let in ([`admit`]) who
//! may.
//!
//! Whatever holds or disturbs exchanges on purpose stands between the touches and the policy: the record shows it, what
//! it refuses is finished like everything else, and nothing has been judged yet. A layer that nobody asked for is not
//! there: without tokens nobody is identified or admitted, and without origins no page is thought of.

pub(crate) mod admit;
pub(crate) mod cors;
pub(crate) mod count;
pub(crate) mod faults;
pub(crate) mod finish;
pub(crate) mod gate;
pub(crate) mod host;
pub(crate) mod identify;
pub(crate) mod next;
pub(crate) mod page;
pub(crate) mod panics;
pub(crate) mod policy;
pub(crate) mod record;
pub(crate) mod rest;

use std::sync::Arc;

use axum::extract::State;

use crate::options::Options;
use next::Layer;

/// A layer out of its function.
macro_rules! layer {
    ($run:path) => {
        |app, request, next| Box::pin($run(State(app), request, next))
    };
}

/// The layers that there are, from the outside in.
pub(crate) fn from_outside_in(options: &Options) -> Arc<[Layer]> {
    let (tokens, pages) = (options.tokens.is_some(), !options.cors_origins.is_empty());
    let all: [(bool, Layer); 12] = [
        (true, layer!(count::count)),
        (tokens, layer!(identify::identify)),
        (true, layer!(record::record)),
        (true, layer!(finish::finish)),
        (pages, layer!(cors::expose)),
        (true, layer!(rest::take_the_rest)),
        (true, layer!(host::check)),
        (pages, layer!(cors::preflight)),
        (true, layer!(faults::disturb)),
        (true, layer!(gate::hold)),
        (true, layer!(policy::choose)),
        (true, layer!(panics::answer_panics)),
    ];
    all.into_iter().filter_map(|(there, layer)| there.then_some(layer)).collect()
}

/// Whether a path belongs to the documents. What lies under it is recorded, and says so while a mistake is on.
fn under_api(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

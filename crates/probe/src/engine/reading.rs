//! Conditional reads.

use crate::check::{Ask, CheckId};
use crate::condition::KnownValidators;
use crate::observed::{self, Observed};
use crate::session::{Halt, ProbeSession, status_of};
use crate::table::CHECKS;

/// Asks the checks of this group.
pub(super) async fn ask(session: &mut ProbeSession<'_>) -> Result<(), Halt> {
    for check in CHECKS {
        let Ask::Read(condition) = check.ask else { continue };
        if !session.begin(check.id, 1)? {
            continue;
        }
        // Reads name the entity tag, also if the API keeps the version of a write elsewhere.
        let response = session.current.as_ref().map(|state| state.response.clone());
        let known = response.as_ref().map_or(KnownValidators::default(), |response| KnownValidators {
            current: response.field("ETag"),
            stale: None,
            last_modified: response.field("Last-Modified"),
        });
        let fields = match condition.lines(known) {
            Ok(fields) => fields,
            Err(why) => {
                session.skip(check.id, why);
                continue;
            }
        };
        let exchange = session.send(session.request("GET", fields)).await?;
        let observed = observed::of_read(exchange.response.as_ref());
        let says = status_of(&exchange.response);
        if check.id == CheckId::IfNoneMatch {
            let missing = match (observed, &response, &exchange.response) {
                (Observed::NotModified, Some(ok), Ok(not_modified)) => Some(observed::missing_in_304(ok, not_modified)),
                _ => None,
            };
            match missing {
                None => session.skip(CheckId::NotModifiedFields, "there is no 304"),
                Some(missing) => {
                    let (observed, says) = if missing.is_empty() {
                        (Observed::Same, "all of them".to_owned())
                    } else {
                        (Observed::Missing, format!("without {}", missing.join(", ")))
                    };
                    session.record(CheckId::NotModifiedFields, observed, says, Some(exchange.clone()));
                }
            }
        }
        session.record(check.id, observed, says, Some(exchange));
    }
    Ok(())
}

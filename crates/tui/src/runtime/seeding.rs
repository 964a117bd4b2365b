//! Creates seed documents over HTTP, as any client would, and never overwrites one.

use client::{Client, ClientError};
use contract::DocumentId;
use editor::Guard;
use precondition::policy::Preconditions;

use super::seed_files::read_seed_files;
use crate::seed::{SeedDocument, SeedOutcome, SeedReport, SeedSource};

/// Reads seed documents, and creates them.
///
/// # Errors
///
/// Why the files cannot become documents, in words; nothing is sent then.
pub(super) async fn seed_from(client: &Client, source: SeedSource) -> Result<SeedReport, String> {
    let seeds = match source {
        SeedSource::Documents(seeds) => seeds,
        SeedSource::Path(path) => {
            let read = tokio::task::spawn_blocking(move || read_seed_files(&[path])).await;
            read.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?
        }
    };
    Ok(create_seeds(client, seeds).await)
}

/// Creates documents one after the other, each with `If-None-Match: *`.
///
/// The gate does not hold these writes, and the server's record has them. After a write without a response, the others
/// are tried all the same.
pub async fn create_seeds(client: &Client, seeds: Vec<SeedDocument>) -> SeedReport {
    let client = client.clone().without_recording().bypassing_gate();
    let mut report = SeedReport::default();
    for SeedDocument { id, document } in seeds {
        let outcome = match exists_unguarded(&client, &id).await {
            Ok(true) => SeedOutcome::NotSent,
            Ok(false) => match client.write_document(&id, document.into(), Guard::IfNoneMatchAny).await {
                Ok(_) => SeedOutcome::Created,
                Err(ClientError::Refused(problem)) if problem.status == 412 => SeedOutcome::Refused,
                Err(error) => failed(&error),
            },
            Err(error) => failed(&error),
        };
        report.outcomes.push((id, outcome));
    }
    report
}

/// Returns whether the document exists and a write would overwrite it.
///
/// It would if the server judges no conditions now.
async fn exists_unguarded(client: &Client, id: &DocumentId) -> Result<bool, ClientError> {
    if client.policy().await?.value.preconditions != Preconditions::Ignored {
        return Ok(false);
    }
    Ok(client.latest_version(id).await?.is_some_and(|version| !version.deleted))
}

fn failed(error: &ClientError) -> SeedOutcome {
    SeedOutcome::Failed(error.clause())
}

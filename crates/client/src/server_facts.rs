//! Reading a room's session from its server, for a leader who saves it.

use std::collections::BTreeSet;
use std::sync::Arc;

use contract::{ApiPath, DocumentId, Exchange, Version};
use traffic::room_session::ServerFacts;

use crate::client::Client;
use crate::error::ClientError;

/// The most documents whose versions are read.
const MAX_DOCUMENTS: usize = 100;

/// The most versions of one document that are read, the newest.
const MAX_VERSIONS: usize = 1000;

impl Client {
    /// Reads what the server says of a session with these exchanges.
    ///
    /// Facts that cannot be read are left out, and [`ServerFacts::gaps`] lists them.
    pub async fn server_facts(&self, exchanges: &[Arc<Exchange>]) -> ServerFacts {
        let mut facts = ServerFacts::default();
        if let Err(lost) = self.read_facts(exchanges, &mut facts).await {
            let what = "what only the server knows: policy, question, versions of documents";
            facts.gaps.push(gap(what, &lost));
        }
        facts
    }

    /// Reads the facts until no response arrives.
    async fn read_facts(&self, exchanges: &[Arc<Exchange>], facts: &mut ServerFacts) -> Result<(), ClientError> {
        facts.policy = unless_refused("the policy", self.policy().await, facts)?.map(|tagged| tagged.value);
        let setting = self.question_setting().await;
        let setting = unless_refused("the question, with the right answer", setting, facts)?;
        // A token that may not read the setting may read the question. If there is none, nothing more is to be read.
        if !matches!(setting, Some(None)) {
            facts.question = unless_refused("the question", self.question().await, facts)?.flatten();
        }
        facts.setting = setting.flatten().map(|tagged| tagged.value);
        let documents = documents_of(exchanges);
        if documents.len() > MAX_DOCUMENTS {
            let left_out = documents.len() - MAX_DOCUMENTS;
            facts.gaps.push(format!("the versions of {left_out} documents; those of {MAX_DOCUMENTS} are here"));
        }
        for document in documents.into_iter().take(MAX_DOCUMENTS) {
            let versions = self.versions_if_any(&document).await;
            let versions = unless_refused(&format!("the versions of {document}"), versions, facts)?;
            facts.histories.extend(versions.filter(|versions| !versions.is_empty()).map(|all| (document, all)));
        }
        Ok(())
    }

    /// Returns the newest versions of a document, or none if there has never been one.
    async fn versions_if_any(&self, document: &DocumentId) -> Result<Vec<Version>, ClientError> {
        match self.versions(document, MAX_VERSIONS).await {
            Err(ClientError::Refused(problem)) if problem.status == 404 => Ok(Vec::new()),
            versions => versions,
        }
    }
}

/// Returns what was read, or notes that the server refuses to show it.
///
/// # Errors
///
/// No response arrived, so further requests are not worth their wait.
fn unless_refused<T>(
    what: &str,
    read: Result<T, ClientError>,
    facts: &mut ServerFacts,
) -> Result<Option<T>, ClientError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(lost @ ClientError::Lost(_)) => Err(lost),
        Err(error) => {
            facts.gaps.push(gap(what, &error));
            Ok(None)
        }
    }
}

fn gap(what: &str, error: &ClientError) -> String {
    format!("{what}: {}", error.clause())
}

/// Returns the documents that exchanges are about, by id.
fn documents_of(exchanges: &[Arc<Exchange>]) -> BTreeSet<DocumentId> {
    let document = |exchange: &Arc<Exchange>| match ApiPath::parse(&exchange.target)? {
        ApiPath::Documents => created(exchange),
        path => path.document().cloned(),
    };
    exchanges.iter().filter_map(document).collect()
}

/// Returns the document that a POST has created.
fn created(exchange: &Exchange) -> Option<DocumentId> {
    let location = exchange.response.as_ref()?.field("Location")?;
    ApiPath::parse(location)?.document().cloned()
}

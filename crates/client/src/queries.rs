//! Queries beyond one document: the list of documents, the versions of one, an old version.

use std::collections::BTreeSet;

use contract::{
    ApiPath, DocumentEntry, DocumentId, DocumentList, EntityTag, Problem, Snapshot, Timestamp, Version, VersionList,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use traffic::intermediary::Transformation;

use crate::client::Client;
use crate::error::{ClientError, TransportError};
use crate::request::OutgoingRequest;
use crate::response::{ReceivedResponse, ReceivedValidator};

/// The most documents or versions that are requested at once: the most that a server returns.
const MAX_PAGE_ENTRIES: usize = 1000;

/// The most bytes of a whole list of documents, in multiples of the largest body.
const MAX_LIST_BODIES: usize = 4;

/// The documents of a server, and the time of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DocumentListing {
    /// The documents, ordered by id.
    pub documents: Vec<DocumentEntry>,
    /// When the server made the list, by its own clock (`Date`); `None` if it did not say.
    ///
    /// The times in the entries are by the same clock, so their ages are right whatever the client's clock says.
    pub as_of: Option<Timestamp>,
    /// The documents of which this machine has a draft. The server does not know; the caller adds them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub drafts: BTreeSet<DocumentId>,
}

impl Client {
    /// Checks that a document server answers, and that it accepts this author and token.
    ///
    /// The request is for a list of at most one document, which every author with any access may read.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if no response arrives, if the server refuses, or if the response does not come from a document
    /// server.
    pub async fn probe(&self) -> Result<(), ClientError> {
        self.get::<DocumentList>(&ApiPath::Documents, "?limit=1").await.map(drop)
    }

    /// Returns all documents, ordered by id, page by page.
    ///
    /// A document that is created or deleted meanwhile may be in the list or not; all others are.
    ///
    /// # Errors
    ///
    /// As for [`Client::probe`]. A list that is too long is [`ClientError::Lost`] with [`TransportError::TooLong`].
    pub async fn documents(&self) -> Result<Vec<DocumentEntry>, ClientError> {
        self.list_documents().await.map(|listing| listing.documents)
    }

    /// Like [`Client::documents`], with the time of the list.
    ///
    /// # Errors
    ///
    /// As for [`Client::documents`].
    pub async fn list_documents(&self) -> Result<DocumentListing, ClientError> {
        let mut documents: Vec<DocumentEntry> = Vec::new();
        let mut after: Option<DocumentId> = None;
        let mut bytes = 0;
        loop {
            let from = after.as_ref().map_or_else(String::new, |id| format!("&after={id}"));
            let answer = self.read(&ApiPath::Documents, &format!("?limit={MAX_PAGE_ENTRIES}{from}")).await?;
            let page: DocumentList = self.parse(&answer)?;
            bytes += answer.body.len();
            let limit = self.limits().body.saturating_mul(MAX_LIST_BODIES);
            if bytes > limit {
                return Err(TransportError::TooLong { limit }.into());
            }
            if page.documents.is_empty() && page.next.is_some() {
                return Err(
                    self.not_ifmatch_error("its list of documents has an empty page that is not the last".to_owned())
                );
            }
            documents.extend(page.documents);
            // The pages of a server that leads back to an earlier one would never end.
            if page.next.is_some() && page.next <= after {
                return Err(self.not_ifmatch_error("its list of documents leads back to an earlier page".to_owned()));
            }
            after = page.next;
            if after.is_none() {
                return Ok(DocumentListing { documents, as_of: answer.date(), ..DocumentListing::default() });
            }
        }
    }

    /// Returns the newest versions of a document, also of a deleted one, newest first, at most `most`.
    ///
    /// # Errors
    ///
    /// As for [`Client::probe`].
    pub async fn versions(&self, id: &DocumentId, most: usize) -> Result<Vec<Version>, ClientError> {
        let mut versions: Vec<Version> = Vec::new();
        let mut before: Option<u64> = None;
        while versions.len() < most {
            let limit = MAX_PAGE_ENTRIES.min(most - versions.len());
            let from = before.map_or_else(String::new, |number| format!("&before={number}"));
            let page: VersionList = self.get(&ApiPath::Versions(id.clone()), &format!("?limit={limit}{from}")).await?;
            if page.versions.is_empty() && page.next.is_some() {
                return Err(
                    self.not_ifmatch_error("its list of versions has an empty page that is not the last".to_owned())
                );
            }
            versions.extend(page.versions);
            if page.next.is_some() && before.is_some_and(|before| page.next >= Some(before)) {
                return Err(self.not_ifmatch_error("its list of versions leads back to an earlier page".to_owned()));
            }
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        versions.truncate(most);
        Ok(versions)
    }

    /// Returns a document's newest version, which may be a delete; `None` if there has never been one.
    ///
    /// # Errors
    ///
    /// As for [`Client::probe`].
    pub async fn latest_version(&self, id: &DocumentId) -> Result<Option<Version>, ClientError> {
        self.version_list(id, "?limit=1").await.map(|versions| versions.into_iter().next())
    }

    /// Returns whether a document has a version with that tag.
    ///
    /// A tag such as `"v5-d4f8c2a1"` names the number of its version, so one version is requested. For any other tag,
    /// the newest thousand are.
    ///
    /// # Errors
    ///
    /// As for [`Client::probe`].
    pub async fn has_version(&self, id: &DocumentId, etag: &EntityTag) -> Result<bool, ClientError> {
        let number = etag.to_string().strip_prefix("\"v").and_then(|rest| rest.split_once('-')?.0.parse::<u64>().ok());
        let query = match number.and_then(|number| number.checked_add(1)) {
            Some(before) => format!("?limit=1&before={before}"),
            None => format!("?limit={MAX_PAGE_ENTRIES}"),
        };
        let versions = self.version_list(id, &query).await?;
        Ok(versions.iter().any(|version| version.etag == *etag))
    }

    /// Returns one page of the versions of a document, or no versions if there has never been a document.
    async fn version_list(&self, id: &DocumentId, query: &str) -> Result<Vec<Version>, ClientError> {
        let list = none_if_missing(self.get::<VersionList>(&ApiPath::Versions(id.clone()), query).await)?;
        Ok(list.map(|list| list.versions).unwrap_or_default())
    }

    /// Returns one version of a document, by its number.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 410 if the version has no text, because it is a delete or because the
    /// server has removed the text. Otherwise as for [`Client::probe`].
    pub async fn version(&self, id: &DocumentId, number: u64) -> Result<Snapshot, ClientError> {
        let answer = self.ask(OutgoingRequest::get(&ApiPath::Version(id.clone(), number))).await?;
        let etag = self.tag_of(&answer, "that version")?;
        answer.snapshot(etag).map_err(|why| self.not_ifmatch_error(why))
    }

    /// Returns the tag of a response that no intermediary changed.
    pub(crate) fn tag_of(&self, answer: &ReceivedResponse, what: &str) -> Result<EntityTag, ClientError> {
        check_untransformed(answer)?;
        match answer.validator() {
            ReceivedValidator::Strong(etag) => Ok(etag),
            ReceivedValidator::Changed(change) => Err(transformed_error(answer, &change)),
            ReceivedValidator::Missing | ReceivedValidator::Unreadable(_) => {
                Err(self.not_ifmatch_error(format!("{what} has no ETag")))
            }
        }
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, target: &ApiPath, query: &str) -> Result<T, ClientError> {
        self.parse(&self.read(target, query).await?)
    }

    async fn read(&self, target: &ApiPath, query: &str) -> Result<ReceivedResponse, ClientError> {
        let answer = self.ask(OutgoingRequest::get(target).with_suffix(query)).await?;
        check_untransformed(&answer)?;
        Ok(answer)
    }

    /// Sends a request and returns the value in the response.
    pub(crate) async fn ask_json<T: DeserializeOwned>(&self, call: OutgoingRequest) -> Result<T, ClientError> {
        self.parse(&self.ask(call).await?)
    }

    /// Parses the JSON of a response.
    pub(crate) fn parse<T: DeserializeOwned>(&self, answer: &ReceivedResponse) -> Result<T, ClientError> {
        answer.json().map_err(|why| self.not_ifmatch_error(why))
    }

    /// Sends a request and returns the response if it is a 2xx; anything else is an error.
    pub(crate) async fn ask(&self, call: OutgoingRequest) -> Result<ReceivedResponse, ClientError> {
        self.require_success(self.exchange(call).await?)
    }

    /// Returns the response if it is a 2xx, or the error that it reports.
    pub(crate) fn require_success(&self, answer: ReceivedResponse) -> Result<ReceivedResponse, ClientError> {
        match (answer.status, answer.problem()) {
            (200..=299, _) => Ok(answer),
            (_, Some(problem)) => Err(ClientError::Refused(Box::new(problem))),
            // An intermediary responds without problem details if it cannot reach the server.
            (500..=599, None) => Err(ClientError::Refused(Box::<Problem>::new(answer.problem_or_status()))),
            (_, None) => {
                Err(self.not_ifmatch_error(format!("it responded with {} and gave no reason", answer.status_line())))
            }
        }
    }
}

/// Returns `None` for a 404: there is no such resource, which is not an error.
pub(crate) fn none_if_missing<T>(result: Result<T, ClientError>) -> Result<Option<T>, ClientError> {
    match result {
        Err(ClientError::Refused(problem)) if problem.status == 404 => Ok(None),
        result => result.map(Some),
    }
}

/// Checks that no intermediary has applied a content coding to a body.
fn check_untransformed(answer: &ReceivedResponse) -> Result<(), ClientError> {
    answer.body_transformation().map_or(Ok(()), |change| Err(transformed_error(answer, &change)))
}

fn transformed_error(answer: &ReceivedResponse, change: &Transformation) -> ClientError {
    ClientError::Refused(Box::new(answer.transformation_problem(change, "An editor cannot work like this.")))
}

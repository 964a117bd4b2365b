//! Reading what is not one document: the list of documents, the versions of one, an old version.

use contract::{DocumentEntry, DocumentId, DocumentList, EntityTag, Problem, Snapshot, Version, VersionList};
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::{ClientError, TransportError};
use crate::intermediary::Transformation;
use crate::request::OutgoingRequest;
use crate::response::{ReceivedResponse, ReceivedValidator};
use crate::target::ApiPath;

/// Documents, or versions, that are asked for at once: the most that a server gives.
const MAX_PAGE_ENTRIES: usize = 1000;

/// How many bodies of the largest size a list of documents may have in all its pages.
const MAX_LIST_BODIES: usize = 4;

impl Client {
    /// Asks whether there is a document server, and whether it lets this author in, with a token where there is one.
    ///
    /// It is the list of documents that is asked for, one of them at most: what everybody may read who may do anything.
    pub async fn probe(&self) -> Result<(), ClientError> {
        self.get::<DocumentList>(&ApiPath::Documents, "?limit=1").await.map(drop)
    }

    /// All documents, ordered by id, page by page.
    ///
    /// A document that is created or deleted meanwhile may be in the list or not; all others are.
    pub async fn documents(&self) -> Result<Vec<DocumentEntry>, ClientError> {
        let mut documents: Vec<DocumentEntry> = Vec::new();
        let mut after: Option<DocumentId> = None;
        let mut bytes = 0;
        loop {
            let from = after.as_ref().map_or_else(String::new, |id| format!("&after={id}"));
            let answer = self.read(&ApiPath::Documents, &format!("?limit={MAX_PAGE_ENTRIES}{from}")).await?;
            let page: DocumentList = answer.json().map_err(|why| self.not_ifmatch_error(why))?;
            bytes += answer.body.len();
            let limit = self.limits().body.saturating_mul(MAX_LIST_BODIES);
            if bytes > limit {
                return Err(TransportError::TooLong { limit }.into());
            }
            if page.documents.is_empty() && page.next.is_some() {
                return Err(self.not_ifmatch_error("its list of documents goes on without documents".to_owned()));
            }
            documents.extend(page.documents);
            // A server that leads back to where we have been would be read for ever.
            if page.next.is_some() && page.next <= after {
                return Err(self.not_ifmatch_error("its list of documents goes round in a circle".to_owned()));
            }
            after = page.next;
            if after.is_none() {
                return Ok(documents);
            }
        }
    }

    /// The newest versions of a document, newest first, at most `most` of them; of a deleted document too.
    pub async fn versions(&self, id: &DocumentId, most: usize) -> Result<Vec<Version>, ClientError> {
        let mut versions: Vec<Version> = Vec::new();
        let mut before: Option<u64> = None;
        while versions.len() < most {
            let limit = MAX_PAGE_ENTRIES.min(most - versions.len());
            let from = before.map_or_else(String::new, |number| format!("&before={number}"));
            let page: VersionList = self.get(&ApiPath::Versions(id.clone()), &format!("?limit={limit}{from}")).await?;
            if page.versions.is_empty() && page.next.is_some() {
                return Err(self.not_ifmatch_error("its list of versions goes on without versions".to_owned()));
            }
            versions.extend(page.versions);
            if page.next.is_some() && before.is_some_and(|before| page.next >= Some(before)) {
                return Err(self.not_ifmatch_error("its list of versions goes round in a circle".to_owned()));
            }
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        versions.truncate(most);
        Ok(versions)
    }

    /// Returns the newest version of a document, a delete too; `None` if there has never been one.
    pub async fn latest_version(&self, id: &DocumentId) -> Result<Option<Version>, ClientError> {
        self.version_list(id, "?limit=1").await.map(|versions| versions.into_iter().next())
    }

    /// Whether a version with that tag is among those of a document.
    ///
    /// A tag names its version's number, `"v5-d4f8c2a1"`, so one version is asked for. Of a tag that does not, the
    /// newest thousand are.
    pub async fn has_version(&self, id: &DocumentId, etag: &EntityTag) -> Result<bool, ClientError> {
        let number = etag.to_string().strip_prefix("\"v").and_then(|rest| rest.split_once('-')?.0.parse::<u64>().ok());
        let query = match number.and_then(|number| number.checked_add(1)) {
            Some(before) => format!("?limit=1&before={before}"),
            None => format!("?limit={MAX_PAGE_ENTRIES}"),
        };
        let versions = self.version_list(id, &query).await?;
        Ok(versions.iter().any(|version| version.etag == *etag))
    }

    /// One page of the versions of a document; no versions if there has never been one.
    async fn version_list(&self, id: &DocumentId, query: &str) -> Result<Vec<Version>, ClientError> {
        match self.get::<VersionList>(&ApiPath::Versions(id.clone()), query).await {
            Err(ClientError::Refused(problem)) if problem.status == 404 => Ok(Vec::new()),
            list => list.map(|list| list.versions),
        }
    }

    /// One version of a document, by its number.
    ///
    /// A version that is a delete, or whose text the server has removed, has no text; it is refused with 410.
    pub async fn version(&self, id: &DocumentId, number: u64) -> Result<Snapshot, ClientError> {
        let answer = self.ask(OutgoingRequest::get(&ApiPath::Version(id.clone(), number), "")).await?;
        let etag = self.tag_of(&answer, "that version")?;
        answer.snapshot(etag).map_err(|why| self.not_ifmatch_error(why))
    }

    /// The tag of an answer that came as it was sent.
    pub(crate) fn tag_of(&self, answer: &ReceivedResponse, what: &str) -> Result<EntityTag, ClientError> {
        check_untransformed(answer)?;
        match answer.validator() {
            ReceivedValidator::Strong(etag) => Ok(etag),
            ReceivedValidator::Changed(change) => Err(transformed_error(answer, &change)),
            ReceivedValidator::Missing | ReceivedValidator::Unreadable(_) => {
                Err(self.not_ifmatch_error(format!("{what} came without an ETag")))
            }
        }
    }

    async fn get<T: DeserializeOwned>(&self, target: &ApiPath, query: &str) -> Result<T, ClientError> {
        self.read(target, query).await?.json().map_err(|why| self.not_ifmatch_error(why))
    }

    async fn read(&self, target: &ApiPath, query: &str) -> Result<ReceivedResponse, ClientError> {
        let answer = self.ask(OutgoingRequest::get(target, query)).await?;
        check_untransformed(&answer)?;
        Ok(answer)
    }

    /// Sends a request that asks for a 2xx; everything else is an error.
    pub(crate) async fn ask(&self, call: OutgoingRequest) -> Result<ReceivedResponse, ClientError> {
        self.require_success(self.exchange(call).await?)
    }

    /// The answer if it is a 2xx, or what it says instead.
    pub(crate) fn require_success(&self, answer: ReceivedResponse) -> Result<ReceivedResponse, ClientError> {
        match (answer.status, answer.problem()) {
            (200..=299, _) => Ok(answer),
            (_, Some(problem)) => Err(ClientError::Refused(Box::new(problem))),
            // Intermediaries answer without a problem, and mean the way to the server.
            (500..=599, None) => Err(ClientError::Refused(Box::<Problem>::new(answer.problem_or_status()))),
            (_, None) => {
                Err(self.not_ifmatch_error(format!("it answered {} and gave no reason", answer.status_line())))
            }
        }
    }
}

/// Whether a body can be read: nobody on the way has coded it.
fn check_untransformed(answer: &ReceivedResponse) -> Result<(), ClientError> {
    answer.body_transformation().map_or(Ok(()), |change| Err(transformed_error(answer, &change)))
}

fn transformed_error(answer: &ReceivedResponse, change: &Transformation) -> ClientError {
    ClientError::Refused(Box::new(answer.transformation_problem(change, "No editor can work like this.")))
}

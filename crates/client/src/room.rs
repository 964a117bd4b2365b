//! The room: joining under a name, the leader's question and its answers, and the people in it.
//!
//! A client joins with the room's code, and then uses the token that it gets:
//!
//! ```no_run
//! # async fn joins(client: client::Client) -> Result<(), client::ClientError> {
//! let joined = client.join(client.author()).await?;
//! let client = client.with_token(&joined.token);
//! if let Some(question) = client.question().await? {
//!     client.answer(1, Some(&question.id)).await?;
//! }
//! # Ok(())
//! # }
//! ```

use contract::{
    ApiPath, Author, EntityTag, JoinRequest, JoinedParticipant, ParticipantList, Question, QuestionAnswer,
    QuestionSetting, Token,
};
use reqwest::Method;
use reqwest::header::{HeaderValue, IF_NONE_MATCH};

use crate::client::Client;
use crate::error::ClientError;
use crate::queries::none_if_missing;
use crate::request::{OutgoingRequest, to_json};
use crate::tagged::Tagged;

/// The metric that counts guesses, in the text format of Prometheus.
const GUESSES_METRIC: &str = "ifmatch_token_guesses_total";

/// The noun for the leader's setting of the question in an error.
const QUESTION_NOUN: &str = "its question";

impl Client {
    /// Joins a room under a name. From then on, the token in the response identifies the client.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 409 if the name is taken; `free` of its problem is a name that is not.
    /// Otherwise [`ClientError`] if no response arrives, if the server refuses, or if the response does not come from a
    /// document server.
    pub async fn join(&self, name: &Author) -> Result<JoinedParticipant, ClientError> {
        let call = OutgoingRequest::new(Method::POST, &ApiPath::Participants);
        let body = Some(to_json(&JoinRequest { name: name.clone() }));
        self.ask_json(OutgoingRequest { body, ..call }).await
    }

    /// Joins a room under this client's name, and uses the participant's token from now on.
    ///
    /// All clones of this client do so, too. The exchange is not recorded, since its response has the token.
    ///
    /// # Errors
    ///
    /// As for [`Client::join`]; the token is then the same as before.
    pub async fn join_for_all_clones(&self) -> Result<Token, ClientError> {
        let joined = self.clone().without_recording().join(self.author()).await?;
        self.replace_token(&joined.token);
        Ok(joined.token)
    }

    /// Returns the leader's question, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// As for [`Client::join`], except that no name is taken.
    pub async fn question(&self) -> Result<Option<Question>, ClientError> {
        none_if_missing(self.ask_json(OutgoingRequest::get(&ApiPath::Question)).await)
    }

    /// Answers the question under this client's own name; a later answer of the same round replaces it.
    ///
    /// `choice` is from 1. With `id`, the server refuses the answer if the leader has asked another question since.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 403 if the client has not joined, 404 if there is no question, 409 if it
    /// takes no more answers or is another one, and 422 if it has no such choice. Otherwise as for [`Client::join`].
    pub async fn answer(&self, choice: u8, id: Option<&str>) -> Result<(), ClientError> {
        let answer = QuestionAnswer { choice, id: id.map(str::to_owned) };
        self.ask(OutgoingRequest::put(&ApiPath::Answer(self.author().clone()), &answer)).await.map(drop)
    }

    /// Returns the question as the leader set it, or `None` if there is none.
    ///
    /// Answers do not change its tag.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 403 if the client may not lead. Otherwise as for [`Client::join`].
    pub async fn question_setting(&self) -> Result<Option<Tagged<QuestionSetting>>, ClientError> {
        none_if_missing(self.ask_tagged(OutgoingRequest::get(&ApiPath::QuestionSetting), QUESTION_NOUN).await)
    }

    /// Asks the room if `etag` is `None`, and otherwise changes the question that `etag` names.
    ///
    /// This also shows the counts, reveals the right choice, or lets the room vote again: see [`QuestionSetting`].
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 412 if another leader has asked or changed a question meanwhile. Nothing is
    /// retried: read the setting again, then decide again. Otherwise as for [`Client::question_setting`].
    pub async fn set_question(
        &self,
        setting: &QuestionSetting,
        etag: Option<&EntityTag>,
    ) -> Result<Tagged<QuestionSetting>, ClientError> {
        let call = OutgoingRequest::put(&ApiPath::QuestionSetting, setting);
        let call = match etag {
            Some(etag) => call.with_if_match(etag),
            None => call.with_field(IF_NONE_MATCH, HeaderValue::from_static("*")),
        };
        self.ask_tagged(call, QUESTION_NOUN).await
    }

    /// Withdraws the question that `etag` names. Its answers are forgotten.
    ///
    /// # Errors
    ///
    /// As for [`Client::set_question`], and [`ClientError::Refused`] with status 404 if there is no question.
    pub async fn withdraw_question(&self, etag: &EntityTag) -> Result<(), ClientError> {
        let call = OutgoingRequest::new(Method::DELETE, &ApiPath::QuestionSetting).with_if_match(etag);
        self.ask(call).await.map(drop)
    }

    /// Returns the people in the room, in the order of their arrival.
    ///
    /// # Errors
    ///
    /// As for [`Client::question_setting`].
    pub async fn participants(&self) -> Result<ParticipantList, ClientError> {
        self.ask_json(OutgoingRequest::get(&ApiPath::Roster)).await
    }

    /// Removes a participant: all requests under that name are refused, and its event streams end.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with status 404 if no client of that name is known, and 409 if it leads. Otherwise as
    /// for [`Client::question_setting`].
    pub async fn remove_participant(&self, name: &Author) -> Result<ParticipantList, ClientError> {
        self.ask_json(OutgoingRequest::new(Method::POST, &ApiPath::Remove(name.clone()))).await
    }

    /// Undoes a removal.
    ///
    /// # Errors
    ///
    /// As for [`Client::remove_participant`].
    pub async fn readmit_participant(&self, name: &Author) -> Result<ParticipantList, ClientError> {
        self.ask_json(OutgoingRequest::new(Method::POST, &ApiPath::Readmit(name.clone()))).await
    }

    /// Returns how many guesses at tokens and codes the server has counted, by HTTP and by SSH together.
    ///
    /// The number is that of its metrics, since it began.
    ///
    /// # Errors
    ///
    /// As for [`Client::join`], except that no name is taken.
    pub async fn token_guesses(&self) -> Result<u64, ClientError> {
        let call = OutgoingRequest {
            method: Method::GET,
            target: "/metrics".to_owned(),
            accept: "text/plain",
            fields: Vec::new(),
            body: None,
        };
        let text = String::from_utf8_lossy(&self.ask(call).await?.body).into_owned();
        let (mut sum, mut is_there) = (0, false);
        for line in text.lines().filter_map(|line| line.strip_prefix(GUESSES_METRIC)) {
            // One line for each protocol, with the protocol as a label.
            let number = line.rsplit(' ').next().and_then(|number| number.parse::<u64>().ok());
            (sum, is_there) = (sum + number.unwrap_or(0), true);
        }
        if is_there { Ok(sum) } else { Err(self.not_ifmatch_error(format!("its metrics have no {GUESSES_METRIC}"))) }
    }
}

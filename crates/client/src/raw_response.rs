//! A response as it arrived.
//!
//! It is for a caller that judges the path to the server, and not the meaning of the response. It belongs to a
//! [`RawRequest`], which the caller spelled out.

use std::time::Duration;

use reqwest::Response;
use tokio::time::timeout;

use crate::client::Client;
use crate::error::TransportError;
use crate::late_body::LateBody;
use crate::raw_request::RawRequest;

/// A response, with nothing left out and nothing interpreted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawResponse {
    /// The version of HTTP that the other end of the connection speaks, such as `HTTP/1.1`.
    pub version: String,
    /// The status code.
    pub status: u16,
    /// Names (in lower case) and values, in the order of the message.
    ///
    /// Bytes that are not UTF-8 are replaced.
    pub fields: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawResponse {
    /// Returns the value of the first field with that name; names are case-insensitive.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn head_of(response: &Response) -> Self {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let fields = response.headers().iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
        Self {
            version: format!("{:?}", response.version()),
            status: response.status().as_u16(),
            fields: fields.collect(),
            body: Vec::new(),
        }
    }
}

/// A response whose body is read as it arrives.
#[derive(Debug)]
pub struct RawStream {
    client: Client,
    head: RawResponse,
    response: Response,
}

impl RawStream {
    /// Returns the status and the fields; its body is empty.
    #[must_use]
    pub fn head(&self) -> &RawResponse {
        &self.head
    }

    /// Waits for more bytes of the body, and returns them; `None` at its end.
    ///
    /// The future may be dropped, as in `select!`; no byte is lost.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if the connection breaks.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        let chunk = self.response.chunk().await;
        let chunk = chunk.map_err(|error| TransportError::from_transport(&error, self.client.server()))?;
        Ok(chunk.map(|bytes| bytes.to_vec()))
    }
}

impl Client {
    /// Sends the request once, and returns the whole response.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if no response arrives.
    pub async fn exchange_raw(&self, request: RawRequest) -> Result<RawResponse, TransportError> {
        self.exchange_built(self.request(request.0)).await
    }

    /// Like [`Client::exchange_raw`], with a body that is sent `delay` after the head.
    ///
    /// The request has `Expect: 100-continue`, so that a server may refuse it before it gets the body.
    ///
    /// # Errors
    ///
    /// As for [`Client::exchange_raw`].
    pub async fn exchange_with_late_body(
        &self,
        mut request: RawRequest,
        delay: Duration,
    ) -> Result<RawResponse, TransportError> {
        let body = request.0.body.clone().unwrap_or_default();
        let expectation = reqwest::header::HeaderValue::from_static("100-continue");
        request.0.fields.push((reqwest::header::EXPECT, expectation));
        let mut built = self.request(request.0);
        *built.body_mut() = Some(reqwest::Body::wrap(LateBody::new(body, delay)));
        self.exchange_built(built).await
    }

    /// Sends the request once, and returns the response up to the end of its fields.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if the head of the response does not arrive within the limit for the silence of a stream.
    pub async fn open_raw(&self, request: RawRequest) -> Result<RawStream, TransportError> {
        let response = self.open(request.0).await?;
        Ok(RawStream { client: self.clone(), head: RawResponse::head_of(&response), response })
    }

    async fn exchange_built(&self, request: reqwest::Request) -> Result<RawResponse, TransportError> {
        let departure = self.record_departure(&request);
        let limit = self.limits().answer;
        let exchanging = async {
            let response = self.send(request).await?;
            let head = RawResponse::head_of(&response);
            Ok((head, self.read_to_end(response).await?))
        };
        let answer = timeout(limit, exchanging).await.unwrap_or(Err(TransportError::TimedOut { limit }));
        if let Some(departure) = departure {
            departure.on_response(answer.as_ref().map(|(_, received)| received));
        }
        answer.map(|(head, received)| RawResponse { body: received.body, ..head })
    }
}

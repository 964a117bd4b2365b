//! A connection of the driver to a server.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::error::Error;
use crate::response_head::{self, ResponseHead};

/// A kept-alive connection.
pub(crate) struct BenchConnection {
    stream: TcpStream,
    /// The last response, as far as it is read.
    answer: Vec<u8>,
}

impl BenchConnection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Error> {
        let stream = TcpStream::connect(address).await.map_err(Error::while_doing("the server takes no connection"))?;
        stream.set_nodelay(true).map_err(Error::while_doing("a socket cannot be set up"))?;
        Ok(Self { stream, answer: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a request, and reads the response to the end.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<ResponseHead, Error> {
        self.send(request).await?;
        self.response().await
    }

    /// Reads the response to the request that was sent, to its end.
    pub(crate) async fn response(&mut self) -> Result<ResponseHead, Error> {
        self.answer.clear();
        loop {
            if self.read_more().await? == 0 {
                return Err(Error::Io { what: "the server hung up", source: std::io::ErrorKind::UnexpectedEof.into() });
            }
            if let Some(head) =
                response_head::parse_head(&self.answer).filter(|head| self.answer.len() >= head.length + head.body)
            {
                return Ok(head);
            }
        }
    }

    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<(), Error> {
        self.stream.write_all(request).await.map_err(Error::while_doing("a request cannot be sent"))
    }

    /// Reads more of the response. Returns the number of bytes: 0 if the connection is closed.
    pub(crate) async fn read_more(&mut self) -> Result<usize, Error> {
        self.stream.read_buf(&mut self.answer).await.map_err(Error::while_doing("an answer cannot be read"))
    }

    /// Drops what was read.
    pub(crate) fn clear_response(&mut self) {
        self.answer.clear();
    }

    /// Returns the body of the last response.
    pub(crate) fn body(&self, head: ResponseHead) -> &[u8] {
        &self.answer[head.length..head.length + head.body]
    }

    /// Returns the entity tag in the last response, or `None` if it has none.
    pub(crate) fn tag(&self, head: ResponseHead) -> Option<String> {
        let value = response_head::field(&self.answer[..head.length], b"etag")?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// Sends a request that must be answered with a status and a tag, and returns the tag.
    pub(crate) async fn exchange_for_tag(
        &mut self,
        request: &[u8],
        what: &str,
        status: &[u16],
    ) -> Result<String, Error> {
        let head = self.exchange(request).await?;
        let tag = self.tag(head).filter(|_| status.contains(&head.status));
        tag.ok_or_else(|| Error::Answer { what: what.to_owned(), status: head.status })
    }
}

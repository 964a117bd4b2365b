//! Typed bytes that the editor has not read yet: a queue with a bound in bytes.
//!
//! The task of a connection puts bytes in and must never wait, since it also sends the editor's output: if it waited
//! for an editor that itself waits until its output is read, both would wait for ever.

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Creates a queue that holds at most this many bytes.
pub(crate) fn pending_input(max_bytes: usize) -> (InputSender, InputReceiver) {
    let (sender, receiver) = unbounded_channel();
    (InputSender { sender, room: Arc::new(Semaphore::new(max_bytes)) }, InputReceiver(receiver))
}

/// The queue has no room for more bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InputFull;

/// The end of the queue at which bytes arrive. Dropping it ends the input.
#[derive(Debug)]
pub(crate) struct InputSender {
    sender: UnboundedSender<(Vec<u8>, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
}

/// The end of the queue at which the editor takes bytes.
#[derive(Debug)]
pub(crate) struct InputReceiver(UnboundedReceiver<(Vec<u8>, OwnedSemaphorePermit)>);

impl InputSender {
    /// Adds bytes without waiting. If the receiver is gone, they are dropped.
    pub(crate) fn send(&self, bytes: &[u8]) -> Result<(), InputFull> {
        let size = u32::try_from(bytes.len()).map_err(|_| InputFull)?;
        let room = Arc::clone(&self.room).try_acquire_many_owned(size).map_err(|_| InputFull)?;
        // Without a receiver, the session is over, and the bytes are of no use.
        let _ = self.sender.send((bytes.to_owned(), room));
        Ok(())
    }
}

impl InputReceiver {
    /// Returns the next bytes, or `None` at the end of the input. Their room is free again.
    pub(crate) async fn recv(&mut self) -> Option<Vec<u8>> {
        self.0.recv().await.map(|(bytes, _)| bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn full_queue_refuses_until_bytes_are_taken() {
        let (sender, mut receiver) = pending_input(5);
        assert_eq!(sender.send(b"abc"), Ok(()));
        assert_eq!(sender.send(b"def"), Err(InputFull));
        assert_eq!(sender.send(b"de"), Ok(()));
        assert_eq!(sender.send(b"f"), Err(InputFull));
        assert_eq!(receiver.recv().await.unwrap(), b"abc");
        assert_eq!(sender.send(b"f"), Ok(()));
        drop(sender);
        assert_eq!(receiver.recv().await.unwrap(), b"de");
        assert_eq!(receiver.recv().await.unwrap(), b"f");
        assert_eq!(receiver.recv().await, None);
    }
}

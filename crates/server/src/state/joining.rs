//! How a client joins the room: under a name that no other client has, on any server of the store.

use contract::{Author, Token};
use store::StoreError;

use super::SharedState;
use super::participants::{ClientIdentity, JoinError, Participants};

impl SharedState {
    /// Lets a client join under a name, and returns its token.
    ///
    /// If all names that the budget allows are in use, one that is no longer used becomes free, unless other servers
    /// of the store run: its participant may be active at one of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot be asked.
    pub(crate) async fn join_room(
        &self,
        client: &ClientIdentity,
        name: &Author,
    ) -> Result<Result<Token, JoinError>, StoreError> {
        let tokens = self.options.tokens.as_ref();
        let is_reserved = |name: &str| tokens.is_some_and(|tokens| tokens.has_name(name));
        let now = self.now();
        let joined = self.change(&self.participants, |room| room.join(client, name, now, is_reserved)).await?;
        if joined != Err(JoinError::Full) || self.note_other_servers().await? {
            return Ok(joined);
        }
        let join_freeing = |room: &Participants| {
            room.make_room_for_name(now);
            room.join(client, name, now, is_reserved)
        };
        self.change(&self.participants, join_freeing).await
    }
}

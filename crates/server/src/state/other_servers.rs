//! Whether other servers of the store run.

use store::StoreError;

use super::SharedState;

impl SharedState {
    /// Returns whether other servers of the store run, and notes it for the names of participants.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot be asked.
    pub(super) async fn note_other_servers(&self) -> Result<bool, StoreError> {
        let Some(replica) = &self.replica else { return Ok(false) };
        let servers = replica.settings.servers().await?;
        let has_others = servers.iter().any(|server| server.number != replica.server());
        if has_others {
            self.participants.note_other_server(self.now());
        }
        Ok(has_others)
    }
}

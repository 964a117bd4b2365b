//! A state of the database to which it goes back, as after a failover to a replica that lags.

use tokio_postgres::Client;

use crate::database::{Database, end_connections};

/// The contents of a store at one moment.
pub(crate) struct SavedState {
    admin: Client,
}

impl SavedState {
    /// Saves the state of the store.
    pub(crate) async fn of(database: &Database) -> Self {
        let admin = database.connect().await;
        let save = "CREATE TABLE saved_documents AS TABLE ifmatch.document;
                    CREATE TABLE saved_counter AS TABLE ifmatch.event_counter;
                    CREATE TABLE saved_settings AS TABLE ifmatch.setting;
                    CREATE TABLE saved_setting_counter AS TABLE ifmatch.setting_counter";
        admin.batch_execute(save).await.unwrap();
        Self { admin }
    }

    /// Removes all that was written since, and ends all connections, as a failover does.
    pub(crate) async fn restore(&self) {
        let restore = "BEGIN;
            DELETE FROM ifmatch.version WHERE sequence > (SELECT last FROM saved_counter);
            DELETE FROM ifmatch.document;
            INSERT INTO ifmatch.document TABLE saved_documents;
            UPDATE ifmatch.event_counter SET last = (SELECT last FROM saved_counter);
            DELETE FROM ifmatch.setting;
            INSERT INTO ifmatch.setting TABLE saved_settings;
            UPDATE ifmatch.setting_counter SET last = (SELECT last FROM saved_setting_counter);
            COMMIT";
        self.admin.batch_execute(restore).await.unwrap();
        end_connections(&self.admin).await;
    }
}

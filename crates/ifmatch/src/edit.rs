//! `ifmatch edit`: one editor, of a server that runs elsewhere.

use std::env;
use std::process::ExitCode;

use client::{Client, ClientError, Drafts, Found, Limits, Lost};
use contract::Author;
use tui::{EditorConfig, run_editor};

use crate::certificates;
use crate::cli::{Edit, Look};
use crate::exit::{Failure, how_it_ended};
use crate::placeholders::Placeholder;
use crate::places::Places;
use crate::secret::Secret;

/// Edits until somebody leaves.
pub(crate) async fn run(arguments: Edit, places: &Places, look: Look) -> Result<ExitCode, Failure> {
    let me = match arguments.name {
        Some(name) => name,
        None => name_of_this_user()?,
    };
    Placeholder::Name.refuse(me.as_str())?;
    Placeholder::refuse_host(&arguments.server)?;
    arguments.token.as_ref().map_or(Ok(()), Secret::refuse_placeholder)?;
    let trust = certificates::trust(arguments.ca.as_ref())?;
    let drafts = Drafts::new(places.drafts());
    let client = Client::trusting(&trust, &arguments.server, me.clone(), Limits::default())?;
    let token = arguments.token.map(|secret| secret.token()).transpose()?;
    let client = match &token {
        Some(token) => client.with_token(token),
        None => client,
    };
    if let Err(error) = client.knock().await {
        let away = matches!(error, ClientError::Lost(Lost::NotSent { .. }));
        let unsaved = arguments
            .document
            .as_ref()
            .is_some_and(|document| matches!(drafts.of(client.server(), document, &me).read(), Ok(Found::Draft(_))));
        // Without a server there is nothing to edit, unless there are words here that never reached it.
        if !(away && unsaved) {
            return Err(error.into());
        }
    }
    let lines = look.lines()?;
    let config = EditorConfig {
        server: arguments.server,
        trust: Some(trust),
        me,
        token,
        document: arguments.document,
        drafts: Some(drafts),
        folder: Places::here(),
        theme: look.theme(),
    };
    how_it_ended(run_editor(config, lines).await?)
}

/// The name under which the person is logged in.
fn name_of_this_user() -> Result<Author, Failure> {
    let said = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|variable| env::var(variable).ok());
    said.and_then(|name| name.parse().ok()).ok_or(Failure::NoName)
}

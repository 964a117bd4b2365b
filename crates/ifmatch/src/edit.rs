//! `ifmatch edit`: one editor, of a server that runs elsewhere.

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use client::{Client, ClientError, ClientLimits, DraftKey, DraftMatch, Drafts, TransportError};
use contract::{Author, DocumentId};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tui::{EditorConfig, EditorEnd, FirstAnswer, SessionEnd, UnkeptText, run_editor};

use crate::certificates;
use crate::cli::{DisplayOptions, EditArgs};
use crate::data_dirs::DataDirs;
use crate::error::{Error, exit_code_of};
use crate::placeholders::ExamplePlaceholder;
use crate::secret::UncheckedToken;
use crate::stderr::print_error;
use crate::unkept::say_where;

/// The exit code if unsaved text is in no file and was not copied (`EX_IOERR` of sysexits.h).
const EXIT_NOT_KEPT: u8 = 74;

/// How long the server's first answer is waited for before the editor opens without it.
const ANSWERS_AT_ONCE: Duration = Duration::from_millis(50);

/// How long the disk may take to say whether there is a draft.
const LOOK_LIMIT: Duration = Duration::from_secs(2);

/// Edits until somebody leaves.
pub(crate) async fn run(arguments: EditArgs, places: &DataDirs, look: DisplayOptions) -> Result<ExitCode, Error> {
    let me = match arguments.name {
        Some(name) => name,
        None => name_of_this_user()?,
    };
    ExamplePlaceholder::Name.refuse(me.as_str())?;
    ExamplePlaceholder::refuse_host(&arguments.server)?;
    arguments.token.as_ref().map_or(Ok(()), UncheckedToken::refuse_placeholder)?;
    let trust = certificates::client_trust(arguments.ca.as_ref())?;
    let drafts = Drafts::new(places.drafts());
    let client = Client::with_trust(&trust, &arguments.server, me.clone(), ClientLimits::default())?;
    let token = arguments.token.map(|secret| secret.token()).transpose()?;
    let client = match &token {
        Some(token) => client.with_token(token),
        None => client,
    };
    let mut first_answer: FirstAnswer = Box::pin(first_answer(client, drafts.clone(), arguments.document.clone()));
    // A server that answers at once refuses before the terminal is taken. Otherwise the screen comes first.
    let first_answer = match timeout(ANSWERS_AT_ONCE, &mut first_answer).await {
        Ok(answered) => {
            answered?;
            None
        }
        Err(_) => Some(first_answer),
    };
    let lines = look.lines()?;
    let config = EditorConfig {
        server: arguments.server,
        trust: Some(trust),
        me,
        token,
        document: arguments.document,
        drafts: Some(drafts),
        folder: DataDirs::working_folder(),
        rescue_folders: DataDirs::rescue_folders(),
        theme: look.theme(),
    };
    report_end(run_editor(config, first_answer, lines).await?)
}

/// Asks the server whether it lets this user in. Without a server there is nothing to edit, unless there is text here
/// that never reached it.
async fn first_answer(client: Client, drafts: Drafts, document: Option<DocumentId>) -> Result<(), ClientError> {
    let Err(error) = client.probe().await else { return Ok(()) };
    let is_away = matches!(error, ClientError::Lost(TransportError::NotSent { .. }));
    let Some(document) = document.filter(|_| is_away) else { return Err(error) };
    let looked = spawn_blocking(move || has_draft(&drafts, &client, &document));
    match timeout(LOOK_LIMIT, looked).await {
        // A disk that does not answer may have a draft as well.
        Ok(Ok(true)) | Err(_) => Ok(()),
        Ok(_) => Err(error),
    }
}

/// Whether there is a draft to go on with, as far as that can be known without the server.
fn has_draft(drafts: &Drafts, client: &Client, document: &DocumentId) -> bool {
    let found = drafts.find(&DraftKey::of(client, document));
    found.is_ok_and(|found| found.drafts.iter().any(|found| found.matches != DraftMatch::OtherServer))
}

/// Says what became of unsaved text, where that is not as usual, and how the editor ended. A text that is in no file is
/// a failure, even if somebody quit.
fn report_end(ended: EditorEnd) -> Result<ExitCode, Error> {
    let EditorEnd { end, kept, unkept } = ended;
    let is_lost = |text: &UnkeptText| text.file.is_none() && !text.is_copied;
    let lost = unkept.iter().any(is_lost);
    for text in &unkept {
        say_where(&format!("the unsaved text of {}", text.document), text);
    }
    if matches!(end, Ok(SessionEnd::TaskDied { .. }) | Err(_)) {
        for document in kept {
            print_error(format_args!("ifmatch: the unsaved text of {document} is kept as a draft"));
        }
    }
    let code = exit_code_of(end?)?;
    Ok(if lost && code == ExitCode::SUCCESS { ExitCode::from(EXIT_NOT_KEPT) } else { code })
}

/// The name under which the person is logged in.
fn name_of_this_user() -> Result<Author, Error> {
    let said = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|variable| env::var(variable).ok());
    said.and_then(|name| name.parse().ok()).ok_or(Error::NoName)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(file: Option<&str>, is_copied: bool, end: SessionEnd) -> EditorEnd {
        let document = "notes".parse().unwrap();
        let (draft, cause) = ("drafts".into(), "no space left".to_owned());
        let text = (file.is_none() && !is_copied).then(|| "typed".to_owned());
        let text = UnkeptText { document, draft, cause, file: file.map(Into::into), is_copied, text };
        EditorEnd { end: Ok(end), kept: Vec::new(), unkept: vec![text] }
    }

    #[test]
    fn a_text_that_is_nowhere_is_a_failure() {
        assert_eq!(report_end(ended(None, false, SessionEnd::Quit)).unwrap(), ExitCode::from(74));
        assert_eq!(report_end(ended(Some("notes-mine.txt"), false, SessionEnd::Quit)).unwrap(), ExitCode::SUCCESS);
        assert_eq!(report_end(ended(None, true, SessionEnd::Quit)).unwrap(), ExitCode::SUCCESS);
        let stopped = SessionEnd::Stopped(terminal::event::StopReason::Terminate);
        assert_eq!(report_end(ended(None, false, stopped)).unwrap(), ExitCode::from(143), "a signal keeps its code");
    }
}

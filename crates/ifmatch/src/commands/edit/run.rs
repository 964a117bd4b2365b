//! Opens the editor, and reports at its end what is not saved.

use std::time::Duration;

use client::{Client, ClientError, DraftKey, DraftMatch, Drafts, TransportError};
use contract::DocumentId;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tui::{EditorConfig, EditorEnd, FirstAnswer, SessionEnd, UnkeptText, UserPlace, run_editor};

use super::args::EditArgs;
use crate::config::UserConfig;
use crate::exit::Exit;
use crate::options::{DisplayOptions, RecordOptions, ServerAccess};
use crate::output::stderr::print_message;
use crate::output::unkept::report_unkept;
use crate::paths::Paths;
use crate::session::{RemoteSessionError, SessionFailure, exit_of};

/// How long to wait for the server's first response before the editor opens without it.
const FIRST_RESPONSE_TIMEOUT: Duration = Duration::from_millis(50);

/// How long the disk may take to tell whether there is a draft.
const DRAFT_SEARCH_TIMEOUT: Duration = Duration::from_secs(2);

/// An editor to open.
pub(crate) struct EditorPlan {
    /// The server, and the user there.
    pub(crate) access: ServerAccess,
    /// The document; `None` lets the user choose.
    pub(crate) document: Option<DocumentId>,
    /// Whether the user is at another machine.
    pub(crate) is_remote: bool,
    pub(crate) record: RecordOptions,
}

/// Edits until the user leaves.
pub(crate) async fn run(
    arguments: EditArgs,
    paths: &Paths,
    display: DisplayOptions,
) -> Result<Exit, RemoteSessionError> {
    let EditArgs { document, remote: is_remote, record, connection } = arguments;
    edit(EditorPlan { access: connection.check()?, document, is_remote, record }, paths, display).await
}

/// Opens the editor that is planned, until the user leaves.
pub(crate) async fn edit(plan: EditorPlan, paths: &Paths, display: DisplayOptions) -> Result<Exit, RemoteSessionError> {
    let EditorPlan { access, document, is_remote, record } = plan;
    let user = UserConfig::read(paths).map_err(SessionFailure::from)?;
    let drafts = Drafts::new(paths.drafts());
    let client = access.client().map_err(SessionFailure::from)?;
    let mut first_answer: FirstAnswer = Box::pin(first_answer(client, drafts.clone(), document.clone()));
    // A server that responds at once can refuse before the terminal is taken. Otherwise the screen comes first.
    let first_answer = match timeout(FIRST_RESPONSE_TIMEOUT, &mut first_answer).await {
        Ok(answer) => {
            answer.map_err(SessionFailure::from)?;
            None
        }
        Err(_) => Some(first_answer),
    };
    let lines = display.line_source().map_err(SessionFailure::from)?;
    let recorder = record.begin(&[], lines)?;
    let config = EditorConfig {
        server: access.server,
        trust: Some(access.trust),
        me: access.me,
        token: access.token,
        document,
        drafts: Some(drafts),
        folder: paths.working_folder(),
        // Text for which even the draft's folder has no room is printed at the end, and goes to no other folder.
        rescue_folders: if is_remote { Vec::new() } else { paths.rescue_folders() },
        user_place: if is_remote { UserPlace::Elsewhere } else { UserPlace::Here },
        log: paths.log_in_use(),
        recorder: recorder.clone(),
        release_memory: Some(allocator::release),
        theme: display.theme(user.appearance),
        features: user.features,
        keys: user.keys,
        marks_others: user.marks_others.0,
        tells_editing: user.tells_editing.0,
    };
    let ended = run_editor(config, first_answer, lines).await.map_err(SessionFailure::from);
    record.report(recorder.as_ref());
    Ok(report_end(ended?)?)
}

/// Asks the server whether it lets this user in.
///
/// If the server is away, that is an error, unless there is a draft of the document to go on with.
async fn first_answer(client: Client, drafts: Drafts, document: Option<DocumentId>) -> Result<(), ClientError> {
    let Err(error) = client.probe().await else { return Ok(()) };
    let is_away = matches!(error, ClientError::Lost(TransportError::NotSent { .. }));
    let Some(document) = document.filter(|_| is_away) else { return Err(error) };
    let looked = spawn_blocking(move || has_draft(&drafts, &client, &document));
    match timeout(DRAFT_SEARCH_TIMEOUT, looked).await {
        // A disk that does not respond may have a draft, too.
        Ok(Ok(true)) | Err(_) => Ok(()),
        Ok(_) => Err(error),
    }
}

/// Whether there is a draft to go on with, as far as can be known without the server.
fn has_draft(drafts: &Drafts, client: &Client, document: &DocumentId) -> bool {
    let found = drafts.find(&DraftKey::of(client, document));
    found.is_ok_and(|found| found.drafts.iter().any(|found| found.matches != DraftMatch::OtherServer))
}

/// Reports what became of unsaved text, unless that is as usual, and returns how the program ends.
///
/// A text that is neither in a file nor copied makes that a failure, even if the user quit.
fn report_end(ended: EditorEnd) -> Result<Exit, SessionFailure> {
    let EditorEnd { end, kept, unkept } = ended;
    let is_lost = |text: &UnkeptText| text.file.is_none() && !text.is_copied;
    let lost = unkept.iter().any(is_lost);
    for text in &unkept {
        report_unkept(&format!("the unsaved text of {}", text.document), text);
    }
    if matches!(end, Ok(SessionEnd::TaskDied { .. }) | Err(_)) {
        for document in kept {
            print_message(format_args!("the unsaved text of {document} is kept as a draft"));
        }
    }
    let exit = exit_of(end?)?;
    Ok(if lost && exit == Exit::Success { Exit::Machine } else { exit })
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
    fn text_that_is_nowhere_is_a_failure() {
        let code = |ended| report_end(ended).unwrap().code();
        assert_eq!(code(ended(None, false, SessionEnd::Quit)), 74);
        assert_eq!(code(ended(Some("notes-mine.txt"), false, SessionEnd::Quit)), 0);
        assert_eq!(code(ended(None, true, SessionEnd::Quit)), 0);
        let stopped = SessionEnd::Stopped(terminal::event::StopReason::Terminate);
        assert_eq!(code(ended(None, false, stopped)), 143, "a signal keeps its code");
    }
}

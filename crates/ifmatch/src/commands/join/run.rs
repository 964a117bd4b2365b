//! Joins the room, asking for what is missing, and opens the editor.

use std::io::{self, IsTerminal as _};

use client::{Client, ClientError};
use contract::{Author, Problem, Reason, Token};

use super::args::JoinArgs;
use super::error::JoinCommandError;
use super::memberships::{Membership, MembershipFile};
use super::prompt::{ask_for_code, ask_for_name, check_can_ask_for_name};
use crate::commands::edit::{EditorPlan, edit};
use crate::exit::Exit;
use crate::options::{AccessOptions, ConnectionError, DisplayOptions, ServerAccess, user_name};
use crate::output::stderr::{print_line, print_message};
use crate::paths::Paths;
use crate::session::SessionFailure;

/// The name in the first request of a person whose name is not known yet.
const VISITOR: &str = "visitor";

/// How many wrong codes a person may type.
const MAX_CODES: usize = 3;

/// Joins, and edits until the user leaves.
pub(crate) async fn run(arguments: JoinArgs, paths: &Paths, display: DisplayOptions) -> Result<Exit, JoinCommandError> {
    let JoinArgs { room, document, name, access, record } = arguments;
    let entrance = Entrance { url: room.into_url(), options: access, memberships: MembershipFile::new(paths) };
    let access = entrance.join(name).await?;
    Ok(edit(EditorPlan { access, document, is_remote: false, record }, paths, display).await?)
}

/// A room that the user is about to join.
struct Entrance {
    url: String,
    options: AccessOptions,
    memberships: MembershipFile,
}

impl Entrance {
    /// Joins the room, and returns the access of the participant.
    async fn join(&self, name: Option<Author>) -> Result<ServerAccess, JoinCommandError> {
        let mut known = self.memberships.in_room(&self.url);
        let mut name = if let Some(name) = name {
            name
        } else {
            check_can_ask_for_name()?;
            let offered = known.first().map(|known| known.name.clone()).or_else(user_name);
            self.check_server(offered.as_ref()).await?;
            ask_for_name(offered.as_ref()).await?
        };
        let mut codes_asked = 0;
        let mut code: Option<Token> = None;
        loop {
            let mut access = self.options.check_for(self.url.clone(), name.clone())?;
            if let Some(place) = known.iter().position(|known| known.name == name) {
                // Removed from the list, so that a token that the room has forgotten is sent once.
                let token = known.remove(place).token;
                if is_let_in(&client_of(&access)?.with_token(&token)).await? {
                    access.token = Some(token);
                    return Ok(access);
                }
            }
            access.token = code.clone().or(access.token);
            let refused = match client_of(&access)?.join(&name).await {
                Ok(joined) => {
                    self.remember(&access, &joined.token);
                    access.token = Some(joined.token);
                    return Ok(access);
                }
                Err(ClientError::Refused(problem)) if io::stdin().is_terminal() => problem,
                Err(error) => return Err(SessionFailure::from(error).into()),
            };
            match Remedy::of(&refused) {
                Some(Remedy::OtherName { offered }) => {
                    print_line(format_args!("{}", refused.detail));
                    name = ask_for_name(offered.as_ref()).await?;
                }
                Some(Remedy::Code) if codes_asked < MAX_CODES => {
                    if access.token.is_some() {
                        print_line("That is not the code of this room.");
                    }
                    codes_asked += 1;
                    code = Some(ask_for_code().await?);
                }
                _ => return Err(SessionFailure::from(ClientError::Refused(refused)).into()),
            }
        }
    }

    /// Checks that there is a document server, so that no one answers questions for a wrong address.
    ///
    /// The request is not one to join: it has no token, and the server adds no one to the list of people for it. So any
    /// refusal with problem details shows that the server is there.
    async fn check_server(&self, offered: Option<&Author>) -> Result<(), JoinCommandError> {
        let me = offered.cloned().or_else(|| VISITOR.parse().ok());
        let me = me.ok_or(ConnectionError::NoName)?;
        let access = ServerAccess { token: None, ..self.options.check_for(self.url.clone(), me)? };
        match client_of(&access)?.policy().await {
            Ok(_) => Ok(()),
            Err(ClientError::Refused(problem)) if problem.status < 500 => Ok(()),
            Err(error) => Err(SessionFailure::from(error).into()),
        }
    }

    /// Keeps the token for the next time. If that fails, the user joins now all the same.
    fn remember(&self, access: &ServerAccess, token: &Token) {
        let membership = Membership { server: self.url.clone(), name: access.me.clone(), token: token.clone() };
        if let Err(error) = self.memberships.keep(&membership) {
            print_message(format_args!("this machine cannot keep your place in the room: {error}"));
        }
    }
}

/// The next step of a person who is not let in.
enum Remedy {
    /// Another name, such as the one that the server offers.
    OtherName { offered: Option<Author> },
    /// The room's code.
    Code,
}

impl Remedy {
    /// Returns the next step after a refusal, or `None` if nothing that the person can type helps.
    fn of(problem: &Problem) -> Option<Self> {
        match (problem.status, &problem.reason) {
            (401, _) => Some(Self::Code),
            (_, Some(Reason::NameTaken | Reason::OtherName)) => Some(Self::OtherName { offered: problem.free.clone() }),
            _ => None,
        }
    }
}

/// Returns whether the server still knows the token of an earlier membership.
async fn is_let_in(client: &Client) -> Result<bool, JoinCommandError> {
    match client.probe().await {
        Ok(()) => Ok(true),
        Err(ClientError::Refused(problem)) if problem.status == 401 => Ok(false),
        Err(error) => Err(SessionFailure::from(error).into()),
    }
}

fn client_of(access: &ServerAccess) -> Result<Client, JoinCommandError> {
    Ok(access.client().map_err(SessionFailure::from)?)
}

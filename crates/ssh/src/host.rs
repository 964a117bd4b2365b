//! The decisions of the program around this crate: who is let in, and which program a person gets.

use std::ffi::OsString;
use std::future::Future;
use std::net::IpAddr;
use std::path::PathBuf;

use crate::connected_names::ConnectedNames;
use crate::guesses::GuessWarning;

/// The program around the SSH server.
///
/// All texts that it returns are shown to the user as they are, so they must not contain control characters.
pub trait SshHost: Send + Sync + 'static {
    /// A person whose password was right.
    type Person: Send + Sync + 'static;

    /// Returns the person whom a password lets in, or `None` if it is wrong.
    ///
    /// `user` is the name before the `@`, which the client chooses. Every client first tries without a password, which
    /// lets it in if none is needed. The time that the function takes must not depend on how close the password is to a
    /// right one.
    fn person(&self, user: &str, password: Option<&str>) -> Option<Self::Person>;

    /// Returns the name under which the person takes part; two sessions never have the same.
    ///
    /// # Errors
    ///
    /// A sentence for the person, if their name cannot be used.
    fn name_of(&self, person: &Self::Person) -> Result<String, String>;

    /// Returns the editor for the person.
    ///
    /// # Errors
    ///
    /// A sentence for the person, if they get no editor.
    fn editor_for(&self, person: &Self::Person) -> impl Future<Output = Result<EditorCommand, String>> + Send;

    /// Returns a sentence for a person whose name is in use by another connection that is alive.
    fn refusal_of_name(&self, person: &Self::Person) -> impl Future<Output = String> + Send;

    /// Ends sessions for reasons of its own, for as long as the server runs.
    ///
    /// The future is dropped when the server stops.
    fn supervise(&self, sessions: ConnectedNames) -> impl Future<Output = ()> + Send;

    /// Counts a wrong password. Must not block.
    fn count_guess(&self);

    /// Warns the leader of an address that guesses passwords. Must not block.
    fn warn_of_guesses(&self, address: IpAddr, warning: GuessWarning);
}

/// The editor of one person: the child process to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments. Other users of this machine can see them.
    pub arguments: Vec<OsString>,
    /// Its environment.
    ///
    /// Only variables of the client's terminal are added: `TERM`, and those of language and colour.
    pub variables: Vec<(OsString, OsString)>,
    /// Its working folder.
    pub folder: PathBuf,
}

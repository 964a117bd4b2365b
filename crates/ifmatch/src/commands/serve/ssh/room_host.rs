//! The room that people join by SSH: it decides who is let in, and which editor they get.
//!
//! The password is what HTTP clients send as their token: the code of the room, or a person's own token. A token with a
//! name decides the name; with a code, the name is the one before the `@`.
//!
//! Each name has a folder for its drafts. Nothing else of this machine is used: the editor gets no variables, no
//! configuration, no log and no home folder of the user who started the server.

use std::ffi::OsString;
use std::fs::DirBuilder;
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::{Client, ClientError};
use contract::{Author, Token};
use server::{GuessCounter, TokenHolder, Tokens, Warning, Warnings};
use sha2::{Digest as _, Sha256};
use ssh::{ConnectedNames, EditorCommand, GuessWarning, SshHost};
use terminal::sanitize::sanitize;
use tokio::time::sleep;

use super::local_http::LocalHttp;
use super::participants::{REMOVED, SshParticipants};
use crate::paths::Paths;
use crate::placeholders::ExamplePlaceholder;

/// The room that people join by SSH.
pub(super) struct RoomHost {
    /// The HTTP server, as the editors reach it.
    http: LocalHttp,
    participants: SshParticipants,
    /// A client that may see which participants the leader has removed.
    leader: Client,
    /// The tokens that the HTTP server accepts; `None` if it requires none.
    tokens: Option<Tokens>,
    /// The path of this program.
    program: PathBuf,
    /// The folder of the drafts.
    folder: PathBuf,
    warnings: Warnings,
    guesses: GuessCounter,
}

/// A person whose password was right.
pub(super) struct RoomMember {
    /// The name, or a sentence that says why it cannot be used.
    name: Result<Author, String>,
    credential: MemberCredential,
}

/// How a person showed that they may join.
enum MemberCredential {
    /// With the code of the room, or with none on an open server: they become a participant.
    Room(Option<Token>),
    /// With a token of their own, or with the leader's code. Their editor sends the same.
    Own(Token),
}

/// How often the leader's removals are looked up while people are connected.
const REMOVALS_INTERVAL: Duration = Duration::from_secs(2);

impl RoomHost {
    /// Returns the room of an HTTP server.
    ///
    /// `leader` is a token that may see the participants, if the server has tokens.
    ///
    /// # Errors
    ///
    /// No client can be created, since this system has no certificates, for instance.
    pub(super) fn new(
        http: LocalHttp,
        tokens: Option<Tokens>,
        leader: Option<&Token>,
        program: PathBuf,
        folder: PathBuf,
        warnings: Warnings,
        guesses: GuessCounter,
    ) -> Result<Self, ClientError> {
        let leader = http.client(Author::from_repaired("ssh"), leader)?;
        let participants = SshParticipants::new(http.clone());
        Ok(Self { http, participants, leader, tokens, program, folder, warnings, guesses })
    }

    fn command(&self, name: &Author, token: &Token) -> io::Result<EditorCommand> {
        let folder = self.folder.join("people").join(folder_of(name.as_str()));
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        // Other users of this machine can read arguments, but not variables.
        let variables = vec![
            (OsString::from("HOME"), folder.clone().into()),
            ("TMPDIR".into(), folder.clone().into()),
            (Paths::DATA_VARIABLE.into(), folder.clone().into()),
            ("IFMATCH_TOKEN".into(), token.expose().into()),
        ];
        let arguments =
            ["edit", "--remote", "--log-level=off", &format!("--server={}", self.http.url), &format!("--as={name}")];
        let mut arguments = arguments.map(OsString::from).to_vec();
        if let Some(certificate) = &self.http.certificate {
            arguments.extend(["--pin".into(), certificate.clone().into()]);
        }
        Ok(EditorCommand { program: self.program.clone(), arguments, variables, folder })
    }
}

impl SshHost for RoomHost {
    type Person = RoomMember;

    fn person(&self, user: &str, password: Option<&str>) -> Option<RoomMember> {
        let Some(tokens) = &self.tokens else {
            return Some(RoomMember { name: name_before_at(user), credential: MemberCredential::Room(None) });
        };
        let token: Token = password?.trim().parse().ok()?;
        let credential = match tokens.holder(token.expose().as_bytes())? {
            TokenHolder { name: None, admin: false } => MemberCredential::Room(Some(token)),
            TokenHolder { name: None, admin: true } => MemberCredential::Own(token),
            TokenHolder { name: Some(name), .. } => {
                return Some(RoomMember { name: Ok(name.clone()), credential: MemberCredential::Own(token) });
            }
        };
        Some(RoomMember { name: name_before_at(user), credential })
    }

    fn name_of(&self, person: &RoomMember) -> Result<String, String> {
        person.name.clone().map(|name| name.as_str().to_owned())
    }

    async fn editor_for(&self, person: &RoomMember) -> Result<EditorCommand, String> {
        let name = person.name.clone()?;
        let token = match &person.credential {
            MemberCredential::Room(code) => self.participants.token(&name, code.as_ref()).await?,
            MemberCredential::Own(token) => token.clone(),
        };
        self.command(&name, &token).map_err(|error| {
            tracing::error!(%error, "no folder for the drafts of an ssh session");
            "The server has no room for your drafts. Please tell the leader.".to_owned()
        })
    }

    async fn refusal_of_name(&self, person: &RoomMember) -> String {
        match (&person.name, &person.credential) {
            (Ok(name), MemberCredential::Room(code)) => self.participants.refusal_of_name(name, code.as_ref()).await,
            (Ok(name), MemberCredential::Own(_)) => format!("{name} is connected already."),
            (Err(sentence), _) => sentence.clone(),
        }
    }

    async fn supervise(&self, sessions: ConnectedNames) {
        loop {
            sleep(REMOVALS_INTERVAL).await;
            if sessions.is_empty() {
                continue;
            }
            match self.leader.participants().await {
                Ok(list) => {
                    for person in list.participants.iter().filter(|person| person.removed) {
                        sessions.end(person.name.as_str(), REMOVED);
                    }
                }
                Err(error) => tracing::warn!(%error, "the removals of the room cannot be read"),
            }
        }
    }

    fn count_guess(&self) {
        self.guesses.count();
    }

    fn warn_of_guesses(&self, client: IpAddr, warning: GuessWarning) {
        let GuessWarning { guesses, is_first } = warning;
        let warning =
            if is_first { Warning::GuessesBegin { client, guesses } } else { Warning::GuessesGoOn { client, guesses } };
        self.warnings.send(warning);
    }
}

/// Returns the name that the user has before the `@`.
fn name_before_at(user: &str) -> Result<Author, String> {
    let name: Author = user
        .parse()
        .map_err(|error| format!("{} cannot be your name here: {}.", sanitize(user), sanitize(&format!("{error}"))))?;
    ExamplePlaceholder::Name.refuse(name.as_str()).map_err(|error| format!("{error}."))?;
    Ok(name)
}

/// Returns the name of a person's folder.
///
/// Names may have characters that file systems do not take, and more of them. So a hash decides, and readable
/// characters of the name are before it.
fn folder_of(name: &str) -> PathBuf {
    let readable: String = name.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let digest: [u8; 32] = Sha256::digest(name).into();
    let (first, _) = digest.split_first_chunk().expect("a digest has 32 bytes");
    Path::new(&format!("{readable}-{:016x}", u64::from_be_bytes(*first))).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(tokens: Option<Tokens>, folder: &Path) -> RoomHost {
        let http = LocalHttp::new("0.0.0.0:4280".parse().unwrap(), None, folder).unwrap();
        RoomHost::new(
            http,
            tokens,
            None,
            "/bin/ifmatch".into(),
            folder.to_owned(),
            Warnings::default(),
            GuessCounter::default(),
        )
        .unwrap()
    }

    fn tokens() -> Tokens {
        let mut tokens = Tokens::default();
        tokens.add(&"kudop-lirat".parse().unwrap(), TokenHolder { name: None, admin: false });
        let zoe = TokenHolder { name: Some("Zoë Q".parse().unwrap()), admin: false };
        tokens.add(&"fizal-tugon".parse().unwrap(), zoe);
        tokens
    }

    #[test]
    fn code_lets_in_any_name_and_a_token_only_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let host = host(Some(tokens()), folder.path());
        let name = |user, password| host.person(user, password).map(|person| host.name_of(&person));
        assert_eq!(name("sam", Some("kudop-lirat")), Some(Ok("sam".to_owned())));
        assert_eq!(name("sam", Some(" kudop-lirat\n")), Some(Ok("sam".to_owned())), "a pasted code has a line end");
        assert_eq!(name("sam", Some("fizal-tugon")), Some(Ok("Zoë Q".to_owned())));
        for wrong in ["kudop-lira", "kudop-lirat-bomak", "", "KUDOP-LIRAT", "\u{0}"] {
            assert_eq!(name("sam", Some(wrong)), None, "{wrong:?}");
        }
        assert_eq!(name("sam", None), None);
    }

    #[test]
    fn open_server_needs_no_password_but_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let host = host(None, folder.path());
        let name = |user| host.name_of(&host.person(user, None).unwrap());
        assert_eq!(name("sam"), Ok("sam".to_owned()));
        assert!(name("your-name").unwrap_err().contains("placeholder"));
        let odd = name("a\u{1b}[2J\u{202e}").unwrap_err();
        assert!(odd.contains("cannot be your name") && !odd.contains(['\u{1b}', '\u{202e}']), "{odd:?}");
    }

    #[test]
    fn editor_has_the_token_in_no_argument_and_nothing_of_this_user() {
        let folder = tempfile::tempdir().unwrap();
        let host = host(Some(tokens()), folder.path());
        let name = "--help".parse().unwrap();
        let command = host.command(&name, &"kudop-lirat".parse().unwrap()).unwrap();
        let arguments: Vec<_> = command.arguments.iter().map(|argument| argument.to_str().unwrap()).collect();
        let expected = ["edit", "--remote", "--log-level=off", "--server=http://127.0.0.1:4280", "--as=--help"];
        assert_eq!(arguments, expected);
        let names: Vec<_> = command.variables.iter().map(|(name, _)| name.to_str().unwrap()).collect();
        assert_eq!(names, ["HOME", "TMPDIR", "IFMATCH_DATA", "IFMATCH_TOKEN"]);
        assert!(command.folder.starts_with(folder.path()) && command.folder.is_dir());
        let mode = std::os::unix::fs::PermissionsExt::mode(&command.folder.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn folders_stay_inside_and_differ() {
        let names = ["../../x", "/etc/passwd", "..", "sam", "Sam", "sam ", "Zoë", "Zoé", &"ä".repeat(64)];
        let folders: std::collections::BTreeSet<_> = names.into_iter().map(folder_of).collect();
        assert_eq!(folders.len(), names.len());
        for folder in &folders {
            let name = folder.to_str().unwrap();
            assert!(name.len() <= 33 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
        }
    }
}

//! The requests of SSH: the few that are served, and all that are refused.
//!
//! Served are: a login by password or keyboard-interactive, one session with a terminal, its size, and the variables
//! of [`SessionEnvironment`]. Everything else is refused here, though the library would refuse it too, so that this
//! file is the whole list.

use std::net::IpAddr;
use std::sync::Arc;

use russh::keys::Certificate;
use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, PublicKeyOffer, Response, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, ChannelOpenFailure, Error, Pty, Sig};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::connected_names::SessionEnding;
use crate::environment::SessionEnvironment;
use crate::host::SshHost;
use crate::limits::{MAX_PENDING_INPUT, MAX_WRONG_PASSWORDS};
use crate::login_queue::network_of;
use crate::pending_input::{InputFull, InputSender, pending_input};
use crate::session::{self, ClientTerminal, SessionLimits};
use crate::shared::{SshShared, methods};
use crate::window_size::WindowSize;

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConnectionPhase {
    /// The client is not logged in, or has not asked for an editor.
    LoggingIn,
    /// An editor runs.
    InSession,
    /// The session is over.
    Over,
}

/// Handles the requests of one connection.
pub(crate) struct ConnectionHandler<H: SshHost> {
    shared: Arc<SshShared<H>>,
    peer: IpAddr,
    phase: watch::Sender<ConnectionPhase>,
    wrong_passwords: u32,
    person: Option<Arc<H::Person>>,
    /// The one channel of the connection.
    channel: Option<ChannelId>,
    environment: SessionEnvironment,
    has_pty: bool,
    sizes: watch::Sender<WindowSize>,
    /// The bytes that the user types; `None` before the session and after its end.
    input: Option<InputSender>,
    ending: watch::Sender<Option<SessionEnding>>,
}

impl<H: SshHost> ConnectionHandler<H> {
    pub(crate) fn new(shared: Arc<SshShared<H>>, peer: IpAddr, phase: watch::Sender<ConnectionPhase>) -> Self {
        Self {
            shared,
            peer,
            phase,
            wrong_passwords: 0,
            person: None,
            channel: None,
            environment: SessionEnvironment::default(),
            has_pty: false,
            sizes: watch::Sender::new(WindowSize::nearest(0, 0)),
            input: None,
            ending: watch::Sender::new(None),
        }
    }

    /// Logs the client in, or refuses it. Only a wrong password is delayed.
    ///
    /// The last wrong password has no response: an error closes the connection. OpenSSH would ask its user for another
    /// password after any response, even if the response offers no method to send it by.
    async fn log_in(&mut self, user: &str, password: Option<&str>) -> Result<Auth, Error> {
        if let Some(person) = self.shared.host.person(user, password) {
            self.person = Some(Arc::new(person));
            return Ok(Auth::Accept);
        }
        if password.is_none() {
            return Ok(refuse());
        }
        self.wrong_passwords += 1;
        self.shared.host.count_guess();
        let verdict = self.shared.count_guess(network_of(self.peer));
        if let Some(warning) = verdict.warning {
            self.shared.host.warn_of_guesses(self.peer.to_canonical(), warning);
        }
        sleep(verdict.delay).await;
        if self.wrong_passwords < MAX_WRONG_PASSWORDS { Ok(refuse()) } else { Err(Error::Disconnect) }
    }

    /// Returns whether the request is about the connection's channel.
    fn is_ours(&self, channel: ChannelId) -> bool {
        self.channel == Some(channel)
    }

    /// Starts the session in a task of its own.
    fn begin(&mut self, person: Arc<H::Person>, channel: ChannelId, session: &Session) {
        let (sender, input) = pending_input(MAX_PENDING_INPUT);
        self.input = Some(sender);
        self.phase.send_replace(ConnectionPhase::InSession);
        let terminal = ClientTerminal {
            client: session.handle(),
            channel,
            input,
            sizes: self.sizes.subscribe(),
            environment: self.environment.clone(),
            has_pty: self.has_pty,
        };
        let (shared, phase, ending) = (Arc::clone(&self.shared), self.phase.clone(), self.ending.clone());
        tokio::spawn(async move {
            run_session(&shared, &person, terminal, ending).await;
            phase.send_replace(ConnectionPhase::Over);
        });
    }
}

/// Runs a session, or tells its user why there is none.
async fn run_session<H: SshHost>(
    shared: &SshShared<H>,
    person: &H::Person,
    terminal: ClientTerminal,
    ending: watch::Sender<Option<SessionEnding>>,
) {
    let host = &shared.host;
    if !terminal.has_pty {
        return terminal.close_with("The editor needs a terminal: ssh -t asks for one.", 1).await;
    }
    let name = match host.name_of(person) {
        Ok(name) => name,
        Err(sentence) => return terminal.close_with(&sentence, 1).await,
    };
    let Some(_name) = shared.names.claim(&name, &terminal.client, &ending).await else {
        let sentence = host.refusal_of_name(person).await;
        return terminal.close_with(&sentence, 1).await;
    };
    let Ok(_place) = shared.places.try_acquire() else {
        let sessions = shared.limits.sessions;
        let taken = if sessions == 1 {
            "The only place for ssh is taken.".to_owned()
        } else {
            format!("All {sessions} places for ssh are taken.")
        };
        let sentence = format!("{taken} Try again when someone has left.");
        return terminal.close_with(&sentence, 1).await;
    };
    match host.editor_for(person).await {
        Ok(command) => {
            let (stop, idle_time) = (shared.stop.subscribe(), shared.limits.idle_time);
            let limits = SessionLimits { idle_time, ending: ending.subscribe(), stop };
            session::run(terminal, command, &shared.starting, limits).await;
        }
        Err(sentence) => terminal.close_with(&sentence, 1).await,
    }
}

/// Refuses a login; the client may try again.
fn refuse() -> Auth {
    Auth::Reject { proceed_with_methods: Some(methods()), partial_success: false }
}

/// The prompt of keyboard-interactive. Programs that type passwords look for its first word.
const PROMPT: (&str, bool) = ("Password (the code of the room): ", false);

impl<H: SshHost> Handler for ConnectionHandler<H> {
    type Error = Error;

    // The login.

    async fn auth_none(&mut self, user: &str) -> Result<Auth, Error> {
        self.log_in(user, None).await
    }

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Error> {
        self.log_in(user, Some(password)).await
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, Error> {
        let Some(mut response) = response else {
            let (prompt, echo) = PROMPT;
            let prompts = vec![(prompt.into(), echo)].into();
            return Ok(Auth::Partial { name: "".into(), instructions: "".into(), prompts });
        };
        let typed = response.next().unwrap_or_default();
        // What is not text is wrong like any other wrong password.
        let typed = String::from_utf8_lossy(&typed).into_owned();
        self.log_in(user, Some(&typed)).await
    }

    async fn auth_publickey_offered(&mut self, _: &str, _: PublicKeyOffer<'_>) -> Result<Auth, Error> {
        Ok(refuse())
    }

    async fn auth_publickey(&mut self, _: &str, _: VerifiedPublicKey<'_>) -> Result<Auth, Error> {
        Ok(refuse())
    }

    async fn auth_openssh_certificate(&mut self, _: &str, _: &Certificate) -> Result<Auth, Error> {
        Ok(refuse())
    }

    // The session.

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        if self.person.is_some() && self.channel.is_none() {
            self.channel = Some(channel.id());
            reply.accept().await;
        } else {
            reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
        }
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        term: &str,
        columns: u32,
        rows: u32,
        _: u32,
        _: u32,
        _: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Error> {
        if !self.is_ours(channel) || self.has_pty || self.input.is_some() {
            return session.channel_failure(channel);
        }
        self.has_pty = true;
        self.environment.set_term(term);
        self.sizes.send_replace(WindowSize::nearest(columns, rows));
        session.channel_success(channel)
    }

    async fn window_change_request(
        &mut self,
        channel: ChannelId,
        columns: u32,
        rows: u32,
        _: u32,
        _: u32,
        _: &mut Session,
    ) -> Result<(), Error> {
        if self.is_ours(channel) {
            self.sizes.send_replace(WindowSize::nearest(columns, rows));
        }
        // The request has no response (RFC 4254 section 6.7).
        Ok(())
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        value: &str,
        session: &mut Session,
    ) -> Result<(), Error> {
        if self.is_ours(channel) && self.environment.set(name, value) {
            session.channel_success(channel)
        } else {
            session.channel_failure(channel)
        }
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Error> {
        // Not again after a session: its connection ends.
        let is_first = *self.phase.borrow() == ConnectionPhase::LoggingIn;
        match self.person.clone() {
            Some(person) if is_first && self.is_ours(channel) => {
                session.channel_success(channel)?;
                self.begin(person, channel, session);
                Ok(())
            }
            _ => session.channel_failure(channel),
        }
    }

    async fn data(&mut self, channel: ChannelId, bytes: &[u8], _: &mut Session) -> Result<(), Error> {
        let input = self.input.as_ref().filter(|_| self.is_ours(channel));
        if let Some(Err(InputFull)) = input.map(|input| input.send(bytes)) {
            let sentence = "More was typed or pasted at once than the editor can take, so the session has ended. Unsaved \
                            text is kept as a draft: join again with the same name.";
            self.ending.send_replace(Some(SessionEnding::Told(sentence.to_owned())));
            self.input = None;
        }
        Ok(())
    }

    async fn channel_eof(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Error> {
        // No more keys can come, so this is the same as a closed terminal.
        if self.is_ours(channel) {
            self.input = None;
        }
        Ok(())
    }

    async fn channel_close(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Error> {
        if self.is_ours(channel) {
            self.input = None;
        }
        Ok(())
    }

    // All that is refused.

    async fn exec_request(&mut self, channel: ChannelId, _: &[u8], session: &mut Session) -> Result<(), Error> {
        session.channel_failure(channel)
    }

    async fn subsystem_request(&mut self, channel: ChannelId, _: &str, session: &mut Session) -> Result<(), Error> {
        session.channel_failure(channel)
    }

    async fn x11_request(
        &mut self,
        channel: ChannelId,
        _: bool,
        _: &str,
        _: &str,
        _: u32,
        session: &mut Session,
    ) -> Result<(), Error> {
        session.channel_failure(channel)
    }

    async fn agent_request(&mut self, _: ChannelId, _: &mut Session) -> Result<bool, Error> {
        Ok(false)
    }

    async fn signal(&mut self, channel: ChannelId, _: Sig, session: &mut Session) -> Result<(), Error> {
        session.channel_failure(channel)
    }

    async fn tcpip_forward(&mut self, _: &str, _: &mut u32, _: &mut Session) -> Result<bool, Error> {
        Ok(false)
    }

    async fn streamlocal_forward(&mut self, _: &str, _: &mut Session) -> Result<bool, Error> {
        Ok(false)
    }

    async fn channel_open_x11(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
        Ok(())
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
        Ok(())
    }

    async fn channel_open_forwarded_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
        Ok(())
    }

    async fn channel_open_direct_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
        Ok(())
    }
}

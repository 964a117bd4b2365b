//! Runs the server until it is asked to end.

use std::future::Future;
use std::io;

use client::Client;
use tokio::sync::watch;
use tui::seed::SeedDocument;
use tui::{RoomHosting, SessionSaver, create_seeds, read_seed_files};

use super::access::AccessPolicy;
use super::args::ServeArgs;
use super::banner::Banner;
use super::error::ServeError;
use super::own_client::own_access;
use super::running::{wait_for, with_log, with_screen};
use super::ssh::{SshService, SshServiceConfig};
use super::warnings::Printer;
use super::{fd_limit, identity, screen};
use crate::config::UserConfig;
use crate::exit::Exit;
use crate::local_server::listen;
use crate::options::{DisplayOptions, ServerAccess};
use crate::output::stderr::is_in_background;
use crate::output::stdout;
use crate::paths::Paths;
use crate::session::SessionFailure;

/// Serves until a signal ends the program or, on a screen, until the user does.
pub(crate) async fn run(arguments: ServeArgs, paths: &Paths, display: DisplayOptions) -> Result<Exit, ServeError> {
    let listening = [Some(arguments.listen), arguments.ssh.address()].into_iter().flatten();
    let access = AccessPolicy::new(listening, arguments.open, arguments.tokens.as_deref())?;
    let seeds = read_seed_files(&arguments.seeds)?;
    let tls = identity::read(arguments.tls_cert.as_deref(), arguments.tls_key.as_deref())?;
    if arguments.store.is_none() {
        paths.create_data_folder()?;
    }
    // A background process that takes the terminal would be stopped.
    let has_screen = !arguments.quiet && display.has_screen() && !is_in_background();
    let user = has_screen.then(|| UserConfig::read(paths).map_err(SessionFailure::from)).transpose()?;
    let place = arguments.store.clone().unwrap_or_else(|| paths.store().display().to_string());
    fd_limit::raise_limit();
    let store = store::open_with(&place, arguments.store_options(paths)).await?;
    // The address of a database may have a password.
    let place = store::display_address(&place);
    let (listener, address) = listen(arguments.listen).await?;
    let printer = if has_screen { Printer::silent() } else { Printer::to_stderr() }.map_err(ServeError::Threads)?;
    let mut options = arguments.server_options(&access, tls, printer.warnings());
    let folder = paths.ssh();
    let ssh = SshService::bind(SshServiceConfig {
        options: &arguments.ssh,
        http: address,
        certificate: arguments.tls_cert.as_deref(),
        tokens: &mut options.tokens,
        folder: &folder,
        warnings: options.warnings.clone(),
        guesses: options.ssh_guesses.clone(),
    });
    let ssh = ssh.await?;
    options.ssh_port = ssh.as_ref().map(|ssh| ssh.address.port());
    let (host_names, certificate) = (&arguments.host_names, arguments.tls_cert.as_deref());
    // Last, so that no one can log in with it by SSH.
    let own = own_access(address, certificate, &mut options.tokens)?;
    let banner = Banner { certificate, address, place: &place, access: &access, host_names, ssh: ssh.as_ref() };
    let hosting = RoomHosting { seeds: seeds.clone(), ..banner.hosting() };
    let saver = SessionSaver { folder: arguments.sessions.folder(), secrets: secrets(&access, &own) };
    if !has_screen {
        banner.print();
    }
    let (stop, stopped) = watch::channel(false);
    let serving = Box::pin(serve(ssh, stopped.clone(), server::serve(listener, store, options, wait_for(stopped))));
    let ended = if let Some(user) = user {
        let screen = Box::pin(screen::show(own, hosting, saver, user, paths, display));
        with_screen(serving, &stop, screen).await
    } else {
        let client = own.client().map_err(SessionFailure::from)?;
        let seeding = create_documents(&client, seeds);
        with_log(serving, &stop, &own, !arguments.no_access_log, seeding).await
    };
    printer.end();
    ended?;
    Ok(Exit::Success)
}

/// Returns the codes and tokens that no saved session may contain.
fn secrets(access: &AccessPolicy, own: &ServerAccess) -> Vec<String> {
    let codes = access.codes().into_iter().chain(&own.token);
    codes.map(|token| token.expose().to_owned()).collect()
}

/// Serves both protocols until both have ended.
async fn serve(
    ssh: Option<SshService>,
    stopped: watch::Receiver<bool>,
    http: impl Future<Output = io::Result<()>>,
) -> io::Result<()> {
    let joining_by_ssh = async {
        if let Some(ssh) = ssh {
            ssh.serve(wait_for(stopped)).await;
        }
    };
    let (served, ()) = tokio::join!(http, joining_by_ssh);
    served
}

/// Creates the seed documents, and says which of them are new.
async fn create_documents(client: &Client, seeds: Vec<SeedDocument>) {
    if !seeds.is_empty() {
        let report = create_seeds(client, seeds).await;
        // If standard output is closed, the documents are there all the same.
        let _ = stdout::print(format!("seed documents: {}\n", report.clauses().join("; ")));
    }
}

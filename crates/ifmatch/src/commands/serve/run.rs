//! Runs the server until it is asked to end.

use tokio::sync::watch;

use super::access::AccessPolicy;
use super::args::ServeArgs;
use super::banner::Banner;
use super::error::ServeError;
use super::ssh::{SshService, SshServiceConfig};
use super::warnings::Printer;
use super::{fd_limit, identity, signal};
use crate::exit::Exit;
use crate::local_server::listen;
use crate::paths::Paths;

/// Serves until a signal ends the program.
pub(crate) async fn run(arguments: ServeArgs, paths: &Paths) -> Result<Exit, ServeError> {
    let listening = [Some(arguments.listen), arguments.ssh.address()].into_iter().flatten();
    let access = AccessPolicy::new(listening, arguments.open, arguments.tokens.as_deref())?;
    let tls = identity::read(arguments.tls_cert.as_deref(), arguments.tls_key.as_deref())?;
    if arguments.store.is_none() {
        paths.create_data_folder()?;
    }
    let place = arguments.store.clone().unwrap_or_else(|| paths.store().display().to_string());
    fd_limit::raise_limit();
    let store = store::open_with(&place, arguments.store_options()).await?;
    let (listener, address) = listen(arguments.listen).await?;
    let printer = Printer::to_stderr().map_err(ServeError::Threads)?;
    let mut options = arguments.server_options(&access, tls, printer.warnings());
    let folder = paths.ssh();
    let ssh = SshService::bind(SshServiceConfig {
        options: &arguments.ssh,
        http: address,
        is_encrypted: options.tls.is_some(),
        tokens: &mut options.tokens,
        folder: &folder,
        warnings: options.warnings.clone(),
    });
    let ssh = ssh.await?;
    options.ssh_port = ssh.as_ref().map(|ssh| ssh.address.port());
    let (host_names, certificate) = (&arguments.host_names, arguments.tls_cert.as_deref());
    Banner { certificate, address, place: &place, access: &access, host_names, ssh: ssh.as_ref() }.print();
    let (stop, stopped) = watch::channel(false);
    let shutdown = async move {
        signal::shutdown_signal().await;
        stop.send_replace(true);
    };
    let joining_by_ssh = async {
        if let Some(ssh) = ssh {
            let mut stopped = stopped;
            // An error means that the HTTP server is gone.
            ssh.serve(async move { stopped.wait_for(|stopped| *stopped).await.map(drop).unwrap_or_default() }).await;
        }
    };
    let (served, ()) = tokio::join!(server::serve(listener, store, options, shutdown), joining_by_ssh);
    printer.end();
    served.map_err(ServeError::Stopped)?;
    Ok(Exit::Success)
}

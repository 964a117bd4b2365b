//! Runs the server until it is asked to end.

use super::access::AccessPolicy;
use super::args::ServeArgs;
use super::banner::Banner;
use super::error::ServeError;
use super::warnings::Printer;
use super::{fd_limit, identity, signal};
use crate::exit::Exit;
use crate::local_server::listen;
use crate::paths::Paths;

/// Serves until a signal ends the program.
pub(crate) async fn run(arguments: ServeArgs, paths: &Paths) -> Result<Exit, ServeError> {
    let access = AccessPolicy::new(arguments.listen, arguments.open, arguments.tokens.as_deref())?;
    let tls = identity::read(arguments.tls_cert.as_deref(), arguments.tls_key.as_deref())?;
    if arguments.store.is_none() {
        paths.create_data_folder()?;
    }
    let place = arguments.store.clone().unwrap_or_else(|| paths.store().display().to_string());
    fd_limit::raise_limit();
    let store = store::open_with(&place, arguments.store_options()).await?;
    let (listener, address) = listen(arguments.listen).await?;
    let printer = Printer::to_stderr().map_err(ServeError::Threads)?;
    let options = arguments.server_options(&access, tls, printer.warnings());
    let (host_names, certificate) = (&arguments.host_names, arguments.tls_cert.as_deref());
    Banner { certificate, address, place: &place, access: &access, host_names }.print();
    let served = server::serve(listener, store, options, signal::shutdown_signal()).await;
    printer.end();
    served.map_err(ServeError::Stopped)?;
    Ok(Exit::Success)
}

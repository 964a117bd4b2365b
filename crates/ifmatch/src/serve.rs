//! `ifmatch serve`: the document server alone.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use contract::Policy;
use server::Options;
use tokio::net::TcpListener;

use crate::certificates;
use crate::cli::Serve;
use crate::exit::Failure;
use crate::open_files;
use crate::places::Places;
use crate::signal;

/// Serves until somebody ends it.
pub(crate) async fn run(arguments: Serve, places: &Places) -> Result<ExitCode, Failure> {
    if !arguments.listen.ip().is_loopback() && !arguments.open {
        return Err(Failure::NotLoopback(arguments.listen));
    }
    let tls = certificates::identity(arguments.tls_cert.as_deref(), arguments.tls_key.as_deref())?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let place = match arguments.store {
        Some(place) => place,
        None => places.default_store()?.display().to_string(),
    };
    open_files::ask_for_all();
    let store = store::open(&place).await?;
    let (listener, address) = listen(arguments.listen).await?;
    let options = Options {
        max_document: arguments.max_document,
        policy: Policy { preconditions: arguments.preconditions.into(), ..Policy::default() },
        tls,
        ..Options::default()
    };
    announce(scheme, address, &place);
    server::serve(listener, store, options, signal::asked_to_end()).await.map_err(Failure::Server)?;
    Ok(ExitCode::SUCCESS)
}

/// Binds the address, and says which one it became: port 0 takes a free one.
pub(crate) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |source| Failure::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Says where the server is, and how to get there. Nobody may be reading, and the server serves all the same.
fn announce(scheme: &str, address: SocketAddr, place: &str) {
    let lines = format!(
        "ifmatch serves {scheme}://{address}, documents in {place}\n\
         join with:  ifmatch edit --server {scheme}://{address} --as YOUR-NAME\n\
         or by hand: curl -i {scheme}://{address}/api/documents\n\
         Ctrl-C ends it.\n"
    );
    let mut out = io::stdout().lock();
    if out.write_all(lines.as_bytes()).and_then(|()| out.flush()).is_err() {
        tracing::info!(%address, "nobody reads where the server is");
    }
}

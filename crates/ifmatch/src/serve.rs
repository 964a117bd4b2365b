//! `ifmatch serve`: the document server alone.

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::process::ExitCode;

use contract::Policy;
use server::ServerOptions;
use store::StoreOptions;
use tokio::net::TcpListener;

use crate::access::AccessPolicy;
use crate::banner::Banner;
use crate::certificates;
use crate::cli::ServeArgs;
use crate::data_dirs::DataDirs;
use crate::error::Error;
use crate::fd_limit;
use crate::keep_time::KeepTime;
use crate::signal;
use crate::warnings::Printer;

/// Serves until somebody ends it.
pub(crate) async fn run(arguments: ServeArgs, places: &DataDirs) -> Result<ExitCode, Error> {
    let access = AccessPolicy::of(arguments.listen, arguments.open, arguments.tokens.as_deref())?;
    let tls = certificates::server_identity(arguments.tls_cert.as_deref(), arguments.tls_key.as_deref())?;
    let place = match arguments.store {
        Some(place) => place,
        None => places.default_store()?.display().to_string(),
    };
    fd_limit::raise_limit();
    let retention = store::Retention {
        versions: arguments.keep_versions.and_then(NonZeroU64::new),
        time: arguments.keep_for.map(KeepTime::duration),
    };
    let store = store::open_with(&place, StoreOptions { retention, ..StoreOptions::default() }).await?;
    let (listener, address) = listen(arguments.listen).await?;
    let printer = Printer::to_stderr().map_err(Error::Runtime)?;
    let options = ServerOptions {
        max_document: arguments.max_document,
        budgets: arguments.budgets.into_iter().collect(),
        policy: Policy { preconditions: arguments.preconditions.into(), ..Policy::default() },
        tls,
        tokens: access.tokens(),
        host_names: arguments.host_names.clone(),
        cors_origins: arguments.cors_origins,
        warnings: printer.warnings(),
        release_memory: Some(allocator::release),
        ..ServerOptions::default()
    };
    let host_names = &arguments.host_names;
    let certificate = arguments.tls_cert.as_deref();
    Banner { certificate, address, place: &place, access: &access, host_names }.print();
    let served = server::serve(listener, store, options, signal::shutdown_signal()).await;
    printer.end();
    served.map_err(Error::Server)?;
    Ok(ExitCode::SUCCESS)
}

/// Binds the address, and says which one it became: port 0 takes a free one.
pub(crate) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

//! Runs the proxy until it is asked to end.

use std::net::ToSocketAddrs as _;
use std::sync::Arc;

use contract::Token;
use proxy::{Gateway, GuardedUpstream, HttpUpstream, Proxy, ProxyOptions, Upstream};
use server::{CONTROL_PREFIX, Tokens};
use tokio::sync::watch;
use tui::SessionSaver;

use super::args::ProxyArgs;
use super::banner::ProxyBanner;
use super::error::ProxyError;
use super::observer::AnomalyObserver;
use super::report_file::ReportFiles;
use crate::commands::serve::access::add_admin_code;
use crate::commands::serve::own_client::{own_access, reachable};
use crate::commands::serve::running::{wait_for, with_log, with_screen};
use crate::commands::serve::warnings::Printer;
use crate::commands::serve::{ServeError, fd_limit, screen};
use crate::config::UserConfig;
use crate::exit::Exit;
use crate::local_server::listen;
use crate::options::{DisplayOptions, ServerAccess};
use crate::output::stderr::is_in_background;
use crate::paths::Paths;
use crate::session::SessionFailure;

/// Forwards until a signal ends the program or, on a screen, until the user does.
pub(crate) async fn run(arguments: ProxyArgs, paths: &Paths, display: DisplayOptions) -> Result<Exit, ProxyError> {
    // A background process that takes the terminal would be stopped.
    let has_screen = !arguments.quiet && display.has_screen() && !is_in_background();
    let user = has_screen.then(|| UserConfig::read(paths).map_err(SessionFailure::from)).transpose()?;
    let mut upstream: Arc<dyn Upstream> = Arc::new(HttpUpstream::new(&arguments.to, arguments.upstream_options()?));
    if let Some(options) = arguments.guard_options() {
        upstream = Arc::new(GuardedUpstream::new(&arguments.to, upstream, options).map_err(ProxyError::NoEpoch)?);
    }
    let options = arguments.proxy_options();
    let (reports, archives) = ReportFiles::prepare(&arguments.reports, options.shows_cookies)?;
    let observer = Arc::new(AnomalyObserver::new(archives));
    let options = ProxyOptions { observer: Some(observer.clone()), ..options };
    let gateway: Arc<dyn Gateway> = Arc::new(Proxy::new(arguments.to.clone(), upstream, options));
    fd_limit::raise_limit();
    let (listener, address) = listen(arguments.listen).await?;
    if leads_to(&arguments, address) {
        return Err(ProxyError::Loop(address.to_string()));
    }
    let (code, mut tokens) = access(&arguments)?;
    let own = own_access(address, None, &mut tokens)?;
    let own = ServerAccess { server: own.server + CONTROL_PREFIX, ..own };
    let printer = if has_screen { Printer::silent() } else { Printer::to_stderr() }.map_err(ServeError::Threads)?;
    let options = arguments.server_options(tokens, printer.warnings());
    let banner = ProxyBanner { address, to: &arguments.to, guard: arguments.guard, code: code.as_ref() };
    let (stop, stopped) = watch::channel(false);
    let serving = Box::pin(proxy::serve(listener, gateway, options, wait_for(stopped)));
    let ended = if let Some(user) = user {
        let secrets = code.iter().chain(&own.token).map(|token| token.expose().to_owned()).collect();
        let saver = SessionSaver { folder: arguments.sessions.folder(), secrets };
        let screen = Box::pin(screen::show(own, banner.hosting(), saver, user, paths, display));
        with_screen(serving, &stop, screen).await
    } else {
        // Printed when signals are handled: a program that reads the address may then end the proxy, and gets its
        // reports.
        with_log(serving, &stop, &own, !arguments.no_access_log, async { banner.print() }).await
    };
    printer.end();
    // A report is most wanted after a failure.
    let report = reports.write(&observer);
    ended?;
    let has_lost = report?.is_some_and(|report| report.has_lost_update());
    Ok(if has_lost { Exit::CheckFailed } else { Exit::Success })
}

/// Returns the tokens of the control interface, and the code among them that the banner shows.
///
/// Only users of this machine reach a loopback address. Strangers may reach any other address, so a code is required
/// there, unless the user passes `--open`.
fn access(arguments: &ProxyArgs) -> Result<(Option<Token>, Option<Tokens>), ProxyError> {
    if arguments.open || arguments.listen.ip().is_loopback() {
        return Ok((None, None));
    }
    let mut tokens = Tokens::default();
    Ok((Some(add_admin_code(&mut tokens)?), Some(tokens)))
}

/// Returns whether the server behind the proxy is the proxy itself.
fn leads_to(arguments: &ProxyArgs, address: std::net::SocketAddr) -> bool {
    let to = (arguments.to.origin().host(), arguments.to.origin().port());
    // A name that does not resolve is reported when a request arrives.
    to.to_socket_addrs().is_ok_and(|mut found| found.any(|found| found == address || found == reachable(address)))
}

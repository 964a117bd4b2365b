//! A server in a process of its own: how it is started, measured and ended.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::error::Error;
use crate::settings::Settings;
use crate::through_axum::Wrapping;

/// The processor of the driver, and that of the servers, if they are apart.
const DRIVER_CORES: &str = "0";
const SERVER_CORES: &str = "1";

/// How long a peer may take until it listens.
const PEER_TIMEOUT: Duration = Duration::from_secs(10);

/// Binds this process, the driver, to its own processor. `taskset` is a program of util-linux.
pub(crate) fn pin_cores() -> Result<(), Error> {
    let own = std::process::id().to_string();
    let set = Command::new("taskset").args(["--all-tasks", "--cpu-list", "--pid", DRIVER_CORES, &own]).output();
    let set = set.map_err(Error::while_doing("taskset, which --apart needs, cannot be started"))?;
    if set.status.success() { Ok(()) } else { Err(Error::Processors) }
}

/// Raises the soft limit on open files, and so on connections, to the hard limit.
///
/// It is often 1024, and the driver opens more event streams and connections than that.
#[cfg(unix)]
pub(crate) fn raise_open_files() -> Result<(), Error> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    raised.map_err(|error| Error::while_doing("there may be no more open connections")(error.into()))
}

/// On other systems there is no such limit.
#[cfg(not(unix))]
pub(crate) fn raise_open_files() -> Result<(), Error> {
    Ok(())
}

/// A running server, which ends when this value is dropped.
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) address: SocketAddr,
    /// The server's standard output, kept open so that the server can go on writing to it.
    _stdout: Option<BufReader<ChildStdout>>,
    /// Whether it is another server than ours.
    ///
    /// Such a server may have child processes, which end only if it is asked to end.
    is_peer: bool,
}

impl ServerProcess {
    /// Starts `ifmatch serve` on a database: this program, or the one that the settings name.
    pub(crate) fn ifmatch(settings: &Settings, database: &Path) -> Result<Self, Error> {
        let mut command = Self::serve(settings.server.as_deref(), settings.apart, database)?;
        // All streams and connections come from one address, without a token.
        command.args(["--budget", "connections=20000", "--budget", "address-connections=20000"]);
        Self::start(command)
    }

    /// Starts `ifmatch serve` with its defaults, so that `program` may be an older version.
    ///
    /// The default budget allows 1,000 connections from one address.
    pub(crate) fn with_defaults(program: Option<&Path>, apart: bool, database: &Path) -> Result<Self, Error> {
        Self::start(Self::serve(program, apart, database)?)
    }

    /// Starts `ifmatch serve` with its defaults, but without the access log.
    ///
    /// The log is made from the record of exchanges, which costs about as much as a read. This program does not read
    /// it, so it would end when the pipe is full: a server would get faster in the middle of a run.
    #[cfg(all(unix, feature = "postgres"))]
    pub(crate) fn without_access_log(program: Option<&Path>, apart: bool, database: &Path) -> Result<Self, Error> {
        let mut command = Self::serve(program, apart, database)?;
        command.arg("--no-access-log");
        Self::start(command)
    }

    /// Starts `ifmatch serve` with its default budgets, for the people in a file.
    pub(crate) fn for_people(settings: &Settings, database: &Path, people: &Path) -> Result<Self, Error> {
        let mut command = Self::serve(settings.server.as_deref(), settings.apart, database)?;
        command.arg("--no-access-log").arg("--tokens").arg(people);
        Self::start(command)
    }

    /// Starts `ifmatch serve` without a file, for documents of many MiB.
    pub(crate) fn for_large_documents(settings: &Settings) -> Result<Self, Error> {
        let mut command = Self::serve(settings.server.as_deref(), settings.apart, Path::new("memory:"))?;
        command.args(["--max-document", "16777216"]);
        Self::start(command)
    }

    fn serve(program: Option<&Path>, apart: bool, database: &Path) -> Result<Command, Error> {
        let mut command = Self::command(program, apart)?;
        command.args(["serve", "--listen", "127.0.0.1:0", "--store"]).arg(database);
        Ok(command)
    }

    /// Starts the same service behind `axum::serve`.
    pub(crate) fn through_axum(apart: bool, database: &Path, wrapping: Wrapping) -> Result<Self, Error> {
        let mut command = Self::command(None, apart)?;
        command.args(["through-axum", wrapping.word()]).arg(database);
        Self::start(command)
    }

    /// Starts the bare route.
    pub(crate) fn bare(settings: &Settings) -> Result<Self, Error> {
        let mut command = Self::command(None, settings.apart)?;
        command.arg("bare").arg(settings.bytes.to_string());
        Self::start(command)
    }

    /// Starts the yardstick with a log in that file.
    pub(crate) fn yardstick(settings: &Settings, log: &Path) -> Result<Self, Error> {
        let mut command = Self::command(None, settings.apart)?;
        command.arg("yardstick").arg(log);
        Self::start(command)
    }

    /// Starts the bare route that selects a row of a database.
    #[cfg(all(unix, feature = "postgres"))]
    pub(crate) fn bare_select(settings: &Settings, url: &str) -> Result<Self, Error> {
        let mut command = Self::command(None, settings.apart)?;
        command.args(["bare-select", url]);
        Self::start(command)
    }

    fn command(program: Option<&Path>, apart: bool) -> Result<Command, Error> {
        let this = std::env::current_exe().map_err(Error::while_doing("this program cannot be found"))?;
        Ok(pinned(program.unwrap_or(&this), apart))
    }

    /// Starts another server with the arguments that `configure` adds.
    ///
    /// Returns when it listens on the port.
    pub(crate) async fn start_peer(
        name: &'static str,
        port: u16,
        apart: bool,
        configure: impl FnOnce(&mut Command),
    ) -> Result<Self, Error> {
        let mut command = pinned(&find_program(name)?, apart);
        configure(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().map_err(Error::while_doing("a peer does not start"))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut peer = Self { child, address, _stdout: None, is_peer: true };
        let begun = Instant::now();
        while begun.elapsed() < PEER_TIMEOUT && matches!(peer.child.try_wait(), Ok(None)) {
            if TcpStream::connect(address).await.is_ok() {
                return Ok(peer);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(Error::Deaf(name))
    }

    fn start(mut command: Command) -> Result<Self, Error> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(Error::while_doing("the server does not start"))?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or(Error::Silent)?);
        let mut line = String::new();
        let read = stdout.read_line(&mut line);
        let address = read.ok().and_then(|_| address_in(&line));
        let Some(address) = address else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Error::Silent);
        };
        Ok(Self { child, address, _stdout: Some(stdout), is_peer: false })
    }

    /// Returns the processor time that the server has used so far.
    pub(crate) fn processor_time(&self) -> Duration {
        self.processes().iter().map(|process| processor_time(process)).sum()
    }

    /// Returns the resident memory of the server, in bytes.
    pub(crate) fn resident(&self) -> u64 {
        self.processes().iter().map(|process| resident(process)).sum()
    }

    /// Returns the ids of the process and of its child processes.
    fn processes(&self) -> Vec<String> {
        let own = self.child.id().to_string();
        let children = fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap_or_default();
        std::iter::once(own.as_str()).chain(children.split_whitespace()).map(str::to_owned).collect()
    }

    /// Asks the server to end: a peer ends its child processes, too.
    #[cfg(unix)]
    fn terminate(&mut self) {
        use rustix::process::{Pid, Signal, kill_process};

        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
    }

    /// Ends the server: on other systems there are no signals.
    #[cfg(not(unix))]
    fn terminate(&mut self) {
        let _ = self.child.kill();
    }
}

/// Returns the command for a program; `apart` is whether it runs on the processor of the servers.
fn pinned(program: &Path, apart: bool) -> Command {
    if !apart {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", SERVER_CORES]).arg(program);
    command
}

/// Returns the path of an installed program.
///
/// Servers are often in folders that only the administrator's PATH has.
///
/// # Errors
///
/// If the program is not installed.
pub(crate) fn find_program(name: &'static str) -> Result<PathBuf, Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|file| file.is_file()).ok_or(Error::NotInstalled(name))
}

/// Returns whether this process runs as the administrator.
#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// On other systems no user has that name.
#[cfg(not(unix))]
pub(crate) fn is_root() -> bool {
    false
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        if self.is_peer {
            self.terminate();
        } else {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// Returns the processor time that this process has used so far.
pub(crate) fn own_processor_time() -> Duration {
    processor_time("self")
}

/// Returns the processor time of the child processes that this process has waited for.
#[cfg(all(unix, feature = "postgres"))]
pub(crate) fn ended_children_processor_time() -> Duration {
    processor_times("self").1
}

/// Returns the processor time of a process and of all its child processes, ended ones included.
#[cfg(all(unix, feature = "postgres"))]
pub(crate) fn processor_time_with_children(process: u32) -> Duration {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    let (own, ended) = processor_times(&process.to_string());
    own + ended + children.split_whitespace().map(processor_time).sum::<Duration>()
}

/// Returns the resident memory of a process, in bytes.
pub(crate) fn resident(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// Returns user and system time of a process.
fn processor_time(process: &str) -> Duration {
    processor_times(process).0
}

/// Returns user and system time of a process, and of its ended child processes that it has waited for.
///
/// These are the fields 14 to 17 of `stat` in `/proc`, in ticks of 10 ms.
fn processor_times(process: &str) -> (Duration, Duration) {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The second field is a name in parentheses, which may contain any character.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks: Vec<u64> = fields.skip(11).take(4).filter_map(|field| field.parse().ok()).collect();
    let time = |ticks: &[u64]| Duration::from_millis(ticks.iter().sum::<u64>() * 10);
    let (own, ended) = ticks.split_at(ticks.len().min(2));
    (time(own), time(ended))
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://")?;
    let end = rest.find(|c: char| c != '.' && c != ':' && !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].trim_end_matches(['.', ':']).parse().ok()
}

//! A server in a process of its own: how it is started, measured and ended.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::error::Error;
use crate::settings::Settings;
use crate::through_axum::Wrapping;

/// The processor of the driver, and that of the servers, if they are apart.
const DRIVER_CORES: &str = "0";
const SERVER_CORES: &str = "1";

/// Binds this process, the driver, to its own processor. `taskset` is a program of util-linux.
pub(crate) fn pin_cores() -> Result<(), Error> {
    let own = std::process::id().to_string();
    let set = Command::new("taskset").args(["--all-tasks", "--cpu-list", "--pid", DRIVER_CORES, &own]).output();
    let set = set.map_err(Error::while_doing("taskset, which --apart needs, cannot be started"))?;
    if set.status.success() { Ok(()) } else { Err(Error::Processors) }
}

/// A running server. It ends when this goes out of scope.
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) address: SocketAddr,
    /// Its standard output, kept open so that the server can go on writing to it.
    _stdout: BufReader<ChildStdout>,
}

impl ServerProcess {
    /// Starts `ifmatch serve` on a database: this program, or the one that the settings name.
    pub(crate) fn ifmatch(settings: &Settings, database: &Path) -> Result<Self, Error> {
        let mut command = Self::serve(settings.server.as_deref(), settings.apart, database)?;
        // All streams and connections come from one address, without a token.
        command.args(["--budget", "connections=20000", "--budget", "address-connections=20000"]);
        Self::start(command)
    }

    /// Starts `ifmatch serve` with its defaults, so that it may be an older version.
    ///
    /// It takes a few hundred connections.
    pub(crate) fn with_defaults(program: Option<&Path>, apart: bool, database: &Path) -> Result<Self, Error> {
        Self::start(Self::serve(program, apart, database)?)
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

    fn command(program: Option<&Path>, apart: bool) -> Result<Command, Error> {
        let this = std::env::current_exe().map_err(Error::while_doing("this program cannot be found"))?;
        let program = program.unwrap_or(&this);
        if !apart {
            return Ok(Command::new(program));
        }
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", SERVER_CORES]).arg(program);
        Ok(command)
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
        Ok(Self { child, address, _stdout: stdout })
    }

    /// Returns the processor time that the server has used so far.
    pub(crate) fn processor_time(&self) -> Duration {
        processor_time(&self.child.id().to_string())
    }

    /// Returns the resident memory of the server, in bytes.
    pub(crate) fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or(0) * 1024
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the processor time that this process has used so far.
pub(crate) fn own_processor_time() -> Duration {
    processor_time("self")
}

/// Returns user and system time of a process: fields 14 and 15 of `stat` in `/proc`, in ticks of 10 ms.
fn processor_time(process: &str) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The second field is a name in parentheses, which may contain any character.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://")?;
    let end = rest.find(|c: char| c != '.' && c != ':' && !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].trim_end_matches(['.', ':']).parse().ok()
}

//! Other servers, from Debian's packages: lighttpd, nginx and etcd.
//!
//! ```sh
//! apt-get install -y lighttpd lighttpd-mod-webdav nginx-light etcd-server
//! cargo run --release -p ifmatch-bench -- --peers
//! ```
//!
//! Each runs with a configuration in a temporary folder, as the user of the bench, on a free port, and without a log of
//! requests. Otherwise they have their defaults, with two exceptions: connections are kept for any number of requests,
//! and nginx has a worker process for each processor. lighttpd is one process: its guarded PUT is atomic only because
//! no other process writes.
//!
//! - *lighttpd* with `mod_webdav`: 304, 200, PUT and 412 with If-Match. It syncs nothing. Its 412 has no tag, so a
//!   writer has to read the document before it tries again; these reads are in its number of requests. It never sends
//!   428.
//! - *nginx*: 304 and 200. Its PUT ignores If-Match.
//! - *etcd* with one member: PUT, as a transaction that compares a revision, see [`etcd`](crate::etcd). It syncs, once
//!   for all that wait. Its reads are not measured: they go through JSON and Base64.
//!
//! lighttpd and nginx serve files, which the bench writes; they hold the bytes that `ifmatch serve` answers.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cells::ServerUnderTest;
use crate::error::Error;
use crate::process::{ServerProcess, find_program, is_root};
use crate::requests::{content, document, representation};
use crate::seeded::{SeededServer, needed_documents};
use crate::settings::Settings;
use crate::workdir::Workdir;

/// The names of the programs.
const LIGHTTPD: &str = "lighttpd";
const NGINX: &str = "nginx";
const ETCD: &str = "etcd";

/// The module of lighttpd that answers PUT. Debian has it in a package of its own.
const WEBDAV: &str = "mod_webdav";

/// Checks that all of them are installed, which a run needs to know before it begins.
///
/// # Errors
///
/// If a program, or lighttpd's module, is missing.
pub(crate) fn check_installed(place: &Workdir) -> Result<(), Error> {
    [LIGHTTPD, NGINX, ETCD].into_iter().try_for_each(|name| find_program(name).map(drop))?;
    check_webdav(place)
}

/// Checks that lighttpd finds its module.
///
/// lighttpd loads the modules of a configuration and ends (`-tt`); its complaint names a module that is missing. Any
/// other complaint is left to the start of the server.
fn check_webdav(place: &Workdir) -> Result<(), Error> {
    let configuration = format!("server.document-root = \"/\"\nserver.modules = (\"{WEBDAV}\")\n");
    let file = write_configuration(&place.file(""), &configuration)?;
    let output = Command::new(find_program(LIGHTTPD)?).arg("-tt").arg("-f").arg(file).output();
    let output = output.map_err(Error::while_doing("lighttpd does not start"))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && complaint.contains(WEBDAV) {
        return Err(Error::NotInstalled("lighttpd's module mod_webdav"));
    }
    Ok(())
}

/// Starts all of them.
pub(crate) async fn start(settings: &Settings, place: &Workdir) -> Result<Vec<(ServerUnderTest, SeededServer)>, Error> {
    let Settings { documents, bytes, .. } = *settings;
    let lighttpd = start_lighttpd(settings, &place.file("lighttpd")).await?;
    let nginx = start_nginx(settings, &place.file("nginx")).await?;
    let etcd = start_etcd(settings, &place.file("etcd")).await?;
    Ok(vec![
        (ServerUnderTest::Lighttpd, SeededServer::with_files(lighttpd, documents, bytes).await?),
        (ServerUnderTest::Nginx, SeededServer::with_files(nginx, documents, bytes).await?),
        (ServerUnderTest::Etcd, SeededServer::etcd(etcd, bytes)),
    ])
}

async fn start_lighttpd(settings: &Settings, folder: &Path) -> Result<ServerProcess, Error> {
    let (root, port) = (write_documents(settings, folder)?, free_port()?);
    let configuration = format!(
        "server.bind = \"127.0.0.1\"\n\
         server.port = {port}\n\
         server.document-root = \"{root}\"\n\
         server.upload-dirs = (\"{folder}\")\n\
         server.errorlog = \"{folder}/errors\"\n\
         server.max-keep-alive-requests = 1000000000\n\
         server.max-keep-alive-idle = 600\n\
         server.modules = (\"{WEBDAV}\")\n\
         webdav.activate = \"enable\"\n\
         mimetype.assign = (\"\" => \"application/json\")\n",
        root = root.display(),
        folder = folder.display(),
    );
    let file = write_configuration(folder, &configuration)?;
    ServerProcess::start_peer(LIGHTTPD, port, settings.apart, |command| {
        command.arg("-D").arg("-f").arg(&file);
    })
    .await
}

async fn start_nginx(settings: &Settings, folder: &Path) -> Result<ServerProcess, Error> {
    let (root, port) = (write_documents(settings, folder)?, free_port()?);
    let configuration = format!(
        "{user}daemon off;\n\
         worker_processes auto;\n\
         pid pid;\n\
         error_log errors;\n\
         events {{}}\n\
         http {{\n\
         access_log off;\n\
         sendfile on;\n\
         tcp_nopush on;\n\
         keepalive_requests 1000000000;\n\
         client_body_temp_path client_body;\n\
         proxy_temp_path proxy;\n\
         fastcgi_temp_path fastcgi;\n\
         uwsgi_temp_path uwsgi;\n\
         scgi_temp_path scgi;\n\
         default_type application/json;\n\
         server {{ listen 127.0.0.1:{port}; root {root}; }}\n\
         }}\n",
        // Otherwise the workers of a master that runs as root are another user, who may not read the files.
        user = if is_root() { "user root;\n" } else { "" },
        root = root.display(),
    );
    let file = write_configuration(folder, &configuration)?;
    ServerProcess::start_peer(NGINX, port, settings.apart, |command| {
        command.arg("-p").arg(folder).arg("-e").arg(folder.join("errors")).arg("-c").arg(&file);
    })
    .await
}

async fn start_etcd(settings: &Settings, folder: &Path) -> Result<ServerProcess, Error> {
    fs::create_dir_all(folder).map_err(Error::while_doing("no folder can be made for etcd"))?;
    let (port, peer_port) = (free_port()?, free_port()?);
    let (clients, peers) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{peer_port}"));
    let cluster = format!("bench={peers}");
    ServerProcess::start_peer(ETCD, port, settings.apart, |command| {
        command.args(["--name", "bench", "--logger", "zap", "--log-level", "warn", "--log-outputs"]);
        command.arg(folder.join("errors")).arg("--data-dir").arg(folder.join("data"));
        command.args(["--listen-client-urls", &clients, "--advertise-client-urls", &clients]);
        command.args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers]);
        command.args(["--initial-cluster", &cluster]);
    })
    .await
}

/// Writes the documents as files. Returns the folder that is the root of the server.
fn write_documents(settings: &Settings, folder: &Path) -> Result<PathBuf, Error> {
    let root = folder.join("root");
    let documents = root.join("api/documents");
    fs::create_dir_all(&documents).map_err(Error::while_doing("no folder can be made for the documents"))?;
    for number in 0..needed_documents(settings.documents) {
        let bytes = representation(&content(number, 0, settings.bytes));
        fs::write(documents.join(document(number)), bytes)
            .map_err(Error::while_doing("a document cannot be written"))?;
    }
    Ok(root)
}

fn write_configuration(folder: &Path, text: &str) -> Result<PathBuf, Error> {
    let file = folder.join("configuration");
    fs::write(&file, text).map_err(Error::while_doing("a configuration cannot be written"))?;
    Ok(file)
}

/// Returns a port on which no program listens now.
fn free_port() -> Result<u16, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(Error::while_doing("no port"))?;
    Ok(listener.local_addr().map_err(Error::while_doing("no address"))?.port())
}

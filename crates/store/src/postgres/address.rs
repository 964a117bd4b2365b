//! The address of a database: a URL with the parameters of libpq, and the password beside it.
//!
//! `sslmode` means what it means to libpq, see `tls`. A password is in the URL, in the environment variable
//! `PGPASSWORD` or in `~/.pgpass`, in this order. The environment is read by the program, not here.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::error::PostgresOpenError;
use super::password_file;
use crate::options::DatabaseLogin;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long sent bytes may stay without an acknowledgement before a connection counts as broken.
const ACKNOWLEDGE_TIMEOUT: Duration = Duration::from_secs(10);

/// The parameters by which a machine that is gone without a word is noticed.
///
/// That takes 20 seconds; by default, it would be two hours. They are before those of an address, which override them.
const KEEPALIVES: &str = "keepalives_idle=10&keepalives_interval=5&keepalives_retries=2";

/// The port of PostgreSQL, if an address has none.
const DEFAULT_PORT: u16 = 5432;

/// How the certificate of the server is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CertificateCheck {
    /// It is not (`disable`, `prefer`, `require`): a listener on the way cannot read, but an impostor can.
    Nothing,
    /// An issuer that is trusted has signed it (`verify-ca`).
    Issuer,
    /// That, and it is for the host that was asked for (`verify-full`).
    IssuerAndHost,
}

/// An address that was understood.
#[derive(Debug)]
pub(super) struct DatabaseAddress {
    /// The parameters of a connection, with the password.
    pub(super) config: Config,
    /// How the certificate of the server is verified.
    pub(super) check: CertificateCheck,
    /// The file with the certificates of trusted issuers (PEM); `None` for those that the system trusts.
    pub(super) root_certificates: Option<PathBuf>,
}

impl DatabaseAddress {
    /// Parses a URL.
    ///
    /// # Errors
    ///
    /// [`PostgresOpenError::Address`] if it is not a valid URL for PostgreSQL. The text has no part of the URL, except
    /// for the value of `sslmode`.
    pub(super) fn parse(url: &str, login: &DatabaseLogin) -> Result<Self, PostgresOpenError> {
        let (base, query) = split_parameters(url);
        let (mut check, mut root_certificates, mut rest) = (CertificateCheck::Nothing, None, Vec::new());
        let mut mode = None;
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                // Several hosts, as libpq has them; here each is a parameter.
                Some(("host", hosts)) => rest.extend(hosts.split(',').map(|host| format!("host={host}"))),
                Some(("sslrootcert", "system")) => root_certificates = None,
                Some(("sslrootcert", value)) => root_certificates = Some(PathBuf::from(decode(value))),
                _ => rest.push(parameter.to_owned()),
            }
        }
        // The library takes the first `@` of all for the end of the user and the password.
        let rest = rest.join("&").replace('@', "%40");
        let mut config = Config::from_str(&format!("{base}?{KEEPALIVES}&{rest}"))
            .map_err(|_| PostgresOpenError::Address("it is not a URL of PostgreSQL".to_owned()))?;
        let ssl = match mode {
            None | Some("prefer" | "allow") => SslMode::Prefer,
            Some("disable") => SslMode::Disable,
            Some("require") => SslMode::Require,
            Some("verify-ca") => {
                check = CertificateCheck::Issuer;
                SslMode::Require
            }
            Some("verify-full") => {
                check = CertificateCheck::IssuerAndHost;
                SslMode::Require
            }
            Some(other) => {
                let modes = "disable, prefer, require, verify-ca or verify-full";
                return Err(PostgresOpenError::Address(format!(
                    "sslmode is {modes}, and not '{}'",
                    other.escape_debug()
                )));
            }
        };
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(PostgresOpenError::Address("it names no host".to_owned()));
        }
        config.ssl_mode(ssl);
        // Reads have to see every acknowledged write, so a replica will not do, whatever the address says.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.connect_timeout(config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT));
        config.tcp_user_timeout(config.get_tcp_user_timeout().copied().unwrap_or(ACKNOWLEDGE_TIMEOUT));
        if config.get_application_name().is_none() {
            config.application_name("ifmatch");
        }
        if config.get_password().is_none()
            && let Some(password) = find_password(&config, login)
        {
            config.password(password);
        }
        Ok(Self { config, check, root_certificates })
    }
}

/// Splits a URL into the part before its parameters, and the parameters.
///
/// A password before the host may have a `?`.
fn split_parameters(url: &str) -> (&str, &str) {
    let begin = url.find("://").map_or(0, |scheme| scheme + "://".len());
    // As for libpq, the user and the password end at an `@` that no `/` precedes.
    let end = url[begin..].find(['@', '/']).map(|end| begin + end).filter(|end| url[*end..].starts_with('@'));
    let place = end.unwrap_or(begin);
    url[place..].find('?').map_or((url, ""), |mark| (&url[..place + mark], &url[place + mark + 1..]))
}

/// Returns the password from outside the address, if there is one.
fn find_password(config: &Config, login: &DatabaseLogin) -> Option<String> {
    if let Some(password) = &login.password {
        return Some(password.clone());
    }
    let entries = password_file::read(login.password_file.as_deref()?);
    let port = config.get_ports().first().copied().unwrap_or(DEFAULT_PORT);
    let user = config.get_user().unwrap_or_default();
    let database = config.get_dbname().unwrap_or(user);
    // Servers that are one another's replicas have the same password.
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => unix_host(folder),
    });
    let addresses = config.get_hostaddrs().iter().map(ToString::to_string);
    hosts.chain(addresses).find_map(|host| password_file::find(&entries, [&host, &port.to_string(), database, user]))
}

/// Returns the name of a socket's folder in the file of passwords: `localhost` for the usual folders.
#[cfg(unix)]
fn unix_host(folder: &Path) -> String {
    let usual = ["/var/run/postgresql", "/run/postgresql", "/tmp"].map(Path::new);
    if usual.contains(&folder) { "localhost".to_owned() } else { folder.display().to_string() }
}

/// Decodes `%20` and the like. Other bytes stay.
fn decode(value: &str) -> String {
    let bytes = value.as_bytes();
    let (mut decoded, mut position) = (Vec::with_capacity(bytes.len()), 0);
    while position < bytes.len() {
        let hex = value.get(position + 1..position + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (bytes[position], hex) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                position += 3;
            }
            (byte, _) => {
                decoded.push(byte);
                position += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<DatabaseAddress, PostgresOpenError> {
        DatabaseAddress::parse(url, &DatabaseLogin::default())
    }

    #[test]
    fn sslmode_decides_encryption_and_verification() {
        let of = |mode: &str| {
            let address = parse(&format!("postgres://u@h/d{mode}")).unwrap();
            (address.config.get_ssl_mode(), address.check)
        };
        assert_eq!(of(""), (SslMode::Prefer, CertificateCheck::Nothing));
        assert_eq!(of("?sslmode=disable"), (SslMode::Disable, CertificateCheck::Nothing));
        assert_eq!(of("?sslmode=require"), (SslMode::Require, CertificateCheck::Nothing));
        assert_eq!(of("?sslmode=verify-ca"), (SslMode::Require, CertificateCheck::Issuer));
        let full = parse("postgres://u@h/d?connect_timeout=3&sslmode=verify-full&sslrootcert=/a%20b.pem").unwrap();
        assert_eq!((full.config.get_ssl_mode(), full.check), (SslMode::Require, CertificateCheck::IssuerAndHost));
        assert_eq!(full.root_certificates, Some(PathBuf::from("/a b.pem")));
        assert_eq!(full.config.get_connect_timeout(), Some(&Duration::from_secs(3)));
    }

    #[test]
    fn machine_that_is_gone_is_noticed_soon() {
        let idle = |url: &str| parse(url).unwrap().config.get_keepalives_idle();
        assert_eq!(idle("postgres://u@h/d"), Duration::from_secs(10));
        assert_eq!(idle("postgres://u@h/d?keepalives_idle=60"), Duration::from_secs(60));
    }

    #[test]
    fn password_may_have_any_separator() {
        let of = |url: &str| {
            let DatabaseAddress { config, .. } = parse(url).unwrap();
            let password = String::from_utf8(config.get_password().unwrap().to_vec()).unwrap();
            (config.get_hosts().to_vec(), password, config.get_ssl_mode())
        };
        let expected = |password: &str| (vec![Host::Tcp("h".to_owned())], password.to_owned(), SslMode::Require);
        assert_eq!(of("postgres://u:a?b@h/d?sslmode=require"), expected("a?b"));
        assert_eq!(of("postgres://u:a/b@h/d?sslmode=require"), expected("a/b"));
        assert_eq!(of("postgres://h/d?sslmode=require&password=a@b"), expected("a@b"));
        assert_eq!(of("postgres://u@h/d?password=a?b@c&sslmode=require"), expected("a?b@c"));
    }

    #[test]
    fn refused_address_is_not_repeated() {
        for url in [
            "postgres://u:sesame@h:port/d",
            "postgres://u:sesame@/d",
            "postgres://u:sesame@h/d?sesame",
            "postgres://u:sesame@h/d?sslmode=no",
            "postgres://h/d?password=sesame&unknown=sesame",
        ] {
            let error = parse(url).unwrap_err();
            assert!(matches!(error, PostgresOpenError::Address(_)), "{url}");
            assert!(!format!("{error} {error:?}").contains("sesame"), "{error:?}");
        }
        let debug = format!("{:?}", parse("postgres://u:sesame@h/d").unwrap());
        assert!(!debug.contains("sesame"), "{debug}");
    }

    #[test]
    fn password_is_that_of_address_then_environment_then_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pgpass");
        std::fs::write(&file, "h:5433:d:u:from file\n*:*:*:other:another\n").unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let of = |url: &str, password: Option<&str>| {
            let login = DatabaseLogin { password: password.map(str::to_owned), password_file: Some(file.clone()) };
            let address = DatabaseAddress::parse(url, &login).unwrap();
            address.config.get_password().map(|password| String::from_utf8(password.to_vec()).unwrap())
        };
        assert_eq!(of("postgres://u:own@h:5433/d", Some("env")).as_deref(), Some("own"));
        assert_eq!(of("postgres://u@h:5433/d", Some("env")).as_deref(), Some("env"));
        assert_eq!(of("postgres://u@h:5433/d", None).as_deref(), Some("from file"));
        assert_eq!(of("postgres://u@h/d", None), None, "another port");
        assert_eq!(of("postgres://other@anywhere/x", None).as_deref(), Some("another"));
    }

    #[test]
    fn replica_is_never_asked_for() {
        let address = parse("postgres://u@a,b/d?target_session_attrs=any").unwrap();
        assert_eq!(address.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(address.config.get_hosts().len(), 2);
    }

    #[test]
    fn hosts_of_a_parameter_are_separated_by_commas() {
        let hosts = |url: &str| parse(url).unwrap().config.get_hosts().to_vec();
        let both = [Host::Unix("/run/a".into()), Host::Unix("/run/b".into())];
        assert_eq!(hosts("postgres://u@/d?host=/run/a,/run/b"), both);
        assert_eq!(hosts("postgres://u@/d?host=%2Frun%2Fa,/run/b&connect_timeout=1"), both);
        assert_eq!(hosts("postgres://a,b/d"), [Host::Tcp("a".to_owned()), Host::Tcp("b".to_owned())]);
    }
}

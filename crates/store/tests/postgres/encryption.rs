//! `sslmode` at a PostgreSQL that requires encryption and a password.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::{fs, path::Path};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use store::{DatabaseLogin, PostgresOpenError, postgres};
use test_postgres::PostgresCluster;

/// Writes the certificate of an authority, one that it has issued for `localhost`, and that one's key.
fn write_certificates(folder: &Path) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    fs::write(folder.join("ca.pem"), authority.self_signed(&authority_key).unwrap().pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let issued = params.signed_by(&key, &Issuer::new(authority, authority_key)).unwrap();
    fs::write(folder.join("server.pem"), issued.pem()).unwrap();
    fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
    fs::set_permissions(folder.join("server.key"), fs::Permissions::from_mode(0o600)).unwrap();
    // Only encrypted connections with a password come in over TCP.
    let rules = "local all all trust\nhostssl all all all scram-sha-256\n";
    fs::write(folder.join("rules"), rules).unwrap();
}

#[tokio::test]
async fn sslmode_encrypts_and_verifies() {
    // PostgreSQL cannot choose a port by itself.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = format!(
        "-c listen_addresses=127.0.0.1 -c port={port} -c ssl=on -c ssl_cert_file=../server.pem \
         -c ssl_key_file=../server.key -c hba_file=rules"
    );
    let cluster = PostgresCluster::start(&options, write_certificates);
    cluster.run_sql_at(port, "ALTER USER tester PASSWORD 'sesame'");
    let root = cluster.socket_folder().join("ca.pem").display().to_string();
    let open = async |host: &str, parameters: &str, password: &str| {
        let login = DatabaseLogin { password: Some(password.to_owned()), password_file: None };
        let root = root.replace('/', "%2F");
        let url = format!("postgres://tester@{host}:{port}/postgres?{}", parameters.replace("ROOT", &root));
        postgres::migrate(&url, &login).await.map(drop)
    };
    for parameters in ["", "sslmode=prefer", "sslmode=require", "sslmode=verify-full&sslrootcert=ROOT"] {
        assert_eq!(open("localhost", parameters, "sesame").await, Ok(()), "{parameters}");
    }
    assert_eq!(open("127.0.0.1", "sslmode=verify-ca&sslrootcert=ROOT", "sesame").await, Ok(()), "for any host");
    let refused = [
        ("localhost", "sslmode=disable", "no encryption"),
        ("localhost", "sslmode=verify-ca", "UnknownIssuer"),
        ("localhost", "sslmode=verify-full", "UnknownIssuer"),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert=ROOT", "not valid for name"),
        ("localhost", "sslmode=verify-full&sslrootcert=/nowhere", "/nowhere cannot be used"),
    ];
    for (host, parameters, reason) in refused {
        let error = open(host, parameters, "sesame").await.unwrap_err().to_string();
        assert!(error.contains(reason), "{host} {parameters}: {error}");
    }
    let wrong = open("localhost", "", "mellon").await.unwrap_err();
    assert!(matches!(&wrong, PostgresOpenError::Login(_)), "{wrong:?}");
    assert!(!format!("{wrong} {wrong:?}").contains("mellon"), "{wrong:?}");
}

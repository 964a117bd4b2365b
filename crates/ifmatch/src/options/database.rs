//! The password of a database, from where libpq and psql look for it.

use std::env;

use store::DatabaseLogin;

use crate::paths::Paths;

/// Returns the password from the environment, and the file of passwords.
pub(crate) fn database_login(paths: &Paths) -> DatabaseLogin {
    DatabaseLogin { password: env::var("PGPASSWORD").ok(), password_file: paths.database_passwords() }
}

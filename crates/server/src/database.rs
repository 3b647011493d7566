//! The database: the one that DATABASE_URL names, or a private cluster.

use anyhow::{Context, anyhow};
use cluster::{Access, Cluster};
use secrecy::{ExposeSecret, SecretString};

use crate::config::{self, Place};
use crate::logging::tell;

/// A database that can be connected to for as long as this value is there.
pub enum Database {
    /// Somebody else's PostgreSQL.
    Named(SecretString),
    /// The server's own, which ends with this value.
    Private(Cluster),
    /// The own one of a server that runs.
    Shared(Access),
}

impl Database {
    /// The database for a server: starts a private cluster when none is named.
    ///
    /// # Errors
    /// DATABASE_URL is no address, or the cluster does not start.
    pub fn start(place: &Place) -> anyhow::Result<Database> {
        match config::database_url()? {
            Some(url) => Ok(Database::Named(url)),
            None => Ok(Database::Private(Cluster::start(&place.cluster()?)?)),
        }
    }

    /// The database for a command, which may run beside a server.
    ///
    /// # Errors
    /// As [`Database::start`].
    pub fn open(place: &Place) -> anyhow::Result<Database> {
        if let Some(url) = config::database_url()? {
            return Ok(Database::Named(url));
        }
        let settings = place.cluster()?;
        match cluster::attach(&settings)? {
            Some(access) => Ok(Database::Shared(access)),
            None => Ok(Database::Private(Cluster::start(&settings)?)),
        }
    }

    /// Its address for libpq.
    pub fn url(&self) -> String {
        match self {
            Database::Named(url) => url.expose_secret().to_owned(),
            Database::Private(cluster) => cluster.url(cluster::DATABASE),
            Database::Shared(access) => access.url(cluster::DATABASE),
        }
    }

    /// An error without the address, which may hold a password.
    pub fn hide(&self, error: &service::Error) -> anyhow::Error {
        let url = self.url();
        let mut text = error.to_string().replace(&url, "DATABASE_URL");
        let password = url.split_once("://").and_then(|(_, rest)| rest.split_once('@')?.0.split_once(':'));
        if let Some((_, password)) = password.filter(|(_, password)| !password.is_empty()) {
            text = text.replace(password, "…");
        }
        anyhow!("{}", text.trim())
    }

    /// Stops it, if it is ours.
    pub fn stop(self) {
        if let Database::Private(cluster) = self {
            cluster.stop();
        }
    }
}

/// Brings the schema up to date, or takes the newest migration back.
///
/// # Errors
/// The database cannot be reached, or a migration fails.
pub fn migrate(place: &Place, revert: bool) -> anyhow::Result<()> {
    let database = Database::open(place)?;
    if revert {
        let version = service::migrations::revert(&database.url()).map_err(|error| database.hide(&error));
        tell(&format!("Taken back: {}", version.context("cannot revert")?))?;
    } else {
        let names = bring_up_to_date(&database)?;
        tell(&if names.is_empty() {
            "The schema is up to date.".into()
        } else {
            format!("Done: {}", names.join(", "))
        })?;
    }
    database.stop();
    Ok(())
}

/// Runs the migrations that have not been run.
///
/// # Errors
/// As [`migrate`].
pub fn bring_up_to_date(database: &Database) -> anyhow::Result<Vec<String>> {
    service::migrations::migrate(&database.url())
        .map_err(|error| database.hide(&error))
        .context("cannot bring the database's schema up to date")
}

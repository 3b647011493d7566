//! Bringing a database's schema up to date, and back.

use crate::Result;

/// Runs what has not been run; gives the names.
///
/// # Errors
/// `Unavailable`; `Internal` with the statement's complaint.
pub fn migrate(url: &str) -> Result<Vec<String>> {
    Ok(persistence::migrate(&mut persistence::connect(url)?)?)
}

/// Makes what a schema needs and cannot bring along: the role of tenants, which is the whole cluster's.
///
/// # Errors
/// As [`migrate`].
pub fn prepare(url: &str) -> Result<()> {
    Ok(persistence::make_tenant_role(&mut persistence::connect(url)?)?)
}

/// Takes the newest back; gives its version.
///
/// # Errors
/// As [`migrate`].
pub fn revert(url: &str) -> Result<String> {
    Ok(persistence::revert(&mut persistence::connect(url)?)?)
}

/// The names of those that have not been run.
///
/// # Errors
/// As [`migrate`].
pub fn pending(url: &str) -> Result<Vec<String>> {
    Ok(persistence::pending(&mut persistence::connect(url)?)?)
}

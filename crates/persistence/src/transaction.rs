//! The one place where a transaction is opened, and with it the second wall between tenants.
//!
//! A tenant's transaction runs under a role that owns nothing, and sees the rows of one account whatever its
//! queries say (row-level security). Its first batch also refuses a credential that was taken back, in the
//! same snapshot as the work, on whatever server process it arrives.
//!
//! Work that concerns several accounts, or none yet, runs in the system's scope, as the owner of the tables:
//! registering, taking tokens back, ingest, migration. `crates/server/tests/api/scope.rs` lists its uses.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use domain::ids::{DeviceId, FamilyId, UserId};

use crate::{Error, Link};

/// For whom a transaction is opened, and by which right.
#[derive(Clone, Copy, Debug)]
pub struct Tenant {
    /// Whose rows.
    pub user: UserId,
    /// The device that asks, where it is one; it must not be revoked.
    pub device: Option<DeviceId>,
    /// The tokens it asks with; they must not be revoked. Nothing where it asks with its key.
    pub family: Option<FamilyId>,
    /// The version of the calendar that the work relies on; it must still be the account's.
    pub calendar: Option<i32>,
}

/// Runs `work` on the rows of one account.
///
/// # Errors
/// `Revoked`, `CalendarChanged`, `Unavailable`, and those of `work`; then nothing of it is kept.
pub fn tenant<T, E: From<Error>>(
    link: &mut Link,
    tenant: &Tenant,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, E> {
    run(link, &enter(tenant), work)
}

/// The same; what `work` did is kept only if it says so beside what it gives.
///
/// # Errors
/// As [`tenant`].
pub fn tenant_perhaps<T, E: From<Error>>(
    link: &mut Link,
    tenant: &Tenant,
    work: impl FnOnce(&mut PgConnection) -> Result<(T, bool), E>,
) -> Result<T, E> {
    run_perhaps(link, &enter(tenant), work)
}

/// Reads the rows of one account as they are at one moment, however long `work` takes.
///
/// # Errors
/// `Revoked`, `CalendarChanged`, `Unavailable`, and those of `work`.
pub fn tenant_snapshot<T, E: From<Error>>(
    link: &mut Link,
    tenant: &Tenant,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, E> {
    let begin = enter(tenant).replacen("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", 1);
    run(link, &begin, work)
}

fn enter(tenant: &Tenant) -> String {
    let Tenant { user, device, family, calendar } = tenant;
    let device = device.map_or("NULL".to_owned(), |device| format!("'{device}'"));
    let family = family.map_or("NULL".to_owned(), |family| format!("'{family}'"));
    let calendar = calendar.map_or("NULL".to_owned(), |version| version.to_string());
    // Ids are UUIDs by their type and the version is a number, so that nothing foreign gets into the text.
    format!(
        "BEGIN; SET LOCAL citus.propagate_set_commands = 'local'; SET LOCAL ROLE almanac_tenant; \
         SET LOCAL app.user_id = '{user}'; SELECT enter('{user}', {device}, {family}, {calendar})"
    )
}

/// Runs `work` as the owner of all rows.
///
/// # Errors
/// `Unavailable`, and those of `work`; then nothing of it is kept.
pub fn system<T, E: From<Error>>(
    link: &mut Link,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, E> {
    run(link, "BEGIN", work)
}

fn run<T, E: From<Error>>(
    link: &mut Link,
    begin: &str,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, E> {
    run_perhaps(link, begin, |conn| Ok((work(conn)?, true)))
}

fn run_perhaps<T, E: From<Error>>(
    link: &mut Link,
    begin: &str,
    work: impl FnOnce(&mut PgConnection) -> Result<(T, bool), E>,
) -> Result<T, E> {
    // Until the end is reached the connection counts as broken: a panic leaves nothing behind on it.
    link.broken = true;
    let done = (|| {
        link.conn.batch_execute(begin).map_err(Error::from)?;
        let (value, is_kept) = work(&mut link.conn)?;
        link.conn.batch_execute(if is_kept { "COMMIT" } else { "ROLLBACK" }).map_err(Error::from)?;
        Ok(value)
    })();
    link.broken = done.is_err() && link.conn.batch_execute("ROLLBACK").is_err();
    done
}

/// Does a part of a transaction: of one that fails nothing is kept, and the transaction goes on.
///
/// # Errors
/// `Unavailable`, and those of `work`.
pub fn part<T, E: From<Error>>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, E> {
    conn.batch_execute("SAVEPOINT part").map_err(Error::from)?;
    let done = work(conn);
    if done.is_err() {
        conn.batch_execute("ROLLBACK TO SAVEPOINT part").map_err(Error::from)?;
    }
    conn.batch_execute("RELEASE SAVEPOINT part").map_err(Error::from)?;
    done
}

/// Lets the transaction take longer than a request's may: five minutes a statement, and as long between two.
///
/// # Errors
/// `Unavailable`.
pub fn allow_long(conn: &mut PgConnection) -> Result<(), Error> {
    let longer =
        "SET LOCAL statement_timeout = '5min'; SET LOCAL idle_in_transaction_session_timeout = '5min'";
    Ok(conn.batch_execute(longer)?)
}

/// Runs one statement as the owner of all rows. It is a transaction by itself: one trip to the database, not three.
///
/// # Errors
/// `Unavailable`, and those of `work`; then nothing of it is kept.
pub fn statement<T>(
    link: &mut Link,
    work: impl FnOnce(&mut PgConnection) -> Result<T, Error>,
) -> Result<T, Error> {
    link.broken = true;
    let value = work(&mut link.conn)?;
    link.broken = false;
    Ok(value)
}

/// Whether the database answers.
///
/// # Errors
/// `Unavailable`.
pub fn ping(link: &mut Link) -> Result<(), Error> {
    link.broken = true;
    link.conn.batch_execute("SELECT 1")?;
    link.broken = false;
    Ok(())
}

#[cfg(test)]
mod tests;

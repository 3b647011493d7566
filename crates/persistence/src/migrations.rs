//! The migrations, run one statement at a time: Diesel sends a file at once, which a distributed database
//! (Citus) refuses for most statements that change a schema.

use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::{
    self, Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion,
};
use diesel::pg::Pg;
use diesel_migrations::MigrationHarness;

use crate::{Error, Link, Result};

macro_rules! folders {
    ($($name:literal),+ $(,)?) => {
        &[$(Step {
            name: $name,
            up: include_str!(concat!("../../../migrations/", $name, "/up.sql")),
            down: include_str!(concat!("../../../migrations/", $name, "/down.sql")),
        }),+]
    };
}

/// In the order they are run.
const STEPS: &[Step] = folders!(
    "2026-11-21-000001_tenancy",
    "2026-11-21-000002_accounts",
    "2026-11-21-000003_devices",
    "2026-11-21-000004_usage",
    "2026-11-22-000001_sign_in",
    "2026-11-22-000002_pairing",
    "2026-11-22-000003_admin",
    "2026-11-22-000004_limits",
    "2026-11-22-000005_focus",
    "2026-11-22-000006_leaderboards",
    "2026-11-22-000007_consumption",
    "2026-11-22-000008_meters",
    "2026-11-22-000009_events",
    "2026-11-22-000010_insights",
    "2026-11-22-000011_time_entries",
    "2026-11-22-000012_webhooks",
    "2026-11-22-000013_browser_months",
    "2026-11-22-000014_usage_hours",
    "2026-11-23-000001_event_hosts",
);

/// One advisory lock for all who migrate this database: the second waits for the first.
const LOCK: &str = "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock(7236837)";
const UNLOCK: &str =
    "SELECT pg_advisory_unlock(7236837); SET statement_timeout = '4s'; SET lock_timeout = '3s'";

/// Brings the schema of `link`'s database up to date. Gives the names of what was run.
///
/// # Errors
/// `Refused` when a migration fails (it is undone as a whole), or when the role `almanac_tenant` is missing
/// and may not be made; then the message names the statements to run once.
pub fn migrate(link: &mut Link) -> Result<Vec<String>> {
    link.conn.batch_execute(LOCK)?;
    let done = make_tenant_role(link).and_then(|()| {
        let run = link.conn.run_pending_migrations(Steps).map_err(failed)?;
        Ok(run.iter().map(ToString::to_string).collect())
    });
    link.conn.batch_execute(UNLOCK)?;
    done
}

/// Takes the newest migration back. Gives its version.
///
/// # Errors
/// `Refused` when it fails.
pub fn revert(link: &mut Link) -> Result<String> {
    link.conn.batch_execute(LOCK)?;
    let done = link.conn.revert_last_migration(Steps).map_err(failed);
    link.conn.batch_execute(UNLOCK)?;
    Ok(done?.to_string())
}

/// The names of migrations that have not been run.
///
/// # Errors
/// `Refused`, `Unavailable`.
pub fn pending(link: &mut Link) -> Result<Vec<String>> {
    Ok(link
        .conn
        .pending_migrations(Steps)
        .map_err(failed)?
        .iter()
        .map(|step| step.name().to_string())
        .collect())
}

#[allow(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Refused(format!("migration: {error}"))
}

/// Makes the role of tenants. It is the cluster's, not the database's: no migration drops it, and no backup holds it.
///
/// # Errors
/// `Refused` when it may not be made; the message names the statements to run once.
pub fn make_tenant_role(link: &mut Link) -> Result<()> {
    let make = "DO $$ BEGIN \
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'almanac_tenant') THEN \
            BEGIN CREATE ROLE almanac_tenant NOLOGIN; \
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END; \
          END IF; \
          IF NOT pg_has_role(current_user, 'almanac_tenant', 'MEMBER') THEN \
            EXECUTE format('GRANT almanac_tenant TO %I', current_user); \
          END IF; \
        END $$";
    link.conn.batch_execute(make).map_err(|error| {
        Error::Refused(format!(
            "the role almanac_tenant is missing and could not be made ({error}). Run once as a superuser: \
             CREATE ROLE almanac_tenant NOLOGIN; GRANT almanac_tenant TO <the user of DATABASE_URL>;"
        ))
    })
}

#[derive(Clone, Copy)]
struct Step {
    name: &'static str,
    up: &'static str,
    down: &'static str,
}

struct Steps;

impl MigrationSource<Pg> for Steps {
    fn migrations(&self) -> migration::Result<Vec<Box<dyn Migration<Pg>>>> {
        Ok(STEPS.iter().map(|step| -> Box<dyn Migration<Pg>> { Box::new(*step) }).collect())
    }
}

impl Migration<Pg> for Step {
    fn run(&self, conn: &mut dyn BoxableConnection<Pg>) -> migration::Result<()> {
        // Harmless where there is no Citus: a setting of an unknown extension is kept and unread.
        conn.batch_execute("SET LOCAL citus.multi_shard_modify_mode = 'sequential'")?;
        split(self.up).into_iter().try_for_each(|statement| Ok(conn.batch_execute(statement)?))
    }
    fn revert(&self, conn: &mut dyn BoxableConnection<Pg>) -> migration::Result<()> {
        split(self.down).into_iter().try_for_each(|statement| Ok(conn.batch_execute(statement)?))
    }
    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }
    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl MigrationMetadata for Step {
    fn run_in_transaction(&self) -> bool {
        true
    }
}

impl MigrationName for Step {
    fn version(&self) -> MigrationVersion<'_> {
        self.name.split('_').next().unwrap_or(self.name).replace('-', "").into()
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Cuts at the semicolons that stand outside of quotes, dollar quotes and comments.
fn split(sql: &str) -> Vec<&str> {
    let after = |at: usize, mark: &str| {
        sql.get(at..).and_then(|rest| rest.find(mark)).map_or(sql.len(), |found| at + found + mark.len())
    };
    let mut statements = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(rest) = sql.get(at..).filter(|rest| !rest.is_empty()) {
        at = match rest.chars().next() {
            Some('\'') => after(at + 1, "'"),
            Some('"') => after(at + 1, "\""),
            Some('-') if rest.starts_with("--") => after(at, "\n"),
            Some('/') if rest.starts_with("/*") => after(at, "*/"),
            Some('$') => match dollar_quote(rest) {
                Some(mark) => after(at + mark.len(), mark),
                None => at + 1,
            },
            Some(';') => {
                statements.extend(sql.get(from..at));
                from = at + 1;
                from
            }
            other => at + other.map_or(1, char::len_utf8),
        };
    }
    statements.extend(sql.get(from..));
    let says_something = |statement: &&str| {
        statement.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with("--"))
    };
    statements.into_iter().filter(says_something).map(str::trim).collect()
}

/// The mark `$…$` that `rest` starts with.
fn dollar_quote(rest: &str) -> Option<&str> {
    let end = rest.get(1..)?.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')? + 1;
    rest.get(..=end).filter(|mark| mark.ends_with('$'))
}

#[cfg(test)]
mod tests;

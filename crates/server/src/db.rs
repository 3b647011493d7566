//! `almanac db`: checks, backs up and restores the database, the server's own or the one that DATABASE_URL names.
//!
//! Both copies are made by PostgreSQL's own programs. A backup is of one instant and hinders nobody. A restore is one
//! transaction: either all of it is there, or what was there before.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use indicatif::{HumanBytes, HumanCount};
use secrecy::ExposeSecret;

use crate::config::{self, Place};
use crate::database::{Database, bring_up_to_date};
use crate::logging::tell;

/// What `almanac db` can do.
#[derive(Subcommand)]
pub enum Command {
    /// Count every session anew, and compare what is kept of the days with it
    ///
    /// What is derived must be what it is derived from. Exit code 1 when there is a difference; each is told. May run
    /// beside a server.
    Verify(Verify),
    /// Write all of the database into a file
    ///
    /// The file is of one instant, is complete when it appears under its name, and can be read by its owner only. It is
    /// compressed, in the format of pg_dump (custom). May run beside a server. Keep a copy of jwt.key from the
    /// directory of the data too: without it devices have to register again, with their keys.
    Backup(Backup),
    /// Fill the database from a file that `almanac db backup` wrote
    ///
    /// Either all of it is restored or nothing is changed. The schema is then brought up to date. The file must be one
    /// that you trust: it can do in the database whatever its owner can.
    Restore(Restore),
}

/// What `almanac db verify` is told.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    place: Place,
}

/// What `almanac db backup` is told.
#[derive(Args)]
pub struct Backup {
    /// File to write; one that is there is replaced
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// What `almanac db restore` is told.
#[derive(Args)]
pub struct Restore {
    /// File to read
    file: PathBuf,
    /// Replace what is in the database; without it only an empty one is filled
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    place: Place,
}

/// Does it.
///
/// # Errors
/// The database cannot be reached, a program of PostgreSQL fails, or there are differences.
pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Verify(Verify { place }) => {
            let database = existing(place)?;
            verify(&database)?;
            database.stop();
        }
        Command::Backup(Backup { file, place }) => {
            let database = existing(place)?;
            backup(place, &database, file)?;
            database.stop();
        }
        Command::Restore(Restore { file, force, place }) => {
            // A file that is not there makes no database.
            File::open(file).with_context(|| file.display().to_string())?;
            let database = Database::open(place)?;
            restore(place, &database, file, *force)?;
            database.stop();
        }
    }
    Ok(())
}

/// The database, which must be there: nobody wants to check or keep one that was made for it.
fn existing(place: &Place) -> anyhow::Result<Database> {
    let data = place.data.path()?;
    if config::database_url()?.is_none() && !data.join("pg/PG_VERSION").exists() {
        bail!("there is no database in {}: see ALMANAC_DATA and DATABASE_URL", data.display());
    }
    Database::open(place)
}

fn verify(database: &Database) -> anyhow::Result<()> {
    let report = service::verify::run(&database.url()).map_err(|error| database.hide(&error))?;
    for difference in &report.differences {
        tell(difference)?;
    }
    let count = |number: usize| u64::try_from(number).map(HumanCount);
    let (accounts, days) = (count(report.accounts)?, count(report.days)?);
    let (sessions, events) = (HumanCount(report.sessions), HumanCount(report.events));
    let differences = report.differences.len();
    tell(&format!(
        "accounts {accounts}, sessions {sessions}, events {events}, days {days}, differences {differences}"
    ))?;
    if differences > 0 {
        bail!("what is derived is not what it is derived from");
    }
    Ok(())
}

fn backup(place: &Place, database: &Database, file: &Path) -> anyhow::Result<()> {
    let named = |what: &str| format!("{what} {}", file.display());
    let part = file.with_added_extension("part");
    // What was left there may be somebody else's to read.
    drop(fs::remove_file(&part));
    let to = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part);
    let to = to.with_context(|| named("cannot write"))?;
    let mut dump = tool(place, database, "pg_dump")?;
    let dumped = dump.args(["--format=custom", "--no-owner"]).stdout(to.try_clone()?).status();
    let dumped = dumped.context("pg_dump")?;
    if !dumped.success() {
        fs::remove_file(&part)?;
        bail!("pg_dump failed ({dumped}); there is no backup");
    }
    to.sync_all().with_context(|| named("cannot write"))?;
    let bytes = HumanBytes(to.metadata()?.len());
    fs::rename(&part, file).with_context(|| named("cannot write"))?;
    // So that the name, too, survives a power cut.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    tell(&format!("Backed up: {} ({bytes})", file.display()))?;
    Ok(())
}

fn restore(place: &Place, database: &Database, file: &Path, force: bool) -> anyhow::Result<()> {
    let count = "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace \
                 WHERE relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema$)'";
    let counted = psql(place, database)?.args(["-At", "-c", count]).stderr(Stdio::inherit()).output()?;
    let tables: u64 =
        String::from_utf8(counted.stdout)?.trim().parse().context("psql cannot ask the database")?;
    if tables > 0 && !force {
        bail!("the database is not empty ({tables} tables): --force replaces what is in it");
    }
    // Rights are granted to a role, which is the whole cluster's and in no backup.
    service::migrations::prepare(&database.url()).map_err(|error| database.hide(&error))?;

    let mut script = tool(place, database, "pg_restore")?;
    let script = script.args(["--no-owner", "--file=-", "--"]).arg(file).stdout(Stdio::piped()).spawn();
    let mut script = script.context("pg_restore")?;
    let mut to = psql(place, database)?;
    if tables > 0 {
        to.args(["-c", EMPTY]);
    }
    let to = to.args(["--single-transaction", "-o/dev/null", "-f-"]).stdin(Stdio::piped()).spawn();
    pour(&mut script, to.context("psql")?)
        .with_context(|| format!("{} could not be restored; the database is as it was", file.display()))?;
    let migrated = bring_up_to_date(database)?;
    psql(place, database)?.args(["-c", "ANALYZE"]).status()?;
    let newer = if migrated.is_empty() { "" } else { ", and brought up to date" };
    tell(&format!("Restored{newer}: {}", file.display()))?;
    Ok(())
}

/// Leaves of a database what PostgreSQL itself puts into a new one.
const EMPTY: &str = "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner; \
                     GRANT USAGE ON SCHEMA public TO PUBLIC";

/// Hands a script to psql, which commits at its end; unless the end came too early.
fn pour(script: &mut Child, mut psql: Child) -> anyhow::Result<()> {
    let poured = match (script.stdout.take(), psql.stdin.as_mut()) {
        (Some(mut from), Some(to)) => io::copy(&mut from, to),
        _ => Err(io::ErrorKind::BrokenPipe.into()),
    };
    // The rest, if psql has had enough, is nobody's: the pipe is closed, and the script ends.
    let script = script.wait()?;
    if poured.is_ok() && !script.success() {
        psql.kill()?;
        psql.wait()?;
        bail!("pg_restore failed ({script})");
    }
    // Dropping its input is the end of the script.
    let psql = psql.wait()?;
    if !psql.success() {
        bail!("psql failed ({psql})");
    }
    poured?;
    Ok(())
}

/// psql on the database, which stops at the first error.
fn psql(place: &Place, database: &Database) -> anyhow::Result<Process> {
    let mut psql = tool(place, database, "psql")?;
    psql.args(["-X", "--quiet", "-v", "ON_ERROR_STOP=1"]).env("PGOPTIONS", "--client-min-messages=warning");
    Ok(psql)
}

/// One of PostgreSQL's programs, on the database.
fn tool(place: &Place, database: &Database, name: &str) -> anyhow::Result<Process> {
    Ok(match database {
        Database::Private(cluster) => cluster.tool(name)?,
        Database::Shared(access) => access.tool(name)?,
        Database::Named(url) => {
            let mut tool = cluster::tools(&place.cluster()?)?.command(name)?;
            // The arguments of a program are everybody's to read.
            let (url, password) = without_password(url.expose_secret());
            if let Some(password) = password {
                tool.env("PGPASSWORD", password);
            }
            // pg_restore only writes the script, and connects to nothing.
            if name != "pg_restore" {
                tool.arg(format!("--dbname={url}"));
            }
            tool
        }
    })
}

/// The address of a database, and the password that it held.
fn without_password(url: &str) -> (String, Option<String>) {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let mut password = None;
    let mut bare = address.to_owned();
    if let Some((scheme, rest)) = address.split_once("://")
        && let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()))
        && let Some((user, hosts)) = authority.rsplit_once('@')
        && let Some((user, secret)) = user.split_once(':')
    {
        password = Some(decoded(secret));
        bare = format!("{scheme}://{user}@{hosts}{path}");
    }
    let mut kept = Vec::new();
    for pair in query.into_iter().flat_map(|query| query.split('&')) {
        match pair.strip_prefix("password=") {
            Some(secret) => password = Some(decoded(secret)),
            None => kept.push(pair),
        }
    }
    if !kept.is_empty() {
        bare = format!("{bare}?{}", kept.join("&"));
    }
    (bare, password.filter(|password| !password.is_empty()))
}

/// A text with `%41` read as `A`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_kept_out_of_arguments() {
        let of = |url: &str| {
            let (url, password) = without_password(url);
            (url, password.unwrap_or_default())
        };
        for (url, bare, password) in [
            ("postgres://u:p%40%3a%2F@h:5432/d", "postgres://u@h:5432/d", "p@:/"),
            ("postgresql://u:p@h,h2/d?sslmode=require", "postgresql://u@h,h2/d?sslmode=require", "p"),
            ("postgres://u@h/d?password=p%C3%A4&x=1", "postgres://u@h/d?x=1", "pä"),
            ("postgres:///d?password=100%", "postgres:///d", "100%"),
            ("postgres://u:@h/d", "postgres://u@h/d", ""),
            ("postgres://h/d", "postgres://h/d", ""),
        ] {
            assert_eq!(of(url), (bare.to_owned(), password.to_owned()), "{url}");
        }
    }
}

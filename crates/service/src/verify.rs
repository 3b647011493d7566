//! Whether what is derived equals what it is derived from.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use domain::days::Calendar;
use domain::ids::{DeviceId, UserId};
use domain::usage::rollup::Rollup;
use persistence::usage::{days, list};
use persistence::{Conn, accounts, events, transaction};

use crate::app::now;
use crate::meters::Rules;
use crate::usage::ingest::recount;
use crate::{Result, leaderboard, meters};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Accounts looked at.
    pub accounts: usize,
    /// Sessions counted.
    pub sessions: u64,
    /// Events counted.
    pub events: u64,
    /// Days of devices and browsers compared.
    pub days: usize,
    /// What differs, in words.
    pub differences: Vec<String>,
}

/// Counts all sessions and events of all accounts anew and compares the days.
///
/// # Errors
/// `Unavailable`.
pub fn run(url: &str) -> Result<Report> {
    let mut link = persistence::connect(url)?;
    let mut report = Report::default();
    let users = transaction::system(&mut link, |conn| -> Result<_> { Ok(accounts::list_ids(conn)?) })?;
    for user in &users {
        transaction::system(&mut link, |conn| account(conn, *user, &mut report))?;
    }
    report.differences.extend(leaderboard::verify::run(&mut link, &users)?);
    Ok(report)
}

fn account(conn: &mut Conn, user: UserId, report: &mut Report) -> Result<()> {
    persistence::devices::writers::lock_all(conn, user)?;
    let calendar = accounts::lock_calendar(conn, user)?;
    let mut rollups: HashMap<(UserId, DeviceId), Rollup<'_>> = HashMap::new();
    list::each(conn, user, DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC, |device, session| {
        report.sessions += 1;
        recount(&mut rollups, &calendar, user, device, &session);
    })?;
    let mut counted = BTreeMap::new();
    for ((_, device), rollup) in rollups {
        counted.extend(rollup.days.into_iter().map(|(date, day)| ((device, date), day)));
    }
    for (key, kept) in days::list_all(conn, user)? {
        report.days += 1;
        if counted.remove(&key).unwrap_or_default() != kept {
            report.differences.push(format!(
                "account {user}, device {}, {}: the day is not what its sessions add up to",
                key.0, key.1
            ));
        }
    }
    for (device, date) in counted.keys() {
        report.differences.push(format!("account {user}, device {device}, {date}: the day is missing"));
    }
    let orphans = list::count_orphans(conn, user)?;
    if orphans > 0 {
        report.differences.push(format!("account {user}: {orphans} sessions of no device"));
    }
    browsers(conn, user, &calendar, report)?;
    for difference in crate::focus::verify(conn, user, &calendar)? {
        report.differences.push(format!("account {user}: {difference}"));
    }
    let calorific = match accounts::find(conn, user) {
        Ok(account) => account.settings.calorific_value,
        // A guest has no settings, and no consumption either.
        Err(persistence::Error::NotFound) => domain::consumption::CALORIFIC_VALUE,
        Err(error) => return Err(error.into()),
    };
    for difference in crate::consumption::verify(conn, user, calorific)? {
        report.differences.push(format!("account {user}: {difference}"));
    }
    for difference in crate::time_entries::derive::verify(conn, user)? {
        report.differences.push(format!("account {user}: {difference}"));
    }
    for difference in meters::verify(conn, &Rules { user, calendar, calorific, now: now() })? {
        report.differences.push(format!("account {user}: {difference}"));
    }
    report.accounts += 1;
    Ok(())
}

/// The days of the account's browsers.
fn browsers(conn: &mut Conn, user: UserId, calendar: &Calendar, report: &mut Report) -> Result<()> {
    let mut counted = BTreeMap::new();
    for (device, days) in crate::events::derive::all(conn, user, None, calendar)? {
        counted.extend(days.into_iter().map(|(date, day)| ((device, date), day)));
    }
    report.events += counted.values().map(|day| day.events().unsigned_abs()).sum::<u64>();
    for (key, kept) in events::days::list_all(conn, user)? {
        report.days += 1;
        if counted.remove(&key).unwrap_or_default() != kept {
            report.differences.push(format!(
                "account {user}, browser {}, {}: the day is not what its events add up to",
                key.0, key.1
            ));
        }
    }
    for (device, date) in counted.keys() {
        report.differences.push(format!("account {user}, browser {device}, {date}: the day is missing"));
    }
    for (device, month) in events::months::list_wrong(conn, user)? {
        report.differences.push(format!(
            "account {user}, browser {device}: the month of {month} is not what its days add up to"
        ));
    }
    let orphans = events::list::count_orphans(conn, user)?;
    if orphans > 0 {
        report.differences.push(format!("account {user}: {orphans} events of no device"));
    }
    Ok(())
}

//! Time entries: added, started, stopped, changed, deleted and listed, and what they add up to.
//!
//! Whoever changes an entry holds the lock of the account, and packs the dates it touches anew in the same transaction.

use std::collections::HashMap;

use chrono::{DateTime, SubsecRound, Utc};
use domain::accounts::settings::Settings;
use domain::ids::{ProjectId, TimeEntryId, UserId};
use domain::live::Kind;
use domain::pages::Page;
use domain::time_entries::report::{ReportFilter, TimeReport};
use domain::time_entries::spans::{date_of, earliest};
use domain::time_entries::{
    DOUBLE_CLICK, EntryCopy, EntryWarning, NewTimeEntry, Noted, Overlap, TimeEntries, TimeEntry,
    TimeEntryFilter, TimeEntryPatch, TimerStop,
};
use domain::valid::Valid;
use persistence::time_entries::{self as rows, Filter, days};
use persistence::transaction::allow_long;
use persistence::{Conn, accounts, projects};

use crate::accounts::with_calendar;
use crate::app::{Actor, Context, is_constraint, new_id};
use crate::error::missing;
use crate::{Error, Result, pages};

pub(crate) mod bulk;
pub(crate) mod derive;
pub mod export;
pub mod import;

/// Entries that an entry overlaps and that are told.
const TOLD: i64 = 10;

/// Adds an entry, or starts a timer, which stops the one that runs. The same id again is the same entry, and so is the
/// same timer started twice by a double click.
///
/// # Errors
/// `Conflict`: `TIME_ENTRY_DELETED` for the id of one that is gone, `TIMER_RUNNING` before the beginning of one that
/// runs, `TIME_ENTRIES_OVERLAP` where that is forbidden; `NotFound("project")`, `Invalid`, `Unauthenticated`,
/// `Unavailable`.
pub fn add(cx: &mut Context, actor: &Actor, new: &Valid<NewTimeEntry>) -> Result<TimeEntry> {
    let (user, now) = (actor.user, cx.now);
    let entry = new.entry(user, new.id.unwrap_or_else(|| TimeEntryId(new_id())), now)?;
    let (entry, is_new) = cx.tenant(actor, |conn| {
        let overlap = lock(conn, user)?;
        insert(conn, entry, overlap, new.id.is_some(), now)
    })?;
    if is_new {
        cx.announce(user, Kind::TimeEntryUpdated, entry.id);
    }
    Ok(entry)
}

fn deleted() -> Error {
    Error::Conflict("TIME_ENTRY_DELETED", "This entry was deleted".into())
}

/// Adds an entry under the lock of the account. Says whether it is new. Its id may be known where the client made it.
fn insert(
    conn: &mut Conn,
    entry: TimeEntry,
    overlap: Overlap,
    is_known: bool,
    now: DateTime<Utc>,
) -> Result<(TimeEntry, bool)> {
    let user = entry.user_id;
    if is_known {
        match rows::find(conn, user, entry.id) {
            Err(persistence::Error::NotFound) => {}
            known => return Ok((known?.measured(now), false)),
        }
        if !rows::list_deleted(conn, user, &[entry.id])?.is_empty() {
            return Err(deleted());
        }
    }
    keep(conn, entry, overlap, !is_known, now)
}

/// Adds a line to the description of the entry that runs, in the caller's transaction. Gives the entry, and whether it
/// has changed: a line that is there already is not added again.
///
/// # Errors
/// `NothingRuns`; `Conflict("DESCRIPTION_FULL")`.
pub(crate) fn note(
    conn: &mut Conn,
    user: UserId,
    line: &str,
    now: DateTime<Utc>,
) -> Result<(TimeEntryId, bool)> {
    lock(conn, user)?;
    let running = running(conn, user)?.ok_or(Error::NothingRuns("NO_ACTIVE_TIMER"))?;
    let id = running.id;
    match running.noted(line, now) {
        Noted::Already => Ok((id, false)),
        Noted::Full => {
            Err(Error::Conflict("DESCRIPTION_FULL", "The description of the entry is full".into()))
        }
        Noted::Added(entry) => {
            save(conn, &entry)?;
            Ok((id, true))
        }
    }
}

/// Keeps an entry that is not there yet, and stops what runs where it runs. Says whether it is new: the second of a
/// double click is not.
fn keep(
    conn: &mut Conn,
    mut entry: TimeEntry,
    overlap: Overlap,
    may_be_double: bool,
    now: DateTime<Utc>,
) -> Result<(TimeEntry, bool)> {
    let user = entry.user_id;
    if let Some(project) = entry.project_id {
        projects::find(conn, user, project).map_err(missing("project"))?;
    }
    let mut touched = vec![entry.start_time];
    if entry.end_time.is_none()
        && let Some(running) = running(conn, user)?
    {
        let is_same = (running.project_id, &running.description) == (entry.project_id, &entry.description);
        if may_be_double && is_same && (entry.start_time - running.start_time).abs() <= DOUBLE_CLICK {
            return Ok((running.measured(now), false));
        }
        // What begins now begins after what was started meanwhile.
        if entry.start_time == now.trunc_subsecs(3) {
            entry = TimeEntry { start_time: entry.start_time.max(running.start_time), ..entry }.measured(now);
        }
        if entry.start_time < running.start_time {
            let message = "A timer that was started later is running: stop it first";
            return Err(Error::Conflict("TIMER_RUNNING", message.into()));
        }
        // At the instant at which the other begins.
        let end = entry.start_time.min(running.until(entry.start_time));
        touched.push(running.start_time);
        save(conn, &running.stopped(Some(end), now)?)?;
    }
    entry.warnings = overlaps(conn, &entry, overlap)?;
    rows::insert(conn, &entry, overlap == Overlap::Forbid).map_err(overlapped)?;
    derive::dates(conn, user, &touched)?;
    Ok((entry, true))
}

/// Nobody else changes entries of the account before the transaction ends. Gives whether they may overlap.
fn lock(conn: &mut Conn, user: UserId) -> Result<Overlap> {
    Ok(accounts::lock(conn, user).map_err(missing("account"))?.settings.overlap)
}

fn running(conn: &mut Conn, user: UserId) -> Result<Option<TimeEntry>> {
    match rows::find_running(conn, user) {
        Ok(running) => Ok(Some(running)),
        Err(persistence::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn save(conn: &mut Conn, entry: &TimeEntry) -> Result<()> {
    rows::update(conn, entry).map_err(overlapped)
}

/// What is to be told of what the entry overlaps.
fn overlaps(conn: &mut Conn, entry: &TimeEntry, overlap: Overlap) -> Result<Vec<EntryWarning>> {
    if overlap == Overlap::Allow {
        return Ok(vec![]);
    }
    let entry_ids = rows::list_overlaps(conn, entry, TOLD)?;
    match (overlap, entry_ids.as_slice()) {
        (_, []) => Ok(vec![]),
        (Overlap::Forbid, [first, ..]) => Err(overlap_forbidden(&format!("It overlaps the entry {first}"))),
        _ => Ok(vec![EntryWarning { code: "OVERLAPS", entry_ids }]),
    }
}

fn overlap_forbidden(what: &str) -> Error {
    Error::Conflict("TIME_ENTRIES_OVERLAP", format!("{what}, which the account's settings forbid"))
}

/// The database's own word, should ours have missed something.
fn overlapped(error: persistence::Error) -> Error {
    if is_constraint(&error, "time_entries_overlap_excl") {
        return overlap_forbidden("It overlaps another entry");
    }
    error.into()
}

/// One entry.
///
/// # Errors
/// `NotFound("time_entry")`, `Unauthenticated`, `Unavailable`.
pub fn find(cx: &mut Context, actor: &Actor, id: TimeEntryId) -> Result<TimeEntry> {
    let now = cx.now;
    let entry = cx.tenant(actor, |conn| rows::find(conn, actor.user, id).map_err(missing("time_entry")))?;
    Ok(entry.measured(now))
}

/// The entry that runs.
///
/// # Errors
/// `NothingRuns`, `Unauthenticated`, `Unavailable`.
pub fn active(cx: &mut Context, actor: &Actor) -> Result<TimeEntry> {
    let now = cx.now;
    let running = cx.tenant(actor, |conn| running(conn, actor.user))?;
    running.map(|running| running.measured(now)).ok_or(Error::NothingRuns("NO_ACTIVE_TIMER"))
}

/// Entries, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, filter: &TimeEntryFilter, page: &Page) -> Result<TimeEntries> {
    let after = pages::begin(page, pages::read_place)?;
    with_calendar(cx, actor, |conn, calendar, now| {
        let filter = selected(filter, calendar)?;
        let total = rows::count(conn, actor.user, &filter)?;
        let after = after.map(|(at, id)| (at, TimeEntryId(id)));
        let (entries, next_cursor) = pages::take(
            page,
            |limit| rows::list(conn, actor.user, &filter, after, limit),
            |last| pages::place(last.start_time, last.id.0),
        )?;
        let time_entries = entries.into_iter().map(|entry| entry.measured(now)).collect();
        Ok(TimeEntries { time_entries, total, next_cursor })
    })
}

fn selected(filter: &TimeEntryFilter, calendar: &domain::days::Calendar) -> Result<Filter> {
    Ok(Filter {
        from: pages::bound(filter.from.as_deref(), "from", |date| calendar.start(date))?,
        to: pages::bound(filter.to.as_deref(), "to", |date| calendar.day(date).to)?,
        project: filter.project_id,
        tag: filter.tag.clone(),
        billable: filter.billable,
        running: filter.running,
    })
}

/// Changes an entry; what is absent stays.
///
/// # Errors
/// `NotFound`: `time_entry`, `project`; `Conflict("TIME_ENTRIES_OVERLAP")`; `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn update(
    cx: &mut Context,
    actor: &Actor,
    id: TimeEntryId,
    patch: &Valid<TimeEntryPatch>,
) -> Result<TimeEntry> {
    change(cx, actor, id, |entry, now| Ok(Some(patch.apply(entry, now)?)))
}

/// Stops an entry, now or when it is said. One that has ended stays as it is.
///
/// # Errors
/// `NotFound("time_entry")`; `Conflict("TIME_ENTRIES_OVERLAP")`; `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn stop(cx: &mut Context, actor: &Actor, id: TimeEntryId, stop: &TimerStop) -> Result<TimeEntry> {
    change(cx, actor, id, |entry, now| match entry.end_time {
        Some(_) => Ok(None),
        None => Ok(Some(entry.clone().stopped(stop.end_time, now)?)),
    })
}

/// Keeps what `change` makes of an entry, if it makes something of it.
fn change(
    cx: &mut Context,
    actor: &Actor,
    id: TimeEntryId,
    change: impl Fn(&TimeEntry, DateTime<Utc>) -> Result<Option<TimeEntry>>,
) -> Result<TimeEntry> {
    let (user, now) = (actor.user, cx.now);
    let (entry, is_changed) = cx.tenant(actor, |conn| {
        let overlap = lock(conn, user)?;
        let old = rows::find(conn, user, id).map_err(missing("time_entry"))?;
        let Some(mut entry) = change(&old, now)? else { return Ok((old.measured(now), false)) };
        if let Some(project) = entry.project_id.filter(|project| old.project_id != Some(*project)) {
            projects::find(conn, user, project).map_err(missing("project"))?;
        }
        if (entry.start_time, entry.end_time) != (old.start_time, old.end_time) {
            entry.warnings = overlaps(conn, &entry, overlap)?;
        }
        save(conn, &entry)?;
        derive::dates(conn, user, &[old.start_time, entry.start_time])?;
        Ok((entry, true))
    })?;
    if is_changed {
        cx.announce(user, Kind::TimeEntryUpdated, id);
    }
    Ok(entry)
}

/// Starts a timer with what an entry was about; it stops the one that runs.
///
/// # Errors
/// `NotFound("time_entry")`; as of [`add`].
pub fn restart(cx: &mut Context, actor: &Actor, id: TimeEntryId) -> Result<TimeEntry> {
    again(cx, actor, id, true, |old, id, now| Ok(old.again(id, None, now)?))
}

/// Adds an entry as long as another, with what that was about, at the same time or when it is said.
///
/// # Errors
/// `NotFound("time_entry")`; `Conflict("TIMER_RUNNING")` while the other runs; as of [`add`].
pub fn duplicate(cx: &mut Context, actor: &Actor, id: TimeEntryId, copy: &EntryCopy) -> Result<TimeEntry> {
    again(cx, actor, id, false, |old, id, now| {
        if old.end_time.is_none() {
            let message = "This entry is running: it can be copied when it has ended";
            return Err(Error::Conflict("TIMER_RUNNING", message.into()));
        }
        Ok(old.again(id, Some(copy.start_time.unwrap_or(old.start_time)), now)?)
    })
}

fn again(
    cx: &mut Context,
    actor: &Actor,
    id: TimeEntryId,
    may_be_double: bool,
    make: impl Fn(&TimeEntry, TimeEntryId, DateTime<Utc>) -> Result<TimeEntry>,
) -> Result<TimeEntry> {
    let (user, now) = (actor.user, cx.now);
    let (entry, is_new) = cx.tenant(actor, |conn| {
        let overlap = lock(conn, user)?;
        let old = rows::find(conn, user, id).map_err(missing("time_entry"))?;
        keep(conn, make(&old, TimeEntryId(new_id()), now)?, overlap, may_be_double, now)
    })?;
    if is_new {
        cx.announce(user, Kind::TimeEntryUpdated, entry.id);
    }
    Ok(entry)
}

/// Deletes an entry. One that runs is gone with the time it took.
///
/// # Errors
/// `NotFound("time_entry")`, `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, id: TimeEntryId) -> Result<()> {
    let (user, now) = (actor.user, cx.now);
    cx.tenant(actor, |conn| {
        lock(conn, user)?;
        let entry = rows::find(conn, user, id).map_err(missing("time_entry"))?;
        rows::delete(conn, user, id, now)?;
        derive::dates(conn, user, &[entry.start_time])
    })?;
    cx.announce(user, Kind::TimeEntryUpdated, id);
    Ok(())
}

/// What entries add up to.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn report(cx: &mut Context, actor: &Actor, filter: &Valid<ReportFilter>) -> Result<TimeReport> {
    filter.check()?;
    with_calendar(cx, actor, |conn, calendar, now| {
        let calendar = filter.calendar(calendar);
        // What reaches into the first day may have begun long before it.
        let first = filter.from.map(|from| earliest(calendar.start(from)));
        let last = filter.to.map(|to| date_of(calendar.day(to).to));
        let spans = derive::spans(conn, actor.user, first, last, now)?;
        let projects = projects::list_all(conn, actor.user)?;
        let projects: HashMap<ProjectId, _> =
            projects.into_iter().map(|project| (project.id, project)).collect();
        Ok(TimeReport::new(filter, &spans, &projects, &calendar, now))
    })
}

/// Entries may overlap from now on, or may no longer. The caller holds the lock of the account.
///
/// # Errors
/// `Conflict("TIME_ENTRIES_OVERLAP")` where some do that may no longer.
pub(crate) fn apply_overlap(conn: &mut Conn, user: UserId, old: &Settings, new: &Settings) -> Result<()> {
    let is_forbidden = new.overlap == Overlap::Forbid;
    if (old.overlap == Overlap::Forbid) == is_forbidden {
        return Ok(());
    }
    if is_forbidden {
        let mut spans = days::list(conn, user, None, None)?;
        if let Some(running) = running(conn, user)? {
            spans.add_endless(&running);
        }
        let count = spans.count_overlaps(DateTime::UNIX_EPOCH);
        if count > 0 {
            let message = format!("{count} entries begin while another goes on: change or delete them first");
            return Err(Error::Conflict("TIME_ENTRIES_OVERLAP", message));
        }
    }
    // There may be many.
    allow_long(conn)?;
    rows::update_exclusive(conn, user, is_forbidden).map_err(overlapped)
}

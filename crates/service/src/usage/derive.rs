//! Deriving days anew from the sessions: after a change of the calendar, and when a device changes hands.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::days::{Calendar, plus};
use domain::ids::{DeviceId, UserId};
use domain::usage::LONGEST_MS;
use domain::usage::rollup::Rollup;
use persistence::Conn;
use persistence::usage::{days, list};

use super::ingest;
use crate::Result;

/// Counts the account's days anew from the first that the calendars cut differently. The caller holds the
/// locks of the account's devices.
pub(crate) fn anew(conn: &mut Conn, user: UserId, old: &Calendar, new: &Calendar) -> Result<()> {
    let Some(changed) = new.differs_from(old) else { return Ok(()) };
    // The day before may have become longer or shorter, and a session may reach in from the one before that.
    let first = plus(new.date_at(changed).min(old.date_at(changed)), -1);
    days::delete_from(conn, user, first)?;
    let start = new.start(first);
    let mut rollups: HashMap<(UserId, DeviceId), Rollup<'_>> = HashMap::new();
    let from = start - chrono::Duration::milliseconds(LONGEST_MS);
    list::each(conn, user, from, DateTime::<Utc>::MAX_UTC, |device, session| {
        if session.ended_at > start || session.key.started_at >= start {
            ingest::recount(&mut rollups, new, user, device, &session);
        }
    })?;
    for rollup in rollups.values_mut() {
        rollup.days.retain(|date, _| *date >= first);
    }
    ingest::add(conn, rollups)
}

/// Counts all days of an account's devices, or of one that has just come to it. The caller holds their locks.
pub(crate) fn all(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    calendar: &Calendar,
) -> Result<()> {
    let mut rollups: HashMap<(UserId, DeviceId), Rollup<'_>> = HashMap::new();
    list::each(conn, user, DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC, |of, session| {
        if device.is_none_or(|device| of == device) {
            ingest::recount(&mut rollups, calendar, user, of, &session);
        }
    })?;
    ingest::add(conn, rollups)
}

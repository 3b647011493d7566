//! Devices that write usage and events: locked while they do.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Int4, Nullable, Timestamptz};
use domain::ids::{DeviceId, FamilyId, UserId};
use uuid::Uuid;

use crate::schema::devices;
use crate::{Conn, Result};

/// Locks all devices of the account against writers of usage and events.
///
/// # Errors
/// `Unavailable`.
pub fn lock_all(conn: &mut Conn, user: UserId) -> Result<()> {
    devices::table
        .filter(devices::user_id.eq(user.0))
        .order(devices::id)
        .select(devices::id)
        .for_no_key_update()
        .load::<Uuid>(conn)?;
    Ok(())
}

/// What locks the devices of those who write, in one order for all, and says of each whether it may.
macro_rules! locking {
    () => {
        "SELECT d.user_id, d.id AS device_id, r.family, \
                d.revoked_at IS NULL AND u.disabled_at IS NULL AND (r.family IS NULL OR EXISTS (SELECT FROM token_families f \
                  WHERE f.user_id = d.user_id AND f.id = r.family AND f.device_id = d.id AND f.revoked_at IS NULL)) AS may_write, \
                d.last_seen_at, d.calendar_version \
         FROM unnest(?::uuid[], ?::uuid[], ?::uuid[]) AS r (user_id, device_id, family) \
         JOIN devices d ON d.user_id = r.user_id AND d.id = r.device_id \
         JOIN users u ON u.user_id = d.user_id \
         ORDER BY d.user_id, d.id FOR NO KEY UPDATE OF d"
    };
}
pub(crate) use locking;

/// A row of it.
pub(crate) type Locked = (Uuid, Uuid, Option<Uuid>, bool, Option<DateTime<Utc>>, i32);

statement! {
    Lock {
        users: [Uuid] => Array<diesel::sql_types::Uuid>,
        devices: [Uuid] => Array<diesel::sql_types::Uuid>,
        families: [Option<Uuid>] => Array<Nullable<diesel::sql_types::Uuid>>,
    } -> (diesel::sql_types::Uuid, diesel::sql_types::Uuid, Nullable<diesel::sql_types::Uuid>, Bool, Nullable<Timestamptz>, Int4) {
        locking!()
    }
}

/// A device that writes, and the tokens it does it with (none where it shows its key).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Writer {
    /// Its account.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// Its tokens.
    pub family: Option<FamilyId>,
}

/// Locks the devices of `writers`, in one order for all. Gives those that may write (they are not revoked, nor
/// are their tokens), each with the version of its account's calendar. Notes that they were seen, at most once a
/// minute each. System's scope.
///
/// # Errors
/// `Unavailable`.
pub fn lock(conn: &mut Conn, writers: &[Writer], now: DateTime<Utc>) -> Result<HashMap<Writer, i32>> {
    let (users, devices, families) = columns(writers);
    let rows = Lock { users: &users, devices: &devices, families: &families }.load::<Locked>(conn)?;
    note_seen(conn, rows, now)
}

/// Accounts, devices and tokens of `writers`, as a statement takes them.
pub(crate) fn columns(writers: &[Writer]) -> (Vec<Uuid>, Vec<Uuid>, Vec<Option<Uuid>>) {
    let users = writers.iter().map(|writer| writer.user.0).collect();
    let devices = writers.iter().map(|writer| writer.device.0).collect();
    (users, devices, writers.iter().map(|writer| writer.family.map(|id| id.0)).collect())
}

/// Those who may write, of those that were locked, each with the version of its account's calendar. Notes that they were
/// seen, at most once a minute each.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn note_seen(
    conn: &mut Conn,
    rows: Vec<Locked>,
    now: DateTime<Utc>,
) -> Result<HashMap<Writer, i32>> {
    let mut may = HashMap::with_capacity(rows.len());
    let mut stale = (Vec::new(), Vec::new());
    for (user, device, family, alive, seen, version) in rows {
        if !alive {
            continue;
        }
        let family = family.map(FamilyId);
        may.insert(Writer { user: UserId(user), device: DeviceId(device), family }, version);
        if seen.is_none_or(|seen| now - seen > Duration::minutes(1)) {
            stale.0.push(user);
            stale.1.push(device);
        }
    }
    if !stale.0.is_empty() {
        Seen { now: &now, users: &stale.0, devices: &stale.1 }.execute(conn)?;
    }
    Ok(may)
}

statement! {
    Seen {
        now: DateTime<Utc> => Timestamptz,
        users: [Uuid] => Array<diesel::sql_types::Uuid>,
        devices: [Uuid] => Array<diesel::sql_types::Uuid>,
    } -> () {
        "UPDATE devices d SET last_seen_at = ? \
         FROM unnest(?::uuid[], ?::uuid[]) AS r (user_id, device_id) \
         WHERE d.user_id = r.user_id AND d.id = r.device_id"
    }
}

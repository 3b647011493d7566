//! Sessions. Writers hold the lock of the device's row ([`crate::devices::writers::lock`]), so that what is read here
//! stays true until the transaction ends.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz};
use domain::ids::{DeviceId, UserId};
use domain::usage::{Key, Kind, Session};
use uuid::Uuid;

use crate::{Conn, Result};

mod copy;
pub mod days;
mod few;
pub mod figures;
pub mod list;

pub use copy::{insert, insert_new};
pub use few::{Added, lock_and_insert};

/// A session of a device.
#[derive(Clone, Copy, Debug)]
pub struct Owned<'a> {
    /// The account.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// The session.
    pub session: &'a Session,
}

/// A session that is there already, and where it ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Known {
    /// The account.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// Which session.
    pub key: Key,
    /// Its end.
    pub ended_at: DateTime<Utc>,
}

/// A device and the span of time its new sessions start in.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The account.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// The earliest start.
    pub first: DateTime<Utc>,
    /// The latest.
    pub last: DateTime<Utc>,
    /// How many sessions to read at the most.
    pub most: i64,
}

type Found = (diesel::sql_types::Uuid, diesel::sql_types::Uuid, Timestamptz, Text, Text, Timestamptz);
type FoundRow = (Uuid, Uuid, DateTime<Utc>, String, String, DateTime<Utc>);

statement! {
    InSpans {
        users: [Uuid] => Array<diesel::sql_types::Uuid>,
        devices: [Uuid] => Array<diesel::sql_types::Uuid>,
        firsts: [DateTime<Utc>] => Array<Timestamptz>,
        lasts: [DateTime<Utc>] => Array<Timestamptz>,
        mosts: [i64] => Array<BigInt>,
    } -> Found {
        "SELECT u.user_id, u.device_id, u.started_at, u.kind, u.app, u.ended_at \
         FROM unnest(?::uuid[], ?::uuid[], ?::timestamptz[], ?::timestamptz[], ?::bigint[]) \
              AS r (user_id, device_id, first, last, most) \
         CROSS JOIN LATERAL (SELECT * FROM usage x WHERE x.user_id = r.user_id AND x.device_id = r.device_id \
              AND x.started_at BETWEEN r.first AND r.last LIMIT r.most) u"
    }
}

/// The sessions of devices that start in these spans, each at most as many as it says.
///
/// # Errors
/// `Unavailable`.
pub fn list_in_spans(conn: &mut Conn, spans: &[Span]) -> Result<Vec<Known>> {
    let users: Vec<Uuid> = spans.iter().map(|span| span.user.0).collect();
    let devices: Vec<Uuid> = spans.iter().map(|span| span.device.0).collect();
    let firsts: Vec<DateTime<Utc>> = spans.iter().map(|span| span.first).collect();
    let lasts: Vec<DateTime<Utc>> = spans.iter().map(|span| span.last).collect();
    let mosts: Vec<i64> = spans.iter().map(|span| span.most).collect();
    let statement =
        InSpans { users: &users, devices: &devices, firsts: &firsts, lasts: &lasts, mosts: &mosts };
    Ok(statement.load::<FoundRow>(conn)?.into_iter().map(known).collect())
}

statement! {
    ByKeys {
        users: [Uuid] => Array<diesel::sql_types::Uuid>,
        devices: [Uuid] => Array<diesel::sql_types::Uuid>,
        starts: [DateTime<Utc>] => Array<Timestamptz>,
        kinds: [&'a str] => Array<Text>,
        apps: [&'a str] => Array<Text>,
    } -> Found {
        "SELECT u.user_id, u.device_id, u.started_at, u.kind, u.app, u.ended_at \
         FROM unnest(?::uuid[], ?::uuid[], ?::timestamptz[], ?::text[], ?::text[]) \
              AS r (user_id, device_id, started_at, kind, app) \
         JOIN usage u USING (user_id, started_at, device_id, kind, app)"
    }
}

/// Those of these sessions that are there.
///
/// # Errors
/// `Unavailable`.
pub fn list_by_keys(conn: &mut Conn, sessions: &[Owned<'_>]) -> Result<Vec<Known>> {
    let Columns { users, devices, starts, kinds, apps, .. } = Columns::of(sessions);
    let statement = ByKeys { users: &users, devices: &devices, starts: &starts, kinds: &kinds, apps: &apps };
    Ok(statement.load::<FoundRow>(conn)?.into_iter().map(known).collect())
}

statement! {
    Extend {
        users: [Uuid] => Array<diesel::sql_types::Uuid>,
        devices: [Uuid] => Array<diesel::sql_types::Uuid>,
        starts: [DateTime<Utc>] => Array<Timestamptz>,
        kinds: [&'a str] => Array<Text>,
        apps: [&'a str] => Array<Text>,
        ends: [DateTime<Utc>] => Array<Timestamptz>,
        titles: [Option<&'a str>] => Array<diesel::sql_types::Nullable<Text>>,
        urls: [Option<&'a str>] => Array<diesel::sql_types::Nullable<Text>>,
    } -> () {
        "UPDATE usage u SET ended_at = r.ended_at, title = coalesce(r.title, u.title), url = coalesce(r.url, u.url) \
         FROM unnest(?::uuid[], ?::uuid[], ?::timestamptz[], ?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::text[]) \
              AS r (user_id, device_id, started_at, kind, app, ended_at, title, url) \
         WHERE u.user_id = r.user_id AND u.started_at = r.started_at AND u.device_id = r.device_id \
           AND u.kind = r.kind AND u.app = r.app"
    }
}

/// Moves the ends of sessions that are there; a title or an address that is told replaces the old one.
///
/// # Errors
/// `Unavailable`.
pub fn update_ends(conn: &mut Conn, sessions: &[Owned<'_>]) -> Result<()> {
    let Columns { users, devices, starts, kinds, apps, ends, titles, urls } = Columns::of(sessions);
    Extend {
        users: &users,
        devices: &devices,
        starts: &starts,
        kinds: &kinds,
        apps: &apps,
        ends: &ends,
        titles: &titles,
        urls: &urls,
    }
    .execute(conn)?;
    Ok(())
}

#[derive(Default)]
struct Columns<'a> {
    users: Vec<Uuid>,
    devices: Vec<Uuid>,
    starts: Vec<DateTime<Utc>>,
    kinds: Vec<&'a str>,
    apps: Vec<&'a str>,
    ends: Vec<DateTime<Utc>>,
    titles: Vec<Option<&'a str>>,
    urls: Vec<Option<&'a str>>,
}

impl<'a> Columns<'a> {
    fn of(sessions: &[Owned<'a>]) -> Columns<'a> {
        let mut columns = Columns::default();
        for Owned { user, device, session } in sessions {
            columns.users.push(user.0);
            columns.devices.push(device.0);
            columns.starts.push(session.key.started_at);
            columns.kinds.push(session.key.kind.as_str());
            columns.apps.push(&session.key.app);
            columns.ends.push(session.ended_at);
            columns.titles.push(session.title.as_deref());
            columns.urls.push(session.url.as_deref());
        }
        columns
    }
}

fn known((user, device, started_at, kind, app, ended_at): FoundRow) -> Known {
    let key = Key { started_at, kind: Kind::from_stored(&kind), app };
    Known { user: UserId(user), device: DeviceId(device), key, ended_at }
}

#[cfg(test)]
mod tests;

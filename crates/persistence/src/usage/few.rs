//! Few sessions: the lock of who reports them and their insertion are one trip to the database.

use std::collections::{HashMap, HashSet};

use diesel::sql_types::{Bool, Int4, Nullable};

use super::*;
use crate::devices::writers::{self, Locked, Writer, locking};

type Id = diesel::sql_types::Uuid;

statement! {
    LockAndInsert {
        lock_users: [Uuid] => Array<Id>,
        lock_devices: [Uuid] => Array<Id>,
        lock_families: [Option<Uuid>] => Array<Nullable<Id>>,
        users: [Uuid] => Array<Id>,
        starts: [DateTime<Utc>] => Array<Timestamptz>,
        devices: [Uuid] => Array<Id>,
        kinds: [&'a str] => Array<Text>,
        apps: [&'a str] => Array<Text>,
        ends: [DateTime<Utc>] => Array<Timestamptz>,
        titles: [Option<&'a str>] => Array<Nullable<Text>>,
        urls: [Option<&'a str>] => Array<Nullable<Text>>,
        families: [Option<Uuid>] => Array<Nullable<Id>>,
    } -> ((Id, Id, Nullable<Id>, Bool, Nullable<Timestamptz>, Int4), Nullable<Timestamptz>, Nullable<Text>, Nullable<Text>) {
        concat!(
            "WITH locked AS MATERIALIZED (", locking!(), "), \
             added AS ( \
               INSERT INTO usage (user_id, started_at, device_id, kind, app, ended_at, title, url) \
               SELECT s.user_id, s.started_at, s.device_id, s.kind, s.app, s.ended_at, s.title, s.url \
               FROM unnest(?::uuid[], ?::timestamptz[], ?::uuid[], ?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::text[], ?::uuid[]) \
                    AS s (user_id, started_at, device_id, kind, app, ended_at, title, url, family) \
               JOIN locked l ON l.user_id = s.user_id AND l.device_id = s.device_id AND l.family IS NOT DISTINCT FROM s.family \
               WHERE l.may_write \
               ON CONFLICT DO NOTHING RETURNING device_id, started_at, kind, app) \
             SELECT l.*, a.started_at, a.kind, a.app FROM locked l LEFT JOIN added a ON a.device_id = l.device_id"
        )
    }
}

/// Sessions that were not there before.
pub type Added = HashSet<(DeviceId, Key)>;

/// Locks the devices of `writers` as [`writers::lock`] does, and adds those sessions of those who may write that are not
/// there yet. Gives who may write, and which sessions were added. Of sessions with the same key the first counts.
/// System's scope.
///
/// # Errors
/// `Unavailable`.
pub fn lock_and_insert(
    conn: &mut Conn,
    writers: &[Writer],
    sessions: &[(Writer, &Session)],
    now: DateTime<Utc>,
) -> Result<(HashMap<Writer, i32>, Added)> {
    let owned: Vec<Owned<'_>> = sessions
        .iter()
        .map(|(writer, session)| Owned { user: writer.user, device: writer.device, session })
        .collect();
    let Columns { users, devices, starts, kinds, apps, ends, titles, urls } = Columns::of(&owned);
    let (lock_users, lock_devices, lock_families) = writers::columns(writers);
    let families: Vec<Option<Uuid>> =
        sessions.iter().map(|(writer, _)| writer.family.map(|family| family.0)).collect();
    let statement = LockAndInsert {
        lock_users: &lock_users,
        lock_devices: &lock_devices,
        lock_families: &lock_families,
        users: &users,
        starts: &starts,
        devices: &devices,
        kinds: &kinds,
        apps: &apps,
        ends: &ends,
        titles: &titles,
        urls: &urls,
        families: &families,
    };
    let rows = statement.load::<(Locked, Option<DateTime<Utc>>, Option<String>, Option<String>)>(conn)?;
    let mut added = HashSet::with_capacity(sessions.len());
    let mut locked = Vec::with_capacity(writers.len());
    for (row, started_at, kind, app) in rows {
        if let (Some(started_at), Some(kind), Some(app)) = (started_at, kind, app) {
            added.insert((DeviceId(row.1), Key { started_at, kind: Kind::from_stored(&kind), app }));
        }
        locked.push(row);
    }
    Ok((writers::note_seen(conn, locked, now)?, added))
}

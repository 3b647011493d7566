//! New sessions go in by COPY, and by INSERT where they are few.

use std::collections::HashSet;

use diesel::ExecuteCopyFromDsl;
use diesel::pg::CopyFormat;

use super::*;
use crate::copy::{ROWS, Rows, instant, send};
use crate::schema::usage;

/// Adds sessions that are not there yet: all or none.
///
/// # Errors
/// `Constraint("usage_pkey…")` when one is there.
pub fn insert(conn: &mut Conn, sessions: &[Owned<'_>]) -> Result<()> {
    sessions.chunks(ROWS).try_for_each(|some| copy(conn, some))
}

statement! {
    InsertNew {
        users: [Uuid] => Array<diesel::sql_types::Uuid>,
        starts: [DateTime<Utc>] => Array<Timestamptz>,
        devices: [Uuid] => Array<diesel::sql_types::Uuid>,
        kinds: [&'a str] => Array<Text>,
        apps: [&'a str] => Array<Text>,
        ends: [DateTime<Utc>] => Array<Timestamptz>,
        titles: [Option<&'a str>] => Array<diesel::sql_types::Nullable<Text>>,
        urls: [Option<&'a str>] => Array<diesel::sql_types::Nullable<Text>>,
    } -> (diesel::sql_types::Uuid, Timestamptz, Text, Text) {
        "INSERT INTO usage (user_id, started_at, device_id, kind, app, ended_at, title, url) \
         SELECT * FROM unnest(?::uuid[], ?::timestamptz[], ?::uuid[], ?::text[], ?::text[], ?::timestamptz[], ?::text[], ?::text[]) \
         ON CONFLICT DO NOTHING RETURNING device_id, started_at, kind, app"
    }
}

/// Adds those of a few sessions that are not there yet, and tells which they were. Of sessions with the same key the
/// first counts.
///
/// # Errors
/// `Unavailable`.
pub fn insert_new(conn: &mut Conn, sessions: &[Owned<'_>]) -> Result<HashSet<(DeviceId, Key)>> {
    let Columns { users, devices, starts, kinds, apps, ends, titles, urls } = Columns::of(sessions);
    let statement = InsertNew {
        users: &users,
        starts: &starts,
        devices: &devices,
        kinds: &kinds,
        apps: &apps,
        ends: &ends,
        titles: &titles,
        urls: &urls,
    };
    let rows = statement.load::<(Uuid, DateTime<Utc>, String, String)>(conn)?;
    let key = |(device, started_at, kind, app): (Uuid, _, String, _)| {
        (DeviceId(device), Key { started_at, kind: Kind::from_stored(&kind), app })
    };
    Ok(rows.into_iter().map(key).collect())
}

fn copy(conn: &mut Conn, sessions: &[Owned<'_>]) -> Result<()> {
    let mut rows = Rows::new(8, sessions.len() * 160 + 32);
    for Owned { user, device, session } in sessions {
        rows.row()
            .value(user.0.as_bytes())?
            .value(&instant(session.key.started_at))?
            .value(device.0.as_bytes())?
            .value(session.key.kind.as_str().as_bytes())?
            .value(session.key.app.as_bytes())?
            .value(&instant(session.ended_at))?
            .maybe(session.title.as_deref().map(str::as_bytes))?
            .maybe(session.url.as_deref().map(str::as_bytes))?;
    }
    let columns = (
        usage::user_id,
        usage::started_at,
        usage::device_id,
        usage::kind,
        usage::app,
        usage::ended_at,
        usage::title,
        usage::url,
    );
    let rows = rows.finish();
    diesel::copy_from(usage::table)
        .from_raw_data(columns, send(&rows))
        .with_format(CopyFormat::Binary)
        .execute(conn)?;
    Ok(())
}

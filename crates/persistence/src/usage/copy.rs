//! New sessions go in by COPY, PostgreSQL's fastest way for many rows, in its binary format
//! (<https://www.postgresql.org/docs/current/sql-copy.html>, "Binary Format"), and by INSERT where they are few.

use std::collections::HashSet;

use diesel::ExecuteCopyFromDsl;
use diesel::pg::CopyFormat;

use super::*;
use crate::Error;
use crate::schema::usage;

const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: &[u8] = b"\xff\xff";
/// 2000-01-01, PostgreSQL's epoch, in microseconds since 1970.
const EPOCH: i64 = 946_684_800_000_000;

/// Rows a statement. COPY remembers each row it has buffered, up to 1,000, in a list it goes through again for the
/// next (PostgreSQL 15): at 1,000 rows a statement a row costs a third more than at 400.
const ROWS: usize = 400;

/// Adds sessions that are not there yet: all or none.
///
/// # Errors
/// `Constraint("usage_pkey…")` when one is there.
pub fn insert(conn: &mut Conn, sessions: &[Owned<'_>]) -> Result<()> {
    sessions.chunks(ROWS).try_for_each(|some| copy(conn, some))
}

/// Up to so many rows [`insert_new`] is quicker than looking for them and then [`insert`]: COPY is read and planned
/// anew each time, and asks twice.
pub const FEW: usize = 32;

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
    let mut rows = Vec::with_capacity(sessions.len() * 160 + 32);
    rows.extend_from_slice(HEADER);
    for session in sessions {
        write_row(session, &mut rows).ok_or(Error::Damaged("a session too large to send"))?;
    }
    rows.extend_from_slice(TRAILER);
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
    let send = |copy: &mut dyn std::io::Write| {
        copy.write_all(&rows).map_err(|error| diesel::result::Error::SerializationError(error.into()))
    };
    diesel::copy_from(usage::table)
        .from_raw_data(columns, send)
        .with_format(CopyFormat::Binary)
        .execute(conn)?;
    Ok(())
}

fn write_row(Owned { user, device, session }: &Owned<'_>, rows: &mut Vec<u8>) -> Option<()> {
    rows.extend_from_slice(&8_i16.to_be_bytes());
    write(user.0.as_bytes(), rows)?;
    write(&instant(session.key.started_at), rows)?;
    write(device.0.as_bytes(), rows)?;
    write(session.key.kind.as_str().as_bytes(), rows)?;
    write(session.key.app.as_bytes(), rows)?;
    write(&instant(session.ended_at), rows)?;
    for text in [&session.title, &session.url] {
        match text {
            Some(text) => write(text.as_bytes(), rows)?,
            None => rows.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
    }
    Some(())
}

fn write(value: &[u8], rows: &mut Vec<u8>) -> Option<()> {
    rows.extend_from_slice(&i32::try_from(value.len()).ok()?.to_be_bytes());
    rows.extend_from_slice(value);
    Some(())
}

fn instant(at: DateTime<Utc>) -> [u8; 8] {
    (at.timestamp_micros() - EPOCH).to_be_bytes()
}

//! New events go in by COPY, and by INSERT where they are few.

use diesel::ExecuteCopyFromDsl;
use diesel::pg::CopyFormat;

use super::*;
use crate::copy::{Rows, instant, send};
use crate::schema::events;

/// Adds events, each once, that were not there when it was looked for them: all or none.
///
/// # Errors
/// `Constraint("events_pkey…")` when another browser of the account has reported one meanwhile.
pub fn insert(conn: &mut Conn, events: &[Owned<'_>]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::new(13, events.len() * 256 + 32);
    for owned in events {
        let Event { id, sent_id, v, what, occurred_at, tab, window, active, title, .. } = owned.event;
        let bytes = str::as_bytes;
        rows.row()
            .value(owned.browser.0.0.as_bytes())?
            .value(&instant(*occurred_at))?
            .value(id.0.as_bytes())?
            .value(owned.browser.1.0.as_bytes())?
            .value(&owned.sequence.to_be_bytes())?
            .value(&v.to_be_bytes())?
            .value(what.as_str().as_bytes())?
            .maybe(tab.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice))?
            .maybe(window.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice))?
            .maybe(active.map(|active| [u8::from(active)]).as_ref().map(<[u8; 1]>::as_slice))?
            .maybe(owned.url.map(bytes))?
            .maybe(title.as_deref().map(bytes))?
            .maybe(sent_id.as_deref().map(bytes))?;
    }
    let columns = (
        events::user_id,
        events::occurred_at,
        events::event_id,
        events::device_id,
        events::sequence,
        events::v,
        events::event_type,
        events::tab_id,
        events::window_id,
        events::active,
        events::url,
        events::title,
        events::sent_id,
    );
    let rows = rows.finish();
    diesel::copy_from(events::table)
        .from_raw_data(columns, send(&rows))
        .with_format(CopyFormat::Binary)
        .execute(conn)?;
    Ok(())
}

statement! {
    InsertNew {
        users: [Uuid] => Array<Id>,
        instants: [DateTime<Utc>] => Array<Timestamptz>,
        ids: [Uuid] => Array<Id>,
        devices: [Uuid] => Array<Id>,
        sequences: [i64] => Array<BigInt>,
        vs: [i32] => Array<Int4>,
        types: [&'a str] => Array<Text>,
        tabs: [Option<i64>] => Array<Nullable<BigInt>>,
        windows: [Option<i64>] => Array<Nullable<BigInt>>,
        active: [Option<bool>] => Array<Nullable<Bool>>,
        urls: [Option<&'a str>] => Array<Nullable<Text>>,
        titles: [Option<&'a str>] => Array<Nullable<Text>>,
        sent_ids: [Option<&'a str>] => Array<Nullable<Text>>,
    } -> (Id, Timestamptz, Id) {
        "INSERT INTO events (user_id, occurred_at, event_id, device_id, sequence, v, event_type, tab_id, window_id, active, \
           url, title, sent_id) \
         SELECT * FROM unnest(?::uuid[], ?::timestamptz[], ?::uuid[], ?::uuid[], ?::bigint[], ?::integer[], ?::text[], \
           ?::bigint[], ?::bigint[], ?::boolean[], ?::text[], ?::text[], ?::text[]) \
         ON CONFLICT DO NOTHING RETURNING user_id, occurred_at, event_id"
    }
}

/// Adds those of these events that are not there yet, and tells which they were. Of the same event twice the first
/// counts.
///
/// # Errors
/// `Unavailable`.
pub fn insert_new(conn: &mut Conn, events: &[Owned<'_>]) -> Result<HashSet<Key>> {
    let statement = InsertNew {
        users: &each(events, |owned| owned.browser.0.0),
        instants: &each(events, |owned| owned.event.occurred_at),
        ids: &each(events, |owned| owned.event.id.0),
        devices: &each(events, |owned| owned.browser.1.0),
        sequences: &each(events, |owned| owned.sequence),
        vs: &each(events, |owned| owned.event.v),
        types: &each(events, |owned| owned.event.what.as_str()),
        tabs: &each(events, |owned| owned.event.tab),
        windows: &each(events, |owned| owned.event.window),
        active: &each(events, |owned| owned.event.active),
        urls: &each(events, |owned| owned.url),
        titles: &each(events, |owned| owned.event.title.as_deref()),
        sent_ids: &each(events, |owned| owned.event.sent_id.as_deref()),
    };
    Ok(statement.load(conn)?.into_iter().map(key).collect())
}

fn each<'a, T>(events: &[Owned<'a>], value: impl Fn(&Owned<'a>) -> T) -> Vec<T> {
    events.iter().map(value).collect()
}

//! Entries packed by the UTC date on which they began. A date without one that has ended has no row.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::sql_types::{Bytea, Date};
use domain::time_entries::spans::{Span, Spans, edges, pack};

use super::*;
use crate::schema::time_days;

type Shape = (Date, Timestamptz, Timestamptz, Nullable<Id>, Array<Text>, Bool);
type Entry = (NaiveDate, DateTime<Utc>, DateTime<Utc>, Option<Uuid>, Vec<String>, bool);

// Each date is looked up by itself, however empty PostgreSQL takes the table for.
statement! {
    Ended {
        dates: [NaiveDate] => Array<Date>,
        starts: [DateTime<Utc>] => Array<Timestamptz>,
        ends: [DateTime<Utc>] => Array<Timestamptz>,
        user: Uuid => Id,
    } -> Shape {
        "SELECT d.date, e.* FROM unnest(?::date[], ?::timestamptz[], ?::timestamptz[]) AS d (date, start, stop) \
         CROSS JOIN LATERAL ( \
           SELECT t.started_at, t.ended_at, t.project_id, t.tags, t.billable FROM time_entries t \
           WHERE t.user_id = ? AND t.started_at >= d.start AND t.started_at < d.stop AND t.ended_at IS NOT NULL OFFSET 0) e"
    }
}

statement! {
    Replace {
        user: Uuid => Id,
        dates: [NaiveDate] => Array<Date>,
        of: Uuid => Id,
        packed_dates: [NaiveDate] => Array<Date>,
        packed: [Vec<u8>] => Array<Bytea>,
    } -> () {
        "WITH gone AS (DELETE FROM time_days WHERE user_id = ? AND date = ANY(?)) \
         INSERT INTO time_days (user_id, date, entries) SELECT ?::uuid, r.* FROM unnest(?::date[], ?::bytea[]) AS r \
         ON CONFLICT (user_id, date) DO UPDATE SET entries = EXCLUDED.entries"
    }
}

/// What entries that began on these dates and have ended are, packed.
///
/// # Errors
/// `Unavailable`.
pub fn count(
    conn: &mut Conn,
    user: UserId,
    dates: &BTreeSet<NaiveDate>,
) -> Result<BTreeMap<NaiveDate, Vec<u8>>> {
    let dates: Vec<NaiveDate> = dates.iter().copied().collect();
    let (starts, ends): (Vec<_>, Vec<_>) = dates.iter().map(|date| edges(*date)).unzip();
    let ended = Ended { dates: &dates, starts: &starts, ends: &ends, user: &user.0 };
    let mut spans: BTreeMap<NaiveDate, Vec<Span>> = BTreeMap::new();
    for (date, start, end, project, tags, billable) in ended.load::<Entry>(conn)? {
        spans.entry(date).or_default().push(Span {
            from: start.timestamp_millis(),
            to: end.timestamp_millis(),
            project: project.map(ProjectId),
            tags,
            billable,
        });
    }
    Ok(spans.into_iter().map(|(date, spans)| (date, pack(date, spans))).collect())
}

/// Packs these dates anew.
///
/// # Errors
/// `Unavailable`.
pub fn derive(conn: &mut Conn, user: UserId, dates: &BTreeSet<NaiveDate>) -> Result<()> {
    if dates.is_empty() {
        return Ok(());
    }
    let packed = count(conn, user, dates)?;
    let gone: Vec<NaiveDate> = dates.iter().filter(|date| !packed.contains_key(date)).copied().collect();
    let (dates, packed): (Vec<NaiveDate>, Vec<Vec<u8>>) = packed.into_iter().unzip();
    let replace = Replace { user: &user.0, dates: &gone, of: &user.0, packed_dates: &dates, packed: &packed };
    replace.execute(conn)?;
    Ok(())
}

/// What the dates `first..=last` hold.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
) -> Result<Spans> {
    let mut days = time_days::table.filter(time_days::user_id.eq(user.0)).into_boxed();
    if let Some(first) = first {
        days = days.filter(time_days::date.ge(first));
    }
    if let Some(last) = last {
        days = days.filter(time_days::date.le(last));
    }
    let days = days.order(time_days::date).select((time_days::date, time_days::entries));
    let mut spans = Spans::default();
    for (date, packed) in days.load::<(NaiveDate, Vec<u8>)>(conn)? {
        spans.add_day(date, &packed).ok_or(Error::Damaged("entries"))?;
    }
    Ok(spans)
}

/// All dates, packed as they are kept.
///
/// # Errors
/// `Unavailable`.
pub fn list_packed(conn: &mut Conn, user: UserId) -> Result<BTreeMap<NaiveDate, Vec<u8>>> {
    let days = time_days::table.filter(time_days::user_id.eq(user.0));
    Ok(days.select((time_days::date, time_days::entries)).load(conn)?.into_iter().collect())
}

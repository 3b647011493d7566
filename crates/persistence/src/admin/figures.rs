//! What goes on on the server, in figures. Nothing here looks at sessions one by one: there may be millions.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz};
use domain::admin::stats::{
    DeviceCounts, Ingest, IngestDay, IngestMinute, KEPT, People, ServerStats, Storage, Table, Uploads,
    first_minute, minutes,
};

use crate::schema::ingest_minutes;
use crate::{Conn, Result};

statement! {
    Counts { since: DateTime<Utc> => Timestamptz } -> (BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt) {
        "SELECT p.total, p.disabled, p.admins, a.total, d.total, d.revoked, d.seen, pg_database_size(current_database()) \
         FROM (SELECT count(*) AS total, count(disabled_at) AS disabled, count(*) FILTER (WHERE role = 'admin') AS admins \
                 FROM users WHERE username IS NOT NULL) p, \
              (SELECT count(*) AS total FROM users) a, \
              (SELECT count(*) AS total, count(revoked_at) AS revoked, count(*) FILTER (WHERE last_seen_at > ?) AS seen \
                 FROM devices) d"
    }
}

statement! {
    DaySums {
        froms: [DateTime<Utc>] => Array<Timestamptz>,
        tos: [DateTime<Utc>] => Array<Timestamptz>,
    } -> (BigInt, BigInt, BigInt, BigInt, BigInt) {
        "SELECT coalesce(sum(m.batches), 0)::bigint, coalesce(sum(m.accepted), 0)::bigint, \
                coalesce(sum(m.updated), 0)::bigint, coalesce(sum(m.duplicates), 0)::bigint, \
                coalesce(sum(m.rejected), 0)::bigint \
         FROM unnest(?::timestamptz[], ?::timestamptz[]) WITH ORDINALITY AS day (first, next, number) \
         LEFT JOIN ingest_minutes m ON m.minute >= day.first AND m.minute < day.next \
         GROUP BY day.number ORDER BY day.number"
    }
}

#[derive(QueryableByName)]
struct TableRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// A table that was never analyzed has rows by what was counted while they were written.
const TABLES: &str = "SELECT c.relname::text AS name, pg_total_relation_size(c.oid) AS bytes, \
      (CASE WHEN c.reltuples < 0 THEN pg_stat_get_live_tuples(c.oid) ELSE c.reltuples END)::bigint AS rows \
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 2 DESC, 1";

type Sums = (i64, i64, i64, i64, i64);

fn uploads((batches, accepted, updated, duplicates, rejected): Sums) -> Uploads {
    Uploads { batches, accepted, updated, duplicates, rejected }
}

/// The figures at `now`, with the sums of `days`: each has its first instant and the first after it.
///
/// # Errors
/// `Unavailable`.
pub fn find(
    conn: &mut Conn,
    days: &[(NaiveDate, DateTime<Utc>, DateTime<Utc>)],
    now: DateTime<Utc>,
) -> Result<ServerStats> {
    // These do read whole tables, small ones.
    conn.batch_execute("SET LOCAL enable_seqscan = on")?;
    type Row = (i64, i64, i64, i64, i64, i64, i64, i64);
    let (people, disabled, admins, accounts, devices, revoked, seen_last_day, database_bytes) =
        Counts { since: &(now - Duration::days(1)) }.get_result::<Row>(conn)?;
    let kept = ingest_minutes::table.filter(ingest_minutes::minute.ge(first_minute(now))).load::<(
        DateTime<Utc>,
        i64,
        i64,
        i64,
        i64,
        i64,
    )>(conn)?;
    let kept: Vec<IngestMinute> = kept
        .into_iter()
        .map(|(at, b, a, u, d, r)| IngestMinute { at, uploads: uploads((b, a, u, d, r)) })
        .collect();
    let (froms, tos): (Vec<_>, Vec<_>) = days.iter().map(|(_, from, to)| (*from, *to)).unzip();
    let sums = DaySums { froms: &froms, tos: &tos }.load::<Sums>(conn)?;
    let days =
        days.iter().zip(sums).map(|((date, ..), sums)| IngestDay { date: *date, uploads: uploads(sums) });
    let tables = diesel::sql_query(TABLES).load::<TableRow>(conn)?;
    Ok(ServerStats {
        people: People { total: people, active: people - disabled, disabled, admins },
        guests: accounts - people,
        devices: DeviceCounts { total: devices, revoked, seen_last_day },
        ingest: Ingest { minutes: minutes(&kept, now), days: days.collect() },
        storage: Storage {
            database_bytes,
            tables: tables
                .into_iter()
                .map(|TableRow { name, bytes, rows }| Table { name, bytes, rows })
                .collect(),
        },
    })
}

statement! {
    Add {
        minute: DateTime<Utc> => Timestamptz,
        batches: i64 => BigInt,
        accepted: i64 => BigInt,
        updated: i64 => BigInt,
        duplicates: i64 => BigInt,
        rejected: i64 => BigInt,
    } -> () {
        "INSERT INTO ingest_minutes AS m (minute, batches, accepted, updated, duplicates, rejected) \
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (minute) DO UPDATE SET \
           batches = m.batches + excluded.batches, accepted = m.accepted + excluded.accepted, \
           updated = m.updated + excluded.updated, duplicates = m.duplicates + excluded.duplicates, \
           rejected = m.rejected + excluded.rejected"
    }
}

/// Adds to a minute what one process was sent, and forgets the minutes that are no longer shown.
///
/// # Errors
/// `Unavailable`.
pub fn add(conn: &mut Conn, minute: DateTime<Utc>, more: &Uploads) -> Result<()> {
    let Uploads { batches, accepted, updated, duplicates, rejected } = more;
    Add { minute: &minute, batches, accepted, updated, duplicates, rejected }.execute(conn)?;
    diesel::delete(ingest_minutes::table.filter(ingest_minutes::minute.lt(minute - KEPT))).execute(conn)?;
    Ok(())
}

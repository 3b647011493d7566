//! What the figures of a day or a week are made of, in one round trip.

use chrono::NaiveDate;
use diesel::sql_types::{Bytea, Date, Nullable};
use domain::devices::Platform;
use domain::usage::figures::{AppRow, DayRow, Rows};
use domain::usage::rollup::Tally;

use super::days::{read_coverage, read_hours};
use super::*;
use crate::Error;

type Id = diesel::sql_types::Uuid;

statement! {
    /// Devices by day from the first day of the period before to the last day (the coverage only where it is
    /// needed to see which moments two devices share), then the apps of the period.
    Figures {
        user: Uuid => Id,
        before: NaiveDate => Date,
        last: NaiveDate => Date,
        device: Option<Uuid> => Nullable<Id>,
        first: NaiveDate => Date,
    } -> (
        Nullable<Date>, Nullable<Id>, Nullable<Text>, Nullable<Text>, Nullable<Text>,
        BigInt, BigInt, BigInt, Nullable<Array<BigInt>>, Nullable<Bytea>,
    ) {
        "WITH q AS (SELECT ?::uuid AS user_id, ?::date AS before, ?::date AS last, ?::uuid AS device_id, ?::date AS first) \
         SELECT d.day, d.device_id, v.name, v.platform, NULL, d.duration_ms, d.session_count, d.active_ms, d.hours_ms, \
                CASE WHEN count(*) OVER (PARTITION BY d.day) > 1 THEN d.coverage END \
         FROM q JOIN usage_days d ON d.user_id = q.user_id AND d.day BETWEEN q.before AND q.last \
                AND (q.device_id IS NULL OR d.device_id = q.device_id) \
              JOIN devices v ON v.user_id = d.user_id AND v.id = d.device_id \
         UNION ALL \
         SELECT NULL, NULL, a.kind, NULL, a.app, sum(a.duration_ms)::bigint, \
                sum(CASE WHEN a.day = q.first THEN a.session_count ELSE a.started_count END)::bigint, 0, NULL, NULL \
         FROM q JOIN usage_app_days a ON a.user_id = q.user_id AND a.day BETWEEN q.first AND q.last \
                AND (q.device_id IS NULL OR a.device_id = q.device_id) \
         GROUP BY a.kind, a.app"
    }
}

type Row = (
    Option<NaiveDate>,
    Option<Uuid>,
    Option<String>,
    Option<String>,
    Option<String>,
    i64,
    i64,
    i64,
    Option<Vec<i64>>,
    Option<Vec<u8>>,
);

/// The rows of `first..=last` and, for the comparison, those from `before` on.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn find(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    before: NaiveDate,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Rows> {
    let device = device.map(|device| device.0);
    let statement = Figures { user: &user.0, before: &before, last: &last, device: &device, first: &first };
    let mut rows = Rows::default();
    for row in statement.load::<Row>(conn)? {
        match row {
            (
                Some(date),
                Some(device),
                Some(name),
                Some(platform),
                _,
                duration_ms,
                session_count,
                active_ms,
                Some(hours),
                coverage,
            ) => {
                rows.days.push(DayRow {
                    date,
                    device_id: DeviceId(device),
                    name,
                    platform: Platform::from_stored(&platform),
                    total: Tally { duration_ms, session_count, started_count: 0 },
                    active_ms,
                    hours_ms: read_hours(&hours)?,
                    coverage: coverage.map(|bytes| read_coverage(&bytes)).transpose()?,
                });
            }
            (None, None, Some(kind), None, Some(app), duration_ms, session_count, ..) => {
                rows.apps.push(AppRow { kind: Kind::from_stored(&kind), app, duration_ms, session_count });
            }
            _ => return Err(Error::Damaged("usage_days")),
        }
    }
    Ok(rows)
}

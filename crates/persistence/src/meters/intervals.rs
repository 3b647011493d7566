//! Intervals of meters, packed: a row holds what one import added or changed on one date in UTC.

use diesel::dsl::{max, min};
use diesel::sql_types::Int4;
use domain::meters::intervals::{Interval, Intervals, unpack};

use super::*;

// Each date is looked up by itself, however empty PostgreSQL takes the table for (see `consumption::ListByIds`).
statement! {
    Load { dates: [NaiveDate] => Array<Date>, user: Uuid => Id, meter: Uuid => Id } -> (Date, Int4, Bytea) {
        "SELECT r.* FROM unnest(?::date[]) AS d (date) CROSS JOIN LATERAL ( \
           SELECT date, import_number, intervals FROM meter_intervals i \
           WHERE i.user_id = ? AND i.meter_id = ? AND i.date = d.date OFFSET 0) r ORDER BY 1, 2"
    }
}

/// A meter's intervals that start on these dates in UTC, as the newest imports have them.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn load(conn: &mut Conn, user: UserId, meter: MeterId, dates: &[NaiveDate]) -> Result<Intervals> {
    put_together(&Load { dates, user: &user.0, meter: &meter.0 }.load(conn)?)
}

/// Calls `each` with a meter's intervals that start on the dates `first..=last` in UTC, as the newest imports have them,
/// in the order of time. One date's at a time are unpacked.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn each(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    (first, last): (NaiveDate, NaiveDate),
    mut each: impl FnMut(Interval),
) -> Result<()> {
    let rows = meter_intervals::table
        .filter(meter_intervals::user_id.eq(user.0))
        .filter(meter_intervals::meter_id.eq(meter.0))
        .filter(meter_intervals::date.between(first, last));
    let rows = rows
        .order((meter_intervals::date, meter_intervals::import_number))
        .select((meter_intervals::date, meter_intervals::import_number, meter_intervals::intervals))
        .load::<(NaiveDate, i32, Vec<u8>)>(conn)?;
    for of_date in rows.chunk_by(|(one, ..), (other, ..)| one == other) {
        put_together(of_date)?.iter().for_each(&mut each);
    }
    Ok(())
}

fn put_together(rows: &[(NaiveDate, i32, Vec<u8>)]) -> Result<Intervals> {
    let mut intervals = Intervals::default();
    for (date, import, bytes) in rows {
        for interval in unpack(*date, bytes).ok_or(Error::Damaged("intervals"))? {
            intervals.keep(*import, interval);
        }
    }
    Ok(intervals)
}

statement! {
    Put {
        user: Uuid => Id,
        meter: Uuid => Id,
        import: i32 => Int4,
        dates: [NaiveDate] => Array<Date>,
        intervals: [Vec<u8>] => Array<Bytea>,
    } -> () {
        "INSERT INTO meter_intervals (user_id, meter_id, date, import_number, intervals) \
         SELECT u.user_id, u.meter_id, r.date, u.import_number, r.intervals \
         FROM (SELECT ?::uuid AS user_id, ?::uuid AS meter_id, ?::integer AS import_number) u \
              CROSS JOIN unnest(?::date[], ?::bytea[]) AS r (date, intervals) \
         ON CONFLICT (user_id, meter_id, date, import_number) DO UPDATE SET intervals = EXCLUDED.intervals"
    }
}

/// Keeps what an import says of these dates in UTC.
///
/// # Errors
/// `Unavailable`.
pub fn put(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    import: i32,
    dates: &[NaiveDate],
    intervals: &[Vec<u8>],
) -> Result<()> {
    if dates.is_empty() {
        return Ok(());
    }
    Put { user: &user.0, meter: &meter.0, import: &import, dates, intervals }.execute(conn)?;
    Ok(())
}

/// Deletes what an import said. Gives the meters and the dates in UTC.
///
/// # Errors
/// `Unavailable`.
pub fn delete_of(conn: &mut Conn, user: UserId, import: i32) -> Result<Vec<(MeterId, NaiveDate)>> {
    let of_import = meter_intervals::table
        .filter(meter_intervals::user_id.eq(user.0))
        .filter(meter_intervals::import_number.eq(import));
    let gone = diesel::delete(of_import)
        .returning((meter_intervals::meter_id, meter_intervals::date))
        .get_results::<(Uuid, NaiveDate)>(conn)?;
    Ok(gone.into_iter().map(|(meter, date)| (MeterId(meter), date)).collect())
}

/// The first and the last date in UTC with intervals of a meter.
///
/// # Errors
/// `Unavailable`.
pub fn find_range(conn: &mut Conn, user: UserId, meter: MeterId) -> Result<Option<(NaiveDate, NaiveDate)>> {
    let edges = meter_intervals::table
        .filter(meter_intervals::user_id.eq(user.0))
        .filter(meter_intervals::meter_id.eq(meter.0))
        .select((min(meter_intervals::date), max(meter_intervals::date)));
    let (first, last) = edges.first::<(Option<NaiveDate>, Option<NaiveDate>)>(conn)?;
    Ok(first.zip(last))
}

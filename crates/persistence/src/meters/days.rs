//! What the intervals of meters add up to, by local date and hour of the clock.

use diesel::dsl::{max, min};
use domain::meters::hours::Hours;

use super::*;
use crate::schema::meter_days;

/// A meter's days of `first..=last`, in their order.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(NaiveDate, Hours)>> {
    let rows = meter_days::table
        .filter(meter_days::user_id.eq(user.0))
        .filter(meter_days::meter_id.eq(meter.0))
        .filter(meter_days::date.between(first, last))
        .order(meter_days::date)
        .select((meter_days::date, meter_days::hours))
        .load::<(NaiveDate, Vec<u8>)>(conn)?;
    let day = |(date, hours): (_, Vec<u8>)| Ok((date, Hours::unpack(&hours).ok_or(Error::Damaged("hours"))?));
    rows.into_iter().map(day).collect()
}

/// The first and the last day of a meter.
///
/// # Errors
/// `Unavailable`.
pub fn find_range(conn: &mut Conn, user: UserId, meter: MeterId) -> Result<Option<(NaiveDate, NaiveDate)>> {
    let edges = meter_days::table
        .filter(meter_days::user_id.eq(user.0))
        .filter(meter_days::meter_id.eq(meter.0))
        .select((min(meter_days::date), max(meter_days::date)));
    let (first, last) = edges.first::<(Option<NaiveDate>, Option<NaiveDate>)>(conn)?;
    Ok(first.zip(last))
}

statement! {
    Put {
        user: Uuid => Id,
        meter: Uuid => Id,
        dates: [NaiveDate] => Array<Date>,
        hours: [Vec<u8>] => Array<Bytea>,
    } -> () {
        "INSERT INTO meter_days (user_id, meter_id, date, hours) \
         SELECT u.user_id, u.meter_id, r.date, r.hours FROM (SELECT ?::uuid AS user_id, ?::uuid AS meter_id) u \
              CROSS JOIN unnest(?::date[], ?::bytea[]) AS r (date, hours) \
         ON CONFLICT (user_id, meter_id, date) DO UPDATE SET hours = EXCLUDED.hours"
    }
}

/// Keeps days.
///
/// # Errors
/// `Unavailable`.
pub fn put(conn: &mut Conn, user: UserId, meter: MeterId, days: &[(NaiveDate, &Hours)]) -> Result<()> {
    if days.is_empty() {
        return Ok(());
    }
    let (dates, hours): (Vec<_>, Vec<_>) = days.iter().map(|(date, hours)| (*date, hours.pack())).unzip();
    Put { user: &user.0, meter: &meter.0, dates: &dates, hours: &hours }.execute(conn)?;
    Ok(())
}

/// Deletes days.
///
/// # Errors
/// `Unavailable`.
pub fn delete(conn: &mut Conn, user: UserId, meter: MeterId, dates: &[NaiveDate]) -> Result<()> {
    if dates.is_empty() {
        return Ok(());
    }
    let days = meter_days::table
        .filter(meter_days::user_id.eq(user.0))
        .filter(meter_days::meter_id.eq(meter.0))
        .filter(meter_days::date.eq_any(dates.to_vec()));
    diesel::delete(days).execute(conn)?;
    Ok(())
}

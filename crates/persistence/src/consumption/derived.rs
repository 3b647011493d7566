//! Records that are derived from a meter: one for each of its days, in the place of what was there before.

use domain::meters::{MeterDay, Register};

use super::*;

statement! {
    Put {
        user: Uuid => Id,
        now: DateTime<Utc> => Timestamptz,
        meter: Uuid => Id,
        what: &'a str => Text,
        unit: &'a str => Text,
        ids: [Uuid] => Array<Id>,
        dates: [NaiveDate] => Array<Date>,
        amounts: [BigDecimal] => Array<Numeric>,
        canonical: [BigDecimal] => Array<Numeric>,
        estimated: [bool] => Array<Bool>,
    } -> () {
        "INSERT INTO consumption (user_id, id, consumption_date, consumption_type, amount, unit, canonical_amount, \
                                  created_at, updated_at, meter_id, estimated) \
         SELECT u.user_id, r.id, r.consumption_date, u.consumption_type, r.amount, u.unit, r.canonical_amount, \
                u.now, u.now, u.meter_id, r.estimated \
         FROM (SELECT ?::uuid AS user_id, ?::timestamptz AS now, ?::uuid AS meter_id, ?::text AS consumption_type, \
                      ?::text AS unit) u \
              CROSS JOIN unnest(?::uuid[], ?::date[], ?::numeric[], ?::numeric[], ?::boolean[]) \
                AS r (id, consumption_date, amount, canonical_amount, estimated) \
         ON CONFLICT (user_id, id) DO UPDATE SET consumption_date = EXCLUDED.consumption_date, \
           consumption_type = EXCLUDED.consumption_type, amount = EXCLUDED.amount, unit = EXCLUDED.unit, \
           canonical_amount = EXCLUDED.canonical_amount, description = NULL, updated_at = EXCLUDED.updated_at, \
           meter_id = EXCLUDED.meter_id, import_id = NULL, estimated = EXCLUDED.estimated"
    }
}

/// Keeps what a meter says of days.
///
/// # Errors
/// `Unavailable`.
pub fn put(
    conn: &mut Conn,
    user: UserId,
    meter: &Register,
    days: &[&MeterDay],
    now: DateTime<Utc>,
) -> Result<()> {
    if days.is_empty() {
        return Ok(());
    }
    let put = Put {
        user: &user.0,
        now: &now,
        meter: &meter.id.0,
        what: &meter.consumption_type.as_str(),
        unit: &meter.unit.as_str(),
        ids: &days.iter().map(|day| day.id.0).collect::<Vec<_>>(),
        dates: &days.iter().map(|day| day.date).collect::<Vec<_>>(),
        amounts: &days.iter().map(|day| decimal_of(day.amount)).collect::<Vec<_>>(),
        canonical: &days.iter().map(|day| decimal(day.canonical)).collect::<Vec<_>>(),
        estimated: &days.iter().map(|day| day.estimated).collect::<Vec<_>>(),
    };
    put.execute(conn)?;
    Ok(())
}

/// Deletes records that a meter says no more. Their ids are free to come back.
///
/// # Errors
/// `Unavailable`.
pub fn delete(conn: &mut Conn, user: UserId, ids: &[ConsumptionId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let records =
        consumption::table.filter(consumption::user_id.eq(user.0)).filter(consumption::id.eq_any(ids));
    diesel::delete(records).execute(conn)?;
    Ok(())
}

/// Deletes all records of a meter. Gives their dates.
///
/// # Errors
/// `Unavailable`.
pub fn delete_all(conn: &mut Conn, user: UserId, meter: MeterId) -> Result<Vec<NaiveDate>> {
    let of_meter = consumption::table
        .filter(consumption::user_id.eq(user.0))
        .filter(consumption::meter_id.assume_not_null().eq(meter.0));
    Ok(diesel::delete(of_meter).returning(consumption::consumption_date).get_results(conn)?)
}

/// The first and the last day of a meter.
///
/// # Errors
/// `Unavailable`.
pub fn find_range(conn: &mut Conn, user: UserId, meter: MeterId) -> Result<Option<(NaiveDate, NaiveDate)>> {
    let edges = consumption::table
        .filter(consumption::user_id.eq(user.0))
        .filter(consumption::meter_id.assume_not_null().eq(meter.0))
        .select((min(consumption::consumption_date), max(consumption::consumption_date)));
    let (first, last) = edges.first::<(Option<NaiveDate>, Option<NaiveDate>)>(conn)?;
    Ok(first.zip(last))
}

/// A meter's records of the dates `first..=last`.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Kept>> {
    let records = consumption::table
        .filter(consumption::user_id.eq(user.0))
        .filter(consumption::meter_id.assume_not_null().eq(meter.0))
        .filter(consumption::consumption_date.between(first, last));
    all_kept(records.select(Row::as_select()).load::<Row>(conn)?)
}

/// The meters that have records.
///
/// # Errors
/// `Unavailable`.
pub fn list_meters(conn: &mut Conn, user: UserId) -> Result<Vec<MeterId>> {
    let meters = consumption::table
        .filter(consumption::user_id.eq(user.0))
        .filter(consumption::meter_id.is_not_null())
        .select(consumption::meter_id.assume_not_null())
        .distinct();
    Ok(meters.load::<Uuid>(conn)?.into_iter().map(MeterId).collect())
}

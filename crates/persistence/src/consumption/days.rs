//! What records add up to, by type and date. A date without a record has no row.

use diesel::sql_types::{BigInt as Int8, Int4};
use domain::consumption::analytics::{Sum, Sums};

use super::*;
use crate::schema::consumption_days;

/// Days of types.
pub type Days = HashSet<(ConsumptionType, NaiveDate)>;

statement! {
    Derive {
        types: [&'a str] => Array<Text>,
        dates: [NaiveDate] => Array<Date>,
        user: Uuid => Id,
    } -> () {
        "INSERT INTO consumption_days (user_id, consumption_type, date, total, minimum, maximum, records, estimated) \
         SELECT c.user_id, c.consumption_type, c.consumption_date, sum(c.canonical_amount), min(c.canonical_amount), \
                max(c.canonical_amount), count(*), count(*) FILTER (WHERE c.estimated) \
         FROM unnest(?::text[], ?::date[]) AS d (consumption_type, date) \
              JOIN consumption c ON c.consumption_date = d.date AND c.consumption_type = d.consumption_type \
         WHERE c.user_id = ? GROUP BY 1, 2, 3 \
         ON CONFLICT (user_id, consumption_type, date) DO UPDATE SET total = EXCLUDED.total, \
           minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum, records = EXCLUDED.records, \
           estimated = EXCLUDED.estimated"
    }
}

statement! {
    Forget {
        types: [&'a str] => Array<Text>,
        dates: [NaiveDate] => Array<Date>,
        user: Uuid => Id,
    } -> () {
        "DELETE FROM consumption_days k USING unnest(?::text[], ?::date[]) AS d (consumption_type, date) \
         WHERE k.user_id = ? AND k.consumption_type = d.consumption_type AND k.date = d.date \
           AND NOT EXISTS (SELECT FROM consumption c WHERE c.user_id = k.user_id \
                           AND c.consumption_date = k.date AND c.consumption_type = k.consumption_type)"
    }
}

/// Counts days anew.
///
/// # Errors
/// `Unavailable`.
pub fn derive(conn: &mut Conn, user: UserId, days: &Days) -> Result<()> {
    let (types, dates): (Vec<&str>, Vec<NaiveDate>) =
        days.iter().map(|(what, date)| (what.as_str(), *date)).unzip();
    Derive { types: &types, dates: &dates, user: &user.0 }.execute(conn)?;
    Forget { types: &types, dates: &dates, user: &user.0 }.execute(conn)?;
    Ok(())
}

/// All days of a type.
///
/// # Errors
/// `Unavailable`.
pub fn list_dates(conn: &mut Conn, user: UserId, what: ConsumptionType) -> Result<Days> {
    let dates = of(user, what).select(consumption_days::date).load::<NaiveDate>(conn)?;
    Ok(dates.into_iter().map(|date| (what, date)).collect())
}

fn of(user: UserId, what: ConsumptionType) -> consumption_days::BoxedQuery<'static, Pg> {
    consumption_days::table
        .filter(consumption_days::user_id.eq(user.0))
        .filter(consumption_days::consumption_type.eq(what.as_str()))
        .into_boxed()
}

/// The first and the last date with a record of these types.
///
/// # Errors
/// `Unavailable`.
pub fn find_range(
    conn: &mut Conn,
    user: UserId,
    types: &[ConsumptionType],
) -> Result<Option<(NaiveDate, NaiveDate)>> {
    let mut found: Option<(NaiveDate, NaiveDate)> = None;
    for what in types {
        let edges = of(user, *what).select((min(consumption_days::date), max(consumption_days::date)));
        if let (Some(first), Some(last)) = edges.first::<(Option<NaiveDate>, Option<NaiveDate>)>(conn)? {
            found = Some(found.map_or((first, last), |(a, b)| (a.min(first), b.max(last))));
        }
    }
    Ok(found)
}

type Found = (String, i32, (BigDecimal, BigDecimal, BigDecimal, i64, i64, i64));

statement! {
    /// Sums by the period into which a date falls.
    Totals {
        starts: [NaiveDate] => Array<Date>,
        user: Uuid => Id,
        types: [&'a str] => Array<Text>,
        first: NaiveDate => Date,
        last: NaiveDate => Date,
    } -> (Text, Int4, (Numeric, Numeric, Numeric, Int8, Int8, Int8)) {
        "SELECT consumption_type, width_bucket(date, ?::date[]) - 1, sum(total), min(minimum), max(maximum), \
                sum(records)::bigint, count(*), count(*) FILTER (WHERE estimated > 0) \
         FROM consumption_days WHERE user_id = ? AND consumption_type = ANY(?) AND date BETWEEN ? AND ? GROUP BY 1, 2"
    }
}

/// What records of these types add up to on the dates `first..=last`, by the periods that begin at `starts`.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn sum(
    conn: &mut Conn,
    user: UserId,
    types: &[ConsumptionType],
    starts: &[NaiveDate],
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Sums> {
    let types: Vec<&str> = types.iter().map(|what| what.as_str()).collect();
    let totals = Totals { starts, user: &user.0, types: &types, first: &first, last: &last };
    let found = |(what, place, (total, minimum, maximum, records, days, estimated_days)): Found| {
        let sum = Sum {
            total: canonical(&total)?,
            minimum: canonical(&minimum)?,
            maximum: canonical(&maximum)?,
            records,
            days,
            estimated_days,
        };
        Ok((named(&what)?, usize::try_from(place).map_err(|_| Error::Damaged("date"))?, sum))
    };
    totals.load::<Found>(conn)?.into_iter().map(found).collect()
}

/// All days as they are kept.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list_all(conn: &mut Conn, user: UserId) -> Result<Vec<((ConsumptionType, NaiveDate), Sum)>> {
    let rows = consumption_days::table
        .filter(consumption_days::user_id.eq(user.0))
        .select((
            consumption_days::consumption_type,
            consumption_days::date,
            consumption_days::total,
            consumption_days::minimum,
            consumption_days::maximum,
            consumption_days::records,
            consumption_days::estimated.gt(0),
        ))
        .load::<(String, NaiveDate, BigDecimal, BigDecimal, BigDecimal, i32, bool)>(conn)?;
    rows.into_iter()
        .map(|(what, date, total, minimum, maximum, records, estimated)| {
            let sum = Sum {
                total: canonical(&total)?,
                minimum: canonical(&minimum)?,
                maximum: canonical(&maximum)?,
                records: records.into(),
                days: 1,
                estimated_days: estimated.into(),
            };
            Ok(((named(&what)?, date), sum))
        })
        .collect()
}

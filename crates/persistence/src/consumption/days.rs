//! What records add up to, by type and date. A date without a record has no row.

use std::collections::HashMap;

use diesel::data_types::PgNumeric;
use diesel::sql_types::{BigInt as Int8, Int4};
use domain::consumption::analytics::{Sum, Sums};

use super::*;
use crate::schema::consumption_days;

/// Days of types.
pub type Days = HashSet<(ConsumptionType, NaiveDate)>;

// Each day is looked up by itself, however empty PostgreSQL takes the table for (see `ListByIds`).
statement! {
    Derive {
        user: Uuid => Id,
        types: [&'a str] => Array<Text>,
        dates: [NaiveDate] => Array<Date>,
        of: Uuid => Id,
    } -> (Text, Date) {
        "INSERT INTO consumption_days (user_id, consumption_type, date, total, minimum, maximum, records, estimated) \
         SELECT ?::uuid, d.consumption_type, d.date, s.* \
         FROM unnest(?::text[], ?::date[]) AS d (consumption_type, date) CROSS JOIN LATERAL ( \
           SELECT sum(c.canonical_amount), min(c.canonical_amount), max(c.canonical_amount), count(*) AS records, \
                  count(*) FILTER (WHERE c.estimated) \
           FROM consumption c \
           WHERE c.user_id = ? AND c.consumption_date = d.date AND c.consumption_type = d.consumption_type) s \
         WHERE s.records > 0 \
         ON CONFLICT (user_id, consumption_type, date) DO UPDATE SET total = EXCLUDED.total, \
           minimum = EXCLUDED.minimum, maximum = EXCLUDED.maximum, records = EXCLUDED.records, \
           estimated = EXCLUDED.estimated \
         RETURNING consumption_type, date"
    }
}

statement! {
    Forget {
        types: [&'a str] => Array<Text>,
        dates: [NaiveDate] => Array<Date>,
        user: Uuid => Id,
    } -> () {
        "DELETE FROM consumption_days k USING unnest(?::text[], ?::date[]) AS d (consumption_type, date) \
         WHERE k.user_id = ? AND k.consumption_type = d.consumption_type AND k.date = d.date"
    }
}

/// Counts days anew.
///
/// # Errors
/// `Unavailable`.
pub fn derive(conn: &mut Conn, user: UserId, days: &Days) -> Result<()> {
    let (types, dates): (Vec<&str>, Vec<NaiveDate>) =
        days.iter().map(|(what, date)| (what.as_str(), *date)).unzip();
    let derive = Derive { user: &user.0, types: &types, dates: &dates, of: &user.0 };
    let kept: HashSet<(String, NaiveDate)> = derive.load(conn)?.into_iter().collect();
    let gone =
        types.into_iter().zip(dates).filter(|(what, date)| !kept.contains(&((*what).to_owned(), *date)));
    let (types, dates): (Vec<&str>, Vec<NaiveDate>) = gone.unzip();
    if !dates.is_empty() {
        Forget { types: &types, dates: &dates, user: &user.0 }.execute(conn)?;
    }
    Ok(())
}

// Each day is looked up by itself, as above.
statement! {
    CountOverlaps {
        types: [&'a str] => Array<Text>,
        dates: [NaiveDate] => Array<Date>,
        records: [i64] => Array<Int8>,
        meters: [Uuid] => Array<Id>,
        user: Uuid => Id,
        first: NaiveDate => Date,
        last: NaiveDate => Date,
        of: Uuid => Id,
    } -> (Text, Int8) {
        "SELECT own.consumption_type, count(*) FROM ( \
           SELECT * FROM unnest(?::text[], ?::date[], ?::bigint[]) AS added (consumption_type, date, records) \
           UNION ALL \
           SELECT r.consumption_type, r.consumption_date, count(*) FROM unnest(?::uuid[]) AS m (id) CROSS JOIN LATERAL ( \
             SELECT c.consumption_type, c.consumption_date FROM consumption c \
             WHERE c.user_id = ? AND c.meter_id = m.id AND c.consumption_date BETWEEN ? AND ? OFFSET 0) r \
           GROUP BY r.consumption_type, r.consumption_date) own \
         CROSS JOIN LATERAL ( \
           SELECT k.records FROM consumption_days k \
           WHERE k.user_id = ? AND k.consumption_type = own.consumption_type AND k.date = own.date OFFSET 0) whole \
         WHERE whole.records > own.records GROUP BY own.consumption_type"
    }
}

/// On how many days there is more than these records and what these meters say of the dates `first..=last`, by type.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn count_overlaps(
    conn: &mut Conn,
    user: UserId,
    records: &HashMap<(ConsumptionType, NaiveDate), i64>,
    meters: &[MeterId],
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(ConsumptionType, u64)>> {
    let count = CountOverlaps {
        types: &records.keys().map(|(what, _)| what.as_str()).collect::<Vec<_>>(),
        dates: &records.keys().map(|(_, date)| *date).collect::<Vec<_>>(),
        records: &records.values().copied().collect::<Vec<_>>(),
        meters: &meters.iter().map(|meter| meter.0).collect::<Vec<_>>(),
        user: &user.0,
        first: &first,
        last: &last,
        of: &user.0,
    };
    let mut counts = vec![];
    for (what, days) in count.load::<(String, i64)>(conn)? {
        counts.push((named(&what)?, u64::try_from(days).unwrap_or_default()));
    }
    counts.sort_unstable();
    Ok(counts)
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

/// The sum of a row, as it comes.
type SumShape = (Numeric, Numeric, Numeric, Int8, Int8, Int8);
type SumRow = (PgNumeric, PgNumeric, PgNumeric, i64, i64, i64);

fn sum_of((total, minimum, maximum, records, days, estimated_days): &SumRow) -> Result<Sum> {
    Ok(Sum {
        total: whole(total)?,
        minimum: whole(minimum)?,
        maximum: whole(maximum)?,
        records: *records,
        days: *days,
        estimated_days: *estimated_days,
    })
}

/// The 10⁻¹⁸ of PostgreSQL's digits, which are to the base of 10,000. Ten years of days are as many numbers as are worth
/// the way around a `BigDecimal`.
fn whole(value: &PgNumeric) -> Result<Canonical> {
    let damaged = Error::Damaged("a sum");
    let PgNumeric::Positive { weight, digits, .. } = value else { return Err(damaged) };
    let places = i32::try_from(domain::consumption::units::SCALE).unwrap_or_default();
    let power = |exponent: i32| 10_i128.checked_pow(exponent.unsigned_abs());
    let exponents = (0..).map(|place| (i32::from(*weight) - place) * 4 + places);
    let part = |(exponent, digit): (i32, &i16)| match exponent {
        0.. => i128::from(*digit).checked_mul(power(exponent)?),
        _ => Some(i128::from(*digit) / power(exponent)?),
    };
    let sum = exponents.zip(digits).try_fold(0_i128, |sum, one| sum.checked_add(part(one)?));
    sum.map(Canonical).ok_or(damaged)
}

statement! {
    /// Sums by the period into which a date falls.
    Totals {
        starts: [NaiveDate] => Array<Date>,
        user: Uuid => Id,
        types: [&'a str] => Array<Text>,
        first: NaiveDate => Date,
        last: NaiveDate => Date,
    } -> (Text, Int4, SumShape) {
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
    let found = |(what, place, sum): &(String, i32, SumRow)| {
        Ok((named(what)?, usize::try_from(*place).map_err(|_| Error::Damaged("date"))?, sum_of(sum)?))
    };
    totals.load(conn)?.iter().map(found).collect()
}

statement! {
    /// Days as they are, by their place. Of most the smallest record is the largest and all there is, which need not be
    /// sent again.
    Each {
        start: NaiveDate => Date,
        user: Uuid => Id,
        what: str => Text,
        first: NaiveDate => Date,
        last: NaiveDate => Date,
    } -> (Int4, Numeric, Nullable<Numeric>, Nullable<Numeric>, Int4, Bool) {
        "SELECT date - ?, total, NULLIF(minimum, total), NULLIF(maximum, total), records, estimated > 0 \
         FROM consumption_days WHERE user_id = ? AND consumption_type = ? AND date BETWEEN ? AND ?"
    }
}

/// The same, where each date of `first..=last` is a period: PostgreSQL takes ten times as long to group them as to read
/// them.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    types: &[ConsumptionType],
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Sums> {
    let mut sums = vec![];
    for what in types {
        let each = Each { start: &first, user: &user.0, what: what.as_str(), first: &first, last: &last };
        for (place, total, minimum, maximum, records, estimated) in each.load::<DayRow>(conn)? {
            let total = whole(&total)?;
            let sum = Sum {
                total,
                minimum: minimum.as_ref().map_or(Ok(total), whole)?,
                maximum: maximum.as_ref().map_or(Ok(total), whole)?,
                records: records.into(),
                days: 1,
                estimated_days: estimated.into(),
            };
            sums.push((*what, usize::try_from(place).map_err(|_| Error::Damaged("date"))?, sum));
        }
    }
    Ok(sums)
}

type DayRow = (i32, PgNumeric, Option<PgNumeric>, Option<PgNumeric>, i32, bool);

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
        .load::<(String, NaiveDate, PgNumeric, PgNumeric, PgNumeric, i32, bool)>(conn)?;
    rows.into_iter()
        .map(|(what, date, total, minimum, maximum, records, estimated)| {
            let sum = Sum {
                total: whole(&total)?,
                minimum: whole(&minimum)?,
                maximum: whole(&maximum)?,
                records: records.into(),
                days: 1,
                estimated_days: estimated.into(),
            };
            Ok(((named(&what)?, date), sum))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{account, migrated, now};

    #[test]
    fn days_that_are_read_are_those_that_are_summed() {
        let mut link = migrated();
        let user = account(&mut link).user;
        let conn = &mut link.conn;
        let first: NaiveDate = "2026-01-01".parse().unwrap();
        let calorific = domain::consumption::CALORIFIC_VALUE;
        let records: Vec<Kept> = [
            (ConsumptionType::Electricity, "0", Unit::KWh),
            (ConsumptionType::Electricity, "0.001", Unit::Wh),
            (ConsumptionType::Electricity, "999999999.999", Unit::MWh),
            (ConsumptionType::Electricity, "10000", Unit::KWh),
            (ConsumptionType::Electricity, "0.999", Unit::KWh),
            (ConsumptionType::Gas, "0.001", Unit::Therm),
            (ConsumptionType::Gas, "999999999.999", Unit::Ccf),
            (ConsumptionType::Water, "0.001", Unit::Gal),
        ]
        .iter()
        .enumerate()
        .map(|(place, (what, amount, unit))| {
            let record = Record {
                user_id: user,
                id: ConsumptionId(Uuid::now_v7()),
                consumption_type: *what,
                amount: Amount::read(amount).unwrap(),
                unit: *unit,
                consumption_date: domain::days::plus(first, i64::try_from(place).unwrap()),
                description: None,
                meter_id: None,
                import_id: None,
                estimated: false,
                created_at: now(),
                updated_at: now(),
            };
            let canonical = record.canonical(calorific);
            (record, canonical)
        })
        .collect();
        insert_new(conn, user, &records, None, now()).unwrap();
        let all: Days =
            records.iter().map(|(record, _)| (record.consumption_type, record.consumption_date)).collect();
        derive(conn, user, &all).unwrap();
        let last = domain::days::plus(first, 9);
        let starts: Vec<NaiveDate> = domain::days::dates(first, last).collect();
        let in_order = |mut sums: Sums| {
            sums.sort_by_key(|(_, place, _)| *place);
            sums
        };
        let read = in_order(list(conn, user, &ConsumptionType::ALL, (first, last)).unwrap());
        assert_eq!(read, in_order(sum(conn, user, &ConsumptionType::ALL, &starts, (first, last)).unwrap()));
        let kept: Vec<Canonical> = records.iter().map(|(_, canonical)| *canonical).collect();
        assert_eq!(read.iter().map(|(.., sum)| sum.total).collect::<Vec<_>>(), kept);
    }
}

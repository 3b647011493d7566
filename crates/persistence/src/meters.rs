//! Meters. Whoever writes holds the lock of the account ([`crate::accounts::lock`]), so that what is derived from readings
//! and intervals is derived from all of them.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bytea, Date, Nullable, Numeric, Text, Timestamptz};
use domain::consumption::{ConsumptionType, Unit};
use domain::ids::{ImportId, MeterId, ReadingId, UserId};
use domain::meters::{Known, LastReading, Register};
use uuid::Uuid;

use crate::consumption::decimals::{amount_of, decimal_of};
use crate::consumption::named;
use crate::error::one;
use crate::schema::{imports, meter_intervals, meter_readings, meters};
use crate::{Conn, Error, Result};

pub mod days;
pub mod intervals;
pub mod readings;

type Id = diesel::sql_types::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = meters)]
struct Row {
    id: Uuid,
    name: String,
    consumption_type: String,
    unit: String,
    digits: Option<i16>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn register(row: Row) -> Result<Register> {
    Ok(Register {
        id: MeterId(row.id),
        name: row.name,
        consumption_type: named(&row.consumption_type)?,
        unit: Unit::named(&row.unit).ok_or(Error::Damaged("unit"))?,
        digits: row.digits,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Adds a meter; `import` is the file that made it.
///
/// # Errors
/// `Constraint("meters_name_key…")`: another of the type is called so.
pub fn insert(conn: &mut Conn, user: UserId, meter: &Register, import: Option<ImportId>) -> Result<()> {
    diesel::insert_into(meters::table)
        .values((
            meters::user_id.eq(user.0),
            meters::id.eq(meter.id.0),
            meters::name.eq(&meter.name),
            meters::consumption_type.eq(meter.consumption_type.as_str()),
            meters::unit.eq(meter.unit.as_str()),
            meters::digits.eq(meter.digits),
            meters::import_id.eq(import.map(|import| import.0)),
            meters::created_at.eq(meter.created_at),
            meters::updated_at.eq(meter.updated_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// One meter of the account.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, id: MeterId) -> Result<Register> {
    register(meters::table.find((user.0, id.0)).select(Row::as_select()).first(conn)?)
}

/// The meter of a type that is called so.
///
/// # Errors
/// `Unavailable`.
pub fn find_named(
    conn: &mut Conn,
    user: UserId,
    what: ConsumptionType,
    name: &str,
) -> Result<Option<Register>> {
    let of_name = meters::table
        .filter(meters::user_id.eq(user.0))
        .filter(meters::consumption_type.eq(what.as_str()))
        .filter(meters::name.eq(name));
    of_name.select(Row::as_select()).first(conn).optional()?.map(register).transpose()
}

/// Where in the list a meter stands.
pub type Place = (DateTime<Utc>, MeterId);

/// Meters after `after`, oldest first.
///
/// # Errors
/// `Unavailable`.
pub fn list(conn: &mut Conn, user: UserId, after: Option<Place>, limit: i64) -> Result<Vec<Register>> {
    let mut all = meters::table.filter(meters::user_id.eq(user.0)).into_boxed();
    if let Some((at, id)) = after {
        all = all.filter(meters::created_at.gt(at).or(meters::created_at.eq(at).and(meters::id.gt(id.0))));
    }
    let rows = all.order((meters::created_at, meters::id)).limit(limit).select(Row::as_select());
    rows.load::<Row>(conn)?.into_iter().map(register).collect()
}

/// All meters of the account.
///
/// # Errors
/// `Unavailable`.
pub fn list_all(conn: &mut Conn, user: UserId) -> Result<Vec<Register>> {
    list(conn, user, None, i64::MAX)
}

/// How many meters the account has.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(meters::table.filter(meters::user_id.eq(user.0)).count().get_result(conn)?)
}

/// Keeps a meter as it is now. It is its person's from here on, no import's.
///
/// # Errors
/// `NotFound`; `Constraint("meters_name_key…")`: another of the type is called so.
pub fn update(conn: &mut Conn, user: UserId, meter: &Register) -> Result<()> {
    one(diesel::update(meters::table.find((user.0, meter.id.0)))
        .set((
            meters::name.eq(&meter.name),
            meters::unit.eq(meter.unit.as_str()),
            meters::digits.eq(meter.digits),
            meters::import_id.eq(None::<Uuid>),
            meters::updated_at.eq(meter.updated_at),
        ))
        .execute(conn)?)
}

/// Deletes a meter with its readings and intervals. Its records are the caller's to delete.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, user: UserId, id: MeterId) -> Result<()> {
    one(diesel::delete(meters::table.find((user.0, id.0))).execute(conn)?)
}

/// Whether a meter has neither readings nor intervals.
///
/// # Errors
/// `Unavailable`.
pub fn is_empty(conn: &mut Conn, user: UserId, id: MeterId) -> Result<bool> {
    let readings = meter_readings::table
        .filter(meter_readings::user_id.eq(user.0))
        .filter(meter_readings::meter_id.eq(id.0));
    let intervals = meter_intervals::table
        .filter(meter_intervals::user_id.eq(user.0))
        .filter(meter_intervals::meter_id.eq(id.0));
    let has_some = diesel::dsl::exists(readings).or(diesel::dsl::exists(intervals));
    Ok(!diesel::select(has_some).get_result::<bool>(conn)?)
}

/// Meters that imports have made which are undone.
///
/// # Errors
/// `Unavailable`.
pub fn list_undone(conn: &mut Conn, user: UserId) -> Result<Vec<MeterId>> {
    let undone = imports::table
        .filter(imports::user_id.eq(user.0))
        .filter(imports::undone_at.is_not_null())
        .select(imports::id.nullable());
    let made = meters::table.filter(meters::user_id.eq(user.0)).filter(meters::import_id.eq_any(undone));
    Ok(made.select(meters::id).load::<Uuid>(conn)?.into_iter().map(MeterId).collect())
}

type KnownShape = (Id, BigInt, Nullable<Timestamptz>, Nullable<Numeric>, Nullable<Date>, Nullable<Date>);
type KnownRow =
    (Uuid, i64, Option<DateTime<Utc>>, Option<bigdecimal::BigDecimal>, Option<NaiveDate>, Option<NaiveDate>);

statement! {
    ListKnown { user: Uuid => Id, ids: [Uuid] => Array<Id> } -> KnownShape {
        "SELECT m.id, \
           (SELECT count(*) FROM meter_readings r WHERE r.user_id = m.user_id AND r.meter_id = m.id), \
           l.read_at, l.reading, \
           (SELECT min(c.consumption_date) FROM consumption c WHERE c.user_id = m.user_id AND c.meter_id = m.id), \
           (SELECT max(c.consumption_date) FROM consumption c WHERE c.user_id = m.user_id AND c.meter_id = m.id) \
         FROM meters m LEFT JOIN LATERAL ( \
           SELECT r.read_at, coalesce(r.new_reading, r.reading) AS reading FROM meter_readings r \
           WHERE r.user_id = m.user_id AND r.meter_id = m.id ORDER BY r.read_at DESC LIMIT 1) l ON true \
         WHERE m.user_id = ? AND m.id = ANY(?)"
    }
}

/// What is known of these meters beside themselves.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn list_known(conn: &mut Conn, user: UserId, ids: &[MeterId]) -> Result<Vec<(MeterId, Known)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let known = |(id, readings, read_at, reading, first, last): KnownRow| {
        let last_reading = match read_at.zip(reading) {
            Some((read_at, reading)) => Some(LastReading { read_at, reading: amount_of(&reading)? }),
            None => None,
        };
        Ok((MeterId(id), Known { readings, last_reading, dates: first.zip(last) }))
    };
    ListKnown { user: &user.0, ids: &ids }.load::<KnownRow>(conn)?.into_iter().map(known).collect()
}

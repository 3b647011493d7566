//! Records of consumption. Whoever writes holds the lock of the account ([`crate::accounts::lock`]), so that the days
//! that are counted anew ([`days`]) are those of all records.

use std::collections::HashSet;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{max, min};
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date, Nullable, Numeric, Text, Timestamptz};
use domain::consumption::{Amount, Canonical, Consumption, ConsumptionType, Conversion, Record, Sort, Unit};
use domain::ids::{ConsumptionId, ImportId, MeterId, UserId};
use uuid::Uuid;

use self::decimals::{amount_of, canonical, decimal, decimal_of};
use crate::error::one;
use crate::schema::{consumption, consumption_deleted};
use crate::{Conn, Error, Result};

pub mod days;
pub(crate) mod decimals;
pub mod derived;

type Id = diesel::sql_types::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = consumption)]
struct Row {
    user_id: Uuid,
    id: Uuid,
    consumption_date: NaiveDate,
    consumption_type: String,
    amount: BigDecimal,
    unit: String,
    canonical_amount: BigDecimal,
    description: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    meter_id: Option<Uuid>,
    import_id: Option<Uuid>,
    estimated: bool,
}

/// A record and what it is in the canonical unit.
pub type Kept = (Record, Canonical);

fn kept(row: Row) -> Result<Kept> {
    let record = Record {
        user_id: UserId(row.user_id),
        id: ConsumptionId(row.id),
        consumption_type: named(&row.consumption_type)?,
        amount: amount_of(&row.amount)?,
        unit: Unit::named(&row.unit).ok_or(Error::Damaged("unit"))?,
        consumption_date: row.consumption_date,
        description: row.description,
        meter_id: row.meter_id.map(MeterId),
        import_id: row.import_id.map(ImportId),
        estimated: row.estimated,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok((record, canonical(&row.canonical_amount)?))
}

fn all_kept(rows: Vec<Row>) -> Result<Vec<Kept>> {
    rows.into_iter().map(kept).collect()
}

pub(crate) fn named(name: &str) -> Result<ConsumptionType> {
    ConsumptionType::named(name).ok_or(Error::Damaged("consumption_type"))
}

statement! {
    Insert {
        user: Uuid => Id,
        now: DateTime<Utc> => Timestamptz,
        import: Option<Uuid> => Nullable<Id>,
        ids: [Uuid] => Array<Id>,
        dates: [NaiveDate] => Array<Date>,
        types: [&'a str] => Array<Text>,
        amounts: [BigDecimal] => Array<Numeric>,
        units: [&'a str] => Array<Text>,
        canonical: [BigDecimal] => Array<Numeric>,
        descriptions: [Option<&'a str>] => Array<Nullable<Text>>,
        estimated: [bool] => Array<Bool>,
    } -> Id {
        "INSERT INTO consumption (user_id, id, consumption_date, consumption_type, amount, unit, canonical_amount, \
                                  description, estimated, created_at, updated_at, import_id) \
         SELECT u.user_id, r.id, r.consumption_date, r.consumption_type, r.amount, r.unit, r.canonical_amount, \
                r.description, r.estimated, u.now, u.now, u.import_id \
         FROM (SELECT ?::uuid AS user_id, ?::timestamptz AS now, ?::uuid AS import_id) u \
              CROSS JOIN unnest(?::uuid[], ?::date[], ?::text[], ?::numeric[], ?::text[], ?::numeric[], ?::text[], \
                                ?::boolean[]) \
                AS r (id, consumption_date, consumption_type, amount, unit, canonical_amount, description, estimated) \
         ON CONFLICT DO NOTHING RETURNING id"
    }
}

/// Adds those of these records of one account whose ids are not there yet, and tells which they were; `import` is the
/// file that said them. Of records with the same id the first counts.
///
/// # Errors
/// `Unavailable`.
pub fn insert_new(
    conn: &mut Conn,
    user: UserId,
    records: &[Kept],
    import: Option<ImportId>,
    now: DateTime<Utc>,
) -> Result<HashSet<ConsumptionId>> {
    let column = |of: fn(&Record) -> &'static str| -> Vec<&str> {
        records.iter().map(|(record, _)| of(record)).collect()
    };
    let insert = Insert {
        user: &user.0,
        now: &now,
        import: &import.map(Into::into),
        ids: &records.iter().map(|(record, _)| record.id.0).collect::<Vec<_>>(),
        dates: &records.iter().map(|(record, _)| record.consumption_date).collect::<Vec<_>>(),
        types: &column(|record| record.consumption_type.as_str()),
        amounts: &records.iter().map(|(record, _)| decimal_of(record.amount)).collect::<Vec<_>>(),
        units: &column(|record| record.unit.as_str()),
        canonical: &records.iter().map(|(_, canonical)| decimal(*canonical)).collect::<Vec<_>>(),
        descriptions: &records.iter().map(|(record, _)| record.description.as_deref()).collect::<Vec<_>>(),
        estimated: &records.iter().map(|(record, _)| record.estimated).collect::<Vec<_>>(),
    };
    let ids = insert.load::<Uuid>(conn)?;
    Ok(ids.into_iter().map(ConsumptionId).collect())
}

/// One record of the account.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, id: ConsumptionId) -> Result<Kept> {
    kept(consumption::table.find((user.0, id.0)).select(Row::as_select()).first(conn)?)
}

type Shape = (
    Id,
    Id,
    Date,
    Text,
    Numeric,
    Text,
    Numeric,
    Nullable<Text>,
    Timestamptz,
    Timestamptz,
    Nullable<Id>,
    Nullable<Id>,
    Bool,
);

// Each id is looked up by itself (the subquery with its OFFSET stays one): while PostgreSQL takes a table for empty, it
// would read all records of the account for `id = ANY(…)`, and go on to do so on this connection.
statement! {
    ListByIds { ids: [Uuid] => Array<Id>, user: Uuid => Id } -> Shape {
        "SELECT r.* FROM unnest(?::uuid[]) AS i (id) CROSS JOIN LATERAL ( \
           SELECT user_id, id, consumption_date, consumption_type, amount, unit, canonical_amount, description, \
                  created_at, updated_at, meter_id, import_id, estimated \
           FROM consumption c WHERE c.user_id = ? AND c.id = i.id OFFSET 0) r"
    }
}

/// Those of these records that are there.
///
/// # Errors
/// `Unavailable`.
pub fn list_by_ids(conn: &mut Conn, user: UserId, ids: &[ConsumptionId]) -> Result<Vec<Kept>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    all_kept(ListByIds { ids: &ids, user: &user.0 }.load::<Row>(conn)?)
}

statement! {
    ListDeleted { ids: [Uuid] => Array<Id>, user: Uuid => Id } -> Id {
        "SELECT i.id FROM unnest(?::uuid[]) AS i (id) CROSS JOIN LATERAL ( \
           SELECT FROM consumption_deleted d WHERE d.user_id = ? AND d.id = i.id OFFSET 0) r"
    }
}

/// Those of these ids, of records or of readings, that are of something gone.
///
/// # Errors
/// `Unavailable`.
pub fn list_deleted<Of: From<Uuid> + Into<Uuid> + Copy + Eq + std::hash::Hash>(
    conn: &mut Conn,
    user: UserId,
    ids: &[Of],
) -> Result<HashSet<Of>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| (*id).into()).collect();
    let gone = ListDeleted { ids: &ids, user: &user.0 }.load::<Uuid>(conn)?;
    Ok(gone.into_iter().map(Of::from).collect())
}

/// Whether the account has deleted anything.
///
/// # Errors
/// `Unavailable`.
pub fn has_deleted(conn: &mut Conn, user: UserId) -> Result<bool> {
    let gone = consumption_deleted::table.filter(consumption_deleted::user_id.eq(user.0));
    Ok(diesel::select(diesel::dsl::exists(gone)).get_result(conn)?)
}

/// Keeps a record as it is now.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, (record, canonical): &Kept) -> Result<()> {
    one(diesel::update(consumption::table.find((record.user_id.0, record.id.0)))
        .set((
            consumption::consumption_date.eq(record.consumption_date),
            consumption::consumption_type.eq(record.consumption_type.as_str()),
            consumption::amount.eq(decimal_of(record.amount)),
            consumption::unit.eq(record.unit.as_str()),
            consumption::canonical_amount.eq(decimal(*canonical)),
            consumption::description.eq(&record.description),
            consumption::updated_at.eq(record.updated_at),
        ))
        .execute(conn)?)
}

/// Reckons what was given in one unit anew. (What a meter says is derived from more than the rounded amount.)
///
/// # Errors
/// `Unavailable`.
pub fn update_canonical(
    conn: &mut Conn,
    user: UserId,
    what: ConsumptionType,
    unit: Unit,
    conversion: Conversion,
) -> Result<usize> {
    let Some(one) = Amount::of_thousandths(1000) else { return Ok(0) };
    let records = consumption::table
        .filter(consumption::user_id.eq(user.0))
        .filter(consumption::consumption_type.eq(what.as_str()))
        .filter(consumption::unit.eq(unit.as_str()))
        .filter(consumption::meter_id.is_null());
    let factor = decimal(conversion.canonical(one)).into_sql::<Numeric>();
    Ok(diesel::update(records)
        .set(consumption::canonical_amount.eq(consumption::amount * factor))
        .execute(conn)?)
}

/// Deletes a record; its id is remembered.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, user: UserId, id: ConsumptionId, now: DateTime<Utc>) -> Result<()> {
    one(diesel::delete(consumption::table.find((user.0, id.0))).execute(conn)?)?;
    diesel::insert_into(consumption_deleted::table)
        .values((
            consumption_deleted::user_id.eq(user.0),
            consumption_deleted::id.eq(id.0),
            consumption_deleted::deleted_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// Which records.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of what.
    pub consumption_type: Option<ConsumptionType>,
    /// From this date on.
    pub first: Option<NaiveDate>,
    /// Up to this date, with it.
    pub last: Option<NaiveDate>,
}

/// Where in a list a record stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its date.
    pub date: NaiveDate,
    /// Its amount.
    pub amount: Canonical,
    /// The record.
    pub id: ConsumptionId,
}

fn selected(user: UserId, filter: &Filter) -> consumption::BoxedQuery<'static, Pg> {
    let mut records = consumption::table.filter(consumption::user_id.eq(user.0)).into_boxed();
    if let Some(what) = filter.consumption_type {
        records = records.filter(consumption::consumption_type.eq(what.as_str()));
    }
    if let Some(first) = filter.first {
        records = records.filter(consumption::consumption_date.ge(first));
    }
    if let Some(last) = filter.last {
        records = records.filter(consumption::consumption_date.le(last));
    }
    records
}

fn ordered(
    records: consumption::BoxedQuery<'static, Pg>,
    sort: Sort,
) -> consumption::BoxedQuery<'static, Pg> {
    use consumption::{canonical_amount, consumption_date, id};
    match sort {
        Sort::NewestFirst => records.order((consumption_date.desc(), id.desc())),
        Sort::OldestFirst => records.order((consumption_date.asc(), id.asc())),
        Sort::LargestFirst => records.order((canonical_amount.desc(), id.desc())),
        Sort::SmallestFirst => records.order((canonical_amount.asc(), id.asc())),
    }
}

/// Records after `after`, in this order; those of one date or amount in the order of their ids.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    filter: &Filter,
    sort: Sort,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Kept>> {
    use consumption::{canonical_amount, consumption_date, id};
    let mut records = selected(user, filter);
    if let Some(Place { date, amount, id: last }) = after {
        let (amount, last) = (decimal(amount), last.0);
        records = match sort {
            Sort::NewestFirst => records
                .filter(consumption_date.le(date))
                .filter(consumption_date.lt(date).or(consumption_date.eq(date).and(id.lt(last)))),
            Sort::OldestFirst => records
                .filter(consumption_date.ge(date))
                .filter(consumption_date.gt(date).or(consumption_date.eq(date).and(id.gt(last)))),
            Sort::LargestFirst => records
                .filter(canonical_amount.lt(amount.clone()).or(canonical_amount.eq(amount).and(id.lt(last)))),
            Sort::SmallestFirst => records
                .filter(canonical_amount.gt(amount.clone()).or(canonical_amount.eq(amount).and(id.gt(last)))),
        };
    }
    all_kept(ordered(records, sort).limit(limit).select(Row::as_select()).load::<Row>(conn)?)
}

/// Hands on records in this order, one after another, as they were when the first was asked for.
///
/// # Errors
/// `Unavailable`; those of `each`.
pub fn each<E: From<Error>>(
    conn: &mut Conn,
    user: UserId,
    filter: &Filter,
    sort: Sort,
    mut each: impl FnMut(Kept) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let records = ordered(selected(user, filter), sort).select(Row::as_select());
    let rows = records.load_iter::<Row, PgRowByRowLoadingMode>(conn).map_err(Error::from)?;
    for row in rows {
        each(kept(row.map_err(Error::from)?)?)?;
    }
    Ok(())
}

/// Deletes the records that an import added, however they have changed since, and gives the days they were of. Their ids
/// are not remembered: the same file may bring them back.
///
/// # Errors
/// `Unavailable`.
pub fn delete_imported(conn: &mut Conn, user: UserId, import: ImportId) -> Result<days::Days> {
    let added = consumption::table
        .filter(consumption::user_id.eq(user.0))
        .filter(consumption::import_id.eq(import.0));
    let touched = added.select((consumption::consumption_type, consumption::consumption_date)).distinct();
    let touched = touched.load::<(String, NaiveDate)>(conn)?;
    diesel::delete(added).execute(conn)?;
    touched.into_iter().map(|(what, date)| Ok((named(&what)?, date))).collect()
}

/// How many records `filter` selects.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, filter: &Filter) -> Result<i64> {
    Ok(selected(user, filter).count().get_result(conn)?)
}

/// All records of the account.
///
/// # Errors
/// `Unavailable`.
pub fn list_all(conn: &mut Conn, user: UserId) -> Result<Vec<Kept>> {
    all_kept(selected(user, &Filter::default()).select(Row::as_select()).load::<Row>(conn)?)
}

/// A record as it is shown.
#[must_use]
pub fn shown((record, canonical): Kept) -> Consumption {
    record.shown(canonical)
}

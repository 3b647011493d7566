//! Readings of meters.

use std::collections::HashMap;

use bigdecimal::BigDecimal;
use diesel::dsl::{max, min};
use diesel::pg::Pg;
use domain::meters::readings::{Reading, ReadingKind};

use super::*;
use crate::schema::consumption_deleted;

#[derive(Queryable, Selectable)]
#[diesel(table_name = meter_readings)]
struct Row {
    meter_id: Uuid,
    read_at: DateTime<Utc>,
    id: Uuid,
    reading: BigDecimal,
    kind: String,
    new_reading: Option<BigDecimal>,
    note: Option<String>,
    import_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn reading(row: Row) -> Result<Reading> {
    Ok(Reading {
        id: ReadingId(row.id),
        meter_id: MeterId(row.meter_id),
        read_at: row.read_at,
        reading: amount_of(&row.reading)?,
        kind: ReadingKind::named(&row.kind).ok_or(Error::Damaged("kind"))?,
        new_reading: row.new_reading.as_ref().map(amount_of).transpose()?,
        note: row.note,
        import_id: row.import_id.map(ImportId),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn readings(rows: Vec<Row>) -> Result<Vec<Reading>> {
    rows.into_iter().map(reading).collect()
}

fn rows_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn of(user: UserId, meter: MeterId) -> meter_readings::BoxedQuery<'static, Pg> {
    meter_readings::table
        .filter(meter_readings::user_id.eq(user.0))
        .filter(meter_readings::meter_id.eq(meter.0))
        .into_boxed()
}

statement! {
    Insert {
        user: Uuid => Id,
        now: DateTime<Utc> => Timestamptz,
        meter: Uuid => Id,
        import: Option<Uuid> => Nullable<Id>,
        instants: [DateTime<Utc>] => Array<Timestamptz>,
        ids: [Uuid] => Array<Id>,
        readings: [BigDecimal] => Array<Numeric>,
        kinds: [&'a str] => Array<Text>,
        new_readings: [Option<BigDecimal>] => Array<Nullable<Numeric>>,
        notes: [Option<&'a str>] => Array<Nullable<Text>>,
    } -> () {
        "INSERT INTO meter_readings (user_id, meter_id, read_at, id, reading, kind, new_reading, note, import_id, \
                                     created_at, updated_at) \
         SELECT u.user_id, u.meter_id, r.read_at, r.id, r.reading, r.kind, r.new_reading, r.note, u.import_id, u.now, u.now \
         FROM (SELECT ?::uuid AS user_id, ?::timestamptz AS now, ?::uuid AS meter_id, ?::uuid AS import_id) u \
              CROSS JOIN unnest(?::timestamptz[], ?::uuid[], ?::numeric[], ?::text[], ?::numeric[], ?::text[]) \
                AS r (read_at, id, reading, kind, new_reading, note)"
    }
}

/// Adds readings of a meter that are not there yet.
///
/// # Errors
/// `Constraint`: one of its instants or ids is there.
pub fn insert(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    readings: &[Reading],
    import: Option<ImportId>,
    now: DateTime<Utc>,
) -> Result<()> {
    if readings.is_empty() {
        return Ok(());
    }
    let insert = Insert {
        user: &user.0,
        now: &now,
        meter: &meter.0,
        import: &import.map(Into::into),
        instants: &readings.iter().map(|one| one.read_at).collect::<Vec<_>>(),
        ids: &readings.iter().map(|one| one.id.0).collect::<Vec<_>>(),
        readings: &readings.iter().map(|one| decimal_of(one.reading)).collect::<Vec<_>>(),
        kinds: &readings.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(),
        new_readings: &readings.iter().map(|one| one.new_reading.map(decimal_of)).collect::<Vec<_>>(),
        notes: &readings.iter().map(|one| one.note.as_deref()).collect::<Vec<_>>(),
    };
    insert.execute(conn)?;
    Ok(())
}

/// One reading of a meter.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, meter: MeterId, id: ReadingId) -> Result<Reading> {
    reading(of(user, meter).filter(meter_readings::id.eq(id.0)).select(Row::as_select()).first(conn)?)
}

type Shape = (
    Id,
    Timestamptz,
    Id,
    Numeric,
    Text,
    Nullable<Numeric>,
    Nullable<Text>,
    Nullable<Id>,
    Timestamptz,
    Timestamptz,
);

// Each is looked up by itself, however empty PostgreSQL takes the table for (see `consumption::ListByIds`).
statement! {
    ListByIds { ids: [Uuid] => Array<Id>, user: Uuid => Id } -> Shape {
        "SELECT r.* FROM unnest(?::uuid[]) AS i (id) CROSS JOIN LATERAL ( \
           SELECT meter_id, read_at, id, reading, kind, new_reading, note, import_id, created_at, updated_at \
           FROM meter_readings m WHERE m.user_id = ? AND m.id = i.id OFFSET 0) r"
    }
}

/// Those of the account's readings that have one of these ids, of whichever meter.
///
/// # Errors
/// `Unavailable`.
pub fn list_by_ids(conn: &mut Conn, user: UserId, ids: &[ReadingId]) -> Result<HashMap<ReadingId, Reading>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let found = readings(ListByIds { ids: &ids, user: &user.0 }.load::<Row>(conn)?)?;
    Ok(found.into_iter().map(|one| (one.id, one)).collect())
}

statement! {
    ListAt { instants: [DateTime<Utc>] => Array<Timestamptz>, user: Uuid => Id, meter: Uuid => Id } -> Shape {
        "SELECT r.* FROM unnest(?::timestamptz[]) AS i (read_at) CROSS JOIN LATERAL ( \
           SELECT meter_id, read_at, id, reading, kind, new_reading, note, import_id, created_at, updated_at \
           FROM meter_readings m WHERE m.user_id = ? AND m.meter_id = ? AND m.read_at = i.read_at OFFSET 0) r"
    }
}

/// Those of a meter's readings that were read at one of these instants.
///
/// # Errors
/// `Unavailable`.
pub fn list_at(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    instants: &[DateTime<Utc>],
) -> Result<HashMap<DateTime<Utc>, Reading>> {
    let found = readings(ListAt { instants, user: &user.0, meter: &meter.0 }.load::<Row>(conn)?)?;
    Ok(found.into_iter().map(|one| (one.read_at, one)).collect())
}

/// A meter's readings of `from..=to`, oldest first.
///
/// # Errors
/// `Unavailable`.
pub fn list_between(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Reading>> {
    let found = of(user, meter).filter(meter_readings::read_at.between(from, to));
    readings(found.order(meter_readings::read_at).select(Row::as_select()).load::<Row>(conn)?)
}

/// The last so many of a meter's readings before `at`, newest first.
///
/// # Errors
/// `Unavailable`.
pub fn list_before(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    at: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Reading>> {
    let found = of(user, meter).filter(meter_readings::read_at.lt(at));
    readings(
        found
            .order(meter_readings::read_at.desc())
            .limit(rows_of(limit))
            .select(Row::as_select())
            .load::<Row>(conn)?,
    )
}

/// The first so many of a meter's readings after `at`, oldest first.
///
/// # Errors
/// `Unavailable`.
pub fn list_after(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    at: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Reading>> {
    let found = of(user, meter).filter(meter_readings::read_at.gt(at));
    readings(
        found
            .order(meter_readings::read_at)
            .limit(rows_of(limit))
            .select(Row::as_select())
            .load::<Row>(conn)?,
    )
}

/// How many readings a meter has.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, meter: MeterId) -> Result<i64> {
    Ok(of(user, meter).count().get_result(conn)?)
}

/// Whether a register of the meter has shown so many whole units, or more.
///
/// # Errors
/// `Unavailable`.
pub fn reaches(conn: &mut Conn, user: UserId, meter: MeterId, units: i64) -> Result<bool> {
    let units = BigDecimal::from(units);
    let high =
        meter_readings::reading.ge(units.clone()).or(meter_readings::new_reading.assume_not_null().ge(units));
    Ok(diesel::select(diesel::dsl::exists(of(user, meter).filter(high))).get_result(conn)?)
}

/// When a meter was read first and last.
///
/// # Errors
/// `Unavailable`.
pub fn find_range(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let edges = of(user, meter).select((min(meter_readings::read_at), max(meter_readings::read_at)));
    let (first, last) = edges.first::<(Option<DateTime<Utc>>, Option<DateTime<Utc>>)>(conn)?;
    Ok(first.zip(last))
}

/// Keeps a reading as it is now.
///
/// # Errors
/// `NotFound`; `Constraint("meter_readings_pkey…")`: the meter has another of this instant.
pub fn update(conn: &mut Conn, user: UserId, reading: &Reading) -> Result<()> {
    let row = meter_readings::table
        .filter(meter_readings::user_id.eq(user.0))
        .filter(meter_readings::meter_id.eq(reading.meter_id.0))
        .filter(meter_readings::id.eq(reading.id.0));
    one(diesel::update(row)
        .set((
            meter_readings::read_at.eq(reading.read_at),
            meter_readings::reading.eq(decimal_of(reading.reading)),
            meter_readings::kind.eq(reading.kind.as_str()),
            meter_readings::new_reading.eq(reading.new_reading.map(decimal_of)),
            meter_readings::note.eq(&reading.note),
            meter_readings::updated_at.eq(reading.updated_at),
        ))
        .execute(conn)?)
}

/// Deletes a reading; its id is remembered.
///
/// # Errors
/// `NotFound`.
pub fn delete(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    id: ReadingId,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = meter_readings::table
        .filter(meter_readings::user_id.eq(user.0))
        .filter(meter_readings::meter_id.eq(meter.0))
        .filter(meter_readings::id.eq(id.0));
    one(diesel::delete(row).execute(conn)?)?;
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

/// Deletes what an import added. Gives the meters and the instants of their readings.
///
/// # Errors
/// `Unavailable`.
pub fn delete_of(conn: &mut Conn, user: UserId, import: ImportId) -> Result<Vec<(MeterId, DateTime<Utc>)>> {
    let of_import = meter_readings::table
        .filter(meter_readings::user_id.eq(user.0))
        .filter(meter_readings::import_id.eq(import.0));
    let gone = diesel::delete(of_import)
        .returning((meter_readings::meter_id, meter_readings::read_at))
        .get_results::<(Uuid, DateTime<Utc>)>(conn)?;
    Ok(gone.into_iter().map(|(meter, at)| (MeterId(meter), at)).collect())
}

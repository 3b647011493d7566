//! Files of consumption that were read.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use domain::consumption::import::{ImportKind, ImportReport};
use domain::ids::{ImportId, UserId};
use domain::imports::{Import, ImportedFile};
use uuid::Uuid;

use crate::error::one;
use crate::schema::imports;
use crate::{Conn, Error, Result};

/// Makes an import, the account's next. The caller holds the lock of the account.
///
/// # Errors
/// `Unavailable`.
pub fn insert(
    conn: &mut Conn,
    user: UserId,
    id: ImportId,
    kind: &str,
    file_name: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Import> {
    let last = imports::table.filter(imports::user_id.eq(user.0)).select(max(imports::number));
    let number = last.first::<Option<i32>>(conn)?.unwrap_or(0) + 1;
    diesel::insert_into(imports::table)
        .values((
            imports::user_id.eq(user.0),
            imports::id.eq(id.0),
            imports::number.eq(number),
            imports::kind.eq(kind),
            imports::file_name.eq(file_name),
            imports::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(Import { id, number })
}

/// Which of the account's imports this is.
///
/// # Errors
/// `NotFound`.
pub fn find_number(conn: &mut Conn, user: UserId, id: ImportId) -> Result<i32> {
    Ok(imports::table.find((user.0, id.0)).select(imports::number).first(conn)?)
}

/// Marks an import as undone.
///
/// # Errors
/// `NotFound`, also where it is undone already.
pub fn undo(conn: &mut Conn, user: UserId, id: ImportId, now: DateTime<Utc>) -> Result<()> {
    let standing = imports::table.find((user.0, id.0)).filter(imports::undone_at.is_null());
    one(diesel::update(standing).set(imports::undone_at.eq(now)).execute(conn)?)
}

/// Keeps what became of an import's rows.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, user: UserId, id: ImportId, report: &ImportReport) -> Result<()> {
    let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    one(diesel::update(imports::table.find((user.0, id.0)))
        .set((
            imports::imported.eq(count(report.imported)),
            imports::changed.eq(count(report.changed)),
            imports::duplicates.eq(count(report.duplicates)),
            imports::rejected.eq(count(report.rejected_total)),
            imports::first_date.eq(report.first_date),
            imports::last_date.eq(report.last_date),
        ))
        .execute(conn)?)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
struct Row {
    id: Uuid,
    file_name: Option<String>,
    kind: String,
    imported: i64,
    changed: i64,
    duplicates: i64,
    rejected: i64,
    first_date: Option<NaiveDate>,
    last_date: Option<NaiveDate>,
    created_at: DateTime<Utc>,
    undone_at: Option<DateTime<Utc>>,
}

fn file(row: Row) -> Result<ImportedFile> {
    Ok(ImportedFile {
        id: ImportId(row.id),
        file_name: row.file_name,
        kind: ImportKind::named(&row.kind).ok_or(Error::Damaged("kind"))?,
        imported: row.imported,
        changed: row.changed,
        duplicates: row.duplicates,
        rejected: row.rejected,
        first_date: row.first_date,
        last_date: row.last_date,
        created_at: row.created_at,
        undone_at: row.undone_at,
    })
}

/// One import of the account.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, id: ImportId) -> Result<ImportedFile> {
    file(imports::table.find((user.0, id.0)).select(Row::as_select()).first(conn)?)
}

/// Imports, newest first, that were made before the one `after`.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<ImportedFile>> {
    let mut query = imports::table.filter(imports::user_id.eq(user.0)).into_boxed();
    if let Some((at, id)) = after {
        query =
            query.filter(imports::created_at.lt(at).or(imports::created_at.eq(at).and(imports::id.lt(id))));
    }
    let query = query.order((imports::created_at.desc(), imports::id.desc())).limit(limit);
    query.select(Row::as_select()).load::<Row>(conn)?.into_iter().map(file).collect()
}

/// How many imports the account has made.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(imports::table.filter(imports::user_id.eq(user.0)).count().get_result(conn)?)
}

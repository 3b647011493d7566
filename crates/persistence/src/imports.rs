//! Files that were read.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;
use domain::ids::{ImportId, UserId};
use domain::imports::{Counts, FileKind, Import, ImportedFile};
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
    kind: FileKind,
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
            imports::kind.eq(kind.as_str()),
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
pub fn update(conn: &mut Conn, user: UserId, id: ImportId, counts: &Counts) -> Result<()> {
    let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    one(diesel::update(imports::table.find((user.0, id.0)))
        .set((
            imports::imported.eq(count(counts.imported)),
            imports::changed.eq(count(counts.changed)),
            imports::duplicates.eq(count(counts.duplicates)),
            imports::rejected.eq(count(counts.rejected)),
            imports::first_date.eq(counts.dates.map(|(first, _)| first)),
            imports::last_date.eq(counts.dates.map(|(_, last)| last)),
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
        kind: FileKind::named(&row.kind).ok_or(Error::Damaged("kind"))?,
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

fn selected(user: UserId, kinds: &[FileKind]) -> imports::BoxedQuery<'static, Pg> {
    let kinds: Vec<&'static str> = kinds.iter().map(|kind| kind.as_str()).collect();
    imports::table.filter(imports::user_id.eq(user.0)).filter(imports::kind.eq_any(kinds)).into_boxed()
}

/// One import of the account, of one of these kinds.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, id: ImportId, kinds: &[FileKind]) -> Result<ImportedFile> {
    file(selected(user, kinds).filter(imports::id.eq(id.0)).select(Row::as_select()).first(conn)?)
}

/// Imports of these kinds, newest first, that were made before the one `after`.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    kinds: &[FileKind],
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<ImportedFile>> {
    let mut query = selected(user, kinds);
    if let Some((at, id)) = after {
        query =
            query.filter(imports::created_at.lt(at).or(imports::created_at.eq(at).and(imports::id.lt(id))));
    }
    let query = query.order((imports::created_at.desc(), imports::id.desc())).limit(limit);
    query.select(Row::as_select()).load::<Row>(conn)?.into_iter().map(file).collect()
}

/// How many imports of these kinds the account has made.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, kinds: &[FileKind]) -> Result<i64> {
    Ok(selected(user, kinds).count().get_result(conn)?)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::consumption::{Amount, ConsumptionType, Record, Sort, Unit};
    use domain::ids::ConsumptionId;

    use super::*;
    use crate::consumption::{self, Filter, Kept};
    use crate::testing::{account, migrated, now};

    const KINDS: [FileKind; 3] = FileKind::CONSUMPTION;

    fn record(user: UserId, number: u32) -> Kept {
        let record = Record {
            user_id: user,
            id: ConsumptionId(Uuid::from_u128(number.into())),
            consumption_type: ConsumptionType::Gas,
            amount: Amount::of_thousandths(number.into()).unwrap(),
            unit: Unit::KWh,
            consumption_date: NaiveDate::from_ymd_opt(2026, 1, number).unwrap(),
            description: None,
            meter_id: None,
            import_id: None,
            estimated: number == 2,
            created_at: now(),
            updated_at: now(),
        };
        let canonical = record.canonical(domain::consumption::CALORIFIC_VALUE);
        (record, canonical)
    }

    #[test]
    fn imports_have_numbers_and_are_listed_newest_first() {
        let mut link = migrated();
        let (alice, bob) = (account(&mut link).user, account(&mut link).user);
        let conn = &mut link.conn;
        let ids: Vec<ImportId> = (0..3).map(|_| ImportId(Uuid::now_v7())).collect();
        for (place, id) in ids.iter().enumerate() {
            let import = insert(conn, alice, *id, FileKind::Records, Some("a file"), now()).unwrap();
            assert_eq!(usize::try_from(import.number).unwrap(), place + 1);
        }
        let first = list(conn, alice, &KINDS, None, 2).unwrap();
        assert_eq!(first.iter().map(|one| one.id).collect::<Vec<_>>(), [ids[2], ids[1]]);
        let after = (first[1].created_at, first[1].id.0);
        assert_eq!(list(conn, alice, &KINDS, Some(after), 2).unwrap()[0].id, ids[0]);
        assert_eq!((count(conn, alice, &KINDS).unwrap(), count(conn, bob, &KINDS).unwrap()), (3, 0));
        assert_eq!(find(conn, alice, ids[0], &KINDS).unwrap().file_name.as_deref(), Some("a file"));
        assert!(matches!(find(conn, bob, ids[0], &KINDS), Err(Error::NotFound)));
        assert!(matches!(find(conn, alice, ids[0], &FileKind::TIME), Err(Error::NotFound)));
        assert_eq!(count(conn, alice, &FileKind::TIME).unwrap(), 0);
        undo(conn, alice, ids[0], now()).unwrap();
        assert!(matches!(undo(conn, alice, ids[0], now()), Err(Error::NotFound)));
        assert_eq!(find(conn, alice, ids[0], &KINDS).unwrap().undone_at, Some(now()));
    }

    #[test]
    fn what_an_import_added_goes_and_may_come_again() {
        let mut link = migrated();
        let (alice, bob) = (account(&mut link).user, account(&mut link).user);
        let conn = &mut link.conn;
        let import = ImportId(Uuid::now_v7());
        consumption::insert_new(conn, alice, &[record(alice, 1)], None, now()).unwrap();
        let file = [record(alice, 1), record(alice, 2), record(alice, 3)];
        let new = consumption::insert_new(conn, alice, &file, Some(import), now()).unwrap();
        assert_eq!(new, HashSet::from([file[1].0.id, file[2].0.id]));
        consumption::insert_new(conn, bob, &[record(bob, 2)], Some(import), now()).unwrap();
        let listed = |conn: &mut Conn, user| {
            let mut found = vec![];
            let filter = Filter::default();
            consumption::each(conn, user, &filter, Sort::LargestFirst, |(record, _)| -> Result<()> {
                found.push((
                    record.consumption_date.to_string(),
                    record.import_id.is_some(),
                    record.estimated,
                ));
                Ok(())
            })
            .unwrap();
            found
        };
        let one = |day: u32, imported| (format!("2026-01-0{day}"), imported, day == 2);
        assert_eq!(listed(conn, alice), [one(3, true), one(2, true), one(1, false)]);
        let days = consumption::delete_imported(conn, alice, import).unwrap();
        let of = |record: &Kept| (record.0.consumption_type, record.0.consumption_date);
        assert_eq!(days, HashSet::from([of(&file[1]), of(&file[2])]));
        assert_eq!((listed(conn, alice), listed(conn, bob)), (vec![one(1, false)], vec![one(2, true)]));
        assert_eq!(consumption::insert_new(conn, alice, &file, Some(import), now()).unwrap().len(), 2);
        // Who stops in the middle leaves the connection as it was.
        let stopped = consumption::each(conn, alice, &Filter::default(), Sort::OldestFirst, |_| {
            Err(Error::Damaged(""))
        });
        assert!(matches!(stopped, Err(Error::Damaged(_))));
        assert_eq!(listed(conn, bob).len(), 1);
    }
}

//! Time entries. Whoever writes holds the lock of the account, so that what is read here stays true until the transaction
//! ends.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::dsl::not;
use diesel::pg::Pg;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz};
use domain::ids::{ImportId, ProjectId, TimeEntryId, UserId};
use domain::numbers::Seconds;
use domain::time_entries::{LONGEST, TimeEntry};
use uuid::Uuid;

use crate::error::one;
use crate::schema::{time_entries, time_entries_deleted};
use crate::{Conn, Error, Result};

pub mod days;

type Id = diesel::sql_types::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = time_entries)]
struct Row {
    user_id: Uuid,
    id: Uuid,
    project_id: Option<Uuid>,
    description: Option<String>,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    tags: Vec<String>,
    billable: bool,
    import_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// How long it is has to be [`TimeEntry::measured`].
impl From<Row> for TimeEntry {
    fn from(row: Row) -> TimeEntry {
        TimeEntry {
            id: TimeEntryId(row.id),
            user_id: UserId(row.user_id),
            project_id: row.project_id.map(ProjectId),
            description: row.description,
            start_time: row.started_at,
            end_time: row.ended_at,
            duration_minutes: 0,
            duration_seconds: Seconds(0),
            tags: row.tags,
            billable: row.billable,
            created_at: row.created_at,
            updated_at: row.updated_at,
            warnings: vec![],
            import_id: row.import_id.map(ImportId),
        }
    }
}

/// Adds an entry; an `exclusive` one overlaps no other of that kind.
///
/// # Errors
/// `Constraint`: `time_entries_running_key…` beside one that runs, `time_entries_overlap_excl…`,
/// `time_entries_project_fkey…` of a project that is not the account's.
pub fn insert(conn: &mut Conn, entry: &TimeEntry, exclusive: bool) -> Result<()> {
    diesel::insert_into(time_entries::table)
        .values((
            time_entries::user_id.eq(entry.user_id.0),
            time_entries::id.eq(entry.id.0),
            time_entries::project_id.eq(entry.project_id.map(|id| id.0)),
            time_entries::description.eq(&entry.description),
            time_entries::started_at.eq(entry.start_time),
            time_entries::ended_at.eq(entry.end_time),
            time_entries::tags.eq(&entry.tags),
            time_entries::billable.eq(entry.billable),
            time_entries::exclusive.eq(exclusive),
            time_entries::import_id.eq(entry.import_id.map(|id| id.0)),
            time_entries::created_at.eq(entry.created_at),
            time_entries::updated_at.eq(entry.updated_at),
        ))
        .execute(conn)?;
    Ok(())
}

statement! {
    InsertNew {
        user: Uuid => Id,
        import: Option<Uuid> => Nullable<Id>,
        exclusive: bool => Bool,
        ids: [Uuid] => Array<Id>,
        projects: [Option<Uuid>] => Array<Nullable<Id>>,
        descriptions: [Option<&'a str>] => Array<Nullable<Text>>,
        starts: [DateTime<Utc>] => Array<Timestamptz>,
        ends: [Option<DateTime<Utc>>] => Array<Nullable<Timestamptz>>,
        tags: [String] => Array<Text>,
        billable: [bool] => Array<Bool>,
        created: [DateTime<Utc>] => Array<Timestamptz>,
    } -> Id {
        "INSERT INTO time_entries (user_id, id, project_id, description, started_at, ended_at, tags, billable, exclusive, \
                                   import_id, created_at, updated_at) \
         SELECT u.user_id, r.id, r.project_id, r.description, r.started_at, r.ended_at, string_to_array(r.tags, ','), \
                r.billable, u.exclusive, u.import_id, r.created_at, r.created_at \
         FROM (SELECT ?::uuid AS user_id, ?::uuid AS import_id, ?::boolean AS exclusive) u \
              CROSS JOIN unnest(?::uuid[], ?::uuid[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::text[], ?::boolean[], \
                                ?::timestamptz[]) \
                AS r (id, project_id, description, started_at, ended_at, tags, billable, created_at) \
         ON CONFLICT DO NOTHING RETURNING id"
    }
}

/// Adds those of these entries of one account that can be: neither those whose ids are there, nor exclusive ones that
/// overlap another, there or before them in the list; `import` is the file that said them. Tells which were added.
///
/// # Errors
/// `Unavailable`.
pub fn insert_new(
    conn: &mut Conn,
    user: UserId,
    entries: &[TimeEntry],
    import: Option<ImportId>,
    exclusive: bool,
) -> Result<HashSet<TimeEntryId>> {
    let insert = InsertNew {
        user: &user.0,
        import: &import.map(Into::into),
        exclusive: &exclusive,
        ids: &entries.iter().map(|entry| entry.id.0).collect::<Vec<_>>(),
        projects: &entries.iter().map(|entry| entry.project_id.map(|id| id.0)).collect::<Vec<_>>(),
        descriptions: &entries.iter().map(|entry| entry.description.as_deref()).collect::<Vec<_>>(),
        starts: &entries.iter().map(|entry| entry.start_time).collect::<Vec<_>>(),
        ends: &entries.iter().map(|entry| entry.end_time).collect::<Vec<_>>(),
        // No tag has a comma.
        tags: &entries.iter().map(|entry| entry.tags.join(",")).collect::<Vec<_>>(),
        billable: &entries.iter().map(|entry| entry.billable).collect::<Vec<_>>(),
        created: &entries.iter().map(|entry| entry.created_at).collect::<Vec<_>>(),
    };
    Ok(insert.load::<Uuid>(conn)?.into_iter().map(TimeEntryId).collect())
}

/// One entry of the account.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, id: TimeEntryId) -> Result<TimeEntry> {
    Ok(time_entries::table.find((user.0, id.0)).select(Row::as_select()).first(conn)?.into())
}

/// The entry that runs.
///
/// # Errors
/// `NotFound`.
pub fn find_running(conn: &mut Conn, user: UserId) -> Result<TimeEntry> {
    let running =
        time_entries::table.filter(time_entries::user_id.eq(user.0)).filter(time_entries::ended_at.is_null());
    Ok(running.select(Row::as_select()).first(conn)?.into())
}

// Each id is looked up by itself, however empty PostgreSQL takes the table for.
statement! {
    ListKnown { ids: [Uuid] => Array<Id>, user: Uuid => Id } -> Id {
        "SELECT i.id FROM unnest(?::uuid[]) AS i (id) CROSS JOIN LATERAL ( \
           SELECT FROM time_entries t WHERE t.user_id = ? AND t.id = i.id OFFSET 0) r"
    }
}

/// Those of these ids that are of an entry.
///
/// # Errors
/// `Unavailable`.
pub fn list_known(conn: &mut Conn, user: UserId, ids: &[TimeEntryId]) -> Result<HashSet<TimeEntryId>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let known = ListKnown { ids: &ids, user: &user.0 }.load::<Uuid>(conn)?;
    Ok(known.into_iter().map(TimeEntryId).collect())
}

statement! {
    ListDeleted { ids: [Uuid] => Array<Id>, user: Uuid => Id } -> Id {
        "SELECT i.id FROM unnest(?::uuid[]) AS i (id) CROSS JOIN LATERAL ( \
           SELECT FROM time_entries_deleted d WHERE d.user_id = ? AND d.id = i.id OFFSET 0) r"
    }
}

/// Those of these ids that are of an entry that is gone.
///
/// # Errors
/// `Unavailable`.
pub fn list_deleted(conn: &mut Conn, user: UserId, ids: &[TimeEntryId]) -> Result<HashSet<TimeEntryId>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let gone = ListDeleted { ids: &ids, user: &user.0 }.load::<Uuid>(conn)?;
    Ok(gone.into_iter().map(TimeEntryId).collect())
}

/// Entries that overlap this one, the earliest first; one that runs has no end.
///
/// # Errors
/// `Unavailable`.
pub fn list_overlaps(conn: &mut Conn, entry: &TimeEntry, limit: i64) -> Result<Vec<TimeEntryId>> {
    let from = entry.start_time;
    let to = entry.end_time.unwrap_or(DateTime::<Utc>::MAX_UTC);
    if to <= from {
        return Ok(vec![]);
    }
    let others = || {
        time_entries::table
            .filter(time_entries::user_id.eq(entry.user_id.0))
            .filter(time_entries::id.ne(entry.id.0))
            .filter(time_entries::started_at.lt(to))
    };
    let mut found = others()
        .filter(time_entries::started_at.gt(from - LONGEST))
        .filter(time_entries::ended_at.gt(from))
        .filter(time_entries::ended_at.gt(time_entries::started_at.nullable()))
        .order((time_entries::started_at, time_entries::id))
        .limit(limit)
        .select(time_entries::id)
        .load::<Uuid>(conn)?;
    let running = others().filter(time_entries::ended_at.is_null()).select(time_entries::id);
    found.extend(running.load::<Uuid>(conn)?);
    Ok(found.into_iter().map(TimeEntryId).collect())
}

/// Keeps an entry as it is now.
///
/// # Errors
/// `NotFound`; `Constraint` as of [`insert`].
pub fn update(conn: &mut Conn, entry: &TimeEntry) -> Result<()> {
    one(diesel::update(time_entries::table.find((entry.user_id.0, entry.id.0)))
        .set((
            time_entries::project_id.eq(entry.project_id.map(|id| id.0)),
            time_entries::description.eq(&entry.description),
            time_entries::started_at.eq(entry.start_time),
            time_entries::ended_at.eq(entry.end_time),
            time_entries::tags.eq(&entry.tags),
            time_entries::billable.eq(entry.billable),
            time_entries::updated_at.eq(entry.updated_at),
        ))
        .execute(conn)?)
}

/// Makes all entries exclusive, or none.
///
/// # Errors
/// `Constraint("time_entries_overlap_excl…")` where some overlap.
pub fn update_exclusive(conn: &mut Conn, user: UserId, exclusive: bool) -> Result<()> {
    let others = time_entries::table
        .filter(time_entries::user_id.eq(user.0))
        .filter(time_entries::exclusive.ne(exclusive));
    diesel::update(others).set(time_entries::exclusive.eq(exclusive)).execute(conn)?;
    Ok(())
}

/// Gives the entries of a project to another, or to none. Gives when they began.
///
/// # Errors
/// `Constraint("time_entries_project_fkey…")` for a project that is not the account's.
pub fn move_all(
    conn: &mut Conn,
    user: UserId,
    project: ProjectId,
    to: Option<ProjectId>,
    now: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>> {
    let entries = time_entries::table
        .filter(time_entries::user_id.eq(user.0))
        .filter(time_entries::project_id.eq(project.0));
    Ok(diesel::update(entries)
        .set((time_entries::project_id.eq(to.map(|id| id.0)), time_entries::updated_at.eq(now)))
        .returning(time_entries::started_at)
        .load(conn)?)
}

/// Deletes an entry; its id is remembered.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, user: UserId, id: TimeEntryId, now: DateTime<Utc>) -> Result<()> {
    one(diesel::delete(time_entries::table.find((user.0, id.0))).execute(conn)?)?;
    diesel::insert_into(time_entries_deleted::table)
        .values((
            time_entries_deleted::user_id.eq(user.0),
            time_entries_deleted::id.eq(id.0),
            time_entries_deleted::deleted_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// Deletes the entries that an import added, however they have changed since, and gives when they began. Their ids are
/// not remembered: the same file may bring them back.
///
/// # Errors
/// `Unavailable`.
pub fn delete_imported(conn: &mut Conn, user: UserId, import: ImportId) -> Result<Vec<DateTime<Utc>>> {
    let added = time_entries::table
        .filter(time_entries::user_id.eq(user.0))
        .filter(time_entries::import_id.eq(import.0));
    Ok(diesel::delete(added).returning(time_entries::started_at).load(conn)?)
}

/// Which entries: those that began in `from <= t < to`.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// From when.
    pub from: Option<DateTime<Utc>>,
    /// Until when.
    pub to: Option<DateTime<Utc>>,
    /// Of this project.
    pub project: Option<ProjectId>,
    /// With this tag.
    pub tag: Option<String>,
    /// Billable, or not.
    pub billable: Option<bool>,
    /// Running, or not.
    pub running: Option<bool>,
}

/// Where in a list an entry stands.
pub type Place = (DateTime<Utc>, TimeEntryId);

fn selected(user: UserId, filter: &Filter) -> time_entries::BoxedQuery<'static, Pg> {
    let mut entries = time_entries::table.filter(time_entries::user_id.eq(user.0)).into_boxed();
    if let Some(from) = filter.from {
        entries = entries.filter(time_entries::started_at.ge(from));
    }
    if let Some(to) = filter.to {
        entries = entries.filter(time_entries::started_at.lt(to));
    }
    if let Some(project) = filter.project {
        entries = entries.filter(time_entries::project_id.eq(project.0));
    }
    if let Some(tag) = &filter.tag {
        entries = entries.filter(time_entries::tags.contains(vec![tag.clone()]));
    }
    if let Some(billable) = filter.billable {
        entries = entries.filter(time_entries::billable.eq(billable));
    }
    match filter.running {
        Some(true) => entries.filter(time_entries::ended_at.is_null()),
        Some(false) => entries.filter(not(time_entries::ended_at.is_null())),
        None => entries,
    }
}

/// Entries after `after`, newest first.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<TimeEntry>> {
    use time_entries::{id, started_at};
    let mut entries = selected(user, filter);
    if let Some((at, last)) = after {
        entries = entries
            .filter(started_at.le(at))
            .filter(started_at.lt(at).or(started_at.eq(at).and(id.lt(last.0))));
    }
    let entries = entries.order((started_at.desc(), id.desc())).limit(limit).select(Row::as_select());
    Ok(entries.load::<Row>(conn)?.into_iter().map(Into::into).collect())
}

/// Hands on entries, the earliest first, as they were when the first was asked for.
///
/// # Errors
/// `Unavailable`; those of `each`.
pub fn each<E: From<Error>>(
    conn: &mut Conn,
    user: UserId,
    filter: &Filter,
    mut each: impl FnMut(TimeEntry) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let entries = selected(user, filter).order((time_entries::started_at, time_entries::id));
    let rows = entries.select(Row::as_select());
    let rows = rows.load_iter::<Row, PgRowByRowLoadingMode>(conn).map_err(Error::from)?;
    for row in rows {
        each(row.map_err(Error::from)?.into())?;
    }
    Ok(())
}

/// How many entries `filter` selects.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, filter: &Filter) -> Result<i64> {
    Ok(selected(user, filter).count().get_result(conn)?)
}

#[cfg(test)]
mod tests;

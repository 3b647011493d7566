//! Projects.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use domain::ids::{ImportId, ProjectId, UserId};
use domain::numbers::Seconds;
use domain::projects::Project;
use uuid::Uuid;

use crate::consumption::decimals::{amount_of, decimal_of};
use crate::error::one;
use crate::schema::{projects, time_entries};
use crate::{Conn, Result};

#[derive(Queryable, Selectable)]
#[diesel(table_name = projects)]
struct Row {
    user_id: Uuid,
    id: Uuid,
    title: String,
    description: Option<String>,
    client: Option<String>,
    color: Option<String>,
    hourly_rate: Option<BigDecimal>,
    archived: bool,
    import_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What its entries add up to is not known here.
fn project(row: Row) -> Result<Project> {
    Ok(Project {
        id: ProjectId(row.id),
        owner_id: UserId(row.user_id),
        title: row.title,
        description: row.description,
        client: row.client,
        color: row.color,
        hourly_rate: row.hourly_rate.as_ref().map(amount_of).transpose()?,
        archived: row.archived,
        total_seconds: Seconds(0),
        entry_count: 0,
        created_at: row.created_at,
        updated_at: row.updated_at,
        import_id: row.import_id.map(ImportId),
    })
}

/// Adds a project.
///
/// # Errors
/// `Unavailable`.
pub fn insert(conn: &mut Conn, project: &Project) -> Result<()> {
    diesel::insert_into(projects::table)
        .values((
            projects::user_id.eq(project.owner_id.0),
            projects::id.eq(project.id.0),
            projects::title.eq(&project.title),
            projects::description.eq(&project.description),
            projects::client.eq(&project.client),
            projects::color.eq(&project.color),
            projects::hourly_rate.eq(project.hourly_rate.map(decimal_of)),
            projects::archived.eq(project.archived),
            projects::import_id.eq(project.import_id.map(|id| id.0)),
            projects::created_at.eq(project.created_at),
            projects::updated_at.eq(project.updated_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// One project of the account.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, id: ProjectId) -> Result<Project> {
    project(projects::table.find((user.0, id.0)).select(Row::as_select()).first(conn)?)
}

/// Keeps a project as it is now.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, project: &Project) -> Result<()> {
    one(diesel::update(projects::table.find((project.owner_id.0, project.id.0)))
        .set((
            projects::title.eq(&project.title),
            projects::description.eq(&project.description),
            projects::client.eq(&project.client),
            projects::color.eq(&project.color),
            projects::hourly_rate.eq(project.hourly_rate.map(decimal_of)),
            projects::archived.eq(project.archived),
            projects::import_id.eq(project.import_id.map(|id| id.0)),
            projects::updated_at.eq(project.updated_at),
        ))
        .execute(conn)?)
}

/// Deletes a project that has no entries.
///
/// # Errors
/// `NotFound`; `Constraint("time_entries_project_fkey…")` where it has some.
pub fn delete(conn: &mut Conn, user: UserId, id: ProjectId) -> Result<()> {
    one(diesel::delete(projects::table.find((user.0, id.0))).execute(conn)?)
}

fn selected(user: UserId, archived: Option<bool>) -> projects::BoxedQuery<'static, Pg> {
    let rows = projects::table.filter(projects::user_id.eq(user.0)).into_boxed();
    match archived {
        Some(archived) => rows.filter(projects::archived.eq(archived)),
        None => rows,
    }
}

/// Projects, newest first, that were made before the one `after`.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    archived: Option<bool>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Project>> {
    let mut query = selected(user, archived);
    if let Some((at, id)) = after {
        let before = projects::created_at.lt(at);
        query = query.filter(before.or(projects::created_at.eq(at).and(projects::id.lt(id))));
    }
    let query = query.order((projects::created_at.desc(), projects::id.desc())).limit(limit);
    query.select(Row::as_select()).load::<Row>(conn)?.into_iter().map(project).collect()
}

/// All projects of the account, oldest first.
///
/// # Errors
/// `Unavailable`.
pub fn list_all(conn: &mut Conn, user: UserId) -> Result<Vec<Project>> {
    let query = selected(user, None).order((projects::created_at, projects::id));
    query.select(Row::as_select()).load::<Row>(conn)?.into_iter().map(project).collect()
}

/// How many there are.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, archived: Option<bool>) -> Result<i64> {
    Ok(selected(user, archived).count().get_result(conn)?)
}

/// Deletes the projects that an import made, but for those that have entries.
///
/// # Errors
/// `Unavailable`.
pub fn delete_imported(conn: &mut Conn, user: UserId, import: ImportId) -> Result<()> {
    let entries = time_entries::table
        .filter(time_entries::user_id.eq(projects::user_id))
        .filter(time_entries::project_id.eq(projects::id.nullable()));
    let made = projects::table
        .filter(projects::user_id.eq(user.0))
        .filter(projects::import_id.eq(import.0))
        .filter(diesel::dsl::not(diesel::dsl::exists(entries)));
    diesel::delete(made).execute(conn)?;
    Ok(())
}

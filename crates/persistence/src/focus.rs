//! Focus sessions. Whoever writes holds the lock of the account ([`totals::lock`]), so that what is read here stays
//! true until the transaction ends.

use chrono::{DateTime, Duration, Utc};
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Int2, Int4, Nullable, Text, Timestamptz};
use domain::focus::xp::Span;
use domain::focus::{FocusSession, LONGEST_MIN};
use domain::garden::Growth;
use domain::ids::{FocusSessionId, UserId};
use uuid::Uuid;

use crate::error::one;
use crate::schema::focus_sessions;
use crate::{Conn, Error, Result};

pub mod days;
pub mod totals;

type Id = diesel::sql_types::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = focus_sessions)]
struct Row {
    user_id: Uuid,
    id: Uuid,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    duration_min: Option<i32>,
    label: Option<String>,
    outcome: String,
    focus_min: i32,
    created_at: DateTime<Utc>,
}

impl From<Row> for FocusSession {
    fn from(row: Row) -> FocusSession {
        FocusSession {
            id: FocusSessionId(row.id),
            user_id: UserId(row.user_id),
            duration_min: row.duration_min,
            label: row.label,
            completed: row.outcome == "completed",
            abandoned: row.outcome == "abandoned",
            created_at: row.created_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            focus_min: row.focus_min,
        }
    }
}

/// Adds a session, unless its id or its times are another's, or it would run beside another. Says whether it did.
///
/// # Errors
/// `Unavailable`.
pub fn insert(conn: &mut Conn, session: &FocusSession) -> Result<bool> {
    let inserted = diesel::insert_into(focus_sessions::table)
        .values((
            focus_sessions::user_id.eq(session.user_id.0),
            focus_sessions::id.eq(session.id.0),
            focus_sessions::started_at.eq(session.started_at),
            focus_sessions::ended_at.eq(session.ended_at),
            focus_sessions::duration_min.eq(session.duration_min),
            focus_sessions::label.eq(&session.label),
            focus_sessions::outcome.eq(session.outcome().as_str()),
            focus_sessions::focus_min.eq(session.focus_min),
            focus_sessions::created_at.eq(session.created_at),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

/// One session of the account.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, id: FocusSessionId) -> Result<FocusSession> {
    Ok(focus_sessions::table.find((user.0, id.0)).select(Row::as_select()).first(conn)?.into())
}

/// The session that runs.
///
/// # Errors
/// `NotFound`.
pub fn find_running(conn: &mut Conn, user: UserId) -> Result<FocusSession> {
    let running = focus_sessions::table
        .filter(focus_sessions::user_id.eq(user.0))
        .filter(focus_sessions::ended_at.is_null());
    Ok(running.select(Row::as_select()).first(conn)?.into())
}

/// The session that began and ended then.
///
/// # Errors
/// `NotFound`.
pub fn find_at(
    conn: &mut Conn,
    user: UserId,
    started_at: DateTime<Utc>,
    ended_at: DateTime<Utc>,
) -> Result<FocusSession> {
    let same = focus_sessions::table
        .filter(focus_sessions::user_id.eq(user.0))
        .filter(focus_sessions::started_at.eq(started_at))
        .filter(focus_sessions::ended_at.eq(ended_at));
    Ok(same.select(Row::as_select()).first(conn)?.into())
}

/// Keeps what became of a session, and its label.
///
/// # Errors
/// `NotFound`; `Constraint("focus_sessions_time_key…")` where another has the same times.
pub fn update(conn: &mut Conn, session: &FocusSession) -> Result<()> {
    one(diesel::update(focus_sessions::table.find((session.user_id.0, session.id.0)))
        .set((
            focus_sessions::ended_at.eq(session.ended_at),
            focus_sessions::outcome.eq(session.outcome().as_str()),
            focus_sessions::focus_min.eq(session.focus_min),
            focus_sessions::label.eq(&session.label),
        ))
        .execute(conn)?)
}

statement! {
    End {
        stage: i16 => Int2,
        withered: bool => Bool,
        user: Uuid => Id,
        session: Uuid => Id,
        ended_at: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        outcome: str => Text,
        focus_min: i32 => Int4,
        label: Option<String> => Nullable<Text>,
        same_user: Uuid => Id,
        id: Uuid => Id,
    } -> () {
        "WITH plant AS ( \
           UPDATE garden SET growth_stage = greatest(growth_stage, ?), withered = ? WHERE user_id = ? AND session_id = ?) \
         UPDATE focus_sessions SET ended_at = ?, outcome = ?, focus_min = ?, label = ? WHERE user_id = ? AND id = ?"
    }
}

/// The same of a session that has just ended, and what its plant has grown to, in one trip to the database.
///
/// # Errors
/// `NotFound`; `Constraint("focus_sessions_time_key…")` where another has the same times.
pub fn end(conn: &mut Conn, session: &FocusSession, Growth { stage, withered }: Growth) -> Result<()> {
    let (user, id) = (&session.user_id.0, &session.id.0);
    let end = End {
        stage: &stage,
        withered: &withered,
        user,
        session: id,
        ended_at: &session.ended_at,
        outcome: session.outcome().as_str(),
        focus_min: &session.focus_min,
        label: &session.label,
        same_user: user,
        id,
    };
    one(end.execute(conn)?)
}

/// Deletes a session, and its plant with it.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, user: UserId, id: FocusSessionId) -> Result<()> {
    one(diesel::delete(focus_sessions::table.find((user.0, id.0))).execute(conn)?)
}

/// Which sessions: those that started in `from <= t < to`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// From when.
    pub from: Option<DateTime<Utc>>,
    /// Until when.
    pub to: Option<DateTime<Utc>>,
    /// Seen through, or not.
    pub completed: Option<bool>,
}

/// Where in the list a session stands.
pub type Place = (DateTime<Utc>, FocusSessionId);

fn selected(user: UserId, filter: &Filter) -> focus_sessions::BoxedQuery<'static, Pg> {
    let mut sessions = focus_sessions::table.filter(focus_sessions::user_id.eq(user.0)).into_boxed();
    if let Some(from) = filter.from {
        sessions = sessions.filter(focus_sessions::started_at.ge(from));
    }
    if let Some(to) = filter.to {
        sessions = sessions.filter(focus_sessions::started_at.lt(to));
    }
    match filter.completed {
        Some(true) => sessions.filter(focus_sessions::outcome.eq("completed")),
        Some(false) => sessions.filter(focus_sessions::outcome.ne("completed")),
        None => sessions,
    }
}

/// Sessions after `after`, newest first.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<FocusSession>> {
    let mut sessions = selected(user, filter);
    if let Some((started_at, id)) = after {
        let same = focus_sessions::started_at.eq(started_at).and(focus_sessions::id.lt(id.0));
        sessions = sessions
            .filter(focus_sessions::started_at.le(started_at))
            .filter(focus_sessions::started_at.lt(started_at).or(same));
    }
    let rows = sessions
        .order((focus_sessions::started_at.desc(), focus_sessions::id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(FocusSession::from).collect())
}

/// Hands on sessions, oldest first, as they were when the first was asked for.
///
/// # Errors
/// `Unavailable`; those of `each`.
pub fn each<E: From<Error>>(
    conn: &mut Conn,
    user: UserId,
    mut each: impl FnMut(FocusSession) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let sessions = selected(user, &Filter::default()).order((focus_sessions::started_at, focus_sessions::id));
    let rows = sessions.select(Row::as_select());
    for row in rows.load_iter::<Row, PgRowByRowLoadingMode>(conn).map_err(Error::from)? {
        each(row.map_err(Error::from)?.into())?;
    }
    Ok(())
}

/// How many sessions `filter` selects.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, filter: &Filter) -> Result<i64> {
    Ok(selected(user, filter).count().get_result(conn)?)
}

/// When each completed session of `filter` started, and its minutes.
///
/// # Errors
/// `Unavailable`.
pub fn list_starts(conn: &mut Conn, user: UserId, filter: &Filter) -> Result<Vec<(DateTime<Utc>, i64)>> {
    let rows = selected(user, &Filter { completed: Some(true), ..*filter })
        .select((focus_sessions::started_at, focus_sessions::focus_min))
        .load::<(DateTime<Utc>, i32)>(conn)?;
    Ok(rows.into_iter().map(|(at, minutes)| (at, minutes.into())).collect())
}

/// The time that counts of completed sessions that have some in `from <= t < to`.
///
/// # Errors
/// `Unavailable`.
pub fn list_spans(
    conn: &mut Conn,
    user: UserId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Span>> {
    // What reaches in began so long before at the earliest: no session counts for longer.
    let earliest = from.checked_sub_signed(Duration::minutes(LONGEST_MIN.into())).unwrap_or(from);
    let rows = selected(user, &Filter { from: Some(earliest), to: Some(to), completed: Some(true) })
        .filter(focus_sessions::ended_at.gt(from))
        .select(Row::as_select())
        .load::<Row>(conn)?;
    let spans = rows.into_iter().map(|row| {
        let to = row.ended_at.unwrap_or(row.started_at);
        FocusSession::from(row).span(to)
    });
    Ok(spans.filter(|span| span.to > from).collect())
}

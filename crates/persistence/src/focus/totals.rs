//! What somebody's focus adds up to, and why they have their points.

use chrono::NaiveDate;
use diesel::sql_types::{BigInt, Date, Text};
use domain::days::Day;
use domain::focus::stats::Totals;
use domain::focus::streaks::Streaks;

use super::*;
use crate::schema::{focus_totals, xp_ledger};

/// Why points were given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A session was completed.
    Completed,
    /// A completed session was deleted.
    Deleted,
}

impl Reason {
    fn as_str(self) -> &'static str {
        match self {
            Reason::Completed => "session_completed",
            Reason::Deleted => "session_deleted",
        }
    }
}

/// What a session that has just been completed or deleted changes.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// Whose it is.
    pub user: UserId,
    /// The session.
    pub session: FocusSessionId,
    /// What happened to it.
    pub reason: Reason,
    /// Points given, or taken where below zero.
    pub xp: i64,
    /// Minutes more, or fewer where below zero.
    pub focus_min: i64,
    /// One more, or one fewer.
    pub sessions: i64,
}

statement! {
    Settle {
        user: Uuid => Id,
        reason: str => Text,
        session: Uuid => Id,
        points: i32 => Int4,
        now: DateTime<Utc> => Timestamptz,
        of_day: Uuid => Id,
        date: NaiveDate => Date,
        in_sessions: Uuid => Id,
        from: DateTime<Utc> => Timestamptz,
        to: DateTime<Utc> => Timestamptz,
        of_totals: Uuid => Id,
        xp: i64 => BigInt,
        focus_min: i64 => BigInt,
        sessions: i64 => BigInt,
        updated_at: DateTime<Utc> => Timestamptz,
    } -> BigInt {
        "WITH ledger AS ( \
           INSERT INTO xp_ledger (user_id, reason, source_id, xp, created_at) VALUES (?, ?, ?, ?, ?)), \
         day AS ( \
           INSERT INTO focus_days (user_id, date, focus_min, sessions) \
           SELECT ?::uuid, ?, sum(focus_min), count(*) FROM focus_sessions \
           WHERE user_id = ? AND outcome = 'completed' AND started_at >= ? AND started_at < ? HAVING count(*) > 0 \
           ON CONFLICT (user_id, date) DO UPDATE SET focus_min = excluded.focus_min, sessions = excluded.sessions \
           RETURNING sessions), \
         totals AS ( \
           INSERT INTO focus_totals AS t (user_id, xp_points, focus_min, sessions, best_streak, last_streak, updated_at) \
           VALUES (?, ?, ?, ?, 0, 0, ?) \
           ON CONFLICT (user_id) DO UPDATE SET xp_points = t.xp_points + excluded.xp_points, \
             focus_min = t.focus_min + excluded.focus_min, sessions = t.sessions + excluded.sessions, \
             updated_at = excluded.updated_at) \
         SELECT coalesce(max(sessions), 0)::bigint FROM day"
    }
}

/// Writes `change` into the ledger, counts its `day` anew and adds to the totals, in one trip to the database. Says how
/// many sessions the day has now. A day that has none is to be deleted ([`days::delete`]).
///
/// # Errors
/// `Constraint("xp_ledger_pkey…")`: it has been written before.
pub fn settle(conn: &mut Conn, change: &Change, day: &Day, now: DateTime<Utc>) -> Result<i64> {
    let Change { user, session, reason, xp, focus_min, sessions } = change;
    let settle = Settle {
        user: &user.0,
        reason: reason.as_str(),
        session: &session.0,
        points: &i32::try_from(*xp).map_err(|_| Error::Damaged("xp"))?,
        now: &now,
        of_day: &user.0,
        date: &day.date,
        in_sessions: &user.0,
        from: &day.from,
        to: &day.to,
        of_totals: &user.0,
        xp,
        focus_min,
        sessions,
        updated_at: &now,
    };
    Ok(settle.get_result(conn)?)
}

/// Whether a session of this id was completed once and deleted since.
///
/// # Errors
/// `Unavailable`.
pub fn was_deleted(conn: &mut Conn, user: UserId, session: FocusSessionId) -> Result<bool> {
    let entry = xp_ledger::table.find((user.0, Reason::Deleted.as_str(), session.0));
    Ok(diesel::select(diesel::dsl::exists(entry)).get_result(conn)?)
}

/// What the ledger adds up to.
///
/// # Errors
/// `Unavailable`.
pub fn sum_xp(conn: &mut Conn, user: UserId) -> Result<i64> {
    let entries = xp_ledger::table.filter(xp_ledger::user_id.eq(user.0));
    Ok(entries.select(diesel::dsl::sum(xp_ledger::xp)).get_result::<Option<i64>>(conn)?.unwrap_or(0))
}

/// What is kept of the account; nothing before its first completed session.
///
/// # Errors
/// `Unavailable`.
pub fn find(conn: &mut Conn, user: UserId) -> Result<Totals> {
    let row = focus_totals::table
        .find(user.0)
        .select((
            focus_totals::xp_points,
            focus_totals::focus_min,
            focus_totals::sessions,
            focus_totals::best_streak,
            focus_totals::last_streak,
            focus_totals::last_date,
            focus_totals::updated_at,
        ))
        .first::<(i64, i64, i64, i32, i32, Option<NaiveDate>, DateTime<Utc>)>(conn)
        .optional()?;
    let Some((xp_points, focus_min, sessions, best, last, last_date, updated_at)) = row else {
        return Ok(Totals::default());
    };
    let streaks = Streaks { best, last, last_date };
    Ok(Totals { xp_points, focus_min, sessions, streaks, updated_at: Some(updated_at) })
}

/// Keeps the runs of days of an account that has had a completed session.
///
/// # Errors
/// `Unavailable`.
pub fn update_streaks(conn: &mut Conn, user: UserId, streaks: &Streaks) -> Result<()> {
    diesel::update(focus_totals::table.find(user.0))
        .set((
            focus_totals::best_streak.eq(streaks.best),
            focus_totals::last_streak.eq(streaks.last),
            focus_totals::last_date.eq(streaks.last_date),
        ))
        .execute(conn)?;
    Ok(())
}

//! What somebody's focus adds up to, and why they have their points.

use chrono::NaiveDate;
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

/// Writes into the ledger what `session` gave or took.
///
/// # Errors
/// `Constraint("xp_ledger_pkey…")`: it has been written before.
pub fn insert_xp(
    conn: &mut Conn,
    user: UserId,
    reason: Reason,
    session: FocusSessionId,
    xp: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(xp_ledger::table)
        .values((
            xp_ledger::user_id.eq(user.0),
            xp_ledger::reason.eq(reason.as_str()),
            xp_ledger::source_id.eq(session.0),
            xp_ledger::xp.eq(i32::try_from(xp).map_err(|_| Error::Damaged("xp"))?),
            xp_ledger::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
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

/// Keeps what the account's focus adds up to.
///
/// # Errors
/// `Unavailable`.
pub fn upsert(conn: &mut Conn, user: UserId, totals: &Totals, now: DateTime<Utc>) -> Result<()> {
    let kept = (
        focus_totals::xp_points.eq(totals.xp_points),
        focus_totals::focus_min.eq(totals.focus_min),
        focus_totals::sessions.eq(totals.sessions),
        focus_totals::best_streak.eq(totals.streaks.best),
        focus_totals::last_streak.eq(totals.streaks.last),
        focus_totals::last_date.eq(totals.streaks.last_date),
        focus_totals::updated_at.eq(now),
    );
    diesel::insert_into(focus_totals::table)
        .values((focus_totals::user_id.eq(user.0), kept))
        .on_conflict(focus_totals::user_id)
        .do_update()
        .set(kept)
        .execute(conn)?;
    Ok(())
}

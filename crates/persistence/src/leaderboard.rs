//! Standings of the leaderboards, what they add up to, and whose are due.
//!
//! All but [`note`] is the system's scope. Whoever changes standings holds the row of `focus_summary` ([`lock`]) before
//! reading what they are derived from, so that one change follows another and none is made from what is older.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Int2, Jsonb, Nullable, Text};
use domain::accounts::is_seen;
use domain::accounts::settings::Settings;
use domain::ids::UserId;
use domain::leaderboard::counts::{self, Changes};
use domain::leaderboard::{Board, FocusSummary, InPeriod, Period, Periods, Place, Standing};
use uuid::Uuid;

use crate::schema::{focus_summary, standing_counts, standings, standings_due};
use crate::{Conn, Result};

mod boards;
pub mod verify;

pub use boards::{Summary, count_above, find_summary, first};

type Id = diesel::sql_types::Uuid;

/// Says, in the transaction that changes what it is derived from, that somebody's standing is due.
///
/// # Errors
/// `Unavailable`.
pub fn note(conn: &mut Conn, user: UserId, id: Uuid) -> Result<()> {
    diesel::insert_into(standings_due::table)
        .values((standings_due::user_id.eq(user.0), standings_due::id.eq(id)))
        .execute(conn)?;
    Ok(())
}

/// Lets nobody else change standings before the transaction ends. Gives the week and the month of the boards; nothing
/// where somebody else changes them and one does not `wait`.
///
/// # Errors
/// `Unavailable`.
pub fn lock(conn: &mut Conn, wait: bool) -> Result<Option<Periods>> {
    let row = focus_summary::table.find(true).select((focus_summary::month, focus_summary::week));
    let found: Option<(NaiveDate, NaiveDate)> = if wait {
        Some(row.for_update().first(conn)?)
    } else {
        row.for_update().skip_locked().first(conn).optional()?
    };
    Ok(found.map(|(month, week)| Periods { month, week }))
}

/// Another week or month begins: the counts of earlier ones go.
///
/// # Errors
/// `Unavailable`.
pub fn begin(conn: &mut Conn, periods: &Periods) -> Result<()> {
    diesel::update(focus_summary::table.find(true))
        .set((focus_summary::month.eq(periods.month), focus_summary::week.eq(periods.week)))
        .execute(conn)?;
    for (period, since) in [(Period::Month, periods.month), (Period::Week, periods.week)] {
        let names = [counts::name(Board::FocusTime, period), counts::name(Board::Sessions, period)];
        let over = standing_counts::table
            .filter(standing_counts::board.eq_any(names))
            .filter(standing_counts::since.lt(since));
        diesel::delete(over).execute(conn)?;
    }
    Ok(())
}

statement! {
    TakeDue { limit: i64 => BigInt } -> Id {
        "DELETE FROM standings_due d USING (SELECT user_id, id FROM standings_due ORDER BY user_id, id LIMIT ?) t \
         WHERE d.user_id = t.user_id AND d.id = t.id RETURNING d.user_id"
    }
}

/// Whose standings are due on the day `today`: of as many changes as `limit`, and as many more because a week or a month
/// has begun.
///
/// # Errors
/// `Unavailable`.
pub fn take(conn: &mut Conn, today: NaiveDate, limit: i64) -> Result<Vec<UserId>> {
    let mut users = TakeDue { limit: &limit }.load::<Uuid>(conn)?;
    let again =
        standings::table.filter(standings::again_on.le(today)).order(standings::again_on).limit(limit);
    users.extend(again.select(standings::user_id).load::<Uuid>(conn)?);
    users.sort_unstable();
    users.dedup();
    Ok(users.into_iter().map(UserId).collect())
}

statement! {
    Derive {
        month: NaiveDate => Date,
        next_month: NaiveDate => Date,
        same_month: NaiveDate => Date,
        same_next_month: NaiveDate => Date,
        week: NaiveDate => Date,
        next_week: NaiveDate => Date,
        same_week: NaiveDate => Date,
        same_next_week: NaiveDate => Date,
        whose: [Uuid] => Array<Id>,
        first: NaiveDate => Date,
        users: [Uuid] => Array<Id>,
    } -> (Id, Text, Bool, Jsonb, (BigInt, BigInt, BigInt, BigInt), Nullable<Date>, (BigInt, BigInt), (BigInt, BigInt)) {
        "SELECT u.user_id, u.username, u.disabled_at IS NULL, u.settings, \
                coalesce(t.xp_points, 0), coalesce(t.focus_min, 0), coalesce(t.sessions, 0), \
                coalesce(t.best_streak, 0)::bigint, t.last_date, \
                coalesce(d.month_focus_min, 0), coalesce(d.month_sessions, 0), \
                coalesce(d.week_focus_min, 0), coalesce(d.week_sessions, 0) \
         FROM users u LEFT JOIN focus_totals t ON t.user_id = u.user_id \
         LEFT JOIN (SELECT user_id, \
                           sum(focus_min) FILTER (WHERE date >= ? AND date < ?) AS month_focus_min, \
                           sum(sessions) FILTER (WHERE date >= ? AND date < ?) AS month_sessions, \
                           sum(focus_min) FILTER (WHERE date >= ? AND date < ?) AS week_focus_min, \
                           sum(sessions) FILTER (WHERE date >= ? AND date < ?) AS week_sessions \
                    FROM focus_days WHERE user_id = ANY(?) AND date >= ? GROUP BY user_id) d ON d.user_id = u.user_id \
         WHERE u.user_id = ANY(?) AND u.username IS NOT NULL"
    }
}

type Derived =
    (Uuid, String, bool, serde_json::Value, (i64, i64, i64, i64), Option<NaiveDate>, (i64, i64), (i64, i64));

/// The standings of those of `users` who are people, from what they are derived from.
///
/// # Errors
/// `Unavailable`.
pub fn derive(conn: &mut Conn, users: &[UserId], periods: &Periods) -> Result<Vec<Standing>> {
    let whose: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let Periods { month, week } = periods;
    let (next_month, next_week) = (&periods.next_month(), &periods.next_week());
    let derive = Derive {
        month,
        next_month,
        same_month: month,
        same_next_month: next_month,
        week,
        next_week,
        same_week: week,
        same_next_week: next_week,
        whose: &whose,
        first: month.min(week),
        users: &whose,
    };
    let standing = |(user, username, is_active, settings, sums, active_on, of_month, of_week): Derived| {
        // One row that is damaged must not stop all others.
        let settings = serde_json::from_value::<Settings>(settings);
        Standing {
            user: UserId(user),
            username,
            hidden: !settings.is_ok_and(|settings| is_seen(is_active, &settings)),
            xp_points: sums.0,
            focus_min: sums.1,
            sessions: sums.2,
            best_streak: sums.3,
            month: InPeriod { since: *month, focus_min: of_month.0, sessions: of_month.1 },
            week: InPeriod { since: *week, focus_min: of_week.0, sessions: of_week.1 },
            active_on,
            again_on: periods.again_on(active_on),
        }
    };
    Ok(derive.load::<Derived>(conn)?.into_iter().map(standing).collect())
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = standings)]
#[diesel(treat_none_as_null = true)]
struct Row {
    user_id: Uuid,
    username: String,
    hidden: bool,
    xp_points: i64,
    focus_min: i64,
    sessions: i64,
    best_streak: i64,
    month: NaiveDate,
    month_focus_min: i64,
    month_sessions: i64,
    week: NaiveDate,
    week_focus_min: i64,
    week_sessions: i64,
    active_on: Option<NaiveDate>,
    again_on: Option<NaiveDate>,
}

impl From<Row> for Standing {
    fn from(row: Row) -> Standing {
        Standing {
            user: UserId(row.user_id),
            username: row.username,
            hidden: row.hidden,
            xp_points: row.xp_points,
            focus_min: row.focus_min,
            sessions: row.sessions,
            best_streak: row.best_streak,
            month: InPeriod {
                since: row.month,
                focus_min: row.month_focus_min,
                sessions: row.month_sessions,
            },
            week: InPeriod { since: row.week, focus_min: row.week_focus_min, sessions: row.week_sessions },
            active_on: row.active_on,
            again_on: row.again_on,
        }
    }
}

/// The standings of `users` that are kept.
///
/// # Errors
/// `Unavailable`.
pub fn list(conn: &mut Conn, users: &[UserId]) -> Result<Vec<Standing>> {
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let rows = standings::table.filter(standings::user_id.eq_any(users)).select(Row::as_select());
    Ok(rows.load::<Row>(conn)?.into_iter().map(Standing::from).collect())
}

statement! {
    Save {
        dates: [Option<NaiveDate>] => Array<Nullable<Date>>,
        numbers: [i64] => Array<BigInt>,
        users: [Uuid] => Array<Id>,
        names: [&'a str] => Array<Text>,
        hidden: [bool] => Array<Bool>,
    } -> () {
        "WITH a AS (SELECT ?::date[] AS d, ?::bigint[] AS n) \
         INSERT INTO standings (user_id, username, hidden, xp_points, focus_min, sessions, best_streak, \
                month, month_focus_min, month_sessions, week, week_focus_min, week_sessions, active_on, again_on) \
         SELECT r.user_id, r.username, r.hidden, a.n[r.o * 8 - 7], a.n[r.o * 8 - 6], a.n[r.o * 8 - 5], a.n[r.o * 8 - 4], \
                a.d[r.o * 4 - 3], a.n[r.o * 8 - 3], a.n[r.o * 8 - 2], a.d[r.o * 4 - 2], a.n[r.o * 8 - 1], a.n[r.o * 8], \
                a.d[r.o * 4 - 1], a.d[r.o * 4] \
         FROM a, unnest(?::uuid[], ?::text[], ?::boolean[]) WITH ORDINALITY AS r (user_id, username, hidden, o) \
         ON CONFLICT (user_id) DO UPDATE SET username = excluded.username, hidden = excluded.hidden, \
           xp_points = excluded.xp_points, focus_min = excluded.focus_min, sessions = excluded.sessions, \
           best_streak = excluded.best_streak, \
           month = excluded.month, month_focus_min = excluded.month_focus_min, month_sessions = excluded.month_sessions, \
           week = excluded.week, week_focus_min = excluded.week_focus_min, week_sessions = excluded.week_sessions, \
           active_on = excluded.active_on, again_on = excluded.again_on"
    }
}

/// Keeps these standings in place of what was there.
///
/// # Errors
/// `Unavailable`.
pub fn save(conn: &mut Conn, standings: &[&Standing]) -> Result<()> {
    let numbers = standings.iter().flat_map(|one| {
        let (month, week) = (one.month, one.week);
        let of_periods = [month.focus_min, month.sessions, week.focus_min, week.sessions];
        [one.xp_points, one.focus_min, one.sessions, one.best_streak].into_iter().chain(of_periods)
    });
    let dates = standings
        .iter()
        .flat_map(|one| [Some(one.month.since), Some(one.week.since), one.active_on, one.again_on]);
    Save {
        dates: &dates.collect::<Vec<_>>(),
        numbers: &numbers.collect::<Vec<_>>(),
        users: &standings.iter().map(|one| one.user.0).collect::<Vec<_>>(),
        names: &standings.iter().map(|one| one.username.as_str()).collect::<Vec<_>>(),
        hidden: &standings.iter().map(|one| one.hidden).collect::<Vec<_>>(),
    }
    .execute(conn)?;
    Ok(())
}

/// Deletes the standings of people who are gone.
///
/// # Errors
/// `Unavailable`.
pub fn delete(conn: &mut Conn, users: &[UserId]) -> Result<()> {
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    diesel::delete(standings::table.filter(standings::user_id.eq_any(users))).execute(conn)?;
    Ok(())
}

statement! {
    AddDays { dates: [NaiveDate] => Array<Date>, people: [i64] => Array<BigInt> } -> () {
        "INSERT INTO standing_days AS d (date, people) SELECT * FROM unnest(?::date[], ?::bigint[]) \
         ON CONFLICT (date) DO UPDATE SET people = d.people + excluded.people"
    }
}

statement! {
    AddCounts {
        boards: [&'a str] => Array<Text>,
        since: [NaiveDate] => Array<Date>,
        levels: [i16] => Array<Int2>,
        buckets: [i64] => Array<BigInt>,
        people: [i64] => Array<BigInt>,
    } -> () {
        "INSERT INTO standing_counts AS c (board, since, level, bucket, people) \
         SELECT * FROM unnest(?::text[], ?::date[], ?::smallint[], ?::bigint[], ?::bigint[]) \
         ON CONFLICT (board, since, level, bucket) DO UPDATE SET people = c.people + excluded.people"
    }
}

/// Adds what has changed to what all standings add up to.
///
/// # Errors
/// `Unavailable`.
pub fn add(conn: &mut Conn, changes: Changes) -> Result<()> {
    let Changes { people, visible, sessions, focus_min, days, counts } = changes.trimmed();
    if (people, visible, sessions, focus_min) != (0, 0, 0, 0) {
        diesel::update(focus_summary::table.find(true))
            .set((
                focus_summary::people.eq(focus_summary::people + people),
                focus_summary::visible.eq(focus_summary::visible + visible),
                focus_summary::sessions.eq(focus_summary::sessions + sessions),
                focus_summary::focus_min.eq(focus_summary::focus_min + focus_min),
            ))
            .execute(conn)?;
    }
    if !days.is_empty() {
        let (dates, people): (Vec<_>, Vec<_>) = days.into_iter().unzip();
        AddDays { dates: &dates, people: &people }.execute(conn)?;
    }
    if !counts.is_empty() {
        let keys = || counts.keys();
        AddCounts {
            boards: &keys().map(|key| key.0).collect::<Vec<_>>(),
            since: &keys().map(|key| key.1).collect::<Vec<_>>(),
            levels: &keys().map(|key| key.2).collect::<Vec<_>>(),
            buckets: &keys().map(|key| key.3).collect::<Vec<_>>(),
            people: &counts.values().copied().collect::<Vec<_>>(),
        }
        .execute(conn)?;
    }
    Ok(())
}

/// Somebody is gone, and with them their standing and what is due of it.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn remove(conn: &mut Conn, user: UserId) -> Result<()> {
    let periods = lock(conn, true)?;
    diesel::delete(standings_due::table.filter(standings_due::user_id.eq(user.0))).execute(conn)?;
    let mut changes = Changes::default();
    if let Some(periods) = &periods {
        list(conn, &[user])?.iter().for_each(|standing| changes.remove(standing, periods));
    }
    delete(conn, &[user])?;
    add(conn, changes)
}

#[cfg(test)]
mod tests;

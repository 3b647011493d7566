//! Boards as they are shown, and what all standings add up to.

use super::*;

statement! {
    State {
        today: NaiveDate => Date,
        month: NaiveDate => Date,
        week: NaiveDate => Date,
        same_day: NaiveDate => Date,
    } -> (BigInt, BigInt, BigInt, BigInt, BigInt, Bool) {
        "SELECT people, visible, sessions, focus_min, \
                (SELECT coalesce(sum(d.people), 0)::bigint FROM standing_days d WHERE d.date >= ?), \
                month < ? OR week < ? OR EXISTS (SELECT FROM standings_due) \
                  OR EXISTS (SELECT FROM standings WHERE again_on <= ?) \
         FROM focus_summary"
    }
}

/// What all standings add up to on a day.
#[derive(Clone, Debug)]
pub struct Summary {
    /// As it is shown.
    pub shown: FocusSummary,
    /// People who are not hidden.
    pub visible: i64,
    /// Whether some standings are due.
    pub is_due: bool,
}

/// What all standings add up to on the day `today`.
///
/// # Errors
/// `Unavailable`.
pub fn find_summary(conn: &mut Conn, today: NaiveDate) -> Result<Summary> {
    let Periods { month, week } = Periods::of(today);
    let state = State { today: &today, month: &month, week: &week, same_day: &today };
    let row = state.get_result::<(i64, i64, i64, i64, i64, bool)>(conn)?;
    let (total_users, visible, total_sessions, total_focus_min, active_users_today, is_due) = row;
    let shown = FocusSummary { total_users, total_sessions, total_focus_min, active_users_today };
    Ok(Summary { shown, visible, is_due })
}

/// The first hundred of a board but one: the limit is in the text, for a plan that is made for any limit reads the whole
/// board. The predicates are those of the indexes.
macro_rules! first {
    ($name:ident, $value:literal) => {
        statement! {
            $name { but: Uuid => Id } -> (Id, Text, BigInt, BigInt) {
                concat!(
                    "SELECT user_id, username, xp_points, ", $value, " FROM standings \
WHERE NOT hidden AND user_id <> ? ORDER BY ", $value, " DESC, user_id LIMIT 100"
                )
            }
        }
    };
    ($name:ident, $value:literal, $since:literal, $sessions:literal) => {
        statement! {
            $name { but: Uuid => Id, since: NaiveDate => Date } -> (Id, Text, BigInt, BigInt) {
                concat!(
                    "SELECT user_id, username, xp_points, ", $value, " FROM standings \
WHERE NOT hidden AND ", $sessions, " > 0 AND user_id <> ? AND ", $since, " = ? \
ORDER BY ", $value, " DESC, user_id LIMIT 100"
                )
            }
        }
    };
}

first!(Xp, "xp_points");
first!(FocusTime, "focus_min");
first!(Streak, "best_streak");
first!(Sessions, "sessions");
first!(MonthFocusTime, "month_focus_min", "month", "month_sessions");
first!(MonthSessions, "month_sessions", "month", "month_sessions");
first!(WeekFocusTime, "week_focus_min", "week", "week_sessions");
first!(WeekSessions, "week_sessions", "week", "week_sessions");

/// The first of a board ([`domain::leaderboard::LONGEST`] of them), without `but`.
///
/// # Errors
/// `Unavailable`.
pub fn first(
    conn: &mut Conn,
    board: Board,
    period: Period,
    periods: &Periods,
    but: UserId,
) -> Result<Vec<Place>> {
    type Found = (Uuid, String, i64, i64);
    let (but, Periods { month, week }) = (&but.0, periods);
    let rows: Vec<Found> = match (board, period) {
        (Board::Xp, _) => Xp { but }.load(conn)?,
        (Board::Streak, _) => Streak { but }.load(conn)?,
        (Board::FocusTime, Period::All) => FocusTime { but }.load(conn)?,
        (Board::Sessions, Period::All) => Sessions { but }.load(conn)?,
        (Board::FocusTime, Period::Month) => MonthFocusTime { but, since: month }.load(conn)?,
        (Board::Sessions, Period::Month) => MonthSessions { but, since: month }.load(conn)?,
        (Board::FocusTime, Period::Week) => WeekFocusTime { but, since: week }.load(conn)?,
        (Board::Sessions, Period::Week) => WeekSessions { but, since: week }.load(conn)?,
    };
    let place = |(user, username, xp_points, value)| Place { user: UserId(user), username, xp_points, value };
    Ok(rows.into_iter().map(place).collect())
}

statement! {
    CountAbove {
        levels: [i16] => Array<Int2>,
        from: [i64] => Array<BigInt>,
        to: [i64] => Array<BigInt>,
        board: str => Text,
        since: NaiveDate => Date,
    } -> BigInt {
        // A subquery for each level has but one way to go: to its few rows by the key. A join might read the whole board.
        "SELECT coalesce(sum(above.people), 0)::bigint \
         FROM unnest(?::smallint[], ?::bigint[], ?::bigint[]) AS r (level, first, last) \
         CROSS JOIN LATERAL (SELECT sum(c.people) AS people FROM standing_counts c \
           WHERE c.board = ? AND c.since = ? AND c.level = r.level AND c.bucket BETWEEN r.first AND r.last) above"
    }
}

/// How many standings on a board are above `value`.
///
/// # Errors
/// `Unavailable`.
pub fn count_above(
    conn: &mut Conn,
    board: Board,
    period: Period,
    periods: &Periods,
    value: i64,
) -> Result<i64> {
    let ranges = counts::above(value);
    let count = CountAbove {
        levels: &ranges.iter().map(|range| range.0).collect::<Vec<_>>(),
        from: &ranges.iter().map(|range| range.1).collect::<Vec<_>>(),
        to: &ranges.iter().map(|range| range.2).collect::<Vec<_>>(),
        board: counts::name(board, period),
        since: &periods.since(period),
    };
    Ok(count.get_result(conn)?)
}

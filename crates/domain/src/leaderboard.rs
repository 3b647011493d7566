//! Leaderboards: who has the most points, minutes, days in a row or sessions.
//!
//! What everybody has is kept as a [`Standing`]. The own row of who asks comes from their own figures, and is put in
//! its place among the standings of the others. Weeks and months are those of each person's own days; which of them a
//! board shows goes by UTC.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::accounts::level;
use crate::days::{FIRST, month_start};
use crate::ids::UserId;
use crate::valid::FieldError;

pub mod counts;

/// People that a board shows at the most.
pub const LONGEST: usize = 100;

/// What people are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Board {
    /// Points.
    Xp,
    /// Minutes of completed sessions.
    FocusTime,
    /// The most days in a row.
    Streak,
    /// Completed sessions.
    Sessions,
}

/// From when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// All time.
    #[default]
    All,
    /// The week, from Monday.
    Week,
    /// The month.
    Month,
}

/// Which part of a board is asked for.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LeaderboardFilter {
    /// People at the most, 1 to 100 (10).
    #[validate(custom(function = check_limit))]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<usize>,
    /// From when: `all` when absent, and of points and streaks nothing else.
    #[serde(default)]
    #[param(inline)]
    pub period: Period,
}

impl LeaderboardFilter {
    /// People asked for.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(10)
    }
}

fn check_limit(limit: usize) -> Result<(), ValidationError> {
    if (1..=LONGEST).contains(&limit) {
        return Ok(());
    }
    Err(ValidationError::new("LIMIT_INVALID").with_message("must be 1 to 100".into()))
}

impl Board {
    /// Whether there is such a board of a period.
    ///
    /// # Errors
    /// `PERIOD_INVALID`.
    pub fn check(self, period: Period) -> Result<(), FieldError> {
        match (self, period) {
            (_, Period::All) | (Board::FocusTime | Board::Sessions, _) => Ok(()),
            (Board::Xp | Board::Streak, _) => {
                Err(FieldError::new("period", "of this board there is only all", "PERIOD_INVALID"))
            }
        }
    }
}

/// The week and the month that boards show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Periods {
    /// First day of the month.
    pub month: NaiveDate,
    /// First day of the week, a Monday.
    pub week: NaiveDate,
}

impl Periods {
    /// Those of a day.
    #[must_use]
    pub fn of(date: NaiveDate) -> Periods {
        let after_monday = Days::new(date.weekday().num_days_from_monday().into());
        Periods { month: month_start(date), week: date.checked_sub_days(after_monday).unwrap_or(date) }
    }

    /// The later ones of both: no clock takes them back.
    #[must_use]
    pub fn or_later(self, other: Periods) -> Periods {
        Periods { month: self.month.max(other.month), week: self.week.max(other.week) }
    }

    /// First day of a period.
    #[must_use]
    pub fn since(&self, period: Period) -> NaiveDate {
        match period {
            Period::All => FIRST,
            Period::Week => self.week,
            Period::Month => self.month,
        }
    }

    /// First day after the month.
    #[must_use]
    pub fn next_month(&self) -> NaiveDate {
        self.month.checked_add_months(Months::new(1)).unwrap_or(self.month)
    }

    /// First day after the week.
    #[must_use]
    pub fn next_week(&self) -> NaiveDate {
        self.week.checked_add_days(Days::new(7)).unwrap_or(self.week)
    }

    /// When a standing is to be counted anew, of somebody whose last day this is: in the east of the world a week or
    /// a month begins before it does in UTC.
    #[must_use]
    pub fn again_on(&self, last: Option<NaiveDate>) -> Option<NaiveDate> {
        [self.next_week(), self.next_month()].into_iter().filter(|next| last >= Some(*next)).min()
    }
}

/// What the sessions of a week or a month add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InPeriod {
    /// Its first day.
    pub since: NaiveDate,
    /// Minutes.
    pub focus_min: i64,
    /// Completed sessions.
    pub sessions: i64,
}

/// What somebody's focus adds up to, as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub user: UserId,
    /// What they are called.
    pub username: String,
    /// Whether they are absent from the boards.
    pub hidden: bool,
    /// Points.
    pub xp_points: i64,
    /// Minutes of completed sessions.
    pub focus_min: i64,
    /// Completed sessions.
    pub sessions: i64,
    /// The most days in a row.
    pub best_streak: i64,
    /// Of a month.
    pub month: InPeriod,
    /// Of a week.
    pub week: InPeriod,
    /// The last day with a completed session.
    pub active_on: Option<NaiveDate>,
    /// When it is to be counted anew: see [`Periods::again_on`].
    pub again_on: Option<NaiveDate>,
}

impl Standing {
    /// As it counts in these periods: in earlier ones nothing counts any more.
    #[must_use]
    pub fn in_periods(mut self, periods: &Periods) -> Standing {
        for (kept, since) in [(&mut self.month, periods.month), (&mut self.week, periods.week)] {
            if kept.since < since {
                *kept = InPeriod { since, focus_min: 0, sessions: 0 };
            }
        }
        self
    }

    /// What they have on a board: of a period that is over, nothing.
    #[must_use]
    pub fn value(&self, board: Board, period: Period, periods: &Periods) -> i64 {
        let within = match period {
            Period::All => InPeriod { since: FIRST, focus_min: self.focus_min, sessions: self.sessions },
            Period::Month => self.month,
            Period::Week => self.week,
        };
        match board {
            _ if within.since != periods.since(period) => 0,
            Board::Xp => self.xp_points,
            Board::Streak => self.best_streak,
            Board::FocusTime => within.focus_min,
            Board::Sessions => within.sessions,
        }
    }

    /// Their own place on a board. Of a week or a month others see those who have completed a session in it.
    #[must_use]
    pub fn own(self, board: Board, period: Period, periods: &Periods) -> Own {
        let value = self.value(board, period, periods);
        let takes_part = period == Period::All || self.value(Board::Sessions, period, periods) > 0;
        let Standing { user, username, hidden, xp_points, .. } = self;
        Own { place: Place { user, username, xp_points, value }, listed: !hidden && takes_part }
    }
}

/// Somebody on a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Who.
    pub user: UserId,
    /// What they are called.
    pub username: String,
    /// Points.
    pub xp_points: i64,
    /// What they are compared by.
    pub value: i64,
}

/// A row of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LeaderboardRow {
    /// 1 is the first; who has the same shares it, and the next ranks are left out (1, 1, 3).
    #[schema(example = 1)]
    pub rank: i64,
    /// Who.
    pub user_id: UserId,
    /// What they are called.
    #[schema(example = "ada")]
    pub username: String,
    /// Their level.
    pub lvl: i64,
    /// On the board of points: theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub xp_points: Option<i64>,
    /// On the board of focus time: minutes of completed sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_focus_min: Option<i64>,
    /// On the board of streaks: the most days in a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub best_streak: Option<i64>,
    /// On the board of sessions: completed ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_sessions: Option<i64>,
}

/// A board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Leaderboard {
    /// Who has the most comes first; among those who have the same the order is always the same. Of a week or a month:
    /// who has a session in it.
    pub leaderboard: Vec<LeaderboardRow>,
    /// The rank of who asks, also beyond the end of the list.
    pub current_user_rank: i64,
    /// People who are not hidden.
    pub total_users: i64,
    /// The row of who asks, whether it is in the list or not. It is always exact; those of others may be up to a minute
    /// old.
    pub current_user: LeaderboardRow,
    /// From when.
    pub period: Period,
}

/// Who asks for a board.
#[derive(Clone, Debug)]
pub struct Own {
    /// Their own place.
    pub place: Place,
    /// Whether others see it.
    pub listed: bool,
}

/// How many of `others`, the first of all of them, have more than `value`; none where others may follow that do.
#[must_use]
pub fn ahead(others: &[Place], value: i64) -> Option<i64> {
    let ahead = others.partition_point(|other| other.value > value);
    (ahead < others.len() || others.len() < LONGEST).then_some(i64::try_from(ahead).unwrap_or(i64::MAX))
}

impl Leaderboard {
    /// The first `limit` of `others`, with who asks in their place. So many others are `ahead` of them, and so many
    /// people there are in `total`.
    #[must_use]
    pub fn new(
        board: Board,
        period: Period,
        limit: usize,
        mut others: Vec<Place>,
        own: Own,
        ahead: i64,
        total: i64,
    ) -> Leaderboard {
        let row = |rank, place: &Place| {
            let value = |of| (board == of).then_some(place.value);
            LeaderboardRow {
                rank,
                user_id: place.user,
                username: place.username.clone(),
                lvl: level(place.xp_points),
                xp_points: value(Board::Xp),
                total_focus_min: value(Board::FocusTime),
                best_streak: value(Board::Streak),
                total_sessions: value(Board::Sessions),
            }
        };
        let rank = ahead + 1;
        let current_user = row(rank, &own.place);
        let order = |place: &Place| (std::cmp::Reverse(place.value), place.user);
        let at = others.partition_point(|other| order(other) < order(&own.place));
        // Behind the last of a list that is cut off they are beyond any limit.
        if own.listed {
            others.insert(at, own.place);
        }
        let mut rows: Vec<LeaderboardRow> = Vec::with_capacity(limit);
        let mut before = None;
        for (place, number) in others.iter().take(limit).zip(1..) {
            let rank = match before {
                Some((value, rank)) if value == place.value => rank,
                _ => number,
            };
            before = Some((place.value, rank));
            rows.push(row(rank, place));
        }
        Leaderboard { leaderboard: rows, current_user_rank: rank, total_users: total, current_user, period }
    }
}

/// What everybody's focus adds up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FocusSummary {
    /// People with an account, also those who are hidden on the boards.
    pub total_users: i64,
    /// Completed sessions.
    pub total_sessions: i64,
    /// Their minutes.
    pub total_focus_min: i64,
    /// People with a completed session today: on a day of their own that is today in UTC, or the day after, which it
    /// is in the east of the world already. Who is a day behind UTC and had their last session on that day is left
    /// out.
    pub active_users_today: i64,
}

#[cfg(test)]
mod tests;

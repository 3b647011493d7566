//! Analytics: what days of browsers add up to.

use chrono::NaiveDate;
use domain::analytics::productivity::Productivity;
use domain::analytics::{AnalyticsDays, Before, Dashboard, DayRow, Period, TimeSpent};
use domain::days::{Calendar, plus};
use domain::ids::UserId;
use domain::valid::FieldError;
use persistence::Conn;
use persistence::events::{days, months};
use persistence::usage::figures;

use crate::Result;
use crate::accounts::{with_calendar, with_categories};
use crate::app::{Actor, Context};
use crate::events::derive;
use crate::usage;

/// Events that are counted anew for one answer at the most.
pub(crate) const MOST_EVENTS: i64 = 300_000;
/// Sessions of usage that are.
const MOST_SESSIONS: i64 = 300_000;

/// What browsers did in a period.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn dashboard(cx: &mut Context, actor: &Actor, filter: &AnalyticsDays) -> Result<Dashboard> {
    with_calendar(cx, actor, |conn, calendar, now| {
        let Some(seen) = seen(calendar, filter.tz.as_deref()) else {
            let period = Period::ending(calendar.date_at(now), filter.days);
            let before = days::sum(conn, actor.user, period.before, plus(period.first, -1))?;
            let rows = days::list_beside_months(conn, actor.user, period.first, period.last)?;
            let months = months::list(conn, actor.user, period.first, period.last)?;
            return Ok(Dashboard::new(calendar, period, &rows, &months, before));
        };
        let period = Period::ending(seen.date_at(now), filter.days);
        let rows = elsewhere(conn, actor.user, calendar, &seen, (period.before, period.last))?;
        let (before, rows): (Vec<DayRow>, _) = rows.into_iter().partition(|row| row.date < period.first);
        Ok(Dashboard::new(&seen, period, &rows, &[], Before::of(&before)))
    })
}

/// Where the time of a period went.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn time_spent(cx: &mut Context, actor: &Actor, filter: &AnalyticsDays) -> Result<TimeSpent> {
    with_calendar(cx, actor, |conn, calendar, now| {
        let Some(seen) = seen(calendar, filter.tz.as_deref()) else {
            let period = Period::ending(calendar.date_at(now), filter.days);
            let rows = days::list(conn, actor.user, period.first, period.last)?;
            return Ok(TimeSpent::new(calendar, period, &rows));
        };
        let period = Period::ending(seen.date_at(now), filter.days);
        let rows = elsewhere(conn, actor.user, calendar, &seen, (period.first, period.last))?;
        Ok(TimeSpent::new(&seen, period, &rows))
    })
}

/// What the time of a period is worth.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn productivity(cx: &mut Context, actor: &Actor, filter: &AnalyticsDays) -> Result<Productivity> {
    with_categories(cx, actor, |conn, calendar, categories, now| {
        let user = actor.user;
        let Some(seen) = seen(calendar, filter.tz.as_deref()) else {
            let period = Period::ending(calendar.date_at(now), filter.days);
            let apps = figures::find(conn, user, None, period.before, period.before, period.last)?;
            let pages = days::list(conn, user, period.before, period.last)?;
            return Ok(Productivity::new(calendar, categories, period, &apps, &pages));
        };
        let period = Period::ending(seen.date_at(now), filter.days);
        let both = (period.before, period.last);
        let pages = elsewhere(conn, user, calendar, &seen, both)?;
        let apps = sessions_elsewhere(conn, user, calendar, &seen, both)?;
        Ok(Productivity::new(&seen, categories, period, &apps, &pages))
    })
}

/// The calendar as another zone has it; nothing where that is the account's.
pub(crate) fn seen(calendar: &Calendar, zone: Option<&str>) -> Option<Calendar> {
    let zone = zone?.parse().ok()?;
    Some(calendar.seen_from(zone)).filter(|seen| seen != calendar)
}

/// The days `first..=last` as another zone has them: counted from the events, if they are not too many.
fn elsewhere(
    conn: &mut Conn,
    user: UserId,
    calendar: &Calendar,
    seen: &Calendar,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<DayRow>> {
    let (begin, end) = touched(calendar, seen, (first, last));
    if days::sum(conn, user, begin, end)?.events > MOST_EVENTS {
        let message = "is another zone than the account's, in which these days have too many events: ask for fewer days";
        return Err(FieldError::new("tz", message, "TOO_MANY_EVENTS").into());
    }
    derive::elsewhere(conn, user, calendar, seen, (first, last))
}

/// The same of usage: counted from the sessions, if they are not too many.
fn sessions_elsewhere(
    conn: &mut Conn,
    user: UserId,
    calendar: &Calendar,
    seen: &Calendar,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<domain::usage::figures::DayRow>> {
    let (begin, end) = touched(calendar, seen, (first, last));
    if persistence::usage::days::count_started(conn, user, None, None, begin, end)? > MOST_SESSIONS {
        let message = "is another zone than the account's, in which these days have too many sessions: ask for fewer days";
        return Err(FieldError::new("tz", message, "TOO_MANY_SESSIONS").into());
    }
    usage::count_elsewhere(conn, user, None, seen, (first, last))
}

/// The account's days that days of another zone touch.
fn touched(
    calendar: &Calendar,
    seen: &Calendar,
    (first, last): (NaiveDate, NaiveDate),
) -> (NaiveDate, NaiveDate) {
    (calendar.date_at(seen.start(first)), calendar.date_at(seen.day(last).to))
}

//! Focus sessions: started, ended, changed, deleted, and what they add up to.
//!
//! Whoever changes a session holds the lock of the account, so that one change follows another: points, days, streaks
//! and plants always fit the sessions.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::days::{self, Calendar, plus};
use domain::focus::stats::{
    DailyFilter, DailyFocus, FocusDay, FocusHours, FocusTotals, FocusTrends, HoursFilter, Totals, trends_from,
};
use domain::focus::streaks::Streaks;
use domain::focus::xp::added;
use domain::focus::{
    self, FocusFilter, FocusSession, FocusSessionPatch, FocusSessions, NewFocusSession, Outcome,
};
use domain::garden::Growth;
use domain::ids::{FocusSessionId, UserId};
use domain::live::Kind;
use domain::pages::Page;
use domain::valid::{FieldError, Valid};
use persistence::Conn;
use persistence::accounts::lock_calendar;
use persistence::focus::totals::{self, Change, Reason};
use persistence::focus::{self as rows, Filter};

use crate::accounts::with_calendar;
use crate::app::{Actor, Context, new_id};
use crate::error::missing;
use crate::{Error, Result, garden, leaderboard, pages};

/// Starts a session, or takes in one that was kept offline. The same id, or the same times, again is the same session.
///
/// # Errors
/// `Conflict`: `SESSION_ACTIVE` while one runs, `SESSION_DELETED` for the id of one that is gone, `PLANT_LOCKED`;
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn start(cx: &mut Context, actor: &Actor, new: Valid<NewFocusSession>) -> Result<FocusSession> {
    let (user, now) = (actor.user, cx.now);
    let session = new.begin(user, new.id.unwrap_or(FocusSessionId(new_id())), now)?;
    let (session, is_new) = cx.tenant(actor, |conn| {
        let calendar = lock_calendar(conn, user).map_err(missing("account"))?;
        if new.id.is_some() {
            match rows::find(conn, user, session.id) {
                Err(persistence::Error::NotFound) => {}
                known => return Ok((known?.measured(now), false)),
            }
            if totals::was_deleted(conn, user, session.id)? {
                return Err(Error::Conflict("SESSION_DELETED", "This session was deleted".into()));
            }
        }
        if !rows::insert(conn, &session)? {
            let Some(ended_at) = session.ended_at else {
                let message = "A session is running: complete or abandon it first".into();
                return Err(Error::Conflict("SESSION_ACTIVE", message));
            };
            return Ok((rows::find_at(conn, user, session.started_at, ended_at)?, false));
        }
        garden::plant_for(conn, &session, new.plant_type.as_deref(), now)?;
        if session.completed {
            count(conn, &calendar, &session, Reason::Completed, now)?;
        }
        Ok((session, true))
    })?;
    if is_new {
        cx.announce(user, became(session.outcome()), session.id);
    }
    Ok(session)
}

/// Puts back a session of an archive, with what it earned. Says whether its id and times were free. The caller holds the
/// lock of the account, and puts back its plant.
pub(crate) fn restore(
    conn: &mut Conn,
    calendar: &Calendar,
    session: &FocusSession,
    now: DateTime<Utc>,
) -> Result<bool> {
    let is_new = rows::insert(conn, session)?;
    if is_new && session.completed {
        count(conn, calendar, session, Reason::Completed, now)?;
    }
    Ok(is_new)
}

/// What is told of a session that is now so.
fn became(outcome: Outcome) -> Kind {
    match outcome {
        Outcome::Running => Kind::SessionStarted,
        Outcome::Completed => Kind::SessionCompleted,
        Outcome::Abandoned => Kind::SessionAbandoned,
    }
}

/// One session.
///
/// # Errors
/// `NotFound("session")`, `Unauthenticated`, `Unavailable`.
pub fn find(cx: &mut Context, actor: &Actor, id: FocusSessionId) -> Result<FocusSession> {
    let now = cx.now;
    let session = cx.tenant(actor, |conn| rows::find(conn, actor.user, id).map_err(missing("session")))?;
    Ok(session.measured(now))
}

/// The session that runs.
///
/// # Errors
/// `NothingRuns`, `Unauthenticated`, `Unavailable`.
pub fn active(cx: &mut Context, actor: &Actor) -> Result<FocusSession> {
    let now = cx.now;
    let running = cx.tenant(actor, |conn| {
        rows::find_running(conn, actor.user).map_err(|error| match error {
            persistence::Error::NotFound => Error::NothingRuns("NO_ACTIVE_SESSION"),
            error => error.into(),
        })
    })?;
    Ok(running.measured(now))
}

/// Sessions, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, filter: &FocusFilter, page: &Page) -> Result<FocusSessions> {
    let after = pages::begin(page, pages::read_place)?;
    with_calendar(cx, actor, |conn, calendar, now| {
        let filter = Filter {
            from: pages::bound(filter.from.as_deref(), "from", |date| calendar.start(date))?,
            to: pages::bound(filter.to.as_deref(), "to", |date| calendar.day(date).to)?,
            completed: filter.completed,
        };
        let total = rows::count(conn, actor.user, &filter)?;
        let after = after.map(|(at, id)| (at, FocusSessionId(id)));
        let (sessions, next_cursor) = pages::take(
            page,
            |limit| rows::list(conn, actor.user, &filter, after, limit),
            |last| pages::place(last.started_at, last.id.0),
        )?;
        let sessions = sessions.into_iter().map(|session| session.measured(now)).collect();
        Ok(FocusSessions { sessions, total, next_cursor })
    })
}

/// Ends a session, or gives it another label. To end it twice in the same way changes nothing.
///
/// # Errors
/// `NotFound("session")`; `Conflict("SESSION_ENDED")` for one that ended the other way; `Unauthenticated`,
/// `Unavailable`.
pub fn update(
    cx: &mut Context,
    actor: &Actor,
    id: FocusSessionId,
    patch: Valid<FocusSessionPatch>,
) -> Result<FocusSession> {
    let (user, now) = (actor.user, cx.now);
    let (session, ends) = cx.tenant(actor, |conn| {
        let calendar = lock_calendar(conn, user).map_err(missing("account"))?;
        let mut session = rows::find(conn, user, id).map_err(missing("session"))?;
        if let Some(text) = &patch.label {
            session.label = focus::label(Some(text));
        }
        let ends = match (patch.outcome(), session.outcome()) {
            (None, _) => None,
            (Some(wanted), Outcome::Running) => Some(wanted),
            (Some(wanted), is) if wanted == is => None,
            _ => {
                let message = "This session has ended the other way".into();
                return Err(Error::Conflict("SESSION_ENDED", message));
            }
        };
        if let Some(outcome) = ends {
            session = session.ended(outcome, now);
        }
        match ends.and_then(|_| Growth::by(&session)) {
            Some(growth) => rows::end(conn, &session, growth)?,
            None => rows::update(conn, &session)?,
        }
        if ends.is_some() && session.is_false_start() {
            persistence::garden::delete_of(conn, user, id)?;
        }
        if ends == Some(Outcome::Completed) {
            count(conn, &calendar, &session, Reason::Completed, now)?;
        }
        Ok((session.measured(now), ends))
    })?;
    cx.announce(user, ends.map_or(Kind::SessionUpdated, became), id);
    Ok(session)
}

/// Deletes a session, with its plant and what it gave.
///
/// # Errors
/// `NotFound("session")`, `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, id: FocusSessionId) -> Result<()> {
    let (user, now) = (actor.user, cx.now);
    cx.tenant(actor, |conn| {
        let calendar = lock_calendar(conn, user).map_err(missing("account"))?;
        let session = rows::find(conn, user, id).map_err(missing("session"))?;
        rows::delete(conn, user, id)?;
        if session.completed {
            count(conn, &calendar, &session, Reason::Deleted, now)?;
        }
        Ok(())
    })?;
    cx.announce(user, Kind::SessionDeleted, id);
    Ok(())
}

/// Brings points, day and streaks up to date with a session that has just been completed, or deleted.
fn count(
    conn: &mut Conn,
    calendar: &Calendar,
    session: &FocusSession,
    reason: Reason,
    now: DateTime<Utc>,
) -> Result<()> {
    let user = session.user_id;
    let sign = if reason == Reason::Completed { 1 } else { -1 };
    let span = session.span(now);
    let mut others = rows::list_spans(conn, user, span.from, span.to)?;
    others.retain(|other| other.id != span.id);
    if !others.is_empty() {
        // What overlaps those decides what they earn.
        let from = others.iter().map(|other| other.from).fold(span.from, DateTime::min);
        let to = others.iter().map(|other| other.to).fold(span.to, DateTime::max);
        others = rows::list_spans(conn, user, from, to)?;
        others.retain(|other| other.id != span.id);
    }
    let xp = sign * added(span, &others);
    let change = Change {
        user,
        session: session.id,
        reason,
        xp,
        focus_min: sign * i64::from(session.focus_min),
        sessions: sign,
    };
    let day = calendar.day_at(session.started_at);
    let on_the_day = totals::settle(conn, &change, &day, now)?;
    if on_the_day == 0 {
        rows::days::delete(conn, user, day.date)?;
    }
    // The first session of a day, or the last that is taken from it, changes the runs of days.
    if on_the_day == i64::from(reason == Reason::Completed) {
        let streaks = Streaks::of(&rows::days::list_dates(conn, user)?, calendar);
        totals::update_streaks(conn, user, &streaks)?;
    }
    leaderboard::note(conn, user)
}

/// Counts days and streaks anew from the first day that the calendars cut differently. The caller holds the lock of
/// the account.
pub(crate) fn derive(conn: &mut Conn, user: UserId, old: &Calendar, new: &Calendar) -> Result<()> {
    let Some(changed) = new.differs_from(old) else { return Ok(()) };
    let first = plus(new.date_at(changed).min(old.date_at(changed)), -1);
    let started = Filter { from: Some(new.start(first)), to: None, completed: Some(true) };
    let days = days_of(&rows::list_starts(conn, user, &started)?, new);
    rows::days::replace_from(conn, user, first, &days)?;
    let streaks = Streaks::of(&rows::days::list_dates(conn, user)?, new);
    totals::update_streaks(conn, user, &streaks)?;
    leaderboard::note(conn, user)
}

/// What sessions add up to by the days on which they started.
fn days_of(starts: &[(DateTime<Utc>, i64)], calendar: &Calendar) -> Vec<FocusDay> {
    let mut days = std::collections::BTreeMap::new();
    for (at, minutes) in starts {
        let date = calendar.date_at(*at);
        let day = days.entry(date).or_insert(FocusDay { date, focus_min: 0, sessions_completed: 0 });
        day.focus_min += minutes;
        day.sessions_completed += 1;
    }
    days.into_values().collect()
}

/// What is kept of an account that its sessions do not add up to, in words.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn verify(conn: &mut Conn, user: UserId, calendar: &Calendar) -> Result<Vec<String>> {
    let mut differences = vec![];
    let days = days_of(&rows::list_starts(conn, user, &Filter::default())?, calendar);
    if rows::days::list(conn, user, days::FIRST, days::LAST)? != days {
        differences.push("the days of focus are not what the sessions add up to".to_owned());
    }
    let earned =
        focus::xp::earned(rows::list_spans(conn, user, DateTime::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC)?);
    let kept = totals::find(conn, user)?;
    let counted = Totals {
        xp_points: earned,
        focus_min: days.iter().map(|day| day.focus_min).sum(),
        sessions: days.iter().map(|day| day.sessions_completed).sum(),
        streaks: Streaks::of(&days.iter().map(|day| day.date).collect::<Vec<NaiveDate>>(), calendar),
        updated_at: kept.updated_at,
    };
    if kept != counted {
        differences.push(format!("the totals of focus are {kept:?}, the sessions make {counted:?}"));
    }
    let written = totals::sum_xp(conn, user)?;
    if written != earned {
        differences.push(format!("the ledger holds {written} points, the sessions earn {earned}"));
    }
    Ok(differences)
}

/// What the account's focus adds up to.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn me(cx: &mut Context, actor: &Actor) -> Result<FocusTotals> {
    with_calendar(cx, actor, |conn, calendar, now| {
        Ok(totals::find(conn, actor.user)?.shown(actor.user, calendar.date_at(now), calendar))
    })
}

/// So many days, 1 to 366, up to one of them.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn daily(cx: &mut Context, actor: &Actor, count: u16, filter: DailyFilter) -> Result<DailyFocus> {
    if !(1..=366).contains(&count) {
        return Err(FieldError::new("days", "must be 1 to 366", "DAYS_INVALID").into());
    }
    if filter.to.is_some_and(|to| !(days::FIRST..=days::LAST).contains(&to)) {
        return Err(FieldError::new("to", "is not of the years 1970 to 9999", "DATE_INVALID").into());
    }
    with_calendar(cx, actor, |conn, calendar, now| {
        let last = filter.to.unwrap_or_else(|| calendar.date_at(now));
        let rows = rows::days::list(conn, actor.user, plus(last, 1 - i64::from(count)), last)?;
        Ok(DailyFocus::new(last, count, &rows))
    })
}

/// Weeks and months.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn trends(cx: &mut Context, actor: &Actor) -> Result<FocusTrends> {
    with_calendar(cx, actor, |conn, calendar, now| {
        let today = calendar.date_at(now);
        let days = rows::days::list(conn, actor.user, trends_from(today), today)?;
        Ok(FocusTrends::new(calendar, today, &days))
    })
}

/// Hours of the day and days of the week.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn hours(cx: &mut Context, actor: &Actor, filter: HoursFilter) -> Result<FocusHours> {
    with_calendar(cx, actor, |conn, calendar, now| {
        let to = filter.to.unwrap_or_else(|| calendar.date_at(now));
        let from = filter.from.unwrap_or_else(|| plus(to, -90));
        let days = to.signed_duration_since(from);
        if from < days::FIRST || to > days::LAST || days < TimeDelta::zero() || days > TimeDelta::days(366) {
            let message = "is not within the 366 days up to `to`, of the years 1970 to 9999";
            return Err(FieldError::new("from", message, "DATE_INVALID").into());
        }
        let started =
            Filter { from: Some(calendar.start(from)), to: Some(calendar.day(to).to), completed: Some(true) };
        Ok(FocusHours::new(calendar, (from, to), &rows::list_starts(conn, actor.user, &started)?))
    })
}

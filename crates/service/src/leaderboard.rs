//! Leaderboards, and what everybody's focus adds up to.
//!
//! A use case that changes what a standing is derived from says so in its own transaction ([`note`]). The standings that
//! are due are derived by whoever asks for a board next, and by a thread of each server process every 20 seconds
//! ([`keeper`]), so that none is over a minute old, and on a small server none is old at all.

use chrono::{DateTime, Utc};
use domain::ids::UserId;
use domain::leaderboard::counts::Changes;
use domain::leaderboard::{Board, FocusSummary, Leaderboard, LeaderboardFilter, Periods, Standing, ahead};
use domain::valid::Valid;
use persistence::Conn;
use persistence::leaderboard as rows;

use crate::app::{Actor, Context, new_id};
use crate::{Error, Result, tokens};

pub(crate) mod keeper;
pub(crate) mod verify;

/// Changes that a request takes upon itself at the most; the thread does the rest.
const A_FEW: i64 = 100;

/// Says that somebody's standing is due, in the transaction that changes what it is derived from.
pub(crate) fn note(conn: &mut Conn, user: UserId) -> Result<()> {
    Ok(rows::note(conn, user, new_id())?)
}

/// Derives standings that are due, of `limit` changes at the most. Says how many it derived; none where somebody else
/// does so and one does not `wait`. In the system's scope.
fn refresh(conn: &mut Conn, now: DateTime<Utc>, limit: i64, wait: bool) -> Result<usize> {
    let Some(kept) = rows::lock(conn, wait)? else { return Ok(0) };
    let today = now.date_naive();
    let periods = Periods::of(today).or_later(kept);
    if periods != kept {
        rows::begin(conn, &periods)?;
    }
    let users = rows::take(conn, today, limit)?;
    if users.is_empty() {
        return Ok(0);
    }
    let old = rows::list(conn, &users)?;
    let new = rows::derive(conn, &users, &periods)?;
    let mut changes = Changes::default();
    old.iter().for_each(|standing| changes.remove(standing, &periods));
    new.iter().for_each(|standing| changes.add(standing, &periods));
    let changed: Vec<&Standing> = new.iter().filter(|standing| !old.contains(standing)).collect();
    if !changed.is_empty() {
        rows::save(conn, &changed)?;
    }
    let is_there = |user: &UserId| new.iter().any(|standing| standing.user == *user);
    let gone: Vec<UserId> = old.iter().map(|standing| standing.user).filter(|user| !is_there(user)).collect();
    if !gone.is_empty() {
        rows::delete(conn, &gone)?;
    }
    rows::add(conn, changes)?;
    Ok(users.len())
}

/// What all standings add up to, after those that are due, if they are few.
fn up_to_date(cx: &mut Context) -> Result<rows::Summary> {
    let (now, today) = (cx.now, cx.now.date_naive());
    let summary = cx.statement(|conn| rows::find_summary(conn, today))?;
    if !summary.is_due {
        return Ok(summary);
    }
    match cx.system(|conn| refresh(conn, now, A_FEW, false)) {
        Ok(_) => {}
        // It is somebody else's turn then.
        Err(why @ (Error::Unavailable(_) | Error::Deadlocked)) => {
            log::debug!("standings are left for later: {why}");
        }
        Err(error) => return Err(error),
    }
    Ok(cx.statement(|conn| rows::find_summary(conn, today))?)
}

/// A board, with the own place of who asks.
///
/// # Errors
/// `Invalid`: there is no such board of this period; `Unauthenticated`, `Unavailable`.
pub fn show(
    cx: &mut Context,
    actor: &Actor,
    board: Board,
    filter: &Valid<LeaderboardFilter>,
) -> Result<Leaderboard> {
    let period = filter.period;
    board.check(period)?;
    let (user, periods) = (actor.user, Periods::of(cx.now.date_naive()));
    // From their own tables: the standing that is kept may be of before.
    let own = cx.tenant(actor, |conn| rows::derive(conn, &[user], &periods).map_err(Error::from))?;
    let own = own.into_iter().next().ok_or(Error::NotFound("account"))?.own(board, period, &periods);
    let rows::Summary { visible, .. } = up_to_date(cx)?;
    let others = cx.statement(|conn| rows::first(conn, board, period, &periods, user))?;
    let ahead = match ahead(&others, own.place.value) {
        Some(ahead) => ahead,
        None => cx.statement(|conn| {
            let all = rows::count_above(conn, board, period, &periods, own.place.value)?;
            // Among them may be the own one, as it was before.
            let kept = rows::list(conn, &[user])?;
            let above = |one: &&Standing| !one.hidden && one.value(board, period, &periods) > own.place.value;
            Ok(all - i64::from(kept.iter().any(|one| above(&one))))
        })?,
    };
    Ok(Leaderboard::new(board, period, filter.limit(), others, own, ahead, visible))
}

/// What everybody's focus adds up to.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn summary(cx: &mut Context, actor: &Actor) -> Result<FocusSummary> {
    tokens::check(cx, actor)?;
    Ok(up_to_date(cx)?.shown)
}

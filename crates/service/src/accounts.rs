//! Accounts and their calendars.

use std::collections::HashMap;
use std::sync::Arc;

use domain::accounts::{Account, AccountPatch, Profile, check_username, fold};
use domain::days::Calendar;
use domain::ids::UserId;
use domain::live::Kind;
use domain::valid::Valid;
use persistence::{accounts, devices};

use crate::app::{Actor, Context};
use crate::error::missing;
use crate::sign_in::{email_taken, username_taken};
use crate::{Error, Result, consumption, events, focus, leaderboard, tokens, usage};

/// The account of who asks.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn me(cx: &mut Context, actor: &Actor) -> Result<Account> {
    cx.tenant(actor, |conn| accounts::find(conn, actor.user).map_err(missing("account")))
}

/// What others see of somebody.
///
/// # Errors
/// `NotFound("user")`, also where they hide it; `Unauthenticated`, `Unavailable`.
pub fn profile(cx: &mut Context, actor: &Actor, id: UserId) -> Result<Profile> {
    tokens::check(cx, actor)?;
    cx.system(|conn| {
        let account = accounts::find(conn, id).map_err(missing("user"))?;
        account.profile().ok_or(Error::NotFound("user"))
    })
}

/// Changes the account. A change of its calendar that reaches back derives the figures anew from there.
///
/// # Errors
/// `Conflict`: `USERNAME_TAKEN`, `EMAIL_TAKEN`; `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn update(cx: &mut Context, actor: &Actor, patch: Valid<AccountPatch>) -> Result<Account> {
    if patch.username.is_some() || patch.email.is_some() {
        tokens::check(cx, actor)?;
        update_logins(cx, actor.user, &patch)?;
    }
    let now = cx.now;
    let account = cx.tenant(actor, |conn| {
        // Uploads wait here, so that no day is counted by the old calendar after the new one holds.
        devices::lock_all(conn, actor.user)?;
        let account = accounts::lock(conn, actor.user).map_err(missing("account"))?;
        if let Some(changed) = patch.told(&account) {
            accounts::update(conn, &changed, now)?;
            consumption::derive(conn, actor.user, &account.settings, &changed.settings)?;
            leaderboard::note(conn, actor.user)?;
        }
        let (old, _) = accounts::find_calendar(conn, actor.user)?;
        if let Some(calendar) = patch.apply(&old, now) {
            accounts::update_calendar(conn, actor.user, &calendar, now)?;
            usage::derive::anew(conn, actor.user, &old, &calendar)?;
            events::derive::anew(conn, actor.user, &old, &calendar)?;
            focus::derive(conn, actor.user, &old, &calendar)?;
        }
        Ok(accounts::find(conn, actor.user)?)
    })?;
    cx.app.calendars().forget(actor.user);
    cx.announce(actor.user, Kind::AccountUpdated, actor.user);
    Ok(account)
}

/// Gives the account other logins, here and in the directory of all.
fn update_logins(cx: &mut Context, user: UserId, patch: &AccountPatch) -> Result<()> {
    let now = cx.now;
    cx.system(|conn| {
        let account = accounts::lock(conn, user).map_err(missing("account"))?;
        let username = patch.username.as_deref().map_or(account.username.as_str(), str::trim);
        let email = patch.email.as_deref().map_or(account.email.as_str(), str::trim);
        check_username(username)?;
        let mut exchange = |old: &str, new: &str, taken: fn() -> Error| -> Result<()> {
            let (old, new) = (fold(old), fold(new));
            if old == new {
                return Ok(());
            }
            if !persistence::sign_in::insert_login(conn, &new, user)? {
                return Err(taken());
            }
            Ok(persistence::sign_in::delete_login(conn, &old, user)?)
        };
        exchange(&account.username, username, username_taken)?;
        exchange(&account.email, email, email_taken)?;
        if (username, email) == (account.username.as_str(), account.email.as_str()) {
            return Ok(());
        }
        accounts::update_logins(conn, user, username, email, now)?;
        leaderboard::note(conn, user)
    })
}

/// A calendar and its version.
pub(crate) type Versioned = (Arc<Calendar>, i32);

/// Calendars that were read before. Who uses one knows which version must hold, by the row it has locked or by
/// what it says when it opens its transaction, so that a calendar that has changed since is never used.
#[derive(Clone)]
pub(crate) struct Calendars(moka::sync::Cache<UserId, Versioned>);

impl Calendars {
    pub fn new() -> Calendars {
        Calendars(moka::sync::Cache::new(10_000))
    }

    fn forget(&self, user: UserId) {
        self.0.invalidate(&user);
    }

    /// The calendars of accounts at these versions; those that are not known are read. System's scope.
    pub fn at(
        &self,
        conn: &mut persistence::Conn,
        wanted: &HashMap<UserId, i32>,
    ) -> Result<HashMap<UserId, Arc<Calendar>>> {
        let mut found = HashMap::with_capacity(wanted.len());
        let mut unknown = Vec::new();
        for (user, version) in wanted {
            match self.0.get(user) {
                Some((calendar, known)) if known == *version => drop(found.insert(*user, calendar)),
                _ => unknown.push(user.0),
            }
        }
        if !unknown.is_empty() {
            for (user, calendar, version) in accounts::list_calendars(conn, &unknown)? {
                let calendar = Arc::new(calendar);
                self.0.insert(user, (calendar.clone(), version));
                found.insert(user, calendar);
            }
        }
        Ok(found)
    }
}

/// Runs `work` in a transaction in which the calendar it is handed is the account's.
pub(crate) fn with_calendar<T>(
    cx: &mut Context,
    actor: &Actor,
    mut work: impl FnMut(&mut persistence::Conn, &Calendar, chrono::DateTime<chrono::Utc>) -> Result<T>,
) -> Result<T> {
    let (app, now) = (cx.app.clone(), cx.now);
    let read = |cx: &mut Context| -> Result<(Arc<Calendar>, i32)> {
        let (calendar, version) =
            cx.tenant(actor, |conn| accounts::find_calendar(conn, actor.user).map_err(missing("account")))?;
        let known = (Arc::new(calendar), version);
        app.calendars().0.insert(actor.user, known.clone());
        Ok(known)
    };
    let (calendar, version) = match app.calendars().0.get(&actor.user) {
        Some(known) => known,
        None => read(cx)?,
    };
    let first = cx.tenant_on(actor, version, |conn| Ok(work(conn, &calendar, now)));
    match first {
        Err(persistence::Error::CalendarChanged) => {
            let (calendar, version) = read(cx)?;
            cx.tenant_on(actor, version, |conn| work(conn, &calendar, now))
        }
        other => other?,
    }
}

//! Accounts and their calendars.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::accounts::settings::Settings;
use domain::accounts::{Account, AccountPatch, Profile, check_username, fold};
use domain::categories::Categories;
use domain::days::Calendar;
use domain::ids::UserId;
use domain::live::Kind;
use domain::valid::{FieldError, Valid};
use persistence::accounts::Terms;
use persistence::{Conn, accounts, devices};

use crate::app::{Actor, Context};
use crate::error::missing;
use crate::meters::Rules;
use crate::sign_in::{email_taken, username_taken};
use crate::{Error, Result, consumption, events, focus, leaderboard, meters, time_entries, tokens, usage};

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
/// `Conflict`: `USERNAME_TAKEN`, `EMAIL_TAKEN`, `TIME_ENTRIES_OVERLAP`; `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn update(cx: &mut Context, actor: &Actor, patch: Valid<AccountPatch>) -> Result<Account> {
    check_provider(cx, &patch)?;
    if patch.username.is_some() || patch.email.is_some() {
        tokens::check(cx, actor)?;
        update_logins(cx, actor.user, &patch)?;
    }
    let now = cx.now;
    let account = cx.tenant(actor, |conn| {
        // Uploads wait here, so that no day is counted by the old calendar after the new one holds.
        devices::writers::lock_all(conn, actor.user)?;
        let account = accounts::lock(conn, actor.user).map_err(missing("account"))?;
        let mut changes_terms = false;
        if let Some(changed) = patch.told(&account) {
            changes_terms = is_remembered(&changed.settings) != is_remembered(&account.settings);
            accounts::update(conn, &changed, now)?;
            consumption::derive(conn, actor.user, &account.settings, &changed.settings)?;
            time_entries::apply_overlap(conn, actor.user, &account.settings, &changed.settings)?;
            leaderboard::note(conn, actor.user)?;
        }
        let (old, _) = accounts::find_calendar(conn, actor.user)?;
        let calendar = patch.apply(&old, now);
        if calendar.is_some() || changes_terms {
            accounts::update_calendar(conn, actor.user, calendar.as_ref().unwrap_or(&old), now)?;
        }
        if let Some(calendar) = &calendar {
            usage::derive::anew(conn, actor.user, &old, calendar)?;
            events::derive::anew(conn, actor.user, &old, calendar)?;
            focus::derive(conn, actor.user, &old, calendar)?;
        }
        let changed = accounts::find(conn, actor.user)?;
        let rules = Rules {
            user: actor.user,
            calendar: calendar.unwrap_or_else(|| old.clone()),
            calorific: changed.settings.calorific_value,
            now,
        };
        meters::derive_all(conn, &rules, &old, account.settings.calorific_value)?;
        Ok(changed)
    })?;
    cx.app.calendars().forget(actor.user);
    cx.announce(actor.user, Kind::AccountUpdated, actor.user);
    Ok(account)
}

/// What of the settings server processes remember, under the calendar's version.
fn is_remembered(settings: &Settings) -> impl PartialEq + '_ {
    (&settings.categorization, settings.keep_queries, settings.keep_incognito)
}

/// Who is to write insights has to be set up on this server.
fn check_provider(cx: &Context, patch: &AccountPatch) -> Result<()> {
    let chosen = patch.settings.as_ref().and_then(|settings| settings.0.insights?.provider);
    if chosen.is_none_or(|provider| cx.app.providers().has(provider)) {
        return Ok(());
    }
    let message = "is not set up on this server";
    Err(FieldError::new("settings.insights.provider", message, "PROVIDER_UNAVAILABLE").into())
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

/// Terms of accounts that were read before, their calendars first of all. Who uses one knows which version must hold, by the row it has locked or by
/// what it says when it opens its transaction, so that a calendar that has changed since is never used.
#[derive(Clone)]
pub(crate) struct Calendars {
    known: moka::sync::Cache<UserId, Terms>,
    /// Categories, under the same versions.
    categories: moka::sync::Cache<UserId, (Arc<Categories>, i32)>,
}

impl Calendars {
    pub fn new() -> Calendars {
        Calendars { known: moka::sync::Cache::new(10_000), categories: moka::sync::Cache::new(100) }
    }

    pub fn forget(&self, user: UserId) {
        self.known.invalidate(&user);
        self.categories.invalidate(&user);
    }

    /// The categories of an account whose calendar is of this version.
    fn categories(&self, conn: &mut Conn, user: UserId, version: i32) -> Result<Arc<Categories>> {
        if let Some((categories, known)) = self.categories.get(&user)
            && known == version
        {
            return Ok(categories);
        }
        let settings = accounts::find_settings(conn, user).map_err(missing("account"))?;
        let categories = Arc::new(Categories::of(&settings.categorization));
        self.categories.insert(user, (categories.clone(), version));
        Ok(categories)
    }

    /// The terms of accounts at these versions; those that are not known are read. System's scope.
    pub fn at(&self, conn: &mut Conn, wanted: &HashMap<UserId, i32>) -> Result<HashMap<UserId, Terms>> {
        let mut found = HashMap::with_capacity(wanted.len());
        let mut unknown = Vec::new();
        for (user, version) in wanted {
            match self.known.get(user) {
                Some(terms) if terms.version == *version => drop(found.insert(*user, terms)),
                _ => unknown.push(user.0),
            }
        }
        if !unknown.is_empty() {
            for (user, terms) in accounts::list_terms(conn, &unknown)? {
                self.known.insert(user, terms.clone());
                found.insert(user, terms);
            }
        }
        Ok(found)
    }
}

/// Runs `work` in a transaction in which the calendar it is handed is the account's.
pub(crate) fn with_calendar<T>(
    cx: &mut Context,
    actor: &Actor,
    mut work: impl FnMut(&mut Conn, &Calendar, DateTime<Utc>) -> Result<T>,
) -> Result<T> {
    with_version(cx, actor, |conn, calendar, _, now| work(conn, calendar, now))
}

/// The same, with the account's categories.
pub(crate) fn with_categories<T>(
    cx: &mut Context,
    actor: &Actor,
    mut work: impl FnMut(&mut Conn, &Calendar, &Arc<Categories>, DateTime<Utc>) -> Result<T>,
) -> Result<T> {
    let app = cx.app.clone();
    with_version(cx, actor, |conn, calendar, version, now| {
        let categories = app.calendars().categories(conn, actor.user, version)?;
        work(conn, calendar, &categories, now)
    })
}

fn with_version<T>(
    cx: &mut Context,
    actor: &Actor,
    mut work: impl FnMut(&mut Conn, &Calendar, i32, DateTime<Utc>) -> Result<T>,
) -> Result<T> {
    let (app, now) = (cx.app.clone(), cx.now);
    let read = |cx: &mut Context| -> Result<Terms> {
        let found = cx.tenant(actor, |conn| Ok(accounts::list_terms(conn, &[actor.user.0])?.pop()))?;
        let (_, terms) = found.ok_or(Error::NotFound("account"))?;
        app.calendars().known.insert(actor.user, terms.clone());
        Ok(terms)
    };
    let Terms { calendar, version, .. } = match app.calendars().known.get(&actor.user) {
        Some(known) => known,
        None => read(cx)?,
    };
    let first = cx.tenant_on(actor, version, |conn| Ok(work(conn, &calendar, version, now)));
    match first {
        Err(persistence::Error::CalendarChanged) => {
            let Terms { calendar, version, .. } = read(cx)?;
            cx.tenant_on(actor, version, |conn| work(conn, &calendar, version, now))
        }
        other => other?,
    }
}

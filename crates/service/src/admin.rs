//! What admins see and decide. Every use case asks in its own transaction whether who acts still is an admin: someone
//! who no longer is one is refused from the next request on.
//!
//! Those that change something stand in line at the row of settings before they ask, so that no two admins change who
//! is admin at the same time. What they change is written to the audit log in the same transaction.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::accounts::{Account, Role};
use domain::admin::stats::{self, ServerStats};
use domain::admin::{
    DeviceFilter, Invite, Invites, NewInvite, NewlyInvited, Owner, ResetLink, ServerSettings,
    ServerSettingsPatch, User, UserFilter, UserPatch, Users,
};
use domain::audit::{Action, AuditFilter, Entries, Entry};
use domain::days::plus;
use domain::devices::Devices;
use domain::ids::{DeviceId, EntryId, InviteId, UserId};
use domain::live::Kind;
use domain::pages::Page;
use domain::valid::Valid;
use persistence::admin::{self, figures, invites, users};
use persistence::audit::{self, NewEntry};
use persistence::{Conn, accounts, sign_in, tokens};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::app::{Actor, Context, new_id};
use crate::error::missing;
use crate::secrets::{code_hash, key_hash, new_code, new_key};
use crate::sign_in::RESET_LIFE;
use crate::{Error, Result, leaderboard, pages};

/// An admin who acts, in a transaction that found them to be one.
struct Admin {
    account: Account,
    now: DateTime<Utc>,
}

/// Runs `work` for an admin: in line with others, where it `changes` something.
fn open<T>(
    cx: &mut Context,
    actor: &Actor,
    changes: bool,
    work: impl FnOnce(&mut Conn, &Admin) -> Result<T>,
) -> Result<T> {
    if actor.device.is_some() {
        return Err(Error::Forbidden("ADMIN_ONLY"));
    }
    let now = cx.now;
    cx.system(|conn| {
        if changes {
            admin::lock_settings(conn)?;
        }
        let account = admin::enter(conn, actor.user, actor.family)?;
        if account.role != Role::Admin {
            return Err(Error::Forbidden("ADMIN_ONLY"));
        }
        work(conn, &Admin { account, now })
    })
}

impl Admin {
    /// Writes down what they did.
    fn note(
        &self,
        conn: &mut Conn,
        action: Action,
        target: Option<(Uuid, Option<&str>)>,
        (before, after): (Option<Value>, Option<Value>),
    ) -> Result<()> {
        let actor = (Some(self.account.id), self.account.username.as_str());
        crate::audit::write(conn, NewEntry { actor, action, target, before, after }, self.now)
    }
}

/// Whether who asks is an admin, for answers that need no other transaction.
///
/// # Errors
/// `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn check(cx: &mut Context, actor: &Actor) -> Result<()> {
    open(cx, actor, false, |_, _| Ok(()))
}

/// Refuses what would leave the server without an admin who may sign in. Others who change who is admin wait until
/// the transaction ends.
pub(crate) fn keep_an_admin(conn: &mut Conn, going: UserId) -> Result<()> {
    admin::lock_settings(conn)?;
    let account = accounts::find(conn, going).map_err(missing("user"))?;
    if account.role == Role::Admin && account.is_active && accounts::count_admins(conn)? <= 1 {
        return Err(Error::Forbidden("LAST_ADMIN"));
    }
    Ok(())
}

/// People with an account, newest first.
///
/// # Errors
/// `Invalid` for a cursor of no list; `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn list_users(cx: &mut Context, actor: &Actor, filter: &UserFilter, page: &Page) -> Result<Users> {
    let before = pages::begin(page, |cursor| cursor.parse().ok().map(UserId))?;
    open(cx, actor, false, |conn, _| {
        let total = users::count(conn, filter)?;
        let load = |limit| users::list(conn, filter, before, limit);
        let (users, next_cursor) = pages::take(page, load, |user| user.id.to_string())?;
        Ok(Users { users, total, next_cursor })
    })
}

/// One of them.
///
/// # Errors
/// `NotFound("user")`, also for a guest; `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn show_user(cx: &mut Context, actor: &Actor, id: UserId) -> Result<User> {
    open(cx, actor, false, |conn, _| users::find(conn, id).map_err(missing("user")))
}

/// Changes what somebody may do, and whether they may sign in. Who may not is signed out everywhere.
///
/// # Errors
/// `Forbidden`: `ADMIN_ONLY`, `LAST_ADMIN`; `NotFound("user")`; `Unauthenticated`, `Unavailable`.
pub fn update_user(cx: &mut Context, actor: &Actor, id: UserId, patch: UserPatch) -> Result<User> {
    let user = open(cx, actor, true, |conn, admin| {
        let was = accounts::lock(conn, id).map_err(missing("user"))?;
        let (role, active) = (patch.role.unwrap_or(was.role), patch.is_active.unwrap_or(was.is_active));
        if role != Role::Admin || !active {
            keep_an_admin(conn, id)?;
        }
        let (mut before, mut after) = (Map::new(), Map::new());
        let mut tell = |name: &str, was: Value, is: Value| {
            before.insert(name.to_owned(), was);
            after.insert(name.to_owned(), is);
        };
        if role != was.role {
            users::update_role(conn, id, role, admin.now)?;
            tell("role", json!(was.role), json!(role));
        }
        if active != was.is_active {
            users::update_disabled(conn, id, (!active).then_some(admin.now), admin.now)?;
            leaderboard::note(conn, id)?;
            tell("is_active", json!(was.is_active), json!(active));
        }
        if !active {
            tokens::revoke_places(conn, id, None, admin.now)?;
        }
        if !before.is_empty() {
            let target = Some((id.0, Some(was.username.as_str())));
            admin.note(conn, Action::UserUpdate, target, (Some(before.into()), Some(after.into())))?;
        }
        Ok(users::find(conn, id)?)
    })?;
    cx.announce(id, Kind::AccountUpdated, id);
    cx.access_changed(id);
    Ok(user)
}

/// Deletes somebody's account with everything that is its own.
///
/// # Errors
/// `Forbidden`: `ADMIN_ONLY`, `LAST_ADMIN`; `NotFound("user")`; `Unauthenticated`, `Unavailable`.
pub fn delete_user(cx: &mut Context, actor: &Actor, id: UserId) -> Result<()> {
    open(cx, actor, true, |conn, admin| {
        keep_an_admin(conn, id)?;
        let was = accounts::find(conn, id).map_err(missing("user"))?;
        accounts::delete(conn, id)?;
        let before = json!({"role": was.role, "is_active": was.is_active});
        let target = Some((id.0, Some(was.username.as_str())));
        admin.note(conn, Action::UserDelete, target, (Some(before), None))
    })?;
    cx.access_changed(id);
    Ok(())
}

/// Makes a link by which somebody sets a new password, in place of earlier ones.
///
/// # Errors
/// `Forbidden("ADMIN_ONLY")`; `NotFound("user")`; `Unauthenticated`, `Unavailable`.
pub fn new_reset_link(cx: &mut Context, actor: &Actor, id: UserId) -> Result<ResetLink> {
    open(cx, actor, true, |conn, admin| {
        let account = accounts::lock(conn, id).map_err(missing("user"))?;
        let (token, expires_at) = (new_key(), admin.now + RESET_LIFE);
        sign_in::insert_reset(conn, &key_hash(&token), id, expires_at, admin.now)?;
        let target = Some((id.0, Some(account.username.as_str())));
        admin.note(conn, Action::UserResetLink, target, (None, Some(json!({"expires_at": expires_at}))))?;
        Ok(ResetLink { url_path: format!("/reset#{token}"), token, expires_at })
    })
}

/// Devices of all accounts, those of the newest first.
///
/// # Errors
/// `Invalid` for a cursor of no list; `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn list_devices(cx: &mut Context, actor: &Actor, filter: &DeviceFilter, page: &Page) -> Result<Devices> {
    let place = |cursor: &str| {
        let (user, device) = cursor.split_once('.')?;
        Some((UserId(user.parse().ok()?), DeviceId(device.parse().ok()?)))
    };
    let before = pages::begin(page, place)?;
    open(cx, actor, false, |conn, _| {
        let total = admin::devices::count(conn, filter)?;
        let load = |limit| admin::devices::list(conn, filter, before, limit);
        let (devices, next_cursor) = pages::take(page, load, |device| {
            let owner = device.owner.as_ref().map(|owner| owner.id.0).unwrap_or_default();
            format!("{owner}.{}", device.id)
        })?;
        Ok(Devices { devices, total, next_cursor })
    })
}

/// What goes on on the server, with days by the calendar of who asks.
///
/// # Errors
/// `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn show_stats(cx: &mut Context, actor: &Actor) -> Result<ServerStats> {
    open(cx, actor, false, |conn, admin| {
        let (calendar, _) = accounts::find_calendar(conn, admin.account.id)?;
        Ok(figures::find(conn, &stats::days(&calendar, admin.now), admin.now)?)
    })
}

/// What admins have decided.
///
/// # Errors
/// `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn show_settings(cx: &mut Context, actor: &Actor) -> Result<ServerSettings> {
    open(cx, actor, false, |conn, _| {
        Ok(ServerSettings { registration: admin::find_settings(conn)?.registration })
    })
}

/// Decides anew.
///
/// # Errors
/// `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn update_settings(
    cx: &mut Context,
    actor: &Actor,
    patch: ServerSettingsPatch,
) -> Result<ServerSettings> {
    open(cx, actor, true, |conn, admin| {
        let was = admin::find_settings(conn)?.registration;
        let registration = patch.registration.unwrap_or(was);
        if registration != was {
            admin::update_registration(conn, registration, admin.now)?;
            let changed = (Some(json!({"registration": was})), Some(json!({"registration": registration})));
            admin.note(conn, Action::SettingsUpdate, None, changed)?;
        }
        Ok(ServerSettings { registration })
    })
}

/// Invitations, newest first.
///
/// # Errors
/// `Invalid` for a cursor of no list; `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn list_invites(cx: &mut Context, actor: &Actor, page: &Page) -> Result<Invites> {
    let before = pages::begin(page, |cursor| cursor.parse().ok().map(InviteId))?;
    open(cx, actor, false, |conn, _| {
        let total = invites::count(conn)?;
        let load = |limit| invites::list(conn, before, limit);
        let (invites, next_cursor) = pages::take(page, load, |invite| invite.id.to_string())?;
        Ok(Invites { invites, total, next_cursor })
    })
}

/// Makes an invitation. Its code is told this once.
///
/// # Errors
/// `Invalid`; `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn new_invite(cx: &mut Context, actor: &Actor, new: &Valid<NewInvite>) -> Result<NewlyInvited> {
    let code = new_code(3);
    let invite = open(cx, actor, true, |conn, admin| {
        let expires_at = new.expires(admin.now)?;
        let note = new.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
        let invite = Invite {
            id: InviteId(new_id()),
            note: note.map(ToOwned::to_owned),
            created_by: Some(Owner { id: admin.account.id, username: Some(admin.account.username.clone()) }),
            created_at: admin.now,
            expires_at: Some(expires_at),
            max_uses: new.max_uses.unwrap_or(1),
            uses: 0,
        };
        invites::insert(conn, &invite, &code_hash(&code))?;
        let after = json!({"max_uses": invite.max_uses, "expires_at": invite.expires_at});
        admin.note(conn, Action::InviteCreate, Some((invite.id.0, note)), (None, Some(after)))?;
        Ok(invites::find(conn, invite.id)?)
    })?;
    Ok(NewlyInvited { invite, code })
}

/// Takes an invitation back. Those whom it has let in stay.
///
/// # Errors
/// `Forbidden("ADMIN_ONLY")`; `NotFound("invite")`; `Unauthenticated`, `Unavailable`.
pub fn delete_invite(cx: &mut Context, actor: &Actor, id: InviteId) -> Result<()> {
    open(cx, actor, true, |conn, admin| {
        let Invite { note, max_uses, uses, expires_at, .. } =
            invites::find(conn, id).map_err(missing("invite"))?;
        invites::delete(conn, id)?;
        let before = json!({"max_uses": max_uses, "uses": uses, "expires_at": expires_at});
        admin.note(conn, Action::InviteDelete, Some((id.0, note.as_deref())), (Some(before), None))
    })
}

/// What was done, newest first.
///
/// # Errors
/// `Invalid`; `Forbidden("ADMIN_ONLY")`; `Unauthenticated`, `Unavailable`.
pub fn list_audit(cx: &mut Context, actor: &Actor, filter: &AuditFilter, page: &Page) -> Result<Entries> {
    let place = |cursor: &str| {
        let (at, id) = cursor.split_once('.')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, EntryId(id.parse().ok()?)))
    };
    let before = pages::begin(page, place)?;
    let filter = audit::Filter {
        actor: filter.actor_id,
        target: filter.target_id,
        action: filter.action,
        from: pages::bound(filter.from.as_deref(), "from", midnight)?,
        to: pages::bound(filter.to.as_deref(), "to", |date| midnight(plus(date, 1)))?,
    };
    open(cx, actor, false, |conn, _| {
        let total = audit::count(conn, &filter)?;
        let load = |limit| audit::list(conn, &filter, before, limit);
        let place = |entry: &Entry| format!("{}.{}", entry.at.timestamp_micros(), entry.id);
        let (entries, next_cursor) = pages::take(page, load, place)?;
        Ok(Entries { entries, total, next_cursor })
    })
}

/// The beginning of a date in UTC.
fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

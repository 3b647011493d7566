//! People register, and the command line makes an admin.

use chrono::{DateTime, Utc};
use domain::accounts::{Account, NewAccount, Role, fold};
use domain::admin::Registration;
use domain::audit::Action;
use domain::days::Calendar;
use domain::ids::{InviteId, UserId};
use domain::sign_in::{SignedIn, Visitor};
use domain::valid::Valid;
use persistence::accounts::{self, Person};
use persistence::{Conn, admin, sign_in, transaction};
use rand::Rng;
use serde_json::json;

use crate::app::{Context, new_id, now};
use crate::passwords::{Hash, Passwords};
use crate::secrets::code_hash;
use crate::{Error, Result, audit, leaderboard, tokens};

/// Whether `new` may register, before its password is hashed.
///
/// # Errors
/// `Invalid`; `Forbidden`: `REGISTRATION_CLOSED`, `INVITE_NEEDED`; `Conflict`: `USERNAME_TAKEN`, `EMAIL_TAKEN`.
pub fn check(cx: &mut Context, new: &Valid<NewAccount>) -> Result<()> {
    let passwords = *cx.app.passwords();
    let username = new.chosen_username()?;
    passwords.check(&new.password, "password")?;
    cx.system(|conn| {
        let settings = admin::find_settings(conn)?;
        if settings.has_admin {
            settings.registration.admit(new.invite_code.as_deref()).map_err(Error::Forbidden)?;
        }
        if !sign_in::is_free(conn, &fold(&new.email))? {
            return Err(email_taken());
        }
        match username {
            Some(name) if !sign_in::is_free(conn, &fold(name))? => Err(username_taken()),
            _ => Ok(()),
        }
    })
}

/// Makes an account, and signs in with it. The first of a server is its admin.
///
/// # Errors
/// As [`check`]; `Forbidden("INVITE_INVALID")`.
pub fn register(
    cx: &mut Context,
    new: &Valid<NewAccount>,
    hash: &Hash,
    visitor: &Visitor,
) -> Result<SignedIn> {
    let (app, now) = (cx.app.clone(), cx.now);
    cx.system(|conn| {
        let settings = admin::find_settings(conn)?;
        // Of those who come first at the same time, one is admin.
        let settings = if settings.has_admin { settings } else { admin::lock_settings(conn)? };
        let role = if settings.has_admin { Role::User } else { Role::Admin };
        let invite = if settings.has_admin {
            admit(conn, settings.registration, new.invite_code.as_deref(), now)?
        } else {
            None
        };
        let user = insert(conn, new, hash, role, now)?;
        let after = json!({"role": role, "invite_id": invite});
        audit::write_own(conn, &user, Action::AccountRegister, (None, Some(after)), now)?;
        let tokens = tokens::issue_place(conn, app.keys(), &user, visitor.agent.as_deref(), now)?;
        Ok(SignedIn { message: "Registered", user, tokens })
    })
}

/// Makes an account that is an admin's in the database at `url`, whoever may register: for the command line.
///
/// # Errors
/// `Invalid`; `Conflict`: `USERNAME_TAKEN`, `EMAIL_TAKEN`; `Unavailable`.
pub fn create_admin(url: &str, passwords: Passwords, new: &Valid<NewAccount>) -> Result<Account> {
    passwords.check(&new.password, "password")?;
    let (hash, now) = (passwords.hash(&new.password)?, now());
    transaction::system(&mut persistence::connect(url)?, |conn| {
        let user = insert(conn, new, &hash, Role::Admin, now)?;
        audit::write_command(conn, &user, Action::AdminCreate, json!({"role": user.role}), now)?;
        Ok(user)
    })
}

/// Whether somebody may register, and by which invitation, which is used up when the transaction succeeds.
fn admit(
    conn: &mut Conn,
    registration: Registration,
    code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<InviteId>> {
    let Some(code) = registration.admit(code).map_err(Error::Forbidden)? else { return Ok(None) };
    match admin::invites::take(conn, &code_hash(code), now) {
        Ok(invite) => Ok(Some(invite)),
        Err(persistence::Error::NotFound) => Err(Error::Forbidden("INVITE_INVALID")),
        Err(error) => Err(error.into()),
    }
}

fn insert(
    conn: &mut Conn,
    new: &Valid<NewAccount>,
    hash: &Hash,
    role: Role,
    now: DateTime<Utc>,
) -> Result<Account> {
    let user = UserId(new_id());
    let email = new.email.trim();
    if !sign_in::insert_login(conn, &fold(email), user)? {
        return Err(email_taken());
    }
    let username = match new.chosen_username()? {
        Some(name) if sign_in::insert_login(conn, &fold(name), user)? => name.to_owned(),
        Some(_) => return Err(username_taken()),
        None => free_username(conn, &new.derived_username(), user)?,
    };
    let zone = new.timezone.as_deref().and_then(|name| name.parse().ok()).unwrap_or_default();
    let name = new.whole_name();
    let person = Person {
        username: &username,
        email,
        name: name.as_deref(),
        first_name: new.first_name.as_deref().map(str::trim),
        last_name: new.last_name.as_deref().map(str::trim),
        password_hash: &hash.0,
        role,
    };
    accounts::insert(conn, user, Some(person), &Calendar::in_zone(zone), now)?;
    leaderboard::note(conn, user)?;
    if role == Role::Admin {
        admin::update_admin_since(conn, now)?;
    }
    Ok(accounts::find(conn, user)?)
}

/// A username like `base` that nobody has, taken for `user`.
fn free_username(conn: &mut Conn, base: &str, user: UserId) -> Result<String> {
    let mut name = base.to_owned();
    for _ in 0..20 {
        if sign_in::insert_login(conn, &fold(&name), user)? {
            return Ok(name);
        }
        name = format!("{base}{}", rand::rng().next_u32() % 100_000);
    }
    Err(username_taken())
}

pub(crate) fn username_taken() -> Error {
    Error::Conflict("USERNAME_TAKEN", "This username is taken".into())
}

pub(crate) fn email_taken() -> Error {
    Error::Conflict("EMAIL_TAKEN", "There is an account with this e-mail address".into())
}

//! People register, sign in and out, and change their passwords.
//!
//! Comparing a password takes long and holds no connection, so that signing in has three parts: [`begin`] counts
//! the try and finds the account, [`Attempt::compare`] compares, [`finish`] ends the try and opens the door. A try
//! is counted before its password is looked at: whoever tries a hundred at once gets as far as who tries one
//! after another.

use chrono::{DateTime, Duration, Utc};
use domain::accounts::{Account, NewAccount, Role, fold};
use domain::admin::Registration;
use domain::audit::Action;
use domain::days::Calendar;
use domain::ids::{FamilyId, InviteId, UserId};
use domain::passwords::Password;
use domain::sign_in::{PasswordChange, Places, Reset, SignedIn, Verdict, Visitor};
use domain::tokens::TokenPair;
use domain::valid::{FieldError, Valid};
use persistence::accounts::{self, Person};
use persistence::sign_in::{self, Holder};
use persistence::{Conn, admin, transaction};
use rand::Rng;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::app::{Actor, App, Context, new_id, now};
use crate::error::missing;
use crate::passwords::{Hash, Passwords};
use crate::secrets::{code_hash, key_hash};
use crate::tokens::{self, Whose};
use crate::{Error, Result, audit};

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
            match settings.registration {
                Registration::Open => {}
                Registration::Invite if new.invite_code.is_some() => {}
                Registration::Invite => return Err(Error::Forbidden("INVITE_NEEDED")),
                Registration::Closed => return Err(Error::Forbidden("REGISTRATION_CLOSED")),
            }
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

/// Whether somebody may register, and by which invitation.
fn admit(
    conn: &mut Conn,
    registration: Registration,
    code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<InviteId>> {
    match (registration, code) {
        (Registration::Open, _) => Ok(None),
        (Registration::Closed, _) => Err(Error::Forbidden("REGISTRATION_CLOSED")),
        (Registration::Invite, None) => Err(Error::Forbidden("INVITE_NEEDED")),
        (Registration::Invite, Some(code)) => match admin::invites::take(conn, &code_hash(code), now) {
            Ok(invite) => Ok(Some(invite)),
            Err(persistence::Error::NotFound) => Err(Error::Forbidden("INVITE_INVALID")),
            Err(error) => Err(error.into()),
        },
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

/// A try that is under way. It has to be ended: with [`finish`], [`change_password`] and the like, or [`give_up`].
pub struct Attempt {
    key: Vec<u8>,
    begun: DateTime<Utc>,
    holder: Option<Holder>,
}

/// The same, when the password has been compared.
pub struct Compared {
    attempt: Attempt,
    right: bool,
}

/// Whether a try may be made.
pub enum Begun {
    /// It is under way.
    Go(Attempt),
    /// As many as may still fail are under way: a moment later, perhaps.
    Wait,
}

/// Begins a try to sign in as `login`.
///
/// # Errors
/// `RateLimited` after too many failures; `Unavailable`.
pub fn begin(cx: &mut Context, login: &str, visitor: &Visitor) -> Result<Begun> {
    let (login, now) = (fold(login), cx.now);
    cx.system(|conn| {
        let holder = match sign_in::find(conn, &login) {
            Ok(holder) => Some(holder),
            Err(persistence::Error::NotFound) => None,
            Err(error) => return Err(error.into()),
        };
        // Whatever they call themselves, it is one account; and a name that nobody has is counted alike.
        let whose = holder.as_ref().map_or_else(|| login.into_bytes(), |holder| holder.user.0.into());
        begin_for(conn, &whose, holder, visitor, now)
    })
}

/// Begins a try of somebody signed in to show that they know their password.
///
/// # Errors
/// `Unauthenticated`; `RateLimited` after too many failures; `Unavailable`.
pub fn begin_again(cx: &mut Context, actor: &Actor, visitor: &Visitor) -> Result<Begun> {
    let now = cx.now;
    tokens::check(cx, actor)?;
    cx.system(|conn| {
        let holder = sign_in::find_user(conn, actor.user).map_err(missing("account"))?;
        begin_for(conn, actor.user.0.as_bytes(), Some(holder), visitor, now)
    })
}

fn begin_for(
    conn: &mut Conn,
    whose: &[u8],
    holder: Option<Holder>,
    visitor: &Visitor,
    now: DateTime<Utc>,
) -> Result<Begun> {
    let key = Sha256::new().chain_update(whose).chain_update(visitor.address.to_string()).finalize().to_vec();
    let mut attempts = sign_in::lock_attempts(conn, &key, now)?;
    match attempts.begin(now) {
        Verdict::Go => {
            sign_in::update_attempts(conn, &key, &attempts, now)?;
            Ok(Begun::Go(Attempt { key, begun: now, holder }))
        }
        Verdict::Wait => Ok(Begun::Wait),
        Verdict::Refused { retry_after } => {
            Err(Error::RateLimited { retry_after: retry_after.to_std().unwrap_or_default() })
        }
    }
}

impl Attempt {
    /// Compares the password. Takes long, and just as long where there is no such account.
    #[must_use]
    pub fn compare(self, app: &App, password: &Password) -> Compared {
        let hash = self.holder.as_ref().map(|holder| holder.password_hash.as_str());
        let right = app.passwords().verify(password, hash);
        Compared { attempt: self, right }
    }

    /// What has to be known to end it where nothing was compared.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket { key: self.key.clone(), begun: self.begun }
    }
}

impl Compared {
    /// See [`Attempt::ticket`].
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        self.attempt.ticket()
    }
}

/// A try without what it was about.
pub struct Ticket {
    key: Vec<u8>,
    begun: DateTime<Utc>,
}

/// Ends a try whose password was never compared: it does not count.
///
/// # Errors
/// `Unavailable`.
pub fn give_up(cx: &mut Context, ticket: &Ticket) -> Result<()> {
    let now = cx.now;
    cx.system(|conn| end(conn, ticket, None, now))
}

fn end(conn: &mut Conn, ticket: &Ticket, succeeded: Option<bool>, now: DateTime<Utc>) -> Result<()> {
    let mut attempts = sign_in::lock_attempts(conn, &ticket.key, now)?;
    attempts.end(ticket.begun, succeeded, now);
    sign_in::update_attempts(conn, &ticket.key, &attempts, now)?;
    Ok(sign_in::delete_old_attempts(conn, now)?)
}

/// Ends the try, and gives whose password it was if it was right, and still is. (What a failed try leaves must be
/// kept, so that it is an outcome here and becomes an error afterwards.)
fn known(conn: &mut Conn, compared: &Compared, now: DateTime<Utc>) -> Result<Option<Holder>> {
    let holder = match &compared.attempt.holder {
        Some(then) if compared.right => match sign_in::find_user(conn, then.user) {
            Ok(holder) if holder.password_hash == then.password_hash => Some(holder),
            Ok(_) | Err(persistence::Error::NotFound) => None,
            Err(error) => return Err(error.into()),
        },
        _ => None,
    };
    end(conn, &compared.ticket(), Some(holder.is_some()), now)?;
    Ok(holder)
}

/// Ends the try to sign in.
///
/// # Errors
/// `Unauthenticated("INVALID_CREDENTIALS")`; `Forbidden("ACCOUNT_DISABLED")` for who knows the password.
pub fn finish(cx: &mut Context, compared: &Compared, visitor: &Visitor) -> Result<SignedIn> {
    let (app, now) = (cx.app.clone(), cx.now);
    cx.system(|conn| {
        let Some(holder) = known(conn, compared, now)? else {
            return Ok(Err(Error::Unauthenticated("INVALID_CREDENTIALS")));
        };
        if !holder.active {
            return Ok(Err(Error::Forbidden("ACCOUNT_DISABLED")));
        }
        let user = accounts::find(conn, holder.user)?;
        let tokens = tokens::issue_place(conn, app.keys(), &user, visitor.agent.as_deref(), now)?;
        Ok(Ok(SignedIn { message: "Signed in", user, tokens }))
    })?
}

/// Sets another password, where the present one was right. Every other signed-in place ends.
///
/// # Errors
/// `Forbidden("PASSWORD_WRONG")`; `Unavailable`.
pub fn change_password(cx: &mut Context, actor: &Actor, compared: &Compared, hash: &Hash) -> Result<()> {
    let now = cx.now;
    cx.system(|conn| {
        let Some(holder) = known(conn, compared, now)? else {
            return Ok(Err(Error::Forbidden("PASSWORD_WRONG")));
        };
        sign_in::update_password(conn, holder.user, &hash.0, now)?;
        // A link that sets it is no better than the password that no longer holds.
        sign_in::delete_resets(conn, holder.user)?;
        let account = accounts::find(conn, holder.user)?;
        audit::write_own(conn, &account, Action::PasswordChange, (None, None), now)?;
        Ok(Ok(persistence::tokens::revoke_places(conn, holder.user, actor.family, now)?))
    })?
}

/// Whether a password may be chosen.
///
/// # Errors
/// `Invalid`.
pub fn check_change(app: &App, change: &Valid<PasswordChange>) -> Result<()> {
    app.passwords().check(&change.new_password, "new_password")
}

/// Deletes the account with everything that is its own, where the password was right.
///
/// # Errors
/// `Forbidden`: `PASSWORD_WRONG`, `LAST_ADMIN`; `Unavailable`.
pub fn delete_account(cx: &mut Context, compared: &Compared) -> Result<()> {
    let now = cx.now;
    cx.system(|conn| {
        let Some(holder) = known(conn, compared, now)? else {
            return Ok(Err(Error::Forbidden("PASSWORD_WRONG")));
        };
        match crate::admin::keep_an_admin(conn, holder.user) {
            Ok(()) => {
                let account = accounts::find(conn, holder.user)?;
                let before = json!({"role": account.role});
                audit::write_own(conn, &account, Action::AccountDelete, (Some(before), None), now)?;
                Ok(Ok(accounts::delete(conn, holder.user)?))
            }
            Err(Error::Forbidden(code)) => Ok(Err(Error::Forbidden(code))),
            Err(error) => Err(error),
        }
    })?
}

/// The next pair of tokens of a signed-in place.
///
/// # Errors
/// `Unauthenticated`: `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED`, `REFRESH_TOKEN_REUSED`.
pub fn refresh(cx: &mut Context, token: &str) -> Result<TokenPair> {
    tokens::rotate(cx, token, Whose::People)
}

/// Ends the signed-in place whose token this is.
///
/// # Errors
/// `Unavailable`.
pub fn sign_out(cx: &mut Context, token: &str) -> Result<()> {
    tokens::end(cx, token)
}

/// Where the account is signed in.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn places(cx: &mut Context, actor: &Actor) -> Result<Places> {
    let now = cx.now;
    cx.tenant(actor, |conn| {
        let mut sessions = persistence::tokens::list_places(conn, actor.user, now)?;
        for place in &mut sessions {
            place.current = Some(place.id) == actor.family;
        }
        let total = i64::try_from(sessions.len()).unwrap_or(i64::MAX);
        Ok(Places { sessions, total, next_cursor: None })
    })
}

/// Ends one of them.
///
/// # Errors
/// `NotFound("session")`; `Unauthenticated`, `Unavailable`.
pub fn end_place(cx: &mut Context, actor: &Actor, id: FamilyId) -> Result<()> {
    let now = cx.now;
    cx.tenant(actor, |conn| {
        persistence::tokens::revoke_place(conn, actor.user, id, now).map_err(missing("session"))
    })
}

/// How long a link serves by which a person sets a new password.
pub(crate) const RESET_LIFE: Duration = Duration::hours(24);

/// Whether a password may be chosen by a link.
///
/// # Errors
/// `Invalid`.
pub fn check_reset(app: &App, reset: &Valid<Reset>) -> Result<()> {
    app.passwords().check(&reset.new_password, "new_password")
}

/// Sets the password by a link that an admin handed over. The account is signed out everywhere.
///
/// # Errors
/// `Invalid`: the link is unknown, was used, or has run out.
pub fn reset_password(cx: &mut Context, token: &str, hash: &Hash) -> Result<()> {
    let now = cx.now;
    cx.system(|conn| {
        let user = sign_in::take_reset(conn, &key_hash(token.trim()), now).map_err(|error| match error {
            persistence::Error::NotFound => {
                let message = "is unknown, was used, or has run out";
                Error::from(FieldError::new("token", message, "RESET_TOKEN_INVALID"))
            }
            error => error.into(),
        })?;
        sign_in::update_password(conn, user, &hash.0, now)?;
        let account = accounts::find(conn, user)?;
        audit::write_own(conn, &account, Action::PasswordReset, (None, None), now)?;
        Ok(persistence::tokens::revoke_places(conn, user, None, now)?)
    })
}

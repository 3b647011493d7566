//! People register, sign in and out, and change their passwords.
//!
//! Comparing a password takes long and holds no connection, so that signing in has three parts: [`begin`] counts
//! the try and finds the account, [`Attempt::compare`] compares, [`finish`] ends the try and opens the door. A try
//! is counted before its password is looked at: whoever tries a hundred at once gets as far as who tries one
//! after another.

use chrono::{DateTime, Duration, Utc};
use domain::accounts::fold;
use domain::audit::Action;
use domain::ids::FamilyId;
use domain::passwords::Password;
use domain::sign_in::{Places, SignedIn, Verdict, Visitor};
use domain::tokens::TokenPair;
use domain::valid::FieldError;
use persistence::sign_in::{self, Holder};
use persistence::{Conn, accounts};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::app::{Actor, App, Context};
use crate::error::missing;
use crate::passwords::Hash;
use crate::secrets::key_hash;
use crate::tokens::{self, Whose};
use crate::{Error, Result, audit};

mod register;

pub use register::{check, create_admin, register};
pub(crate) use register::{email_taken, username_taken};

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

/// Whether a password may be chosen in place of the present one.
///
/// # Errors
/// `Invalid`.
pub fn check_password(app: &App, password: &Password) -> Result<()> {
    app.passwords().check(password, "new_password")
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
    })??;
    cx.access_changed(actor.user);
    Ok(())
}

/// Deletes the account with everything that is its own, where the password was right.
///
/// # Errors
/// `Forbidden`: `PASSWORD_WRONG`, `LAST_ADMIN`; `Unavailable`.
pub fn delete_account(cx: &mut Context, compared: &Compared) -> Result<()> {
    let now = cx.now;
    let user = cx.system(|conn| {
        let Some(holder) = known(conn, compared, now)? else {
            return Ok(Err(Error::Forbidden("PASSWORD_WRONG")));
        };
        match crate::admin::keep_an_admin(conn, holder.user) {
            Ok(()) => {
                let account = accounts::find(conn, holder.user)?;
                let before = json!({"role": account.role});
                audit::write_own(conn, &account, Action::AccountDelete, (Some(before), None), now)?;
                accounts::delete(conn, holder.user)?;
                Ok(Ok(holder.user))
            }
            Err(Error::Forbidden(code)) => Ok(Err(Error::Forbidden(code))),
            Err(error) => Err(error),
        }
    })??;
    cx.access_changed(user);
    Ok(())
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
    })?;
    cx.access_changed(actor.user);
    Ok(())
}

/// How long a link serves by which a person sets a new password.
pub(crate) const RESET_LIFE: Duration = Duration::hours(24);

/// Sets the password by a link that an admin handed over. The account is signed out everywhere.
///
/// # Errors
/// `Invalid`: the link is unknown, was used, or has run out.
pub fn reset_password(cx: &mut Context, token: &str, hash: &Hash) -> Result<()> {
    let now = cx.now;
    let user = cx.system(|conn| {
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
        persistence::tokens::revoke_places(conn, user, None, now)?;
        Ok(user)
    })?;
    cx.access_changed(user);
    Ok(())
}

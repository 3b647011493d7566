//! Who signs in: logins, tries, and the ways to set a password. All of it is over all accounts: system's scope.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::ids::UserId;
use domain::sign_in::{Attempts, WINDOW};
use uuid::Uuid;

use crate::error::one;
use crate::schema::{login_attempts, logins, password_resets, users};
use crate::{Conn, Error, Result};

/// What signing in needs to know of an account.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The account.
    pub user: UserId,
    /// Its password, hashed.
    pub password_hash: String,
    /// Whether it may sign in.
    pub active: bool,
}

type HolderRow = (Uuid, Option<String>, Option<DateTime<Utc>>);

fn holder((user, password_hash, disabled_at): HolderRow) -> Result<Holder> {
    let password_hash = password_hash.ok_or(Error::NotFound)?;
    Ok(Holder { user: UserId(user), password_hash, active: disabled_at.is_none() })
}

/// Who has this login, folded.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, login: &str) -> Result<Holder> {
    let row = logins::table
        .inner_join(users::table.on(users::user_id.eq(logins::user_id)))
        .filter(logins::login.eq(login))
        .select((users::user_id, users::password_hash, users::disabled_at));
    holder(row.first::<HolderRow>(conn)?)
}

/// The holder of an account.
///
/// # Errors
/// `NotFound`, also for a guest's account.
pub fn find_user(conn: &mut Conn, user: UserId) -> Result<Holder> {
    let row = users::table.find(user.0).select((users::user_id, users::password_hash, users::disabled_at));
    holder(row.first::<HolderRow>(conn)?)
}

/// Whether nobody has this login, folded.
///
/// # Errors
/// `Unavailable`.
pub fn is_free(conn: &mut Conn, login: &str) -> Result<bool> {
    let taken = diesel::select(diesel::dsl::exists(logins::table.find(login)));
    Ok(!taken.get_result::<bool>(conn)?)
}

/// Gives an account a login, folded; false when somebody has it.
///
/// # Errors
/// `Unavailable`.
pub fn insert_login(conn: &mut Conn, login: &str, user: UserId) -> Result<bool> {
    let inserted = diesel::insert_into(logins::table)
        .values((logins::login.eq(login), logins::user_id.eq(user.0)))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

/// Takes a login, folded, from an account.
///
/// # Errors
/// `Unavailable`.
pub fn delete_login(conn: &mut Conn, login: &str, user: UserId) -> Result<()> {
    diesel::delete(logins::table.find(login).filter(logins::user_id.eq(user.0))).execute(conn)?;
    Ok(())
}

/// Sets the password of an account.
///
/// # Errors
/// `NotFound`.
pub fn update_password(conn: &mut Conn, user: UserId, hash: &str, now: DateTime<Utc>) -> Result<()> {
    one(diesel::update(users::table.find(user.0))
        .set((users::password_hash.eq(hash), users::updated_at.eq(now)))
        .execute(conn)?)
}

/// Locks the tries of `key`, which nobody else changes before the transaction ends.
///
/// # Errors
/// `Unavailable`.
pub fn lock_attempts(conn: &mut Conn, key: &[u8], now: DateTime<Utc>) -> Result<Attempts> {
    let nothing: Vec<DateTime<Utc>> = Vec::new();
    diesel::insert_into(login_attempts::table)
        .values((
            login_attempts::key.eq(key),
            login_attempts::failed_at.eq(&nothing),
            login_attempts::pending_at.eq(&nothing),
            login_attempts::updated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    let row = login_attempts::table
        .find(key)
        .select((login_attempts::failed_at, login_attempts::pending_at))
        .for_update();
    let (failed, pending) = row.first::<(Vec<DateTime<Utc>>, Vec<DateTime<Utc>>)>(conn)?;
    Ok(Attempts { failed, pending })
}

/// Keeps the tries of `key`, and forgets those of others that no longer count.
///
/// # Errors
/// `Unavailable`.
pub fn update_attempts(conn: &mut Conn, key: &[u8], attempts: &Attempts, now: DateTime<Utc>) -> Result<()> {
    diesel::update(login_attempts::table.find(key))
        .set((
            login_attempts::failed_at.eq(&attempts.failed),
            login_attempts::pending_at.eq(&attempts.pending),
            login_attempts::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets tries that no longer count.
///
/// # Errors
/// `Unavailable`.
pub fn delete_old_attempts(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    diesel::delete(login_attempts::table.filter(login_attempts::updated_at.lt(now - WINDOW)))
        .execute(conn)?;
    Ok(())
}

/// Keeps a link by which an account's password can be set, in place of earlier ones.
///
/// # Errors
/// `Unavailable`.
pub fn insert_reset(
    conn: &mut Conn,
    token_hash: &[u8],
    user: UserId,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    delete_resets(conn, user)?;
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::token_hash.eq(token_hash),
            password_resets::user_id.eq(user.0),
            password_resets::created_at.eq(now),
            password_resets::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes the account's link back.
///
/// # Errors
/// `Unavailable`.
pub fn delete_resets(conn: &mut Conn, user: UserId) -> Result<()> {
    diesel::delete(password_resets::table.filter(password_resets::user_id.eq(user.0))).execute(conn)?;
    Ok(())
}

/// Uses a link up: whose password it sets.
///
/// # Errors
/// `NotFound`: unknown, used, or run out.
pub fn take_reset(conn: &mut Conn, token_hash: &[u8], now: DateTime<Utc>) -> Result<UserId> {
    let link = password_resets::table.find(token_hash).filter(password_resets::expires_at.gt(now));
    Ok(UserId(diesel::delete(link).returning(password_resets::user_id).get_result::<Uuid>(conn)?))
}

//! Codes by which new devices join an account. Over all accounts: system's scope.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::ids::UserId;
use uuid::Uuid;

use crate::schema::pairing_codes;
use crate::{Conn, Result};

/// Keeps the code of an account, in place of earlier ones.
///
/// # Errors
/// `Unavailable`.
pub fn insert(conn: &mut Conn, user: UserId, code_hash: &[u8], expires_at: DateTime<Utc>) -> Result<()> {
    diesel::delete(pairing_codes::table.filter(pairing_codes::user_id.eq(user.0))).execute(conn)?;
    diesel::insert_into(pairing_codes::table)
        .values((
            pairing_codes::code_hash.eq(code_hash),
            pairing_codes::user_id.eq(user.0),
            pairing_codes::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Uses a code up: whose it is.
///
/// # Errors
/// `NotFound`: unknown, used, or run out.
pub fn take(conn: &mut Conn, code_hash: &[u8], now: DateTime<Utc>) -> Result<UserId> {
    let code = pairing_codes::table.find(code_hash).filter(pairing_codes::expires_at.gt(now));
    Ok(UserId(diesel::delete(code).returning(pairing_codes::user_id).get_result::<Uuid>(conn)?))
}

//! Invitations to register.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use domain::admin::{Invite, Owner};
use domain::ids::{InviteId, UserId};
use uuid::Uuid;

use crate::error::one;
use crate::schema::invites;
use crate::{Conn, Result};

type Row =
    (Uuid, Option<String>, Option<Uuid>, Option<String>, DateTime<Utc>, Option<DateTime<Utc>>, i32, i32);
type Columns = (
    invites::id,
    invites::note,
    invites::created_by,
    SqlLiteral<Nullable<Text>>,
    invites::created_at,
    invites::expires_at,
    invites::max_uses,
    invites::uses,
);

fn columns() -> Columns {
    (
        invites::id,
        invites::note,
        invites::created_by,
        sql("(SELECT u.username FROM users u WHERE u.user_id = invites.created_by)"),
        invites::created_at,
        invites::expires_at,
        invites::max_uses,
        invites::uses,
    )
}

fn invite((id, note, created_by, username, created_at, expires_at, max_uses, uses): Row) -> Invite {
    let maker = created_by.filter(|_| username.is_some()).map(UserId);
    let created_by = maker.map(|id| Owner { id, username });
    Invite { id: InviteId(id), note, created_by, created_at, expires_at, max_uses, uses }
}

/// Invitations before `before`, newest first (ids are made in the order of time).
///
/// # Errors
/// `Unavailable`.
pub fn list(conn: &mut Conn, before: Option<InviteId>, limit: i64) -> Result<Vec<Invite>> {
    let rows = invites::table
        .filter(invites::id.lt(before.map_or(Uuid::max(), |id| id.0)))
        .order(invites::id.desc())
        .limit(limit)
        .select(columns())
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(invite).collect())
}

/// How many there are.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn) -> Result<i64> {
    Ok(invites::table.count().get_result(conn)?)
}

/// One of them.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, id: InviteId) -> Result<Invite> {
    Ok(invite(invites::table.find(id.0).select(columns()).first::<Row>(conn)?))
}

/// Keeps an invitation.
///
/// # Errors
/// `Unavailable`.
pub fn insert(conn: &mut Conn, invite: &Invite, code_hash: &[u8]) -> Result<()> {
    diesel::insert_into(invites::table)
        .values((
            invites::id.eq(invite.id.0),
            invites::code_hash.eq(code_hash),
            invites::note.eq(&invite.note),
            invites::created_by.eq(invite.created_by.as_ref().map(|maker| maker.id.0)),
            invites::created_at.eq(invite.created_at),
            invites::expires_at.eq(invite.expires_at),
            invites::max_uses.eq(invite.max_uses),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes an invitation back.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, id: InviteId) -> Result<()> {
    one(diesel::delete(invites::table.find(id.0)).execute(conn)?)
}

/// Uses an invitation: which it is.
///
/// # Errors
/// `NotFound`: unknown, used up, or run out.
pub fn take(conn: &mut Conn, code_hash: &[u8], now: DateTime<Utc>) -> Result<InviteId> {
    let invite = invites::table
        .filter(invites::code_hash.eq(code_hash))
        .filter(invites::uses.lt(invites::max_uses))
        .filter(invites::expires_at.is_null().or(invites::expires_at.gt(now)));
    let used = diesel::update(invite).set(invites::uses.eq(invites::uses + 1)).returning(invites::id);
    Ok(InviteId(used.get_result::<Uuid>(conn)?))
}

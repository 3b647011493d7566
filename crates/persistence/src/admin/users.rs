//! People, as admins see them. Guests, whose devices alone use the server, are none.

use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, sql};
use diesel::expression::SqlLiteral;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz};
use domain::accounts::Role;
use domain::admin::{Status, User, UserFilter};
use domain::ids::UserId;

use super::contain;
use crate::error::one;
use crate::schema::users;
use crate::{Conn, Result, accounts};

const DEVICES: &str = "(SELECT count(*) FROM devices d WHERE d.user_id = users.user_id)";
/// Every session starts on one day.
const SESSIONS: &str =
    "(SELECT coalesce(sum(d.started_count), 0)::bigint FROM usage_days d WHERE d.user_id = users.user_id)";
/// A signed-in place is heard of when it renews its tokens.
const SEEN: &str = "greatest((SELECT max(d.last_seen_at) FROM devices d WHERE d.user_id = users.user_id), \
    (SELECT max(f.issued_at) FROM token_families f WHERE f.user_id = users.user_id AND f.device_id IS NULL))";

type Row = (accounts::Row, i64, i64, Option<DateTime<Utc>>);
type Columns =
    (AsSelect<accounts::Row, Pg>, SqlLiteral<BigInt>, SqlLiteral<BigInt>, SqlLiteral<Nullable<Timestamptz>>);

fn columns() -> Columns {
    (accounts::Row::as_select(), sql(DEVICES), sql(SESSIONS), sql(SEEN))
}

fn user((account, devices, sessions, seen): Row) -> Result<User> {
    Ok(User::new(accounts::account(account)?, devices, sessions, seen))
}

fn selected(filter: &UserFilter) -> users::BoxedQuery<'static, Pg> {
    let mut people = users::table.filter(users::username.is_not_null()).into_boxed();
    if let Some(part) = &filter.query {
        people = people.filter(contain("username, email, name", part));
    }
    if let Some(role) = filter.role {
        people = people.filter(users::role.eq(role.as_str()));
    }
    match filter.status {
        Some(Status::Active) => people.filter(users::disabled_at.is_null()),
        Some(Status::Disabled) => people.filter(users::disabled_at.is_not_null()),
        None => people,
    }
}

/// People before `before`, newest first (ids are made in the order of time).
///
/// # Errors
/// `Unavailable`.
pub fn list(conn: &mut Conn, filter: &UserFilter, before: Option<UserId>, limit: i64) -> Result<Vec<User>> {
    let mut people = selected(filter);
    if let Some(before) = before {
        people = people.filter(users::user_id.lt(before.0));
    }
    let rows = people.order(users::user_id.desc()).limit(limit).select(columns()).load::<Row>(conn)?;
    rows.into_iter().map(user).collect()
}

/// How many people `filter` selects.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, filter: &UserFilter) -> Result<i64> {
    Ok(selected(filter).count().get_result(conn)?)
}

/// One of them.
///
/// # Errors
/// `NotFound`, also for a guest.
pub fn find(conn: &mut Conn, id: UserId) -> Result<User> {
    user(users::table.find(id.0).select(columns()).first::<Row>(conn)?)
}

/// What somebody may do.
///
/// # Errors
/// `NotFound`.
pub fn update_role(conn: &mut Conn, id: UserId, role: Role, now: DateTime<Utc>) -> Result<()> {
    one(diesel::update(users::table.find(id.0))
        .set((users::role.eq(role.as_str()), users::updated_at.eq(now)))
        .execute(conn)?)
}

/// Since when somebody may not sign in, or that they may.
///
/// # Errors
/// `NotFound`.
pub fn update_disabled(
    conn: &mut Conn,
    id: UserId,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    one(diesel::update(users::table.find(id.0))
        .set((users::disabled_at.eq(since), users::updated_at.eq(now)))
        .execute(conn)?)
}

//! Endpoints of webhooks. What is delivered to them is in [`deliveries`].

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Array;
use domain::ids::{EndpointId, UserId};
use domain::webhooks::{Scheme, Secret, WebhookEndpoint};
use uuid::Uuid;

use crate::error::one;
use crate::schema::{webhook_deliveries, webhook_directory, webhook_endpoints};
use crate::{Conn, Error, Result};

pub mod deliveries;

type Id = diesel::sql_types::Uuid;

/// An endpoint as its deliveries are looked at by.
#[derive(Clone, Debug)]
pub struct Known {
    /// The endpoint.
    pub id: EndpointId,
    /// Whose it is.
    pub user: UserId,
    /// What it is called.
    pub name: String,
    /// How its senders sign.
    pub scheme: Scheme,
    /// With what.
    pub secret: Secret,
}

/// Adds an endpoint, and says in the directory whose it is. System's scope.
///
/// # Errors
/// `Unavailable`.
pub fn insert(conn: &mut Conn, known: &Known, now: DateTime<Utc>) -> Result<()> {
    diesel::insert_into(webhook_directory::table)
        .values((webhook_directory::endpoint_id.eq(known.id.0), webhook_directory::user_id.eq(known.user.0)))
        .execute(conn)?;
    diesel::insert_into(webhook_endpoints::table)
        .values((
            webhook_endpoints::user_id.eq(known.user.0),
            webhook_endpoints::id.eq(known.id.0),
            webhook_endpoints::name.eq(&known.name),
            webhook_endpoints::scheme.eq(known.scheme.as_str()),
            webhook_endpoints::secret.eq(&known.secret.0),
            webhook_endpoints::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// An endpoint, whosever it is. System's scope.
///
/// # Errors
/// `NotFound`.
pub fn find_known(conn: &mut Conn, id: EndpointId) -> Result<Known> {
    let user = webhook_directory::table.find(id.0).select(webhook_directory::user_id).first::<Uuid>(conn)?;
    let (name, scheme, secret) = webhook_endpoints::table
        .find((user, id.0))
        .select((webhook_endpoints::name, webhook_endpoints::scheme, webhook_endpoints::secret))
        .first::<(String, String, String)>(conn)?;
    let scheme = scheme_of(&scheme)?;
    Ok(Known { id, user: UserId(user), name, scheme, secret: Secret(secret) })
}

fn scheme_of(stored: &str) -> Result<Scheme> {
    Scheme::from_stored(stored).ok_or(Error::Damaged("scheme"))
}

/// Endpoints, newest first, that were made before the one `after`. Their addresses are not known here.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<WebhookEndpoint>> {
    use webhook_endpoints::{created_at, id, name, scheme, user_id};
    let last = webhook_deliveries::table
        .filter(webhook_deliveries::user_id.eq(user_id))
        .filter(webhook_deliveries::endpoint_id.eq(id))
        .order(webhook_deliveries::received_at.desc())
        .select(webhook_deliveries::received_at.nullable())
        .limit(1)
        .single_value();
    let mut rows = webhook_endpoints::table.filter(user_id.eq(user.0)).into_boxed();
    if let Some((at, last)) = after {
        rows = rows.filter(created_at.lt(at).or(created_at.eq(at).and(id.lt(last))));
    }
    let rows = rows.order((created_at.desc(), id.desc())).limit(limit);
    rows.select((id, name, scheme, created_at, last)).load::<Row>(conn)?.into_iter().map(endpoint).collect()
}

type Row = (Uuid, String, String, DateTime<Utc>, Option<DateTime<Utc>>);

fn endpoint((id, name, scheme, created_at, last_received_at): Row) -> Result<WebhookEndpoint> {
    let (id, scheme) = (EndpointId(id), scheme_of(&scheme)?);
    Ok(WebhookEndpoint { id, name, scheme, url: String::new(), created_at, last_received_at })
}

/// How many there are.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(webhook_endpoints::table.filter(webhook_endpoints::user_id.eq(user.0)).count().get_result(conn)?)
}

/// That the account has this endpoint.
///
/// # Errors
/// `NotFound`.
pub fn check(conn: &mut Conn, user: UserId, id: EndpointId) -> Result<()> {
    webhook_endpoints::table.find((user.0, id.0)).select(webhook_endpoints::id).first::<Uuid>(conn)?;
    Ok(())
}

// Each is looked up by itself, however empty PostgreSQL takes the tables for.
statement! {
    Lock { users: [Uuid] => Array<Id>, ids: [Uuid] => Array<Id> } -> Id {
        "SELECT e.id FROM unnest(?::uuid[], ?::uuid[]) AS r (user_id, id) CROSS JOIN LATERAL ( \
           SELECT w.id FROM webhook_endpoints w WHERE w.user_id = r.user_id AND w.id = r.id \
             AND (SELECT u.disabled_at IS NULL FROM users u WHERE u.user_id = w.user_id) FOR KEY SHARE) e"
    }
}

/// Those of these endpoints that take deliveries: they are there, and their accounts are not disabled. They are there until
/// the transaction ends.
///
/// # Errors
/// `Unavailable`.
pub fn lock(conn: &mut Conn, endpoints: &BTreeSet<(UserId, EndpointId)>) -> Result<HashSet<EndpointId>> {
    let (users, ids): (Vec<Uuid>, Vec<Uuid>) = endpoints.iter().map(|(user, id)| (user.0, id.0)).unzip();
    Ok(Lock { users: &users, ids: &ids }.load::<Uuid>(conn)?.into_iter().map(EndpointId).collect())
}

/// Deletes an endpoint with all that was delivered to it. System's scope: the directory is over all accounts.
///
/// # Errors
/// `NotFound`.
pub fn delete(conn: &mut Conn, user: UserId, id: EndpointId) -> Result<()> {
    one(diesel::delete(webhook_endpoints::table.find((user.0, id.0))).execute(conn)?)?;
    diesel::delete(webhook_directory::table.find(id.0)).execute(conn)?;
    Ok(())
}

/// Deletes all endpoints of the account. System's scope.
///
/// # Errors
/// `Unavailable`.
pub fn delete_all(conn: &mut Conn, user: UserId) -> Result<()> {
    diesel::delete(webhook_endpoints::table.filter(webhook_endpoints::user_id.eq(user.0))).execute(conn)?;
    diesel::delete(webhook_directory::table.filter(webhook_directory::user_id.eq(user.0))).execute(conn)?;
    Ok(())
}

#[cfg(test)]
mod tests;

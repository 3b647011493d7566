//! What was delivered.

use diesel::pg::Pg;
use diesel::sql_types::Timestamptz;
use domain::webhooks::{Delivery, DeliveryFilter, DeliveryStatus, Outcome};

use super::*;

type Id = diesel::sql_types::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries)]
struct Row {
    id: String,
    kind: Option<String>,
    status: String,
    error_code: Option<String>,
    message: Option<String>,
    made: Vec<Uuid>,
    received_at: DateTime<Utc>,
    worked_at: DateTime<Utc>,
}

fn delivery(row: Row) -> Result<Delivery> {
    let status = DeliveryStatus::from_stored(&row.status).ok_or(Error::Damaged("status"))?;
    Ok(Delivery {
        id: row.id,
        kind: row.kind,
        outcome: Outcome { status, error_code: row.error_code, message: row.message, made: row.made },
        received_at: row.received_at,
        worked_at: row.worked_at,
    })
}

/// Adds a delivery, unless one of its id is there; waits for one that is just being added. Says whether it did.
///
/// # Errors
/// `Constraint("webhook_deliveries_endpoint_fkey…")` where the endpoint is gone.
pub fn insert(
    conn: &mut Conn,
    user: UserId,
    endpoint: EndpointId,
    delivery: &Delivery,
    body: &[u8],
) -> Result<bool> {
    let added = diesel::insert_into(webhook_deliveries::table)
        .values((
            webhook_deliveries::user_id.eq(user.0),
            webhook_deliveries::endpoint_id.eq(endpoint.0),
            webhook_deliveries::id.eq(&delivery.id),
            webhook_deliveries::kind.eq(&delivery.kind),
            webhook_deliveries::status.eq(delivery.outcome.status.as_str()),
            webhook_deliveries::error_code.eq(&delivery.outcome.error_code),
            webhook_deliveries::message.eq(&delivery.outcome.message),
            webhook_deliveries::made.eq(&delivery.outcome.made),
            webhook_deliveries::body.eq(body),
            webhook_deliveries::received_at.eq(delivery.received_at),
            webhook_deliveries::worked_at.eq(delivery.worked_at),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(added > 0)
}

/// What has become of a delivery that was worked on at `now`.
///
/// # Errors
/// `NotFound`.
pub fn update(
    conn: &mut Conn,
    user: UserId,
    endpoint: EndpointId,
    id: &str,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<()> {
    one(diesel::update(webhook_deliveries::table.find((user.0, endpoint.0, id)))
        .set((
            webhook_deliveries::status.eq(outcome.status.as_str()),
            webhook_deliveries::error_code.eq(&outcome.error_code),
            webhook_deliveries::message.eq(&outcome.message),
            webhook_deliveries::made.eq(&outcome.made),
            webhook_deliveries::worked_at.eq(now),
        ))
        .execute(conn)?)
}

/// A delivery and its body.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, endpoint: EndpointId, id: &str) -> Result<(Delivery, Vec<u8>)> {
    let row = webhook_deliveries::table.find((user.0, endpoint.0, id));
    let row = row.select((Row::as_select(), webhook_deliveries::body));
    let (row, body) = row.first::<(Row, Vec<u8>)>(conn)?;
    Ok((delivery(row)?, body))
}

/// The same; nobody else works on it before the transaction ends.
///
/// # Errors
/// `NotFound`.
pub fn lock(conn: &mut Conn, user: UserId, endpoint: EndpointId, id: &str) -> Result<(Delivery, Vec<u8>)> {
    let row = webhook_deliveries::table.find((user.0, endpoint.0, id)).for_update();
    let row = row.select((Row::as_select(), webhook_deliveries::body));
    let (row, body) = row.first::<(Row, Vec<u8>)>(conn)?;
    Ok((delivery(row)?, body))
}

/// What has become of a delivery.
///
/// # Errors
/// `NotFound`.
pub fn find_status(conn: &mut Conn, user: UserId, endpoint: EndpointId, id: &str) -> Result<DeliveryStatus> {
    let row = webhook_deliveries::table.find((user.0, endpoint.0, id)).select(webhook_deliveries::status);
    DeliveryStatus::from_stored(&row.first::<String>(conn)?).ok_or(Error::Damaged("status"))
}

fn selected(
    user: UserId,
    endpoint: EndpointId,
    filter: &DeliveryFilter,
) -> webhook_deliveries::BoxedQuery<'static, Pg> {
    let mut rows = webhook_deliveries::table
        .filter(webhook_deliveries::user_id.eq(user.0))
        .filter(webhook_deliveries::endpoint_id.eq(endpoint.0))
        .into_boxed();
    if let Some(status) = filter.status {
        rows = rows.filter(webhook_deliveries::status.eq(status.as_str()));
    }
    match filter.kind.clone() {
        Some(kind) => rows.filter(webhook_deliveries::kind.eq(kind)),
        None => rows,
    }
}

/// Deliveries, newest first, that came before the one `after`.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    endpoint: EndpointId,
    filter: &DeliveryFilter,
    after: Option<(DateTime<Utc>, String)>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    use webhook_deliveries::{id, received_at};
    let mut rows = selected(user, endpoint, filter);
    if let Some((at, last)) = after {
        rows = rows
            .filter(received_at.le(at))
            .filter(received_at.lt(at).or(received_at.eq(at).and(id.lt(last))));
    }
    let rows = rows.order((received_at.desc(), id.desc())).limit(limit).select(Row::as_select());
    rows.load::<Row>(conn)?.into_iter().map(delivery).collect()
}

/// How many `filter` selects.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, endpoint: EndpointId, filter: &DeliveryFilter) -> Result<i64> {
    Ok(selected(user, endpoint, filter).count().get_result(conn)?)
}

statement! {
    Forget {
        user: Uuid => Id,
        endpoint: Uuid => Id,
        old: DateTime<Utc> => Timestamptz,
        past: DateTime<Utc> => Timestamptz,
        of: Uuid => Id,
        at: Uuid => Id,
    } -> () {
        "DELETE FROM webhook_deliveries WHERE user_id = ? AND endpoint_id = ? AND (received_at < ? OR (received_at < ? \
           AND received_at < (SELECT d.received_at FROM webhook_deliveries d WHERE d.user_id = ? AND d.endpoint_id = ? \
                              ORDER BY d.received_at DESC OFFSET 999 LIMIT 1)))"
    }
}

/// Forgets what came before `old`, and, of what came before `past`, all but the last thousand of the endpoint.
///
/// # Errors
/// `Unavailable`.
pub fn delete_old(
    conn: &mut Conn,
    user: UserId,
    endpoint: EndpointId,
    old: DateTime<Utc>,
    past: DateTime<Utc>,
) -> Result<()> {
    let (user, endpoint) = (&user.0, &endpoint.0);
    Forget { user, endpoint, old: &old, past: &past, of: user, at: endpoint }.execute(conn)?;
    Ok(())
}

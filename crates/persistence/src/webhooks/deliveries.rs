//! What was delivered.

use std::collections::HashMap;

use diesel::pg::Pg;
use diesel::sql_types::{Array, Bytea, Nullable, Text, Timestamptz};
use domain::webhooks::{Delivery, DeliveryFilter, DeliveryStatus, Outcome};

use super::*;

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

/// Which delivery.
pub type Key<'a> = (EndpointId, &'a str);

/// A delivery to an endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Owned<'a> {
    /// The account.
    pub user: UserId,
    /// The endpoint.
    pub endpoint: EndpointId,
    /// The delivery.
    pub delivery: &'a Delivery,
}

impl<'a> Owned<'a> {
    /// Which it is.
    #[must_use]
    pub fn key(&self) -> Key<'a> {
        (self.endpoint, &self.delivery.id)
    }
}

statement! {
    InsertNew {
        users: [Uuid] => Array<Id>,
        endpoints: [Uuid] => Array<Id>,
        ids: [&'a str] => Array<Text>,
        kinds: [Option<&'a str>] => Array<Nullable<Text>>,
        statuses: [&'a str] => Array<Text>,
        error_codes: [Option<&'a str>] => Array<Nullable<Text>>,
        messages: [Option<&'a str>] => Array<Nullable<Text>>,
        made: [String] => Array<Text>,
        bodies: [&'a [u8]] => Array<Bytea>,
        received: [DateTime<Utc>] => Array<Timestamptz>,
        worked: [DateTime<Utc>] => Array<Timestamptz>,
    } -> (Id, Text) {
        "INSERT INTO webhook_deliveries (user_id, endpoint_id, id, kind, status, error_code, message, made, body, \
                                         received_at, worked_at) \
         SELECT r.user_id, r.endpoint_id, r.id, r.kind, r.status, r.error_code, r.message, \
                string_to_array(r.made, ',')::uuid[], r.body, r.received_at, r.worked_at \
         FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], \
                     ?::timestamptz[], ?::timestamptz[]) \
           AS r (user_id, endpoint_id, id, kind, status, error_code, message, made, body, received_at, worked_at) \
         ON CONFLICT DO NOTHING RETURNING endpoint_id, id"
    }
}

/// Adds those of these deliveries that are not there yet, each with its body, and tells which they were; waits for one that
/// is just being added. Of deliveries with the same key the first counts. Nobody waits for anybody in a circle where all
/// add theirs in the order of their keys.
///
/// # Errors
/// `Constraint("webhook_deliveries_endpoint_fkey…")` where an endpoint is gone.
pub fn insert_new(conn: &mut Conn, new: &[(Owned<'_>, &[u8])]) -> Result<HashSet<(EndpointId, String)>> {
    let deliveries = || new.iter().map(|(owned, _)| owned.delivery);
    let outcomes = || deliveries().map(|delivery| &delivery.outcome);
    let insert = InsertNew {
        users: &new.iter().map(|(owned, _)| owned.user.0).collect::<Vec<_>>(),
        endpoints: &new.iter().map(|(owned, _)| owned.endpoint.0).collect::<Vec<_>>(),
        ids: &deliveries().map(|delivery| delivery.id.as_str()).collect::<Vec<_>>(),
        kinds: &deliveries().map(|delivery| delivery.kind.as_deref()).collect::<Vec<_>>(),
        statuses: &outcomes().map(|outcome| outcome.status.as_str()).collect::<Vec<_>>(),
        error_codes: &outcomes().map(|outcome| outcome.error_code.as_deref()).collect::<Vec<_>>(),
        messages: &outcomes().map(|outcome| outcome.message.as_deref()).collect::<Vec<_>>(),
        made: &outcomes().map(made).collect::<Vec<_>>(),
        bodies: &new.iter().map(|(_, body)| *body).collect::<Vec<_>>(),
        received: &deliveries().map(|delivery| delivery.received_at).collect::<Vec<_>>(),
        worked: &deliveries().map(|delivery| delivery.worked_at).collect::<Vec<_>>(),
    };
    let added = insert.load::<(Uuid, String)>(conn)?;
    Ok(added.into_iter().map(|(endpoint, id)| (EndpointId(endpoint), id)).collect())
}

/// Ids parted by commas: an array of arrays would lose which is whose.
fn made(outcome: &Outcome) -> String {
    outcome.made.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")
}

/// Keeps what has become of a delivery, and when it was worked on.
///
/// # Errors
/// `NotFound`.
pub fn update(conn: &mut Conn, Owned { user, endpoint, delivery }: Owned<'_>) -> Result<()> {
    one(diesel::update(webhook_deliveries::table.find((user.0, endpoint.0, &delivery.id)))
        .set((
            webhook_deliveries::status.eq(delivery.outcome.status.as_str()),
            webhook_deliveries::error_code.eq(&delivery.outcome.error_code),
            webhook_deliveries::message.eq(&delivery.outcome.message),
            webhook_deliveries::made.eq(&delivery.outcome.made),
            webhook_deliveries::worked_at.eq(delivery.worked_at),
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

// Each is looked up by itself, however empty PostgreSQL takes the table for.
statement! {
    ListStatuses {
        users: [Uuid] => Array<Id>,
        endpoints: [Uuid] => Array<Id>,
        ids: [&'a str] => Array<Text>,
    } -> (Id, Text, Text) {
        "SELECT d.* FROM unnest(?::uuid[], ?::uuid[], ?::text[]) AS r (user_id, endpoint_id, id) CROSS JOIN LATERAL ( \
           SELECT w.endpoint_id, w.id, w.status FROM webhook_deliveries w \
           WHERE w.user_id = r.user_id AND w.endpoint_id = r.endpoint_id AND w.id = r.id OFFSET 0) d"
    }
}

/// What has become of those of these deliveries that are there.
///
/// # Errors
/// `Unavailable`.
pub fn list_statuses(
    conn: &mut Conn,
    deliveries: &[Owned<'_>],
) -> Result<HashMap<(EndpointId, String), DeliveryStatus>> {
    let list = ListStatuses {
        users: &deliveries.iter().map(|owned| owned.user.0).collect::<Vec<_>>(),
        endpoints: &deliveries.iter().map(|owned| owned.endpoint.0).collect::<Vec<_>>(),
        ids: &deliveries.iter().map(|owned| owned.delivery.id.as_str()).collect::<Vec<_>>(),
    };
    let rows = list.load::<(Uuid, String, String)>(conn)?;
    let status = |(endpoint, id, status): (Uuid, String, String)| {
        let status = DeliveryStatus::from_stored(&status).ok_or(Error::Damaged("status"))?;
        Ok(((EndpointId(endpoint), id), status))
    };
    rows.into_iter().map(status).collect()
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

// Up to one instant, so that what is kept is not read.
statement! {
    Forget {
        user: Uuid => Id,
        endpoint: Uuid => Id,
        old: DateTime<Utc> => Timestamptz,
        past: DateTime<Utc> => Timestamptz,
        of: Uuid => Id,
        at: Uuid => Id,
        or_old: DateTime<Utc> => Timestamptz,
    } -> () {
        "DELETE FROM webhook_deliveries WHERE user_id = ? AND endpoint_id = ? AND received_at < greatest(?, least(?, coalesce( \
           (SELECT d.received_at FROM webhook_deliveries d WHERE d.user_id = ? AND d.endpoint_id = ? \
            ORDER BY d.received_at DESC OFFSET 999 LIMIT 1), ?)))"
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
    Forget { user, endpoint, old: &old, past: &past, of: user, at: endpoint, or_old: &old }.execute(conn)?;
    Ok(())
}

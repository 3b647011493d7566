//! Events as a list, and one after another.

use diesel::dsl::sql;
use domain::events::attention::{Heard, Place};
use domain::events::list::{Listed, ListedPayload};
use domain::events::{EventType, NO_DEVICE, sites};

use super::*;
use crate::schema::events;

/// Which events: those in `from <= t < to`.
#[derive(Clone, Debug)]
pub struct Filter {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// Of one type only.
    pub what: Option<String>,
    /// Of pages of these hosts only.
    pub hosts: Option<Vec<String>>,
}

/// The place of an event in the list.
pub type Cursor = (DateTime<Utc>, Uuid);

fn selected(user: UserId, filter: &Filter) -> events::BoxedQuery<'_, diesel::pg::Pg> {
    let mut query = events::table
        .filter(events::user_id.eq(user.0))
        .filter(events::occurred_at.ge(filter.from))
        .filter(events::occurred_at.lt(filter.to))
        .into_boxed();
    if let Some(what) = &filter.what {
        query = query.filter(events::event_type.eq(what));
    }
    if let Some(hosts) = &filter.hosts {
        // As `sites::host` takes them from an address: without one `www.`, and a number of IPv6 stands in brackets.
        let (numbers, names): (Vec<_>, Vec<_>) =
            hosts.iter().cloned().partition(|host| host.starts_with('['));
        let with_www = names.iter().map(|name| format!("www.{name}"));
        let without = names.iter().filter(|name| !name.starts_with("www.")).cloned();
        let is_name = sql::<Nullable<Bool>>("split_part(split_part(url, '/', 3), ':', 1) = ANY(")
            .bind::<Array<Text>, _>(with_www.chain(without).collect::<Vec<String>>())
            .sql(")");
        query = if numbers.is_empty() {
            query.filter(is_name)
        } else {
            let is_number =
                sql::<Nullable<Bool>>("split_part(split_part(url, '/', 3), ']', 1) || ']' = ANY(")
                    .bind::<Array<Text>, _>(numbers)
                    .sql(")");
            query.filter(is_name.or(is_number))
        };
    }
    query
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
pub(crate) struct Row {
    event_id: Uuid,
    sent_id: Option<String>,
    v: i32,
    event_type: String,
    occurred_at: DateTime<Utc>,
    device_id: Uuid,
    tab_id: Option<i64>,
    window_id: Option<i64>,
    url: Option<String>,
    title: Option<String>,
    active: Option<bool>,
}

/// Events, newest first, that stand behind `after` in the list, each with its place.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    filter: &Filter,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<(Cursor, Listed)>> {
    let mut query = selected(user, filter);
    if let Some((at, id)) = after {
        let later = events::occurred_at.eq(at).and(events::event_id.lt(id));
        query = query.filter(events::occurred_at.le(at)).filter(events::occurred_at.lt(at).or(later));
    }
    let rows = query
        .order((events::occurred_at.desc(), events::event_id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .load::<Row>(conn)?;
    Ok(rows.into_iter().map(|row| ((row.occurred_at, row.event_id), Listed::from(row))).collect())
}

impl From<Row> for Listed {
    fn from(row: Row) -> Listed {
        let host = row.url.as_deref().and_then(sites::host);
        Listed {
            id: row.sent_id.unwrap_or_else(|| row.event_id.to_string()),
            v: row.v,
            what: row.event_type,
            ts: row.occurred_at.timestamp_millis(),
            device_id: Some(DeviceId(row.device_id)).filter(|device| *device != NO_DEVICE),
            domain: host.and_then(sites::domain).map(ToOwned::to_owned),
            host: host.map(ToOwned::to_owned),
            payload: ListedPayload {
                tab_id: row.tab_id,
                window_id: row.window_id,
                url: row.url,
                title: row.title,
                active: row.active,
            },
        }
    }
}

/// How many events `filter` selects, by looking at each.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, filter: &Filter) -> Result<i64> {
    Ok(selected(user, filter).count().get_result(conn)?)
}

statement! {
    Raw {
        titles: bool => Bool,
        user: Uuid => Id,
        at: DateTime<Utc> => Timestamptz,
        from: DateTime<Utc> => Timestamptz,
        sequence: i64 => BigInt,
        id: Uuid => Id,
        to: DateTime<Utc> => Timestamptz,
        device: Option<Uuid> => Nullable<Id>,
        limit: i64 => BigInt,
    } -> (Id, Timestamptz, BigInt, Id, Text, Nullable<BigInt>, Nullable<BigInt>, Nullable<Bool>, Nullable<Text>, Nullable<Text>) {
        "SELECT device_id, occurred_at, sequence, event_id, event_type, tab_id, window_id, active, url, \
           CASE WHEN ? THEN title END \
         FROM events WHERE user_id = ? AND occurred_at >= ? AND (occurred_at, sequence, event_id) > (?, ?, ?) \
           AND occurred_at < ? AND device_id = coalesce(?, device_id) \
         ORDER BY occurred_at, sequence, event_id LIMIT ?"
    }
}

type RawRow = (
    Uuid,
    DateTime<Utc>,
    i64,
    Uuid,
    String,
    Option<i64>,
    Option<i64>,
    Option<bool>,
    Option<String>,
    Option<String>,
);

/// How many events are read at a time: enough to be quick, few enough to keep memory flat.
const CHUNK: i64 = 10_000;

/// Hands every event in `from <= t < to` to `each`, of one browser or of all, in their order.
///
/// # Errors
/// `Unavailable`.
pub fn each(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    mut each: impl FnMut(DeviceId, &Heard<'_>),
) -> Result<()> {
    read(conn, user, device, (from, to), false, |device, event, _| each(device, event))
}

/// Hands every event in `from <= t < to` to `each`, of all browsers, in their order, with the titles they told.
///
/// # Errors
/// `Unavailable`.
pub fn each_titled(
    conn: &mut Conn,
    user: UserId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    each: impl FnMut(DeviceId, &Heard<'_>, Option<&str>),
) -> Result<()> {
    read(conn, user, None, (from, to), true, each)
}

fn read(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    titles: bool,
    mut each: impl FnMut(DeviceId, &Heard<'_>, Option<&str>),
) -> Result<()> {
    let device = device.map(|device| device.0);
    // Nothing stands before this place at its instant: the server's clock is past 1970.
    let mut after = (from, i64::MIN, Uuid::nil());
    loop {
        let (from, sequence, id) = &after;
        let (user, titles, to, device, limit) = (&user.0, &titles, &to, &device, &CHUNK);
        let statement = Raw { titles, user, at: from, from, sequence, id, to, device, limit };
        let rows = statement.load::<RawRow>(conn)?;
        let full = i64::try_from(rows.len()).is_ok_and(|rows| rows == CHUNK);
        if let Some((_, at, sequence, id, ..)) = rows.last() {
            after = (*at, *sequence, *id);
        }
        for (device, at, sequence, _, what, tab, window, active, url, title) in &rows {
            let heard = Heard {
                place: Place { at_ms: at.timestamp_millis(), sequence: *sequence },
                what: &EventType::named(what),
                tab: *tab,
                window: *window,
                host: url.as_deref().map(|url| sites::host(url).unwrap_or_default()),
                active: *active,
            };
            each(DeviceId(*device), &heard, title.as_deref());
        }
        if !full {
            return Ok(());
        }
    }
}

/// Events of the account whose device is not there: none, where everything is right.
///
/// # Errors
/// `Unavailable`.
pub fn count_orphans(conn: &mut Conn, user: UserId) -> Result<i64> {
    use crate::schema::devices;
    let known = devices::table.filter(devices::user_id.eq(user.0)).select(devices::id);
    let of_nobody = events::table
        .filter(events::user_id.eq(user.0))
        .filter(events::device_id.ne(NO_DEVICE.0))
        .filter(diesel::dsl::not(events::device_id.eq_any(known)));
    Ok(of_nobody.count().get_result(conn)?)
}

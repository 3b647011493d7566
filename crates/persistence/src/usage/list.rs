//! Sessions as a list.

use chrono::Duration;
use domain::numbers::Seconds;
use domain::usage::Listed;

use super::*;
use crate::schema::usage;

/// Which sessions: those that overlap `from <= t < to`.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// From when.
    pub from: Option<DateTime<Utc>>,
    /// Until when.
    pub to: Option<DateTime<Utc>>,
    /// One device only.
    pub device: Option<DeviceId>,
    /// One app only.
    pub app: Option<String>,
}

/// The place of a session in the list.
pub type Place = (DateTime<Utc>, Uuid, String, String);

type Boxed<'a> = usage::BoxedQuery<'a, diesel::pg::Pg>;

fn selected<'a>(user: UserId, filter: &'a Filter) -> Boxed<'a> {
    let mut query = usage::table.filter(usage::user_id.eq(user.0)).into_boxed();
    if let Some(from) = filter.from {
        // What overlaps started a day before at the earliest: no session is longer.
        query = query
            .filter(usage::started_at.ge(from - Duration::hours(24)))
            .filter(usage::ended_at.gt(from).or(usage::started_at.ge(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(usage::started_at.lt(to));
    }
    if let Some(device) = filter.device {
        query = query.filter(usage::device_id.eq(device.0));
    }
    if let Some(app) = &filter.app {
        query = query.filter(usage::app.eq(app));
    }
    query
}

/// Sessions, newest first, that stand behind `after` in the list.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let mut query = selected(user, filter);
    if let Some((started_at, device, kind, app)) = after {
        let later = usage::started_at.eq(started_at).and(
            usage::device_id.lt(device).or(usage::device_id
                .eq(device)
                .and(usage::kind.lt(kind.clone()).or(usage::kind.eq(kind).and(usage::app.lt(app))))),
        );
        query =
            query.filter(usage::started_at.le(started_at)).filter(usage::started_at.lt(started_at).or(later));
    }
    let rows = query
        .order((usage::started_at.desc(), usage::device_id.desc(), usage::kind.desc(), usage::app.desc()))
        .limit(limit)
        .select((
            usage::device_id,
            usage::started_at,
            usage::kind,
            usage::app,
            usage::ended_at,
            usage::title,
            usage::url,
        ))
        .load::<(Uuid, DateTime<Utc>, String, String, DateTime<Utc>, Option<String>, Option<String>)>(conn)?;
    let row =
        |(device, started_at, kind, app, ended_at, title, url): (Uuid, _, String, _, DateTime<Utc>, _, _)| {
            let duration: Duration = ended_at - started_at;
            Listed {
                device_id: DeviceId(device),
                app,
                kind: Kind::from_stored(&kind),
                title,
                url,
                started_at,
                ended_at,
                duration_seconds: Seconds(duration.num_milliseconds()),
            }
        };
    Ok(rows.into_iter().map(row).collect())
}

/// How many sessions `filter` selects, by looking at each.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, user: UserId, filter: &Filter) -> Result<i64> {
    Ok(selected(user, filter).count().get_result(conn)?)
}

/// How many of the device and app of `filter` start in `from <= t < to`, by looking at each.
///
/// # Errors
/// `Unavailable`.
pub fn count_started(
    conn: &mut Conn,
    user: UserId,
    filter: &Filter,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<i64> {
    let filter = Filter { from: None, to: Some(to), ..filter.clone() };
    Ok(selected(user, &filter).filter(usage::started_at.ge(from)).count().get_result(conn)?)
}

statement! {
    Raw {
        user: Uuid => diesel::sql_types::Uuid,
        from: DateTime<Utc> => Timestamptz,
        device: Uuid => diesel::sql_types::Uuid,
        kind: &'a str => Text,
        app: &'a str => Text,
        to: DateTime<Utc> => Timestamptz,
        limit: i64 => BigInt,
    } -> (diesel::sql_types::Uuid, Timestamptz, Text, Text, Timestamptz) {
        "SELECT device_id, started_at, kind, app, ended_at FROM usage \
         WHERE user_id = ? AND (started_at, device_id, kind, app) > (?, ?, ?, ?) AND started_at < ? \
         ORDER BY started_at, device_id, kind, app LIMIT ?"
    }
}

/// How many sessions are read at a time: enough to be quick, few enough to keep memory flat.
const CHUNK: i64 = 10_000;

/// Hands every session of the account that starts in `from <= t < to` to `each`, oldest first, without title
/// and address.
///
/// # Errors
/// `Unavailable`.
pub fn each(
    conn: &mut Conn,
    user: UserId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    mut each: impl FnMut(DeviceId, Session),
) -> Result<()> {
    // Nothing stands before this place at its instant: no id is nil and no kind is empty.
    let mut after: Place = (from, Uuid::nil(), String::new(), String::new());
    loop {
        let (from, device, kind, app) = &after;
        let statement = Raw {
            user: &user.0,
            from,
            device,
            kind: &kind.as_str(),
            app: &app.as_str(),
            to: &to,
            limit: &CHUNK,
        };
        let rows = statement.load::<(Uuid, DateTime<Utc>, String, String, DateTime<Utc>)>(conn)?;
        let full = i64::try_from(rows.len()).is_ok_and(|rows| rows == CHUNK);
        if let Some((device, started_at, kind, app, _)) = rows.last() {
            after = (*started_at, *device, kind.clone(), app.clone());
        }
        for (device, started_at, kind, app, ended_at) in rows {
            let key = Key { started_at, kind: Kind::from_stored(&kind), app };
            each(DeviceId(device), Session { key, ended_at, title: None, url: None });
        }
        if !full {
            return Ok(());
        }
    }
}

/// Sessions of the account whose device is not there: none, where everything is right.
///
/// # Errors
/// `Unavailable`.
pub fn count_orphans(conn: &mut Conn, user: UserId) -> Result<i64> {
    use crate::schema::devices;
    let known = devices::table.filter(devices::user_id.eq(user.0)).select(devices::id);
    let of_nobody = usage::table
        .filter(usage::user_id.eq(user.0))
        .filter(diesel::dsl::not(usage::device_id.eq_any(known)));
    Ok(of_nobody.count().get_result(conn)?)
}

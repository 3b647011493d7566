//! What an archive has of an account: read row by row, in an order in which it can be taken in again, and put back
//! ([`restore`]). Who reads holds one snapshot; who puts back holds the lock of the account.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Int4};
use domain::archive::things::{Deleted, DeletedKind};
use domain::events::list::Listed;
use domain::garden::Plant;
use domain::ids::{DeviceId, ImportId, MeterId, UserId};
use domain::meters::intervals::{Interval, unpack};
use domain::usage::{Key, Kind, Session};
use uuid::Uuid;

use crate::schema::{
    consumption_deleted, events, garden, meter_intervals, meters, time_entries_deleted, usage, xp_ledger,
};
use crate::{Conn, Error, Result};

pub mod restore;

type Id = diesel::sql_types::Uuid;
type Each<E> = std::result::Result<(), E>;

statement! {
    IsEmpty { user: Uuid => Id } -> Bool {
        "SELECT NOT (EXISTS (SELECT FROM devices d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM usage d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM events d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM focus_sessions d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM xp_ledger d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM consumption d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM consumption_deleted d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM imports d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM meters d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM projects d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM time_entries d WHERE d.user_id = u.user_id) \
           OR EXISTS (SELECT FROM time_entries_deleted d WHERE d.user_id = u.user_id)) \
         FROM (SELECT ?::uuid AS user_id) u"
    }
}

/// Whether the account has nothing that an archive could have.
///
/// # Errors
/// `Unavailable`.
pub fn is_empty(conn: &mut Conn, user: UserId) -> Result<bool> {
    Ok(IsEmpty { user: &user.0 }.get_result(conn)?)
}

/// Sessions of devices.
///
/// # Errors
/// `Unavailable`; those of `each`.
pub fn each_usage<E: From<Error>>(
    conn: &mut Conn,
    user: UserId,
    mut each: impl FnMut(DeviceId, Session) -> Each<E>,
) -> Each<E> {
    type Row = (Uuid, DateTime<Utc>, String, String, DateTime<Utc>, Option<String>, Option<String>);
    let rows = usage::table
        .filter(usage::user_id.eq(user.0))
        .order((usage::started_at, usage::device_id, usage::kind, usage::app))
        .select((
            usage::device_id,
            usage::started_at,
            usage::kind,
            usage::app,
            usage::ended_at,
            usage::title,
            usage::url,
        ));
    for row in rows.load_iter::<Row, PgRowByRowLoadingMode>(conn).map_err(Error::from)? {
        let (device, started_at, kind, app, ended_at, title, url) = row.map_err(Error::from)?;
        let key = Key { started_at, kind: Kind::from_stored(&kind), app };
        each(DeviceId(device), Session { key, ended_at, title, url })?;
    }
    Ok(())
}

/// Events of browsers.
///
/// # Errors
/// `Unavailable`; those of `each`.
pub fn each_event<E: From<Error>>(
    conn: &mut Conn,
    user: UserId,
    mut each: impl FnMut(Listed) -> Each<E>,
) -> Each<E> {
    let rows = events::table
        .filter(events::user_id.eq(user.0))
        .order((events::occurred_at, events::sequence, events::event_id))
        .select(crate::events::list::Row::as_select());
    for row in rows.load_iter::<_, PgRowByRowLoadingMode>(conn).map_err(Error::from)? {
        each(row.map_err(Error::from)?.into())?;
    }
    Ok(())
}

/// Plants, by their ids, each with whether a client made it.
///
/// # Errors
/// `Unavailable`.
pub fn list_plants(conn: &mut Conn, user: UserId) -> Result<Vec<(Plant, bool)>> {
    let rows = garden::table.filter(garden::user_id.eq(user.0)).order(garden::id).select((
        garden::id,
        garden::session_id,
        garden::plant_num,
        garden::plant_type,
        garden::growth_stage,
        garden::withered,
        garden::chosen,
        garden::created_at,
    ));
    type Row = (Uuid, Uuid, i32, String, i16, bool, bool, DateTime<Utc>);
    let plant = |(id, session, plant_num, plant_type, growth_stage, withered, chosen, created_at): Row| {
        let plant = Plant {
            id: id.into(),
            user_id: user,
            session_id: session.into(),
            plant_num,
            plant_type,
            growth_stage,
            withered,
            total_plants: 0,
            focus_min: 0,
            started_at: created_at,
            created_at,
        };
        (plant, chosen)
    };
    Ok(rows.load::<Row>(conn)?.into_iter().map(plant).collect())
}

/// The imports that made meters which no person has changed since.
///
/// # Errors
/// `Unavailable`.
pub fn list_made_meters(conn: &mut Conn, user: UserId) -> Result<Vec<(MeterId, ImportId)>> {
    let made = meters::table
        .filter(meters::user_id.eq(user.0))
        .filter(meters::import_id.is_not_null())
        .select((meters::id, meters::import_id.assume_not_null()));
    let made = made.load::<(Uuid, Uuid)>(conn)?;
    Ok(made.into_iter().map(|(meter, import)| (MeterId(meter), ImportId(import))).collect())
}

/// What imports said of a meter, date by date.
///
/// # Errors
/// `Unavailable`; `Damaged`; those of `each`.
pub fn each_intervals<E: From<Error>>(
    conn: &mut Conn,
    user: UserId,
    meter: MeterId,
    mut each: impl FnMut(NaiveDate, i32, Vec<Interval>) -> Each<E>,
) -> Each<E> {
    let rows = meter_intervals::table
        .filter(meter_intervals::user_id.eq(user.0))
        .filter(meter_intervals::meter_id.eq(meter.0))
        .order((meter_intervals::date, meter_intervals::import_number))
        .select((meter_intervals::date, meter_intervals::import_number, meter_intervals::intervals));
    type Row = (NaiveDate, i32, Vec<u8>);
    for row in rows.load_iter::<Row, PgRowByRowLoadingMode>(conn).map_err(Error::from)? {
        let (date, import, bytes) = row.map_err(Error::from)?;
        each(date, import, unpack(date, &bytes).ok_or(Error::Damaged("intervals"))?)?;
    }
    Ok(())
}

/// The ids of what is gone.
///
/// # Errors
/// `Unavailable`; those of `each`.
pub fn each_deleted<E: From<Error>>(
    conn: &mut Conn,
    user: UserId,
    mut each: impl FnMut(Deleted) -> Each<E>,
) -> Each<E> {
    let records = consumption_deleted::table
        .filter(consumption_deleted::user_id.eq(user.0))
        .order(consumption_deleted::id)
        .select((consumption_deleted::id, consumption_deleted::deleted_at));
    let entries = time_entries_deleted::table
        .filter(time_entries_deleted::user_id.eq(user.0))
        .order(time_entries_deleted::id)
        .select((time_entries_deleted::id, time_entries_deleted::deleted_at));
    let sessions = xp_ledger::table
        .filter(xp_ledger::user_id.eq(user.0))
        .filter(xp_ledger::reason.eq("session_deleted"))
        .order(xp_ledger::source_id)
        .select((xp_ledger::source_id, xp_ledger::created_at));
    type Row = (Uuid, DateTime<Utc>);
    let mut all = |kind, rows: &mut dyn Iterator<Item = QueryResult<Row>>| -> Each<E> {
        for row in rows {
            let (id, deleted_at) = row.map_err(Error::from)?;
            each(Deleted { kind, id, deleted_at })?;
        }
        Ok(())
    };
    let mut rows = records.load_iter::<Row, PgRowByRowLoadingMode>(conn).map_err(Error::from)?;
    all(DeletedKind::Consumption, &mut rows)?;
    drop(rows);
    let mut rows = entries.load_iter::<Row, PgRowByRowLoadingMode>(conn).map_err(Error::from)?;
    all(DeletedKind::TimeEntry, &mut rows)?;
    drop(rows);
    let mut rows = sessions.load_iter::<Row, PgRowByRowLoadingMode>(conn).map_err(Error::from)?;
    all(DeletedKind::FocusSession, &mut rows)
}

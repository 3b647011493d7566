//! Things of an archive are put back as they were, with the instants at which the server learned of them. What has a
//! table's queries already (sessions, events, focus, plants, projects, entries) is put in by those.

use domain::archive::things::ThingImport;
use domain::consumption::{Canonical, Record};
use domain::devices::Device;
use domain::meters::readings::Reading;

use super::*;
use crate::consumption::decimals::{decimal, decimal_of};
use crate::schema::{consumption, devices, imports, meter_readings, users};

statement! {
    LockAlone { user: Uuid => Id } -> Int4 {
        "SELECT calendar_version FROM users WHERE user_id = ? FOR UPDATE"
    }
}

/// Nobody adds anything to the account before the transaction ends: neither does a device join it.
///
/// # Errors
/// `NotFound`.
pub fn lock(conn: &mut Conn, user: UserId) -> Result<()> {
    LockAlone { user: &user.0 }.get_result::<i32>(conn)?;
    Ok(())
}

/// Puts back a device; no key opens it. Says whether its id was free.
///
/// # Errors
/// `Unavailable`.
pub fn device(conn: &mut Conn, user: UserId, device: &Device) -> Result<bool> {
    let version = users::table.find(user.0).select(users::calendar_version).first::<i32>(conn)?;
    let inserted = diesel::insert_into(devices::table)
        .values((
            devices::user_id.eq(user.0),
            devices::id.eq(device.id.0),
            devices::name.eq(&device.name),
            devices::platform.eq(device.platform.as_str()),
            devices::model.eq(&device.model),
            devices::os_version.eq(&device.os_version),
            devices::app_version.eq(&device.app_version),
            devices::created_at.eq(device.created_at),
            devices::last_seen_at.eq(device.last_seen_at),
            devices::revoked_at.eq(device.revoked_at),
            devices::calendar_version.eq(version),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

/// Puts back a file that was imported. Says whether its id and number were free.
///
/// # Errors
/// `Unavailable`.
pub fn import(conn: &mut Conn, user: UserId, file: &ThingImport) -> Result<bool> {
    let inserted = diesel::insert_into(imports::table)
        .values((
            imports::user_id.eq(user.0),
            imports::id.eq(file.id.0),
            imports::number.eq(file.number),
            imports::kind.eq(file.kind.as_str()),
            imports::file_name.eq(&file.file_name),
            imports::imported.eq(file.imported),
            imports::changed.eq(file.changed),
            imports::duplicates.eq(file.duplicates),
            imports::rejected.eq(file.rejected),
            imports::first_date.eq(file.first_date),
            imports::last_date.eq(file.last_date),
            imports::created_at.eq(file.created_at),
            imports::undone_at.eq(file.undone_at),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

/// Puts back readings. Says how many had ids and instants that were free.
///
/// # Errors
/// `Unavailable`.
pub fn readings(conn: &mut Conn, user: UserId, readings: &[Reading]) -> Result<usize> {
    let rows: Vec<_> = readings
        .iter()
        .map(|one| {
            (
                meter_readings::user_id.eq(user.0),
                meter_readings::meter_id.eq(one.meter_id.0),
                meter_readings::read_at.eq(one.read_at),
                meter_readings::id.eq(one.id.0),
                meter_readings::reading.eq(decimal_of(one.reading)),
                meter_readings::kind.eq(one.kind.as_str()),
                meter_readings::new_reading.eq(one.new_reading.map(decimal_of)),
                meter_readings::note.eq(&one.note),
                meter_readings::import_id.eq(one.import_id.map(|id| id.0)),
                meter_readings::created_at.eq(one.created_at),
                meter_readings::updated_at.eq(one.updated_at),
            )
        })
        .collect();
    Ok(diesel::insert_into(meter_readings::table).values(rows).on_conflict_do_nothing().execute(conn)?)
}

/// Puts back records of consumption. Says how many had ids that were free.
///
/// # Errors
/// `Unavailable`.
pub fn consumption(conn: &mut Conn, records: &[(Record, Canonical)]) -> Result<usize> {
    let rows: Vec<_> = records
        .iter()
        .map(|(record, canonical)| {
            (
                consumption::user_id.eq(record.user_id.0),
                consumption::id.eq(record.id.0),
                consumption::consumption_date.eq(record.consumption_date),
                consumption::consumption_type.eq(record.consumption_type.as_str()),
                consumption::amount.eq(decimal_of(record.amount)),
                consumption::unit.eq(record.unit.as_str()),
                consumption::canonical_amount.eq(decimal(*canonical)),
                consumption::description.eq(&record.description),
                consumption::import_id.eq(record.import_id.map(|id| id.0)),
                consumption::estimated.eq(record.estimated),
                consumption::created_at.eq(record.created_at),
                consumption::updated_at.eq(record.updated_at),
            )
        })
        .collect();
    Ok(diesel::insert_into(consumption::table).values(rows).on_conflict_do_nothing().execute(conn)?)
}

/// Puts back the id of something that is gone. Says whether it was not there.
///
/// # Errors
/// `Unavailable`.
pub fn deleted(conn: &mut Conn, user: UserId, gone: &Deleted) -> Result<bool> {
    let Deleted { kind, id, deleted_at } = *gone;
    let inserted = match kind {
        DeletedKind::Consumption => diesel::insert_into(consumption_deleted::table)
            .values((
                consumption_deleted::user_id.eq(user.0),
                consumption_deleted::id.eq(id),
                consumption_deleted::deleted_at.eq(deleted_at),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?,
        DeletedKind::TimeEntry => diesel::insert_into(time_entries_deleted::table)
            .values((
                time_entries_deleted::user_id.eq(user.0),
                time_entries_deleted::id.eq(id),
                time_entries_deleted::deleted_at.eq(deleted_at),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?,
        // What it gave was taken back: it is of no points.
        DeletedKind::FocusSession => diesel::insert_into(xp_ledger::table)
            .values((
                xp_ledger::user_id.eq(user.0),
                xp_ledger::reason.eq("session_deleted"),
                xp_ledger::source_id.eq(id),
                xp_ledger::xp.eq(0),
                xp_ledger::created_at.eq(deleted_at),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?,
    };
    Ok(inserted == 1)
}

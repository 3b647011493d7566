//! What the figures of a day or a week are made of, in one round trip.

use chrono::NaiveDate;
use diesel::sql_types::{Bytea, Date, Nullable};
use domain::devices::Platform;
use domain::usage::figures::DayRow;

use super::days::{Packed, unpack};
use super::*;

type Id = diesel::sql_types::Uuid;

statement! {
    /// Devices by day, their apps only from a day on: the days before are there for comparison.
    Figures {
        apps_from: NaiveDate => Date,
        user: Uuid => Id,
        first: NaiveDate => Date,
        last: NaiveDate => Date,
        device: Option<Uuid> => Nullable<Id>,
    } -> (Date, Id, Text, Text, (BigInt, BigInt, BigInt, Bytea, Bytea, Bytea)) {
        "SELECT d.day, d.device_id, v.name, v.platform, d.duration_ms, d.session_count, d.started_count, d.hours_ms, \
                d.coverage, CASE WHEN d.day >= ? THEN d.apps ELSE '' END \
         FROM usage_days d JOIN devices v ON v.user_id = d.user_id AND v.id = d.device_id \
         WHERE d.user_id = ? AND d.day BETWEEN ? AND ? AND d.device_id = coalesce(?, d.device_id)"
    }
}

/// The days of devices in `first..=last` and, without their apps, those from `before` on.
///
/// # Errors
/// `Unavailable`; `Damaged`.
pub fn find(
    conn: &mut Conn,
    user: UserId,
    device: Option<DeviceId>,
    before: NaiveDate,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<DayRow>> {
    let device = device.map(|device| device.0);
    let statement =
        Figures { apps_from: &first, user: &user.0, first: &before, last: &last, device: &device };
    let rows = statement.load::<(NaiveDate, Uuid, String, String, Packed)>(conn)?;
    rows.into_iter()
        .map(|(date, device, name, platform, day)| {
            let platform = Platform::from_stored(&platform);
            Ok(DayRow { date, device_id: DeviceId(device), name, platform, day: unpack(day)? })
        })
        .collect()
}

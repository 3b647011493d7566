//! Devices of all accounts, guests' included.

use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use domain::admin::{DeviceFilter, Owner};
use domain::devices::Device;
use domain::ids::{DeviceId, UserId};
use uuid::Uuid;

use super::contain;
use crate::schema::devices;
use crate::{Conn, Result};

const USERNAME: &str = "(SELECT u.username FROM users u WHERE u.user_id = devices.user_id)";

/// Where in the list a device stands: by account, in it by age.
pub type Place = (UserId, DeviceId);

fn selected(filter: &DeviceFilter) -> devices::BoxedQuery<'static, Pg> {
    let mut all = devices::table.into_boxed();
    if let Some(user) = filter.user_id {
        all = all.filter(devices::user_id.eq(user.0));
    }
    match &filter.query {
        Some(part) => all.filter(contain(&format!("devices.name, model, platform, {USERNAME}"), part)),
        None => all,
    }
}

/// Devices before `before`, those of the newest account first.
///
/// # Errors
/// `Unavailable`.
pub fn list(
    conn: &mut Conn,
    filter: &DeviceFilter,
    before: Option<Place>,
    limit: i64,
) -> Result<Vec<Device>> {
    let mut all = selected(filter);
    if let Some((UserId(user), DeviceId(device))) = before {
        let place = sql::<Bool>("(devices.user_id, devices.id) < (")
            .bind::<diesel::sql_types::Uuid, _>(user)
            .sql(", ")
            .bind::<diesel::sql_types::Uuid, _>(device)
            .sql(")");
        all = all.filter(place);
    }
    let rows = all
        .order((devices::user_id.desc(), devices::id.desc()))
        .limit(limit)
        .select((crate::devices::columns(), devices::user_id, sql::<Nullable<Text>>(USERNAME)))
        .load::<(crate::devices::Row, Uuid, Option<String>)>(conn)?;
    let owned = |(row, user, username)| Device {
        owner: Some(Owner { id: UserId(user), username }),
        ..Device::from(row)
    };
    Ok(rows.into_iter().map(owned).collect())
}

/// How many devices `filter` selects.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, filter: &DeviceFilter) -> Result<i64> {
    Ok(selected(filter).count().get_result(conn)?)
}

//! What admins decide for the whole server. Over all accounts: system's scope.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::admin::Registration;

use crate::schema::{invites, server_settings};
use crate::{Conn, Result};

/// What admins have decided.
#[derive(Clone, Copy, Debug)]
pub struct ServerSettings {
    /// Who may register.
    pub registration: Registration,
    /// Whether the server has or had an admin.
    pub has_admin: bool,
}

fn read((registration, admin_since): (String, Option<DateTime<Utc>>)) -> ServerSettings {
    ServerSettings {
        registration: Registration::from_stored(&registration),
        has_admin: admin_since.is_some(),
    }
}

/// The settings.
///
/// # Errors
/// `Unavailable`.
pub fn find_settings(conn: &mut Conn) -> Result<ServerSettings> {
    let row = server_settings::table.select((server_settings::registration, server_settings::admin_since));
    Ok(read(row.first(conn)?))
}

/// The settings; nobody else changes them, or who is admin, before the transaction ends.
///
/// # Errors
/// `Unavailable`.
pub fn lock_settings(conn: &mut Conn) -> Result<ServerSettings> {
    let row = server_settings::table.select((server_settings::registration, server_settings::admin_since));
    Ok(read(row.for_update().first(conn)?))
}

/// Decides who may register.
///
/// # Errors
/// `Unavailable`.
pub fn update_registration(conn: &mut Conn, registration: Registration, now: DateTime<Utc>) -> Result<()> {
    diesel::update(server_settings::table)
        .set((server_settings::registration.eq(registration.as_str()), server_settings::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Notes that the server has an admin.
///
/// # Errors
/// `Unavailable`.
pub fn update_admin_since(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    diesel::update(server_settings::table)
        .filter(server_settings::admin_since.is_null())
        .set((server_settings::admin_since.eq(now), server_settings::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Uses an invitation; false where it is unknown, used up, or has run out.
///
/// # Errors
/// `Unavailable`.
pub fn use_invite(conn: &mut Conn, code_hash: &[u8], now: DateTime<Utc>) -> Result<bool> {
    let invite = invites::table
        .filter(invites::code_hash.eq(code_hash))
        .filter(invites::uses.lt(invites::max_uses))
        .filter(invites::expires_at.is_null().or(invites::expires_at.gt(now)));
    Ok(diesel::update(invite).set(invites::uses.eq(invites::uses + 1)).execute(conn)? == 1)
}

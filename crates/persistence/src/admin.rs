//! What admins decide for the whole server, and what they see of it. Over all accounts: system's scope.
//!
//! Who asks is an admin as long as the transaction finds them so: start reading at [`enter`].

use chrono::{DateTime, Utc};
use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use domain::accounts::Account;
use domain::admin::Registration;
use domain::ids::{FamilyId, UserId};
use uuid::Uuid;

use crate::schema::server_settings;
use crate::{Conn, Error, Result, accounts};

pub mod devices;
pub mod figures;
pub mod invites;
pub mod users;

statement! {
    Enter { user: Uuid => diesel::sql_types::Uuid, family: Option<Uuid> => diesel::sql_types::Nullable<diesel::sql_types::Uuid> } -> () {
        "SELECT enter(?, NULL, ?, NULL)"
    }
}

/// The account of a person who asks, if their credential still serves: what a tenant's transaction begins with, in the
/// system's.
///
/// # Errors
/// `Revoked`.
pub fn enter(conn: &mut Conn, user: UserId, family: Option<FamilyId>) -> Result<Account> {
    Enter { user: &user.0, family: &family.map(|family| family.0) }.execute(conn)?;
    match accounts::find(conn, user) {
        Ok(account) if account.is_active => Ok(account),
        // Gone or disabled since the question before.
        Ok(_) | Err(Error::NotFound) => Err(Error::Revoked),
        Err(error) => Err(error),
    }
}

/// Whether `texts`, a list of columns, hold `part`, without regard to case and Unicode form.
fn contain(
    texts: &str,
    part: &str,
) -> SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, AsExprOf<String, Text>>> {
    sql::<Bool>(&format!("strpos(lower(normalize(concat_ws(chr(10), {texts}), NFKC)), lower(normalize("))
        .bind::<Text, _>(part.trim().to_owned())
        .sql(", NFKC))) > 0")
}

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

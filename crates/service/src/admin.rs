//! What admins do. Every use case asks in its own transaction whether who acts still is one.

use domain::accounts::Role;
use domain::ids::UserId;
use persistence::{Conn, accounts, admin};

use crate::{Error, Result};

/// Refuses what would leave the server without an admin who may sign in. Others who change who is admin wait until
/// the transaction ends.
pub(crate) fn keep_an_admin(conn: &mut Conn, going: UserId) -> Result<()> {
    admin::lock_settings(conn)?;
    let account = accounts::find(conn, going).map_err(crate::error::missing("user"))?;
    if account.role == Role::Admin && account.is_active && accounts::count_admins(conn)? <= 1 {
        return Err(Error::Forbidden("LAST_ADMIN"));
    }
    Ok(())
}

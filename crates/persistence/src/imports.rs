//! Files of consumption that were read.

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use domain::ids::{ImportId, UserId};
use domain::imports::Import;

use crate::error::one;
use crate::schema::imports;
use crate::{Conn, Result};

/// Makes an import, the account's next. The caller holds the lock of the account.
///
/// # Errors
/// `Unavailable`.
pub fn insert(
    conn: &mut Conn,
    user: UserId,
    id: ImportId,
    kind: &str,
    file_name: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Import> {
    let last = imports::table.filter(imports::user_id.eq(user.0)).select(max(imports::number));
    let number = last.first::<Option<i32>>(conn)?.unwrap_or(0) + 1;
    diesel::insert_into(imports::table)
        .values((
            imports::user_id.eq(user.0),
            imports::id.eq(id.0),
            imports::number.eq(number),
            imports::kind.eq(kind),
            imports::file_name.eq(file_name),
            imports::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(Import { id, number })
}

/// Which of the account's imports this is.
///
/// # Errors
/// `NotFound`.
pub fn find_number(conn: &mut Conn, user: UserId, id: ImportId) -> Result<i32> {
    Ok(imports::table.find((user.0, id.0)).select(imports::number).first(conn)?)
}

/// Marks an import as undone.
///
/// # Errors
/// `NotFound`, also where it is undone already.
pub fn undo(conn: &mut Conn, user: UserId, id: ImportId, now: DateTime<Utc>) -> Result<()> {
    let standing = imports::table.find((user.0, id.0)).filter(imports::undone_at.is_null());
    one(diesel::update(standing).set(imports::undone_at.eq(now)).execute(conn)?)
}

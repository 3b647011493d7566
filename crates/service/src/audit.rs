//! Writing the audit log, in the transaction of what it tells of.

use chrono::{DateTime, Utc};
use domain::accounts::Account;
use domain::audit::Action;
use domain::ids::EntryId;
use persistence::Conn;
use persistence::audit::{NewEntry, insert};
use serde_json::Value;

use crate::Result;
use crate::app::new_id;

/// What an actor without an account is called.
const COMMAND_LINE: &str = "command line";

/// Writes an entry.
pub(crate) fn write(conn: &mut Conn, entry: NewEntry<'_>, now: DateTime<Utc>) -> Result<()> {
    Ok(insert(conn, EntryId(new_id()), entry, now)?)
}

/// Writes what somebody did with their own account.
pub(crate) fn write_own(
    conn: &mut Conn,
    account: &Account,
    action: Action,
    (before, after): (Option<Value>, Option<Value>),
    now: DateTime<Utc>,
) -> Result<()> {
    let name = account.username.as_str();
    let target = Some((account.id.0, Some(name)));
    write(conn, NewEntry { actor: (Some(account.id), name), action, target, before, after }, now)
}

/// Writes what was done to an account on the command line.
pub(crate) fn write_command(
    conn: &mut Conn,
    account: &Account,
    action: Action,
    after: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let target = Some((account.id.0, Some(account.username.as_str())));
    let actor = (None, COMMAND_LINE);
    write(conn, NewEntry { actor, action, target, before: None, after: Some(after) }, now)
}

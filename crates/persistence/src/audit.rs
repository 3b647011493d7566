//! The audit log. Over all accounts: system's scope.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz};
use domain::audit::{Action, Doer, Entry, Target};
use domain::ids::{EntryId, UserId};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::audit;
use crate::{Conn, Result};

/// What is to be written down.
#[derive(Clone, Debug)]
pub struct NewEntry<'a> {
    /// Who acted; without an account it was the command line.
    pub actor: (Option<UserId>, &'a str),
    /// What they did.
    pub action: Action,
    /// On what: an account or an invitation, and what it is called.
    pub target: Option<(Uuid, Option<&'a str>)>,
    /// What changed, as it was. Never a secret.
    pub before: Option<Value>,
    /// What changed, as it is. Never a secret.
    pub after: Option<Value>,
}

/// Writes an entry.
///
/// # Errors
/// `Unavailable`.
pub fn insert(conn: &mut Conn, id: EntryId, entry: NewEntry<'_>, now: DateTime<Utc>) -> Result<()> {
    let (actor, actor_name) = entry.actor;
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(id.0),
            audit::at.eq(now),
            audit::actor_id.eq(actor.map(|user| user.0)),
            audit::actor_name.eq(actor_name),
            audit::action.eq(entry.action.as_str()),
            audit::target_id.eq(entry.target.map(|(id, _)| id)),
            audit::target_name.eq(entry.target.and_then(|(_, name)| name)),
            audit::before.eq(entry.before),
            audit::after.eq(entry.after),
        ))
        .execute(conn)?;
    Ok(())
}

/// Which entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// By whom.
    pub actor: Option<UserId>,
    /// On what.
    pub target: Option<Uuid>,
    /// What was done.
    pub action: Option<Action>,
    /// From then on.
    pub from: Option<DateTime<Utc>>,
    /// Before then.
    pub to: Option<DateTime<Utc>>,
}

/// Where in the list an entry stands.
pub type Place = (DateTime<Utc>, EntryId);

fn selected(filter: &Filter) -> audit::BoxedQuery<'static, Pg> {
    let mut entries = audit::table.into_boxed();
    if let Some(actor) = filter.actor {
        entries = entries.filter(audit::actor_id.eq(actor.0));
    }
    if let Some(target) = filter.target {
        entries = entries.filter(audit::target_id.eq(target));
    }
    if let Some(action) = filter.action {
        entries = entries.filter(audit::action.eq(action.as_str()));
    }
    if let Some(from) = filter.from {
        entries = entries.filter(audit::at.ge(from));
    }
    if let Some(to) = filter.to {
        entries = entries.filter(audit::at.lt(to));
    }
    entries
}

type Row = (
    Uuid,
    DateTime<Utc>,
    Option<Uuid>,
    String,
    String,
    Option<Uuid>,
    Option<String>,
    Option<Value>,
    Option<Value>,
);

fn entry((id, at, actor, actor_name, action, target, target_name, before, after): Row) -> Entry {
    Entry {
        id: EntryId(id),
        at,
        actor: Doer { id: actor.map(UserId), name: actor_name },
        action,
        target: target.map(|id| Target { id, name: target_name }),
        before,
        after,
    }
}

/// Entries before `before`, newest first.
///
/// # Errors
/// `Unavailable`.
pub fn list(conn: &mut Conn, filter: &Filter, before: Option<Place>, limit: i64) -> Result<Vec<Entry>> {
    let mut entries = selected(filter);
    if let Some((at, EntryId(id))) = before {
        let place = sql::<Bool>("(at, id) < (")
            .bind::<Timestamptz, _>(at)
            .sql(", ")
            .bind::<diesel::sql_types::Uuid, _>(id)
            .sql(")");
        entries = entries.filter(place);
    }
    let rows = entries.order((audit::at.desc(), audit::id.desc())).limit(limit).load::<Row>(conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

/// How many entries `filter` selects.
///
/// # Errors
/// `Unavailable`.
pub fn count(conn: &mut Conn, filter: &Filter) -> Result<i64> {
    Ok(selected(filter).count().get_result(conn)?)
}

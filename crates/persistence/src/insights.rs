//! What was written of periods, and how often providers were asked for it.
//!
//! Who is going to ask a provider takes the row first, for a while, under its lock and in a transaction that ends before it
//! asks: others find the row taken.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use domain::ids::UserId;
use domain::insights::{Kind, Provider, Reason};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::{insight_calls, insights};
use crate::{Conn, Result};

/// Which text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// The last day it is about.
    pub date: NaiveDate,
    /// How many days it is about.
    pub days: i32,
    /// Who writes.
    pub provider: Provider,
}

/// What is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Of all that the document was made from.
    pub fingerprint: Vec<u8>,
    /// The answer as it is sent.
    pub document: Option<Value>,
    /// When it was made.
    pub generated_at: DateTime<Utc>,
    /// Until then the provider is being asked, or is left alone because it has failed.
    pub taken_until: Option<DateTime<Utc>>,
    /// Why the provider did not write when it was asked last.
    pub failure: Option<Reason>,
}

const COLUMNS: (
    insights::fingerprint,
    insights::document,
    insights::generated_at,
    insights::taken_until,
    insights::failure,
) = (
    insights::fingerprint,
    insights::document,
    insights::generated_at,
    insights::taken_until,
    insights::failure,
);

fn place(user: UserId, key: Key) -> (Uuid, &'static str, NaiveDate, i32, &'static str) {
    (user.0, key.kind.as_str(), key.date, key.days, key.provider.as_str())
}

type Columns = (Vec<u8>, Option<Value>, DateTime<Utc>, Option<DateTime<Utc>>, Option<String>);

fn stored((fingerprint, document, generated_at, taken_until, failure): Columns) -> Stored {
    let failure = failure.as_deref().and_then(Reason::named);
    Stored { fingerprint, document, generated_at, taken_until, failure }
}

/// What was written.
///
/// # Errors
/// `NotFound`.
pub fn find(conn: &mut Conn, user: UserId, key: Key) -> Result<Stored> {
    Ok(stored(insights::table.find(place(user, key)).select(COLUMNS).first::<Columns>(conn)?))
}

/// The row, made where there is none; nobody else changes it before the transaction ends.
///
/// # Errors
/// `Unavailable`.
pub fn lock(conn: &mut Conn, user: UserId, key: Key, now: DateTime<Utc>) -> Result<Stored> {
    make(conn, user, key, now)?;
    let row = insights::table.find(place(user, key)).select(COLUMNS).for_no_key_update();
    Ok(stored(row.first::<Columns>(conn)?))
}

/// Keeps a text in place of what was there: the row is nobody's then.
///
/// # Errors
/// `Unavailable`.
pub fn upsert(
    conn: &mut Conn,
    user: UserId,
    key: Key,
    fingerprint: &[u8],
    document: &Value,
    now: DateTime<Utc>,
) -> Result<()> {
    make(conn, user, key, now)?;
    let kept = (
        insights::fingerprint.eq(fingerprint),
        insights::document.eq(document),
        insights::generated_at.eq(now),
        insights::taken_until.eq(None::<DateTime<Utc>>),
        insights::failure.eq(None::<String>),
    );
    diesel::update(insights::table.find(place(user, key))).set(kept).execute(conn)?;
    Ok(())
}

/// Makes the row where there is none.
fn make(conn: &mut Conn, user: UserId, key: Key, now: DateTime<Utc>) -> Result<()> {
    let (user, kind, date, days, provider) = place(user, key);
    let nothing: &[u8] = &[];
    diesel::insert_into(insights::table)
        .values((
            insights::user_id.eq(user),
            insights::kind.eq(kind),
            insights::date.eq(date),
            insights::days.eq(days),
            insights::provider.eq(provider),
            insights::fingerprint.eq(nothing),
            insights::generated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// Takes the row until `until`.
///
/// # Errors
/// `Unavailable`.
pub fn take(conn: &mut Conn, user: UserId, key: Key, until: DateTime<Utc>) -> Result<()> {
    diesel::update(insights::table.find(place(user, key)))
        .set((insights::taken_until.eq(until), insights::failure.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

/// Says why the provider did not write; the row stays taken until `until`.
///
/// # Errors
/// `Unavailable`.
pub fn fail(conn: &mut Conn, user: UserId, key: Key, reason: Reason, until: DateTime<Utc>) -> Result<()> {
    diesel::update(insights::table.find(place(user, key)))
        .set((insights::taken_until.eq(until), insights::failure.eq(reason.as_str())))
        .execute(conn)?;
    Ok(())
}

/// Counts a call in a month, unless it has `most` of them. Says whether it did.
///
/// # Errors
/// `Unavailable`.
pub fn count_call(conn: &mut Conn, user: UserId, month: NaiveDate, most: i32) -> Result<bool> {
    let first =
        (insight_calls::user_id.eq(user.0), insight_calls::month.eq(month), insight_calls::calls.eq(0));
    diesel::insert_into(insight_calls::table).values(first).on_conflict_do_nothing().execute(conn)?;
    let counted = diesel::update(insight_calls::table.find((user.0, month)))
        .filter(insight_calls::calls.lt(most))
        .set(insight_calls::calls.eq(insight_calls::calls + 1))
        .execute(conn)?;
    Ok(counted == 1)
}

//! The yardsticks of large uploads: PostgreSQL's own ways in, from inside the machine, into the same table.

use std::sync::Barrier;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, Utc};
use diesel::ExecuteCopyFromDsl;
use diesel::pg::{CopyFormat, Pg};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Nullable, Text, Timestamptz};
use uuid::Uuid;

use crate::load::Outcome;
use crate::rows::Row;
use crate::tables::usage;

/// Runs the work of each connection, all at once, and times each piece. `run` answers how many rows are new.
///
/// # Errors
/// When the database does not take it.
pub fn race<T: Sync>(
    database: &str,
    work: &[Vec<T>],
    run: impl Fn(&mut PgConnection, &T) -> QueryResult<usize> + Sync,
) -> Result<Outcome> {
    let ready = Barrier::new(work.len() + 1);
    let alone = |pieces: &[T]| -> Result<(Vec<f64>, usize)> {
        let conn = PgConnection::establish(database);
        ready.wait();
        let mut conn = conn?;
        let (mut latencies, mut rows) = (Vec::with_capacity(pieces.len()), 0);
        for piece in pieces {
            crate::stop::check()?;
            let began = Instant::now();
            rows += run(&mut conn, piece)?;
            latencies.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        Ok((latencies, rows))
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = work.iter().map(|pieces| scope.spawn(|| alone(pieces))).collect();
        ready.wait();
        let began = Instant::now();
        let mut outcome = Outcome::default();
        for thread in threads {
            let (latencies, rows) =
                thread.join().map_err(|_| anyhow!("a connection's thread panicked"))??;
            outcome.latencies.extend(latencies);
            outcome.accepted += rows;
        }
        outcome.seconds = began.elapsed().as_secs_f64();
        Ok(outcome)
    })
}

/// A COPY, a transaction of its own, of bytes that are ready.
///
/// # Errors
/// When the database does not take it.
pub fn copy(conn: &mut PgConnection, bytes: &[u8]) -> QueryResult<usize> {
    let columns = (
        usage::user_id,
        usage::started_at,
        usage::device_id,
        usage::kind,
        usage::app,
        usage::ended_at,
        usage::title,
        usage::url,
    );
    diesel::copy_from(usage::table)
        .from_raw_data(columns, |copy| {
            copy.write_all(bytes).map_err(|error| diesel::result::Error::SerializationError(error.into()))
        })
        .with_format(CopyFormat::Binary)
        .execute(conn)
}

/// Rows as an array a column. The statement is prepared once a connection, whatever the number of rows.
pub struct Columns {
    user: Uuid,
    device: Uuid,
    starts: Vec<DateTime<Utc>>,
    kinds: Vec<&'static str>,
    apps: Vec<&'static str>,
    ends: Vec<DateTime<Utc>>,
    titles: Vec<Option<&'static str>>,
    urls: Vec<Option<&'static str>>,
}

impl Columns {
    /// Those of `rows`.
    ///
    /// # Errors
    /// When an instant is past all dates.
    pub fn of(user: Uuid, device: Uuid, rows: &[Row]) -> Result<Columns> {
        let instant = |ms| DateTime::from_timestamp_millis(ms).context("an instant past all dates");
        Ok(Columns {
            user,
            device,
            starts: rows.iter().map(|row| instant(row.started)).collect::<Result<_>>()?,
            kinds: rows.iter().map(Row::kind).collect(),
            apps: rows.iter().map(|row| row.app).collect(),
            ends: rows.iter().map(|row| instant(row.ended)).collect::<Result<_>>()?,
            titles: rows.iter().map(|row| row.title).collect(),
            urls: rows.iter().map(|row| row.url).collect(),
        })
    }
}

/// An INSERT of them, a transaction of its own, in which a row that is there already is left alone.
///
/// # Errors
/// When the database does not take it.
pub fn unnest(conn: &mut PgConnection, columns: &Columns) -> QueryResult<usize> {
    Unnest(columns).execute(conn)
}

struct Unnest<'a>(&'a Columns);

impl QueryId for Unnest<'_> {
    type QueryId = Unnest<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for Unnest<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let columns = self.0;
        out.push_sql(
            "INSERT INTO usage (user_id, device_id, started_at, kind, app, ended_at, title, url) SELECT ",
        );
        out.push_bind_param::<diesel::sql_types::Uuid, _>(&columns.user)?;
        out.push_sql("::uuid, ");
        out.push_bind_param::<diesel::sql_types::Uuid, _>(&columns.device)?;
        out.push_sql("::uuid, r.* FROM unnest(");
        out.push_bind_param::<Array<Timestamptz>, _>(&columns.starts)?;
        out.push_sql("::timestamptz[], ");
        out.push_bind_param::<Array<Text>, _>(&columns.kinds)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Text>, _>(&columns.apps)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Timestamptz>, _>(&columns.ends)?;
        out.push_sql("::timestamptz[], ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&columns.titles)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&columns.urls)?;
        out.push_sql("::text[]) AS r ON CONFLICT DO NOTHING");
        Ok(())
    }
}

impl diesel::query_builder::Query for Unnest<'_> {
    type SqlType = ();
}

impl<Conn> RunQueryDsl<Conn> for Unnest<'_> {}

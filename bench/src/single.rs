//! The yardstick of small uploads: what a plain actix server would do, a transaction for each request.
//!
//! A request is parsed, takes a connection from the pool, and runs BEGIN, an INSERT ON CONFLICT, an upsert of the
//! day's sum, COMMIT. It checks no token, knows no calendar (a day is a day in UTC) and keeps no coverage, so that it
//! does less than the server it is compared with. It runs in a process of its own, so that its processor time can
//! be told apart.

use std::io::Write;

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::upsert::excluded;
use serde::Deserialize;
use uuid::Uuid;

use crate::tables::{bench_app_days, usage};

/// The sums it keeps: a row an app and day.
const APP_DAYS: &str = "CREATE TABLE IF NOT EXISTS bench_app_days (user_id uuid, day date, device_id uuid, kind text, \
    app text, duration_ms bigint NOT NULL, session_count bigint NOT NULL, started_count bigint NOT NULL, \
    PRIMARY KEY (user_id, day, device_id, kind, app)) WITH (fillfactor = 80)";

/// Connections of its pool; more made it no faster.
const CONNECTIONS: u32 = 16;

type Database = Pool<ConnectionManager<PgConnection>>;

#[derive(Deserialize)]
struct Upload {
    sessions: Vec<Sent>,
}

#[derive(Deserialize)]
struct Sent {
    app: String,
    kind: Option<String>,
    title: Option<String>,
    url: Option<String>,
    started_at: DateTime<Utc>,
    ended_at: DateTime<Utc>,
}

/// Serves until it is killed; tells its port on standard output.
///
/// # Errors
/// When it cannot.
pub fn serve(database: &str) -> Result<()> {
    PgConnection::establish(database)?.batch_execute(APP_DAYS)?;
    let database: ConnectionManager<PgConnection> = ConnectionManager::new(database);
    let pool = Pool::builder().max_size(CONNECTIONS).test_on_check_out(false).build(database)?;
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(pool.clone()))
                .route("/users/{user}/devices/{device}/usage", web::post().to(upload))
        })
        .bind(("127.0.0.1", 0))?;
        let address = server.addrs().first().copied().context("no address")?;
        println!("{address}");
        std::io::stdout().flush()?;
        server.run().await.context("the server ended")
    })
}

#[allow(clippy::disallowed_methods, reason = "a server of its own, as simple as one can be")]
async fn upload(
    pool: web::Data<Database>,
    ids: web::Path<(Uuid, Uuid)>,
    body: web::Json<Upload>,
) -> actix_web::Result<HttpResponse> {
    let ids = ids.into_inner();
    let stored = web::block(move || store(&pool, ids, &body.sessions)).await?;
    let (accepted, duplicates) = stored.map_err(actix_web::error::ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().json(serde_json::json!({"accepted": accepted, "duplicates": duplicates})))
}

#[allow(clippy::disallowed_methods, reason = "a server of its own, as simple as one can be")]
fn store(pool: &Database, (user, device): (Uuid, Uuid), sessions: &[Sent]) -> Result<(usize, usize)> {
    let mut conn = pool.get()?;
    conn.transaction(|conn| {
        let mut accepted = 0;
        for session in sessions {
            let kind = session.kind.as_deref().unwrap_or("app");
            let new = diesel::insert_into(usage::table)
                .values((
                    usage::user_id.eq(user),
                    usage::started_at.eq(session.started_at),
                    usage::device_id.eq(device),
                    usage::kind.eq(kind),
                    usage::app.eq(&session.app),
                    usage::ended_at.eq(session.ended_at),
                    usage::title.eq(&session.title),
                    usage::url.eq(&session.url),
                ))
                .on_conflict_do_nothing()
                .execute(conn)?;
            accepted += new;
            if new == 0 {
                continue;
            }
            diesel::insert_into(bench_app_days::table)
                .values((
                    bench_app_days::user_id.eq(user),
                    bench_app_days::day.eq(session.started_at.date_naive()),
                    bench_app_days::device_id.eq(device),
                    bench_app_days::kind.eq(kind),
                    bench_app_days::app.eq(&session.app),
                    bench_app_days::duration_ms
                        .eq((session.ended_at - session.started_at).num_milliseconds()),
                    bench_app_days::session_count.eq(1),
                    bench_app_days::started_count.eq(1),
                ))
                .on_conflict((
                    bench_app_days::user_id,
                    bench_app_days::day,
                    bench_app_days::device_id,
                    bench_app_days::kind,
                    bench_app_days::app,
                ))
                .do_update()
                .set((
                    bench_app_days::duration_ms
                        .eq(bench_app_days::duration_ms + excluded(bench_app_days::duration_ms)),
                    bench_app_days::session_count
                        .eq(bench_app_days::session_count + excluded(bench_app_days::session_count)),
                    bench_app_days::started_count
                        .eq(bench_app_days::started_count + excluded(bench_app_days::started_count)),
                ))
                .execute(conn)?;
        }
        Ok((accepted, sessions.len() - accepted))
    })
}

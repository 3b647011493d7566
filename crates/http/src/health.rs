//! Whether the server is well.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{CustomizeResponder, Responder, get};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::document::Register;
use crate::run::blocking;

/// How long a database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long what it said is repeated.
const FRESH: Duration = Duration::from_millis(500);

pub(crate) fn configure(config: &mut impl Register) {
    config.service(show_health).service(show_liveness).service(show_readiness);
}

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`, `unavailable` (the database is away) or `stopping`.
    #[schema(example = "ok")]
    status: &'static str,
    /// Of the program.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Whole seconds since it started.
    uptime_seconds: u64,
    /// `ok` or `unavailable`.
    #[schema(example = "ok")]
    database: &'static str,
}

/// How one thing is.
#[derive(Debug, Serialize, ToSchema)]
struct Condition {
    /// `ok`, `unavailable` or `stopping`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Show health.
///
/// 503 when the database is away, or the server stops.
#[utoipa::path(
    tag = "platform",
    responses(
        (status = 200, description = "All is well.", body = Health),
        (status = 503, description = "It is not.", body = Health),
    )
)]
#[get("/health")]
async fn show_health(api: Data<Api>) -> CustomizeResponder<web::Json<Health>> {
    let database = if database_answers(&api).await { "ok" } else { "unavailable" };
    let status = if api.is_stopping() { "stopping" } else { database };
    let health = Health {
        status,
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: api.started.elapsed().as_secs(),
        database,
    };
    web::Json(health).customize().with_status(code(status))
}

/// Show liveness.
///
/// 200 for as long as the process can answer at all, whatever the database does.
#[utoipa::path(tag = "platform", responses((status = 200, description = "It lives.", body = Condition)))]
#[get("/health/live")]
async fn show_liveness() -> web::Json<Condition> {
    web::Json(Condition { status: "ok" })
}

/// Show readiness.
///
/// 503 when the database is away, or the server stops: no requests should be sent then.
#[utoipa::path(
    tag = "platform",
    responses(
        (status = 200, description = "It is ready.", body = Condition),
        (status = 503, description = "It is not.", body = Condition),
    )
)]
#[get("/health/ready")]
async fn show_readiness(api: Data<Api>) -> CustomizeResponder<web::Json<Condition>> {
    let status = match (api.is_stopping(), database_answers(&api).await) {
        (true, _) => "stopping",
        (false, true) => "ok",
        (false, false) => "unavailable",
    };
    web::Json(Condition { status }).customize().with_status(code(status))
}

fn code(status: &str) -> StatusCode {
    if status == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// What the database last said. However many ask, one thread at the most waits for a database that hangs.
#[derive(Default)]
pub(crate) struct Pulse {
    asking: tokio::sync::Mutex<()>,
    said: Mutex<Option<(Instant, bool)>>,
}

impl Pulse {
    fn fresh(&self) -> Option<bool> {
        let said = *self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.filter(|(at, _)| at.elapsed() < FRESH).map(|(_, well)| well)
    }

    fn say(&self, well: bool) {
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), well));
    }
}

async fn database_answers(api: &Data<Api>) -> bool {
    if let Some(well) = api.pulse.fresh() {
        return well;
    }
    let asking = async {
        let _alone = api.pulse.asking.lock().await;
        if let Some(well) = api.pulse.fresh() {
            return well;
        }
        let api = api.clone();
        let ping = blocking(move || {
            let well = api.app.context().and_then(|mut cx| service::health::ping(&mut cx)).is_ok();
            api.pulse.say(well);
            Ok(well)
        });
        ping.await.unwrap_or(false)
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or(false)
}

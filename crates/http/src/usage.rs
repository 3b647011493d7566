//! Usage: uploads come in, lists and figures go out.

use actix_web::web::{self, Data};
use actix_web::{get, post};
use domain::pages::Page;
use domain::usage::batch::{Batch, MOST_ROWS, Receipt, Unreadable};
use domain::usage::figures::{Today, Week};
use domain::usage::{Sessions, StatsFilter, UsageFilter};
use domain::valid::FieldError;
use service::usage;

use crate::api::Api;
use crate::auth::{Actor, Reporter};
use crate::body::{self, Raw};
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::{Days, Query, ValidQuery};

pub(crate) fn configure(config: &mut impl Register) {
    config.service(upload_usage).service(list_usage).service(show_today).service(show_week);
}

/// Upload sessions.
///
/// At most 10,000 sessions and 8 MiB. What is answered is durable. A session is identified by device, app, kind
/// and `started_at`: sent again it is a duplicate, sent again with a later end it is extended. Rows that are
/// wrong are named in `rejected`, by their place from 0; all others are kept. The list may also be called
/// `logs`, `entries` or `usage`, the fields `app_name`, `start` and `end`, or `start_time` and `end_time`.
#[utoipa::path(
    tag = "usage",
    security(("device_token" = []), ("device_key" = [])),
    request_body(content = NewSessions, content_type = "application/json"),
    responses((status = 200, description = "What became of each.", body = Receipt))
)]
#[post("/usage/batch")]
async fn upload_usage(
    api: Data<Api>,
    Reporter(reporter): Reporter,
    body: Raw,
) -> Result<web::Json<Receipt>, Error> {
    let now = api.app.now();
    let receipt = match body.small() {
        Ok(small) => usage::submit(&api.app, reporter, read(&small, now)?).await?,
        Err(Error::TooLarge(..)) => {
            let work = api.app.clone();
            let submit = move || {
                let batch = read(&body.read(body::BATCH_LIMIT)?, now)?;
                Ok(usage::submit_and_wait(&work, reporter, batch)?)
            };
            api.places.run(submit).await?
        }
        Err(error) => return Err(error),
    };
    api.metrics.ingested(&receipt);
    Ok(web::Json(receipt))
}

/// List sessions.
///
/// Newest first, those that overlap `from <= t < to`.
#[utoipa::path(
    tag = "usage",
    security(("user_token" = []), ("device_token" = [])),
    params(UsageFilter, Page),
    responses((status = 200, description = "A page of sessions.", body = Sessions))
)]
#[get("/usage")]
async fn list_usage(
    api: Data<Api>,
    actor: Actor,
    Query(filter): Query<UsageFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Sessions>, Error> {
    api.run(move |cx| usage::list(cx, &actor, &filter, &page)).await.map(web::Json)
}

/// Show a day.
///
/// Today, or the day of `date`. Sessions are cut where the account's day begins. `total_seconds` adds up all
/// sessions; `active_seconds` is the length of their union, so that two screens at once count once.
#[utoipa::path(
    tag = "usage",
    security(("user_token" = []), ("device_token" = [])),
    params(StatsFilter),
    responses((status = 200, description = "The day.", body = Today), (status = 304, description = "It is the one of `If-None-Match`."))
)]
#[get("/stats/today")]
async fn show_today(api: Data<Api>, actor: Actor, Days(filter): Days) -> Result<Tagged<Today>, Error> {
    api.run(move |cx| usage::today(cx, &actor, &filter)).await.map(Tagged)
}

/// Show a week.
///
/// The seven days that end today or with `date`; with `calendar=true` the calendar week that holds it.
#[utoipa::path(
    tag = "usage",
    security(("user_token" = []), ("device_token" = [])),
    params(StatsFilter),
    responses((status = 200, description = "The week.", body = Week), (status = 304, description = "It is the one of `If-None-Match`."))
)]
#[get("/stats/week")]
async fn show_week(api: Data<Api>, actor: Actor, Days(filter): Days) -> Result<Tagged<Week>, Error> {
    api.run(move |cx| usage::week(cx, &actor, &filter)).await.map(Tagged)
}

fn read(body: &[u8], now: chrono::DateTime<chrono::Utc>) -> Result<Batch, Error> {
    Batch::read(body, now).map_err(|error| match error {
        Unreadable::Malformed(error) => body::malformed(&error),
        Unreadable::NotABatch => {
            let field =
                FieldError::new("sessions", "is required, and is a list of sessions", "SESSIONS_INVALID");
            service::Error::Invalid(vec![field]).into()
        }
        Unreadable::TooManyRows(rows) => Error::TooLarge(
            "TOO_MANY_SESSIONS",
            format!("A batch has at most {MOST_ROWS} sessions; this has {rows}"),
        ),
    })
}

/// What is read by [`Batch::read`], for the document.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes a body that is read row by row")]
struct NewSessions {
    /// At most 10,000.
    #[schema(max_items = 10_000)]
    sessions: Vec<NewSession>,
}

/// What a device had in front, from one instant to another.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes a body that is read row by row")]
struct NewSession {
    /// Which app or website, at most 255 characters.
    #[schema(example = "com.reddit.frontpage", max_length = 255)]
    app: String,
    /// What it is (`app`).
    kind: Option<domain::usage::Kind>,
    /// Title of the window or page, at most 1024 characters.
    #[schema(max_length = 1024)]
    title: Option<String>,
    /// Address of the page, at most 2048 characters.
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// First instant (RFC 3339; without an offset it is UTC).
    started_at: chrono::DateTime<chrono::Utc>,
    /// First instant after; at most 24 hours later.
    ended_at: chrono::DateTime<chrono::Utc>,
    /// Its length, if the device knows it: over a second off refuses the row.
    duration_seconds: Option<f64>,
}

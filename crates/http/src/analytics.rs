//! Analytics: what days of browsers add up to.

use actix_web::get;
use actix_web::web::Data;
use domain::analytics::productivity::Productivity;
use domain::analytics::{AnalyticsDays, Dashboard, TimeSpent};
use service::analytics;

use crate::api::Api;
use crate::auth::Actor;
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::ValidQuery;

pub(crate) fn configure(config: &mut impl Register) {
    config.service(show_dashboard).service(show_time_spent).service(show_productivity);
}

/// Show what browsers did.
///
/// Of the days that end today, by the account's days or, with `tz`, by those of another zone. `seconds` adds up all
/// browsers; `attention_seconds` counts each moment once. For another zone than the account's it is counted from the
/// events, of which the days and as many before them may have 300,000.
#[utoipa::path(
    tag = "analytics",
    security(("user_token" = []), ("device_token" = [])),
    params(AnalyticsDays),
    responses((status = 200, description = "The figures.", body = Dashboard), (status = 304, description = "They are those of `If-None-Match`."))
)]
#[get("/analytics/dashboard")]
async fn show_dashboard(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(filter): ValidQuery<AnalyticsDays>,
) -> Result<Tagged<Dashboard>, Error> {
    api.run(move |cx| analytics::dashboard(cx, &actor, &filter)).await.map(Tagged)
}

/// Show where time went.
///
/// By domain and by day. A page counts while its tab is the active one of the focused window of a browser that is not
/// idle, and at most 5 minutes past the last event heard of that browser.
#[utoipa::path(
    tag = "analytics",
    security(("user_token" = []), ("device_token" = [])),
    params(AnalyticsDays),
    responses((status = 200, description = "The figures.", body = TimeSpent), (status = 304, description = "They are those of `If-None-Match`."))
)]
#[get("/analytics/time-spent")]
async fn show_time_spent(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(filter): ValidQuery<AnalyticsDays>,
) -> Result<Tagged<TimeSpent>, Error> {
    api.run(move |cx| analytics::time_spent(cx, &actor, &filter)).await.map(Tagged)
}

/// Show what time was worth.
///
/// Of the days that end today, by the account's categories: 50 + 25 × Σ(seconds × weight) / Σ(seconds). Usage and browsers
/// are put together: of each day the hosts that browsers showed count as they are, browser apps of usage with what they
/// have beyond that, and all other apps as they are. `active_seconds` counts each moment once. For another zone than the
/// account's it is counted from sessions and events, of each of which the days and as many before them may have 300,000.
#[utoipa::path(
    tag = "analytics",
    security(("user_token" = []), ("device_token" = [])),
    params(AnalyticsDays),
    responses((status = 200, description = "The figures.", body = Productivity), (status = 304, description = "They are those of `If-None-Match`."))
)]
#[get("/analytics/productivity")]
async fn show_productivity(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(filter): ValidQuery<AnalyticsDays>,
) -> Result<Tagged<Productivity>, Error> {
    api.run(move |cx| analytics::productivity(cx, &actor, &filter)).await.map(Tagged)
}

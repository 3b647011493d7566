//! Insights: what figures say in words.
//!
//! A provider takes longer than a request may: it is asked outside of the places of requests, by a task that goes on when
//! its client has gone, so that what has been paid for is kept. Others who want the same text look now and then whether it
//! is there.

use std::time::{Duration, Instant};

use actix_web::get;
use actix_web::web::{self, Data};
use domain::insights::{
    DailySummary, InsightDate, InsightDays, Kind, Preview, PreviewFilter, ProductivityInsights, WeeklyReport,
};
use serde_json::Value;
use service::insights::{self, Call, Step, Wanted};

use crate::api::Api;
use crate::auth::Actor;
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::ValidQuery;

/// When one looks for the first time whether another request has brought the text; then each time after twice as long,
/// up to the second.
const LOOK: Duration = Duration::from_millis(250);
const LONGEST_LOOK: Duration = Duration::from_secs(2);
/// How long one does.
const PATIENCE: Duration = Duration::from_secs(25);

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(show_daily_summary)
        .service(show_productivity_insights)
        .service(show_weekly_report)
        .service(preview_insights);
}

/// Show a day in words.
///
/// Written by `settings.insights.provider`: by this program, from the figures alone, where nothing else is chosen. What
/// another writes may state no number that is not among the figures; where it fails in any way the built-in text stands,
/// with `provider` `builtin` and what happened in `fallback`. A text is kept, and written anew when the figures change (of a
/// day that is not over by other providers once an hour at the most).
#[utoipa::path(
    tag = "insights",
    security(("user_token" = []), ("device_token" = [])),
    params(InsightDate),
    responses((status = 200, description = "The text and its figures.", body = DailySummary), (status = 304, description = "It is that of `If-None-Match`."))
)]
#[get("/ai/daily-summary")]
async fn show_daily_summary(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(asked): ValidQuery<InsightDate>,
) -> Result<Tagged<Value>, Error> {
    text(api, *actor, Wanted { kind: Kind::DailySummary, date: asked.date, days: None }).await
}

/// Show what the last days have to tell.
///
/// What is found in the figures of the days that end today: time that is not as usual, when focus begins, changes between
/// apps, late nights, focus kept or broken, days of the household out of line. Usual is the median of the 28 days before,
/// and is told where seven of them are known. Each finding carries the figures it is made from.
#[utoipa::path(
    tag = "insights",
    security(("user_token" = []), ("device_token" = [])),
    params(InsightDays),
    responses((status = 200, description = "The findings.", body = ProductivityInsights), (status = 304, description = "They are those of `If-None-Match`."))
)]
#[get("/ai/productivity-insights")]
async fn show_productivity_insights(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(asked): ValidQuery<InsightDays>,
) -> Result<Tagged<Value>, Error> {
    text(api, *actor, Wanted { kind: Kind::ProductivityInsights, date: None, days: asked.days }).await
}

/// Show a week in words.
///
/// The week that holds the date, by the account's start of week, beside the one before.
#[utoipa::path(
    tag = "insights",
    security(("user_token" = []), ("device_token" = [])),
    params(InsightDate),
    responses((status = 200, description = "The text and its figures.", body = WeeklyReport), (status = 304, description = "It is that of `If-None-Match`."))
)]
#[get("/ai/weekly-report")]
async fn show_weekly_report(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(asked): ValidQuery<InsightDate>,
) -> Result<Tagged<Value>, Error> {
    text(api, *actor, Wanted { kind: Kind::WeeklyReport, date: asked.date, days: None }).await
}

/// Show what a provider would be sent.
///
/// To whom, and byte for byte: sums by day and period, names of categories, and names and hosts of the apps and websites
/// with the most time. No title and no address is among it. Nothing is sent. Of the built-in provider it is what any other
/// would be sent.
#[utoipa::path(
    tag = "insights",
    security(("user_token" = []), ("device_token" = [])),
    params(PreviewFilter),
    responses((status = 200, description = "What would be sent.", body = Preview))
)]
#[get("/ai/preview")]
async fn preview_insights(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(asked): ValidQuery<PreviewFilter>,
) -> Result<web::Json<Preview>, Error> {
    let wanted = Wanted { kind: asked.kind, date: asked.date, days: asked.days };
    api.run(move |cx| insights::preview(cx, &actor, wanted)).await.map(web::Json)
}

async fn text(api: Data<Api>, actor: service::Actor, wanted: Wanted) -> Result<Tagged<Value>, Error> {
    let (began, mut look) = (Instant::now(), LOOK);
    loop {
        match api.run(move |cx| insights::prepare(cx, &actor, wanted)).await? {
            Step::Ready(document) => return Ok(Tagged(document)),
            Step::Ask(call) => {
                let asking = actix_web::rt::spawn(ask(api, actor, *call));
                return asking.await.unwrap_or(Err(Error::Panicked)).map(Tagged);
            }
            Step::Taken(document) if began.elapsed() >= PATIENCE || api.is_stopping() => {
                return Ok(Tagged(document));
            }
            Step::Taken(_) => {
                actix_web::rt::time::sleep(look).await;
                look = (2 * look).min(LONGEST_LOOK);
            }
        }
    }
}

async fn ask(api: Data<Api>, actor: service::Actor, call: Call) -> Result<Value, Error> {
    let said = insights::ask(&api.app, &call).await;
    api.run(move |cx| insights::keep(cx, &actor, call, said)).await
}

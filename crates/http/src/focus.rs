//! Focus: sessions and their figures.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{CustomizeResponder, HttpResponse, Responder, delete, get, patch, post};
use domain::focus::stats::{DailyFilter, DailyFocus, FocusHours, FocusTotals, FocusTrends, HoursFilter};
use domain::focus::{FocusFilter, FocusSession, FocusSessionPatch, FocusSessions, NewFocusSession};
use domain::ids::FocusSessionId;
use domain::pages::Page;
use domain::valid::FieldError;
use service::focus;

use crate::api::Api;
use crate::auth::Person;
use crate::body::Json;
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::{FocusSessionInPath, Query, ValidQuery};

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(start_session)
        .service(list_focus_sessions)
        .service(show_active_session)
        .service(show_session)
        .service(update_session)
        .service(delete_session)
        .service(show_focus_totals)
        .service(show_daily_focus)
        .service(show_focus_trends)
        .service(show_focus_hours);
}

/// Start a session.
///
/// Or send one that was kept offline, with `started_at`, `ended_at` and `completed`. The same id, or the same times,
/// again is the same session. How long a session is that is started here is the server's reckoning.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    responses(
        (status = 201, description = "The session.", body = FocusSession),
        (status = 409, description = "One is running (`SESSION_ACTIVE`), the id is that of a deleted one (`SESSION_DELETED`), or the plant is not unlocked yet (`PLANT_LOCKED`).", body = crate::error::ErrorBody),
    )
)]
#[post("/sessions")]
async fn start_session(
    api: Data<Api>,
    Person(actor): Person,
    Json(new): Json<NewFocusSession>,
) -> Result<CustomizeResponder<web::Json<FocusSession>>, Error> {
    let session = api.run(move |cx| focus::start(cx, &actor, new)).await?;
    Ok(web::Json(session).customize().with_status(StatusCode::CREATED))
}

/// List sessions.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    params(FocusFilter, Page),
    responses((status = 200, description = "A page of sessions.", body = FocusSessions))
)]
#[get("/sessions")]
async fn list_focus_sessions(
    api: Data<Api>,
    Person(actor): Person,
    Query(filter): Query<FocusFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<FocusSessions>, Error> {
    api.run(move |cx| focus::list(cx, &actor, &filter, &page)).await.map(web::Json)
}

/// Show the running session.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    responses(
        (status = 200, description = "The session.", body = FocusSession),
        (status = 404, description = "None is running (`NO_ACTIVE_SESSION`).", body = crate::error::ErrorBody),
    )
)]
#[get("/sessions/active")]
async fn show_active_session(
    api: Data<Api>,
    Person(actor): Person,
) -> Result<web::Json<FocusSession>, Error> {
    api.run(move |cx| focus::active(cx, &actor)).await.map(web::Json)
}

/// Show a session.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    params(("session_id" = FocusSessionId, Path, description = "The session.")),
    responses((status = 200, description = "The session.", body = FocusSession))
)]
#[get("/sessions/{session_id}")]
async fn show_session(
    api: Data<Api>,
    Person(actor): Person,
    FocusSessionInPath(id): FocusSessionInPath,
) -> Result<web::Json<FocusSession>, Error> {
    api.run(move |cx| focus::find(cx, &actor, id)).await.map(web::Json)
}

/// End or label a session.
///
/// Completing it grants points, counts for the day and the streak, and lets its plant grow, once.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    params(("session_id" = FocusSessionId, Path, description = "The session.")),
    responses(
        (status = 200, description = "The session.", body = FocusSession),
        (status = 409, description = "It has ended the other way (`SESSION_ENDED`).", body = crate::error::ErrorBody),
    )
)]
#[patch("/sessions/{session_id}")]
async fn update_session(
    api: Data<Api>,
    Person(actor): Person,
    FocusSessionInPath(id): FocusSessionInPath,
    Json(patch): Json<FocusSessionPatch>,
) -> Result<web::Json<FocusSession>, Error> {
    api.run(move |cx| focus::update(cx, &actor, id, patch)).await.map(web::Json)
}

/// Delete a session.
///
/// With its plant and what it gave.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    params(("session_id" = FocusSessionId, Path, description = "The session.")),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/sessions/{session_id}")]
async fn delete_session(
    api: Data<Api>,
    Person(actor): Person,
    FocusSessionInPath(id): FocusSessionInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| focus::delete(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}

/// Show what focus adds up to.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    responses((status = 200, description = "The totals.", body = FocusTotals))
)]
#[get("/stats/me")]
async fn show_focus_totals(api: Data<Api>, Person(actor): Person) -> Result<Tagged<FocusTotals>, Error> {
    api.run(move |cx| focus::me(cx, &actor)).await.map(Tagged)
}

/// Show days of focus.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    params(("days" = u16, Path, description = "How many days: 1 to 366.", minimum = 1, maximum = 366), DailyFilter),
    responses(
        (status = 200, description = "The days.", body = DailyFocus),
        (status = 422, description = "Not 1 to 366 days.", body = crate::error::ErrorBody),
    )
)]
#[get("/stats/daily/{days}")]
async fn show_daily_focus(
    api: Data<Api>,
    Person(actor): Person,
    days: web::Path<String>,
    Query(filter): Query<DailyFilter>,
) -> Result<Tagged<DailyFocus>, Error> {
    let Ok(days) = days.parse() else {
        let field = FieldError::new("days", "must be 1 to 366", "DAYS_INVALID");
        return Err(service::Error::from(field).into());
    };
    api.run(move |cx| focus::daily(cx, &actor, days, filter)).await.map(Tagged)
}

/// Show weeks and months of focus.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    responses((status = 200, description = "Twelve of each.", body = FocusTrends))
)]
#[get("/stats/trends")]
async fn show_focus_trends(api: Data<Api>, Person(actor): Person) -> Result<Tagged<FocusTrends>, Error> {
    api.run(move |cx| focus::trends(cx, &actor)).await.map(Tagged)
}

/// Show when focus comes best.
#[utoipa::path(
    tag = "focus",
    security(("user_token" = [])),
    params(HoursFilter),
    responses((status = 200, description = "By hour and by day of the week.", body = FocusHours))
)]
#[get("/stats/hours")]
async fn show_focus_hours(
    api: Data<Api>,
    Person(actor): Person,
    Query(filter): Query<HoursFilter>,
) -> Result<Tagged<FocusHours>, Error> {
    api.run(move |cx| focus::hours(cx, &actor, filter)).await.map(Tagged)
}

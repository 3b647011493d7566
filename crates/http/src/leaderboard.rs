//! Leaderboards, and what everybody's focus adds up to.

use actix_web::get;
use actix_web::web::Data;
use domain::leaderboard::{Board, FocusSummary, Leaderboard, LeaderboardFilter};
use service::leaderboard;

use crate::api::Api;
use crate::auth::Person;
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::ValidQuery;

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(show_leaderboard_of_xp)
        .service(show_leaderboard_of_focus_time)
        .service(show_leaderboard_of_streaks)
        .service(show_leaderboard_of_sessions)
        .service(show_focus_summary);
}

/// Show who has the most points.
///
/// People who hide their profile are absent, but for their own rank. Of all time only.
#[utoipa::path(
    tag = "leaderboard",
    security(("user_token" = [])),
    params(LeaderboardFilter),
    responses((status = 200, description = "The board.", body = Leaderboard))
)]
#[get("/leaderboard/xp")]
async fn show_leaderboard_of_xp(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(filter): ValidQuery<LeaderboardFilter>,
) -> Result<Tagged<Leaderboard>, Error> {
    api.run(move |cx| leaderboard::show(cx, &actor, Board::Xp, &filter)).await.map(Tagged)
}

/// Show who has the most minutes of focus.
///
/// Of all time, this month or this week: which these are goes by UTC, and each person's minutes by their own days.
#[utoipa::path(
    tag = "leaderboard",
    security(("user_token" = [])),
    params(LeaderboardFilter),
    responses((status = 200, description = "The board.", body = Leaderboard))
)]
#[get("/leaderboard/focus-time")]
async fn show_leaderboard_of_focus_time(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(filter): ValidQuery<LeaderboardFilter>,
) -> Result<Tagged<Leaderboard>, Error> {
    api.run(move |cx| leaderboard::show(cx, &actor, Board::FocusTime, &filter)).await.map(Tagged)
}

/// Show who has had the most days in a row with a completed session.
///
/// Of all time only.
#[utoipa::path(
    tag = "leaderboard",
    security(("user_token" = [])),
    params(LeaderboardFilter),
    responses((status = 200, description = "The board.", body = Leaderboard))
)]
#[get("/leaderboard/streak")]
async fn show_leaderboard_of_streaks(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(filter): ValidQuery<LeaderboardFilter>,
) -> Result<Tagged<Leaderboard>, Error> {
    api.run(move |cx| leaderboard::show(cx, &actor, Board::Streak, &filter)).await.map(Tagged)
}

/// Show who has completed the most sessions.
///
/// Of all time, this month or this week: which these are goes by UTC, and each person's sessions by their own days.
#[utoipa::path(
    tag = "leaderboard",
    security(("user_token" = [])),
    params(LeaderboardFilter),
    responses((status = 200, description = "The board.", body = Leaderboard))
)]
#[get("/leaderboard/sessions")]
async fn show_leaderboard_of_sessions(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(filter): ValidQuery<LeaderboardFilter>,
) -> Result<Tagged<Leaderboard>, Error> {
    api.run(move |cx| leaderboard::show(cx, &actor, Board::Sessions, &filter)).await.map(Tagged)
}

/// Show what everybody's focus adds up to.
#[utoipa::path(
    tag = "leaderboard",
    security(("user_token" = [])),
    responses((status = 200, description = "The sums.", body = FocusSummary))
)]
#[get("/stats/summary")]
async fn show_focus_summary(api: Data<Api>, Person(actor): Person) -> Result<Tagged<FocusSummary>, Error> {
    api.run(move |cx| leaderboard::summary(cx, &actor)).await.map(Tagged)
}

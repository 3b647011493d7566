//! The account: whose record it is, and when their days begin.

use actix_web::web::Data;
use actix_web::{get, patch};
use domain::accounts::{Account, AccountPatch};
use service::accounts;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::api::Api;
use crate::auth::Actor;
use crate::body::Json;
use crate::error::Error;
use crate::etag::Tagged;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(show_account).service(update_account);
}

/// Show the account.
///
/// The account of the device that asks, with the calendar that holds now.
#[utoipa::path(
    tag = "accounts",
    security(("device_token" = [])),
    responses((status = 200, description = "The account.", body = Account), (status = 304, description = "It is the one of `If-None-Match`."))
)]
#[get("/users/me")]
async fn show_account(api: Data<Api>, actor: Actor) -> Result<Tagged<Account>, Error> {
    api.run(move |cx| accounts::me(cx, &actor)).await.map(Tagged)
}

/// Change the account.
///
/// Its time zone, its start of day and its start of week, from now on; or, with an earlier `effective_from`, from
/// then on, and the figures of those days are derived anew. What is absent stays.
#[utoipa::path(
    tag = "accounts",
    security(("device_token" = [])),
    responses((status = 200, description = "The account.", body = Account))
)]
#[patch("/users/me")]
async fn update_account(
    api: Data<Api>,
    actor: Actor,
    Json(patch): Json<AccountPatch>,
) -> Result<Tagged<Account>, Error> {
    api.run(move |cx| accounts::update(cx, &actor, patch)).await.map(Tagged)
}

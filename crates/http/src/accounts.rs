//! Accounts: whose record it is, when their days begin, and what others see of them.

use actix_web::web::Data;
use actix_web::{get, patch, put};
use domain::accounts::{Account, AccountPatch, Profile};
use domain::ids::UserId;
use service::accounts;

use crate::api::Api;
use crate::auth::Person;
use crate::body::Json;
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::UserInPath;

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(show_account)
        .service(show_me)
        .service(update_account)
        .service(replace_account)
        .service(show_profile);
}

/// Show the account.
///
/// The account of who asks, with the calendar that holds now.
#[utoipa::path(
    tag = "accounts",
    security(("user_token" = [])),
    responses((status = 200, description = "The account.", body = Account), (status = 304, description = "It is the one of `If-None-Match`."))
)]
#[get("/users/me")]
async fn show_account(api: Data<Api>, Person(actor): Person) -> Result<Tagged<Account>, Error> {
    api.run(move |cx| accounts::me(cx, &actor)).await.map(Tagged)
}

/// Show the account, by its other name.
///
/// The same as `GET /users/me`.
#[utoipa::path(
    tag = "accounts",
    security(("user_token" = [])),
    responses((status = 200, description = "The account.", body = Account), (status = 304, description = "It is the one of `If-None-Match`."))
)]
#[get("/auth/me")]
async fn show_me(api: Data<Api>, Person(actor): Person) -> Result<Tagged<Account>, Error> {
    api.run(move |cx| accounts::me(cx, &actor)).await.map(Tagged)
}

/// Change the account.
///
/// Names, address, settings, and its time zone, start of day and start of week: those from now on; or, with an earlier
/// `effective_from`, from then on, and the figures of those days are derived anew. What is absent stays.
#[utoipa::path(
    tag = "accounts",
    security(("user_token" = [])),
    responses(
        (status = 200, description = "The account.", body = Account),
        (status = 409, description = "`USERNAME_TAKEN`, `EMAIL_TAKEN`.", body = crate::error::ErrorBody),
    )
)]
#[patch("/users/me")]
async fn update_account(
    api: Data<Api>,
    Person(actor): Person,
    Json(patch): Json<AccountPatch>,
) -> Result<Tagged<Account>, Error> {
    api.run(move |cx| accounts::update(cx, &actor, patch)).await.map(Tagged)
}

/// Change the account, by another method.
///
/// The same as `PATCH /users/me`: what is absent stays.
#[utoipa::path(
    tag = "accounts",
    security(("user_token" = [])),
    responses(
        (status = 200, description = "The account.", body = Account),
        (status = 409, description = "`USERNAME_TAKEN`, `EMAIL_TAKEN`.", body = crate::error::ErrorBody),
    )
)]
#[put("/users/me")]
async fn replace_account(
    api: Data<Api>,
    Person(actor): Person,
    Json(patch): Json<AccountPatch>,
) -> Result<Tagged<Account>, Error> {
    api.run(move |cx| accounts::update(cx, &actor, patch)).await.map(Tagged)
}

/// Show somebody.
///
/// What others see of them; nothing where they hide it (`settings.public_profile`).
#[utoipa::path(
    tag = "accounts",
    security(("user_token" = [])),
    params(("user_id" = UserId, Path, description = "The account.")),
    responses((status = 200, description = "The profile.", body = Profile), (status = 304, description = "It is the one of `If-None-Match`."))
)]
#[get("/users/{user_id}")]
async fn show_profile(
    api: Data<Api>,
    Person(actor): Person,
    UserInPath(id): UserInPath,
) -> Result<Tagged<Profile>, Error> {
    api.run(move |cx| accounts::profile(cx, &actor, id)).await.map(Tagged)
}

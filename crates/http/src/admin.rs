//! For admins: people, all devices, invitations, what goes on on the server, and what was done on it.
//!
//! Who is no admin is told so by the use case, in its own transaction; and by [`crate::gate`] before anything is said of
//! what they sent.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{CustomizeResponder, HttpResponse, Responder, delete, get, patch, post};
use domain::admin::stats::ServerStats;
use domain::admin::{
    DeviceFilter, Invites, NewInvite, NewlyInvited, ResetLink, ServerSettings, ServerSettingsPatch, User,
    UserFilter, UserPatch, Users,
};
use domain::audit::{AuditFilter, Entries};
use domain::devices::Devices;
use domain::ids::{InviteId, UserId};
use domain::pages::Page;
use service::admin;

use crate::api::Api;
use crate::auth::Person;
use crate::body::Json;
use crate::document::Register;
use crate::error::Error;
use crate::query::{InviteInPath, Query, UserInPath, ValidQuery};

/// The tag by which the gate knows what is for admins.
pub(crate) const TAG: &str = "admin";

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(list_users)
        .service(show_user)
        .service(update_user)
        .service(delete_user)
        .service(new_reset_link)
        .service(list_all_devices)
        .service(show_server_stats)
        .service(show_server_settings)
        .service(update_server_settings)
        .service(list_invites)
        .service(new_invite)
        .service(delete_invite)
        .service(list_audit);
}

/// List people.
///
/// Newest first. Guests, whose devices alone use the server, are none.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    params(UserFilter, Page),
    responses((status = 200, description = "A page of people.", body = Users))
)]
#[get("/admin/users")]
async fn list_users(
    api: Data<Api>,
    Person(actor): Person,
    Query(filter): Query<UserFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Users>, Error> {
    api.run(move |cx| admin::list_users(cx, &actor, &filter, &page)).await.map(web::Json)
}

/// Show somebody's account.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    params(("user_id" = UserId, Path, description = "The account.")),
    responses((status = 200, description = "The account.", body = User))
)]
#[get("/admin/users/{user_id}")]
async fn show_user(
    api: Data<Api>,
    Person(actor): Person,
    UserInPath(id): UserInPath,
) -> Result<web::Json<User>, Error> {
    api.run(move |cx| admin::show_user(cx, &actor, id)).await.map(web::Json)
}

/// Change somebody's account.
///
/// What they may do, and whether they may sign in: from the next request on, of all their places and devices. Who is
/// disabled is signed out; once enabled again they sign in anew, and their devices go on.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    params(("user_id" = UserId, Path, description = "The account.")),
    responses(
        (status = 200, description = "The account.", body = User),
        (status = 403, description = "For admins (`ADMIN_ONLY`); or no other admin could sign in (`LAST_ADMIN`).", body = crate::error::ErrorBody),
    )
)]
#[patch("/admin/users/{user_id}")]
async fn update_user(
    api: Data<Api>,
    Person(actor): Person,
    UserInPath(id): UserInPath,
    Json(patch): Json<UserPatch>,
) -> Result<web::Json<User>, Error> {
    api.run(move |cx| admin::update_user(cx, &actor, id, *patch)).await.map(web::Json)
}

/// Delete somebody's account.
///
/// With everything that is its own, and at once.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    params(("user_id" = UserId, Path, description = "The account.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 403, description = "For admins (`ADMIN_ONLY`); or no other admin could sign in (`LAST_ADMIN`).", body = crate::error::ErrorBody),
    )
)]
#[delete("/admin/users/{user_id}")]
async fn delete_user(
    api: Data<Api>,
    Person(actor): Person,
    UserInPath(id): UserInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| admin::delete_user(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}

/// Make a link for a new password.
///
/// Whoever has it sets the password, once, within 24 hours: handing it over to the right person is the admin's affair.
/// It takes the place of an earlier one. Its secret is told this once.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    params(("user_id" = UserId, Path, description = "The account.")),
    responses((status = 201, description = "The link.", body = ResetLink))
)]
#[post("/admin/users/{user_id}/reset-link")]
async fn new_reset_link(
    api: Data<Api>,
    Person(actor): Person,
    UserInPath(id): UserInPath,
) -> Result<CustomizeResponder<web::Json<ResetLink>>, Error> {
    let link = api.run(move |cx| admin::new_reset_link(cx, &actor, id)).await?;
    Ok(web::Json(link).customize().with_status(StatusCode::CREATED))
}

/// List all devices.
///
/// Those of the newest account first, with their owners; guests' included.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    params(DeviceFilter, Page),
    responses((status = 200, description = "A page of devices.", body = Devices))
)]
#[get("/admin/devices")]
async fn list_all_devices(
    api: Data<Api>,
    Person(actor): Person,
    Query(filter): Query<DeviceFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Devices>, Error> {
    api.run(move |cx| admin::list_devices(cx, &actor, &filter, &page)).await.map(web::Json)
}

/// Show what goes on on the server.
///
/// Accounts, devices, uploads of all server processes together, and what the database holds.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    responses((status = 200, description = "The figures.", body = ServerStats))
)]
#[get("/admin/stats")]
async fn show_server_stats(api: Data<Api>, Person(actor): Person) -> Result<web::Json<ServerStats>, Error> {
    api.run(move |cx| admin::show_stats(cx, &actor)).await.map(web::Json)
}

/// Show the server's settings.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    responses((status = 200, description = "The settings.", body = ServerSettings))
)]
#[get("/admin/settings")]
async fn show_server_settings(
    api: Data<Api>,
    Person(actor): Person,
) -> Result<web::Json<ServerSettings>, Error> {
    api.run(move |cx| admin::show_settings(cx, &actor)).await.map(web::Json)
}

/// Change the server's settings.
///
/// What is absent stays.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    responses((status = 200, description = "The settings.", body = ServerSettings))
)]
#[patch("/admin/settings")]
async fn update_server_settings(
    api: Data<Api>,
    Person(actor): Person,
    Json(patch): Json<ServerSettingsPatch>,
) -> Result<web::Json<ServerSettings>, Error> {
    api.run(move |cx| admin::update_settings(cx, &actor, *patch)).await.map(web::Json)
}

/// List invitations.
///
/// Newest first, those that are used up or have run out included. Their codes are kept nowhere.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    params(Page),
    responses((status = 200, description = "A page of invitations.", body = Invites))
)]
#[get("/admin/invites")]
async fn list_invites(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Invites>, Error> {
    api.run(move |cx| admin::list_invites(cx, &actor, &page)).await.map(web::Json)
}

/// Make an invitation.
///
/// Its code, which is told this once, lets people register where that is by invitation.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    responses((status = 201, description = "The invitation and its code.", body = NewlyInvited))
)]
#[post("/admin/invites")]
async fn new_invite(
    api: Data<Api>,
    Person(actor): Person,
    Json(new): Json<NewInvite>,
) -> Result<CustomizeResponder<web::Json<NewlyInvited>>, Error> {
    let invite = api.run(move |cx| admin::new_invite(cx, &actor, &new)).await?;
    Ok(web::Json(invite).customize().with_status(StatusCode::CREATED))
}

/// Take an invitation back.
///
/// Those whom it has let in stay.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    params(("invite_id" = InviteId, Path, description = "The invitation.")),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/admin/invites/{invite_id}")]
async fn delete_invite(
    api: Data<Api>,
    Person(actor): Person,
    InviteInPath(id): InviteInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| admin::delete_invite(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}

/// Show the audit log.
///
/// What was done to accounts and to the server, newest first: by whom, on whom, and what it was like before and after.
#[utoipa::path(
    tag = "admin",
    security(("user_token" = [])),
    params(AuditFilter, Page),
    responses((status = 200, description = "A page of entries.", body = Entries))
)]
#[get("/admin/audit")]
async fn list_audit(
    api: Data<Api>,
    Person(actor): Person,
    Query(filter): Query<AuditFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Entries>, Error> {
    api.run(move |cx| admin::list_audit(cx, &actor, &filter, &page)).await.map(web::Json)
}

//! Devices: they register, are claimed, listed, renamed, cut off and deleted.

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data};
use actix_web::{CustomizeResponder, HttpRequest, HttpResponse, Responder, delete, get, patch, post};
use domain::admin::DeviceFilter;
use domain::devices::{
    Claim, Device, DevicePatch, DeviceScope, Devices, NewDevice, PairingCode, Registered, Scope,
};
use domain::ids::DeviceId;
use domain::pages::Page;
use domain::tokens::TokenPair;
use serde::Deserialize;
use service::{Context, admin, devices};
use utoipa::ToSchema;
use validator::Validate;

use crate::api::Api;
use crate::auth::{Actor, MaybePerson, Person, bearer};
use crate::body::{Json, MaybeJson};
use crate::document::Register;
use crate::error::Error;
use crate::query::{DeviceInPath, Query, ValidQuery};

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(register_device)
        .service(refresh_device)
        .service(revoke_device)
        .service(list_devices)
        .service(new_pairing_code)
        .service(claim_device)
        .service(rename_device)
        .service(delete_device);
}

/// Which device to cut off.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
struct Revocation {
    /// A device of the person who asks; a device cuts itself off.
    device_id: Option<DeviceId>,
}

/// A refresh token.
#[derive(Deserialize, Validate, ToSchema)]
struct Refresh {
    /// The refresh token, if it is not sent as Bearer.
    refresh_token: Option<String>,
}

/// Register a device.
///
/// With a person's token, or with a pairing code that they show, it is theirs; without, it gets a guest account of its
/// own, which only its tokens reach, until somebody claims it. Registering again with a known `device_key` gives the
/// same device and new tokens.
#[utoipa::path(
    tag = "devices",
    security((), ("user_token" = [])),
    responses(
        (status = 201, description = "The device and its tokens.", body = Registered),
        (status = 403, description = "The device was cut off (`DEVICE_REVOKED`), or its account is disabled.", body = crate::error::ErrorBody),
        (status = 409, description = "The key is that of another account's device.", body = crate::error::ErrorBody),
    )
)]
#[post("/devices/register")]
async fn register_device(
    api: Data<Api>,
    MaybePerson(actor): MaybePerson,
    Json(new): Json<NewDevice>,
) -> Result<CustomizeResponder<web::Json<Registered>>, Error> {
    let registered = api.run(move |cx| devices::register(cx, actor.as_ref(), new)).await?;
    Ok(web::Json(registered).customize().with_status(StatusCode::CREATED))
}

/// Get new tokens.
///
/// Takes the refresh token in the body or as Bearer, and gives the next pair. The old token serves until its
/// successor has been used, so that a lost answer may be asked for again; after that, showing it ends the whole
/// family (`REFRESH_TOKEN_REUSED`).
#[utoipa::path(
    tag = "devices",
    security((), ("refresh_token" = [])),
    request_body = Option<Refresh>,
    responses((status = 200, description = "The next pair of tokens.", body = TokenPair))
)]
#[post("/devices/refresh")]
async fn refresh_device(
    api: Data<Api>,
    request: HttpRequest,
    MaybeJson(body): MaybeJson<Refresh>,
) -> Result<web::Json<TokenPair>, Error> {
    let sent = body.and_then(|body| body.into_inner().refresh_token);
    let shown = request.headers().get(header::AUTHORIZATION).and_then(bearer).map(ToOwned::to_owned);
    let token = sent.or(shown).ok_or(service::Error::Unauthenticated("TOKEN_MISSING"))?;
    api.run(move |cx| devices::refresh(cx, &token)).await.map(web::Json)
}

/// Cut a device off.
///
/// The device that asks, or the one that a person names. Its tokens and its key stop working at once; what it has
/// uploaded stays.
#[utoipa::path(
    tag = "devices",
    security(("user_token" = []), ("device_token" = [])),
    request_body = Option<Revocation>,
    responses(
        (status = 204, description = "It is cut off."),
        (status = 404, description = "There is none, or it is another account's.", body = crate::error::ErrorBody),
    )
)]
#[post("/devices/revoke")]
async fn revoke_device(
    api: Data<Api>,
    actor: Actor,
    MaybeJson(body): MaybeJson<Revocation>,
) -> Result<HttpResponse, Error> {
    let device = body.and_then(|body| body.device_id);
    api.run(move |cx| devices::revoke(cx, &actor, device)).await.map(|()| HttpResponse::NoContent().finish())
}

/// List devices.
///
/// A person's, oldest first; a device is shown itself. With `scope=all` an admin is shown everybody's, with their owners,
/// as by `GET /admin/devices`.
#[utoipa::path(
    tag = "devices",
    security(("user_token" = []), ("device_token" = [])),
    params(DeviceScope, Page),
    responses(
        (status = 200, description = "A page of devices.", body = Devices),
        (status = 403, description = "All devices are for admins (`ADMIN_ONLY`).", body = crate::error::ErrorBody),
    )
)]
#[get("/devices")]
async fn list_devices(
    api: Data<Api>,
    actor: Actor,
    Query(DeviceScope { scope }): Query<DeviceScope>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Devices>, Error> {
    let list = move |cx: &mut Context| match scope {
        Scope::Own => devices::list(cx, &actor, &page),
        Scope::All => admin::list_devices(cx, &actor, &DeviceFilter::default(), &page),
    };
    api.run(list).await.map(web::Json)
}

/// Get a pairing code.
///
/// A short code to type on a new device, which registers with it (`pairing_code`) and is then the person's who asks. It
/// serves once, within ten minutes, and in place of an earlier one.
#[utoipa::path(
    tag = "devices",
    security(("user_token" = [])),
    responses((status = 201, description = "The code.", body = PairingCode))
)]
#[post("/devices/pairing-code")]
async fn new_pairing_code(
    api: Data<Api>,
    Person(actor): Person,
) -> Result<CustomizeResponder<web::Json<PairingCode>>, Error> {
    let code = api.run(move |cx| devices::new_pairing_code(cx, &actor)).await?;
    Ok(web::Json(code).customize().with_status(StatusCode::CREATED))
}

/// Claim a device.
///
/// A guest's device and all its data become the person's who asks and has its key. It goes on with the tokens it has:
/// the next refresh gives it those of its new account.
#[utoipa::path(
    tag = "devices",
    security(("user_token" = [])),
    params(("device_id" = DeviceId, Path, description = "The device.")),
    responses(
        (status = 200, description = "The device.", body = Device),
        (status = 409, description = "It is somebody else's (`DEVICE_CLAIMED`).", body = crate::error::ErrorBody),
    )
)]
#[post("/devices/{device_id}/claim")]
async fn claim_device(
    api: Data<Api>,
    Person(actor): Person,
    DeviceInPath(id): DeviceInPath,
    Json(claim): Json<Claim>,
) -> Result<web::Json<Device>, Error> {
    api.run(move |cx| devices::claim(cx, &actor, id, claim)).await.map(web::Json)
}

/// Rename a device.
#[utoipa::path(
    tag = "devices",
    security(("user_token" = [])),
    params(("device_id" = DeviceId, Path, description = "The device.")),
    responses((status = 200, description = "The device.", body = Device))
)]
#[patch("/devices/{device_id}")]
async fn rename_device(
    api: Data<Api>,
    Person(actor): Person,
    DeviceInPath(id): DeviceInPath,
    Json(patch): Json<DevicePatch>,
) -> Result<web::Json<Device>, Error> {
    api.run(move |cx| devices::rename(cx, &actor, id, patch)).await.map(web::Json)
}

/// Delete a device.
///
/// With everything it has uploaded.
#[utoipa::path(
    tag = "devices",
    security(("user_token" = [])),
    params(("device_id" = DeviceId, Path, description = "The device.")),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/devices/{device_id}")]
async fn delete_device(
    api: Data<Api>,
    Person(actor): Person,
    DeviceInPath(id): DeviceInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| devices::delete(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}

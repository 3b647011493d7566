//! Webhooks that come in: endpoints, deliveries, and the addresses that these are delivered to.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::web::{self, Data, Path};
use actix_web::{CustomizeResponder, HttpRequest, HttpResponse, Responder, delete, get, post};
use domain::ids::EndpointId;
use domain::pages::Page;
use domain::webhooks::signature::Head;
use domain::webhooks::{
    Deliveries, Delivery, DeliveryFilter, LARGEST, MadeWebhookEndpoint, NewWebhookEndpoint, Receipt, Secret,
    WebhookEndpoints, WholeDelivery,
};
use service::limits::Key;
use service::webhooks;
use service::webhooks::receive::{self, Endpoint};
use uuid::Uuid;

use crate::api::Api;
use crate::auth::Person;
use crate::body::{Json, Raw, SMALL};
use crate::document::Register;
use crate::error::Error;
use crate::query::{EndpointInPath, Query, ValidQuery};

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(add_webhook_endpoint)
        .service(list_webhook_endpoints)
        .service(delete_webhook_endpoint)
        .service(list_deliveries)
        .service(show_delivery)
        .service(replay_delivery)
        .service(receive_webhook)
        .service(receive_webhook_by_header);
}

const ENDPOINT: HeaderName = HeaderName::from_static("x-webhook-endpoint");

/// Make an endpoint.
///
/// Its `url` is a path, to be put after the server's address. Its `secret` is shown this once: for `standard` in the form
/// of Standard Webhooks (`whsec_…`), for `github` what to type as GitHub's secret, for `secret-header` what is sent as
/// `X-Webhook-Secret`.
#[utoipa::path(
    tag = "webhooks",
    security(("user_token" = [])),
    responses((status = 201, description = "The endpoint and its secret.", body = MadeWebhookEndpoint))
)]
#[post("/webhook-endpoints")]
async fn add_webhook_endpoint(
    api: Data<Api>,
    Person(actor): Person,
    Json(new): Json<NewWebhookEndpoint>,
) -> Result<CustomizeResponder<web::Json<MadeWebhookEndpoint>>, Error> {
    let base = api.settings.base_path.clone();
    let made = api.run(move |cx| webhooks::add(cx, &actor, &base, &new)).await?;
    Ok(web::Json(made).customize().with_status(StatusCode::CREATED))
}

/// List endpoints.
#[utoipa::path(
    tag = "webhooks",
    security(("user_token" = [])),
    params(Page),
    responses((status = 200, description = "A page of endpoints.", body = WebhookEndpoints))
)]
#[get("/webhook-endpoints")]
async fn list_webhook_endpoints(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<WebhookEndpoints>, Error> {
    let base = api.settings.base_path.clone();
    api.run(move |cx| webhooks::list(cx, &actor, &base, &page)).await.map(web::Json)
}

/// Delete an endpoint.
///
/// With the list of its deliveries; what they have made stays.
#[utoipa::path(
    tag = "webhooks",
    security(("user_token" = [])),
    params(("endpoint_id" = EndpointId, Path, description = "The endpoint.")),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/webhook-endpoints/{endpoint_id}")]
async fn delete_webhook_endpoint(
    api: Data<Api>,
    Person(actor): Person,
    EndpointInPath(id): EndpointInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| webhooks::delete(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}

/// List deliveries.
///
/// What was delivered to an endpoint, newest first, and what has become of it: the last thousand and all of the last seven
/// days, for 90 days at the most.
#[utoipa::path(
    tag = "webhooks",
    security(("user_token" = [])),
    params(("endpoint_id" = EndpointId, Path, description = "The endpoint."), DeliveryFilter, Page),
    responses((status = 200, description = "A page of deliveries.", body = Deliveries))
)]
#[get("/webhook-endpoints/{endpoint_id}/deliveries")]
async fn list_deliveries(
    api: Data<Api>,
    Person(actor): Person,
    EndpointInPath(endpoint): EndpointInPath,
    Query(filter): Query<DeliveryFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Deliveries>, Error> {
    api.run(move |cx| webhooks::list_deliveries(cx, &actor, endpoint, &filter, &page)).await.map(web::Json)
}

/// Show a delivery, with its body.
#[utoipa::path(
    tag = "webhooks",
    security(("user_token" = [])),
    params(
        ("endpoint_id" = EndpointId, Path, description = "The endpoint."),
        ("delivery_id" = String, Path, description = "The delivery."),
    ),
    responses((status = 200, description = "The delivery.", body = WholeDelivery))
)]
#[get("/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}")]
async fn show_delivery(
    api: Data<Api>,
    Person(actor): Person,
    path: Path<(String, String)>,
) -> Result<web::Json<WholeDelivery>, Error> {
    let (endpoint, id) = delivery(path)?;
    api.run(move |cx| webhooks::find_delivery(cx, &actor, endpoint, &id)).await.map(web::Json)
}

/// Replay a delivery.
///
/// Does what it says once more, for what failed and can be done now. What it has made already stays as it is: nothing
/// comes twice.
#[utoipa::path(
    tag = "webhooks",
    security(("user_token" = [])),
    params(
        ("endpoint_id" = EndpointId, Path, description = "The endpoint."),
        ("delivery_id" = String, Path, description = "The delivery."),
    ),
    responses((status = 200, description = "The delivery, and what has become of it now.", body = Delivery))
)]
#[post("/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/replay")]
async fn replay_delivery(
    api: Data<Api>,
    Person(actor): Person,
    path: Path<(String, String)>,
) -> Result<web::Json<Delivery>, Error> {
    let (endpoint, id) = delivery(path)?;
    api.run(move |cx| receive::replay(cx, &actor, endpoint, &id)).await.map(web::Json)
}

/// Deliver a webhook.
///
/// Signed with the endpoint's secret, over the body (as it is before a `Content-Encoding`), of at most 1 MiB. By
/// `standard`: `webhook-id`, `webhook-timestamp`, `webhook-signature` of Standard Webhooks; by `github`:
/// `X-Hub-Signature-256`, `X-GitHub-Delivery`, `X-GitHub-Event`; by `secret-header`: `X-Webhook-Secret`, and the delivery's id
/// as `webhook-id`, `X-Webhook-Id` or `id` of the body. The same id again is answered with 200, and nothing is done.
///
/// `type` says what `data` is: `time_entry.created`, the body of `POST /time-entries`, also with the title of a `project`;
/// `consumption.recorded`, that of `POST /consumption`; `usage.recorded`, that of `POST /usage/batch`, with a `device_id`
/// or as the endpoint's own device; `notification`, a `title` and a `text` to show. Of GitHub's events a push is noted on the
/// running time entry. Anything else is kept and listed. What cannot be done is listed with the reason, and is no error.
#[utoipa::path(
    tag = "webhooks",
    params(("endpoint_id" = EndpointId, Path, description = "The endpoint.")),
    request_body(content = WebhookEvent, content_type = "application/json"),
    responses(
        (status = 202, description = "It is listed, and what it says is done if it can be.", body = Receipt),
        (status = 200, description = "It was delivered before.", body = Receipt),
        (status = 401, description = "It is not signed, or not with this secret (`SIGNATURE_INVALID`); or over 5 minutes off the server's clock (`SIGNATURE_STALE`).", body = crate::error::ErrorBody),
    )
)]
#[post("/webhooks/{endpoint_id}")]
async fn receive_webhook(
    api: Data<Api>,
    EndpointInPath(endpoint): EndpointInPath,
    request: HttpRequest,
    body: Raw<LARGEST>,
) -> Result<HttpResponse, Error> {
    take_in(&api, endpoint, &request, &body).await
}

/// Deliver a webhook to the endpoint of a header.
///
/// The same as to an endpoint's own address, for senders that have one address for all.
#[utoipa::path(
    tag = "webhooks",
    params(("X-Webhook-Endpoint" = Option<EndpointId>, Header, description = "The endpoint. Without it there is none.")),
    request_body(content = WebhookEvent, content_type = "application/json"),
    responses(
        (status = 202, description = "It is listed, and what it says is done if it can be.", body = Receipt),
        (status = 200, description = "It was delivered before.", body = Receipt),
        (status = 401, description = "It is not signed, or not with this secret (`SIGNATURE_INVALID`); or over 5 minutes off the server's clock (`SIGNATURE_STALE`).", body = crate::error::ErrorBody),
        (status = 404, description = "There is no such endpoint.", body = crate::error::ErrorBody),
    )
)]
#[post("/webhooks")]
async fn receive_webhook_by_header(
    api: Data<Api>,
    request: HttpRequest,
    body: Raw<LARGEST>,
) -> Result<HttpResponse, Error> {
    let endpoint =
        request.headers().get(ENDPOINT).and_then(|value| Uuid::try_parse(value.to_str().ok()?).ok());
    let endpoint = endpoint.ok_or(service::Error::NotFound("webhook_endpoint"))?;
    take_in(&api, EndpointId(endpoint), &request, &body).await
}

async fn take_in(
    api: &Api,
    id: EndpointId,
    request: &HttpRequest,
    body: &Raw<LARGEST>,
) -> Result<HttpResponse, Error> {
    let endpoint = match Endpoint::known(&api.app, id) {
        Some(endpoint) => endpoint,
        None => api.run(move |cx| Endpoint::find(cx, id)).await?,
    };
    let user = endpoint.user();
    let body = body.read(LARGEST)?;
    let is_small = body.len() <= SMALL;
    let believed = endpoint.believe(head(request.headers()), body.into(), api.app.now())?;
    // Who sends was counted by the address; what is believed counts as the account's.
    api.limits.take(api.app.limits(), Key::Account(user)).await?;
    let (receipt, is_new) = match is_small {
        true => receive::submit(&api.app, believed).await?,
        false => api.run(move |cx| receive::receive(cx, believed)).await?,
    };
    Ok(if is_new { HttpResponse::Accepted() } else { HttpResponse::Ok() }.json(receipt))
}

fn head(headers: &HeaderMap) -> Head {
    let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    Head {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp"),
        signature: text("webhook-signature"),
        hub_signature: text("x-hub-signature-256"),
        hub_delivery: text("x-github-delivery"),
        hub_event: text("x-github-event"),
        secret: text("x-webhook-secret").map(Secret),
        other_id: text("x-webhook-id"),
    }
}

/// The ids of a delivery's path. A sender's id may hold anything that can be escaped.
fn delivery(path: Path<(String, String)>) -> Result<(EndpointId, String), Error> {
    let (endpoint, id) = path.into_inner();
    let missing = service::Error::NotFound("delivery");
    // PostgreSQL's texts hold no NUL.
    match Uuid::try_parse(&endpoint) {
        Ok(endpoint) if !id.contains('\0') => Ok((EndpointId(endpoint), id)),
        _ => Err(missing.into()),
    }
}

/// What is delivered, for the document.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes a body that is looked at by its signature first")]
struct WebhookEvent {
    /// What it is.
    #[schema(example = "notification")]
    r#type: String,
    /// When it happened. (What counts is when it was signed.)
    timestamp: Option<String>,
    /// What the type asks for.
    #[schema(value_type = Object)]
    data: (),
}

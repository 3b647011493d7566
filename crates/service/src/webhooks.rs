//! Webhooks that come in: endpoints are made and deleted, deliveries listed and replayed. How one is taken in is in
//! [`receive`].

use domain::ids::EndpointId;
use domain::pages::Page;
use domain::valid::Valid;
use domain::webhooks::signature::PREFIX;
use domain::webhooks::{
    Deliveries, DeliveryFilter, MadeWebhookEndpoint, NewWebhookEndpoint, Scheme, Secret, WebhookEndpoint,
    WebhookEndpoints, WholeDelivery,
};
use persistence::webhooks::{self as rows, Known, deliveries};

use crate::app::{Actor, Context, new_id};
use crate::error::missing;
use crate::secrets::{new_key, new_standard_key};
use crate::{Result, pages, tokens};

pub mod receive;
pub(crate) mod work;

/// Where deliveries to an endpoint go, where the API is at `base`.
fn url(base: &str, id: EndpointId) -> String {
    format!("{base}/webhooks/{id}")
}

/// Makes an endpoint of the API at `base`.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn add(
    cx: &mut Context,
    actor: &Actor,
    base: &str,
    new: &Valid<NewWebhookEndpoint>,
) -> Result<MadeWebhookEndpoint> {
    tokens::check(cx, actor)?;
    let secret = match new.scheme {
        Scheme::Standard => format!("{PREFIX}{}", new_standard_key()),
        Scheme::Github | Scheme::SecretHeader => new_key(),
    };
    let known = Known {
        id: EndpointId(new_id()),
        user: actor.user,
        name: new.name.trim().to_owned(),
        scheme: new.scheme,
        secret: Secret(secret.clone()),
    };
    let now = cx.now;
    cx.system(|conn| Ok(rows::insert(conn, &known, now)?))?;
    let endpoint = WebhookEndpoint {
        id: known.id,
        name: known.name,
        scheme: known.scheme,
        url: url(base, known.id),
        created_at: now,
        last_received_at: None,
    };
    Ok(MadeWebhookEndpoint { endpoint, secret })
}

/// Endpoints, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, base: &str, page: &Page) -> Result<WebhookEndpoints> {
    let after = pages::begin(page, pages::read_place)?;
    cx.tenant(actor, |conn| {
        let total = rows::count(conn, actor.user)?;
        let (endpoints, next_cursor) = pages::take(
            page,
            |limit| rows::list(conn, actor.user, after, limit),
            |last| pages::place(last.created_at, last.id.0),
        )?;
        let shown = |one: WebhookEndpoint| WebhookEndpoint { url: url(base, one.id), ..one };
        Ok(WebhookEndpoints {
            webhook_endpoints: endpoints.into_iter().map(shown).collect(),
            total,
            next_cursor,
        })
    })
}

/// Deletes an endpoint with all that was delivered to it. What deliveries have made stays.
///
/// # Errors
/// `NotFound("webhook_endpoint")`; `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, id: EndpointId) -> Result<()> {
    tokens::check(cx, actor)?;
    cx.system(|conn| rows::delete(conn, actor.user, id).map_err(missing("webhook_endpoint")))?;
    cx.app.endpoints().forget(id);
    Ok(())
}

/// Deliveries to an endpoint, newest first.
///
/// # Errors
/// `NotFound("webhook_endpoint")`; `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list_deliveries(
    cx: &mut Context,
    actor: &Actor,
    endpoint: EndpointId,
    filter: &DeliveryFilter,
    page: &Page,
) -> Result<Deliveries> {
    let user = actor.user;
    let after = pages::begin(page, pages::read_named_place)?;
    cx.tenant(actor, |conn| {
        rows::check(conn, user, endpoint).map_err(missing("webhook_endpoint"))?;
        let total = deliveries::count(conn, user, endpoint, filter)?;
        let (deliveries, next_cursor) = pages::take(
            page,
            |limit| deliveries::list(conn, user, endpoint, filter, after, limit),
            |last| pages::named_place(last.received_at, &last.id),
        )?;
        Ok(Deliveries { deliveries, total, next_cursor })
    })
}

/// A delivery with its body.
///
/// # Errors
/// `NotFound("delivery")`; `Unauthenticated`, `Unavailable`.
pub fn find_delivery(
    cx: &mut Context,
    actor: &Actor,
    endpoint: EndpointId,
    id: &str,
) -> Result<WholeDelivery> {
    let (delivery, body) = cx.tenant(actor, |conn| {
        deliveries::find(conn, actor.user, endpoint, id).map_err(missing("delivery"))
    })?;
    Ok(WholeDelivery { delivery, body: String::from_utf8_lossy(&body).into_owned() })
}

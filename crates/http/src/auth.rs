//! Who asks.
//!
//! [`crate::gate`] reads the credential before the body is looked at and leaves the outcome with the request. A
//! handler that needs to know takes an [`Actor`], and is never reached without one. Whether the credential
//! was taken back meanwhile is found out by the transaction that does the work.

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};

use crate::api::Api;
use crate::error::Error;
use crate::routes::Operation;

/// The legacy way of a device to say who it is.
pub(crate) const DEVICE_KEY: HeaderName = HeaderName::from_static("x-device-key");

/// Who asks: a person or a device.
pub(crate) struct Actor(service::Actor);

impl std::ops::Deref for Actor {
    type Target = service::Actor;
    fn deref(&self) -> &service::Actor {
        &self.0
    }
}

/// Who asks: a person, not one of their devices.
pub(crate) struct Person(pub service::Actor);

/// Who asks: a device.
pub(crate) struct Reporter(pub service::Reporter);

/// The person who asks, where nobody may ask as well: a credential that is shown has to be valid.
pub(crate) struct MaybePerson(pub Option<service::Actor>);

/// What the gate found, left with the request.
pub(crate) enum Credential {
    /// None was shown that the operation takes.
    None,
    /// A person's or a device's.
    Known(service::Actor),
    /// One that is not valid, and why.
    Refused(&'static str),
}

/// Reads the credential of a request for `operation`. Tokens need no database; a device key does.
///
/// # Errors
/// `Unavailable` and the like: the key could not be looked up.
pub(crate) async fn read(api: &Api, headers: &HeaderMap, operation: &Operation) -> Result<Credential, Error> {
    if operation.takes_token
        && let Some(value) = headers.get(header::AUTHORIZATION)
    {
        let Some(token) = bearer(value) else { return Ok(Credential::Refused("TOKEN_INVALID")) };
        return outcome(service::tokens::verify(&api.app, token).map_err(Error::Service));
    }
    if operation.takes_key
        && let Some(value) = headers.get(DEVICE_KEY)
    {
        let Ok(key) = value.to_str().map(ToOwned::to_owned) else {
            return Ok(Credential::Refused("DEVICE_KEY_INVALID"));
        };
        let found = api.run(move |cx| service::devices::by_key(cx, &key)).await;
        return outcome(found.map(service::Actor::from));
    }
    Ok(Credential::None)
}

fn outcome(found: Result<service::Actor, Error>) -> Result<Credential, Error> {
    match found {
        Ok(actor) => Ok(Credential::Known(actor)),
        Err(Error::Service(service::Error::Unauthenticated(code))) => Ok(Credential::Refused(code)),
        Err(error) => Err(error),
    }
}

/// The token of `Authorization: Bearer <token>` (RFC 6750; the scheme's case does not matter).
pub(crate) fn bearer(value: &header::HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

fn found(request: &HttpRequest) -> Result<Option<service::Actor>, Error> {
    match request.extensions().get::<Credential>() {
        Some(Credential::Known(actor)) => Ok(Some(*actor)),
        Some(Credential::Refused(code)) => Err(service::Error::Unauthenticated(code).into()),
        Some(Credential::None) | None => Ok(None),
    }
}

fn known(request: &HttpRequest) -> Result<service::Actor, Error> {
    found(request)?.ok_or_else(|| service::Error::Unauthenticated("TOKEN_MISSING").into())
}

fn person(actor: service::Actor) -> Result<service::Actor, Error> {
    if actor.device.is_none() { Ok(actor) } else { Err(service::Error::Forbidden("WRONG_TOKEN_KIND").into()) }
}

impl FromRequest for Actor {
    type Error = Error;
    type Future = Ready<Result<Actor, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(known(request).map(Actor))
    }
}

impl FromRequest for Person {
    type Error = Error;
    type Future = Ready<Result<Person, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(known(request).and_then(person).map(Person))
    }
}

impl FromRequest for Reporter {
    type Error = Error;
    type Future = Ready<Result<Reporter, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(known(request).and_then(|service::Actor { user, device, family }| match device {
            Some(device) => Ok(Reporter(service::Reporter { user, device, family })),
            None => Err(service::Error::Forbidden("WRONG_TOKEN_KIND").into()),
        }))
    }
}

impl FromRequest for MaybePerson {
    type Error = Error;
    type Future = Ready<Result<MaybePerson, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(found(request).and_then(|actor| actor.map(person).transpose()).map(MaybePerson))
    }
}

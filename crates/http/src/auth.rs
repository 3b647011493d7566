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

/// Who asks: a device with a valid access token, or with its key where that is accepted.
pub(crate) struct Actor(service::Actor);

impl std::ops::Deref for Actor {
    type Target = service::Actor;
    fn deref(&self) -> &service::Actor {
        &self.0
    }
}

/// Who asks, where nobody may ask as well: a credential that is shown has to be valid.
pub(crate) struct MaybeActor(pub Option<service::Actor>);

/// What the gate found, left with the request.
pub(crate) enum Credential {
    /// None was shown that the operation takes.
    None,
    /// A device's.
    Device(service::Actor),
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
        return outcome(api.run(move |cx| service::devices::by_key(cx, &key)).await);
    }
    Ok(Credential::None)
}

fn outcome(found: Result<service::Actor, Error>) -> Result<Credential, Error> {
    match found {
        Ok(actor) => Ok(Credential::Device(actor)),
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
        Some(Credential::Device(actor)) => Ok(Some(*actor)),
        Some(Credential::Refused(code)) => Err(service::Error::Unauthenticated(code).into()),
        Some(Credential::None) | None => Ok(None),
    }
}

impl FromRequest for Actor {
    type Error = Error;
    type Future = Ready<Result<Actor, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let actor = found(request).and_then(|actor| {
            actor.map(Actor).ok_or_else(|| service::Error::Unauthenticated("TOKEN_MISSING").into())
        });
        ready(actor)
    }
}

impl FromRequest for MaybeActor {
    type Error = Error;
    type Future = Ready<Result<MaybeActor, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(found(request).map(MaybeActor))
    }
}

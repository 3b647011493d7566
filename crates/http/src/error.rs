//! The one place where an error becomes an answer.
//!
//! A handler's error travels inside the (still empty) answer to [`crate::gate`], which has the request's id
//! and writes the body with [`Answer::write`]. Causes are logged there once, and never shown.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use chrono::{DateTime, SubsecRound, Utc};
use domain::json::Unreadable;
use domain::valid::FieldError;
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every answer that is an error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub detail: Detail,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct Detail {
    /// For people.
    #[schema(value_type = String, example = "Device not found")]
    pub message: Cow<'static, str>,
    /// For programs.
    #[schema(value_type = String, example = "DEVICE_NOT_FOUND")]
    pub error_code: Cow<'static, str>,
    /// The status again.
    #[schema(example = 404)]
    pub status_code: u16,
    /// The server's clock.
    pub timestamp: DateTime<Utc>,
    /// The request, as the server's log knows it.
    #[schema(example = "9f1c2b7d40e8a653")]
    pub request_id: String,
    /// With 422: what is wrong, field by field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<FieldError>>,
}

/// Why a request fails: what a use case says, or what HTTP itself has to say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Service(#[from] service::Error),
    #[error("malformed: {0}")]
    Malformed(String),
    #[error("no such route")]
    NoRoute,
    #[error("method not allowed")]
    Method { allow: String },
    #[error("the body took too long")]
    Slow,
    #[error("too large: {0}")]
    TooLarge(&'static str, String),
    #[error("unsupported media type")]
    MediaType(&'static str),
    #[error("the Host is not one of ours")]
    Host,
    #[error("a cookie sent by another site's page")]
    CrossSite,
    #[error("too many requests wait")]
    Overloaded,
    #[error("not done within the deadline")]
    Late,
    #[error("a panic")]
    Panicked,
    /// An answer of a library, of which only the status is kept.
    #[error("status {0}")]
    Status(StatusCode),
}

impl From<Unreadable> for Error {
    fn from(error: Unreadable) -> Error {
        match error {
            Unreadable::Malformed(why) => Error::Malformed(why),
            Unreadable::Invalid(fields) => service::Error::Invalid(fields).into(),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.answer().status
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// What is told of an error.
pub(crate) struct Answer {
    pub status: StatusCode,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    fields: Option<Vec<FieldError>>,
    /// A header that only this status has.
    header: Option<(header::HeaderName, HeaderValue)>,
    /// For the log.
    cause: Option<String>,
}

impl Error {
    /// What is told of it.
    pub fn answer(&self) -> Answer {
        let plain = |status, code: &'static str, message: &'static str| Answer {
            status,
            code: code.into(),
            message: message.into(),
            fields: None,
            header: None,
            cause: None,
        };
        match self {
            Error::Service(error) => service_answer(error),
            Error::Malformed(why) => Answer {
                message: why.clone().into(),
                ..plain(StatusCode::BAD_REQUEST, "MALFORMED_REQUEST", "")
            },
            Error::NoRoute => {
                plain(StatusCode::NOT_FOUND, "ROUTE_NOT_FOUND", "There is nothing at this path")
            }
            Error::Method { allow } => Answer {
                header: HeaderValue::from_str(allow).ok().map(|allow| (header::ALLOW, allow)),
                ..plain(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "METHOD_NOT_ALLOWED",
                    "This path does not take this method",
                )
            },
            Error::Slow => plain(
                StatusCode::REQUEST_TIMEOUT,
                "REQUEST_TIMEOUT",
                "The body took over 30 seconds to arrive",
            ),
            Error::TooLarge(code, why) => {
                Answer { message: why.clone().into(), ..plain(StatusCode::PAYLOAD_TOO_LARGE, code, "") }
            }
            Error::MediaType(why) => plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", why),
            Error::Host => plain(
                StatusCode::MISDIRECTED_REQUEST,
                "HOST_NOT_ALLOWED",
                "This server does not answer for this host; its operator lists hosts in ALLOWED_HOSTS",
            ),
            Error::CrossSite => plain(
                StatusCode::FORBIDDEN,
                "CROSS_SITE",
                "The cookie counts only where our own pages send it; ALLOWED_ORIGINS lists others",
            ),
            Error::Overloaded => away("OVERLOADED", "The server is busy; ask again later", None),
            Error::Late => {
                away("UNAVAILABLE", "The answer took too long; ask again later", Some(self.to_string()))
            }
            Error::Panicked => internal(self.to_string()),
            Error::Status(status) if status.is_server_error() => internal(self.to_string()),
            Error::Status(status) => {
                let reason = status.canonical_reason().unwrap_or("Refused");
                Answer {
                    code: reason.to_ascii_uppercase().replace([' ', '-'], "_").into(),
                    ..plain(*status, "", reason)
                }
            }
        }
    }
}

fn service_answer(error: &service::Error) -> Answer {
    let plain = |status, code: &'static str, message: Cow<'static, str>| Answer {
        status,
        code: code.into(),
        message,
        fields: None,
        header: None,
        cause: None,
    };
    match error {
        service::Error::Invalid(fields) => Answer {
            fields: Some(fields.clone()),
            ..plain(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", "The input is not valid".into())
        },
        service::Error::Unauthenticated(code) => Answer {
            header: Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            ..plain(StatusCode::UNAUTHORIZED, code, unauthenticated(code).into())
        },
        service::Error::Forbidden(code) => plain(StatusCode::FORBIDDEN, code, forbidden(code).into()),
        service::Error::NotFound(kind) => Answer {
            code: format!("{}_NOT_FOUND", kind.to_ascii_uppercase()).into(),
            ..plain(
                StatusCode::NOT_FOUND,
                "",
                format!("{} not found", capitalised(&kind.replace('_', " "))).into(),
            )
        },
        service::Error::NothingRuns(code) => plain(StatusCode::NOT_FOUND, code, "Nothing is running".into()),
        service::Error::Conflict(code, message) => plain(StatusCode::CONFLICT, code, message.clone().into()),
        service::Error::RateLimited { retry_after } => Answer {
            header: Some((header::RETRY_AFTER, HeaderValue::from(seconds(*retry_after)))),
            ..plain(
                StatusCode::TOO_MANY_REQUESTS,
                "RATE_LIMITED",
                "Too many requests; ask again later".into(),
            )
        },
        service::Error::Unavailable(why) => unavailable(why.clone()),
        service::Error::Deadlocked => unavailable(error.to_string()),
        service::Error::Internal(why) => internal(why.clone()),
    }
}

fn unavailable(cause: String) -> Answer {
    away("UNAVAILABLE", "The server cannot do this at the moment; ask again later", Some(cause))
}

fn internal(cause: String) -> Answer {
    Answer {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        code: "INTERNAL_ERROR".into(),
        message: "The server failed; the request's id leads to the cause in its log".into(),
        fields: None,
        header: None,
        cause: Some(cause),
    }
}

/// A passing condition. Who is turned away comes back after 1 to 3 s, not all at once.
fn away(code: &'static str, message: &'static str, cause: Option<String>) -> Answer {
    Answer {
        status: StatusCode::SERVICE_UNAVAILABLE,
        code: code.into(),
        message: message.into(),
        fields: None,
        header: Some((header::RETRY_AFTER, HeaderValue::from(1 + crate::gate::dice() % 3))),
        cause,
    }
}

fn unauthenticated(code: &str) -> &'static str {
    match code {
        "TOKEN_MISSING" => "A token is needed: Authorization: Bearer <access token>",
        "TOKEN_EXPIRED" => "The token has run out; get another with the refresh token",
        "TOKEN_REVOKED" => "The token was taken back",
        "REFRESH_TOKEN_REUSED" => {
            "The refresh token was used before; sign in again, or register the device again"
        }
        "INVALID_CREDENTIALS" => "Username or password is wrong",
        "DEVICE_KEY_INVALID" => "The device key opens no device",
        "SIGNATURE_INVALID" => "The signature, or the secret, is not this endpoint's",
        "SIGNATURE_STALE" => "The signature is over 5 minutes off the server's clock",
        _ => "The token is not valid",
    }
}

fn forbidden(code: &str) -> &'static str {
    match code {
        "DEVICE_REVOKED" => "This device was cut off from its account",
        "WRONG_TOKEN_KIND" => {
            "This takes the other kind of token: a person's is no device's, nor the other way round"
        }
        "ACCOUNT_DISABLED" => "An admin has disabled this account",
        "PASSWORD_WRONG" => "The password is wrong",
        "LAST_ADMIN" => "The server would be without an admin",
        "ADMIN_ONLY" => "This is for admins",
        "REGISTRATION_CLOSED" => "Nobody can register on this server at present",
        "INVITE_NEEDED" => "Registration is by invitation: an invite_code is needed",
        "INVITE_INVALID" => "The invitation is unknown, used up, or has run out",
        _ => "This is not allowed",
    }
}

fn capitalised(kind: &str) -> String {
    let mut letters = kind.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whole seconds, at least one.
fn seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

impl Answer {
    /// The answer, its body included; its cause is logged.
    pub fn write(mut self, request_id: &str, now: DateTime<Utc>) -> HttpResponse {
        let mut answer = HttpResponseBuilder::new(self.status);
        if let Some(header) = self.header.take() {
            answer.insert_header(header);
        }
        answer.json(ErrorBody { detail: self.detail(request_id, now) })
    }

    /// What is told in the body; its cause is logged.
    pub fn detail(self, request_id: &str, now: DateTime<Utc>) -> Detail {
        if let Some(cause) = &self.cause {
            let level = if self.status == StatusCode::INTERNAL_SERVER_ERROR {
                log::Level::Error
            } else {
                log::Level::Warn
            };
            log::log!(level, request_id, status = self.status.as_u16(); "{cause}");
        }
        Detail {
            message: self.message,
            error_code: self.code,
            status_code: self.status.as_u16(),
            timestamp: now.trunc_subsecs(0),
            request_id: request_id.to_owned(),
            fields: self.fields,
        }
    }
}

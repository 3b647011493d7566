//! Why a use case failed.

use std::time::Duration;

use domain::valid::FieldError;

/// Closed: every caller handles all of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Input that breaks rules, field by field.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<FieldError>),
    /// No valid credential; the code says what is wrong with it.
    #[error("unauthenticated: {0}")]
    Unauthenticated(&'static str),
    /// Known, and not allowed; the code says why.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// There is no such thing of this account.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Nothing of the kind is running; the code says what.
    #[error("nothing runs: {0}")]
    NothingRuns(&'static str),
    /// It contradicts what is there: code and message.
    #[error("conflict: {0}")]
    Conflict(&'static str, String),
    /// Asked too often.
    #[error("rate limited")]
    RateLimited {
        /// When to ask again.
        retry_after: Duration,
    },
    /// A passing condition: ask again later.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Others were in the way; all of it was undone, and may be done again at once.
    #[error("others were in the way")]
    Deadlocked,
    /// A fault of this program.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<persistence::Error> for Error {
    fn from(error: persistence::Error) -> Error {
        match error {
            // Use cases that look for one thing say which is missing before it gets here.
            persistence::Error::NotFound => Error::NotFound("resource"),
            persistence::Error::Revoked => Error::Unauthenticated("TOKEN_REVOKED"),
            persistence::Error::CalendarChanged => Error::Unavailable("the calendar is being changed".into()),
            persistence::Error::Unavailable(why) => Error::Unavailable(why),
            persistence::Error::Deadlocked => Error::Deadlocked,
            error @ (persistence::Error::Constraint(_)
            | persistence::Error::Damaged(_)
            | persistence::Error::Refused(_)) => Error::Internal(error.to_string()),
        }
    }
}

impl From<FieldError> for Error {
    fn from(field: FieldError) -> Error {
        Error::Invalid(vec![field])
    }
}

/// Names what is missing.
pub(crate) fn missing(kind: &'static str) -> impl Fn(persistence::Error) -> Error {
    move |error| match error {
        persistence::Error::NotFound => Error::NotFound(kind),
        error => error.into(),
    }
}

//! What can go wrong between the server and its database.

use diesel::result::{ConnectionError, DatabaseErrorKind as Kind, Error as Diesel};

/// Why a query gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such row of this account.
    #[error("no such row")]
    NotFound,
    /// A constraint of this name was in the way. On a distributed database the name may carry a shard's
    /// suffix: compare its beginning.
    #[error("constraint {0}")]
    Constraint(String),
    /// The credential the transaction was opened with was taken back.
    #[error("the credential was revoked")]
    Revoked,
    /// The account's calendar is not the one the transaction was opened with.
    #[error("the calendar was changed")]
    CalendarChanged,
    /// The database is away, full, busy or slow: the same again may succeed later.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Others wait for what this holds and hold what it waits for; all of it was undone, and may be done again at once.
    #[error("others were in the way")]
    Deadlocked,
    /// A stored value that no version of this program has written.
    #[error("a stored value is damaged: {0}")]
    Damaged(&'static str),
    /// Anything else: a fault of this program.
    #[error("the database refused: {0}")]
    Refused(String),
}

/// Messages of passing conditions, which Diesel gives no kind. (PostgreSQL 15 to 18, `lc_messages` C.)
const PASSING: [&str; 14] = [
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "could not connect",
    "connection to server",
    "connection to the remote node",
    "the database system is",
    "canceling statement due to",
    "too many clients",
    "remaining connection slots",
    "No space left on device",
    "Disk quota exceeded",
    "could not send",
    "could not receive",
];

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Error {
        let Diesel::DatabaseError(kind, information) = &error else {
            return match error {
                Diesel::NotFound => Error::NotFound,
                error => Error::Refused(error.to_string()),
            };
        };
        let message = information.message();
        match (kind, information.constraint_name()) {
            (_, Some("credential_revoked")) => Error::Revoked,
            (_, Some("calendar_changed")) => Error::CalendarChanged,
            (
                Kind::UniqueViolation
                | Kind::ForeignKeyViolation
                | Kind::CheckViolation
                | Kind::ExclusionViolation,
                Some(name),
            ) => Error::Constraint(name.to_owned()),
            (
                Kind::ClosedConnection
                | Kind::UnableToSendCommand
                | Kind::SerializationFailure
                | Kind::ReadOnlyTransaction,
                _,
            ) => Error::Unavailable(message.to_owned()),
            _ if message.contains("deadlock detected") => Error::Deadlocked,
            _ if PASSING.iter().any(|part| message.contains(part)) => Error::Unavailable(message.to_owned()),
            _ => Error::Refused(message.to_owned()),
        }
    }
}

/// That a statement about one row found it: `NotFound` unless one row was `changed`.
pub(crate) fn one(changed: usize) -> Result<(), Error> {
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}

impl From<ConnectionError> for Error {
    fn from(error: ConnectionError) -> Error {
        Error::Unavailable(error.to_string())
    }
}

impl From<r2d2::Error> for Error {
    fn from(error: r2d2::Error) -> Error {
        Error::Unavailable(error.to_string())
    }
}

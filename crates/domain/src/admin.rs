//! What admins see of the accounts on their server, and what they decide.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::accounts::{Account, Role};
use crate::days::{DayStart, WeekStart};
use crate::devices::check_name;
use crate::ids::{InviteId, UserId};
use crate::valid::FieldError;

pub mod stats;

/// How long an invitation serves where nothing is said.
pub const INVITE_LIFE: Duration = Duration::days(7);
/// The longest it may be told to serve.
const LONGEST_INVITE: Duration = Duration::days(3650);
/// The most people one invitation may let in.
const MOST_USES: i32 = 10_000;

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Everybody.
    Open,
    /// Who has an invitation's code.
    Invite,
    /// Nobody.
    Closed,
}

impl Registration {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Registration::Open => "open",
            Registration::Invite => "invite",
            Registration::Closed => "closed",
        }
    }

    /// What `text` names; [`Registration::Closed`] for what no version of this program has written.
    #[must_use]
    pub fn from_stored(text: &str) -> Registration {
        match text {
            "open" => Registration::Open,
            "invite" => Registration::Invite,
            _ => Registration::Closed,
        }
    }

    /// Whether somebody may register who shows the code of an invitation, or none: the code that has to serve, where
    /// one is needed.
    ///
    /// # Errors
    /// `REGISTRATION_CLOSED`, `INVITE_NEEDED`.
    pub fn admit(self, code: Option<&str>) -> Result<Option<&str>, &'static str> {
        match (self, code) {
            (Registration::Open, _) => Ok(None),
            (Registration::Invite, Some(code)) => Ok(Some(code)),
            (Registration::Invite, None) => Err("INVITE_NEEDED"),
            (Registration::Closed, _) => Err("REGISTRATION_CLOSED"),
        }
    }
}

/// What admins decide for the whole server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServerSettings {
    /// Who may register.
    pub registration: Registration,
}

/// A change of what admins decide; what is absent stays.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
pub struct ServerSettingsPatch {
    /// Who may register.
    pub registration: Option<Registration>,
}

/// Somebody's account as admins see it: not what its clients keep with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct User {
    /// The account.
    pub id: UserId,
    /// What its person is called here.
    #[schema(example = "ada")]
    pub username: String,
    /// Their address.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// Their name.
    #[schema(example = "Ada Lovelace")]
    pub name: Option<String>,
    /// Its first part.
    pub first_name: Option<String>,
    /// Its last part.
    pub last_name: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub is_active: bool,
    /// Their level.
    pub lvl: i64,
    /// Their points.
    pub xp_points: i64,
    /// IANA time zone that holds now.
    #[schema(value_type = String, example = "Europe/Berlin")]
    pub timezone: Tz,
    /// When its day starts, by the wall clock.
    #[schema(value_type = String, example = "04:00")]
    pub day_start: DayStart,
    /// When its week starts.
    pub week_start: WeekStart,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// Devices of theirs.
    pub device_count: i64,
    /// Sessions that these have reported.
    pub session_count: i64,
    /// When a device of theirs, or a place where they are signed in, was last heard of.
    pub last_seen_at: Option<DateTime<Utc>>,
}

impl User {
    /// What admins see of `account`.
    #[must_use]
    pub fn new(
        account: Account,
        device_count: i64,
        session_count: i64,
        last_seen_at: Option<DateTime<Utc>>,
    ) -> User {
        User {
            id: account.id,
            username: account.username,
            email: account.email,
            name: account.name,
            first_name: account.first_name,
            last_name: account.last_name,
            role: account.role,
            is_active: account.is_active,
            lvl: account.lvl,
            xp_points: account.xp_points,
            timezone: account.timezone,
            day_start: account.day_start,
            week_start: account.week_start,
            created_at: account.created_at,
            updated_at: account.updated_at,
            device_count,
            session_count,
            last_seen_at,
        }
    }
}

/// People with an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Users {
    /// Newest first.
    pub users: Vec<User>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// Whether somebody may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// They may.
    Active,
    /// An admin has disabled the account.
    Disabled,
}

/// Which people are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// Part of a username, an e-mail address or a name, in any case.
    pub query: Option<String>,
    /// With this role.
    #[param(inline)]
    pub role: Option<Role>,
    /// Whether they may sign in.
    #[param(inline)]
    pub status: Option<Status>,
}

/// A change of somebody's account by an admin; what is absent stays.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
pub struct UserPatch {
    /// Whether they may sign in. False takes effect on every credential at once.
    pub is_active: Option<bool>,
    /// What they may do.
    pub role: Option<Role>,
}

/// A link by which somebody sets a new password, once. To be handed over by the admin.
#[derive(Clone, Serialize, ToSchema)]
pub struct ResetLink {
    /// Its secret.
    pub token: String,
    /// Where it leads, below this server's address. What follows the `#` is sent to no server.
    #[schema(example = "/reset#tkR5…")]
    pub url_path: String,
    /// When it ceases to serve.
    pub expires_at: DateTime<Utc>,
}

/// Whose something is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Owner {
    /// The account.
    pub id: UserId,
    /// What its person is called; a guest has no name.
    #[schema(example = "ada")]
    pub username: Option<String>,
}

/// Which devices of all are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeviceFilter {
    /// Part of a device's name, model or platform, or of its owner's username, in any case.
    pub query: Option<String>,
    /// Those of this account.
    pub user_id: Option<UserId>,
}

/// Lets people register where that is by invitation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invite {
    /// The invitation.
    pub id: InviteId,
    /// For whom it is, or why.
    pub note: Option<String>,
    /// Who made it, while their account is there.
    pub created_by: Option<Owner>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ceases to serve.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many people it lets in.
    pub max_uses: i32,
    /// How many it has let in.
    pub uses: i32,
}

/// An invitation with its code, which is shown once.
#[derive(Clone, Serialize, ToSchema)]
pub struct NewlyInvited {
    /// The invitation.
    #[serde(flatten)]
    pub invite: Invite,
    /// What to register with (`invite_code`), in any case, with or without the dashes.
    #[schema(example = "K7QM-3XWD-9PLT")]
    pub code: String,
}

/// Invitations.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invites {
    /// Newest first.
    pub invites: Vec<Invite>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// An invitation that is to be.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct NewInvite {
    /// For whom it is, or why.
    #[validate(custom(function = check_name))]
    #[schema(max_length = 100)]
    pub note: Option<String>,
    /// How many people it lets in, 1 to 10000 (1).
    #[validate(custom(function = check_uses))]
    #[schema(minimum = 1, maximum = 10_000)]
    pub max_uses: Option<i32>,
    /// When it ceases to serve, at most ten years from now (in 7 days).
    pub expires_at: Option<DateTime<Utc>>,
}

impl NewInvite {
    /// When it ceases to serve.
    ///
    /// # Errors
    /// `EXPIRES_AT_INVALID`: it never would serve, or for too long.
    pub fn expires(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, FieldError> {
        let expires_at = self.expires_at.unwrap_or(now + INVITE_LIFE);
        if now < expires_at && expires_at <= now + LONGEST_INVITE {
            return Ok(expires_at);
        }
        let message = "must be in the future, and at most ten years from now";
        Err(FieldError::new("expires_at", message, "EXPIRES_AT_INVALID"))
    }
}

fn check_uses(uses: i32) -> Result<(), ValidationError> {
    if (1..=MOST_USES).contains(&uses) {
        return Ok(());
    }
    Err(ValidationError::new("MAX_USES_INVALID").with_message("must be 1 to 10000".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_register() {
        for (registration, code, admitted) in [
            (Registration::Open, None, Ok(None)),
            (Registration::Open, Some("x"), Ok(None)),
            (Registration::Invite, None, Err("INVITE_NEEDED")),
            (Registration::Invite, Some("x"), Ok(Some("x"))),
            (Registration::Closed, None, Err("REGISTRATION_CLOSED")),
            (Registration::Closed, Some("x"), Err("REGISTRATION_CLOSED")),
        ] {
            assert_eq!(registration.admit(code), admitted, "{registration:?} {code:?}");
        }
    }

    #[test]
    fn an_invitation_serves_for_a_while() {
        let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
        let until = |expires_at: Option<&str>| {
            NewInvite { expires_at: expires_at.map(|at| at.parse().unwrap()), ..NewInvite::default() }
                .expires(now)
        };
        assert_eq!(until(None), Ok(now + Duration::days(7)));
        assert!(until(Some("2026-11-22T12:00:01Z")).is_ok());
        for wrong in ["2026-11-22T12:00:00Z", "1970-01-01T00:00:00Z", "2036-12-01T00:00:00Z"] {
            assert_eq!(until(Some(wrong)).unwrap_err().field, "expires_at", "{wrong}");
        }
    }
}

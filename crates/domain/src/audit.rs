//! The audit log: what was done to accounts and to the server, by whom, on whom and when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::ids::{EntryId, UserId};

/// What is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Action {
    /// Somebody made an account.
    #[serde(rename = "account.register")]
    AccountRegister,
    /// Somebody deleted their own account.
    #[serde(rename = "account.delete")]
    AccountDelete,
    /// Somebody changed their password.
    #[serde(rename = "password.change")]
    PasswordChange,
    /// Somebody set their password by a link.
    #[serde(rename = "password.reset")]
    PasswordReset,
    /// An admin was made on the command line.
    #[serde(rename = "admin.create")]
    AdminCreate,
    /// An admin changed somebody's role, or whether they may sign in.
    #[serde(rename = "user.update")]
    UserUpdate,
    /// An admin deleted somebody's account.
    #[serde(rename = "user.delete")]
    UserDelete,
    /// An admin made a link by which somebody sets their password.
    #[serde(rename = "user.reset_link")]
    UserResetLink,
    /// An admin changed the server's settings.
    #[serde(rename = "settings.update")]
    SettingsUpdate,
    /// An admin made an invitation.
    #[serde(rename = "invite.create")]
    InviteCreate,
    /// An admin took an invitation back.
    #[serde(rename = "invite.delete")]
    InviteDelete,
}

impl Action {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Action::AccountRegister => "account.register",
            Action::AccountDelete => "account.delete",
            Action::PasswordChange => "password.change",
            Action::PasswordReset => "password.reset",
            Action::AdminCreate => "admin.create",
            Action::UserUpdate => "user.update",
            Action::UserDelete => "user.delete",
            Action::UserResetLink => "user.reset_link",
            Action::SettingsUpdate => "settings.update",
            Action::InviteCreate => "invite.create",
            Action::InviteDelete => "invite.delete",
        }
    }
}

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Doer {
    /// Their account; none for the command line.
    pub id: Option<UserId>,
    /// What they were called then.
    #[schema(example = "ada")]
    pub name: String,
}

/// On what they acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Target {
    /// An account or an invitation.
    pub id: Uuid,
    /// What it was called then.
    #[schema(example = "bob")]
    pub name: Option<String>,
}

/// One thing that was done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Entry {
    /// The entry.
    pub id: EntryId,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub actor: Doer,
    /// What. (Text, because a newer version may have written it.)
    #[schema(value_type = Action)]
    pub action: String,
    /// On what; nothing for the server's settings.
    pub target: Option<Target>,
    /// What it was like before, as far as it changed. Never a secret.
    #[schema(value_type = Option<Object>)]
    pub before: Option<serde_json::Value>,
    /// What it was like afterwards.
    #[schema(value_type = Option<Object>)]
    pub after: Option<serde_json::Value>,
}

/// The audit log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Entries {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// What this account did.
    pub actor_id: Option<UserId>,
    /// What was done to this account or invitation.
    pub target_id: Option<Uuid>,
    /// What was done.
    pub action: Option<Action>,
    /// From this instant on (RFC 3339), or from this date on in UTC.
    pub from: Option<String>,
    /// Before this instant, or to the end of this date in UTC.
    pub to: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_stored_as_they_are_sent() {
        let own = ["account.register", "account.delete", "password.change", "password.reset"];
        let admins = ["user.update", "user.delete", "user.reset_link", "settings.update"];
        for name in own.into_iter().chain(admins).chain(["admin.create", "invite.create", "invite.delete"]) {
            let action: Action = serde_json::from_value(name.into()).unwrap();
            assert_eq!(action.as_str(), name);
        }
    }
}

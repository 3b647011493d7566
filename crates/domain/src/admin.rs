//! What admins decide for the whole server.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
}
